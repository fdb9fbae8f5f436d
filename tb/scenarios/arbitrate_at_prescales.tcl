# SPDX-License-Identifier: Apache-2.0
# Arbitration at every speed and for every phase of the foreign edge: a 1 that is pulled low loses, a 0 and an ACK never do (UM10204 3.1.8).
violates any
proc prescale {value} {
    host write 2 0x00
    host write 0 [expr {$value & 0xff}]
    host write 1 [expr {$value >> 8}]
    host write 2 0xc0
}
set own [expr {[bit_clks] / 5 - 1}]
foreach value [list $own [expr {$own + 1}] [expr {3 * $own + 2}] [expr {$own < 255 ? 256 : 2 * $own}]] {
    prescale $value
    set period [expr {5 * ($value + 1)}]
    # From before SCL's rise to after its fall; in a 1, which is clock 11 of this write, and in the 0 behind it.
    foreach {slot result} {10 lost 11 ack} {
        foreach phase {0.25 0.4 0.55} {
            inject sda low [expr {int(0.9 * $period)}]clk at $slot plus [expr {int($phase * $period)}]clk
            expect that {[i2c write [addr u1] 0x55] eq $result}
            run [expr {4 * $period}]clk
            expect that {([host read 4] & 0x40) == 0}
        }
    }
    expect that {[i2c write [addr u1] 0xaa] eq "ack"}
    i2c read [addr u1] 1
    expect data 0xaa
}
host setup
