# SPDX-License-Identifier: Apache-2.0
# Writes and reads of many lengths that end with a STOP, with a repeated START, within a byte, and by a reset of everything.
proc recover {} {
    inject off
    host write 2 0x00
    run 2bit
    host setup
    bus_clear
}
# One command, to its end.
proc command {byte bits} {
    host write 3 $byte
    host write 4 $bits
    while {[host read 4] & 0x02} {run 1us}
}
proc address {u read} { command [expr {[addr $u] << 1 | $read}] 0x91 }
i2c write [addr u1] 0xff
run 8bit
foreach length {0 1 2 4 10} {
    foreach read {0 1} {
        set data [expr {$read ? 0x21 : 0x11}]
        # STOP, and the same after a byte that nobody acknowledges.
        # Repeated START: the address, the bytes, and a START without a STOP.
        address u1 $read
        for {set i 0} {$i < $length} {incr i} {command 0xff $data}
        address u1 0
        command 0xff 0x51
        # A START and a STOP in the middle of the next byte.
        hostile start at [expr {9 * $length + 12}]
        address u1 $read
        for {set i 0} {$i < $length} {incr i} {command 0xff $data}
        command 0xff $data
        run 4bit
        recover
        # Everything is reset there.
        address u1 $read
        for {set i 0} {$i < $length} {incr i} {command 0xff $data}
        reset all 1us
        run 4bit
        recover
    }
    expect that {[i2c write [addr u1] {*}[lrepeat $length 0xff]] eq "ack"}
    if {$length} {expect that {[i2c read [addr u1] $length] eq "ack"}}
}
# A byte that nobody acknowledges, the first or a later one: the driver may end the transfer, or start anew, or go on.
foreach slot {17 26} {
    foreach then {0x41 0x91} {
        hostile nack at $slot
        address u1 0
        for {set i 17} {$i <= $slot} {incr i 9} {command 0xff 0x11}
        expect that {[host read 4] & 0x80}
        command [expr {[addr u1] << 1}] $then
        recover
    }
}
address u1 0
run 4bit
recover
# The same in reads: the controller itself says when it has enough.
foreach then {0x41 0x91} {
    address u1 1
    command 0 0x21
    command 0 0x29
    command [expr {[addr u1] << 1}] $then
    recover
}
# Somebody acknowledges the last byte in the controller's place: it sent a 1 and has lost.
address u1 1
hostile contend at 17
command 0 0x29
expect that {[host read 4] & 0x20}
recover
# To an absent device, which the driver does not care about.
command 0xa0 0x91
command 0x00 0x11
command 0xa0 0x91
command 0xa0 0x41
recover
expect that {[i2c write [addr u1] 0xff] eq "ack"}
