# SPDX-License-Identifier: Apache-2.0
# Somebody stretches the clock before a repeated START, and that of the START itself: tLOW, tSU;STA and tHD;STA count from the wire's edges.
# Slot 18 is the first of the repeated START, slot 9 that of a write of the address alone.
i2c write [addr u1] 0xff
foreach hold {0.7bit 1.1bit 2.6bit} {
    foreach slots {17 18 {17 18} {16 17 18 19}} {
        foreach slot $slots {
            inject scl low $hold at $slot
        }
        expect that {[i2c write_read [addr u1] 0x96 1] eq "ack"}
        expect data 0x96
    }
    inject scl low $hold at 9
    expect that {[i2c write_read [addr u1] {} 1] eq "ack"}
    expect data 0x96
}
run 5us
expect pins u1 0x96
