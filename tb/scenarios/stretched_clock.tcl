# SPDX-License-Identifier: Apache-2.0
# Somebody holds SCL low in every clock of a write and of a read, for a short, a middling and a long time: nothing is lost.
i2c write [addr u1] 0xff
foreach hold {200ns 1700ns 9us} {
    for {set slot 0} {$slot < 19} {incr slot 3} {
        inject scl low $hold at $slot
        inject scl low $hold at [expr {$slot + 1}] plus 300ns
        inject scl low $hold at [expr {$slot + 2}] plus 900ns
    }
    expect that {[i2c write [addr u1] 0xa5] eq "ack"}
    run 30us
    expect pins u1 0xa5
}
i2c write [addr u1] 0xff
pins u1 0b01101001
run 5us
foreach hold {200ns 1700ns 9us} {
    for {set slot 0} {$slot < 28} {incr slot} {
        inject scl low $hold at $slot plus 400ns
    }
    i2c read [addr u1] 2
    run 30us
    expect data 0x69 0x69
}
# One release at each phase of the clock, so that an early or late look at SCL would show.
for {set phase 0} {$phase < 125} {incr phase 4} {
    inject scl low [expr {$phase + 1}]clk at 5
    expect that {[i2c write [addr u1] $phase] eq "ack"}
    run 5us
    i2c read [addr u1] 1
    expect data [expr {$phase & 0x69}]
}
