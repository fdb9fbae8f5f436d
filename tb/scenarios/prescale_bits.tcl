# SPDX-License-Identifier: Apache-2.0
# Each bit of the prescaler's multiples by itself, and with one that is as small as a filter is deep: 2P and 3P less the filter are waited for at
# the rise of SCL, 3P at a STOP that somebody keeps from the wires.
violates any
proc prescale {p} {
    host write 2 0x00
    run 20us
    host write 0 [expr {($p - 1) & 0xff}]
    host write 1 [expr {($p - 1) >> 8}]
    host write 2 0x80
}
proc command {cr clks} {
    host write 4 $cr
    run ${clks}clk
    host read 4
}
for {set bit 7} {$bit <= 17} {incr bit} {
    foreach more {0 2 4 64} { # 2P: tSU;STO
        set p [expr {((1 << $bit) + $more) / 2}]
        if {$p <= 65536} {
            prescale $p
            command 0x80 [expr {5 * $p + 100}]
            expect that {[command 0x40 [expr {5 * $p + 200}]] == 0x01}
        }
    }
    foreach more {0 3 6 64} { # 3P: tSU;STA, and the controller's patience
        set p [expr {((1 << $bit) + $more + 2) / 3}]
        prescale $p
        command 0x80 [expr {5 * $p + 100}]
        command 0x80 [expr {8 * $p + 200}]
        host write 4 0x40
        run [expr {4 * $p}]clk
        inject sda low [expr {5 * $p + 300}]clk
        run [expr {4 * $p + 100}]clk
        expect that {([host read 4] & 0x20) == 0x20}
        inject off
    }
}
host write 2 0x00
host setup
bus_clear
expect that {[i2c write [addr u1] 0x3c] eq "ack"}
