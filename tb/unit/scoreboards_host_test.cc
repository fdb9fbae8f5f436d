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
        EXPECT_NE(b.of(SB_HOST).first.expected, 0u);
        EXPECT_EQ(b.of(SB_HOST).first.seen, 0u);
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
    b.r.host = HOST_CYC | HOST_STB | 7 << HOST_ADR_SHIFT;
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

// --- registers -----------------------------------------------------------------------------------------------------------

struct HostBoard : Board {
    HostBoard() : Board(false, 1 << SB_HOST) {}
    void irq(bool on) { set(0, CTL_IRQ, on); }
    void iack(bool clears, unsigned cr = 1)
    {
        effect = [this, clears] { irq(CTL_IRQ & r.out[0][0] && !clears); };
        poke(4, cr);
    }
    void expect(const char *what) // "" = nothing fails
    {
        EXPECT_EQ(of(SB_HOST).failures, *what ? 1u : 0u) << first(SB_HOST);
        EXPECT_NE(first(SB_HOST).find(what), std::string::npos) << first(SB_HOST);
    }
};

TEST(Host, RegistersReadBackAsWritten)
{
    const struct { unsigned adr, back, dat, read; const char *what; } cases[] = {
        {0, 0, 0x12, 0x12, "PRERlo"}, {1, 1, 0x34, 0x34, "PRERhi"}, {2, 2, 0x7f, 0x40, "CTR"}, {3, 5, 0xa6, 0xa6, "TXR"},
        {5, 7, 0xff, 0x00, "address 7"}, {6, 5, 0xff, 0x00, "TXR"}, {7, 6, 0xff, 0x00, "CR"}};
    for (const auto &c : cases) {
        for (unsigned flip : {0x00u, 0x80u, 0x01u}) {
            HostBoard b;
            b.poke(c.adr, c.dat);
            b.host(false, c.back, c.read ^ flip);
            b.expect(flip ? c.what : "");
        }
    }
}

TEST(Host, RegistersStartAsTheMapSays)
{
    HostBoard b;
    for (int again = 0; again < 2; again++) {
        const unsigned reset[] = {0xff, 0xff, 0, 0, 0, 0, 0, 0};
        for (unsigned adr = 0; adr < 8; adr++)
            b.host(false, adr, reset[adr]);
        b.poke(0, 0x11);
        b.poke(1, 0x22);
        b.poke(2, EN | IEN);
        b.poke(3, 0x33);
        b.poke(4, WR | NACK);
        b.r.rst_n = 6;
        b.run(20);
        b.r.rst_n = 7;
        b.run(20);
    }
    b.expect("");
}

TEST(Host, PrescalerIsLockedWhileEnabled)
{
    for (bool locked : {true, false}) {
        HostBoard b;
        b.poke(0, 0x11);
        b.enable();
        b.poke(0, 0x22);
        b.host(false, 0, locked ? 0x11 : 0x22);
        b.expect(locked ? "" : "PRERlo");
        b.poke(2, 0);
        b.poke(0, 0x33);
        b.host(false, 0, 0x33);
        b.expect(locked ? "" : "PRERlo");
    }
}

TEST(Host, CommandReadsBackUntilItIsDone)
{
    const struct { unsigned during, after; const char *what; } cases[] = {
        {0x58, 0x08, ""}, {0x08, 0x08, ""}, {0x18, 0x08, "CR does"}, {0x50, 0x08, "CR does"}, {0x59, 0x08, "CR does"},
        {0x58, 0x48, "CR does"}, {0x58, 0x00, "CR does"}};
    for (const auto &c : cases) {
        HostBoard b;
        b.enable();
        b.poke(4, WR | STO | NACK);
        b.host(false, 6, c.during);
        b.host(false, 4, 0x00); // TIP is 0: done
        b.host(false, 6, c.after);
        b.expect(c.what);
    }
}

TEST(Host, DisabledControllerTakesNoCommand)
{
    for (unsigned read : {0x00u, 0x18u}) {
        HostBoard b;
        b.poke(4, WR | NACK);
        b.host(false, 6, read);
        b.expect(read ? "CR does" : "");
    }
    HostBoard b;
    b.enable();
    b.poke(4, WR | NACK);
    b.poke(2, 0); // and with EN the command goes; CR 3 is kept
    b.host(false, 6, 0x08);
    b.expect("");
    b.host(false, 6, 0x18);
    b.expect("CR does");
}

TEST(Host, CommandThatMayBeIgnoredIsNotJudged)
{
    for (unsigned read : {0x98u, 0x40u, 0x08u, 0x00u}) {
        HostBoard b;
        b.enable();
        b.poke(4, STA | WR | NACK);
        b.poke(4, STO); // TIP may be 1 or 0
        b.host(false, 6, read);
        b.expect("");
    }
}

TEST(Host, IackClearsTheInterrupt)
{
    for (bool clears : {true, false}) {
        for (unsigned cr : {0x01u, 0x91u}) { // alone, and together with the next command
            HostBoard b;
            b.poke(2, EN | IEN);
            b.poke(4, STA | WR);
            b.run(100);
            b.irq(true);
            b.run(20);
            b.host(false, 4, 0x41);
            b.iack(clears, cr);
            b.run(20);
            b.expect(clears ? "" : "IACK does not clear");
        }
    }
}

TEST(Host, IackMayMeetTheNextInterrupt)
{
    HostBoard b;
    b.poke(2, EN | IEN);
    b.poke(4, STA | WR | 1);
    b.effect = [&] { b.irq(true); }; // the command is done at the edge of an early IACK
    b.poke(4, 1);
    b.run(20);
    b.expect("");
    b.r.foreign = FOREIGN_SDA_LOW; // an arbitration may be lost at any edge
    b.run(3);
    b.iack(false);
    b.expect("");
}

TEST(Host, StatusFlagFollowsIackAndTheInterrupt)
{
    const struct { bool ien; unsigned first; bool iack; unsigned then; const char *what; } cases[] = {
        {false, 0x41, true, 0x40, ""}, {false, 0x41, true, 0x41, "nothing happened since IACK"},
        {false, 0x41, true, 0x61, ""}, // an arbitration lost after it
        {false, 0x41, false, 0x41, ""}, {false, 0x41, false, 0x40, "0 without IACK"},
        {false, 0x43, true, 0x41, ""}, // IACK while the command is still in progress
        {true, 0x41, false, 0x41, ""}, {true, 0x40, false, 0x41, "0 without IACK"}, {true, 0x41, true, 0x40, ""},
        {true, 0x41, true, 0x41, "nothing happened since IACK"}, {false, 0x45, false, 0x41, "bits 4:2"}};
    for (const auto &c : cases) {
        HostBoard b;
        b.poke(2, c.ien ? EN | IEN : EN);
        b.poke(4, STA | WR);
        b.run(100);
        b.irq(c.ien);
        b.run(20);
        b.host(false, 4, c.first);
        if (c.iack)
            b.iack(true);
        b.host(false, 4, c.then);
        b.expect(c.what);
    }
}

// The interrupt of the command before stands until IACK: the next command is not done for that.
TEST(Host, AnInterruptThatStandsEndsNoCommand)
{
    for (unsigned read : {WR | NACK, WR | STO}) {
        HostBoard b;
        b.poke(2, EN | IEN);
        b.poke(4, STA | WR);
        b.run(100);
        b.irq(true);
        b.run(20);
        b.poke(4, WR | NACK); // no IACK
        b.run(20);
        b.host(false, 6, read);
        b.expect(read & STO ? "CR does" : "");
    }
}

TEST(Host, IfIsStillThereWhenIenGoes)
{
    for (unsigned flag : {1u, 0u}) {
        HostBoard b;
        b.poke(2, EN | IEN);
        b.poke(4, STA | WR);
        b.run(100);
        b.irq(true);
        b.run(20);
        b.effect = [&] { b.irq(false); };
        b.poke(2, EN);
        b.run(20);
        b.host(false, 4, 0x40 | flag);
        b.expect(flag ? "" : "0 without IACK");
    }
}

TEST(Host, OutputsOfAResetHaveNoPast)
{
    for (bool reset : {true, false}) {
        HostBoard b;
        b.poke(2, EN | IEN);
        b.run(20);
        if (reset)
            b.r.rst_n = 6;
        b.irq(true);
        b.run(20);
        b.r.rst_n = 7;
        b.irq(false);
        b.run(20);
        b.expect(reset ? "" : "irq falls without");
    }
}

TEST(Host, AnAckThatStaysIsSeenAsIenGoes)
{
    HostBoard b;
    b.poke(2, EN | IEN);
    b.run(20);
    b.irq(true);
    b.run(20);
    b.r.host = HOST_CYC | HOST_STB | HOST_WE | 2 << HOST_ADR_SHIFT | EN << HOST_DAT_SHIFT;
    b.run(1);
    b.set(0, CTL_ACK, true);
    b.run(2); // irq may stay as long
    b.set(0, CTL_ACK, false);
    b.irq(false);
    b.r.host = 0;
    b.run(20);
    b.expect("longer than one clock");
}

// Between the end of IEN and the clk at which irq must be down there is nothing to look at.
TEST(Host, StandingFailureIsLookedAtOnceMoreWhenIrqMustBeDown)
{
    Board b(true, 1 << SB_HOST);
    b.poke(2, EN | IEN);
    b.set(0, CTL_IRQ, true);
    b.run(20);
    b.effect = [&] { b.set(0, 1 << CTL_DAT_SHIFT, true, MODEL); };
    b.host(true, 2, EN);
    b.run(2);
    EXPECT_EQ(b.fails(SB_HOST, "RTL differs"), 3u); // as it begins, as the ack falls, and at the third clk of irq
    EXPECT_EQ(b.fails(SB_HOST, "irq although IEN is 0"), 1u);
}

// An arbitration may be lost until a foreign driver's last level has passed the filter, and the 6 clks of a reaction.
TEST(Host, IackMayMeetALossForAsLongAsAForeignDriverIsSeen)
{
    for (uint64_t after : {6u, 7u}) {
        HostBoard b;
        b.poke(2, EN | IEN);
        b.poke(4, STA | WR);
        b.run(100);
        b.irq(true);
        b.run(20);
        b.host(false, 4, 0x41);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(3);
        b.r.foreign = 0;
        b.run(after - 1);
        b.iack(false);
        b.run(20);
        b.expect(after == 6 ? "" : "IACK does not clear");
    }
}

TEST(Host, SrMayTellIfBeforeIrqHasFollowedIen)
{
    HostBoard b;
    b.enable();
    b.poke(4, STA | WR);
    b.run(100);
    b.host(false, 4, 0x41);
    b.r.host = HOST_CYC | HOST_STB | HOST_WE | 2 << HOST_ADR_SHIFT | (EN | IEN) << HOST_DAT_SHIFT;
    b.run(1);
    b.set(0, CTL_ACK, true);
    b.run(1);
    b.r.host = HOST_CYC | HOST_STB | 4 << HOST_ADR_SHIFT;
    b.set(0, CTL_ACK, false);
    b.run(1);
    b.set(0, CTL_ACK | 0x41 << CTL_DAT_SHIFT, true); // 2 clks after the write's
    b.run(1);
    b.expect("");
}

TEST(Host, BitsThatSrDoesNotHaveAreExpectedToBe0)
{
    HostBoard b;
    b.enable();
    b.host(false, 4, 0x5c);
    b.expect("bits 4:2");
    EXPECT_EQ(b.of(SB_HOST).first.expected, 0x40u);
    EXPECT_EQ(b.of(SB_HOST).first.seen, 0x5cu);
}

TEST(Host, WriteOfCrWithoutIackMayMeetTheInterrupt)
{
    HostBoard b;
    b.poke(2, EN | IEN);
    b.poke(4, STA | WR);
    b.run(100);
    b.effect = [&] { b.irq(true); };
    b.poke(4, STO);
    b.run(20);
    b.expect("");
}

} // namespace
