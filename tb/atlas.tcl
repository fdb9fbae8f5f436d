# SPDX-License-Identifier: Apache-2.0
#
# One cell of the bit-slot atlas (atlas.h): a transfer with one fault in it, then what a driver does, then a probe. The atlas carries it out
# in a forked board; a scenario that repeats the cell sources this file and does the very same.
#
#   source .../tb/atlas.tcl
#   set cell [atlas::cell write {hostile stretch at 5 plus 3clk for 125clk}]
#   dict get $cell outcome            recovered, reported, wrong or hung, as atlas.h has them

namespace eval atlas {
    variable before 0xc3 ;# on the port before a write
    variable pins 0b10100110 ;# what the outside holds the pins at while they are read
    variable mark 0x96 ;# what the probe writes
    variable patience 60 ;# bits: longest that a driver waits for a transfer, with a stretch in it
    variable attempts 16 ;# to get the bus back: together longer than any fault that ends
}

# ---- the transfers --------------------------------------------------------------------------------------------------

# What is asked of the controller, and what is then on the port and in the bytes read.
proc atlas::transfer {name} {
    variable pins
    switch $name {
        write {return [list "write [addr u1] 0xa5 0x5a" 0x5a {}]}
        read {return [list "read [addr u1] 2" 0xff [list $pins $pins]]}
        write_read {return [list "write_read [addr u1] 0xa5 1" 0xa5 0xa5]}
    }
    error "there is no transfer \"$name\" in the atlas: write, read or write_read is wanted"
}

proc atlas::prepare {name} {
    variable before
    variable pins
    if {$name eq "read"} {
        pins u1 $pins
    } else {
        i2c write [addr u1] $before
    }
    run 10us
}

# ---- the driver -----------------------------------------------------------------------------------------------------

# What the host is told of the transfer under way: ack, nack, lost, or timeout.
proc atlas::told {bits} {
    for {set i 0} {$i < $bits} {incr i} {
        if {[i2c status] ne "busy"} {
            return [i2c status]
        }
        run 1bit
    }
    return timeout
}

# A command without interrupt. False: it does not end.
proc atlas::command {byte} {
    host write 4 $byte
    for {set i 0} {$i < 20} {incr i} {
        if {!([host read 4] & 0x02)} {
            return 1
        }
        run 1bit
    }
    return 0
}

# The controller is disabled, whatever it does, and set up anew.
proc atlas::restart {} {
    host write 2 0x00
    host setup
}

# Nine clocks with SDA released, then STOP twice: a target may acknowledge just there (docs/timing-contract.md, 5; UM10204 3.1.16).
proc atlas::clear {} {
    foreach byte {0x29 0x41 0x41} {
        if {![command $byte]} break
    }
    restart
}

# Another controller may have the bus: its STOP is waited for, but not for ever.
proc atlas::bus_is_free {} {
    for {set i 0} {$i < 20} {incr i} {
        if {!([host read 4] & 0x40)} {
            return 1
        }
        run 1bit
    }
    return 0
}

# A write and a read back: works, mismatch, or what the host was told.
proc atlas::probe {target} {
    variable mark
    foreach transfer [list "write [addr $target] $mark" "read [addr $target] 1"] {
        i2c begin {*}$transfer
        set told [told 40]
        if {$told ne "ack"} {
            if {$told eq "timeout"} restart
            return $told
        }
        set data [i2c data]
        run 10us
    }
    return [expr {$data == $mark ? "works" : "mismatch"}]
}

# Tries until the probe works. Returns how often the bus had to be cleared, and what became of the last probe.
proc atlas::recover {target} {
    variable attempts
    for {set cleared 0} {$cleared < $attempts} {incr cleared} {
        set over [expr {[hostile pending] == 0}]
        set probe [expr {[bus_is_free] ? [probe $target] : "busy"}]
        if {$probe eq "works" || ($probe eq "mismatch" && $over)} break
        run 10bit
        clear
    }
    return [list $cleared $probe]
}

# ---- the cell -------------------------------------------------------------------------------------------------------

# `fault` is a command of scenarios, given a bit before the transfer begins; the probe goes to `target`.
proc atlas::cell {name fault {target u1}} {
    variable patience
    violates any
    lassign [transfer $name] asked port bytes
    prepare $name
    eval $fault
    run 1bit
    i2c begin {*}$asked
    set told [told $patience]
    set data [i2c data]
    if {$told eq "timeout"} restart
    run 10us
    set seen [pins u1]
    set same [expr {$seen == ($name eq "read" ? [lindex $bytes 0] : $port) && [llength $data] == [llength $bytes]}]
    foreach got $data wanted $bytes {
        set same [expr {$same && $got == $wanted}]
    }
    pins u1 0bzzzzzzzz
    run 10us
    lassign [recover $target] cleared probe
    set outcome [outcome $told $same $cleared $probe]
    return [dict create outcome [lindex $outcome 0] why [lindex $outcome 1] told $told port $seen data $data cleared $cleared probe $probe]
}

proc atlas::outcome {told same cleared probe} {
    if {$probe eq "mismatch"} {return {wrong probe}}
    if {$probe ne "works"} {return {hung probe}}
    if {$told eq "timeout"} {return {hung transfer}}
    if {$told ne "ack"} {return [list reported $told]}
    if {!$same} {return {wrong transfer}}
    if {$cleared} {return {reported clear}}
    return {recovered {}}
}
