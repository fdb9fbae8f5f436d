# SPDX-License-Identifier: Apache-2.0
# Somebody holds SDA where the controller lets it go for its STOP: at every speed it waits 3P, or what its own edge takes through the filter if that is
# longer, and then says that it has lost (contract 5). Prescales lie where one becomes longer than the other, for filters of all depths, and far above.
proc prescale {value} {
    host write 2 0x00
    host write 0 [expr {$value & 0xff}]
    host write 1 [expr {$value >> 8}]
    host write 2 0xc0
}
violates any; # prescales for more than 1 MHz
foreach value {24 0 1 2 3 4 6 8 10 12 14 16 18 20 22 0x2a 0x54 0xaa 0x155 0x2aa 0x555} {
    host write 2 0x00
    host setup
    bus_clear
    prescale $value
    set clks [expr {12 * ($value + 1) + 300}]
    host write 4 0x81
    run ${clks}clk
    expect that {([host read 4] & 0x63) == 0x41}
    inject sda low [expr {2 * $clks}]clk
    host write 4 0x41
    run ${clks}clk
    expect that {([host read 4] & 0x63) == 0x61}
    run ${clks}clk
    expect wire sda high
}
host write 2 0x00
host setup
bus_clear
expect that {[i2c write [addr u1] 0x3c] eq "ack"}
