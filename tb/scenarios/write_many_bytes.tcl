# SPDX-License-Identifier: Apache-2.0
# Each acknowledged byte of a long write takes the port at its own ACK (NXP PCF8574 8.2).
i2c begin write [addr u1] 0x11 0x22 0x33 0x44 0x55
expect that {[i2c wait] eq "ack"}
run 5us
expect pins u1 0x55
i2c write [addr u1] 0x00 0xff 0x00 0xff 0x0f
run 5us
expect pins u1 0x0f
i2c begin write [addr u1] 0xde 0xad
run 18bit
# After clock 18 and its fall the first byte is out, and the second is not.
run 4bit
expect pins u1 0xde
i2c wait
run 5us
expect pins u1 0xad
