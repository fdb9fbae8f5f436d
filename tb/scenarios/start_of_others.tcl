# SPDX-License-Identifier: Apache-2.0
# Somebody makes a START where ours is not expected, or just with it.
violates any
proc recover {} {
    expect that {([host read 4] & 0x02) == 0}
    host write 2 0x00
    host setup
    bus_clear
}
# In one of the nine clocks of a command without a START, early or too late for the controller to see it before it lets SCL fall.
set bit [bit_clks]
foreach command {0x28 0x10} {
    foreach clock {1 9} {
        for {set before 1} {$before < $bit} {incr before [expr {$before < 12 ? 1 : 16}]} { # clks from the START to SCL's fall
            host write 3 0xff
            host write 4 $command
            run [expr {$clock * $bit - $before}]clk
            inject sda low 1bit
            run 12bit
            recover
        }
        expect that {[i2c write [addr u1] 0x3c] eq "ack"}
    }
}
# Together with ours, and holds SDA for a byte: who reads at once sees zeros, and has lost nothing.
for {set phase 0} {$phase < 12} {incr phase} {
    host write 4 0xa0
    run ${phase}clk
    inject sda low 10bit
    run 30bit
    recover
}
expect that {[i2c write [addr u1] 0xc3] eq "ack"}
