# SPDX-License-Identifier: Apache-2.0
# The host is late with its next byte, by less than a clock and by more: SCL is held low meanwhile, without a glitch (UM10204 3.1.9).
foreach pause {1clk 7clk 0.1bit 0.5bit 0.9bit 3bit} {
    host write 3 [expr {[addr u1] << 1}]
    host write 4 0x91
    foreach {value command} {0xff 0x11 0x00 0x11 0xff 0x51} {
        while {[host read 4] & 0x02} {}
        expect wire scl low
        run $pause
        expect wire scl low
        host write 3 $value
        expect wire scl low
        host write 4 $command
        expect wire scl low
    }
    while {[host read 4] & 0x02} {}
    expect wire scl high
    expect wire sda high
    run 5us
    expect pins u1 0xff
}
