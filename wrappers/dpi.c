// SPDX-License-Identifier: Apache-2.0
#include "dpi.h"

static struct board *board;
static const struct config *config;

unsigned long long twinwire_edge(unsigned long long rtl);
unsigned twinwire_straps(unsigned socket);

void dpi_bind(struct board *b, const struct config *c) {
    board = b;
    config = c;
}

unsigned long long twinwire_edge(unsigned long long rtl) { return board_edge(board, rtl); }

unsigned twinwire_straps(unsigned socket) { return socket <= board->shape.targets ? board_straps(board, socket, config) : 0; }
