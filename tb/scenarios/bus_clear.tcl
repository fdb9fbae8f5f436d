# SPDX-License-Identifier: Apache-2.0
# A controller is reset in the middle of a read while the target holds SDA low; nine clocks with SDA released free it (UM10204 3.1.16).
i2c write [addr u1] 0x00
run 8bit
i2c begin read [addr u1] 1
run 12bit
reset ctl 1us
host write 2 0x00
run 8bit
expect wire scl high
expect wire sda low
host setup
# A START is not possible on this bus: it is reported, not tried for ever.
expect that {[i2c write [addr u1] 0xff] eq "lost"}
# Nine clocks with SDA released: SCL is held low after them, and the target has let go.
host write 4 0x29
run 16bit
expect wire scl low
expect wire sda high
host write 4 0x41
run 8bit
expect wire sda high
expect wire scl high
expect that {[i2c write [addr u1] 0xc3] eq "ack"}
run 5us
expect pins u1 0xc3
# Somebody holds SCL, or has just let it go, when the nine clocks are commanded: the high time that follows is not cut short.
for {set phase 0} {$phase < 1.5 * [bit_clks]} {incr phase [expr {[bit_clks] / 5}]} {
    inject scl low 3bit
    run 2bit
    run ${phase}clk
    host write 4 0x29
    run 20bit
    bus_clear
}
expect that {[i2c write [addr u1] 0x69] eq "ack"}
run 5us
expect pins u1 0x69
