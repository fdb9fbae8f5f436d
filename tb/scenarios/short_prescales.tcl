# SPDX-License-Identifier: Apache-2.0
# Prescalers from 0 on: a phase may be shorter than what our own edge takes through the filter. No target is that fast: the first ones go to nobody.
proc prescale {value} {
    host write 2 0x00
    host write 0 [expr {$value & 0xff}]
    host write 1 [expr {$value >> 8}]
    host write 2 0xc0
}
set own [expr {[bit_clks] / 5}]
for {set value 0} {$value < $own / 2} {incr value [expr {1 + $value / 16}]} {
    prescale $value
    # START and a byte, the same with a repeated START, STOP; then at once the next one.
    foreach byte {0x20 0x5b} {
        host write 3 $byte
        foreach {command bits} {0x90 15 0x90 15 0x40 4} {
            host write 4 $command
            run [expr {$bits * (5 * ($value + 1) + 150)}]clk
            expect that {([host read 4] & 0x02) == 0}
        }
    }
    i2c write 0x10 0x00
    i2c write 0x2d 0xff
    run 2us
}
for {set value [expr {$own / 2}]} {$value < $own} {incr value [expr {1 + $value / 8}]} {
    prescale $value
    expect that {[i2c write [addr u1] 0x5a] eq "ack"}
    i2c write_read [addr u1] 0x3c 2
    expect data 0x3c 0x3c
    expect that {[i2c write 0x10 0x00] eq "nack"}
}
host setup
bus_clear
