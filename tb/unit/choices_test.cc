// SPDX-License-Identifier: Apache-2.0
//
// Where choices come from: a seed means the same for good, each seed and name has a stream of its own, numbers are in range and even;
// of bytes, each choice takes what it needs, until they are used up.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

extern "C" {
#include "../choices.h"
}

namespace {

std::vector<uint64_t> stream(uint64_t seed, const char *name, unsigned count)
{
    prng p;
    prng_init(&p, seed, name);
    std::vector<uint64_t> numbers(count);
    for (uint64_t &number : numbers)
        number = prng_next(&p);
    return numbers;
}

// The published output of splitmix64 for the state 1234567.
TEST(Prng, IsSplitmix64)
{
    prng p{1234567};
    for (uint64_t number : {6457827717110365317u, 3203168211198807973u, 9817491932198370423u, 4593380528125082431u, 16408922859458223821u})
        EXPECT_EQ(prng_next(&p), number);
}

// Fixed for good: a failure that somebody reported with its seed must come again.
TEST(Prng, ASeedMeansTheSameForGood)
{
    EXPECT_EQ(stream(1, "random", 4),
              (std::vector<uint64_t>{17296260261688668247u, 12373761043980252458u, 13899613155950814924u, 9961182570462482599u}));
    EXPECT_EQ(stream(9223372036854775807u, "random", 4),
              (std::vector<uint64_t>{16369142372643608711u, 10760445678203873941u, 5906987566633186690u, 5780080935880533989u}));
    EXPECT_EQ(stream(1, "", 2), (std::vector<uint64_t>{16139750803555666751u, 7093798406455197639u}));
    prng p;
    prng_init(&p, 1, "random");
    std::vector<unsigned> numbers;
    for (unsigned n : {1u, 2u, 3u, 10u, 100u, 1000u, 1000000u, 0xffffffffu})
        numbers.push_back(prng_below(&p, n));
    EXPECT_EQ(numbers, (std::vector<unsigned>{0u, 1u, 2u, 5u, 26u, 494u, 950549u, 1159062457u}));
}

// No number twice among 10000 of 2^64, unless two streams overlap.
struct Owners {
    std::map<uint64_t, std::string> owner;
    void add(uint64_t seed, const char *name)
    {
        const std::string who = std::to_string(seed) + " " + name;
        for (uint64_t number : stream(seed, name, 1000))
            ASSERT_TRUE(owner.emplace(number, who).second) << who << " and " << owner[number];
    }
};

TEST(Prng, EachNameHasAStreamOfItsOwn)
{
    for (uint64_t seed : {1u, 2u, 1000u}) {
        Owners owners;
        for (const char *name : {"", "a", "b", "ab", "ba", "random", "randon", "Random", "random ", "pins"})
            owners.add(seed, name);
    }
}

TEST(Prng, EachSeedHasAStreamOfItsOwn)
{
    Owners owners;
    const uint64_t one = 1;
    for (uint64_t seed : {one, 2 * one, 3 * one, 256 * one, 257 * one, one << 32, one << 62, (one << 63) - 1})
        owners.add(seed, "random");
}

// A seed may be any number and a name any text: what the one does to the state, a change of the other must not undo.
TEST(Prng, NoSeedAndNameShareAStreamWithAnotherPair)
{
    std::map<uint64_t, std::string> owner;
    for (uint64_t seed = 0; seed < 512; seed++)
        for (const char *name : {"", "a", "b", "c", "ab", "ba", "cb", "aa", "\x01", "\x02", "random", "randon"}) {
            const std::string who = std::to_string(seed) + " " + name;
            ASSERT_TRUE(owner.emplace(stream(seed, name, 1)[0], who).second) << who << " and " << owner[stream(seed, name, 1)[0]];
        }
}

TEST(Choices, OfASeedAreItsStream)
{
    choices c;
    choices_of_seed(&c, 7, "x");
    prng p;
    prng_init(&p, 7, "x");
    for (unsigned n = 1; n < 2000; n++)
        ASSERT_EQ(choices_below(&c, n), prng_below(&p, n));
    EXPECT_FALSE(c.used_up);
}

TEST(Choices, OfBytesTakeAsManyAsTheyNeed)
{
    const uint8_t bytes[] = {5, 0x12, 0x34, 7, 0xff, 0xff, 0xff, 0xff};
    choices c;
    choices_of_bytes(&c, bytes, sizeof bytes);
    EXPECT_EQ(choices_below(&c, 1), 0u) << "nothing to choose";
    EXPECT_EQ(choices_below(&c, 256), 5u);
    EXPECT_EQ(choices_below(&c, 0x10000), 0x1234u);
    EXPECT_EQ(choices_below(&c, 4), 3u);
    EXPECT_EQ(choices_below(&c, 0xfffffff0), 15u);
    EXPECT_FALSE(c.used_up) << "the last byte was one that was there";
    EXPECT_EQ(c.left, 0u);
}

TEST(Choices, SayWhenTheBytesAreUsedUp)
{
    const uint8_t bytes[] = {1, 2};
    choices c;
    choices_of_bytes(&c, bytes, sizeof bytes);
    EXPECT_EQ(choices_below(&c, 1000000), 0u) << "three bytes wanted, two there";
    EXPECT_TRUE(c.used_up);
    for (uint32_t n : {1u, 2u, 0xffffffffu})
        EXPECT_EQ(choices_below(&c, n), 0u);
    choices_of_bytes(&c, nullptr, 0);
    EXPECT_EQ(choices_below(&c, 2), 0u);
    EXPECT_TRUE(c.used_up);
}

TEST(PrngBelow, IsInRange)
{
    prng p;
    prng_init(&p, 7, "range");
    for (uint32_t n : {1u, 2u, 3u, 7u, 100u, 65537u, 0x80000001u, 0xffffffffu})
        for (int i = 0; i < 20000; i++)
            ASSERT_LT(prng_below(&p, n), n);
}

TEST(PrngBelow, ReachesBothEnds)
{
    prng p;
    prng_init(&p, 7, "ends");
    for (uint32_t n : {1u, 2u, 3u, 100u, 1000u}) {
        std::set<uint32_t> seen;
        for (uint32_t i = 0; i < 30 * n; i++)
            seen.insert(prng_below(&p, n));
        EXPECT_EQ(seen.size(), n);
    }
}

// Chi squared: its mean is n - 1, its standard deviation sqrt(2(n - 1)); the seed is fixed, so this passes always or never.
TEST(PrngBelow, IsEven)
{
    for (uint32_t n : {2u, 3u, 10u, 100u, 112u, 1001u}) {
        prng p;
        prng_init(&p, n, "even");
        std::vector<unsigned> count(n);
        const unsigned each = 1000;
        for (unsigned i = 0; i < each * n; i++)
            count[prng_below(&p, n)]++;
        double chi2 = 0;
        for (unsigned c : count)
            chi2 += (c - 1.0 * each) * (c - 1.0 * each) / each;
        EXPECT_NEAR(chi2, n - 1, 4 * std::sqrt(2.0 * (n - 1))) << n;
    }
}

TEST(PrngBelow, IsEvenOverTheWholeOfALargeRange)
{
    prng p;
    prng_init(&p, 1, "large");
    const uint32_t n = 0xc0000000; // of a plain remainder the lower third would come twice as often
    unsigned count[3] = {};
    for (int i = 0; i < 30000; i++)
        count[prng_below(&p, n) / (n / 3)]++;
    for (unsigned c : count)
        EXPECT_NEAR(c, 10000, 400);
}

} // namespace
