// SPDX-License-Identifier: Apache-2.0
// The target engine with a device that logs its callbacks: when each is called, and the drive bits around it.
#include "../../cmodel/i2c_target.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace {

struct Rng {
    uint64_t s;
    uint64_t next() { s ^= s >> 12; s ^= s << 25; s ^= s >> 27; return s * 0x2545F4914F6CDD1Dull; }
    uint64_t below(uint64_t n) { return (next() >> 33) % n; }
};

// Address 0x50; NACKs the data byte 0xEE; sends 0xC1, 0xC2, ...; stretches SCL for `stretch` clks at each pulse's end.
struct Device {
    i2c_target target;
    uint8_t next = 0xC1;
    uint64_t stretch = 0, release = UINT64_MAX;
    std::vector<std::string> log;
    void say(uint64_t clk, const std::string &s) { log.push_back(std::to_string(clk) + " " + s); }
};
Device &dev_of(void *d) { return *static_cast<Device *>(d); }
std::string rw(bool read) { return read ? "read" : "write"; }

const i2c_target_ops ops = {
    [](void *d, uint64_t clk, uint8_t a, bool r) { dev_of(d).say(clk, "address " + std::to_string(a) + " " + rw(r)); return a == 0x50; },
    [](void *d, uint64_t clk, uint8_t b) { dev_of(d).say(clk, "receive " + std::to_string(b)); return b != 0xEE; },
    [](void *d, uint64_t clk, bool r) { dev_of(d).say(clk, "pulse_start " + rw(r)); },
    [](void *d, uint64_t clk) { dev_of(d).say(clk, "send"); return dev_of(d).next++; },
    [](void *d, uint64_t clk, bool r) {
        Device &x = dev_of(d);
        x.say(clk, "pulse_end " + rw(r));
        if (x.stretch) { x.target.out.scl = false; x.release = clk + x.stretch; }
    },
    [](void *d, uint64_t clk, bool restart) { dev_of(d).say(clk, restart ? "restart" : "stop"); },
};

uint64_t step(Device &x, uint64_t clk, bool scl, bool sda) {
    uint64_t wake = i2c_target_step(&x.target, clk, scl, sda, &ops, &x);
    if (clk >= x.release) { x.target.out.scl = true; x.release = UINT64_MAX; }
    return std::min(wake, x.release);
}

const int N = 4, Q = 20;  // a quarter of an SCL period

struct Bench {
    Device x;
    uint64_t clk = 0;
    bool scl = true, sda = true;
    std::vector<std::pair<bool, bool>> out;  // scl, sda drive bits visible at each sample
    explicit Bench(int n = N) { i2c_target_init(&x.target, n); run(100); }
    void run(int k) {
        while (k--) {
            out.push_back({x.target.out.scl, x.target.out.sda});
            step(x, clk++, scl, sda);
        }
    }
    void start() { sda = true; run(Q); scl = true; run(Q); sda = false; run(Q); scl = false; run(Q); }
    void stop() { sda = false; run(Q); scl = true; run(Q); sda = true; run(Q); }
    // Returns the edge of the rise; SCL falls 2Q later.
    uint64_t bit(bool b) { sda = b; run(Q); scl = true; uint64_t e = clk; run(2 * Q); scl = false; run(Q); return e; }
    uint64_t bits(int value, int n = 8) { uint64_t e = 0; for (int i = n; i--;) e = bit(value >> i & 1); return e; }
    bool sda_at(uint64_t c) { return out.at(c).second; }
};
std::string at(uint64_t clk, const char *s) { return std::to_string(clk) + " " + s; }

TEST(I2cTarget, WriteCallsAtTheReactionEdges) {
    Bench b;
    b.start();
    uint64_t a8 = b.bits(0xA0), a9 = b.bit(true), d8 = b.bits(0x5A), d9 = b.bit(true);
    b.sda = false; b.run(Q); b.scl = true; b.run(Q); b.sda = true;
    uint64_t p = b.clk;
    b.run(Q);
    uint64_t r = N + 2;
    EXPECT_EQ(b.x.log, (std::vector<std::string>{at(a8 + r, "address 80 write"), at(d8 + r, "receive 90"), at(d9 + r, "pulse_start write"),
                                                 at(d9 + 2 * Q + r, "pulse_end write"), at(p + r, "stop")}));
    // ACK: pulled at the fall of clock 8, released at the fall of clock 9; a register changing at n is seen at n+1.
    uint64_t f8 = a8 + 2 * Q + r, f9 = a9 + 2 * Q + r;
    EXPECT_TRUE(b.sda_at(f8));
    EXPECT_FALSE(b.sda_at(f8 + 1));
    EXPECT_FALSE(b.sda_at(f9));
    EXPECT_TRUE(b.sda_at(f9 + 1));
}

TEST(I2cTarget, ReadSendsMsbFirstAndStopsAtNack) {
    Bench b;
    b.start();
    b.bits(0xA1);
    uint64_t a9 = b.bit(true), r = N + 2;
    EXPECT_EQ(b.x.log.at(1), at(a9 + r, "pulse_start read"));
    EXPECT_EQ(b.x.log.at(2), at(a9 + r, "send"));
    EXPECT_EQ(b.x.log.at(3), at(a9 + 2 * Q + r, "pulse_end read"));
    int byte = 0;
    for (int i = 0; i < 8; i++) byte = byte << 1 | b.sda_at(b.bit(true));
    EXPECT_EQ(byte, 0xC1);
    uint64_t c9 = b.bit(false);
    EXPECT_TRUE(b.sda_at(c9));  // released for the controller's ACK
    byte = 0;
    for (int i = 0; i < 8; i++) byte = byte << 1 | b.sda_at(b.bit(true));
    EXPECT_EQ(byte, 0xC2);
    b.bit(true);  // NACK
    size_t said = b.x.log.size();
    for (int i = 0; i < 20; i++) b.bit(i & 1);
    EXPECT_EQ(b.x.log.size(), said);
    EXPECT_TRUE(b.x.target.out.sda);
    b.stop();
    EXPECT_NE(b.x.log.back().find("stop"), std::string::npos);
}

TEST(I2cTarget, OtherAddressIsIgnoredUpToStart) {
    Bench b;
    b.start();
    b.bits(0xA2);
    uint64_t from = b.clk;
    b.bit(true); b.bits(0x12); b.bit(true);
    for (uint64_t c = from - 3 * Q; c < b.clk; c++) ASSERT_TRUE(b.sda_at(c));
    EXPECT_EQ(b.x.log.size(), 1u);
    b.start();
    b.bits(0xA0);
    EXPECT_FALSE(b.x.target.out.sda);
}

TEST(I2cTarget, DataNackLeavesSdaReleasedAndIgnoresTheRest) {
    Bench b;
    b.start(); b.bits(0xA0); b.bit(true);
    b.bits(0xEE);
    EXPECT_TRUE(b.x.target.out.sda);
    b.bit(true); b.bits(0x55); b.bit(true);
    EXPECT_NE(b.x.log.back().find("receive 238"), std::string::npos);
}

TEST(I2cTarget, StartInsideAByteExpectsAnAddress) {
    for (int k = 0; k < 9; k++) {
        Bench b;
        b.start(); b.bits(0xA0); b.bit(true); b.bits(0x1FF, k);
        b.start();
        EXPECT_NE(b.x.log.back().find("restart"), std::string::npos);
        b.bits(0xA1);
        EXPECT_NE(b.x.log.back().find("address 80 read"), std::string::npos) << k;
    }
}

TEST(I2cTarget, StopInAPulseEndsPulseThenTransfer) {
    Bench b;
    b.start(); b.bits(0xA0); b.bit(true); b.bits(0x5A);
    b.sda = false; b.run(Q); b.scl = true; b.run(Q); b.sda = true;
    uint64_t p = b.clk + N + 2;
    b.run(Q);
    ASSERT_GE(b.x.log.size(), 2u);
    EXPECT_EQ(b.x.log[b.x.log.size() - 2], at(p, "pulse_end write"));
    EXPECT_EQ(b.x.log.back(), at(p, "stop"));
    EXPECT_TRUE(b.x.target.out.sda);
}

TEST(I2cTarget, DeviceStretchesThroughItsDriveBit) {
    Bench b;
    b.x.stretch = 37;
    b.start(); b.bits(0xA0); b.bit(true); b.bits(0x5A);
    uint64_t e = b.bit(true) + 2 * Q + N + 2;
    b.run(50);
    EXPECT_TRUE(b.out.at(e).first);
    for (uint64_t c = e + 1; c <= e + 37; c++) ASSERT_FALSE(b.out.at(c).first);
    EXPECT_TRUE(b.out.at(e + 38).first);
}

TEST(I2cTarget, NullCallbacksAcknowledge) {
    const i2c_target_ops bare = {ops.address, nullptr, nullptr, ops.send, nullptr, nullptr};
    Device d;
    i2c_target_init(&d.target, 1);
    uint64_t clk = 0;
    auto run = [&](bool scl, bool sda) { for (int i = 0; i < 8; i++) i2c_target_step(&d.target, clk++, scl, sda, &bare, &d); };
    run(1, 1); run(1, 0); run(0, 0);
    auto byte = [&](int v) { for (int i = 8; i--;) { run(0, v >> i & 1); run(1, v >> i & 1); run(0, v >> i & 1); } };
    byte(0xA0); EXPECT_FALSE(d.target.out.sda);
    run(0, 1); run(1, 0); run(0, 1); EXPECT_TRUE(d.target.out.sda);
    byte(0xEE); EXPECT_FALSE(d.target.out.sda);
    run(1, 0); run(1, 1); EXPECT_TRUE(d.target.out.sda);
}

// Random walks of the wires; bits long enough that transfers happen, glitches so that anything does.
TEST(I2cTarget, LazySteppingEqualsSteppingAtEveryEdge) {
    Rng rng{99};
    size_t calls = 0, steps = 0, edges = 0;
    for (int round = 0; round < 400; round++) {
        int n = 1 + (int)rng.below(round % 2 ? 4 : 9);
        Device a, b;
        a.stretch = b.stretch = rng.below(2) ? 0 : 1 + rng.below(40);
        i2c_target_init(&a.target, n);
        i2c_target_init(&b.target, n);
        bool scl = true, sda = true, was_scl = true, was_sda = true, ack = false;
        std::vector<std::pair<bool, bool>> plan;  // what the controller does next
        uint64_t wake = 0, hold = 0;
        size_t pos = 0;
        for (uint64_t clk = 0; clk < 6000; clk++) {
            if (hold-- == 0) {
                if (pos == plan.size()) {
                    plan.clear(); pos = 0;
                    plan.push_back({true, true}); plan.push_back({true, false}); plan.push_back({false, false});
                    int bytes = 1 + (int)rng.below(3);
                    for (int k = 0; k < bytes; k++) {
                        int v = k ? rng.below(4) ? (int)rng.below(256) : 0xEE : rng.below(8) ? 0xA0 | (int)rng.below(2) : (int)rng.below(256);
                        int len = rng.below(10) ? 9 : (int)rng.below(9);
                        for (int i = 0; i < len; i++) {
                            bool bit = i < 8 ? v >> (7 - i) & 1 : rng.below(2);
                            plan.push_back({false, bit}); plan.push_back({true, bit}); plan.push_back({false, bit});
                        }
                    }
                    plan.push_back({false, false}); plan.push_back({true, false}); plan.push_back({true, true});
                }
                scl = plan[pos].first; sda = plan[pos].second; pos++;
                hold = n + rng.below(8);
                ack = rng.below(20) == 0;
            }
            bool glitch = rng.below(40) == 0;
            bool in_scl = (glitch ? rng.below(2) : scl) && a.target.out.scl;
            bool in_sda = (glitch || ack ? rng.below(2) : sda) && a.target.out.sda;
            ASSERT_EQ(a.target.out.scl, b.target.out.scl) << round << " " << clk;
            ASSERT_EQ(a.target.out.sda, b.target.out.sda) << round << " " << clk;
            edges++;
            step(a, clk, in_scl, in_sda);
            if (clk == 0 || in_scl != was_scl || in_sda != was_sda || clk >= wake || rng.below(50) == 0) {
                wake = step(b, clk, in_scl, in_sda);
                steps++;
                ASSERT_GT(wake, clk);
            }
            was_scl = in_scl; was_sda = in_sda;
        }
        step(b, 6000, was_scl, was_sda);
        step(a, 6000, was_scl, was_sda);
        ASSERT_EQ(a.log, b.log) << round;  // the same calls at the same edges
        calls += a.log.size();
    }
    EXPECT_GT(calls, 10000u);
    EXPECT_LT(steps, edges);
}

TEST(I2cTarget, InitLeavesNoByteOfBefore) {
    i2c_target a, b;
    memset(&a, 0x00, sizeof a);
    memset(&b, 0xA5, sizeof b);
    i2c_target_init(&a, N);
    i2c_target_init(&b, N);
    EXPECT_EQ(memcmp(&a, &b, sizeof a), 0);
}

TEST(I2cTarget, TransferThatEndedDoesNotEndAgain) {
    for (bool restart : {false, true}) {
        Bench b;
        b.start(); b.bits(0xA0); b.bit(true);
        restart ? b.start() : b.stop();
        const size_t ends = b.x.log.size();
        b.start(); b.stop();
        EXPECT_EQ(b.x.log.size(), ends) << b.x.log.back();
    }
}

// i2c_target.h: `clk` of a callback is the edge being stepped, though nobody steps at every edge.
TEST(I2cTarget, LazyCallbacksComeAtTheEdgeBeingStepped) {
    for (int address : {0xA0, 0xA1}) {
        Device x;
        i2c_target_init(&x.target, N);
        std::vector<std::pair<bool, bool>> plan = {{true, true}, {true, false}, {false, false}};
        for (int v : {address, 0x35}) {
            for (int i = 8; i >= 0; i--) {
                const bool bit = i == 0 ? false : v >> (i - 1) & 1;
                for (bool scl : {false, true, false}) plan.push_back({scl, bit});
            }
        }
        plan.push_back({false, false}); plan.push_back({true, false}); plan.push_back({true, true});
        uint64_t clk = 0, wake = 0, steps = 0;
        for (size_t k = 0; k < plan.size(); k++) {
            for (int q = 0; q < Q; q++, clk++) {
                if (clk < wake && q)
                    continue;
                wake = step(x, clk, plan[k].first, plan[k].second);
                steps++;
                for (const std::string &call : x.log) EXPECT_EQ(call.compare(0, call.find(' '), std::to_string(clk)), 0) << call << " in step " << clk;
                x.log.clear();
            }
        }
        EXPECT_LT(steps, clk / 10);
    }
}

}  // namespace
