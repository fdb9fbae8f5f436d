// SPDX-License-Identifier: Apache-2.0
//
// Private to shell*.c.
#ifndef TWINWIRE_SHELL_PARTS_H
#define TWINWIRE_SHELL_PARTS_H

#include <tcl.h>

#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
    SHELL_STATES = 16,
    SHELL_BREAKS = 32,
    SHELL_BORROWED = 24,   // commands of scenarios
    SHELL_TIME = 32,
    SHELL_TEXT = 240,
    SHELL_PATH = CONFIG_PATH + 16
};

// Why a command came back before its end.
enum shell_why { WHY_NONE, WHY_INTERRUPT, WHY_BREAK, WHY_LIMIT, WHY_QUIT, WHY_RESTORED };

// What `restore` does not take back: every copy of the process sees it.
struct shell_session {
    int wanted;    // the state to go on from, -1: none
    unsigned line; // of stdin
    bool erred;    // a command was wrong
    bool failed;   // a scoreboard or an expectation failed
};

enum shell_event {
    ON_START, ON_STOP, ON_NACK, ON_SYMBOL, ON_INT, ON_SCL, ON_SDA, ON_PINS, ON_MISMATCH, ON_CLK, ON_TIME
};

struct shell_break {
    unsigned id;            // 0: that of `run until`
    enum shell_event event;
    int value;              // address, level or target; -1: any
    uint64_t clk;           // ON_CLK, ON_TIME
    char text[48];          // as it was asked for
};

// What the console has seen on the board.
struct shell_watch {
    struct record last;
    uint8_t written[8], read[8];                    // the controller's registers as last seen on the host bus
    bool written_known[8], read_known[8];
    struct mismatch first[SCOREBOARDS];             // of the session
    unsigned told;                                  // mismatches announced since the prompt
    unsigned failing;
};

// A command of scenarios, with the console around it.
struct shell_borrowed {
    struct shell *shell;
    Tcl_ObjCmdProc *proc;
};

struct shell {
    struct run *run;
    Tcl_Interp *tcl;
    struct shell_session *session;
    bool terminal;          // somebody sits there
    enum shell_why why;
    char hit[SHELL_TEXT];   // WHY_BREAK, or `run until`: what happened
    struct shell_break breaks[1 + SHELL_BREAKS]; // the first is that of `run until`
    unsigned break_count, break_ids;             // the others
    bool waiting, until_hit;                     // the first counts; it has come
    struct shell_watch watch;
    struct {
        char name[CONFIG_NAME];
        uint64_t clk;
    } states[SHELL_STATES];
    unsigned state_count;
    char wave[SHELL_PATH];  // the file being written, "": none
    int wave_lock;
    bool read_done;         // this line has read bytes from the bus
    unsigned sourcing;      // depth of `source`
    struct shell_borrowed borrowed[SHELL_BORROWED];
};

// ---- shell.c ----

// A time as the prompt shows it: "640ns", "132.5us", "12.34ms".
const char *shell_time(const struct run *run, uint64_t clk, char text[SHELL_TIME]);
// Handlers for a process that is the session (again).
void shell_catch_signals(void);
// Somebody pressed Ctrl-C, or wants the end, since the last prompt.
bool shell_interrupted(void);

// ---- shell_commands.c ----

// Before the clock turns, and after it: gives breaks at a clk, and limits.sim_ms if `limited`; says in s->why what ended it early.
void shell_arm(struct shell *s, bool limited);
int shell_disarm(struct shell *s, int code);
void shell_add_commands(struct shell *s);
// Ends the waves, if there are some. Returns false with a message if they were not written whole.
bool shell_wave_off(struct shell *s);

// ---- shell_break.c ----

// `on` words[0..n) as a break; TCL_ERROR with a message.
int shell_break_parse(struct shell *s, int objc, Tcl_Obj *const objv[], struct shell_break *b);
int shell_break_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]);
void shell_break_list(const struct shell *s, FILE *out);
// The next clk at which to stop, 0: none.
uint64_t shell_break_clk(const struct shell *s);
void shell_break_at_clk(struct shell *s);
void shell_break_on_record(struct shell *s, const struct record *was, const struct record *r);
void shell_break_on_symbol(struct shell *s, const struct symbol *symbol);
void shell_break_on_mismatch(struct shell *s, uint64_t clk);

// ---- shell_watch.c ----

void shell_listen(struct shell *s); // from now on
void shell_mismatch_text(const struct run *run, enum scoreboard which, const struct mismatch *m, char *text, size_t size);
void shell_transfers(const struct shell *s, unsigned count, FILE *out);

// ---- shell_show.c ----

int shell_show_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]);
void shell_show_line(const struct shell *s, FILE *out); // all of the bus in one line

// ---- shell_state.c ----

int shell_save_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]);
int shell_restore_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]);
int shell_states_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]);

// ---- shell_help.c ----

int shell_help_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]);
// The command most like `name`, or NULL.
const char *shell_help_nearest(const char *name);

#ifdef __cplusplus
}
#endif
#endif
