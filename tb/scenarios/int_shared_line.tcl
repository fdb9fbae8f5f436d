# SPDX-License-Identifier: Apache-2.0
# Two open-drain INT outputs on one line: it is low while either is, and a read of one does not free the other.
foreach u {u1 u2} {
    i2c write [addr $u] 0xff
}
expect int bus high
pins u1 0b0zzzzzzz
run 5us
expect int bus low
expect int u2 high
pins u2 0bzzzzzzz0
run 5us
expect int u2 low
i2c read [addr u1] 1
run 5us
expect int u1 high
expect int bus low
i2c read [addr u2] 1
run 5us
expect int bus high
