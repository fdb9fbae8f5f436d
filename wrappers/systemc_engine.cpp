// SPDX-License-Identifier: Apache-2.0
#include "systemc_engine.h"

#include <cstdlib>

#include <systemc>

#include "verilator_engine.h"

namespace {

// Calls the model at each rising edge, and pauses the simulation when the run wants its turn.
class Turner final : public sc_core::sc_module {
public:
    sc_core::sc_in<bool> clk{"clk"};
    engine verilator;
    uint64_t until = 0;

    SC_HAS_PROCESS(Turner);
    Turner(const sc_core::sc_module_name &name, board *b) : sc_module(name), verilator(verilator_engine_new(b)), board_(b) {
        SC_METHOD(edge);
        sensitive << clk.pos();
        dont_initialize();
    }
    bool over() const { return board_->clk >= until || board_->stop != BOARD_GO; }

private:
    board *board_;

    void edge() {
        verilator_engine_clock(&verilator, board_);
        if (over())
            sc_core::sc_pause();
    }
};

struct Engine {
    sc_core::sc_clock clk;
    Turner turner;
    // Edge n is at (n + 1) periods, where the waveform has it. SystemC counts whole ps: a period that is none is rounded, and sc_time_stamp()
    // runs away from the board's time by the rest at every clock. Nobody reads it: all files have their times from board.clk (record_time_ps).
    Engine(board *b, const sc_core::sc_time &period) : clk("clk", period, 0.5, period), turner("board", b) { turner.clk(clk); }
};

void run(void *ctx, board *, uint64_t until) {
    Engine *e = static_cast<Engine *>(ctx);
    e->turner.until = until;
    while (!e->turner.over())
        sc_core::sc_start();
}

void trace(void *ctx, waves *w) {
    engine &verilator = static_cast<Engine *>(ctx)->turner.verilator;
    verilator.trace(verilator.ctx, w);
}

} // namespace

engine systemc_engine_new(board *b) {
    double ps = 1e12 / static_cast<double>(b->shape.clock_hz);
    return engine{new Engine(b, sc_core::sc_time(ps, sc_core::SC_PS)), run, trace};
}

void systemc_engine_delete(engine *e) {
    Engine *own = static_cast<Engine *>(e->ctx);
    verilator_engine_delete(&own->turner.verilator);
    delete own;
    e->ctx = nullptr;
}

// The library's own main would print its banner first.
int main(int argc, char **argv) {
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
    return sc_core::sc_elab_and_sim(argc, argv);
}
