// SPDX-License-Identifier: Apache-2.0
//
// The C side of tb_top.sv's imports. A DPI function has no argument for "which board", so the one that runs is bound here.
#ifndef TWINWIRE_DPI_H
#define TWINWIRE_DPI_H

#include "../tb/board.h"

#ifdef __cplusplus
extern "C" {
#endif

void dpi_bind(struct board *b, const struct config *c);

#ifdef __cplusplus
}
#endif
#endif
