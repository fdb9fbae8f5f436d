# SPDX-License-Identifier: Apache-2.0
# The slowest clock there is, PRER as reset leaves it: a START and a STOP. And the fastest, at which the filters set the pace.
proc prescale {value} {
    host write 2 0x00
    host write 0 [expr {$value & 0xff}]
    host write 1 [expr {$value >> 8}]
    host write 2 0xc0
}
proc command {byte bits} {
    host write 3 $byte
    host write 4 $bits
    while {[host read 4] & 0x02} {run 1us}
}
i2c write [addr u1] 0xff
run 8bit
prescale 0xffff
command 0 0xc1
expect that {([host read 4] & 0x62) == 0}
expect wire scl high
expect wire sda high
host setup
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
run 5us
expect pins u1 0x5a
