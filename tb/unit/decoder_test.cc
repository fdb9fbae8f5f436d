// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../../scoreboards/decoder.h"

namespace {

struct Wires {
    decoder d;
    uint64_t clk = 0;
    bool scl = true, sda = true;
    std::vector<symbol> seen;

    explicit Wires(unsigned spike_ns = 0, uint64_t hz = 100000000, unsigned dullest_ns = 0, unsigned sharpest_ns = 0)
    {
        decoder_init(&d, hz, spike_ns, sharpest_ns, dullest_ns);
        run(10);
    }
    void run(uint64_t clks)
    {
        const uint64_t end = clk + clks;
        look();
        while (d.due < end) {
            clk = d.due;
            look();
        }
        clk = end;
    }
    void look()
    {
        symbol s;
        if (decoder_step(&d, clk, scl, sda, &s))
            seen.push_back(s);
    }
    void start() { sda = true; run(20); scl = true; run(20); sda = false; run(20); scl = false; run(20); }
    void stop() { sda = false; run(20); scl = true; run(20); sda = true; run(20); }
    void bit(bool b) { sda = b; run(20); scl = true; run(40); scl = false; run(20); }
    void byte(uint8_t v, bool nack)
    {
        for (int k = 7; k >= 0; k--)
            bit(v >> k & 1);
        bit(nack);
    }
    std::string kinds() const
    {
        std::string text;
        for (const symbol &s : seen)
            text += s.kind == SYMBOL_BIT ? static_cast<char>('0' + s.bit) : "SRP.AN"[s.kind];
        return text;
    }
    std::string place() const
    {
        char text[96];
        decoder_place(&d, text, sizeof text);
        return text;
    }
};

TEST(Decoder, WriteIsStartBitsAckStop)
{
    Wires w;
    w.start();
    w.byte(0x40, false);
    w.byte(0xa5, true);
    w.stop();
    EXPECT_EQ(w.kinds(), "S01000000A10100101NP");
    EXPECT_EQ(w.seen[9].byte, 0x40);
    EXPECT_EQ(w.seen[9].index, 0u);
    EXPECT_EQ(w.seen[18].byte, 0xa5);
    EXPECT_EQ(w.seen[18].index, 1u);
    for (size_t k = 1; k < w.seen.size(); k++)
        EXPECT_GT(w.seen[k].clk, w.seen[k - 1].clk);
}

TEST(Decoder, SymbolCarriesTheWireEdge)
{
    Wires w(50);
    w.run(7);
    const uint64_t edge = w.clk;
    w.sda = false;
    w.run(5);
    EXPECT_TRUE(w.seen.empty()); // five clocks of 10 ns are still a spike
    w.run(1);
    ASSERT_EQ(w.kinds(), "S");
    EXPECT_EQ(w.seen[0].clk, edge);
}

TEST(Decoder, BitCarriesTheRiseOfScl)
{
    Wires w(50);
    w.start();
    w.sda = true;
    w.run(20);
    const uint64_t rise = w.clk;
    w.scl = true;
    w.run(40);
    EXPECT_EQ(w.kinds(), "S");
    w.scl = false;
    w.run(20);
    ASSERT_EQ(w.kinds(), "S1");
    EXPECT_EQ(w.seen[1].clk, rise);
}

TEST(Decoder, RepeatedStartKeepsBusBusy)
{
    Wires w;
    w.start();
    w.byte(0x41, false);
    EXPECT_TRUE(w.d.busy);
    w.start();
    EXPECT_EQ(w.kinds(), "S01000001AR");
    EXPECT_TRUE(w.d.busy);
    w.stop();
    EXPECT_FALSE(w.d.busy);
}

TEST(Decoder, SpikeOfTheLimitIsNoLevel)
{
    Wires w(50);
    w.sda = false;
    w.run(5);
    w.sda = true;
    w.run(20);
    w.start();
    w.scl = true;
    w.run(5);
    w.scl = false;
    w.run(20);
    EXPECT_EQ(w.kinds(), "S");
}

TEST(Decoder, SpikeNarrowerThanAClockMayMeetOneSample)
{
    for (uint64_t clks : {1, 2}) { // 80 ns a clock, spikes of 50 ns
        Wires w(50, 12500000);
        w.sda = false;
        w.run(clks);
        w.sda = true;
        w.run(20);
        EXPECT_EQ(w.kinds(), clks == 1 ? "" : "SP");
    }
}

TEST(Decoder, OneClockMoreThanASpikeIsALevel)
{
    Wires w(50);
    w.sda = false;
    w.run(6);
    w.sda = true;
    w.run(20);
    EXPECT_EQ(w.kinds(), "SP");
}

TEST(Decoder, WithoutAFilterOneClockIsALevel)
{
    Wires w;
    w.sda = false;
    w.run(1);
    w.sda = true;
    w.run(1);
    EXPECT_EQ(w.kinds(), "SP"); // a void message is survived (UM10204 3.1.10 note 5)
    EXPECT_EQ(w.place(), "bus idle");
}

TEST(Decoder, StartInMidByteExpectsAnAddress)
{
    Wires w;
    w.start();
    w.byte(0x40, false);
    w.bit(true);
    w.bit(true);
    w.start();
    w.byte(0x43, false);
    EXPECT_EQ(w.kinds(), "S01000000A11R01000011A");
    EXPECT_EQ(w.seen.back().index, 0u);
    EXPECT_EQ(w.d.addr, 0x21);
    EXPECT_TRUE(w.d.read);
}

TEST(Decoder, SdaMovingTogetherWithSclIsNoStart)
{
    Wires w;
    w.start();
    w.sda = true;
    w.run(20);
    w.scl = true;
    w.run(40);
    w.scl = false;
    w.sda = false;
    w.run(20);
    w.scl = true;
    w.sda = true;
    w.run(20);
    w.scl = false;
    w.run(20);
    EXPECT_EQ(w.kinds(), "S11");
}

TEST(Decoder, ClocksOutsideATransferHaveNoIndex)
{
    Wires w;
    w.scl = false;
    w.run(20);
    w.byte(0xff, true);
    EXPECT_EQ(w.kinds(), "11111111N");
    EXPECT_EQ(w.seen.back().index, SYMBOL_INDEX_NONE);
    EXPECT_FALSE(w.d.busy);
}

TEST(Decoder, PlaceSpeaksProtocol)
{
    Wires w;
    EXPECT_EQ(w.place(), "bus idle");
    w.sda = false;
    w.run(10);
    EXPECT_EQ(w.place(), "START");
    w.start();
    EXPECT_EQ(w.place(), "bit 7 of the address byte");
    for (int k = 7; k >= 0; k--)
        w.bit(0x40 >> k & 1);
    EXPECT_EQ(w.place(), "ACK of the address byte of the write to 0x20");
    w.bit(false);
    w.byte(0x11, false);
    w.bit(1);
    EXPECT_EQ(w.place(), "bit 6 of data byte 2 of the write to 0x20");
    for (int k = 0; k < 7; k++)
        w.bit(0);
    EXPECT_EQ(w.place(), "ACK of data byte 2 of the write to 0x20");
    char tiny[4] = "xxx";
    decoder_place(&w.d, tiny, sizeof tiny);
    EXPECT_STREQ(tiny, "ACK");
    decoder_place(&w.d, tiny, 1);
    EXPECT_STREQ(tiny, "");
    tiny[0] = 'x';
    decoder_place(&w.d, tiny, 0);
    EXPECT_EQ(tiny[0], 'x');
}

TEST(Decoder, ByteBegunOutsideATransferCountsFromThere)
{
    for (bool begun : {false, true}) {
        Wires w;
        w.scl = false;
        w.run(20);
        w.scl = true;
        w.run(100);
        if (begun)
            decoder_begin_byte(&w.d);
        w.scl = false;
        w.run(20);
        w.byte(0xff, true);
        EXPECT_EQ(w.kinds(), begun ? "11111111N" : "11111111N1");
    }
    Wires w; // within a transfer the START tells
    w.start();
    w.bit(1);
    decoder_begin_byte(&w.d);
    EXPECT_EQ(w.d.bits, 1);
}

TEST(Decoder, LevelThatMayBeASpikeElsewhereIsARunt)
{
    for (unsigned dullest_ns : {0u, 130u}) {
        const uint64_t most = dullest_ns ? 14 : 11;
        for (uint64_t clks : {uint64_t{5}, uint64_t{6}, most, most + 1}) { // 10 ns a clock: a spike here, a runt, the same, a level to everybody
            for (bool scl : {true, false}) {
                Wires w(50, 100000000, dullest_ns);
                w.start();
                w.sda = true;
                w.run(20);
                w.scl = true;
                w.run(20);
                (scl ? w.scl : w.sda) = false;
                w.run(clks);
                (scl ? w.scl : w.sda) = true;
                w.look();
                EXPECT_EQ(w.d.runt, clks == 6 || clks == most) << clks << scl;
                w.run(1);
                w.look();
                EXPECT_FALSE(w.d.runt);
            }
        }
    }
}

TEST(Decoder, RuntOfSclOnAnIdleBusCountsIfSdaMovesAboutIt)
{
    for (bool moves : {false, true}) {
        Wires w(50);
        w.scl = false;
        w.run(3);
        w.sda = !moves;
        w.run(5);
        w.scl = true;
        w.look();
        EXPECT_EQ(w.d.runt, moves);
    }
}

TEST(Decoder, RuntEndsWithItsStep)
{
    Wires w(0, 100000000, 100);
    w.start();
    w.scl = true;
    w.run(5);
    w.scl = false;
    w.look();
    EXPECT_TRUE(w.d.runt);
    w.run(40);
    w.sda = !w.sda;
    w.look();
    EXPECT_FALSE(w.d.runt);
}

TEST(Decoder, RuntOfIdleSclCountsWhereSdaMovedAboutIt)
{
    for (bool near : {true, false}) {
        Wires w(0, 100000000, 100);
        w.start();
        w.stop();
        w.run(100);
        w.start();
        w.sda = false;
        w.run(20);
        w.scl = true;
        w.run(20);
        w.sda = true;
        w.run(near ? 3 : 60);
        w.scl = false;
        w.run(2);
        w.scl = true;
        w.look();
        EXPECT_EQ(w.d.runt, near);
    }
}

TEST(Decoder, RuntOfSdaCountsWhereSclFellAboutIt)
{
    for (bool near : {true, false}) {
        Wires w(0, 100000000, 100);
        w.start();
        w.bit(false);
        w.scl = true;
        w.run(40);
        w.scl = false;
        w.run(near ? 3 : 60);
        w.sda = true;
        w.run(2);
        w.sda = false;
        w.look();
        EXPECT_EQ(w.d.runt, near);
    }
}

TEST(Decoder, BitsOfAByteOneByOne)
{
    Wires w;
    w.start();
    w.bit(true);
    EXPECT_EQ(w.d.bits, 1);
    EXPECT_EQ(w.d.byte, 1);
    EXPECT_FALSE(w.d.clocked); // its clock is over
}

TEST(Decoder, StartInClock9EndsIt)
{
    Wires w;
    w.start();
    for (int k = 0; k < 8; k++)
        w.bit(false);
    w.sda = true;
    w.run(20);
    w.scl = true;
    w.run(20);
    w.sda = false;
    w.look();
    EXPECT_TRUE(w.d.ended_ninth);
    EXPECT_EQ(w.d.fell, w.clk);
}

TEST(Decoder, WiresThatNeverMoveAreNotToBeLookedAt)
{
    decoder d;
    decoder_init(&d, 100000000, 50, 0, 0);
    EXPECT_EQ(d.due, UINT64_MAX);
    symbol s;
    EXPECT_FALSE(decoder_step(&d, 7, true, true, &s));
    EXPECT_EQ(d.due, UINT64_MAX);
}

TEST(Decoder, SpikeThatMayBeALevelElsewhereIsARunt)
{
    for (unsigned sharpest_ns : {0u, 60u, 120u, 300u}) { // against 200; 10 ns a clock
        for (uint64_t clks : {6u, 7u, 12u, 13u, 20u}) {
            for (bool scl : {true, false}) {
                Wires w(200, 100000000, 0, sharpest_ns);
                w.start();
                w.sda = true;
                w.run(40);
                w.scl = true;
                w.run(40);
                const std::string before = w.kinds();
                (scl ? w.scl : w.sda) = false;
                w.run(clks);
                (scl ? w.scl : w.sda) = true;
                w.look();
                EXPECT_EQ(w.d.runt, (sharpest_ns == 60 && clks > 6) || (sharpest_ns == 120 && clks > 12)) << sharpest_ns << ' ' << clks << scl;
                w.run(40);
                EXPECT_EQ(w.kinds(), before); // a spike here
            }
        }
    }
}

TEST(Decoder, RuntOfSclInAByteOutsideAnyTransferCounts)
{
    for (int clocks : {0, 1, 3}) {
        Wires w(50);
        decoder_begin_byte(&w.d);
        for (int k = 0; k < clocks; k++) {
            w.scl = false;
            w.run(50);
            w.scl = true;
            w.run(50);
        }
        w.scl = false;
        w.run(8);
        w.scl = true;
        w.look();
        EXPECT_EQ(w.d.runt, clocks > 0) << clocks;
    }
}

TEST(Decoder, FiltersAreRoundedUpToWholeSamples)
{
    decoder d;
    decoder_init(&d, 142857143, 7, 0, 0); // 1.000000001 clocks
    EXPECT_EQ(d.spike_clks, 2u);
    decoder_init(&d, 1000000000, 7, 0, 0);
    EXPECT_EQ(d.spike_clks, 7u);
}

TEST(Decoder, RuntOfSclSoonAfterAStopCounts)
{
    for (uint64_t after : {5u, 6u}) { // and 6 clks of a runt: as long as the dullest filter, or longer
        Wires w(50);
        w.start();
        w.scl = true;
        w.run(50);
        w.sda = true;
        w.run(after);
        w.scl = false;
        w.run(6);
        w.scl = true;
        w.look();
        EXPECT_FALSE(w.d.busy);
        EXPECT_TRUE(w.d.scl.runt);
        EXPECT_EQ(w.d.runt, after == 5);
    }
}

} // namespace
