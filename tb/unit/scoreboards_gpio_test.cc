// SPDX-License-Identifier: Apache-2.0
//
// The gpio scoreboard: port pins against the decoded bus, bytes read against the pins.
#include "records.h"

#include <algorithm>

namespace {

TEST(Gpio, TwinPortsAreComparedBitByBit)
{
    Board b;
    b.set_port(0, 0xfc, MODEL);
    b.run(10);
    b.only(SB_GPIO, "RTL differs");
    EXPECT_EQ(b.of(SB_GPIO).failures, 20u);
    EXPECT_EQ(b.of(SB_GPIO).first.expected, 0xfcu);
}

TEST(Gpio, PinIsTheAndOfLatchAndOutside)
{
    Board b(true, ALL & ~(1 << SB_INT));
    b.pin_fault = 0x80;
    b.run(10);
    b.only(SB_GPIO, "AND of latch and outside");
    EXPECT_EQ(b.of(SB_GPIO).failures, 10u);
}

TEST(Gpio, PortMayChangeFromTheAckRiseAndMustBy4us)
{
    for (int after : {3, 49, 50, 51}) { // SCL's rise is 0, 4 us are 50 clks
        Board b(false, 1 << SB_GPIO);
        b.enable();
        b.address(0, false);
        b.poke(3, 0x0f);
        b.command(WR);
        b.bits(0x0f);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.run(static_cast<uint64_t>(after));
        b.set_port(0, 0x0f);
        b.run(100);
        EXPECT_EQ(b.of(SB_GPIO).failures, after > 50 ? 4u : 0u) << after << b.first(SB_GPIO);
    }
}

TEST(Gpio, PortChangingBeforeTheAckRiseIsCaught)
{
    Board b(false, 1 << SB_GPIO);
    b.enable();
    b.address(0, false);
    b.bits(0x7f);
    b.set(1, TGT_SDA, false);
    b.run(Q - 1);
    b.set_port(0, 0x7f);
    b.run(1);
    b.scl(true);
    b.run(100);
    EXPECT_EQ(b.of(SB_GPIO).failures, 1u);
    EXPECT_EQ(b.of(SB_GPIO).first.place, std::string("ACK of data byte 1 of the write to 0x20"));
}

TEST(Gpio, BitThatAWriteLeavesAloneMayNotGlitch)
{
    Board b(true, ALL & ~(1 << SB_INT));
    b.enable();
    b.address(0, false);
    b.pulse = [&](unsigned) { b.set_port(0, 0x00); b.run(2); b.set_port(0, 0xfe); };
    b.data(0, 0xfe, STO);
    b.only(SB_GPIO, "not the last byte written");
    EXPECT_EQ(b.of(SB_GPIO).failures, 14u); // 7 bits, 2 clocks
}

TEST(Gpio, LostWriteIsCaught)
{
    Board b;
    b.enable();
    b.address(0, false);
    b.data(0, 0x55);
    b.pulse = [](unsigned) {}; // the second byte is "ignored" (B8 #1)
    b.data(0, 0xaa, STO);
    b.only(SB_GPIO, "not the last byte written");
    EXPECT_EQ(b.of(SB_GPIO).first.expected, 0xaau);
    EXPECT_EQ(b.of(SB_GPIO).first.socket, 1);
}

TEST(Gpio, OtherTargetsWriteLeavesThePort)
{
    Board b;
    b.enable();
    b.address(0, false);
    b.data(0, 0x55);
    b.address(1, false);
    b.data(1, 0xaa, STO);
    b.clean();
    b.set_port(0, 0xaa);
    b.reload(0);
    b.run(1);
    b.only(SB_GPIO, "not the last byte written");
}

TEST(Gpio, IncompleteByteLeavesThePort)
{
    for (bool applied : {false, true}) {
        Board b(false, 1 << SB_GPIO);
        b.enable();
        b.address(0, false);
        b.bits(0x00, 7);
        b.stop();
        if (applied)
            b.set_port(0, 0x00);
        b.run(100);
        EXPECT_EQ(b.of(SB_GPIO).failures != 0, applied);
    }
}

TEST(Gpio, ByteReadMustBeThePinsAtTheReadPulse)
{
    for (int k = 0; k < 8; k++) {
        const uint8_t sent = k & 1 ? 0x3d : 0x3c;
        Board b(true, ALL, k & 2 ? 400 : 0); // 5 clks
        b.enable();
        b.outside(0, 0xc3);
        b.address(0, true);
        b.receive(0, sent, k & 4 ? NACK | STO : 0);
        EXPECT_EQ(b.failed, sent == 0x3c ? 0u : 1u << SB_GPIO);
        if (sent == 0x3c) {
            b.clean();
            continue;
        }
        b.only(SB_GPIO, "not the pins at the READ pulse");
        EXPECT_EQ(b.of(SB_GPIO).failures, 1u);
        EXPECT_EQ(b.of(SB_GPIO).first.expected, 0x3cu);
    }
}

TEST(Gpio, EachByteIsSampledAtThePrecedingAck)
{
    for (uint8_t second : {0xfe, 0xfc}) { // the pins at the ACK, or those of later
        Board b(true, 1 << SB_GPIO);
        b.enable();
        b.address(0, true);
        b.outside(0, 0x01);
        b.receive(0, 0xff, 0);
        b.outside(0, 0x03);
        b.receive(0, second, NACK | STO);
        EXPECT_EQ(b.of(SB_GPIO).failures, second == 0xfe ? 0u : 1u) << b.first(SB_GPIO);
    }
}

TEST(Gpio, PinMovingInTheReadPulseIsUnknown)
{
    for (int after : {0, 50, 51}) { // 4 us are 50 clks
        for (uint8_t sent : {0xff, 0xfe}) {
            Board b(true, 1 << SB_GPIO);
            b.enable();
            b.poke(3, 0x41);
            b.command(STA | WR);
            b.start();
            b.bits(0x41);
            b.set(1, TGT_SDA, false);
            b.run(Q);
            b.scl(true);
            b.run(static_cast<uint64_t>(after));
            b.r.ext_low[0] = 0x01;
            b.run(100);
            b.scl(false);
            b.run(3);
            b.receive(0, sent, NACK);
            EXPECT_EQ(b.of(SB_GPIO).failures, after == 51 && sent == 0xfe ? 1u : 0u) << after << b.first(SB_GPIO);
        }
    }
}

TEST(Gpio, ForeignPullVoidsTheByteThatItTouches)
{
    Board b;
    b.enable();
    b.address(0, true);
    b.command(RD);
    b.set(1, TGT_SDA, true);
    b.run(Q);
    b.r.foreign = FOREIGN_SDA_LOW;
    b.clock();
    b.r.foreign = 0;
    for (int k = 0; k < 7; k++)
        b.clock();
    b.ninth(0, 0);
    b.rxack = false;
    b.done();
    b.receive(0, 0xff, NACK | STO); // judged again
    b.clean();
}

TEST(Gpio, ClocksOutsideATransferLeaveThePort)
{
    for (bool applied : {false, true}) {
        Board b(false, 1 << SB_GPIO);
        b.enable();
        b.address(0, false);
        b.stop();
        b.scl(false);
        b.run(Q);
        b.bits(0x0f);
        b.ninth(1, -1);
        if (applied)
            b.set_port(0, 0x0f);
        b.run(100);
        EXPECT_EQ(b.of(SB_GPIO).failures != 0, applied);
    }
}

TEST(Gpio, PowerOnPortIsAllOnes)
{
    Board b;
    b.r.rst_n = 5;
    b.run(10);
    b.r.rst_n = 7;
    b.set_port(0, 0x7f);
    b.reload(0);
    b.run(1);
    b.only(SB_GPIO, "not the last byte written");
}

// SCL falls again so soon after a rise that a chip with a duller filter may have seen no clock. 80 ns a clock: two and three may be
// spikes of 100 ns.
struct Runt : Board {
    Runt(bool foreign, uint64_t clks) : Board(true, ALL, 50)
    {
        enable();
        address(0, false);
        data(0, 0x0f);
        run(100);
        sda(false);
        run(Q);
        scl(true);
        run(clks);
        r.foreign = foreign ? FOREIGN_SCL_LOW : 0;
        scl(foreign);
        run(Q);
        scl(true);
        r.foreign = 0;
        run(Q);
    }
};

// SCL's rise lets the port follow before the filter believes it; if it was a spike, the port may not stay there.
TEST(GpioBoard, ASpikeOfTheNinthClockIsNoWritePulse)
{
    Board b(true, 1 << SB_GPIO, 400); // 5 clks
    b.enable();
    b.address(0, false);
    b.poke(3, 0x0f);
    b.command(WR);
    b.bits(0x0f);
    b.set(1, TGT_SDA, false);
    b.run(Q);
    b.scl(true);
    b.run(2);
    b.set_port(0, 0x0f);
    b.run(1);
    b.quiet();
    b.scl(false);
    b.run(8);
    b.only(SB_GPIO, "not the last byte written");
    EXPECT_EQ(b.of(SB_GPIO).failures, 4u * 8);
}

// A target that wakes up with the START may have missed it, and somebody else may have acknowledged. Who does it by its own hand was there.
TEST(GpioBoard, ATargetThatMayHaveMissedTheStartOwesNothing)
{
    enum { SURE = 3 + REACTION_CLKS };
    const struct { int before; bool own, again, owes; } cases[] = { // clks from its reset to the START; a second reset in the address byte
        {100, false, false, true}, {SURE, false, false, true}, {SURE - 1, false, false, false}, {0, false, false, false},
        {0, true, false, true}, {0, true, true, false}, {-5, true, false, false}, {100, true, true, false}};
    for (const auto &c : cases) {
        for (int u : {0, 1}) {
            Board b(true, 1 << SB_GPIO);
            const auto reset = [&](bool on) { b.r.rst_n = static_cast<uint8_t>(on ? 7 & ~(2 << u) : 7); };
            b.enable();
            reset(true);
            b.run(100);
            b.poke(3, static_cast<unsigned>(0x40 + 2 * u));
            b.command(STA | WR);
            if (c.before >= 0)
                reset(false);
            b.run(static_cast<uint64_t>(std::max(c.before, 0)));
            b.sda(false);
            if (c.before < 0) {
                b.run(static_cast<uint64_t>(-c.before));
                reset(false);
            }
            b.run(Q);
            b.scl(false);
            b.bits(static_cast<uint8_t>(0x40 + 2 * u), 5);
            reset(c.again);
            b.run(5);
            reset(false);
            b.bits(static_cast<uint8_t>(u << 6), 3);
            for (int byte = 0; byte < 2; byte++) {
                b.r.foreign = c.own ? 0 : FOREIGN_SDA_LOW;
                b.set(1 + u, TGT_SDA, !c.own);
                b.clock();
                b.r.foreign = 0;
                b.set(1 + u, TGT_SDA, true);
                if (byte == 0)
                    b.bits(0x0f);
            }
            b.run(100);
            SCOPED_TRACE(std::to_string(c.before) + (c.own ? " own" : "") + (c.again ? " again" : ""));
            if (c.owes)
                b.only(SB_GPIO, "not the last byte written");
            else
                b.quiet();
        }
    }
}

TEST(GpioBoard, AResetOfOneTargetLeavesTheOtherInItsTransfer)
{
    for (int reset : {0, 1}) {
        for (bool in_address : {true, false}) {
            Board b(true, 1 << SB_GPIO);
            b.enable();
            b.poke(3, 0x42);
            b.command(STA | WR);
            b.start();
            b.bits(0x42, 4);
            if (in_address)
                b.r.rst_n = static_cast<uint8_t>(7 & ~(2 << reset));
            b.run(5);
            b.r.rst_n = 7;
            b.bits(0x20, 4);
            b.ninth(2, -1);
            if (!in_address)
                b.r.rst_n = static_cast<uint8_t>(7 & ~(2 << reset));
            b.run(5);
            b.r.rst_n = 7;
            b.pulse = [](unsigned) {}; // the byte is lost
            b.data(1, 0x0f);
            b.run(100);
            if (reset == 1) {
                b.quiet();
                continue;
            }
            b.only(SB_GPIO, "not the last byte written");
            EXPECT_EQ(b.of(SB_GPIO).first.socket, 2);
        }
    }
}

// UM10204 3.1.6: a target's ACK that somebody overpowers is a NACK on the wire, and the target may have taken the byte.
TEST(GpioBoard, AnOverpoweredAckLeavesThePortUnknown)
{
    for (bool forced : {true, false}) {
        Board b(true, 1 << SB_GPIO);
        b.enable();
        b.address(0, false);
        b.poke(3, 0x0f);
        b.command(WR);
        b.bits(0x0f);
        b.set(1, TGT_SDA, !forced);
        b.run(Q);
        b.r.foreign = forced ? FOREIGN_SDA_HIGH : 0;
        b.run(3);
        b.scl(true);
        b.run(3);
        b.set_port(0, 0x0f);
        b.run(Q);
        if (forced)
            b.quiet();
        else
            b.only(SB_GPIO, "not the last byte written");
    }
}

TEST(GpioBoard, AfterAForeignRuntThePortIsAnybodysGuess)
{
    for (bool foreign : {true, false}) {
        for (uint64_t clks : {2u, 3u, 4u}) {
            Runt b(foreign, clks);
            const uint64_t before = b.of(SB_GPIO).failures + b.of(SB_INT).failures;
            EXPECT_EQ(before, 0u);
            b.set_port(0, 0xf0);
            b.set(1, TGT_INT_N, false);
            b.run(200);
            if (foreign && clks <= 3) {
                EXPECT_EQ(b.of(SB_GPIO).failures, 0u) << b.first(SB_GPIO);
                EXPECT_EQ(b.of(SB_INT).failures, 0u) << b.first(SB_INT);
            } else {
                EXPECT_NE(b.first(SB_GPIO).find("not the last byte written"), std::string::npos);
            }
            b.set_port(1, 0x11); // the other target was not in the transfer
            b.run(10);
            EXPECT_GT(b.of(SB_GPIO).failures, 0u);
        }
    }
}

TEST(GpioBoard, NextWriteAfterARuntIsJudgedAgain)
{
    for (bool wrong : {false, true}) {
        Runt b(true, 2);
        b.set_port(0, 0xf0);
        b.run(200);
        b.sda(true); // STOP
        b.run(Q);
        b.busy = false;
        b.poke(2, 0);
        b.enable();
        b.address(0, false);
        b.data(0, 0x55, STO);
        b.run(100);
        b.quiet();
        if (wrong) {
            b.set_port(0, 0x54);
            b.run(1);
            b.only(SB_GPIO, "not the last byte written");
        }
    }
}

// Whether the target still is in the transfer nobody knows, so its next ACK binds it to nothing.
TEST(GpioBoard, BytesAfterARuntAreNobodysUntilTheNextStart)
{
    for (bool foreign : {true, false}) {
        Runt b(foreign, 2);
        b.scl(false);
        b.bits(0x55, 6);
        b.ninth(1, -1); // acknowledged, and the port stays
        b.run(100);
        EXPECT_EQ(b.of(SB_GPIO).failures == 0, foreign) << b.first(SB_GPIO);
    }
}

TEST(GpioBoard, ARuntOfTheAddressByteMayBeUncounted)
{
    for (uint64_t clks : {2u, 4u}) {
        Board b(true, 1 << SB_GPIO, 50);
        b.enable();
        b.poke(3, 0x40);
        b.command(STA | WR);
        b.start();
        b.bits(0x40, 4);
        b.sda(false);
        b.run(Q);
        b.scl(true);
        b.run(clks);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(Q);
        b.scl(false);
        b.r.foreign = 0;
        b.bits(0x00, 3);
        b.ninth(1, -1);
        b.bits(0x0f);
        b.ninth(1, -1);
        b.run(100);
        EXPECT_EQ(b.of(SB_GPIO).failures == 0, clks == 2) << b.first(SB_GPIO);
    }
}

// How long after it had the bus a foreign driver still is to blame for a runt: the filters' time, and the reaction's.
TEST(GpioBoard, ARuntSoonAfterAForeignDriverIsItsWork)
{
    for (uint64_t late : {0u, 1u}) {
        Board b(true, 1 << SB_GPIO, 50); // the filter is 1 clk deep, 3 clks are sure
        b.enable();
        b.address(0, false);
        b.data(0, 0x0f);
        b.run(100);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(Q);
        b.r.foreign = 0;
        b.run(3 + 1 + REACTION_CLKS - 2 + late);
        b.scl(true);
        b.run(2);
        b.scl(false);
        b.run(Q);
        b.set_port(0, 0xf0);
        b.run(10);
        EXPECT_EQ(b.of(SB_GPIO).failures == 0, late == 0) << b.first(SB_GPIO);
    }
}

TEST(GpioBoard, StartWithinARuntMayBeUnheard)
{
    for (unsigned spike_ns : {50u, 100u}) {
        for (uint64_t clks : {3u, 4u}) { // SCL is high around the START
            Board b(true, ALL & ~(1 << SB_TIMING), spike_ns); // tHD;STA is no more than a clk
            b.enable();
            b.poke(3, 0x40);
            b.command(STA | WR);
            b.r.foreign = FOREIGN_SCL_LOW;
            b.run(Q);
            b.r.foreign = 0;
            b.run(clks - 1);
            b.sda(false);
            b.run(1);
            b.scl(false);
            b.run(Q);
            b.busy = true;
            b.bits(0x40);
            b.ninth(-1, -1);
            b.done();
            if (clks == 4) {
                b.only(SB_PROTOCOL, "a target does not ACK its address");
                continue;
            }
            b.set_port(0, 0x0f);
            b.run(100);
            b.quiet();
        }
    }
}

TEST(GpioBoard, TargetThatMissedAStopMayHoldSda)
{
    for (unsigned cr : {unsigned{STO}, unsigned{STA | WR}}) {
        for (uint64_t clks : {3u, 4u}) {
            Board b(true, ALL, 50);
            b.enable();
            b.address(0, false);
            b.poke(3, 0xff);
            b.command(WR);
            b.bits(0xff, 3);
            b.scl(true);
            b.run(Q);
            b.r.foreign = FOREIGN_SDA_LOW; // START and STOP within one clock, or a spike
            b.run(clks);
            b.r.foreign = 0;
            b.run(Q);
            b.tip = b.busy = false;
            b.lost = true;
            b.rxack = false;
            b.status();
            b.command(cr);
            b.lost = false;
            b.set(1, TGT_SDA, false); // its ACK, so that neither is possible
            b.scl(false);
            b.run(3 * Q);
            b.scl(true);
            b.run(3 * Q);
            b.tip = false;
            b.lost = true;
            b.status();
            b.run(Q);
            if (clks == 3)
                b.quiet();
            else
                EXPECT_GT(b.of(SB_PROTOCOL).failures, 0u);
        }
    }
}

// A pin that moves as SCL rises, while the filter has not believed it: the byte may have either level, whichever pin it is.
TEST(Gpio, PinMovingBehindTheRiseOfTheReadPulseVoidsItsBit)
{
    for (unsigned pin : {0u, 3u, 7u}) {
        for (bool behind : {true, false}) {
            Board b(true, 1 << SB_GPIO, 400);
            b.enable();
            b.poke(3, 0x41);
            b.command(STA | WR);
            b.start();
            b.bits(0x41);
            b.set(1, TGT_SDA, false);
            if (!behind)
                b.r.ext_low[0] = static_cast<uint8_t>(1 << pin);
            b.run(Q);
            b.scl(true);
            b.run(2);
            b.r.ext_low[0] = static_cast<uint8_t>(1 << pin);
            b.run(2 * Q - 2);
            b.scl(false);
            b.run(3);
            b.set(1, TGT_SDA, true);
            b.run(Q);
            b.done();
            b.receive(0, 0xff, NACK);
            if (behind)
                b.quiet();
            else
                b.only(SB_GPIO, "byte read is not the pins");
        }
    }
}

} // namespace
