// SPDX-License-Identifier: Apache-2.0
//
// save and restore. The board cannot be copied, but the process can: at `save` it forks, the parent keeps the state as it is (a keeper), and
// the child goes on with the session.
//
//   keeper of a --> keeper of b --> session        restore a: the session ends, b passes it down and ends, a forks a new session
//
// A keeper does nothing but wait for its child, touches no file, and leaves without flushing anything. The exit code of the session goes down
// the chain to whoever started the program. If a process dies, those after it are told to end (SIGHUP).
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenario_parts.h"
#include "shell_parts.h"

static volatile pid_t child; // of this keeper

// What is sent to this process is meant for the session. Ctrl-C is not: the terminal has told every process itself.
static void pass_on(int number, siginfo_t *info, void *context) {
    (void)context;
    if (child > 0 && !(number == SIGINT && info->si_code == SI_KERNEL))
        kill(child, number);
}

static void become_keeper(void) {
    struct sigaction action = {.sa_sigaction = pass_on, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

static void become_session(pid_t keeper) {
    prctl(PR_SET_PDEATHSIG, SIGHUP);
    if (getppid() != keeper)
        _exit(EXIT_INTERRUPTED); // it died before it could tell
    shell_catch_signals();
}

// A new session: returns its pid in the keeper, 0 in the session. Nothing may come between it and its handlers.
static pid_t go_on(void) {
    pid_t keeper = getpid();
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    pid_t pid = fork();
    if (pid > 0) {
        child = pid;
        become_keeper();
    } else if (pid == 0) {
        child = 0;
        become_session(keeper);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return pid;
}

static void say(const char *text) {
    if (write(STDERR_FILENO, text, strlen(text)) < 0)
        _exit(EXIT_ENVIRONMENT);
}

// The end of the child, as an exit code.
static int wait_for_child(void) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    say("twinwire: the console was ended by a signal\n");
    return EXIT_ENVIRONMENT;
}

// Returns only in a session that goes on from this state.
static void keep(struct shell *s, int state) {
    for (;;) {
        int code = wait_for_child();
        if (s->session->wanted != state)
            _exit(code);
        s->session->wanted = -1;
        pid_t pid = go_on();
        if (pid == 0)
            return;
        if (pid < 0) {
            say("twinwire: the state could not be restored: no more processes\n");
            _exit(EXIT_ENVIRONMENT);
        }
    }
}

// What scripts have written to files of their own is written before there are two processes that could.
static void flush_everything(Tcl_Interp *tcl) {
    int count;
    Tcl_Obj **names;
    if (Tcl_GetChannelNames(tcl) == TCL_OK && Tcl_ListObjGetElements(tcl, Tcl_GetObjResult(tcl), &count, &names) == TCL_OK) {
        for (int i = 0; i < count; i++) {
            int mode;
            Tcl_Channel channel = Tcl_GetChannel(tcl, Tcl_GetString(names[i]), &mode);
            if (channel && (mode & TCL_WRITABLE))
                Tcl_Flush(channel);
        }
    }
    Tcl_ResetResult(tcl);
    fflush(NULL);
}

static int find(const struct shell *s, const char *name) {
    for (unsigned i = 0; i < s->state_count; i++)
        if (strcmp(s->states[i].name, name) == 0)
            return (int)i;
    return -1;
}

int shell_save_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct shell *s = shell;
    const char *name = objc == 2 ? Tcl_GetString(objv[1]) : "";
    size_t length = strlen(name);
    if (objc != 2)
        return scenario_fail(tcl, "wanted: save NAME%s", "");
    if (length == 0 || length >= sizeof s->states[0].name ||
        strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-") != length)
        return scenario_fail(tcl, "\"%s\" is no name of a state: up to 23 of letters, digits, _ . - are wanted", name);
    if (find(s, name) >= 0)
        return scenario_fail(tcl, "there is a state \"%s\" already: restore it, or take another name", name);
    if (s->state_count == SHELL_STATES)
        return scenario_fail(tcl, "there are as many states as there can be; to restore one forgets those after it (see states)%s", "");
    if (s->wave[0])
        return scenario_fail(tcl, "waves are going to %s, and a file cannot go back in time: wave off first", s->wave);
    flush_everything(tcl);
    unsigned state = s->state_count++;
    snprintf(s->states[state].name, sizeof s->states[state].name, "%s", name);
    s->states[state].clk = s->run->board.clk;
    pid_t pid = go_on();
    if (pid < 0) {
        s->state_count--;
        return scenario_fail(tcl, "the state could not be saved: %s", strerror(errno));
    }
    if (pid == 0)
        return TCL_OK;
    keep(s, (int)state);
    s->why = WHY_RESTORED;
    Tcl_CancelEval(tcl, NULL, NULL, TCL_CANCEL_UNWIND); // what came after this `save` is not done again
    return TCL_ERROR;
}

int shell_restore_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct shell *s = shell;
    if (objc != 2)
        return scenario_fail(tcl, "wanted: restore NAME%s", "");
    int state = find(s, Tcl_GetString(objv[1]));
    if (state < 0)
        return scenario_fail(tcl, "there is no state \"%s\" (see states)", Tcl_GetString(objv[1]));
    shell_wave_off(s);
    flush_everything(tcl);
    s->session->wanted = state;
    _exit(EXIT_PASS);
}

int shell_states_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    const struct shell *s = shell;
    char time[SHELL_TIME];
    (void)objv;
    if (objc != 1)
        return scenario_fail(tcl, "wanted: states, without arguments%s", "");
    for (unsigned i = 0; i < s->state_count; i++)
        printf("  %-24s %s\n", s->states[i].name, shell_time(s->run, s->states[i].clk, time));
    if (s->state_count == 0)
        puts("no states");
    return TCL_OK;
}
