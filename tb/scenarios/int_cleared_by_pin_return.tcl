# SPDX-License-Identifier: Apache-2.0
# INT is a level: when the pin returns to the latched value it goes high by itself, and the event is lost.
i2c write [addr u1] 0xff
run 10us
for {set bit 0} {$bit < 8} {incr bit} {
    pins u1 [expr {0xff ^ 1 << $bit}]
    run 4us
    expect int u1 low
    pins u1 0xff
    run 4us
    expect int u1 high
}
# The other way round: a pin that was low when it was read rises, and falls again.
pins u1 0b11111110
run 5us
i2c read [addr u1] 1
pins u1 0xff
run 4us
expect int u1 low
pins u1 0b11111110
run 4us
expect int u1 high
pins u1 0xff
run 5us
i2c read [addr u1] 1
# Two pins: one returning is not enough.
pins u1 0b11111100
run 4us
pins u1 0b11111110
run 4us
expect int u1 low
pins u1 0bzzzzzzzz
run 4us
expect int u1 high
i2c read [addr u1] 1
expect data 0xff
