// SPDX-License-Identifier: Apache-2.0
//
// What the timing scoreboard measured: a row a rule, for the mode of the board's speed, for others that were asked for, and for the PCF8574.
#include <cjson/cJSON.h>
#include <inttypes.h>

#include "report_parts.h"

struct row {
    enum timing_mode mode;
    enum timing_rule rule;
    struct timing_stats t;
    double limit, least, mean, most, margin; // us; all but the limit valid if t.seen.count > 0
    const char *result, *tone;
};

// Of the mode of the board's speed all, of others what was measured. False: no row.
static bool row_of(const struct run *run, enum timing_mode mode, enum timing_rule rule, struct row *row) {
    const double us = 1e6 / (double)run->config.clock_hz;
    const struct timing_stats t = scoreboards_timing(&run->board.scoreboards, mode, rule);
    const struct timing_count *n = &t.seen;
    if (!t.own && !n->count && !n->excused && !n->by_stimulus)
        return false;
    *row = (struct row){.mode = mode, .rule = rule, .t = t, .limit = t.limit_ns / 1e3};
    if (n->count) {
        row->least = (double)n->min_clks * us;
        row->most = (double)n->max_clks * us;
        row->mean = (double)n->sum_clks * us / (double)n->count;
        row->margin = t.most ? row->limit - row->most : row->least - row->limit;
    }
    row->result = n->failures && t.level == TIMING_ERROR ? "fail" : n->failures && t.level == TIMING_WARNING ? "warning" : !n->count ? "never seen"
                  : rule == TIMING_SP                    ? "counted"
                  : t.level == TIMING_OFF                ? "off"
                                                         : "pass";
    row->tone = n->failures && t.level == TIMING_ERROR ? "fail" : n->failures && t.level == TIMING_WARNING ? "warn" : n->count && t.level ? "pass" : "soft";
    return true;
}

// ---- report.json ----------------------------------------------------------------------------------------------------

cJSON *report_timing_json(const struct run *run) {
    static const char *const levels[] = {"off", "warning", "error"};
    cJSON *list = cJSON_CreateArray();
    for (int mode = 0; mode < TIMING_MODES; mode++)
        for (int rule = 0; rule < TIMING_RULES; rule++) {
            struct row row;
            if (!row_of(run, mode, rule, &row))
                continue;
            const struct timing_count *n = &row.t.seen;
            cJSON *one = cJSON_CreateObject();
            cJSON_AddStringToObject(one, "parameter", timing_rule_name(rule));
            cJSON_AddStringToObject(one, "mode", timing_mode_name(mode));
            cJSON_AddStringToObject(one, "clause", timing_mode_clause(mode));
            cJSON_AddStringToObject(one, "level", levels[row.t.level]);
            cJSON_AddStringToObject(one, "result", row.result);
            cJSON_AddStringToObject(one, "bound", row.t.most ? "max" : "min");
            cJSON_AddNumberToObject(one, "limit_ns", row.t.limit_ns);
            cJSON_AddNumberToObject(one, "count", (double)n->count);
            cJSON_AddNumberToObject(one, "failures", (double)n->failures);
            cJSON_AddNumberToObject(one, "by_stimulus", (double)n->by_stimulus);
            cJSON_AddNumberToObject(one, "declared", (double)n->declared);
            cJSON_AddNumberToObject(one, "excused", (double)n->excused);
            if (n->count) {
                cJSON_AddNumberToObject(one, "min_ns", 1e3 * row.least);
                cJSON_AddNumberToObject(one, "typical_ns", 1e3 * row.mean);
                cJSON_AddNumberToObject(one, "max_ns", 1e3 * row.most);
                cJSON_AddNumberToObject(one, "margin_ns", 1e3 * row.margin);
                cJSON_AddNumberToObject(one, "worst_clk", (double)n->worst_clk);
                cJSON_AddNumberToObject(one, "worst_time_ns", (double)(record_time_ps(n->worst_clk, run->config.clock_hz) / 1000));
            }
            cJSON_AddItemToArray(list, one);
        }
    return list;
}

// What its stimulus broke, and what it said it would.
void report_timing_scenario_json(const struct scenario_result *r, cJSON *scenario) {
    cJSON *broke = cJSON_CreateObject(), *said = cJSON_CreateArray();
    for (int rule = 0; rule < TIMING_RULES; rule++) {
        if (r->by_stimulus[rule])
            cJSON_AddNumberToObject(broke, timing_rule_name(rule), (double)r->by_stimulus[rule]);
        if (r->violates >> rule & 1 && rule != TIMING_SP)
            cJSON_AddItemToArray(said, cJSON_CreateString(timing_rule_name(rule)));
    }
    cJSON_AddItemToObject(scenario, "violates", said);
    cJSON_AddItemToObject(scenario, "broken_by_stimulus", broke);
}

// ---- report.html ----------------------------------------------------------------------------------------------------

static void put_row(const struct run *run, const struct row *row, FILE *out) {
    const struct timing_count *n = &row->t.seen;
    fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"%s\">%s</td><td class=\"number\">%s %.3f</td>", timing_rule_name(row->rule), row->tone, row->result,
            row->t.most ? "&le;" : "&ge;", row->limit);
    if (n->count) {
        fprintf(out, "<td class=\"number\">%.3f</td><td class=\"number\">%.3f</td><td class=\"number\">%.3f</td>", row->least, row->mean, row->most);
        fprintf(out, row->rule == TIMING_SP ? "<td></td>" : "<td class=\"number\">%+.3f</td>", row->margin);
    } else {
        fprintf(out, "<td></td><td></td><td></td><td></td>");
    }
    fprintf(out, "<td class=\"number\">%" PRIu64 "</td><td class=\"number\">%" PRIu64 "</td><td class=\"number\">%" PRIu64 "</td><td class=\"number\">%" PRIu64 "</td>",
            n->count, n->failures, n->by_stimulus, n->excused);
    if (n->count)
        fprintf(out, "<td class=\"number\">%.3f us, clk %" PRIu64 "</td></tr>\n", report_us(run, n->worst_clk), n->worst_clk);
    else
        fprintf(out, "<td></td></tr>\n");
}

void report_timing_html(const struct run *run, FILE *out) {
    static const char *const columns[] = {"limit", "shortest", "mean", "longest", "margin", "judged", "broken", "by stimulus", "excused", "worst at"};
    if (!scoreboards_verdict(&run->board.scoreboards, SB_TIMING)->on)
        return;
    fprintf(out, "<section aria-labelledby=\"timing\">\n<h2 id=\"timing\">Bus timing</h2>\n<p>In us, measured on SCL and SDA. By stimulus: an injected level or a "
                 "second controller broke it. Excused: a reset or a write of CTR had its hands in it.</p>\n");
    for (int mode = 0; mode < TIMING_MODES; mode++) {
        bool begun = false;
        for (int rule = 0; rule < TIMING_RULES; rule++) {
            struct row row;
            if (!row_of(run, mode, rule, &row))
                continue;
            if (!begun) {
                fprintf(out, "<h3>%s</h3><p class=\"soft\">%s</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Bus timing, %s\">\n"
                             "<table><thead><tr><th scope=\"col\">time</th><th scope=\"col\">result</th>", timing_mode_name(mode), timing_mode_clause(mode), timing_mode_name(mode));
                for (unsigned i = 0; i < sizeof columns / sizeof *columns; i++)
                    fprintf(out, "<th class=\"number\" scope=\"col\">%s</th>", columns[i]);
                fprintf(out, "</tr></thead><tbody>\n");
            }
            begun = true;
            put_row(run, &row, out);
        }
        if (begun)
            fprintf(out, "</tbody></table></div>\n");
    }
    fprintf(out, "</section>\n");
}

// ---- Terminal -------------------------------------------------------------------------------------------------------

static void print_row(const struct run *run, const struct row *row, FILE *out) {
    const struct timing_count *n = &row->t.seen;
    fprintf(out, "  %-8s %s%7.3f", timing_rule_name(row->rule), row->t.most ? "<=" : ">=", row->limit);
    if (n->count) {
        fprintf(out, " %9.3f %9.3f %9.3f", row->least, row->mean, row->most);
        if (row->rule == TIMING_SP)
            fprintf(out, " %8s", "");
        else
            fprintf(out, " %+8.3f", row->margin);
        fprintf(out, " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 "  %.3f us\n", n->count, n->failures, n->by_stimulus, report_us(run, n->worst_clk));
    } else {
        fprintf(out, " %9s %9s %9s %8s %9s %9s %9" PRIu64 "\n", "never", "", "", "", "", "", n->by_stimulus);
    }
}

void report_timing_print(const struct run *run, FILE *out) {
    if (!scoreboards_verdict(&run->board.scoreboards, SB_TIMING)->on)
        return;
    for (int mode = 0; mode < TIMING_MODES; mode++) {
        bool begun = false;
        for (int rule = 0; rule < TIMING_RULES; rule++) {
            struct row row;
            if (!row_of(run, mode, rule, &row))
                continue;
            if (!begun)
                fprintf(out, "  %s, us (%s)\n  %-8s %9s %9s %9s %9s %8s %9s %9s %9s  %s\n", timing_mode_name(mode), timing_mode_clause(mode), "time", "limit",
                        "shortest", "mean", "longest", "margin", "judged", "broken", "stimulus", "worst at");
            begun = true;
            print_row(run, &row, out);
        }
        fputs(begun ? "\n" : "", out);
    }
}

// "warning: not kept: 8 times of the PCF8574's data sheet (100 kHz): -v timing".
void report_timing_warnings(const struct run *run, FILE *out) {
    for (int mode = 0; mode < TIMING_MODES; mode++) {
        unsigned rules = 0;
        for (int rule = 0; rule < TIMING_RULES; rule++) {
            const struct timing_stats t = scoreboards_timing(&run->board.scoreboards, mode, rule);
            rules += t.level == TIMING_WARNING && t.seen.failures > 0;
        }
        if (rules)
            fprintf(out, "  warning: not kept: %u time%s of %s: -v timing\n", rules, rules == 1 ? "" : "s",
                    mode == TIMING_CHIP ? "the PCF8574's data sheet (100 kHz)" : timing_mode_name(mode));
    }
}
