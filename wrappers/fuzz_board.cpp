// SPDX-License-Identifier: Apache-2.0
//
// The board with Verilated RTL: the bytes are the choices of the random stimulus (tb/steps.h), and every scoreboard must agree. Each input
// begins at power-up with a model of its own, so that it does the same whatever came before.
//
// TWINWIRE_FUZZ_TCL=FILE writes what is done as a scenario, a step at a time before it is done; TWINWIRE_FUZZ_DIGEST says on stderr what was
// on the wires; TWINWIRE_FAULT names the seeded fault that is on.
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "../tb/fuzz/fuzz.h"
#include "../tb/steps.h"
#include "dpi.h"
#include "verilator_engine.h"

#ifdef TWINWIRE_FAULTS
#include "../tb/fault.h"
#endif

extern const fuzz_target fuzz_board;

namespace {

enum { END_CLK = 60000 };

config c;

void init() {
    if (!config_load(&c, TWINWIRE_TB_FOLDER "/fuzz/board.cfg", nullptr, 0, stderr) || !verilator_engine_fits(&c))
        fuzz_finding("tb/fuzz/board.cfg is wrong");
#ifdef TWINWIRE_FAULTS
    const char *fault = std::getenv("TWINWIRE_FAULT");
    if (fault && !fault_select(fault))
        fuzz_finding("there is no fault %s", fault);
#endif
}

void check(run &r, const char *step) {
    for (int i = 0; i <= SCOREBOARDS; i++) {
        const verdict *v = i < SCOREBOARDS ? scoreboards_verdict(&r.board.scoreboards, static_cast<scoreboard>(i)) : nullptr;
        const mismatch &m = v ? v->first : r.now->board[SCOREBOARDS].first;
        if (v ? v->failures : r.now->board[SCOREBOARDS].failures)
            fuzz_finding("%s: clk %" PRIu64 ", %s.%s: %s%s%s (step: %s)", v ? scoreboard_name(static_cast<scoreboard>(i)) : "expectation", m.clk,
                         m.socket < 0 ? "bus" : r.config.socket[m.socket].name, m.pin, m.what, m.place[0] ? ", " : "", m.place, step);
    }
}

void digest(const run &r) {
    if (!std::getenv("TWINWIRE_FUZZ_DIGEST"))
        return;
    std::fprintf(stderr, "digest");
    for (uint64_t level : r.board.digest)
        std::fprintf(stderr, " %016" PRIx64, level);
    for (int i = 0; i < SCOREBOARDS; i++)
        std::fprintf(stderr, " %" PRIu64, scoreboards_verdict(&r.board.scoreboards, static_cast<scoreboard>(i))->checks);
    std::fprintf(stderr, " clk %" PRIu64 "\n", r.board.clk);
}

void steps(run &r, choices &from) {
    static step now;
    const char *path = std::getenv("TWINWIRE_FUZZ_TCL");
    std::unique_ptr<std::FILE, int (*)(std::FILE *)> tcl(path ? std::fopen(path, "w") : nullptr, std::fclose);
    if (tcl)
        std::fprintf(tcl.get(), "# From choices of the fuzzer; on the board of tb/fuzz/board.cfg.\nviolates any\n");
    while (!run_over(&r) && step_pick(&now, &from, &c)) {
        if (tcl) {
            std::fprintf(tcl.get(), "# %s\n", step_name(now.kind));
            step_print(tcl.get(), &c, &now);
            std::fflush(tcl.get());
        }
        run_limit(&r);
        step_do(&r, &now);
        check(r, step_name(now.kind));
    }
}

void one(const uint8_t *bytes, size_t size) {
    static run r;
    choices from;
    choices_of_bytes(&from, bytes, size);
    fuzz_run_init(&r, &c);
    dpi_bind(&r.board, &r.config);
    engine verilated = verilator_engine_new(&r.board);
    fuzz_run_engine(&r, verilated, END_CLK);
    r.now = &r.results[r.result_count++];
    run_limit(&r);
    run_power(&r, false);
    run_power(&r, true);
    steps(r, from);
    if (!run_over(&r))
        run_clks(&r, run_ns_to_clks(&r, 20000)); // longer than any window that a judge waits for
    scoreboards_finish(&r.board.scoreboards, r.board.clk);
    check(r, "the end");
    digest(r);
    verilator_engine_delete(&verilated);
}

} // namespace

const fuzz_target fuzz_board = {"board", init, one};
