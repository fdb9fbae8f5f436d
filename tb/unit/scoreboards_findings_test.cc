// SPDX-License-Identifier: Apache-2.0
//
// What a scoreboard says and counts: the socket, the levels and the text of a finding, and how many checks a clock is worth.
#include "records.h"

namespace {

std::string said(const mismatch &m) // socket pin: expected, seen
{
    return m.valid ? std::to_string(m.socket) + " " + m.pin + ": " + std::to_string(m.expected) + ", " + std::to_string(m.seen) : "";
}

std::string pins(Board &b, scoreboard which) // of all failed checks
{
    std::string all;
    for (const failed_check &one : b.of(which).failed)
        all += one.count ? std::string(one.pin) + " " : "";
    return all;
}

uint64_t checks_in(Board &b, scoreboard which, uint64_t clks)
{
    const uint64_t before = b.of(which).checks;
    b.run(clks);
    return b.of(which).checks - before;
}

// --- checks --------------------------------------------------------------------------------------------------------------

TEST(Frame, EachLevelThatStandsIsACheckAtEveryClock)
{
    Board twins, alone(false);
    twins.run(100);
    alone.run(100);
    EXPECT_EQ(checks_in(twins, SB_HOST, 10), 120u); // ack, irq, 8 bits of data; ack and irq by rule
    EXPECT_EQ(checks_in(alone, SB_HOST, 10), 20u);
    EXPECT_EQ(checks_in(twins, SB_GPIO, 10), 480u); // of each target the port against its twin, the pins, the port
    EXPECT_EQ(checks_in(alone, SB_GPIO, 10), 320u);
    EXPECT_EQ(checks_in(twins, SB_INT, 10), 50u); // of each target INT and its twin's; the line
    EXPECT_EQ(checks_in(alone, SB_INT, 10), 30u);
    twins.r.rst_n = 0;
    twins.run(2);
    EXPECT_EQ(checks_in(twins, SB_HOST, 10), 0u);
    EXPECT_EQ(checks_in(twins, SB_GPIO, 10), 0u);
    EXPECT_EQ(checks_in(twins, SB_INT, 10), 10u);
}

TEST(Gpio, ByteReadIsACheckABit)
{
    Board b;
    b.enable();
    b.address(0, true);
    const uint64_t from = b.clk, before = b.of(SB_GPIO).checks;
    b.receive(0, 0xff, NACK | STO);
    EXPECT_EQ(b.of(SB_GPIO).checks - before, 48 * (b.clk - from) + 8);
}

TEST(Frame, AScoreboardIsOnOrOff)
{
    for (unsigned k = 0; k < SCOREBOARDS; k++) {
        Board b(true, 1u << k);
        for (unsigned other = 0; other < SCOREBOARDS; other++)
            EXPECT_EQ(b.of(static_cast<scoreboard>(other)).on, other == k);
    }
}

// --- host ----------------------------------------------------------------------------------------------------------------

TEST(Host, DifferenceOfTwinsNamesItsPinAndBothLevels)
{
    const struct { unsigned bits; bool rtl; const char *said, *pins; } cases[] = {
        {CTL_ACK, true, "0 ack: 0, 1", "ack "}, {CTL_IRQ, false, "0 irq: 1, 0", "irq "}, {0x5a << CTL_DAT_SHIFT, true, "0 dat: 0, 90", "dat "}};
    for (const auto &c : cases) {
        Board b(true, 1 << SB_HOST);
        b.poke(2, EN | IEN);
        b.r.host = HOST_CYC | HOST_STB | 7 << HOST_ADR_SHIFT; // reads 0
        b.run(10);
        b.set(0, c.bits, true, c.rtl ? RTL : MODEL);
        b.run(1);
        EXPECT_EQ(said(b.of(SB_HOST).first), c.said);
        EXPECT_EQ(pins(b, SB_HOST), c.pins);
    }
}

// Wishbone B4 3.1.3: ack answers the request of this clock or of the one before.
TEST(Host, AckMayMeetTheBeginOrTheEndOfARequest)
{
    for (bool begin : {true, false}) {
        Board b(false, 1 << SB_HOST);
        b.r.host = begin ? 0 : HOST_CYC | HOST_STB | 7 << HOST_ADR_SHIFT; // reads 0
        b.run(1);
        b.r.host = begin ? HOST_CYC | HOST_STB | 7 << HOST_ADR_SHIFT : 0;
        b.set(0, CTL_ACK, true);
        b.run(1);
        b.r.host = 0;
        b.set(0, CTL_ACK, false);
        b.run(5);
        b.quiet();
    }
}

TEST(Host, IrqFallsWithin2ClocksOfIack)
{
    for (unsigned after : {0, 1, 2, 3}) {
        Board b(false, 1 << SB_HOST);
        b.poke(2, EN | IEN);
        b.poke(4, STA | WR);
        b.run(100);
        b.set(0, CTL_IRQ, true);
        b.run(20);
        b.r.host = HOST_CYC | HOST_STB | HOST_WE | 4 << HOST_ADR_SHIFT | (STA | WR | 1) << HOST_DAT_SHIFT;
        b.run(1);
        b.set(0, CTL_ACK, true);
        for (unsigned k = 0; k <= after; k++) {
            b.set(0, CTL_IRQ, k < after);
            b.run(1);
            b.set(0, CTL_ACK, false);
            b.r.host = 0;
        }
        b.run(20);
        EXPECT_EQ(b.fails(SB_HOST, "without IACK"), after > 2 ? 1u : 0u) << after << b.first(SB_HOST);
    }
}

TEST(Host, IrqWithoutIenIsAFailureAClock)
{
    Board b(false, 1 << SB_HOST);
    b.set(0, CTL_IRQ, true);
    b.run(7);
    EXPECT_EQ(b.of(SB_HOST).failures, 7u);
}

TEST(Host, ACommandIsOverWithEnOrOnceCrSaysSo)
{
    for (bool disabled : {true, false}) {
        Board b(false, 1 << SB_HOST);
        b.enable();
        b.poke(4, WR | NACK);
        if (disabled) // controller map, EN: CR 7:4 go with it
            b.poke(2, 0);
        else          // controller map, TIP: 7:4 clear together, when the command is done
            b.host(false, 6, NACK);
        b.host(false, 6, WR | NACK);
        EXPECT_EQ(b.first(SB_HOST).substr(0, 31), "CR does not read back as writte");
    }
}

TEST(Host, PrescalerThatDoesNotReadBackIsTold)
{
    Board b(false, 1 << SB_HOST);
    b.poke(0, 0x12);
    b.host(false, 0, 0x13);
    EXPECT_EQ(said(b.of(SB_HOST).first), "0 dat: 18, 19");
}

// IF stood already when the host enabled irq: the command goes on.
TEST(Host, IrqThatComesWithIenEndsNoCommand)
{
    Board b(false, 1 << SB_HOST);
    b.enable();
    b.poke(4, WR | NACK);
    b.r.host = HOST_CYC | HOST_STB | HOST_WE | 2 << HOST_ADR_SHIFT | (EN | IEN) << HOST_DAT_SHIFT;
    b.run(1);
    b.set(0, CTL_ACK, true);
    b.run(1);
    b.set(0, CTL_ACK, false);
    b.r.host = 0;
    b.set(0, CTL_IRQ, true);
    b.run(10);
    b.host(false, 6, WR | NACK);
    b.quiet();
}

// --- gpio, int -----------------------------------------------------------------------------------------------------------

TEST(Gpio, ByteReadIsBlamedOnItsTarget)
{
    Board b(true, 1 << SB_GPIO);
    b.enable();
    b.address(1, true);
    b.receive(1, 0x7f, NACK | STO);
    EXPECT_EQ(said(b.of(SB_GPIO).first), "2 port: 255, 127");
}

// NXP PCF8574 table 10, th(D): the pin that moves is unknown, and no other.
TEST(Gpio, PinMovingInTheReadPulseVoidsItsBitAlone)
{
    for (unsigned spike_ns : {0u, 400u}) { // 5 clks: the pin moves before or after the filter believes SCL's rise
        Board b(true, 1 << SB_GPIO, spike_ns);
        b.enable();
        b.pulse = [&](unsigned) { b.r.ext_low[0] = 0x01; b.run(1); };
        b.address(0, true);
        b.pulse = nullptr;
        b.receive(0, 0xfc, NACK | STO);
        EXPECT_EQ(b.of(SB_GPIO).failures, 1u);
    }
}

TEST(Gpio, ByteAfterOneThatOthersTouchedIsJudged)
{
    Board b(true, 1 << SB_GPIO);
    b.enable();
    b.address(0, true);
    b.command(RD);
    b.run(Q);
    b.r.foreign = FOREIGN_SDA_LOW;
    b.clock();
    b.r.foreign = 0;
    for (int k = 0; k < 7; k++)
        b.clock();
    b.ninth(0, 0);
    b.rxack = false;
    b.done();
    EXPECT_EQ(b.of(SB_GPIO).failures, 0u) << b.first(SB_GPIO);
    b.receive(0, 0xfe, NACK | STO);
    EXPECT_EQ(b.of(SB_GPIO).failures, 1u);
}

// A fast clock: SCL is high for less than the 4 us in which the chip may still see a pin move (NXP PCF8574 table 10, trst(INT)).
TEST(IntBoard, PinMovingBehindAShortReadPulseMayBeMissed)
{
    for (unsigned after : {20u, 60u}) { // from SCL's rise
        Board b(true, 1 << SB_INT);
        b.enable();
        b.poke(3, 0x41);
        b.command(STA | WR);
        b.start();
        b.bits(0x41);
        b.set(1, TGT_SDA, false);
        b.run(Q);
        b.scl(true);
        b.run(10);
        b.scl(false);
        b.run(after - 10);
        b.r.ext_low[0] = 0x01;
        b.run(200);
        EXPECT_EQ(b.of(SB_INT).failures > 0, after == 60) << b.first(SB_INT);
    }
}

TEST(IntBoard, OutsidePullThatMovesNoPinLeavesIntKnown)
{
    Board b(true, 1 << SB_INT);
    b.enable();
    b.address(0, false);
    b.data(0, 0xfe, STO);
    b.run(200);
    b.pulse = [&](unsigned i) { b.reload(static_cast<int>(i)); b.r.ext_low[0] = 0x01; b.run(1); };
    b.address(0, true);
    b.run(200);
    EXPECT_EQ(b.of(SB_INT).failures, 0u) << b.first(SB_INT);
    b.set(1, TGT_INT_N, false);
    b.run(3);
    EXPECT_EQ(b.of(SB_INT).failures, 3u);
}

// PH97 Fig 11: at the controller's NACK there is no pulse, whoever made it one; at a target's ACK that was forced high there may have been one.
TEST(IntBoard, OverpoweredAckMayHaveBeenAPulseInAWrite)
{
    for (bool read : {false, true}) {
        Board b(true, 1 << SB_INT);
        b.enable();
        b.address(0, read);
        if (!read)
            b.data(0, 0xff);
        b.outside(0, 0x01);
        b.command(read ? RD : WR);
        if (read)
            b.target_bits(0, 0xff);
        else
            b.bits(0xff);
        b.set(read ? 0 : 1, CTL_SDA, false);
        b.run(Q);
        b.r.foreign = FOREIGN_SDA_HIGH;
        b.run(3);
        b.scl(true);
        b.run(10);
        b.set(1, TGT_INT_N, true); // as if it had been one
        b.run(Q);
        b.scl(false);
        b.run(3);
        b.r.foreign = 0;
        b.set(read ? 0 : 1, CTL_SDA, true);
        b.run(200);
        EXPECT_EQ(b.of(SB_INT).failures > 0, read) << b.first(SB_INT);
    }
}

// --- the frame -----------------------------------------------------------------------------------------------------------

TEST(Frame, BoardThatIsOutOfResetAtOnceIsDecodedBehindItsFilter)
{
    for (uint64_t clks : {5u, 6u}) {
        Board b(true, ALL, 400); // 5 clks
        scoreboards s;
        scoreboards_init(&s, &b.shape, ALL);
        b.look();
        symbol symbol;
        const auto judge = [&](bool sda, uint64_t until) {
            for (b.r.sda = sda; b.clk < until; b.clk++) {
                b.r.clk = b.clk;
                scoreboards_judge(&s, &b.r);
            }
        };
        b.clk = 0;
        judge(true, 20);
        judge(false, 20 + clks);
        judge(true, 50);
        EXPECT_EQ(scoreboards_next_symbol(&s, &symbol), clks == 6);
    }
}

// A runt is what is a spike to the dullest filter on the board, and none to the sharpest (PH97 11, tSW).
TEST(GpioBoard, DullestTargetsFilterSaysWhatARuntIs)
{
    for (bool dull : {true, false}) {
        Board b(true, 1 << SB_GPIO, 50);
        b.shape.socket[2].spike_ns = dull ? 800 : 0; // 10 clks
        scoreboards_init(&b.s, &b.shape, 1 << SB_GPIO);
        b.r.rst_n = 0;
        b.run(5);
        b.r.rst_n = 7;
        b.run(100);
        b.enable();
        b.address(0, false);
        b.data(0, 0x0f);
        b.sda(false);
        b.run(Q);
        b.scl(true);
        b.run(8);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(Q);
        b.set_port(0, 0xf0);
        b.run(10);
        EXPECT_EQ(b.of(SB_GPIO).failures == 0, dull) << b.first(SB_GPIO);
    }
}

TEST(GpioBoard, RuntConcernsTheTargetOfTheTransferWhicheverItIs)
{
    for (int moved : {0, 1}) {
        Board b(true, 1 << SB_GPIO, 50);
        b.enable();
        b.address(1, false);
        b.data(1, 0x0f);
        b.sda(false);
        b.run(Q);
        b.scl(true);
        b.run(2);
        b.r.foreign = FOREIGN_SCL_LOW;
        b.run(Q);
        b.set_port(moved, 0xf0);
        b.run(10);
        EXPECT_EQ(b.of(SB_GPIO).failures == 0, moved == 1) << b.first(SB_GPIO);
    }
}

// A bit whose set-up somebody disturbed is not the target's alone, also where SDA is the target's again when SCL rises.
TEST(Gpio, ForeignPullUnderALowSclVoidsTheByteToo)
{
    for (bool pulled : {true, false}) {
        Board b(true, 1 << SB_GPIO);
        b.enable();
        b.address(0, true);
        b.command(RD);
        b.run(5);
        b.r.foreign = pulled ? FOREIGN_SDA_LOW : 0;
        b.run(5);
        b.r.foreign = 0;
        b.target_bits(0, 0x7f);
        b.ninth(-1, -1);
        EXPECT_EQ(b.of(SB_GPIO).failures == 0, pulled) << b.first(SB_GPIO);
    }
}

// Only a line that is forced high overpowers an ACK.
TEST(GpioBoard, StretchOfTheNinthClockIsNoReasonToMissAWrite)
{
    for (bool forced : {true, false}) {
        Board b(true, 1 << SB_GPIO);
        b.enable();
        b.address(0, false);
        b.poke(3, 0x0f);
        b.command(WR);
        b.bits(0x0f);
        b.run(Q);
        b.r.foreign = forced ? FOREIGN_SDA_HIGH : FOREIGN_SCL_LOW;
        b.run(5);
        b.r.foreign = 0;
        b.scl(true);
        b.run(Q);
        b.set_port(0, 0x0f); // a NACK, and taken all the same
        b.run(Q);
        EXPECT_EQ(b.of(SB_GPIO).failures == 0, forced) << b.first(SB_GPIO);
    }
}

// While a foreign driver's work may still be in the controller's filter an arbitration may be lost at any edge, and sets IF.
TEST(Host, IackBehindAFilterMayMeetALossOfArbitration)
{
    for (uint64_t after : {8u, 20u}) {
        Board b(false, 1 << SB_HOST, 400); // 5 clks, and 6 to react
        b.enable();
        b.r.foreign = FOREIGN_SDA_LOW;
        b.run(20);
        b.r.foreign = 0;
        b.run(after - 1);
        b.poke(4, 1);
        b.host(false, 4, 0x01);
        EXPECT_EQ(b.of(SB_HOST).failures == 0, after == 8) << b.first(SB_HOST);
    }
}

TEST(Protocol, AResetForgetsTheRuntBeforeIt)
{
    Board b(true, 1 << SB_PROTOCOL, 400); // 5 clks
    b.enable();
    b.address(0, false);
    b.sda(false);
    b.run(Q);
    b.scl(true);
    b.run(6); // believed, and not for sure
    b.r.foreign = FOREIGN_SCL_LOW;
    b.run(Q);
    b.r.foreign = 0;
    for (int k = 0; k < 3; k++)
        b.r.out[k][0] = b.r.out[k][1] = k ? uint16_t{TGT_RESET} : uint16_t{CTL_RESET};
    b.r.rst_n = 0;
    b.run(50);
    b.r.rst_n = 7;
    b.run(100);
    EXPECT_EQ(b.of(SB_PROTOCOL).failures, 0u) << b.first(SB_PROTOCOL);
    b.enable();
    b.poke(3, 0x40);
    b.command(STA | WR);
    b.set(1, TGT_SDA, false);
    b.run(50);
    EXPECT_NE(b.first(SB_PROTOCOL).find("no controller did it"), std::string::npos) << b.first(SB_PROTOCOL);
}

} // namespace
