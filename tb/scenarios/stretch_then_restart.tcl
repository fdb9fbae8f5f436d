# SPDX-License-Identifier: Apache-2.0
# Somebody stretches the clock before a repeated START, and that of the START itself: tLOW, tSU;STA and tHD;STA count from the wire's edges.
# Slot 18 is the first of the repeated START, slot 9 that of a write of the address alone.
i2c write [addr u1] 0xff
foreach hold {0.7bit 1.1bit 2.6bit} {
    foreach slots {17 18 {17 18} {15 16 17 18}} {
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
# The repeated START by hand: a quarter of a bit after somebody let SCL go it has not been made yet (tSU;STA).
foreach hold {1.2bit 1.6bit 4bit} {
    host write 3 [expr {[addr u1] << 1}]
    host write 4 0x91
    run 12bit
    inject scl low $hold
    host write 4 0x81
    run $hold
    run 0.24bit
    expect wire scl high
    expect wire sda high
    run 1bit
    expect wire sda low
    host write 4 0x41
    run 8bit
}
