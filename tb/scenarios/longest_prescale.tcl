# SPDX-License-Identifier: Apache-2.0
# The longest times there are: the top bits of the prescaler, of its multiples and of the timers. START, repeated START, STOP, START after tBUF.
host write 2 0x00
host write 0 0xff
host write 1 0xff
host write 2 0xc0
foreach {command periods} {0x80 2 0x80 8 0x40 5 0x80 4} {
    host write 4 $command
    run [expr {$periods * 65536 + 60}]clk
    host read 4
}
# The START is dropped, which is a STOP on the wires: the bus is free after tBUF, of the next prescaler.
host write 2 0x00
run 20us
host setup
bus_clear
expect that {[i2c write [addr u1] 0x3c] eq "ack"}
