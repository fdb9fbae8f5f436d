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
    void foreign(uint8_t bits, uint64_t clks) { r.foreign = bits; run(clks); }
    void levels(const std::function<void(timing_levels &)> &change)
    {
        timing_levels l = s.timing.levels;
        change(l);
        scoreboards_timing_levels(&s, &l);
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
    const char *limit[TIMING_CHIP];
    int64_t clks[TIMING_CHIP]; // floor(limit / 80 ns)
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
const unsigned speeds[TIMING_CHIP] = {100000, 400000, 1000000};

TEST(Timing, EachTimePassesAtItsLimitAndFailsAClkBelow)
{
    for (int mode = 0; mode < TIMING_CHIP; mode++)
        for (const Limit &l : limits)
            for (int64_t less : {0, 1}) {
                if (l.clks[mode] < less)
                    continue; // tSU;DAT of 50 ns is within a clk of 80 ns: never too short
                SCOPED_TRACE(std::string(l.name) + std::to_string(speeds[mode]) + (less ? " below" : " at"));
                Timed b(speeds[mode]);
                b.enable();
                if (l.rule == TIMING_LOW || l.rule == TIMING_HIGH) // the period is another rule
                    b.pace.*(l.rule == TIMING_LOW ? &Pace::high : &Pace::low) = 200;
                if (l.rule == TIMING_LOW)
                    b.pace.su_dat = static_cast<uint64_t>(l.clks[mode] - 2);
                b.pace.*l.space = static_cast<uint64_t>(l.clks[mode] - less);
                b.transfer();
                const timing_stats t = b.stats(l.rule, static_cast<timing_mode>(mode));
                EXPECT_TRUE(t.own);
                EXPECT_EQ(t.limit_clks, l.clks[mode]);
                EXPECT_EQ(t.seen.min_clks, l.clks[mode] - less);
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
        EXPECT_EQ(b.stats(TIMING_PERIOD, TIMING_FAST).limit_clks, 31);
        EXPECT_EQ(b.of(SB_TIMING).failures > 0, less > 0);
        if (less)
            b.only(SB_TIMING, "1/fSCL 2.400 us, at least 2.500 us");
    }
}

TEST(Timing, ADataBitThatLeavesBeforeSclFalls)
{
    for (int64_t early : {0, 1, 2, 3, 20}) { // from 3 on: a STOP, and clocks that clear the bus
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

// What the host commands right behind a STOP clears the bus, however soon it begins.
TEST(Timing, ACommandBehindAStopMayLetSclFallAtOnce)
{
    for (int write : {0, 1, 2}) { // 2: IACK, which is no command
        Timed b(100000);
        b.enable();
        b.begin();
        b.pace.buf = 0;
        b.end();
        if (write)
            b.poke(4, write == 1 ? RD : 1);
        else
            b.run(4);
        b.scl(false);
        b.run(200);
        if (write == 1)
            b.quiet();
        else
            b.only(SB_TIMING, "tHD;DAT -0.320 us");
    }
}

TEST(Timing, ABitThatLeavesBeforeSclFallsIsHisWhoMovedSda)
{
    for (int socket : {0, 2}) {
        Timed b(400000);
        b.enable();
        b.begin();
        b.sda(socket != 0);
        b.set(2, TGT_SDA, socket != 2);
        b.run(20);
        b.scl(true);
        b.run(30);
        b.set(socket, CTL_SDA, true);
        b.run(2);
        b.scl(false);
        b.run(20);
        b.only(SB_TIMING, "tHD;DAT -0.160 us, at least 0.000 us");
        EXPECT_EQ(b.of(SB_TIMING).first.socket, socket);
    }
}

TEST(Timing, TheModeIsThatOfTheSpeed)
{
    for (auto [scl_hz, mode] : {std::pair{1u, TIMING_STANDARD}, {100000u, TIMING_STANDARD}, {100001u, TIMING_FAST}, {400000u, TIMING_FAST},
                                {400001u, TIMING_FAST_PLUS}, {1000000u, TIMING_FAST_PLUS}}) {
        Timed b(scl_hz);
        for (int m = 0; m < TIMING_CHIP; m++)
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
        {24, TIMING_STANDARD}, {23, TIMING_FAST}, {6, TIMING_FAST}, {5, TIMING_FAST_PLUS}, {2, TIMING_FAST_PLUS}, {1, TIMING_CHIP}};
    for (const auto &c : cases) {
        Timed b(100000);
        b.pace = Timed(1000000).pace; // too fast for all but Fast-mode Plus
        b.poke(0, c.prescale);
        b.poke(1, 0);
        b.enable();
        b.poke(0, 0xff); // CTR.EN is 1: not taken
        b.transfer();
        EXPECT_EQ(b.of(SB_TIMING).failures > 0, c.mode < TIMING_FAST_PLUS) << c.prescale;
        for (int m = 0; m < TIMING_CHIP; m++)
            EXPECT_EQ(b.stats(TIMING_LOW, static_cast<timing_mode>(m)).seen.count > 0, m == c.mode) << c.prescale;
    }
    Timed slower(400000); // a slower one changes nothing
    slower.poke(0, 99);
    slower.poke(1, 0);
    slower.enable();
    slower.transfer();
    slower.quiet();
}

// Each makes the same short tHIGH.
TEST(Timing, AResetOrAWriteOfCtrIsExcused)
{
    const std::pair<const char *, std::function<void(Timed &)>> hands[] = {
        {"nobody", [](Timed &) {}},
        {"foreign pull that moves nothing", [](Timed &b) { b.r.foreign = FOREIGN_SDA_LOW; b.run(1); b.r.foreign = 0; }},
        {"another command", [](Timed &b) { b.poke(4, STO); }},
        {"target reset", [](Timed &b) { b.r.rst_n = 3; b.run(1); }},
        {"controller reset", [](Timed &b) { b.r.rst_n = 6; b.run(1); }},
        {"disabled", [](Timed &b) { b.poke(2, 0); }},
        {"disabled and enabled", [](Timed &b) { b.poke(2, 0); b.poke(2, EN); }},
    };
    for (size_t i = 0; i < std::size(hands); i++) {
        SCOPED_TRACE(hands[i].first);
        Timed b(100000);
        b.enable();
        b.begin();
        b.bit(false);
        b.run(b.pace.low);
        b.scl(true);
        hands[i].second(b);
        b.run(5);
        b.scl(false);
        b.run(200);
        EXPECT_EQ(b.of(SB_TIMING).failures, i < 3 ? 1u : 0u) << b.first(SB_TIMING);
        EXPECT_EQ(b.stats(TIMING_HIGH, TIMING_STANDARD).seen.excused, i < 3 ? 0u : 1u);
    }
}

TEST(Timing, AStretchedClockIsJudgedFromItsRise)
{
    Timed b(100000);
    b.enable();
    b.begin();
    b.bit(false);
    b.run(20);
    b.foreign(FOREIGN_SCL_LOW, 100);
    b.scl(true);
    b.run(100);
    b.foreign(0, 70);
    b.scl(false);
    b.run(70);
    b.quiet();
    b.foreign(FOREIGN_SCL_LOW, 10);
    b.scl(true);
    b.run(70);
    b.foreign(0, 20); // the controller ends it: whoever began it
    b.scl(false);
    b.run(10);
    b.only(SB_TIMING, "tHIGH 1.600 us, at least 4.000 us");
    EXPECT_EQ(b.of(SB_TIMING).first.socket, 0);
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
    EXPECT_EQ(b.of(SB_TIMING).first.socket, -1); // the bus itself
}

TEST(Timing, AShortTimeOfATargetIsTheTargets)
{
    Timed b(400000);
    b.enable();
    b.begin();
    b.run(5);
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

// ---- Maxima ---------------------------------------------------------------------------------------------------------

// A byte whose bit `late` the target `by` puts out so many clks after SCL's fall; SCL is low for 80 clks. holds: SCL too.
void send_late(Timed &b, int late, int by, uint64_t clks, bool holds = false)
{
    b.enable();
    b.begin();
    b.sda(true); // with SCL's fall
    for (int k = 0; k < 9; k++) {
        if (k == late) {
            if (holds)
                b.set(by, TGT_SCL, false);
            b.run(clks);
            b.set(by, TGT_SDA, false);
        }
        b.run(k == late ? 80 - clks : 80);
        if (holds)
            b.set(by, TGT_SCL, true);
        b.scl(true);
        b.run(70);
        b.scl(false);
        if (k == late)
            b.set(by, TGT_SDA, true);
    }
    b.run(80);
}

TEST(Timing, ATargetIsLateAClkBeyondItsMaximum)
{
    const uint64_t most[] = {44, 12, 6}; // ceil(3.45, 0.9, 0.45 us / 80 ns)
    const char *const text[] = {"3.450", "0.900", "0.450"};
    for (int mode = 0; mode < TIMING_CHIP; mode++)
        for (int late : {1, 7, 8})
            for (uint64_t more : {0u, 1u}) {
                SCOPED_TRACE(std::to_string(mode) + " bit " + std::to_string(late) + " + " + std::to_string(more));
                const timing_rule rule = late == 8 ? TIMING_VD_ACK : TIMING_VD_DAT;
                Timed b(speeds[mode], 1 << SB_TIMING, 50);
                send_late(b, late, 1, most[mode] + more);
                const timing_stats t = b.stats(rule, static_cast<timing_mode>(mode));
                EXPECT_TRUE(t.most);
                EXPECT_EQ(t.limit_clks, static_cast<int64_t>(most[mode]));
                EXPECT_EQ(t.seen.max_clks, static_cast<int64_t>(most[mode] + more));
                if (!more) {
                    b.quiet();
                    continue;
                }
                b.only(SB_TIMING, late == 8 ? "tVD;ACK " : "tVD;DAT ");
                EXPECT_NE(b.first(SB_TIMING).find(std::string("at most ") + text[mode] + " us"), std::string::npos) << b.first(SB_TIMING);
                EXPECT_EQ(b.of(SB_TIMING).failures, 1u);
                EXPECT_EQ(b.of(SB_TIMING).first.socket, 1);
                EXPECT_STREQ(b.of(SB_TIMING).first.pin, "sda");
            }
}

TEST(Timing, AMaximumDoesNotBindWhoHoldsScl)
{
    for (bool holds : {false, true}) {
        Timed b(400000);
        send_late(b, 3, 2, 60, holds);
        EXPECT_EQ(b.of(SB_TIMING).failures, holds ? 0u : 1u) << b.first(SB_TIMING);
    }
    Timed b(400000); // the controller's own SDA, late in a long low
    b.pace.low = 200;
    b.enable();
    b.transfer();
    b.quiet();
    EXPECT_EQ(b.stats(TIMING_VD_DAT, TIMING_FAST).seen.count, 0u);
}

TEST(Timing, ATargetDoesNotKnowOfAFasterPrescaler)
{
    for (unsigned scl_hz : {100000u, 400000u})
        for (uint64_t clks : {20u, 79u, 80u}) { // 80: no set-up
            Timed b(scl_hz);
            b.poke(0, 6);
            b.poke(1, 0);
            send_late(b, 3, 1, clks);
            const bool faster = scl_hz == 100000, late = clks >= 79;
            EXPECT_EQ(b.of(SB_TIMING).failures, faster ? late : clks == 80 ? 2u : 1u) << b.first(SB_TIMING);
            EXPECT_EQ(b.stats(TIMING_SU_DAT, TIMING_FAST).seen.excused > 0, faster);
            EXPECT_EQ(b.stats(TIMING_LOW, TIMING_STANDARD).seen.count, 0u);
        }
}

// ---- The chip -------------------------------------------------------------------------------------------------------

struct Chip : Timed {
    explicit Chip(unsigned scl_hz, const char *type = "pcf8574a") : Timed(scl_hz)
    {
        std::snprintf(shape.socket[2].type, sizeof shape.socket[2].type, "%s", type);
        scoreboards_init(&s, &shape, 1 << SB_TIMING);
    }
};

TEST(Timing, TheChipHasLimitsOfItsOwn)
{
    for (const char *type : {"pcf8574", "pcf8574a", "mcp23008"}) {
        Chip b(400000, type);
        b.enable();
        b.transfer();
        b.quiet(); // a warning fails nothing
        const timing_stats t = b.stats(TIMING_LOW, TIMING_CHIP);
        const bool chip = type[0] == 'p';
        EXPECT_EQ(t.own, chip);
        EXPECT_EQ(t.level, TIMING_WARNING);
        EXPECT_EQ(t.limit_clks, 58);
        EXPECT_EQ(t.seen.failures, chip ? b.stats(TIMING_LOW, TIMING_FAST).seen.count : 0u);
        EXPECT_EQ(b.stats(TIMING_VD_DAT, TIMING_CHIP).limit_ns, 3400u);
        EXPECT_EQ(b.stats(TIMING_VD_ACK, TIMING_CHIP).limit_ns, 3400u);
    }
    Chip strict(400000);
    strict.levels([](timing_levels &l) { l.chip = TIMING_ERROR; });
    strict.enable();
    strict.transfer();
    strict.only(SB_TIMING, "at least 4.000 us");
    EXPECT_STREQ(strict.of(SB_TIMING).first.clause, "NXP PCF8574 table 10, TI SCPS068K 5.6");
    Chip slow(100000);
    slow.levels([](timing_levels &l) { l.chip = TIMING_ERROR; });
    slow.enable();
    slow.transfer();
    slow.quiet();
    EXPECT_GT(slow.stats(TIMING_LOW, TIMING_CHIP).seen.count, 0u);
}

// ---- Levels ---------------------------------------------------------------------------------------------------------

TEST(Timing, ALevelIsThatOfItsRule)
{
    for (timing_level level : {TIMING_OFF, TIMING_WARNING, TIMING_ERROR})
        for (timing_rule other : {TIMING_HIGH, TIMING_LOW}) {
            Timed b(400000);
            b.levels([&](timing_levels &l) { l.rule[other] = level; });
            b.pace.low = 60;
            b.pace.high = 6;
            b.enable();
            b.transfer();
            const timing_stats t = b.stats(TIMING_HIGH, TIMING_FAST);
            const bool fails = other == TIMING_LOW || level == TIMING_ERROR;
            EXPECT_EQ(t.seen.failures, 5u);
            EXPECT_EQ(t.level, other == TIMING_HIGH ? level : TIMING_ERROR);
            EXPECT_EQ(b.of(SB_TIMING).failures, fails ? 5u : 0u);
        }
    Timed all(400000), few(400000); // what cannot fail is no check
    few.levels([](timing_levels &l) { l.rule[TIMING_HIGH] = TIMING_WARNING; });
    for (Timed *b : {&all, &few}) {
        b->enable();
        b->transfer();
    }
    EXPECT_EQ(all.of(SB_TIMING).checks, few.of(SB_TIMING).checks + 5);
}

// ---- The stimulus ---------------------------------------------------------------------------------------------------

// In a clock of a transfer, somebody ends SCL's high phase 3 clks after its rise and holds it low.
void cut_high(Timed &b)
{
    b.enable();
    b.begin();
    b.bit(false);
    b.run(b.pace.low);
    b.scl(true);
    b.run(3);
    b.foreign(FOREIGN_SCL_LOW, 30);
    b.scl(false);
    b.run(10);
    b.foreign(0, 30);
    b.scl(true);
    b.run(30);
}

TEST(Timing, TheStimulusMustDeclareWhatItBreaks)
{
    const unsigned all = ~0u, high = 1 << TIMING_HIGH, period = 1 << TIMING_PERIOD;
    struct { unsigned allowed; timing_level level; unsigned failures, declared; } const cases[] = {
        {all, TIMING_ERROR, 0, 1}, {high | period, TIMING_ERROR, 0, 1}, {0, TIMING_ERROR, 1, 0}, {all & ~high, TIMING_ERROR, 1, 0},
        {0, TIMING_WARNING, 0, 0}, {0, TIMING_OFF, 0, 0}};
    for (const auto &c : cases) {
        Timed b(400000);
        scoreboards_timing_allow(&b.s, c.allowed);
        b.levels([&](timing_levels &l) { l.stimulus = c.level; });
        cut_high(b);
        const timing_stats t = b.stats(TIMING_HIGH, TIMING_FAST);
        EXPECT_EQ(t.seen.by_stimulus, 1u);
        EXPECT_EQ(t.seen.declared, c.declared);
        EXPECT_EQ(t.seen.failures, 0u);
        EXPECT_EQ(t.seen.min_clks, 20); // what the stimulus broke is no measure of anybody
        EXPECT_EQ(b.of(SB_TIMING).failures, c.failures) << b.first(SB_TIMING);
        if (c.failures) {
            b.only(SB_TIMING, "tHIGH 0.240 us, at least 0.600 us: the stimulus (meant? violates {tHIGH})");
            EXPECT_EQ(b.of(SB_TIMING).first.socket, -1);
        }
    }
}

TEST(Timing, WhatFollowsABreachOfTheStimulusIsItsOwn)
{
    struct { unsigned scl_hz, spike_ns; uint64_t later; bool fails; } const cases[] = { // a filter of 0 or 2 clks and REACTION_CLKS after the release
        {400000, 0, 6, false}, {400000, 0, 7, true}, // 6 clks are too short a tHIGH, too
        {1000000, 0, 6, false}, {1000000, 0, 7, true}, {1000000, 150, 8, false}, {1000000, 150, 9, true}};
    for (const auto &c : cases) {
        Timed b(c.scl_hz, 1 << SB_TIMING, c.spike_ns);
        b.enable();
        b.begin();
        b.bit(false);
        b.run(b.pace.low);
        b.scl(true);
        b.run(20);
        b.foreign(FOREIGN_SCL_LOW, 3); // breaks tLOW
        b.foreign(0, c.later);
        b.foreign(FOREIGN_SCL_LOW, 1); // an edge at which the next interval may begin
        b.scl(false);
        b.run(2);
        b.foreign(0, 1);
        b.scl(true);
        b.run(30);
        EXPECT_EQ(b.of(SB_TIMING).failures, c.fails ? 1u : 0u) << b.first(SB_TIMING);
        EXPECT_GT(b.stats(TIMING_LOW, c.scl_hz > 400000 ? TIMING_FAST_PLUS : TIMING_FAST).seen.by_stimulus, 0u);
    }
}

TEST(Timing, TheEdgeThatBreaksItTellsWhoDidIt)
{
    Timed b(400000); // a foreign STOP, and the controller's START too soon after it
    b.enable();
    b.begin();
    b.foreign(FOREIGN_SDA_LOW, 20);
    b.sda(true);
    b.scl(true);
    b.run(20);
    b.foreign(0, 10);
    b.quiet();
    b.sda(false);
    b.run(20);
    b.only(SB_TIMING, "tBUF 0.800 us");
    EXPECT_EQ(b.of(SB_TIMING).first.socket, 0);

    // A foreign START into a bit, and the clock goes on
    for (bool part : {false, true}) {
        Timed a(400000);
        a.enable();
        a.begin();
        a.sda(true);
        a.run(20);
        a.scl(true);
        a.run(15);
        a.foreign(FOREIGN_SDA_LOW, 1);
        if (part)
            a.sda(false);
        a.run(3);
        a.scl(false);
        a.run(20);
        EXPECT_EQ(a.stats(TIMING_HD_STA, TIMING_FAST).seen.by_stimulus, part ? 0u : 1u);
        EXPECT_EQ(a.of(SB_TIMING).failures, part ? 1u : 0u);
    }

    Timed both(400000); // both pull at once: the controller is too early all the same
    both.enable();
    both.begin();
    both.bit(false);
    both.run(20);
    both.scl(true);
    both.run(3);
    both.scl(false);
    both.foreign(FOREIGN_SCL_LOW, 20);
    both.only(SB_TIMING, "tHIGH 0.240 us");
    EXPECT_EQ(both.of(SB_TIMING).first.socket, 0);

    Timed late(400000); // foreign data, and the controller's rise right after it
    late.enable();
    late.begin();
    late.run(19);
    late.sda(true);
    late.foreign(FOREIGN_SDA_LOW, 1);
    late.r.foreign = 0;
    late.scl(true);
    late.run(20);
    EXPECT_EQ(late.of(SB_TIMING).failures, 0u) << late.first(SB_TIMING);
    EXPECT_EQ(late.stats(TIMING_SU_DAT, TIMING_FAST).seen.by_stimulus, 1u);

    Timed hold(400000); // a STOP of the controller, and somebody pulls SCL a clk later
    hold.enable();
    hold.begin();
    hold.run(20);
    hold.scl(true);
    hold.run(20);
    hold.sda(true);
    hold.run(1);
    hold.foreign(FOREIGN_SCL_LOW, 30);
    EXPECT_EQ(hold.of(SB_TIMING).failures, 0u) << hold.first(SB_TIMING);
    EXPECT_EQ(hold.stats(TIMING_HD_DAT, TIMING_FAST).seen.by_stimulus, 1u);
}

TEST(Timing, AShortPeriodIsTheStimulusWhoCutIt)
{
    Timed b(400000); // 10 high, 20 low: below 31 clks, and each by itself long enough
    b.enable();
    b.begin();
    b.bit(false);
    b.run(20);
    b.scl(true);
    b.run(10);
    b.foreign(FOREIGN_SCL_LOW, 1);
    b.scl(false);
    b.foreign(0, 19);
    b.scl(true);
    b.run(20);
    b.quiet();
    EXPECT_EQ(b.stats(TIMING_PERIOD, TIMING_FAST).seen.by_stimulus, 1u);
}

TEST(Timing, AForcedLevelIsTheStimulus)
{
    Timed b(400000);
    b.enable();
    b.begin();
    b.run(20);
    b.foreign(FOREIGN_SCL_HIGH, 20); // into the controller's low
    b.foreign(0, 3);
    b.scl(true); // which ends now
    b.run(20);
    b.quiet();
    EXPECT_EQ(b.stats(TIMING_HIGH, TIMING_FAST).seen.by_stimulus, 0u);
    EXPECT_EQ(b.stats(TIMING_LOW, TIMING_FAST).seen.by_stimulus, 1u);
}

// A START of the stimulus that is a STOP before our controller has seen it: its own comes too soon behind that one.
TEST(Timing, AStopOfTheStimulusThatNobodyCanHaveSeenIsItsOwnBreach)
{
    for (uint64_t after : {9u, 10u}) { // 3 clks of the dullest filter, and 6
        Timed b(400000);
        b.enable();
        b.run(100);
        b.foreign(FOREIGN_SDA_LOW, 20);
        b.foreign(0, after);
        b.sda(false);
        b.run(50);
        EXPECT_EQ(b.stats(TIMING_BUF, TIMING_FAST).seen.failures, after == 10 ? 1u : 0u) << b.first(SB_TIMING);
        EXPECT_EQ(b.stats(TIMING_BUF, TIMING_FAST).seen.by_stimulus, after == 9 ? 1u : 0u);
    }
}

// ---- Spikes ---------------------------------------------------------------------------------------------------------

TEST(Timing, ASpikeOfTheStimulusMakesNoEdges)
{
    struct { uint8_t bits; bool scl_high; } const cases[] = {
        {FOREIGN_SCL_LOW, true}, {FOREIGN_SDA_LOW, true}, {FOREIGN_SDA_LOW, false}, {FOREIGN_SCL_HIGH, false}};
    for (const auto &c : cases)
        for (uint64_t clks : {1u, 2u, 3u}) { // 150 ns: at most 2 samples
            SCOPED_TRACE(std::to_string(c.bits) + " " + std::to_string(clks));
            Timed b(400000, 1 << SB_TIMING, 150);
            b.enable();
            b.begin();
            b.sda(true);
            b.run(20);
            if (c.scl_high) {
                b.scl(true);
                b.run(5);
            }
            b.foreign(c.bits, clks);
            b.foreign(0, 20);
            b.scl(!c.scl_high);
            b.run(20);
            const timing_count spikes = b.stats(TIMING_SP, TIMING_FAST).seen;
            EXPECT_EQ(spikes.count, clks < 3 ? 1u : 0u);
            EXPECT_EQ(spikes.max_clks, clks < 3 ? static_cast<int64_t>(clks) : 0);
            EXPECT_EQ(b.of(SB_TIMING).failures, 0u) << b.first(SB_TIMING);
            if (clks < 3) {
                for (int rule = 0; rule < TIMING_RULES; rule++)
                    EXPECT_EQ(b.stats(static_cast<timing_rule>(rule), TIMING_FAST).seen.by_stimulus, 0u) << rule;
                if (c.scl_high) {
                    EXPECT_EQ(b.stats(TIMING_HIGH, TIMING_FAST).seen.min_clks, static_cast<int64_t>(5 + clks + 20));
                }
            }
        }
    Timed own(400000, 1 << SB_TIMING, 150); // a socket makes none
    own.enable();
    own.begin();
    own.run(20);
    own.scl(true);
    own.run(2);
    own.scl(false);
    own.run(20);
    own.only(SB_TIMING, "tHIGH 0.160 us");
    EXPECT_EQ(own.stats(TIMING_SP, TIMING_FAST).seen.count, 0u);
}

TEST(Timing, ASpikeIntoAnEdgeExcusesIt)
{
    Timed b(400000, 1 << SB_TIMING, 150); // pulled 2 clks before the controller does
    b.enable();
    b.begin();
    b.run(20);
    b.scl(true);
    b.run(6);
    b.foreign(FOREIGN_SCL_LOW, 2);
    b.scl(false);
    b.foreign(0, 20);
    b.quiet();
    EXPECT_EQ(b.stats(TIMING_HIGH, TIMING_FAST).seen.excused, 1u);
    b.foreign(FOREIGN_SCL_LOW, 1); // let go 1 clk after it
    b.scl(true);
    b.run(1);
    b.foreign(0, 20);
    b.quiet();
    EXPECT_EQ(b.stats(TIMING_LOW, TIMING_FAST).seen.excused, 1u);
}

TEST(Timing, WhatHappensBehindAPossibleSpikeIsNotLost)
{
    Timed b(400000, 1 << SB_TIMING, 500); // 7 clks: SDA moves while SCL's fall is still in doubt
    b.enable();
    b.begin();
    b.run(20);
    b.scl(true);
    b.run(20);
    b.foreign(FOREIGN_SCL_LOW, 3);
    b.sda(true);
    b.run(2);
    b.scl(false);
    b.run(20);
    b.foreign(0, 10);
    const timing_stats t = b.stats(TIMING_HD_DAT, TIMING_FAST);
    EXPECT_EQ(t.seen.count, 1u);
    EXPECT_EQ(t.seen.min_clks, 3);
    EXPECT_EQ(b.stats(TIMING_HIGH, TIMING_FAST).seen.count, 1u); // 20 clks, by the stimulus, and long enough
    b.quiet();
}

// ---- What is kept ---------------------------------------------------------------------------------------------------

TEST(Timing, TheMeanAndTheWorstAreKept)
{
    Timed b(400000);
    b.enable();
    b.begin();
    uint64_t worst = 0;
    for (uint64_t high : {30u, 12u, 27u}) {
        b.run(20);
        b.scl(true);
        b.run(high);
        b.scl(false);
        worst = high == 12 ? b.clk : worst;
    }
    b.run(20);
    const timing_count n = b.stats(TIMING_HIGH, TIMING_FAST).seen;
    EXPECT_EQ(n.count, 3u);
    EXPECT_EQ(n.sum_clks, 69);
    EXPECT_EQ(n.min_clks, 12);
    EXPECT_EQ(n.max_clks, 30);
    EXPECT_EQ(n.worst_clk, worst);
}

timing_count counted(const Timed &t, timing_rule rule)
{
    return scoreboards_timing(&t.s, TIMING_FAST, rule).seen;
}

uint64_t measured(const Timed &t, timing_rule rule)
{
    return counted(t, rule).count + counted(t, rule).excused + counted(t, rule).by_stimulus;
}

TEST(TimingMemory, MaximumOfWholeClocksIsThatManyClocks)
{
    Board b;
    b.shape.clock_hz = 100000000;
    scoreboards_init(&b.s, &b.shape, ALL);
    EXPECT_EQ(scoreboards_timing(&b.s, TIMING_FAST, TIMING_VD_DAT).limit_clks, 90);
}

TEST(TimingMemory, FirstStartAfterAClockRepeatsNone)
{
    for (bool reset : {false, true}) { // in the middle of a transfer: UM10204 3.1.4, its STOP never comes, and nobody is left to know of it
        Timed t(400000);
        t.enable();
        if (reset) {
            t.begin();
            t.run(100);
            t.r.rst_n = 0;
            t.sda(true);
            t.scl(true);
            t.run(10);
            t.r.rst_n = 7;
            t.run(100);
            t.enable();
        }
        t.scl(false);
        t.run(100);
        t.scl(true);
        t.run(100);
        t.sda(false);
        t.run(100);
        EXPECT_EQ(measured(t, TIMING_SU_STA), 0u);
    }
}

// UM10204 table 10: tHD;STA is between a START and its first clock, a period between the clocks of one transfer. The clocks that clear the
// bus (3.1.16) follow neither.
TEST(TimingMemory, AStopEndsWhatTheStartAndTheClockBegan)
{
    Timed t(400000);
    t.enable();
    t.begin();
    t.bit(false);
    t.end();
    t.sda(false); // a START, and a STOP at once
    t.run(20);
    t.sda(true);
    t.run(100);
    const uint64_t holds = measured(t, TIMING_HD_STA), periods = measured(t, TIMING_PERIOD);
    EXPECT_EQ(holds, 1u);
    t.scl(false);
    t.run(100);
    t.scl(true);
    t.run(100);
    EXPECT_EQ(measured(t, TIMING_HD_STA), holds);
    EXPECT_EQ(measured(t, TIMING_PERIOD), periods);
}

TEST(TimingMemory, NoTimeSpansAReset)
{
    Timed t(400000);
    t.enable();
    t.start();
    t.stop();
    const uint64_t free = measured(t, TIMING_BUF);
    t.r.rst_n = 0;
    t.run(10);
    t.r.rst_n = 7;
    t.run(100);
    t.enable();
    t.sda(false);
    t.run(100);
    EXPECT_EQ(measured(t, TIMING_BUF), free);
}

TEST(TimingMemory, EdgesOfTheOtherLineEndNoSpike)
{
    Timed t(400000, 1 << SB_TIMING, 400); // 5 clks
    t.enable();
    t.foreign(FOREIGN_SDA_LOW, 3);
    t.foreign(FOREIGN_SDA_LOW | FOREIGN_SCL_LOW, 100);
    EXPECT_EQ(counted(t, TIMING_HD_STA).by_stimulus, 1u);
}

TEST(TimingMemory, EdgesOfASocketAreNoSpikeOfTheStimulus)
{
    Timed t(400000, 1 << SB_TIMING, 400);
    t.enable();
    t.foreign(FOREIGN_SDA_LOW, 1);
    t.scl(false);
    t.run(2);
    t.foreign(FOREIGN_SDA_LOW | FOREIGN_SCL_HIGH, 100);
    EXPECT_EQ(measured(t, TIMING_LOW), 1u);
}

TEST(TimingMemory, QueuedEdgesAreTakenInTimeOnABusThatStandsStill)
{
    Timed t(400000, 1 << SB_TIMING, 400);
    t.enable();
    t.start();
    t.stop();
    t.run(100);
    const uint64_t stops = measured(t, TIMING_SU_STO);
    t.foreign(FOREIGN_SDA_LOW, 1);
    t.sda(false);
    t.run(1);
    t.foreign(0, 1);
    t.sda(true);
    t.run(100);
    EXPECT_EQ(measured(t, TIMING_SU_STO), stops + 1);
}

TEST(TimingMemory, NobodyIsWokenBeforeAnEdgeIsCertain)
{
    Timed t(400000, 1 << SB_TIMING, 400);
    t.foreign(FOREIGN_SCL_LOW, 2);
    t.r.foreign |= FOREIGN_SDA_LOW;
    t.look();
    for (uint64_t clk : {2u, 5u, 7u}) { // the second edge; the first one is certain; the second
        t.r.clk = t.clk - 2 + clk;
        EXPECT_EQ(scoreboards_judge(&t.s, &t.r) - (t.clk - 2), clk == 2 ? 5u : clk == 5 ? 7u : NEVER - (t.clk - 2));
    }
}

TEST(TimingMemory, ALineThatIsLowAsTheResetEndsRisesAsAStop)
{
    Timed t(400000);
    t.r.rst_n = 0;
    t.foreign(FOREIGN_SDA_LOW, 20);
    t.r.rst_n = 7;
    t.run(100);
    t.enable();
    t.foreign(0, 100);
    t.begin();
    EXPECT_EQ(measured(t, TIMING_BUF), 1u);
}

TEST(TimingMemory, ALineForcedUpAsShortlyAsASpikeIsNoEdge)
{
    for (uint64_t clks : {4u, 8u}) {
        Timed t(400000, 1 << SB_TIMING, 400); // 5 clks
        t.enable();
        t.begin();
        t.bit(false);
        t.run(20);
        const uint64_t before = measured(t, TIMING_HD_DAT);
        t.foreign(FOREIGN_SDA_HIGH, clks);
        t.foreign(0, 20);
        EXPECT_EQ(measured(t, TIMING_HD_DAT) == before, clks == 4);
    }
}

// tVD;DAT binds who moves SDA and does not keep SCL low himself.
TEST(TimingMemory, AForeignDriverThatHoldsSclTakesItsTimeForData)
{
    for (bool holds : {false, true}) {
        Timed t(400000);
        t.enable();
        t.begin();
        t.bit(true);
        t.run(3);
        const uint64_t before = measured(t, TIMING_VD_DAT);
        t.foreign(static_cast<uint8_t>(FOREIGN_SDA_LOW | (holds ? FOREIGN_SCL_LOW : 0)), 20);
        t.foreign(FOREIGN_SDA_LOW, 20);
        t.scl(true);
        t.run(20);
        EXPECT_EQ(measured(t, TIMING_VD_DAT) - before, holds ? 0u : 1u);
    }
}

TEST(TimingMemory, EdgeThatNobodyMadeIsNotTheStimulus)
{
    Timed t(400000, 1 << SB_TIMING);
    t.enable();
    t.begin();
    t.run(20);
    t.scl(true);
    t.run(3);
    t.wire_fault = 1; // SCL falls, and nobody pulls
    t.run(20);
    t.only(SB_TIMING, "tHIGH 0.240 us");
    EXPECT_EQ(t.first(SB_TIMING).find("stimulus"), std::string::npos);
}

TEST(TimingMemory, AnEdgeOfTheOtherLineDecidesNoSpike)
{
    Timed t(400000, 1 << SB_TIMING, 400); // 5 clks
    t.enable();
    t.begin();
    t.run(50);
    t.foreign(FOREIGN_SCL_HIGH, 1);
    t.sda(true);
    t.foreign(FOREIGN_SCL_HIGH, 2);
    t.foreign(0, 50);
    EXPECT_EQ(counted(t, TIMING_SP).count, 1u);
    EXPECT_EQ(measured(t, TIMING_SU_STO), 0u);
}

TEST(TimingMemory, ASpikeIntoAnEdgeOfSdaExcusesIt)
{
    for (bool fall : {true, false}) {
        Timed t(400000, 1 << SB_TIMING, 150); // 2 clks
        t.enable();
        t.start();
        t.stop();
        t.run(100);
        const timing_rule rule = fall ? TIMING_BUF : TIMING_SU_STO;
        if (fall) { // pulled 2 clks before the controller does
            t.foreign(FOREIGN_SDA_LOW, 2);
            t.sda(false);
            t.foreign(0, 20);
        } else { // let go 1 clk after it
            t.start();
            t.sda(false);
            t.run(20);
            t.scl(true);
            t.run(30);
            t.foreign(FOREIGN_SDA_LOW, 1);
            t.sda(true);
            t.run(1);
            t.foreign(0, 20);
        }
        EXPECT_EQ(counted(t, rule).excused, 1u) << fall;
    }
}

TEST(TimingMemory, AForeignDriverOfOneLineDoesNotBeginWithTheOther)
{
    Timed t(400000, 1 << SB_TIMING, 400); // 5 clks
    t.enable();
    t.begin();
    t.sda(true);
    t.foreign(FOREIGN_SDA_LOW, 50);
    const uint64_t before = counted(t, TIMING_HD_DAT).count;
    t.foreign(FOREIGN_SDA_LOW | FOREIGN_SCL_LOW, 2);
    t.foreign(FOREIGN_SCL_LOW, 50); // SDA was held too long for a spike
    EXPECT_EQ(counted(t, TIMING_HD_DAT).count, before + 1);
}

TEST(TimingMemory, EdgesBehindAPossibleSpikeAreNotLostHoweverMany)
{
    Timed t(400000, 1 << SB_TIMING, 1000); // 13 clks
    t.enable();
    t.begin();
    t.run(20);
    t.scl(true);
    t.run(30);
    const uint64_t before = measured(t, TIMING_HD_DAT);
    t.foreign(FOREIGN_SCL_LOW, 1);
    for (int k = 0; k < 11; k++) {
        t.sda(k % 2 == 0);
        t.run(1);
    }
    t.scl(false);
    t.run(100);
    EXPECT_EQ(measured(t, TIMING_HD_DAT) - before, 11u);
    EXPECT_EQ(measured(t, TIMING_SU_STO) + measured(t, TIMING_SU_STA), 0u);
}

TEST(TimingMemory, WhoRaisesSclIsToBlameForDataOfATarget)
{
    Timed t(400000);
    t.enable();
    t.begin();
    t.run(20);
    t.set(2, TGT_SDA, false);
    t.sda(true);
    t.run(t.pace.low);
    t.set(2, TGT_SDA, true);
    t.scl(true);
    t.run(20);
    t.scl(false);
    t.run(30);
    t.set(2, TGT_SDA, false);
    t.scl(true);
    t.run(20);
    for (const failed_check &one : t.of(SB_TIMING).failed) {
        if (one.count) {
            EXPECT_EQ(t.of(SB_TIMING).first.socket, 0) << t.first(SB_TIMING);
        }
    }
}

TEST(TimingMemory, AnEdgeBeforeAResetIsNotTakenAfterIt)
{
    Timed t(400000, 1 << SB_TIMING, 400);
    t.enable();
    t.foreign(FOREIGN_SCL_LOW, 2);
    t.r.rst_n = 0;
    t.foreign(0, 10);
    t.r.rst_n = 7;
    t.run(100);
    t.enable();
    t.transfer();
    t.quiet();
    Timed plain(400000, 1 << SB_TIMING, 400);
    plain.enable();
    plain.transfer();
    EXPECT_EQ(counted(t, TIMING_HIGH).count, counted(plain, TIMING_HIGH).count);
}

// After a reset, and after a line was forced: as long as a filter and a reaction last.
TEST(TimingMemory, AnExcuseLastsForAFilterAndAReaction)
{
    for (bool reset : {true, false}) {
        for (uint64_t after : {11u, 12u}) { // 5 clks and 6
            Timed t(1000000, 1 << SB_TIMING, 400);
            t.enable();
            t.begin();
            t.run(20);
            if (reset) {
                t.r.rst_n = 3;
            } else {
                t.foreign(FOREIGN_SCL_HIGH, 20);
                t.r.foreign = 0;
            }
            t.run(after);
            t.scl(true);
            t.run(2); // tHIGH
            t.scl(false);
            t.run(100);
            EXPECT_EQ(t.stats(TIMING_HIGH, TIMING_FAST_PLUS).seen.failures, after == 12 ? 1u : 0u) << t.first(SB_TIMING);
        }
    }
}

// Seven edges wait for the first one to be certain, and then it turns out to be a spike.
TEST(TimingMemory, TheQueueHoldsSevenEdges)
{
    Timed t(400000, 1 << SB_TIMING, 1600); // 20 clks
    t.enable();
    t.foreign(FOREIGN_SDA_LOW, 1);
    for (int k = 0; k < 6; k++) {
        t.foreign(FOREIGN_SDA_LOW | FOREIGN_SCL_LOW, 1);
        t.foreign(FOREIGN_SDA_LOW, 1);
    }
    t.foreign(0, 100);
    EXPECT_EQ(counted(t, TIMING_SP).count, 7u);
    EXPECT_EQ(measured(t, TIMING_HD_STA) + measured(t, TIMING_SU_STO), 0u);
}

// A spike here is a level to a chip with a sharper filter, and what that chip does about it is the stimulus' work.
TEST(TimingMemory, ASpikeThatASharperFilterPassesExcusesWhatFollows)
{
    for (uint64_t clks : {2u, 3u}) {
        Timed t(400000, 1 << SB_TIMING, 400); // 5 clks
        t.shape.socket[2].spike_ns = 160;     // 2
        scoreboards_init(&t.s, &t.shape, 1 << SB_TIMING);
        t.r.rst_n = 0;
        t.run(5);
        t.r.rst_n = 7;
        t.run(100);
        t.enable();
        t.begin();
        t.run(20);
        t.scl(true);
        t.run(1);
        t.foreign(FOREIGN_SCL_LOW, clks);
        t.foreign(0, 1);
        t.sda(true); // tSU;STO
        t.run(50);
        EXPECT_EQ(counted(t, TIMING_SU_STO).failures, clks == 2 ? 1u : 0u) << t.first(SB_TIMING);
    }
}

TEST(TimingMemory, TheExcuseOfASpikeLastsForAFilterAndAReaction)
{
    for (uint64_t after : {12u, 13u}) { // 6 clks of the dullest filter, and 6
        Timed t(400000, 1 << SB_TIMING, 400);
        t.shape.socket[2].spike_ns = 160;
        scoreboards_init(&t.s, &t.shape, 1 << SB_TIMING);
        t.r.rst_n = 0;
        t.run(5);
        t.r.rst_n = 7;
        t.run(100);
        t.enable();
        t.begin();
        t.run(20);
        t.scl(true);
        t.run(30);
        t.foreign(FOREIGN_SCL_LOW, 3);
        t.foreign(0, after);
        t.scl(false);
        t.run(3); // tLOW
        t.scl(true);
        t.run(50);
        EXPECT_EQ(counted(t, TIMING_LOW).failures, after == 13 ? 1u : 0u) << t.first(SB_TIMING);
    }
}

} // namespace
