// SPDX-License-Identifier: Apache-2.0
//
// The scoreboards where it takes more than the wires to know where a byte begins, or who heard the START.
#include "records.h"

namespace {

// Others were on the bus, and of what the host then commanded nothing was reported: SDA is the target's, who sends a 0 against the STOP.
TEST(Adrift, NineClocksInTheMiddleOfAByteAreNoneOfTheWires)
{
    for (bool adrift : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.poke(2, EN | IEN);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(50);
        b.command(RD);
        b.r.foreign = 0;
        b.run(50);
        b.poke(3, 0x41);
        b.command(STA | WR | STO);
        b.start();
        b.bits(0x41);
        b.ninth(1, -1);
        if (adrift) {
            b.set(1, TGT_SDA, false); // bit 7 of its byte
            b.sda(false); b.run(Q); b.scl(true); b.run(Q); b.sda(true); b.run(Q);
        }
        b.set(0, CTL_IRQ, true);
        b.run(Q);
        b.command(RD);
        b.scl(false);
        b.run(Q);
        b.bits(0xff, 7); // of 0x00, or 0xff
        b.set(1, TGT_SDA, true);
        b.clock();
        b.clock();
        if (!adrift)
            b.stop();
        b.run(Q);
        if (adrift)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "9th bit of a read");
    }
}

// ... but a START of its own makes a byte there that the wires count as it does.
TEST(Adrift, ByteBehindAStartInTheMiddleOfAByteIsJudgedToItsEnd)
{
    for (bool whole : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.poke(2, EN | IEN);
        b.poke(3, 0x41);
        b.command(STA | WR | STO);
        b.start();
        b.bits(0x41);
        b.ninth(1, 1);
        b.set(1, TGT_SDA, false); // bit 7 of its byte: no STOP
        b.sda(false); b.run(Q); b.scl(true); b.run(Q); b.sda(true); b.run(Q);
        b.set(0, CTL_IRQ, true);
        b.run(Q);
        b.scl(false);
        b.run(Q);
        b.set(1, TGT_SDA, true);
        b.command(STA | WR);
        b.start();
        b.bits(0x41);
        if (whole)
            b.ninth(1, 1);
        b.done();
        b.run(Q);
        if (whole)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "(9th clock was due)");
    }
}

// To the bus the controller is a bit behind: SCL rises for its Sr or P in what the wires take for the ninth clock.
TEST(Adrift, ASetUpInTheNinthClockOfTheWiresIsNoClock)
{
    for (bool stop : {false, true}) {
        for (bool right : {true, false}) {
            Board b(true, 1 << SB_PROTOCOL);
            b.enable();
            b.address(0, false);
            b.poke(3, 0x00);
            b.command(WR);
            b.sda(false);
            b.run(Q);
            b.r.foreign = FOREIGN_SDA_HIGH;
            b.run(Q);
            b.scl(true);
            b.run(2 * Q - 3);
            b.r.foreign = 0; // a START
            b.run(3);
            b.scl(false);
            b.run(Q);
            b.bits(0x00, 7);
            b.ninth(-1, -1);
            b.done();
            b.command(stop ? STO : STA);
            stop == right ? b.stop() : b.start();
            b.done();
            if (right || stop) // a STOP is not told from what others began
                b.quiet();
            else
                b.only(SB_PROTOCOL, "(START was due, STOP came)");
        }
    }
}

// What others let go of stays in the controller's filter for a while, and a START that finds SDA low is lost.
TEST(Adrift, AStartMayBeLostToWhatWasOnSdaJustBefore)
{
    for (bool soon : {true, false}) {
        for (bool tells : {true, false}) {
            Board b(true, 1 << SB_PROTOCOL);
            b.enable();
            b.r.foreign = FOREIGN_SDA_LOW;
            b.run(50);
            b.r.foreign = 0;
            b.run(soon ? 5 : 20);
            b.command(STA);
            b.lost = tells;
            b.done();
            b.run(50);
            if (soon)
                b.quiet();
            else
                b.only(SB_PROTOCOL, tells ? "nobody pulled" : "(START was due)");
        }
    }
}

// The report of the address is not seen yet when the host commands a repeated START; the target already sends a 0.
TEST(Adrift, ARepeatedStartInDoubtMayBeLostToATarget)
{
    for (bool zero : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x41);
        b.command(STA | WR);
        b.start();
        b.bits(0x41);
        b.ninth(1, -1);
        b.set(1, TGT_SDA, !zero);
        b.poke(4, STA | RD);
        b.scl(true);
        b.run(Q);
        b.lost = true;
        b.done();
        if (zero)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "nobody pulled");
    }
}

// A target that wakes up with the START may have heard it or not. One that acknowledges has.
TEST(Adrift, ATargetThatWokeUpWithTheStartTellsByItsAck)
{
    for (bool acks : {true, false}) {
        Board b(true, 1 << SB_INT | 1 << SB_GPIO);
        b.enable();
        b.r.rst_n = 5;
        b.run(50);
        b.r.ext_low[0] = 0x01;
        b.poke(3, 0x41);
        b.command(STA | WR);
        b.r.rst_n = 7;
        b.run(2);
        b.sda(false);
        b.run(Q);
        b.set(1, TGT_INT_N, false);
        b.scl(false);
        b.run(Q);
        b.bits(0x41);
        b.ninth(acks ? 1 : -1, 0); // its READ pulse reloads, and INT goes up
        b.run(100);
        if (acks)
            b.quiet();
        else
            b.only(SB_INT, "INT high although");
    }
}

// Whoever commands clocks without a START takes part in what others begin just before the first of them, or while it waits to begin.
TEST(Adrift, ClocksOnTheHostsWordJoinAStartOfOthers)
{
    for (int kind = 0; kind < 3; kind++) { // 0: nothing was commanded, 1: it waits for their START to be over, 2: it begins within a filter of it
        Board b(true, 1 << SB_PROTOCOL, 800);
        b.enable();
        if (kind == 1)
            b.command(RD | NACK);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(1);
        if (kind == 2)
            b.command(RD | NACK);
        b.run(kind == 2 ? 1 : 70);
        b.scl(false);
        b.run(70);
        if (kind)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a transfer of others");
    }
}

// Two STARTs within tHD;STA both count, also where ours is so short that SDA is released before the other one's is believed.
TEST(Adrift, AShortStartOfOursCountsBesideTheirs)
{
    for (bool ours : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL, 800);
        b.enable();
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(1);
        if (ours) {
            b.command(STA | RD);
            b.sda(false);
            b.run(1);
        }
        b.scl(false);
        b.run(1);
        b.sda(true);
        b.run(70);
        if (ours)
            b.quiet();
        EXPECT_EQ(b.fails(SB_PROTOCOL, "a transfer of others") > 0, !ours);
    }
}

// SDA may be up again within a spike: 3 (prescale + 1) clks after our START.
TEST(Adrift, AStartThatIsASpikeToSomebodyIsNotWantedOnTheWire)
{
    for (unsigned prescale : {1u, 2u}) { // 6 and 9 clks; a level in 7 samples may be unseen
        Board b(true, 1 << SB_PROTOCOL, 400);
        b.poke(0, prescale);
        b.poke(1, 0);
        b.enable();
        b.command(STA | RD);
        b.sda(false);
        b.run(2);
        b.scl(false);
        b.run(2);
        b.sda(true);
        b.run(20);
        b.scl(true);
        b.run(20);
        b.scl(false);
        b.run(20);
        if (prescale == 1)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "(START was due");
    }
}

// SCL was low through the reset and is let go soon after: to a controller that wakes up it was never low, to the bus never high.
TEST(Adrift, AStartAtWakingMayBeNoneOnTheWire)
{
    for (int awake : {1, 50}) {
        Board b(true, 1 << SB_PROTOCOL, 400);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.r.rst_n = 6;
        b.run(50);
        b.r.rst_n = 7;
        b.run(static_cast<uint64_t>(awake));
        b.enable();
        b.command(STA);
        b.r.foreign = 0;
        b.run(2);
        b.sda(false);
        b.run(2); // SCL was high for 4 clks: a spike
        b.scl(false);
        b.busy = awake == 1;
        b.done();
        b.run(50);
        if (awake == 1)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "(START was due)");
    }
}

// On an idle bus others cut a bit in two, and the ninth clock of the wires is our eighth. The next command's nine are counted from its first.
TEST(Adrift, EveryCommandOnAnIdleBusBeginsAByte)
{
    for (int clocks : {8, 9}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.command(RD | NACK);
        b.scl(false);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_LOW; // what they do to SDA leaves it unjudged
        b.run(Q);
        b.r.foreign = 0;
        for (int k = 0; k < 9; k++) {
            b.run(Q);
            b.scl(true);
            b.run(Q);
            if (k == 4) {
                b.r.foreign = FOREIGN_SCL_LOW;
                b.run(Q);
                b.r.foreign = 0;
                b.run(Q);
            }
            b.scl(false);
            b.run(Q);
        }
        b.rxack = true;
        b.done();
        b.run(50);
        b.command(RD | NACK);
        for (int k = 0; k < clocks; k++)
            b.clock();
        b.done();
        b.run(50);
        if (clocks == 9)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "(9th clock was due)");
    }
}

// A byte to a target that sends: its 0 is stronger than our 1, but with its ones it is in nobody's way.
TEST(Adrift, AWriteInAReadIsJudgedWhereTheTargetLetsIt)
{
    for (int kind = 0; kind < 3; kind++) { // 0: right, 1: a wrong bit after a 0 of ours, 2: the target sends a 0
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, true);
        b.poke(3, 0x7f);
        b.command(WR);
        if (kind == 2) {
            b.bits(0x00, 1);
            b.set(2, TGT_SDA, false);
            b.run(Q);
            b.scl(true);
            b.run(Q);
            b.lost = true;
        } else {
            b.bits(kind == 1 ? 0x3f : 0x7f);
            b.ninth(-1, -1);
        }
        b.done();
        b.run(50);
        if (kind == 1)
            b.only(SB_PROTOCOL, "bit on the wire is not TXR's");
        else
            b.quiet();
    }
}

// A repeated START is lost to a target that still acknowledges. Left in the middle, the transfer takes no STOP either.
TEST(Adrift, NothingIsWantedInATransferThatATargetHolds)
{
    for (bool held : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.set(1, TGT_SDA, !held);
        b.command(STA);
        if (held) {
            b.scl(true);
            b.run(2 * Q);
            b.lost = true;
        } else {
            b.start();
        }
        b.done();
        b.command(STO);
        b.run(2 * Q);
        b.done();
        b.run(50);
        if (held)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "(STOP was due)");
    }
}

// Nor does the host's byte mean anything to the wires after a START that somebody's SCL fall overtook: they never saw one.
TEST(Adrift, WhatFollowsAnOvertakenStartIsNotJudged)
{
    for (bool overtaken : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.command(STA);
        if (overtaken)
            b.r.foreign = FOREIGN_SCL_LOW;
        b.run(3);
        b.sda(false);
        b.run(Q);
        b.scl(false);
        b.run(Q);
        b.r.foreign = 0;
        b.busy = !overtaken;
        b.done();
        b.poke(3, 0x12);
        b.command(WR);
        b.bits(0x12, 3);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.r.foreign = FOREIGN_SCL_LOW; // a clock of theirs in one of ours
        b.run(10);
        b.r.foreign = 0;
        b.run(Q);
        b.scl(false);
        b.run(Q);
        b.bits(0x20, 4); // the rest of 0x12
        b.ninth(-1, -1);
        b.done();
        b.run(50);
        if (overtaken)
            b.quiet();
        else
            EXPECT_GT(b.fails(SB_PROTOCOL, "bit on the wire is not TXR's"), 0u) << b.first(SB_PROTOCOL);
    }
}

// UM10204 3.1.5: the wires count nine clocks from the START on. After clocks of others the ninth of a command is to them a bit of the target's
// next byte, and no bit that the controller sends (3.1.8).
TEST(Adrift, ANackThatIsABitToTheWiresNeedNotBeLost)
{
    for (bool adrift : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, true);
        for (int k = 0; k < 3 && adrift; k++) {
            b.r.foreign = FOREIGN_SCL_HIGH;
            b.run(Q);
            b.r.foreign = 0;
            b.run(Q);
        }
        b.command(RD | NACK);
        b.bits(0xff);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.clock();
        b.r.foreign = 0;
        b.tip = false;
        b.status();
        if (adrift)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a 1 was pulled low");
    }
}

// EN = 0 lets SCL rise before the target has put its bit there: a START to everybody, it lets go, and that is a STOP.
TEST(Adrift, ATargetsBitAsTheControllerLetsGoIsNobodysFault)
{
    for (bool late : {false, true}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, true);
        b.command(RD);
        b.bits(0xff, 3);
        b.effect = [&] { b.scl(true); };
        b.poke(2, 0);
        b.tip = false;
        b.set(1, TGT_SDA, false);
        b.run(late ? 40 : 5);
        b.set(1, TGT_SDA, true);
        b.run(100);
        if (late) // 2 us: nothing moves any more
            b.only(SB_PROTOCOL, "no controller did it");
        else
            b.quiet();
    }
}

// UM10204 3.1.16: the nine clocks begin where our controller pulls SCL, whoever let it rise before.
TEST(Adrift, TheNineClocksBeginWithOurFallOfScl)
{
    for (unsigned spike_ns : {80u, 400u}) {
        Board b(true, 1 << SB_PROTOCOL, spike_ns);
        b.enable();
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(50);
        b.command(RD | NACK);
        b.r.foreign = 0;
        b.run(20);
        b.scl(false);
        b.bits(0xff);
        b.ninth(-1, -1);
        b.done();
        b.run(50);
        b.quiet();
    }
}

// Somebody's SCL fall takes the bus from a controller that was about to repeat its START: after that only a START of its own binds it again.
TEST(Adrift, AfterItsTransferWasCutOnlyAStartBinds)
{
    for (unsigned cr : {STO, STA}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(Q);
        b.tip = false;
        b.lost = true;
        b.status();
        b.r.foreign = 0;
        b.run(Q);
        b.lost = false;
        b.command(cr);
        b.tip = false;
        b.run(Q);
        b.status(); // done, and nothing came
        b.run(100);
        if (cr == STO)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "START was due");
    }
}

// A STOP of its own ends what others had begun in the middle of its byte: what comes after it is judged.
TEST(Adrift, AStopOfItsOwnMakesTheNextSymbolNobodys)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.address(0, false);
    b.poke(3, 0x00);
    b.command(WR);
    b.sda(false);
    b.run(Q);
    b.r.foreign = FOREIGN_SDA_HIGH;
    b.run(Q);
    b.scl(true);
    b.run(2 * Q - 3);
    b.r.foreign = 0; // a START
    b.run(3);
    b.scl(false);
    b.run(Q);
    b.bits(0x00, 7);
    b.ninth(-1, -1);
    b.done();
    b.command(STO);
    b.stop();
    b.done();
    b.quiet();
    b.clock();
    b.clock();
    EXPECT_GT(b.fails(SB_PROTOCOL, "a symbol that nobody commanded"), 0u);
}

// In reset as the START came: it has not heard it, whenever it woke up before, and its waking up in mid transfer excuses nobody.
TEST(Adrift, ATargetInResetHearsNoStart)
{
    for (unsigned sent : {0x40u, 0x44u}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.r.rst_n = 5;
        b.run(50);
        b.poke(3, 0x40);
        b.command(STA | WR);
        b.start();
        b.r.rst_n = 7;
        b.run(50);
        b.bits(static_cast<uint8_t>(sent));
        b.ninth(-1, -1);
        b.done();
        if (sent == 0x40)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "bit on the wire is not TXR's");
    }
}

// Others pull SCL for so short that a target lets its ACK go when SCL is up again: a STOP that is nobody's fault.
TEST(Adrift, AnAckThatEndsLateBehindAShortPullIsNobodysStop)
{
    for (uint64_t after : {9u, 10u}) { // 3 clks of the dullest filter, and 6
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.command(RD | NACK); // to the target a byte of ones
        b.bits(0xff);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(5);
        b.r.foreign = 0;
        b.run(after - 5);
        b.set(1, TGT_SDA, true);
        b.run(Q);
        b.busy = false;
        b.lost = true;
        b.rxack = false;
        b.done();
        if (after == 9)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "no controller did it");
    }
}

// An Sr that is forced up at once may have been heard or not: that nobody knows still when the foreign driver is gone.
TEST(Adrift, ARuntIsRememberedWhenItsForeignDriverIsGone)
{
    for (uint64_t low : {2u, 20u}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.command(STA);
        b.sda(true);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.sda(false);
        b.run(low);
        b.r.foreign = FOREIGN_SDA_HIGH;
        b.run(10);
        b.sda(true);
        b.run(20);
        b.r.foreign = 0;
        b.run(Q);
        b.busy = false;
        b.done();
        b.command(RD | NACK);
        b.scl(false);
        b.run(Q);
        b.bits(0xff);
        b.set(1, TGT_SDA, false); // of who heard neither Sr nor P
        b.clock();
        b.run(Q);
        if (low == 2)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "9th bit of a read is not the one commanded");
    }
}

// Others pull SCL for so short that our controller follows when it is up again: to the wires another clock, of which it knows nothing.
TEST(Adrift, AClockOfOthersThatIsOverBeforeItCanBeFollowedMayCountOrNot)
{
    for (uint64_t low : {8u, 10u}) { // 3 clks of the dullest filter, and 6
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.command(RD);
        b.scl(false);
        b.run(Q);
        b.bits(0xff, 3);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(low);
        b.r.foreign = 0;
        b.run(5);
        b.scl(false);
        b.run(Q);
        b.bits(0xff, 4);
        b.ninth(0, -1);
        b.done();
        if (low < 9)
            b.quiet();
        else
            EXPECT_GT(b.fails(SB_PROTOCOL, "9th bit of a read"), 0u);
    }
}

// SCL is forced high where ours holds it low: a START of others there binds nobody.
TEST(Arbitration, AStartWhereOurSclIsForcedHighBindsNobody)
{
    for (bool forced : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.command(RD);
        b.scl(false);
        b.run(Q);
        b.r.foreign = FOREIGN_SCL_HIGH;
        b.run(Q);
        if (!forced)
            b.scl(true);
        b.r.foreign = FOREIGN_SCL_HIGH | FOREIGN_SDA_LOW;
        b.run(20);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.scl(false);
        b.run(50);
        EXPECT_EQ(b.fails(SB_PROTOCOL, "in a transfer of others") > 0, !forced) << b.first(SB_PROTOCOL);
    }
}

// Our START is made, and others have excused it; the next command may have been ignored: clocks that follow are the first one's.
TEST(Arbitration, AStartOfOthersInAClockBehindAnExcusedStartBindsWhoCouldSeeIt)
{
    for (bool in_doubt : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.command(STA | RD);
        b.sda(false);
        b.r.foreign = FOREIGN_SCL_HIGH;
        b.run(Q);
        b.scl(false);
        b.run(Q);
        b.sda(true); // a STOP, for SCL is still high
        b.run(Q);
        b.r.foreign = 0;
        b.run(Q);
        if (in_doubt)
            b.poke(4, STA | STO);
        b.bits(0xff, 2);
        b.run(Q);
        b.scl(true);
        b.run(2 * Q);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(5);
        b.scl(false);
        b.run(Q);
        b.quiet();
    }
}

// On a free bus, after clocks in doubt, nobody knows which of the wires' clocks a command in doubt begins with.
TEST(Adrift, CommandInDoubtAmongClocksOnAFreeBusIsNotCounted)
{
    for (bool sta : {false, true}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.command(RD);
        b.scl(false);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(5);
        b.r.foreign = 0;
        b.bits(0xff, sta ? 8 : 3);
        if (sta) { // what is reported had nine clocks, and the wires count eight
            b.done();
            b.command(STA);
            b.start();
            b.done();
        } else {
            b.poke(3, 0x00);
            b.poke(4, WR);
            b.bits(0x00);
            b.ninth(-1, -1);
        }
        b.quiet();
    }
}

// ... nor after clocks of others that come before its own.
TEST(Adrift, CommandInDoubtOnAFreeBusIsNotCounted)
{
    for (bool in_doubt : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL, 100);
        b.enable();
        b.address(1, false);
        b.command(STO);
        b.stop();
        if (!in_doubt)
            b.done();
        b.poke(3, 0x00);
        b.poke(4, WR);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(20);
        b.r.foreign = 0;
        b.run(20);
        b.scl(false);
        b.run(Q);
        b.bits(0x00);
        b.ninth(-1, -1);
        b.quiet();
        b.stop();
        EXPECT_EQ(b.fails(SB_PROTOCOL, "a symbol that nobody commanded"), !in_doubt); // the STOP
    }
}

// Of two commands in doubt nobody knows which was taken; one that sets up a STOP may lose the bus.
TEST(Adrift, SclFallOfOthersInACommandThatIsNotJudgedMayBeALoss)
{
    for (bool cut : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x40);
        b.command(STA | WR);
        b.start();
        b.bits(0x40);
        b.ninth(1, -1);
        b.poke(3, 0x00);
        b.poke(4, WR | STO);
        b.poke(4, STO);
        b.bits(0x00);
        b.ninth(1, -1);
        b.sda(false);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        if (cut)
            b.r.foreign = FOREIGN_SCL_LOW;
        b.run(Q);
        b.sda(true);
        b.run(Q);
        b.r.foreign = 0;
        b.run(Q);
        b.busy = cut;
        b.lost = true;
        b.done();
        if (cut)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "nobody pulled against the controller");
    }
}

// ... and whether the target counts it is not known either.
TEST(Adrift, TargetBehindAClockThatMayCountOrNotNeedNotAcknowledge)
{
    for (uint64_t low : {8u, 10u}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0xff);
        b.command(WR);
        b.bits(0xff, 3);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(low);
        b.r.foreign = 0;
        b.run(5);
        b.scl(false);
        b.run(Q);
        b.bits(0xff, 4); // to the wires the last one is the ninth clock
        EXPECT_EQ(b.fails(SB_PROTOCOL, "a target does not ACK a data byte"), low > 9) << b.first(SB_PROTOCOL);
    }
}

// A START of ours that is over before the other one's is believed counts: who is in the transfer then loses it.
TEST(Adrift, WhoMadeAShortStartBesideTheirsMayLose)
{
    for (bool ours : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL, 800);
        b.enable();
        b.poke(3, 0xff);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(1);
        b.command(STA | WR);
        if (ours)
            b.sda(false);
        b.run(1);
        b.scl(false);
        b.run(1);
        b.sda(true);
        b.run(70);
        b.clock();
        b.done();
        EXPECT_EQ(b.fails(SB_PROTOCOL, "a 1 was pulled low"), ours) << b.first(SB_PROTOCOL);
    }
}

// SCL that ours pulls at the very clk of their START, and is forced high, says nothing of what ours has seen.
TEST(Adrift, SclPulledWithTheStartOfOthersExcusesNothing)
{
    for (int late : {0, 1}) {
        Board b(true, 1 << SB_PROTOCOL, 400);
        b.enable();
        b.command(RD);
        b.r.foreign = FOREIGN_SCL_HIGH;
        b.run(50);
        b.r.foreign |= FOREIGN_SDA_LOW;
        b.run(static_cast<uint64_t>(late));
        b.scl(false);
        b.run(2);
        b.scl(true);
        b.run(60);
        b.scl(false);
        b.run(20);
        EXPECT_EQ(b.fails(SB_PROTOCOL, "in a transfer of others") > 0, !late) << b.first(SB_PROTOCOL);
    }
}

} // namespace
