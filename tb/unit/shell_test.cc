// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "../shell_parts.h"

namespace {

// A console that hears of records and symbols without a board that runs.
class Shell : public testing::Test {
protected:
    Shell() : run_(new run()), shell_(new shell()) {
        run_->config.clock_hz = 50000000;
        run_->config.targets = 2;
        std::snprintf(run_->config.socket[1].name, sizeof run_->config.socket[1].name, "u1");
        std::snprintf(run_->config.socket[2].name, sizeof run_->config.socket[2].name, "u2");
        run_->board.clk = 100;
        shell_->run = run_.get();
        shell_->tcl = Tcl_CreateInterp();
        run_->board.shape.clock_hz = 50000000;
        run_->board.shape.spike_ns = 50;
        scoreboards_init(&run_->board.scoreboards, &run_->board.shape, 0);
    }
    ~Shell() override { Tcl_DeleteInterp(shell_->tcl); }

    // break WORDS...
    int command(const std::vector<std::string> &words) {
        std::vector<Tcl_Obj *> objects{Tcl_NewStringObj("break", -1)};
        for (const std::string &word : words)
            objects.push_back(Tcl_NewStringObj(word.c_str(), -1));
        for (Tcl_Obj *object : objects)
            Tcl_IncrRefCount(object);
        int code = shell_break_command(shell_.get(), shell_->tcl, static_cast<int>(objects.size()), objects.data());
        for (Tcl_Obj *object : objects)
            Tcl_DecrRefCount(object);
        return code;
    }

    // Whether a break is hit; the console is then as if it had come back to the prompt.
    bool hit() {
        bool is = shell_->why == WHY_BREAK && run_->signalled == BOARD_STOP_INTERRUPT && run_->board.stop == BOARD_STOP_INTERRUPT;
        shell_->why = WHY_NONE;
        run_->signalled = run_->board.stop = BOARD_GO;
        return is;
    }
    bool hit_by(symbol_kind kind, uint8_t byte = 0, unsigned index = 0) {
        symbol s = {};
        s.kind = kind;
        s.byte = byte;
        s.index = index;
        shell_break_on_symbol(shell_.get(), &s);
        return hit();
    }
    bool hit_by(const record &was, const record &is) {
        shell_break_on_record(shell_.get(), &was, &is);
        return hit();
    }
    std::string time(uint64_t clk) {
        char text[SHELL_TIME];
        return shell_time(run_.get(), clk, text);
    }

    std::unique_ptr<run> run_;
    std::unique_ptr<shell> shell_;
};

TEST_F(Shell, TimesAreShort) {
    EXPECT_EQ(time(0), "0us");
    EXPECT_EQ(time(1), "20ns");
    EXPECT_EQ(time(49), "980ns");
    EXPECT_EQ(time(50), "1us");
    EXPECT_EQ(time(6625), "132.5us");
    EXPECT_EQ(time(500000), "10ms");
    EXPECT_EQ(time(500001), "10.00002ms");
    run_->config.clock_hz = 3000000;
    EXPECT_EQ(time(1), "333.333ns");
}

TEST_F(Shell, BreakOnStartWithAddressComesWhenItsByteIsAnswered) {
    ASSERT_EQ(command({"on", "start", "0x20"}), TCL_OK);
    EXPECT_FALSE(hit_by(SYMBOL_START));
    EXPECT_FALSE(hit_by(SYMBOL_ACK, 0x42));
    EXPECT_FALSE(hit_by(SYMBOL_ACK, 0x40, 1)) << "a data byte";
    EXPECT_TRUE(hit_by(SYMBOL_ACK, 0x40));
    EXPECT_TRUE(hit_by(SYMBOL_NACK, 0x41));
}

TEST_F(Shell, BreakOnStartIsRepeatedStartToo) {
    ASSERT_EQ(command({"on", "start"}), TCL_OK);
    EXPECT_TRUE(hit_by(SYMBOL_START));
    EXPECT_TRUE(hit_by(SYMBOL_RESTART));
    EXPECT_FALSE(hit_by(SYMBOL_ACK, 0x40));
    EXPECT_FALSE(hit_by(SYMBOL_STOP));
}

TEST_F(Shell, BreakOnLevelComesWhenTheLevelIsReached) {
    record low = {}, high = {};
    high.scl = high.sda = high.int_n = true;
    ASSERT_EQ(command({"on", "int", "low"}), TCL_OK);
    EXPECT_TRUE(hit_by(high, low));
    EXPECT_FALSE(hit_by(low, high));
    EXPECT_FALSE(hit_by(low, low));
    ASSERT_EQ(command({"delete", "1"}), TCL_OK);
    ASSERT_EQ(command({"on", "sda"}), TCL_OK);
    EXPECT_TRUE(hit_by(high, low));
    EXPECT_TRUE(hit_by(low, high));
    EXPECT_FALSE(hit_by(high, high));
}

TEST_F(Shell, BreakOnPinsOfATarget) {
    record was = {}, u1 = {}, u2 = {};
    u1.pins[0] = 1;
    u2.pins[1] = 1;
    ASSERT_EQ(command({"on", "pins", "u2"}), TCL_OK);
    EXPECT_FALSE(hit_by(was, u1));
    EXPECT_TRUE(hit_by(was, u2));
    EXPECT_EQ(command({"on", "pins", "u3"}), TCL_ERROR);
}

TEST_F(Shell, TheClockStopsAtTheEarliestClkToCome) {
    EXPECT_EQ(shell_break_clk(shell_.get()), 0u);
    ASSERT_EQ(command({"on", "clk", "300"}), TCL_OK);
    ASSERT_EQ(command({"on", "time", "4us"}), TCL_OK);
    EXPECT_EQ(shell_break_clk(shell_.get()), 200u);
    run_->board.clk = 200;
    EXPECT_EQ(shell_break_clk(shell_.get()), 300u);
    shell_break_at_clk(shell_.get());
    EXPECT_TRUE(hit());
    EXPECT_EQ(command({"on", "clk", "200"}), TCL_ERROR) << "it has passed";
    EXPECT_EQ(command({"on", "clk", "201"}), TCL_OK);
}

TEST_F(Shell, WithoutWordsBreakIsTclsOwn) {
    EXPECT_EQ(command({}), TCL_BREAK);
    EXPECT_EQ(command({"on"}), TCL_ERROR);
    EXPECT_EQ(command({"off"}), TCL_ERROR);
    EXPECT_EQ(command({"delete", "1"}), TCL_ERROR);
}

TEST_F(Shell, DeletedBreaksDoNotHit) {
    for (int i = 0; i < 3; i++)
        ASSERT_EQ(command({"on", "stop"}), TCL_OK);
    ASSERT_EQ(command({"delete", "2"}), TCL_OK);
    EXPECT_EQ(shell_->break_count, 2u);
    EXPECT_EQ(shell_->breaks[2].id, 3u);
    ASSERT_EQ(command({"delete", "all"}), TCL_OK);
    EXPECT_FALSE(hit_by(SYMBOL_STOP));
}

} // namespace
