// SPDX-License-Identifier: Apache-2.0
//
// Runs the cells: workers that fork a copy of the board for each of theirs. A copy writes its result into memory that all share.
#include "atlas.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <tcl.h>
#include <time.h>
#include <unistd.h>

#include "scenario_parts.h"
#include "terminal.h"

enum { CELL_WALL_S = 20 };

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

// ---- one cell, in a process of its own ------------------------------------------------------------------------------

static void copy_word(Tcl_Interp *tcl, const char *key, char *text, size_t size) {
    Tcl_Obj *name = Tcl_NewStringObj(key, -1), *value = NULL;
    Tcl_IncrRefCount(name);
    Tcl_DictObjGet(NULL, Tcl_GetObjResult(tcl), name, &value);
    snprintf(text, size, "%s", value ? Tcl_GetString(value) : "");
    Tcl_DecrRefCount(name);
}

static void take_alarm(const struct run *run, struct atlas_result *result) {
    const struct mismatch *first = NULL;
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        if (v->failures && (!first || v->first.clk < first->clk)) {
            first = &v->first;
            snprintf(result->what, sizeof result->what, "%s: %.95s", scoreboard_name(i), v->first.what);
        }
    }
    if (first)
        result->outcome = ATLAS_ALARM;
}

static void run_cell(const struct atlas *a, Tcl_Interp *tcl, const struct atlas_cell *cell, struct atlas_result *result) {
    struct run *run = a->run;
    char fault[160], script[256], outcome[16];
    const struct hostile h = atlas_hostile(a, cell);
    hostile_text(&run->config, &h, fault, sizeof fault);
    snprintf(script, sizeof script, "atlas::cell %s {%s}%s", a->transfer[cell->transfer].name, fault, h.kind == HOSTILE_GONE ? " u2" : "");
    run_limit(run);
    scoreboards_clear_first(&run->board.scoreboards);
    if (Tcl_EvalEx(tcl, script, -1, 0) != TCL_OK) {
        result->outcome = run_over(run) ? ATLAS_HUNG : ATLAS_ALARM;
        snprintf(result->why, sizeof result->why, "limit");
        snprintf(result->what, sizeof result->what, "%.100s", Tcl_GetStringResult(tcl));
        return;
    }
    copy_word(tcl, "outcome", outcome, sizeof outcome);
    copy_word(tcl, "why", result->why, sizeof result->why);
    copy_word(tcl, "told", result->told, sizeof result->told);
    copy_word(tcl, "probe", result->probe, sizeof result->probe);
    while (result->outcome < ATLAS_ALARM && strcmp(atlas_outcomes[result->outcome], outcome) != 0)
        result->outcome++;
    scoreboards_finish(&run->board.scoreboards, run->board.clk);
    take_alarm(run, result);
}

// A copy dies with who forked it, and of a signal as any program does.
static void be_a_copy(pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(0);
    signal(SIGINT, SIG_IGN); // the parent decides
    signal(SIGTERM, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
}

static void fork_cell(const struct atlas *a, Tcl_Interp *tcl, unsigned index) {
    struct atlas_result *result = &a->result[index];
    struct atlas_cell cell;
    const pid_t self = getpid(), pid = fork();
    int status = 0;
    atlas_at(a, index, &cell);
    if (pid == 0) {
        be_a_copy(self);
        alarm(CELL_WALL_S);
        run_cell(a, tcl, &cell, result);
        _exit(0);
    }
    if (pid > 0)
        waitpid(pid, &status, 0);
    if (pid < 0 || status != 0) {
        result->outcome = ATLAS_ALARM;
        if (pid < 0)
            snprintf(result->what, sizeof result->what, "no process for it");
        else
            snprintf(result->what, sizeof result->what, "it ended by signal %d%s", WTERMSIG(status), WTERMSIG(status) == SIGALRM ? ": too long" : "");
    }
    result->done = true;
}

static pid_t fork_worker(const struct atlas *a, Tcl_Interp *tcl, unsigned number, unsigned jobs) {
    const pid_t self = getpid(), pid = fork();
    if (pid != 0)
        return pid;
    be_a_copy(self);
    alarm(0);
    for (unsigned i = number * a->step; i < a->cells; i += jobs * a->step)
        fork_cell(a, tcl, i);
    _exit(0);
}

// ---- all of them ----------------------------------------------------------------------------------------------------

// The board as a scenario finds it, and the driver. NULL after a message.
static Tcl_Interp *power_up(struct run *run) {
    char path[CONFIG_PATH + 16];
    run->now = &run->results[0];
    run_limit(run);
    run_power(run, false);
    run_power(run, true);
    Tcl_Interp *tcl = scenario_interp(run);
    snprintf(path, sizeof path, "%s/atlas.tcl", run->source);
    if (Tcl_EvalFile(tcl, path) == TCL_OK)
        return tcl;
    fprintf(stderr, "twinwire: %s: %s\n", path, Tcl_GetStringResult(tcl));
    scenario_interp_delete(tcl);
    return NULL;
}

// A transfer without a fault must be what it should.
static bool transfers_work(struct atlas *a, Tcl_Interp *tcl) {
    bool good = true;
    for (unsigned t = 0; t < ATLAS_TRANSFERS; t++) {
        struct atlas_result *result = &a->result[0];
        const pid_t self = getpid(), pid = fork();
        if (pid == 0) {
            char script[64];
            be_a_copy(self);
            alarm(CELL_WALL_S);
            snprintf(script, sizeof script, "atlas::cell %s {}", a->transfer[t].name);
            snprintf(result->what, sizeof result->what, "%s", Tcl_EvalEx(tcl, script, -1, 0) == TCL_OK ? "" : Tcl_GetStringResult(tcl));
            copy_word(tcl, "outcome", result->why, sizeof result->why);
            _exit(0);
        }
        int status = 0;
        waitpid(pid, &status, 0);
        if (status != 0 || strcmp(result->why, "recovered") != 0) {
            fprintf(stderr, "twinwire: the %s does not work even without a fault: %s %s\n", a->transfer[t].title, result->why, result->what);
            good = false;
        }
        memset(result, 0, sizeof *result);
    }
    return good;
}

// Sets what of the rules or the open findings covers this cell.
static void cover(struct atlas *a, const struct atlas_cell *cell, struct atlas_result *r) {
    r->rule = ATLAS_NO_RULE;
    for (unsigned i = 0; i < a->rules && r->rule == ATLAS_NO_RULE; i++)
        if (r->outcome == atlas_rules[i].outcome && strcmp(r->why, atlas_rules[i].why) == 0 && atlas_allows(a, &atlas_rules[i], cell))
            r->rule = (uint8_t)i;
    for (unsigned i = 0; i < a->opens && r->rule == ATLAS_NO_RULE; i++)
        if (r->outcome == ATLAS_ALARM && atlas_is_open(&atlas_opens[i], cell, r->what))
            r->rule = (uint8_t)i;
    if (r->rule != ATLAS_NO_RULE)
        (r->outcome == ATLAS_ALARM ? a->open_used : a->rule_used)[r->rule]++;
}

static void judge(struct atlas *a) {
    for (unsigned i = 0; i < a->cells; i += a->step) {
        struct atlas_result *r = &a->result[i];
        struct atlas_cell cell;
        atlas_at(a, i, &cell);
        const struct atlas_demand *demand = atlas_demanded(a, &cell);
        if (r->outcome < ATLAS_HUNG && demand && strcmp(r->told, demand->told) != 0) {
            r->outcome = ATLAS_WRONG;
            snprintf(r->why, sizeof r->why, "told");
            snprintf(r->what, sizeof r->what, "the host was told \"%s\": %.80s", r->told, demand->clause);
        }
        cover(a, &cell, r);
        r->failed = r->outcome >= ATLAS_WRONG && r->rule == ATLAS_NO_RULE;
        a->open += r->outcome == ATLAS_ALARM && !r->failed;
        a->failures += r->failed;
        a->count[r->outcome]++;
    }
    for (unsigned i = 0; a->step == 1 && i < a->rules; i++)
        a->stale += !a->rule_used[i];
    for (unsigned i = 0; a->step == 1 && i < a->opens; i++)
        a->stale += !a->open_used[i];
}

static void draw(const struct atlas *a, unsigned done, unsigned bad, double wall_s) {
    const unsigned all = (a->cells + a->step - 1) / a->step, columns = terminal_columns(STDERR_FILENO);
    char line[160];
    int length = snprintf(line, sizeof line, "  %3u %%  %u of %u cells  %u alarm%s  %.0f s left", 100 * done / all, done, all, bad, bad == 1 ? "" : "s",
                          done ? wall_s * (all - done) / done : 0.0);
    if (columns && (unsigned)length >= columns)
        length = (int)columns - 1;
    fprintf(stderr, "\r%.*s\033[K\r", length, line);
}

// Waits for the workers. False: interrupted, or out of time; they are gone then too.
static bool wait_for(const struct atlas *a, const pid_t *worker, unsigned jobs) {
    const double start = seconds();
    bool live = !a->run->quiet && terminal_columns(STDERR_FILENO) && getenv("TERM") && strcmp(getenv("TERM"), "dumb") != 0;
    unsigned running = jobs;
    bool lost = false; // a worker; the others need not go on
    while (running && !lost && a->run->signalled == BOARD_GO) {
        unsigned done = 0, bad = 0;
        int status = 0;
        nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
        while (running && waitpid(-1, &status, WNOHANG) > 0) {
            lost = lost || status != 0;
            running--;
        }
        for (unsigned i = 0; i < a->cells; i += a->step) {
            done += a->result[i].done;
            bad += a->result[i].done && a->result[i].outcome == ATLAS_ALARM;
        }
        if (live)
            draw(a, done, bad, seconds() - start);
    }
    if (live)
        fputs("\r\033[K", stderr);
    for (unsigned i = 0; running && i < jobs; i++)
        kill(worker[i], SIGKILL); // its cell goes with it
    while (running && waitpid(-1, NULL, 0) > 0)
        running--;
    return a->run->signalled == BOARD_GO;
}

static bool run_cells(const struct atlas *a, Tcl_Interp *tcl, unsigned jobs) {
    pid_t worker[ATLAS_JOBS];
    unsigned started = 0;
    fflush(stdout);
    for (; started < jobs; started++) {
        worker[started] = fork_worker(a, tcl, started, jobs);
        if (worker[started] < 0)
            break;
    }
    if (started == jobs)
        return wait_for(a, worker, jobs);
    perror("twinwire: fork");
    a->run->signalled = BOARD_STOP_DONE;
    wait_for(a, worker, started);
    return false;
}

// What a process did not come to has no outcome, and none is the first of them.
static bool all_done(const struct atlas *a) {
    unsigned missing = 0;
    for (unsigned i = 0; i < a->cells; i += a->step)
        missing += !a->result[i].done;
    if (missing)
        fprintf(stderr, "twinwire: %u cells were not run, for a process of the atlas was killed: no report\n", missing);
    return missing == 0;
}

static bool write_file(const struct atlas *a, const char *name, int code) {
    char part[CONFIG_PATH + 32], path[CONFIG_PATH + 32];
    snprintf(part, sizeof part, "%s/%s.part", a->run->out, name);
    snprintf(path, sizeof path, "%s/%s", a->run->out, name);
    FILE *out = fopen(part, "w");
    bool good = out != NULL;
    if (good && strstr(name, "json"))
        good = atlas_write_json(a, out);
    else if (good)
        atlas_write_html(a, code, out);
    good = good && !ferror(out);
    good = out && fclose(out) == 0 && good && rename(part, path) == 0;
    if (!good) {
        perror(path);
        remove(part);
    }
    return good;
}

static void scenario_path(const struct atlas *a, const struct atlas_cell *cell, char *path, size_t size) {
    char name[96];
    atlas_name(a, cell, name, sizeof name);
    snprintf(path, size, "%s/%s.tcl", a->run->out, name);
}

// Those of an earlier run.
static void remove_scenarios(const struct atlas *a) {
    for (unsigned i = 0; i < a->cells; i++) {
        char path[CONFIG_PATH + 128];
        struct atlas_cell cell;
        atlas_at(a, i, &cell);
        scenario_path(a, &cell, path, sizeof path);
        unlink(path);
    }
}

// The first failing cells, ready to run.
static bool write_scenarios(const struct atlas *a) {
    enum { MOST = 10 };
    unsigned written = 0;
    for (unsigned i = 0; i < a->cells && written < MOST; i++) {
        char path[CONFIG_PATH + 128];
        struct atlas_cell cell;
        if (!a->result[i].failed || !atlas_at(a, i, &cell))
            continue;
        scenario_path(a, &cell, path, sizeof path);
        const int error = atlas_write_scenario(a, &cell, path);
        if (error) {
            fprintf(stderr, "twinwire: %s: %s\n", path, strerror(error));
            return false;
        }
        written++;
    }
    return true;
}

static int judge_and_report(struct atlas *a) {
    judge(a);
    int code = a->failures || a->stale ? EXIT_CHECK_FAILED : EXIT_PASS;
    if (!write_scenarios(a) || !write_file(a, "report.json", code) || !write_file(a, "report.html", code))
        code = EXIT_ENVIRONMENT;
    atlas_print(a, code, stdout);
    return code;
}

int atlas_run(struct atlas *a, unsigned jobs) {
    struct run *run = a->run;
    const size_t size = a->cells * sizeof *a->result;
    const double start = seconds();
    int code = EXIT_ENVIRONMENT;
    a->result = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (a->result == MAP_FAILED) {
        perror("twinwire: mmap");
        return code;
    }
    remove_scenarios(a);
    Tcl_Interp *tcl = power_up(run);
    if (!tcl) {
        munmap(a->result, size);
        return code;
    }
    if (!transfers_work(a, tcl))
        code = EXIT_CHECK_FAILED;
    else if (run_cells(a, tcl, jobs)) {
        if (all_done(a))
            code = judge_and_report(a);
        if (!run->quiet)
            printf("  %.1f s on %u process%s\n", seconds() - start, jobs, jobs == 1 ? "" : "es");
    } else if (run->signalled == BOARD_STOP_INTERRUPT) {
        code = EXIT_INTERRUPTED;
        fprintf(stderr, "twinwire: interrupted: no report\n");
    } else if (run->signalled == BOARD_STOP_WALL) {
        code = EXIT_CHECK_FAILED;
        fprintf(stderr, "twinwire: not done within limits.wall_s = %u s: no report\n", run->config.wall_s);
    }
    scenario_interp_delete(tcl);
    munmap(a->result, size);
    return code;
}
