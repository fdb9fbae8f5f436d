// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "scenario_parts.h"

int scenario_fail(Tcl_Interp *tcl, const char *format, const char *word) {
    Tcl_SetObjResult(tcl, Tcl_ObjPrintf(format, word));
    return TCL_ERROR;
}

// "10us", "300ns", "2ms", "1s", "7clk", "2.5bit" (SCL periods) -> clks.
int scenario_get_time(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, uint64_t *clks) {
    static const struct {
        const char *unit;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    const char *text = Tcl_GetString(obj);
    char *unit;
    double number = strtod(text, &unit);
    if (unit != text && number >= 0 && number <= 1e9) {
        if (strcmp(unit, "clk") == 0 || strcmp(unit, "clks") == 0) {
            *clks = (uint64_t)number;
            return TCL_OK;
        }
        if (strcmp(unit, "bit") == 0 || strcmp(unit, "bits") == 0) {
            *clks = (uint64_t)(number * (double)config_bit_clks(&run->config) + 0.5);
            return TCL_OK;
        }
        for (unsigned i = 0; i < sizeof units / sizeof *units; i++) {
            if (strcmp(unit, units[i].unit) == 0 && number * units[i].ns <= 3.6e12) {
                *clks = run_ns_to_clks(run, (uint64_t)(number * units[i].ns + 0.5));
                return TCL_OK;
            }
        }
    }
    return scenario_fail(tcl, "\"%s\" is no time: write a number and ns, us, ms, s, clk or bit, like 3us", text);
}

int scenario_get_number(Tcl_Interp *tcl, Tcl_Obj *obj, int low, int high, const char *what, int *value) {
    if (Tcl_GetIntFromObj(NULL, obj, value) == TCL_OK && *value >= low && *value <= high)
        return TCL_OK;
    Tcl_SetObjResult(tcl, Tcl_ObjPrintf("\"%.60s\" is no %s: a number from %d to %d is wanted", Tcl_GetString(obj), what, low, high));
    return TCL_ERROR;
}

int scenario_get_addr(Tcl_Interp *tcl, Tcl_Obj *obj, int *addr) { return scenario_get_number(tcl, obj, 0, 0x7f, "7-bit address", addr); }

int scenario_get_bytes(Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[], uint8_t *bytes, int max) {
    if (objc > max)
        return scenario_fail(tcl, "too many bytes%s", "");
    for (int i = 0; i < objc; i++) {
        int byte;
        if (scenario_get_number(tcl, objv[i], 0, 255, "byte", &byte) != TCL_OK)
            return TCL_ERROR;
        bytes[i] = (uint8_t)byte;
    }
    return TCL_OK;
}

// "u1" -> 0-based target.
int scenario_get_target(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, unsigned *target) {
    for (unsigned t = 0; t < run->config.targets; t++) {
        if (strcmp(Tcl_GetString(obj), run->config.socket[1 + t].name) == 0) {
            *target = t;
            return TCL_OK;
        }
    }
    return scenario_fail(tcl, "there is no target \"%s\" on this board", Tcl_GetString(obj));
}

// A socket's name, or "all" -> one bit a socket.
int scenario_get_sockets(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, uint16_t *bits) {
    const char *name = Tcl_GetString(obj);
    *bits = 0;
    for (unsigned s = 0; s <= run->config.targets; s++)
        if (strcmp(name, "all") == 0 || strcmp(name, run->config.socket[s].name) == 0)
            *bits |= (uint16_t)(1u << s);
    return *bits ? TCL_OK : scenario_fail(tcl, "there is no socket \"%s\" on this board", name);
}

// "0bzzzz0101", MSB first: 0, 1, z or x, eight of them; or a plain byte. Masks of the 0s and of the 1s.
int scenario_get_pattern(Tcl_Interp *tcl, Tcl_Obj *obj, uint8_t *low, uint8_t *high) {
    const char *text = Tcl_GetString(obj);
    int byte;
    if (strncmp(text, "0b", 2) == 0 && strlen(text) == 10 && strspn(text + 2, "01zx") == 8) {
        *low = *high = 0;
        for (int i = 0; i < 8; i++) {
            *low |= (uint8_t)((text[2 + i] == '0') << (7 - i));
            *high |= (uint8_t)((text[2 + i] == '1') << (7 - i));
        }
        return TCL_OK;
    }
    if (strncmp(text, "0b", 2) == 0 || Tcl_GetIntFromObj(NULL, obj, &byte) != TCL_OK || byte < 0 || byte > 255)
        return scenario_fail(tcl, "\"%s\" is no pattern: write 0b and eight of 0, 1, z, P7 first, or a byte", text);
    *high = (uint8_t)byte;
    *low = (uint8_t)~byte;
    return TCL_OK;
}

// Options at the end: "at SLOT" and "plus TIME".
int scenario_get_when(struct run *run, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[], struct stimulus_event *e) {
    e->slot = -1;
    e->clk = 0;
    for (int i = 0; i < objc; i += 2) {
        const char *word = Tcl_GetString(objv[i]);
        if (i + 1 == objc)
            return scenario_fail(tcl, "\"%s\" lacks its value", word);
        if (strcmp(word, "at") == 0) {
            if (scenario_get_number(tcl, objv[i + 1], 0, 9 * 1024, "slot", &e->slot) != TCL_OK)
                return TCL_ERROR;
        } else if (strcmp(word, "plus") == 0) {
            if (scenario_get_time(run, tcl, objv[i + 1], &e->clk) != TCL_OK)
                return TCL_ERROR;
        } else {
            return scenario_fail(tcl, "unknown word \"%s\": \"at SLOT\" or \"plus TIME\" is wanted", word);
        }
    }
    return TCL_OK;
}
