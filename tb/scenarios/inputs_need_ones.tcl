# SPDX-License-Identifier: Apache-2.0
# A pin is an input only after a 1 was written to it: a latch of 0 holds it low against whatever drives it from outside (NXP PCF8574 8.2).
for {set bit 0} {$bit < 8} {incr bit} {
    set mask [expr {1 << $bit}]
    pins u1 0xff
    i2c write [addr u1] [expr {0xff ^ $mask}]
    run 5us
    expect pins u1 [expr {0xff ^ $mask}]
    i2c read [addr u1] 1
    expect data [expr {0xff ^ $mask}]
    # The outside moves, the pin does not: no interrupt.
    pins u1 [expr {0xff ^ $mask}]
    run 5us
    expect int u1 high
    pins u1 0xff
    run 5us
    expect int u1 high
    # With a 1 in the latch the same pin is an input, and only its own.
    i2c write [addr u1] 0xff
    run 5us
    expect pins u1 0xff
    pins u1 [expr {0xff ^ $mask}]
    run 5us
    expect int u1 low
    i2c read [addr u1] 1
    expect data [expr {0xff ^ $mask}]
}
pins u1 0bzzzzzzzz
