// SPDX-License-Identifier: Apache-2.0
//
// The progress line: what it says, when it is drawn, how it goes.
#include "../progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "../run.h"

namespace {

progress_facts facts(double done, double wall_s)
{
    progress_facts f{};
    f.done = done;
    f.wall_s = wall_s;
    f.failures = 3;
    f.transfers = 2838;
    f.clks = 17185654;
    f.clock_hz = 50000000;
    f.scenario = "random";
    return f;
}

std::string text_of(const progress_facts &f, unsigned columns, size_t size = 200)
{
    std::vector<char> text(size + 1, '#');
    progress_text(&f, columns, text.data(), size);
    EXPECT_EQ(text[size], '#') << "written beyond its end";
    return text.data();
}

TEST(ProgressText, SaysItAll)
{
    EXPECT_EQ(text_of(facts(0.34, 2), 120), "   34 %  4 s left  3 failures  343.7 ms simulated  2838 transfers  8.6 Mclk/s  random");
}

TEST(ProgressText, OneFailureIsSingular)
{
    progress_facts f = facts(0.5, 1);
    f.failures = 1;
    EXPECT_NE(text_of(f, 120).find("  1 failure  "), std::string::npos);
}

TEST(ProgressText, TimeLeftIsRoundedToWhatMatters)
{
    EXPECT_NE(text_of(facts(0.5, 99), 120).find("  99 s left"), std::string::npos);
    EXPECT_NE(text_of(facts(0.5, 100), 120).find("  2 min left"), std::string::npos);
    EXPECT_NE(text_of(facts(0.5, 7000), 120).find("  2 h left"), std::string::npos);
    EXPECT_EQ(text_of(facts(0.001, 5), 120).find("left"), std::string::npos) << "too early to tell";
}

TEST(ProgressText, WhatIsNotKnownIsNotSaid)
{
    EXPECT_EQ(text_of(facts(-1, 0), 120), "  3 failures  343.7 ms simulated  2838 transfers  random");
}

TEST(ProgressText, NeverReachesTheLastColumnAndNeverCutsAWord)
{
    const std::string all = text_of(facts(0.34, 2), 120);
    for (unsigned columns = 1; columns < 120; columns++) {
        const std::string text = text_of(facts(0.34, 2), columns);
        EXPECT_LT(text.size(), columns);
        EXPECT_EQ(all.compare(0, text.size(), text), 0);
        EXPECT_TRUE(text.size() == all.size() || all.compare(text.size(), 2, "  ") == 0) << text;
    }
}

TEST(ProgressText, StaysWithinItsBufferOnATerminalOfAnyWidth)
{
    for (unsigned columns : {0u, 9u, 30u, 31u, 32u, 1000u})
        EXPECT_LT(text_of(facts(0.34, 2), columns, 31).size(), 31u);
}

// A run of 4 scenarios and 160 transfers; a scenario counts as 10 of them.
struct FakeRun {
    std::vector<char> memory = std::vector<char>(sizeof(run));
    std::vector<scenario_result> results = std::vector<scenario_result>(8);
    run *r = reinterpret_cast<run *>(memory.data());

    FakeRun()
    {
        r->config.scenarios = 4;
        r->config.random.transfers = 160;
        r->config.clock_hz = 50000000;
        r->results = results.data();
    }
    double at(unsigned scenario, uint64_t clks, uint64_t limit) // `clks` into the scenario, which may last `limit`
    {
        r->result_count = scenario + 1;
        r->now = &results[scenario];
        r->now->start_clk = 1000 * scenario;
        r->board.clk = r->now->start_clk + clks;
        r->limit_clk = r->now->start_clk + limit;
        return progress_done(r);
    }
};

TEST(ProgressDone, CountsScenariosAndTransfers)
{
    FakeRun f;
    EXPECT_DOUBLE_EQ(f.at(0, 0, 1000), 0);
    EXPECT_DOUBLE_EQ(f.at(1, 0, 1000), 10 / 200.0);
    EXPECT_DOUBLE_EQ(f.at(4, 0, 1000), 40 / 200.0);
    f.r->random_done = 80;
    EXPECT_DOUBLE_EQ(f.at(4, 900, 1000), 120 / 200.0) << "the limit is of one transfer here, and tells nothing";
    f.r->random_done = 160;
    EXPECT_DOUBLE_EQ(f.at(4, 0, 1000), 1);
}

TEST(ProgressDone, OfTheScenarioUnderWayThePartOfItsLimit)
{
    FakeRun f;
    EXPECT_DOUBLE_EQ(f.at(0, 500, 1000), 5 / 200.0);
    f.r->config.scenarios = 1;
    f.r->config.random.transfers = 0;
    EXPECT_DOUBLE_EQ(f.at(0, 250, 1000), 0.25);
    EXPECT_DOUBLE_EQ(f.at(0, 1000, 1000), 1);
}

TEST(ProgressDone, UnknownIfNothingIsAskedFor)
{
    FakeRun f;
    f.r->config.scenarios = f.r->config.random.transfers = 0;
    EXPECT_LT(f.at(0, 5, 1000), 0);
}

// A terminal of `columns`, whose other end the test reads.
struct Terminal {
    int ours = posix_openpt(O_RDWR | O_NOCTTY), program = -1;

    explicit Terminal(unsigned short columns, const char *type = "xterm")
    {
        setenv("TERM", type, 1);
        EXPECT_EQ(grantpt(ours) | unlockpt(ours), 0);
        program = open(ptsname(ours), O_RDWR | O_NOCTTY);
        termios raw;
        tcgetattr(program, &raw);
        cfmakeraw(&raw);
        tcsetattr(program, TCSANOW, &raw);
        fcntl(ours, F_SETFL, O_NONBLOCK);
        resize(columns);
    }
    ~Terminal()
    {
        close(program);
        close(ours);
    }
    void resize(unsigned short columns)
    {
        winsize size{};
        size.ws_col = columns;
        EXPECT_EQ(ioctl(ours, TIOCSWINSZ, &size), 0);
    }
    std::string written()
    {
        char text[1000];
        ssize_t n = read(ours, text, sizeof text);
        return n > 0 ? std::string(text, static_cast<size_t>(n)) : "";
    }
};

TEST(Progress, IsDrawnAfterHalfASecondThenEightTimesASecond)
{
    Terminal t(80);
    FakeRun f;
    f.at(0, 0, 1000);
    progress p;
    progress_init(&p, t.program);
    unsigned drawings = 0;
    for (int ms = 0; ms < 1500; ms++) {
        progress_show(&p, f.r, 100 + 1e-3 * ms);
        const std::string seen = t.written();
        drawings += !seen.empty();
        EXPECT_TRUE(ms >= 500 || seen.empty()) << ms;
    }
    EXPECT_EQ(drawings, 8u);
}

TEST(Progress, LeavesTheCursorInFrontAndIsClearedOnce)
{
    Terminal t(80);
    FakeRun f;
    f.at(0, 0, 1000);
    progress p;
    progress_init(&p, t.program);
    progress_clear(&p);
    EXPECT_EQ(t.written(), "");
    progress_show(&p, f.r, 1);
    progress_show(&p, f.r, 2);
    const std::string line = t.written();
    ASSERT_GT(line.size(), 10u);
    EXPECT_EQ(line.front(), '\r');
    EXPECT_EQ(line.substr(line.size() - 4), "\033[K\r");
    progress_clear(&p);
    progress_clear(&p);
    EXPECT_EQ(t.written(), "\r\033[K");
}

TEST(Progress, FollowsTheWindow)
{
    Terminal t(80);
    FakeRun f;
    f.at(0, 0, 1000);
    progress p;
    progress_init(&p, t.program);
    progress_show(&p, f.r, 1);
    for (unsigned short columns : {80, 20, 60, 2}) {
        t.resize(columns);
        progress_show(&p, f.r, 2 + columns);
        p.due_s = 0.1; // the next one is due at once
        EXPECT_LT(t.written().size() - strlen("\r\033[K\r"), columns);
    }
}

TEST(Progress, NeedsATerminalThatCanClearALine)
{
    for (const char *type : {"dumb", ""}) {
        Terminal t(80, type);
        progress p;
        progress_init(&p, t.program);
        EXPECT_FALSE(p.on) << type;
    }
    int null = open("/dev/null", O_WRONLY);
    progress p;
    progress_init(&p, null);
    EXPECT_FALSE(p.on);
    close(null);
}

} // namespace
