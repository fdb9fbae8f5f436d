// SPDX-License-Identifier: Apache-2.0
//
// Files of scripts. A replay (checkpoint.h) carries out the same commands once more: what it reads is there, what it writes goes nowhere.
#include <stdlib.h>
#include <string.h>

#include "scenario_parts.h"

// One of Tcl's own commands, as it was.
struct original {
    const struct run *run;
    Tcl_ObjCmdProc *proc;
    ClientData data;
};

// "r", "rb", RDONLY
static bool only_reads(const char *access) { return !strpbrk(access, "wa+") && !strstr(access, "WR"); }

static int cmd_open(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    const struct original *o = data;
    if (objc > 1 && Tcl_GetString(objv[1])[0] == '|')
        return scenario_fail(tcl, "\"%s\" would run a program: a script opens files only", Tcl_GetString(objv[1]));
    if (!o->run->checkpoints.replay || objc < 2 || only_reads(objc > 2 ? Tcl_GetString(objv[2]) : "r"))
        return o->proc(o->data, tcl, objc, objv);
    Tcl_Obj *nowhere[] = {objv[0], Tcl_NewStringObj("/dev/null", -1), Tcl_NewStringObj("r+", -1)};
    for (int i = 0; i < 3; i++)
        Tcl_IncrRefCount(nowhere[i]);
    int code = o->proc(o->data, tcl, 3, nowhere);
    for (int i = 0; i < 3; i++)
        Tcl_DecrRefCount(nowhere[i]);
    return code;
}

static int cmd_file(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    const struct original *o = data;
    return o->run->checkpoints.replay ? TCL_OK : o->proc(o->data, tcl, objc, objv);
}

static void replace(const struct run *run, Tcl_Interp *tcl, const char *name, Tcl_ObjCmdProc *proc) {
    Tcl_CmdInfo info;
    struct original *o = malloc(sizeof *o);
    if (!o || !Tcl_GetCommandInfo(tcl, name, &info)) {
        free(o);
        Tcl_DeleteCommand(tcl, name);
        return;
    }
    *o = (struct original){run, info.objProc, info.objClientData};
    Tcl_CreateObjCommand(tcl, name, proc, o, free);
}

void scenario_guard_files(const struct run *run, Tcl_Interp *tcl) {
    static const char *const changing[] = {"::tcl::file::copy", "::tcl::file::delete", "::tcl::file::link", "::tcl::file::mkdir", "::tcl::file::rename"};
    replace(run, tcl, "open", cmd_open);
    for (unsigned i = 0; i < sizeof changing / sizeof *changing; i++)
        replace(run, tcl, changing[i], cmd_file);
}
