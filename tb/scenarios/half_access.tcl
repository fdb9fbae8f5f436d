# SPDX-License-Identifier: Apache-2.0
# Half an access is none (Wishbone B4 3.1.3): CYC without STB, and STB without CYC, are not acknowledged and change nothing.
# Each stands by itself, so that an answer can be nobody else's.
host write 2 0x00
host write 3 0xc3
foreach half {cyc stb} {
    for {set register 0} {$register < 8} {incr register} {
        host $half $register 0x5a
        run 4clk
    }
}
expect that {[host read 2] == 0}
expect that {[host read 5] == 0xc3}
expect that {[host read 6] == 0}
host setup
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
run 5us
expect pins u1 0x5a
