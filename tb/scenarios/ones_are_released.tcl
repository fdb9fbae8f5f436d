# SPDX-License-Identifier: Apache-2.0
# A 1 is a line let go, never driven: whoever pulls it low has it low at once, in a bit of the target, in one of the controller, on the idle bus.
i2c write [addr u1] 0xff
# The target sends ones; somebody's 0 in one of them is read as a 0.
foreach {slot seen} {10 0xbf 12 0xef 15 0xfd} {
    inject sda low 0.9bit at $slot plus 0.15bit
    i2c read [addr u1] 1
    expect data $seen
}
# The controller sends ones, and loses against the same 0.
foreach slot {10 14} {
    inject sda low 2bit at $slot plus 0.15bit
    expect that {[i2c write [addr u1] 0xff] eq "lost"}
    run 4bit; # SDA is let go before anybody clears the bus
    bus_clear
}
# The idle lines.
foreach line {scl sda} {
    run 10us
    inject $line low 10us
    run 2us
    expect wire $line low
    run 20us
    expect wire $line high
    bus_clear
}
