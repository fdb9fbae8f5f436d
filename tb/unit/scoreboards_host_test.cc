// SPDX-License-Identifier: Apache-2.0
//
// The host scoreboard: acknowledge, interrupt and the registers as the host wrote them.
#include "records.h"

namespace {

TEST(Host, TwinsDifferInEachOutput)
{
    const struct { unsigned bits; const char *pin; unsigned levels; } cases[] = {
        {CTL_ACK, "ack", 1}, {CTL_IRQ, "irq", 1}, {0x81u << CTL_DAT_SHIFT, "dat", 2}};
    for (const auto &c : cases) {
        Board b;
        b.set(0, c.bits, true, MODEL);
        b.run(5);
        b.set(0, c.bits, false, MODEL);
        b.run(5);
        b.only(SB_HOST, "RTL differs");
        EXPECT_STREQ(b.of(SB_HOST).first.pin, c.pin);
        EXPECT_EQ(b.of(SB_HOST).failures, 5u * c.levels);
    }
}

TEST(Host, AckWithoutARequestIsCaught)
{
    Board b(false);
    b.set(0, CTL_ACK, true);
    b.run(1);
    b.set(0, CTL_ACK, false);
    b.run(5);
    b.only(SB_HOST, "nobody asks");
    EXPECT_EQ(b.of(SB_HOST).failures, 1u);
}

TEST(Host, AckLongerThanOneClockIsCaught)
{
    Board b(false);
    b.r.host = HOST_CYC | HOST_STB;
    b.run(1);
    b.set(0, CTL_ACK, true);
    b.run(4);
    b.set(0, CTL_ACK, false);
    b.r.host = 0;
    b.run(5);
    b.only(SB_HOST, "longer than one clock");
    EXPECT_EQ(b.of(SB_HOST).failures, 3u);
}

TEST(Host, IrqNeedsIen)
{
    Board b(false, 1 << SB_HOST);
    b.poke(2, EN | IEN);
    b.set(0, CTL_IRQ, true);
    b.run(20);
    EXPECT_EQ(b.of(SB_HOST).failures, 0u) << b.first(SB_HOST);
    b.poke(2, EN); // and irq stays
    b.run(20);
    EXPECT_NE(b.first(SB_HOST).find("IEN is 0"), std::string::npos);
}

TEST(Host, IrqFallsOnlyWhenAsked)
{
    for (bool asked : {true, false}) {
        Board b(false, 1 << SB_HOST);
        b.poke(2, EN | IEN);
        b.run(20);
        b.set(0, CTL_IRQ, true);
        b.run(20);
        b.r.host = HOST_CYC | HOST_STB | HOST_WE | 4 << HOST_ADR_SHIFT | (asked ? 1 : 0) << HOST_DAT_SHIFT;
        b.run(1);
        b.set(0, CTL_ACK, true);
        b.set(0, CTL_IRQ, false);
        b.run(1);
        b.set(0, CTL_ACK, false);
        b.r.host = 0;
        b.run(20);
        EXPECT_EQ(b.of(SB_HOST).failures, asked ? 0u : 1u) << b.first(SB_HOST);
    }
}

} // namespace
