// SPDX-License-Identifier: Apache-2.0
//
// The timing scoreboard: each time of UM10204 table 10 at its limit and one clk below it, in each mode; who is excused; what is counted.
#include "records.h"

namespace {


// Spaces in clks between one edge and the next: generous, but for the one that a test makes short.
struct Pace {
    uint64_t low, high, hd_sta, su_sta, su_dat, su_sto, buf;
    int64_t early; // SDA rises this many clks before SCL falls; 0: well behind it
};

struct Timed : Board {
    Pace pace;

    explicit Timed(unsigned scl_hz, unsigned on = 1 << SB_TIMING, unsigned spike_ns = 0) : Board(false, on, spike_ns)
    {
        shape.scl_hz = scl_hz;
        scoreboards_init(&s, &shape, on);
        r.rst_n = 0;
        run(5);
        r.rst_n = 7;
        run(100);
        const uint64_t roomy = scl_hz > 400000 ? 10 : scl_hz > 100000 ? 20 : 70;
        pace = {roomy, roomy, roomy, roomy, roomy / 2, roomy, roomy, 0};
    }
    void enable() // and the reaction to it is over
    {
        Board::enable();
        run(20);
    }
    void begin() { sda(false); run(pace.hd_sta); scl(false); }
    void bit(bool v)
    {
        run(pace.low - pace.su_dat);
        sda(v);
        run(pace.su_dat);
        scl(true);
        run(pace.high - static_cast<uint64_t>(pace.early));
        if (pace.early) {
            sda(true);
            run(static_cast<uint64_t>(pace.early));
        }
        scl(false);
    }
    void restart()
    {
        run(pace.low - pace.su_dat);
        sda(true);
        run(pace.su_dat);
        scl(true);
        run(pace.su_sta);
        begin();
    }
    void end()
    {
        run(pace.low - pace.su_dat);
        sda(false);
        run(pace.su_dat);
        scl(true);
        run(pace.su_sto);
        sda(true);
        run(pace.buf);
    }
    void transfer() // S, a bit of each kind, Sr, P, S: every rule is met
    {
        begin();
        bit(true);
        bit(false);
        restart();
        bit(false);
        bit(true);
        end();
        begin();
        bit(false);
        end();
        run(200);
    }
    timing_stats stats(timing_rule rule, timing_mode mode) const { return scoreboards_timing(&s, mode, rule); }
};

struct Limit {
    timing_rule rule;
    const char *name;
    uint64_t Pace::*space;
    const char *limit[TIMING_MODES];
    uint64_t clks[TIMING_MODES]; // floor(limit / 80 ns)
};

const Limit limits[] = {
    {TIMING_LOW, "tLOW ", &Pace::low, {"4.700", "1.300", "0.500"}, {58, 16, 6}},
    {TIMING_HIGH, "tHIGH ", &Pace::high, {"4.000", "0.600", "0.260"}, {50, 7, 3}},
    {TIMING_HD_STA, "tHD;STA ", &Pace::hd_sta, {"4.000", "0.600", "0.260"}, {50, 7, 3}},
    {TIMING_SU_STA, "tSU;STA ", &Pace::su_sta, {"4.700", "0.600", "0.260"}, {58, 7, 3}},
    {TIMING_SU_DAT, "tSU;DAT ", &Pace::su_dat, {"0.250", "0.100", "0.050"}, {3, 1, 0}},
    {TIMING_SU_STO, "tSU;STO ", &Pace::su_sto, {"4.000", "0.600", "0.260"}, {50, 7, 3}},
    {TIMING_BUF, "tBUF ", &Pace::buf, {"4.700", "1.300", "0.500"}, {58, 16, 6}},
};
const unsigned speeds[TIMING_MODES] = {100000, 400000, 1000000};

TEST(Timing, EachTimePassesAtItsLimitAndFailsAClkBelow)
{
    for (int mode = 0; mode < TIMING_MODES; mode++)
        for (const Limit &l : limits)
            for (uint64_t less : {0u, 1u}) {
                if (l.clks[mode] < less)
                    continue; // tSU;DAT of 50 ns is within a clk of 80 ns: never too short
                SCOPED_TRACE(std::string(l.name) + std::to_string(speeds[mode]) + (less ? " below" : " at"));
                Timed b(speeds[mode]);
                b.enable();
                if (l.rule == TIMING_LOW || l.rule == TIMING_HIGH) // the period is another rule
                    b.pace.*(l.rule == TIMING_LOW ? &Pace::high : &Pace::low) = 200;
                if (l.rule == TIMING_LOW)
                    b.pace.su_dat = l.clks[mode] - 2;
                b.pace.*l.space = l.clks[mode] - less;
                b.transfer();
                const timing_stats t = b.stats(l.rule, static_cast<timing_mode>(mode));
                EXPECT_TRUE(t.own);
                EXPECT_EQ(t.limit_clks, l.clks[mode]);
                EXPECT_EQ(t.seen.min_clks, static_cast<int64_t>(l.clks[mode] - less));
                EXPECT_EQ(t.seen.failures > 0, less > 0);
                if (!less) {
                    b.quiet();
                    continue;
                }
                b.only(SB_TIMING, l.name);
                EXPECT_NE(b.first(SB_TIMING).find(std::string("at least ") + l.limit[mode] + " us"), std::string::npos) << b.first(SB_TIMING);
                EXPECT_EQ(b.of(SB_TIMING).failures, t.seen.failures); // and no other rule
                EXPECT_EQ(b.of(SB_TIMING).first.socket, 0);
                EXPECT_EQ(std::string(b.of(SB_TIMING).first.clause).find("UM10204 table 10, "), 0u);
            }
}

TEST(Timing, ThePeriodIsJudgedByItself)
{
    for (uint64_t less : {0u, 1u}) {
        Timed b(400000); // 2.5 us: 31 clks
        b.enable();
        b.pace.low = 20;
        b.pace.high = 11 - less;
        b.transfer();
        EXPECT_EQ(b.stats(TIMING_PERIOD, TIMING_FAST).limit_clks, 31u);
        EXPECT_EQ(b.of(SB_TIMING).failures > 0, less > 0);
        if (less)
            b.only(SB_TIMING, "1/fSCL 2.400 us, at least 2.500 us");
    }
}

TEST(Timing, ADataBitThatLeavesBeforeSclFalls)
{
    for (int64_t early : {0, 1, 2, 20}) { // 20: a STOP, and clocks that clear the bus
        Timed b(400000);
        b.enable();
        b.begin();
        b.pace.high = 60;
        b.bit(false);
        b.pace.early = early;
        b.bit(false);
        b.pace.early = 0;
        b.run(200);
        EXPECT_EQ(b.of(SB_TIMING).failures, early == 1 || early == 2 ? 1u : 0u) << early << b.first(SB_TIMING);
        if (early == 2) {
            b.only(SB_TIMING, "tHD;DAT -0.160 us, at least 0.000 us");
            EXPECT_EQ(b.stats(TIMING_HD_DAT, TIMING_FAST).seen.min_clks, -2);
        }
    }
    Timed b(400000); // a hold of nothing is legal
    b.enable();
    b.begin();
    b.run(b.pace.low);
    b.scl(true);
    b.run(b.pace.low);
    b.scl(false);
    b.sda(true);
    b.run(b.pace.low);
    b.quiet();
    EXPECT_EQ(b.stats(TIMING_HD_DAT, TIMING_FAST).seen.min_clks, 0);
    EXPECT_EQ(b.stats(TIMING_HD_DAT, TIMING_FAST).seen.count, 1u);
    b.sda(false);
    b.run(10);
    b.scl(true);
    b.sda(true); // late: no set-up at all
    b.run(10);
    b.only(SB_TIMING, "tSU;DAT 0.000 us, at least 0.100 us");
}

TEST(Timing, TheModeIsThatOfTheSpeed)
{
    for (auto [scl_hz, mode] : {std::pair{1u, TIMING_STANDARD}, {100000u, TIMING_STANDARD}, {100001u, TIMING_FAST}, {400000u, TIMING_FAST},
                                {400001u, TIMING_FAST_PLUS}, {1000000u, TIMING_FAST_PLUS}}) {
        Timed b(scl_hz);
        for (int m = 0; m < TIMING_MODES; m++)
            EXPECT_EQ(b.stats(TIMING_LOW, static_cast<timing_mode>(m)).own, m == mode) << scl_hz;
    }
    Timed fast(400000), slow(100000);
    slow.pace = fast.pace;
    for (Timed *b : {&fast, &slow}) {
        b->enable();
        b->transfer();
    }
    fast.quiet();
    slow.only(SB_TIMING, "tHD;STA 1.600 us, at least 4.000 us");
}

// 12.5 MHz / (5 * (prescale + 1)).
TEST(Timing, AFasterPrescalerAsksForItsMode)
{
    struct { unsigned prescale; timing_mode mode; } const cases[] = {
        {24, TIMING_STANDARD}, {23, TIMING_FAST}, {6, TIMING_FAST}, {5, TIMING_FAST_PLUS}, {2, TIMING_FAST_PLUS}, {1, TIMING_MODES}};
    for (const auto &c : cases) {
        Timed b(100000);
        b.pace = Timed(1000000).pace; // too fast for all but Fast-mode Plus
        b.poke(0, c.prescale);
        b.poke(1, 0);
        b.enable();
        b.poke(0, 0xff); // CTR.EN is 1: not taken
        b.transfer();
        EXPECT_EQ(b.of(SB_TIMING).failures > 0, c.mode < TIMING_FAST_PLUS) << c.prescale;
        for (int m = 0; m < TIMING_MODES; m++)
            EXPECT_EQ(b.stats(TIMING_LOW, static_cast<timing_mode>(m)).seen.count > 0, m == c.mode) << c.prescale;
    }
    Timed slower(400000); // a slower one changes nothing
    slower.poke(0, 99);
    slower.poke(1, 0);
    slower.enable();
    slower.transfer();
    slower.quiet();
}

// Each makes the same short tHIGH, or none.
TEST(Timing, WhatTheStimulusDoesIsExcused)
{
    const std::pair<const char *, std::function<void(Timed &)>> hands[] = {
        {"nobody", [](Timed &) {}},
        {"foreign pull", [](Timed &b) { b.r.foreign = FOREIGN_SDA_LOW; b.run(1); b.r.foreign = 0; }},
        {"forced high", [](Timed &b) { b.r.foreign = FOREIGN_SCL_HIGH; b.run(1); b.r.foreign = 0; }},
        {"target reset", [](Timed &b) { b.r.rst_n = 3; b.run(1); }},
        {"controller reset", [](Timed &b) { b.r.rst_n = 6; b.run(1); }},
        {"disabled", [](Timed &b) { b.poke(2, 0); }},
        {"disabled and enabled", [](Timed &b) { b.poke(2, 0); b.poke(2, EN); }},
        {"another command", [](Timed &b) { b.poke(4, STO); }},
    };
    for (const auto &[name, hand] : hands) {
        SCOPED_TRACE(name);
        Timed b(100000);
        b.enable();
        b.begin();
        b.bit(false);
        b.run(b.pace.low);
        b.scl(true);
        hand(b);
        b.run(5);
        b.scl(false);
        b.run(200);
        const bool excused = std::string(name) != "nobody";
        EXPECT_EQ(b.of(SB_TIMING).failures, excused ? 0u : 1u) << b.first(SB_TIMING);
        EXPECT_EQ(b.stats(TIMING_HIGH, TIMING_STANDARD).seen.excused, excused ? 1u : 0u);
    }
}

TEST(Timing, AnExcuseEndsWithItsInterval)
{
    Timed b(100000);
    b.enable();
    b.begin();
    b.bit(false);
    b.run(20);
    b.r.foreign = FOREIGN_SCL_LOW; // stretched
    b.run(100);
    b.scl(true);
    b.run(100);
    b.r.foreign = 0;
    b.run(5); // within the reaction to it
    b.scl(false);
    b.run(70);
    b.scl(true);
    b.run(70);
    b.quiet();
    b.scl(false);
    b.run(10);
    b.scl(true);
    b.run(10);
    b.only(SB_TIMING, "tLOW 0.800 us");
}

TEST(Timing, ADisabledControllerKeepsNoTime)
{
    Timed b(100000);
    b.pace = Timed(1000000).pace;
    b.transfer();
    b.quiet();
    EXPECT_EQ(b.stats(TIMING_LOW, TIMING_STANDARD).seen.count, 0u);
    EXPECT_GT(b.stats(TIMING_LOW, TIMING_STANDARD).seen.excused, 0u);
}

TEST(Timing, WithoutATransferTheBusAfterResetIsTheCheck)
{
    Timed b(400000);
    EXPECT_EQ(b.of(SB_TIMING).checks, 1u);
    b.r.rst_n = 0;
    b.run(10);
    b.set(1, TGT_SDA, false);
    b.r.rst_n = 7;
    b.run(10);
    b.only(SB_TIMING, "the bus is not free after reset");
    EXPECT_STREQ(b.of(SB_TIMING).first.pin, "sda");
}

TEST(Timing, AShortTimeOfATargetIsTheTargets)
{
    Timed b(400000);
    b.enable();
    b.begin();
    b.run(b.pace.low);
    b.set(2, TGT_SDA, false);
    b.sda(true);
    b.run(1);
    b.set(2, TGT_SDA, true);
    b.run(b.pace.low);
    b.quiet();
    b.scl(true);
    b.run(3); // the wire knows the pulse; a target stretches it away
    b.set(2, TGT_SCL, false);
    b.run(50);
    b.only(SB_TIMING, "tHIGH 0.240 us");
    EXPECT_EQ(b.of(SB_TIMING).first.socket, 2);
    EXPECT_STREQ(b.of(SB_TIMING).first.pin, "scl");
}

TEST(Timing, OffMeansOff)
{
    Timed b(100000, 0);
    b.pace = Timed(1000000).pace;
    b.enable();
    b.transfer();
    EXPECT_EQ(b.of(SB_TIMING).checks, 0u);
    EXPECT_EQ(b.of(SB_TIMING).failures, 0u);
}

TEST(Timing, WhatIsMeasuredIsCounted)
{
    Timed b(400000, ALL & ~(1 << SB_PROTOCOL), 50); // the filter of the decoder delays nothing here
    b.enable();
    b.transfer();
    b.quiet();
    const timing_stats high = b.stats(TIMING_HIGH, TIMING_FAST), period = b.stats(TIMING_PERIOD, TIMING_FAST);
    EXPECT_EQ(high.seen.count, 5u);
    EXPECT_EQ(high.seen.min_clks, 20);
    EXPECT_EQ(high.seen.max_clks, 20);
    EXPECT_EQ(high.limit_ns, 600u);
    EXPECT_EQ(period.seen.count, 5u); // up to the rise before Sr and P
    EXPECT_EQ(period.seen.min_clks, 40);
    EXPECT_EQ(b.stats(TIMING_BUF, TIMING_FAST).seen.count, 1u);
    EXPECT_EQ(b.stats(TIMING_HD_STA, TIMING_FAST).seen.count, 3u);
    EXPECT_EQ(b.stats(TIMING_SU_STO, TIMING_FAST).seen.count, 2u);
    EXPECT_EQ(b.stats(TIMING_SU_STA, TIMING_FAST).seen.count, 1u);
}

TEST(Timing, PlaceIsWhereTheEdgeCame)
{
    Timed b(400000, 1 << SB_TIMING, 50);
    b.enable();
    b.begin();
    b.bit(true);
    b.bit(false);
    b.pace.high = 3;
    b.bit(true);
    EXPECT_STREQ(b.of(SB_TIMING).first.place, "");
    b.run(10);
    EXPECT_STREQ(b.of(SB_TIMING).first.place, "bit 5 of the address byte");
}

} // namespace
