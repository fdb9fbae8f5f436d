# SPDX-License-Identifier: Apache-2.0
# Somebody makes a START or a STOP in each clock of an address, of a byte written and of a byte read: whatever comes of it, the bus can be used again.
proc recover {} {
    inject off
    host write 2 0x00
    run 2bit
    host setup
    bus_clear
}
i2c write [addr u1] 0xff
run 8bit
foreach symbol {start stop} {
    for {set slot 0} {$slot < 18} {incr slot} {
        foreach transfer {"write [addr u1] 0x55 0xff" "read [addr u1] 2" "read 0x6f 2"} {
            hostile $symbol at $slot
            i2c {*}[subst $transfer] within 60bit
            run 4bit
            recover
        }
        expect that {[i2c write [addr u1] 0xff] eq "ack"}
        run 8bit
        expect pins u1 0xff
    }
}
