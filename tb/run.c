// SPDX-License-Identifier: Apache-2.0
#include "run.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "random.h"
#include "scenario.h"
#include "summary.h"

enum {
    RESET_CLKS = 32,      // longer than any reset needs; the lines settle in as long again
    SLICE_CLKS = 1 << 17  // the engine comes back so often: a tenth of a second or less
};

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

uint64_t run_ns_to_clks(const struct run *run, uint64_t ns) {
    return (uint64_t)(((unsigned __int128)ns * run->config.clock_hz + 999999999u) / 1000000000u);
}

bool run_over(const struct run *run) { return run->signalled != BOARD_GO || run->board.clk >= run->limit_clk; }

void run_limit(struct run *run) {
    run->limit_clk = run->board.clk + run->config.sim_ms * (run->config.clock_hz / 1000);
    if (run->end_clk && run->limit_clk > run->end_clk)
        run->limit_clk = run->end_clk;
}

static void advance(struct run *run, uint64_t until) {
    double start = seconds(), now = start;
    if (until > run->limit_clk)
        until = run->limit_clk;
    for (;;) {
        uint64_t pause = checkpoint_pass(run), slice = run->board.clk + SLICE_CLKS;
        if (run_over(run) || run->board.stop != BOARD_GO || run->board.clk >= until)
            break;
        if (slice > until)
            slice = until;
        run->engine.run(run->engine.ctx, &run->board, slice < pause ? slice : pause);
        now = seconds();
        progress_show(&run->progress, run, now);
    }
    run->board.stop = run->signalled;
    run->wall_s += now - start;
}

bool run_clks(struct run *run, uint64_t clks) {
    board_touch(&run->board); // whatever the scenario changed takes effect at the next edge
    advance(run, run->board.clk + clks);
    return !run_over(run);
}

bool run_until_done(struct run *run, const struct firmware *firmware, uint64_t clk) {
    board_touch(&run->board);
    run->board.wait_for = firmware;
    while (firmware_busy(firmware) && run->board.clk < clk && !run_over(run))
        advance(run, clk);
    run->board.wait_for = NULL;
    return !run_over(run);
}

bool run_until_firmware(struct run *run) { return run_until_done(run, &run->board.stimulus.firmware, UINT64_MAX); }

void run_power(struct run *run, bool on) {
    struct stimulus *s = &run->board.stimulus;
    uint8_t all = (uint8_t)((1u << (1 + run->config.targets)) - 1);
    firmware_clear(&s->firmware);
    if (!on) {
        struct stimulus_out now = s->now, next = s->next;
        stimulus_init(s, 0, (uint8_t)run->config.filter_clks[0]);
        memcpy(s->next.ext_low, next.ext_low, sizeof next.ext_low);
        memcpy(s->next.ext_high, next.ext_high, sizeof next.ext_high);
        s->now = now; // until the next edge the wires are as they were
        run_clks(run, RESET_CLKS);
        return;
    }
    s->next.rst_n = all;
    run_clks(run, RESET_CLKS);
    firmware_add_setup(&s->firmware, run->config.prescale);
    run_until_firmware(run);
}

void run_expect(struct run *run, bool good, int socket, const char *pin, const char *what) {
    run->now->board[SCOREBOARDS].checks++;
    if (good)
        return;
    struct mismatch *first = &run->now->board[SCOREBOARDS].first;
    run->now->board[SCOREBOARDS].failures++;
    recorder_freeze(&run->board.recorder);
    checkpoint_failed(run, run->board.clk, true);
    if (run->waves)
        waves_expectation(run->waves, what);
    if (first->valid)
        return;
    *first = (struct mismatch){.valid = true, .clk = run->board.clk, .socket = socket};
    snprintf(first->pin, sizeof first->pin, "%s", pin);
    snprintf(first->what, sizeof first->what, "%s", what);
    snprintf(first->clause, sizeof first->clause, "the scenario's own expectation");
    scoreboards_place(&run->board.scoreboards, first->place, sizeof first->place);
    sketches_add(&run->sketches, SCOREBOARDS, first);
}

static void scenario_start(struct run *run, const char *name) {
    struct scenario_result *r = run->now = &run->results[run->result_count++];
    memset(r, 0, sizeof *r);
    snprintf(r->name, sizeof r->name, "%s", name);
    r->start_clk = run->board.clk;
    r->wall_s = run->wall_s;
    run_limit(run);
    for (int i = 0; i < SCOREBOARDS; i++) { // counts so far; the end takes the difference
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        r->board[i].checks = v->checks;
        r->board[i].failures = v->failures;
    }
    scoreboards_clear_first(&run->board.scoreboards);
    scenario_timing_start(run);
    sketches_scenario(&run->sketches, run->result_count - 1);
    transactions_scenario(&run->transactions, r->name);
    verbose_scenario(&run->verbose, r->name);
    struct stimulus_out *next = &run->board.stimulus.next;
    memset(next->ext_low, 0, sizeof next->ext_low);
    memset(next->ext_high, 0, sizeof next->ext_high);
    run_power(run, false);
    run_power(run, true);
}

// A script that lets no clock pass and expects nothing shows nothing: no other run of it would fail.
static void refuse_idle(struct run *run, uint64_t start_clk) {
    struct scenario_result *r = run->now;
    if (r->result != RESULT_PASS || run_over(run) || run->board.clk != start_clk || r->board[SCOREBOARDS].checks)
        return;
    r->result = RESULT_ERROR;
    snprintf(r->message, sizeof r->message, "%.400s: this scenario does nothing: no clock passes, and nothing is expected", r->name);
}

static void scenario_end(struct run *run) {
    struct scenario_result *r = run->now;
    if (!run_over(run))
        run_clks(run, run_ns_to_clks(run, 20000)); // longer than any window that a judge waits for
    if (run->signalled == BOARD_STOP_INTERRUPT && r->result == RESULT_PASS) {
        r->result = RESULT_INTERRUPTED;
    } else if (run_over(run) && r->result == RESULT_PASS) {
        r->result = RESULT_TIMEOUT;
        if (run->signalled == BOARD_STOP_WALL)
            snprintf(r->message, sizeof r->message, "did not end within limits.wall_s = %u s of wall time", run->config.wall_s);
        else
            snprintf(r->message, sizeof r->message, "did not end within limits.sim_ms = %u ms of simulated time", run->config.sim_ms);
    }
    r->end_clk = run->board.clk;
    r->wall_s = run->wall_s - r->wall_s;
    scoreboards_finish(&run->board.scoreboards, run->board.clk);
    scenario_timing_end(run);
    uint64_t failures = r->board[SCOREBOARDS].failures;
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        r->board[i].checks = v->checks - r->board[i].checks;
        r->board[i].failures = v->failures - r->board[i].failures;
        r->board[i].first = v->first;
        failures += r->board[i].failures;
        sketches_add(&run->sketches, i, &v->first); // what only the end of the scenario brought to light
    }
    transactions_flush(&run->transactions, run->board.clk);
    sketches_close(&run->sketches);
    if (r->result == RESULT_PASS && failures)
        r->result = RESULT_FAIL;
    if (r->result == RESULT_FAIL || r->result == RESULT_TIMEOUT)
        checkpoint_failed(run, run->board.clk, false); // if nobody said so when it happened
}

static int verdict(const struct run *run) {
    int code = EXIT_PASS;
    for (unsigned i = 0; i < run->result_count; i++) {
        enum result result = run->results[i].result;
        if ((result == RESULT_FAIL || result == RESULT_TIMEOUT) && code == EXIT_PASS)
            code = EXIT_CHECK_FAILED;
        if (result == RESULT_ERROR)
            code = EXIT_USER;
    }
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        if (v->on && v->checks == 0 && code == EXIT_PASS)
            code = EXIT_CHECK_FAILED; // a check that was never made is no pass
    }
    if (run->signalled == BOARD_STOP_INTERRUPT)
        code = EXIT_INTERRUPTED;
    return code;
}

int run_all(struct run *run) {
    const struct config *c = &run->config;
    sketches_listen(&run->sketches, &run->board, &run->transactions, config_bit_clks(c));
    if (c->coverage)
        coverage_listen(&run->coverage, &run->board, c);
    char file[CONFIG_PATH + 16];
    snprintf(file, sizeof file, "%s/waves.%s", run->out, c->format == FORMAT_FST ? "fst" : "vcd");
    bool good = c->waves == WAVES_OFF || run_waves(run, file);
    checkpoint_init(run);
    if (c->waves == WAVES_OFF)
        checkpoint_start(run);
    for (unsigned i = 0; i < c->scenarios && good && run->signalled == BOARD_GO; i++) {
        scenario_start(run, c->scenario[i]);
        const uint64_t start_clk = run->board.clk;
        scenario_run(run, c->scenario[i]);
        refuse_idle(run, start_clk);
        scenario_end(run);
        summary_scenario(run);
    }
    if (c->waves == WAVES_DIRECTED) {
        good = run_waves(run, NULL) && good;
        checkpoint_start(run);
    }
    if (c->random.transfers && good && run->signalled == BOARD_GO) {
        scenario_start(run, "random");
        scenario_timing_allow(run, TIMING_ANY);
        random_run(run);
        scenario_end(run);
        summary_scenario(run);
    }
    good = run_waves(run, NULL) && good;
    progress_clear(&run->progress);
    good = checkpoint_finish(run) && good;
    return good && !run->waves_bad ? verdict(run) : EXIT_ENVIRONMENT;
}
