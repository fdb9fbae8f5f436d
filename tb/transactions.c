// SPDX-License-Identifier: Apache-2.0
#include "transactions.h"

#include <inttypes.h>
#include <string.h>

void transactions_init(struct transactions *t, FILE *file, uint64_t clock_hz) {
    memset(t, 0, sizeof *t);
    t->file = file;
    t->clock_hz = clock_hz;
}

void transactions_scenario(struct transactions *t, const char *name) { snprintf(t->scenario, sizeof t->scenario, "%s", name); }

static uint64_t ns(const struct transactions *t, uint64_t clk) { return record_time_ps(clk, t->clock_hz) / 1000; }

// `text` as a JSON string.
static void put_string(FILE *f, const char *text) {
    fputc('"', f);
    for (; *text; text++) {
        if ((unsigned char)*text < ' ')
            fprintf(f, "\\u%04x", *text);
        else
            fprintf(f, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    }
    fputc('"', f);
}

static void describe(const struct transactions *t, const char *end, uint64_t clk, struct transfer *out) {
    *out = (struct transfer){.start_clk = t->start_clk, .end_clk = clk, .end = end, .repeated = t->repeated, .more = t->more, .bytes = t->bytes, .bits = t->bits};
    memcpy(out->scenario, t->scenario, sizeof out->scenario);
    for (unsigned i = 0; i < t->bytes && i < TRANSFER_BYTES; i++) {
        out->byte[i] = t->byte[i];
        out->ack[i] = t->ack[i];
    }
}

static void write_line(const struct transactions *t, const char *end, uint64_t clk) {
    FILE *f = t->file;
    fprintf(f, "{\"scenario\":");
    put_string(f, t->scenario);
    fprintf(f, ",\"start_clk\":%" PRIu64 ",\"start_ns\":%" PRIu64 ",\"repeated\":%s,", t->start_clk, ns(t, t->start_clk),
            t->repeated ? "true" : "false");
    unsigned first = t->more ? 0 : 1; // byte 0 is the address byte, unless the line goes on with data
    if (!t->more && t->bytes)
        fprintf(f, "\"addr\":\"0x%02x\",\"rw\":\"%c\",\"ack\":%s,", t->byte[0] >> 1, t->byte[0] & 1 ? 'r' : 'w', t->ack[0] ? "true" : "false");
    if (t->more)
        fprintf(f, "\"more\":true,");
    fprintf(f, "\"data\":[");
    for (unsigned i = first; i < t->bytes; i++)
        fprintf(f, "%s\"0x%02x\"", i > first ? "," : "", t->byte[i]);
    fprintf(f, "],\"acks\":[");
    for (unsigned i = first; i < t->bytes; i++)
        fprintf(f, "%s%s", i > first ? "," : "", t->ack[i] ? "true" : "false");
    fprintf(f, "],\"bits\":%u,\"end\":\"%s\",\"end_clk\":%" PRIu64 ",\"end_ns\":%" PRIu64 "}\n", t->bits, end, clk, ns(t, clk));
}

static void finish(struct transactions *t, const char *end, uint64_t clk) {
    if (!t->open)
        return;
    describe(t, end, clk, &t->recent[t->count % TRANSFERS_RECENT]);
    t->open = false;
    t->count++;
    if (t->file)
        write_line(t, end, clk);
    if (t->ended)
        t->ended(t->ended_ctx, t, end, clk);
}

static void start(struct transactions *t, bool repeated, bool more, uint64_t clk) {
    t->open = true;
    t->repeated = repeated;
    t->more = more;
    t->start_clk = clk;
    t->bytes = t->bits = 0;
}

void transactions_symbol(struct transactions *t, const struct symbol *symbol) {
    switch (symbol->kind) {
    case SYMBOL_START:
    case SYMBOL_RESTART:
        finish(t, "restart", symbol->clk);
        start(t, symbol->kind == SYMBOL_RESTART, false, symbol->clk);
        break;
    case SYMBOL_STOP:
        finish(t, "stop", symbol->clk);
        break;
    case SYMBOL_BIT:
        t->bits++;
        break;
    case SYMBOL_ACK:
    case SYMBOL_NACK:
        if (!t->open)
            break; // clocks without a START: no transfer
        t->bits = 0;
        if (t->bytes == TRANSACTION_BYTES) {
            finish(t, "more", symbol->clk);
            start(t, t->repeated, true, symbol->clk);
        }
        t->byte[t->bytes] = symbol->byte;
        t->ack[t->bytes++] = symbol->kind == SYMBOL_ACK;
        break;
    }
}

void transactions_flush(struct transactions *t, uint64_t clk) { finish(t, "cut", clk); }

bool transactions_get(const struct transactions *t, uint64_t n, struct transfer *out) {
    if (n > t->count || n + TRANSFERS_RECENT < t->count || (n == t->count && !t->open))
        return false;
    if (n == t->count)
        describe(t, NULL, t->start_clk, out);
    else
        *out = t->recent[n % TRANSFERS_RECENT];
    return true;
}

void transfer_text(const struct transfer *one, char *text, size_t size) {
    enum { SHOWN = 9, BYTE = 9, TAIL = 26 }; // " W 0x20 A"; " (1015 more) +7 bits cut"
    unsigned i = 0;
    size_t at = (size_t)snprintf(text, size, one->more ? ".." : one->repeated ? "Sr" : "S");
    for (; i < one->bytes && i < SHOWN && at + BYTE + TAIL < size; i++) {
        char ack = one->ack[i] ? 'A' : 'N';
        if (i == 0 && !one->more)
            at += (size_t)snprintf(text + at, size - at, " %c 0x%02x %c", one->byte[0] & 1 ? 'R' : 'W', one->byte[0] >> 1, ack);
        else
            at += (size_t)snprintf(text + at, size - at, " %02x %c", one->byte[i], ack);
    }
    if (at + TAIL >= size)
        return;
    if (one->bytes > i)
        at += (size_t)snprintf(text + at, size - at, " (%u more)", one->bytes - i);
    if (one->bits)
        at += (size_t)snprintf(text + at, size - at, " +%u bit%s", one->bits, one->bits > 1 ? "s" : "");
    if (!(one->end && strcmp(one->end, "restart") == 0)) // the next one begins with Sr
        snprintf(text + at, size - at, " %s", !one->end || strcmp(one->end, "more") == 0 ? ".." : strcmp(one->end, "stop") == 0 ? "P" : "cut");
}

static void on_symbol(void *t, const struct symbol *symbol) { transactions_symbol(t, symbol); }
static void on_cut(void *t, uint64_t clk) { transactions_flush(t, clk); }

void transactions_listen(struct transactions *t, struct board *b) {
    board_listen(b, &(struct board_listener){.ctx = t, .symbol = on_symbol, .cut = on_cut});
}
