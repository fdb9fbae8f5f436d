// SPDX-License-Identifier: Apache-2.0
//
// The protocol scoreboard: a clock that the controller shares with others, and one that it does not go on with.
#include "records.h"

namespace {

// In the high phase of a bit that the controller sends another one pulls SCL low.
struct SharedClock : Board {
    explicit SharedClock(unsigned spike_ns = 50) : Board(true, 1 << SB_PROTOCOL, spike_ns)
    {
        enable();
        address(0, false);
        poke(3, 0xf0);
        command(WR);
        bits(0xf0, 3);
        run(Q);
        scl(true);
        run(Q);
        r.foreign = FOREIGN_SCL_LOW;
    }
};

TEST(Arbitration, SclFallOfOthersInABitBeginsOurLowPhase)
{
    for (unsigned spike_ns : {50u, 100u}) {
        for (bool follows : {true, false}) {
            SharedClock b(spike_ns);
            b.run(6);
            b.scl(!follows);
            b.run(3 * Q);
            b.scl(false);
            b.run(3);
            if (follows)
                b.quiet();
            else
                b.only(SB_PROTOCOL, "does not follow another one's fall of SCL");
            EXPECT_EQ(b.of(SB_PROTOCOL).failures, follows ? 0u : 1u);
        }
    }
}

TEST(Arbitration, SclFallOfOthersThatIsSoonOverNeedNotBeFollowed)
{
    SharedClock b;
    b.run(2);
    b.r.foreign = 0;
    b.run(Q);
    b.quiet();
}

TEST(Arbitration, RepeatedStartWithSdaHeldLowIsALoss)
{
    for (bool tells : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0x40);
        b.command(STA | WR);
        b.sda(true);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(2 * Q);
        b.scl(true);
        b.run(3 * Q);
        b.tip = false;
        b.lost = tells;
        b.status();
        if (tells)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a 1 was pulled low");
    }
}

TEST(Protocol, CommandThatDoesNotGoOnWithSclHighIsCaughtOnce)
{
    for (bool goes_on : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.poke(0, 9); // 5P are 50 clks
        b.poke(1, 0);
        b.enable();
        b.address(0, false);
        b.poke(3, 0xf0);
        b.command(WR);
        b.bits(0xf0, 3);
        b.run(Q);
        b.scl(true);
        b.run(goes_on ? 90 : 1000);
        b.scl(false);
        b.run(Q);
        if (goes_on)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "SCL is high, and the command does not go on");
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, goes_on ? 0u : 1u);
    }
}

} // namespace
