// SPDX-License-Identifier: Apache-2.0
//
// The scoreboards when others cut into transfers, a reset or EN = 0 ends one anywhere: what still is nobody's fault, and what is.
#include "records.h"

namespace {

TEST(Hostile, AStopThatAForeignerLeavesBehindIsHis)
{
    for (bool ours : {false, true}) { // SDA was low before anybody looked
        Board b(true, 1 << SB_PROTOCOL, 400);
        b.r.rst_n = 0;
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(20);
        b.r.rst_n = 7;
        b.run(60);
        b.enable();
        b.sda(!ours);
        b.run(60);
        b.r.foreign = 0;
        b.run(60);
        b.sda(true);
        b.run(60);
        EXPECT_EQ(b.fails(SB_PROTOCOL, "nobody commanded"), ours ? 1u : 0u);
        if (!ours)
            b.quiet();
    }
}

// The report of a byte may come while its ninth clock is high, and the next command at once.
TEST(Hostile, TheNinthClockBeforeACommandIsNoneOfItsClocks)
{
    for (bool for_all_of_the_nack : {false, true}) {
        Board b(true, 1 << SB_PROTOCOL, 400);
        b.enable();
        b.address(1, true);
        b.command(RD);
        b.target_bits(1, 0xff);
        b.sda(false);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.tip = false;
        b.status();
        b.command(RD | NACK);
        b.run(Q);
        b.scl(false);
        b.run(3);
        b.sda(true);
        b.run(Q);
        b.bits(0xff, 7);
        b.r.foreign = FOREIGN_SDA_LOW; // all of the last bit, which the target sends
        b.clock();
        b.r.foreign = for_all_of_the_nack ? FOREIGN_SDA_LOW : 0;
        b.clock();
        b.r.foreign = 0;
        b.run(Q);
        b.tip = false;
        b.status();
        if (for_all_of_the_nack)
            b.only(SB_PROTOCOL, "a 1 was pulled low");
        else
            b.quiet();
    }
}

// SCL low as short as a spike, because a reset let go of it.
TEST(Hostile, ARuntOfAResetIsNobodysFault)
{
    for (bool reset : {true, false}) {
        Board b(false, 1 << SB_GPIO, 50);
        b.enable();
        b.address(0, false);
        b.bits(0x1f, 4);
        b.sda(true);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.scl(false);
        b.run(2); // 160 ns; with tSW of 100 ns the target may have missed it
        if (reset)
            b.r.rst_n = 6;
        b.scl(true);
        b.run(1);
        b.r.rst_n = 7;
        b.run(Q);
        b.scl(false);
        b.bits(0xff, 3);
        b.run(Q);
        b.scl(true); // to the decoder the ninth, to the target the eighth
        b.run(2 * Q);
        b.scl(false);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.set_port(0, 0x1f);
        b.run(100);
        if (reset)
            b.quiet();
        else
            b.only(SB_GPIO, "not the last byte written");
    }
}

// Which of several doubtful commands is on the wire nobody knows: the ACK may be the controller's own. A target's never is.
TEST(Hostile, AnAckOfAnUnknownCommandMayBeTheControllersOwn)
{
    for (int socket : {0, 1}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.command(STA);
        b.start();
        b.command(RD); // the START is there: was it done?
        b.command(STA | RD);
        b.bits(0xfe);
        b.ninth(socket, -1);
        if (socket == 0)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "absent or reserved");
    }
}

// A controller that was reset after others had been on the bus: the target's ACK still is a 0 against its NACK.
TEST(Hostile, ALossAfterAResetMayBeToTheTarget)
{
    for (bool acked : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x60); // nobody
        b.command(STA | WR);
        b.start();
        b.r.foreign = FOREIGN_SDA_HIGH;
        b.run(1);
        b.r.foreign = 0;
        b.bits(0x60);
        b.r.rst_n = 6;
        b.scl(true);
        b.run(1);
        b.r.rst_n = 7;
        b.busy = false;
        b.run(Q);
        b.enable();
        b.command(RD | NACK);
        b.scl(false);
        b.run(3);
        b.bits(0xff);
        b.ninth(acked ? 1 : -1, -1);
        b.tip = false;
        b.lost = true;
        b.status();
        if (acked)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "nobody pulled");
    }
}

// When the controller looks at the 9th bit, while SCL is high, is its own affair; later it has looked.
TEST(Hostile, RxAckOfADisabledByteMayBeTheOldOne)
{
    for (bool late : {false, true}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0xfe);
        b.command(STA | WR);
        b.start();
        b.bits(0xfe);
        b.run(Q);
        b.scl(true);
        b.run(3);
        if (late) {
            b.run(Q);
            b.scl(false);
            b.run(Q);
        }
        b.effect = [&] { b.scl(true); };
        b.poke(2, 0);
        b.tip = false;
        b.run(Q);
        b.status(); // ACK, although the wire said NACK
        if (late)
            b.only(SB_PROTOCOL, "RxACK");
        else
            b.quiet();
    }
}

// Somebody's START in the middle of our byte: to the bus another byte begins, and the controller counts on.
TEST(Hostile, AStartOfOthersInOurByteMovesItsNinthClock)
{
    for (bool theirs : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0x00);
        b.command(WR);
        b.sda(false);
        b.run(Q);
        b.r.foreign = theirs ? FOREIGN_SDA_HIGH : 0;
        b.run(Q);
        b.scl(true);
        b.run(2 * Q - 3);
        b.r.foreign = 0;
        b.run(3);
        b.scl(false);
        b.run(Q);
        b.bits(0x00, 7);
        b.ninth(theirs ? -1 : 1, -1); // to the bus the last bit
        b.done();
        b.clock(); // to the bus the ninth
        if (theirs)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "nobody commanded");
    }
}

// SCL is stuck high while it moves SDA on: STOP and START to the bus, and it counts on when SCL is free again.
TEST(Hostile, SymbolsOfAStuckClockAreNotTheControllers)
{
    for (bool stuck : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0x5f);
        b.command(WR);
        b.r.foreign = stuck ? FOREIGN_SCL_HIGH : 0;
        b.bits(0x40, 2);
        b.sda(false);
        b.run(Q);
        b.sda(true); // a STOP, if SCL is high
        b.busy = !stuck;
        b.run(Q);
        b.r.foreign = 0;
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.tip = false;
        b.status();
        b.scl(false);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.scl(false);
        b.run(Q);
        if (stuck)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "SDA moves more than once");
    }
}

TEST(Hostile, ANackThatATargetAcknowledgesLoses)
{
    for (unsigned cr : {RD | WR | NACK, RD | NACK | STO}) { // RD and WR: not defined
        for (bool acked : {true, false}) {
            Board b(true, 1 << SB_PROTOCOL);
            b.enable();
            b.address(0, false);
            b.command(cr);
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
}

TEST(Hostile, AStopThatSomebodyPreventsIsReported)
{
    for (int k = 0; k < 4; k++) {
        const bool irq = k & 1, byte = k & 2;
        for (bool tells : {true, false}) {
            Board b(true, 1 << SB_PROTOCOL);
            b.poke(2, EN | IEN);
            b.address(0, false);
            b.poke(3, 0x0f);
            b.command(byte ? WR | STO : STO);
            if (byte) {
                b.bits(0x0f);
                b.ninth(1, -1);
            }
            b.sda(false);
            b.run(Q);
            b.r.foreign = FOREIGN_SDA_LOW;
            b.scl(true);
            b.run(Q);
            b.sda(true);
            b.run(Q);
            b.tip = false;
            b.lost = tells;
            if (irq) { // SR is read when SDA is free
                b.set(0, CTL_IRQ, true);
                b.run(Q);
                b.r.foreign = 0;
                b.busy = false;
                b.run(Q);
            }
            b.status();
            if (tells)
                b.quiet();
            else
                b.only(SB_PROTOCOL, "SDA was held low against a STOP");
            b.status(); // one failure tells it
            EXPECT_EQ(b.of(SB_PROTOCOL).failures, tells ? 0u : 1u);
        }
    }
}

// Our controller released SDA for its STOP and sees it high, for it is forced; that somebody pulls it low afterwards is none of its business.
TEST(Hostile, AStopThatEndsWithSdaHighHasNotFailed)
{
    for (bool high : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.command(STO);
        b.sda(false);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_LOW | (high ? FOREIGN_SDA_HIGH : 0);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.sda(true);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(Q);
        b.done();
        if (high)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "SDA was held low against a STOP");
    }
}

TEST(Hostile, ABitHasOneLevel)
{
    for (int extra : {0, 1, 2}) { // moves in the low phase beyond the one that is the bit's
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, false);
        b.poke(3, 0xf0);
        b.command(WR);
        b.bits(0xf0, 4);
        for (int k = 0; k < extra; k++) {
            b.sda(k & 1);
            b.run(3);
        }
        b.bits(0x00, 4);
        b.ninth(1, -1);
        b.done();
        if (extra < 2)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "SDA moves more than once");
    }
}

// SDA that goes up under a high SCL because its target was reset is no controller's STOP.
TEST(Hostile, AnEdgeOfATargetsResetIsNobodysFault)
{
    for (bool reset : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(0, true);
        b.command(RD);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.run(Q);
        b.set(1, TGT_SDA, true);
        if (reset)
            b.r.rst_n = 5;
        b.run(5);
        if (reset)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "no controller did it");
    }
}

// SCL is high as shortly as a spike, and SDA falls within: a START to some, and none to others. What the controller then says is its own affair.
TEST(Hostile, WhoSawAStartWithinARuntMaySaySo)
{
    const struct { bool runt; uint64_t before; bool busy, done; const char *what; } cases[] = { // clks that SCL is high before SDA falls
        {true, 0, true, false, ""}, {true, 0, false, false, ""}, {true, 0, true, true, ""},
        {true, 1, true, false, ""}, {true, 1, false, false, ""}, {true, 1, true, true, ""},
        {false, 100, true, false, ""}, {false, 100, false, false, "Busy disagrees"}, {false, 100, true, true, "command"}};
    for (const auto &c : cases) {
        Board b(true, 1 << SB_PROTOCOL, 50);
        b.enable();
        b.poke(3, 0x40);
        b.command(STA | WR);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(50);
        b.r.foreign = 0;
        b.run(c.before);
        b.sda(false);
        b.run(c.runt ? 3 - c.before : 50);
        b.scl(false);
        b.run(50);
        b.busy = c.busy;
        b.tip = !c.done;
        b.status();
        b.run(100);
        if (c.what[0])
            b.only(SB_PROTOCOL, c.what);
        else
            b.quiet();
    }
}

// A foreign pull of SDA under a low SCL, off the bus: behind a filter, too, it is over before the next START.
TEST(Hostile, AForeignPullOffTheBusIsSoonForgotten)
{
    for (bool forced : {false, true}) {
        Board b(true, 1 << SB_PROTOCOL, 400); // 5 clks
        b.enable();
        for (int drivers : {+FOREIGN_SCL_LOW, FOREIGN_SCL_LOW | FOREIGN_SDA_LOW, +FOREIGN_SCL_LOW, 0}) {
            b.r.foreign = static_cast<uint8_t>(drivers);
            b.run(50);
        }
        b.r.foreign = forced ? FOREIGN_SDA_LOW : 0;
        b.sda(forced);
        b.run(50);
        if (forced)
            b.quiet();
        else
            EXPECT_STREQ(b.of(SB_PROTOCOL).failed[1].check, "a symbol that nobody commanded"); // and before it an idle controller pulled SDA
    }
}

} // namespace
