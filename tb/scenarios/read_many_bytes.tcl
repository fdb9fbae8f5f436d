# SPDX-License-Identifier: Apache-2.0
# Every byte of a long read is a fresh sample, taken at the ACK before it (PCF8574 data sheets, read mode).
i2c write [addr u1] 0xff
pins u1 0b00000001
run 5us
i2c begin read [addr u1] 4
# Pins for byte k are taken at the rise of clock 9k: they change in the middle of the byte before.
pins u1 0b00000010 at 13
pins u1 0b00000100 at 22
pins u1 0b00001000 at 31
expect that {[i2c wait] eq "ack"}
expect data 0x01 0x02 0x04 0x08
run 5us
expect int u1 high
pins u1 0b00010000
run 5us
expect int u1 low
i2c read [addr u1] 16
expect data {*}[lrepeat 16 0x10]
expect int u1 high
