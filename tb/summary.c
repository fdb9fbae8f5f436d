// SPDX-License-Identifier: Apache-2.0
#include "summary.h"

#include <inttypes.h>

#include "report_parts.h"

static double ms(const struct run *run, uint64_t clks) { return 1e3 * (double)clks / (double)run->config.clock_hz; }

void summary_scenario(struct run *run) {
    static const char *const words[] = {"pass", "FAIL", "TIME", "ERROR", "stopped"};
    const struct scenario_result *r = run->now;
    bool in_log = run->verbose.parts != 0;
    uint64_t checks = 0;
    for (int i = 0; i <= SCOREBOARDS; i++)
        checks += r->board[i].checks;
    if (r->result == RESULT_PASS && !verbose_has(&run->verbose, VERBOSE_SCENARIOS))
        return;
    progress_clear(&run->progress);
    if (in_log)
        verbose_stamp(&run->verbose, r->end_clk);
    printf("%s%-8s%-28s %10.3f ms %14" PRIu64 " checks\n", in_log ? "" : "  ", words[r->result], r->name, ms(run, r->end_clk - r->start_clk), checks);
    fflush(stdout);
    if (r->message[0] && r->result == RESULT_ERROR)
        fprintf(stderr, "%s\n", r->message);
    else if (r->message[0])
        fprintf(stderr, "twinwire: %s %s\n", r->name, r->message);
}

static void print_passed(const struct run *run, FILE *out) {
    const struct config *c = &run->config;
    unsigned passed = 0;
    uint64_t clks = 0;
    for (unsigned i = 0; i < run->result_count && i < c->scenarios; i++) {
        passed += run->results[i].result == RESULT_PASS;
        clks += run->results[i].end_clk - run->results[i].start_clk;
    }
    fputc('\n', out);
    if (c->scenarios && passed == c->scenarios)
        fprintf(out, "  %u scenario%s (%.1f ms simulated)\n", passed, passed == 1 ? " passes" : "s pass", ms(run, clks));
    else if (c->scenarios)
        fprintf(out, "  %u of %u scenarios pass (%.1f ms simulated)\n", passed, c->scenarios, ms(run, clks));
    const struct scenario_result *random = run->result_count > c->scenarios ? &run->results[c->scenarios] : NULL;
    if (random && random->result == RESULT_PASS)
        fprintf(out, "  random: %u steps pass (%.1f ms simulated)\n", run->random_done, ms(run, random->end_clk - random->start_clk));
}

static void print_table(const struct run *run, FILE *out) {
    uint64_t checks = 0, failures = 0;
    fprintf(out, "\n  %-12s %16s %12s\n", "scoreboard", "checks", "failures");
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        if (v->on)
            fprintf(out, "  %-12s %16" PRIu64 " %12" PRIu64 "%s\n", scoreboard_name(i), v->checks, v->failures,
                    v->checks ? "" : "   no check was made: a failure");
        else
            fprintf(out, "  %-12s %16s\n", scoreboard_name(i), "off");
    }
    for (unsigned i = 0; i < run->result_count; i++) {
        checks += run->results[i].board[SCOREBOARDS].checks;
        failures += run->results[i].board[SCOREBOARDS].failures;
    }
    fprintf(out, "  %-12s %16" PRIu64 " %12" PRIu64 "\n\n", "scenario", checks, failures);
}

static void print_unchecked(const struct run *run, FILE *out) {
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        if (v->on && v->checks == 0)
            fprintf(out, "  scoreboard %s: no check was made: a failure\n", scoreboard_name(i));
    }
}

// A run is not called passed without a word about those who did not look.
void summary_put_off(const struct run *run, FILE *out) {
    const char *before = ", without the scoreboards ";
    if (run->config.checks == 0)
        fputs(", no scoreboard was on", out);
    for (int i = 0; i < SCOREBOARDS && run->config.checks; i++)
        if (!scoreboards_verdict(&run->board.scoreboards, i)->on) {
            fprintf(out, "%s%s", before, scoreboard_name(i));
            before = ", ";
        }
    before = ", without the times ";
    for (int rule = 0; rule < TIMING_SP && scoreboards_verdict(&run->board.scoreboards, SB_TIMING)->on; rule++)
        if (run->config.timing.rule[rule] == TIMING_OFF) {
            fprintf(out, "%s%s", before, timing_rule_name(rule));
            before = ", ";
        }
}

static void print_verdict(const struct run *run, int code, FILE *out) {
    unsigned directed = run->result_count < run->config.scenarios ? run->result_count : run->config.scenarios;
    fprintf(out, "  %s", report_verdict_word(code));
    if (!run->platform)
        fprintf(out, "  seed %" PRIu64, run->config.seed);
    if (directed && !run->platform)
        fprintf(out, ", %u scenario%s", directed, directed == 1 ? "" : "s");
    if (run->result_count > run->config.scenarios)
        fprintf(out, ", %u random steps", run->random_done);
    summary_put_off(run, out);
    fprintf(out, "%s%s\n", run->out[0] ? ", results in " : "", run->out);
}

void summary_print(const struct run *run, int code, FILE *out) {
    if (run->quiet) {
        print_unchecked(run, out);
    } else {
        if (!run->platform)
            print_passed(run, out);
        print_table(run, out);
        if (verbose_has(&run->verbose, VERBOSE_TIMING))
            report_timing_print(run, out);
        report_timing_warnings(run, out);
        fprintf(out, "  %" PRIu64 " clocks = %.3f ms at %.6g MHz, %" PRIu64 " transfers, %.2f s, %.1f Mclk/s\n", run->board.clk,
                ms(run, run->board.clk), 1e-6 * (double)run->config.clock_hz, run->transactions.count, run->wall_s,
                run->wall_s > 0 ? 1e-6 * (double)run->board.clk / run->wall_s : 0.0);
    }
    print_verdict(run, code, out);
}
