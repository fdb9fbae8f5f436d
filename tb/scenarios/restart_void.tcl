# SPDX-License-Identifier: Apache-2.0
# A START right after a START, and one after a byte that was read and acknowledged: SDA is low when the repeated START begins.
host write 4 0x80
run 4bit
host write 4 0x80
run 8bit
expect that {([host read 4] & 0xe3) == 0x41}
expect wire scl low
host write 4 0x41
run 8bit
expect that {([host read 4] & 0x62) == 0}
pins u1 0b11011111
run 10us
# START, address and R; RD with ACK; repeated START while the target sends a 1, address and W; a data byte and STOP.
host write 3 [expr {[addr u1] << 1 | 1}]
host write 4 0x91
run 16bit
host write 4 0x21
run 16bit
expect that {[host read 3] == 0xdf}
host write 3 [expr {[addr u1] << 1}]
host write 4 0x91
run 20bit
expect that {([host read 4] & 0xe3) == 0x41}
host write 3 0x3c
host write 4 0x51
run 20bit
expect that {([host read 4] & 0xe3) == 0x01}
run 5us
expect pins u1 0b00011100
