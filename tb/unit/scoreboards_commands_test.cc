// SPDX-License-Identifier: Apache-2.0
//
// The protocol scoreboard: decoded symbols and status registers against the commands that the host gave.
#include "records.h"

namespace {

TEST(Protocol, WrongBitIsCaught)
{
    Board b;
    b.enable();
    b.address(1, false);
    b.poke(3, 0x81);
    b.command(WR);
    b.bits(0x83);
    b.ninth(2, -1);
    b.done();
    EXPECT_EQ(b.of(SB_PROTOCOL).failures, 1u);
    EXPECT_NE(b.first(SB_PROTOCOL).find("not TXR's"), std::string::npos);
    EXPECT_STREQ(b.of(SB_PROTOCOL).first.clause, "UM10204 3.1.5");
}

TEST(Protocol, MissingPiecesAreCaughtWhenTheCommandIsDone)
{
    const struct { unsigned cr; const char *what; } cases[] = {
        {STA, "(START was due)"}, {WR, "(bit was due)"}, {RD, "(bit was due)"}, {STO, "(STOP was due)"}};
    for (const auto &c : cases) {
        Board b;
        b.enable();
        b.address(1, false);
        b.command(c.cr);
        b.run(200);
        b.done();
        b.run(50);
        b.only(SB_PROTOCOL, c.what);
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, 1u);
    }
}

TEST(Protocol, MissingNinthClockIsCaughtByTheInterrupt)
{
    for (bool ninth : {true, false}) {
        Board b;
        b.poke(2, EN | IEN);
        b.address(1, false);
        b.poke(3, 0x00);
        b.command(WR);
        b.bits(0x00);
        if (ninth) {
            b.pulse = [&](unsigned) { b.set_port(1, 0x00); b.reload(1); };
            b.ninth(2, 1);
        }
        b.set(0, CTL_IRQ, true);
        b.run(50);
        if (ninth)
            b.clean();
        else
            b.only(SB_PROTOCOL, "before all its symbols came (9th clock was due)");
    }
}

TEST(Protocol, SymbolNobodyCommandedIsCaught)
{
    for (int kind = 0; kind < 3; kind++) {
        Board b;
        b.enable();
        if (kind == 0) {
            b.start();
        } else {
            b.address(1, false);
            kind == 1 ? b.stop() : b.clock();
        }
        b.run(50);
        EXPECT_EQ(b.fails(SB_PROTOCOL, "nobody commanded"), 1u);
        EXPECT_EQ(b.fails(SB_PROTOCOL, "an idle controller") > 0, kind == 0);
    }
}

TEST(Protocol, WrongOrderIsCaughtOnce)
{
    Board b;
    b.enable();
    b.address(1, false);
    b.command(STO);
    b.bits(0xa5); // in place of the STOP
    b.stop();
    b.done();
    EXPECT_EQ(b.of(SB_PROTOCOL).failures, 1u);
    EXPECT_NE(b.first(SB_PROTOCOL).find("next one (STOP was due, bit came)"), std::string::npos);
    EXPECT_STREQ(b.of(SB_PROTOCOL).failed[0].check, "the symbol is not the command's next one"); // whatever was due
}

TEST(Protocol, CommandedNinthBitOfAReadIsJudged)
{
    for (bool right : {true, false}) {
        Board b;
        b.enable();
        b.address(1, true);
        b.command(RD | NACK);
        b.target_bits(1, 0xff);
        b.ninth(right ? -1 : 0, right ? -1 : 1);
        b.done();
        if (right)
            b.clean();
        else
            b.only(SB_PROTOCOL, "not the one commanded");
    }
}

TEST(Protocol, CommandWhileTipIsIgnored)
{
    Board b;
    b.enable();
    b.poke(3, 0x42);
    b.command(STA | WR);
    b.start();
    b.poke(4, STO); // TIP is 1
    b.bits(0x42);
    b.ninth(2, -1);
    b.done();
    b.run(500); // and no STOP comes
    b.clean();
    b.stop();
    b.run(50);
    b.only(SB_PROTOCOL, "nobody commanded");
}

TEST(Protocol, IgnoredCommandMayNotReachTheBus)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.poke(3, 0x42);
    b.command(STA | WR);
    b.start();
    b.poke(4, STO); // TIP is 1
    b.bits(0x42);
    b.ninth(2, -1);
    b.stop();
    b.only(SB_PROTOCOL, "nobody commanded");
}

TEST(Protocol, CommandInDoubtMayHaveBeenTaken)
{
    for (bool taken : {true, false}) {
        Board b;
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.start();
        b.bits(0x42);
        b.ninth(2, -1);
        b.poke(4, STO); // is TIP still 1? No pin tells
        if (taken)
            b.stop();
        b.done();
        b.clean();
        b.start();
        b.run(50);
        b.only(SB_PROTOCOL, "nobody commanded");
    }
}

// Written as SCL rises for the ninth time: perhaps ignored, and then the old command's RxACK is still on its way through the controller's filter.
TEST(Protocol, CommandInDoubtDoesNotTellThatRxAckIsTaken)
{
    for (unsigned spike_ns : {100u, 400u}) {
        Board b(true, 1 << SB_PROTOCOL, spike_ns);
        b.enable();
        b.send(0x60, STA, -1, -1); // NACK
        b.poke(3, 0x40);
        b.command(STA | WR);
        b.start();
        b.bits(0x40);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.poke(4, WR);
        b.run(b.s.decoder.spike_clks);
        b.status();
        b.quiet();
    }
}

TEST(Protocol, InterruptWithoutACauseIsCaught)
{
    Board b;
    b.poke(2, EN | IEN);
    b.run(50);
    b.set(0, CTL_IRQ, true);
    b.run(50);
    b.only(SB_PROTOCOL, "interrupt without a command");
}

// --- status registers -------------------------------------------------------------------------------------------------

TEST(Protocol, StatusMustAgreeWithTheBus)
{
    const struct { unsigned flip; const char *what; } cases[] = {
        {0, ""}, {0x80, "RxACK"}, {0x40, "Busy"}, {0x20, "arbitration lost"}, {0x02, "TIP without a command"}};
    for (const auto &c : cases) {
        for (bool open : {true, false}) {
            Board b;
            b.enable();
            b.address(1, false);
            if (!open) {
                b.command(STO);
                b.stop();
                b.done();
            }
            b.run(50);
            b.status(c.flip);
            if (c.flip)
                b.only(SB_PROTOCOL, c.what);
            else
                b.clean();
        }
    }
}

TEST(Protocol, RxAckFollowsANack)
{
    for (bool right : {true, false}) {
        Board b;
        b.enable();
        b.send(0x60, STA, -1, -1); // nobody there
        b.status(right ? 0 : 0x80);
        if (right)
            b.clean();
        else
            b.only(SB_PROTOCOL, "RxACK");
    }
}

TEST(Protocol, BusyIsFreeFor2usAfterTheEdge)
{
    for (int after : {5, 60}) { // 2 us are 25 clks
        Board b;
        b.enable();
        b.address(1, false);
        b.command(STO);
        b.sda(false); b.run(Q); b.scl(true); b.run(Q); b.sda(true);
        b.run(static_cast<uint64_t>(after));
        b.tip = false;
        b.status(); // still says busy
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, after > 25 ? 1u : 0u) << b.first(SB_PROTOCOL);
    }
}

TEST(Protocol, RxrIsTheByteOnTheWires)
{
    for (unsigned rxr : {0x9au, 0x9bu}) {
        Board b;
        b.enable();
        b.outside(1, 0x65);
        b.address(1, true);
        b.receive(1, 0x9a, NACK | STO);
        b.host(false, 3, rxr);
        if (rxr == 0x9a)
            b.clean();
        else
            b.only(SB_PROTOCOL, "RXR");
    }
}

} // namespace
