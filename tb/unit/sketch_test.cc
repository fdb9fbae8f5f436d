// SPDX-License-Identifier: Apache-2.0
//
// Sketches: what is kept around a mismatch, and how it is drawn.
#include "../sketch.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "../card.h"
#include "text_file.h"

namespace {

enum { PERIOD = 50, COLUMN = PERIOD / 5 }; // clks

// A board without a clock: the test says what is on the wires, and when.
struct Bench {
    std::unique_ptr<board> b{new board()};
    std::unique_ptr<sketches> s{new sketches()};
    std::vector<record> ring, kept;
    TextFile log;
    transactions t;
    record r{};

    explicit Bench(size_t size = 256, bool roll_on = true) : ring(size), kept(size)
    {
        b->shape.clock_hz = 1000000; // a clk is a us
        b->shape.targets = 1;
        for (int k = 0; k < 2; k++) {
            b->shape.socket[k].present[TWIN_RTL] = b->shape.socket[k].present[TWIN_C] = true;
            for (int twin = 0; twin < TWINS; twin++)
                r.out[k][twin] = k ? uint16_t{TGT_RESET} : uint16_t{CTL_RESET};
        }
        r.scl = r.sda = r.int_n = true;
        r.rst_n = 3;
        recorder_init(&b->recorder, ring.data(), size);
        if (roll_on)
            recorder_roll_on(&b->recorder, kept.data());
        transactions_init(&t, log, 1000000);
        transactions_listen(&t, b.get());
        sketches_listen(s.get(), b.get(), &t, PERIOD);
        sketches_scenario(s.get(), 0);
    }
    void at(uint64_t clk) // the levels set before are those from clk on
    {
        r.clk = clk;
        b->clk = clk + 1;
        recorder_push(&b->recorder, &r);
        for (unsigned i = 0; i < b->listeners; i++)
            if (b->listener[i].record)
                b->listener[i].record(b->listener[i].ctx, &r);
    }
    void scl(uint64_t clk, bool level) { r.scl = level; at(clk); }
    void sda(uint64_t clk, bool level) { r.sda = level; at(clk); }
    void clock(uint64_t from, uint64_t to) // SCL low for three fifths of each period from `from` on
    {
        for (; from < to; from += PERIOD) {
            scl(from, false);
            scl(from + 3 * COLUMN, true);
        }
    }
    void twin(int socket, int twin, unsigned mask, unsigned bits)
    {
        r.out[socket][twin] = static_cast<uint16_t>((r.out[socket][twin] & ~mask) | bits);
    }
    void symbol(uint64_t clk, symbol_kind kind, uint8_t byte = 0, unsigned index = 0)
    {
        struct symbol one{};
        one.clk = clk;
        one.kind = kind;
        one.bit = kind == SYMBOL_BIT && byte;
        one.byte = byte;
        one.index = index;
        for (unsigned i = 0; i < b->listeners; i++)
            if (b->listener[i].symbol)
                b->listener[i].symbol(b->listener[i].ctx, &one);
    }
    static mismatch wrong(uint64_t clk, int socket, const char *pin, uint32_t expected, uint32_t seen, uint8_t bits, const char *clause = "lockstep")
    {
        mismatch m{};
        m.valid = true;
        m.clk = clk;
        m.socket = socket;
        snprintf(m.pin, sizeof m.pin, "%s", pin);
        m.expected = expected;
        m.seen = seen;
        m.bits = bits;
        snprintf(m.clause, sizeof m.clause, "%s", clause);
        return m;
    }
    const sketch *find(int board = SB_LINES, unsigned scenario = 0) const { return sketches_find(s.get(), scenario, board); }
    std::string drawn(const mismatch &m, int board = SB_LINES, unsigned scenario = 0)
    {
        static const paint plain{"", "", "", "", ""};
        TextFile text;
        const sketch *one = find(board, scenario);
        if (!one || card_no_drawing(one))
            return one ? card_no_drawing(one) : "none";
        sketch_print(one, &m, b->shape.clock_hz, &plain, text);
        return "\n" + text.text();
    }
};

TEST(Sketch, ALevelIsDrawnAsExpectedAndAsSeen)
{
    Bench b;
    b.at(2);
    b.clock(500, 1000); // the mismatch will be at 1000: the picture is 600 .. 1199
    b.twin(0, TWIN_C, CTL_SDA, 0);
    b.scl(1000, false);
    const mismatch m = b.wrong(1000, 0, "sda", 0, 1, 1);
    sketches_add(b.s.get(), SB_LINES, &m);
    b.symbol(980, SYMBOL_BIT, 1);
    b.twin(0, TWIN_RTL, CTL_SDA, 0);
    b.sda(1020, false);
    b.scl(1030, true);
    b.clock(1050, 1100);
    b.scl(1100, false);
    b.scl(1130, true);
    b.sda(1150, true);
    b.symbol(1150, SYMBOL_STOP);
    b.at(1400);
    EXPECT_EQ(b.drawn(m), R"(
    symbols                                         1                P
    SCL       ___/-\__/-\__/-\__/-\__/-\__/-\__/-\__/-\__/-\__/-\__/------
    SDA       ------------------------------------------\____________/----
    expected  ----------------------------------------\___________________
    seen      ------------------------------------------\_________________
                                                      ^ 1000.000 us
)");
}

TEST(Sketch, ABytePortIsDrawnWithItsDigits)
{
    Bench b;
    b.at(2);
    b.twin(1, TWIN_C, TGT_PORT, 0x5a << TGT_PORT_SHIFT);
    b.at(1000);
    const mismatch m = b.wrong(1000, 1, "port", 0x5a, 0xff, 8);
    sketches_add(b.s.get(), SB_GPIO, &m);
    b.twin(1, TWIN_RTL, TGT_PORT, 0x5a << TGT_PORT_SHIFT);
    b.at(1040);
    b.at(1400);
    EXPECT_EQ(b.drawn(m, SB_GPIO), R"(
    SCL       ------------------------------------------------------------
    SDA       ------------------------------------------------------------
    expected  =ff=====================================X5a=================
    seen      =ff=========================================X5a=============
                                                      ^ 1000.000 us
    SCL has been high since 2.000 us
)");
}

TEST(Sketch, AStuckBusSaysSinceWhen)
{
    Bench b;
    b.at(2);
    b.sda(100, false);
    b.scl(150, false); // and never moves again
    b.sda(5000, true);
    b.sda(6000, false);
    b.b->clk = 90001;
    const mismatch m = b.wrong(90000, -1, "expression", 0, 0, 0, "the scenario's own expectation");
    sketches_add(b.s.get(), SCOREBOARDS, &m);
    sketches_close(b.s.get());
    EXPECT_EQ(b.drawn(m, SCOREBOARDS), R"(
    SCL       _________________________________________
    SDA       _________________________________________
                                                      ^ 90000.000 us
    SCL has been low since 150.000 us
)");
}

TEST(Sketch, WhatOnlyTheRuleTellsIsExpectedForOnePeriod)
{
    Bench b;
    b.at(2);
    b.clock(500, 1000);
    const mismatch m = b.wrong(1000, 1, "int_n", 0, 1, 1, "NXP PCF8574 8.5, tv(INT)");
    sketches_add(b.s.get(), SB_INT, &m);
    b.at(1400);
    const std::string text = b.drawn(m, SB_INT);
    EXPECT_NE(text.find("\n    expected                                          _____\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\n    INT       ----"), std::string::npos) << "INT failed, so it is drawn though it did not move\n" << text;
    EXPECT_NE(text.find("\n    seen      ----"), std::string::npos) << text;
}

TEST(Sketch, APinThatDoesNotShowWhatWasSeenIsDrawnUnderItsOwnName)
{
    Bench b;
    b.at(2);
    b.twin(0, TWIN_RTL, CTL_DAT, 0x41u << CTL_DAT_SHIFT);
    b.at(700);
    const mismatch bit = b.wrong(1000, 0, "dat", 0, 1, 1, "UM10204 3.1.8"); // one bit of SR
    sketches_add(b.s.get(), SB_PROTOCOL, &bit);
    b.at(1400);
    const std::string text = b.drawn(bit, SB_PROTOCOL);
    EXPECT_EQ(text.find("seen"), std::string::npos) << text;
    EXPECT_NE(text.find("\n    dat       =00=======X41="), std::string::npos) << text;
}

TEST(Sketch, AnAckIsSeenOnSda)
{
    Bench b;
    b.at(2);
    b.sda(950, false);
    const mismatch m = b.wrong(1000, 1, "symbol", 1, 0, 1, "UM10204 3.1.6");
    sketches_add(b.s.get(), SB_PROTOCOL, &m);
    b.at(1400);
    EXPECT_TRUE(b.find(SB_PROTOCOL)->pin.paired && b.find(SB_PROTOCOL)->pin.told);
    EXPECT_NE(b.drawn(m, SB_PROTOCOL).find("    seen      -----------------------------------\\____"), std::string::npos) << b.drawn(m, SB_PROTOCOL);
}

TEST(Sketch, TheWireAgainstItsDrivers)
{
    Bench b;
    b.at(2);
    b.twin(1, TWIN_RTL, TGT_SDA, 0); // drives
    b.at(1000);
    b.b->shape.socket[1].drive = TWIN_RTL;
    const mismatch m = b.wrong(1000, -1, "sda", 0, 1, 1, "UM10204 3.1.1");
    sketches_add(b.s.get(), SB_LINES, &m);
    b.at(1400);
    const sketch *one = b.find();
    EXPECT_TRUE(one->pin.paired);
    EXPECT_FALSE(one->pin.told);
    EXPECT_NE(b.drawn(m).find("expected  ----------------------------------------\\___"), std::string::npos) << b.drawn(m);
}

TEST(Sketch, ForeignDriversAreAmongThem)
{
    for (unsigned foreign : {FOREIGN_SDA_LOW, FOREIGN_SDA_HIGH}) {
        Bench b;
        b.at(2);
        b.twin(0, TWIN_RTL, CTL_SDA, foreign == FOREIGN_SDA_LOW ? CTL_SDA : 0);
        b.r.foreign = static_cast<uint8_t>(foreign);
        b.r.sda = foreign == FOREIGN_SDA_LOW; // the net is wrong
        b.at(1000);
        const mismatch m = b.wrong(1000, -1, "sda", foreign == FOREIGN_SDA_HIGH, b.r.sda, 1, "UM10204 3.1.1");
        sketches_add(b.s.get(), SB_LINES, &m);
        EXPECT_TRUE(b.find()->pin.paired) << foreign;
        EXPECT_FALSE(b.find()->pin.told) << foreign;
    }
}

TEST(Sketch, ManyChangesInOneColumnAreABar)
{
    Bench b;
    b.at(2);
    for (uint64_t clk = 901; clk < 907; clk++)
        b.sda(clk, clk & 1);
    const mismatch m = b.wrong(1000, 0, "sda", 0, 1, 1);
    sketches_add(b.s.get(), SB_LINES, &m);
    b.at(1400);
    EXPECT_NE(b.drawn(m).find("SDA       ------------------------------|____"), std::string::npos) << b.drawn(m);
}

TEST(Sketch, TheScenariosEndEndsThePicture)
{
    Bench b;
    b.at(2);
    b.at(1000);
    const mismatch m = b.wrong(1000, 0, "sda", 0, 1, 1);
    sketches_add(b.s.get(), SB_LINES, &m);
    b.b->clk = 1015;
    sketches_close(b.s.get());
    b.sda(1030, false); // the next scenario's
    EXPECT_EQ(b.find()->to, 1015u);
    EXPECT_NE(b.drawn(m).find("SDA       ------------------------------------------\n"), std::string::npos) << b.drawn(m);
}

TEST(Sketch, TransfersOfThisScenarioUpToTheMismatch)
{
    Bench b;
    uint64_t clk = 10;
    auto transfer = [&](uint8_t address, bool stop) {
        b.symbol(clk, SYMBOL_START);
        b.symbol(clk + 1, SYMBOL_ACK, address);
        b.symbol(clk + 2, SYMBOL_NACK, 0xa5, 1);
        if (stop)
            b.symbol(clk + 3, SYMBOL_STOP);
        clk += 10;
    };
    b.at(2);
    for (int i = 0; i < 3; i++)
        transfer(0x40, true);
    b.b->clk = clk;
    sketches_scenario(b.s.get(), 1);
    transfer(0x41, true);
    transfer(0x42, false);
    const mismatch m = b.wrong(clk - 5, 0, "sda", 0, 1, 1);
    sketches_add(b.s.get(), SB_LINES, &m);
    b.symbol(clk, SYMBOL_STOP);
    transfer(0x44, true); // after the mismatch
    sketches_close(b.s.get());
    const sketch *one = b.find(SB_LINES, 1);
    ASSERT_EQ(one->transfers, 2u);
    char text[64];
    transfer_text(&one->transfer[0], text, sizeof text);
    EXPECT_STREQ(text, "S R 0x20 A a5 N P");
    transfer_text(&one->transfer[1], text, sizeof text);
    EXPECT_STREQ(text, "S W 0x21 A a5 N P");
}

TEST(Sketch, OneAScenarioAndScoreboardUntilThereIsNoRoom)
{
    Bench b;
    b.at(2);
    for (unsigned i = 0; i <= SKETCHES; i++) {
        sketches_scenario(b.s.get(), i);
        for (int again = 0; again < 3; again++) {
            const mismatch m = b.wrong(10 + i + 1000 * again, 0, "sda", 0, 1, 1);
            sketches_add(b.s.get(), SB_LINES, &m);
        }
        sketches_close(b.s.get());
    }
    EXPECT_EQ(b.s->count, unsigned{SKETCHES});
    for (unsigned i = 0; i < SKETCHES; i++) {
        ASSERT_NE(b.find(SB_LINES, i), nullptr) << i;
        ASSERT_EQ(b.find(SB_LINES, i)->clk, 10 + i);
    }
    EXPECT_EQ(b.find(SB_LINES, SKETCHES), nullptr);
    EXPECT_STREQ(card_no_drawing(nullptr), "only the first 64 mismatches of a run are drawn");
}

TEST(Sketch, ALaterMismatchHasItsPictureToo)
{
    for (bool roll_on : {true, false}) {
        Bench b(16, roll_on);
        b.at(2);
        recorder_freeze(&b.b->recorder); // the run's first failure, long ago
        for (uint64_t clk = 10; clk < 2000; clk += 10)
            b.sda(clk, clk % 20 != 0);
        sketches_scenario(b.s.get(), 1);
        const mismatch m = b.wrong(1990, 0, "sda", 0, 1, 1);
        sketches_add(b.s.get(), SB_LINES, &m);
        b.at(2500);
        const sketch *one = b.find(SB_LINES, 1);
        ASSERT_NE(one, nullptr);
        EXPECT_EQ(card_no_drawing(one) == nullptr, roll_on);
        EXPECT_EQ(one->from, roll_on ? 1990u - 150 : UINT64_MAX); // the ring is short
    }
}

TEST(Sketch, AMismatchThatTheRingHasLostIsNotDrawn)
{
    Bench b(16);
    for (uint64_t clk = 2; clk < 2000; clk += 10)
        b.sda(clk, clk & 2);
    const mismatch m = b.wrong(100, 0, "sda", 0, 1, 1);
    sketches_add(b.s.get(), SB_LINES, &m);
    sketches_close(b.s.get());
    EXPECT_EQ(b.drawn(m), "the recorder no longer has them (record.ring is short)");
}

TEST(Sketch, OfTooManyChangesTheNearestAreKept)
{
    Bench b(4096);
    uint64_t clk = 600;
    for (; clk <= 1000; clk++)
        b.sda(clk, clk & 1);
    const mismatch m = b.wrong(1000, 0, "sda", 0, 1, 1);
    sketches_add(b.s.get(), SB_LINES, &m);
    for (; clk < 1400; clk++)
        b.sda(clk, clk & 1);
    const sketch *one = b.find();
    EXPECT_EQ(one->changes, unsigned{SKETCH_CHANGES});
    EXPECT_LE(one->from, 1000u);
    EXPECT_GT(one->to, 1000u);
    EXPECT_NE(b.drawn(m).find("too many changes to draw them all"), std::string::npos);
}

TEST(Sketch, NoLineIsWiderThan78Columns)
{
    Bench b(4096);
    b.at(2);
    b.clock(500, 1000);
    const mismatch m = b.wrong(1000, 1, "port", 0x00, 0xff, 8, "a rule");
    sketches_add(b.s.get(), SB_GPIO, &m);
    for (uint64_t clk = 700; clk < 1200; clk += 9)
        b.symbol(clk, clk % 5 ? SYMBOL_RESTART : SYMBOL_ACK, 0xa5);
    b.clock(1000, 1400);
    size_t widest = 0, column = 0;
    for (char c : b.drawn(m, SB_GPIO)) {
        column = c == '\n' ? 0 : column + 1;
        widest = column > widest ? column : widest;
        EXPECT_TRUE(c == '\n' || (c >= ' ' && c <= '~'));
    }
    EXPECT_LE(widest, 78u);
    EXPECT_GE(widest, 70u);
}

TEST(Sketch, TheSvgHasATitleAndARowForEachSignal)
{
    Bench b;
    b.at(2);
    b.clock(500, 1000);
    const mismatch m = b.wrong(1000, 0, "sda", 0, 1, 1);
    sketches_add(b.s.get(), SB_LINES, &m);
    b.clock(1000, 1400);
    TextFile text;
    sketch_svg(b.find(), &m, 1000000, 7, text);
    const std::string svg = text.text();
    for (const char *part : {"<svg ", "role=\"img\"", "aria-labelledby=\"sketch7\"", "<title id=\"sketch7\">", ">SCL<", ">SDA<", ">expected<", ">seen<", "</svg>"})
        EXPECT_NE(svg.find(part), std::string::npos) << part;
    EXPECT_EQ(svg.find(">INT<"), std::string::npos) << "it did not move";
    EXPECT_EQ(svg.find("nan"), std::string::npos);
}

} // namespace
