# SPDX-License-Identifier: Apache-2.0
# All combinations of STA, STO, RD and WR: carried out, on a bus where they lose, while another one runs, and without EN.
proc recover {} {
    inject off
    host write 2 0x00
    run 2bit
    host setup
    bus_clear
}
proc give {command} {
    host write 3 0xff
    host write 4 $command
    run 70bit
    return [host read 4]
}
for {set bits 0} {$bits < 16} {incr bits} {
    # Bit 3: a read sends NACK. IACK: whatever was pending is not this command's.
    set command [expr {$bits << 4 | 0x09}]
    recover
    # Done, or done and without a STOP: never under way for ever.
    expect that {([give $command] & 0x22) == 0}
    recover
    # SDA falls while SCL is low, which is no START; then the bus is free, and nobody can send a 1 on it.
    inject scl low 1.5bit
    inject sda low 75bit plus 0.5bit
    run 3bit
    expect that {([give $command] & 0x62) == [expr {$bits ? 0x20 : 0}]}
    recover
    # While a byte is under way it is ignored.
    host write 3 [expr {[addr u1] << 1}]
    host write 4 0x91
    run 4bit
    host write 4 [expr {$command & 0xf0}]
    run 20bit
    expect that {([host read 4] & 0xe3) == 0x41}
    expect that {[host read 6] == 0}
    recover
    # Without EN too.
    host write 2 0x40
    host write 2 0x00
    host write 4 $command
    expect that {([host read 4] & 0x02) == 0}
}
recover
# EN and IEN in all ways, enabled anew while enabled.
foreach ctr {0x80 0xc0 0x80 0x40 0x00 0x40 0xc0} {
    host write 2 $ctr
    expect that {[host read 2] == $ctr}
}
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
run 5us
expect pins u1 0x5a
