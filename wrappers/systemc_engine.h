// SPDX-License-Identifier: Apache-2.0
//
// The engine of twinwire-systemc: the same board and the same Verilated model as the Verilator engine's, turned by an sc_clock.
// It is slower and gives the same bits; it shows that the board lives under SystemC's scheduler. dpi_bind must have been called.
#ifndef TWINWIRE_SYSTEMC_ENGINE_H
#define TWINWIRE_SYSTEMC_ENGINE_H

#include "../tb/engine.h"

struct engine systemc_engine_new(struct board *b);
void systemc_engine_delete(struct engine *e);

extern "C" int sc_main(int argc, char **argv); // what SystemC calls the program's start

#endif
