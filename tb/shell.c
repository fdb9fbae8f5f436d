// SPDX-License-Identifier: Apache-2.0
//
// The session: reads commands, has Tcl carry them out, says what became of them.
#include "shell.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <unistd.h>

#include "scenario.h"
#include "scenario_parts.h"
#include "shell_parts.h"

enum {
    COMMAND_MAX = 16384, // bytes; Tcl's parser needs 400 bytes of stack for every "[" of a command
    ERROR_MAX = 400,     // characters of a message that are printed
    LAST_SECONDS = 10    // whoever was asked to end and does not is ended
};

// For the signal handler: there is one session in a process.
static struct run *running;
static bool terminal;
static volatile sig_atomic_t interrupted, ended;

const char *shell_time(const struct run *run, uint64_t clk, char text[SHELL_TIME]) {
    uint64_t ps = record_time_ps(clk, run->config.clock_hz);
    if (ps > 0 && ps < UINT64_C(1000000))
        snprintf(text, SHELL_TIME, "%.3f", 1e-3 * (double)ps);
    else if (ps < UINT64_C(10000000000))
        snprintf(text, SHELL_TIME, "%.3f", 1e-6 * (double)ps);
    else
        snprintf(text, SHELL_TIME, "%.5f", 1e-9 * (double)ps);
    size_t length = strlen(text);
    while (text[length - 1] == '0')
        length--;
    length -= text[length - 1] == '.';
    snprintf(text + length, SHELL_TIME - length, "%s", ps > 0 && ps < UINT64_C(1000000) ? "ns" : ps < UINT64_C(10000000000) ? "us" : "ms");
    return text;
}

// ---- Signals --------------------------------------------------------------------------------------------------------

static void on_signal(int number) {
    if (number != SIGINT || !terminal) {
        ended = 1;
        alarm(LAST_SECONDS);
    }
    interrupted = 1;
    running->signalled = BOARD_STOP_INTERRUPT;
    running->board.stop = BOARD_STOP_INTERRUPT;
    scenario_interrupt();
}

void shell_catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGALRM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
}

// From here on it ends anyway.
static void ignore_signals(void) {
    alarm(LAST_SECONDS);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
}

bool shell_interrupted(void) { return interrupted; }

// ---- Reading --------------------------------------------------------------------------------------------------------

enum input { INPUT_LINE, INPUT_END, INPUT_INTERRUPT };

// Appends one line of stdin. It is read byte by byte, so that no process holds input that the one after a `restore` would miss.
// Signals come only while it waits: one that comes after it interrupts the command.
static enum input read_line(Tcl_DString *text) {
    sigset_t mask, before;
    sigfillset(&mask);
    sigprocmask(SIG_BLOCK, &mask, &before);
    enum input result = INPUT_LINE;
    for (char c = '\0'; c != '\n';) {
        fd_set in;
        FD_ZERO(&in);
        FD_SET(STDIN_FILENO, &in);
        int ready = interrupted ? 0 : pselect(STDIN_FILENO + 1, &in, NULL, NULL, NULL, &before); // it may have come since the prompt
        if (interrupted) {
            result = INPUT_INTERRUPT;
            break;
        }
        ssize_t got = ready < 0 ? -1 : read(STDIN_FILENO, &c, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0) {
            result = INPUT_END;
            break;
        }
        if (Tcl_DStringLength(text) <= COMMAND_MAX)
            Tcl_DStringAppend(text, &c, 1);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    return result;
}

static void prompt(const struct shell *s, bool more) {
    char time[SHELL_TIME];
    if (!s->terminal)
        return;
    if (more)
        fputs("    ...> ", stdout);
    else
        printf("twinwire %s> ", shell_time(s->run, s->run->board.clk, time));
    fflush(stdout);
}

// ---- What became of a command ---------------------------------------------------------------------------------------

// `text` of Tcl as one line that moves no cursor, in the encoding that stdin was read with.
static void print_line(FILE *out, const char *text, bool whole) {
    Tcl_DString line;
    int length = (int)strlen(text), shown = length;
    if (!whole && Tcl_NumUtfChars(text, length) > ERROR_MAX)
        shown = (int)(Tcl_UtfAtIndex(text, ERROR_MAX) - text);
    Tcl_UtfToExternalDString(NULL, text, shown, &line);
    char *byte = Tcl_DStringValue(&line);
    for (int i = 0; !whole && i < Tcl_DStringLength(&line); i++)
        if ((unsigned char)byte[i] < ' ' || byte[i] == 0x7f)
            byte[i] = ' ';
    fwrite(byte, 1, (size_t)Tcl_DStringLength(&line), out);
    fprintf(out, "%s\n", shown < length ? " ..." : "");
    Tcl_DStringFree(&line);
}

static void say_error(struct shell *s, unsigned line, const char *text) {
    static const char unknown[] = "invalid command name \"";
    char message[256];
    s->session->erred = true;
    fflush(stdout);
    if (!s->terminal)
        fprintf(stderr, "stdin:%u: ", line);
    if (strncmp(text, unknown, sizeof unknown - 1) == 0 && strlen(text) < sizeof message - 32) {
        char name[256];
        snprintf(name, sizeof name, "%s", text + sizeof unknown - 1);
        name[strcspn(name, "\"")] = '\0';
        const char *near = shell_help_nearest(name);
        snprintf(message, sizeof message, near ? "%s (did you mean %s?)" : "%s", text, near);
        text = message;
    }
    print_line(stderr, text, false);
}

// An interrupt has had its effect: what is left of it, in Tcl too, must not hit the next command.
static void settle(struct shell *s) {
    Tcl_Obj *nothing = Tcl_NewStringObj("expr 0", -1);
    Tcl_IncrRefCount(nothing);
    for (int i = 0; i < 4 && Tcl_EvalObjEx(s->tcl, nothing, TCL_EVAL_GLOBAL) != TCL_OK; i++) {
    }
    Tcl_DecrRefCount(nothing);
    interrupted = ended;
    s->run->signalled = s->run->board.stop = BOARD_GO;
}

static void say_result(struct shell *s, const char *result) {
    const struct firmware *h = &s->run->board.stimulus.firmware;
    if (*result == '\0')
        return;
    if (s->read_done && h->data_count && strcmp(result, scenario_status(h)) == 0) {
        fputs(result, stdout);
        for (unsigned i = 0; i < h->data_count; i++)
            printf("%s0x%02x", i ? " " : "  ", h->data[i]);
        putchar('\n');
        return;
    }
    print_line(stdout, result, true);
}

static void say(struct shell *s, unsigned line, int code) {
    char time[SHELL_TIME], text[SHELL_TEXT];
    const struct run *run = s->run;
    shell_time(run, run->board.clk, time);
    switch (s->why) {
    case WHY_BREAK:
        printf("%s\n", s->hit);
        return;
    case WHY_INTERRUPT:
        if (!ended)
            printf("interrupted at %s%s\n", time, firmware_busy(&run->board.stimulus.firmware) ? "; \"i2c wait\" ends the transfer" : "");
        return;
    case WHY_LIMIT:
        snprintf(text, sizeof text, "not done after limits.sim_ms = %u ms of simulated time", run->config.sim_ms);
        say_error(s, line, text);
        return;
    case WHY_QUIT:
        return;
    case WHY_RESTORED:
        printf("back at %s\n", time);
        return;
    case WHY_NONE:
        break;
    }
    if (code == TCL_ERROR)
        say_error(s, line, Tcl_GetStringResult(s->tcl));
    else
        say_result(s, Tcl_GetStringResult(s->tcl));
}

static void carry_out(struct shell *s, unsigned line, const Tcl_DString *text) {
    Tcl_DString utf;
    s->why = WHY_NONE;
    s->read_done = false;
    s->watch.told = 0;
    s->sourcing = 0;
    Tcl_Obj *script = Tcl_NewStringObj(Tcl_ExternalToUtfDString(NULL, Tcl_DStringValue(text), Tcl_DStringLength(text), &utf), -1);
    Tcl_DStringFree(&utf);
    Tcl_IncrRefCount(script);
    int code = Tcl_EvalObjEx(s->tcl, script, TCL_EVAL_GLOBAL);
    Tcl_DecrRefCount(script);
    if (interrupted && s->why == WHY_NONE && code == TCL_ERROR)
        s->why = WHY_INTERRUPT;
    say(s, line, code);
    settle(s);
}

static bool complete(const Tcl_DString *text) {
    Tcl_DString utf;
    bool whole = Tcl_CommandComplete(Tcl_ExternalToUtfDString(NULL, Tcl_DStringValue(text), Tcl_DStringLength(text), &utf));
    Tcl_DStringFree(&utf);
    return whole;
}

// Commands one after the other, to the end of stdin, `quit`, or the signal to end.
static void serve(struct shell *s) {
    Tcl_DString text;
    Tcl_DStringInit(&text);
    unsigned line = 0; // at which the command began
    while (!ended && s->why != WHY_QUIT && fflush(stdout) == 0) {
        bool more = Tcl_DStringLength(&text) > 0;
        prompt(s, more);
        enum input input = read_line(&text);
        line = more ? line : s->session->line + 1;
        s->session->line++;
        if (input == INPUT_INTERRUPT) {
            settle(s);
            Tcl_DStringSetLength(&text, 0);
            putchar('\n');
        } else if (Tcl_DStringLength(&text) > COMMAND_MAX) {
            say_error(s, line, "a command of more than 16384 bytes; is a bracket, brace or quote open? (a long script: source FILE)");
            Tcl_DStringSetLength(&text, 0);
        } else if (Tcl_DStringLength(&text) && complete(&text)) {
            carry_out(s, line, &text);
            Tcl_DStringSetLength(&text, 0);
        } else if (input == INPUT_END && Tcl_DStringLength(&text)) {
            say_error(s, line, "the input ends within a command: a bracket, brace or quote is open");
        }
        if (input == INPUT_END) {
            if (s->terminal && s->why != WHY_QUIT)
                putchar('\n');
            break;
        }
    }
    Tcl_DStringFree(&text);
}

// ---- Beginning and end ----------------------------------------------------------------------------------------------

// Tcl's channels are its own: `gets stdin` finds an end instead of our commands, `close stdout` closes a copy.
static void set_channels(Tcl_Interp *tcl) {
    static const int kinds[] = {TCL_STDIN, TCL_STDOUT, TCL_STDERR};
    for (int i = 0; i < 3; i++) {
        int fd = i ? fcntl(i, F_DUPFD_CLOEXEC, 3) : open("/dev/null", O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            continue;
        Tcl_Channel channel = Tcl_MakeFileChannel((ClientData)(intptr_t)fd, i ? TCL_WRITABLE : TCL_READABLE);
        Tcl_SetChannelOption(NULL, channel, "-buffering", i ? "none" : "line");
        Tcl_SetStdChannel(channel, kinds[i]);
        Tcl_RegisterChannel(NULL, channel);
        Tcl_RegisterChannel(tcl, channel);
    }
}

static void banner(const struct run *run) {
    const struct config *c = &run->config;
    printf("twinwire " TWINWIRE_VERSION ": SCL %u kHz, clock %g MHz;", c->scl_hz / 1000, 1e-6 * (double)c->clock_hz);
    for (unsigned t = 0; t < c->targets; t++)
        printf(" %s %s 0x%02x%s", c->socket[1 + t].name, c->socket[1 + t].type, c->socket[1 + t].addr, t + 1 < c->targets ? "," : "\n");
    if (c->targets == 0)
        puts(" no targets");
    puts("Tcl; \"help\" lists the commands, Ctrl-C comes back to the prompt, Ctrl-D leaves.");
}

static void power_up(struct shell *s) {
    shell_arm(s, true);
    run_power(s->run, false);
    run_power(s->run, true);
    shell_disarm(s, TCL_OK);
}

static int end(struct shell *s) {
    struct run *run = s->run;
    uint64_t checks = run->now->board[SCOREBOARDS].checks, failures = run->now->board[SCOREBOARDS].failures;
    char time[SHELL_TIME];
    bool good = shell_wave_off(s);
    scoreboards_finish(&run->board.scoreboards, run->board.clk);
    transactions_flush(&run->transactions, run->board.clk);
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        checks += v->checks;
        failures += v->failures;
    }
    printf("%s, %" PRIu64 " transfers, %" PRIu64 " checks, %" PRIu64 " failures%s\n", shell_time(run, run->board.clk, time), run->transactions.count,
           checks, failures, failures == 0 && s->session->failed ? " (and some before a restore)" : "");
    bool told = fflush(stdout) == 0 && !ferror(stdout);
    if (!told && s->terminal)
        ended = 1; // the terminal is lost
    if (!good || (!told && !ended))
        return EXIT_ENVIRONMENT;
    if (ended)
        return EXIT_INTERRUPTED;
    if (s->terminal)
        return EXIT_PASS;
    return s->session->erred ? EXIT_USER : s->session->failed ? EXIT_CHECK_FAILED : EXIT_PASS;
}

int shell_run(struct run *run) {
    struct shell *s = calloc(1, sizeof *s);
    void *shared = mmap(NULL, sizeof *s->session, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (!s || shared == MAP_FAILED) {
        fprintf(stderr, "twinwire: %s\n", strerror(errno));
        free(s);
        return EXIT_ENVIRONMENT;
    }
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    *s = (struct shell){.run = running = run, .session = shared, .terminal = terminal = isatty(STDIN_FILENO)};
    s->session->wanted = -1;
    run->now = &run->results[run->result_count++];
    memset(run->now, 0, sizeof *run->now);
    snprintf(run->now->name, sizeof run->now->name, "console");
    s->tcl = scenario_interp(run);
    set_channels(s->tcl);
    shell_add_commands(s);
    shell_listen(s);
    shell_catch_signals();
    if (s->terminal && !run->quiet)
        banner(run);
    power_up(s);
    serve(s);
    int code = end(s);
    ignore_signals();
    scenario_interp_delete(s->tcl);
    munmap(shared, sizeof *s->session);
    free(s);
    return code;
}
