// SPDX-License-Identifier: Apache-2.0
//
// Lines of the console: whatever is typed, it comes back with the exit code that its messages promise, and every message says which line.
#define _GNU_SOURCE // memfd_create
#include <ctype.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <tcl.h>
#include <unistd.h>

#include "../shell_parts.h"
#include "../shell.h"
#include "fuzz.h"

enum { END_CLK = 500000 };

static struct config config;
static bool typing; // an input is being carried out
static int input;   // in the place of stdin

// The console's handlers and its alarm are libFuzzer's, too.
int __real_sigaction(int number, const struct sigaction *action, struct sigaction *before);
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *before);
int __wrap_sigaction(int number, const struct sigaction *action, struct sigaction *before) {
    return typing ? 0 : __real_sigaction(number, action, before);
}

typedef void handler(int);
handler *__real_signal(int number, handler *what);
handler *__wrap_signal(int number, handler *what);
handler *__wrap_signal(int number, handler *what) { return typing ? SIG_DFL : __real_signal(number, what); }

unsigned __real_alarm(unsigned seconds);
unsigned __wrap_alarm(unsigned seconds);
unsigned __wrap_alarm(unsigned seconds) { return typing ? 0 : __real_alarm(seconds); }

// Without those that fork (save, restore) and those that open files (source, wave).
void __real_shell_add_commands(struct shell *s);
void __wrap_shell_add_commands(struct shell *s);
void __wrap_shell_add_commands(struct shell *s) {
    static const char *const own[] = {"clk", "exit", "help", "quit", "random", "show", "states", "step", "transfers"};
    __real_shell_add_commands(s);
    fuzz_tcl_confine(s->tcl, own, sizeof own / sizeof *own);
}

static void init(void) {
    fuzz_run_models(&config);
    input = memfd_create("console", 0);
    if (input < 0 || dup2(input, STDIN_FILENO) < 0)
        fuzz_finding("no place for the input");
    close(input);
}

// Tcl would keep the console's channels, three more each time.
static void drop_channels(void) {
    static const int kinds[] = {TCL_STDIN, TCL_STDOUT, TCL_STDERR};
    for (int i = 0; i < 3; i++) {
        Tcl_Channel channel = Tcl_GetStdChannel(kinds[i]);
        Tcl_SetStdChannel(NULL, kinds[i]);
        if (channel)
            Tcl_UnregisterChannel(NULL, channel);
    }
}

static void check_messages(char *text) {
    for (char *line = text; *line;) {
        char *end = strchr(line, '\n');
        if (!end)
            fuzz_finding("half a line: \"%s\"", line);
        *end = '\0';
        size_t digits = strncmp(line, "stdin:", 6) == 0 ? strspn(line + 6, "0123456789") : 0;
        if (digits == 0 || strncmp(line + 6 + digits, ": ", 2) != 0 || line[6 + digits + 2] == '\0')
            fuzz_finding("a message that does not say which line, or not what: \"%s\"", line);
        line = end + 1;
    }
}

static void check(int code, char *text, size_t text_size) {
    if ((code == EXIT_USER) != (text_size > 0) || (code != EXIT_PASS && code != EXIT_CHECK_FAILED && code != EXIT_USER))
        fuzz_finding("exit code %d with these messages: \"%s\"", code, text);
    check_messages(text);
}

static void one(const uint8_t *bytes, size_t size) {
    static struct run run;
    if (!fuzz_tcl_allows(bytes, size))
        return;
    char *text = NULL;
    size_t text_size = 0;
    FILE *real = stderr;
    if (ftruncate(STDIN_FILENO, 0) != 0 || pwrite(STDIN_FILENO, bytes, size, 0) != (ssize_t)size || lseek(STDIN_FILENO, 0, SEEK_SET) != 0)
        fuzz_finding("no place for the input");
    fuzz_run_init(&run, &config);
    fuzz_run_engine(&run, model_engine, END_CLK);
    stderr = open_memstream(&text, &text_size);
    typing = true;
    int code = shell_run(&run);
    drop_channels();
    typing = false;
    fclose(stderr);
    stderr = real;
    if (!fuzz_tcl_late())
        check(code, text, text_size);
    free(text);
}

const struct fuzz_target fuzz_shell = {"shell", init, one};
