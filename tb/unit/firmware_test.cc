// SPDX-License-Identifier: Apache-2.0
//
// The firmware against a fake controller that has registers and no bus: what the host reads and writes, in which order, and what it
// makes of the answers.
#include "../firmware.h"

#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "../../cmodel/i2c_controller.h"
#include "../../cmodel/record.h"

namespace {

enum { ACKED = 0, NACKED = I2C_SR_RXACK, LOST = I2C_SR_AL };

struct Host {
    std::unique_ptr<firmware> h{new firmware};
    std::vector<std::string> log;      // "TXR=40", "SR?"
    std::deque<uint8_t> answers;       // SR bits at the end of each command; none left: acknowledged
    std::deque<uint8_t> bytes;         // what the reads find
    unsigned wait_states = 0, command_clks = 20;
    bool flag = false;                 // IF
    uint64_t clks = 0;

    Host() { firmware_clear(h.get()); }

    // One edge: both sides react to what they had put out before it.
    void clk()
    {
        const uint16_t was = word_;
        const bool request = (was & HOST_CYC) && (was & HOST_STB) && !ack_;
        word_ = firmware_step(h.get(), ack_, flag, dat_, was);
        EXPECT_EQ(word_, ack_ ? 0 : was ? was : word_) << "a request stands until its acknowledge, and ends with it";
        ack_ = request && waited_++ >= wait_states;
        if (ack_) {
            waited_ = 0;
            access(was);
        }
        if (left_ && --left_ == 0) {
            flag = true;
            sr_ = next(answers, ACKED);
        }
        clks++;
    }
    void access(uint16_t word)
    {
        static const char *const on_write[] = {"PRERlo", "PRERhi", "CTR", "TXR", "CR", "5", "6", "7"};
        static const char *const on_read[] = {"PRERlo", "PRERhi", "CTR", "RXR", "SR", "5", "6", "7"};
        const unsigned adr = word >> HOST_ADR_SHIFT & 7, dat = word >> HOST_DAT_SHIFT & 0xff;
        if (word & HOST_WE) {
            char text[16];
            snprintf(text, sizeof text, "%s=%02x", on_write[adr], dat);
            log.push_back(text);
            if (adr == I2C_CR)
                command(dat);
            return;
        }
        log.push_back(std::string(on_read[adr]) + "?");
        dat_ = adr == I2C_SR ? static_cast<uint8_t>(sr_ | (flag ? I2C_SR_IF : 0)) : 0x99;
        if (adr == I2C_RXR)
            dat_ = next(bytes, 0x99);
    }
    void command(unsigned cr)
    {
        if (cr & I2C_CR_IACK)
            flag = false;
        if (cr & I2C_CR_COMMAND) {
            EXPECT_EQ(left_, 0u) << "a command while one is under way";
            EXPECT_FALSE(flag) << "a command while an interrupt is pending";
            left_ = command_clks;
        }
    }
    std::vector<std::string> run()
    {
        while (firmware_busy(h.get()) && clks < 1000000)
            clk();
        EXPECT_FALSE(firmware_busy(h.get())) << "does not end";
        EXPECT_FALSE(flag) << "the interrupt was not acknowledged";
        const auto done = log;
        for (int i = 0; i < 100; i++)
            clk();
        EXPECT_EQ(log, done) << "an access after the end of the program";
        return done;
    }
    std::vector<uint8_t> data() const { return {h->data, h->data + h->data_count}; }

  private:
    static uint8_t next(std::deque<uint8_t> &list, uint8_t otherwise)
    {
        const uint8_t value = list.empty() ? otherwise : list.front();
        if (!list.empty())
            list.pop_front();
        return value;
    }
    uint16_t word_ = 0;
    bool ack_ = false;
    uint8_t dat_ = 0, sr_ = 0;
    unsigned waited_ = 0, left_ = 0;
};

using Log = std::vector<std::string>;

const uint8_t two[] = {0xa5, 0x5a};

TEST(Firmware, SetUpSetsPrescaleThenEnablesWithInterrupts)
{
    Host host;
    EXPECT_TRUE(firmware_add_setup(host.h.get(), 0x1234));
    EXPECT_EQ(host.run(), (Log{"PRERlo=34", "PRERhi=12", "CTR=c0"}));
    EXPECT_EQ(host.h->status, FIRMWARE_OK);
}

TEST(Firmware, WriteSendsStartEachByteAndStop)
{
    Host host;
    EXPECT_TRUE(firmware_add_write(host.h.get(), 0x20, two, 2, true));
    EXPECT_EQ(host.run(), (Log{"TXR=40", "CR=91", "SR?", "CR=01", "TXR=a5", "CR=11", "SR?", "CR=01", "TXR=5a", "CR=51", "SR?", "CR=01"}));
    EXPECT_EQ(host.h->status, FIRMWARE_OK);
    EXPECT_EQ(host.h->acked, 3u);
}

TEST(Firmware, WriteWithoutBytesIsTheAddressAlone)
{
    Host host;
    firmware_add_write(host.h.get(), 0x27, nullptr, 0, true);
    EXPECT_EQ(host.run(), (Log{"TXR=4e", "CR=d1", "SR?", "CR=01"}));
}

TEST(Firmware, WriteThenReadIsARepeatedStart)
{
    Host host;
    host.bytes = {0x42};
    firmware_add_write(host.h.get(), 0x20, two, 1, false);
    firmware_add_read(host.h.get(), 0x20, 1, true);
    EXPECT_EQ(host.run(), (Log{"TXR=40", "CR=91", "SR?", "CR=01", "TXR=a5", "CR=11", "SR?", "CR=01", // no STOP
                               "TXR=41", "CR=91", "SR?", "CR=01", "CR=69", "SR?", "CR=01", "RXR?"}));
    EXPECT_EQ(host.data(), (std::vector<uint8_t>{0x42}));
}

TEST(Firmware, ReadAnswersEveryByteButTheLastWithAck)
{
    Host host;
    host.bytes = {1, 2, 3};
    EXPECT_TRUE(firmware_add_read(host.h.get(), 0x20, 3, true));
    EXPECT_EQ(host.run(), (Log{"TXR=41", "CR=91", "SR?", "CR=01", "CR=21", "SR?", "CR=01", "RXR?", "CR=21", "SR?", "CR=01", "RXR?", "CR=69", "SR?",
                               "CR=01", "RXR?"}));
    EXPECT_EQ(host.data(), (std::vector<uint8_t>{1, 2, 3}));
    EXPECT_EQ(host.h->acked, 1u);
}

TEST(Firmware, TheNackThatItGivesItselfIsNoFailure)
{
    Host host;
    host.answers = {ACKED, NACKED};
    firmware_add_read(host.h.get(), 0x20, 1, false); // no STOP: the bus stays taken
    EXPECT_EQ(host.run(), (Log{"TXR=41", "CR=91", "SR?", "CR=01", "CR=29", "SR?", "CR=01", "RXR?"}));
    EXPECT_EQ(host.h->status, FIRMWARE_OK);
    EXPECT_EQ(host.h->data_count, 1u);
}

TEST(Firmware, NackOfTheAddressMakesAStopAndEndsTheProgram)
{
    for (bool read : {false, true}) {
        Host host;
        host.answers = {NACKED, ACKED};
        if (read)
            firmware_add_read(host.h.get(), 0x20, 2, true);
        else
            firmware_add_write(host.h.get(), 0x20, two, 2, true);
        EXPECT_EQ(host.run(), (Log{read ? "TXR=41" : "TXR=40", "CR=91", "SR?", "CR=01", "CR=40", "SR?", "CR=01"}));
        EXPECT_EQ(host.h->status, FIRMWARE_NACK);
        EXPECT_EQ(host.h->acked, 0u);
    }
}

TEST(Firmware, NackOfTheLastByteNeedsNoSecondStop)
{
    Host host;
    host.answers = {ACKED, ACKED, NACKED};
    firmware_add_write(host.h.get(), 0x20, two, 2, true);
    EXPECT_EQ(host.run().size(), 12u);
    EXPECT_EQ(host.log[9], "CR=51");
    EXPECT_EQ(host.h->status, FIRMWARE_NACK);
    EXPECT_EQ(host.h->acked, 2u);
}

TEST(Firmware, LostArbitrationEndsTheProgramWithoutAStop)
{
    for (size_t at : {0u, 1u, 2u}) {
        Host host;
        host.answers.assign(at, ACKED);
        host.answers.push_back(LOST | NACKED); // whoever won gave the NACK
        firmware_add_write(host.h.get(), 0x20, two, 2, true);
        EXPECT_EQ(host.run().size(), 4 * (at + 1));
        EXPECT_EQ(host.log.back(), "CR=01");
        EXPECT_EQ(host.h->status, FIRMWARE_LOST);
        EXPECT_EQ(host.h->acked, at);
    }
}

TEST(Firmware, AByteLostInArbitrationIsNotRead)
{
    Host host;
    host.answers = {ACKED, LOST};
    firmware_add_read(host.h.get(), 0x20, 2, true);
    EXPECT_EQ(host.run(), (Log{"TXR=41", "CR=91", "SR?", "CR=01", "CR=21", "SR?", "CR=01"}));
    EXPECT_EQ(host.h->status, FIRMWARE_LOST);
    EXPECT_EQ(host.h->data_count, 0u);
}

TEST(Firmware, AStopAfterNackMayBeLostToo)
{
    Host host;
    host.answers = {NACKED, LOST};
    firmware_add_write(host.h.get(), 0x20, two, 2, true);
    host.run();
    EXPECT_EQ(host.h->status, FIRMWARE_LOST);
}

TEST(Firmware, WaitsForTheInterruptHoweverLongItTakes)
{
    for (unsigned clks : {3u, 4u, 5u, 100u, 5000u}) {
        Host host;
        host.command_clks = clks;
        firmware_add_write(host.h.get(), 0x20, two, 2, true);
        EXPECT_EQ(host.run().size(), 12u);
        EXPECT_GE(host.clks, 3 * clks);
    }
}

TEST(Firmware, AnInterruptFromBeforeIsNotTakenForThatOfTheCommand)
{
    Host host;
    host.flag = true;
    host.answers = {NACKED};
    firmware_add_write(host.h.get(), 0x20, nullptr, 0, true);
    EXPECT_EQ(host.run(), (Log{"TXR=40", "CR=d1", "SR?", "CR=01"}));
    EXPECT_EQ(host.h->status, FIRMWARE_NACK) << "SR was read before the command was done";
}

TEST(Firmware, WaitStatesChangeNothingButTheTime)
{
    Host quick, slow;
    slow.wait_states = 7;
    for (Host *host : {&quick, &slow}) {
        host->bytes = {7, 8};
        firmware_add_setup(host->h.get(), 99);
        firmware_add_read(host->h.get(), 0x3f, 2, true);
    }
    EXPECT_EQ(quick.run(), slow.run());
    EXPECT_EQ(quick.data(), slow.data());
    EXPECT_LT(quick.clks, slow.clks);
}

TEST(Firmware, PlainAccessesReachTheRegisterNamed)
{
    Host host;
    for (uint8_t adr = 0; adr < 8; adr++) {
        firmware_add(host.h.get(), FIRMWARE_WRITE, adr, static_cast<uint8_t>(adr == I2C_CR ? 0 : 0x10 + adr), 0);
        firmware_add(host.h.get(), FIRMWARE_READ, adr, 0, 0);
    }
    EXPECT_EQ(host.run(), (Log{"PRERlo=10", "PRERlo?", "PRERhi=11", "PRERhi?", "CTR=12", "CTR?", "TXR=13", "RXR?", "CR=00", "SR?", "5=15", "5?",
                               "6=16", "6?", "7=17", "7?"}));
    EXPECT_EQ(host.data(), (std::vector<uint8_t>{0x99, 0x99, 0x99, 0x99, 0, 0x99, 0x99, 0x99}));
}

TEST(Firmware, AFullProgramTakesNoMore)
{
    Host host;
    for (int i = 0; i < FIRMWARE_OPS; i++)
        ASSERT_TRUE(firmware_add(host.h.get(), FIRMWARE_READ, 2, 0, 0));
    EXPECT_FALSE(firmware_add(host.h.get(), FIRMWARE_READ, 2, 0, 0));
    EXPECT_FALSE(firmware_add_write(host.h.get(), 0x20, two, 2, true));
    EXPECT_EQ(host.run().size(), size_t{FIRMWARE_OPS});
    EXPECT_EQ(host.data(), std::vector<uint8_t>(FIRMWARE_OPS, 0x99));
}

TEST(Firmware, ClearForgetsTheProgramAndWhatItFound)
{
    Host host;
    host.answers = {NACKED};
    firmware_add_write(host.h.get(), 0x20, two, 2, true);
    host.run();
    firmware_clear(host.h.get());
    EXPECT_FALSE(firmware_busy(host.h.get()));
    host.log.clear();
    host.bytes = {5};
    firmware_add_read(host.h.get(), 0x20, 1, true);
    EXPECT_EQ(host.run(), (Log{"TXR=41", "CR=91", "SR?", "CR=01", "CR=69", "SR?", "CR=01", "RXR?"}));
    EXPECT_EQ(host.h->status, FIRMWARE_OK);
    EXPECT_EQ(host.data(), (std::vector<uint8_t>{5}));
}

TEST(Firmware, InAChainANackEndsItsPartAlone)
{
    Host host;
    host.answers = {NACKED, ACKED, ACKED};
    host.bytes = {7};
    firmware_add_write(host.h.get(), 0x50, two, 2, false);
    firmware_add_read(host.h.get(), 0x20, 1, true);
    host.h->go_on = true;
    EXPECT_EQ(host.run(), (Log{"TXR=a0", "CR=91", "SR?", "CR=01", // no STOP, and neither byte
                               "TXR=41", "CR=91", "SR?", "CR=01", "CR=69", "SR?", "CR=01", "RXR?"}));
    EXPECT_EQ(host.data(), (std::vector<uint8_t>{7}));
    EXPECT_EQ(host.h->status, FIRMWARE_NACK) << "the whole of it was not acknowledged";
}

TEST(Firmware, AChainEndsAtItsLastNackAndAtALostArbitration)
{
    for (bool lost : {false, true}) {
        Host host;
        host.answers = {ACKED, static_cast<uint8_t>(lost ? LOST : NACKED), NACKED, ACKED};
        firmware_add_write(host.h.get(), 0x20, two, 2, false);
        firmware_add_write(host.h.get(), 0x50, two, 1, true);
        host.h->go_on = true;
        Log log{"TXR=40", "CR=91", "SR?", "CR=01", "TXR=a5", "CR=11", "SR?", "CR=01"};
        if (!lost)
            log.insert(log.end(), {"TXR=a0", "CR=91", "SR?", "CR=01", "CR=40", "SR?", "CR=01"});
        EXPECT_EQ(host.run(), log);
        EXPECT_EQ(host.h->status, lost ? FIRMWARE_LOST : FIRMWARE_NACK);
    }
}

TEST(Firmware, GivingUpLeavesTheHostBusAlone)
{
    for (unsigned clks = 0; clks < 40; clks++) {
        Host host;
        firmware_add_write(host.h.get(), 0x20, two, 2, true);
        for (unsigned i = 0; i < clks; i++)
            host.clk();
        firmware_give_up(host.h.get());
        EXPECT_FALSE(firmware_busy(host.h.get()));
        EXPECT_EQ(host.h->status, FIRMWARE_TIMEOUT);
        EXPECT_EQ(firmware_step(host.h.get(), false, false, 0, 0), 0);
        firmware_clear(host.h.get());
        EXPECT_EQ(host.h->status, FIRMWARE_OK);
    }
}

} // namespace
