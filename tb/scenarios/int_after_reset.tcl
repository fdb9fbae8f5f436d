# SPDX-License-Identifier: Apache-2.0
# INT of a target that wakes up with a pin low, and what releases it: each read, a write, the pin, a reset.
i2c write [addr u1] 0xff
run 8bit
proc wake {} {
    pins u1 0bzzzzzzz0
    reset u1 1us
    run 6us
    expect int u1 low
}
wake
expect that {[i2c read [addr u1] 1] eq "ack"}
expect int u1 high
# The pin is back and gone again between the address and the first byte's ACK: the second sample releases it.
wake
i2c begin read [addr u1] 2
pins u1 0bzzzzzz00 at 11
i2c wait
run 6us
expect int u1 high
wake
expect that {[i2c write [addr u1] 0xff] eq "ack"}
run 6us
expect int u1 high
wake
pins u1 0bzzzzzzzz
run 6us
expect int u1 high
wake
reset u1 6us
run 3us
expect int u1 high
run 9us
expect int u1 low
pins u1 0bzzzzzzzz
run 6us
# A pin that fell, one that rose, and a reset.
foreach {first then} {0bzzzzzzzz 0bzzz0zzzz 0bzzz0zzzz 0bzzzzzzzz} {
    pins u1 $first
    run 6us
    i2c read [addr u1] 1
    run 6us
    expect int u1 high
    pins u1 $then
    run 6us
    expect int u1 low
    reset u1 6us
    run 3us
    expect int u1 high
    run 9us
}
pins u1 0bzzzzzzzz
run 6us
i2c read [addr u1] 1
expect data 0xff
