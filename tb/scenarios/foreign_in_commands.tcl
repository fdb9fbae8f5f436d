# SPDX-License-Identifier: Apache-2.0
# Somebody pulls a line, or forces it high, beside commands that a driver ought not to give: each of these was once a false alarm of a scoreboard.
violates any
proc recover {} {
    run 30bit
    inject off
    host write 2 0x00
    host setup
    bus_clear
}
# A clock that is in doubt moves the nine clocks of a command without a START among those of the wires.
host write 4 0xff
inject sda low 7clk plus 120clk
run 200clk
host write 4 0x40
inject scl low 4clk plus 200clk
run 220clk
host write 4 0x10
recover
# SCL rises for the repeated START of who counts otherwise than the wires.
host write 3 0x40
host write 4 0x90
inject scl high 16clk plus 186clk
run 1800clk
host write 4 0xff
recover
# A START where our SCL is forced high.
host write 4 0x28
inject sda low 50clk plus 1300clk
run 840clk
inject scl high 200clk plus 300clk
recover
host write 4 0x80
inject scl high 310clk plus 1036clk
run 1177clk
host write 4 0xff
inject sda low 10clk plus 160clk
recover
# The STOP of a command that others excused is cut short.
host write 4 0x40
run 180clk
host write 4 0x80
run 90clk
host write 4 0x50
inject scl low 5clk plus 1240clk
bus_clear
recover
# A repeated START that others begin, and then a read.
for {set clks 100} {$clks < 140} {incr clks 8} {
    host write 3 0x40
    host write 4 0x90
    run 14bit
    host read 4
    host write 4 0xa0
    run ${clks}clk
    inject sda low 3bit
    run 26bit
    host read 4
    recover
}
# SCL pulled in an ACK for so short that the target lets SDA go when SCL is up again.
for {set clks 1100} {$clks < 1300} {incr clks 8} {
    host write 3 0x40
    host write 4 0x90
    run 14bit
    host write 4 0x28
    run ${clks}clk
    inject scl low 7clk
    recover
}
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
run 5us
expect pins u1 0x5a
