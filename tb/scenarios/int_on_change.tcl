# SPDX-License-Identifier: Apache-2.0
# INT goes low on any rising or falling edge of an input, at most 4 us later (tv(INT)), with the bus idle or not.
i2c write [addr u1] 0xff
run 5us
expect int u1 high
for {set bit 0} {$bit < 8} {incr bit} {
    pins u1 [expr {0xff ^ 1 << $bit}]
    run 4us
    expect int u1 low
    expect int bus low
    i2c read [addr u1] 1
    expect int u1 high
    pins u1 0xff
    run 4us
    expect int u1 low
    i2c read [addr u1] 1
    expect int u1 high
}
# In the middle of a transfer to the other target.
i2c begin write [addr u2] 0x5a 0xa5
pins u1 0b01111111 at 12
i2c wait
expect int u1 low
run 5us
expect int u1 low
