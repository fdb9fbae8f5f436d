// SPDX-License-Identifier: Apache-2.0
//
// Boards of C twins alone for board_test.cc: device types of its own, ways to turn the clock, a random play, and what a run leaves.
// 12.5 MHz, 124 clks an SCL period. Targets are named; a play speaks of them by their names, wherever they sit.
#ifndef TWINWIRE_UNIT_BOARD_BENCH_H
#define TWINWIRE_UNIT_BOARD_BENCH_H

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "../engine.h"

struct Target {
    const char *name, *type;
    uint8_t addr;
    const char *personality;
    unsigned spike_ns;
};

const Target u1{"u1", "pcf8574", 0x20, "nxp", 100}, u2{"u2", "pcf8574", 0x27, "ti", 70}, u3{"u3", "pcf8574a", 0x3a, "ti", 70};

// How the clock is turned. All must come to the same.
enum Turn { LEAP, EDGES, LOOK, LOOK_AFRESH, TURNS };

struct Bench {
    config c{};
    std::vector<Target> targets;
    std::unique_ptr<board> b{new board};
    std::vector<record> ring;
    Turn turn;
    unsigned stuck = 0;             // programs that did not end
    std::vector<std::string> heard; // symbols, cuts, and what the firmware found

    Bench(std::vector<Target> on_board, Turn how, size_t ring_size = RECORDER_MAX) : targets(std::move(on_board)), ring(ring_size), turn(how)
    {
        c.clock_hz = 12500000;
        c.scl_hz = 100000;
        c.spike_ns = 50;
        c.prescale = 24;
        c.checks = (1 << SCOREBOARDS) - 1;
        c.targets = static_cast<unsigned>(targets.size());
        socket(0, {"ctl", "i2c-controller", 0, "", 50});
        for (unsigned i = 0; i < c.targets; i++)
            socket(1 + i, targets[i]);
        EXPECT_EQ(board_init(b.get(), &c), nullptr);
        b->look_at_every_edge = turn == LOOK_AFRESH;
        recorder_init(&b->recorder, ring.data(), ring.size());
        board_listener listener{};
        listener.ctx = this;
        listener.symbol = [](void *ctx, const symbol *s) {
            Bench *bench = static_cast<Bench *>(ctx);
            bench->hear("symbol", s->clk, s->kind << 16 | s->bit << 8 | s->byte, s->index);
            bench->hear("heard", bench->b->clk, 0, 0);
        };
        listener.cut = [](void *ctx, uint64_t clk) { static_cast<Bench *>(ctx)->hear("cut", clk, 0, 0); };
        listener.failing = [](void *ctx, uint64_t clk, unsigned bits) { static_cast<Bench *>(ctx)->hear("failing", clk, bits, 0); };
        board_listen(b.get(), &listener);
    }
    void socket(unsigned s, const Target &t)
    {
        config_socket &to = c.socket[s];
        snprintf(to.name, sizeof to.name, "%s", t.name);
        snprintf(to.type, sizeof to.type, "%s", t.type);
        snprintf(to.personality, sizeof to.personality, "%s", t.personality);
        to.drives = TWIN_C;
        to.present[TWIN_C] = true;
        to.addr = t.addr;
        to.spike_ns = t.spike_ns;
        c.filter_clks[s] = static_cast<unsigned>(t.spike_ns * c.clock_hz / 1000000000 + 2);
    }
    void hear(const char *what, uint64_t clk, unsigned a, unsigned b2)
    {
        heard.push_back(what + (" " + std::to_string(clk)) + " " + std::to_string(a) + " " + std::to_string(b2));
    }
    unsigned index(const Target &t) const // of the target of that name
    {
        for (unsigned i = 0; i < targets.size(); i++)
            if (strcmp(targets[i].name, t.name) == 0)
                return i;
        ADD_FAILURE() << "no " << t.name;
        return 0;
    }

    void turn_to(uint64_t until)
    {
        if (turn == LEAP)
            model_engine.run(model_engine.ctx, b.get(), until);
        while (b->clk < until && b->stop == BOARD_GO)
            turn == EDGES ? board_edge(b.get(), 0) : board_look(b.get(), 0);
    }
    void run(uint64_t clks)
    {
        board_touch(b.get());
        turn_to(b->clk + clks);
    }
    void until_done(firmware *f)
    {
        board_touch(b.get());
        b->wait_for = f;
        if (firmware_busy(f))
            turn_to(b->clk + 60000);
        stuck += firmware_busy(f); // a spike that looked like a START, a target that was reset in the middle of a byte
        b->stop = BOARD_GO;
        b->wait_for = nullptr;
        hear("firmware", b->clk, static_cast<unsigned>(f->status) << 16 | f->sr, f->acked);
        for (unsigned i = 0; i < f->data_count; i++)
            hear("data", i, f->data[i], 0);
        firmware_clear(f);
    }
    void until_done() { until_done(&b->stimulus.firmware); }
    void power_up()
    {
        const stimulus_out now = b->stimulus.now;
        stimulus_init(&b->stimulus, 0, static_cast<uint8_t>(c.filter_clks[0]));
        b->stimulus.now = now; // until the next edge the wires are as they were
        run(32);
        b->stimulus.next.rst_n = static_cast<uint8_t>((1u << (1 + c.targets)) - 1);
        run(32);
        firmware_add_setup(&b->stimulus.firmware, c.prescale);
        until_done();
    }
    void event(stimulus_kind kind, uint64_t clk, int slot, uint16_t value, uint64_t clks, uint8_t target = 0)
    {
        const stimulus_event e{clk, slot, kind, target, value, clks, 0};
        EXPECT_TRUE(stimulus_add(&b->stimulus, &e));
        board_touch(b.get());
    }

    // One transfer of a random kind, with whatever may happen beside it.
    void transfer(std::mt19937 &any, const std::vector<Target> &cast)
    {
        firmware *host = &b->stimulus.firmware;
        const unsigned was_stuck = stuck;
        const Target &t = cast[any() % cast.size()];
        const uint8_t addr = static_cast<uint8_t>(any() % 8 ? t.addr : 0x50);
        uint8_t bytes[4];
        const unsigned count = 1 + any() % 3, kind = any() % 3, slot = any() % 20;
        for (uint8_t &byte : bytes)
            byte = static_cast<uint8_t>(any());
        if (kind != 1)
            firmware_add_write(host, addr, bytes, count, kind == 0);
        if (kind != 0)
            firmware_add_read(host, addr, count, true);
        const uint64_t at = any() % 3000, clks = 1 + any() % 400;
        const uint16_t pins = static_cast<uint16_t>(any());
        const unsigned beside = any() % 10;
        if (beside < 3)
            event(STIMULUS_PINS, b->clk + at, -1, pins & 0xff, 0, static_cast<uint8_t>(index(t)));
        else if (beside < 5)
            event(STIMULUS_FOREIGN_ON, at % 100, static_cast<int>(slot), FOREIGN_SCL_LOW, clks);
        else if (beside == 5)
            event(STIMULUS_FOREIGN_ON, at % 100, static_cast<int>(slot), FOREIGN_SDA_LOW, clks % 3 + 1); // a spike
        else if (beside == 6)
            event(STIMULUS_RESET_ON, b->clk + at, -1, static_cast<uint16_t>(2 << index(t)), clks);
        else if (beside == 7)
            rival(addr, bytes, count);
        until_done();
        if (firmware_busy(&b->stimulus.rival_firmware))
            until_done(&b->stimulus.rival_firmware);
        run(any() % 4000);
        if (stuck != was_stuck || any() % 12 == 0)
            power_up();
    }
    void rival(uint8_t addr, const uint8_t *bytes, unsigned count)
    {
        stimulus &s = b->stimulus;
        if (!s.rival_on) {
            const firmware host = s.firmware;
            firmware_clear(&s.firmware);
            firmware_add_setup(&s.rival_firmware, c.prescale);
            s.rival_on = true;
            until_done(&s.rival_firmware);
            s.firmware = host;
        }
        firmware_add_write(&s.rival_firmware, addr, bytes, count, true);
        board_touch(b.get());
    }
    void play(unsigned seed, const std::vector<Target> &cast, unsigned transfers)
    {
        std::mt19937 any(seed);
        power_up();
        while (transfers-- > 0)
            transfer(any, cast);
        run(1000);
        scoreboards_finish(&b->scoreboards, b->clk);
    }

    // --- what is left
    std::vector<std::string> verdicts() const
    {
        std::vector<std::string> text;
        for (int i = 0; i < SCOREBOARDS; i++) {
            const verdict *v = scoreboards_verdict(&b->scoreboards, static_cast<scoreboard>(i));
            text.push_back(std::string(scoreboard_name(static_cast<scoreboard>(i))) + ": " + std::to_string(v->checks) + " checks, " +
                           std::to_string(v->failures) + " failures, " + v->first.what + " " + v->first.place + " @" + std::to_string(v->first.clk));
        }
        return text;
    }
    uint64_t failures() const
    {
        uint64_t sum = 0;
        for (int i = 0; i < SCOREBOARDS; i++)
            sum += scoreboards_verdict(&b->scoreboards, static_cast<scoreboard>(i))->failures;
        return sum;
    }
    std::vector<uint64_t> digests(unsigned count = BOARD_DIGESTS) const { return {b->digest, b->digest + count}; }
    std::vector<record> records() const
    {
        std::vector<record> list;
        for (uint64_t n = recorder_first(&b->recorder); n < b->recorder.pushed; n++)
            list.push_back(*recorder_get(&b->recorder, n));
        return list;
    }
    // Every change of one target's outputs and pins.
    std::vector<std::string> story(const Target &t) const
    {
        std::vector<std::string> list;
        const unsigned i = index(t);
        int out = -1, pins = -1;
        for (const record &r : records()) {
            if (r.out[1 + i][TWIN_C] != out || r.pins[i] != pins)
                list.push_back(std::to_string(r.clk) + " " + std::to_string(r.out[1 + i][TWIN_C]) + " " + std::to_string(r.pins[i]));
            out = r.out[1 + i][TWIN_C];
            pins = r.pins[i];
        }
        return list;
    }
};

#endif
