// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const result_words[] = {"pass", "fail", "timeout", "error", "interrupted"};

static const char *board_name(int board) { return board < SCOREBOARDS ? scoreboard_name(board) : "scenario"; }

static const char *socket_name(const struct run *run, int socket) {
    return socket >= 0 && socket <= (int)run->config.targets ? run->config.socket[socket].name : "bus";
}

static uint64_t ns_of(const struct run *run, uint64_t clk) { return record_time_ps(clk, run->config.clock_hz) / 1000; }

// "0", "0xa5" or "" (when the rule itself says it).
static void put_value(char *text, size_t size, const struct mismatch *m, uint32_t value) {
    if (m->bits == 0)
        text[0] = '\0';
    else if (m->bits == 1)
        snprintf(text, size, "%s", value ? "1 (high)" : "0 (low)");
    else
        snprintf(text, size, "0x%0*x", (m->bits + 3) / 4, value);
}

void report_quote(const char *text, char *quoted, size_t size) {
    static const char safe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./=:,+-";
    if (*text && text[strspn(text, safe)] == '\0') {
        snprintf(quoted, size, "%s", text);
        return;
    }
    size_t at = 0;
    at += (size_t)snprintf(quoted, size, "'");
    for (; *text && at + 6 < size; text++)
        at += (size_t)snprintf(quoted + at, size - at, *text == '\'' ? "'\\''" : "%c", *text);
    snprintf(quoted + at, size - at, "'");
}

static void rerun_command(const struct run *run, const struct scenario_result *r, char *text, size_t size) {
    char name[2 * sizeof r->name + 8];
    report_quote(r->name, name, sizeof name);
    if (strcmp(r->name, "random") == 0)
        snprintf(text, size, "%s --set 'stimulus.scenarios=[]' --random %u --waves all --out out/rerun", run->rerun, run->config.random.transfers);
    else
        snprintf(text, size, "%s --scenario %s --waves all --out out/rerun", run->rerun, name);
}

// ---- report.json ----------------------------------------------------------------------------------------------------

static cJSON *mismatch_json(const struct run *run, const struct scenario_result *r, int board) {
    const struct mismatch *m = &r->board[board].first;
    char text[4400];
    cJSON *j = cJSON_CreateObject();
    cJSON_AddStringToObject(j, "scoreboard", board_name(board));
    cJSON_AddStringToObject(j, "scenario", r->name);
    cJSON_AddNumberToObject(j, "clk", (double)m->clk);
    cJSON_AddNumberToObject(j, "time_ns", (double)ns_of(run, m->clk));
    cJSON_AddStringToObject(j, "socket", socket_name(run, m->socket));
    cJSON_AddStringToObject(j, "pin", m->pin);
    put_value(text, sizeof text, m, m->expected);
    cJSON_AddStringToObject(j, "expected", text);
    put_value(text, sizeof text, m, m->seen);
    cJSON_AddStringToObject(j, "seen", text);
    cJSON_AddStringToObject(j, "what", m->what);
    cJSON_AddStringToObject(j, "clause", m->clause);
    cJSON_AddStringToObject(j, "place", m->place);
    rerun_command(run, r, text, sizeof text);
    cJSON_AddStringToObject(j, "rerun", text);
    return j;
}

static cJSON *scenario_json(const struct run *run, const struct scenario_result *r, cJSON *failures) {
    cJSON *j = cJSON_CreateObject(), *boards = cJSON_CreateObject();
    cJSON_AddStringToObject(j, "name", r->name);
    cJSON_AddStringToObject(j, "result", result_words[r->result]);
    cJSON_AddNumberToObject(j, "start_clk", (double)r->start_clk);
    cJSON_AddNumberToObject(j, "end_clk", (double)r->end_clk);
    if (r->message[0])
        cJSON_AddStringToObject(j, "message", r->message);
    for (int i = 0; i <= SCOREBOARDS; i++) {
        cJSON *one = cJSON_AddObjectToObject(boards, board_name(i));
        cJSON_AddNumberToObject(one, "checks", (double)r->board[i].checks);
        cJSON_AddNumberToObject(one, "failures", (double)r->board[i].failures);
        if (r->board[i].first.valid)
            cJSON_AddItemToArray(failures, mismatch_json(run, r, i));
    }
    cJSON_AddItemToObject(j, "scoreboards", boards);
    return j;
}

static cJSON *digests_json(const struct run *run) {
    cJSON *j = cJSON_CreateObject();
    char text[24];
    for (unsigned i = 0; i < BOARD_DIGESTS; i++) {
        static const char *const names[BOARD_DIGESTS] = {"scl", "sda", "int_n", "port"};
        snprintf(text, sizeof text, "%016" PRIx64, run->board.digest[i]);
        cJSON_AddStringToObject(j, names[i], text);
    }
    return j;
}

static cJSON *report_json(const struct run *run, int code) {
    cJSON *j = cJSON_CreateObject(), *list = cJSON_CreateArray(), *failures = cJSON_CreateArray(), *boards = cJSON_CreateArray();
    cJSON_AddStringToObject(j, "tool", "twinwire " TWINWIRE_VERSION);
    cJSON_AddStringToObject(j, "verdict", code == EXIT_PASS ? "pass" : code == EXIT_CHECK_FAILED ? "fail" : code == EXIT_INTERRUPTED ? "interrupted" : "error");
    cJSON_AddNumberToObject(j, "exit_code", code);
    cJSON_AddBoolToObject(j, "interrupted", code == EXIT_INTERRUPTED);
    cJSON_AddNumberToObject(j, "seed", (double)run->config.seed);
    cJSON_AddStringToObject(j, "config", run->config.file);
    cJSON_AddStringToObject(j, "fault", run->fault);
    cJSON_AddStringToObject(j, "rerun", run->rerun);
    cJSON_AddNumberToObject(j, "clock_hz", (double)run->config.clock_hz);
    cJSON_AddNumberToObject(j, "clocks", (double)run->board.clk);
    cJSON_AddNumberToObject(j, "transfers", (double)run->transactions.count);
    cJSON_AddNumberToObject(j, "wall_s", run->wall_s);
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "name", scoreboard_name(i));
        cJSON_AddBoolToObject(one, "on", v->on);
        cJSON_AddNumberToObject(one, "checks", (double)v->checks);
        cJSON_AddNumberToObject(one, "failures", (double)v->failures);
        cJSON_AddItemToArray(boards, one);
    }
    cJSON_AddItemToObject(j, "scoreboards", boards);
    for (unsigned i = 0; i < run->result_count; i++)
        cJSON_AddItemToArray(list, scenario_json(run, &run->results[i], failures));
    cJSON_AddItemToObject(j, "failures", failures);
    cJSON_AddItemToObject(j, "scenarios", list);
    cJSON_AddItemToObject(j, "waveform_digest", digests_json(run));
    return j;
}

// ---- junit.xml ------------------------------------------------------------------------------------------------------

static void put_xml(FILE *out, const char *text) {
    for (; *text; text++) {
        if (*text == '&' || *text == '<' || *text == '>' || *text == '"')
            fprintf(out, "&#%d;", *text);
        else
            fputc((unsigned char)*text < 0x20 && *text != '\n' ? ' ' : *text, out);
    }
}

static void print_card(const struct run *run, const struct scenario_result *r, int board, FILE *out);

static void junit_case(const struct run *run, const struct scenario_result *r, int board, FILE *out) {
    char card[8192] = "";
    fprintf(out, "    <testcase classname=\"");
    put_xml(out, r->name);
    fprintf(out, "\" name=\"%s\" assertions=\"%" PRIu64 "\"", board_name(board), r->board[board].checks);
    if (r->board[board].failures == 0) {
        fprintf(out, "/>\n");
        return;
    }
    FILE *text = fmemopen(card, sizeof card - 1, "w");
    if (text) {
        print_card(run, r, board, text);
        fclose(text);
    }
    fprintf(out, "><failure message=\"");
    put_xml(out, r->board[board].first.what);
    fprintf(out, "\">");
    put_xml(out, card);
    fprintf(out, "</failure></testcase>\n");
}

static bool case_on(const struct run *run, const struct scenario_result *r, int board) {
    return board < SCOREBOARDS ? scoreboards_verdict(&run->board.scoreboards, board)->on : r->board[board].checks > 0;
}

static void junit_suite(const struct run *run, const struct scenario_result *r, FILE *out) {
    unsigned tests = 0, failures = 0, errors = r->result == RESULT_ERROR || r->result == RESULT_TIMEOUT || r->result == RESULT_INTERRUPTED;
    for (int i = 0; i <= SCOREBOARDS; i++) {
        tests += case_on(run, r, i);
        failures += r->board[i].failures > 0;
    }
    fprintf(out, "  <testsuite name=\"");
    put_xml(out, r->name);
    fprintf(out, "\" tests=\"%u\" failures=\"%u\" errors=\"%u\" time=\"%.6f\">\n", tests + errors, failures, errors,
            1e-9 * (double)(ns_of(run, r->end_clk) - ns_of(run, r->start_clk)));
    fprintf(out, "    <properties><property name=\"seed\" value=\"%" PRIu64 "\"/></properties>\n", run->config.seed);
    for (int i = 0; i <= SCOREBOARDS; i++)
        if (case_on(run, r, i))
            junit_case(run, r, i, out);
    if (errors) {
        fprintf(out, "    <testcase classname=\"");
        put_xml(out, r->name);
        fprintf(out, "\" name=\"run\"><error message=\"");
        put_xml(out, r->message[0] ? r->message : result_words[r->result]);
        fprintf(out, "\"/></testcase>\n");
    }
    fprintf(out, "  </testsuite>\n");
}

static void write_junit(const struct run *run, FILE *out) {
    fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"twinwire\">\n");
    for (unsigned i = 0; i < run->result_count; i++)
        junit_suite(run, &run->results[i], out);
    fprintf(out, "</testsuites>\n");
}

// ---- Files ----------------------------------------------------------------------------------------------------------

struct output {
    FILE *file;
    char path[CONFIG_PATH + 32], part[CONFIG_PATH + 40];
};

static bool output_open(struct output *o, const struct run *run, const char *name) {
    snprintf(o->path, sizeof o->path, "%s/%s", run->out, name);
    snprintf(o->part, sizeof o->part, "%s.part", o->path);
    o->file = fopen(o->part, "w");
    if (!o->file)
        fprintf(stderr, "twinwire: %s: %s\n", o->part, strerror(errno));
    return o->file != NULL;
}

static bool output_close(struct output *o, bool good) {
    errno = 0;
    good = !ferror(o->file) && good;
    good = fclose(o->file) == 0 && good;
    good = good && rename(o->part, o->path) == 0;
    if (!good) {
        fprintf(stderr, "twinwire: %s: %s\n", o->path, errno ? strerror(errno) : "not written whole");
        remove(o->part);
    }
    return good;
}

bool report_write(const struct run *run, int code) {
    struct output o;
    bool good = output_open(&o, run, "junit.xml");
    if (good) {
        write_junit(run, o.file);
        good = output_close(&o, true);
    }
    if (good && (good = output_open(&o, run, "recorder.vcd")))
        good = output_close(&o, recorder_dump(&run->board.recorder, &run->board.shape, o.file));
    if (good && (good = output_open(&o, run, "report.json"))) {
        cJSON *json = report_json(run, code);
        char *text = cJSON_Print(json);
        good = text && fputs(text, o.file) >= 0 && fputc('\n', o.file) >= 0;
        cJSON_free(text);
        cJSON_Delete(json);
        good = output_close(&o, good);
    }
    return good;
}

// ---- Terminal -------------------------------------------------------------------------------------------------------

static void print_card(const struct run *run, const struct scenario_result *r, int board, FILE *out) {
    const struct mismatch *m = &r->board[board].first;
    char expected[24], seen[24], command[4400];
    put_value(expected, sizeof expected, m, m->expected);
    put_value(seen, sizeof seen, m, m->seen);
    rerun_command(run, r, command, sizeof command);
    fprintf(out, "MISMATCH  scoreboard %s, scenario %s\n", board_name(board), r->name);
    fprintf(out, "  when      clk %" PRIu64 ", %.3f us\n", m->clk, 1e-3 * (double)ns_of(run, m->clk));
    fprintf(out, "  place     %s\n", m->place[0] ? m->place : "-");
    fprintf(out, "  pin       %s.%s\n", socket_name(run, m->socket), m->pin);
    if (m->bits)
        fprintf(out, "  expected  %s\n  seen      %s\n", expected, seen);
    fprintf(out, "  rule      %s [%s]\n", m->what, m->clause);
    fprintf(out, "  again     %s\n", command);
    if (checkpoint_shows(run, m->clk))
        report_quote(run->mismatch_vcd, command, sizeof command);
    else
        snprintf(command, sizeof command, "out/rerun/waves.vcd");
    fprintf(out, "  look      gtkwave %s\n", command);
}

// The earliest first mismatch of the run.
static const struct scenario_result *earliest(const struct run *run, int *board) {
    for (unsigned i = 0; i < run->result_count; i++) {
        const struct scenario_result *r = &run->results[i];
        int best = -1;
        for (int b = 0; b <= SCOREBOARDS; b++)
            if (r->board[b].first.valid && (best < 0 || r->board[b].first.clk < r->board[best].first.clk))
                best = b;
        if (best >= 0) {
            *board = best;
            return r;
        }
    }
    return NULL;
}

void report_print(const struct run *run, int code, FILE *out) {
    int board = 0;
    const struct scenario_result *r = earliest(run, &board);
    if (r) {
        fputc('\n', out);
        print_card(run, r, board, out);
    }
    fprintf(out, "\n  %-12s %16s %12s\n", "scoreboard", "checks", "failures");
    uint64_t checks = 0, failures = 0;
    for (unsigned i = 0; i < run->result_count; i++) {
        checks += run->results[i].board[SCOREBOARDS].checks;
        failures += run->results[i].board[SCOREBOARDS].failures;
    }
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        if (v->on)
            fprintf(out, "  %-12s %16" PRIu64 " %12" PRIu64 "%s\n", scoreboard_name(i), v->checks, v->failures,
                    v->checks ? "" : "   no check was made: that is a failure");
        else
            fprintf(out, "  %-12s %16s\n", scoreboard_name(i), "off");
    }
    fprintf(out, "  %-12s %16" PRIu64 " %12" PRIu64 "\n\n", "scenario", checks, failures);
    fprintf(out, "  %" PRIu64 " clocks = %.3f ms at %.6g MHz, %" PRIu64 " transfers, %.2f s, %.1f Mclk/s\n", run->board.clk,
            1e3 * (double)run->board.clk / (double)run->config.clock_hz, 1e-6 * (double)run->config.clock_hz, run->transactions.count, run->wall_s,
            run->wall_s > 0 ? 1e-6 * (double)run->board.clk / run->wall_s : 0.0);
    if (run->config.checks == 0)
        fprintf(out, "  No scoreboard was on: only the scenarios' own expectations were checked.\n");
    fprintf(out, "  %s  seed %" PRIu64 ", %u scenarios, results in %s\n",
            code == EXIT_PASS ? "PASS" : code == EXIT_INTERRUPTED ? "INTERRUPTED" : code == EXIT_CHECK_FAILED ? "FAIL" : "ERROR", run->config.seed,
            run->result_count, run->out);
}
