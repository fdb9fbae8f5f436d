# SPDX-License-Identifier: Apache-2.0
# Long times of many kinds: every bit of the prescaler, of its multiples and of the timers is 1 in one of them and 0 in another.
proc prescale {value} {
    host write 2 0x00
    host write 0 [expr {$value & 0xff}]
    host write 1 [expr {$value >> 8}]
    host write 2 0xc0
}
foreach value {0x5555 0x2aaa 0x0c7f} {
    prescale $value
    set p [expr {$value + 1}]
    foreach {command periods} {0x80 2 0x80 8 0x40 5 0x80 4} {
        host write 4 $command
        run [expr {$periods * $p + 60}]clk
        host read 4
    }
    # A bit of a byte, and no more of it.
    host write 3 0xaa
    host write 4 0x10
    run [expr {6 * $p}]clk
    host write 2 0x00
    run 20us
}
host setup
bus_clear
expect that {[i2c write [addr u1] 0x3c] eq "ack"}
