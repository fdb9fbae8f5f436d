# SPDX-License-Identifier: Apache-2.0
# A repeated START turns a write into a read without freeing the bus, and resets the target wherever it stands.
i2c write_read [addr u1] 0x3c 1
expect data 0x3c
expect status ack
i2c write_read [addr u1] {0xff 0x0f} 3
expect data 0x0f 0x0f 0x0f
# To the other target: the first one must let go.
i2c write [addr u2] 0x77
i2c write_read [addr u1] {} 2
expect data 0x0f 0x0f
run 5us
expect pins u2 0x77

# A repeated START by hand in the middle of nothing but the address: STA again and again.
host write 3 [expr {[addr u1] << 1}]
foreach again {1 2 3} {
    host write 4 0x90
    run 20bit
    expect that {([host read 4] & 0xe3) == 0x41}
}
host write 4 0x41
run 8bit
expect that {([host read 4] & 0x42) == 0}
