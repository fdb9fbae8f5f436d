# SPDX-License-Identifier: Apache-2.0
# A START and a STOP at a slow clock, and at the fastest, at which the filters set the pace; each bit of the prescaler written both ways.
proc prescale {value} {
    host write 2 0x00
    host write 0 [expr {$value & 0xff}]
    host write 1 [expr {$value >> 8}]
    host write 2 0xc0
}
proc command {byte bits} {
    host write 3 $byte
    host write 4 $bits
    while {[host read 4] & 0x02} {run 20us}
}
i2c write [addr u1] 0xff
run 8bit
foreach value {0x1555} {
    prescale $value
    command 0 0xc1
    expect that {([host read 4] & 0x62) == 0}
    expect wire scl high
    expect wire sda high
}
foreach value {0 2 6} {
    prescale $value
    command 0 0xc1
    expect that {([host read 4] & 0x62) == 0}
}
foreach value {0xffff 0xaaaa 0x002a 0x5555 0x002a 0xaaaa} {
    prescale $value
    expect that {[host read 1] << 8 | [host read 0] == $value}
}
run 10us
host write 2 0x00
host setup
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
run 5us
expect pins u1 0x5a
