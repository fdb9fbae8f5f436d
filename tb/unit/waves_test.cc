// SPDX-License-Identifier: Apache-2.0
//
// The waveform: texts that hold from where their item began, two sources merged by time, the head's tree, the view's names.
#include "../waves.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <unistd.h>
#include <vector>

#include "../wave_head.h"
#include "../wave_view.h"
#include "board_bench.h"
#include "text_file.h"

namespace {

// ---- annotate -------------------------------------------------------------------------------------------------------

// A bus drawn by hand: SCL falls by `fall`, symbols by the clk of their edge. What is said is kept as "clk lane text".
struct Words {
    board_shape shape{};
    annotate a{};
    std::vector<std::string> said;

    Words()
    {
        shape.targets = 1;
        snprintf(shape.socket[0].name, 16, "ctl");
        snprintf(shape.socket[1].name, 16, "u1");
        annotate_init(&a, &shape, 50);
        a.ctx = this;
        a.text = [](void *ctx, annotate_lane lane, uint64_t clk, const char *text) {
            static const char *const names[] = {"symbol", "transfer", "command", "scl", "sda"};
            static_cast<Words *>(ctx)->said.push_back(std::to_string(clk) + " " + names[lane] + " " + text);
        };
    }
    void wires(uint64_t clk, bool scl)
    {
        record r{};
        r.clk = clk;
        r.scl = scl;
        for (auto &out : r.out)
            out[0] = out[1] = CTL_SCL | CTL_SDA;
        annotate_record(&a, &r);
    }
    void symbol(uint64_t clk, symbol_kind kind, uint8_t bit = 0)
    {
        const struct symbol s{clk, kind, bit, 0, 0};
        annotate_symbol(&a, &s);
    }
    // Eight clocks of 10 clks from `clk`, the first low half has begun; the ninth's low half begins at clk + 80.
    void byte(uint64_t clk, uint8_t value)
    {
        for (int i = 0; i < 8; i++) {
            wires(clk + 10 * i + 5, true);
            wires(clk + 10 * i + 10, false);
            symbol(clk + 10 * i + 5, SYMBOL_BIT, value >> (7 - i) & 1);
        }
    }
    std::vector<std::string> of(const std::string &lane) const
    {
        std::vector<std::string> some;
        for (const auto &one : said)
            if (one.find(" " + lane + " ") != std::string::npos)
                some.push_back(one);
        return some;
    }
};

TEST(Annotate, NamesHoldFromWhereTheirItemBegan)
{
    Words w;
    w.symbol(100, SYMBOL_START);
    EXPECT_EQ(annotate_undecided(&w.a), 100u);
    w.wires(110, false);
    w.byte(110, 0x20 << 1);
    w.wires(195, true);
    w.symbol(195, SYMBOL_ACK);
    w.wires(200, false);
    EXPECT_EQ(annotate_undecided(&w.a), 200u);
    w.byte(200, 0xa5);
    w.wires(285, true);
    w.symbol(285, SYMBOL_NACK);
    w.wires(290, false);
    w.wires(295, true);
    w.symbol(298, SYMBOL_STOP);
    EXPECT_EQ(annotate_undecided(&w.a), UINT64_MAX);
    EXPECT_EQ(w.of("symbol"), (std::vector<std::string>{"100 symbol START", "110 symbol W 0x20", "190 symbol ACK", "200 symbol 0xA5", "280 symbol NACK",
                                                         "290 symbol ", "298 symbol STOP", "348 symbol "}));
    EXPECT_EQ(w.of("transfer"), (std::vector<std::string>{"100 transfer ", "100 transfer W 0x20", "200 transfer W 0x20 A5",
                                                          "280 transfer W 0x20 A5 NACK", "348 transfer "}));
}

TEST(Annotate, AByteCutShortSaysHowManyBits)
{
    Words w;
    w.symbol(100, SYMBOL_START);
    for (uint64_t clk : {110u, 120u, 130u}) {
        w.wires(clk, false);
        if (clk > 110)
            w.symbol(clk - 5, SYMBOL_BIT, 1);
        w.wires(clk + 5, true);
    }
    w.symbol(138, SYMBOL_RESTART);
    EXPECT_EQ(w.of("symbol"), (std::vector<std::string>{"100 symbol START", "110 symbol 2 bits", "138 symbol RESTART"}));
}

TEST(Annotate, ALongTransferKeepsItsHeadAndItsEnd)
{
    Words w;
    w.symbol(100, SYMBOL_START);
    uint64_t clk = 110;
    w.wires(clk, false);
    for (int i = 0; i < 30; i++, clk += 90) {
        w.byte(clk, static_cast<uint8_t>(i ? i : 0x41));
        w.wires(clk + 85, true);
        w.symbol(clk + 85, SYMBOL_ACK);
        w.wires(clk + 90, false);
    }
    const std::string last = w.of("transfer").back();
    EXPECT_NE(last.find("R 0x20 .."), std::string::npos) << last;
    EXPECT_EQ(last.substr(last.size() - 9), " 1B 1C 1D") << last;
    EXPECT_LT(last.size(), ANNOTATE_TEXT + 20u);
}

TEST(Annotate, WhoeverPullsIsNamed)
{
    Words w;
    record r{};
    r.clk = 7;
    r.scl = true;
    r.foreign = FOREIGN_SDA_LOW | FOREIGN_SCL_HIGH;
    r.out[0][0] = CTL_SCL;           // SDA low
    r.out[1][0] = TGT_SCL | TGT_SDA; // nothing
    annotate_record(&w.a, &r);
    EXPECT_EQ(w.of("sda"), (std::vector<std::string>{"7 sda ctl + foreign"}));
    EXPECT_EQ(w.of("scl"), (std::vector<std::string>{"7 scl FORCED HIGH"}));
}

TEST(Annotate, CommandsAreThoseThatTheControllerAcknowledged)
{
    Words w;
    record r{};
    r.scl = true;
    auto access = [&](uint64_t clk, unsigned adr, unsigned dat, bool ack) {
        r.clk = clk;
        r.host = static_cast<uint16_t>(HOST_CYC | HOST_STB | HOST_WE | adr << HOST_ADR_SHIFT | dat << HOST_DAT_SHIFT);
        for (auto &out : r.out)
            out[0] = static_cast<uint16_t>(CTL_SCL | CTL_SDA | (ack ? CTL_ACK : 0));
        annotate_record(&w.a, &r);
    };
    access(1, 3, 0x5a, true);
    access(2, 4, 0x90, false); // not yet
    access(3, 4, 0x90, true);
    access(4, 4, 0x68, true);
    access(5, 4, 0x01, true);
    EXPECT_EQ(w.of("command"), (std::vector<std::string>{"3 command STA WR 0x5A", "4 command STO RD NACK", "5 command "}));
}

TEST(Annotate, HurryingEndsWhatWasBeforeAndMovesTheRest)
{
    Words w;
    w.symbol(100, SYMBOL_START);
    w.wires(110, false);
    annotate_hurry(&w.a, 150);
    EXPECT_EQ(annotate_undecided(&w.a), 150u);
    w.byte(110, 0x41);
    EXPECT_EQ(w.of("symbol").back(), "150 symbol R 0x20");
}

// ---- the file -------------------------------------------------------------------------------------------------------

std::string contents(const std::string &path)
{
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string temporary(const char *ending) { return "/tmp/twinwire_waves_test." + std::to_string(getpid()) + ending; }

TEST(Waves, TimesAscendWhateverComesLate)
{
    Bench b({u1}, LOOK);
    std::unique_ptr<waves, decltype(&waves_delete)> w(waves_new(b.b.get(), 124), waves_delete);
    const std::string path = temporary(".vcd");
    ASSERT_EQ(waves_open(w.get(), path.c_str()), 0);
    waves_head(w.get(), "", 0);
    b.power_up();
    const uint8_t bytes[] = {0x12, 0x34};
    firmware_add_write(&b.b->stimulus.firmware, 0x20, bytes, 2, true);
    b.until_done();
    b.run(2000);
    ASSERT_EQ(waves_close(w.get()), 0);
    std::istringstream lines(contents(path));
    uint64_t last = 0, times = 0;
    for (std::string line; std::getline(lines, line);)
        if (line[0] == '#') {
            const uint64_t time = std::stoull(line.substr(1));
            EXPECT_TRUE(time > last || times == 0) << time << " after " << last;
            last = time;
            times++;
        }
    EXPECT_GT(times, 100u);
    EXPECT_EQ(last, record_time_ps(b.b->clk, b.c.clock_hz)); // up to where nothing changed any more
    std::remove(path.c_str());
}

TEST(Waves, AFileThatCannotBeMadeIsSaid)
{
    Bench b({u1}, LOOK);
    std::unique_ptr<waves, decltype(&waves_delete)> w(waves_new(b.b.get(), 124), waves_delete);
    EXPECT_EQ(waves_open(w.get(), "/nowhere/waves.vcd"), ENOENT);
    EXPECT_FALSE(waves_are_open(w.get()));
}

TEST(Waves, AFullDiskIsSaidAtTheEnd)
{
    Bench b({u1}, LOOK);
    std::unique_ptr<waves, decltype(&waves_delete)> w(waves_new(b.b.get(), 124), waves_delete);
    ASSERT_EQ(waves_open(w.get(), "/dev/full"), 0);
    waves_head(w.get(), "", 0);
    b.power_up();
    EXPECT_NE(waves_close(w.get()), 0);
}

// ---- the head -------------------------------------------------------------------------------------------------------

TEST(WaveHead, SocketsGetTheirNamesAndNoIdentifierIsUsedTwice)
{
    static const char text[] = " $scope module TOP $end\n  $var wire  1 !\" clk_i $end\n  $scope module tb_top $end\n   $var wire  1 !\" clk_i $end\n"
                               "   $scope module u_ctl $end\n    $var wire  8 ~~ dat [7:0] $end\n    $scope module u_x $end\n     $var wire 1 % q $end\n"
                               "    $upscope $end\n   $upscope $end\n   $scope module g_tgt[0] $end\n    $scope module g_rtl $end\n"
                               "     $scope module u_tgt $end\n      $var wire  1 & a $end\n     $upscope $end\n    $upscope $end\n   $upscope $end\n"
                               "   $scope module g_tgt[1] $end\n    $scope module g_rtl $end\n     $scope module u_tgt $end\n"
                               "      $var wire  1 ' a $end\n     $upscope $end\n    $upscope $end\n   $upscope $end\n  $upscope $end\n $upscope $end\n";
    board_shape shape{};
    shape.targets = 1;
    snprintf(shape.socket[0].name, 16, "host");
    snprintf(shape.socket[1].name, 16, "chip");
    shape.socket[0].present[TWIN_RTL] = shape.socket[1].present[TWIN_RTL] = true;
    char ids[2][8];
    const wave_lane_entry lanes[] = {{"board.bus", "scl", 1, ids[0]}, {"board.bus", "text", 24, ids[1]}};
    char *head = wave_head_new(text, sizeof text - 1, &shape, lanes, 2);
    ASSERT_NE(head, nullptr);
    EXPECT_STREQ(head, ("$date no date: the same seed gives the same bytes $end\n$version Twinwire $end\n$timescale 1ps $end\n$scope module board $end\n$var wire 1 !\" clk $end\n"
                        "$scope module bus $end\n$var wire 1 " + std::string(ids[0]) + " scl $end\n$var wire 24 " + ids[1] + " text [23:0] $end\n$upscope $end\n"
                        "$scope module host $end\n$scope module rtl $end\n$scope module socket $end\n$var wire 8 ~~ dat [7:0] $end\n"
                        "$scope module u_x $end\n$var wire 1 % q $end\n$upscope $end\n$upscope $end\n$upscope $end\n$upscope $end\n"
                        "$scope module chip $end\n$scope module rtl $end\n$scope module socket $end\n$var wire 1 & a $end\n$upscope $end\n"
                        "$upscope $end\n$upscope $end\n$scope module tb_top $end\n$scope module g_tgt[1] $end\n$scope module g_rtl $end\n"
                        "$scope module u_tgt $end\n$var wire 1 ' a $end\n$upscope $end\n$upscope $end\n$upscope $end\n$upscope $end\n$upscope $end\n"
                        "$enddefinitions $end\n").c_str());
    free(head);
    EXPECT_GT(strlen(ids[0]), 2u); // longer than any of the engine's
    EXPECT_STRNE(ids[0], ids[1]);
}

} // namespace
