# SPDX-License-Identifier: Apache-2.0
# Every bit of every register is written and read as 0 and as 1, beside neighbours of either level; a locked PRER keeps each of its bits.
proc check {lo hi} {
    expect that {[host read 0] == $lo}
    expect that {[host read 1] == $hi}
}
set values {0x00 0xff 0x55 0xaa 0x33 0xcc 0x0f 0xf0 0x01 0x80 0xfe 0x7f}
foreach value $values {
    set other [expr {$value ^ 0xff}]
    host write 2 0x00
    host write 0 $value
    host write 1 $other
    host write 3 $value
    check $value $other
    expect that {[host read 5] == $value}
    # Each address after each other one: nothing of the last answer is left.
    foreach register {7 0 2 1 4 3 5 6 0 7 1 6 5 2 4} {host read $register}
    host write 2 0xc0
    foreach locked $values {
        host write 0 $locked
        host write 1 $locked
        check $value $other
    }
    expect that {[host read 2] == 0xc0}
}
# And each value, for a bit that minds another one.
for {set value 0} {$value < 256} {incr value} {
    host write 2 0x00
    host write 0 $value
    host write 1 $value
    host write 3 $value
    expect that {[host read 5] == $value}
    host write 2 0xc0
    host write 0 0x00
    host write 1 0x00
    check $value $value
}
# CR tells the command under way, all bits of it, and keeps them whatever else is commanded meanwhile.
for {set bits 2} {$bits < 32} {incr bits} {
    host write 2 0x00
    host write 0 0xff
    host write 2 0x80
    host write 4 [expr {$bits << 3}]
    expect that {[host read 6] == [expr {$bits << 3}]}
    foreach other {0x00 0xf8} {
        host write 4 $other
        expect that {[host read 6] == [expr {$bits << 3}]}
    }
    host write 2 0x00
    expect that {[host read 6] == [expr {($bits & 1) << 3}]}
    host setup
    bus_clear
}
# Half an access is none (Wishbone B4 3.1.3, rule 3.25): cyc without stb, stb without cyc, at rest and around a real one.
host write 3 0xc3
foreach half {cyc stb} {
    foreach {register byte} {3 0x5a 2 0x00 4 0x90 0 0x00 7 0xff} {
        host $half $register $byte
    }
    expect that {[host read 5] == 0xc3}
    host $half 3 0x00
    expect that {[host read 5] == 0xc3}
    expect that {[host read 2] == 0xc0}
    expect that {[host read 6] == 0}
}
host write 2 0x00
host setup
bus_clear
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
run 5us
expect pins u1 0x5a
