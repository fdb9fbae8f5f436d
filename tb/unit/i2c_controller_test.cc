// SPDX-License-Identifier: Apache-2.0
// Contract 4 to 6: the controller's registers, every bus step with exact edges, and whole boards.
#include "../../cmodel/i2c_controller.h"
#include "../../cmodel/pcf8574.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <deque>
#include <vector>

namespace {

struct Rng {
    uint64_t s;
    uint64_t next() { s ^= s >> 12; s ^= s << 25; s ^= s >> 27; return s * 0x2545F4914F6CDD1Dull; }
    uint64_t below(uint64_t n) { return (next() >> 33) % n; }
};

bool same(const i2c_controller_out &a, const i2c_controller_out &b) {
    return a.scl == b.scl && a.sda == b.sda && a.ack == b.ack && a.irq == b.irq && a.dat == b.dat;
}

enum { STA = I2C_CR_STA, STO = I2C_CR_STO, RD = I2C_CR_RD, WR = I2C_CR_WR, NACK = I2C_CR_ACK, IACK = I2C_CR_IACK };
enum { RXACK = I2C_SR_RXACK, BUSY = I2C_SR_BUSY, AL = I2C_SR_AL, TIP = I2C_SR_TIP, IF = I2C_SR_IF };

// A wired-AND bus with controllers, PCF8574s and a pair of hands (ext_scl, ext_sda) on it.
struct Bench {
    std::vector<i2c_controller> ctl;
    std::vector<i2c_controller_in> in;
    std::vector<pcf8574> pcf;
    std::vector<uint8_t> outside;
    bool ext_scl = true, ext_sda = true;
    uint64_t clk = 0;
    struct Seen { bool scl, sda; std::vector<i2c_controller_out> out; };
    std::vector<Seen> seen;  // wires and outputs at each sample
    int stretch = 0, held = 0;  // the hands hold SCL low that long after each of its falls

    Bench(std::vector<int> filters, int targets = 0) {
        for (int n : filters) {
            ctl.emplace_back();
            i2c_controller_init(&ctl.back(), (uint8_t)n);
            in.push_back({true, true, true, false, false, false, 0, 0});
        }
        for (int i = 0; i < targets; i++) {
            pcf8574_props p{uint8_t(0x20 + i), PCF8574_NXP, 7};
            pcf.emplace_back();
            pcf8574_init(&pcf.back(), &p);
            outside.push_back(0xFF);
        }
        run(80);  // longer than any settling here
    }
    void edge() {
        Seen s{ext_scl, ext_sda, {}};
        for (auto &c : ctl) { s.scl = s.scl && c.out.scl; s.sda = s.sda && c.out.sda; s.out.push_back(c.out); }
        for (auto &p : pcf) s.sda = s.sda && p.out.sda;
        for (size_t i = 0; i < ctl.size(); i++) {
            in[i].scl = s.scl; in[i].sda = s.sda;
            i2c_controller_step(&ctl[i], clk, &in[i]);
        }
        for (size_t i = 0; i < pcf.size(); i++) {
            pcf8574_in pi{true, s.scl, s.sda, uint8_t(outside[i] & pcf[i].out.port)};
            pcf8574_step(&pcf[i], clk, &pi);
        }
        if (stretch && !seen.empty() && seen.back().scl && !s.scl) held = stretch;
        if (stretch) { ext_scl = held == 0; if (held) held--; }
        seen.push_back(s);
        clk++;
    }
    void run(uint64_t n) { while (n--) edge(); }
    void run_to(uint64_t n) { while (clk < n) edge(); }
    // Returns the edge at which the request is taken.
    uint64_t access(int i, bool we, int adr, int dat = 0) {
        auto &h = in[i];
        h.cyc = h.stb = true; h.we = we; h.adr = (uint8_t)adr; h.dat = (uint8_t)dat;
        uint64_t at = clk;
        edge();
        h.cyc = h.stb = h.we = false;
        edge();
        return at;
    }
    uint64_t write(int adr, int dat, int i = 0) { return access(i, true, adr, dat); }
    int read(int adr, int i = 0) { access(i, false, adr); return ctl[i].out.dat; }
    int sr(int i = 0) { return read(I2C_SR, i); }
    void setup(int p, int i = 0, int ctr = 0xC0) {
        write(I2C_CTR, 0, i);
        write(I2C_PRER_LO, (p - 1) & 0xFF, i); write(I2C_PRER_HI, (p - 1) >> 8, i); write(I2C_CTR, ctr, i);
    }
    uint64_t command(int cr, int txr = -1, int i = 0) {
        if (txr >= 0) write(I2C_TXR, txr, i);
        return write(I2C_CR, cr | IACK, i);
    }
    // Runs until the interrupt; returns the edge at which IF was set.
    uint64_t finish(int i = 0, int limit = 200000) {
        while (!ctl[i].out.irq && limit--) edge();
        EXPECT_GT(limit, 0);
        return clk - 1;
    }
    uint64_t doit(int cr, int txr = -1, int i = 0) { command(cr, txr, i); return finish(i); }
    // First edge >= from whose sample shows the level.
    uint64_t find(bool Seen::*line, bool level, uint64_t from) {
        for (; from < seen.size(); from++) if (seen[from].*line == level) return from;
        return UINT64_MAX;
    }
    uint64_t scl_at(bool v, uint64_t from) { return find(&Seen::scl, v, from); }
    uint64_t sda_at(bool v, uint64_t from) { return find(&Seen::sda, v, from); }
};

const int N = 4, K = N + 3, P = 25;

TEST(I2cController, RegistersResetAndReadBack) {
    Bench b({N});
    int want[8] = {0xFF, 0xFF, 0, 0, 0, 0, 0, 0};
    for (int a = 0; a < 8; a++) EXPECT_EQ(b.read(a), want[a]) << a;
    b.write(0, 0x12); b.write(1, 0x34); b.write(2, 0x7F); b.write(3, 0xA5); b.write(4, 0xFF);
    b.write(5, 0xEE); b.write(6, 0xEE); b.write(7, 0xEE);
    int now[8] = {0x12, 0x34, 0x40, 0, 0, 0xA5, 0, 0};  // EN = 0: CR not stored
    for (int a = 0; a < 8; a++) EXPECT_EQ(b.read(a), now[a]) << a;
    b.write(2, 0xFF);
    EXPECT_EQ(b.read(2), 0xC0);
    b.write(0, 0x99); b.write(1, 0x99);
    EXPECT_EQ(b.read(0), 0x12);
    EXPECT_EQ(b.read(1), 0x34);
    b.write(4, 0x0F);
    EXPECT_EQ(b.read(6), 0x08);
    EXPECT_EQ(b.sr(), 0);
}

TEST(I2cController, AcknowledgesOneEdgeLaterAndEachSecondEdge) {
    Bench b({N});
    auto &h = b.in[0];
    h.cyc = h.stb = true; h.adr = 0;
    uint64_t n = b.clk;
    b.run(6);
    h.cyc = false;
    b.run(3);
    std::vector<bool> got;
    for (int i = 0; i < 9; i++) got.push_back(b.seen[n + i].out[0].ack);
    EXPECT_EQ(got, (std::vector<bool>{0, 1, 0, 1, 0, 1, 0, 0, 0}));
    EXPECT_EQ(b.seen[n].out[0].dat, 0);
    EXPECT_EQ(b.seen[n + 1].out[0].dat, 0xFF);
    EXPECT_EQ(b.ctl[0].out.dat, 0xFF);  // kept
}

TEST(I2cController, FreeBusStartThenBitsEveryFivePeriods) {
    Bench b({N});
    b.setup(P);
    uint64_t a = b.command(STA | WR, 0xA6);
    b.finish();
    b.run(2);
    uint64_t s = a + 1;  // the first edge after the store
    EXPECT_EQ(b.sda_at(false, a), s + 1);
    uint64_t low = b.scl_at(false, a);
    EXPECT_EQ(low, s + 2 * P + 1);  // tHD;STA
    int byte = 0;
    bool was = false;
    for (int i = 0; i < 9; i++) {
        uint64_t rise = b.scl_at(true, low), fall = b.scl_at(false, rise);
        EXPECT_EQ(rise - low, 3u * P) << i;
        EXPECT_EQ(fall - rise, 2u * P) << i;
        bool bit = b.seen[rise].sda;
        if (i < 8) byte = byte << 1 | bit;
        if (bit != was) { EXPECT_EQ(b.find(&Bench::Seen::sda, bit, low), low + P) << i; }
        was = bit;
        low = fall;
    }
    EXPECT_EQ(byte, 0xA6);
    EXPECT_EQ(b.sr(), RXACK | BUSY | IF);
}

TEST(I2cController, DoneAtTheLastFallHoldsScl) {
    Bench b({N});
    b.setup(P);
    b.command(STA | WR, 0x40);
    uint64_t done = b.finish();
    b.run(1000);
    EXPECT_TRUE(b.seen[done].scl);
    EXPECT_FALSE(b.ctl[0].out.scl);
    for (uint64_t n = done + 1; n < b.clk; n++) ASSERT_FALSE(b.seen[n].scl);
}

TEST(I2cController, StartAloneEndsAtItsHold) {
    Bench b({N});
    b.setup(P);
    uint64_t a = b.command(STA);
    EXPECT_EQ(b.finish(), a + 1 + 2 * P);
    EXPECT_EQ(b.sr(), BUSY | IF);
    EXPECT_FALSE(b.ctl[0].out.scl);
}

TEST(I2cController, PrescalerTooSmallSlowsSclButWorks) {
    for (int p : {1, 2, 3}) {
        Bench b({7}, 1);
        b.setup(p);
        b.doit(STA | WR, 0x40);
        EXPECT_EQ(b.sr() & (RXACK | AL), 0);
        b.doit(WR | STO, 0x5C);
        EXPECT_EQ(b.sr(), IF);
        EXPECT_EQ(b.pcf[0].out.port, 0x5C);
    }
}

TEST(I2cController, WritesAndReadsAnExpander) {
    Bench b({N}, 2);
    b.setup(P);
    b.doit(STA | WR, 0x42); EXPECT_EQ(b.sr(), BUSY | IF);
    b.doit(WR, 0x3C); b.doit(WR | STO, 0xC5);
    EXPECT_EQ(b.sr(), IF);
    EXPECT_EQ(b.pcf[1].out.port, 0xC5);
    EXPECT_EQ(b.pcf[0].out.port, 0xFF);
    b.outside[0] = 0x9A; b.run(10);
    b.doit(STA | WR, 0x41);
    b.doit(RD); EXPECT_EQ(b.read(I2C_RXR), 0x9A);
    EXPECT_EQ(b.sr() & RXACK, 0);
    b.outside[0] = 0x17;
    b.doit(RD); EXPECT_EQ(b.read(I2C_RXR), 0x9A);
    b.doit(RD | NACK | STO); EXPECT_EQ(b.read(I2C_RXR), 0x17);
    EXPECT_EQ(b.sr(), RXACK | IF);
    b.doit(STA | WR | STO, 0x60); EXPECT_EQ(b.sr(), RXACK | IF);
}

TEST(I2cController, ReadWinsOverWrite) {
    Bench b({N}, 1);
    b.setup(P);
    b.outside[0] = 0x81;
    b.doit(STA | WR, 0x41);
    b.doit(RD | WR | NACK | STO, 0x00);
    EXPECT_EQ(b.read(I2C_RXR), 0x81);
}

TEST(I2cController, RepeatedStartKeepsThreePeriodsOfSetUpAndTwoOfHold) {
    Bench b({N}, 1);
    b.setup(P);
    b.doit(STA | WR, 0x40);
    uint64_t a = b.command(STA | WR, 0x41);
    b.finish();
    EXPECT_EQ(b.seen[a + 1].sda, false);  // the target's ACK is still there
    uint64_t rise = b.scl_at(true, a), fall = b.sda_at(false, rise), low = b.scl_at(false, rise);
    EXPECT_EQ(rise, a + 1 + 3 * P + 1);
    EXPECT_EQ(fall - rise, 3u * P);
    EXPECT_EQ(low - fall, 2u * P);
    EXPECT_EQ(b.sr(), BUSY | IF);
}

TEST(I2cController, RepeatedStartFollowsAnEarlierForeignOne) {
    Bench b({N}, 1);
    b.setup(P);
    b.doit(STA | WR, 0x40);
    uint64_t a = b.command(STA | WR, 0x41), rise = a + 1 + 3 * P + 1;
    b.run_to(rise + 20);
    b.ext_sda = false;
    uint64_t S = b.clk + N + 2;
    b.run_to(S + 5);
    EXPECT_TRUE(b.seen[S].out[0].sda);
    EXPECT_FALSE(b.seen[S + 1].out[0].sda);
    b.ext_sda = true;
    b.finish();
    EXPECT_EQ(b.scl_at(false, rise), S + 2 * P + 1);
    EXPECT_EQ(b.sr(), BUSY | IF);
}

TEST(I2cController, RepeatedStartIsLostAgainstLowSdaOrAnSclFall) {
    for (bool sda : {false, true}) {
        Bench b({N}, 1);
        b.setup(P);
        b.doit(STA | WR, 0x40);
        uint64_t a = b.command(STA), R = a + 1 + 3 * P + K;
        if (sda) b.ext_sda = false;
        b.run_to(R + 10);
        if (!sda) b.ext_scl = false;
        EXPECT_EQ(b.finish(), sda ? R + 10 - 1 : R + 10 + N + 2);
        if (sda) {
            EXPECT_FALSE(b.seen[R].out[0].irq);
            EXPECT_TRUE(b.seen[R + 1].out[0].irq);
        }
        EXPECT_EQ(b.sr(), BUSY | AL | IF);
    }
}

TEST(I2cController, WriteLeavesRxrAlone) {
    Bench b({N}, 1);
    b.setup(P);
    b.outside[0] = 0x6B;
    b.doit(STA | WR, 0x41); b.doit(RD | NACK | STO);
    b.doit(STA | WR, 0x40); b.doit(WR | STO, 0xFF);
    EXPECT_EQ(b.read(I2C_RXR), 0x6B);
}

// Contract 5 leaves open whether `free` set by a STOP at s already counts at s; tBUF says it must.
TEST(I2cController, StopAtTheStartEdgeOfACommandIsFollowedByBusFreeTime) {
    Bench b({N});
    b.ext_sda = false;
    i2c_controller_init(&b.ctl[0], N);
    b.run(100);
    b.setup(P);
    b.ext_sda = true;
    uint64_t up = b.clk, R = up + N + 2;
    b.run_to(R - 1);
    b.command(STA);
    b.finish();
    EXPECT_EQ(b.sda_at(false, up) - up, 3u * P);
    EXPECT_EQ(b.sr() & AL, 0);
}

TEST(I2cController, StopKeepsItsSetUpAndBusFreeTime) {
    Bench b({N}, 1);
    b.setup(P);
    b.doit(STA | WR, 0x40);
    uint64_t a = b.command(STO);
    uint64_t done = b.finish();
    uint64_t rise = b.scl_at(true, a), up = b.sda_at(true, rise);
    EXPECT_EQ(up - rise, 2u * P);
    EXPECT_EQ(done, up + N + 2);
    EXPECT_EQ(b.sr(), IF);
    uint64_t a2 = b.command(STA);
    b.finish();
    EXPECT_EQ(b.sda_at(false, a2) - up, 3u * P);  // tBUF on the wire
}

TEST(I2cController, WaitsForTheRealRiseOfAStretchedClockAtEveryBit) {
    for (int hold : {1, 50, 74, 75, 76, 90, 400}) {
        Bench b({N}, 1);
        b.setup(P);
        b.stretch = hold;
        b.doit(STA | WR, 0x40);
        b.doit(WR, 0xD2);
        b.doit(STA | WR, 0x41);
        b.doit(RD | NACK | STO);
        b.stretch = 0; b.ext_scl = true;
        EXPECT_EQ(b.read(I2C_RXR), 0xD2);
        EXPECT_EQ(b.sr(), RXACK | IF);
        uint64_t first = b.scl_at(false, 0), end = b.seen.size();
        for (uint64_t low = b.scl_at(false, first), rise; low < end; low = b.scl_at(false, rise)) {
            rise = b.scl_at(true, low);
            if (rise >= end) break;
            uint64_t len = rise - low;
            // the hands see the fall at `low`, pull from low+1 to low+hold
            EXPECT_GE(len, (uint64_t)std::max(3 * P, hold + 1));
            uint64_t fall = b.scl_at(false, rise);
            if (fall < end) { EXPECT_GE(fall - rise, 2u * P); }
        }
    }
}

TEST(I2cController, TwoControllersOfDifferentSpeedsShareOneClock) {
    Bench b({4, 6}, 1);
    b.setup(30, 0); b.setup(47, 1);
    b.write(I2C_TXR, 0x40, 0); b.write(I2C_TXR, 0x40, 1);
    b.in[0] = b.in[1] = {true, true, true, true, true, true, I2C_CR, STA | WR | IACK};
    b.edge();
    b.in[0].cyc = b.in[1].cyc = false;
    uint64_t from = b.clk;
    b.finish(0); b.finish(1);
    EXPECT_EQ(b.sr(0), BUSY | IF);  // both went through, both saw the ACK
    EXPECT_EQ(b.sr(1), BUSY | IF);
    uint64_t low = b.scl_at(false, from);
    for (int i = 0; i < 9; i++) {
        uint64_t rise = b.scl_at(true, low), fall = b.scl_at(false, rise);
        // The slow one sees the fall only K later: the low is its 3P from there, the high the fast one's 2P.
        EXPECT_GE(rise - low, 3u * 47);
        EXPECT_LE(rise - low, 3u * 47 + 10);
        EXPECT_EQ(fall - rise, 60u);
        low = fall;
    }
    b.write(I2C_TXR, 0x77, 0); b.write(I2C_TXR, 0x77, 1);
    b.in[0] = b.in[1] = {true, true, true, true, true, true, I2C_CR, WR | STO | IACK};
    b.edge();
    b.in[0].cyc = b.in[1].cyc = false;
    b.finish(0); b.finish(1);
    EXPECT_EQ(b.pcf[0].out.port, 0x77);
    EXPECT_EQ(b.sr(0), IF);
    EXPECT_EQ(b.sr(1), IF);
}

TEST(I2cController, LoserOfArbitrationLetsGoAndTheWinnerSeesNothing) {
    for (int skew = 0; skew < 20; skew++) {
        Bench b({4, 4}, 2);
        b.setup(P, 0); b.setup(P, 1);
        b.write(I2C_TXR, 0x40, 0); b.write(I2C_TXR, 0x42, 1);
        b.command(STA | WR, -1, 0);
        b.run(skew);
        b.command(STA | WR, -1, 1);
        if (skew + 2 >= K) { b.finish(0); continue; }  // it sees the START in time and waits
        uint64_t lost = b.finish(1);
        EXPECT_EQ(b.sr(1), BUSY | AL | IF);
        EXPECT_TRUE(b.ctl[1].out.scl && b.ctl[1].out.sda);
        EXPECT_TRUE(b.ctl[1].symbols.scl.now);  // it loses while SCL is high, at clock 7
        EXPECT_LT(lost, b.finish(0));
        EXPECT_EQ(b.sr(0), BUSY | IF);
        b.doit(WR | STO, 0x11, 0);
        EXPECT_EQ(b.pcf[0].out.port, 0x11);
        EXPECT_EQ(b.pcf[1].out.port, 0xFF);
        b.doit(STA | WR, 0x42, 1);  // STA clears AL
        EXPECT_EQ(b.sr(1), BUSY | IF);
    }
}

TEST(I2cController, CommandWaitsForTheOtherControllersStopAndBusFree) {
    Bench b({4, 4}, 2);
    b.setup(P, 0); b.setup(P, 1);
    b.command(STA | WR, 0x40, 0);
    b.run(50);
    b.command(STA | WR, 0x42, 1);
    b.finish(0);
    EXPECT_EQ(b.sr(1), BUSY | TIP);
    uint64_t a = b.command(STO, -1, 0);
    b.finish(0);
    uint64_t up = b.sda_at(true, b.scl_at(true, a));
    b.finish(1);
    EXPECT_EQ(b.sda_at(false, up) - up, 3u * P);
    EXPECT_EQ(b.sr(1), BUSY | IF);
}

TEST(I2cController, ReadersNackAgainstAckLosesAtTheNinthBit) {
    Bench b({4, 4}, 1);
    b.setup(P, 0); b.setup(P, 1);
    for (int i : {0, 1}) b.write(I2C_TXR, 0x41, i);
    auto both = [&](int cr0, int cr1) {
        b.in[0] = {true, true, true, true, true, true, I2C_CR, uint8_t(cr0 | IACK)};
        b.in[1] = {true, true, true, true, true, true, I2C_CR, uint8_t(cr1 | IACK)};
        b.edge();
        b.in[0].cyc = b.in[1].cyc = false;
        b.edge();
        b.finish(0); b.finish(1);
    };
    both(STA | WR, STA | WR);
    both(RD, RD | NACK);
    EXPECT_EQ(b.sr(0), BUSY | IF);
    EXPECT_EQ(b.sr(1), BUSY | IF | AL);  // RxACK is what it saw: 0
    EXPECT_EQ(b.read(I2C_RXR, 1), 0xFF);
}

TEST(I2cController, StartOnAHeldSdaIsLostAtOnce) {
    Bench b({N});
    b.ext_sda = false;  // low since reset, so that no START is seen and Busy stays 0
    i2c_controller_init(&b.ctl[0], N);
    b.run(100);
    b.setup(P);
    uint64_t a = b.command(STA | WR, 0x40);
    EXPECT_EQ(b.finish(), a + 1);
    EXPECT_TRUE(b.ctl[0].out.irq);
    EXPECT_EQ(b.sr(), AL | IF);
}

TEST(I2cController, BlockedStopIsLostAfterItsPatience) {
    for (int p : {25, 2}) {
        Bench b({N}, 1);
        b.setup(p);
        b.doit(STA | WR, 0x40);
        b.ext_sda = false;
        uint64_t a = b.command(STO);
        uint64_t lost = b.finish();
        uint64_t rise = b.scl_at(true, a);
        uint64_t R = rise + N + 2, q = R + std::max(2 * p - K, 1);
        EXPECT_EQ(lost, q + std::max(3 * p, K + 1));
        EXPECT_EQ(b.sr() & ~RXACK, BUSY | AL | IF);
        EXPECT_TRUE(b.seen[q + 1].out[0].sda);
        EXPECT_FALSE(b.seen[q].out[0].sda);
        b.ext_sda = true; b.run(50);
        EXPECT_EQ(b.sr() & BUSY, 0);  // its release is the STOP
    }
}

TEST(I2cController, SclFallInTheStopIsLost) {
    Bench b({N});
    b.setup(P);
    b.doit(STA | WR, 0x40);
    uint64_t a = b.command(STO);
    b.run_to(a + 1 + 3 * P + 20);
    b.ext_scl = false;
    uint64_t e = b.clk;
    EXPECT_EQ(b.finish(), e + N + 2);
    EXPECT_EQ(b.sr() & (AL | IF), AL | IF);
    EXPECT_TRUE(b.ctl[0].out.sda);
}

TEST(I2cController, ForeignStartOrStopInABitIsLost) {
    for (bool stop : {false, true}) {
        Bench b({N}, 1);
        b.setup(P);
        b.doit(STA | WR, 0x40);
        uint64_t a = b.command(RD);
        b.run_to(a + 1 + P);
        b.ext_sda = !stop;
        b.run_to(a + 1 + 3 * P + 20);
        b.ext_sda = stop;
        uint64_t e = b.clk;
        EXPECT_EQ(b.finish(), e + N + 2);
        EXPECT_EQ(b.sr() & (AL | IF), AL | IF);
        EXPECT_EQ((b.sr() & BUSY) != 0, !stop);
    }
}

TEST(I2cController, SclFallBySomebodyElseEndsTheHighTime) {
    Bench b({N});
    b.setup(P);
    b.doit(STA | WR, 0x40);
    uint64_t a = b.command(WR, 0xFF);
    uint64_t r = a + 1 + 3 * P + 1;
    b.run_to(r + 15);
    b.ext_scl = false;
    b.run_to(r + 15 + N + 3);
    EXPECT_FALSE(b.ctl[0].out.scl);  // changed at r+15+N+2
    EXPECT_TRUE(b.seen.back().out[0].scl);
    b.ext_scl = true;
    b.run(3 * P + 2);
    EXPECT_EQ(b.scl_at(true, r + 15), r + 15 + N + 2 + 3 * P + 1);
}

TEST(I2cController, FallDuringTheHoldEndsIt) {
    Bench b({N});
    b.setup(P);
    uint64_t a = b.command(STA | WR, 0x40);
    b.run_to(a + 10);
    b.ext_scl = false; b.run(30); b.ext_scl = true;
    EXPECT_TRUE(b.seen[a + 10 + N + 2].out[0].scl);
    EXPECT_FALSE(b.seen[a + 10 + N + 3].out[0].scl);
}

TEST(I2cController, EnableOffReleasesAtTheNextEdgeAndKeepsStatus) {
    for (int at = 0; at < 60 * P; at += 13) {
        Bench b({N}, 1);
        b.setup(P);
        b.doit(STA | WR, 0x40);
        uint64_t a = b.command(WR | STO, 0x00);
        b.run_to(a + 2 + at);
        int before = b.sr();
        b.write(I2C_CTR, I2C_CTR_IEN);
        EXPECT_TRUE(b.ctl[0].out.scl && b.ctl[0].out.sda);
        EXPECT_EQ(b.read(I2C_CR_READBACK) & 0xF0, 0);
        EXPECT_EQ(b.sr() & (AL | RXACK), before & (AL | RXACK)) << at;
        b.run(3 * P);
        b.write(I2C_CTR, 0xC0);
        b.run(200);
        EXPECT_TRUE(b.ctl[0].out.scl);  // not engaged
    }
}

TEST(I2cController, DropTakesEffectOneEdgeAfterTheWrite) {
    Bench b({N});
    b.setup(P);
    b.doit(STA | WR, 0x40);
    uint64_t e = b.write(I2C_CTR, 0);
    b.run(2);
    EXPECT_FALSE(b.seen[e + 1].out[0].scl);
    EXPECT_TRUE(b.seen[e + 2].out[0].scl);
}

TEST(I2cController, NineClocksWithoutStartClearAHungBus) {
    for (int stop_after = 1; stop_after < 9; stop_after++) {
        Bench b({N}, 1);
        b.outside[0] = 0x00;
        b.setup(P);
        b.doit(STA | WR, 0x41);
        b.command(RD);
        b.run(uint64_t(stop_after) * 5 * P - 40);
        b.write(I2C_CTR, 0);  // the host gives up in the middle of a byte of zeros
        b.run(200);
        EXPECT_FALSE(b.seen.back().sda);
        b.write(I2C_CTR, 0xC0);
        b.command(STA | WR, 0x40);
        b.run(5000);
        EXPECT_EQ(b.sr() & (TIP | IF | BUSY), TIP | BUSY);  // a START waits for a STOP that cannot come
        b.write(I2C_CTR, 0);
        b.write(I2C_CTR, 0xC0);
        b.doit(RD | NACK | STO);
        EXPECT_TRUE(b.seen.back().sda);
        EXPECT_EQ(b.sr() & (AL | BUSY), 0) << stop_after;
        b.doit(STA | WR, 0x40);
        EXPECT_EQ(b.sr(), BUSY | IF);
    }
}

// Contract 5, `calm`: a slot or a STOP without a START lets tHIGH last after SCL's rise, and tHD;STA after a START.
TEST(I2cController, JoiningTheBusLetsTheHighPhaseLast) {
    for (int cr : {int(RD | NACK), int(WR), int(STO)})
        for (int late = -2 * P; late <= 3 * P; late += 7) {
            Bench b({N});
            b.setup(P);
            b.ext_scl = false;
            b.run(200);
            uint64_t low = b.clk, rise = low + 2 * P, command = rise + late;
            bool written = false;
            while (b.clk < rise + 8 * P) {
                b.ext_scl = b.clk >= rise;
                if (!written && b.clk >= command) {
                    written = true;
                    b.ext_scl = b.clk + 1 >= rise;
                    b.write(I2C_CR, cr);
                } else {
                    b.edge();
                }
            }
            rise = b.scl_at(true, low);
            uint64_t fall = b.scl_at(false, rise), calm = rise + N + 2 + 2 * P - K; // R + 2P - K
            EXPECT_GE(fall, calm + 1) << cr << " " << late;
            if (late < 0) {
                EXPECT_EQ(fall, calm + 1) << cr << " " << late;
            }
        }
}

TEST(I2cController, JoiningAfterAForeignStartKeepsItsHold) {
    Bench b({N});
    b.setup(P);
    b.ext_sda = false;
    uint64_t start = b.clk;
    b.run(N + 3); // the START has been reported
    b.write(I2C_CR, RD | NACK);
    b.run(4 * P);
    EXPECT_EQ(b.scl_at(false, start), start + N + 2 + 2 * P - K + 1);
}

// After its reset the controller saw a clock and a STOP with PRER 0xFFFF; the host's prescale rules what it waits for.
TEST(I2cController, WaitsByThePrescaleOfTheCommand) {
    for (int cr : {int(RD | NACK), int(STA)}) {
        Bench b({N});
        b.ext_scl = b.ext_sda = false;
        b.run(50);
        b.ext_scl = true;
        b.run(50);
        b.ext_sda = true;
        b.run(50);
        b.setup(P);
        b.command(cr);
        b.run(2 * P);
        EXPECT_FALSE(b.seen.back().out[0].scl && b.seen.back().out[0].sda) << cr;
    }
}

TEST(I2cController, JoiningWaitsWhileSclIsLow) {
    Bench b({N});
    b.setup(P);
    b.ext_scl = false;
    b.run(50);
    b.write(I2C_CR, STO);
    b.run(20 * P);
    EXPECT_TRUE(b.seen.back().out[0].scl); // it waits for the clock to be let go, and releases it meanwhile
    b.ext_scl = true;
    b.finish();
    EXPECT_EQ(b.sr() & (TIP | AL), 0);
}

TEST(I2cController, InterruptIsIfAndIen) {
    Bench b({N});
    b.setup(P, 0, I2C_CTR_EN);
    b.command(STA);
    b.run(200);
    EXPECT_EQ(b.sr(), BUSY | IF);
    EXPECT_FALSE(b.ctl[0].out.irq);
    uint64_t e = b.write(I2C_CTR, 0xC0);
    EXPECT_TRUE(b.seen[e + 1].out[0].irq);
    e = b.write(I2C_CR, IACK);
    EXPECT_TRUE(b.seen[e].out[0].irq);
    EXPECT_FALSE(b.seen[e + 1].out[0].irq);
}

TEST(I2cController, IackLosesAgainstIfBeingSet) {
    for (int d = -3; d <= 3; d++) {
        Bench b({N});
        b.setup(P);
        uint64_t a = b.command(STA), done = a + 1 + 2 * P;
        b.run_to(done + d);
        b.write(I2C_CR, IACK);
        b.run(10);
        EXPECT_EQ(b.sr() & IF, d <= 0 ? IF : 0) << d;
    }
}

TEST(I2cController, CommandWriteWhileBusyIsIgnoredUpToTheDoneEdge) {
    for (int d = -2; d <= 2; d++) {
        Bench b({N});
        b.setup(P);
        uint64_t a = b.command(STA), done = a + 1 + 2 * P;
        b.run_to(done + d);
        b.write(I2C_CR, WR | NACK);
        b.run(5);
        EXPECT_EQ(b.read(I2C_CR_READBACK), d <= 0 ? 0 : WR | NACK) << d;
    }
}

TEST(I2cController, CommandWaitsUntilSettled) {
    Bench b({20});
    b.in[0].rst_n = false; b.run(3);
    b.in[0].rst_n = true;
    uint64_t m = b.clk;
    b.write(I2C_CTR, 0xC0);
    b.write(I2C_CR, STA);
    b.run(100);
    EXPECT_EQ(b.sda_at(false, m), m + 20 + 3 + 1);
}

TEST(I2cController, TxrIsTakenBeforeTheFirstSlot) {
    for (int d = -1; d <= 1; d++) {
        Bench b({N});
        b.setup(P);
        uint64_t a = b.command(STA | WR, 0x00), first = a + 1 + 2 * P;
        b.run_to(first + d);
        b.write(I2C_TXR, 0xFF);
        b.finish();
        bool bit = b.seen[b.scl_at(true, first + 2)].sda;
        EXPECT_EQ(bit, d < 0) << d;
    }
}

TEST(I2cController, ResetInACommandForgetsEverything) {
    for (int at = 0; at < 50 * P; at += 41) {
        Bench b({N}, 1);
        b.setup(P);
        b.command(STA | WR, 0x40);
        b.run(at);
        b.in[0].rst_n = false;
        b.edge();
        i2c_controller fresh;
        i2c_controller_init(&fresh, N);
        EXPECT_EQ(memcmp(&fresh, &b.ctl[0], sizeof fresh), 0);
        b.in[0].rst_n = true;
        b.edge();
        EXPECT_EQ(b.read(0), 0xFF);
    }
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
    int n;
    Line scl, sda;
    int64_t age = 0, a = 0, stopped = -1, moved = -1, t0 = 0, dur = 0;  // edges since m; times relative to it
    unsigned prer = 0xFFFF, ctr = 0, txr = 0, rxr = 0, cr = 0, rx = 0, tx = 0;
    bool rxack = false, busy = false, al = false, iflag = false, engaged = false;
    enum { Idle, Stored, Wait, Join, Hold, Low, Rise, High, Stopping } st = Idle;
    char what = 0;  // S, B, P: repeated START, bit, STOP
    int bit = 0;
    i2c_controller_out out{true, true, false, false, 0};
    explicit Naive(int n) : n(n) { scl.last.assign(n, true); sda.last = scl.last; }

    void done() { cr &= 0x0F; iflag = true; st = Idle; }
    void lost() { out.scl = out.sda = true; engaged = false; al = true; done(); }
    void low(char w, int64_t t) { what = w; st = Low; t0 = t; dur = prer + 1; out.scl = false; engaged = true; }
    void after_start(int64_t t) {
        out.scl = false; engaged = true;
        if (cr & (RD | WR)) { bit = 0; tx = cr & RD ? 0x1FE | (cr >> 3 & 1) : txr * 2 + 1; low('B', t); }
        else after_bits(t);
    }
    void after_bits(int64_t t) { if (cr & STO) low('P', t); else done(); }
    bool level() { return what == 'S' ? true : what == 'P' ? false : tx >> (8 - bit) & 1; }

    void bus(int64_t t, bool rise, bool fall, bool start, bool stop) {
        int64_t p = prer + 1, k = n + 3;
        if (st == Stored && t >= a + 1 && t >= n + 3) {
            if (!(cr & STA) && !engaged) st = Join;
            else if (!(cr & STA)) after_start(t);
            else if (engaged) low('S', t);
            else st = Wait;
        } else if (st == Stored) return;
        switch (st) {
        case Wait:
            if (!start && !busy && (stopped < 0 || t >= stopped + std::max<int64_t>(3 * p - k, 0)) && scl.now) {
                if (sda.now) { out.sda = false; st = Hold; t0 = t; dur = 2 * p; } else lost();
            }
            return;
        case Join: if (scl.now && (moved < 0 || t >= moved + std::max<int64_t>(2 * p - k, 1))) after_start(t); return;
        case Hold: if (t > t0 && (fall || t == t0 + dur)) after_start(t); return;
        case Low:
            if (t == t0 + dur) out.sda = level();
            if (t >= t0 + 3 * dur && !scl.now) { out.scl = true; st = Rise; }
            return;
        case Rise:
            if (!rise) return;
            if (what == 'B') {
                bool v = sda.now;
                rx = (rx * 2 + v) & 0x1FF;
                if (bit == 7 && cr & RD) rxr = rx & 0xFF;
                if (bit == 8) rxack = v;
                if (!v && level() && (cr & RD ? bit == 8 : bit < 8)) { lost(); return; }
            } else if (what == 'S' && !sda.now) { lost(); return; }
            st = High; t0 = t; dur = std::max<int64_t>((what == 'S' ? 3 : 2) * p - k, 1);
            return;
        case High: {
            bool over = t == t0 + dur;
            if (what == 'B') {
                if (start || stop) lost();
                else if (over || fall) { out.scl = false; if (++bit == 9) after_bits(t); else low('B', t); }
            } else if (what == 'S') {
                if (fall) lost();
                else if (over || start) { out.sda = false; st = Hold; t0 = t; dur = 2 * p; }
            } else if (fall) lost();
            else if (over) { out.sda = true; st = Stopping; t0 = t; dur = std::max(3 * p, k + 1); }
            return;
        }
        case Stopping:
            if (stop) { engaged = false; done(); }
            else if (fall || t == t0 + dur) lost();
            return;
        default: return;
        }
    }
    void edge(const i2c_controller_in &in) {
        if (!in.rst_n) { *this = Naive(n); return; }
        int64_t t = age++;
        bool ok = t >= n + 3;
        bool rise = ok && scl.now && !scl.prev, fall = ok && !scl.now && scl.prev, high = ok && scl.now && scl.prev;
        bool start = high && sda.prev && !sda.now, stop = high && !sda.prev && sda.now;
        bool req = in.cyc && in.stb && !out.ack, en = ctr & 0x80, tip = cr & 0xF0;
        int adr = in.adr & 7;
        if (req && !in.we) {
            unsigned srv = rxack << 7 | busy << 6 | al << 5 | tip << 1 | iflag;
            unsigned regs[8] = {prer & 0xFF, prer >> 8, ctr, rxr, srv, txr, cr, 0};
            out.dat = (uint8_t)regs[adr];
        }
        if (req && in.we && adr == 4 && in.dat & 1) iflag = false;
        if (rise || start) moved = t;
        if (stop) stopped = t;
        if (en) bus(t, rise, fall, start, stop);
        else { out.scl = out.sda = true; cr &= 0x0F; st = Idle; engaged = false; }
        busy = start || (busy && !stop);
        if (req && in.we) {
            if (adr == 0 && !en) prer = (prer & 0xFF00) | in.dat;
            if (adr == 1 && !en) prer = (prer & 0xFF) | in.dat << 8;
            if (adr == 2) ctr = in.dat & 0xC0;
            if (adr == 3) txr = in.dat;
            if (adr == 4 && en && !tip) {
                cr = in.dat & 0xF8;
                if (cr & STA) al = false;
                if (cr & 0xF0) { st = Stored; a = t; }
            }
        }
        out.ack = req;
        out.irq = iflag && ctr & 0x40;
        scl.edge(in.scl); sda.edge(in.sda);
    }
};

// A host that hammers: mostly sensible commands, sometimes anything, sometimes held requests.
struct Host {
    Rng &rng;
    int wait = 0, held = 0;
    explicit Host(Rng &r) : rng(r) {}
    void drive(i2c_controller_in &in, bool ack, int p, int pace) {
        if (in.cyc) {
            if (held) { held--; return; }
            if (ack || rng.below(40) == 0) { in.cyc = in.stb = false; wait = (int)rng.below(pace); }
            return;
        }
        if (wait-- > 0) return;
        in.cyc = true; in.stb = rng.below(20) != 0;
        in.we = rng.below(4) != 0;
        held = rng.below(50) ? 0 : (int)rng.below(30);
        in.adr = (uint8_t)(rng.below(3) ? 4 : rng.below(8));
        in.dat = (uint8_t)rng.below(256);
        if (in.we && in.adr == 4 && rng.below(6)) {
            const int usual[] = {STA | WR, WR, WR, RD, RD, RD | NACK, WR | STO, STO, RD | NACK | STO, STA | WR | STO, STA, STA | RD};
            in.dat = (uint8_t)(usual[rng.below(12)] | rng.below(2));
        }
        if (in.we && in.adr == 3 && rng.below(2)) in.dat = (uint8_t)(rng.below(3) ? 0x40 : 0x41);
        if (in.we && in.adr == 2) in.dat = rng.below(8) ? 0xC0 : (uint8_t)rng.below(256);
        if (in.we && in.adr < 2) in.dat = in.adr ? 0 : (uint8_t)(rng.below(4) ? p - 1 : rng.below(12));
    }
};

struct Counts { size_t edges = 0, steps = 0, irqs = 0, sda = 0, scl = 0; };

// Closed: two controllers and two expanders on one bus. Open: the wires are random, nothing we drive counts.
void compare(bool closed, uint64_t seed, int rounds, Counts &c) {
    Rng rng{seed};
    for (int round = 0; round < rounds; round++) {
        const int count = closed ? 2 : 1;
        std::vector<Naive> want;
        std::vector<i2c_controller> eager(2), lazy(2);
        std::vector<i2c_controller_in> in(2), was(2);
        std::vector<uint64_t> wake(2, 0);
        std::vector<Host> host(2, Host(rng));
        int n0 = 1 + (int)rng.below(round % 3 ? 5 : 30), p[2];
        for (int i = 0; i < 2; i++) {
            int n = n0 + (int)rng.below(2);
            want.emplace_back(n);
            i2c_controller_init(&eager[i], (uint8_t)n);
            i2c_controller_init(&lazy[i], (uint8_t)n);
            in[i] = {true, true, true, false, false, false, 0, 0};
            p[i] = 1 + (int)rng.below(rng.below(2) ? 8 : 40);
        }
        pcf8574 pcf[2];
        for (int i = 0; i < 2; i++) { pcf8574_props q{uint8_t(0x20 + i), PCF8574_NXP, uint8_t(n0)}; pcf8574_init(&pcf[i], &q); }
        bool scl = true, sda = true;
        int hold = 0, stuck = 0;
        bool glitchy = rng.below(3) == 0;
        int pace = rng.below(2) ? 30 : 4;
        uint64_t from = rng.below(2) ? 0 : rng.next() >> 20;
        for (uint64_t clk = from; clk < from + 8000; clk++) {
            bool s, d;
            if (closed) {
                s = d = true;
                for (int i = 0; i < 2; i++) { s = s && want[i].out.scl; d = d && want[i].out.sda && pcf[i].out.sda; }
                if (stuck == 0 && rng.below(300) == 0) { stuck = 1 + (int)rng.below(rng.below(3) ? 20 : 200); hold = (int)rng.below(3); }
                if (stuck) { stuck--; s = s && hold == 0; d = d && hold == 1; if (hold == 2) { s = true; } }
                if (glitchy && rng.below(30) == 0) (rng.below(2) ? s : d) ^= 1;
            } else {
                if (hold-- == 0) {
                    // Follow the drive bits loosely, so that commands get somewhere.
                    hold = (int)(rng.below(8) ? rng.below(4) : rng.below(n0 * 2 + 2));
                    scl = rng.below(10) ? want[0].out.scl : rng.below(2);
                    sda = rng.below(10) ? want[0].out.sda : rng.below(2);
                }
                s = scl; d = sda;
            }
            for (int i = 0; i < count; i++) {
                in[i].scl = s; in[i].sda = d;
                in[i].rst_n = in[i].rst_n ? rng.below(4000) != 0 : rng.below(3) == 0;
                host[i].drive(in[i], want[i].out.ack, p[i], pace);
                bool irq = want[i].out.irq, sd = want[i].out.sda, sc = want[i].out.scl;
                want[i].edge(in[i]);
                i2c_controller_step(&eager[i], clk, &in[i]);
                bool changed = clk == from || memcmp(&in[i], &was[i], sizeof in[i]) != 0;
                if (changed || clk >= wake[i] || rng.below(200) == 0) {
                    wake[i] = i2c_controller_step(&lazy[i], clk, &in[i]);
                    ASSERT_GT(wake[i], clk);
                    c.steps++;
                }
                was[i] = in[i];
                c.edges++;
                c.irqs += !irq && want[i].out.irq; c.sda += sd && !want[i].out.sda; c.scl += sc && !want[i].out.scl;
                ASSERT_TRUE(same(eager[i].out, want[i].out)) << "eager " << closed << " round " << round << " clk " << clk - from;
                ASSERT_TRUE(same(lazy[i].out, want[i].out)) << "lazy " << closed << " round " << round << " clk " << clk - from;
            }
            if (closed)
                for (auto &x : pcf) { pcf8574_in pi{true, s, d, x.out.port}; pcf8574_step(&x, clk, &pi); }
        }
    }
}

TEST(I2cController, LazyAndEveryEdgeSteppingEqualThePlainModelOnABoard) {
    Counts c;
    compare(true, 4711, 300, c);
    printf("edges %zu steps %zu, IRQs %zu, SDA falls %zu, SCL falls %zu\n", c.edges, c.steps, c.irqs, c.sda, c.scl);
    EXPECT_GT(c.irqs, 2000u);
    EXPECT_GT(c.scl, 10000u);
    EXPECT_LT(c.steps, c.edges);
}

TEST(I2cController, LazyAndEveryEdgeSteppingEqualThePlainModelOnForeignWires) {
    Counts c;
    compare(false, 815, 500, c);
    printf("edges %zu steps %zu, IRQs %zu, SDA falls %zu, SCL falls %zu\n", c.edges, c.steps, c.irqs, c.sda, c.scl);
    EXPECT_GT(c.irqs, 1000u);
    EXPECT_GT(c.scl, 5000u);
}

// 50 MHz, 400 kHz: P = 25. Controller N = 4, expander N = 7, stepped only when the rule asks for it.
TEST(I2cController, NeedsFewStepsPerSclPeriod) {
    i2c_controller c;
    pcf8574 p;
    pcf8574_props props{0x20, PCF8574_NXP, 7};
    i2c_controller_init(&c, 4);
    pcf8574_init(&p, &props);
    i2c_controller_in in{true, true, true, false, false, false, 0, 0}, was{};
    pcf8574_in pin{true, true, true, 0xFF}, pwas{};
    uint64_t cw = 0, pw = 0, cs = 0, ps = 0, clk = 0, irqs = 0;
    uint32_t byte = 0;
    std::vector<std::pair<int, int>> writes = {{0, 24}, {1, 0}, {2, 0xC0}, {3, 0x40}, {4, STA | WR}};
    const uint64_t clks = 2000000;
    for (; clk < clks; clk++) {
        bool fresh = clk > 20 && !in.cyc && !c.out.ack && !writes.empty();
        if (in.cyc && c.out.ack) { in.cyc = in.stb = in.we = false; writes.erase(writes.begin()); }
        else if (fresh) in = {true, in.scl, in.sda, true, true, true, (uint8_t)writes[0].first, (uint8_t)writes[0].second};
        if (writes.empty() && c.out.irq && !in.cyc) { irqs++; byte = byte * 1664525 + 1013904223; writes = {{3, byte >> 24}, {4, WR | IACK}}; }
        in.scl = pin.scl = c.out.scl;
        in.sda = pin.sda = c.out.sda && p.out.sda;
        pin.pins = p.out.port;
        bool host = in.cyc || c.out.ack;
        if (clk == 0 || memcmp(&in, &was, sizeof in) || clk >= cw) { cw = i2c_controller_step(&c, clk, &in); cs += !host; was = in; }
        if (clk == 0 || memcmp(&pin, &pwas, sizeof pin) || clk >= pw) { pw = pcf8574_step(&p, clk, &pin); ps++; pwas = pin; }
    }
    double periods = clks / 125.0;
    printf("writing: steps per SCL period: controller %.2f (host accesses apart), expander %.2f; bytes %llu\n", cs / periods, ps / periods,
           (unsigned long long)irqs);
    EXPECT_LT(cs / periods, 7.0);
    EXPECT_LT(ps / periods, 5.0);
}

}  // namespace
