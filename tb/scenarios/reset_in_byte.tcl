# SPDX-License-Identifier: Apache-2.0
# Reset at any bit of a write: the lines are free at once, the port keeps what the last whole byte said, and the next transfer works.
i2c write [addr u1] 0x55
run 8bit
for {set slot 1} {$slot < 18} {incr slot} {
    i2c begin write [addr u1] 0xaa
    reset ctl 1us at $slot plus 0.28bit
    run 32bit
    host setup
    bus_clear
    run 5us
    expect wire scl high
    expect wire sda high
    expect that {[i2c write [addr u1] 0x55] eq "ack"}
    run 5us
    expect pins u1 0x55
}
# The whole board: ports back to 1.
i2c begin write [addr u1] 0x00 0x00
reset all 1us at 22
run 48bit
host setup
expect pins u1 0xff
expect that {[i2c write [addr u1] 0x3c] eq "ack"}
run 5us
expect pins u1 0x3c
