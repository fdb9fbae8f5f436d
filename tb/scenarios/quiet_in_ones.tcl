# SPDX-License-Identifier: Apache-2.0
# Between two ones and between two zeros SDA stays where it is, and SCL moves twice a bit: looked at 20 times in each.
# A glitch in a low phase is data that changes where it may (UM10204 3.1.3), so only the levels themselves show it.
proc look {bits level} {
    set at 0
    for {set i 1} {$i < 20 * $bits} {incr i} {
        set next [expr {$i * [bit_clks] / 20}]
        run [expr {$next - $at}]clk
        set at $next
        if {$i > 6} {
            expect wire sda $level
        }
        # SCL rises in 12 of 20.
        set phase [expr {$i % 20}]
        if {$phase in {1 3 5 7 9 11 14 16 18}} {
            expect wire scl [expr {$phase < 12 ? "low" : "high"}]
        }
    }
    run 4bit
}
host write 3 [expr {[addr u1] << 1}]
host write 4 0x91
run 12bit
foreach {byte level} {0xff high 0x00 low} {
    host write 3 $byte
    host write 4 0x11
    look 8 $level
}
# The same from the target, whose pins are low; then high.
i2c write [addr u1] 0xff
foreach {pins level} {0x00 low 0xff high} {
    pins u1 $pins
    run 5us
    host write 3 [expr {[addr u1] << 1 | 1}]
    host write 4 0x91
    run 12bit
    host write 4 0x69
    look 8 $level
}
