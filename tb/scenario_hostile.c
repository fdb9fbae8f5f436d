// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "acts.h"
#include "scenario.h"
#include "scenario_parts.h"

static int get_kind(Tcl_Interp *tcl, const char *word, struct hostile *h, const struct config *c) {
    const char *names[HOSTILE_KINDS];
    enum hostile_kind kind = hostile_find(word);
    if (kind != HOSTILE_KINDS) {
        *h = hostile_make(c, kind);
        h->slot = -1;
        return TCL_OK;
    }
    for (unsigned i = 0; i < HOSTILE_KINDS; i++)
        names[i] = hostile_name((enum hostile_kind)i);
    const char *near = config_nearest(word, names, HOSTILE_KINDS);
    if (near)
        Tcl_SetObjResult(tcl, Tcl_ObjPrintf("there is no hostile kind \"%.60s\" (did you mean %s?)", word, near));
    else
        Tcl_SetObjResult(tcl, Tcl_ObjPrintf("there is no hostile kind \"%.60s\": --help-scenario lists them", word));
    return TCL_ERROR;
}

static int get_socket(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, struct hostile *h) {
    const char *name = Tcl_GetString(obj);
    if (!hostile_wants_socket(h->kind))
        return scenario_fail(tcl, "\"%s\" is done to the wires: it takes no \"on SOCKET\"", hostile_name(h->kind));
    for (unsigned s = 0; s <= run->config.targets; s++) {
        if (strcmp(name, run->config.socket[s].name) == 0) {
            h->socket = (uint8_t)s;
            return TCL_OK;
        }
    }
    return scenario_fail(tcl, "there is no socket \"%s\" on this board", name);
}

static int get_option(struct run *run, Tcl_Interp *tcl, const char *word, Tcl_Obj *value, struct hostile *h) {
    int frame;
    if (strcmp(word, "at") == 0)
        return scenario_get_number(tcl, value, 0, 9 * 1024, "slot", &h->slot);
    if (strcmp(word, "plus") == 0)
        return scenario_get_time(run, tcl, value, &h->phase);
    if (strcmp(word, "for") == 0)
        return scenario_get_time(run, tcl, value, &h->clks);
    if (strcmp(word, "on") == 0)
        return get_socket(run, tcl, value, h);
    if (strcmp(word, "frame") == 0) {
        if (scenario_get_number(tcl, value, 1, 255, "frame", &frame) != TCL_OK)
            return TCL_ERROR;
        h->frame = (uint8_t)frame;
        return TCL_OK;
    }
    return scenario_fail(tcl, "unknown word \"%s\": at SLOT, frame N, plus TIME, for TIME or on SOCKET is wanted", word);
}

// hostile KIND ?at SLOT ?frame N?? ?plus TIME? ?for TIME? ?on SOCKET?, or hostile pending
int scenario_hostile(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct hostile h;
    if (objc < 2)
        return scenario_fail(tcl, "wanted: hostile KIND ?at SLOT ?frame N?? ?plus TIME? ?for TIME? ?on SOCKET?, or hostile pending%s", "");
    if (objc == 2 && strcmp(Tcl_GetString(objv[1]), "pending") == 0) {
        Tcl_SetObjResult(tcl, Tcl_NewIntObj((int)run->board.stimulus.event_count));
        return TCL_OK;
    }
    if (get_kind(tcl, Tcl_GetString(objv[1]), &h, &run->config) != TCL_OK)
        return TCL_ERROR;
    for (int i = 2; i < objc; i += 2) {
        const char *word = Tcl_GetString(objv[i]);
        if (i + 1 == objc)
            return scenario_fail(tcl, "\"%s\" lacks its value", word);
        if (get_option(run, tcl, word, objv[i + 1], &h) != TCL_OK)
            return TCL_ERROR;
    }
    if (h.frame && h.slot < 0)
        return scenario_fail(tcl, "\"frame\" says whose slot: \"at SLOT\" is wanted too%s", "");
    if (h.clks == 0)
        return scenario_fail(tcl, "\"for\": a fault of no time is none%s", "");
    if (hostile_wants_socket(h.kind) && h.socket > run->config.targets)
        return scenario_fail(tcl, "this board has no target: \"on %s\" is wanted", run->config.socket[0].name);
    if (!act_do(run, &(struct act){.kind = ACT_HOSTILE, .expect = -1, .hostile = h}))
        return scenario_fail(tcl, "too many events are waiting%s", "");
    scenario_timing_allow(run, TIMING_ANY); // hostile by its word
    return TCL_OK;
}

void scenario_hostile_help(FILE *out) {
    fputs("\nKINDS of hostile, each with a phase and a time of its own if \"plus\" and \"for\" do not say otherwise:\n", out);
    for (unsigned i = 0; i < HOSTILE_KINDS; i++)
        fprintf(out, "  %-16s %s%s\n", hostile_name((enum hostile_kind)i), hostile_help((enum hostile_kind)i),
                hostile_wants_socket((enum hostile_kind)i) ? " (on SOCKET)" : "");
}
