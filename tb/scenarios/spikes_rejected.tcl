# SPDX-License-Identifier: Apache-2.0
# Spikes of 50 ns and less on SCL and SDA are no levels (UM10204 table 10, tSP), at any place in a transfer.
i2c write [addr u1] 0xff
foreach width {20ns 40ns} {
    foreach line {scl sda} {
        foreach level {low high} {
            for {set slot 0} {$slot < 18} {incr slot 3} {
                inject $line $level $width at $slot plus 0.2bit
                inject $line $level $width at [expr {$slot + 1}] plus 0.72bit
                inject $line $level $width at [expr {$slot + 2}] plus 0.44bit
            }
            expect that {[i2c write [addr u1] 0x96] eq "ack"}
            run 8bit
            expect pins u1 0x96
            i2c write [addr u1] 0xff
            run 5us
        }
    }
}
# On the idle bus: neither START nor STOP.
inject sda low 40ns
run 5us
expect that {([host read 4] & 0x40) == 0}
inject scl low 40ns
run 5us
expect that {[i2c read [addr u1] 1] eq "ack"}
expect data 0xff
