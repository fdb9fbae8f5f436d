// SPDX-License-Identifier: Apache-2.0
//
// Which cells the atlas has, what they are called, and the scenario that repeats one.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "atlas.h"

const char *const atlas_phases[ATLAS_PHASES] = {"after_fall", "target_moves", "ctl_moves", "mid_low", "before_rise",
                                                "at_rise", "after_rise", "mid_high", "before_fall", "at_fall"};
const char *const atlas_outcomes[ATLAS_OUTCOMES] = {"recovered", "reported", "wrong", "hung", "alarm"};

const struct atlas_row atlas_rows[] = {
    {"nack", HOSTILE_NACK, 1, 0},
    {"contend", HOSTILE_CONTEND, 1, 0},
    {"stretch", HOSTILE_STRETCH, 1, 0},
    {"stretch_short", HOSTILE_STRETCH, 1, 2},
    {"scl_stuck_low", HOSTILE_SCL_STUCK_LOW, 1, 0},
    {"scl_stuck_high", HOSTILE_SCL_STUCK_HIGH, 1, 0},
    {"sda_stuck_low", HOSTILE_SDA_STUCK_LOW, 1, 0},
    {"sda_stuck_high", HOSTILE_SDA_STUCK_HIGH, 1, 0},
    {"scl_spike_low", HOSTILE_SCL_SPIKE_LOW, 1, 0},
    {"scl_spike_high", HOSTILE_SCL_SPIKE_HIGH, 1, 0},
    {"sda_spike_low", HOSTILE_SDA_SPIKE_LOW, 1, 0},
    {"sda_spike_high", HOSTILE_SDA_SPIKE_HIGH, 1, 0},
    {"scl_pulse_low", HOSTILE_SCL_PULSE_LOW, 1, 0},
    {"scl_pulse_high", HOSTILE_SCL_PULSE_HIGH, 1, 0},
    {"sda_pulse_low", HOSTILE_SDA_PULSE_LOW, 1, 0},
    {"sda_pulse_high", HOSTILE_SDA_PULSE_HIGH, 1, 0},
    {"start", HOSTILE_START, 1, 0},
    {"stop", HOSTILE_STOP, 1, 0},
    {"late_low", HOSTILE_LATE_LOW, 1, 0},
    {"late_high", HOSTILE_LATE_HIGH, 1, 0},
    {"early_low", HOSTILE_EARLY_LOW, 1, 0},
    {"early_high", HOSTILE_EARLY_HIGH, 1, 0},
    {"vanish", HOSTILE_VANISH, 1, 0},
    {"gone", HOSTILE_GONE, 1, 0},
    {"holds_sda", HOSTILE_HOLDS_SDA, 1, 0},
    {"vanish_ctl", HOSTILE_VANISH, 0, 0},
    {NULL, HOSTILE_KINDS, 0, 0},
};

// ---- the slots of the transfers (tb/atlas.tcl makes them) -----------------------------------------------------------

// A frame under construction.
struct frame {
    struct atlas_transfer *t;
    uint8_t frame, byte;
    int falls; // of SCL since its START
};

static void put_slot(struct frame *f, const char *label, unsigned number, enum atlas_slot slot) {
    struct atlas_column *c = &f->t->column[f->t->columns++];
    snprintf(c->label, sizeof c->label, number < 8 ? "%s%u" : "%s", label, number);
    c->slot = slot;
    c->frame = f->frame;
    c->byte = f->byte;
    c->at = f->falls++;
}

enum { ALONE = 8 }; // a label without a number

static void put_start(struct frame *f, uint8_t addr, bool read) {
    f->falls = f->frame ? f->falls : -1; // a repeated START takes a slot of the frame that it ends
    put_slot(f, f->frame ? "Sr" : "S", ALONE, f->frame ? ATLAS_SR : ATLAS_S);
    f->frame++;
    f->falls = f->byte = 0;
    f->t->column[0].frame = 1;
    for (unsigned bit = 7; bit-- > 0;)
        put_slot(f, "a", bit, addr >> bit & 1 ? ATLAS_ADDR_1 : ATLAS_ADDR_0);
    put_slot(f, read ? "R" : "W", ALONE, read ? ATLAS_ADDR_1 : ATLAS_ADDR_0);
    put_slot(f, "A", ALONE, ATLAS_ACK);
}

static void put_write(struct frame *f, uint8_t byte) {
    f->byte++;
    for (unsigned bit = 8; bit-- > 0;)
        put_slot(f, "d", bit, byte >> bit & 1 ? ATLAS_DATA_1 : ATLAS_DATA_0);
    put_slot(f, "A", ALONE, ATLAS_ACK);
}

static void put_read(struct frame *f, bool last) {
    f->byte++;
    for (unsigned bit = 8; bit-- > 0;)
        put_slot(f, "d", bit, ATLAS_READ);
    put_slot(f, last ? "N" : "A", ALONE, last ? ATLAS_CTL_NACK : ATLAS_CTL_ACK);
}

static void put_stop(struct frame *f) { put_slot(f, "P", ALONE, ATLAS_P); }

void atlas_init(struct atlas *a, struct run *run) {
    const uint8_t addr = run->config.socket[1].addr;
    struct frame write = {.t = &a->transfer[0]}, read = {.t = &a->transfer[1]}, both = {.t = &a->transfer[2]};
    memset(a, 0, sizeof *a);
    a->run = run;
    a->step = 1;
    a->transfer[0].name = "write", a->transfer[0].title = "write of two bytes";
    put_start(&write, addr, false);
    put_write(&write, 0xa5);
    put_write(&write, 0x5a);
    put_stop(&write);
    a->transfer[1].name = "read", a->transfer[1].title = "read of two bytes";
    put_start(&read, addr, true);
    put_read(&read, false);
    put_read(&read, true);
    put_stop(&read);
    a->transfer[2].name = "write_read", a->transfer[2].title = "write of a byte, repeated START, read of a byte";
    put_start(&both, addr, false);
    put_write(&both, 0xa5);
    put_start(&both, addr, true);
    put_read(&both, true);
    put_stop(&both);
    while (atlas_rows[a->rows].name)
        a->rows++;
    while (atlas_rules[a->rules].rows)
        a->rules++;
    while (atlas_opens[a->opens].rows)
        a->opens++;
    for (unsigned t = 0; t < ATLAS_TRANSFERS; t++)
        a->cells += a->rows * a->transfer[t].columns * ATLAS_PHASES;
}

// ---- cells ----------------------------------------------------------------------------------------------------------

bool atlas_at(const struct atlas *a, unsigned index, struct atlas_cell *cell) {
    for (uint8_t t = 0; t < ATLAS_TRANSFERS; t++) {
        const unsigned columns = a->transfer[t].columns, cells = a->rows * columns * ATLAS_PHASES;
        if (index < cells) {
            *cell = (struct atlas_cell){t, (uint8_t)(index / ATLAS_PHASES / columns), (uint8_t)(index / ATLAS_PHASES % columns),
                                        (uint8_t)(index % ATLAS_PHASES)};
            return true;
        }
        index -= cells;
    }
    return false;
}

unsigned atlas_index(const struct atlas *a, const struct atlas_cell *cell) {
    unsigned index = 0;
    for (unsigned t = 0; t < cell->transfer; t++)
        index += a->rows * a->transfer[t].columns * ATLAS_PHASES;
    return index + (cell->row * a->transfer[cell->transfer].columns + cell->column) * ATLAS_PHASES + cell->phase;
}

void atlas_name(const struct atlas *a, const struct atlas_cell *cell, char *text, size_t size) {
    snprintf(text, size, "%s.%s.%u.%s", a->transfer[cell->transfer].name, atlas_rows[cell->row].name, cell->column, atlas_phases[cell->phase]);
}

static uint64_t phase_clks(const struct config *c, unsigned phase) {
    const uint64_t p = c->prescale + 1; // SCL falls at 0, rises at 3p, falls again at 5p
    const uint64_t clks[ATLAS_PHASES] = {0, c->filter_clks[1] + 2, p - 1, 2 * p - 1, 3 * p - 2, 3 * p - 1, 3 * p, 4 * p - 1, 5 * p - 2, 5 * p - 1};
    return clks[phase];
}

struct hostile atlas_hostile(const struct atlas *a, const struct atlas_cell *cell) {
    const struct config *c = &a->run->config;
    const struct atlas_row *row = &atlas_rows[cell->row];
    const struct atlas_column *column = &a->transfer[cell->transfer].column[cell->column];
    struct hostile h = hostile_make(c, row->kind);
    enum { HOST_CLKS = 6 }; // from a transfer's begin to SDA's fall: the host writes TXR and CR
    h.socket = row->socket;
    h.slot = column->at;
    h.frame = column->at < 0 ? 0 : column->frame;
    h.phase = phase_clks(c, cell->phase);
    if (row->tenths)
        h.clks = row->tenths * config_bit_clks(c) / 10;
    if (column->at < 0) // the slot before the START's fall of SCL is counted from a bit before the transfer begins
        h.phase += HOST_CLKS + 2 * ((uint64_t)c->prescale + 1);
    return h;
}

void atlas_place(const struct atlas_transfer *t, unsigned column, char *text, size_t size) {
    const struct atlas_column *c = &t->column[column];
    if (c->slot & (ATLAS_S | ATLAS_SR | ATLAS_P))
        snprintf(text, size, "%s", c->slot == ATLAS_S ? "START" : c->slot == ATLAS_P ? "STOP" : "repeated START");
    else if (c->byte == 0)
        snprintf(text, size, "%s of %saddress byte", c->label, t->column[column].frame == 2 ? "the second " : "the ");
    else
        snprintf(text, size, "%s of data byte %u", c->label, c->byte);
}

// "write.stretch.12.mid_low": one of `count` names up to the next dot. Returns its number; `count` if there is none.
static unsigned take(const char **name, const char *(*at)(const void *of, unsigned i), const void *of, unsigned count) {
    const size_t length = strcspn(*name, ".");
    unsigned i = 0;
    while (i < count && (strncmp(at(of, i), *name, length) != 0 || at(of, i)[length]))
        i++;
    if (i < count)
        *name += length + ((*name)[length] == '.');
    return i;
}

static const char *transfer_at(const void *of, unsigned i) { return ((const struct atlas *)of)->transfer[i].name; }
static const char *row_at(const void *of, unsigned i) { return (void)of, atlas_rows[i].name; }
static const char *phase_at(const void *of, unsigned i) { return (void)of, atlas_phases[i]; }

// "there is no row "strech" (did you mean stretch?); there are nack, contend ..."
static bool no_such(const char *what, const char *word, const char *(*at)(const void *of, unsigned i), const void *of, unsigned count, char *text,
                    size_t size) {
    const char *names[ATLAS_ROWS_MAX];
    char own[64];
    snprintf(own, sizeof own, "%.*s", (int)strcspn(word, "."), word);
    for (unsigned i = 0; i < count; i++)
        names[i] = at(of, i);
    const char *near = config_nearest(own, names, count);
    size_t length = (size_t)snprintf(text, size, "there is no %s \"%s\"", what, own);
    if (near)
        length += (size_t)snprintf(text + length, size - length, " (did you mean %s?)", near);
    length += (size_t)snprintf(text + length, size - length, "; there are");
    for (unsigned i = 0; i < count && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s %s", i ? "," : "", names[i]);
    return false;
}

bool atlas_find(const struct atlas *a, const char *name, struct atlas_cell *cell, char *trouble, size_t size) {
    const char *at = name;
    const unsigned t = take(&at, transfer_at, a, ATLAS_TRANSFERS);
    if (t == ATLAS_TRANSFERS)
        return no_such("transfer", at, transfer_at, a, ATLAS_TRANSFERS, trouble, size);
    const unsigned row = take(&at, row_at, a, a->rows);
    if (row == a->rows)
        return no_such("row", at, row_at, a, a->rows, trouble, size);
    char *end;
    const unsigned long column = strtoul(at, &end, 10);
    if (end == at || *end != '.' || column >= a->transfer[t].columns) {
        snprintf(trouble, size, "\"%.*s\" is no column of %s: a number from 0 to %u is wanted", (int)strcspn(at, "."), at, a->transfer[t].name,
                 a->transfer[t].columns - 1);
        return false;
    }
    at = end + 1;
    const unsigned phase = take(&at, phase_at, a, ATLAS_PHASES);
    if (phase == ATLAS_PHASES || *at)
        return no_such("phase", phase == ATLAS_PHASES ? at : end + 1, phase_at, a, ATLAS_PHASES, trouble, size);
    *cell = (struct atlas_cell){(uint8_t)t, (uint8_t)row, (uint8_t)column, (uint8_t)phase};
    return true;
}

// ---- what is asked of a cell ----------------------------------------------------------------------------------------

static bool names_it(const char *list, const char *name) {
    char word[48];
    snprintf(word, sizeof word, " %s ", name);
    return !list || strstr(list, word);
}

const struct atlas_demand *atlas_demanded(const struct atlas *a, const struct atlas_cell *cell) {
    for (const struct atlas_demand *d = atlas_demands; d->rows; d++)
        if (names_it(d->rows, atlas_rows[cell->row].name) && d->slots & a->transfer[cell->transfer].column[cell->column].slot && cell->phase <= d->last)
            return d;
    return NULL;
}

bool atlas_allows(const struct atlas *a, const struct atlas_rule *rule, const struct atlas_cell *cell) {
    const struct atlas_transfer *t = &a->transfer[cell->transfer];
    unsigned slots = t->column[cell->column].slot;
    if (cell->phase >= ATLAS_LAST_CLKS && cell->column + 1u < t->columns)
        slots |= t->column[cell->column + 1].slot; // what begins there lies in the next slot
    return names_it(rule->rows, atlas_rows[cell->row].name) && names_it(rule->transfers, t->name) && (!rule->slots || rule->slots & slots) &&
           cell->phase >= rule->first && cell->phase <= rule->last;
}

bool atlas_is_open(const struct atlas_open *open, const struct atlas_cell *cell, const char *what) {
    return names_it(open->rows, atlas_rows[cell->row].name) && cell->phase >= open->first && cell->phase <= open->last &&
           strncmp(what, open->what, strlen(open->what)) == 0;
}

int atlas_write_scenario(const struct atlas *a, const struct atlas_cell *cell, const char *path) {
    const struct atlas_transfer *t = &a->transfer[cell->transfer];
    const struct hostile h = atlas_hostile(a, cell);
    const struct atlas_demand *demand = atlas_demanded(a, cell);
    char name[96], place[48], fault[160];
    FILE *out = fopen(path, "w");
    if (!out)
        return errno;
    atlas_name(a, cell, name, sizeof name);
    atlas_place(t, cell->column, place, sizeof place);
    hostile_text(&a->run->config, &h, fault, sizeof fault);
    fprintf(out, "# SPDX-License-Identifier: Apache-2.0\n# %s: %s,\n# in %s of a %s, phase %s.\nsource {%s/atlas.tcl}\n", name,
            hostile_help(h.kind), place, t->title, atlas_phases[cell->phase], a->run->source);
    fprintf(out, "set cell [atlas::cell %s {%s}%s]\nputs $cell\n", t->name, fault, h.kind == HOSTILE_GONE ? " u2" : "");
    if (demand)
        fprintf(out, "# %s\nexpect that {[dict get $cell told] eq \"%s\"}\n", demand->clause, demand->told);
    for (const struct atlas_rule *rule = atlas_rules; rule->rows; rule++)
        if (atlas_allows(a, rule, cell))
            fprintf(out, "# %s (%s) is allowed, %s: %s\n", atlas_outcomes[rule->outcome], rule->why, rule->clause, rule->sentence);
    fprintf(out, "expect that {[dict get $cell outcome] in {recovered reported}");
    for (const struct atlas_rule *rule = atlas_rules; rule->rows; rule++)
        if (atlas_allows(a, rule, cell))
            fprintf(out, " || ([dict get $cell outcome] eq \"%s\" && [dict get $cell why] eq \"%s\")", atlas_outcomes[rule->outcome], rule->why);
    fprintf(out, "}\n");
    bool good = !ferror(out);
    return fclose(out) == 0 && good ? 0 : errno ? errno : EIO;
}
