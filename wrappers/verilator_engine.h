// SPDX-License-Identifier: Apache-2.0
//
// The engine that runs tb_top under Verilator. dpi_bind must have been called.
#ifndef TWINWIRE_VERILATOR_ENGINE_H
#define TWINWIRE_VERILATOR_ENGINE_H

#include "../tb/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

struct engine verilator_engine_new(struct board *b);
void verilator_engine_delete(struct engine *e);
// One clock, whatever board.stop says: for those who are called by a clock of their own.
void verilator_engine_clock(struct engine *e, struct board *b);

#ifdef __cplusplus
}
#endif
#endif
