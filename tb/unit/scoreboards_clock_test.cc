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

// A filter's delay and 6 clks to react, from their fall on, whatever else the records show meanwhile.
TEST(Arbitration, SclFallOfOthersIsFollowedInTime)
{
    for (unsigned late : {0u, 1u}) {
        for (bool host : {false, true}) {
            SharedClock b(400);
            uint64_t left = b.s.decoder.sure_clks + REACTION_CLKS + late;
            if (host) {
                b.poke(3, 0x55); // four clks, and the fall is still in the filter
                left -= 4;
            }
            b.run(left);
            b.scl(false);
            b.run(Q);
            if (late)
                b.only(SB_PROTOCOL, "does not follow another one's fall of SCL");
            else
                b.quiet();
            EXPECT_EQ(b.of(SB_PROTOCOL).failures, late);
        }
    }
}

// Controller map, CTR: EN = 0 lets both lines go.
TEST(Arbitration, ADisabledControllerFollowsNobody)
{
    for (bool disables : {true, false}) {
        SharedClock b;
        b.run(3);
        if (disables)
            b.poke(2, 0);
        b.run(3 * Q);
        b.r.foreign = 0;
        b.run(Q);
        if (disables)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "does not follow another one's fall of SCL");
    }
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

// The host commands nine clocks, others make a START and a clock, and with SDA low our controller takes part: its nine begin when it pulls SCL.
TEST(Arbitration, ClocksOfOthersBeforeOursAreNotCounted)
{
    for (bool tells : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL, 800);
        auto wires = [&](unsigned foreign, bool scl, uint64_t clks) { b.r.foreign = static_cast<uint8_t>(foreign); b.scl(scl); b.run(clks); };
        b.enable();
        b.poke(3, 0x01);
        b.command(WR);
        wires(FOREIGN_SDA_LOW, true, 1);
        b.sda(false);
        wires(FOREIGN_SDA_LOW, true, Q);
        wires(FOREIGN_SDA_LOW | FOREIGN_SCL_LOW, true, Q);
        wires(FOREIGN_SDA_LOW, true, Q);
        wires(FOREIGN_SDA_LOW | FOREIGN_SCL_LOW, true, Q);
        wires(FOREIGN_SDA_LOW | FOREIGN_SCL_LOW, false, Q);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.bits(0x01); // bit 0 is a 1, and they hold it low
        b.busy = true;
        b.rxack = true;
        b.tip = false;
        b.lost = tells;
        b.effect = [&] { b.scl(true); };
        b.run(Q);
        b.status();
        if (tells)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "a 1 was pulled low");
    }
}

TEST(Protocol, CommandThatDoesNotGoOnWithSclHighIsCaughtOnce)
{
    for (int high : {118, 119, 1000}) { // two periods, and twice a filter of 3 clks and a reaction of 6
        const bool goes_on = high == 118;
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
        b.run(static_cast<uint64_t>(high));
        b.scl(false);
        b.run(Q);
        if (goes_on)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "SCL is high, and the command does not go on");
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, goes_on ? 0u : 1u);
    }
}

// UM10204 3.1.8: somebody holds SDA in a 1 of ours. Who loses goes on no more.
TEST(Protocol, ALostCommandNeedNotGoOn)
{
    for (bool loses : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.poke(0, 9); // 5P are 50 clks
        b.poke(1, 0);
        b.enable();
        b.address(0, false);
        b.poke(3, 0xf0);
        b.command(WR);
        b.bits(0xf0, 3);
        b.r.foreign = loses ? FOREIGN_SDA_LOW : 0;
        b.run(Q);
        b.scl(true);
        b.run(1000);
        b.tip = false;
        b.lost = loses;
        b.status();
        if (loses)
            b.quiet();
        else
            EXPECT_EQ(b.fails(SB_PROTOCOL, "SCL is high, and the command does not go on"), 1u);
    }
}

} // namespace
