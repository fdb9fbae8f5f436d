// SPDX-License-Identifier: Apache-2.0
//
// violates: which times of UM10204 table 10 a scenario's stimulus breaks on purpose.
#include <string.h>

#include "scenario.h"
#include "scenario_parts.h"

static const char *const names[] = {"tLOW", "tHIGH", "fSCL", "tHD_STA", "tSU_STA", "tSU_DAT", "tHD_DAT", "tSU_STO", "tBUF", "tVD_DAT", "tVD_ACK", "any"};
enum { NAMES = sizeof names / sizeof *names };
_Static_assert(NAMES - 1 == TIMING_SP, "a name for each rule that can be broken");

// "tHD;STA" and "tHD_STA", "fSCL" and "1/fSCL" -> its rule, "any" -> TIMING_SP.
static int get_rule(Tcl_Interp *tcl, Tcl_Obj *obj, int *rule) {
    char word[24];
    const char *text = Tcl_GetString(obj);
    snprintf(word, sizeof word, "%s", strcmp(text, timing_rule_name(TIMING_PERIOD)) == 0 ? "fSCL" : text);
    if (strchr(word, ';'))
        *strchr(word, ';') = '_';
    for (*rule = 0; *rule < NAMES; ++*rule)
        if (strcmp(word, names[*rule]) == 0)
            return TCL_OK;
    const char *near = config_nearest(word, names, NAMES);
    Tcl_SetObjResult(tcl, Tcl_ObjPrintf("\"%.40s\" is no time that can be broken%s%s%s", Tcl_GetString(obj), near ? ": did you mean " : "", near ? near : "",
                                        near ? "?" : ": tLOW, tHIGH, fSCL, tHD;STA, tSU;STA, tSU;DAT, tHD;DAT, tSU;STO, tBUF, tVD;DAT, tVD;ACK and any are"));
    return TCL_ERROR;
}

int scenario_violates(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    unsigned rules = 0;
    if (objc < 2)
        return scenario_fail(tcl, "wanted: violates RULE..., like violates tLOW {tSU;DAT}, or violates any%s", "");
    for (int i = 1; i < objc; i++) {
        Tcl_Obj **list;
        int count, rule;
        if (Tcl_ListObjGetElements(tcl, objv[i], &count, &list) != TCL_OK)
            return TCL_ERROR;
        for (int k = 0; k < count; k++) {
            if (get_rule(tcl, list[k], &rule) != TCL_OK)
                return TCL_ERROR;
            rules |= rule == TIMING_SP ? (unsigned)TIMING_ANY : 1u << rule;
        }
    }
    scenario_timing_allow(run, (run->now ? run->now->violates : 0) | rules);
    return TCL_OK;
}

static uint64_t broken(const struct run *run, enum timing_rule rule) {
    uint64_t sum = 0;
    for (int mode = 0; mode < TIMING_CHIP; mode++)
        sum += scoreboards_timing(&run->board.scoreboards, mode, rule).seen.by_stimulus;
    return sum;
}

void scenario_timing_start(struct run *run) {
    for (int rule = 0; rule < TIMING_RULES; rule++)
        run->now->by_stimulus[rule] = broken(run, rule); // the end takes the difference
    scenario_timing_allow(run, 0);
}

void scenario_timing_allow(struct run *run, unsigned rules) {
    if (run->now)
        run->now->violates = rules;
    scoreboards_timing_allow(&run->board.scoreboards, rules);
}

// A scenario that waits for a slot in vain shows nothing of what it meant to.
static void demand_slots(struct run *run) {
    const struct stimulus *s = &run->board.stimulus;
    for (unsigned i = 0; i < s->event_count; i++) {
        char what[96];
        if (s->events[i].slot < 0)
            continue;
        snprintf(what, sizeof what, "something was to happen \"at %d\", and that slot did not come", s->events[i].slot);
        run_expect(run, false, -1, "stimulus", what);
    }
}

void scenario_timing_end(struct run *run) {
    struct scenario_result *r = run->now;
    scoreboards_timing_allow(&run->board.scoreboards, TIMING_ANY);
    for (int rule = 0; rule < TIMING_RULES; rule++)
        r->by_stimulus[rule] = broken(run, rule) - r->by_stimulus[rule];
    if (r->result != RESULT_PASS || r->violates == TIMING_ANY)
        return;
    demand_slots(run);
    if (!scoreboards_verdict(&run->board.scoreboards, SB_TIMING)->on)
        return;
    for (int rule = 0; rule < TIMING_RULES; rule++) {
        char what[96];
        if (!(r->violates >> rule & 1) || run->config.timing.rule[rule] == TIMING_OFF)
            continue;
        snprintf(what, sizeof what, "\"violates %s\", but the stimulus did not break it", timing_rule_name(rule));
        run_expect(run, r->by_stimulus[rule] > 0, -1, "timing", what);
    }
}
