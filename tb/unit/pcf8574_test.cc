// SPDX-License-Identifier: Apache-2.0
// Contract 3: every rule of the PCF8574 with exact edges, and a plain per-clock model to compare with.
#include "../../cmodel/pcf8574.h"

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <vector>

namespace {

struct Rng {
    uint64_t s;
    uint64_t next() { s ^= s >> 12; s ^= s << 25; s ^= s >> 27; return s * 0x2545F4914F6CDD1Dull; }
    uint64_t below(uint64_t n) { return (next() >> 33) % n; }
};

bool same(const pcf8574_out &a, const pcf8574_out &b) { return a.sda == b.sda && a.int_n == b.int_n && a.port == b.port; }

const int N = 7, Q = 40, R = N + 2;  // filter, a quarter of an SCL period, reaction

struct Bench {
    pcf8574 x;
    pcf8574_in in{false, true, true, 0xFF};
    uint64_t clk = 0;
    std::vector<pcf8574_out> out;  // visible at each sample
    std::vector<pcf8574_in> ins;
    explicit Bench(pcf8574_personality p = PCF8574_NXP, uint8_t addr = 0x20) {
        pcf8574_props props{addr, p, N};
        pcf8574_init(&x, &props);
        run(5);
        in.rst_n = true;
        run(100);
    }
    void run(int k) {
        while (k--) {
            out.push_back(x.out);
            ins.push_back(in);
            pcf8574_step(&x, clk++, &in);
        }
    }
    void start() { in.sda = true; run(Q); in.scl = true; run(Q); in.sda = false; run(Q); in.scl = false; run(Q); }
    void stop() { in.sda = false; run(Q); in.scl = true; run(Q); in.sda = true; run(Q); }
    uint64_t bit(bool b) { in.sda = b; run(Q); in.scl = true; uint64_t e = clk; run(2 * Q); in.scl = false; run(Q); return e; }
    uint64_t bits(int v, int n = 8) { uint64_t e = 0; for (int i = n; i--;) e = bit(v >> i & 1); return e; }
    uint64_t write(int v) { bits(v); return bit(true); }  // returns the rise of clock 9 on the wire
    int read8() { int v = 0; for (int i = 0; i < 8; i++) v = v << 1 | out.at(bit(true)).sda; return v; }
};
const uint64_t fall_after = 2 * Q;

TEST(Pcf8574, PowersOnWithOnesAndReleased) {
    pcf8574 x;
    pcf8574_props p{0x3F, PCF8574_TI, 3};
    pcf8574_init(&x, &p);
    EXPECT_TRUE(x.out.sda && x.out.int_n);
    EXPECT_EQ(x.out.port, 0xFF);
}

TEST(Pcf8574, PinLowAtPowerOnGivesIntTwoEdgesAfterReset) {
    Bench b;
    b.in.rst_n = false; b.in.pins = 0x7F; b.run(10);
    b.in.rst_n = true;
    uint64_t m = b.clk;
    b.run(10);
    // Sampled at m, synchronised at m+2, int_n changes at m+2, seen from m+3.
    EXPECT_TRUE(b.out.at(m + 2).int_n);
    EXPECT_FALSE(b.out.at(m + 3).int_n);
}

TEST(Pcf8574, IntFollowsPinsAndRisesByItself) {
    Bench b;
    b.in.pins = 0xFE; uint64_t e = b.clk; b.run(1);
    b.in.pins = 0xFF; b.run(1);
    b.in.pins = 0xEF; b.run(2);
    b.in.pins = 0xFF; b.run(20);
    std::vector<bool> got;
    for (uint64_t n = e; n < e + 9; n++) got.push_back(b.out.at(n).int_n);
    EXPECT_EQ(got, (std::vector<bool>{1, 1, 1, 0, 1, 0, 0, 1, 1}));
}

TEST(Pcf8574, AcksOwnAddressFromFallOf8ToFallOf9) {
    for (int a : {0x20, 0x27, 0x38, 0x3F}) {
        Bench b(PCF8574_NXP, a);
        b.start();
        uint64_t f8 = b.bits(a << 1) + fall_after + R, f9 = b.bit(true) + fall_after + R;
        EXPECT_TRUE(b.out.at(f8).sda);
        for (uint64_t n = f8 + 1; n <= f9; n++) ASSERT_FALSE(b.out.at(n).sda);
        EXPECT_TRUE(b.out.at(f9 + 1).sda);
    }
}

TEST(Pcf8574, OtherAddressesAndGeneralCallAreIgnored) {
    for (int byte = 0; byte < 256; byte++) {
        if (byte >> 1 == 0x20) continue;
        Bench b;
        b.start(); b.write(byte); b.write(0x00); b.stop();
        for (auto &o : b.out) ASSERT_TRUE(o.sda && o.int_n && o.port == 0xFF) << byte;
    }
}

TEST(Pcf8574, PortTakesEachByteAtRiseOfClock9) {
    Bench b;
    b.start(); b.write(0x40);
    int was = 0xFF;
    for (int v : {0xA5, 0x00, 0xFF, 0x3C}) {
        uint64_t r = b.write(v) + R;
        EXPECT_EQ(b.out.at(r).port, was);
        EXPECT_EQ(b.out.at(r + 1).port, v);
        EXPECT_FALSE(b.out.at(r).sda);  // acknowledged
        was = v;
    }
    b.stop();
    EXPECT_EQ(b.x.out.port, 0x3C);
}

TEST(Pcf8574, IncompleteByteLeavesThePort) {
    for (int k = 0; k < 8; k++) {  // after 8 bits the next SCL rise is that of clock 9
        Bench b, c;
        b.start(); b.write(0x40); b.bits(0x00, k); b.start(); b.stop();
        EXPECT_EQ(b.x.out.port, 0xFF) << k;
        c.start(); c.write(0x40); c.bits(0x00, k); c.stop();
        EXPECT_EQ(c.x.out.port, 0xFF) << k;
    }
}

// The write pulse moves pin 0 (port 0xFE); a pin that falls elsewhere shows what INT does when.
struct WritePulse { uint64_t r, e; Bench b; };
WritePulse write_pulse(pcf8574_personality p) {
    WritePulse w{0, 0, Bench(p)};
    Bench &b = w.b;
    b.in.pins = 0xEF; b.run(50);  // INT is low before the write
    b.start(); b.write(0x40);
    w.r = b.write(0xFF) + R;
    w.e = w.r + fall_after;
    return w;
}

TEST(Pcf8574, NxpWriteBlanksIntFromRPlus1ToItsEnd) {
    WritePulse w = write_pulse(PCF8574_NXP);
    EXPECT_FALSE(w.b.out.at(w.r + 1).int_n);  // what edge r made
    for (uint64_t n = w.r + 1; n <= w.e + 20; n++) ASSERT_TRUE(w.b.out.at(n + 1).int_n) << n - w.r;
}

TEST(Pcf8574, TiWriteReleasesIntOneEdgeAfterThePulse) {
    WritePulse w = write_pulse(PCF8574_TI);
    for (uint64_t n = w.r; n <= w.e; n++) ASSERT_FALSE(w.b.out.at(n + 1).int_n) << n - w.r;
    EXPECT_TRUE(w.b.out.at(w.e + 2).int_n);
}

TEST(Pcf8574, WriteLoadsTheLatchAtThePulseEnd) {
    for (auto p : {PCF8574_NXP, PCF8574_TI}) {
        Bench b(p);
        b.start(); b.write(0x40); b.bits(0xFF);
        b.in.sda = true; b.run(Q); b.in.scl = true; uint64_t r = b.clk + R; b.run(2 * Q); b.in.scl = false;
        uint64_t e = b.clk + R;
        while (b.clk < e - 2) b.run(1);
        b.in.pins = 0xFB; b.run(1);  // sampled at e-2: synchronised at e, loaded
        b.in.pins = 0xFF; b.run(40); // sampled at e-1: differs from the latch from e+1 on
        EXPECT_TRUE(b.out.at(r + 1).int_n);
        EXPECT_TRUE(b.out.at(e).int_n);
        EXPECT_TRUE(b.out.at(e + 1).int_n) << p;  // blanked (NXP) or left as it was (TI) up to e
        EXPECT_FALSE(b.out.at(e + 2).int_n);
        EXPECT_FALSE(b.out.at(e + 30).int_n);
    }
}

TEST(Pcf8574, WritePulseEndsAtStartOrStopBeforeTheFall) {
    for (bool stop : {false, true}) {
        Bench b(PCF8574_NXP);
        b.start(); b.write(0x40); b.bits(0xFF);
        b.in.sda = !stop; b.run(Q); b.in.scl = true; b.run(Q);
        b.in.sda = stop;
        uint64_t e = b.clk + R;
        b.in.pins = 0xBF;
        b.run(int(e - 2 - b.clk) + 1);
        b.in.pins = 0xFF;
        b.run(60);
        EXPECT_TRUE(b.out.at(e + 1).int_n);   // blanked up to e
        EXPECT_FALSE(b.out.at(e + 2).int_n);  // the latch took the pins of e-2
        EXPECT_EQ(b.out.at(e).sda, false);
        EXPECT_EQ(b.out.at(e + 1).sda, true);
    }
}

TEST(Pcf8574, ReadClearsIntOnAckRise) {
    for (auto p : {PCF8574_NXP, PCF8574_TI}) {
        Bench b(p);
        b.in.pins = 0x5A; b.run(50);
        b.start();
        uint64_t r = b.write(0x41) + R;
        EXPECT_FALSE(b.out.at(r + 1).int_n);
        for (uint64_t n = r + 2; n < b.clk; n++) ASSERT_TRUE(b.out.at(n).int_n);
    }
}

TEST(Pcf8574, ReadBlanksIntToItsEndAndDoesNotLoadThere) {
    Bench b;
    b.start();
    b.bits(0x41); b.in.sda = true; b.run(Q); b.in.scl = true; b.run(Q);
    b.in.pins = 0xF7; b.run(Q);  // changes within the pulse
    b.in.scl = false;
    uint64_t e = b.clk + R;
    b.run(Q);
    for (uint64_t n = e - Q; n <= e + 1; n++) ASSERT_TRUE(b.out.at(n).int_n);
    EXPECT_FALSE(b.out.at(e + 2).int_n);
}

TEST(Pcf8574, ReadSendsThePinsSampledTwoBeforeTheAckRise) {
    Bench b;
    b.start();
    b.bits(0x41);
    b.in.sda = true; b.run(Q); b.in.scl = true;
    uint64_t r = b.clk + R;
    b.in.pins = 0x11; b.run(int(r - 2 - b.clk));
    b.in.pins = 0xA6; b.run(1);  // sampled at r-2
    b.in.pins = 0x22; b.run(2 * Q);
    b.in.scl = false;
    uint64_t f9 = b.clk + R;
    b.run(Q);
    EXPECT_FALSE(b.out.at(f9).sda);  // ACK of the address
    EXPECT_TRUE(b.out.at(f9 + 1).sda);  // bit 7 of 0xA6
    EXPECT_EQ(b.read8(), 0xA6);
    b.bit(false);
    EXPECT_EQ(b.read8(), 0x22);
    b.bit(true);
    EXPECT_TRUE(b.x.out.sda);
}

TEST(Pcf8574, ReadBitsChangeAtFallsAndEndAtFallOf8) {
    Bench b;
    b.in.pins = 0x55; b.run(10);
    b.start(); uint64_t f = b.write(0x41) + fall_after + R;
    EXPECT_FALSE(b.out.at(f + 1).sda);
    for (int i = 6; i >= -1; i--) {
        f = b.bit(true) + fall_after + R;
        bool was = 0x55 >> (i + 1) & 1, is = i < 0 ? true : 0x55 >> i & 1;
        EXPECT_EQ(b.out.at(f).sda, was);
        EXPECT_EQ(b.out.at(f + 1).sda, is);
    }
}

TEST(Pcf8574, NackEndsTheReadWithoutASample) {
    Bench b;
    b.start(); b.write(0x41); b.read8();
    b.in.pins = 0x00; b.run(10);
    EXPECT_FALSE(b.x.out.int_n);
    b.bit(true);
    for (int i = 0; i < 12; i++) b.bit(false);
    EXPECT_FALSE(b.x.out.int_n);
    EXPECT_TRUE(b.x.out.sda);
    b.start(); b.write(0x41);
    EXPECT_TRUE(b.x.out.int_n);
}

TEST(Pcf8574, AddressedWithoutDataChangesNothing) {
    Bench b;
    b.in.pins = 0xFE; b.run(10);
    b.start(); b.write(0x40); b.stop();
    EXPECT_EQ(b.x.out.port, 0xFF);
    EXPECT_FALSE(b.x.out.int_n);  // no WRITE pulse on an address byte
}

TEST(Pcf8574, ResetInATransferForgetsEverything) {
    for (int k = 0; k < 20; k++) {
        Bench b;
        b.in.pins = 0x0F;
        b.start(); b.write(0x40); b.write(0x00);
        for (int i = 0; i < k; i++) b.bit(i % 3 == 0);
        b.in.rst_n = false; b.run(1);
        EXPECT_TRUE(b.x.out.sda && b.x.out.int_n);
        EXPECT_EQ(b.x.out.port, 0xFF);
        b.in.rst_n = true; b.in.scl = b.in.sda = true; b.run(50);
        pcf8574 fresh;
        EXPECT_EQ(b.x.props.addr, 0x20);
        pcf8574_init(&fresh, &b.x.props);
        pcf8574_in low{false, true, true, 0};
        pcf8574_step(&b.x, 0, &low);
        EXPECT_EQ(memcmp(&fresh, &b.x, sizeof fresh), 0);
    }
}

TEST(Pcf8574, CopyGoesOnLikeTheOriginal) {
    Bench b;
    b.start(); b.write(0x40); b.bits(0x2A >> 3, 5);
    pcf8574 saved = b.x;
    uint64_t from = b.clk;
    b.bits(2, 3); b.bit(true); b.stop();
    for (uint64_t n = from; n < b.clk; n++) {
        ASSERT_TRUE(same(saved.out, b.out[n]));
        pcf8574_step(&saved, n, &b.ins[n]);
    }
    EXPECT_EQ(memcmp(&saved, &b.x, sizeof saved), 0);
    EXPECT_EQ(saved.out.port, 0x2A);
}

// The contract clock by clock, with nothing skipped and nothing shared with cmodel.
struct Naive {
    struct Line {
        bool s1 = true, s2 = true, now = true, prev = true;
        std::deque<bool> last;
        void edge(bool raw) {
            prev = now;
            last.push_back(s2); last.pop_front();
            bool all = true;
            for (bool v : last) all = all && v != now;
            if (all) now = !now;
            s2 = s1; s1 = raw;
        }
    };
    pcf8574_props p;
    Line scl, sda;
    int age = 0;  // edges since m
    uint8_t p1 = 0xFF, p2 = 0xFF, latch = 0xFF, byte = 0, tx = 0;
    enum { Idle, Addr, Wr, Rd } st = Idle;
    int n = 0;  // rises in this byte
    bool rw = false, mine = false, wp = false, rp = false;
    pcf8574_out out{true, true, 0xFF};
    explicit Naive(const pcf8574_props &props) : p(props) { scl.last.assign(p.filter_clks, true); sda.last = scl.last; }
    void edge(const pcf8574_in &in) {
        if (!in.rst_n) { *this = Naive(p); return; }
        bool ok = age >= p.filter_clks + 3;
        bool rise = ok && scl.now && !scl.prev, fall = ok && !scl.now && scl.prev, high = ok && scl.now && scl.prev;
        bool start = high && sda.prev && !sda.now, stop = high && !sda.prev && sda.now, bit = sda.now;
        if (rp || (wp && p.personality == PCF8574_NXP)) out.int_n = true;
        else if (!wp) out.int_n = p2 == latch;
        if (start || stop) {
            if (wp) latch = p2;
            wp = rp = false; out.sda = true; n = 0; st = start ? Addr : Idle;
        } else if (rise && st != Idle) {
            n++;
            if (n <= 8 && st != Rd) byte = (uint8_t)(byte * 2 + bit);
            if (n == 8 && st == Addr) { mine = byte / 2 == p.addr; rw = byte % 2; if (!mine) st = Idle; }
            if (n == 9) {
                if (st == Wr) { out.port = byte; wp = true; }
                else if ((st == Addr && rw) || (st == Rd && !bit)) { latch = tx = p2; rp = true; }
                else if (st == Rd) st = Idle;
            }
        } else if (fall) {
            if (wp) latch = p2;
            wp = rp = false;
            if (st == Addr || st == Wr) {
                if (n == 8) out.sda = false;
                if (n == 9) { out.sda = true; n = 0; st = rw ? Rd : Wr; if (rw) out.sda = tx >> 7; }
            } else if (st == Rd) {
                if (n == 9) n = 0;
                out.sda = n == 8 ? true : tx >> (7 - n) & 1;
            }
        }
        p2 = p1; p1 = in.pins;
        scl.edge(in.scl); sda.edge(in.sda);
        age++;
    }
};

TEST(Pcf8574, LazyAndEveryEdgeSteppingEqualThePlainModel) {
    Rng rng{20240601};
    size_t edges = 0, steps = 0, acks = 0, ports = 0, ints = 0;
    for (int round = 0; round < 1500; round++) {
        pcf8574_props props{uint8_t(0x20 + rng.below(2)), rng.below(2) ? PCF8574_NXP : PCF8574_TI,
                            uint8_t(round % 3 ? 1 + rng.below(4) : 1 + rng.below(63))};
        int n = props.filter_clks;
        Naive want(props);
        pcf8574 eager, lazy;
        pcf8574_init(&eager, &props);
        pcf8574_init(&lazy, &props);
        pcf8574_in in{rng.below(2) != 0, true, true, 0xFF}, was{};
        std::vector<std::pair<bool, bool>> plan;
        size_t pos = 0;
        uint64_t hold = 0, wake = 0, from = rng.below(2) ? 0 : rng.next() >> 20;
        bool scl = true, sda = true;
        pcf8574_out before{true, true, 0xFF};
        int len_clks = n < 8 ? 3000 : 12000;
        bool glitchy = rng.below(3) == 0;
        for (uint64_t clk = from; clk < from + len_clks; clk++) {
            if (hold-- == 0) {
                if (pos == plan.size()) {
                    plan = {{true, true}, {true, false}, {false, false}};
                    pos = 0;
                    for (int k = 0, bytes = 1 + (int)rng.below(4); k < bytes; k++) {
                        int v = k ? (int)rng.below(256) : rng.below(10) ? 0x40 | (int)rng.below(2) : (int)rng.below(256);
                        int len = rng.below(12) ? 9 : (int)rng.below(9);
                        for (int i = 0; i < len; i++) {
                            bool b = i < 8 ? rng.below(60) ? v >> (7 - i) & 1 : false : rng.below(4) == 0;
                            plan.push_back({false, b}); plan.push_back({true, b}); plan.push_back({false, b});
                        }
                    }
                    if (rng.below(2)) { plan.push_back({false, false}); plan.push_back({true, false}); }
                    else { plan.push_back({false, true}); }
                    plan.push_back({true, true});
                }
                scl = plan[pos].first; sda = plan[pos].second; pos++;
                hold = rng.below(30) ? n + rng.below(6) : rng.below(n + 1);
            }
            bool read_like = rng.below(2);
            in.scl = glitchy && rng.below(30) == 0 ? rng.below(2) : scl;
            in.sda = (glitchy && rng.below(30) == 0 ? rng.below(2) : sda) && (rng.below(200) ? eager.out.sda : read_like);
            if (rng.below(glitchy ? 7 : 60) == 0) in.pins = rng.below(3) ? 0xFF : (uint8_t)rng.below(256);
            in.rst_n = in.rst_n ? rng.below(2000) != 0 : rng.below(4) == 0;
            want.edge(in);
            pcf8574_step(&eager, clk, &in);
            bool changed = clk == from || in.rst_n != was.rst_n || in.scl != was.scl || in.sda != was.sda || in.pins != was.pins;
            if (changed || clk >= wake || rng.below(100) == 0) {
                wake = pcf8574_step(&lazy, clk, &in);
                ASSERT_GT(wake, clk);
                steps++;
            }
            was = in;
            edges++;
            ASSERT_TRUE(same(eager.out, want.out)) << "eager, round " << round << " clk " << clk - from << " N " << n;
            ASSERT_TRUE(same(lazy.out, want.out)) << "lazy, round " << round << " clk " << clk - from << " N " << n;
            acks += before.sda && !want.out.sda; ports += before.port != want.out.port; ints += before.int_n && !want.out.int_n;
            before = want.out;
        }
    }
    EXPECT_GT(acks, 5000u); EXPECT_GT(ports, 2000u); EXPECT_GT(ints, 10000u); EXPECT_LT(steps, edges * 2 / 3);
    RecordProperty("edges", (int)edges); RecordProperty("steps", (int)steps);
    printf("edges %zu steps %zu, SDA falls %zu, port changes %zu, INT falls %zu\n", edges, steps, acks, ports, ints);
}

}  // namespace
