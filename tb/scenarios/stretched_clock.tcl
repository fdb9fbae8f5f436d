# SPDX-License-Identifier: Apache-2.0
# Somebody holds SCL low in every clock of a write and of a read, for a short, a middling and a long time: nothing is lost.
i2c write [addr u1] 0xff
foreach hold {0.08bit 0.68bit 3.6bit} {
    for {set slot 0} {$slot < 19} {incr slot 3} {
        inject scl low $hold at $slot
        inject scl low $hold at [expr {$slot + 1}] plus 0.12bit
        inject scl low $hold at [expr {$slot + 2}] plus 0.36bit
    }
    expect that {[i2c write [addr u1] 0xa5] eq "ack"}
    run 12bit
    expect pins u1 0xa5
}
i2c write [addr u1] 0xff
pins u1 0b01101001
run 5us
foreach hold {0.08bit 0.68bit 3.6bit} {
    for {set slot 0} {$slot < 28} {incr slot} {
        inject scl low $hold at $slot plus 0.16bit
    }
    i2c read [addr u1] 2
    run 12bit
    expect data 0x69 0x69
}
# A tenth of a bit is all: SCL would have risen 0.6 of a bit after its fall.
foreach transfer {"write [addr u1] 0xff" "read [addr u1] 2" "write_read [addr u1] 0xff 1"} {
    for {set slot 0} {$slot < 28} {incr slot} {
        inject scl low 0.3bit at $slot plus 0.4bit
    }
    expect that {[i2c {*}[subst $transfer]] eq "ack"}
    inject off
    run 12bit
}
expect data 0x69
# One release at each phase of the clock, so that an early or late look at SCL would show.
for {set phase 0} {$phase < [bit_clks]} {incr phase [expr {([bit_clks] + 31) / 32}]} {
    inject scl low [expr {$phase + 1}]clk at 5
    set byte [expr {$phase & 0xff}]
    expect that {[i2c write [addr u1] $byte] eq "ack"}
    run 5us
    i2c read [addr u1] 1
    expect data [expr {$byte & 0x69}]
}
