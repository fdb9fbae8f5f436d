// SPDX-License-Identifier: Apache-2.0
//
// The protocol scoreboard: who may ACK, who may move SDA, and others on the bus.
#include "records.h"

namespace {

TEST(Protocol, PresentTargetMustAckItsAddress)
{
    Board b(true, ALL & ~(1 << SB_INT));
    b.enable();
    b.send(0x42, STA | STO, -1, -1);
    b.only(SB_PROTOCOL, "does not ACK its address");
    EXPECT_EQ(b.of(SB_PROTOCOL).first.socket, 2);
    EXPECT_STREQ(b.of(SB_PROTOCOL).first.clause, "UM10204 3.1.6");
}

TEST(Protocol, PresentTargetMustAckEveryDataByte)
{
    Board b;
    b.enable();
    b.address(1, false);
    b.data(1, 0x11);
    b.send(0x22, STO, -1, -1);
    b.only(SB_PROTOCOL, "does not ACK a data byte");
    EXPECT_EQ(b.of(SB_PROTOCOL).first.place, std::string("ACK of data byte 2 of the write to 0x21"));
    EXPECT_STREQ(b.of(SB_PROTOCOL).first.clause, "TI SCPS068 7.3.1"); // a PCF8574 acknowledges every one
}

TEST(Protocol, NobodyAcksAnAbsentOrReservedAddress)
{
    for (unsigned byte : {0x60u, 0x00u, 0x01u, 0x08u, 0xf0u}) { // absent, general call, START byte, Hs, 10-bit
        for (bool acked : {false, true}) {
            Board b;
            b.enable();
            b.send(static_cast<uint8_t>(byte), STA | STO, acked ? 0 : -1, -1);
            if (acked) {
                b.only(SB_PROTOCOL, "absent or reserved address");
                EXPECT_EQ(b.of(SB_PROTOCOL).first.socket, -1); // the wire does not tell who
            } else {
                b.clean();
            }
        }
    }
}

TEST(Protocol, TargetInResetIsAbsent)
{
    for (bool acked : {false, true}) {
        Board b;
        b.enable();
        b.r.rst_n = 3;
        b.run(10);
        b.send(0x42, STA | STO, acked ? 1 : -1, -1);
        if (acked)
            b.only(SB_PROTOCOL, "absent or reserved address");
        else
            b.clean();
    }
}

TEST(Protocol, TargetMovingSdaWhileSclIsHighIsCaught)
{
    Board b;
    b.enable();
    b.address(1, true);
    b.command(RD | NACK);
    b.set(2, TGT_SDA, false);
    b.run(Q);
    b.scl(true);
    b.run(Q);
    b.set(2, TGT_SDA, true); // looks like a STOP
    b.run(1);
    EXPECT_NE(b.first(SB_PROTOCOL).find("no controller did it"), std::string::npos) << b.first(SB_PROTOCOL);
    EXPECT_EQ(b.of(SB_PROTOCOL).first.socket, -1); // a fact of the wire
    EXPECT_EQ(b.of(SB_LINES).failures, 0u);
}

TEST(Protocol, BusyIsJudgedWithATargetInReset)
{
    for (bool right : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.r.rst_n = 5;
        b.run(10);
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.start();
        b.status(right ? 0 : 0x40);
        if (right) {
            b.quiet();
        } else {
            b.only(SB_PROTOCOL, "SR Busy disagrees");
            EXPECT_EQ(b.of(SB_PROTOCOL).first.expected, 1u);
            EXPECT_EQ(b.of(SB_PROTOCOL).first.seen, 0u);
        }
    }
}

// A controller that wakes up to a low line does not know what went before. The first START is busy to everybody (UM10204 3.1.4).
TEST(Protocol, BusyIsJudgedFromTheFirstStartAfterAResetWithALineLow)
{
    for (bool right : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.r.rst_n = 0;
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(20);
        b.r.rst_n = 7;
        b.run(60);
        b.r.foreign = 0;
        b.run(60);
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.start();
        b.status(right ? 0 : 0x40);
        if (right)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "SR Busy disagrees");
    }
}

// UM10204 3.1.5: the clocks of a byte are a controller's. Somebody held SCL low once, and that is over.
TEST(Protocol, AnOldStretchExplainsNoClockOfATarget)
{
    for (bool stretched : {false, true}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.r.foreign = stretched ? FOREIGN_SCL_LOW : 0;
        b.run(Q);
        b.r.foreign = 0;
        b.run(Q);
        b.start();
        b.bits(0x42);
        b.ninth(2, -1);
        b.done();
        b.command(STO);
        b.stop();
        b.done();
        b.run(100);
        b.quiet();
        for (bool high : {false, true, false, true}) {
            b.set(2, TGT_SCL, high);
            b.run(2 * Q);
        }
        b.only(SB_PROTOCOL, "a symbol that nobody commanded");
    }
}

// --- others on the bus ------------------------------------------------------------------------------------------------

TEST(Protocol, ForeignPullVoidsBlameAndExplainsLostArbitration)
{
    Board b;
    b.enable();
    b.poke(3, 0xff);
    b.command(STA | WR);
    b.start();
    b.sda(true);
    b.r.foreign = FOREIGN_SDA_LOW;
    b.clock();
    b.scl(true); // lost: lets go
    b.run(50);
    b.r.foreign = 0; // SDA rises with SCL high: a STOP by the foreigner
    b.busy = false;
    b.run(50);
    b.lost = true;
    b.done();
    b.quiet();
    b.lost = false; // the next STA forgets it, and everything is judged again
    b.address(1, false);
    b.clean();
    b.status(0x20);
    b.only(SB_PROTOCOL, "arbitration lost");
}

TEST(Protocol, ForeignWriteStillNeedsTheTargetsAck)
{
    for (int which = 0; which < 4; which++) {
        const bool acked = which & 1, forced = which & 2;
        Board b(true, 1 << SB_PROTOCOL);
        auto foreign = [&](unsigned bits) { b.r.foreign = static_cast<uint8_t>(bits); b.run(Q); };
        foreign(forced ? FOREIGN_SDA_HIGH : 0); // before the transfer it overpowers no ACK
        foreign(0);
        foreign(FOREIGN_SDA_LOW);
        for (int k = 7; k >= 0; k--) {
            const unsigned bit = 0x40 >> k & 1 ? 0 : FOREIGN_SDA_LOW;
            foreign(FOREIGN_SCL_LOW | bit);
            foreign(bit);
            foreign(FOREIGN_SCL_LOW | bit);
        }
        b.set(1, TGT_SDA, !acked);
        foreign(FOREIGN_SCL_LOW);
        foreign(0);
        foreign(FOREIGN_SCL_LOW);
        b.set(1, TGT_SDA, true);
        foreign(FOREIGN_SCL_LOW | FOREIGN_SDA_LOW);
        foreign(FOREIGN_SDA_LOW);
        foreign(0);
        if (acked)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "does not ACK its address");
    }
}

TEST(Protocol, ForcedHighVoidsTheMissingAck)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.poke(3, 0x42);
    b.command(STA | WR);
    b.start();
    b.bits(0x42);
    b.set(2, TGT_SDA, false);
    b.r.foreign = FOREIGN_SDA_HIGH;
    b.clock();
    b.set(2, TGT_SDA, true);
    b.r.foreign = 0;
    b.tip = false;
    b.rxack = true;
    b.run(Q);
    b.status();
    b.quiet();
}

TEST(Protocol, ForcedHighInOneTransferVoidsNoMissingAckInTheNext)
{
    for (bool acked : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, false);
        b.r.foreign = FOREIGN_SDA_HIGH;
        b.run(Q);
        b.r.foreign = 0;
        b.run(Q);
        b.command(STO);
        b.stop();
        b.done();
        b.send(0x42, STA | STO, acked ? 1 : -1, -1);
        if (acked)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "does not ACK its address");
    }
}

TEST(Protocol, ForeignAckOfAnAbsentAddressIsNobodysFault)
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

TEST(Protocol, ForcedHighInTheAddressVoidsTheAckToo)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.poke(3, 0x40);
    b.command(STA | WR);
    b.start();
    b.bits(0x40, 6);
    b.sda(false);
    b.r.foreign = FOREIGN_SDA_HIGH; // the wires now say 0x21, for less than a target need believe
    b.clock();
    b.r.foreign = 0;
    b.clock();
    b.sda(true);
    b.clock();
    b.quiet();
}

TEST(Protocol, TargetThatMissedTheStartNeedNotAck)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.r.rst_n = 3;
    b.run(10);
    b.poke(3, 0x42);
    b.command(STA | WR);
    b.start();
    b.r.rst_n = 7;
    b.bits(0x42);
    b.ninth(-1, -1);
    b.done();
    b.quiet();
}

TEST(Protocol, StretchVoidsNothing)
{
    for (uint8_t sent : {0x81, 0x83}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, false);
        b.poke(3, 0x81);
        b.command(WR);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.sda(true); b.run(Q); b.scl(true); b.run(500);
        b.r.foreign = 0;
        b.run(2 * Q); b.scl(false); b.run(Q);
        for (int k = 6; k >= 0; k--) {
            b.sda(sent >> k & 1);
            b.clock();
        }
        b.sda(true);
        b.ninth(2, -1);
        b.done();
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, sent == 0x81 ? 0u : 1u) << b.first(SB_PROTOCOL);
    }
}

TEST(Protocol, ForeignClockOnAnIdleBusIsNotOurs)
{
    Board b;
    for (int k = 0; k < 4; k++) {
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(50);
        b.r.foreign = 0;
        b.run(50);
    }
    b.quiet();
}

TEST(Protocol, DisabledControllerDropsItsCommand)
{
    for (bool disabled : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.start();
        b.bits(0x42, 3);
        if (disabled) { // and the lines make a STOP
            b.sda(false);
            b.poke(2, 0);
            b.scl(true);
            b.run(1);
            b.busy = false;
        }
        b.sda(true);
        b.scl(true);
        b.done();
        b.run(100);
        if (disabled) {
            b.quiet();
            b.enable();
            b.poke(3, 0x42);
            b.command(STA | WR);
            b.start();
            b.bits(0x62); // and the next command is judged
            b.run(100);
            b.only(SB_PROTOCOL, "not TXR's");
        } else {
            b.only(SB_PROTOCOL, "came (bit was due)");
        }
    }
}

TEST(Protocol, ResetDropsTheCommandAndTheStatus)
{
    for (bool right : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.send(0x60, STA, -1, -1);
        b.command(STO);
        b.r.rst_n = 6;
        b.sda(true);
        b.scl(true);
        b.run(50);
        b.r.rst_n = 7;
        b.busy = b.rxack = b.tip = false;
        b.run(100);
        b.status(right ? 0 : 0x80);
        if (right)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "RxACK");
    }
}

TEST(Protocol, TargetSendingZeroBlocksTheStop)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.outside(1, 0x80);
    b.address(1, true);
    b.set(2, TGT_SDA, false); // bit 7 of its byte
    b.command(STO);
    b.sda(false); b.run(Q); b.scl(true); b.run(Q); b.sda(true); b.run(Q);
    b.lost = true;
    b.done();
    b.quiet(); // UM10204 3.1.4: no STOP can be made while the target holds SDA
}

TEST(Protocol, ForeignPullDoesNotHideOurOwnClock)
{
    for (bool ours : {false, true}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, false);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(20);
        b.scl(ours); // nobody commanded that; else it keeps SCL low
        b.run(20);
        b.r.foreign = 0;
        b.run(40);
        b.scl(false);
        b.run(40);
        if (ours)
            b.only(SB_PROTOCOL, "nobody commanded");
        else
            b.quiet();
    }
}

TEST(Protocol, ATargetsZeroDoesNotHideOurOwnClock)
{
    for (bool zero : {false, true}) { // bit 7 of the byte that the host has not asked for yet
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.address(1, true);
        b.set(2, TGT_SDA, !zero);
        b.clock();
        b.only(SB_PROTOCOL, "a symbol that nobody commanded");
    }
}

TEST(Protocol, EnabledAnewOnAnIdleBusOurOwnStartIsCaught)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.poke(2, 0);
    b.run(100);
    b.enable();
    b.run(100);
    b.quiet();
    b.sda(false); // UM10204 3.1.4: a START
    b.run(20);
    EXPECT_EQ(b.fails(SB_PROTOCOL, "a symbol that nobody commanded"), 1u);
}

TEST(Protocol, ForeignPullDoesNotHideOurOwnStart)
{
    for (bool ours : {false, true}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(20);
        b.r.foreign = 0;
        b.run(20);
        b.sda(!ours);
        b.run(20);
        if (ours)
            b.only(SB_PROTOCOL, "nobody commanded");
        else
            b.quiet();
    }
}

TEST(Protocol, BusClearBeginsAByteOfItsOwn)
{
    for (int clocks : {8, 9, 10}) {
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.r.foreign = FOREIGN_SCL_LOW; // somebody's pulse on the idle bus is no bit of it
        b.run(Q);
        b.r.foreign = 0;
        b.run(4 * Q);
        b.command(RD | NACK);
        b.scl(false);
        for (int k = 0; k < clocks; k++)
            b.clock();
        b.rxack = clocks >= 9;
        b.done();
        if (clocks == 9)
            b.quiet();
        else
            b.only(SB_PROTOCOL, clocks < 9 ? "came (9th clock was due)" : "a symbol that nobody commanded");
    }
}

TEST(Protocol, BusyMayTakeAHandfulOfClocksAtASlowClock)
{
    for (int ack : {9, 10}) { // clocks from the START on the wire
        Board b;
        b.shape.clock_hz = 2000000; // 2 us are 4 of them
        scoreboards_init(&b.s, &b.shape, 1 << SB_PROTOCOL);
        b.r.rst_n = 0;
        b.run(5);
        b.r.rst_n = 7;
        b.run(100);
        b.enable();
        b.poke(3, 0x40);
        b.command(STA | WR);
        b.sda(false);
        b.run(static_cast<uint64_t>(ack - 1));
        b.status();
        if (ack == 9)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "SR Busy disagrees");
    }
}

TEST(Protocol, TargetLetsGoAfterAForeignStart)
{
    for (int after : {5, 9, 10, 40}) { // clocks from the START to the target's release: the third sample of 80 ns, and a reaction
        Board b(true, 1 << SB_PROTOCOL);
        b.enable();
        b.poke(3, 0x40);
        b.command(STA | WR);
        b.start();
        b.bits(0x40);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_HIGH;
        b.run(1);
        b.scl(true);
        b.run(Q);
        b.r.foreign = 0; // SDA falls while SCL is high
        b.run(static_cast<uint64_t>(after));
        b.set(1, TGT_SDA, true);
        b.run(Q);
        if (after < 10)
            b.quiet();
        else
            b.only(SB_PROTOCOL, "no controller did it");
    }
}

} // namespace
