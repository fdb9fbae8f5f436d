// SPDX-License-Identifier: Apache-2.0
//
// The bus decoder: two wires in, symbols out, and the place on the bus in protocol words. Written from UM10204 alone.
//
//   SDA ‾‾\___XXXXXXX===========...=====/‾‾‾        a BIT is emitted at SCL's fall (until then it may still be an Sr or a P),
//   SCL ‾‾‾‾\_______/‾‾‾‾‾‾\____..._/‾‾‾‾‾‾         ACK and NACK at SCL's rise, START and STOP at SDA's edge;
//         S         bit 7               P           all carry the clk of the wire edge, however late the filter saw it
//
// A level seen in spike_clks samples or fewer may be a spike of spike_ns and is no level (UM10204 table 10, tSP). One that is
// hardly wider is a level here, and yet a PCF8574 may take it for a spike (PH97 11, tSW): a runt, shorter than any legal tHIGH or tLOW.
// So is one that is a spike here, and a level to a chip with a sharper filter.
#ifndef TWINWIRE_DECODER_H
#define TWINWIRE_DECODER_H

#include "scoreboards.h"

#ifdef __cplusplus
extern "C" {
#endif

struct decoder_line {
    bool level;    // filtered
    bool raw;      // the wire
    bool pending;  // the wire differs from the filtered level
    bool runt;     // the last step ended a level that is one here and may be a spike elsewhere, or a spike here and a level elsewhere
    uint64_t edge; // clk of the wire's last change
};

struct decoder {
    uint64_t spike_clks; // most samples that the widest spike can cover
    uint64_t sharp_clks; // a level in so many samples or fewer is unseen by every chip
    uint64_t sure_clks;  // ... may be unseen by a chip with a duller filter
    bool runt;           // the last step ended a runt where it counts: another chip may have seen other symbols
    uint64_t due;        // clk at which a pending level becomes true; UINT64_MAX: none
    struct decoder_line scl, sda;
    bool begun;
    bool busy;           // a START was seen and no STOP since
    bool clocked;        // SCL is high in the clock of a bit that is not yet certain
    bool ninth;          // SCL is high in clock 9
    bool ended_ninth;    // the last step ended clock 9, at `fell`
    bool read;           // direction, valid from the 8th bit of the address byte on
    uint8_t bit;         // level of SDA at the rise of the uncertain bit
    uint8_t bits;        // certain bits of the current byte, 0..8
    uint8_t byte;        // the last 8 bits: the current byte's when it has as many
    uint8_t addr;        // 7-bit address, valid from the 8th bit of the address byte on
    unsigned index;      // byte within the transfer, 0 = address byte
    uint64_t rise, fell; // clk of SCL's last edges
};

// `sharpest_ns`, `dullest_ns`: the narrowest and the widest of the chips' filters; 0: not known.
void decoder_init(struct decoder *d, uint64_t clock_hz, unsigned spike_ns, unsigned sharpest_ns, unsigned dullest_ns);

// Looks at the wires at sample `clk`; to be called when a wire changed and at d->due. True if `out` was filled.
// Outside START..STOP a byte's index is SYMBOL_INDEX_NONE.
bool decoder_step(struct decoder *d, uint64_t clk, bool scl, bool sda, struct symbol *out);

// Somebody begins a byte outside START..STOP, where the wires alone do not tell which clock is its first: what was counted is dropped.
void decoder_begin_byte(struct decoder *d);

// The wire is already high in clock 9 but not yet long enough to be believed.
static inline bool decoder_ninth_pending(const struct decoder *d)
{
    return d->scl.pending && d->scl.raw && d->bits == 8 && !d->ninth;
}

// "ACK of data byte 2 of the write to 0x20". Always terminates `text`, unless size is 0.
void decoder_place(const struct decoder *d, char *text, unsigned size);

#ifdef __cplusplus
}
#endif
#endif
