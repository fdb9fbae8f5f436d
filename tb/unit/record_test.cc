// SPDX-License-Identifier: Apache-2.0
//
// record_time_ps: exact, and never backwards, for every clock that a board may have.
#include "../../cmodel/record.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace {

const uint64_t second_ps = 1000000000000;
const uint64_t clocks_hz[] = {2000000, 2000003, 3333333, 7372800, 11059200, 12500000, 14318181, 16000001, 33333333,
                              48000000, 66666667, 99999989, 100000000, 123456789, 314159265, 666666667, 999999937, 999999999, 1000000000};

uint64_t exact(uint64_t clk, uint64_t clock_hz)
{
    __extension__ using wide = unsigned __int128;
    return static_cast<uint64_t>(static_cast<wide>(clk) * second_ps / clock_hz);
}

TEST(RecordTime, IsAsInWideArithmeticAroundEverySecond)
{
    for (uint64_t hz : clocks_hz)
        for (uint64_t second : {0u, 1u, 2u, 59u, 3600u, 1000000u})
            for (uint64_t off = 0; off < 200; off++) {
                const uint64_t clk = std::max(second * hz + off, uint64_t{100}) - 100;
                ASSERT_EQ(record_time_ps(clk, hz), exact(clk, hz)) << clk << " clks of " << hz << " Hz";
            }
}

TEST(RecordTime, IsAsInWideArithmeticAnywhereInAYear)
{
    std::mt19937_64 any(1);
    for (uint64_t hz : clocks_hz)
        for (int i = 0; i < 20000; i++) {
            const uint64_t clk = any() % (hz * 31557600);
            ASSERT_EQ(record_time_ps(clk, hz), exact(clk, hz)) << clk << " clks of " << hz << " Hz";
        }
}

TEST(RecordTime, EveryClkIsLaterByThePeriodRoundedEitherWay)
{
    for (uint64_t hz : clocks_hz)
        for (uint64_t from : {uint64_t{0}, hz - 2500, 86400 * hz - 2500})
            for (uint64_t clk = from; clk < from + 5000; clk++) {
                const uint64_t step = record_time_ps(clk + 1, hz) - record_time_ps(clk, hz);
                ASSERT_GE(step, second_ps / hz) << clk << " clks of " << hz << " Hz";
                ASSERT_LE(step, (second_ps + hz - 1) / hz) << clk << " clks of " << hz << " Hz";
            }
}

TEST(RecordTime, WholeSecondsAreWhole)
{
    for (uint64_t hz : clocks_hz)
        for (uint64_t seconds : {1u, 7u, 86400u, 10000000u})
            ASSERT_EQ(record_time_ps(seconds * hz, hz), seconds * second_ps) << hz << " Hz";
}

} // namespace
