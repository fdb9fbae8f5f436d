// SPDX-License-Identifier: Apache-2.0
//
// junit.xml as Jenkins' own schema (junit-10.xsd) wants it, which GitLab and GitHub's readers take as well: a suite a scenario, a case
// a scoreboard. The scoreboards share the scenario's wall time in equal parts: readers add the cases up.
#include <inttypes.h>
#include <stdlib.h>

#include "card.h"
#include "report_parts.h"

static void put_case_head(const struct scenario_result *r, const char *name, double wall_s, FILE *out) {
    fprintf(out, "    <testcase classname=\"twinwire."); // what is before the last dot is a package to readers
    markup_put(out, r->name);
    fprintf(out, "\" name=\"%s\" time=\"%.3f\"", name, wall_s);
}

static void put_case(const struct run *run, const struct scenario_result *r, int board, double wall_s, FILE *out) {
    const struct mismatch *m = &r->board[board].first;
    char *card = NULL;
    size_t size;
    put_case_head(r, report_board_name(board), wall_s, out);
    if (r->board[board].failures == 0) {
        fprintf(out, "/>\n");
        return;
    }
    fprintf(out, ">\n      <failure type=\"");
    markup_put(out, m->clause);
    fprintf(out, "\" message=\"");
    markup_put(out, m->what);
    fprintf(out, "\">");
    FILE *text = m->valid ? open_memstream(&card, &size) : NULL;
    if (text) {
        card_print(run, r, board, false, text);
        if (fclose(text) == 0)
            markup_put(out, card);
        free(card);
    }
    fprintf(out, "</failure>\n    </testcase>\n");
}

static void put_property(const char *name, const char *value, FILE *out) {
    fprintf(out, "      <property name=\"%s\" value=\"", name);
    markup_put(out, value);
    fprintf(out, "\"/>\n");
}

static void put_properties(const struct run *run, const struct scenario_result *r, FILE *out) {
    char text[4400], name[40];
    fprintf(out, "    <properties>\n");
    snprintf(text, sizeof text, "%" PRIu64, run->config.seed);
    put_property("seed", text, out);
    snprintf(text, sizeof text, "%.3f", report_us(run, r->end_clk) - report_us(run, r->start_clk));
    put_property("simulated_us", text, out);
    for (int i = 0; i <= SCOREBOARDS; i++) {
        if (!report_case_on(run, r, i))
            continue;
        snprintf(name, sizeof name, "checks.%s", report_board_name(i));
        snprintf(text, sizeof text, "%" PRIu64, r->board[i].checks);
        put_property(name, text, out);
    }
    report_rerun_command(run, r, text, sizeof text);
    put_property("rerun", text, out);
    fprintf(out, "    </properties>\n");
}

struct counts {
    unsigned tests, failures, errors;
};

static bool has_error(const struct scenario_result *r) {
    return r->result == RESULT_ERROR || r->result == RESULT_TIMEOUT || r->result == RESULT_INTERRUPTED;
}

static struct counts count(const struct run *run, const struct scenario_result *r) {
    struct counts c = {has_error(r), 0, has_error(r)};
    for (int i = 0; i <= SCOREBOARDS; i++) {
        c.tests += report_case_on(run, r, i);
        c.failures += r->board[i].failures > 0;
    }
    return c;
}

static void put_suite(const struct run *run, const struct scenario_result *r, FILE *out) {
    struct counts c = count(run, r);
    double share = c.tests ? r->wall_s / c.tests : 0;
    fprintf(out, "  <testsuite name=\"");
    markup_put(out, r->name);
    fprintf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" time=\"%.3f\">\n", c.tests, c.failures, c.errors, r->wall_s);
    put_properties(run, r, out);
    for (int i = 0; i <= SCOREBOARDS; i++)
        if (report_case_on(run, r, i))
            put_case(run, r, i, share, out);
    if (has_error(r)) {
        put_case_head(r, "run", share, out);
        fprintf(out, ">\n      <error type=\"%s\" message=\"", report_result_word(r->result));
        markup_put(out, r->message[0] ? r->message : report_result_word(r->result));
        fprintf(out, "\"/>\n    </testcase>\n");
    }
    fprintf(out, "  </testsuite>\n");
}

void junit_write(const struct run *run, FILE *out) {
    struct counts sum = {0, 0, 0};
    double wall_s = 0;
    for (unsigned i = 0; i < run->result_count; i++) {
        struct counts c = count(run, &run->results[i]);
        sum = (struct counts){sum.tests + c.tests, sum.failures + c.failures, sum.errors + c.errors};
        wall_s += run->results[i].wall_s;
    }
    fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    fprintf(out, "<testsuites name=\"twinwire\" tests=\"%u\" failures=\"%u\" errors=\"%u\" time=\"%.3f\">\n", sum.tests, sum.failures, sum.errors, wall_s);
    for (unsigned i = 0; i < run->result_count; i++)
        put_suite(run, &run->results[i], out);
    fprintf(out, "</testsuites>\n");
}
