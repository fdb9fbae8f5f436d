# SPDX-License-Identifier: Apache-2.0
# While SCL is stretched SDA may still move: what counts is its level when SCL has really risen (UM10204 3.1.3, 3.1.9).
# An absent device; somebody else holds SCL low in the ACK clock, and says ACK only just before letting go.
foreach {late long} {2.8bit 1.2bit 1.6bit 2.4bit 0.4bit 3.6bit} {
    inject scl low 3.6bit at 8
    inject sda low $long at 8 plus $late
    expect that {[i2c write 0x50] ne "nack"}
    run 8bit
    expect wire scl high
    expect wire sda high
}
# The other way round: an early ACK that is gone at the rise is none.
inject scl low 3.6bit at 8
inject sda low 2.8bit at 8
expect that {[i2c write 0x50] eq "nack"}
run 8bit
expect that {[i2c write [addr u1] 0x3c] eq "ack"}
run 5us
expect pins u1 0x3c
