# SPDX-License-Identifier: Apache-2.0
# Every walking 1, walking 0 and a few full patterns reach the port of both targets.
proc check {byte} {
    foreach u {u1 u2} {
        expect that {[i2c write [addr $u] $byte] eq "ack"}
        run 5us
        expect pins $u $byte
        expect int $u high
    }
}
for {set bit 0} {$bit < 8} {incr bit} {
    check [expr {1 << $bit}]
    check [expr {0xff ^ 1 << $bit}]
}
foreach byte {0x00 0xff 0xa5 0x5a} {
    check $byte
}
