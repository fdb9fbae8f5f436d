# SPDX-License-Identifier: Apache-2.0
# A chip comes out of reset while somebody holds a line low: what it has not seen change is no START, no STOP and no clock.
violates any
proc check_quiet {} {
    expect that {([host read 4] & 0x40) == 0}
    foreach u {u1 u2} {
        expect pins $u 0xff
        expect int $u high
    }
}
# From power-up on: SCL, SDA, both. SDA goes up where SCL is low.
foreach {scl sda} {400clk 0clk 400clk 300clk 400clk 400clk} {
    power off
    foreach line {scl sda} {
        if {[set $line] ne "0clk"} {
            inject $line low [set $line]
        }
    }
    run 100clk
    power on
    run 40clk
    expect wire scl low
    expect wire sda [expr {$sda eq "0clk" ? "high" : "low"}]
    check_quiet
    run 400clk
    expect wire scl high
    expect wire sda high
    check_quiet
    expect that {[i2c write [addr u1] 0xff] eq "ack"}
}
# SDA alone: the foreign START was before the reset, and the controller does not know of it.
inject sda low 20us
run 3us
reset ctl 1us
run 4us
expect wire sda low
host setup
check_quiet
run 20us
expect that {[i2c write [addr u1] 0x96] eq "ack"}
run 5us
expect pins u1 0x96
# A target reset in the middle of another one's byte, where SCL is high and SDA low. The bits that follow would call it after a START:
# seven of its address and, from the ACK, a 0.
reset u1 0.3bit at 18 plus 0.5bit
expect that {[i2c write [addr u2] 0x00 [addr u1] 0xff] eq "ack"}
run 5us
expect pins u1 0xff
expect pins u2 0xff
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
run 5us
expect pins u1 0x5a
