// SPDX-License-Identifier: Apache-2.0
//
// Each judge is shown a board that behaves and one that does not. The board here is a few bit-banging verbs that fill records:
// controller at socket 0, u1 (0x20, nxp) and u2 (0x21, ti), 12.5 MHz, 124 clocks an SCL period, 2 us = 25 clks, 4 us = 50 clks.
#include <gtest/gtest.h>

#include <algorithm>
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
    bool every_clock = false; // call the judges at every clock instead of at their deadlines
    unsigned wire_fault = 0, pin_fault = 0, int_fault = 0; // XORed into what is observed
    std::function<void(unsigned)> pulse; // in place of what target i does at SCL's rise of an ACK that it gives or gets

    explicit Board(bool shadows = true, unsigned on = ALL, unsigned spike_ns = 0)
    {
        shape.clock_hz = 12500000;
        shape.spike_ns = spike_ns;
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
            if (every_clock)
                next = r.clk + 1;
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
    void quiet()
    {
        for (int k = 0; k < SCOREBOARDS; k++)
            EXPECT_EQ(of(static_cast<scoreboard>(k)).failures, 0u) << first(static_cast<scoreboard>(k));
    }
    void clean()
    {
        quiet();
        for (int k = 0; k < SCOREBOARDS; k++)
            EXPECT_GT(of(static_cast<scoreboard>(k)).checks, 0u) << k;
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

TEST(Frame, CleanTransfersPassBehindAFilter)
{
    for (unsigned spike_ns : {50, 100, 400}) { // 1, 2, 5 clks
        Board b(true, ALL, spike_ns);
        b.enable();
        b.address(0, false);
        b.data(0, 0x0f, STO);
        b.outside(0, 0x01);
        b.address(0, true);
        b.receive(0, 0x0e, NACK | STO);
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
    b.quiet();
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

TEST(Frame, RandomRecordsJudgeTheSameAtEveryClock)
{
    // Anything may happen here, mostly nonsense: what counts is that skipping ahead loses and invents nothing.
    for (uint32_t seed = 1; seed <= 40; seed++) {
        const unsigned spike_ns = seed % 3 * 80; // 0, 1, 2 clks
        Board sparse(true, ALL, spike_ns), dense(true, ALL, spike_ns);
        dense.every_clock = true;
        for (Board *b : {&sparse, &dense}) {
            uint32_t x = seed * 2654435761u;
            const auto random = [&x](uint32_t n) { x ^= x << 13; x ^= x >> 17; x ^= x << 5; return x % n; };
            b->enable();
            b->address(0, seed & 1);
            for (int k = 0; k < 2000; k++) {
                const int socket = static_cast<int>(random(3)), twins = random(20) ? BOTH : static_cast<int>(1 + random(2));
                switch (random(12)) {
                case 0: case 1: case 2: b->sda(random(2)); break;
                case 3: case 4: case 5: b->scl(random(2)); break;
                case 6: b->set(socket, 1u << random(CTL_BITS - (socket ? 1 : 0)), random(2), twins); break;
                case 7: b->r.ext_low[random(2)] = static_cast<uint8_t>(random(4)); break;
                case 8: b->r.foreign = static_cast<uint8_t>(random(4) ? 0 : 1u << random(4)); break;
                case 9: b->poke(random(30) ? 3 + random(2) : 2, random(256) | 0x80); break;
                case 10: b->host(false, 3 + random(2), random(256)); break;
                default: b->r.rst_n = static_cast<uint8_t>(random(10) ? 7 : random(8)); break;
                }
                b->run(1 + random(random(4) ? 20 : 120));
            }
        }
        for (int k = 0; k < SCOREBOARDS; k++) {
            const verdict &a = sparse.of(static_cast<scoreboard>(k)), &b = dense.of(static_cast<scoreboard>(k));
            EXPECT_EQ(a.checks, b.checks) << scoreboard_name(static_cast<scoreboard>(k)) << seed;
            EXPECT_EQ(a.failures, b.failures) << scoreboard_name(static_cast<scoreboard>(k)) << seed;
            EXPECT_EQ(std::memcmp(&a.first, &b.first, sizeof a.first), 0) << sparse.first(static_cast<scoreboard>(k))
                                                                         << dense.first(static_cast<scoreboard>(k));
            EXPECT_LE(a.failures, a.checks);
        }
    }
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

TEST(Lines, DifferenceBehindALowWireIsCaught)
{
    Board b;
    b.r.foreign = FOREIGN_SDA_LOW;
    b.run(50);
    b.set(1, TGT_SDA, false, MODEL);
    b.run(3);
    b.only(SB_LINES, "RTL differs");
    EXPECT_EQ(b.of(SB_LINES).failures, 3u);
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
    b.quiet();
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

// --- int ---------------------------------------------------------------------------------------------------------------

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

// --- protocol: commands against symbols --------------------------------------------------------------------------------

TEST(Protocol, WrongBitIsCaught)
{
    Board b;
    b.enable();
    b.address(1, false);
    b.poke(3, 0x81);
    b.command(WR);
    b.bits(0x83);
    b.ninth(2, -1);
    b.done();
    EXPECT_EQ(b.of(SB_PROTOCOL).failures, 1u);
    EXPECT_NE(b.first(SB_PROTOCOL).find("not TXR's"), std::string::npos);
    EXPECT_STREQ(b.of(SB_PROTOCOL).first.clause, "UM10204 3.1.5");
}

TEST(Protocol, MissingPiecesAreCaughtWhenTheCommandIsDone)
{
    const struct { unsigned cr; const char *what; } cases[] = {
        {STA, "without its START"}, {WR, "without all its bits"}, {RD, "without all its bits"}, {STO, "without its STOP"}};
    for (const auto &c : cases) {
        Board b;
        b.enable();
        b.address(1, false);
        b.command(c.cr);
        b.run(200);
        b.done();
        b.run(50);
        b.only(SB_PROTOCOL, c.what);
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, 1u);
    }
}

TEST(Protocol, MissingNinthClockIsCaughtByTheInterrupt)
{
    for (bool ninth : {true, false}) {
        Board b;
        b.poke(2, EN | IEN);
        b.address(1, false);
        b.poke(3, 0x00);
        b.command(WR);
        b.bits(0x00);
        if (ninth) {
            b.pulse = [&](unsigned) { b.set_port(1, 0x00); b.reload(1); };
            b.ninth(2, 1);
        }
        b.set(0, CTL_IRQ, true);
        b.run(50);
        if (ninth)
            b.clean();
        else
            b.only(SB_PROTOCOL, "without its 9th clock");
    }
}

TEST(Protocol, SymbolNobodyCommandedIsCaught)
{
    for (int kind = 0; kind < 3; kind++) {
        Board b;
        b.enable();
        if (kind == 0) {
            b.start();
        } else {
            b.address(1, false);
            kind == 1 ? b.stop() : b.clock();
        }
        b.run(50);
        b.only(SB_PROTOCOL, "nobody commanded");
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, 1u);
    }
}

TEST(Protocol, WrongOrderIsCaughtOnce)
{
    Board b;
    b.enable();
    b.address(1, false);
    b.command(STO);
    b.bits(0xa5); // in place of the STOP
    b.stop();
    b.done();
    EXPECT_EQ(b.of(SB_PROTOCOL).failures, 1u);
    EXPECT_NE(b.first(SB_PROTOCOL).find("STOP was commanded"), std::string::npos);
}

TEST(Protocol, CommandedNinthBitOfAReadIsJudged)
{
    for (bool right : {true, false}) {
        Board b;
        b.enable();
        b.address(1, true);
        b.command(RD | NACK);
        b.target_bits(1, 0xff);
        b.ninth(right ? -1 : 0, right ? -1 : 1);
        b.done();
        if (right)
            b.clean();
        else
            b.only(SB_PROTOCOL, "not the one commanded");
    }
}

TEST(Protocol, CommandWhileTipIsIgnored)
{
    Board b;
    b.enable();
    b.poke(3, 0x42);
    b.command(STA | WR);
    b.start();
    b.poke(4, STO); // TIP is 1
    b.bits(0x42);
    b.ninth(2, -1);
    b.done();
    b.run(500); // and no STOP comes
    b.clean();
    b.stop();
    b.run(50);
    b.only(SB_PROTOCOL, "nobody commanded");
}

TEST(Protocol, IgnoredCommandMayNotReachTheBus)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.enable();
    b.poke(3, 0x42);
    b.command(STA | WR);
    b.start();
    b.poke(4, STO); // TIP is 1
    b.bits(0x42);
    b.ninth(2, -1);
    b.stop();
    b.only(SB_PROTOCOL, "nobody commanded");
}

TEST(Protocol, CommandInDoubtMayHaveBeenTaken)
{
    for (bool taken : {true, false}) {
        Board b;
        b.enable();
        b.poke(3, 0x42);
        b.command(STA | WR);
        b.start();
        b.bits(0x42);
        b.ninth(2, -1);
        b.poke(4, STO); // is TIP still 1? No pin tells
        if (taken)
            b.stop();
        b.done();
        b.clean();
        b.start();
        b.run(50);
        b.only(SB_PROTOCOL, "nobody commanded");
    }
}

TEST(Protocol, InterruptWithoutACauseIsCaught)
{
    Board b;
    b.poke(2, EN | IEN);
    b.run(50);
    b.set(0, CTL_IRQ, true);
    b.run(50);
    b.only(SB_PROTOCOL, "interrupt without a command");
}

// --- protocol: status registers ----------------------------------------------------------------------------------------

TEST(Protocol, StatusMustAgreeWithTheBus)
{
    const struct { unsigned flip; const char *what; } cases[] = {
        {0, ""}, {0x80, "RxACK"}, {0x40, "Busy"}, {0x20, "arbitration lost"}, {0x02, "TIP without a command"}};
    for (const auto &c : cases) {
        for (bool open : {true, false}) {
            Board b;
            b.enable();
            b.address(1, false);
            if (!open) {
                b.command(STO);
                b.stop();
                b.done();
            }
            b.run(50);
            b.status(c.flip);
            if (c.flip)
                b.only(SB_PROTOCOL, c.what);
            else
                b.clean();
        }
    }
}

TEST(Protocol, RxAckFollowsANack)
{
    for (bool right : {true, false}) {
        Board b;
        b.enable();
        b.send(0x60, STA, -1, -1); // nobody there
        b.status(right ? 0 : 0x80);
        if (right)
            b.clean();
        else
            b.only(SB_PROTOCOL, "RxACK");
    }
}

TEST(Protocol, BusyIsFreeFor2usAfterTheEdge)
{
    for (int after : {5, 60}) { // 2 us are 25 clks
        Board b;
        b.enable();
        b.address(1, false);
        b.command(STO);
        b.sda(false); b.run(Q); b.scl(true); b.run(Q); b.sda(true);
        b.run(static_cast<uint64_t>(after));
        b.tip = false;
        b.status(); // still says busy
        EXPECT_EQ(b.of(SB_PROTOCOL).failures, after > 25 ? 1u : 0u) << b.first(SB_PROTOCOL);
    }
}

TEST(Protocol, RxrIsTheByteOnTheWires)
{
    for (unsigned rxr : {0x9au, 0x9bu}) {
        Board b;
        b.enable();
        b.outside(1, 0x65);
        b.address(1, true);
        b.receive(1, 0x9a, NACK | STO);
        b.host(false, 3, rxr);
        if (rxr == 0x9a)
            b.clean();
        else
            b.only(SB_PROTOCOL, "RXR");
    }
}

// --- protocol: who may ACK, who may move SDA ---------------------------------------------------------------------------

TEST(Protocol, PresentTargetMustAckItsAddress)
{
    Board b(true, ALL & ~(1 << SB_INT));
    b.enable();
    b.send(0x42, STA | STO, -1, -1);
    b.only(SB_PROTOCOL, "does not ACK its address");
    EXPECT_EQ(b.of(SB_PROTOCOL).first.socket, 2);
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
}

TEST(Protocol, NobodyAcksAnAbsentOrReservedAddress)
{
    for (unsigned byte : {0x60u, 0x00u, 0x01u, 0x08u, 0xf0u}) { // absent, general call, START byte, Hs, 10-bit
        for (bool acked : {false, true}) {
            Board b;
            b.enable();
            b.send(static_cast<uint8_t>(byte), STA | STO, acked ? 0 : -1, -1);
            if (acked)
                b.only(SB_PROTOCOL, "absent or reserved address");
            else
                b.clean();
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
    EXPECT_EQ(b.of(SB_LINES).failures, 0u);
}

// --- protocol: others on the bus ---------------------------------------------------------------------------------------

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
    for (bool acked : {true, false}) {
        Board b(true, 1 << SB_PROTOCOL);
        auto foreign = [&](unsigned bits) { b.r.foreign = static_cast<uint8_t>(bits); b.run(Q); };
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
        if (disabled)
            b.poke(2, 0);
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
            b.only(SB_PROTOCOL, "without all its bits");
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

} // namespace
