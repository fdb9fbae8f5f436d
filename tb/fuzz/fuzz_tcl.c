// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <tcl.h>

#include "../scenario_parts.h"
#include "fuzz.h"

enum { COMMANDS_MAX = 2000, SECONDS = 3 };

// What a script keeps of Tcl's own. A list of what is taken away would be out of date with the next Tcl.
static const char *const kept[] = {
    "append", "break", "catch", "concat", "continue", "dict", "error", "eval", "expr", "for", "foreach", "global", "if", "incr", "info", "join",
    "lappend", "lassign", "lindex", "linsert", "list", "llength", "lmap", "lrange", "lreplace", "lreverse", "lsearch", "lset", "lsort", "proc",
    "rename", "return", "set", "split", "string", "subst", "switch", "tailcall", "throw", "try", "unset", "uplevel", "upvar", "variable", "while"};

// What the product adds, or has taken for itself.
static const char *const ours[] = {"_before_puts", "_puts", "bus_clear", "expect", "flush", "puts"};

static bool among(const char *name, const char *const *names, unsigned count) {
    bool found = false;
    for (unsigned i = 0; i < count; i++)
        found = found || strcmp(name, names[i]) == 0;
    return found;
}

static bool stays(const char *name, const char *const *also, unsigned count) {
    for (const struct scenario_command *c = scenario_commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return true;
    return among(name, also, count) || among(name, kept, sizeof kept / sizeof *kept) || among(name, ours, sizeof ours / sizeof *ours);
}

static Tcl_Time end;

bool fuzz_tcl_late(void) {
    Tcl_Time now;
    Tcl_GetTime(&now);
    return now.sec > end.sec || (now.sec == end.sec && now.usec >= end.usec);
}

static void limit(Tcl_Interp *tcl) {
    Tcl_LimitSetCommands(tcl, COMMANDS_MAX); // counted from the interpreter's first command
    Tcl_LimitTypeSet(tcl, TCL_LIMIT_COMMANDS);
    Tcl_GetTime(&end);
    end.sec += SECONDS;
    Tcl_LimitSetTime(tcl, &end);
    Tcl_LimitTypeSet(tcl, TCL_LIMIT_TIME);
}

void fuzz_tcl_confine(Tcl_Interp *tcl, const char *const *also, unsigned count) {
    static const char *const spaces[] = {"::oo", "::zlib", "::tcl::chan", "::tcl::file", "::tcl::clock", "::tcl::process", "::tcl::unsupported"};
    int commands;
    Tcl_Obj **list;
    Tcl_EvalEx(tcl, "info commands", -1, TCL_EVAL_GLOBAL);
    Tcl_Obj *all = Tcl_DuplicateObj(Tcl_GetObjResult(tcl));
    Tcl_IncrRefCount(all);
    if (Tcl_ListObjGetElements(tcl, all, &commands, &list) != TCL_OK)
        fuzz_finding("Tcl does not list its commands");
    for (int i = 0; i < commands; i++)
        if (!stays(Tcl_GetString(list[i]), also, count))
            Tcl_DeleteCommand(tcl, Tcl_GetString(list[i]));
    Tcl_DecrRefCount(all);
    for (unsigned i = 0; i < sizeof spaces / sizeof *spaces; i++) {
        Tcl_Namespace *space = Tcl_FindNamespace(tcl, spaces[i], NULL, TCL_GLOBAL_ONLY);
        if (space)
            Tcl_DeleteNamespace(space);
    }
    Tcl_ResetResult(tcl);
    limit(tcl);
}

static bool contains(const uint8_t *bytes, size_t size, const char *word) {
    size_t n = strlen(word);
    for (size_t at = 0; at + n <= size; at++)
        if (memcmp(bytes + at, word, n) == 0)
            return true;
    return false;
}

// One step of these can take hours, or all memory there is.
bool fuzz_tcl_allows(const uint8_t *bytes, size_t size) {
    return !contains(bytes, size, "**") && !contains(bytes, size, "<<") && !contains(bytes, size, "repe") && !contains(bytes, size, "mathop");
}
