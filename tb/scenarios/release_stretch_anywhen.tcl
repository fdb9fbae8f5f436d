# SPDX-License-Identifier: Apache-2.0
# A stretch is let go at every fifth clk of a clock's period, in each kind of slot: no bit is lost, and no clock is cut short.
# write_read: 1 address, 8 ACK, 12 data to the target, 17 its ACK, 18 repeated START; in its second frame 12 data of the target, 17 NACK, 18 STOP.
set period [bit_clks]
set byte 0
foreach {frame slot} {1 1 1 8 1 12 1 17 1 18 2 0 2 8 2 12 2 17 2 18} {
    for {set phase [expr {$slot % 5}]} {$phase < $period} {incr phase 5} {
        set byte [expr {($byte * 5 + 3) & 0xff}]
        hostile stretch at $slot frame $frame plus [expr {$period / 5}]clk for [expr {$period + $phase}]clk
        expect that {[i2c write_read [addr u1] $byte 1] eq "ack"}
        expect data $byte
        run 10us
        expect pins u1 $byte
        expect wire scl high
        expect wire sda high
    }
}
