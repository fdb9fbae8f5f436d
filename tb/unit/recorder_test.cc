// SPDX-License-Identifier: Apache-2.0
//
// The flight recorder: what the ring keeps, when it stops, and the VCD it leaves.
#include "../recorder.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "text_file.h"

namespace {

struct Ring {
    std::vector<record> ring;
    recorder r;

    explicit Ring(uint64_t size) : ring(size) { recorder_init(&r, ring.data(), size); }
    void push(uint64_t from, uint64_t to)
    {
        for (uint64_t clk = from; clk < to; clk++) {
            record one{};
            one.clk = clk;
            recorder_push(&r, &one);
        }
    }
    std::vector<uint64_t> kept() const
    {
        std::vector<uint64_t> clks;
        for (uint64_t n = recorder_first(&r); n < r.pushed; n++)
            clks.push_back(recorder_get(&r, n)->clk);
        return clks;
    }
};

std::vector<uint64_t> counted(uint64_t from, uint64_t to)
{
    std::vector<uint64_t> clks;
    for (; from < to; from++)
        clks.push_back(from);
    return clks;
}

TEST(Recorder, KeepsEverythingUntilItIsFull)
{
    Ring ring(16);
    EXPECT_EQ(ring.kept(), counted(0, 0));
    ring.push(0, 16);
    EXPECT_EQ(ring.kept(), counted(0, 16));
}

TEST(Recorder, KeepsTheNewestRecords)
{
    for (uint64_t size : {16u, 64u})
        for (uint64_t pushed : {size + 1, 2 * size, 5 * size + 3}) {
            Ring ring(size);
            ring.push(0, pushed);
            EXPECT_EQ(ring.kept(), counted(pushed - size, pushed));
        }
}

TEST(Recorder, FreezeTakesHalfARingMoreThenStops)
{
    for (uint64_t before : {0u, 5u, 16u, 100u}) {
        Ring ring(16);
        ring.push(0, before);
        recorder_freeze(&ring.r);
        ring.push(before, before + 50);
        EXPECT_EQ(ring.kept(), counted(before > 8 ? before - 8 : 0, before + 8)) << before;
    }
}

TEST(Recorder, TheFirstFreezeCounts)
{
    Ring ring(16);
    ring.push(0, 100);
    recorder_freeze(&ring.r);
    ring.push(100, 104);
    recorder_freeze(&ring.r);
    ring.push(104, 108);
    recorder_freeze(&ring.r);
    ring.push(108, 200);
    EXPECT_EQ(ring.kept(), counted(92, 108));
}

// --- the dump ------------------------------------------------------------------------------------------------------------

// A strict reader of the VCD subset: whatever it does not know is a failure of the test.
struct Vcd {
    std::map<std::string, std::pair<std::string, unsigned>> var;          // id -> full name, bits
    std::vector<std::pair<uint64_t, std::map<std::string, unsigned>>> at; // time, the values given there by full name

    explicit Vcd(const std::string &text) { read(text); }
    void read(const std::string &text)
    {
        std::istringstream lines(text);
        std::vector<std::string> scope;
        std::set<std::string> names;
        bool defined = false;
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::string w[6];
            for (auto &word : w)
                words >> word;
            if (!defined && w[0] == "$scope") {
                scope.push_back(w[2]);
            } else if (!defined && w[0] == "$upscope") {
                ASSERT_FALSE(scope.empty());
                scope.pop_back();
            } else if (!defined && w[0] == "$var") {
                std::string name;
                for (const auto &part : scope)
                    name += part + ".";
                name += w[4];
                EXPECT_TRUE(names.insert(name).second) << name << " twice";
                EXPECT_TRUE(var.emplace(w[3], std::make_pair(name, std::stoul(w[2]))).second) << "id of " << name << " twice";
                const std::string range = "[" + std::to_string(std::stoul(w[2]) - 1) + ":0]";
                EXPECT_EQ(w[5], w[2] == "1" ? "$end" : range);
            } else if (!defined && w[0] == "$enddefinitions") {
                EXPECT_TRUE(scope.empty());
                defined = true;
            } else if (!defined) {
                EXPECT_TRUE(w[0] == "$comment" || line == "$timescale 1ps $end") << line;
            } else if (line[0] == '#') {
                at.push_back({std::stoull(line.substr(1)), {}});
            } else {
                change(line, w[1]);
            }
        }
        EXPECT_TRUE(defined);
    }
    void change(const std::string &line, const std::string &second)
    {
        const bool wide = line[0] == 'b';
        const std::string id = wide ? second : line.substr(1);
        const std::string bits = wide ? line.substr(1, line.find(' ') - 1) : line.substr(0, 1);
        ASSERT_TRUE(var.count(id)) << line;
        EXPECT_EQ(bits.size(), var[id].second) << line;
        EXPECT_EQ(bits.find_first_not_of("01"), std::string::npos) << line;
        ASSERT_FALSE(at.empty());
        EXPECT_TRUE(at.back().second.emplace(var[id].first, std::stoul(bits, nullptr, 2)).second) << line << " twice at one time";
    }
    unsigned value(const std::string &name, uint64_t time) const
    {
        unsigned v = ~0u;
        for (const auto &step : at)
            if (step.first <= time && step.second.count("board." + name))
                v = step.second.at("board." + name);
        return v;
    }
};

board_shape shape_of(unsigned targets)
{
    board_shape shape{};
    shape.clock_hz = 12500000; // 80000 ps
    shape.targets = targets;
    for (unsigned s = 0; s <= targets; s++) {
        snprintf(shape.socket[s].name, sizeof shape.socket[s].name, s ? "u%u" : "ctl", s);
        shape.socket[s].present[TWIN_RTL] = s != 2; // u2 is C alone, u3 RTL alone
        shape.socket[s].present[TWIN_C] = s != 3;
    }
    return shape;
}

std::string dumped(const Ring &ring, const board_shape &shape)
{
    TextFile file;
    EXPECT_TRUE(recorder_dump(&ring.r, &shape, file));
    return file.text();
}

TEST(RecorderDump, DeclaresEverySignalOnce)
{
    for (unsigned targets = 0; targets <= RECORD_TARGETS; targets++) {
        Ring ring(16);
        ring.push(0, 3);
        const board_shape shape = shape_of(targets);
        std::set<std::string> expected, seen;
        for (const char *name : {"bus.scl", "bus.sda", "bus.int_n", "bus.foreign", "ctl.host.cyc", "ctl.host.stb", "ctl.host.we", "ctl.host.adr", "ctl.host.dat"})
            expected.insert(std::string("board.") + name);
        for (unsigned s = 0; s <= targets; s++) {
            const std::string socket = std::string("board.") + shape.socket[s].name;
            for (int twin = 0; twin < TWINS; twin++)
                if (shape.socket[s].present[twin])
                    for (const char *pin : s ? std::vector<const char *>{"scl", "sda", "high", "int_n", "port"}
                                             : std::vector<const char *>{"scl", "sda", "high", "ack", "irq", "dat"})
                        expected.insert(socket + (twin == TWIN_C ? ".c." : ".rtl.") + pin);
            expected.insert(socket + ".rst_n");
            for (const char *pins : {".pins", ".ext_low", ".ext_high"})
                if (s)
                    expected.insert(socket + pins);
        }
        for (const auto &var : Vcd(dumped(ring, shape)).var)
            seen.insert(var.second.first);
        EXPECT_EQ(seen, expected) << targets;
    }
}

TEST(RecorderDump, GivesEveryFieldOfTheRecordToItsOwnSignal)
{
    Ring ring(32);
    ring.push(0, 1);
    const struct { const char *name; unsigned value; void (*set)(record &); } cases[] = {
        {"bus.scl", 1, [](record &r) { r.scl = true; }},
        {"bus.sda", 1, [](record &r) { r.sda = true; }},
        {"bus.int_n", 1, [](record &r) { r.int_n = true; }},
        {"bus.foreign", 9, [](record &r) { r.foreign = FOREIGN_SCL_LOW | FOREIGN_SDA_HIGH; }},
        {"u3.rst_n", 1, [](record &r) { r.rst_n = 1 << 3; }},
        {"u2.ext_low", 0x81, [](record &r) { r.ext_low[1] = 0x81; }},
        {"u4.ext_high", 0x42, [](record &r) { r.ext_high[3] = 0x42; }},
        {"ctl.host.stb", 1, [](record &r) { r.host = HOST_STB; }},
        {"ctl.host.cyc", 1, [](record &r) { r.host = HOST_CYC; }},
        {"ctl.host.we", 1, [](record &r) { r.host = HOST_WE; }},
        {"ctl.host.adr", 5, [](record &r) { r.host = 5 << HOST_ADR_SHIFT; }},
        {"ctl.host.dat", 0xa5, [](record &r) { r.host = 0xa5 << HOST_DAT_SHIFT; }},
        {"ctl.rtl.scl", 1, [](record &r) { r.out[0][TWIN_RTL] = CTL_SCL; }},
        {"ctl.c.sda", 1, [](record &r) { r.out[0][TWIN_C] = CTL_SDA; }},
        {"ctl.rtl.ack", 1, [](record &r) { r.out[0][TWIN_RTL] = CTL_ACK; }},
        {"ctl.c.irq", 1, [](record &r) { r.out[0][TWIN_C] = CTL_IRQ; }},
        {"ctl.c.dat", 0x81, [](record &r) { r.out[0][TWIN_C] = 0x81 << CTL_DAT_SHIFT; }},
        {"u1.rtl.scl", 1, [](record &r) { r.out[1][TWIN_RTL] = TGT_SCL; }},
        {"u1.c.sda", 1, [](record &r) { r.out[1][TWIN_C] = TGT_SDA; }},
        {"u4.c.int_n", 1, [](record &r) { r.out[4][TWIN_C] = TGT_INT_N; }},
        {"u3.rtl.port", 0x3c, [](record &r) { r.out[3][TWIN_RTL] = 0x3c << TGT_PORT_SHIFT; }},
        {"u2.pins", 0xc3, [](record &r) { r.pins[1] = 0xc3; }},
    };
    uint64_t clk = 1;
    for (const auto &c : cases) {
        record one{};
        one.clk = clk++;
        c.set(one);
        recorder_push(&ring.r, &one);
    }
    board_shape shape = shape_of(4);
    shape.socket[2].present[TWIN_RTL] = shape.socket[3].present[TWIN_C] = true; // as many signals as there can be
    const Vcd vcd(dumped(ring, shape));
    clk = 1;
    for (const auto &c : cases) {
        const uint64_t time = clk++ * 80000;
        unsigned set = 0;
        for (const auto &var : vcd.var)
            set += vcd.value(var.second.first.substr(6), time) != 0;
        EXPECT_EQ(vcd.value(c.name, time), c.value) << c.name;
        EXPECT_EQ(set, 1u) << "signals other than 0 beside " << c.name;
    }
}

TEST(RecorderDump, TimesAscendAndTheFirstGivesEverySignal)
{
    Ring ring(16);
    for (uint64_t clk = 0, n = 0; n < 40; n++, clk += 1 + n % 7) {
        record one{};
        one.clk = clk;
        one.scl = n & 1;
        recorder_push(&ring.r, &one);
    }
    const board_shape shape = shape_of(2);
    const Vcd vcd(dumped(ring, shape));
    ASSERT_EQ(vcd.at.size(), 16u);
    EXPECT_EQ(vcd.at[0].second.size(), vcd.var.size());
    for (size_t i = 0; i < vcd.at.size(); i++) {
        EXPECT_EQ(vcd.at[i].first, recorder_get(&ring.r, recorder_first(&ring.r) + i)->clk * 80000);
        if (i) {
            EXPECT_GT(vcd.at[i].first, vcd.at[i - 1].first);
            EXPECT_EQ(vcd.at[i].second.size(), 1u); // SCL alone
        }
    }
}

TEST(RecorderDump, AnEmptyRingIsAVcdWithoutTimes)
{
    const Vcd vcd(dumped(Ring(16), shape_of(1)));
    EXPECT_TRUE(vcd.at.empty());
    EXPECT_FALSE(vcd.var.empty());
}

TEST(RecorderDump, IsOfWhatWasFrozenThoughTheRingRollsOn)
{
    Ring ring(16), stopped(16);
    std::vector<record> kept(16);
    recorder_roll_on(&ring.r, kept.data());
    for (Ring *one : {&ring, &stopped}) {
        one->push(0, 100);
        recorder_freeze(&one->r);
        one->push(100, 300);
    }
    EXPECT_FALSE(recorder_stopped(&ring.r));
    EXPECT_TRUE(recorder_stopped(&stopped.r));
    EXPECT_EQ(ring.kept(), counted(284, 300));
    const board_shape shape = shape_of(1);
    TextFile a, b;
    EXPECT_TRUE(recorder_dump(&ring.r, &shape, a));
    EXPECT_TRUE(recorder_dump(&stopped.r, &shape, b));
    EXPECT_EQ(a.text(), b.text()) << "the dump is of what was frozen";
    EXPECT_NE(a.text().find("the last 16 changes"), std::string::npos);
}

TEST(RecorderDump, AWriteErrorIsReported)
{
    Ring ring(16);
    ring.push(0, 16);
    const board_shape shape = shape_of(4);
    FILE *full = fopen("/dev/full", "w");
    ASSERT_NE(full, nullptr);
    setvbuf(full, nullptr, _IONBF, 0);
    EXPECT_FALSE(recorder_dump(&ring.r, &shape, full));
    fclose(full);
}

} // namespace
