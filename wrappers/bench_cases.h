// SPDX-License-Identifier: Apache-2.0
//
// How one case of the bench runs: lockstep on a board, or the bare RTL fed with what was recorded of it. See bench.cpp.
#ifndef TWINWIRE_BENCH_CASES_H
#define TWINWIRE_BENCH_CASES_H

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <time.h>
#include <type_traits>
#include <unistd.h>
#include <vector>

#include "../tb/run.h"
extern "C" {
#include "../tb/random.h"
}
#include "Vbare_fed.h"
#include "Vbare_ports.h"
#include "dpi.h"
#include "verilated.h"
#include "verilator_engine.h"

namespace bench {

enum which { A1, A2, B, B2, B3, C, D, CASES };
inline const char *const keys[CASES] = {"a1", "a2", "b", "b2", "b3", "c", "d"};
struct Seconds {
    double cpu, wall;
};

inline Seconds now() {
    timespec cpu, wall;
    rusage ended; // what checkpoints used, as soon as they are gone
    getrusage(RUSAGE_CHILDREN, &ended);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
    clock_gettime(CLOCK_MONOTONIC, &wall);
    double children = double(ended.ru_utime.tv_sec + ended.ru_stime.tv_sec) + 1e-6 * double(ended.ru_utime.tv_usec + ended.ru_stime.tv_usec);
    return {double(cpu.tv_sec) + 1e-9 * double(cpu.tv_nsec) + children, double(wall.tv_sec) + 1e-9 * double(wall.tv_nsec)};
}

inline Seconds since(const Seconds &start) {
    Seconds end = now();
    return {end.cpu - start.cpu, end.wall - start.wall};
}

// Every pin of the board that the bare RTL has too, in one word.
inline uint64_t pins_word(bool scl, bool sda, bool ack, bool irq, unsigned dat, unsigned int_n, unsigned ports) {
    return uint64_t(scl) | uint64_t(sda) << 1 | uint64_t(ack) << 2 | uint64_t(irq) << 3 | uint64_t(dat) << 4 | uint64_t(int_n) << 12 |
           uint64_t(ports) << 16;
}

struct Digest {
    uint64_t last = 0, value = 14695981039346656037u;
    void add(uint64_t clk, uint64_t pins) {
        if (pins == last || clk < 2) // the first edge resets everything
            return;
        last = pins;
        value = ((value ^ clk) * 0x100000001b3u ^ pins) * 0x100000001b3u;
    }
};

// What C put out during a lockstep run: `word` from the edge `clk` on; and what the pins then did.
struct Traffic {
    struct Change {
        uint64_t clk, word;
    };
    std::vector<Change> changes;
    uint64_t clks = 0, bytes = 0;
    Digest digest;
};

const uint64_t first_word = uint64_t(3) << C_SCL_SHIFT | uint64_t(0xffffffff) << C_PINS_SHIFT; // before the first edge, as in tb_top.sv
inline uint64_t fed_word; // what bench_word() of bare_top.sv returns
inline uint32_t straps[RECORD_SOCKETS];

// An engine that stops the one behind it at every clock, or at every power of ten, to look.
struct Tap {
    engine inner;
    Traffic *traffic;
    bool memory;
    uint64_t next;
};

inline long resident_kib() {
    long pages = 0;
    if (std::FILE *f = std::fopen("/proc/self/statm", "r")) {
        if (std::fscanf(f, "%*s %ld", &pages) != 1)
            pages = 0;
        std::fclose(f);
    }
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

inline uint64_t board_pins(uint64_t rtl) {
    unsigned t0 = unsigned(rtl >> RTL_TGT_SHIFT), t1 = unsigned(rtl >> (RTL_TGT_SHIFT + TGT_BITS));
    return pins_word(rtl >> RTL_SCL_SHIFT & 1, rtl >> RTL_SDA_SHIFT & 1, rtl & CTL_ACK, rtl & CTL_IRQ, rtl >> CTL_DAT_SHIFT & 0xff,
                     unsigned((t0 & TGT_INT_N) != 0) | unsigned((t1 & TGT_INT_N) != 0) << 1,
                     (t0 >> TGT_PORT_SHIFT & 0xff) | (t1 >> TGT_PORT_SHIFT & 0xff) << 8);
}

inline void tap_run(void *ctx, board *b, uint64_t until) {
    Tap *tap = static_cast<Tap *>(ctx);
    while (b->clk < until && b->stop == BOARD_GO) {
        if (tap->memory) {
            tap->inner.run(tap->inner.ctx, b, std::min(until, tap->next));
            if (b->clk == tap->next) {
                std::printf("  %12llu clocks  %8ld KiB resident\n", static_cast<unsigned long long>(b->clk), resident_kib());
                std::fflush(stdout);
                tap->next *= 10;
            }
            continue;
        }
        uint64_t clk = b->clk;
        tap->inner.run(tap->inner.ctx, b, clk + 1);
        if (tap->traffic->changes.empty() || tap->traffic->changes.back().word != b->out)
            tap->traffic->changes.push_back({clk, b->out});
        tap->traffic->digest.add(clk, board_pins(b->rtl));
    }
}

inline void tap_trace(void *, waves *) {}

[[gnu::noinline]] inline Seconds time_lockstep(run *r) {
    Seconds start = now();
    run_power(r, false);
    run_power(r, true);
    random_run(r);
    scoreboards_finish(&r->board.scoreboards, r->board.clk);
    checkpoint_finish(r);
    return since(start);
}

// One lockstep run of `clks` clocks with random transfers.
struct Lockstep {
    std::unique_ptr<run> r = std::make_unique<run>();
    std::vector<record> ring;
    scenario_result result = {};
    std::FILE *log = nullptr;
    uint64_t bytes = 0;
    Seconds seconds = {};

    Lockstep(const config &c, which kind, uint64_t clks, const std::string &vcd, Tap *tap = nullptr) : ring(c.ring) {
        std::memset(static_cast<void *>(r.get()), 0, sizeof *r);
        r->config = c;
        for (unsigned s = 0; s <= c.targets && kind != B2; s++) {
            config_socket &socket = r->config.socket[s];
            socket.drives = kind == D ? TWIN_C : TWIN_RTL;
            socket.present[TWIN_RTL] = kind != D;
            socket.present[TWIN_C] = true;
        }
        r->config.random.transfers = ~0u;
        r->limit_clk = r->end_clk = clks;
        r->now = &result;
        if (const char *wrong = board_init(&r->board, &r->config)) {
            std::fprintf(stderr, "twinwire-bench: %s: %s\n", c.file, wrong);
            std::exit(EXIT_USER);
        }
        recorder_init(&r->board.recorder, ring.data(), c.ring);
        log = std::fopen("/dev/null", "w");
        transactions_init(&r->transactions, log, c.clock_hz);
        transactions_listen(&r->transactions, &r->board);
        board_listener bytes_heard{};
        bytes_heard.ctx = &bytes;
        bytes_heard.symbol = [](void *ctx, const symbol *s) {
            *static_cast<uint64_t *>(ctx) += s->kind == SYMBOL_ACK || s->kind == SYMBOL_NACK;
        };
        board_listen(&r->board, &bytes_heard);
        dpi_bind(&r->board, &r->config);
        r->config.checkpoints = kind == B3;
        checkpoint_init(r.get());
        checkpoint_start(r.get());
        engine e = kind == D ? model_engine : verilator_engine_new(&r->board);
        r->engine = e;
        if (tap) {
            tap->inner = e;
            r->engine = engine{tap, tap_run, tap_trace};
        }
        if (kind == C)
            r->waves = waves_new(&r->board, config_bit_clks(&c));
        bool good = kind != C || run_waves_open(r.get(), vcd.c_str()) == 0;
        seconds = time_lockstep(r.get());
        good = good && (kind != C || run_waves_close(r.get()) == 0);
        waves_delete(r->waves);
        if (kind != D)
            verilator_engine_delete(&e);
        if (!good) {
            std::fprintf(stderr, "twinwire-bench: %s: the waveform could not be written\n", vcd.c_str());
            std::exit(EXIT_ENVIRONMENT);
        }
        check(kind, clks);
    }
    Lockstep(const Lockstep &) = delete;
    Lockstep &operator=(const Lockstep &) = delete;
    ~Lockstep() {
        if (log)
            std::fclose(log);
    }

    // A benchmark of a run that fails, ends early or checks nothing measures nothing.
    void check(which kind, uint64_t clks) const {
        bool good = r->board.clk == clks && r->checkpoints.made == (kind == B3 ? 1 + clks / r->config.checkpoint_clks : 0);
        for (int i = 0; i < SCOREBOARDS; i++) {
            const verdict *v = scoreboards_verdict(&r->board.scoreboards, static_cast<scoreboard>(i));
            good = good && v->failures == 0 && (v->checks > 0 || !v->on);
        }
        if (good)
            return;
        std::fprintf(stderr, "twinwire-bench: case %s did not pass its checks at %llu clocks\n", keys[kind],
                     static_cast<unsigned long long>(r->board.clk));
        std::exit(EXIT_CHECK_FAILED);
    }
};

template <class Top>
struct Bare {
    VerilatedContext context;
    Top top{&context};
    static constexpr bool fed = std::is_same<Top, Vbare_fed>::value;

    Bare() {
        top.clk_i = 0;
        top.word_i = fed_word = first_word;
        top.eval();
    }
    ~Bare() { top.final(); }

    void clocks(uint64_t count) {
        while (count--) {
            top.clk_i = 1;
            top.eval();
            top.clk_i = 0;
            top.eval();
        }
    }
    // A change is what C puts out at edge `clk`: fetched at that edge, or on the ports after it.
    void replay(const Traffic &t) {
        uint64_t clk = 0;
        for (const Traffic::Change &change : t.changes) {
            uint64_t at = change.clk + !fed;
            clocks(at - clk);
            clk = at;
            if (fed)
                fed_word = change.word;
            else
                top.word_i = change.word;
        }
        clocks(t.clks - clk);
    }
    // The same, looking at the pins before every edge.
    uint64_t verify(const Traffic &t) {
        Digest digest;
        size_t next = 0;
        for (uint64_t clk = 0; clk < t.clks; clk++) {
            if (next < t.changes.size() && t.changes[next].clk + !fed == clk)
                (fed ? fed_word : top.word_i) = t.changes[next++].word;
            top.eval();
            digest.add(clk, pins_word(top.scl_o, top.sda_o, top.ack_o, top.irq_o, top.dat_o, top.int_no, top.port_o));
            clocks(1);
        }
        return digest.value;
    }
};

// Not inlined, like time_lockstep: a name for profilers.
template <class Top>
[[gnu::noinline]] Seconds time_bare(const Traffic &t) {
    Bare<Top> bare;
    Seconds start = now();
    bare.replay(t);
    return since(start);
}

} // namespace bench

#endif
