// SPDX-License-Identifier: Apache-2.0
//
// The board without RTL: one clock edge after the other, the short way over quiet clocks, and sockets in any order.
#include "board_bench.h"

#include <algorithm>

#include "../../cmodel/pcf8574.h"

// The types of the simulator's wrappers/devices.c, and some that only the tests have.
extern const controller_type i2c_controller_type;
extern const target_type pcf8574_type, pcf8574a_type;

namespace {

const uint64_t never = UINT64_MAX;

// Pulls SDA low for one clk, every `spike_ns` clks.
struct pulser {
    uint64_t every;
};

void pulser_init(void *state, const config_socket *socket, unsigned) { static_cast<pulser *>(state)->every = socket->spike_ns; }

uint64_t pulser_step(void *state, uint64_t clk, const target_pins *in, uint16_t *out)
{
    const uint64_t every = static_cast<pulser *>(state)->every;
    const bool now = in->rst_n && clk % every == 0;
    *out = static_cast<uint16_t>(TGT_RESET & ~(now ? unsigned{TGT_SDA} : 0));
    return now ? clk + 1 : (clk / every + 1) * every;
}

// Shows on its port how often it has seen SDA low, and never asks to be stepped.
struct counter {
    uint8_t seen;
};

void counter_init(void *state, const config_socket *, unsigned) { static_cast<counter *>(state)->seen = 0; }

uint64_t counter_step(void *state, uint64_t, const target_pins *in, uint16_t *out)
{
    counter *x = static_cast<counter *>(state);
    if (!in->sda)
        x->seen++;
    *out = static_cast<uint16_t>((TGT_RESET & ~unsigned{TGT_PORT}) | unsigned{x->seen} << TGT_PORT_SHIFT);
    return never;
}

// Pulls INT although no pin ever moves: every `spike_ns` clks for ten.
uint64_t liar_step(void *state, uint64_t clk, const target_pins *in, uint16_t *out)
{
    const uint64_t every = static_cast<pulser *>(state)->every, phase = clk % every;
    *out = static_cast<uint16_t>(TGT_RESET & ~(in->rst_n && phase < 10 ? unsigned{TGT_INT_N} : 0));
    return clk + (phase < 10 ? 10 - phase : every - phase);
}

uint32_t no_straps(const config_socket *) { return 0; }

const target_type pulser_type{"pulser", sizeof(pulser), pulser_init, pulser_step, no_straps};
const target_type counter_type{"counter", sizeof(counter), counter_init, counter_step, no_straps};
const target_type liar_type{"liar", sizeof(pulser), pulser_init, liar_step, no_straps};
const target_type too_big_type{"too-big", SOCKET_STATE + 1, counter_init, counter_step, no_straps};

} // namespace

const controller_type *const controller_types[] = {&i2c_controller_type, nullptr};
const target_type *const target_types[] = {&pcf8574_type, &pcf8574a_type, &pulser_type, &counter_type, &liar_type, &too_big_type, nullptr};

namespace {

const Target liar{"liar", "liar", 0x21, "nxp", 777};

bool operator==(const std::vector<record> &a, const std::vector<record> &b)
{
    return a.size() == b.size() && memcmp(a.data(), b.data(), a.size() * sizeof(record)) == 0;
}

void all_turns_alike(const std::vector<Target> &on_board, const std::vector<Target> &cast, bool clean)
{
    for (unsigned seed = 1; seed <= 6; seed++) {
        Bench leap(on_board, LEAP);
        leap.play(seed, cast, 40);
        EXPECT_EQ(leap.failures() == 0, clean) << leap.verdicts()[SB_LINES] << leap.verdicts()[SB_INT];
        EXPECT_LE(leap.stuck, 4u) << "of 40: more would test little";
        EXPECT_LT(leap.b->edges_looked_at, leap.b->clk / 3) << "it hardly leaps";
        for (int turn = EDGES; turn < TURNS; turn++) {
            SCOPED_TRACE("seed " + std::to_string(seed) + " turn " + std::to_string(turn));
            Bench b(on_board, static_cast<Turn>(turn));
            b.play(seed, cast, 40);
            EXPECT_EQ(b.b->clk, leap.b->clk);
            EXPECT_EQ(b.digests(), leap.digests());
            EXPECT_EQ(b.heard, leap.heard);
            EXPECT_EQ(b.verdicts(), leap.verdicts());
            EXPECT_TRUE(b.records() == leap.records());
            EXPECT_EQ(b.b->edges_looked_at, turn == EDGES ? leap.b->edges_looked_at : b.b->clk);
        }
    }
}

TEST(Board, LeapingOverQuietClocksChangesNothing) { all_turns_alike({u1, u2, u3}, {u1, u2, u3}, true); }

TEST(Board, LeapingOverQuietClocksCountsFailuresAlike) { all_turns_alike({u1, liar}, {u1}, false); }

TEST(Board, LeapingEndsAtTheClkThatWasAskedFor)
{
    for (uint64_t clks : {1u, 2u, 3u, 50u, 4999u}) {
        Bench b({u1}, LEAP);
        b.power_up();
        const uint64_t from = b.b->clk;
        b.run(clks);
        EXPECT_EQ(b.b->clk, from + clks);
    }
}

TEST(Board, AStopIsAtTheSameClkHoweverTheClockIsTurned)
{
    uint64_t first = 0;
    for (int turn = LEAP; turn < TURNS; turn++) {
        Bench b({u1}, static_cast<Turn>(turn));
        b.power_up();
        board_listener listener{};
        listener.ctx = b.b.get();
        listener.symbol = [](void *ctx, const symbol *s) { // as a signal might, in the middle of nothing
            if (s->kind == SYMBOL_BIT)
                static_cast<board *>(ctx)->stop = BOARD_STOP_INTERRUPT;
        };
        board_listen(b.b.get(), &listener);
        const uint8_t byte = 0x55;
        firmware_add_write(&b.b->stimulus.firmware, 0x20, &byte, 1, true);
        b.run(100000);
        first = turn == LEAP ? b.b->clk : first;
        EXPECT_LT(b.b->clk, 3000u);
        EXPECT_EQ(b.b->clk, first) << turn;
    }
}

TEST(Board, WhatADevicePutsOutAtAnEdgeIsSeenAtTheNextSample)
{
    for (int turn = LEAP; turn < TURNS; turn++) {
        Bench b({{"p", "pulser", 0x20, "", 100}, {"n", "counter", 0x21, "", 50}}, static_cast<Turn>(turn));
        b.run(10);
        b.b->stimulus.next.rst_n = 7;
        b.run(440);
        std::vector<uint64_t> low, shown;
        const auto records = b.records();
        for (size_t i = 1; i < records.size(); i++) {
            const record &was = records[i - 1], &now = records[i];
            if (i > 1 && was.sda != now.sda)
                low.push_back(now.clk);
            if (i > 1 && was.pins[1] != now.pins[1])
                shown.push_back(now.clk);
        }
        EXPECT_EQ(low, (std::vector<uint64_t>{101, 102, 201, 202, 301, 302, 401, 402})) << turn;
        EXPECT_EQ(shown, (std::vector<uint64_t>{102, 202, 302, 402})) << "the one that only listens reacts to that sample: " << turn;
    }
}

TEST(Board, AHostWordIsOnTheBusOneClockAndItsAckTheNext)
{
    Bench b({}, LEAP);
    b.run(32);
    b.b->stimulus.next.rst_n = 1;
    b.run(32);
    const uint64_t from = b.b->clk; // the first edge that sees the program
    firmware_add(&b.b->stimulus.firmware, FIRMWARE_WRITE, 0, 0x18, 0);
    b.until_done();
    uint64_t word = 0, ack = 0, gone = 0;
    b.run(5);
    for (const record &r : b.records()) {
        word = !word && r.host ? r.clk : word;
        ack = !ack && r.out[0][TWIN_C] & CTL_ACK ? r.clk : ack;
        gone = ack && !gone && !r.host ? r.clk : gone;
    }
    EXPECT_EQ(word, from + 1);
    EXPECT_EQ(ack, from + 2);
    EXPECT_EQ(gone, from + 3);
}

TEST(Board, OrderOfSocketsDoesNotMatter)
{
    const std::vector<Target> cast{u1, u2, u3};
    for (unsigned seed = 1; seed <= 4; seed++) {
        Bench plain(cast, LEAP);
        plain.play(seed, cast, 40);
        std::vector<int> order{0, 1, 2};
        while (std::next_permutation(order.begin(), order.end())) {
            SCOPED_TRACE("seed " + std::to_string(seed));
            Bench b({cast[order[0]], cast[order[1]], cast[order[2]]}, LEAP);
            b.play(seed, cast, 40);
            EXPECT_EQ(b.digests(3), plain.digests(3)); // the fourth has the ports in the order of their sockets
            EXPECT_EQ(b.heard, plain.heard);
            EXPECT_EQ(b.verdicts(), plain.verdicts());
            for (const Target &t : cast)
                EXPECT_EQ(b.story(t), plain.story(t)) << t.name;
        }
    }
}

TEST(Board, DigestsSeeEveryWire)
{
    const std::vector<Target> cast{u1, u2};
    Bench plain(cast, LEAP);
    plain.play(1, cast, 20);
    Bench other(cast, LEAP);
    other.play(2, cast, 20);
    for (int i = 0; i < BOARD_DIGESTS; i++) {
        EXPECT_NE(plain.b->digest[i], 0u) << i;
        EXPECT_NE(plain.b->digest[i], other.b->digest[i]) << i;
    }
}

TEST(Board, DigestsSeeWhatAPortShowsAndNotOnlyWhen)
{
    Bench one({u1}, LEAP), other({u1}, LEAP);
    for (Bench *b : {&one, &other}) {
        const uint8_t byte = b == &one ? 0x0f : 0xf0;
        b->power_up();
        firmware_add_write(&b->b->stimulus.firmware, 0x20, &byte, 1, true);
        b->until_done();
    }
    EXPECT_EQ(one.b->clk, other.b->clk);
    EXPECT_EQ(one.b->digest[0], other.b->digest[0]);
    EXPECT_NE(one.b->digest[3], other.b->digest[3]);
}

TEST(Board, TheRecorderFreezesAroundTheFirstFailure)
{
    Bench b({u1, liar}, LEAP, 16);
    b.power_up();
    b.run(100000);
    scoreboards_finish(&b.b->scoreboards, b.b->clk);
    const mismatch &first = scoreboards_verdict(&b.b->scoreboards, SB_INT)->first;
    ASSERT_TRUE(first.valid);
    const auto kept = b.records();
    ASSERT_EQ(kept.size(), 16u);
    EXPECT_LE(kept[7].clk, first.clk);
    EXPECT_GT(kept[8].clk, first.clk);
}

TEST(Board, ResetOfEverySocketIsSaidToBeACut)
{
    Bench b({u1, u2}, LEAP);
    b.power_up();
    b.heard.clear();
    b.event(STIMULUS_RESET_ON, b.b->clk + 10, -1, 3, 100); // but u2
    const uint64_t last = b.b->clk + 50;
    b.event(STIMULUS_RESET_ON, last, -1, 4, 20);
    b.run(500);
    EXPECT_EQ(b.heard, (std::vector<std::string>{"cut " + std::to_string(last + 1) + " 0 0"}));
}

TEST(Board, EveryModelGetsItsOwnFilterDepth)
{
    Target slow = u3;
    slow.spike_ns = 400;
    const Bench b({u1, slow}, LEAP);
    EXPECT_EQ(reinterpret_cast<const i2c_controller *>(b.b->state[0])->symbols.filter_clks, 0 + 2);
    EXPECT_EQ(reinterpret_cast<const pcf8574 *>(b.b->state[1])->target.symbols.filter_clks, 1 + 2);
    EXPECT_EQ(reinterpret_cast<const pcf8574 *>(b.b->state[2])->target.symbols.filter_clks, 5 + 2);
}

TEST(Board, ATypeWithoutAnAdapterIsRefused)
{
    Bench b({u1}, LEAP);
    auto fresh = std::make_unique<board>();
    for (const char *type : {"", "pcf8575", "too-big"}) {
        config c = b.c;
        snprintf(c.socket[1].type, sizeof c.socket[1].type, "%s", type);
        EXPECT_NE(board_init(fresh.get(), &c), nullptr) << type;
    }
    config c = b.c;
    snprintf(c.socket[0].type, sizeof c.socket[0].type, "pcf8574");
    EXPECT_NE(board_init(fresh.get(), &c), nullptr);
    EXPECT_EQ(board_init(fresh.get(), &b.c), nullptr);
}

} // namespace

TEST(Board, ListenersHearWhoFailsAndWhenItEnds)
{
    Bench b({u1}, LOOK);
    b.power_up();
    b.b->stimulus.next.foreign = FOREIGN_SDA_HIGH; // forced for one clk, while nobody pulls: legal, nothing fails
    b.run(50);
    for (const std::string &line : b.heard)
        EXPECT_NE(line.substr(0, 7), "failing") << line;
    b.b->c_out[1] &= static_cast<uint16_t>(~TGT_INT_N); // a chip that reports an interrupt without a reason
    b.run(400);
    std::vector<std::string> told;
    for (const std::string &line : b.heard)
        if (line.substr(0, 7) == "failing")
            told.push_back(line.substr(line.rfind(' ', line.size() - 3) + 1));
    ASSERT_GE(told.size(), 1u);
    EXPECT_EQ(told[0], std::to_string(1 << SB_INT) + " 0");
    EXPECT_GT(scoreboards_verdict(&b.b->scoreboards, SB_INT)->failures, 0u);
    EXPECT_NE(b.b->recorder.freeze_at, UINT64_MAX);
}
