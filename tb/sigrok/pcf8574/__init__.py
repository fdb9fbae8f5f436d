# SPDX-License-Identifier: Apache-2.0
'''
PCF8574 (0x20..0x27) and PCF8574A (0x38..0x3F): 8-bit quasi-bidirectional I/O expanders on I²C, of NXP and TI.

Shown are the port as written, the pins as read, which of them changed, what each transfer does to INT,
and what the chip's data sheets rule out or what makes no sense: a written 0 that reads 1, a byte without
ACK, a transfer without data, a sample that nobody reads.

A pin has no direction. A written 1 makes it an input, or an output that is weakly high; a written 0
pulls it low. A read gives the levels at the pins, never what was written.

INT itself is not looked at: a decoder that is stacked on another one has no logic channels. What is said
about it follows from the bytes: INT is low while a pin differs from what was sampled last, a sample is taken
(and INT released) at the ACK of a read's address and of each byte that the controller acknowledges, and a
written byte releases INT without anybody having read the pins. Beside the INT line of a capture this tells
who released it, and why.

The I²C decoder of libsigrokdecode 0.5 does not report a byte that STOP or START cut short; nor can this one.
'''

from .pd import Decoder
