// SPDX-License-Identifier: Apache-2.0
#include "scenario.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scenario_parts.h"
#include "terminal.h"

// What a script prints comes in order with what the run prints, and not on top of the progress line.
static const char puts_proc[] = "rename puts _puts\n"
                                "proc puts {args} {\n"
                                "    _before_puts\n"
                                "    uplevel 1 [list _puts {*}$args]\n"
                                "    catch {flush stdout}\n"
                                "}\n";

static const char expect_proc[] = "proc expect {args} {\n"
                                  "    set frame [info frame -1]\n"
                                  "    set file [expr {[dict exists $frame file] ? [dict get $frame file] : \"?\"}]\n"
                                  "    set line [expr {[dict exists $frame line] ? [dict get $frame line] : 0}]\n"
                                  "    if {[lindex $args 0] eq \"that\" && [llength $args] == 2} {\n"
                                  "        set good [uplevel 1 [list expr [lindex $args 1]]]\n"
                                  "        return [_expect $line $file that [lindex $args 1] $good]\n"
                                  "    }\n"
                                  "    _expect $line $file {*}$args\n"
                                  "}\n";

void scenario_help(FILE *out) {
    fputs("Scenarios are Tcl. When one starts, the board has been powered up and the controller set up at board.scl_hz.\n\n"
          "  i2c write ADDR BYTE...            a write; without bytes the address alone. Result: ack, nack or lost\n"
          "  i2c read ADDR COUNT               a read, the last byte answered with NACK\n"
          "  i2c write_read ADDR {BYTE...} N   a write and a read with a repeated START between\n"
          "  i2c chain {write 0x20 1 2} {read 0x38 3} ...    up to four, a repeated START between; a NACK ends its part, not the chain\n"
          "  i2c write|read|... within TIME    the driver gives up after so long. Result: timeout\n"
          "  i2c begin write|read|... ; i2c wait ?within TIME?    the same, while the script goes on\n"
          "  i2c status                        of the last transfer: busy, ack, nack, lost or timeout; none yet: none\n"
          "  i2c data                          the bytes read last\n"
          "  rival write|read|... ?plus TIME?  a second controller on the same bus begins, now or later, while the script goes on\n"
          "  rival wait ?within TIME?          until it is done; after TIME it is taken off the bus. Result: ack, nack, lost or timeout\n"
          "  host write REG BYTE; host read REG                the controller's registers\n"
          "  host setup                        PRER, then CTR, as after a reset; while EN is 1 a prescale is not taken\n"
          "  host cyc|stb REG BYTE             half an access, which is none: a clock with cyc and no stb, or stb and no cyc\n"
          "  pins TARGET 0bzzzz0101 ?at SLOT? ?plus TIME?      outside of the port pins, P7 first: 0, 1, z = open\n"
          "  inject scl|sda low|high TIME ?at SLOT? ?plus TIME?  somebody holds a line\n"
          "  inject off                        forgets what pins, inject and reset have in wait, and ends what they hold\n"
          "  hostile KIND ?at SLOT ?frame N?? ?plus TIME? ?for TIME? ?on SOCKET?\n"
          "                                    what hostile peers and bad wiring do: a kind of the list below, N-th START from now\n"
          "  hostile pending                   events, of any command, that are still to happen or to end\n"
          "  reset SOCKET|all TIME ?at SLOT? ?plus TIME?\n"
          "  bus_clear                         nine clocks with SDA released, then STOP: frees a bus left in the middle\n"
          "  power off; power on               all of the board\n"
          "  run TIME                          10us, 300ns, 2ms, 7clk, 2.5bit (SCL periods)\n"
          "  violates RULE...; violates any    what the stimulus (inject, rival) breaks of UM10204 table 10, like {tLOW tSU;DAT}\n"
          "  addr TARGET; bit_clks; clks TIME  address of a target; clks of one SCL period; of a time, rounded up\n"
          "  expect wire scl|sda low|high      expect int TARGET|bus low|high\n"
          "  expect pins TARGET 0b1xxx0101     expect data BYTE...\n"
          "  expect status ack|nack|lost|timeout    expect that {EXPRESSION}\n\n"
          "SLOT counts SCL falls since the last START: 0 ends the START itself, k ends clock k (9 = the first ACK clock).\n"
          "The stimulus keeps the times of UM10204 too: what it breaks and did not declare fails the scenario (scoreboard timing), and so does\n"
          "a rule that was declared and not broken. \"violates any\" is for generated faults: nothing is demanded then.\n",
          out);
    scenario_hostile_help(out);
}

static Tcl_AsyncHandler interrupt_handler;

void scenario_interrupt(void) {
    if (interrupt_handler)
        Tcl_AsyncMark(interrupt_handler);
}

static int on_interrupt(ClientData data, Tcl_Interp *tcl, int code) {
    (void)tcl;
    Tcl_CancelEval(data, NULL, NULL, TCL_CANCEL_UNWIND);
    return code;
}

static void scenario_folder(const struct run *run, char *path, unsigned size) { snprintf(path, size, "%s/scenarios", run->source); }

static bool is_file(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

enum { NAMES_MAX = 512 };

// The names of all scenarios, sorted. Returns how many; `names` point into `list`.
static unsigned list_names(const struct run *run, struct dirent ***list) {
    char folder[CONFIG_PATH + 16];
    scenario_folder(run, folder, sizeof folder);
    int n = scandir(folder, list, NULL, alphasort);
    unsigned count = 0;
    for (int i = 0; i < n; i++) {
        char *dot = strrchr((*list)[i]->d_name, '.');
        if (dot && strcmp(dot, ".tcl") == 0 && count < NAMES_MAX) {
            *dot = '\0';
            (*list)[count++] = (*list)[i];
        } else {
            free((*list)[i]);
        }
    }
    if (n < 0)
        *list = NULL;
    return count;
}

static void free_names(struct dirent **list, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

bool scenario_find(const struct run *run, const char *name, char *path, unsigned size, char *nearest, unsigned nearest_size) {
    size_t length = strlen(name);
    nearest[0] = '\0';
    if (length > 4 && strcmp(name + length - 4, ".tcl") == 0) {
        snprintf(path, size, "%s", name);
        return is_file(path);
    }
    snprintf(path, size, "%s/scenarios/%s.tcl", run->source, name);
    if (!strchr(name, '/') && is_file(path))
        return true;
    struct dirent **list;
    const char *names[NAMES_MAX];
    unsigned count = list_names(run, &list);
    for (unsigned i = 0; i < count; i++)
        names[i] = list[i]->d_name;
    const char *near = config_nearest(name, names, count);
    snprintf(nearest, nearest_size, "%s", near ? near : "");
    free_names(list, count);
    return false;
}

enum { PURPOSE_COLUMN = 29 };

// The first comment of a file, but for the licence; a line of the list.
static void put_purpose(FILE *out, const char *name, const char *path, const char *remark, unsigned columns) {
    char line[256] = "", text[sizeof line + CONFIG_PATH + 32];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file) && strstr(line, "SPDX"))
        line[0] = '\0';
    if (file)
        fclose(file);
    line[strcspn(line, "\n")] = '\0';
    snprintf(text, sizeof text, "%s%s", remark, line[0] == '#' ? line + 1 : "");
    int length = fprintf(out, "%-*s ", PURPOSE_COLUMN - 1, name);
    if (columns && length > PURPOSE_COLUMN)
        fprintf(out, "\n%*s", PURPOSE_COLUMN, "");
    terminal_wrap(out, PURPOSE_COLUMN, columns, text);
}

static bool is_run(const struct config *c, const char *name) {
    bool found = false;
    for (unsigned i = 0; i < c->scenarios; i++)
        found = found || strcmp(c->scenario[i], name) == 0;
    return found;
}

void scenario_list(const struct run *run, FILE *out, unsigned columns) {
    const struct config *c = &run->config;
    char path[3 * CONFIG_PATH], near[64], remark[CONFIG_PATH + 16] = "";
    struct dirent **list;
    unsigned count = list_names(run, &list);
    if (c->file[0])
        snprintf(remark, sizeof remark, "(not in %s)", c->file);
    for (unsigned i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%s/scenarios/%s.tcl", run->source, list[i]->d_name);
        put_purpose(out, list[i]->d_name, path, is_run(c, list[i]->d_name) ? "" : remark, columns);
    }
    free_names(list, count);
    for (unsigned i = 0; i < c->scenarios; i++)
        if (strchr(c->scenario[i], '.') && scenario_find(run, c->scenario[i], path, sizeof path, near, sizeof near))
            put_purpose(out, c->scenario[i], path, "", columns);
}

// "file:line: message" of a script that ended in an error.
static void keep_error(struct run *run, Tcl_Interp *tcl, const char *path) {
    struct scenario_result *r = run->now;
    Tcl_Obj *options = Tcl_GetReturnOptions(tcl, TCL_ERROR), *line = NULL, *key = Tcl_NewStringObj("-errorline", -1);
    Tcl_IncrRefCount(key);
    Tcl_IncrRefCount(options);
    Tcl_DictObjGet(NULL, options, key, &line);
    r->result = RESULT_ERROR;
    snprintf(r->message, sizeof r->message, "%.250s:%s: %.200s", path, line ? Tcl_GetString(line) : "?", Tcl_GetStringResult(tcl));
    Tcl_DecrRefCount(key);
    Tcl_DecrRefCount(options);
}

Tcl_Interp *scenario_interp(struct run *run) {
    Tcl_Interp *tcl = Tcl_CreateInterp();
    Tcl_SetSystemEncoding(NULL, "utf-8"); // of paths and scripts, whatever the locale is
    for (const struct scenario_command *c = scenario_commands; c->name; c++)
        Tcl_CreateObjCommand(tcl, c->name, c->proc, run, NULL);
    Tcl_DeleteCommand(tcl, "exit"); // a script ends by ending,
    Tcl_DeleteCommand(tcl, "cd");   // results go to a folder that may be relative,
    Tcl_DeleteCommand(tcl, "exec"); // and nothing that runs elsewhere would heed the limits, or go back in time (so no "|command" is opened, either)
    Tcl_DeleteCommand(tcl, "socket");
    scenario_guard_files(run, tcl);
    Tcl_EvalEx(tcl, expect_proc, -1, TCL_EVAL_GLOBAL);
    Tcl_EvalEx(tcl, puts_proc, -1, TCL_EVAL_GLOBAL);
    interrupt_handler = Tcl_AsyncCreate(on_interrupt, tcl);
    if (run->signalled != BOARD_GO) // before there was a handler
        scenario_interrupt();
    return tcl;
}

void scenario_interp_delete(Tcl_Interp *tcl) {
    Tcl_AsyncHandler handler = interrupt_handler;
    interrupt_handler = NULL;
    Tcl_AsyncDelete(handler);
    Tcl_DeleteInterp(tcl);
}

void scenario_run(struct run *run, const char *name) {
    char path[3 * CONFIG_PATH], nearest[64];
    if (!scenario_find(run, name, path, sizeof path, nearest, sizeof nearest)) {
        run->now->result = RESULT_ERROR;
        snprintf(run->now->message, sizeof run->now->message, "%.400s: no such scenario", path);
        return;
    }
    Tcl_Interp *tcl = scenario_interp(run);
    Tcl_Obj *file = Tcl_NewStringObj(path, -1);
    Tcl_IncrRefCount(file);
    int code = Tcl_FSEvalFile(tcl, file);
    Tcl_DecrRefCount(file);
    if (code != TCL_OK && !run_over(run))
        keep_error(run, tcl, path);
    scenario_interp_delete(tcl);
}
