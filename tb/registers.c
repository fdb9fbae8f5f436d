// SPDX-License-Identifier: Apache-2.0
#include "registers.h"

#include <stdio.h>

// Bit 7 first.
static const char *const cr_bits[8] = {"STA", "STO", "RD", "WR", "NACK", NULL, NULL, "IACK"};
static const char *const sr_bits[8] = {"RxACK", "Busy", "AL", NULL, NULL, NULL, "TIP", "IF"};
static const char *const ctr_bits[8] = {"EN", "IEN"};

static const struct {
    const char *name;
    const char *const *bits;
} registers[2][8] = {{{"PRERlo", NULL}, {"PRERhi", NULL}, {"CTR", ctr_bits}, {"RXR", NULL}, {"SR", sr_bits}, {"TXR", NULL}, {"CR", cr_bits}, {"7", NULL}},
                     {{"PRERlo", NULL}, {"PRERhi", NULL}, {"CTR", ctr_bits}, {"TXR", NULL}, {"CR", cr_bits}, {"5", NULL}, {"6", NULL}, {"7", NULL}}};

bool register_accessed(const struct board_shape *shape, const struct record *r) {
    const unsigned request = HOST_CYC | HOST_STB;
    return (r->host & request) == request && r->out[0][shape->socket[0].drive] & CTL_ACK;
}

const char *register_name(bool write, unsigned adr) { return registers[write][adr & 7].name; }

const char *register_bit(bool write, unsigned adr, unsigned bit) {
    const char *const *bits = registers[write][adr & 7].bits;
    return bits ? bits[7 - (bit & 7)] : NULL;
}

void register_bits(bool write, unsigned adr, uint8_t dat, char *text, size_t size) {
    size_t at = 0;
    text[0] = '\0';
    for (unsigned bit = 8; bit-- > 0 && at < size;) {
        const char *name = dat >> bit & 1 ? register_bit(write, adr, bit) : NULL;
        if (name)
            at += (size_t)snprintf(text + at, size - at, "%s%s", at ? " " : "", name);
    }
}
