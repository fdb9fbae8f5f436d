// SPDX-License-Identifier: Apache-2.0
//
// The int scoreboard: INT outputs against the predictor, and the shared line.
#include "records.h"

#include <algorithm>

namespace {

TEST(Int, TwinsAreCompared)
{
    Board b;
    b.set(2, TGT_INT_N, false, MODEL);
    b.run(4);
    b.only(SB_INT, "RTL differs");
    EXPECT_EQ(b.of(SB_INT).failures, 4u);
    EXPECT_EQ(b.of(SB_INT).first.socket, 2);
}

TEST(Int, SharedLineIsTheAndOfTheTargets)
{
    Board b;
    b.outside(1, 0x01);
    b.quiet();
    b.int_fault = 1;
    b.run(4);
    b.only(SB_INT, "not the AND of its drivers");
    EXPECT_EQ(b.of(SB_INT).failures, 4u);
    EXPECT_EQ(b.of(SB_INT).first.socket, -1);
}

TEST(Int, PinChangePullsIntLowWithin4us)
{
    for (unsigned after : {0, 50, 51}) {
        Board b;
        b.r.ext_low[0] = 0x10;
        if (after)
            b.run(after);
        b.set(1, TGT_INT_N, false);
        b.run(200);
        EXPECT_EQ(b.of(SB_INT).failures, after > 50 ? 1u : 0u) << b.first(SB_INT);
    }
}

TEST(Int, IntLowWithoutAPinIsCaught)
{
    Board b;
    b.set(1, TGT_INT_N, false);
    b.run(1);
    b.only(SB_INT, "although no pin differs");
}

TEST(IntBoard, PinReturnReleasesInt)
{
    for (bool releases : {true, false}) {
        Board b;
        b.outside(0, 0x10);
        EXPECT_FALSE(b.r.int_n);
        b.r.ext_low[0] = 0;
        b.run(40);
        if (releases)
            b.set(1, TGT_INT_N, true);
        b.run(200);
        if (releases)
            b.quiet();
        else
            b.only(SB_INT, "although no pin differs");
    }
}

TEST(IntBoard, SecondPinKeepsIntLow)
{
    Board b;
    b.outside(0, 0x10);
    b.outside(0, 0x11);
    b.r.ext_low[0] = 0x01; // the first returns, the second still differs
    b.run(100);
    b.quiet();
    b.set(1, TGT_INT_N, true);
    b.run(1);
    b.only(SB_INT, "although a pin differs");
}

TEST(IntBoard, ASecondPinIsNoReasonToLetGo)
{
    Board b;
    b.outside(0, 0x10);
    b.run(100);
    b.r.ext_low[0] = 0x11;
    b.set(1, TGT_INT_N, true);
    b.run(3);
    b.set(1, TGT_INT_N, false);
    b.run(100);
    b.only(SB_INT, "although a pin differs");
    EXPECT_EQ(b.of(SB_INT).failures, 3u);
}

TEST(IntBoard, OnePinForAnotherMayGlitchInt)
{
    Board b;
    b.outside(0, 0x10);
    b.r.ext_low[0] = 0x01; // one returns, another departs, in the same sample
    b.run(10);
    b.set(1, TGT_INT_N, true);
    b.run(10);
    b.set(1, TGT_INT_N, false);
    b.run(100);
    b.quiet();
}

TEST(IntBoard, PowerUpWithALowPinGivesInt)
{
    for (bool low : {true, false}) {
        Board b;
        b.r.rst_n = 0;
        b.r.ext_low[0] = 0x80;
        b.run(10);
        b.r.rst_n = 7;
        b.set(1, TGT_INT_N, !low);
        b.run(100);
        if (low)
            b.quiet();
        else
            b.only(SB_INT, "although a pin differs");
    }
}

TEST(IntBoard, ReadClearsIntFromTheAckRise)
{
    for (int after : {1, 49, 50, 51}) {
        Board b(true, 1 << SB_INT);
        b.enable();
        b.outside(0, 0x01);
        b.poke(3, 0x41);
        b.command(STA | WR);
        b.start();
        b.bits(0x41);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.run(static_cast<uint64_t>(after));
        b.reload(0);
        b.run(100);
        EXPECT_EQ(b.of(SB_INT).failures, after > 50 ? 1u : 0u) << after << b.first(SB_INT);
    }
}

TEST(IntBoard, ReadMayNotClearIntBeforeTheAckRise)
{
    Board b;
    b.enable();
    b.outside(0, 0x01);
    b.poke(3, 0x41);
    b.command(STA | WR);
    b.start();
    b.bits(0x41);
    b.set(1, TGT_SDA, false);
    b.run(Q - 1);
    b.reload(0);
    b.run(1);
    b.scl(true);
    b.run(50);
    b.only(SB_INT, "although a pin differs");
    EXPECT_EQ(b.of(SB_INT).failures, 1u);
}

TEST(IntBoard, ControllersNackGivesNoPulse)
{
    for (bool cleared : {false, true}) {
        Board b;
        b.enable();
        b.address(0, true);
        b.outside(0, 0x01);
        b.receive(0, 0xff, NACK | STO);
        if (cleared)
            b.reload(0);
        b.run(100);
        if (cleared)
            b.only(SB_INT, "although a pin differs");
        else
            b.clean();
    }
}

TEST(IntBoard, WriteClearsIntBy4usAfterTheAckFall)
{
    for (int after : {-40, 0, 49, 50, 51}) { // clocks from SCL's fall to INT high
        Board b(true, 1 << SB_INT);
        b.enable();
        b.outside(0, 0x01);
        b.address(0, false);
        b.bits(0xff);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.run(static_cast<uint64_t>(2 * Q + std::min(after, 0)));
        if (after < 0) {
            b.reload(0);
            b.run(static_cast<uint64_t>(-after));
        }
        b.scl(false);
        if (after > 0)
            b.run(static_cast<uint64_t>(after));
        b.reload(0);
        b.run(100);
        EXPECT_EQ(b.of(SB_INT).failures, after > 50 ? 1u : 0u) << after << b.first(SB_INT);
    }
}

TEST(IntBoard, WriteThatMovesPinsLeavesIntHigh)
{
    for (bool pulls : {false, true}) {
        Board b;
        b.enable();
        b.address(0, false);
        b.data(0, 0x0f);
        b.data(0, 0xf0, STO);
        b.run(100);
        if (!pulls) {
            b.clean();
            continue;
        }
        b.set(1, TGT_INT_N, false);
        b.run(1);
        b.only(SB_INT, "although no pin differs");
    }
}

// A STOP that cuts the ACK clock ends the WRITE pulse, perhaps before the pins that it moves have moved.
TEST(IntBoard, AWritePulseThatAStopCutsMayMissItsOwnPins)
{
    for (uint64_t clks : {3u, 4u}) {
        Board b(true, 1 << SB_INT);
        b.enable();
        b.address(0, false);
        b.bits(0x0f);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.run(1);
        b.set_port(0, 0x0f);
        b.run(clks - 1);
        b.set(1, TGT_SDA, true);
        b.run(200);
        b.quiet();
        b.set(1, TGT_INT_N, false);
        b.run(20);
        if (clks == 3)
            b.quiet();
        else
            b.only(SB_INT, "although no pin differs");
    }
}

TEST(IntBoard, AddressByteOfAWriteMayClearInt)
{
    for (bool clears : {false, true}) {
        Board b;
        b.enable();
        b.outside(0, 0x01);
        b.address(0, false);
        if (clears)
            b.set(1, TGT_INT_N, true);
        b.run(300);
        b.quiet(); // NXP PCF8574 8.5: "may"
        b.data(0, 0xff, STO);
        b.run(100);
        b.clean(); // settled again
        b.set(1, TGT_INT_N, false);
        b.run(1);
        b.only(SB_INT, "although no pin differs");
    }
}

TEST(IntBoard, PinMovingWithTheAckRiseIsUnknown)
{
    for (bool low : {false, true}) {
        Board b(true, 1 << SB_INT);
        b.enable();
        b.poke(3, 0x41);
        b.command(STA | WR);
        b.start();
        b.bits(0x41);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.r.ext_low[0] = 0x01;
        b.run(6);
        b.set(1, TGT_INT_N, !low);
        b.run(300);
        b.quiet();
    }
}

TEST(IntBoard, ClocksAfterTheControllersNackAreNoPulse)
{
    Board b(true, 1 << SB_INT);
    b.enable();
    b.address(0, true);
    b.receive(0, 0xff, NACK);
    b.outside(0, 0x01);
    b.command(RD);
    b.bits(0xff);
    b.ninth(0, -1);
    b.done();
    b.run(100);
    b.quiet(); // INT is still low
    b.reload(0);
    b.run(1);
    b.only(SB_INT, "although a pin differs");
}

TEST(IntBoard, PinMovingBy4usAfterAWritesFallMayStillBeReloaded)
{
    for (int after : {1, 8, 50, 51}) { // clocks from SCL's fall to the pin
        for (bool follows : {false, true}) {
            Board b(true, 1 << SB_INT);
            b.enable();
            b.address(0, false);
            b.bits(0xff);
            b.set(1, TGT_SDA, false);
            b.run(Q);
            b.scl(true);
            b.run(2 * Q);
            b.scl(false);
            b.run(static_cast<uint64_t>(after));
            b.r.ext_low[0] = 0x01;
            b.run(6);
            b.set(1, TGT_INT_N, !follows);
            b.run(300);
            if (follows || after <= 50)
                b.quiet();
            else
                b.only(SB_INT, "although a pin differs");
        }
    }
}

TEST(IntBoard, PinMovingInAPulseIsUnknownUntilTheNext)
{
    for (bool low : {false, true}) {
        Board b;
        b.enable();
        b.pulse = [&](unsigned i) { b.r.ext_low[0] = 0x04; b.run(1); b.reload(static_cast<int>(i)); };
        b.address(0, true);
        b.set(1, TGT_INT_N, !low);
        b.run(500);
        b.quiet();
        b.pulse = nullptr;
        b.receive(0, 0xfb, 0); // samples anew
        b.run(100);
        b.receive(0, 0xfb, NACK | STO);
        b.clean();
        b.set(1, TGT_INT_N, false);
        b.run(1);
        b.only(SB_INT, "although no pin differs");
    }
}

TEST(IntBoard, OtherTrafficNeverTouchesInt)
{
    for (bool touched : {false, true}) {
        Board b;
        b.enable();
        b.outside(0, 0x01);
        b.address(1, false);
        b.data(1, 0x12);
        if (touched)
            b.reload(0);
        b.address(1, true);
        b.receive(1, 0x12, NACK | STO);
        if (touched)
            b.only(SB_INT, "although a pin differs");
        else
            b.clean();
    }
}

TEST(Int, SettledTargetsAreCheckedEveryClock)
{
    Board b(false);
    const uint64_t before = b.of(SB_INT).checks;
    b.run(1000);
    EXPECT_EQ(b.of(SB_INT).checks - before, 3000u); // the line and two predicted levels
}

// A foreign runt: nobody can tell where in the transfer the target is, so its INT is nobody's from there on.
TEST(IntBoard, AfterAForeignRuntIntIsAnybodysGuessAtOnce)
{
    for (bool foreign : {true, false}) {
        Board b(true, 1 << SB_INT, 50);
        b.enable();
        b.address(0, false);
        b.data(0, 0xff);
        b.run(100);
        b.scl(true);
        b.run(2);
        b.r.foreign = foreign ? FOREIGN_SCL_LOW : 0;
        b.scl(foreign);
        b.run(1);
        b.set(1, TGT_INT_N, false);
        b.run(5);
        if (foreign)
            b.quiet();
        else
            b.only(SB_INT, "although no pin differs");
    }
}

// A failure that stands is looked at whenever something moves and at each deadline, not at the clock after.
TEST(Int, StandingFailureIsLookedAtOncePerDeadline)
{
    Board b;
    b.set(2, TGT_INT_N, false, MODEL);
    b.run(10);
    b.r.ext_low[0] = 1;
    b.set(1, TGT_INT_N, false);
    b.run(100);
    b.only(SB_INT, "RTL differs");
    EXPECT_EQ(b.of(SB_INT).failures, 110u);
    EXPECT_EQ(b.of(SB_INT).failed[0].count, 3u); // as it begins, as the pin moves, and 4 us later
}

// A pin that moves as SCL rises, while the filter has not believed it: the latch may have either level, whichever pin it is.
TEST(Int, PinMovingBehindTheRiseOfTheReadPulseMayBeMissed)
{
    for (unsigned pin : {0u, 3u, 7u}) {
        for (bool behind : {true, false}) {
            Board b(true, 1 << SB_INT, 400);
            b.enable();
            b.poke(3, 0x41);
            b.command(STA | WR);
            b.start();
            b.bits(0x41);
            b.set(1, TGT_SDA, false);
            b.run(Q - 2);
            if (!behind)
                b.r.ext_low[0] = static_cast<uint8_t>(1 << pin);
            b.run(2);
            b.scl(true);
            b.run(2);
            b.r.ext_low[0] = static_cast<uint8_t>(1 << pin);
            b.set(1, TGT_INT_N, false);
            b.run(200);
            if (behind)
                b.quiet();
            else
                b.only(SB_INT, "INT low although no pin differs");
        }
    }
}

// Clocks outside any transfer concern no target.
TEST(Int, NinthClockOnAFreeBusExcusesNobody)
{
    Board b(true, 1 << SB_INT, 400);
    b.enable();
    b.address(1, false, STA | STO);
    b.run(100);
    const uint64_t from = b.clk;
    b.set(2, TGT_INT_N, false);
    for (int k = 0; k < 22; k++) {
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(Q);
        b.r.foreign = 0;
        b.run(Q);
    }
    EXPECT_EQ(b.of(SB_INT).failures, b.clk - from);
}

TEST(Int, SharedLineIsExpectedToBeWhatTheDriversMakeIt)
{
    for (bool low : {true, false}) {
        Board b(true, 1 << SB_INT);
        if (low)
            b.outside(0, 0x01);
        b.int_fault = 1;
        b.run(3);
        b.only(SB_INT, "not the AND of its drivers");
        EXPECT_EQ(b.of(SB_INT).first.expected, !low);
        EXPECT_EQ(b.of(SB_INT).first.seen, low);
    }
}

} // namespace
