// SPDX-License-Identifier: Apache-2.0
//
// transactions.jsonl: one line a transfer, each of them valid JSON.
#include "../transactions.h"

#include <cjson/cJSON.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "text_file.h"

namespace {

using Json = std::unique_ptr<cJSON, decltype(&cJSON_Delete)>;

struct Log {
    TextFile file;
    transactions t;
    uint64_t clk = 1000;
    unsigned index = 0;

    explicit Log(const char *scenario = "s", uint64_t clock_hz = 50000000)
    {
        transactions_init(&t, file, clock_hz);
        transactions_scenario(&t, scenario);
    }
    void symbol(symbol_kind kind, uint8_t byte = 0)
    {
        struct symbol s{};
        s.clk = clk;
        s.kind = kind;
        s.byte = byte;
        s.index = index;
        transactions_symbol(&t, &s);
        clk += 100;
    }
    void bits(int n)
    {
        while (n-- > 0)
            symbol(SYMBOL_BIT);
    }
    void start() { index = 0; symbol(SYMBOL_START); }
    void restart() { index = 0; symbol(SYMBOL_RESTART); }
    void stop() { symbol(SYMBOL_STOP); }
    void byte(uint8_t v, bool ack = true)
    {
        bits(8);
        symbol(ack ? SYMBOL_ACK : SYMBOL_NACK, v);
        index++;
    }
    std::vector<std::string> lines()
    {
        std::istringstream text(file.text());
        std::vector<std::string> lines;
        for (std::string line; std::getline(text, line);) {
            const char *end = nullptr;
            Json json(cJSON_ParseWithOpts(line.c_str(), &end, true), cJSON_Delete);
            EXPECT_TRUE(json) << "no JSON: " << line << "\nfrom: " << (end ? end : "");
            lines.push_back(line);
        }
        EXPECT_EQ(lines.size(), t.count);
        return lines;
    }
    void writes(const std::vector<std::string> &expected) { EXPECT_EQ(lines(), expected); }
};

TEST(Transactions, AWriteIsOneLine)
{
    Log log("write_patterns");
    log.start();
    log.byte(0x40);
    log.byte(0xa5);
    log.byte(0x5a);
    log.stop();
    log.writes({R"({"scenario":"write_patterns","start_clk":1000,"start_ns":20000,"repeated":false,"addr":"0x20","rw":"w","ack":true,)"
                R"("data":["0xa5","0x5a"],"acks":[true,true],"bits":0,"end":"stop","end_clk":3800,"end_ns":76000})"});
}

TEST(Transactions, ReadSaysWhichByteWasNotAcknowledged)
{
    Log log;
    log.start();
    log.byte(0x43);
    log.byte(0x01);
    log.byte(0x02, false);
    log.stop();
    log.writes({R"({"scenario":"s","start_clk":1000,"start_ns":20000,"repeated":false,"addr":"0x21","rw":"r","ack":true,)"
                R"("data":["0x01","0x02"],"acks":[true,false],"bits":0,"end":"stop","end_clk":3800,"end_ns":76000})"});
}

TEST(Transactions, RepeatedStartEndsOneLineAndBeginsTheNext)
{
    Log log;
    log.start();
    log.byte(0x40);
    log.restart();
    log.byte(0x41);
    log.stop();
    log.writes({R"({"scenario":"s","start_clk":1000,"start_ns":20000,"repeated":false,"addr":"0x20","rw":"w","ack":true,)"
                R"("data":[],"acks":[],"bits":0,"end":"restart","end_clk":2000,"end_ns":40000})",
                R"({"scenario":"s","start_clk":2000,"start_ns":40000,"repeated":true,"addr":"0x20","rw":"r","ack":true,)"
                R"("data":[],"acks":[],"bits":0,"end":"stop","end_clk":3000,"end_ns":60000})"});
}

TEST(Transactions, AnAddressThatNobodyHasIsNotAcknowledged)
{
    Log log;
    log.start();
    log.byte(0xfe, false);
    log.stop();
    log.writes({R"({"scenario":"s","start_clk":1000,"start_ns":20000,"repeated":false,"addr":"0x7f","rw":"w","ack":false,)"
                R"("data":[],"acks":[],"bits":0,"end":"stop","end_clk":2000,"end_ns":40000})"});
}

TEST(Transactions, CutWithinADataByteSaysHowManyBits)
{
    Log log;
    log.start();
    log.byte(0x40);
    log.byte(0x11);
    log.bits(5);
    transactions_flush(&log.t, 7777);
    log.writes({R"({"scenario":"s","start_clk":1000,"start_ns":20000,"repeated":false,"addr":"0x20","rw":"w","ack":true,)"
                R"("data":["0x11"],"acks":[true],"bits":5,"end":"cut","end_clk":7777,"end_ns":155540})"});
}

TEST(Transactions, CutWithinTheAddressHasNoAddress)
{
    Log log;
    log.start();
    log.bits(3);
    transactions_flush(&log.t, 7777);
    log.writes({R"({"scenario":"s","start_clk":1000,"start_ns":20000,"repeated":false,)"
                R"("data":[],"acks":[],"bits":3,"end":"cut","end_clk":7777,"end_ns":155540})"});
}

TEST(Transactions, NothingIsWrittenBetweenTransfers)
{
    Log log;
    transactions_flush(&log.t, 1);
    log.start();
    log.byte(0x40);
    log.stop();
    transactions_flush(&log.t, 9000);
    log.stop();
    EXPECT_EQ(log.lines().size(), 1u);
}

TEST(Transactions, ClocksWithoutAStartAreNoTransfer)
{
    Log log;
    log.index = SYMBOL_INDEX_NONE;
    for (int i = 0; i < TRANSACTION_BYTES + 2; i++) {
        log.bits(8);
        log.symbol(SYMBOL_NACK, 0xff);
    }
    log.stop();
    EXPECT_EQ(log.lines().size(), 0u);
    log.bits(4); // and they leave nothing behind
    log.clk = 1000;
    log.start();
    log.bits(3);
    transactions_flush(&log.t, 2000);
    log.writes({R"({"scenario":"s","start_clk":1000,"start_ns":20000,"repeated":false,)"
                R"("data":[],"acks":[],"bits":3,"end":"cut","end_clk":2000,"end_ns":40000})"});
}

TEST(Transactions, TheNextScenarioHasItsOwnName)
{
    Log log("one");
    log.start();
    transactions_flush(&log.t, 2000);
    transactions_scenario(&log.t, "two");
    log.start();
    log.stop();
    const auto lines = log.lines();
    ASSERT_EQ(lines.size(), 2u);
    EXPECT_EQ(lines[0].find(R"({"scenario":"one",)"), 0u);
    EXPECT_EQ(lines[1].find(R"({"scenario":"two",)"), 0u);
}

const cJSON *item(const Json &json, const char *name) { return cJSON_GetObjectItemCaseSensitive(json.get(), name); }

TEST(Transactions, AnOverlongTransferGoesOnInMoreLinesWithoutLosingAByte)
{
    const int most = TRANSACTION_BYTES;
    for (int data : {most - 1, most, 3 * most - 1, 3 * most}) {
        Log log;
        log.start();
        log.byte(0x40);
        for (int i = 0; i < data; i++)
            log.byte(static_cast<uint8_t>(i * 7), i % 5 != 0);
        log.bits(2);
        log.stop();
        const auto lines = log.lines();
        ASSERT_EQ(lines.size(), 1u + static_cast<unsigned>(data) / TRANSACTION_BYTES);
        int seen = 0;
        for (size_t n = 0; n < lines.size(); n++) {
            const bool last = n + 1 == lines.size();
            const Json json(cJSON_Parse(lines[n].c_str()), cJSON_Delete);
            EXPECT_EQ(cJSON_IsTrue(item(json, "more")), n > 0);
            EXPECT_EQ(item(json, "addr") != nullptr, n == 0);
            EXPECT_STREQ(item(json, "end")->valuestring, last ? "stop" : "more");
            EXPECT_EQ(item(json, "bits")->valueint, last ? 2 : 0) << "every byte is whole";
            const cJSON *ack = item(json, "acks")->child;
            for (const cJSON *byte = item(json, "data")->child; byte; byte = byte->next, ack = ack->next, seen++) {
                ASSERT_EQ(std::stoi(byte->valuestring, nullptr, 16), seen * 7 & 0xff);
                ASSERT_EQ(cJSON_IsTrue(ack), seen % 5 != 0);
            }
            EXPECT_EQ(ack, nullptr);
        }
        EXPECT_EQ(seen, data);
    }
}

TEST(Transactions, AnyScenarioNameGivesValidJson)
{
    for (const char *name : {R"("quoted")", R"(a\b)", R"(\)", R"(\")", R"(ends in a backslash\)", "new\nline", "tab\t", "\x01\x1f", "/tmp/it's/a b.tcl",
                             "%s%n", "\xc3\xa4\xe2\x82\xac"}) {
        Log log(name);
        log.start();
        log.byte(0x40);
        log.stop();
        const auto lines = log.lines();
        ASSERT_EQ(lines.size(), 1u) << name;
        const Json json(cJSON_Parse(lines[0].c_str()), cJSON_Delete);
        ASSERT_TRUE(json) << lines[0];
        EXPECT_STREQ(item(json, "scenario")->valuestring, name);
        for (char c : lines[0])
            EXPECT_GE(static_cast<unsigned char>(c), 0x20) << "JSON has no control characters";
    }
}

TEST(Transactions, ANameTooLongIsCutAndStillValidJson)
{
    for (size_t length : {40u, 46u, 47u, 48u, 100u}) {
        const std::string name = std::string(length, 'a') + R"("\"\"\"\)";
        Log log(name.c_str());
        log.start();
        log.stop();
        ASSERT_EQ(log.lines().size(), 1u);
        const Json json(cJSON_Parse(log.lines()[0].c_str()), cJSON_Delete);
        ASSERT_TRUE(json);
        EXPECT_EQ(name.substr(0, sizeof log.t.scenario - 1), item(json, "scenario")->valuestring);
    }
}

std::string told(const Log &log, uint64_t n)
{
    transfer one;
    char text[96];
    if (!transactions_get(&log.t, n, &one))
        return "none";
    transfer_text(&one, text, sizeof text);
    return text;
}

TEST(Transfers, AreToldInTheBussOwnWords)
{
    Log log;
    log.start(); log.byte(0x40); log.byte(0xa5); log.byte(0x5a, false); log.restart(); log.byte(0x41); log.byte(0x0f, false); log.stop();
    log.start(); log.byte(0x42, false); log.bits(3);
    EXPECT_EQ(told(log, 0), "S W 0x20 A a5 A 5a N");
    EXPECT_EQ(told(log, 1), "Sr R 0x20 A 0f N P");
    EXPECT_EQ(told(log, 2), "S W 0x21 N +3 bits ..");
    transactions_flush(&log.t, log.clk);
    EXPECT_EQ(told(log, 2), "S W 0x21 N +3 bits cut");
    EXPECT_EQ(told(log, 3), "none");
    log.start();
    log.bits(1);
    EXPECT_EQ(told(log, 3), "S +1 bit ..");
}

TEST(Transfers, ALongOneIsCutShort)
{
    Log log;
    log.start();
    log.byte(0x40);
    for (int i = 0; i < 1500; i++)
        log.byte(0x11);
    log.stop();
    EXPECT_EQ(told(log, 0), "S W 0x20 A 11 A 11 A 11 A 11 A 11 A 11 A 11 A 11 A (1015 more) ..");
    EXPECT_EQ(told(log, 1), ".. 11 A 11 A 11 A 11 A 11 A 11 A 11 A 11 A 11 A (468 more) P");
}

TEST(Transfers, TheLastOnesAreKept)
{
    Log log;
    for (unsigned i = 0; i < 100; i++) {
        log.start();
        log.byte(static_cast<uint8_t>(2 * i));
        log.stop();
    }
    EXPECT_EQ(told(log, 35), "none");
    EXPECT_EQ(told(log, 36), "S W 0x24 A P");
    EXPECT_EQ(told(log, 99), "S W 0x63 A P");
}

TEST(Transfers, ATextTooShortForItIsCutBetweenWords)
{
    Log log;
    log.start(); log.byte(0x40); log.byte(0xa5); log.stop();
    transfer one;
    ASSERT_TRUE(transactions_get(&log.t, 0, &one));
    for (size_t size = 1; size < 40; size++) {
        std::string text(40, '#');
        transfer_text(&one, &text[0], size);
        ASSERT_LT(text.find('\0'), size);
        ASSERT_EQ(text.find_last_not_of('#'), text.find('\0'));
    }
}

// The card gives a transfer 64 bytes: what it leaves out it counts, and the end stays.
TEST(Transfers, LongOnesSayInACardHowMuchIsLeftOutAndHowTheyEnd)
{
    Log log;
    log.start(); log.byte(0x40);
    for (int i = 0; i < 500; i++)
        log.byte(0x5a);
    log.stop();
    struct transfer one;
    ASSERT_TRUE(transactions_get(&log.t, 0, &one));
    char text[64];
    transfer_text(&one, text, sizeof text);
    EXPECT_STREQ(text, "S W 0x20 A 5a A 5a A 5a A 5a A (496 more) P");
}

} // namespace
