# SPDX-License-Identifier: Apache-2.0
# RXR and TXR are read at every bit of a byte: RXR keeps the last byte read until the next one is whole, whatever is sent, cut short or lost meanwhile.
proc byte_of {command} {
    host write 4 $command
    set seen {}
    while {[host read 4] & 0x02} {
        lappend seen [host read 3]
        run 0.3bit
    }
    return [lsort -unique $seen]
}
i2c write [addr u1] 0xff
foreach {pins last} {0b10100101 0x5a 0b01011010 0xa5 0b11111111 0x00 0b00000000 0xff 0b11001100 0x33} {
    # The byte before, whole.
    pins u1 [expr {$last}]
    run 4us
    i2c read [addr u1] 1
    expect data $last
    # Then one of another level in every bit: the old one, then the new one, and nothing between.
    pins u1 [expr {$pins}]
    run 4us
    host write 3 [expr {[addr u1] << 1 | 1}]
    expect that {[byte_of 0x91] == $last}
    expect that {[byte_of 0x21] eq [lsort -unique [list [expr {$last}] [expr {$pins}]]]}
    expect that {[host read 3] == $pins}
    # Cut short after each number of bits.
    host write 4 0x21
    run [expr {0.6 + $last % 7}]bit
    expect that {[host read 3] == $pins}
    host write 2 0x00
    expect that {[host read 3] == $pins}
    host setup
    bus_clear
}
# A write cut short in each bit leaves RXR alone, and the next byte is what was read.
for {set bits 1} {$bits < 10} {incr bits} {
    set before [host read 3]
    host write 3 [expr {[addr u1] << 1}]
    host write 4 0x91
    run ${bits}bit
    run 0.7bit
    expect that {[host read 3] == $before}
    host write 2 0x00
    expect that {[host read 3] == $before}
    host setup
    bus_clear
}
pins u1 0bzzzzzzzz
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
