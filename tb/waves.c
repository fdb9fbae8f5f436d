// SPDX-License-Identifier: Apache-2.0
#include "waves.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "wave_file.h"
#include "wave_head.h"

enum {
    MEBIBYTES = 4 << 20,   // held back at most
    WRITE_AT = 256 << 10,  // written when so much may be
    LINE_MAX_BYTES = 8 * WAVES_TEXT + 16
};

struct lane {
    struct wave_signal signal; // bits 0: a text
    char scope[32], name[16], id[8];
    unsigned bits;
    unsigned last; // value of a lane with bits, as last said
};

// One value of one lane, to be written when everything before it has been.
struct change {
    uint64_t time;
    unsigned lane, value;
    char text[WAVES_TEXT]; // of a text lane
};

// Where in the text of the engine a time begins.
struct mark {
    uint64_t time;
    size_t at;
};

struct waves {
    struct board *board;
    struct annotate annotate;
    struct lane lane[WAVES_LANES];
    unsigned lanes, signals; // the first `signals` lanes are those of records
    unsigned first_text, first_mismatch;
    bool open;
    uint64_t start, written; // clk; time before which all is written
    unsigned before;         // what failed at the clock before the start, and is shown there
    struct wave_file file;
    char *text;              // of the engine, held back
    size_t text_size, text_room;
    struct mark *mark;
    size_t marks, mark_room;
    struct change *change;   // by time, and in the order in which they came
    size_t changes, change_room;
};

static uint64_t time_of(const struct waves *w, uint64_t clk) { return record_time_ps(clk, w->board->shape.clock_hz); }

// Grows an array so that `count` + `more` fit. Memory that is not there for a waveform ends it as a full disk does.
static bool room(struct waves *w, void **array, size_t *have, size_t count, size_t more, size_t size) {
    if (count + more <= *have)
        return true;
    size_t want = 2 * (count + more) + 64;
    void *bigger = realloc(*array, want * size);
    if (!bigger) {
        wave_file_fail(&w->file, ENOMEM);
        return false;
    }
    *array = bigger;
    *have = want;
    return true;
}

// ---- The list of lanes ----------------------------------------------------------------------------------------------

static void add_lane(struct waves *w, const char *scope, const char *name, unsigned bits) {
    struct lane *lane = &w->lane[w->lanes++];
    snprintf(lane->scope, sizeof lane->scope, "board.%s", scope);
    snprintf(lane->name, sizeof lane->name, "%s", name);
    lane->bits = bits;
}

static void list_lanes(struct waves *w) {
    struct wave_signal list[WAVE_SIGNALS];
    w->signals = wave_signals_list(&w->board->shape, list);
    for (unsigned i = 0; i < w->signals; i++) {
        add_lane(w, list[i].scope + strlen("board."), list[i].name, list[i].bits);
        w->lane[i].signal = list[i];
    }
    w->first_text = w->lanes;
    add_lane(w, "decode", "symbol", 0);
    add_lane(w, "decode", "transfer", 0);
    add_lane(w, "decode", "command", 0);
    add_lane(w, "bus", "scl_by", 0);
    add_lane(w, "bus", "sda_by", 0);
    w->first_mismatch = w->lanes;
    for (int i = 0; i < SCOREBOARDS; i++)
        add_lane(w, "mismatch", scoreboard_name(i), 1);
    add_lane(w, "mismatch", "scenario", 1);
    add_lane(w, "mismatch", "what", 0);
}

// ---- Changes --------------------------------------------------------------------------------------------------------

// From `time` on lane `n` has this value; what was said of it for later is void.
static void say(struct waves *w, unsigned n, uint64_t time, unsigned value, const char *text) {
    size_t at = w->changes;
    if (time < w->written)
        time = w->written;
    while (at > 0 && w->change[at - 1].time >= time)
        at--;
    size_t kept = at;
    for (size_t i = at; i < w->changes; i++)
        if (w->change[i].lane != n)
            w->change[kept++] = w->change[i];
    w->changes = kept;
    if (!room(w, (void **)&w->change, &w->change_room, w->changes, 1, sizeof *w->change))
        return;
    while (at < w->changes && w->change[at].time <= time)
        at++;
    memmove(&w->change[at + 1], &w->change[at], (w->changes++ - at) * sizeof *w->change);
    w->change[at] = (struct change){.time = time, .lane = n, .value = value};
    if (text)
        snprintf(w->change[at].text, sizeof w->change[at].text, "%s", text);
}

static void say_text(void *ctx, enum annotate_lane lane, uint64_t clk, const char *text) {
    struct waves *w = ctx;
    if (w->open)
        say(w, w->first_text + (unsigned)lane, time_of(w, clk), 0, text);
}

static void say_record(struct waves *w, const struct record *r, uint64_t clk, bool all) {
    for (unsigned i = 0; i < w->signals; i++) {
        unsigned value = wave_signal_value(&w->lane[i].signal, r);
        if (all || value != w->lane[i].last)
            say(w, i, time_of(w, clk), value, NULL);
        w->lane[i].last = value;
    }
}

static void say_failing(struct waves *w, uint64_t clk, unsigned bits) {
    char text[WAVES_TEXT] = "";
    for (int i = SCOREBOARDS - 1; i >= 0; i--) {
        const struct mismatch *m = &scoreboards_verdict(&w->board->scoreboards, i)->first;
        say(w, w->first_mismatch + (unsigned)i, time_of(w, clk), bits >> i & 1, NULL);
        if (bits >> i & 1)
            snprintf(text, sizeof text, "%.47s: %.12s", m->what, m->pin);
    }
    say(w, w->first_mismatch + SCOREBOARDS + 1, time_of(w, clk), 0, text);
}

void waves_expectation(struct waves *w, const char *what) {
    uint64_t from = w->board->clk, until = from + w->annotate.half_bit;
    if (!w->open)
        return;
    for (unsigned n = w->first_mismatch + SCOREBOARDS; n < w->first_mismatch + SCOREBOARDS + 2; n++) {
        say(w, n, time_of(w, from), 1, what);
        say(w, n, time_of(w, until), 0, "");
    }
}

// ---- Writing --------------------------------------------------------------------------------------------------------

static size_t put_change(const struct waves *w, const struct change *c, char *line) {
    const struct lane *lane = &w->lane[c->lane];
    char *to = line;
    if (lane->bits == 1)
        return (size_t)sprintf(line, "%u%s\n", c->value, lane->id);
    *to++ = 'b';
    if (lane->bits) {
        for (unsigned i = lane->bits; i-- > 0;)
            *to++ = (char)('0' + (c->value >> i & 1));
    } else if (c->text[0] == '\0') {
        *to++ = 'z';
    } else {
        *to++ = '0'; // the bits before it are 0 too
        for (const char *text = c->text; *text; text++)
            for (int i = 7; i >= 0; i--)
                *to++ = (char)('0' + (*text >> i & 1));
    }
    return (size_t)(to - line + sprintf(to, " %s\n", lane->id));
}

// Writes the changes before `until`, or at it too, those of the time that is open without a time of their own. Returns how many.
static size_t write_changes(struct waves *w, size_t from, uint64_t until, bool at_it) {
    char line[LINE_MAX_BYTES];
    uint64_t time = at_it ? until : UINT64_MAX;
    size_t i = from;
    for (; i < w->changes && (w->change[i].time < until || (at_it && w->change[i].time == until)); i++) {
        if (w->change[i].time != time) {
            time = w->change[i].time;
            wave_file_write(&w->file, line, (size_t)sprintf(line, "#%" PRIu64 "\n", time));
        }
        wave_file_write(&w->file, line, put_change(w, &w->change[i], line));
    }
    return i;
}

// Nothing before `until` will be said any more: it is written.
static void settle(struct waves *w, uint64_t until) {
    size_t m = 0, c = 0;
    for (; m < w->marks && w->mark[m].time < until; m++) {
        size_t end = m + 1 < w->marks ? w->mark[m + 1].at : w->text_size;
        c = write_changes(w, c, w->mark[m].time, false);
        wave_file_write(&w->file, w->text + w->mark[m].at, end - w->mark[m].at);
        c = write_changes(w, c, w->mark[m].time, true);
    }
    c = write_changes(w, c, until, false);
    size_t cut = m < w->marks ? w->mark[m].at : w->text_size;
    w->text_size -= cut;
    if (cut) // without an engine's text there is no memory for it
        memmove(w->text, w->text + cut, w->text_size);
    for (size_t i = m; i < w->marks; i++)
        w->mark[i - m] = (struct mark){w->mark[i].time, w->mark[i].at - cut};
    w->marks -= m;
    memmove(w->change, w->change + c, (w->changes -= c) * sizeof *w->change);
    w->written = until;
    wave_file_flush(&w->file);
}

// Writes what may be written if there is enough of it. Every record before the board's clk is known.
static void make_room(struct waves *w) {
    uint64_t undecided = annotate_undecided(&w->annotate), clk = w->board->clk;
    if (w->text_size < WRITE_AT && w->changes < WRITE_AT / sizeof *w->change)
        return;
    if (w->text_size > MEBIBYTES || w->changes > MEBIBYTES / sizeof *w->change) {
        annotate_hurry(&w->annotate, clk);
        undecided = clk;
    }
    uint64_t filter = w->board->scoreboards.decoder.spike_clks + 2, settled = clk > filter ? clk - filter : 0; // a START is known as late as that
    uint64_t until = time_of(w, undecided < settled ? undecided : settled);
    size_t half = w->marks / 2;
    if (w->marks == 0 || w->mark[half].time < until) // not the same again and again for a few lines
        settle(w, until);
}

// ---- The board's side -----------------------------------------------------------------------------------------------

static void on_record(void *ctx, const struct record *r) {
    struct waves *w = ctx;
    annotate_record(&w->annotate, r);
    if (!w->open)
        return;
    say_record(w, r, r->clk, false);
    make_room(w);
}

static void on_symbol(void *ctx, const struct symbol *symbol) { annotate_symbol(&((struct waves *)ctx)->annotate, symbol); }
static void on_cut(void *ctx, uint64_t clk) { annotate_cut(&((struct waves *)ctx)->annotate, clk); }

static void on_failing(void *ctx, uint64_t clk, unsigned bits) {
    struct waves *w = ctx;
    if (!w->open)
        return;
    if (clk < w->start)
        w->before |= bits;
    say_failing(w, clk, clk <= w->start ? bits | w->before : bits);
}

struct waves *waves_new(struct board *b, uint64_t bit_clks) {
    struct waves *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->board = b;
    annotate_init(&w->annotate, &b->shape, bit_clks / 2);
    w->annotate.text = say_text;
    w->annotate.ctx = w;
    list_lanes(w);
    board_listen(b, &(struct board_listener){.ctx = w, .record = on_record, .symbol = on_symbol, .cut = on_cut, .failing = on_failing});
    return w;
}

void waves_delete(struct waves *w) {
    if (!w)
        return;
    if (w->open)
        waves_close(w);
    free(w->text);
    free(w->mark);
    free(w->change);
    free(w);
}

int waves_open(struct waves *w, const char *file) {
    int error = wave_file_open(&w->file, file);
    if (error)
        return error;
    w->open = true;
    w->start = w->board->clk ? w->board->clk : 1; // what the RTL puts out before its first edge is not defined
    w->written = time_of(w, w->start);
    w->text_size = w->marks = w->changes = 0;
    w->before = 0;
    for (unsigned i = w->signals; i < w->lanes; i++)
        say(w, i, w->written, 0, "");
    say_record(w, &w->board->record, w->start, true);
    annotate_hurry(&w->annotate, w->start); // what it knew of before is not shown, but for what still holds
    annotate_show(&w->annotate, w->start);
    return 0;
}

void waves_head(struct waves *w, const char *text, size_t length) {
    struct wave_lane_entry entry[WAVES_LANES];
    for (unsigned i = 0; i < w->lanes; i++)
        entry[i] = (struct wave_lane_entry){w->lane[i].scope, w->lane[i].name, w->lane[i].bits ? w->lane[i].bits : 8 * (WAVES_TEXT - 1), w->lane[i].id};
    char *head = wave_head_new(text, length, &w->board->shape, entry, w->lanes);
    if (head)
        wave_file_write(&w->file, head, strlen(head));
    else
        wave_file_fail(&w->file, ENOMEM);
    free(head);
}

bool waves_are_open(const struct waves *w) { return w->open; }
uint64_t waves_start(const struct waves *w) { return w->start; }

void waves_changes(struct waves *w, uint64_t time_ps, const char *text, size_t length) {
    if (!room(w, (void **)&w->text, &w->text_room, w->text_size, length, 1) ||
        !room(w, (void **)&w->mark, &w->mark_room, w->marks, 1, sizeof *w->mark))
        return;
    w->mark[w->marks++] = (struct mark){time_ps, w->text_size};
    memcpy(w->text + w->text_size, text, length);
    w->text_size += length;
    make_room(w);
}

int waves_close(struct waves *w) {
    char line[32];
    uint64_t end = time_of(w, w->board->clk);
    annotate_hurry(&w->annotate, w->board->clk);
    bool shown = w->marks > 1 && w->mark[w->marks - 2].time <= end; // the engine has written of the sample to come
    settle(w, end + 1);
    if (!shown)
        wave_file_write(&w->file, line, (size_t)sprintf(line, "#%" PRIu64 "\n", end)); // nothing changed since
    w->open = false;
    return wave_file_close(&w->file);
}
