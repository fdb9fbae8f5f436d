# SPDX-License-Identifier: Apache-2.0
# Symbols in orders in which no transfer has them: START again and again, bits without a START and then one, bits after a NACK.
proc command {byte bits} {
    host write 3 $byte
    host write 4 $bits
    while {[host read 4] & 0x02} {run 1us}
}
i2c write [addr u1] 0xff
run 8bit
foreach again {1 2 3} {command 0 0x81}
command 0 0x41
run 8bit
# Repeated START to an address whose first bit is 1, and STOP right after a repeated START.
command [expr {[addr u1] << 1}] 0x91
command 0xfe 0x91
command 0x00 0x11
command 0xfe 0x91
command 0 0x81
command 0 0x41
run 8bit
# Nine clocks without a START, then one: the wires have never been busy. The last bit is a NACK, is an ACK.
foreach last {0x29 0x21} {
    bus_clear
    command 0 $last
    command [expr {[addr u1] << 1}] 0x91
    command 0 0x41
    run 8bit
}
# Somebody makes a START in the high of one of those clocks, after a 0 and after a 1. (SDA falls in SCL's low, which is no START.)
foreach clock {1 3 5} {
    foreach low {0 1} {
        bus_clear
        if {$low} {
            inject scl low 1.5bit
            inject sda low [expr {$clock + 2.2}]bit plus 0.5bit
        }
        inject sda low 0.3bit plus [expr {$clock + 3.3}]bit
        run 2.5bit
        host write 4 0x29
        run 16bit
    }
}
bus_clear
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
run 5us
expect pins u1 0x5a
