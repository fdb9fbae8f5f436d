# SPDX-License-Identifier: Apache-2.0
# Commands that a driver ought not to give: each ends, and the next transfer works.
proc command {value {bits 30}} {
    host write 4 $value
    run ${bits}bit
}
proc good_transfer {byte} {
    bus_clear
    expect that {[i2c write [addr u1] $byte] eq "ack"}
    run 5us
    expect pins u1 $byte
}
host write 3 [expr {[addr u1] << 1}]
command 0x31
good_transfer 0x11
# STOP alone, a read alone, a write of ones alone, START alone; all at once.
command 0x41
good_transfer 0x22
command 0x21
good_transfer 0x33
host write 3 0xff
command 0x11
good_transfer 0x44
command 0x81
command 0x41
good_transfer 0x55
command 0xf9 60
good_transfer 0x66
# TXR, CR and PRER written while a byte is on the wires: the byte stays what it was.
i2c begin write [addr u1] 0x33
run 12bit
host write 3 0xcc
host write 0 0x01
run 20bit
good_transfer 0x77
host write 3 [expr {[addr u1] << 1}]
command 0x91 2
foreach value {0x40 0x20 0x08 0xf8} {
    command $value 1
}
run 20bit
good_transfer 0x88
# No command at all, with and without EN; a command without EN.
command 0x00 2
command 0x08 2
host write 2 0x40
command 0x91 20
expect that {([host read 4] & 0x02) == 0}
host write 2 0xc0
good_transfer 0x99
# Enabled and disabled at once, with and without a command between.
host write 2 0x00
host write 2 0xc0
host write 4 0x80
host write 2 0x00
host write 2 0xc0
run 8bit
good_transfer 0xaa
# A command as early after reset as the host bus allows.
reset ctl 1us
run 2us
host write 0 0x18
host write 1 0x00
host write 2 0xc0
host write 3 [expr {[addr u1] << 1}]
command 0x91
host setup
good_transfer 0xbb
# A repeated START commanded before anybody asked whether the byte was done, against the 0 that the target sends by then: lost.
i2c write_read [addr u2] {0x00} 1
host write 4 0x80
run 1.44bit
host write 4 0x10
run 14.4bit
host write 4 0xff
bus_clear
good_transfer 0xcc
# A pin moved in the middle of the pulses of a cut transfer.
i2c begin read [addr u1] 2
pins u1 0b0zzzzzzz at 8 plus 0.7bit
violates any; # SDA is forced high while SCL is
inject sda high 0.1bit at 8 plus 0.8bit
i2c wait
pins u1 0bzzzzzzzz
good_transfer 0xff
