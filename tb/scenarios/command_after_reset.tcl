# SPDX-License-Identifier: Apache-2.0
# The host is as quick as its bus allows: a command stands before the reset has ended, and begins at the very clock at which the filters know the lines.
foreach command {0x80 0x20 0x28 0x10 0x40 0xd0} {
    reset ctl 1us
    host write 0 0x18
    host write 1 0x00
    host write 2 0x80
    host write 4 $command
    expect that {[host read 6] == $command}
    run 4us
    host write 2 0x00
    run 2us
    host setup
    bus_clear
}
expect that {[i2c write [addr u1] 0xf0] eq "ack"}
run 5us
expect pins u1 0xf0
# SDA held from outside until then: the START finds it low and is lost (UM10204 3.1.8), whichever register the host asks first.
violates any
foreach register {6 4} {
    inject sda low 1.1us
    reset ctl 1us
    host write 0 0x18
    host write 1 0x00
    host write 2 0x80
    host write 4 0x80
    host read $register
    run 4us
    host read $register
    host write 2 0x00
    run 2us
    host setup
    bus_clear
}
