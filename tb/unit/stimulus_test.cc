// SPDX-License-Identifier: Apache-2.0
//
// The stimulus: when an event happens, what it puts on the wires, and for how long.
#include "../stimulus.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

namespace {

enum { NO_SLOT = -1, ALL_SOCKETS = 7 };

struct Bench {
    std::unique_ptr<stimulus> s{new stimulus};
    record r{};
    uint64_t clk = 0;
    bool every_clock = true; // step it at every edge, instead of when its wires moved or it asked for it
    std::vector<stimulus_out> seen; // at each sample

    Bench()
    {
        stimulus_init(s.get(), ALL_SOCKETS, 3);
        r.scl = r.sda = true;
    }
    bool add(stimulus_kind kind, uint64_t at, uint16_t value, uint64_t clks = 0, int slot = NO_SLOT, uint8_t target = 0)
    {
        moved_ = true;
        return stimulus_add(s.get(), std::make_unique<stimulus_event>(stimulus_event{at, slot, kind, target, value, clks, 0}).get());
    }
    void run(uint64_t clks)
    {
        for (const uint64_t end = clk + clks; clk < end; clk++) {
            seen.push_back(s->now);
            if (!every_clock && !moved_ && due_ > clk)
                continue;
            r.clk = clk;
            due_ = stimulus_step(s.get(), &r, CTL_RESET);
            moved_ = memcmp(&s->now, &s->next, sizeof s->now) != 0;
            s->now = s->next;
        }
    }
    void wires(bool scl, bool sda)
    {
        r.scl = scl;
        r.sda = sda;
        moved_ = true;
    }
    void start()
    {
        wires(true, true); run(10); wires(true, false); run(10);
    }
    uint64_t fall() // returns the clk at which it is sampled
    {
        wires(true, r.sda); run(10); wires(false, r.sda);
        const uint64_t at = clk;
        run(10);
        return at;
    }
    // The clks at which `bits` of the foreign drivers are on.
    std::vector<uint64_t> foreign(unsigned bits) const
    {
        std::vector<uint64_t> clks;
        for (uint64_t c = 0; c < seen.size(); c++)
            if (seen[c].foreign & bits)
                clks.push_back(c);
        return clks;
    }
    std::vector<uint64_t> in_reset(unsigned bits) const
    {
        std::vector<uint64_t> clks;
        for (uint64_t c = 0; c < seen.size(); c++)
            if (~seen[c].rst_n & bits)
                clks.push_back(c);
        return clks;
    }

  private:
    bool moved_ = true;
    uint64_t due_ = 0;
};

std::vector<uint64_t> clks(uint64_t from, uint64_t to)
{
    std::vector<uint64_t> list;
    for (; from < to; from++)
        list.push_back(from);
    return list;
}

std::vector<uint64_t> operator+(std::vector<uint64_t> a, const std::vector<uint64_t> &b)
{
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

TEST(Stimulus, AnEventAtEdgeNIsOnTheWiresFromSampleNPlus1)
{
    for (bool every_clock : {true, false}) {
        Bench b;
        b.every_clock = every_clock;
        b.add(STIMULUS_FOREIGN_ON, 20, FOREIGN_SDA_LOW, 5);
        b.run(100);
        EXPECT_EQ(b.foreign(FOREIGN_SDA_LOW), clks(21, 26));
        EXPECT_EQ(b.foreign(0xf & ~FOREIGN_SDA_LOW), clks(0, 0));
        EXPECT_EQ(b.s->event_count, 0u) << "done, and its place is free";
    }
}

TEST(Stimulus, AnEventOfThePastHappensAtTheNextEdge)
{
    Bench b;
    b.run(50);
    b.add(STIMULUS_FOREIGN_ON, 7, FOREIGN_SCL_LOW, 3);
    b.run(50);
    EXPECT_EQ(b.foreign(FOREIGN_SCL_LOW), clks(51, 54));
}

TEST(Stimulus, EachForeignBitIsItsOwn)
{
    for (uint16_t bits = 0; bits < 16; bits++) {
        Bench b;
        b.add(STIMULUS_FOREIGN_ON, 5, bits, 5);
        b.run(10);
        EXPECT_EQ(b.seen[5].foreign, 0);
        EXPECT_EQ(b.seen[6].foreign, bits);
    }
}

TEST(Stimulus, OverlappingHoldsEndWithTheLast)
{
    const struct { uint64_t first, first_clks, second, second_clks; } cases[] = {
        {10, 20, 20, 30}, {10, 50, 20, 5}, {10, 10, 10, 10}, {20, 30, 10, 20}, {10, 1, 11, 5}};
    for (const auto &c : cases) {
        Bench b;
        b.add(STIMULUS_FOREIGN_ON, c.first, FOREIGN_SCL_LOW, c.first_clks);
        b.add(STIMULUS_FOREIGN_ON, c.second, FOREIGN_SCL_LOW | FOREIGN_SDA_LOW, c.second_clks);
        b.run(100);
        EXPECT_EQ(b.foreign(FOREIGN_SCL_LOW), clks(1 + std::min(c.first, c.second), 1 + std::max(c.first + c.first_clks, c.second + c.second_clks)));
        EXPECT_EQ(b.foreign(FOREIGN_SDA_LOW), clks(1 + c.second, 1 + c.second + c.second_clks));
    }
}

TEST(Stimulus, HoldsWithAGapLeaveTheGap)
{
    Bench b;
    b.add(STIMULUS_FOREIGN_ON, 10, FOREIGN_SCL_LOW, 5);
    b.add(STIMULUS_FOREIGN_ON, 16, FOREIGN_SCL_LOW, 5);
    b.run(100);
    EXPECT_EQ(b.foreign(FOREIGN_SCL_LOW), clks(11, 16) + clks(17, 22));
}

TEST(Stimulus, ResetHoldsTheNamedSocketsForItsTime)
{
    for (bool every_clock : {true, false}) {
        Bench b;
        b.every_clock = every_clock;
        b.add(STIMULUS_RESET_ON, 10, 1 << 1, 20);
        b.add(STIMULUS_RESET_ON, 15, 1 << 0, 3); // another socket meanwhile
        b.add(STIMULUS_RESET_ON, 50, ALL_SOCKETS, 2);
        b.run(100);
        EXPECT_EQ(b.in_reset(1 << 1), clks(11, 31) + clks(51, 53));
        EXPECT_EQ(b.in_reset(1 << 0), clks(16, 19) + clks(51, 53));
        EXPECT_EQ(b.in_reset(1 << 2), clks(51, 53));
        EXPECT_EQ(b.seen[99].rst_n, ALL_SOCKETS);
    }
}

TEST(Stimulus, PinsAreSetAndStay)
{
    Bench b;
    b.add(STIMULUS_PINS, 10, 0xf0 | 0x03 << 8, 0, NO_SLOT, 2);
    b.add(STIMULUS_PINS, 20, 0x00 | 0xff << 8, 0, NO_SLOT, 2);
    b.run(40);
    for (uint64_t c = 0; c < 40; c++)
        for (unsigned t = 0; t < RECORD_TARGETS; t++) {
            const bool set = t == 2 && c > 10;
            EXPECT_EQ(b.seen[c].ext_low[t], set && c <= 20 ? 0xf0 : 0) << c;
            EXPECT_EQ(b.seen[c].ext_high[t], set ? c <= 20 ? 0x03 : 0xff : 0) << c;
        }
}

TEST(Stimulus, EventsOfOneClkHappenInTheOrderInWhichTheyWereAdded)
{
    Bench b;
    for (uint16_t value = 1; value <= 9; value++)
        b.add(STIMULUS_PINS, 10, value);
    b.run(20);
    EXPECT_EQ(b.seen[11].ext_low[0], 9) << "the last one wins";
}

TEST(Stimulus, ASlotIsCountedInSclFallsFromTheStart)
{
    for (int slot : {0, 1, 9}) {
        for (bool every_clock : {true, false}) {
            Bench b;
            b.every_clock = every_clock;
            b.add(STIMULUS_FOREIGN_ON, 4, FOREIGN_SCL_LOW, 3, slot);
            b.fall(); // before any START: not counted
            b.start();
            uint64_t at = 0;
            for (int k = 0; k <= 12; k++) {
                const uint64_t fell = b.fall();
                at = k == slot ? fell : at;
            }
            EXPECT_EQ(b.foreign(FOREIGN_SCL_LOW), clks(at + 5, at + 8)) << slot;
        }
    }
}

TEST(Stimulus, ASlotWithoutADelayHappensAtTheFallItself)
{
    Bench b;
    b.add(STIMULUS_FOREIGN_ON, 0, FOREIGN_SCL_LOW, 3, 0);
    b.start();
    const uint64_t at = b.fall();
    EXPECT_EQ(b.foreign(FOREIGN_SCL_LOW), clks(at + 1, at + 4));
}

TEST(Stimulus, ARepeatedStartCountsAnew)
{
    Bench b;
    b.start();
    b.fall();
    b.fall();
    b.add(STIMULUS_FOREIGN_ON, 0, FOREIGN_SDA_LOW, 2, 1);
    b.fall(); // slot 2
    b.wires(false, true);
    b.start();
    b.fall();
    const uint64_t at = b.fall();
    EXPECT_EQ(b.foreign(FOREIGN_SDA_LOW), clks(at + 1, at + 3));
}

TEST(Stimulus, SdaThatFallsUnderALowSclIsNoStart)
{
    Bench b;
    b.add(STIMULUS_FOREIGN_ON, 0, FOREIGN_SCL_LOW, 2, 0);
    b.wires(false, true); b.run(10); b.wires(false, false); b.run(10);
    b.fall();
    b.wires(false, true); b.run(10); b.wires(true, false); b.run(10); // both at once: no START either
    b.fall();
    EXPECT_EQ(b.foreign(0xf), clks(0, 0));
}

TEST(Stimulus, AFullListTakesNoMoreUntilAnEventIsDone)
{
    Bench b;
    for (uint64_t i = 0; i < STIMULUS_EVENTS; i++)
        ASSERT_TRUE(b.add(STIMULUS_FOREIGN_ON, 10 + i, FOREIGN_SDA_LOW, 1));
    EXPECT_FALSE(b.add(STIMULUS_FOREIGN_ON, 500, FOREIGN_SDA_LOW, 1));
    b.run(200);
    EXPECT_EQ(b.foreign(FOREIGN_SDA_LOW), clks(11, 11 + STIMULUS_EVENTS));
    EXPECT_TRUE(b.add(STIMULUS_FOREIGN_ON, 500, FOREIGN_SDA_LOW, 1));
}

TEST(Stimulus, AsksToBeCalledWhenTheNextEventIsDue)
{
    Bench b;
    b.add(STIMULUS_RESET_ON, 30, 1, 12);
    b.add(STIMULUS_FOREIGN_ON, 5000, FOREIGN_SCL_LOW, 1);
    b.add(STIMULUS_FOREIGN_ON, 1, FOREIGN_SCL_LOW, 1, 3); // nobody knows when
    uint64_t edge = 0;
    for (uint64_t due : {uint64_t{30}, uint64_t{42}, uint64_t{5000}, uint64_t{5001}, UINT64_MAX}) {
        b.r.clk = edge;
        edge = stimulus_step(b.s.get(), &b.r, CTL_RESET);
        EXPECT_EQ(edge, due);
    }
}

TEST(Stimulus, TheHostAnswersTheDrivingController)
{
    Bench b;
    firmware_add(&b.s->firmware, FIRMWARE_WRITE, 2, 0x55, 0);
    const uint16_t word = HOST_CYC | HOST_STB | HOST_WE | 2 << HOST_ADR_SHIFT | 0x55 << HOST_DAT_SHIFT;
    b.run(5);
    EXPECT_EQ(b.seen[0].host, 0);
    for (uint64_t c = 1; c < 5; c++)
        EXPECT_EQ(b.seen[c].host, word);
    b.r.clk = b.clk;
    stimulus_step(b.s.get(), &b.r, CTL_RESET | CTL_ACK);
    EXPECT_EQ(b.s->next.host, 0);
    EXPECT_FALSE(firmware_busy(&b.s->firmware));
}

TEST(Stimulus, DroppedEventsEndAtOnceAndThoseThatWaitNeverHappen)
{
    Bench b;
    b.add(STIMULUS_FOREIGN_ON, 5, FOREIGN_SDA_LOW, 1000);
    b.add(STIMULUS_RESET_ON, 5, 2, 1000);
    b.add(STIMULUS_FOREIGN_ON, 200, FOREIGN_SCL_LOW, 10);
    b.add(STIMULUS_FOREIGN_ON, 0, FOREIGN_SCL_HIGH, 10, 1);
    b.run(50);
    stimulus_drop_events(b.s.get());
    b.run(300);
    b.start();
    b.fall();
    b.fall();
    b.fall();
    EXPECT_EQ(b.foreign(0xf), clks(6, 51)) << "on the wires from the sample after the edge to come, as ever";
    EXPECT_EQ(b.in_reset(7), clks(6, 51));
    b.add(STIMULUS_FOREIGN_ON, b.clk, FOREIGN_SDA_LOW, 3); // what it held counts no more
    const uint64_t at = b.clk;
    b.run(20);
    EXPECT_EQ(b.foreign(FOREIGN_SDA_LOW), clks(6, 51) + clks(at + 1, at + 4));
}

// Of a rival that begins at this edge, the clk of its START.
uint64_t rival_start(uint64_t from, bool every_clock)
{
    Bench b;
    b.every_clock = every_clock;
    firmware_add_setup(&b.s->rival_firmware, 24);
    b.s->rival_on = true;
    b.run(100);
    const uint8_t byte = 0x55;
    firmware_clear(&b.s->rival_firmware);
    firmware_add_write(&b.s->rival_firmware, 0x20, &byte, 1, true);
    b.s->rival_from = from;
    b.wires(true, true);
    b.run(2000);
    const auto low = b.foreign(FOREIGN_SDA_LOW);
    EXPECT_FALSE(low.empty());
    return low.empty() ? 0 : low.front();
}

TEST(Stimulus, TheRivalBeginsWhenItIsTold)
{
    const uint64_t now = rival_start(0, true);
    for (bool every_clock : {true, false})
        for (uint64_t late : {0, 1, 2, 77, 1000})
            EXPECT_EQ(rival_start(100 + late, every_clock), now + late) << late;
}

TEST(Stimulus, ARivalThatIsTakenOffLetsGo)
{
    Bench b;
    firmware_add_setup(&b.s->rival_firmware, 24);
    const uint8_t byte = 0x55;
    firmware_add_write(&b.s->rival_firmware, 0x20, &byte, 1, true);
    b.s->rival_on = true;
    b.run(200); // the wires do not follow it: it waits in its START
    ASSERT_FALSE(b.foreign(FOREIGN_SDA_LOW | FOREIGN_SCL_LOW).empty());
    stimulus_rival_off(b.s.get(), 3);
    b.seen.clear();
    b.clk = 0;
    b.run(300);
    EXPECT_EQ(b.foreign(0xf), clks(0, 1));
}

} // namespace
