# SPDX-License-Identifier: Apache-2.0
# Nobody answers an absent address, the general call, or a reserved address (UM10204 table 4; TI PCF8574 7.3.1).
i2c write [addr u1] 0x12
set present [list [addr u1] [addr u2]]
foreach address {0x10 0x21 0x3f 0x24 0x50 0x77} {
    if {$address in $present} continue
    expect that {[i2c write $address 0x00] eq "nack"}
    expect that {[i2c read $address 1] eq "nack"}
}
foreach address {0x00 0x01 0x02 0x03 0x04 0x07 0x78 0x7b 0x7c 0x7f} {
    expect that {[i2c write $address 0x06] eq "nack"}
    expect that {[i2c read $address 1] eq "nack"}
}
run 5us
expect pins u1 0x12
expect that {[i2c write [addr u1]] eq "ack"}
run 5us
expect pins u1 0x12
