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
const char *verilator_engine_version(); // "Verilator 5.006 2023-01-22"
void verilator_engine_delete(struct engine *e);

#ifdef __cplusplus
}
#endif
#endif
