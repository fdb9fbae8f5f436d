# SPDX-License-Identifier: Apache-2.0
# Long times of many kinds: every bit of the prescaler, of its multiples and of the timers is 1 in one of them and 0 in another. The bus is free before
# each, so all times are waited for: tHD;STA, tLOW, tSU;STA, tSU;STO, tBUF, and a bit's high phase.
proc prescale {value} {
    host write 2 0x00
    host write 0 [expr {$value & 0xff}]
    host write 1 [expr {$value >> 8}]
    host write 2 0xc0
}
foreach value {0x5555 0x2aaa 0x0c7f 0x1332 0x04d4 0x0b6c 0x07f8 0x1807} {
    host write 2 0x00
    host setup
    bus_clear
    prescale $value
    set p [expr {$value + 1}]
    foreach {command periods status} {0x81 6 0x41 0x81 9 0x41 0x41 8 0x01 0x81 6 0x41} {
        host write 4 $command
        run [expr {$periods * $p + 100}]clk
        expect that {([host read 4] & 0x7f) == $status}
    }
    # Two bits of a byte, a 1 and a 0, and no more of it.
    host write 3 0xaa
    host write 4 0x10
    run [expr {11 * $p}]clk
    host write 2 0x00
    run 20us
}
host setup
bus_clear
expect that {[i2c write [addr u1] 0x3c] eq "ack"}
