# SPDX-License-Identifier: Apache-2.0
# A read returns the pins, not the latch: outside levels on released pins, the latch where it pulls low.
i2c write [addr u1] 0xff
foreach pattern {0b00000000 0b11111111 0b10100101 0bz1z0z1z0 0bzzzzzzzz} {
    pins u1 $pattern
    run 5us
    i2c read [addr u1] 1
    set wanted [string map {0b "" z 1} $pattern]
    expect data 0b$wanted
    expect int u1 high
}
# A pin held low by its own latch reads low whatever the outside does (write 1 first: NXP PCF8574 8.2).
i2c write [addr u1] 0xf0
pins u1 0b1010zzzz
run 5us
i2c read [addr u1] 1
expect data 0xa0
pins u2 0b0101zz01
run 5us
i2c read [addr u2] 1
expect data 0x5d
