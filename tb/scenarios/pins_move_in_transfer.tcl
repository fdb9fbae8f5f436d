# SPDX-License-Identifier: Apache-2.0
# A pin moves in each phase of an address, of a write and of a read: the next read tells what it is, and releases INT.
i2c write [addr u1] 0xff
run 8bit
foreach transfer {"write [addr u1] 0xff 0xff" "read [addr u1] 2" "read [addr u2] 1"} {
    foreach slot {3 8 12 17} {
        foreach phase {0.3bit 0.8bit} {
            foreach level {0b11110111 0b11111111} {
                i2c begin {*}[subst $transfer]
                pins u1 $level at $slot plus $phase
                expect that {[i2c wait] eq "ack"}
                run 5us
                i2c read [addr u1] 1
                expect data $level
                run 5us
                expect int u1 high
            }
        }
    }
}
