# SPDX-License-Identifier: Apache-2.0
# A read clears INT at the ACK of its address, even if no data byte is wanted; a NACKed byte takes no sample.
i2c write [addr u1] 0xff
pins u1 0b11110000
run 5us
expect int u1 low
i2c begin read [addr u1] 1
run 8bit
expect int u1 low
# 4 us after the ACK clock's rise at the latest.
run 2bit
run 4us
expect int u1 high
i2c wait
expect data 0xf0
expect int u1 high
# A change after the last sample stays pending, whatever the NACK at the end does.
i2c begin read [addr u1] 1
pins u1 0b11111111 at 14
i2c wait
run 5us
expect data 0xf0
expect int u1 low
i2c read [addr u1] 1
expect data 0xff
run 5us
expect int u1 high
# A pin that rises within a read, after the address was acknowledged, is released by the next byte's ACK.
pins u1 0b11111110
run 5us
i2c read [addr u1] 1
i2c begin read [addr u1] 2
pins u1 0b11111111 at 11
i2c wait
run 5us
expect data 0xfe 0xff
expect int u1 high
# Traffic of another device never touches it.
pins u1 0b11111110
run 5us
i2c write [addr u2] 0x00
i2c read [addr u2] 2
expect int u1 low
