# SPDX-License-Identifier: Apache-2.0
# After a write INT works on as before: what changes later pulls it low, what the write itself moves does not, with either personality.
proc change {pattern level} {
    pins u1 $pattern
    run 5us
    expect int u1 $level
}
foreach byte {0xff 0xf0 0x0f} {
    expect that {[i2c write [addr u1] $byte] eq "ack"}
    run 5us
    expect int u1 high
    change [expr {$byte & 0x7e}] [expr {$byte & 0x81 ? "low" : "high"}]
    expect that {[i2c write [addr u1] $byte] eq "ack"}
    run 5us
    expect int u1 high
    change 0bzzzzzzzz low
    # INT is still low where the data byte ends, and high once its ACK clock is over.
    i2c begin write [addr u1] $byte
    run 17bit
    expect int u1 low
    i2c wait
    run 5us
    expect int u1 high
}
# Long writes: every byte is a write of its own.
i2c write [addr u1] 0x00 0xff 0x00 0xff
run 5us
expect int u1 high
change 0b0zzzzzzz low
change 0bzzzzzzzz high
