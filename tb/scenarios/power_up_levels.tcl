# SPDX-License-Identifier: Apache-2.0
# All port latches are 1 and INT is high after power-up; a pin that is low then pulls INT low at once.
# Clauses: PCF8574 port and input latch 0xFF at power-on; NXP PCF8574 8.5 for the low pin.
foreach u {u1 u2} {
    expect pins $u 0b11111111
    expect int $u high
}
expect wire scl high
expect wire sda high

power off
pins u1 0bzzzzzzz0
power on
run 5us
expect pins u1 0b11111110
expect int u1 low
expect int u2 high
expect int bus low
# Nothing but a read, a write or the pin itself ends it.
run 50us
expect int u1 low
pins u1 0bzzzzzzzz
run 5us
expect int u1 high
# A first transfer: the bus works from power-up on.
expect that {[i2c read [addr u1] 1] eq "ack"}
expect data 0xff
