// SPDX-License-Identifier: Apache-2.0
//
// The protocol scoreboard: a controller that has no command after its STOP, a reset or EN = 0 leaves both lines alone; who lost an
// arbitration leaves SDA alone at once, and SCL when the byte is over.
#include "contest.h"

namespace {

enum { LET_GO = 4 }; // clks after the sample that shows the cause

struct Idle : Board {
    explicit Idle(unsigned spike_ns = 0) : Board(true, 1 << SB_PROTOCOL, spike_ns) {}
    void expect(bool caught)
    {
        EXPECT_EQ(fails(SB_PROTOCOL, "an idle controller pulls a line") > 0, caught) << first(SB_PROTOCOL);
        if (!caught)
            quiet();
    }
};

TEST(Idle, AfterItsStopTheControllerLetsBothLinesGo)
{
    for (unsigned spike_ns : {0u, 50u, 400u}) {
        for (unsigned line : {0u, unsigned{CTL_SDA}, unsigned{CTL_SCL}}) {
            for (bool told : {false, true}) { // the STOP on the wire is enough
                Idle b(spike_ns);
                b.enable();
                b.address(1, false);
                b.command(STO);
                b.stop();
                if (told)
                    b.done();
                b.set(0, line, false);
                b.run(20);
                b.expect(line);
                EXPECT_EQ(b.of(SB_PROTOCOL).failures, line == CTL_SDA ? 21u : line ? 20u : 0u); // with the START that is one on the wire
            }
        }
    }
}

TEST(Idle, EveryClockIsCheckedUntilTheNextCommand)
{
    Idle b;
    b.enable();
    b.address(1, false, STA | STO);
    uint64_t before = b.of(SB_PROTOCOL).checks;
    b.run(1000);
    EXPECT_EQ(b.of(SB_PROTOCOL).checks - before, 2000u);
    b.command(STA | WR);
    before = b.of(SB_PROTOCOL).checks;
    b.run(1000);
    EXPECT_EQ(b.of(SB_PROTOCOL).checks, before);
}

TEST(Idle, AnEngagedControllerHoldsScl)
{
    Idle b;
    b.enable();
    b.address(1, false);
    b.run(1000);
    b.data(1, 0x5a);
    b.run(1000);
    b.quiet();
}

TEST(Idle, ANewCommandMayPullAtOnce)
{
    for (bool told : {false, true}) { // it may be written while the host does not know that the STOP is done
        for (unsigned cr : {unsigned{STA}, unsigned{RD | NACK}, unsigned{STO}}) {
            Idle b(400);
            b.enable();
            b.address(1, false);
            b.command(STO);
            b.sda(false);
            b.run(Q);
            b.scl(true);
            b.run(Q);
            b.sda(true);
            b.busy = false;
            b.run(told ? Q : 1);
            if (told)
                b.done();
            b.command(cr);
            b.run(3);
            b.set(0, cr & STA ? CTL_SDA : CTL_SCL, false);
            b.run(50);
            b.expect(false);
        }
    }
}

TEST(Idle, ACommandThatIsIgnoredIsNone)
{
    for (int kind = 0; kind < 3; kind++) { // 0: no command bits, 1: while EN is 0, 2: one that counts
        Idle b;
        b.enable();
        b.address(1, false, STA | STO);
        if (kind == 1)
            b.poke(2, 0);
        b.poke(4, kind == 0 ? NACK | 1 : unsigned{STA});
        if (kind == 1)
            b.enable();
        b.run(20);
        b.sda(false);
        b.run(20);
        b.expect(kind < 2);
    }
}

TEST(Idle, BusClearHoldsSclUntilItsStop)
{
    for (bool stops : {false, true}) { // UM10204 3.1.16: nine clocks without a START
        Idle b;
        b.enable();
        b.command(RD | NACK);
        b.run(Q);
        b.scl(false);
        b.run(Q);
        for (int k = 0; k < 9; k++)
            b.clock();
        b.rxack = true;
        b.done();
        b.run(500);
        b.quiet();
        if (stops) {
            b.command(STO);
            b.stop();
            b.done();
            b.scl(false);
        }
        b.run(20);
        b.expect(stops);
    }
}

TEST(Idle, AStopThatFailedOrWasOthersBindsNobody)
{
    for (int kind = 0; kind < 3; kind++) { // 0: SDA is held, 1: and let go later, 2: others make it while ours holds SDA released
        Idle b;
        b.enable();
        b.address(1, false);
        b.command(STO);
        b.sda(false);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.scl(true);
        b.run(Q);
        b.sda(true);
        b.run(4 * Q);
        b.tip = false;
        b.lost = true;
        b.status();
        if (kind) {
            b.r.foreign = 0;
            b.busy = false;
            b.run(kind == 1 ? Q : 1);
        }
        b.lost = false;
        b.command(STO); // once more
        b.run(5);
        b.scl(false);
        b.run(Q);
        b.quiet();
    }
}

TEST(Idle, AfterAResetOrEnWithoutACommand)
{
    for (int kind = 0; kind < 4; kind++) { // 0: power-up, 1: EN = 0 before the command's START, 2: a reset, 3: a reset in a transfer
        for (bool pulls : {false, true}) {
            Idle b;
            b.enable();
            if (kind == 1) {
                b.command(STA);
                b.poke(2, 0);
            } else if (kind) {
                b.address(1, false, kind == 3 ? STA : STA | STO);
                b.r.rst_n = 6;
                b.run(2);
                b.scl(true);
                b.run(10);
                b.r.rst_n = 7;
                b.run(100);
            }
            b.enable();
            b.run(100);
            b.set(0, CTL_SDA, !pulls);
            b.run(1);
            b.expect(pulls);
        }
    }
}

TEST(Idle, WhenOthersHaveTheBusItIsTheirs)
{
    for (bool started : {false, true}) { // SCL falls: our controller is told to take no part
        Idle b;
        Rival rival{b};
        b.enable();
        if (started)
            rival.start();
        b.scl(false);
        b.run(10);
        b.only(SB_PROTOCOL, started ? "in a transfer of others" : "an idle controller");
    }
}

// Ours sent a 1 in bit 6, the rival a 0; SCL is high, and the host reads AL.
struct Loss : Contest {
    explicit Loss(unsigned spike_ns = 0) : Contest(spike_ns)
    {
        ours(true);
        clock_with(0);
        r.foreign = FOREIGN_SDA_LOW;
        run(Q);
        scl(true);
        run(Q);
    }
    void tell() // ack shows AL; three more clks
    {
        lost = true;
        tip = false;
        status();
    }
    void clock_along(unsigned rivals_sda) // one more of the byte
    {
        scl(false);
        rival.pull(FOREIGN_SCL_LOW | rivals_sda);
        rival.pull(rivals_sda); // SCL is ours alone
        scl(true);
        rival.pull(rivals_sda);
    }
};

TEST(Loser, LoserLetsSdaGoAtOnce)
{
    for (bool lets_go : {true, false}) {
        Loss b;
        b.sda(lets_go);
        b.tell();
        b.run(100);
        if (lets_go)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "the loser of an arbitration");
        b.sda(true);
        b.run(Q);
        b.rival.pull(0); // SDA rises: a STOP
        b.busy = false;
        const uint64_t before = b.of(SB_PROTOCOL).failures;
        EXPECT_EQ(before, lets_go ? 0u : 103u - LET_GO);
        b.lost = false; // the next START may pull again
        b.address(1, false);
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, before) << b.first(SB_PROTOCOL);
    }
}

// UM10204 3.1.8: "can generate clock pulses until the end of the byte"; here seven more, and the ninth.
TEST(Loser, LoserMayClockToTheEndOfTheByte)
{
    for (unsigned spike_ns : {0u, 50u, 400u}) {
        for (int clocks : {0, 3, 7, 8}) { // 7: with the ninth
            Loss b(spike_ns);
            b.tell();
            for (int k = 0; k < clocks; k++)
                b.clock_along(k == 6 ? 0 : FOREIGN_SDA_LOW);
            b.scl(clocks >= 7); // it stops where others hold SCL; or SCL has just fallen for the ninth time
            b.rival.pull(FOREIGN_SCL_LOW);
            b.scl(true);
            b.rival.pull(FOREIGN_SCL_LOW);
            if (clocks <= 7)
                b.quiet();
            else
                b.only(SB_PROTOCOL, "the loser of an arbitration");
        }
    }
}

TEST(Loser, LoserSeesTheEndOfTheByteLate)
{
    for (unsigned spike_ns : {0u, 400u}) {
        for (bool late : {false, true}) {
            Loss b(spike_ns);
            b.tell();
            for (int k = 0; k < 7; k++)
                b.clock_along(0);
            b.scl(false);
            b.rival.pull(FOREIGN_SCL_LOW, b.s.decoder.sure_clks + REACTION_CLKS + (late ? 1 : 0));
            b.scl(true);
            b.rival.pull(FOREIGN_SCL_LOW);
            EXPECT_EQ(b.of(SB_PROTOCOL).failures, late ? 1u : 0u) << b.first(SB_PROTOCOL);
        }
    }
}

TEST(Loser, StartOrStopEndsTheByteForTheLoser)
{
    for (bool stop : {false, true}) {
        for (bool clocks : {false, true}) {
            Loss b;
            b.tell();
            b.rival.pull(stop ? 0 : FOREIGN_SCL_LOW); // SDA rises with SCL high, or SCL falls for an Sr
            if (!stop) {
                b.rival.pull(0);
                b.rival.pull(FOREIGN_SDA_LOW);
            }
            b.rival.pull(stop ? 0 : FOREIGN_SDA_LOW);
            b.scl(!clocks);
            b.run(10);
            b.scl(true);
            b.rival.pull(stop ? 0 : FOREIGN_SDA_LOW);
            if (clocks)
                b.only(SB_PROTOCOL, "the loser of an arbitration");
            else
                b.quiet();
        }
    }
}

TEST(Loser, LoserDoesNotHoldScl)
{
    for (uint64_t more : {0u, 1u}) {
        Loss b;
        b.s.host.prer = 24; // 125 clks a period
        b.tell();
        b.scl(false);
        b.run(longest_step(&b.s) + more);
        b.scl(true);
        b.run(100);
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, more) << b.first(SB_PROTOCOL);
    }
}

// Told between two bytes: that one is over.
TEST(Loser, LossBeforeTheByteBindsSclAtOnce)
{
    Loss b;
    for (int k = 0; k < 7; k++)
        b.clock_along(0);
    b.scl(false);
    b.rival.pull(FOREIGN_SCL_LOW);
    b.tell();
    b.run(Q);
    b.only(SB_PROTOCOL, "the loser of an arbitration");
    EXPECT_STREQ(b.of(SB_PROTOCOL).first.clause, "UM10204 3.1.8");
}

// UM10204 3.1.8: lost in the first of the byte's nine clocks, whenever in that clock it is told.
TEST(Loser, LossInTheFirstClockLeavesEightMore)
{
    for (int told = 0; told < 3; told++) { // 0: SCL's rise is still in the filter, 1: SCL is high, 2: SCL is low again
        for (int clocks : {8, 9}) {
            Contest b(800); // 10 clks
            b.ours(true);
            b.r.foreign = FOREIGN_SDA_LOW;
            b.run(Q);
            b.scl(true);
            b.run(told ? Q : 2);
            b.scl(told < 2);
            b.run(told < 2 ? 0 : Q);
            b.tip = false;
            b.lost = true;
            b.status();
            b.run(Q);
            for (int k = 0; k < clocks; k++) {
                b.scl(false);
                b.rival.pull(FOREIGN_SCL_LOW | FOREIGN_SDA_LOW);
                b.rival.pull(FOREIGN_SDA_LOW);
                b.scl(true);
                b.rival.pull(FOREIGN_SDA_LOW);
            }
            if (clocks == 8)
                b.quiet();
            else
                b.only(SB_PROTOCOL, "the loser of an arbitration");
        }
    }
}

// UM10204 3.1.8: the end of the byte in which it lost, however often SR says so later.
TEST(Loser, ReadingSrAgainGivesNoSecondByte)
{
    for (bool reads : {false, true}) {
        Loss b;
        b.tell();
        for (int k = 0; k < 7; k++)
            b.clock_along(0);
        b.rival.pull(FOREIGN_SCL_LOW);
        b.rival.bit(true); // of the next byte
        b.quiet();
        if (reads)
            b.status();
        b.clock_along(0);
        b.only(SB_PROTOCOL, "the loser of an arbitration");
    }
}

// UM10204 3.1.8: who lost may make its next START when the bus is free.
TEST(Loser, TheNextStartWaitsForTheWinnersStop)
{
    for (bool waits : {true, false}) {
        Loss b;
        b.tell();
        b.lost = false;
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.rival.pull(FOREIGN_SCL_LOW | FOREIGN_SDA_LOW);
        b.sda(waits);
        b.run(Q);
        b.sda(true);
        b.rival.stop();
        if (waits) {
            b.start();
            b.bits(0x42);
            b.ninth(2, -1);
            b.done();
            b.quiet();
        } else {
            b.only(SB_PROTOCOL, "in a transfer of others");
        }
    }
}

} // namespace
