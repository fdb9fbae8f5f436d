# SPDX-License-Identifier: Apache-2.0
# Another device ends SCL's high phase early: the shortest high counts, and every device goes on from the wire's fall (UM10204 3.1.7).
violates any; # in a fast mode too short is tHIGH or the period, or both
i2c write [addr u1] 0xff
run 8bit
# SCL is high from 0.6 of a bit after its fall to the next fall; what is left of it is longer than any chip's filter, at 1 MHz too.
foreach pull {0.78bit 0.84bit 0.9bit} {
    for {set slot 2} {$slot < 18} {incr slot 3} {
        inject scl low 0.8bit at $slot plus $pull
    }
    expect that {[i2c write [addr u1] 0x69] eq "ack"}
    run 8bit
    expect pins u1 0x69
    expect that {[i2c write [addr u1] 0xff] eq "ack"}
    run 8bit
}
pins u1 0b10010110
run 10us
for {set slot 2} {$slot < 18} {incr slot 3} {
    inject scl low 0.8bit at $slot plus 0.8bit
}
i2c read [addr u1] 1
expect data 0x96
