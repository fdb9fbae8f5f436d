// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "scenario_parts.h"

// What is on a level pin now; -1 if there is no such pin. *socket is whose it is.
static int level_of(const struct run *run, const char *pin, int *socket) {
    const struct record *r = &run->board.record;
    *socket = -1;
    if (strcmp(pin, "scl") == 0)
        return r->scl;
    if (strcmp(pin, "sda") == 0)
        return r->sda;
    if (strcmp(pin, "bus") == 0) // expect int bus ...
        return r->int_n;
    for (unsigned t = 0; t < run->config.targets; t++) {
        if (strcmp(pin, run->config.socket[1 + t].name) == 0) {
            *socket = (int)(1 + t);
            return (r->out[1 + t][run->config.socket[1 + t].drives] & TGT_INT_N) != 0;
        }
    }
    return -1;
}

struct expectation {
    int line;
    const char *file;
};

static void judge(struct run *run, const struct expectation *e, bool good, int socket, const char *pin, const char *wanted, const char *seen) {
    char what[96];
    const char *file = strrchr(e->file, '/');
    snprintf(what, sizeof what, "%s:%d: expected %.32s, saw %.32s", file ? file + 1 : e->file, e->line, wanted, seen);
    run_expect(run, good, socket, pin, what);
}

static int expect_level(struct run *run, Tcl_Interp *tcl, const struct expectation *e, const char *kind, const char *pin, const char *wanted) {
    int socket, level = level_of(run, pin, &socket);
    bool is_int = strcmp(kind, "int") == 0, line = strcmp(pin, "scl") == 0 || strcmp(pin, "sda") == 0;
    if (level < 0 || is_int == line)
        return scenario_fail(tcl, is_int ? "\"%s\" has no INT: a target's name or \"bus\" is wanted" : "\"%s\" is no wire: scl or sda is wanted", pin);
    if (strcmp(wanted, "low") != 0 && strcmp(wanted, "high") != 0)
        return scenario_fail(tcl, "\"%s\" is no level: low or high is wanted", wanted);
    judge(run, e, level == (strcmp(wanted, "high") == 0), socket, is_int ? "int_n" : pin, wanted, level ? "high" : "low");
    return TCL_OK;
}

static int expect_pins(struct run *run, Tcl_Interp *tcl, const struct expectation *e, Tcl_Obj *target_name, Tcl_Obj *pattern) {
    unsigned target;
    uint8_t low, high;
    char seen[32];
    if (scenario_get_target(run, tcl, target_name, &target) != TCL_OK || scenario_get_pattern(tcl, pattern, &low, &high) != TCL_OK)
        return TCL_ERROR;
    uint8_t pins = run->board.record.pins[target], outside = run->board.stimulus.now.ext_high[target];
    // A pin that the outside drives high and that reads low is held by the port latch: say so.
    snprintf(seen, sizeof seen, "0x%02x%s", pins, outside & high & ~pins ? " (held low by latch)" : "");
    judge(run, e, (pins & low) == 0 && (pins & high) == high, (int)(1 + target), "pins", Tcl_GetString(pattern), seen);
    return TCL_OK;
}

static int expect_data(struct run *run, Tcl_Interp *tcl, const struct expectation *e, int objc, Tcl_Obj *const objv[]) {
    const struct firmware *h = &run->board.stimulus.firmware;
    uint8_t bytes[1024];
    char wanted[40] = "", seen[40] = "";
    if (scenario_get_bytes(tcl, objc, objv, bytes, 1024) != TCL_OK)
        return TCL_ERROR;
    for (int i = 0; i < objc && i < 8; i++)
        snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), "%02x ", bytes[i]);
    for (unsigned i = 0; i < h->data_count && i < 8; i++)
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%02x ", h->data[i]);
    judge(run, e, (unsigned)objc == h->data_count && memcmp(bytes, h->data, h->data_count) == 0, 0, "data", wanted, seen);
    return TCL_OK;
}

static int expect_that(struct run *run, Tcl_Interp *tcl, const struct expectation *e, const char *expression, Tcl_Obj *result) {
    int good;
    if (Tcl_GetBooleanFromObj(tcl, result, &good) != TCL_OK)
        return TCL_ERROR;
    judge(run, e, good, -1, "expression", expression, "that it is not so");
    return TCL_OK;
}

int scenario_expect(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    static const char *const wanted = "wanted: expect wire scl|sda low|high, int TARGET|bus low|high, pins TARGET PATTERN, status ack|nack|lost|timeout, "
                                      "data BYTE..., or that EXPRESSION%s";
    struct run *run = data;
    struct expectation e = {0};
    if (objc < 5)
        return scenario_fail(tcl, wanted, "");
    if (Tcl_GetIntFromObj(tcl, objv[1], &e.line) != TCL_OK)
        return TCL_ERROR;
    e.file = Tcl_GetString(objv[2]);
    const char *kind = Tcl_GetString(objv[3]), *arg = Tcl_GetString(objv[4]);
    if ((strcmp(kind, "wire") == 0 || strcmp(kind, "int") == 0) && objc == 6)
        return expect_level(run, tcl, &e, kind, arg, Tcl_GetString(objv[5]));
    if (strcmp(kind, "pins") == 0 && objc == 6)
        return expect_pins(run, tcl, &e, objv[4], objv[5]);
    if (strcmp(kind, "that") == 0 && objc == 6)
        return expect_that(run, tcl, &e, arg, objv[5]);
    if (strcmp(kind, "data") == 0)
        return expect_data(run, tcl, &e, objc - 4, objv + 4);
    if (strcmp(kind, "status") == 0 && objc == 5) {
        static const char *const words[] = {"ack", "nack", "lost", "timeout", NULL};
        int index;
        if (Tcl_GetIndexFromObj(tcl, objv[4], words, "status", TCL_EXACT, &index) != TCL_OK)
            return TCL_ERROR;
        const char *seen = scenario_status(&run->board.stimulus.firmware);
        judge(run, &e, strcmp(seen, arg) == 0, 0, "status", arg, seen);
        return TCL_OK;
    }
    return scenario_fail(tcl, wanted, "");
}
