// SPDX-License-Identifier: Apache-2.0
//
// The engine that runs tb_top under Verilator. dpi_bind must have been called.
#ifndef TWINWIRE_VERILATOR_ENGINE_H
#define TWINWIRE_VERILATOR_ENGINE_H

#include "../tb/config.h"
#include "../tb/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

// Whether this build's tb_top has a place for every RTL twin of the board; if not, says so on stderr.
bool verilator_engine_fits(const struct config *c);

struct engine verilator_engine_new(struct board *b);
void verilator_engine_delete(struct engine *e);
// One clock, whatever board.stop says: for those who are called by a clock of their own.
void verilator_engine_clock(struct engine *e, struct board *b);

#ifdef TWINWIRE_COVERAGE // twinwire-coverage
// Writes what Verilator counted: lines, branches, toggles. Returns false, with a message, if that cannot be.
bool verilator_engine_coverage(struct engine *e, const char *file);
#endif

const char *verilator_engine_version(void); // "Verilator 5.006 ..."

#ifdef __cplusplus
}
#endif
#endif
