// SPDX-License-Identifier: Apache-2.0
//
// Hostile peers: which wires a fault holds, from when and until when, in which slot of which frame.
#include "../hostile.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <string>

namespace {

enum { P = 10, LOW = 3 * P, BIT = 5 * P, FILTER = 4, FALL_0 = 100 };

config shipped()
{
    config c{};
    c.prescale = P - 1;
    c.targets = 2;
    const char *const names[] = {"ctl", "u1", "u2"};
    for (unsigned s = 0; s < 3; s++) {
        strcpy(c.socket[s].name, names[s]);
        c.filter_clks[s] = FILTER + s;
    }
    return c;
}

// A bus with a START, whose fall 0 is at FALL_0, then clocks; a repeated START after `restart` of them (0: none). What the stimulus puts
// out is collected as "first-last" samples from fall 0 on, for each wire it forces and each socket in reset.
std::map<std::string, std::string> play(const hostile &h, unsigned clocks = 20, unsigned restart = 0)
{
    const config c = shipped();
    auto s = std::make_unique<stimulus>();
    stimulus_init(s.get(), 7, FILTER);
    EXPECT_TRUE(hostile_add(&c, &h, 0, s.get()));
    std::map<std::string, std::string> seen;
    std::map<std::string, bool> was;
    const int end = FALL_0 + static_cast<int>(clocks) * BIT, again = restart ? FALL_0 + static_cast<int>(restart) * BIT : end;
    for (int clk = 0; clk < end; clk++) {
        record r{};
        const int base = clk >= again + BIT ? again + BIT : FALL_0, at = (clk - base + BIT) % BIT;
        const bool between = clk >= again && clk < again + BIT; // SDA falls in this clock's high phase
        r.clk = static_cast<uint64_t>(clk);
        r.scl = clk < FALL_0 || at >= LOW;
        r.sda = clk < FALL_0 - P || (between && at < BIT - P);
        stimulus_step(s.get(), &r, CTL_RESET);
        const bool on[] = {!(~s->now.foreign & FOREIGN_SCL_LOW), !(~s->now.foreign & FOREIGN_SDA_LOW), !(~s->now.foreign & FOREIGN_SCL_HIGH),
                           !(~s->now.foreign & FOREIGN_SDA_HIGH), !(s->now.rst_n & 1), !(s->now.rst_n & 2), !(s->now.rst_n & 4)};
        const char *const names[] = {"scl low", "sda low", "scl high", "sda high", "reset ctl", "reset u1", "reset u2"};
        for (int i = 0; i < 7; i++) {
            if (on[i] && !was[names[i]])
                seen[names[i]] += (seen[names[i]].empty() ? "" : " ") + std::to_string(clk - FALL_0) + "-";
            if (!on[i] && was[names[i]])
                seen[names[i]] += std::to_string(clk - 1 - FALL_0);
            was[names[i]] = on[i];
        }
        s->now = s->next;
    }
    return seen;
}

typedef std::map<std::string, std::string> Seen;

std::string span(int from, int clks) { return std::to_string(from) + "-" + std::to_string(from + clks - 1); }

hostile in_slot_1(hostile_kind kind)
{
    const config c = shipped();
    hostile h = hostile_make(&c, kind);
    h.slot = 1;
    return h;
}

TEST(Hostile, WhatForcesAWireDoesSoFromItsPhaseForItsTime)
{
    const std::map<hostile_kind, std::string> wires{
        {HOSTILE_NACK, "sda high"}, {HOSTILE_CONTEND, "sda low"}, {HOSTILE_STRETCH, "scl low"}, {HOSTILE_SCL_STUCK_LOW, "scl low"},
        {HOSTILE_SCL_STUCK_HIGH, "scl high"}, {HOSTILE_SDA_STUCK_LOW, "sda low"}, {HOSTILE_SDA_STUCK_HIGH, "sda high"},
        {HOSTILE_SCL_SPIKE_LOW, "scl low"}, {HOSTILE_SCL_SPIKE_HIGH, "scl high"}, {HOSTILE_SDA_SPIKE_LOW, "sda low"},
        {HOSTILE_SDA_SPIKE_HIGH, "sda high"}, {HOSTILE_SCL_PULSE_LOW, "scl low"}, {HOSTILE_SCL_PULSE_HIGH, "scl high"},
        {HOSTILE_SDA_PULSE_LOW, "sda low"}, {HOSTILE_SDA_PULSE_HIGH, "sda high"}, {HOSTILE_EARLY_LOW, "sda low"}, {HOSTILE_EARLY_HIGH, "sda high"}};
    for (const auto &[kind, wire] : wires) {
        hostile h = in_slot_1(kind);
        h.phase = 7;
        h.clks = 12;
        EXPECT_EQ(play(h), (Seen{{wire, span(BIT + 8, 12)}})) << hostile_name(kind);
    }
}

TEST(Hostile, ASpikeIsOneClkTooNarrowAndAPulseJustWideEnough)
{
    EXPECT_EQ(in_slot_1(HOSTILE_SCL_SPIKE_LOW).clks, FILTER - 1u);
    EXPECT_EQ(in_slot_1(HOSTILE_SDA_PULSE_HIGH).clks, FILTER + 2u) << "that of u2";
}

TEST(Hostile, AStartFallsAndAStopRisesAtThePhase)
{
    hostile h = in_slot_1(HOSTILE_START);
    h.phase = 40;
    h.clks = 15;
    EXPECT_EQ(play(h), (Seen{{"sda high", span(BIT + 26, 15)}, {"sda low", span(BIT + 41, 15)}}));
    h.kind = HOSTILE_STOP;
    EXPECT_EQ(play(h), (Seen{{"sda low", span(BIT + 26, 15)}, {"sda high", span(BIT + 41, 15)}}));
    h.phase = 4; // no more room than this before it
    EXPECT_EQ(play(h), (Seen{{"sda low", span(BIT + 1, 4)}, {"sda high", span(BIT + 5, 15)}}));
    h.phase = 0;
    EXPECT_EQ(play(h), (Seen{{"sda high", span(BIT + 1, 15)}}));
}

TEST(Hostile, ALateBitIsHeldFromTheFallToThePhase)
{
    hostile h = in_slot_1(HOSTILE_LATE_LOW);
    h.phase = 29;
    EXPECT_EQ(play(h), (Seen{{"sda low", span(BIT + 1, 29)}}));
    h.kind = HOSTILE_LATE_HIGH;
    EXPECT_EQ(play(h), (Seen{{"sda high", span(BIT + 1, 29)}}));
    h.phase = 0;
    EXPECT_EQ(play(h), Seen{}) << "nothing is held";
}

TEST(Hostile, ASocketVanishesForAWhileOrForGood)
{
    hostile h = in_slot_1(HOSTILE_VANISH);
    h.phase = 3;
    EXPECT_EQ(play(h), (Seen{{"reset u1", span(BIT + 4, 2 * BIT)}}));
    h.socket = 0;
    EXPECT_EQ(play(h), (Seen{{"reset ctl", span(BIT + 4, 2 * BIT)}}));
    h = in_slot_1(HOSTILE_GONE);
    h.socket = 2;
    EXPECT_EQ(play(h), (Seen{{"reset u2", std::to_string(BIT + 1) + "-"}}));
    h = in_slot_1(HOSTILE_HOLDS_SDA);
    h.clks = 30;
    EXPECT_EQ(play(h), (Seen{{"reset u1", span(BIT + 1, BIT)}, {"sda low", span(2 * BIT + 1, 30)}}));
}

TEST(Hostile, AFrameIsCountedFromNow)
{
    hostile h = in_slot_1(HOSTILE_SDA_PULSE_LOW);
    h.phase = 0;
    for (uint8_t frame : {0, 1}) {
        h.frame = frame;
        EXPECT_EQ(play(h, 20, 9), (Seen{{"sda low", span(BIT + 1, FILTER + 2)}})) << int{frame};
    }
    h.frame = 2;
    EXPECT_EQ(play(h, 20, 9), (Seen{{"sda low", span((9 + 2) * BIT + 1, FILTER + 2)}})) << "slot 1 after the repeated START";
    h.frame = 3;
    EXPECT_EQ(play(h, 20, 9), Seen{});
}

TEST(Hostile, WithoutASlotThePhaseCountsFromNow)
{
    hostile h = in_slot_1(HOSTILE_STRETCH);
    h.slot = -1;
    h.phase = FALL_0 + 20;
    h.clks = 5;
    EXPECT_EQ(play(h), (Seen{{"scl low", span(21, 5)}}));
}

TEST(Hostile, AllOfItOrNothing)
{
    const config c = shipped();
    auto s = std::make_unique<stimulus>();
    stimulus_init(s.get(), 7, FILTER);
    const hostile stretch = in_slot_1(HOSTILE_STRETCH), start = in_slot_1(HOSTILE_START);
    for (int i = 0; i < STIMULUS_EVENTS - 1; i++)
        ASSERT_TRUE(hostile_add(&c, &stretch, 0, s.get()));
    EXPECT_FALSE(hostile_add(&c, &start, 0, s.get()));
    EXPECT_EQ(s->event_count, STIMULUS_EVENTS - 1u);
    EXPECT_TRUE(hostile_add(&c, &stretch, 0, s.get()));
}

TEST(Hostile, EveryKindHasAName)
{
    for (unsigned i = 0; i < HOSTILE_KINDS; i++) {
        const hostile_kind kind = static_cast<hostile_kind>(i);
        ASSERT_NE(hostile_name(kind), nullptr) << i;
        EXPECT_EQ(hostile_find(hostile_name(kind)), kind);
        EXPECT_NE(hostile_help(kind)[0], '\0') << i;
        EXPECT_GT(in_slot_1(kind).phase + 1, 0u);
    }
    EXPECT_EQ(hostile_find("strech"), HOSTILE_KINDS);
}

TEST(Hostile, TheTextIsTheCommandThatDoesTheSame)
{
    const config c = shipped();
    char text[128];
    const auto words = [&](hostile h) { hostile_text(&c, &h, text, sizeof text); return std::string(text); };
    hostile h = in_slot_1(HOSTILE_START);
    h.frame = 2;
    EXPECT_EQ(words(h), "hostile start at 1 frame 2 plus 40clk for 25clk");
    h = in_slot_1(HOSTILE_VANISH);
    h.slot = -1;
    EXPECT_EQ(words(h), "hostile vanish plus 0clk for 100clk on u1");
    EXPECT_EQ(words(in_slot_1(HOSTILE_LATE_LOW)), "hostile late_low at 1 plus 29clk") << "its time is its phase";
    EXPECT_EQ(words(in_slot_1(HOSTILE_GONE)), "hostile gone at 1 plus 0clk on u1");
}

} // namespace
