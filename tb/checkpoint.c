// SPDX-License-Identifier: Apache-2.0
#include "checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run.h"

enum { NOT_MET = 255 }; // exit status of a replay that went another way; other than that an errno, or 0

static const uint64_t never = UINT64_MAX;

static void part_path(const struct run *run, char *text, size_t size) { snprintf(text, size, "%s/mismatch.vcd.part", run->out); }

// ---- the copy -------------------------------------------------------------------------------------------------------

// Open files are shared with the run, offsets and all. What it reads is opened once more, where it stood at the fork; all else leads nowhere.
static void part_from_files(const struct checkpoints *c, int end) {
    int nowhere = open("/dev/null", O_RDWR);
    for (int fd = 0; fd < CHECKPOINT_FILES; fd++) {
        struct stat st;
        if (fd == end || fd == nowhere || fstat(fd, &st) != 0 || S_ISDIR(st.st_mode))
            continue;
        int own = -1;
        if (S_ISREG(st.st_mode) && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY) {
            char path[32];
            snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
            own = open(path, O_RDONLY);
            lseek(own, c->offset[fd], SEEK_SET);
        }
        dup2(own < 0 ? nowhere : own, fd);
        if (own >= 0)
            close(own);
    }
    close(nowhere);
}

// Returns when this copy is woken.
static void sleep_here(struct checkpoints *c, pid_t run_pid, int end) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != run_pid)
        _exit(0); // it died before it could be heard dying
    prctl(PR_SET_NAME, "tw-checkpoint");
    signal(SIGINT, SIG_IGN); // the run decides what an interrupt ends
    signal(SIGTERM, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); // too long a file is a failed write
    part_from_files(c, end);
    ssize_t got;
    do
        got = read(end, &c->window, sizeof c->window);
    while (got < 0 && errno == EINTR);
    if (got != sizeof c->window)
        _exit(0);
    c->replay = true;
    c->due = c->window.from;
}

_Noreturn static void replay_end(struct run *run) {
    struct checkpoints *c = &run->checkpoints;
    int error = c->waves ? run_waves_close(run) : 0;
    bool same = c->waves && (c->met || !c->window.repeats);
    _exit(error ? error : same ? 0 : NOT_MET);
}

static void replay_pass(struct run *run) {
    struct checkpoints *c = &run->checkpoints;
    char part[CONFIG_PATH + 32];
    if (c->waves)
        replay_end(run);
    part_path(run, part, sizeof part);
    int error = run_waves_open(run, part);
    if (error)
        _exit(error);
    c->waves = true;
    c->due = c->window.until;
}

// ---- the run --------------------------------------------------------------------------------------------------------

static int reap(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

static void reap_dismissed(struct checkpoints *c) {
    if (c->dismissed)
        reap(c->dismissed);
    c->dismissed = 0;
}

// It is reaped when the next one is dismissed: to wait for its end here takes longer than a fork.
static void dismiss(struct checkpoints *c, unsigned i) {
    reap_dismissed(c);
    c->dismissed = c->kept[i].pid;
    kill(c->dismissed, SIGKILL);
    close(c->kept[i].end);
    c->count--;
    memmove(&c->kept[i], &c->kept[i + 1], (c->count - i) * sizeof *c->kept);
}

static void make(struct run *run) {
    struct checkpoints *c = &run->checkpoints;
    int ends[2];
    sigset_t all, was;
    c->due = run->board.clk + run->config.checkpoint_clks;
    if (c->count == CHECKPOINTS)
        dismiss(c, 0);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        c->error = errno;
        return;
    }
    for (int fd = 0; fd < CHECKPOINT_FILES; fd++)
        c->offset[fd] = lseek(fd, 0, SEEK_CUR);
    pid_t self = getpid();
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &was); // no signal is handled twice, once in the run and once in the copy
    pid_t pid = run->signalled == BOARD_GO ? fork() : -1;
    if (pid == 0) {
        close(ends[0]);
        sigprocmask(SIG_SETMASK, &was, NULL);
        sleep_here(c, self, ends[1]);
        return;
    }
    c->error = pid < 0 && run->signalled == BOARD_GO ? errno : 0;
    sigprocmask(SIG_SETMASK, &was, NULL);
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return;
    }
    c->kept[c->count++] = (struct checkpoint){run->board.clk, pid, ends[0]};
    c->made++;
}

uint64_t checkpoint_pass(struct run *run) {
    struct checkpoints *c = &run->checkpoints;
    while (run->board.clk >= c->due) {
        if (c->replay)
            replay_pass(run);
        else if (c->on)
            make(run);
        else
            c->due = never;
    }
    return c->due;
}

void checkpoint_failed(struct run *run, uint64_t clk, bool tail) {
    struct checkpoints *c = &run->checkpoints;
    uint64_t window = run->config.window_clks;
    if (c->replay)
        c->met = c->met || clk == c->window.failure;
    if (c->replay || c->failed)
        return;
    c->failed = true;
    c->wanted = c->on;
    c->on = false;
    if (c->count == 0)
        return;
    c->window = (struct checkpoint_window){clk, clk > window ? clk - window : 0, clk + (tail ? window / 4 : 0), tail};
    while (c->count > 1 && c->kept[1].clk <= c->window.from)
        dismiss(c, 0);
    while (c->count > 1)
        dismiss(c, 1);
    if (c->window.from < c->kept[0].clk)
        c->window.from = c->kept[0].clk;
    send(c->kept[0].end, &c->window, sizeof c->window, MSG_NOSIGNAL); // if it is gone, its end says so
}

static void on_failing(void *ctx, uint64_t clk, unsigned bits) {
    if (bits)
        checkpoint_failed(ctx, clk, true);
}

void checkpoint_init(struct run *run) {
    board_listen(&run->board, &(struct board_listener){.ctx = run, .failing = on_failing});
}

void checkpoint_start(struct run *run) {
    struct checkpoints *c = &run->checkpoints;
    c->on = run->config.checkpoints && !c->failed;
    c->due = 0;
}

// The longest that a replay may take from now on: it has had the rest of the run already.
static int patience_ms(const struct run *run) {
    const struct checkpoints *c = &run->checkpoints;
    uint64_t clks = c->window.until - c->kept[0].clk + 20 * (c->window.until - c->window.from); // a clock with waves costs about 8
    double ms = 1e3 * run->wall_s * (double)clks / (double)(run->board.clk + 1);
    if (run->signalled != BOARD_GO)
        return 5000; // somebody wants us to stop
    return ms < 1e8 ? 10000 + 3 * (int)ms : INT32_MAX / 2; // whoever counts up to it stays an int
}

// Waits until the replay ends by itself. Time in which this process stands still (Ctrl-Z) does not count.
static bool wait_for_replay(const struct run *run) {
    const int step_ms = 100;
    struct pollfd end = {.fd = run->checkpoints.kept[0].end, .events = POLLIN};
    for (int waited = 0; waited < patience_ms(run); waited += step_ms)
        if (poll(&end, 1, step_ms) > 0)
            return true;
    return false;
}

// Why there is no waveform, as text, or NULL; *error is the errno if it could not be written.
static const char *trouble(struct run *run, const char *part, const char *path, int *error) {
    struct checkpoints *c = &run->checkpoints;
    static char text[64];
    if (c->count == 0)
        return c->error ? strerror(c->error) : "no checkpoint was made";
    bool ended = wait_for_replay(run);
    if (!ended)
        kill(c->kept[0].pid, SIGKILL);
    int status = reap(c->kept[0].pid);
    close(c->kept[0].end);
    c->count = 0;
    if (!ended)
        return "the replay did not come to an end";
    if (WIFSIGNALED(status)) {
        snprintf(text, sizeof text, "the replay was killed by signal %d", WTERMSIG(status));
        return text;
    }
    if (WEXITSTATUS(status) == NOT_MET)
        return "the replay went another way; does the scenario look at the time of day, or at something outside?";
    *error = WEXITSTATUS(status);
    if (*error == 0 && rename(part, path) != 0)
        *error = errno;
    if (*error == 0)
        *error = run_view(run, path, c->window.from, c->window.until);
    return *error ? strerror(*error) : NULL;
}

bool checkpoint_finish(struct run *run) {
    struct checkpoints *c = &run->checkpoints;
    char part[CONFIG_PATH + 32], path[CONFIG_PATH + 32];
    int error = 0;
    if (c->window.until > run->board.clk && run->signalled == BOARD_GO)
        c->window.until = run->board.clk; // the replay ended there too
    if (c->replay)
        replay_end(run);
    c->on = false;
    while (!c->failed && c->count)
        dismiss(c, 0);
    reap_dismissed(c);
    if (!c->wanted)
        return true;
    part_path(run, part, sizeof part);
    snprintf(path, sizeof path, "%.*s", (int)(strlen(part) - strlen(".part")), part);
    const char *why = trouble(run, part, path, &error);
    if (why) {
        fprintf(stderr, "twinwire: %s: there is no waveform of the first failure: %s\n", path, why);
        remove(part);
        return error == 0;
    }
    snprintf(run->mismatch_vcd, sizeof run->mismatch_vcd, "%s", path);
    printf("  %-8sthe first failure is in %s, clk %" PRIu64 " .. %" PRIu64 "\n", "waves", path, c->window.from, c->window.until);
    return true;
}

bool checkpoint_shows(const struct run *run, uint64_t clk) {
    const struct checkpoint_window *w = &run->checkpoints.window;
    return run->mismatch_vcd[0] && clk >= w->from && clk <= w->until;
}
