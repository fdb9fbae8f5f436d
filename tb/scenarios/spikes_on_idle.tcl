# SPDX-License-Identifier: Apache-2.0
# Spikes on a bus that nobody uses, with both lines high, with SCL low, with SDA low: none of them is a level (UM10204 table 10, tSP).
i2c write [addr u1] 0xff
run 8bit
foreach level {low high} {
    inject scl $level 20ns
    inject sda $level 20ns plus 1bit
    run 4bit
    # SCL is low for a while; both lines have their spikes in it.
    inject scl low 4bit
    inject scl $level 20ns plus 1bit
    inject sda $level 20ns plus 2bit
    run 6bit
    # SDA is low without a START: it fell in SCL's low.
    inject scl low 2bit
    inject sda low 8bit plus 1bit
    inject sda $level 20ns plus 1.5bit
    inject sda $level 20ns plus 4bit
    inject scl $level 20ns plus 5bit
    run 12bit
}
# The end of that was a STOP; the bus is free.
expect that {([host read 4] & 0x42) == 0}
expect that {[i2c write [addr u1] 0x5a] eq "ack"}
run 5us
expect pins u1 0x5a
