// SPDX-License-Identifier: Apache-2.0
//
// Each judge is shown a board that behaves and one that does not. The board here is a few bit-banging verbs that fill records:
// controller at socket 0, u1 (0x20, nxp) and u2 (0x21, ti), 12.5 MHz, 124 clocks an SCL period, 2 us = 25 clks, 4 us = 50 clks.
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <string>

#include "../../scoreboards/scoreboards_state.h"

namespace {

enum { Q = 31, ALL = 31, STA = 0x80, STO = 0x40, RD = 0x20, WR = 0x10, NACK = 0x08, EN = 0x80, IEN = 0x40 };
enum Twin { RTL = 1, MODEL = 2, BOTH = 3 };

struct Board {
    board_shape shape{};
    scoreboards s;
    record r{};
    uint64_t clk = 0;
    uint8_t latch[2] = {0xff, 0xff}; // input latches
    bool rxack = false, busy = false, tip = false, lost = false;
    unsigned wire_fault = 0, pin_fault = 0, int_fault = 0; // XORed into what is observed
    std::function<void(unsigned)> pulse; // in place of what target i does at SCL's rise of an ACK that it gives or gets

    explicit Board(bool shadows = true, unsigned on = ALL, uint8_t outside_low = 0)
    {
        shape.clock_hz = 12500000;
        shape.spike_ns = 50;
        shape.targets = 2;
        for (int k = 0; k < 3; k++) {
            shape.socket[k].present[TWIN_RTL] = true;
            shape.socket[k].present[TWIN_C] = shadows;
            shape.socket[k].drive = TWIN_RTL;
            r.out[k][0] = r.out[k][1] = k ? uint16_t{TGT_RESET} : uint16_t{CTL_RESET};
        }
        shape.socket[1].addr = 0x20;
        shape.socket[2].addr = 0x21;
        scoreboards_init(&s, &shape, on);
        r.ext_low[0] = outside_low;
        run(5);
        r.rst_n = 7;
        run(100);
    }
    void look()
    {
        unsigned sockets = 3, ints = TGT_INT_N;
        for (int k = 0; k < 3; k++) {
            sockets &= r.out[k][0];
            ints &= k ? r.out[k][0] : ints;
        }
        sockets = (sockets & ~r.foreign) | (r.foreign >> 2);
        r.scl = (sockets ^ wire_fault) & 1;
        r.sda = (sockets ^ wire_fault) & 2;
        r.int_n = !ints == !!int_fault;
        for (int i = 0; i < 2; i++)
            r.pins[i] = (port(i) & ~r.ext_low[i]) ^ (i ? 0 : pin_fault);
    }
    void run(uint64_t clks)
    {
        const uint64_t end = clk + clks;
        look();
        uint64_t next = clk;
        while (next < end) {
            r.clk = next;
            next = scoreboards_judge(&s, &r);
            symbol symbol;
            while (scoreboards_next_symbol(&s, &symbol)) {}
        }
        clk = end;
    }
    void set(int socket, unsigned bits, bool on, int twins = BOTH)
    {
        for (int t = 0; t < 2; t++)
            if (twins >> t & 1)
                r.out[socket][t] = static_cast<uint16_t>(on ? r.out[socket][t] | bits : r.out[socket][t] & ~bits);
    }
    uint8_t port(int i) const { return static_cast<uint8_t>(r.out[1 + i][0] >> TGT_PORT_SHIFT); }
    void set_port(int i, uint8_t v, int twins = BOTH)
    {
        set(1 + i, TGT_PORT, false, twins);
        set(1 + i, static_cast<unsigned>(v) << TGT_PORT_SHIFT, true, twins);
    }
    void reload(int i)
    {
        look();
        latch[i] = r.pins[i];
        set(1 + i, TGT_INT_N, true);
    }
    void outside(int i, uint8_t low) // and INT follows
    {
        r.ext_low[i] = low;
        run(6);
        set(1 + i, TGT_INT_N, r.pins[i] == latch[i]);
        run(100);
    }

    // Host bus
    void host(bool write, unsigned adr, unsigned dat)
    {
        r.host = static_cast<uint16_t>(HOST_CYC | HOST_STB | (write ? HOST_WE : 0) | adr << HOST_ADR_SHIFT |
                                       (write ? dat << HOST_DAT_SHIFT : 0));
        run(1);
        set(0, CTL_ACK, true);
        if (!write) {
            set(0, CTL_DAT, false);
            set(0, dat << CTL_DAT_SHIFT, true);
        }
        run(1);
        r.host = 0;
        set(0, CTL_ACK, false);
        run(2);
    }
    void poke(unsigned adr, unsigned dat) { host(true, adr, dat); }
    void status(unsigned flip = 0) // the host reads SR
    {
        host(false, 4, (rxack << 7 | busy << 6 | lost << 5 | tip << 1) ^ flip);
    }
    void done()
    {
        tip = false;
        run(Q);
        status();
    }
    void command(unsigned cr)
    {
        tip = true;
        poke(4, cr);
    }

    // The controller's hands on the wires
    void scl(bool v) { set(0, CTL_SCL, v); }
    void sda(bool v) { set(0, CTL_SDA, v); }
    void start()
    {
        sda(true); run(Q); scl(true); run(Q); sda(false); run(Q); scl(false); run(Q);
        busy = true;
    }
    void stop()
    {
        sda(false); run(Q); scl(true); run(Q); sda(true); run(Q);
        busy = false;
    }
    void clock() { run(Q); scl(true); run(2 * Q); scl(false); run(Q); }
    void bits(uint8_t v, int n = 8)
    {
        for (int k = 7; k > 7 - n; k--) {
            sda(v >> k & 1);
            clock();
        }
        sda(true);
    }
    void target_bits(int i, uint8_t v)
    {
        for (int k = 7; k >= 0; k--) {
            set(1 + i, TGT_SDA, v >> k & 1);
            clock();
        }
        set(1 + i, TGT_SDA, true);
    }
    void ninth(int socket, int acker) // `socket` pulls, target `acker` has its pulse; -1: nobody
    {
        if (socket >= 0)
            set(socket, CTL_SDA, false);
        run(Q);
        scl(true);
        run(3);
        if (acker >= 0)
            pulse ? pulse(static_cast<unsigned>(acker)) : reload(acker);
        run(2 * Q - 3);
        scl(false);
        run(3);
        if (socket >= 0)
            set(socket, CTL_SDA, true);
        run(Q);
        rxack = socket < 0;
    }

    // Whole commands
    void send(uint8_t v, unsigned cr, int acker, int pulsed)
    {
        poke(3, v);
        command(cr | WR);
        if (cr & STA)
            start();
        bits(v);
        ninth(acker < 0 ? -1 : 1 + acker, pulsed);
        if (cr & STO)
            stop();
        done();
    }
    void address(int i, bool read, unsigned cr = STA) { send(static_cast<uint8_t>((0x20 + i) << 1 | read), cr, i, read ? i : -1); }
    void data(int i, uint8_t v, unsigned cr = 0)
    {
        const auto given = pulse;
        if (!pulse)
            pulse = [this, v](unsigned k) { set_port(static_cast<int>(k), v); reload(static_cast<int>(k)); };
        send(v, cr, i, i);
        pulse = given;
    }
    void receive(int i, uint8_t v, unsigned cr) // the target sends v
    {
        command(cr | RD);
        target_bits(i, v);
        ninth(cr & NACK ? -1 : 0, cr & NACK ? -1 : i);
        if (cr & STO)
            stop();
        done();
    }
    void enable() { poke(2, EN); }

    const verdict &of(scoreboard k)
    {
        scoreboards_finish(&s, clk);
        return *scoreboards_verdict(&s, k);
    }
    std::string first(scoreboard k)
    {
        const mismatch &m = of(k).first;
        return m.valid ? std::string(m.what) + " @" + std::to_string(m.clk) + " " + m.place : "";
    }
    void clean()
    {
        for (int k = 0; k < SCOREBOARDS; k++) {
            EXPECT_EQ(of(static_cast<scoreboard>(k)).failures, 0u) << first(static_cast<scoreboard>(k));
            EXPECT_GT(of(static_cast<scoreboard>(k)).checks, 0u) << k;
        }
    }
    void only(scoreboard which, const char *what) // exactly this judge fails, and says this
    {
        for (int k = 0; k < SCOREBOARDS; k++) {
            if (k == which)
                EXPECT_NE(first(which).find(what), std::string::npos) << first(which);
            else
                EXPECT_EQ(of(static_cast<scoreboard>(k)).failures, 0u) << first(static_cast<scoreboard>(k));
        }
        EXPECT_GT(of(which).failures, 0u);
    }
};

// --- the frame ---------------------------------------------------------------------------------------------------------

TEST(Frame, CleanWriteAndReadPassEverywhere)
{
    for (bool shadows : {true, false}) {
        Board b(shadows);
        b.enable();
        b.address(0, false);
        b.data(0, 0x5a);
        b.data(0, 0xf0, STO);
        b.outside(0, 0x10);
        b.address(0, true);
        b.receive(0, 0xe0, 0);
        b.receive(0, 0xe0, NACK | STO);
        b.address(1, false);
        b.address(1, true); // repeated START
        b.receive(1, 0xff, NACK | STO);
        b.clean();
    }
}

TEST(Frame, ChecksAreLevelsTimesClocks)
{
    Board b;
    const uint64_t lines = b.of(SB_LINES).checks, gpio = b.of(SB_GPIO).checks, host = b.of(SB_HOST).checks;
    b.run(1000);
    EXPECT_EQ(b.of(SB_LINES).checks - lines, 13u * 1000); // 3 sockets x 3, wires twice
    EXPECT_EQ(b.of(SB_GPIO).checks - gpio, 48u * 1000);   // 2 targets x (twins, pins, predicted) x 8
    EXPECT_EQ(b.of(SB_HOST).checks - host, 12u * 1000);
}

TEST(Frame, SwitchedOffDoesNothing)
{
    Board b(true, 0);
    b.wire_fault = 3;
    b.set(1, TGT_INT_N | TGT_HIGH, true, RTL);
    b.enable();
    b.address(0, false);
    for (int k = 0; k < SCOREBOARDS; k++) {
        EXPECT_FALSE(b.of(static_cast<scoreboard>(k)).on);
        EXPECT_EQ(b.of(static_cast<scoreboard>(k)).checks, 0u);
        EXPECT_FALSE(b.of(static_cast<scoreboard>(k)).first.valid);
    }
}

TEST(Frame, SocketInResetIsNotCompared)
{
    Board b;
    b.r.rst_n = 0;
    b.set(0, CTL_HIGH | CTL_IRQ | CTL_DAT, true, RTL);
    b.set(1, TGT_PORT | TGT_HIGH, false, MODEL);
    b.set(2, TGT_INT_N, false, MODEL);
    b.run(500);
    b.clean();
}

TEST(Frame, ClearedFirstIsFilledAgain)
{
    Board b;
    b.wire_fault = 2;
    b.run(10);
    scoreboards_clear_first(&b.s);
    EXPECT_FALSE(b.of(SB_LINES).first.valid);
    EXPECT_GT(b.of(SB_LINES).failures, 0u);
    b.run(10);
    EXPECT_TRUE(b.of(SB_LINES).first.valid);
    EXPECT_EQ(b.of(SB_LINES).first.clk, b.clk - 10);
}

TEST(Frame, FinishCountsTheLastRecordOnce)
{
    Board b;
    const uint64_t before = b.of(SB_LINES).checks;
    scoreboards_finish(&b.s, b.clk + 100);
    scoreboards_finish(&b.s, b.clk + 100);
    EXPECT_EQ(b.of(SB_LINES).checks - before, 1300u);
}

// --- lines -------------------------------------------------------------------------------------------------------------

TEST(Lines, DriveBitDifferenceCountsEveryClock)
{
    Board b;
    const uint64_t at = b.clk;
    b.set(2, TGT_SDA, false, MODEL);
    b.run(7);
    b.set(2, TGT_SDA, true, MODEL);
    b.run(50);
    b.only(SB_LINES, "RTL differs");
    const verdict &v = b.of(SB_LINES);
    EXPECT_EQ(v.failures, 14u); // the socket, and the wire as the shadows would have it
    EXPECT_EQ(v.first.clk, at);
    EXPECT_EQ(v.first.socket, 2);
    EXPECT_STREQ(v.first.pin, "sda");
    EXPECT_EQ(v.first.expected, 0u); // C is expected, RTL is seen
    EXPECT_EQ(v.first.seen, 1u);
    EXPECT_STREQ(v.first.place, "bus idle");
}

TEST(Lines, StretchByOneTwinOnlyIsCaught)
{
    Board b;
    b.set(1, TGT_SCL, false, MODEL);
    b.run(1);
    b.set(1, TGT_SCL, true, MODEL);
    b.run(50);
    b.only(SB_LINES, "RTL differs");
    EXPECT_STREQ(b.of(SB_LINES).first.pin, "scl");
}

TEST(Lines, DrivingHighIsCaughtWithAndWithoutATwin)
{
    for (bool shadows : {true, false}) {
        Board b(shadows);
        b.set(1, TGT_HIGH, true, shadows ? BOTH : RTL);
        b.run(10);
        b.only(SB_LINES, "driven high");
        EXPECT_EQ(b.of(SB_LINES).failures, 10u);
    }
}

TEST(Lines, WireMustBeTheAndOfTheDrivers)
{
    Board b(false);
    b.wire_fault = 1;
    b.run(3);
    b.wire_fault = 0;
    b.run(3);
    EXPECT_EQ(b.of(SB_LINES).failures, 3u);
    EXPECT_NE(b.first(SB_LINES).find("not the AND"), std::string::npos);
    EXPECT_EQ(b.of(SB_LINES).first.socket, -1);
}

TEST(Lines, ForeignPullAndForcedHighExplainTheWires)
{
    Board b;
    b.r.foreign = FOREIGN_SDA_LOW;
    b.run(100);
    b.set(1, TGT_SDA, false);
    b.r.foreign = FOREIGN_SDA_LOW | FOREIGN_SDA_HIGH; // force-high wins
    b.run(100);
    EXPECT_TRUE(b.r.sda);
    b.set(1, TGT_SDA, true);
    b.r.foreign = 0;
    b.run(100);
    b.clean();
}

// --- host --------------------------------------------------------------------------------------------------------------

TEST(Host, TwinsDifferInEachOutput)
{
    const struct { unsigned bits; const char *pin; unsigned levels; } cases[] = {
        {CTL_ACK, "ack", 1}, {CTL_IRQ, "irq", 1}, {0x81u << CTL_DAT_SHIFT, "dat", 2}};
    for (const auto &c : cases) {
        Board b;
        b.set(0, c.bits, true, MODEL);
        b.run(5);
        b.set(0, c.bits, false, MODEL);
        b.run(5);
        b.only(SB_HOST, "RTL differs");
        EXPECT_STREQ(b.of(SB_HOST).first.pin, c.pin);
        EXPECT_EQ(b.of(SB_HOST).failures, 5u * c.levels);
    }
}

TEST(Host, AckWithoutARequestIsCaught)
{
    Board b(false);
    b.set(0, CTL_ACK, true);
    b.run(1);
    b.set(0, CTL_ACK, false);
    b.run(5);
    b.only(SB_HOST, "nobody asks");
    EXPECT_EQ(b.of(SB_HOST).failures, 1u);
}

TEST(Host, AckLongerThanOneClockIsCaught)
{
    Board b(false);
    b.r.host = HOST_CYC | HOST_STB;
    b.run(1);
    b.set(0, CTL_ACK, true);
    b.run(4);
    b.set(0, CTL_ACK, false);
    b.r.host = 0;
    b.run(5);
    b.only(SB_HOST, "longer than one clock");
    EXPECT_EQ(b.of(SB_HOST).failures, 3u);
}

TEST(Host, IrqNeedsIen)
{
    Board b(false, 1 << SB_HOST);
    b.poke(2, EN | IEN);
    b.set(0, CTL_IRQ, true);
    b.run(20);
    EXPECT_EQ(b.of(SB_HOST).failures, 0u) << b.first(SB_HOST);
    b.poke(2, EN); // and irq stays
    b.run(20);
    EXPECT_NE(b.first(SB_HOST).find("IEN is 0"), std::string::npos);
}

TEST(Host, IrqFallsOnlyWhenAsked)
{
    for (bool asked : {true, false}) {
        Board b(false, 1 << SB_HOST);
        b.poke(2, EN | IEN);
        b.run(20);
        b.set(0, CTL_IRQ, true);
        b.run(20);
        b.r.host = HOST_CYC | HOST_STB | HOST_WE | 4 << HOST_ADR_SHIFT | (asked ? 1 : 0) << HOST_DAT_SHIFT;
        b.run(1);
        b.set(0, CTL_ACK, true);
        b.set(0, CTL_IRQ, false);
        b.run(1);
        b.set(0, CTL_ACK, false);
        b.r.host = 0;
        b.run(20);
        EXPECT_EQ(b.of(SB_HOST).failures, asked ? 0u : 1u) << b.first(SB_HOST);
    }
}

// --- gpio --------------------------------------------------------------------------------------------------------------

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
    for (uint8_t sent : {0x3c, 0x3d}) {
        Board b;
        b.enable();
        b.outside(0, 0xc3);
        b.address(0, true);
        b.receive(0, sent, NACK | STO);
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

} // namespace
