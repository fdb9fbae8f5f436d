// SPDX-License-Identifier: Apache-2.0
//
// Breaks: events on the board at which the clock stops. They follow records and symbols, never a model.
#include <inttypes.h>
#include <string.h>

#include "scenario_parts.h"
#include "shell_parts.h"

enum argument { NO_ARGUMENT, MAYBE_ADDR, MAYBE_LEVEL, MAYBE_TARGET, CLK, TIME };

static const struct {
    const char *name;
    enum argument argument;
} events[] = {
    [ON_START] = {"start", MAYBE_ADDR},
    [ON_STOP] = {"stop", NO_ARGUMENT},
    [ON_NACK] = {"nack", NO_ARGUMENT},
    [ON_SYMBOL] = {"symbol", NO_ARGUMENT},
    [ON_INT] = {"int", MAYBE_LEVEL},
    [ON_SCL] = {"scl", MAYBE_LEVEL},
    [ON_SDA] = {"sda", MAYBE_LEVEL},
    [ON_PINS] = {"pins", MAYBE_TARGET},
    [ON_MISMATCH] = {"mismatch", NO_ARGUMENT},
    [ON_CLK] = {"clk", CLK},
    [ON_TIME] = {"time", TIME}};

enum { EVENTS = sizeof events / sizeof *events };

// ---- Reading --------------------------------------------------------------------------------------------------------

static int parse_clk(struct shell *s, enum argument argument, Tcl_Obj *obj, uint64_t *clk) {
    Tcl_WideInt number;
    if (argument == TIME) {
        if (scenario_get_time(s->run, s->tcl, obj, clk) != TCL_OK)
            return TCL_ERROR;
    } else if (Tcl_GetWideIntFromObj(NULL, obj, &number) != TCL_OK || number < 0) {
        return scenario_fail(s->tcl, "\"%s\" is no clk: a number of clocks since the beginning is wanted", Tcl_GetString(obj));
    } else {
        *clk = (uint64_t)number;
    }
    return *clk > s->run->board.clk ? TCL_OK : scenario_fail(s->tcl, "%s has passed already", Tcl_GetString(obj));
}

static int parse_level(Tcl_Interp *tcl, Tcl_Obj *obj, int *level) {
    static const char *const levels[] = {"low", "high", NULL};
    return Tcl_GetIndexFromObj(tcl, obj, levels, "level", 0, level);
}

static int parse_argument(struct shell *s, enum argument argument, Tcl_Obj *obj, struct shell_break *b) {
    unsigned target;
    switch (argument) {
    case MAYBE_ADDR:
        return scenario_get_addr(s->tcl, obj, &b->value);
    case MAYBE_LEVEL:
        return parse_level(s->tcl, obj, &b->value);
    case MAYBE_TARGET:
        if (scenario_get_target(s->run, s->tcl, obj, &target) != TCL_OK)
            return TCL_ERROR;
        b->value = (int)target;
        return TCL_OK;
    default:
        return parse_clk(s, argument, obj, &b->clk);
    }
}

int shell_break_parse(struct shell *s, int objc, Tcl_Obj *const objv[], struct shell_break *b) {
    static const char *const wanted = "wanted: start ?ADDR?, stop, nack, symbol, int|scl|sda ?low|high?, pins ?TARGET?, mismatch, clk N "
                                      "or time TIME%s";
    unsigned event = 0;
    if (objc < 1 || objc > 2)
        return scenario_fail(s->tcl, wanted, "");
    while (event < EVENTS && strcmp(Tcl_GetString(objv[0]), events[event].name) != 0)
        event++;
    if (event == EVENTS)
        return scenario_fail(s->tcl, "there is no event \"%s\"; wanted: start, stop, nack, symbol, int, scl, sda, pins, mismatch, clk or time",
                             Tcl_GetString(objv[0]));
    enum argument argument = events[event].argument;
    if ((objc == 2 && argument == NO_ARGUMENT) || (objc == 1 && argument >= CLK))
        return scenario_fail(s->tcl, wanted, "");
    *b = (struct shell_break){.event = (enum shell_event)event, .value = -1};
    snprintf(b->text, sizeof b->text, "%s%s%.32s", events[event].name, objc == 2 ? " " : "", objc == 2 ? Tcl_GetString(objv[1]) : "");
    return objc == 2 ? parse_argument(s, argument, objv[1], b) : TCL_OK;
}

// ---- Happening ------------------------------------------------------------------------------------------------------

// Stops the clock. `clk` is that of the wire edge, or of the record, that made the event.
static void hit(struct shell *s, const struct shell_break *b, uint64_t clk, const char *what) {
    char time[SHELL_TIME], name[24] = "";
    if (s->why != WHY_NONE || (b->id == 0 && s->until_hit))
        return;
    if (b->id == 0)
        s->until_hit = true;
    else
        s->why = WHY_BREAK;
    if (b->id)
        snprintf(name, sizeof name, "break %u, ", b->id);
    snprintf(s->hit, sizeof s->hit, "%s%s: clk %" PRIu64 ", %s%s%s", name, b->text, clk, shell_time(s->run, clk, time), *what ? ", " : "", what);
    s->run->signalled = BOARD_STOP_INTERRUPT;
    s->run->board.stop = BOARD_STOP_INTERRUPT;
}

// The breaks to look at begin here: the first is that of `run until`.
static unsigned first(const struct shell *s) { return s->waiting ? 0 : 1; }

uint64_t shell_break_clk(const struct shell *s) {
    uint64_t next = 0;
    for (unsigned i = first(s); i <= s->break_count; i++) {
        const struct shell_break *b = &s->breaks[i];
        if (b->clk > s->run->board.clk && (next == 0 || b->clk < next))
            next = b->clk;
    }
    return next;
}

void shell_break_at_clk(struct shell *s) {
    for (unsigned i = first(s); i <= s->break_count; i++)
        if (s->breaks[i].clk && s->breaks[i].clk == s->run->board.clk)
            hit(s, &s->breaks[i], s->run->board.clk, "");
}

static bool moved_to(bool was, bool is, int level) { return was != is && (level < 0 || is == (level == 1)); }

void shell_break_on_record(struct shell *s, const struct record *was, const struct record *r) {
    for (unsigned i = first(s); i <= s->break_count; i++) {
        const struct shell_break *b = &s->breaks[i];
        bool is = (b->event == ON_INT && moved_to(was->int_n, r->int_n, b->value)) || (b->event == ON_SCL && moved_to(was->scl, r->scl, b->value)) ||
                  (b->event == ON_SDA && moved_to(was->sda, r->sda, b->value));
        for (unsigned t = 0; t < s->run->config.targets && b->event == ON_PINS; t++)
            is = is || ((b->value < 0 || b->value == (int)t) && was->pins[t] != r->pins[t]);
        if (is)
            hit(s, b, r->clk, "");
    }
}

static void symbol_text(const struct shell *s, const struct symbol *symbol, char *text, size_t size) {
    static const char *const words[] = {[SYMBOL_START] = "START", [SYMBOL_RESTART] = "repeated START", [SYMBOL_STOP] = "STOP"};
    char place[96];
    scoreboards_place(&s->run->board.scoreboards, place, sizeof place);
    if (symbol->kind == SYMBOL_BIT)
        snprintf(text, size, "bit %u", symbol->bit);
    else if (symbol->kind == SYMBOL_ACK || symbol->kind == SYMBOL_NACK)
        snprintf(text, size, "%s%s", symbol->kind == SYMBOL_NACK ? "N" : "", strncmp(place, "ACK", 3) == 0 ? place : "ACK");
    else
        snprintf(text, size, "%s", words[symbol->kind]);
}

static bool is_symbol(const struct shell_break *b, const struct symbol *symbol) {
    bool answered = (symbol->kind == SYMBOL_ACK || symbol->kind == SYMBOL_NACK) && symbol->index == 0;
    switch (b->event) {
    case ON_START: // with an address: when its byte is answered, for only then it is known
        return b->value < 0 ? symbol->kind == SYMBOL_START || symbol->kind == SYMBOL_RESTART : answered && symbol->byte >> 1 == b->value;
    case ON_STOP:
        return symbol->kind == SYMBOL_STOP;
    case ON_NACK:
        return symbol->kind == SYMBOL_NACK;
    default:
        return b->event == ON_SYMBOL;
    }
}

void shell_break_on_symbol(struct shell *s, const struct symbol *symbol) {
    char text[112];
    for (unsigned i = first(s); i <= s->break_count; i++) {
        if (is_symbol(&s->breaks[i], symbol)) {
            symbol_text(s, symbol, text, sizeof text);
            hit(s, &s->breaks[i], symbol->clk, text);
        }
    }
}

void shell_break_on_mismatch(struct shell *s, uint64_t clk) {
    for (unsigned i = first(s); i <= s->break_count; i++)
        if (s->breaks[i].event == ON_MISMATCH)
            hit(s, &s->breaks[i], clk, "");
}

// ---- The command ----------------------------------------------------------------------------------------------------

void shell_break_list(const struct shell *s, FILE *out) {
    for (unsigned i = 1; i <= s->break_count; i++)
        fprintf(out, "%4u  %s\n", s->breaks[i].id, s->breaks[i].text);
    if (s->break_count == 0)
        fputs("no breaks\n", out);
}

static int delete_breaks(struct shell *s, Tcl_Obj *which) {
    int id;
    if (strcmp(Tcl_GetString(which), "all") == 0) {
        s->break_count = 0;
        return TCL_OK;
    }
    for (unsigned i = 1; Tcl_GetIntFromObj(NULL, which, &id) == TCL_OK && i <= s->break_count; i++) {
        if ((int)s->breaks[i].id == id) {
            memmove(&s->breaks[i], &s->breaks[i + 1], (s->break_count-- - i) * sizeof s->breaks[i]);
            return TCL_OK;
        }
    }
    return scenario_fail(s->tcl, "there is no break \"%s\" (see break list)", Tcl_GetString(which));
}

int shell_break_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct shell *s = shell;
    struct shell_break b;
    const char *word = objc > 1 ? Tcl_GetString(objv[1]) : "";
    if (objc == 1)
        return TCL_BREAK; // Tcl's own: the end of a loop
    if (strcmp(word, "list") == 0 && objc == 2) {
        shell_break_list(s, stdout);
        return TCL_OK;
    }
    if (strcmp(word, "delete") == 0 && objc == 3)
        return delete_breaks(s, objv[2]);
    if (strcmp(word, "on") != 0)
        return scenario_fail(tcl, "wanted: break on EVENT, break list or break delete N|all (break alone ends a loop)%s", "");
    if (shell_break_parse(s, objc - 2, objv + 2, &b) != TCL_OK)
        return TCL_ERROR;
    if (s->break_count == SHELL_BREAKS)
        return scenario_fail(tcl, "there are as many breaks as there can be: break delete N|all%s", "");
    b.id = ++s->break_ids;
    s->breaks[++s->break_count] = b;
    Tcl_SetObjResult(tcl, Tcl_ObjPrintf("break %u", b.id));
    return TCL_OK;
}
