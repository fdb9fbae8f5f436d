// SPDX-License-Identifier: Apache-2.0
//
// The log of -v PART: each kind of line.
#include "../verbose.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>

#include "../config.h"
#include "text_file.h"

namespace {

std::string access_of(bool write, unsigned adr, uint8_t dat)
{
    char text[64];
    verbose_access(text, sizeof text, write, adr, dat);
    return text;
}

// The map of docs/timing-contract.md, section 4.
TEST(VerboseAccess, RegistersHaveTheirNames)
{
    const char *read[] = {"PRERlo", "PRERhi", "CTR", "RXR", "SR", "TXR", "CR", "7"}, *write[] = {"PRERlo", "PRERhi", "CTR", "TXR", "CR", "5", "6", "7"};
    for (unsigned adr = 0; adr < 8; adr++) {
        EXPECT_EQ(access_of(false, adr, 0), std::string("read ") + read[adr] + " 0x00");
        EXPECT_EQ(access_of(true, adr, 0), std::string("write ") + write[adr] + " 0x00");
    }
}

TEST(VerboseAccess, BitsHaveTheirNames)
{
    EXPECT_EQ(access_of(true, 4, 0x90), "write CR 0x90 (STA WR)");
    EXPECT_EQ(access_of(true, 4, 0xff), "write CR 0xff (STA STO RD WR NACK IACK)");
    EXPECT_EQ(access_of(false, 6, 0x28), "read CR 0x28 (RD NACK)");
    EXPECT_EQ(access_of(false, 4, 0x41), "read SR 0x41 (Busy IF)");
    EXPECT_EQ(access_of(false, 4, 0xff), "read SR 0xff (RxACK Busy AL TIP IF)");
    EXPECT_EQ(access_of(true, 2, 0xc0), "write CTR 0xc0 (EN IEN)");
    EXPECT_EQ(access_of(true, 2, 0x3f), "write CTR 0x3f") << "bits that are not there";
    EXPECT_EQ(access_of(true, 3, 0xff), "write TXR 0xff");
}

TEST(VerboseAccess, StaysWithinAnySize)
{
    for (size_t size = 1; size < 50; size++) {
        std::string text(size + 1, '#');
        verbose_access(&text[0], size, true, 4, 0xff);
        EXPECT_EQ(text[size], '#');
        EXPECT_LT(strlen(text.c_str()), size);
    }
}

// A board of two PCF8574 whose listener is called by hand, at 50 MHz.
struct Log {
    TextFile file, json;
    std::unique_ptr<board> b{new board};
    transactions t;
    verbose v;
    progress p{};
    record r{};

    explicit Log(unsigned parts)
    {
        config c{};
        c.clock_hz = 50000000;
        c.targets = 2;
        const char *names[] = {"ctl", "u1", "u2"};
        for (unsigned s = 0; s < 3; s++) {
            snprintf(c.socket[s].name, sizeof c.socket[s].name, "%s", names[s]);
            snprintf(c.socket[s].type, sizeof c.socket[s].type, "%s", s ? "pcf8574" : "i2c-controller");
            c.socket[s].drives = TWIN_C;
            c.socket[s].present[TWIN_C] = true;
            c.filter_clks[s] = 4;
        }
        EXPECT_EQ(board_init(b.get(), &c), nullptr);
        transactions_init(&t, json, c.clock_hz);
        verbose_listen(&v, parts, file, b.get(), &t, &p);
        r.out[1][TWIN_C] = r.out[2][TWIN_C] = TGT_RESET;
        r.out[0][TWIN_C] = CTL_RESET;
        r.clk = 100;
    }
    void tell()
    {
        for (unsigned i = 0; i < b->listeners; i++)
            if (b->listener[i].record)
                b->listener[i].record(b->listener[i].ctx, &r);
        r.clk++;
    }
    void failing(uint64_t clk, unsigned bits)
    {
        for (unsigned i = 0; i < b->listeners; i++)
            if (b->listener[i].failing)
                b->listener[i].failing(b->listener[i].ctx, clk, bits);
    }
    void symbol(symbol_kind kind, uint8_t byte = 0)
    {
        struct symbol s{};
        s.clk = r.clk += 50;
        s.kind = kind;
        s.byte = byte;
        transactions_symbol(&t, &s);
    }
    std::string text() { return file.text(); }
};

TEST(VerboseBus, ATransferIsOneLineStampedWithItsEnd)
{
    Log log(1 << VERBOSE_BUS);
    log.symbol(SYMBOL_START);
    log.symbol(SYMBOL_ACK, 0x40);
    log.symbol(SYMBOL_ACK, 0xa5);
    log.symbol(SYMBOL_RESTART);
    log.symbol(SYMBOL_ACK, 0x41);
    log.symbol(SYMBOL_NACK, 0x0f);
    log.symbol(SYMBOL_STOP);
    EXPECT_EQ(log.text(), "       6.000 us  W 0x20 A  a5 A  Sr\n"
                          "       9.000 us  R 0x20 A  0f N  P\n");
}

TEST(VerboseBus, WhatIsCutSaysWhere)
{
    Log log(1 << VERBOSE_BUS);
    log.symbol(SYMBOL_START);
    for (int i = 0; i < 3; i++)
        log.symbol(SYMBOL_BIT);
    transactions_flush(&log.t, 1000);
    log.symbol(SYMBOL_START);
    log.symbol(SYMBOL_NACK, 0xa0);
    log.symbol(SYMBOL_BIT);
    transactions_flush(&log.t, 2000);
    EXPECT_EQ(log.text(), "      20.000 us  3 bits  cut\n"
                          "      40.000 us  W 0x50 N  1 bit  cut\n");
}

TEST(VerboseBus, AnOverlongTransferGoesOn)
{
    Log log(1 << VERBOSE_BUS);
    log.symbol(SYMBOL_START);
    for (int i = 0; i < TRANSACTION_BYTES + 1; i++)
        log.symbol(SYMBOL_ACK, 0x40);
    log.symbol(SYMBOL_STOP);
    const std::string text = log.text(), first = text.substr(0, text.find('\n'));
    EXPECT_EQ(first.substr(first.size() - 15), "40 A  40 A  ...");
    EXPECT_NE(text.find("us  ...  40 A  P\n"), std::string::npos);
}

TEST(VerboseHost, AnAccessIsToldOnceWhenAcknowledged)
{
    Log log(1 << VERBOSE_HOST);
    log.tell();
    log.r.host = HOST_CYC | HOST_STB | HOST_WE | 4 << HOST_ADR_SHIFT | 0x90 << HOST_DAT_SHIFT;
    log.tell();
    log.r.out[0][TWIN_C] |= CTL_ACK; // clk 102
    log.tell();
    log.r.scl = true; // something else moves
    log.tell();
    log.r.host = 0;
    log.r.out[0][TWIN_C] &= static_cast<uint16_t>(~CTL_ACK);
    log.tell();
    log.r.host = HOST_CYC | HOST_STB | 4 << HOST_ADR_SHIFT;
    log.tell();
    log.r.out[0][TWIN_C] |= CTL_ACK | 0x81 << CTL_DAT_SHIFT; // clk 106
    log.tell();
    EXPECT_EQ(log.text(), "       2.040 us  write CR 0x90 (STA WR)\n"
                          "       2.120 us  read SR 0x81 (RxACK IF)\n");
}

TEST(VerbosePins, EachChangeIsALine)
{
    Log log(1 << VERBOSE_PINS);
    log.tell(); // as after reset: nothing to tell
    log.r.out[1][TWIN_C] = (TGT_RESET & ~TGT_PORT) | 0xa5 << TGT_PORT_SHIFT;
    log.tell();
    log.r.ext_low[1] = 0x01;
    log.r.ext_high[1] = 0x80;
    log.r.out[2][TWIN_C] &= static_cast<uint16_t>(~TGT_INT_N);
    log.tell();
    log.r.scl = true;
    log.tell();
    log.r.out[2][TWIN_C] |= TGT_INT_N;
    log.tell();
    EXPECT_EQ(log.text(), "       2.020 us  u1 port 0xa5\n"
                          "       2.040 us  u2 outside 0b1zzzzzz0\n"
                          "       2.040 us  u2 int low\n"
                          "       2.080 us  u2 int high\n");
}

TEST(VerbosePins, NothingIsToldOfWhatComesBeforeTheReset)
{
    Log log(1 << VERBOSE_PINS);
    log.r.clk = 0;
    log.r.out[1][TWIN_C] = 0;
    log.tell();
    log.r.out[1][TWIN_C] = TGT_RESET;
    log.r.clk = 2;
    log.tell();
    EXPECT_EQ(log.text(), "");
}

TEST(VerboseScoreboards, BeginAndEndOfAFailure)
{
    Log log(1 << VERBOSE_SCOREBOARDS);
    mismatch &first = log.b->scoreboards.verdict[SB_GPIO].first;
    first.valid = true;
    first.clk = 200;
    first.socket = 1;
    first.expected = 0xff;
    first.seen = 0x0f;
    first.bits = 8;
    snprintf(first.pin, sizeof first.pin, "port");
    snprintf(first.what, sizeof first.what, "the twins differ");
    snprintf(first.clause, sizeof first.clause, "lockstep");
    mismatch &second = log.b->scoreboards.verdict[SB_LINES].first = first;
    second.clk = 210;
    second.socket = -1;
    second.bits = 1;
    second.expected = 1;
    second.seen = 0;
    snprintf(second.pin, sizeof second.pin, "scl");
    log.failing(200, 1 << SB_GPIO);
    log.failing(210, 1 << SB_GPIO | 1 << SB_LINES);
    log.failing(220, 1 << SB_LINES);
    log.failing(230, 1 << SB_GPIO);
    EXPECT_EQ(log.text(), "       4.000 us  gpio begins to fail: u1.port is 0x0f, expected 0xff: the twins differ [lockstep]\n"
                          "       4.200 us  lines begins to fail: bus.scl is low, expected high: the twins differ [lockstep]\n"
                          "       4.400 us  gpio is right again\n"
                          "       4.600 us  lines is right again\n"
                          "       4.600 us  gpio begins to fail\n");
}

TEST(Verbose, OnlyThePartsAskedForAreTold)
{
    Log none(0);
    EXPECT_EQ(none.b->listeners, 0u);
    EXPECT_EQ(none.t.ended, nullptr);
    verbose_scenario(&none.v, "x");
    Log scenarios(1 << VERBOSE_SCENARIOS);
    verbose_scenario(&scenarios.v, "x");
    EXPECT_EQ(none.text() + scenarios.text(), "") << "headings are for the other parts";
    Log pins(1 << VERBOSE_PINS);
    pins.r.host = HOST_CYC | HOST_STB;
    pins.r.out[0][TWIN_C] |= CTL_ACK;
    pins.tell();
    EXPECT_EQ(pins.text(), "");
    verbose_scenario(&pins.v, "read_pins");
    EXPECT_EQ(pins.text(), "       0.000 us  ---- read_pins\n");
}

} // namespace
