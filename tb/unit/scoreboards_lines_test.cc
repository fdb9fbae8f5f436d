// SPDX-License-Identifier: Apache-2.0
//
// The lines scoreboard: SDA and SCL against the drivers, and twin against twin.
#include "records.h"

namespace {

TEST(Lines, DriveBitDifferenceCountsEveryClock)
{
    Board b;
    const uint64_t at = b.clk;
    b.set(2, TGT_SDA, false, MODEL);
    b.run(7);
    b.set(2, TGT_SDA, true, MODEL);
    b.run(50);
    b.only(SB_LINES, "RTL differs");
    const verdict &v = b.of(SB_LINES);
    EXPECT_EQ(v.failures, 7u);
    EXPECT_EQ(v.first.clk, at);
    EXPECT_EQ(v.first.socket, 2);
    EXPECT_STREQ(v.first.pin, "sda");
    EXPECT_EQ(v.first.expected, 0u); // C is expected, RTL is seen
    EXPECT_EQ(v.first.seen, 1u);
    EXPECT_STREQ(v.first.place, "bus idle");
}

TEST(Lines, StretchByOneTwinOnlyIsCaught)
{
    Board b;
    b.set(1, TGT_SCL, false, MODEL);
    b.run(1);
    b.set(1, TGT_SCL, true, MODEL);
    b.run(50);
    b.only(SB_LINES, "RTL differs");
    EXPECT_STREQ(b.of(SB_LINES).first.pin, "scl");
    EXPECT_EQ(b.of(SB_LINES).failures, 1u);
    EXPECT_EQ(b.of(SB_LINES).failed[0].count, 1u); // and nothing is said of SDA, nor of the wires
    EXPECT_EQ(b.of(SB_LINES).failed[1].count, 0u);
}

// The twins come apart by one of them moving alone, after a pull that both made.
TEST(Lines, TwinThatLetsGoAloneIsCaught)
{
    Board b;
    b.set(1, TGT_SCL, false);
    b.run(5);
    b.set(1, TGT_SCL, true, MODEL);
    b.run(5);
    b.only(SB_LINES, "RTL differs");
    EXPECT_STREQ(b.of(SB_LINES).first.pin, "scl");
    EXPECT_EQ(b.of(SB_LINES).failures, 5u);
}

TEST(Lines, DifferenceBehindALowWireIsCaught)
{
    Board b;
    b.r.foreign = FOREIGN_SDA_LOW;
    b.run(50);
    b.set(1, TGT_SDA, false, MODEL);
    b.run(3);
    b.only(SB_LINES, "RTL differs");
    EXPECT_EQ(b.of(SB_LINES).failures, 3u);
}

TEST(Lines, DrivingHighIsCaughtWithAndWithoutATwin)
{
    for (bool shadows : {true, false}) {
        Board b(shadows);
        b.set(1, TGT_HIGH, true, shadows ? BOTH : RTL);
        b.run(10);
        b.only(SB_LINES, "driven high");
        EXPECT_EQ(b.of(SB_LINES).failures, 10u);
    }
}

TEST(Lines, WireMustBeTheAndOfTheDrivers)
{
    Board b(false);
    b.wire_fault = 1;
    b.run(3);
    b.wire_fault = 0;
    b.run(3);
    EXPECT_EQ(b.of(SB_LINES).failures, 3u);
    EXPECT_NE(b.first(SB_LINES).find("not the AND"), std::string::npos);
    EXPECT_EQ(b.of(SB_LINES).first.socket, -1);
}

TEST(Lines, ForeignPullAndForcedHighExplainTheWires)
{
    Board b;
    b.r.foreign = FOREIGN_SDA_LOW;
    b.run(100);
    b.set(1, TGT_SDA, false);
    b.r.foreign = FOREIGN_SDA_LOW | FOREIGN_SDA_HIGH; // force-high wins
    b.run(100);
    EXPECT_TRUE(b.r.sda);
    b.set(1, TGT_SDA, true);
    b.r.foreign = 0;
    b.run(100);
    b.quiet();
}

} // namespace
