// SPDX-License-Identifier: Apache-2.0
#include "verilator_engine.h"

#ifdef TWINWIRE_COVERAGE
#include <cerrno>
#include <cstring>
#include <fstream>
#include <unistd.h>
#endif

#include <cstdio>
#include <memory>
#include <string>

#include "Vtb_top.h"
#include "verilated.h"
#ifdef TWINWIRE_COVERAGE
#include "verilated_cov.h"
#endif
#include "verilated_vcd_c.h"

namespace {

// What Verilator writes goes to the waves instead of a file: its head once, then one piece a time.
class WaveText final : public VerilatedVcdFile {
public:
    void to(waves *w) { waves_ = w; }
    void at(uint64_t ps) { time_ = ps; }
    bool open(const std::string &) override {
        head_ = true;
        return true;
    }
    void close() override {}
    ssize_t write(const char *text, ssize_t length) override {
        if (head_)
            waves_head(waves_, text, static_cast<size_t>(length));
        else
            waves_changes(waves_, time_, text, static_cast<size_t>(length));
        head_ = false;
        return length;
    }

private:
    waves *waves_ = nullptr;
    uint64_t time_ = 0;
    bool head_ = true;
};

struct Engine {
    VerilatedContext context;
    std::unique_ptr<Vtb_top> top;
    WaveText text;
    std::unique_ptr<VerilatedVcdC> vcd;
    uint64_t clock_hz = 1;
    const board *of = nullptr;

    void dump(uint64_t ps) {
        text.at(ps);
        vcd->dump(ps);
        vcd->flush();
    }
};

// One clock, with both edges of clk_i.
inline void turn(Engine *e, const board *b) {
    Vtb_top *top = e->top.get();
    if (!e->vcd) {
        top->clk_i = 1;
        top->eval();
        top->clk_i = 0;
        top->eval();
        return;
    }
    // The edge that ends sample n is where sample n + 1 begins: times in the waveform are those of the records.
    uint64_t now = record_time_ps(b->clk + 1, e->clock_hz), next = record_time_ps(b->clk + 2, e->clock_hz);
    top->clk_i = 1;
    top->eval();
    e->dump(now);
    top->clk_i = 0;
    top->eval();
    e->dump(now + (next - now) / 2);
}

void run(void *ctx, board *b, uint64_t until) {
    while (b->clk < until && b->stop == BOARD_GO)
        turn(static_cast<Engine *>(ctx), b);
}

void trace(void *ctx, waves *w) {
    Engine *e = static_cast<Engine *>(ctx);
    if (e->vcd)
        e->vcd->close();
    e->vcd.reset();
    if (!w)
        return;
    e->text.to(w);
    e->vcd = std::make_unique<VerilatedVcdC>(&e->text);
    e->top->trace(e->vcd.get(), 99);
    e->vcd->open("waves");
    e->vcd->flush();
    if (e->of->clk > 0)
        e->dump(record_time_ps(e->of->clk, e->clock_hz));
}

} // namespace

bool verilator_engine_fits(const config *c) {
    bool good = true;
    for (unsigned t = TWINWIRE_RTL_TARGETS; t < c->targets; t++) {
        const config_socket &socket = c->socket[1 + t];
        if (!socket.present[TWIN_RTL])
            continue;
        good = false;
        std::fprintf(stderr, "%s:%d: target \"%s\" has an RTL twin, and this build has places for those of the first %d targets only: give it "
                             "drives = \"c\"; shadows = [], or build with CMake's -DTWINWIRE_RTL_TARGETS=%u\n",
                     c->file, socket.line, socket.name, TWINWIRE_RTL_TARGETS, c->targets);
    }
    return good;
}

engine verilator_engine_new(board *b) {
    Engine *e = new Engine;
    e->context.threads(1); // or it starts one a core, to do nothing, and a forked copy of the run would lack them
    e->context.randSeed(1); // nothing uses it; without a seed it would not be fixed
    e->context.traceEverOn(true);
    e->context.timeunit(-12);
    e->context.timeprecision(-12);
    e->top = std::make_unique<Vtb_top>(&e->context);
    e->clock_hz = b->shape.clock_hz;
    e->of = b;
    e->top->clk_i = 0;
    e->top->eval();
    return engine{e, run, trace};
}

void verilator_engine_delete(engine *e) {
    Engine *own = static_cast<Engine *>(e->ctx);
    own->top->final();
    delete own;
    e->ctx = nullptr;
}

#ifdef TWINWIRE_COVERAGE
bool verilator_engine_coverage(engine *e, const char *file) {
    const std::string part = std::string(file) + ".part";
    std::ofstream(part.c_str()).close();
    bool good = access(part.c_str(), W_OK) == 0; // Verilator would abort
    if (good) {
        VerilatedCovContext *counts = static_cast<Engine *>(e->ctx)->context.coveragep();
        counts->forcePerInstance(true); // a bit that moves once in each of two instances has not moved back in either
        counts->write(part.c_str());
        std::ifstream in(part, std::ios::binary | std::ios::ate);
        std::streamoff length = in.tellg();
        good = length > 1 && in.seekg(length - 1) && in.get() == '\n' && std::rename(part.c_str(), file) == 0;
    }
    if (!good) {
        std::fprintf(stderr, "twinwire: %s: not written whole: %s\n", file, std::strerror(errno));
        std::remove(part.c_str());
    }
    return good;
}
#endif

const char *verilator_engine_version(void) {
    static const std::string text = std::string(Verilated::productName()) + " " + Verilated::productVersion();
    return text.c_str();
}

void verilator_engine_clock(engine *e, board *b) { turn(static_cast<Engine *>(e->ctx), b); }
