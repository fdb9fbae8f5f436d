// SPDX-License-Identifier: Apache-2.0
//
// What the judges found, counted by check and kept by scoreboard.
#include "scoreboards_state.h"

#include <string.h>

// The name of a check is what it says, without a measured time, and without what it adds in parentheses at its end. `name` is all zeros before.
static void name_check(const char *what, char *name, size_t size)
{
    const char *const aside = strstr(what, " (");
    size_t length = strlen(what);
    if (strstr(what, " us, at "))
        length = strcspn(what, " ");
    else if (aside && what[length - 1] == ')')
        length = (size_t)(aside - what);
    memcpy(name, what, length < size ? length : size - 1);
}

static void note_check(struct verdict *v, const struct finding *f)
{
    struct failed_check new = {.count = 1};
    strncpy(new.pin, f->pin, sizeof new.pin - 1);
    name_check(f->what, new.check, sizeof new.check);
    for (struct failed_check *c = v->failed; c < v->failed + VERDICT_CHECKS; c++) {
        if (c->count == 0) {
            *c = new;
            return;
        }
        if (strcmp(c->pin, new.pin) == 0 && strcmp(c->check, new.check) == 0) {
            c->count++;
            return;
        }
    }
}

void scoreboards_note(struct scoreboards *s, enum scoreboard which, uint64_t clk, const struct finding *f)
{
    struct mismatch *const m = &s->verdict[which].first;
    note_check(&s->verdict[which], f);
    if (m->valid)
        return;
    *m = (struct mismatch){
        .valid = true, .clk = clk, .socket = f->socket, .expected = f->expected, .seen = f->seen, .bits = f->bits};
    strncpy(m->pin, f->pin, sizeof m->pin - 1);
    strncpy(m->what, f->what, sizeof m->what - 1);
    strncpy(m->clause, f->clause, sizeof m->clause - 1);
    decoder_place(&s->decoder, m->place, sizeof m->place);
}

bool scoreboards_fact(struct scoreboards *s, enum scoreboard which, uint64_t clk, bool ok, const struct finding *f)
{
    s->verdict[which].checks++;
    if (!ok) {
        s->verdict[which].failures++;
        s->failing |= 1u << which;
        scoreboards_note(s, which, clk, f);
    }
    return ok;
}

const char *scoreboard_name(enum scoreboard which)
{
    static const char *const names[SCOREBOARDS] = {"lines", "host", "gpio", "int", "protocol", "timing"};
    return (unsigned)which < SCOREBOARDS ? names[which] : "?";
}

const struct verdict *scoreboards_verdict(const struct scoreboards *s, enum scoreboard which)
{
    return &s->verdict[which];
}

void scoreboards_clear_first(struct scoreboards *s)
{
    for (unsigned k = 0; k < SCOREBOARDS; k++)
        s->verdict[k].first.valid = false;
}
