# SPDX-License-Identifier: Apache-2.0
# Other speeds than the board's: the prescaler works with both of its bytes.
proc prescale {value} {
    host write 2 0x00
    host write 0 [expr {$value & 0xff}]
    host write 1 [expr {$value >> 8}]
    host write 2 0xc0
}
foreach value {30 255 256} {
    prescale $value
    expect that {[i2c write [addr u1] 0x5a] eq "ack"}
    i2c write_read [addr u1] 0x3c 2
    expect data 0x3c 0x3c
    expect that {[i2c write 0x10 0x00] eq "nack"}
}
host write 2 0x00
host setup
bus_clear
expect that {[i2c write [addr u1] 0x3c] eq "ack"}
run 5us
expect pins u1 0x3c
