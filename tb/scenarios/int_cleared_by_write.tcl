# SPDX-License-Identifier: Apache-2.0
# A write clears INT at its data ACK, and one that moves pins leaves it high (the write pulse loads the input latch).
i2c write [addr u1] 0xff
pins u1 0b0zzzzzzz
run 5us
expect int u1 low
i2c write [addr u1] 0xff
run 5us
expect int u1 high
pins u1 0bzzzzzzzz
run 5us
expect int u1 low
i2c write [addr u1] 0x0f
run 5us
expect int u1 high
expect pins u1 0x0f
# The address alone is no write: nothing is cleared.
pins u1 0bzzzzzzz0
run 5us
expect int u1 low
i2c write [addr u1]
run 5us
expect int u1 low
# The same on the other target, whatever its personality.
i2c write [addr u2] 0xff
pins u2 0bzzzz0zzz
run 5us
expect int u2 low
i2c write [addr u2] 0xff
run 5us
expect int u2 high
