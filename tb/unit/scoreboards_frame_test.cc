// SPDX-License-Identifier: Apache-2.0
//
// The scoreboards together: clean transfers pass, checks are counted, skipping ahead loses and invents nothing.
#include "records.h"

#include <cstring>

namespace {

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
    EXPECT_EQ(b.of(SB_LINES).checks - lines, 11u * 1000); // 3 sockets x 3, wires
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
    EXPECT_EQ(b.of(SB_LINES).checks - before, 1100u);
}

TEST(Frame, UndefinedWiresBeforeTheResetAreNotDecoded)
{
    for (bool again : {false, true}) { // at power-up, and in a reset of everybody in mid transfer
        Board b;
        if (again) {
            b.enable();
            b.poke(3, 0x42);
            b.command(STA | WR);
            b.start();
            b.bits(0x42, 3);
        } else {
            scoreboards_init(&b.s, &b.shape, ALL);
        }
        b.r.rst_n = 0;
        b.scl(false);
        b.run(1);
        b.scl(true);
        b.sda(true);
        b.run(20);
        EXPECT_EQ(b.place(), "bus idle");
        b.r.rst_n = 7;
        b.run(100);
        EXPECT_EQ(b.place(), "bus idle");
        b.busy = b.tip = false;
        b.enable();
        b.send(0x60, STA | STO, -1, -1);
        b.quiet();
    }
}

TEST(Frame, OneSocketOutOfResetIsEnoughToDecode)
{
    Board b(true, 1 << SB_PROTOCOL);
    b.r.rst_n = 4;
    b.run(20);
    b.start();
    b.bits(0x42, 2);
    EXPECT_EQ(b.place(), "bit 5 of the address byte");
}

TEST(Frame, TimesAreRoundedUp)
{
    Board b;
    b.shape.clock_hz = 12500001;
    scoreboards_init(&b.s, &b.shape, ALL);
    EXPECT_EQ(b.s.clks_2us, 26u);
    b.shape.clock_hz = 1000000; // a slow clock: the chips' reaction is what counts
    scoreboards_init(&b.s, &b.shape, ALL);
    EXPECT_EQ(b.s.clks_let_go, 2u * REACTION_CLKS);
}

std::string symbols(scoreboards *s)
{
    std::string text;
    symbol one;
    while (scoreboards_next_symbol(s, &one))
        text += one.kind == SYMBOL_BIT ? static_cast<char>('0' + one.bit) : "SRP.AN"[one.kind];
    return text;
}

struct Skipping : Board { // called where the wires move, and not at deadlines; nobody fetches the symbols
    explicit Skipping(unsigned spike_ns) : Board(false, 1 << SB_LINES, spike_ns) {}
    void step(bool scl_now, bool sda_now)
    {
        scl(scl_now);
        sda(sda_now);
        look();
        r.clk = clk;
        scoreboards_judge(&s, &r);
        clk += 50;
    }
    void bit(bool v)
    {
        step(false, v);
        step(true, v);
    }
};

TEST(Frame, SymbolsWaitInTheirOrder)
{
    Skipping b(0);
    b.step(true, false);
    b.bit(true);
    b.bit(false);
    b.bit(false);
    b.step(false, false);
    EXPECT_EQ(symbols(&b.s), "S100");
}

TEST(Frame, NoMoreSymbolsWaitThanTheLastEight)
{
    Skipping b(0);
    b.step(true, false);
    for (int k = 0; k < 8; k++)
        b.bit(k == 1);
    b.bit(false);
    EXPECT_EQ(symbols(&b.s), "1000000A"); // START and the first bit are gone
    EXPECT_EQ(symbols(&b.s), "");
    for (int k = 0; k < 27; k++)
        b.bit(k == 20);
    EXPECT_EQ(symbols(&b.s), "0100000A");
}

TEST(Frame, DeadlinesThatTheCallerSkipsAreMet)
{
    for (bool finish : {false, true}) {
        Skipping b(400); // 5 clks
        b.step(true, false);
        if (finish) {
            scoreboards_finish(&b.s, b.clk);
            EXPECT_EQ(symbols(&b.s), "S");
        } else {
            b.step(true, true);
            b.run(0);
            scoreboards_finish(&b.s, b.clk);
            EXPECT_EQ(symbols(&b.s), "SP");
        }
    }
}

TEST(Frame, FailureThatIsOverFailsNoMore)
{
    Board b(false, 1 << SB_LINES);
    b.wire_fault = 1;
    b.run(10);
    EXPECT_EQ(scoreboards_failing(&b.s), 1u << SB_LINES);
    b.wire_fault = 0;
    b.run(10);
    EXPECT_EQ(scoreboards_failing(&b.s), 0u);
}

TEST(Frame, TimesAreRoundedUpToWholeClocks)
{
    Board b;
    b.shape.clock_hz = 12500001;
    scoreboards_init(&b.s, &b.shape, ALL);
    EXPECT_EQ(b.s.clks_4us, 51u); // 50.000004
}

TEST(Frame, TheSharpestFilterOnTheBoardSaysWhatNobodySees)
{
    const struct { unsigned ns[3]; uint64_t clks; } cases[] = {{{0, 0, 0}, 5}, {{400, 160, 240}, 2}, {{400, 0, 240}, 3}, {{240, 160, 400}, 2}, {{400, 400, 800}, 5}};
    for (const auto &c : cases) {
        Board b(true, ALL, 400); // 80 ns a clk
        for (int k = 0; k < 3; k++)
            b.shape.socket[k].spike_ns = static_cast<uint16_t>(c.ns[k]);
        scoreboards_init(&b.s, &b.shape, ALL);
        b.r.rst_n = 0;
        b.run(5);
        EXPECT_EQ(b.s.decoder.sharp_clks, c.clks);
    }
}

} // namespace
