// SPDX-License-Identifier: Apache-2.0
//
// The controller's registers in words, as docs/timing-contract.md, section 4, has them.
#ifndef TWINWIRE_REGISTERS_H
#define TWINWIRE_REGISTERS_H

#include <stddef.h>

#include "../scoreboards/scoreboards.h"

#ifdef __cplusplus
extern "C" {
#endif

// An access to them is acknowledged in this sample: its kind, address and written data are in r->host.
bool register_accessed(const struct board_shape *shape, const struct record *r);

// "CR"; what is read at an address may be another register than what is written there.
const char *register_name(bool write, unsigned adr);

// "STA"; NULL: the bit has no meaning. Bit 3 of CR is called ACK in its data sheet, but set it sends NACK: so it is called here.
const char *register_bit(bool write, unsigned adr, unsigned bit);

// "STA WR IACK": the bits that are set in `dat`, the highest first. Always terminates `text`.
void register_bits(bool write, unsigned adr, uint8_t dat, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
