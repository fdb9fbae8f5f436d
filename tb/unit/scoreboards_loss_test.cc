// SPDX-License-Identifier: Apache-2.0
//
// The protocol scoreboard: which losses are demanded, which are forgotten, and whom they bind.
#include "contest.h"

namespace {

// A START that could not be seen yet does not bind: a filter's delay and 6 clks to react, also where their SCL falls at once.
TEST(Arbitration, OurStartMayComeWhileTheirsCannotBeSeen)
{
    for (unsigned spike_ns : {0u, 400u}) { // 80 ns a clk
        for (unsigned after : {5u, 6u}) {
            Board b(true, 1 << SB_PROTOCOL, spike_ns);
            b.enable();
            b.poke(3, 0x42);
            b.command(STA | WR);
            b.r.foreign = FOREIGN_SDA_LOW;
            b.run(2);
            b.r.foreign = FOREIGN_SDA_LOW | FOREIGN_SCL_LOW;
            b.run(spike_ns / 80 + after - 2);
            b.sda(false);
            b.run(50);
            if (after == 5)
                b.quiet();
            else
                b.only(SB_PROTOCOL, "in a transfer of others");
        }
    }
}

// Where others make a START in our byte nobody can tell which bit our controller is at, and whether it sends.
TEST(Arbitration, AStartOfOthersInOurByteEndsTheDemand)
{
    for (bool start : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0xff);
        b.command(WR);
        b.bits(0xff, 3);
        if (start) {
            b.run(Q);
            b.scl(true);
            b.run(Q);
            b.r.foreign = FOREIGN_SDA_LOW;
            b.run(Q);
            b.scl(false);
            b.run(Q);
        }
        b.r.foreign = FOREIGN_SDA_LOW;
        b.clock();
        b.done();
        if (start)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a 1 was pulled low");
    }
}

TEST(Arbitration, AckOfABusClearInAWriteMustBeReported)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.address(0, false);
    b.command(RD | NACK); // to the target a byte of ones
    b.bits(0xff);
    b.ninth(1, -1);
    b.done();
    b.only(SB_PROTOCOL, "a 1 was pulled low");
}

// A bit of our byte, a 1, that others hold low; they end with a STOP.
void lose(Board &b)
{
    b.poke(3, 0xff);
    b.command(WR);
    b.run(Q);
    b.r.foreign = FOREIGN_SDA_LOW;
    b.clock();
    b.scl(true);
    b.run(Q);
    b.r.foreign = 0;
    b.run(50);
    b.busy = false;
}

// Controller map, STA: it clears AL. Who does not read SR before never learns of the loss.
TEST(Arbitration, ALossThatTheNextStartClearedIsNotDemanded)
{
    for (bool starts : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        lose(b);
        if (starts) {
            b.poke(3, 0x42);
            b.poke(4, STA | WR);
            b.start();
            b.bits(0x42);
            b.ninth(2, -1);
        }
        b.done();
        if (starts)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a 1 was pulled low");
    }
}

// The same of a STOP that somebody prevented, and of which the interrupt came while he still held SDA.
TEST(Arbitration, AFailedStopThatTheNextStartClearedIsNotDemanded)
{
    for (bool starts : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.poke(2, EN | IEN);
        b.address(0, false);
        b.command(STO);
        b.sda(false);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.scl(true);
        b.run(Q);
        b.sda(true);
        b.run(Q);
        b.set(0, CTL_IRQ, true);
        b.run(Q);
        b.r.foreign = 0; // a STOP of his
        b.tip = b.busy = false;
        b.run(Q);
        if (starts)
            b.address(1, false);
        else
            b.status();
        if (starts)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "SDA was held low against a STOP");
    }
}

// AL may be old after a STA that was perhaps ignored. Once SR said 0, the next 1 is a loss again, and binds.
TEST(Arbitration, ALossAfterSrSaidNoneIsFresh)
{
    for (bool lets_go : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x40);
        b.command(STA | WR);
        b.start();
        b.bits(0x40);
        b.ninth(1, -1);
        b.poke(4, STA | WR); // is TIP still 1?
        b.start();
        b.bits(0x40);
        b.ninth(1, -1);
        b.done();
        lose(b);
        b.scl(lets_go);
        b.lost = true;
        b.done();
        b.run(50);
        if (lets_go)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "the loser of an arbitration");
    }
}

// Our controller makes a START that nobody commanded, others go on with nine clocks, and it pulls SCL in the ninth: the bits that follow are
// its clocks 1 to 8, and a 1 that is held low in the last of them is a loss.
TEST(Arbitration, TheNinthClockOfOthersThatOursEndsIsNoneOfOurs)
{
    for (bool tells : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL, 800);
        b.enable();
        b.poke(3, 0x01);
        b.sda(false);
        b.poke(4, WR); // while the START is in the filter
        b.run(Q);
        for (int k = 0; k < 9; k++) {
            b.r.foreign = FOREIGN_SCL_LOW;
            b.run(Q);
            b.sda(true);
            b.r.foreign = 0;
            b.run(Q);
        }
        b.busy = true;
        b.status(); // done, it says, and has not begun
        b.poke(4, WR);
        b.scl(false);
        b.run(Q);
        b.bits(0x01, 7);
        b.sda(true);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.clock();
        b.run(Q);
        b.rxack = true;
        b.lost = tells;
        b.effect = [&] { b.scl(true); };
        const uint64_t before = b.of(SB_PROTOCOL).failures;
        b.status();
        EXPECT_EQ(b.of(SB_PROTOCOL).failures - before, tells ? 0u : 1u);
    }
}

// Somebody holds SDA as our controller lets it go after its byte: that is no STOP, and nothing to report.
TEST(Arbitration, SdaHeldAfterAByteIsNoStopThatFailed)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.address(0, false);
    b.poke(3, 0x00);
    b.command(WR);
    b.bits(0x00, 7);
    b.sda(false);
    b.run(Q);
    b.scl(true);
    b.run(2 * Q);
    b.scl(false);
    b.r.foreign = FOREIGN_SDA_LOW;
    b.run(3);
    b.sda(true);
    b.clock();
    b.rxack = false;
    b.done();
    b.r.foreign = 0;
    b.run(Q);
    b.quiet();
}

// UM10204 3.1.8: SDA that somebody held for all of the clock is lost, although he lets go as SCL falls, before a filter believes it.
TEST(Arbitration, WhoLetsGoAsSclFallsHasWonTheBit)
{
    for (int kind = 0; kind < 3; kind++) { // he lets go 0: at the fall itself, 1: a clk later; 2: pulls only then
        const bool all_of_it = kind < 2;
        Board b(true, 1 << SB_PROTOCOL, 400);
        b.enable();
        b.address(0, false);
        b.poke(3, 0xff);
        b.command(WR);
        b.bits(0xff, 3);
        b.r.foreign = all_of_it ? FOREIGN_SDA_LOW : 0;
        b.run(Q);
        b.scl(true);
        b.run(2 * Q);
        b.scl(false);
        b.run(kind ? 1 : 0);
        b.r.foreign = all_of_it ? 0 : FOREIGN_SDA_LOW;
        b.run(Q);
        b.r.foreign = 0;
        b.bits(0xff, 4);
        b.ninth(1, -1);
        b.done();
        if (all_of_it)
            b.only(SB_PROTOCOL, "a 1 was pulled low");
        else
            b.quiet();
    }
}

// UM10204 3.1.8: both address the same target, ours to read and the other to write; R/W is the eighth bit after the START.
TEST(Arbitration, WhoWritesWinsAgainstOurRead)
{
    for (bool tells : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x41);
        b.command(STA | WR);
        b.start();
        b.bits(0x41, 7);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.clock();
        b.r.foreign = 0;
        b.lost = tells;
        b.done();
        if (tells)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a 1 was pulled low");
    }
}

// Others made a START in our byte, and since then the wires count other bytes than our controller: what acknowledges its byte comes in a bit.
TEST(Arbitration, AnAckInABitOfTheWiresIsNoLoss)
{
    for (uint8_t last : {0, 1}) { // a 1 of our byte that is held low is one
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0xff);
        b.command(WR);
        b.bits(0xff, 3);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_LOW; // the START
        b.run(Q);
        b.scl(false);
        b.run(Q);
        b.r.foreign = 0;
        b.bits(0xff, 4);
        b.ninth(-1, -1);
        b.done();
        b.poke(3, last);
        b.command(WR);
        b.bits(last, 7);
        b.sda(last);
        b.r.foreign = last ? FOREIGN_SDA_LOW : 0;
        b.clock();
        b.sda(true);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.clock();
        b.r.foreign = 0;
        b.done();
        EXPECT_EQ(b.fails(SB_PROTOCOL, "a 1 was pulled low"), last) << b.first(SB_PROTOCOL);
    }
}

// Controller map, CTR: EN = 0 ends the command, and nobody waits for its STOP any more.
TEST(Arbitration, DisableForgetsTheStopThatFailed)
{
    for (bool reported : {false, true}) {
        for (bool disables : {true, false}) {
            Board b(true, 1 << SB_PROTOCOL);
            b.poke(2, EN | IEN);
            b.address(0, false);
            b.command(STO);
            b.sda(false);
            b.run(Q);
            b.r.foreign = FOREIGN_SDA_LOW;
            b.scl(true);
            b.run(Q);
            b.sda(true);
            b.run(Q);
            b.set(0, CTL_IRQ, reported);
            b.run(Q);
            if (disables) {
                b.effect = [&] { b.set(0, CTL_IRQ, false); };
                b.poke(2, 0);
            }
            b.done();
            if (disables)
                b.quiet();
            else
                b.only(SB_PROTOCOL, "SDA was held low against a STOP");
        }
    }
}

// In a clock that the host commanded without a START: one that could not be seen before SCL fell does not bind, in the last clock neither.
TEST(Arbitration, AStartOfOthersInAClockWithoutAStartBindsWhoCouldSeeIt)
{
    for (int bits : {2, 8}) {
        for (unsigned spike_ns : {0u, 400u}) { // 80 ns a clk
            for (unsigned before : {2u, 5u, 6u}) { // clks from it to SCL's fall
                Board b(true, 1 << SB_PROTOCOL, spike_ns);
                b.enable();
                b.command(RD | NACK);
                b.scl(false);
                b.run(Q);
                b.bits(0xff, bits);
                b.run(Q);
                b.scl(true);
                b.run(2 * Q);
                b.r.foreign = FOREIGN_SDA_LOW;
                b.run(spike_ns / 80 + before);
                b.scl(false);
                b.run(Q);
                b.r.foreign = 0;
                b.run(Q);
                if (before < 6)
                    b.quiet();
                else
                    b.only(SB_PROTOCOL, "the controller pulls a line in a transfer of others");
            }
        }
    }
}

TEST(Arbitration, WhoHasNoCommandIsBoundByAStartOfOthersAtOnce)
{
    for (unsigned command : {0u, unsigned{STA}, unsigned{RD}}) { // RD: it may be about to clock
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        if (command)
            b.command(command);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(2);
        b.scl(false);
        b.run(20);
        EXPECT_EQ(b.fails(SB_PROTOCOL, "in a transfer of others") > 0, command != RD) << command;
    }
}

// Who is disabled just after the START of others takes no part in it any more.
TEST(Arbitration, DisablingEndsWhatTwoStartsTogetherAllow)
{
    for (bool disabled : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(1);
        if (disabled)
            b.poke(2, 0);
        b.sda(false);
        b.run(1);
        b.sda(true);
        b.run(5);
        b.enable();
        b.poke(4, STA | WR);
        b.r.foreign = FOREIGN_SDA_LOW | FOREIGN_SCL_LOW;
        b.run(50);
        b.sda(false);
        b.run(5);
        EXPECT_EQ(b.fails(SB_PROTOCOL, "in a transfer of others") > 0, disabled) << b.first(SB_PROTOCOL);
    }
}

// Others make a START together with ours, and hold SDA: who reads sees zeros, and has lost nothing.
TEST(Arbitration, AReadBehindTwoStartsTogetherLosesNothing)
{
    Board b(true, 1 << SB_PROTOCOL, 400);
    b.enable();
    b.command(STA | RD);
    b.sda(false);
    b.run(1);
    b.r.foreign = FOREIGN_SDA_LOW; // before ours is believed
    b.run(Q);
    b.scl(false);
    b.run(Q);
    b.sda(true);
    for (int k = 0; k < 8; k++)
        b.clock();
    b.sda(false);
    b.clock();
    b.busy = true;
    b.done();
    b.quiet();
}

// A clock that may be over before a controller has taken SDA's level from its filter decides nothing.
TEST(Arbitration, AClockMustLastToDecide)
{
    for (uint64_t high : {7u, 8u}) { // clks: the filter's 5, and 2
        Contest b(400);
        b.ours(true);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(Q);
        b.scl(true);
        b.run(high);
        b.scl(false);
        b.run(Q);
        b.r.foreign = 0;
        b.run(Q);
        b.tip = false;
        b.status();
        if (high == 7)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a 1 was pulled low");
    }
}

// Without a START, and after a reset: nothing was lost before.
TEST(Arbitration, TheFirstLossAfterAResetIsFresh)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.poke(3, 0xff);
    b.command(WR);
    b.scl(false);
    b.run(Q);
    b.r.foreign = FOREIGN_SDA_LOW;
    b.run(Q);
    b.scl(true);
    b.run(2 * Q);
    b.r.foreign = FOREIGN_SDA_LOW | FOREIGN_SCL_LOW;
    b.run(Q);
    b.tip = false;
    b.lost = true;
    b.status();
    b.run(10);
    b.quiet();
    b.sda(false);
    b.run(1);
    b.only(SB_PROTOCOL, "the loser of an arbitration pulls a line");
}

// A command waits for the bus to be its own: SCL that others let go is not held against it.
TEST(Protocol, CommandThatHasNotPulledSclNeedNotGoOn)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.r.foreign = FOREIGN_SCL_LOW;
    b.run(50);
    b.command(RD);
    b.r.foreign = 0;
    b.run(656000);
    b.quiet();
}

// SCL that others pull before our SDA has moved takes nothing from a START that is still to come.
TEST(Protocol, SclFallOfOthersBeforeOurStartExcusesNoMissingOne)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.effect = [&] { b.r.foreign = FOREIGN_SCL_LOW; }; // and the controller's ack falls after it
    b.command(STA);
    b.run(Q);
    b.r.foreign = 0;
    b.done();
    b.run(50);
    b.only(SB_PROTOCOL, "(START was due)");
}

// A repeated START that others begin: ours joins, and who reads behind it loses nothing.
TEST(Arbitration, AReadBehindAnSrThatOthersBeganLosesNothing)
{
    for (bool made : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.command(STA | RD);
        b.sda(true);
        b.run(Q);
        if (!made)
            b.r.foreign = FOREIGN_SDA_LOW;
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(5);
        if (made) {
            b.sda(false);
            b.run(Q);
            b.scl(false);
            b.run(Q);
            b.sda(true);
            for (int k = 0; k < 8; k++)
                b.clock();
            b.r.foreign = 0;
            b.sda(false);
            b.clock();
        }
        b.done();
        if (made)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a 1 was pulled low");
    }
}

// A target that holds SDA explains a loss, and demands none, also where somebody stretches the clock beside it.
TEST(Arbitration, ATargetThatHoldsSdaBesideAStretchDemandsNoLoss)
{
    for (bool target : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0xff);
        b.command(WR);
        if (target)
            b.set(2, TGT_SDA, false);
        b.r.foreign = FOREIGN_SCL_LOW | (target ? 0 : FOREIGN_SDA_LOW);
        b.run(Q);
        b.r.foreign = target ? 0 : FOREIGN_SDA_LOW;
        b.clock();
        b.set(2, TGT_SDA, true);
        b.r.foreign = 0;
        b.done();
        EXPECT_EQ(b.fails(SB_PROTOCOL, "a 1 was pulled low"), !target) << b.first(SB_PROTOCOL);
    }
}

} // namespace
