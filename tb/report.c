// SPDX-License-Identifier: Apache-2.0
#include "report.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "card.h"
#include "report_parts.h"
#include "summary.h"

const char *report_result_word(enum result result) {
    static const char *const words[] = {"pass", "fail", "timeout", "error", "interrupted"};
    return words[result];
}

const char *report_board_name(int board) { return board < SCOREBOARDS ? scoreboard_name(board) : "scenario"; }

const char *report_socket_name(const struct run *run, int socket) {
    return socket >= 0 && socket <= (int)run->config.targets ? run->config.socket[socket].name : "bus";
}

const char *report_verdict_word(int code) {
    return code == EXIT_PASS ? "PASS" : code == EXIT_INTERRUPTED ? "INTERRUPTED" : code == EXIT_CHECK_FAILED ? "FAIL" : "ERROR";
}

double report_us(const struct run *run, uint64_t clk) { return 1e-6 * (double)record_time_ps(clk, run->config.clock_hz); }

bool report_case_on(const struct run *run, const struct scenario_result *r, int board) {
    return board < SCOREBOARDS ? scoreboards_verdict(&run->board.scoreboards, board)->on : r->board[board].checks > 0;
}

void report_value(const struct mismatch *m, uint32_t value, char *text, size_t size) {
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

void report_rerun_command(const struct run *run, const struct scenario_result *r, char *text, size_t size) {
    char name[2 * sizeof r->name + 8];
    report_quote(r->name, name, sizeof name);
    if (run->platform)
        snprintf(text, size, "%s", run->rerun);
    else if (strcmp(r->name, "random") == 0)
        snprintf(text, size, "%s%s --random %u --waves all --out out/rerun", run->rerun,
                 strstr(run->rerun, "stimulus.scenarios=[]") ? "" : " --set 'stimulus.scenarios=[]'", run->config.random.transfers);
    else
        snprintf(text, size, "%s --scenario %s --waves all --out out/rerun", run->rerun, name);
}

// gtkwave WAVES VIEW
static void look_at(const char *waves, char *text, size_t size) {
    char word[CONFIG_PATH + 64], quoted[2 * sizeof word];
    report_quote(waves, quoted, sizeof quoted);
    int at = snprintf(text, size, "gtkwave %s ", quoted);
    run_view_name(waves, word, sizeof word);
    report_quote(word, quoted, sizeof quoted);
    snprintf(text + at, size - (size_t)at, "%s", quoted);
}

void report_look_command(const struct run *run, const struct mismatch *m, char *text, size_t size) {
    char word[CONFIG_PATH + 64], quoted[2 * sizeof word];
    if (checkpoint_shows(run, m->clk)) {
        look_at(run->mismatch_vcd, text, size);
    } else if (run->wave_until && m->clk >= run->wave_from && m->clk <= run->wave_until) {
        look_at(run->wave_file, text, size);
    } else if (run->platform && run->out[0] == '\0') {
        text[0] = '\0';
    } else if (run->platform) {
        snprintf(word, sizeof word, "%s/recorder.vcd", run->out);
        report_quote(word, quoted, sizeof quoted);
        snprintf(text, size, "gtkwave %s", quoted);
    } else {
        snprintf(text, size, "gtkwave out/rerun/waves.%s out/rerun/waves.gtkw", run->config.format == FORMAT_FST ? "fst" : "vcd");
    }
}

// ---- report.json ----------------------------------------------------------------------------------------------------

static cJSON *mismatch_json(const struct run *run, const struct scenario_result *r, int board) {
    const struct mismatch *m = &r->board[board].first;
    char text[4400];
    cJSON *j = cJSON_CreateObject();
    cJSON_AddStringToObject(j, "scoreboard", report_board_name(board));
    cJSON_AddStringToObject(j, "scenario", r->name);
    cJSON_AddNumberToObject(j, "clk", (double)m->clk);
    cJSON_AddNumberToObject(j, "time_ns", (double)(record_time_ps(m->clk, run->config.clock_hz) / 1000));
    cJSON_AddStringToObject(j, "socket", report_socket_name(run, m->socket));
    cJSON_AddStringToObject(j, "pin", m->pin);
    report_value(m, m->expected, text, sizeof text);
    cJSON_AddStringToObject(j, "expected", text);
    report_value(m, m->seen, text, sizeof text);
    cJSON_AddStringToObject(j, "seen", text);
    cJSON_AddStringToObject(j, "what", m->what);
    cJSON_AddStringToObject(j, "clause", m->clause);
    cJSON_AddStringToObject(j, "place", m->place);
    report_rerun_command(run, r, text, sizeof text);
    cJSON_AddStringToObject(j, "rerun", text);
    return j;
}

static cJSON *scenario_json(const struct run *run, const struct scenario_result *r, cJSON *failures) {
    cJSON *j = cJSON_CreateObject(), *boards = cJSON_CreateObject();
    cJSON_AddStringToObject(j, "name", r->name);
    cJSON_AddStringToObject(j, "result", report_result_word(r->result));
    cJSON_AddNumberToObject(j, "start_clk", (double)r->start_clk);
    cJSON_AddNumberToObject(j, "end_clk", (double)r->end_clk);
    if (r->message[0])
        cJSON_AddStringToObject(j, "message", r->message);
    for (int i = 0; i <= SCOREBOARDS; i++) {
        cJSON *one = cJSON_AddObjectToObject(boards, report_board_name(i));
        cJSON_AddNumberToObject(one, "checks", (double)r->board[i].checks);
        cJSON_AddNumberToObject(one, "failures", (double)r->board[i].failures);
        if (r->board[i].first.valid)
            cJSON_AddItemToArray(failures, mismatch_json(run, r, i));
    }
    cJSON_AddItemToObject(j, "scoreboards", boards);
    report_timing_scenario_json(r, j);
    return j;
}

static cJSON *failed_checks_json(const struct verdict *v) {
    cJSON *list = cJSON_CreateArray();
    for (unsigned i = 0; i < VERDICT_CHECKS && v->failed[i].count; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "check", v->failed[i].check);
        cJSON_AddStringToObject(one, "pin", v->failed[i].pin);
        cJSON_AddNumberToObject(one, "count", (double)v->failed[i].count);
        cJSON_AddItemToArray(list, one);
    }
    return list;
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
        cJSON_AddItemToObject(one, "failed_checks", failed_checks_json(v));
        cJSON_AddItemToArray(boards, one);
    }
    cJSON_AddItemToObject(j, "scoreboards", boards);
    cJSON_AddItemToObject(j, "timing", report_timing_json(run));
    for (unsigned i = 0; i < run->result_count; i++)
        cJSON_AddItemToArray(list, scenario_json(run, &run->results[i], failures));
    cJSON_AddItemToObject(j, "failures", failures);
    cJSON_AddItemToObject(j, "scenarios", list);
    cJSON_AddItemToObject(j, "waveform_digest", digests_json(run));
    return j;
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
        junit_write(run, o.file);
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
    if (good && run->coverage.board && (good = output_open(&o, run, "coverage.json")))
        good = output_close(&o, coverage_write(&run->coverage, o.file));
    if (good && (good = output_open(&o, run, "report.html"))) // the last one: it lists the others
        good = output_close(&o, report_html_write(run, code, o.file));
    return good;
}

// ---- Terminal -------------------------------------------------------------------------------------------------------

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
        card_print(run, r, board, card_colour(out), out);
        if (run->out[0])
            fprintf(out, "  report    %s/report.html\n", run->out);
    }
    summary_print(run, code, out);
}
