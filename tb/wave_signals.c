// SPDX-License-Identifier: Apache-2.0
#include "wave_signals.h"

#include <stdio.h>

struct place {
    const char *name;
    uint8_t bits, word, shift;
};

enum { SCL_SHIFT, SDA_SHIFT, INT_SHIFT, FOREIGN_SHIFT };

static const struct place bus_places[] = {{"scl", 1, WAVE_WIRES, SCL_SHIFT}, {"sda", 1, WAVE_WIRES, SDA_SHIFT},
                                          {"int_n", 1, WAVE_WIRES, INT_SHIFT}, {"foreign", 4, WAVE_WIRES, FOREIGN_SHIFT}, {0}};
static const struct place host_places[] = {{"cyc", 1, WAVE_HOST, 0}, {"stb", 1, WAVE_HOST, 1}, {"we", 1, WAVE_HOST, 2},
                                           {"adr", 3, WAVE_HOST, HOST_ADR_SHIFT}, {"dat", 8, WAVE_HOST, HOST_DAT_SHIFT}, {0}};
static const struct place ctl_places[] = {{"rst_n", 1, WAVE_RESET, 0}, {0}};
static const struct place tgt_places[] = {{"rst_n", 1, WAVE_RESET, 0}, {"pins", 8, WAVE_PINS, 0}, {"ext_low", 8, WAVE_EXT_LOW, 0},
                                          {"ext_high", 8, WAVE_EXT_HIGH, 0}, {0}};
static const struct place ctl_twin_places[] = {{"scl", 1, WAVE_OUT, 0}, {"sda", 1, WAVE_OUT, 1}, {"high", 1, WAVE_OUT, 2}, {"ack", 1, WAVE_OUT, 3},
                                               {"irq", 1, WAVE_OUT, 4}, {"dat", 8, WAVE_OUT, CTL_DAT_SHIFT}, {0}};
static const struct place tgt_twin_places[] = {{"scl", 1, WAVE_OUT, 0}, {"sda", 1, WAVE_OUT, 1}, {"high", 1, WAVE_OUT, 2},
                                               {"int_n", 1, WAVE_OUT, 3}, {"port", 8, WAVE_OUT, TGT_PORT_SHIFT}, {0}};

static struct wave_signal *add(struct wave_signal *to, const struct place *from, const char *scope, const char *inner, unsigned socket, unsigned twin) {
    for (; from->name; from++, to++) {
        *to = (struct wave_signal){.bits = from->bits, .word = from->word, .shift = from->shift, .socket = (uint8_t)socket, .twin = (uint8_t)twin};
        snprintf(to->scope, sizeof to->scope, "board.%s%s", scope, inner);
        snprintf(to->name, sizeof to->name, "%s", from->name);
    }
    return to;
}

unsigned wave_signals_list(const struct board_shape *shape, struct wave_signal *list) {
    struct wave_signal *end = add(list, bus_places, "bus", "", 0, 0);
    for (unsigned s = 0; s <= shape->targets; s++) {
        const struct socket_shape *socket = &shape->socket[s];
        end = add(end, s ? tgt_places : ctl_places, socket->name, "", s, 0);
        if (s == 0)
            end = add(end, host_places, socket->name, ".host", s, 0);
        for (unsigned t = 0; t < TWINS; t++)
            if (socket->present[t])
                end = add(end, s ? tgt_twin_places : ctl_twin_places, socket->name, t == TWIN_RTL ? ".rtl" : ".c", s, t);
    }
    return (unsigned)(end - list);
}

unsigned wave_signal_value(const struct wave_signal *s, const struct record *r) {
    unsigned word = 0;
    switch (s->word) {
    case WAVE_WIRES:
        word = (unsigned)(r->scl << SCL_SHIFT | r->sda << SDA_SHIFT | r->int_n << INT_SHIFT | r->foreign << FOREIGN_SHIFT);
        break;
    case WAVE_RESET:
        word = r->rst_n >> s->socket;
        break;
    case WAVE_HOST:
        word = r->host;
        break;
    case WAVE_OUT:
        word = r->out[s->socket][s->twin];
        break;
    case WAVE_PINS:
        word = r->pins[s->socket - 1];
        break;
    case WAVE_EXT_LOW:
        word = r->ext_low[s->socket - 1];
        break;
    case WAVE_EXT_HIGH:
        word = r->ext_high[s->socket - 1];
        break;
    }
    return word >> s->shift & ((1u << s->bits) - 1);
}
