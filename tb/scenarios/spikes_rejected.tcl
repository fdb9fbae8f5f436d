# SPDX-License-Identifier: Apache-2.0
# Spikes of 50 ns and less on SCL and SDA are no levels (UM10204 table 10, tSP), at any place in a transfer.
i2c write [addr u1] 0xff
set widest [expr {[clks 1ms] / 25000}]; # 40 ns, rounded down
if {$widest < 1} {set widest 1}
foreach width [lsort -unique [list 1 $widest]] {
    foreach line {scl sda} {
        foreach level {low high} {
            # Each by itself: nobody need reject one that follows another within a filter's depth. A spike on SCL is a fall too, and counts as a slot.
            foreach {first phase} {0 0.2bit 1 0.72bit 2 0.44bit} {
                for {set slot $first} {$slot < 18} {incr slot 3} {
                    inject $line $level ${width}clk at $slot plus $phase
                }
                expect that {[i2c write [addr u1] 0x96] eq "ack"}
                run 8bit
                expect pins u1 0x96
                i2c write [addr u1] 0xff
                run 5us
            }
        }
    }
}
# On the idle bus: neither START nor STOP.
inject sda low ${widest}clk
run 5us
expect that {([host read 4] & 0x40) == 0}
inject scl low ${widest}clk
run 5us
expect that {[i2c read [addr u1] 1] eq "ack"}
expect data 0xff
