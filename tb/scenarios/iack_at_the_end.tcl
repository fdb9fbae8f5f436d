# SPDX-License-Identifier: Apache-2.0
# IACK around the very clock at which a command ends: as long as TIP still reads 1, at that last clock too, the flag comes up afterwards.
# So a driver that looks, then acknowledges, loses no interrupt; nor does it matter whether host or bus comes first within a clock.
host write 3 [expr {[addr u1] << 1}]
host write 4 0x91
run 12bit
host write 3 0xff
set ends 0
for {set clks -10} {$clks < 6} {incr clks} {
    # Twice the same byte; at the same clock SR is read in the first, and IACK written in the second.
    set pause [expr {9 * [bit_clks] + $clks}]
    host write 4 0x11
    run ${pause}clk
    set tip [expr {([host read 4] & 0x02) != 0}]
    run 1bit
    host write 4 0x11
    run ${pause}clk
    host write 4 0x01
    run 1bit
    expect that {([host read 4] & 0x03) == $tip}
    incr ends [expr {!$tip}]
}
expect that {$ends > 0 && $ends < 16}
host write 4 0x51
run 12bit
expect that {[host read 4] == 0x01}
