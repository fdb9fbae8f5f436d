# SPDX-License-Identifier: Apache-2.0
# A transfer that did not happen is never reported as done: nobody there, a byte cut by somebody's 0, a STOP that cannot be made.
violates any
# Stretching alone is none of these: held low in each clock's high phase, the transfer succeeds (UM10204 3.1.8, 3.1.9).
i2c write [addr u1] 0x3c
run 8bit
expect that {[i2c write 0x10 0x00] eq "nack"}
expect that {[i2c read 0x10 1] eq "nack"}
# A foreign 0 in each 1 of 0xff.
for {set slot 9} {$slot < 17} {incr slot} {
    inject sda low 1bit at $slot plus 0.3bit
    expect that {[i2c write [addr u1] 0xff] eq "lost"}
    run 4bit
    expect pins u1 0x3c
    bus_clear
}
# SDA is held until long after the STOP.
inject sda low 6bit at 18
expect that {[i2c write [addr u1] 0xc3] eq "lost"}
run 8bit
bus_clear
# The clock held low, each time from another one's high phase on.
for {set slot 0} {$slot < 18} {incr slot} {
    inject scl low 2.5bit at $slot plus 0.85bit
    set byte [expr {0xa5 ^ $slot}]
    expect that {[i2c write [addr u1] $byte] eq "ack"}
    run 5us
    expect pins u1 $byte
}
