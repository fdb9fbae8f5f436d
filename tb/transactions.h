// SPDX-License-Identifier: Apache-2.0
//
// transactions.jsonl: one line a transfer, from a START to the next START or STOP, as decoded from the wires:
//
//   {"scenario":"write_patterns","start_clk":123,"start_ns":2460,"repeated":false,"addr":"0x20","rw":"w","ack":true,
//    "data":["0xa5","0x5a"],"acks":[true,true],"bits":0,"end":"stop","end_clk":9999,"end_ns":199980}
//
// `end` is "stop", "restart", "cut" (the scenario ended, or all sockets were reset, in the transfer), or "more" (the next line goes on with
// its data: it says "more":true in place of addr, rw, ack). `bits`: bits of an unfinished byte at the end.
// A transfer cut within its address byte has no addr, rw, ack.
#ifndef TWINWIRE_TRANSACTIONS_H
#define TWINWIRE_TRANSACTIONS_H

#include <stdio.h>

#include "board.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    TRANSACTION_BYTES = 1024, // a longer transfer goes on in another line
    TRANSFER_BYTES = 16,      // of each of the last transfers
    TRANSFERS_RECENT = 64
};

// A transfer as people are told of it: its first bytes.
struct transfer {
    char scenario[48];
    uint64_t start_clk, end_clk;
    const char *end;     // as in the file; NULL: it is under way
    bool repeated, more; // began with a repeated START; goes on with the data of the one before
    unsigned bytes, bits;
    uint8_t byte[TRANSFER_BYTES];
    bool ack[TRANSFER_BYTES];
};

struct transactions {
    FILE *file; // NULL: nothing is written
    uint64_t clock_hz;
    char scenario[48];
    uint64_t count;    // transfers that have ended: lines, if they are written
    bool open, repeated, more;
    uint64_t start_clk;
    unsigned bytes, bits;
    uint8_t byte[TRANSACTION_BYTES];
    bool ack[TRANSACTION_BYTES];
    // NULL, or who wants to see each transfer as it ends: at `clk`, with the line's `end`.
    void (*ended)(void *ctx, const struct transactions *t, const char *end, uint64_t clk);
    void *ended_ctx;
    struct transfer recent[TRANSFERS_RECENT]; // number n is in n % TRANSFERS_RECENT
};

void transactions_init(struct transactions *t, FILE *file, uint64_t clock_hz);
void transactions_scenario(struct transactions *t, const char *name);
void transactions_symbol(struct transactions *t, const struct symbol *symbol);
// From now on, what happens on the board is heard.
void transactions_listen(struct transactions *t, struct board *b);
// Writes a transfer that is still open as "cut".
void transactions_flush(struct transactions *t, uint64_t clk);

// Transfer number n of the run, 0 .. count - 1; n == count is the one under way. False if it is not kept (any more), or if none is under way.
bool transactions_get(const struct transactions *t, uint64_t n, struct transfer *out);

// "S W 0x20 A a5 A 5a N P": Sr for a repeated START, "(3 more)" for bytes left out, ".." for those still to come. Always terminates `text`.
void transfer_text(const struct transfer *one, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
