# SPDX-License-Identifier: Apache-2.0
# Two controllers start together. The one that sends 1 where the other sends 0 loses, lets go, and says so; the winner's transfer is whole.
# The rival calls the lower address and wins in the address.
lassign [expr {[addr u1] < [addr u2] ? {u1 u2} : {u2 u1}}] lower higher
rival write [addr $lower] 0xff
rival wait
run 8bit
i2c begin write [addr $higher] 0x99
rival write [addr $lower] 0x5a
expect that {[i2c wait] eq "lost"}
expect that {[rival wait] eq "ack"}
run 8bit
expect pins $lower 0x5a
expect that {([host read 4] & 0x60) == 0x20}
# A START that is not taken, for the controller is off, leaves AL as it is.
host write 2 0x00
host write 4 0x80
expect that {([host read 4] & 0x60) == 0x20}
host setup
# The loser tries again and gets through; AL goes with the new START.
expect that {[i2c write [addr $higher] 0x99] eq "ack"}
run 5us
expect pins $higher 0x99
expect that {([host read 4] & 0x60) == 0}

# Against the same address, decided in the data: ours is lower and wins.
i2c begin write [addr u1] 0x0f
rival write [addr u1] 0xf0
expect that {[i2c wait] eq "ack"}
expect that {[rival wait] eq "lost"}
run 5us
expect pins u1 0x0f

# Identical transfers: both succeed (UM10204 3.1.8).
i2c begin write [addr u1] 0x3c
rival write [addr u1] 0x3c
expect that {[i2c wait] eq "ack"}
expect that {[rival wait] eq "ack"}
run 5us
expect pins u1 0x3c

# A START while the bus is busy waits for the STOP of the other, in its ones and in its zeros.
rival write [addr u2] 0xff 0x00 0x03
run 12bit
expect that {[i2c write [addr u1] 0x18] eq "ack"}
rival wait
run 5us
expect pins u1 0x18
expect pins u2 0x03
rival write [addr u2] 0x01 0x02 0x03
run 12bit
expect that {[i2c write [addr u1] 0x81] eq "ack"}
rival wait
run 5us
expect pins u1 0x81
expect pins u2 0x03

# A foreign low on SDA where we send 1 is a loss too.
inject sda low 1.2bit at 1 plus 0.12bit
expect that {[i2c write [addr u1] 0x00] eq "lost"}
run 8bit
expect pins u1 0x81
expect wire scl high
