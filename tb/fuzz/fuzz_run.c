// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { RING = 256 };

void fuzz_finding(const char *format, ...) {
    va_list args;
    va_start(args, format);
    fputs("FINDING: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    fflush(stderr);
    abort();
}

void fuzz_load(struct config *c, const char *const *sets, unsigned count) {
    if (!config_load(c, TWINWIRE_TB_FOLDER "/../sim.cfg", sets, count, stderr))
        fuzz_finding("the configuration of this target is wrong");
}

void fuzz_run_models(struct config *c) {
    static const char *const sets[] = {"board.controller.drives=c", "board.controller.shadows=[]", "board.targets.u1.drives=c",
                                       "board.targets.u1.shadows=[]", "board.targets.u2.drives=c",  "board.targets.u2.shadows=[]",
                                       "record.waves=off",            "record.checkpoints=false",   "limits.sim_ms=20"};
    fuzz_load(c, sets, sizeof sets / sizeof *sets);
}

void fuzz_run_init(struct run *run, const struct config *c) {
    static struct record ring[2 * RING];
    static struct scenario_result result;
    memset(run, 0, sizeof *run);
    memset(ring, 0, sizeof ring);
    memset(&result, 0, sizeof result);
    run->config = *c;
    snprintf(run->source, sizeof run->source, "%s", TWINWIRE_TB_FOLDER);
    snprintf(run->out, sizeof run->out, ".");
    run->quiet = true;
    run->results = &result;
    const char *wrong = board_init(&run->board, &run->config);
    if (wrong)
        fuzz_finding("%s", wrong);
    recorder_init(&run->board.recorder, ring, RING);
    recorder_roll_on(&run->board.recorder, ring + RING);
}

// ---- the clock that ends --------------------------------------------------------------------------------------------

static struct {
    struct engine inner;
    struct run *run;
    uint64_t end;
} bounded;

static void turn(void *ctx, struct board *b, uint64_t until) {
    (void)ctx;
    bounded.inner.run(bounded.inner.ctx, b, until < bounded.end ? until : bounded.end);
    if (b->clk >= bounded.end)
        bounded.run->signalled = b->stop = BOARD_STOP_WALL;
}

static void trace(void *ctx, struct waves *waves) {
    (void)ctx;
    bounded.inner.trace(bounded.inner.ctx, waves);
}

void fuzz_run_engine(struct run *run, struct engine engine, uint64_t end) {
    bounded.inner = engine;
    bounded.run = run;
    bounded.end = end;
    run->engine = (struct engine){.run = turn, .trace = trace};
}
