// SPDX-License-Identifier: Apache-2.0
//
// Private to scenario*.c: the commands of scenarios and the reading of their arguments. Every function that reads one returns TCL_OK, or
// TCL_ERROR with the message set.
#ifndef TWINWIRE_SCENARIO_PARTS_H
#define TWINWIRE_SCENARIO_PARTS_H

#include <tcl.h>

#include "run.h"

struct scenario_command {
    const char *name;
    Tcl_ObjCmdProc *proc; // its ClientData is the struct run
};

extern const struct scenario_command scenario_commands[]; // ended by a NULL name

// An interpreter with all of these; one at a time. scenario_interrupt ends what it is carrying out.
Tcl_Interp *scenario_interp(struct run *run);
void scenario_interp_delete(Tcl_Interp *tcl);

// From now on what the script does to files is not done again by a replay.
void scenario_guard_files(const struct run *run, Tcl_Interp *tcl);

// _expect LINE FILE KIND ARG...; the procedure `expect` puts LINE and FILE in front.
int scenario_expect(ClientData run, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]);

// hostile KIND ..., and the part of --help-scenario that lists the kinds.
int scenario_hostile(ClientData run, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]);
void scenario_hostile_help(FILE *out);

// violates RULE... | any
int scenario_violates(ClientData run, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]);

// "ack", "nack", "lost" or "busy".
const char *scenario_status(const struct firmware *firmware);

// Sets the message (`format` holds one %s, for `word`) and returns TCL_ERROR.
int scenario_fail(Tcl_Interp *tcl, const char *format, const char *word);

// "10us", "300ns", "2ms", "1s", "7clk", "2.5bit" (SCL periods) -> clks.
int scenario_get_time(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, uint64_t *clks);
int scenario_get_number(Tcl_Interp *tcl, Tcl_Obj *obj, int low, int high, const char *what, int *value);
int scenario_get_addr(Tcl_Interp *tcl, Tcl_Obj *obj, int *addr); // 7 bits
int scenario_get_bytes(Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[], uint8_t *bytes, int max);
// "u1" -> target 0.
int scenario_get_target(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, unsigned *target);
// A socket's name, or "all" -> one bit a socket.
int scenario_get_sockets(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, uint16_t *bits);
// "0bzzzz0101", P7 first: 0, 1, z or x, eight of them; or a plain byte -> masks of the 0s and of the 1s.
int scenario_get_pattern(Tcl_Interp *tcl, Tcl_Obj *obj, uint8_t *low, uint8_t *high);
// What stands at the end of a command: "at SLOT" and "plus TIME" -> when the event happens, counted from now or from the slot.
int scenario_get_when(struct run *run, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[], struct stimulus_event *e);

#endif
