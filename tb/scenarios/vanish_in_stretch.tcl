# SPDX-License-Identifier: Apache-2.0
# Somebody stretches the clock, and meanwhile the target, the controller or all of the board goes through reset, or the host gives up: as
# soon as SCL is let go the bus comes back to idle, at the latest after a bus clear.
proc is_idle {} {
    expect wire scl high
    expect wire sda high
    expect that {([host read 4] & 0x42) == 0}
}
proc works {byte} {
    expect that {[i2c write [addr u1] $byte] eq "ack"}
    run 10us
    expect pins u1 $byte
    i2c read [addr u1] 1
    expect data $byte
}
foreach transfer {write read} {
    set asked [expr {$transfer eq "write" ? "write [addr u1] 0x5a 0xa5" : "read [addr u1] 2"}]
    foreach slot {0 4 8 9 13 17 18 22} {
        # The target: its ACK is missing, or its bits are ones.
        hostile stretch at $slot frame 1 for 8bit
        hostile vanish at $slot frame 1 plus 2bit for 3bit on u1
        expect that {[i2c {*}$asked] in {ack nack}}
        run 10us
        is_idle
        works 0x3c
        # The controller, and the host who does not hear of it.
        hostile stretch at $slot frame 1 for 8bit
        hostile vanish at $slot frame 1 plus 2bit for 3bit on ctl
        i2c begin {*}$asked
        run 40bit
        host setup
        bus_clear
        is_idle
        works 0xc3
        # The host disables the controller.
        hostile stretch at $slot frame 1 for 8bit
        i2c begin {*}$asked
        run [expr {$slot + 5}]bit
        host write 2 0x00
        run 12bit
        host setup
        bus_clear
        is_idle
        works 0x69
        # The whole board.
        hostile stretch at $slot frame 1 for 8bit
        reset all 3bit at $slot plus 2bit
        i2c begin {*}$asked
        run 40bit
        host setup
        is_idle
        expect pins u1 0xff
        works 0x96
    }
}
