// SPDX-License-Identifier: Apache-2.0
// Contract 2: line conditioning. The booked-flip model is compared with a plain shift-register one.
#include "../../cmodel/i2c_symbols.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <vector>

namespace {

struct Rng {  // xorshift64*
    uint64_t s;
    uint64_t next() { s ^= s >> 12; s ^= s << 25; s ^= s >> 27; return s * 0x2545F4914F6CDD1Dull; }
    uint64_t below(uint64_t n) { return (next() >> 33) % n; }
};

struct Event {
    uint64_t clk;
    i2c_symbol symbol;
    bool operator==(const Event &o) const { return clk == o.clk && symbol == o.symbol; }
};
std::ostream &operator<<(std::ostream &os, const Event &e) { return os << "{" << e.clk << "," << e.symbol << "}"; }

struct Sample { bool scl, sda; };

// The contract word for word: two flops, then N equal samples, then now and prev.
struct NaiveLine {
    int n;
    bool s1 = true, s2 = true, now = true, prev = true;
    std::deque<bool> last;
    explicit NaiveLine(int n) : n(n), last(n, true) {}
    void edge(bool raw) {
        prev = now;
        last.push_back(s2);
        last.pop_front();
        bool all = true;
        for (bool b : last) all = all && b != now;
        if (all) now = !now;
        s2 = s1;
        s1 = raw;
    }
};

std::vector<Event> naive(int n, uint64_t m, const std::vector<Sample> &wave) {
    NaiveLine scl(n), sda(n);
    std::vector<Event> events;
    for (size_t i = 0; i < wave.size(); i++) {
        uint64_t clk = m + i;
        if (clk >= m + n + 3) {
            if (scl.now != scl.prev) events.push_back({clk, scl.now ? I2C_RISE : I2C_FALL});
            else if (scl.now && sda.now != sda.prev) events.push_back({clk, sda.now ? I2C_STOP : I2C_START});
        }
        scl.edge(wave[i].scl);
        sda.edge(wave[i].sda);
    }
    return events;
}

// skip: 0 = every edge, 1 = on change or wake (all symbols), 2 = on change or wake (START and STOP only)
std::vector<Event> booked(int n, uint64_t m, const std::vector<Sample> &wave, int skip, int *late = nullptr) {
    i2c_symbols s;
    i2c_symbols_init(&s, n);
    std::vector<Event> events;
    uint64_t wake = 0;
    for (size_t i = 0; i < wave.size(); i++) {
        uint64_t clk = m + i;
        bool changed = i == 0 || wave[i].scl != wave[i - 1].scl || wave[i].sda != wave[i - 1].sda;
        if (skip && !changed && clk < wake) continue;
        i2c_symbols_release(&s, clk);
        for (uint64_t t; (t = i2c_symbols_due(&s)) <= clk;) {
            i2c_symbol e = i2c_symbols_take(&s, t);
            if (e != I2C_NONE) events.push_back({t, e});
            bool matters = skip == 1 ? e != I2C_NONE : e == I2C_START || e == I2C_STOP;
            if (late && matters && t < clk) ++*late;
        }
        i2c_symbols_sample(&s, clk, wave[i].scl, wave[i].sda);
        wake = i2c_symbols_wake(&s, skip == 1);
    }
    for (uint64_t t; (t = i2c_symbols_due(&s)) < m + wave.size();) {  // slept through up to the last edge
        i2c_symbol e = i2c_symbols_take(&s, t);
        if (e != I2C_NONE) events.push_back({t, e});
    }
    return events;
}

std::vector<Sample> wave_of(std::initializer_list<std::pair<Sample, int>> runs) {
    std::vector<Sample> w;
    for (auto &r : runs) w.insert(w.end(), r.second, r.first);
    return w;
}

const Sample HH{true, true}, LH{false, true}, HL{true, false}, LL{false, false};

TEST(SpikeFilter, LevelKeptReactsNPlus2AfterItsFirstSample) {
    for (int n : {1, 2, 4, 7, 63}) {
        auto w = wave_of({{HH, 100}, {LH, 100}, {HH, 100}});
        uint64_t m = 1000, E = m + 100;
        EXPECT_EQ(booked(n, m, w, 0), (std::vector<Event>{{E + n + 2, I2C_FALL}, {E + 100 + n + 2, I2C_RISE}})) << n;
    }
}

TEST(SpikeFilter, PulseOfNMinus1SamplesVanishes) {
    for (int n : {2, 3, 4, 7, 63})
        EXPECT_TRUE(booked(n, 5, wave_of({{HH, 100}, {LH, n - 1}, {HH, 100}, {HL, n - 1}, {HH, 100}}), 0).empty()) << n;
}

TEST(SpikeFilter, PulseOfNSamplesPassesWithItsWidth) {
    for (int n : {1, 2, 3, 4, 7, 63}) {
        uint64_t E = 5 + 100;
        EXPECT_EQ(booked(n, 5, wave_of({{HH, 100}, {LH, n}, {HH, 100}}), 0),
                  (std::vector<Event>{{E + n + 2, I2C_FALL}, {E + 2 * n + 2, I2C_RISE}})) << n;
    }
}

TEST(SpikeFilter, InterruptedLevelStartsCountingAgain) {
    auto w = wave_of({{HH, 50}, {LH, 3}, {HH, 1}, {LH, 4}, {HH, 50}});
    EXPECT_EQ(booked(4, 0, w, 0), (std::vector<Event>{{54 + 6, I2C_FALL}, {58 + 6, I2C_RISE}}));
}

TEST(SpikeFilter, StartAndStopNeedSclHighBeforeAndAfter) {
    auto w = wave_of({{HH, 50}, {HL, 50}, {LL, 50}, {LH, 50}, {LL, 50}, {HL, 50}, {HH, 50}});
    EXPECT_EQ(booked(4, 0, w, 0), (std::vector<Event>{{56, I2C_START}, {106, I2C_FALL}, {256, I2C_RISE}, {306, I2C_STOP}}));
}

TEST(SpikeFilter, SclWinsWhenBothLinesMoveInOneClock) {
    EXPECT_EQ(booked(4, 0, wave_of({{HH, 50}, {LL, 50}, {HH, 50}}), 0),
              (std::vector<Event>{{56, I2C_FALL}, {106, I2C_RISE}}));
}

TEST(SpikeFilter, LineLowWhenResetEndsMakesNoSymbol) {
    for (int n : {1, 4, 7}) {
        // First sampled low at m reacts at m+N+2, which is the last unsettled edge; one later is reported.
        EXPECT_TRUE(booked(n, 7, wave_of({{HL, 100}}), 0).empty());
        EXPECT_TRUE(booked(n, 7, wave_of({{LL, 100}}), 0).empty());
        EXPECT_EQ(booked(n, 7, wave_of({{HH, 1}, {HL, 100}}), 0), (std::vector<Event>{{7u + n + 3, I2C_START}}));
        EXPECT_EQ(booked(n, 7, wave_of({{HL, 50}, {HH, 50}}), 0), (std::vector<Event>{{57u + n + 2, I2C_STOP}}));
    }
}

TEST(SpikeFilter, InitLeavesNoByteUndefined) {
    i2c_symbols a, b;
    memset(&a, 0x55, sizeof a);
    memset(&b, 0xAA, sizeof b);
    i2c_symbols_init(&a, 4);
    i2c_symbols_init(&b, 4);
    EXPECT_EQ(memcmp(&a, &b, sizeof a), 0);
}

TEST(SpikeFilter, EqualsTheShiftRegisterForRandomWaves) {
    Rng rng{0x1234567};
    size_t events = 0;
    for (int round = 0; round < 3000; round++) {
        int n = round % 5 < 4 ? 1 + round % 5 : 1 + (int)rng.below(63);
        std::vector<Sample> w;
        Sample s{rng.below(2) != 0, rng.below(2) != 0};
        while (w.size() < 600) {
            w.insert(w.end(), 1 + rng.below(rng.below(4) ? n + 2 : 3 * n + 4), s);
            if (rng.below(2)) s.scl = !s.scl;
            if (rng.below(2)) s.sda = !s.sda;
        }
        uint64_t m = rng.below(3) ? rng.below(1000) : 0;
        auto want = naive(n, m, w);
        events += want.size();
        int late1 = 0, late2 = 0;
        ASSERT_EQ(booked(n, m, w, 0), want) << "round " << round;
        ASSERT_EQ(booked(n, m, w, 1, &late1), want) << "round " << round;
        ASSERT_EQ(booked(n, m, w, 2, &late2), want) << "round " << round;
        ASSERT_EQ(late1 + late2, 0) << "round " << round;
    }
    EXPECT_GT(events, 50000u);
}

}  // namespace
