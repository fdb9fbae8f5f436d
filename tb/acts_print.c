// SPDX-License-Identifier: Apache-2.0
#include <inttypes.h>

#include "acts.h"

static void print_bytes(FILE *out, const uint8_t *bytes, unsigned count, const char *first) {
    for (unsigned i = 0; i < count; i++)
        fprintf(out, "%s0x%02x", i ? " " : first, bytes[i]);
}

static void print_transfer(FILE *out, const struct request *t) {
    const uint8_t *bytes = t->bytes;
    const struct request_part *part = t->part;
    if (!t->chain && t->parts == 2) {
        fprintf(out, " write_read 0x%02x {", part->addr);
        print_bytes(out, bytes, part->count, "");
        fprintf(out, "} %u", part[1].count);
        return;
    }
    if (t->chain)
        fputs(" chain", out);
    for (unsigned i = 0; i < t->parts; i++, part++) {
        fprintf(out, " %s%s 0x%02x", t->chain ? "{" : "", part->read ? "read" : "write", part->addr);
        if (part->read)
            fprintf(out, " %u", part->count);
        else
            print_bytes(out, bytes, part->count, " ");
        bytes += part->read ? 0 : part->count;
        fputs(t->chain ? "}" : "", out);
    }
}

static void print_clks(FILE *out, const char *word, uint64_t clks) {
    if (clks)
        fprintf(out, " %s %" PRIu64 "clk", word, clks);
}

static void print_pins(FILE *out, const struct config *c, const struct stimulus_event *e) {
    fprintf(out, "pins %s 0b", c->socket[1 + e->target].name);
    for (int bit = 7; bit >= 0; bit--)
        fputc(e->value >> bit & 1 ? '0' : e->value >> (8 + bit) & 1 ? '1' : 'z', out);
}

static void print_event(FILE *out, const struct config *c, const struct stimulus_event *e) {
    unsigned socket = 0, all = (1u << (1 + c->targets)) - 1;
    switch (e->kind) {
    case STIMULUS_PINS: print_pins(out, c, e); break;
    case STIMULUS_RESET_ON:
        while (!(e->value >> socket & 1))
            socket++;
        fprintf(out, "reset %s %" PRIu64 "clk", e->value == all ? "all" : c->socket[socket].name, e->clks);
        break;
    default:
        fprintf(out, "inject %s %s %" PRIu64 "clk", e->value & (FOREIGN_SDA_LOW | FOREIGN_SDA_HIGH) ? "sda" : "scl",
                e->value & (FOREIGN_SCL_LOW | FOREIGN_SDA_LOW) ? "low" : "high", e->clks);
    }
    if (e->slot >= 0)
        fprintf(out, " at %d", e->slot);
    print_clks(out, "plus", e->clk);
}

void act_print(FILE *out, const struct config *c, const struct act *act) {
    static const char *const words[] = {"ack", "nack", "lost", "timeout"};
    char text[128];
    switch (act->kind) {
    case ACT_I2C:
        fputs("i2c", out);
        print_transfer(out, &act->request);
        print_clks(out, "within", act->clks);
        break;
    case ACT_I2C_BEGIN:
        fputs("i2c begin", out);
        print_transfer(out, &act->request);
        break;
    case ACT_I2C_WAIT:
        fputs("i2c wait", out);
        print_clks(out, "within", act->clks);
        break;
    case ACT_RIVAL:
        fputs("rival", out);
        print_transfer(out, &act->request);
        print_clks(out, "plus", act->clks);
        break;
    case ACT_RIVAL_WAIT:
        fputs("rival wait", out);
        print_clks(out, "within", act->clks);
        break;
    case ACT_HOST_WRITE: fprintf(out, "host write %u 0x%02x", act->reg, act->dat); break;
    case ACT_HOST_READ: fprintf(out, "host read %u", act->reg); break;
    case ACT_HOST_SETUP: fputs("host setup", out); break;
    case ACT_HOST_CYC: fprintf(out, "host cyc %u 0x%02x", act->reg, act->dat); break;
    case ACT_HOST_STB: fprintf(out, "host stb %u 0x%02x", act->reg, act->dat); break;
    case ACT_EVENT: print_event(out, c, &act->event); break;
    case ACT_HOSTILE:
        hostile_text(c, &act->hostile, text, sizeof text);
        fputs(text, out);
        break;
    case ACT_INJECT_OFF: fputs("inject off", out); break;
    case ACT_BUS_CLEAR: fputs("bus_clear", out); break;
    case ACT_RUN: fprintf(out, "run %" PRIu64 "clk", act->clks); break;
    case ACT_KINDS: break;
    }
    if (act->expect >= 0)
        fprintf(out, "; expect status %s", words[act->expect]);
    fputc('\n', out);
}
