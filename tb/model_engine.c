// SPDX-License-Identifier: Apache-2.0
#include "engine.h"

#include <errno.h>

static void run(void *ctx, struct board *b, uint64_t until) {
    (void)ctx;
    while (b->clk < until && b->stop == BOARD_GO) {
        board_edge(b, 0); // no RTL: its word never changes
        if (b->wake > b->clk && b->stop == BOARD_GO)
            b->clk = b->wake < until ? b->wake : until;
    }
}

static int waves(void *ctx, const char *file) {
    (void)ctx;
    return file ? ENOTSUP : 0;
}

const struct engine model_engine = {.run = run, .waves = waves};
