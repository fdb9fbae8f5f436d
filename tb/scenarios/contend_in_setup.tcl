# SPDX-License-Identifier: Apache-2.0
# Somebody pulls SCL or SDA in every phase of a START, a repeated START and a STOP; whatever comes of it, the bus can be used again.
violates any
proc address {} {
    host write 3 [expr {[addr u1] << 1}]
    host write 4 0x91
    run 12bit
}
i2c write [addr u1] 0xff
set step [expr {[bit_clks] / 8 + 1}]
for {set phase 0} {$phase < 2 * [bit_clks]} {incr phase $step} {
    foreach line {scl sda} {
        # a repeated START
        address
        inject $line low 0.24bit plus ${phase}clk
        host write 4 0x91
        run 30bit
        host read 4
        bus_clear
        # a STOP; SDA is held long, so that it can't be made
        address
        inject $line low [expr {$line eq "sda" ? 2.4 : 0.24}]bit plus ${phase}clk
        host write 4 0x41
        run 10bit
        host read 4
        bus_clear
    }
    # a START on the free bus
    host write 3 [expr {[addr u1] << 1}]
    inject scl low 0.24bit plus ${phase}clk
    host write 4 0x91
    run 20bit
    host read 4
    bus_clear
    expect that {[i2c write [addr u1] [expr {$phase & 0xff}]] eq "ack"}
}
