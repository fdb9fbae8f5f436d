# SPDX-License-Identifier: Apache-2.0
# CTR.EN = 0 in the middle of a transfer: both lines are let go, TIP goes, and the controller works again once enabled and the bus is clear.
i2c write [addr u1] 0xff
run 8bit
foreach {slot transfer} {0.3 "write [addr u1] 0x0f" 2 "write [addr u1] 0x0f" 6 "write [addr u1] 0x0f" 10 "write [addr u1] 0x0f" 14 "write [addr u1] 0x0f"
                         8.5 "read [addr u1] 1" 12 "read [addr u1] 1" 17.9 "read [addr u1] 1"} {
    i2c begin {*}[subst $transfer]
    run ${slot}bit
    host write 2 0x00
    run 2us
    expect that {([host read 4] & 0x02) == 0}
    run 8bit
    expect wire scl high
    host setup
    bus_clear
    run 5us
    expect wire sda high
    expect that {[i2c write [addr u1] 0xff] eq "ack"}
    run 8bit
    expect pins u1 0xff
}
