# SPDX-License-Identifier: Apache-2.0
# A controller that joins a bus without a START leaves the others their tHIGH, of every length: 2P after the last rise of SCL, in the prescale that rules
# now. After a reset there was no rise, and it begins at once; nor does it ever wait for a bus that has been quiet for longer than it can count.
proc prescale {value} {
    host write 2 0x00
    host write 0 [expr {$value & 0xff}]
    host write 1 [expr {$value >> 8}]
    host write 2 0xc0
}
# RD without STA, given up as soon as SCL is low.
proc joins {clks} {
    host write 2 0x80
    host write 4 0x20
    expect wire scl high
    run ${clks}clk
    expect wire scl low
    host write 2 0x00
    run 100clk
}
violates any; # a pulse on SCL out of nothing
foreach value {0x5555 0x2aaa 0x1332 0x04d4 0x0b6c 0x07f8 0x1807 0x02ff 0x0100 0x00aa 0x0155 0x0055} {
    prescale $value
    inject scl low 50clk
    run 100clk
    joins [expr {2 * $value}]
}
# A command given while SCL is low waits for the rise, and then for at least one clock, however short P is.
foreach value {0 1 2 3 5 8 24} {
    prescale $value
    inject scl low 150clk
    run 50clk
    host write 4 0x28
    run 200clk
    host write 2 0x00
    run 100clk
}
# ... also on a bus that was calm for long before.
prescale 24
run 2500clk
inject scl low 250clk
run 200clk
host write 4 0x28
run 200clk
host write 2 0x00
run 100clk
# After the calm it begins at any clock.
prescale 99
for {set k 0} {$k < 16} {incr k} {
    inject scl low 50clk
    run 50clk
    run [expr {4090 + $k}]clk
    joins 10
}
# The first command after a reset, with the longest prescale there is.
reset ctl 50clk
run 150clk
host write 2 0x80
joins 10
# SCL's last rise is as long ago as the counters go, and longer.
prescale 0x5555
inject scl low 50clk
run 265000clk
joins 10
host write 2 0x00
host setup
bus_clear
expect that {[i2c write [addr u1] 0x3c] eq "ack"}
