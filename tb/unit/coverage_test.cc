// SPDX-License-Identifier: Apache-2.0
#include "../coverage.h"

#include <set>
#include <sstream>

#include "board_bench.h"
#include "text_file.h"

namespace {

// A board that counts.
struct Counted {
    Bench bench;
    std::unique_ptr<coverage> c{new coverage};

    explicit Counted(std::vector<Target> targets = {u1}) : bench(std::move(targets), LEAP)
    {
        coverage_listen(c.get(), bench.b.get(), &bench.c);
        bench.power_up();
    }
    firmware *host() { return &bench.b->stimulus.firmware; }
    uint64_t count(const std::string &name) const
    {
        char text[COVERAGE_NAME];
        for (unsigned i = 0; i < c->bins; i++) {
            coverage_name(c.get(), i, text, sizeof text);
            if (name == text)
                return c->count[i];
        }
        ADD_FAILURE() << "no bin " << name;
        return 0;
    }
    void write(uint8_t addr, std::vector<uint8_t> bytes, bool stop = true)
    {
        firmware_add_write(host(), addr, bytes.data(), static_cast<unsigned>(bytes.size()), stop);
        bench.until_done();
        bench.run(200);
    }
    void read(uint8_t addr, unsigned count)
    {
        firmware_add_read(host(), addr, count, true);
        bench.until_done();
        bench.run(200);
    }
};

TEST(Coverage, EveryBinHasANameOfItsOwn)
{
    Counted board;
    TextFile list;
    coverage_list(list);
    std::istringstream lines(list.text());
    std::set<std::string> names;
    unsigned number = 0;
    for (std::string name; std::getline(lines, name); number++) {
        char text[COVERAGE_NAME];
        coverage_name(board.c.get(), number, text, sizeof text);
        EXPECT_EQ(name, text);
        EXPECT_LT(name.size() + 1, sizeof text);
        EXPECT_TRUE(names.insert(name).second) << name;
    }
    EXPECT_EQ(number, board.c->bins);
}

TEST(Coverage, AWriteIsCountedOnce)
{
    Counted board;
    board.write(0x20, {0x7f});
    EXPECT_EQ(board.count("transfer.write.1.stop"), 1u);
    EXPECT_EQ(board.count("nack.write.none.stop"), 1u);
    EXPECT_EQ(board.count("address.target.write"), 1u);
    EXPECT_EQ(board.count("symbol.START"), 1u);
    EXPECT_EQ(board.count("symbol.ACK"), 2u);
    EXPECT_EQ(board.count("transition.ACK.STOP"), 1u);
    EXPECT_EQ(board.count("end.STA_WR.done"), 1u);
    EXPECT_EQ(board.count("end.STO_WR.done"), 1u);
    EXPECT_EQ(board.count("end.STO_WR.lost"), 0u);
    EXPECT_EQ(board.count("port.P7.falls"), 1u);
    EXPECT_EQ(board.count("pin.P7.falls"), 1u);
    EXPECT_EQ(board.count("pin_when.write_pulse.falls"), 1u);
    EXPECT_EQ(board.count("clock_low.exact"), 18u); // nine clocks a byte, and that of the STOP
    EXPECT_EQ(board.count("clock_low.to_5P"), 1u);  // but for the one in which the host brings the second byte
}

TEST(Coverage, AnAbsentAddressIsANack)
{
    Counted board;
    board.write(0x50, {0x00});
    EXPECT_EQ(board.count("address.absent.write"), 1u);
    EXPECT_EQ(board.count("nack.write.address.stop"), 1u);
    EXPECT_EQ(board.count("transfer.write.0.stop"), 1u);
}

TEST(Coverage, AStretchHasItsPlaceAndItsLength)
{
    Counted board;
    board.bench.event(STIMULUS_FOREIGN_ON, 0, 8, FOREIGN_SCL_LOW, 3 * 25 + 40); // from the end of the eighth clock; SCL would rise after 3 P
    board.write(0x20, {0xff});
    EXPECT_EQ(board.count("stretch.address_ack.under_5P"), 1u);
    EXPECT_EQ(board.count("stretch.address_ack.under_1P"), 0u);
    EXPECT_EQ(board.count("fault.scl_low.address_ack.low") + board.count("fault.scl_low.RW.high"), 1u); // the decoder knows the fall a little later
}

TEST(Coverage, AnIntTellsWhyItFellAndWhatReleasedIt)
{
    for (const char *personality : {"nxp", "ti"}) {
        Target target = u1;
        target.personality = personality;
        Counted board({target});
        const std::string end = std::string(".") + personality;
        auto pins = [&](uint8_t low) {
            board.bench.b->stimulus.next.ext_low[0] = low;
            board.bench.run(400);
        };
        pins(0x01);
        board.read(0x20, 1);
        pins(0x00);
        board.write(0x20, {0xff});
        pins(0x80);
        pins(0x00);
        EXPECT_EQ(board.count("int.pin_falls.read_address" + end), 1u) << personality;
        EXPECT_EQ(board.count("int.pin_rises.write" + end), 1u) << personality;
        EXPECT_EQ(board.count("int.pin_falls.pin_return" + end), 1u) << personality;
        EXPECT_EQ(board.count("int_line.falls.alone"), 3u) << personality;
    }
}

TEST(Coverage, TheFileHasEveryBinAndNamesTheHoles)
{
    Counted board;
    board.write(0x20, {0xff});
    TextFile file;
    ASSERT_TRUE(coverage_write(board.c.get(), file));
    const std::string text = file.text();
    EXPECT_NE(text.find("\"write.1.stop\": 1"), std::string::npos);
    EXPECT_EQ(text.find("\"transfer.write.1.stop\""), std::string::npos);
    EXPECT_NE(text.find("\"transfer.read.1.stop\""), std::string::npos);
}

} // namespace
