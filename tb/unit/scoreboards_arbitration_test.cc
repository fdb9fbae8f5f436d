// SPDX-License-Identifier: Apache-2.0
//
// The protocol scoreboard: when the controller must let go of the bus, must not take it, and must say that it lost it.
#include "contest.h"

#include <algorithm>

namespace {

enum { LET_GO = 4 }; // clks after the sample that shows the cause

TEST(Arbitration, OneThatIsPulledLowIsALoss)
{
    for (unsigned spike_ns : {0u, 50u, 400u}) {
        for (bool tells : {true, false}) {
            Contest b(spike_ns);
            b.ours(true);
            b.clock_with(0);
            b.r.foreign = FOREIGN_SDA_LOW;
            b.run(Q);
            b.scl(true);
            b.run(2 * Q);
            b.r.foreign = FOREIGN_SDA_LOW | FOREIGN_SCL_LOW; // its clock goes on; ours has let go, or counts with it
            b.run(Q);
            for (int k = 5; k >= 0; k--)
                b.rival.bit(k & 1);
            b.tip = false;
            b.lost = tells;
            b.status();
            if (tells)
                b.quiet();
            else
                b.only(SB_PROTOCOL, "a 1 was pulled low");
            b.status(); // one failure tells it
            EXPECT_EQ(b.of(SB_PROTOCOL).failures, tells ? 0u : 1u);
        }
    }
}

TEST(Arbitration, LowForAPartOfTheClockOrInOurZeroIsNotDemanded)
{
    for (int kind = 0; kind < 4; kind++) {
        Contest b;
        b.ours(kind != 1);
        if (kind == 0) {
            b.clock_with(FOREIGN_SDA_LOW, 1); // SDA rises while SCL is high: a STOP
            b.busy = false;
        } else if (kind == 1) {
            b.clock_with(FOREIGN_SDA_LOW);
        } else if (kind == 2) { // from SCL's rise on
            b.r.foreign = 0;
            b.run(Q);
            b.scl(true);
            b.clock_with(FOREIGN_SDA_LOW);
        } else { // forced high meanwhile
            b.clock_with(FOREIGN_SDA_LOW | FOREIGN_SDA_HIGH);
        }
        b.tip = false;
        b.status();
        b.quiet();
    }
}

TEST(Arbitration, DisableForgetsTheLoss)
{
    Contest b;
    b.ours(true);
    b.clock_with(FOREIGN_SDA_LOW);
    b.effect = [&] { b.sda(true); b.scl(true); };
    b.poke(2, 0);
    b.tip = false;
    b.status();
    b.quiet();
}

TEST(Arbitration, NackThatIsPulledLowIsALoss)
{
    for (bool tells : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, true);
        b.command(RD | NACK);
        b.target_bits(1, 0xff);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.clock();
        b.r.foreign = 0;
        b.run(Q);
        b.tip = false;
        b.lost = tells;
        b.effect = [&] { b.scl(b.lost); };
        b.status();
        if (tells)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a 1 was pulled low");
    }
}

TEST(Arbitration, AckOfOurByteIsNoLoss)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.poke(3, 0x60);
    b.command(STA | WR);
    b.start();
    b.bits(0x60);
    b.r.foreign = FOREIGN_SDA_LOW;
    b.clock();
    b.r.foreign = 0;
    b.tip = false;
    b.run(Q);
    b.status();
    b.quiet();
}

TEST(Arbitration, OldLossDoesNotBindTheNextCommand)
{
    Contest b;
    b.ours(true);
    b.clock_with(FOREIGN_SDA_LOW);
    b.scl(true);
    b.lost = true;
    b.tip = false;
    b.status();
    b.run(50);
    b.command(RD | NACK); // nine clocks to clear the bus: AL stays, and SCL is held low after them
    for (int k = 0; k < 9; k++)
        b.clock();
    b.rxack = true;
    b.done();
    b.run(100);
    b.quiet();
}

TEST(Arbitration, DisabledControllerLetsBothLinesGo)
{
    for (int kind = 0; kind < 4; kind++) { // 0: in time, 1: a clock late, 2: SDA never, 3: neither, without ever having been enabled
        Board b(true, 1 << SB_PROTOCOL);
        if (kind < 3) {
            b.enable();
            b.poke(3, 0x42);
            b.command(STA | WR);
            b.start();
            b.bits(0x42, 3);
            b.sda(false);
            b.poke(2, 0); // ack, and two more clks
            b.run(kind == 1 ? LET_GO - 2 : LET_GO - 3);
            b.scl(true);
            b.sda(kind != 2);
        } else {
            b.scl(false);
            b.sda(false);
        }
        b.run(100);
        const unsigned failures[] = {0, 2, 100, 200};
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, failures[kind]) << b.first(SB_PROTOCOL);
        if (kind)
            b.only(SB_PROTOCOL, "disabled controller");
    }
}

TEST(Arbitration, DisabledControllerIsCheckedEveryClock)
{
    Board b(true, 1 << SB_PROTOCOL);
    const uint64_t before = b.of(SB_PROTOCOL).checks;
    b.run(1000);
    EXPECT_EQ(b.of(SB_PROTOCOL).checks - before, 2000u);
    b.enable(); // and idle
    const uint64_t enabled = b.of(SB_PROTOCOL).checks;
    b.run(1000);
    EXPECT_EQ(b.of(SB_PROTOCOL).checks - enabled, 2000u);
    b.command(STA);
    const uint64_t commanded = b.of(SB_PROTOCOL).checks;
    b.run(1000);
    EXPECT_EQ(b.of(SB_PROTOCOL).checks, commanded);
}

TEST(Arbitration, StartOnABusyBusIsCaught)
{
    for (unsigned spike_ns : {0u, 50u, 400u}) {
        for (bool waits : {true, false}) {
            for (bool low : {true, false}) { // in a 0 of the other's there is no edge on the wire
                Board b(true, 1 << SB_PROTOCOL, spike_ns);
                Rival rival{b};
                b.enable();
                rival.start();
                rival.bit(false);
                b.poke(3, 0x42);
                b.command(STA | WR);
                rival.pull(FOREIGN_SCL_LOW | (low ? FOREIGN_SDA_LOW : 0));
                rival.pull(low ? FOREIGN_SDA_LOW : 0);
                b.sda(waits);
                b.run(Q);
                b.sda(true);
                rival.pull(FOREIGN_SCL_LOW);
                rival.stop();
                if (waits) {
                    b.quiet();
                    b.start();
                    b.bits(0x42);
                    b.ninth(2, -1);
                    b.done();
                    b.quiet();
                } else {
                    b.only(SB_PROTOCOL, "in a transfer of others");
                    EXPECT_EQ(b.of(SB_PROTOCOL).failures, unsigned{Q});
                    EXPECT_STREQ(b.of(SB_PROTOCOL).first.clause, "UM10204 3.1.8");
                }
            }
        }
    }
}

TEST(Arbitration, TwoStartsTogetherBothCount)
{
    for (int after : {1, 6, 20, 35, 60}) { // SCL falls at 40; the other's START is at 0
        for (unsigned spike_ns : {0u, 100u}) {
            Board b(true, 1 << SB_PROTOCOL, spike_ns);
            b.enable();
            b.poke(3, 0x42);
            b.command(STA | WR);
            b.r.foreign = FOREIGN_SDA_LOW;
            b.run(static_cast<uint64_t>(std::min(after, 40)));
            if (after < 40) {
                b.sda(false);
                b.run(static_cast<uint64_t>(40 - after));
            }
            b.r.foreign = FOREIGN_SDA_LOW | FOREIGN_SCL_LOW;
            b.run(20);
            b.sda(false);
            b.run(20);
            if (after < 40)
                b.quiet();
            else
                b.only(SB_PROTOCOL, "in a transfer of others");
        }
    }
}

TEST(Arbitration, TransferLeftByDisablingKeepsTheBusBusy)
{
    for (bool waits : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, false);
        b.effect = [&] { b.scl(true); };
        b.poke(2, 0);
        b.run(50);
        b.enable();
        b.poke(3, 0x42);
        b.command(waits ? RD | NACK : STA | WR); // the host clears the bus, or knows no better
        b.sda(waits);
        b.run(Q);
        b.scl(false);
        b.run(Q);
        if (waits)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "in a transfer of others");
    }
}

// A repeated START or a STOP is set up with SCL high when SCL falls; the controller lets go.
struct Preparation : Board {
    explicit Preparation(bool stop, unsigned spike_ns = 0) : Board(true, 1 << SB_PROTOCOL, spike_ns)
    {
        enable();
        address(0, false);
        command(stop ? STO : STA | WR);
        sda(!stop);
        run(Q);
        scl(true);
    }
    void lose()
    {
        sda(true);
        r.foreign = 0;
        tip = false;
        lost = true;
        run(Q);
        status();
    }
};

TEST(Arbitration, SclFallOfOthersInASetUpIsALoss)
{
    for (unsigned spike_ns : {0u, 50u, 100u}) {
        for (bool stop : {false, true}) {
            for (int who : {1, 2, 3}) { // 1: ours, 2: theirs, 3: both in one clk, so that ours did not follow theirs
                const bool theirs = who == 2;
                Preparation b(stop, spike_ns);
                b.run(Q);
                b.r.foreign = who > 1 ? FOREIGN_SCL_LOW : 0;
                b.scl(theirs);
                b.run(Q);
                b.scl(true);
                b.lose();
                if (theirs)
                    b.quiet();
                else // a clock in place of what was commanded
                    b.only(SB_PROTOCOL, stop ? "(STOP was due, bit came)" : "(START was due, bit came)");
            }
        }
    }
}

TEST(Arbitration, OthersThatOnlyStretchBeforeASetUpExplainNoClock)
{
    for (bool stop : {false, true}) {
        Preparation b(stop);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(Q);
        b.r.foreign = 0;
        b.run(Q);
        b.scl(false);
        b.run(Q);
        b.only(SB_PROTOCOL, "not the command's next one");
    }
}

TEST(Arbitration, AckOfABusClearInAWriteIsALoss)
{
    for (bool acked : {false, true}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.command(RD | NACK); // nine clocks with SDA released: to the target a byte of ones
        b.bits(0xff);
        b.ninth(acked ? 1 : -1, -1);
        b.tip = false;
        b.lost = true;
        b.effect = [&] { b.scl(true); };
        b.run(Q);
        b.status();
        if (acked)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "nobody pulled");
    }
}

TEST(Arbitration, StartThatAnSclFallOvertakesIsNone)
{
    for (int after : {0, 1, 6, 7, 60, -6, -1}) { // clocks from their SCL fall to our SDA fall; -: from our own
        const bool theirs = after >= 0;
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.r.foreign = theirs ? FOREIGN_SCL_LOW : 0;
        b.scl(theirs);
        if (after)
            b.run(static_cast<uint64_t>(theirs ? after : -after));
        b.sda(false);
        b.run(3);
        b.scl(false);
        b.run(Q);
        b.r.foreign = 0;
        b.run(Q);
        b.bits(0x42); // on a bus without a START
        b.ninth(-1, -1);
        b.done();
        if (theirs && after <= 6)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "not the command's next one (START was due");
    }
}

// UM10204 3.1.7: who only shortens the high phase of a bit takes nothing from the controller, whose next bit may come at once.
TEST(Arbitration, SclFallOfOthersInOurByteExcusesNoWrongBit)
{
    for (bool right : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, false);
        b.poke(3, 0x80);
        b.command(WR);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(3);
        b.scl(false);
        b.run(1);
        b.sda(false);
        b.run(Q);
        b.r.foreign = 0;
        b.bits(right ? 0x00 : 0x08, 7);
        b.ninth(2, -1);
        b.done();
        if (right)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "bit on the wire is not TXR's");
    }
}

TEST(Arbitration, ClocksOfOthersBeforeOurStartAreTheirs)
{
    for (int kind = 0; kind < 3; kind++) { // 0: our own clocks, 1: theirs, 2: and then our byte is wrong
        const bool theirs = kind > 0;
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        for (int k = 0; k < 3; k++) {
            b.r.foreign = theirs ? FOREIGN_SCL_LOW : 0;
            b.scl(theirs);
            b.run(Q);
            b.r.foreign = 0;
            b.scl(true);
            b.run(Q);
        }
        b.start();
        b.bits(kind == 2 ? 0x43 : 0x42);
        b.ninth(2, -1);
        b.done();
        if (kind == 1)
            b.quiet();
        else
            b.only(SB_PROTOCOL, theirs ? "bit on the wire is not TXR's" : "not the command's next one (START was due");
    }
}

} // namespace
