// SPDX-License-Identifier: Apache-2.0
//
// Checkpoints on an engine that counts clocks and nothing else: which one replays, from where to where, and what becomes of the copies.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "../run.h"

namespace {

enum class Replay { Good, NoRoom, Killed, Stands, Elsewhere };

class Checkpoint : public ::testing::Test {
protected:
    std::unique_ptr<run> r = std::make_unique<run>();
    std::vector<record> ring = std::vector<record>(16);
    scenario_result result = {};
    std::string folder;
    uint64_t fail_at = 0, woke_at = UINT64_MAX;
    Replay replay = Replay::Good;
    int input = -1, output = -1; // files of the scenario
    std::string heard = std::string(10000, '.'); // what it read, a byte a clk
    unsigned most_copies = 0;

    void SetUp() override {
        char name[] = "/tmp/checkpoint_test.XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        folder = name;
        memset(static_cast<void *>(r.get()), 0, sizeof *r);
        r->config.checkpoints = 1;
        r->config.checkpoint_clks = 1000;
        r->config.window_clks = 400;
        r->limit_clk = UINT64_MAX;
        r->now = &result;
        r->board.shape.clock_hz = 1000000000;
        r->waves = waves_new(&r->board, 10);
        recorder_init(&r->board.recorder, ring.data(), ring.size());
        snprintf(r->out, sizeof r->out, "%s", name);
        r->engine = engine{this, turn, trace};
    }
    void TearDown() override {
        errno = 0;
        EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "a copy is left";
        EXPECT_EQ(errno, ECHILD);
        waves_delete(r->waves);
        unlink(path("mismatch.vcd").c_str());
        unlink(path("mismatch.gtkw").c_str());
        unlink(path("own").c_str());
        EXPECT_EQ(rmdir(folder.c_str()), 0) << "a file is left";
    }
    std::string path(const std::string &name) const { return folder + "/" + name; }
    bool exists(const std::string &name) const { return access(path(name).c_str(), F_OK) == 0; }
    std::string shown() const {
        std::ifstream in(path("mismatch.vcd"));
        std::string words, line;
        while (std::getline(in, line))
            if (line.rfind("$comment ", 0) == 0)
                words += (words.empty() ? "" : " ") + line.substr(9, line.size() - 9 - 5);
        return words;
    }
    bool play(uint64_t clks) {
        checkpoint_init(r.get());
        checkpoint_start(r.get());
        for (uint64_t clk = 0; clk < clks && !run_over(r.get()); clk += 77) // scenarios turn the clock in small pieces
            run_clks(r.get(), clks - clk < 77 ? clks - clk : 77);
        return checkpoint_finish(r.get());
    }

    static void turn(void *ctx, board *b, uint64_t until) {
        auto *t = static_cast<Checkpoint *>(ctx);
        const checkpoints &c = t->r->checkpoints;
        if (c.replay && t->woke_at == UINT64_MAX)
            t->woke_at = b->clk;
        for (; b->clk < until && b->stop == BOARD_GO; b->clk++) {
            t->most_copies = std::max(t->most_copies, c.count);
            if (t->input >= 0 && read(t->input, &t->heard[b->clk], 1) != 1)
                b->stop = BOARD_STOP_INTERRUPT;
            if (t->output >= 0 && write(t->output, "x", 1) != 1)
                b->stop = BOARD_STOP_INTERRUPT;
            bool elsewhere = c.replay && t->replay == Replay::Elsewhere;
            if (t->fail_at && b->clk == t->fail_at + elsewhere)
                checkpoint_failed(t->r.get(), b->clk, true);
        }
    }
    // What an engine would say of its RTL: here when it was woken, and what it read.
    void say(const std::string &text) const {
        uint64_t ps = record_time_ps(r->board.clk, r->board.shape.clock_hz);
        std::string change = "#" + std::to_string(ps) + "\n$comment " + text + " $end\n";
        waves_changes(r->waves, ps, change.data(), change.size());
    }
    static void trace(void *ctx, waves *w) {
        auto *t = static_cast<Checkpoint *>(ctx);
        uint64_t clk = t->r->board.clk;
        if (!w) {
            t->say("to " + std::to_string(clk) + (t->input >= 0 ? " read " + t->heard.substr(t->fail_at, 4) : ""));
            return;
        }
        const rlimit little{16, 16};
        if (t->replay == Replay::NoRoom)
            setrlimit(RLIMIT_FSIZE, &little);
        waves_head(w, "", 0);
        t->say("woken " + std::to_string(std::min(t->woke_at, clk)) + ", from " + std::to_string(clk));
        if (t->replay == Replay::Killed)
            raise(SIGKILL);
        while (t->replay == Replay::Stands)
            pause();
    }
};

TEST_F(Checkpoint, APassingRunLeavesNothing) {
    EXPECT_TRUE(play(20500));
    EXPECT_EQ(r->checkpoints.made, 21u);
    EXPECT_EQ(most_copies, 2u);
    EXPECT_STREQ(r->mismatch_vcd, "");
    EXPECT_FALSE(exists("mismatch.vcd"));
}

TEST_F(Checkpoint, SwitchedOffMakesNone) {
    r->config.checkpoints = 0;
    fail_at = 3000;
    EXPECT_TRUE(play(5000));
    EXPECT_EQ(r->checkpoints.made, 0u);
    EXPECT_FALSE(exists("mismatch.vcd"));
}

TEST_F(Checkpoint, TheNewestReplaysTheWindowAndItsTail) {
    fail_at = 5678;
    EXPECT_TRUE(play(9000));
    EXPECT_EQ(shown(), "woken 5000, from 5278 to 5778");
    EXPECT_EQ(std::string(r->mismatch_vcd), path("mismatch.vcd"));
    EXPECT_EQ(r->checkpoints.made, 6u) << "none after the failure";
    EXPECT_TRUE(checkpoint_shows(r.get(), 5678));
    EXPECT_FALSE(checkpoint_shows(r.get(), 5000));
    EXPECT_FALSE(checkpoint_shows(r.get(), 5779));
}

TEST_F(Checkpoint, TheElderReplaysIfTheNewestLiesInTheWindow) {
    fail_at = 5001;
    EXPECT_TRUE(play(9000));
    EXPECT_EQ(shown(), "woken 4000, from 4601 to 5101");
}

TEST_F(Checkpoint, AWindowMayEndAtACheckpoint) {
    fail_at = 5400;
    EXPECT_TRUE(play(9000));
    EXPECT_EQ(shown(), "woken 5000, from 5000 to 5500");
}

TEST_F(Checkpoint, AWindowAsLongAsTheDistanceIsWhole) {
    r->config.window_clks = 1000;
    fail_at = 5999;
    EXPECT_TRUE(play(9000));
    EXPECT_EQ(shown(), "woken 4000, from 4999 to 6249");
}

TEST_F(Checkpoint, TheFirstClocksAreShownFromTheStart) {
    fail_at = 3;
    EXPECT_TRUE(play(9000));
    EXPECT_EQ(shown(), "woken 0, from 0 to 103");
}

TEST_F(Checkpoint, TheReplayEndsWithTheRun) {
    fail_at = 5678;
    EXPECT_TRUE(play(5700));
    EXPECT_EQ(shown(), "woken 5000, from 5278 to 5700");
}

TEST_F(Checkpoint, TheFirstFailureIsTheOneShown) {
    fail_at = 5678;
    checkpoint_init(r.get());
    checkpoint_start(r.get());
    run_clks(r.get(), 6000);
    run_expect(r.get(), false, 0, "x", "later");
    run_clks(r.get(), 3000);
    EXPECT_TRUE(checkpoint_finish(r.get()));
    EXPECT_EQ(shown(), "woken 5000, from 5278 to 5778");
}

TEST_F(Checkpoint, AFailedExpectationIsShown) {
    checkpoint_init(r.get());
    checkpoint_start(r.get());
    run_clks(r.get(), 2500);
    run_expect(r.get(), false, 0, "x", "wrong");
    run_clks(r.get(), 1000);
    EXPECT_TRUE(checkpoint_finish(r.get()));
    EXPECT_EQ(shown(), "woken 2000, from 2100 to 2600");
}

TEST_F(Checkpoint, AFailureInWavesHasNoSecondWaveform) {
    checkpoint_init(r.get());
    run_clks(r.get(), 100);
    run_expect(r.get(), false, 0, "x", "while waves are written");
    checkpoint_start(r.get());
    run_clks(r.get(), 3000);
    EXPECT_TRUE(checkpoint_finish(r.get()));
    EXPECT_EQ(r->checkpoints.made, 0u);
}

TEST_F(Checkpoint, NothingIsLeftOfAWaveformThatCannotBeWritten) {
    fail_at = 5678;
    replay = Replay::NoRoom;
    testing::internal::CaptureStderr();
    EXPECT_FALSE(play(9000));
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "twinwire: " + path("mismatch.vcd") + ": there is no waveform of the first failure: File too large\n");
    EXPECT_STREQ(r->mismatch_vcd, "");
    EXPECT_FALSE(exists("mismatch.vcd"));
}

TEST_F(Checkpoint, AKilledReplayIsSaid) {
    fail_at = 5678;
    replay = Replay::Killed;
    testing::internal::CaptureStderr();
    EXPECT_TRUE(play(9000));
    EXPECT_NE(testing::internal::GetCapturedStderr().find("killed by signal 9"), std::string::npos);
    EXPECT_FALSE(exists("mismatch.vcd"));
}

TEST_F(Checkpoint, AReplayThatGoesAnotherWayIsSaid) {
    fail_at = 5678;
    replay = Replay::Elsewhere;
    testing::internal::CaptureStderr();
    EXPECT_TRUE(play(9000));
    EXPECT_NE(testing::internal::GetCapturedStderr().find("went another way"), std::string::npos);
    EXPECT_FALSE(exists("mismatch.vcd"));
}

TEST_F(Checkpoint, AReplayThatStandsStillIsEnded) {
    fail_at = 5678;
    replay = Replay::Stands;
    checkpoint_init(r.get());
    checkpoint_start(r.get());
    run_clks(r.get(), 9000);
    r->signalled = BOARD_STOP_INTERRUPT; // less patience
    testing::internal::CaptureStderr();
    EXPECT_TRUE(checkpoint_finish(r.get()));
    EXPECT_NE(testing::internal::GetCapturedStderr().find("did not come to an end"), std::string::npos);
    EXPECT_FALSE(exists("mismatch.vcd"));
}

TEST_F(Checkpoint, NoneIsMadeOnceTheRunIsInterrupted) {
    checkpoint_init(r.get());
    checkpoint_start(r.get());
    run_clks(r.get(), 2500);
    r->signalled = BOARD_STOP_INTERRUPT;
    run_clks(r.get(), 2500);
    EXPECT_TRUE(checkpoint_finish(r.get()));
    EXPECT_EQ(r->checkpoints.made, 3u);
}

TEST_F(Checkpoint, FilesThatAScenarioReadsAreReadTwice) {
    std::string text;
    for (int i = 0; i < 9000; i++)
        text += static_cast<char>('a' + i * 7 % 26);
    std::ofstream(path("own")) << text;
    input = open(path("own").c_str(), O_RDONLY);
    fail_at = 5001;
    EXPECT_TRUE(play(9000));
    EXPECT_EQ(lseek(input, 0, SEEK_CUR), 9000) << "the replay moved the run's place in the file";
    EXPECT_EQ(shown(), "woken 4000, from 4601 to 5101 read " + text.substr(5001, 4));
    close(input);
}

TEST_F(Checkpoint, FilesThatAScenarioWritesAreWrittenOnce) {
    output = open(path("own").c_str(), O_WRONLY | O_CREAT, 0666);
    fail_at = 5001;
    EXPECT_TRUE(play(9000));
    struct stat st;
    ASSERT_EQ(fstat(output, &st), 0);
    EXPECT_EQ(st.st_size, 9000);
    close(output);
}

} // namespace
