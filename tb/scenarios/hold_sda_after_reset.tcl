# SPDX-License-Identifier: Apache-2.0
# A device comes out of reset holding SDA low (m-labs/artiq #957): on an idle bus that is a START of somebody, for the host a bus that stays
# busy. It has to give up and to clear the bus; while SDA is held that does not help, and as soon as it is let go the next transfer works.
proc told {bits} {
    for {set i 0} {$i < $bits && [i2c status] eq "busy"} {incr i} {run 1bit}
    return [i2c status]
}
foreach socket {u1 u2} {
    foreach hold {60bit 75bit 90bit} {
        i2c write [addr u1] 0x0f
        hostile holds_sda for $hold on $socket
        run 3bit
        expect wire sda low
        expect that {([host read 4] & 0x40) != 0}
        i2c begin write [addr u1] 0xf0
        expect that {[told 20] eq "busy"}
        host write 2 0x00
        host setup
        bus_clear
        expect wire sda low
        expect that {([host read 4] & 0x40) != 0}
        while {[hostile pending]} {run 1bit}
        bus_clear
        expect wire scl high
        expect wire sda high
        expect that {([host read 4] & 0x40) == 0}
        expect that {[i2c write [addr u1] 0xf0] eq "ack"}
        run 10us
        expect pins u1 0xf0
    }
}
# With its clock running: SDA is held when the reset ends in the middle of a byte. The host is told, or its next transfer is.
foreach slot {2 8 12 17} {
    hostile holds_sda at $slot frame 1 for 12bit on u1
    expect that {[i2c write [addr u1] 0xff 0xff] in {lost nack}}
    while {[hostile pending]} {run 1bit}
    bus_clear
    expect that {[i2c write [addr u1] 0x3c] eq "ack"}
    run 10us
    expect pins u1 0x3c
}
