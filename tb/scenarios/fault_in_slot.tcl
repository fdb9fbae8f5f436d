# SPDX-License-Identifier: Apache-2.0
# Each line forced to each level, and each socket reset, in the low and in the high of each kind of clock, of a START, and on the idle bus.
# The faults fall into the middle of phases and cut them short.
violates any
proc recover {} {
    inject off
    host write 2 0x00
    run 2bit
    host setup
    bus_clear
    run 2bit
}
proc break_transfer {fault transfer args} {
    i2c begin {*}$transfer
    {*}$fault {*}$args
    i2c wait within 80bit
    run 4bit
    recover
}
violates any
set faults {}
foreach line {scl sda} {
    foreach level {low high} {
        lappend faults "inject $line $level 0.15bit"
    }
}
lappend faults "reset ctl 0.15bit" "reset u1 0.15bit" "reset all 0.15bit"
i2c write [addr u1] 0xff
run 8bit
foreach fault $faults {
    foreach slot {3 7 8 12 17} {
        foreach phase {0.3bit 0.82bit} {
            break_transfer $fault "write [addr u1] 0xff 0x00" at $slot plus $phase
            break_transfer $fault "read [addr u1] 2" at $slot plus $phase
        }
    }
    # SDA falls some clks after the command is written; it is low for two fifths of a bit before SCL falls.
    foreach plus {16clk 20clk 26clk} {
        break_transfer $fault "write [addr u1] 0xff" plus $plus
    }
    # On the idle bus, with SCL high and with SCL low.
    {*}$fault
    run 4bit
    recover
    inject scl low 12bit
    {*}$fault plus 1.2bit
    run 2bit
    host setup ;# before SCL rises: what the controller waits for from there on, it counts by its prescale
    run 14bit
    recover
    expect that {[i2c write [addr u1] 0xff] eq "ack"}
    run 8bit
    expect pins u1 0xff
}
