# SPDX-License-Identifier: Apache-2.0
# Somebody makes a START and a STOP in the middle of a data byte: the half byte is forgotten, and the port keeps what it had.
violates {tSU;STA}
i2c write [addr u1] 0x5a
run 8bit
for {set slot 10} {$slot < 17} {incr slot} {
    # SCL is high from 0.6 of a bit after its fall to the next one: SDA falls within it, and rises when the loser has let go.
    inject sda low 2bit at $slot plus 0.65bit
    expect that {[i2c write [addr u1] 0xff] eq "lost"}
    run 8bit
    expect wire scl high
    expect wire sda high
    expect pins u1 0x5a
    expect that {([host read 4] & 0x40) == 0}
}
expect that {[i2c write [addr u1] 0xc3] eq "ack"}
run 5us
expect pins u1 0xc3
