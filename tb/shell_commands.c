// SPDX-License-Identifier: Apache-2.0
//
// The console's own commands, and those of scenarios as the console runs them. What each does is told in shell_help.c.
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "random.h"
#include "report.h"
#include "scenario.h"
#include "scenario_parts.h"
#include "shell_parts.h"

// ---- The clock turns ------------------------------------------------------------------------------------------------

void shell_arm(struct shell *s, bool limited) {
    struct run *run = s->run;
    run->end_clk = shell_break_clk(s);
    if (limited)
        run_limit(run);
    else
        run->limit_clk = run->end_clk ? run->end_clk : UINT64_MAX;
}

int shell_disarm(struct shell *s, int code) {
    struct run *run = s->run;
    if (run_over(run) && run->signalled == BOARD_GO) {
        shell_break_at_clk(s);
        if (s->why == WHY_NONE && !s->until_hit)
            s->why = WHY_LIMIT;
    } else if (shell_interrupted() && s->why == WHY_NONE) {
        s->why = WHY_INTERRUPT;
    }
    if (s->why == WHY_NONE && s->until_hit)
        run->signalled = run->board.stop = BOARD_GO; // what `run until` waited for ends nothing else
    run->limit_clk = UINT64_MAX;
    run->end_clk = 0;
    if (s->why == WHY_NONE)
        return code;
    Tcl_CancelEval(s->tcl, NULL, NULL, TCL_CANCEL_UNWIND); // back to the prompt, whatever the script catches
    return TCL_ERROR;
}

static int run_time(struct shell *s, Tcl_Obj *time) {
    uint64_t clks;
    if (scenario_get_time(s->run, s->tcl, time, &clks) != TCL_OK)
        return TCL_ERROR;
    shell_arm(s, false);
    run_clks(s->run, clks);
    return shell_disarm(s, TCL_OK);
}

static int run_until(struct shell *s, int objc, Tcl_Obj *const objv[]) {
    if (shell_break_parse(s, objc, objv, &s->breaks[0]) != TCL_OK)
        return TCL_ERROR;
    s->waiting = true;
    s->until_hit = false;
    shell_arm(s, s->breaks[0].clk == 0);
    run_clks(s->run, UINT64_MAX - s->run->board.clk);
    int code = shell_disarm(s, TCL_OK);
    s->waiting = false;
    if (code == TCL_OK)
        Tcl_SetObjResult(s->tcl, Tcl_NewStringObj(s->hit, -1));
    s->until_hit = false;
    return code;
}

static int cmd_run(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    if (objc > 2 && strcmp(Tcl_GetString(objv[1]), "until") == 0)
        return run_until(shell, objc - 2, objv + 2);
    return objc == 2 ? run_time(shell, objv[1]) : scenario_fail(tcl, "wanted: run TIME or run until EVENT%s", "");
}

static int cmd_step(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct shell *s = shell;
    int clks = 1;
    if (objc > 2)
        return scenario_fail(tcl, "wanted: step ?N?%s", "");
    if (objc == 2 && scenario_get_number(tcl, objv[1], 1, 1000000000, "number of clocks", &clks) != TCL_OK)
        return TCL_ERROR;
    shell_arm(s, false);
    run_clks(s->run, (uint64_t)clks);
    shell_show_line(s, stdout);
    return shell_disarm(s, TCL_OK);
}

// A command of scenarios. One that waits for something on the board comes back by itself if that does not happen.
static int borrowed(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    const struct shell_borrowed *b = data;
    struct shell *s = b->shell;
    const char *word = objc > 1 ? Tcl_GetString(objv[1]) : "";
    s->read_done = s->read_done || strncmp(word, "read", 4) == 0 || strncmp(word, "write_read", 10) == 0 || strcmp(word, "wait") == 0;
    shell_arm(s, true);
    return shell_disarm(s, b->proc(s->run, tcl, objc, objv));
}

static int cmd_random(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct shell *s = shell;
    struct config *c = &s->run->config;
    const struct config was = *c;
    const uint64_t failures = s->run->now->board[SCOREBOARDS].failures;
    int transfers;
    Tcl_WideInt seed = (Tcl_WideInt)c->seed;
    if (objc < 2 || objc > 3)
        return scenario_fail(tcl, "wanted: random N ?SEED?%s", "");
    if (scenario_get_number(tcl, objv[1], 1, 1000000, "number of transfers", &transfers) != TCL_OK)
        return TCL_ERROR;
    if (objc == 3 && (Tcl_GetWideIntFromObj(NULL, objv[2], &seed) != TCL_OK || seed < 1))
        return scenario_fail(tcl, "\"%s\" is no seed: a number from 1 on is wanted", Tcl_GetString(objv[2]));
    if (firmware_busy(&s->run->board.stimulus.firmware))
        return scenario_fail(tcl, "a transfer is under way: \"i2c wait\" for it first%s", "");
    c->random.transfers = (unsigned)transfers;
    c->seed = (uint64_t)seed;
    s->run->now->board[SCOREBOARDS].first.valid = false;
    shell_arm(s, true);
    random_run(s->run);
    *c = was;
    if (s->run->now->board[SCOREBOARDS].failures > failures) {
        s->session->failed = true;
        printf("FAIL  %s\n", s->run->now->board[SCOREBOARDS].first.what);
    }
    return shell_disarm(s, TCL_OK);
}

// ---- Expectations and scripts ---------------------------------------------------------------------------------------

// At the prompt a passed expectation is told too; in a script only what fails.
static int cmd_expect(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct shell *s = shell;
    struct mismatch *first = &s->run->now->board[SCOREBOARDS].first;
    const uint64_t failures = s->run->now->board[SCOREBOARDS].failures;
    first->valid = false;
    if (scenario_expect(s->run, tcl, objc, objv) != TCL_OK)
        return TCL_ERROR;
    if (s->run->now->board[SCOREBOARDS].failures > failures) {
        const char *what = strncmp(first->what, "?:", 2) == 0 ? strstr(first->what, ": ") + 2 : first->what; // typed here: no file, no line
        s->session->failed = true;
        printf("FAIL  %s\n", what);
    } else if (s->sourcing == 0) {
        puts("pass");
    }
    return TCL_OK;
}

// A file, or a scenario by its name.
static int cmd_source(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct shell *s = shell;
    struct stat st;
    char path[3 * CONFIG_PATH], nearest[64];
    const char *name = objc == 2 ? Tcl_GetString(objv[1]) : "";
    if (objc != 2)
        return scenario_fail(tcl, "wanted: source FILE or source SCENARIO%s", "");
    if (stat(name, &st) == 0 && S_ISREG(st.st_mode) && strlen(name) < sizeof path) {
        snprintf(path, sizeof path, "%s", name);
    } else if (!scenario_find(s->run, name, path, sizeof path, nearest, sizeof nearest)) {
        Tcl_SetObjResult(tcl, Tcl_ObjPrintf("there is no file and no scenario \"%s\"", name));
        if (*nearest)
            Tcl_AppendResult(tcl, " (did you mean ", nearest, "?)", NULL);
        return TCL_ERROR;
    }
    Tcl_Obj *file = Tcl_NewStringObj(path, -1);
    Tcl_IncrRefCount(file);
    s->sourcing++;
    int code = Tcl_FSEvalFile(tcl, file);
    s->sourcing--;
    if (code == TCL_ERROR && s->why == WHY_NONE)
        Tcl_SetObjResult(tcl, Tcl_ObjPrintf("%s:%d: %s", path, Tcl_GetErrorLine(tcl), Tcl_GetStringResult(tcl)));
    Tcl_DecrRefCount(file);
    return code;
}

// ---- Waves ----------------------------------------------------------------------------------------------------------

// mkdir -p for the folder of `file`.
static void make_folder_of(const char *file) {
    char path[SHELL_PATH];
    snprintf(path, sizeof path, "%s", file);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        mkdir(path, 0777); // if it could not be made, opening the file says so
        *slash = '/';
    }
}

static int wave_on(struct shell *s, const char *file) {
    if (s->wave[0])
        return scenario_fail(s->tcl, "waves are going to %s: wave off ends them", s->wave);
    if (*file == '\0' || strlen(file) >= sizeof s->wave)
        return scenario_fail(s->tcl, "that is no name of a file%s", "");
    make_folder_of(file);
    s->wave_lock = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    int error = s->wave_lock < 0 ? errno : flock(s->wave_lock, LOCK_EX | LOCK_NB) != 0 ? EWOULDBLOCK : run_waves_open(s->run, file);
    if (error) {
        if (s->wave_lock >= 0)
            close(s->wave_lock);
        Tcl_SetObjResult(s->tcl, Tcl_ObjPrintf("%s: %s", file, error == EWOULDBLOCK ? "somebody else is writing there" : run_waves_trouble(s->run, error)));
        return TCL_ERROR;
    }
    snprintf(s->wave, sizeof s->wave, "%s", file);
    Tcl_SetObjResult(s->tcl, Tcl_NewStringObj(file, -1));
    return TCL_OK;
}

bool shell_wave_off(struct shell *s) {
    if (s->wave[0] == '\0')
        return true;
    int error = run_waves_close(s->run);
    close(s->wave_lock);
    if (error)
        fprintf(stderr, "twinwire: %s: the waves were not written whole: %s\n", s->wave, run_waves_trouble(s->run, error));
    s->wave[0] = '\0';
    return error == 0;
}

static int cmd_wave(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct shell *s = shell;
    char file[SHELL_PATH];
    const char *word = objc > 1 ? Tcl_GetString(objv[1]) : "";
    if (strcmp(word, "on") == 0 && objc <= 3) {
        snprintf(file, sizeof file, "%s/waves.vcd", s->run->out);
        return wave_on(s, objc == 3 ? Tcl_GetString(objv[2]) : file);
    }
    if (strcmp(word, "off") == 0 && objc == 2) {
        if (s->wave[0] == '\0')
            return scenario_fail(tcl, "there are no waves to end: wave on ?FILE? begins them%s", "");
        char view[SHELL_PATH + 8], quoted[2][4 * SHELL_PATH];
        run_view_name(s->wave, view, sizeof view);
        report_quote(s->wave, quoted[0], sizeof *quoted);
        report_quote(view, quoted[1], sizeof *quoted);
        Tcl_SetObjResult(tcl, Tcl_ObjPrintf("to look at them: gtkwave %s %s", quoted[0], quoted[1]));
        return shell_wave_off(s) ? TCL_OK : scenario_fail(tcl, "the waves are not whole%s", "");
    }
    return scenario_fail(tcl, "wanted: wave on ?FILE? or wave off%s", "");
}

// ---- The rest -------------------------------------------------------------------------------------------------------

static int cmd_transfers(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    int count = 10;
    if (objc > 2)
        return scenario_fail(tcl, "wanted: transfers ?N?%s", "");
    if (objc == 2 && scenario_get_number(tcl, objv[1], 1, TRANSFERS_RECENT, "number of transfers", &count) != TCL_OK)
        return TCL_ERROR;
    shell_transfers(shell, (unsigned)count, stdout);
    return TCL_OK;
}

static int cmd_clk(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    (void)objv;
    if (objc != 1)
        return scenario_fail(tcl, "wanted: clk, without arguments%s", "");
    Tcl_SetObjResult(tcl, Tcl_NewWideIntObj((Tcl_WideInt)((struct shell *)shell)->run->board.clk));
    return TCL_OK;
}

static int cmd_quit(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    (void)objv;
    if (objc != 1)
        return scenario_fail(tcl, "wanted: quit, without arguments%s", "");
    ((struct shell *)shell)->why = WHY_QUIT;
    Tcl_CancelEval(tcl, NULL, NULL, TCL_CANCEL_UNWIND);
    return TCL_ERROR;
}

void shell_add_commands(struct shell *s) {
    static const struct scenario_command own[] = {
        {"break", shell_break_command},
        {"clk", cmd_clk},
        {"exit", cmd_quit},
        {"help", shell_help_command},
        {"quit", cmd_quit},
        {"random", cmd_random},
        {"restore", shell_restore_command},
        {"run", cmd_run},
        {"save", shell_save_command},
        {"show", shell_show_command},
        {"source", cmd_source},
        {"states", shell_states_command},
        {"step", cmd_step},
        {"transfers", cmd_transfers},
        {"wave", cmd_wave},
        {"_expect", cmd_expect},
        {NULL, NULL}};
    struct shell_borrowed *b = s->borrowed;
    for (const struct scenario_command *c = scenario_commands; c->name; c++, b++) {
        assert(b < s->borrowed + SHELL_BORROWED);
        *b = (struct shell_borrowed){s, c->proc};
        Tcl_CreateObjCommand(s->tcl, c->name, borrowed, b, NULL);
    }
    for (const struct scenario_command *c = own; c->name; c++)
        Tcl_CreateObjCommand(s->tcl, c->name, c->proc, s, NULL);
}
