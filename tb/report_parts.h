// SPDX-License-Identifier: Apache-2.0
//
// What the writers of reports share; nobody else includes this.
#ifndef TWINWIRE_REPORT_PARTS_H
#define TWINWIRE_REPORT_PARTS_H

#include "report.h"

#ifdef __cplusplus
extern "C" {
#endif

const char *report_result_word(enum result result);  // "pass", "fail", ...
const char *report_board_name(int board);            // "lines", ..., "scenario"
const char *report_socket_name(const struct run *run, int socket); // "ctl", "u1", ..., "bus"
const char *report_verdict_word(int code);           // "PASS", "FAIL", "INTERRUPTED", "ERROR"
double report_us(const struct run *run, uint64_t clk);

// "0 (low)", "0xa5", or "" when the rule itself says it.
void report_value(const struct mismatch *m, uint32_t value, char *text, size_t size);

// The command that shows this scenario again, with waves.
void report_rerun_command(const struct run *run, const struct scenario_result *r, char *text, size_t size);

// The command that opens a viewer on the mismatch: on the waves that this run has of it, else on those of report_rerun_command.
// "": the run has no folder.
void report_look_command(const struct run *run, const struct mismatch *m, char *text, size_t size);

// A scoreboard that is on, or a scenario with expectations.
bool report_case_on(const struct run *run, const struct scenario_result *r, int board);

// Bus timing (report_timing.c): report.json, report.html, and the terminal.
struct cJSON;
struct cJSON *report_timing_json(const struct run *run);
void report_timing_scenario_json(const struct scenario_result *r, struct cJSON *scenario);
void report_timing_html(const struct run *run, FILE *out);
void report_timing_print(const struct run *run, FILE *out);          // the table
void report_timing_warnings(const struct run *run, FILE *out);       // a line a mode, if there are any

void junit_write(const struct run *run, FILE *out);
bool report_html_write(const struct run *run, int code, FILE *out); // false: out of memory

// `text` with everything escaped that has a meaning in XML or HTML, within quotes or without. What is no UTF-8, or no character that XML
// allows, comes out as U+FFFD.
void markup_put(FILE *out, const char *text);

#ifdef __cplusplus
}
#endif
#endif
