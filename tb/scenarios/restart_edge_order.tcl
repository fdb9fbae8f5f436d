# SPDX-License-Identifier: Apache-2.0
# A repeated START in four moves, never two at once: SCL falls, SDA rises, SCL rises, SDA falls; after an ACK, a NACK and a read.
# Clauses: UM10204 3.1.3 (SDA changes only while SCL is low), table 10 (tHD;DAT, tSU;DAT, tSU;STA, tHD;STA).
proc moves {sda_before} {
    run 2clk
    expect wire scl low
    expect wire sda $sda_before
    run 0.1bit
    expect wire sda $sda_before
    run 0.3bit
    expect wire scl low
    expect wire sda high
    run 0.5bit
    expect wire scl high
    expect wire sda high
    run 0.5bit
    expect wire scl high
    expect wire sda low
    run 12bit
}
host write 3 [expr {[addr u1] << 1}]
host write 4 0x91
run 12bit
# The target's ACK ends with the last clock: SDA is up before the repeated START begins.
host write 4 0x80
moves high
expect that {([host read 4] & 0xc3) == 0x41}
# After the START alone SDA is low, and so it stays until tHD;DAT is over.
host write 4 0x80
moves low
# An address that nobody has: SDA is up.
host write 3 0x20
host write 4 0x10
run 12bit
host write 4 0x80
moves high
# A read whose last byte was acknowledged: the target sends on, and its first bit is a 1.
host write 3 [expr {[addr u1] << 1 | 1}]
host write 4 0x10
run 12bit
host write 4 0x20
run 12bit
host write 4 0x80
moves low
host write 4 0x41
run 8bit
expect that {([host read 4] & 0x62) == 0}
