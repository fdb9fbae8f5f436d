// SPDX-License-Identifier: Apache-2.0
//
// What is counted: failures by the name of their check, and levels only of who is out of reset.
#include "records.h"

namespace {

TEST(Frame, FailuresAreCountedByTheNameOfTheirCheck)
{
    Board b;
    const std::string endless(200, 'x');
    for (const char *what : {"tLOW 1.000 us, at 100 kHz 4.700 us", "tLOW 1.040 us, at 100 kHz 4.700 us: the stimulus (meant?)", "a thing (this was due)",
                             "a thing (that was due)", "a thing (this) and more", endless.c_str()}) {
        const finding f = {0, "pin", 0, 1, 1, what, "clause"};
        scoreboards_note(&b.s, SB_TIMING, b.clk, &f);
    }
    const failed_check *const failed = b.of(SB_TIMING).failed;
    const struct { const char *check; unsigned count; } names[] = {{"tLOW", 2}, {"a thing", 2}, {"a thing (this) and more", 1}};
    for (const auto &name : names) {
        EXPECT_STREQ(failed[&name - names].check, name.check);
        EXPECT_STREQ(failed[&name - names].pin, "pin");
        EXPECT_EQ(failed[&name - names].count, name.count) << name.check;
    }
    EXPECT_EQ(failed[3].check, endless.substr(0, sizeof failed[3].check - 1));
}

TEST(Frame, SocketInResetHasNoLevels)
{
    Board b;
    b.r.rst_n = 5;
    b.run(10);
    const uint64_t before = b.of(SB_LINES).checks;
    b.run(1000);
    EXPECT_EQ(b.of(SB_LINES).checks - before, 8u * 1000); // 2 sockets x 3, wires
}

TEST(Host, FailureEndsWithReset)
{
    Board b(true, 1 << SB_HOST);
    b.set(0, CTL_ACK, true);
    b.run(3);
    b.r.rst_n = 6;
    b.run(1);
    const uint64_t before = b.of(SB_HOST).failures;
    EXPECT_GT(before, 0u);
    b.run(100);
    EXPECT_EQ(b.of(SB_HOST).failures, before);
}

TEST(Frame, APredictedFactThatIsWrongFailsItsScoreboardAlone)
{
    Board b;
    b.host(false, 0, 0x12); // PRERlo is 0xff after a reset
    EXPECT_EQ(b.failed, 1u << SB_HOST);
    b.only(SB_HOST, "PRERlo does not read back");
    b.failed = 0;
    b.status(0x40); // Busy on an idle bus
    EXPECT_EQ(b.failed, 1u << SB_PROTOCOL);
}

TEST(Frame, EveryScoreboardHasItsNameAndNobodyElse)
{
    const char *const names[SCOREBOARDS + 1] = {"lines", "host", "gpio", "int", "protocol", "timing", "?"};
    for (int k = 0; k <= SCOREBOARDS; k++)
        EXPECT_STREQ(scoreboard_name(static_cast<scoreboard>(k)), names[k]);
}

} // namespace
