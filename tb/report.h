// SPDX-License-Identifier: Apache-2.0
//
// What a run leaves: report.json, junit.xml, recorder.vcd in the output folder; the table of scoreboards and the mismatch card on the terminal.
#ifndef TWINWIRE_REPORT_H
#define TWINWIRE_REPORT_H

#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

// Writes all files (each first beside its place, then renamed, so that none is ever seen half-written). Returns false, with a message, if one
// could not be written whole.
bool report_write(const struct run *run, int code);

// The card of the first mismatch (nothing if there is none), and what summary.h says.
void report_print(const struct run *run, int code, FILE *out);

// `text` as one word of a shell command, quoted if it has to be.
void report_quote(const char *text, char *quoted, size_t size);

#ifdef __cplusplus
}
#endif
#endif
