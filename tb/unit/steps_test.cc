// SPDX-License-Identifier: Apache-2.0
//
// Picking steps: every kind by its weight, everything in range and in reach of all bounds, the same again from the same choices; and what
// is printed of them. That a printed step does the same as the step is tb/random_test.py's.
#include "../steps.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

config board(unsigned targets = 2, unsigned scl_hz = 400000)
{
    const std::string path = ::testing::TempDir() + "steps_test.cfg";
    std::FILE *file = std::fopen(path.c_str(), "w");
    std::fprintf(file, "clock_hz = 50000000; board = { scl_hz = %u; targets = (%s); };", scl_hz,
                 targets == 2 ? "{ name = \"u1\"; }, { name = \"u2\"; type = \"pcf8574a\"; }" : targets ? "{ name = \"u1\"; }" : "");
    std::fclose(file);
    config c;
    EXPECT_TRUE(config_load(&c, path.c_str(), nullptr, 0, stderr));
    std::remove(path.c_str());
    return c;
}

struct Steps {
    std::unique_ptr<step> now{new step};
    choices from;
    config c;
    Steps(const config &of, uint64_t seed) : c(of) { choices_of_seed(&from, seed, "test"); }
    const step &next()
    {
        EXPECT_TRUE(step_pick(now.get(), &from, &c));
        return *now;
    }
    std::string text()
    {
        char *out = nullptr;
        size_t size = 0;
        std::FILE *file = open_memstream(&out, &size);
        step_print(file, &c, now.get());
        std::fclose(file);
        std::string printed(out, size);
        std::free(out);
        return printed;
    }
};

std::vector<std::string> lines(const std::string &text)
{
    std::vector<std::string> list;
    for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
        list.push_back(text.substr(at, end - at));
    return list;
}

TEST(Steps, EveryKindComesAsOftenAsItsWeightSays)
{
    Steps s(board(), 1);
    unsigned sum = 0, seen[STEP_KINDS] = {};
    const unsigned steps = 20000;
    for (unsigned weight : s.c.random.weight) {
        EXPECT_GT(weight, 0u) << "the default reaches every kind";
        sum += weight;
    }
    for (unsigned i = 0; i < steps; i++)
        seen[s.next().kind]++;
    for (unsigned kind = 0; kind < STEP_KINDS; kind++)
        EXPECT_NEAR(seen[kind], 1.0 * steps * s.c.random.weight[kind] / sum, steps / 200.0) << step_name(static_cast<step_kind>(kind));
}

TEST(Steps, AKindOfWeight0NeverComes)
{
    for (unsigned only = 0; only < STEP_KINDS; only++) {
        Steps s(board(), 2);
        for (unsigned &weight : s.c.random.weight)
            weight = 0;
        s.c.random.weight[only] = 1;
        for (unsigned i = 0; i < 50; i++)
            EXPECT_EQ(s.next().kind, static_cast<step_kind>(only));
    }
}

TEST(Steps, NamesAreThoseOfTheWeights)
{
    std::set<std::string> names;
    for (unsigned kind = 0; kind < STEP_KINDS; kind++) {
        const char *name = step_name(static_cast<step_kind>(kind));
        ASSERT_NE(name, nullptr);
        names.insert(name);
        config c;
        std::string set = std::string("stimulus.random.weights.") + name + "=77";
        const char *sets[] = {set.c_str()};
        const std::string path = ::testing::TempDir() + "steps_names.cfg";
        std::fclose(std::fopen(path.c_str(), "w"));
        ASSERT_TRUE(config_load(&c, path.c_str(), sets, 1, stderr));
        EXPECT_EQ(c.random.weight[kind], 77u) << name;
        std::remove(path.c_str());
    }
    EXPECT_EQ(names.size(), static_cast<size_t>(STEP_KINDS));
}

TEST(Steps, TheSameChoicesAreTheSameSteps)
{
    Steps a(board(), 3), b(board(), 3), other(board(), 4);
    unsigned differ = 0;
    for (unsigned i = 0; i < 500; i++) {
        a.next(), b.next(), other.next();
        ASSERT_EQ(a.text(), b.text());
        differ += a.text() != other.text();
    }
    EXPECT_GT(differ, 450u);
}

// What a board, its speed and the longest transfer allow; and that all of it is used.
void check_ranges(const config &c, uint64_t seed)
{
    Steps s(c, seed);
    std::set<unsigned> counts, kinds;
    std::map<int, unsigned> expected;
    std::set<uint8_t> reserved;
    for (unsigned i = 0; i < 6000; i++) {
        const step &now = s.next();
        ASSERT_GT(now.acts, 0u);
        ASSERT_LE(now.acts, static_cast<unsigned>(STEP_ACTS));
        for (unsigned k = 0; k < now.acts; k++) {
            const act &a = now.act[k];
            kinds.insert(a.kind);
            expected[a.expect]++;
            if (a.kind == ACT_EVENT && a.event.kind == STIMULUS_PINS) {
                ASSERT_LT(a.event.target, c.targets);
                ASSERT_EQ(a.event.value & a.event.value >> 8, 0) << "low and high at once";
            }
            if (a.kind == ACT_HOSTILE) {
                ASSERT_LE(a.hostile.socket, c.targets);
            }
            if (a.kind != ACT_I2C && a.kind != ACT_I2C_BEGIN && a.kind != ACT_RIVAL)
                continue;
            ASSERT_GE(a.request.parts, 1u);
            ASSERT_LE(a.request.parts, a.request.chain ? 5u : 2u);
            for (unsigned p = 0; p < a.request.parts; p++) {
                const auto &part = a.request.part[p];
                ASSERT_LE(part.count, c.random.bytes_max);
                ASSERT_LE(part.addr, 0x7f);
                ASSERT_TRUE(!part.read || part.count > 0);
                counts.insert(part.count);
                if (part.addr < 0x08 || part.addr > 0x77)
                    reserved.insert(part.addr);
            }
        }
    }
    EXPECT_EQ(counts.size(), c.random.bytes_max + 1u);
    EXPECT_EQ(reserved.size(), 16u) << "UM10204 table 4";
    EXPECT_EQ(kinds.size(), static_cast<size_t>(ACT_KINDS) - 3) << "all but i2c wait, host cyc and host stb";
    EXPECT_EQ(expected.count(FIRMWARE_OK), c.targets > 0);
    EXPECT_GT(expected[FIRMWARE_NACK], 100u);
    EXPECT_EQ(expected.count(FIRMWARE_LOST) + expected.count(FIRMWARE_TIMEOUT), 0u);
}

TEST(Steps, KeepToWhatTheBoardHas)
{
    check_ranges(board(2), 5);
    check_ranges(board(1, 100000), 6);
    check_ranges(board(2, 1000000), 7);
    check_ranges(board(0), 8);
    config c = board();
    c.random.bytes_max = 1;
    check_ranges(c, 9);
    c.random.bytes_max = 64;
    check_ranges(c, 10);
}

TEST(Steps, PercentagesOf0And100)
{
    for (unsigned percent : {0u, 100u}) {
        Steps s(board(), 11);
        config_random &r = s.c.random;
        for (unsigned &weight : r.weight)
            weight = 0;
        r.weight[STEP_WRITE] = 1;
        r.pins_percent = r.stretch_percent = r.glitch_percent = percent;
        r.back_to_back_percent = 100 - percent;
        for (unsigned i = 0; i < 200; i++) {
            const step &now = s.next();
            EXPECT_EQ(now.acts, percent ? now.act[now.acts - 1].kind == ACT_RUN ? 7u : 6u : 1u); // 3 pins, a stretch and so no glitch, transfer, off, pause (of 0: none)
        }
    }
}

TEST(Steps, AreNotDoneFromChoicesThatAreUsedUp)
{
    const config c = board();
    std::unique_ptr<step> now{new step};
    for (unsigned size = 0; size < 300; size++) {
        std::vector<uint8_t> bytes(size);
        for (unsigned i = 0; i < size; i++)
            bytes[i] = static_cast<uint8_t>(i * 37 + size);
        choices from;
        choices_of_bytes(&from, bytes.data(), size);
        unsigned steps = 0;
        while (step_pick(now.get(), &from, &c))
            ASSERT_LT(++steps, 1000u);
        EXPECT_TRUE(from.used_up);
        EXPECT_LE(steps, size);
    }
}

// Every line stands by itself: one command that scenarios know, absolute numbers, and at most one expectation behind it.
TEST(Steps, ArePrintedALineAnAct)
{
    const std::regex known("(i2c (begin )?(chain( \\{(write|read) 0x[0-9a-f]{2}( 0x[0-9a-f]{2}| [0-9]+)*\\})+|write 0x[0-9a-f]{2}( 0x[0-9a-f]{2})*|"
                           "read 0x[0-9a-f]{2} [0-9]+|write_read 0x[0-9a-f]{2} \\{[0-9a-fx ]+\\} [0-9]+)( within [0-9]+clk)?"
                           "|rival .*|host (write [0-7] 0x[0-9a-f]{2}|read [0-7]|setup)|pins u[12] 0b[01z]{8}( at [0-9]+)?( plus [0-9]+clk)?"
                           "|inject (off|(scl|sda) (low|high) [0-9]+clk( at [0-9]+)?( plus [0-9]+clk)?)"
                           "|reset (ctl|u1|u2|all) [0-9]+clk at [0-9]+( plus [0-9]+clk)?|hostile [a-z_]+ at [0-9]+ .*|bus_clear|run [0-9]+clk)"
                           "(; expect status (ack|nack))?");
    Steps s(board(), 12);
    for (unsigned i = 0; i < 2000; i++) {
        const step &now = s.next();
        const auto list = lines(s.text());
        ASSERT_EQ(list.size(), now.acts);
        for (const std::string &line : list)
            ASSERT_TRUE(std::regex_match(line, known)) << line;
    }
}

} // namespace
