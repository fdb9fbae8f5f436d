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

TEST(Protocol, InterruptThatIenUncoversIsAnOldOne)
{
    for (int after : {2, 3}) { // clks from the ack of the write to the interrupt
        Board b(true, 1 << SB_PROTOCOL);
        b.r.host = static_cast<uint16_t>(HOST_CYC | HOST_STB | HOST_WE | 2 << HOST_ADR_SHIFT | (EN | IEN) << HOST_DAT_SHIFT);
        b.run(1);
        b.set(0, CTL_ACK, true);
        b.run(1);
        b.r.host = 0;
        b.set(0, CTL_ACK, false);
        b.run(static_cast<uint64_t>(after - 1));
        b.set(0, CTL_IRQ, true);
        b.run(50);
        if (after == 2)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "interrupt without a command");
    }
}

TEST(Protocol, StartOfATargetIsNobodysTwice)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.set(1, TGT_SDA, false);
    b.run(50);
    b.only(SB_PROTOCOL, "no controller did it");
    EXPECT_STREQ(b.of(SB_PROTOCOL).failed[1].check, "a symbol that nobody commanded");
}

TEST(Protocol, SdaMovesOnceBeforeTheNinthClockToo)
{
    for (bool once : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0x00);
        b.command(WR);
        b.bits(0x00);
        if (!once) {
            b.run(5);
            b.sda(false);
            b.run(5);
            b.sda(true);
        }
        b.ninth(1, -1);
        b.done();
        if (once)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "SDA moves more than once");
    }
}

// A command in doubt whose first symbol came was taken: nothing of it may be missing, and while it lasts others are ignored.
TEST(Protocol, CommandInDoubtThatBeganIsACommand)
{
    for (int kind = 0; kind < 3; kind++) { // 0: all is well, 1: reported after three bits, 2: a STOP that must have been ignored comes
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.start();
        b.bits(0x42);
        b.ninth(2, -1);
        b.poke(3, 0x12);
        b.poke(4, WR); // is TIP still 1?
        b.bits(0x12, 3);
        if (kind == 1) {
            b.done();
            b.run(50);
            b.only(SB_PROTOCOL, "(bit was due)");
            continue;
        }
        b.poke(4, STO); // it is
        b.bits(0x90, 5); // the rest of 0x12
        b.ninth(2, -1);
        if (kind == 2)
            b.stop();
        b.done();
        b.run(50);
        if (kind == 2)
            b.only(SB_PROTOCOL, "nobody commanded");
        else
            b.quiet();
    }
}

// Twice told within the filter that nothing is in progress: two commands still wait for their symbols when the third is written.
TEST(Protocol, ThirdCommandWithinTheFilterIsNotJudged)
{
    Board b(true, 1 << SB_PROTOCOL, 1600);
    b.enable();
    for (int k = 0; k < 2; k++) {
        b.command(STA);
        b.tip = false;
        b.status();
    }
    b.command(STA);
    b.status(); // TIP is 1: nobody can tell
    b.run(100);
    EXPECT_EQ(b.of(SB_PROTOCOL).failures, 2u);
    b.only(SB_PROTOCOL, "(START was due)");
    EXPECT_EQ(b.of(SB_PROTOCOL).failed[1].count, 0u); // one check, twice
}

// The report is a fact where all has been seen; where symbols are to come they are the facts.
TEST(Protocol, ReportOfAFinishedCommandIsOneCheck)
{
    Board b(true, 1 << SB_PROTOCOL, 400);
    b.enable();
    b.address(0, false);
    b.command(STO);
    const uint64_t before = b.of(SB_PROTOCOL).checks;
    b.sda(false); b.run(Q); b.scl(true); b.run(Q); b.sda(true);
    b.host(false, 6, 0); // CR reads back without a command, and the STOP is still in the filter
    EXPECT_EQ(b.of(SB_PROTOCOL).checks, before);
    b.run(Q);
    const uint64_t seen = b.of(SB_PROTOCOL).checks;
    EXPECT_EQ(seen, before + 2 + 2 * (4 + Q - 5)); // who moved SDA, and that a STOP was due; both lines at every clock since it is believed
    b.host(false, 6, 0);
    EXPECT_EQ(b.of(SB_PROTOCOL).checks, seen + 1 + 2 * 4);
    b.quiet();
}

TEST(Protocol, RxrIsNotKnownAfterAByteThatNobodyJudges)
{
    for (bool doubtful : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL, 800);
        b.enable();
        b.address(1, true);
        b.command(RD);
        b.target_bits(1, 0xa5);
        b.sda(false);
        b.run(Q);
        b.scl(true);
        if (doubtful) { // while clock 9 is in the filter: done, or ignored, and ignored again or not
            b.poke(4, RD);
            b.poke(4, RD);
        }
        b.run(2 * Q);
        b.scl(false);
        b.run(3);
        b.sda(true);
        b.run(Q);
        if (doubtful) {
            b.target_bits(1, 0x3c);
            b.ninth(0, -1);
        }
        b.rxack = false;
        b.done();
        b.host(false, 3, 0x3c);
        if (doubtful)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "RXR is not the byte on the wires");
    }
}

// Disabled while clock 9 is in the filter: the controller may have sampled it.
TEST(Protocol, RxAckIsNotKnownAfterDisablingInTheNinthClock)
{
    for (bool ninth : {true, false}) { // else it ended before, and was 0
        Board b(true, 1 << SB_PROTOCOL, 400);
        b.enable();
        b.address(0, false);
        if (ninth) {
            b.poke(3, 0x00);
            b.command(WR);
            b.bits(0x00);
            b.run(Q);
            b.scl(true);
        }
        b.effect = [&] { b.scl(true); };
        b.poke(2, 0);
        b.tip = false;
        b.rxack = true;
        b.run(Q);
        b.status();
        if (ninth)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "RxACK");
    }
}

// Disabled just after clock 9, which the controller's filter may still have.
TEST(Protocol, RxAckIsNotKnownAfterDisablingBehindTheNinthClock)
{
    for (uint64_t after : {5u, 10u, 11u}) { // clks from SCL's fall: the filter's 5, and the 6 of a reaction
        Board b(true, 1 << SB_PROTOCOL, 400);
        b.enable();
        b.address(0, false);
        b.poke(3, 0x00);
        b.command(WR);
        b.bits(0x00);
        b.set(1, CTL_SDA, false);
        b.run(Q);
        b.scl(true);
        b.run(2 * Q);
        b.scl(false);
        b.run(after);
        b.effect = [&] { b.scl(true); };
        b.poke(2, 0);
        b.tip = false;
        b.rxack = true;
        b.run(Q);
        b.status();
        if (after < 11)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "RxACK");
    }
}

TEST(Protocol, RxrIsNotKnownAfterDisablingInTheNinthClock)
{
    for (bool disabled : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, true);
        b.command(RD);
        b.target_bits(1, 0xa5);
        b.sda(false);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        if (disabled) {
            b.poke(2, 0);
            b.sda(true);
        }
        b.host(false, 6, 0);
        b.host(false, 3, 0x5a);
        if (disabled)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "RXR is not the byte");
    }
}

// TXR is copied at the first bit: until then a write of it counts, or comes too late.
TEST(Protocol, TxrWrittenBeforeTheFirstBitLeavesTheByteOpen)
{
    for (bool other : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.poke(3, other ? 0x50 : 0x42);
        b.start();
        b.bits(0x50);
        b.ninth(-1, -1);
        b.done();
        if (other)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "bit on the wire is not TXR's");
    }
}

// SDA falls at the very edge of the acknowledged write of CR: this START was under way before.
TEST(Protocol, StartAtTheClockOfItsCommandIsNobodys)
{
    for (uint64_t after : {0u, 1u}) {
        Board b(true, 1 << SB_PROTOCOL, 400);
        b.enable();
        if (!after)
            b.effect = [&] { b.sda(false); };
        b.tip = true;
        b.host(true, 4, STA);
        b.sda(false);
        b.run(Q);
        if (after)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a symbol that nobody commanded");
    }
}

TEST(Protocol, SymbolBehindAnIgnoredCommandIsNobodys)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.poke(3, 0x42);
    b.command(STA | WR);
    b.start();
    b.bits(0x42);
    b.ninth(2, -1);
    b.poke(4, STO); // is TIP still 1?
    b.start();      // it was, and the STOP was not taken
    b.only(SB_PROTOCOL, "a symbol that nobody commanded");
    EXPECT_EQ(b.of(SB_PROTOCOL).failures, 1u);
}

// The report comes while the STOP is still in the decoder's filter: after it TIP is known to be 0.
TEST(Protocol, TipStaysClearWhenTheLastSymbolComesAfterTheReport)
{
    Board b(true, 1 << SB_PROTOCOL, 400);
    b.enable();
    b.address(0, false);
    b.command(STO);
    b.sda(false); b.run(Q); b.scl(true); b.run(Q); b.sda(true);
    b.tip = false;
    b.status();
    b.busy = false;
    b.run(50);
    b.quiet();
    b.status(0x02);
    b.only(SB_PROTOCOL, "SR TIP without a command");
}

// SCL is still high when the host asks for more: how long the command before kept it so is not held against the next.
TEST(Protocol, TheNextCommandHasItsOwnTimeToGoOn)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.address(1, true);
    b.command(RD | NACK);
    b.target_bits(1, 0xa5);
    b.scl(true);
    b.rxack = true;
    b.done();
    b.run(655000); // PRER is 0xffff: a step of a bit may take 655,360 clks
    b.command(STO);
    b.run(1000);
    b.quiet();
}

// A line is low when the controller's reset ends: it takes it for free until its filter has seen it, and may begin or not.
TEST(Protocol, CommandBeforeTheControllerHasSeenTheLinesIsNotJudged)
{
    for (uint64_t after : {9u, 10u}) { // clks from the reset's end to the write's ack: 3 for the dullest filter, and the 6 of a reaction
        Board b(true, 1 << SB_PROTOCOL);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.r.rst_n = 6;
        b.run(50);
        b.r.rst_n = 7;
        const uint64_t released = b.clk;
        b.enable();
        b.run(released + after - 1 - b.clk);
        b.command(STA);
        b.tip = false;
        b.host(false, 6, 0);
        b.run(50);
        if (after == 9)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "(START was due)");
    }
}

// Others pull SDA in the ninth clock, when its level has been told: the controller may have taken it before or after, or not at all.
TEST(Protocol, NothingIsKnownOfANinthClockThatOthersTouched)
{
    for (bool touched : {true, false}) {
        for (bool read : {true, false}) {
            Board b(true, 1 << SB_PROTOCOL);
            b.enable();
            read ? b.address(1, true) : b.send(0x60, STA, -1, -1);
            b.poke(3, 0x00);
            b.command(read ? RD | NACK | STO : WR | STO);
            read ? b.target_bits(1, 0xa5) : b.bits(0x00);
            b.run(Q);
            b.scl(true);
            b.run(Q);
            if (touched) {
                b.r.foreign = FOREIGN_SDA_LOW; // a START
                b.run(10);
                b.r.foreign = 0; // and a STOP
                b.busy = false;
                b.lost = true;
            } else {
                b.scl(false);
                b.run(Q);
                b.stop();
            }
            b.rxack = read;
            b.done();
            b.host(false, 3, read ? 0x5a : 0x00);
            if (touched)
                b.quiet();
            else
                b.only(SB_PROTOCOL, read ? "RXR is not the byte" : "RxACK");
        }
    }
}

// Others were there just before the ninth clock, and the report comes before that has passed the filter.
TEST(Protocol, RxAckOfAnExcusedByteMayBeReportedBeforeItIsBelieved)
{
    Board b(true, 1 << SB_PROTOCOL, 800);
    b.enable();
    b.send(0x60, STA, -1, -1); // nobody there: NACK
    b.command(RD);
    b.bits(0xff);
    b.r.foreign = FOREIGN_SDA_LOW;
    b.run(5);
    b.r.foreign = 0;
    b.sda(false); // ACK
    b.run(Q);
    b.scl(true);
    b.tip = false;
    b.rxack = false;
    b.status();
    b.run(Q);
    b.quiet();
}

TEST(Protocol, RxAckIsKnownAgainAfterTheNextNinthClock)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.r.foreign = FOREIGN_SDA_LOW;
    b.run(50);
    b.command(RD);
    b.run(50);
    b.r.foreign = 0;
    b.tip = false;
    b.run(50);
    b.status(0x80);
    b.quiet();
    b.address(0, false);
    b.quiet();
    b.status(0x80);
    b.only(SB_PROTOCOL, "RxACK");
}

// A bit is told at SCL's fall. The one that began with the report of an excused command is still that command's.
TEST(Protocol, TheBitThatBeganBeforeAnExcusedReportIsNobodys)
{
    for (int late : {0, 1}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.command(RD);
        b.scl(false);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(5);
        b.r.foreign = 0;
        b.run(Q);
        b.tip = false;
        if (!late)
            b.effect = [&] { b.scl(true); };
        b.r.host = 0;
        b.host(false, 6, 0);
        b.scl(true);
        b.run(Q);
        b.scl(false);
        b.run(Q);
        if (late)
            b.only(SB_PROTOCOL, "a symbol that nobody commanded");
        else
            b.quiet();
    }
}

// What the wires are at stays what it is until the START comes.
TEST(Protocol, CommandOfAStartLeavesThePlaceOnTheWires)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.command(RD);
    b.scl(false);
    b.run(Q);
    b.bits(0xff, 3);
    b.poke(2, 0);
    b.scl(true);
    b.run(Q);
    b.enable();
    const std::string before = b.place();
    EXPECT_NE(before.find("outside any transfer"), std::string::npos) << before;
    b.command(STA);
    EXPECT_EQ(b.place(), before);
}

// What is dropped has no deadline: at none is the record judged again, where a standing failure would count once more.
TEST(Protocol, DroppedCommandIsNotWaitedFor)
{
    Board b(true, 1 << SB_PROTOCOL, 1600);
    b.enable();
    b.address(0, false);
    b.command(STO);
    b.done();
    b.poke(2, 0); // and SCL stays low
    b.run(100);
    b.only(SB_PROTOCOL, "disabled controller");
    EXPECT_STREQ(b.of(SB_PROTOCOL).first.clause, "controller map, CTR bit 7");
    EXPECT_EQ(b.of(SB_PROTOCOL).failed[0].count, 1u);
}

// Nor what ended: a failure that stands meanwhile is looked at once.
TEST(Protocol, EndedCommandIsNotWaitedFor)
{
    for (bool seen : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL | 1 << SB_LINES, 1600);
        b.enable();
        b.address(0, false);
        b.command(STO);
        b.sda(false); b.run(Q); b.scl(true); b.run(Q);
        if (seen)
            b.sda(true);
        b.tip = false;
        b.host(false, 6, 0); // reported: the STOP must be believed within 22 clks, and is after 20
        b.run(seen ? 17 : 50);
        b.set(2, TGT_SDA, false, MODEL);
        b.run(50);
        EXPECT_EQ(b.fails(SB_PROTOCOL, "before all its symbols came"), !seen);
        EXPECT_EQ(b.of(SB_LINES).failures, 50u);
        EXPECT_EQ(b.of(SB_LINES).failed[0].count, 1u) << seen;
    }
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
    for (int after : {5, 24, 25, 60}) { // 2 us are 25 clks, and the ack comes with the next one
        Board b;
        b.enable();
        b.address(1, false);
        b.command(STO);
        b.sda(false); b.run(Q); b.scl(true); b.run(Q); b.sda(true);
        b.run(static_cast<uint64_t>(after));
        b.tip = false;
        b.status(); // still says busy
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, after >= 25 ? 1u : 0u) << after << b.first(SB_PROTOCOL);
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

// TXR may be written for the next byte while this one is on its way: that changes nothing of this one.
TEST(Protocol, TheNextBytesTxrLeavesTheByteOnTheWireJudged)
{
    for (uint8_t sent : {0xad, 0xac}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0xad);
        b.command(WR);
        b.bits(0xa0, 4);
        b.poke(3, 0x0f);
        b.bits(static_cast<uint8_t>(sent << 4), 4);
        b.ninth(1, -1);
        b.done();
        if (sent == 0xad)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "bit on the wire is not TXR's");
    }
}

// What a write leaves in RXR no rule says.
TEST(Protocol, RxrIsKnownOnlyAfterARead)
{
    for (bool write : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, true);
        b.receive(0, 0x5a, NACK);
        if (write)
            b.address(0, false);
        b.host(false, 3, 0x40);
        if (write)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "RXR is not the byte");
    }
}

// Somebody clocks a bus that our controller has left alone: nobody's symbols.
TEST(Protocol, ForeignClocksAfterATransferAreNotTheControllers)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.address(0, false, STA | STO);
    for (int k = 0; k < 12; k++) {
        b.r.foreign = k & 1 ? 0 : FOREIGN_SCL_LOW;
        b.run(Q);
    }
    b.quiet();
}

} // namespace
