# SPDX-License-Identifier: Apache-2.0
# Every register reads back as the map says; PRER is locked while EN is 1; a polled controller (IEN = 0) never interrupts.
set prescale [expr {[bit_clks] / 5 - 1}]
proc check {prescale} {
    expect that {[host read 0] == ($prescale & 0xff)}
    expect that {[host read 1] == $prescale >> 8}
}
check $prescale
expect that {[host read 2] == 0xc0}
expect that {[host read 4] == 0}
# Locked, then not.
host write 0 0x55
host write 1 0xaa
check $prescale
host write 2 0x3f
expect that {[host read 2] == 0}
host write 0 0x55
host write 1 0xaa
check 0xaa55
host write 0 [expr {$prescale & 0xff}]
host write 1 [expr {$prescale >> 8}]
check $prescale

# Without IEN: a command's end is seen in SR alone.
host write 2 0x80
expect that {[host read 2] == 0x80}
host write 3 [expr {[addr u1] << 1}]
expect that {[host read 5] == [addr u1] << 1}
host write 4 0x90
expect that {[host read 6] == 0x90}
expect that {([host read 4] & 0x02) == 0x02}
run 20bit
expect that {[host read 4] == 0x41}
host write 3 0x5a
host write 4 0x51
run 20bit
expect that {[host read 4] == 0x01}
expect pins u1 0x5a
expect that {[host read 6] == 0}
expect that {[host read 7] == 0}
# Nothing is behind the addresses 5 to 7 of a write.
foreach register {5 6 7} {host write $register 0xff}
expect that {[host read 5] == 0x5a}
expect that {[host read 6] == 0}
expect that {[host read 4] == 0x01}
host write 4 0x01
expect that {[host read 4] == 0}
# Half an access, CYC without STB or STB without CYC, is none (Wishbone B4 3.1.3). Each stands by itself: an answer could be to nothing else.
foreach half {cyc stb} {
    for {set register 0} {$register < 8} {incr register} {
        host $half $register 0xff
        run 4clk
    }
}
expect that {[host read 2] == 0x80}
expect that {[host read 5] == 0x5a}
expect that {[host read 6] == 0}
