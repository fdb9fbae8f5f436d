// SPDX-License-Identifier: Apache-2.0
//
// The configuration reader: every complaint with its exact line, the defaults, the overrides, dump and load, and mutated files.
#include <gtest/gtest.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "../config.h"

namespace {

struct Loaded {
    bool ok;
    std::string err; // with the folder's name taken out
    struct config c;
};

class Config : public ::testing::Test {
  protected:
    void SetUp() override
    {
        char name[] = "/tmp/config_test.XXXXXX";
        ASSERT_NE(mkdtemp(name), nullptr);
        dir_ = name;
    }
    void TearDown() override
    {
        for (const auto &file : written_)
            unlink(path(file.first).c_str());
        rmdir(dir_.c_str());
    }
    std::string path(const std::string &name) const { return dir_ + "/" + name; }
    void write(const std::string &name, const std::string &text)
    {
        std::string &was = written_[name];
        if (was == text && access(path(name).c_str(), F_OK) == 0)
            return;
        std::ofstream(path(name), std::ios::binary) << text;
        was = text;
    }
    Loaded load_path(const std::string &file, const std::vector<const char *> &sets = {}) const
    {
        Loaded l;
        char *text = nullptr;
        size_t size = 0;
        FILE *err = open_memstream(&text, &size);
        l.ok = config_load(&l.c, file.c_str(), sets.data(), static_cast<unsigned>(sets.size()), err);
        fclose(err);
        l.err.assign(text, size);
        free(text);
        for (size_t at; (at = l.err.find(dir_ + "/")) != std::string::npos;)
            l.err.erase(at, dir_.size() + 1);
        return l;
    }
    Loaded load(const std::string &text, const std::vector<const char *> &sets = {})
    {
        write("sim.cfg", text);
        return load_path(path("sim.cfg"), sets);
    }
    std::string complaint(const std::string &text, const std::vector<const char *> &sets = {})
    {
        Loaded l = load(text, sets);
        EXPECT_FALSE(l.ok) << text;
        EXPECT_TRUE(!l.err.empty() && l.err.back() == '\n');
        return l.err;
    }
    std::string dump(const struct config &c)
    {
        char *text = nullptr;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        config_dump(&c, out);
        fclose(out);
        std::string s(text, size);
        free(text);
        return s;
    }

  private:
    std::string dir_;
    std::map<std::string, std::string> written_; // name, text
};

const char kFull[] = R"(# a comment
clock_hz = 50000000;
board = { scl_hz = 400000; spike_ns = 50;
  controller = { type = "i2c-controller"; drives = "rtl"; shadows = ["c"]; };
  targets = (
    { name = "u1"; type = "pcf8574"; addr = 0x20; drives = "rtl"; shadows = ["c"]; personality = "nxp"; },
    { name = "u2"; type = "pcf8574a"; addr = 0x38; drives = "c"; shadows = []; personality = "ti"; } );
};
stimulus = { seed = 7; scenarios = [ "write_patterns",
    "mine/own.tcl" ];
  random = { transfers = 2000; bytes_max = 8; weights = { write = 4; read = 4; write_read = 2; absent = 1; };
    pins_percent = 30; stretch_percent = 10; idle_us_max = 20; }; };
checks = { lines = true; host = true; gpio = true; int = true; protocol = true; timing = true; };
record = { waves = "directed"; ring = 4096; checkpoints = false; checkpoint_clks = 500000; window_clks = 400000; };
limits = { sim_ms = 1000; wall_s = 600; };
run = { name = "sim"; };
)";

std::string targets(const std::string &list)
{
    return "board = { targets = (\n" + list + ");\n};\n";
}

void forget_origin(struct config *c)
{
    memset(c->file, 0, sizeof c->file);
    memset(c->scenario_line, 0, sizeof c->scenario_line);
    for (config_socket &s : c->socket)
        s.line = 0;
}

TEST_F(Config, EveryKeyIsReadIntoItsField)
{
    Loaded l = load(kFull);
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.err, "");
    EXPECT_EQ(l.c.clock_hz, 50000000u);
    EXPECT_EQ(l.c.scl_hz, 400000u);
    EXPECT_EQ(l.c.targets, 2u);
    EXPECT_STREQ(l.c.socket[0].name, "ctl");
    EXPECT_STREQ(l.c.socket[2].type, "pcf8574a");
    EXPECT_STREQ(l.c.socket[2].personality, "ti");
    EXPECT_EQ(l.c.socket[1].addr, 0x20);
    EXPECT_EQ(l.c.socket[2].drives, TWIN_C);
    EXPECT_TRUE(l.c.socket[1].present[TWIN_C] && l.c.socket[1].present[TWIN_RTL]);
    EXPECT_TRUE(l.c.socket[2].present[TWIN_C] && !l.c.socket[2].present[TWIN_RTL]);
    EXPECT_EQ(l.c.seed, 7u);
    ASSERT_EQ(l.c.scenarios, 2u);
    EXPECT_STREQ(l.c.scenario[1], "mine/own.tcl");
    EXPECT_EQ(l.c.random.weight[STEP_WRITE_READ], 2u);
    EXPECT_EQ(l.c.checks, 0x3fu);
    EXPECT_EQ(l.c.waves, WAVES_DIRECTED);
    EXPECT_EQ(l.c.checkpoints, 0u);
    EXPECT_EQ(l.c.checkpoint_clks, 500000u);
    EXPECT_EQ(l.c.window_clks, 400000u);
    EXPECT_STREQ(l.c.name, "sim");
    EXPECT_EQ(std::string(l.c.file), path("sim.cfg"));
}

TEST_F(Config, LinesOfSocketsAndScenariosAreKept)
{
    Loaded l = load(kFull, {"board.targets.0.addr=0x21"});
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.socket[0].line, 4);
    EXPECT_EQ(l.c.socket[1].line, 6);
    EXPECT_EQ(l.c.socket[2].line, 7);
    EXPECT_EQ(l.c.scenario_line[0], 9);
    EXPECT_EQ(l.c.scenario_line[1], 10);
    l = load(kFull, {"stimulus.scenarios=a,b"});
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.scenario_line[0], 0);
}

TEST_F(Config, DerivesPrescaleAndFilters)
{
    Loaded l = load(kFull);
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.prescale, 24u); // 50 MHz / (5 * 25) = 400 kHz
    EXPECT_EQ(l.c.filter_clks[0], 4u); // 50 ns
    EXPECT_EQ(l.c.filter_clks[1], 7u); // nxp: 100 ns
    EXPECT_EQ(l.c.filter_clks[2], 5u); // ti: 70 ns = 3.5 clks
    l = load("clock_hz = 7000000; board = { scl_hz = 100000; };");
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.prescale, 13u);
    l = load("clock_hz = 7000001; board = { scl_hz = 100000; };");
    EXPECT_EQ(l.c.prescale, 14u) << "rounded so that SCL is never faster than asked for";
}

TEST_F(Config, AnEmptyFileIsOneExpanderInLockstep)
{
    Loaded l = load("");
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.clock_hz, 50000000u);
    EXPECT_EQ(l.c.scl_hz, 400000u);
    EXPECT_EQ(l.c.spike_ns, 50u);
    ASSERT_EQ(l.c.targets, 1u);
    EXPECT_STREQ(l.c.socket[1].name, "u1");
    EXPECT_STREQ(l.c.socket[1].type, "pcf8574");
    EXPECT_STREQ(l.c.socket[1].personality, "nxp");
    EXPECT_EQ(l.c.socket[1].addr, 0x20);
    EXPECT_EQ(l.c.socket[1].spike_ns, 100u);
    for (int s = 0; s < 2; s++) {
        EXPECT_EQ(l.c.socket[s].drives, TWIN_RTL);
        EXPECT_TRUE(l.c.socket[s].present[TWIN_RTL] && l.c.socket[s].present[TWIN_C]);
    }
    EXPECT_EQ(l.c.seed, 1u);
    EXPECT_EQ(l.c.scenarios, 0u);
    EXPECT_EQ(l.c.random.transfers, 2000u);
    EXPECT_EQ(l.c.checks, 0x3fu);
    EXPECT_EQ(l.c.ring, 4096u);
    EXPECT_EQ(l.c.checkpoints, 1u);
    EXPECT_EQ(l.c.checkpoint_clks, 2000000u);
    EXPECT_EQ(l.c.window_clks, 200000u);
    EXPECT_EQ(l.c.sim_ms, 1000u);
    EXPECT_EQ(l.c.wall_s, 600u);
}

TEST_F(Config, DefaultsThatFollowOtherKeys)
{
    Loaded l = load("board = { spike_ns = 10; controller = { drives = \"c\"; };\n"
                    "targets = ( {}, { type = \"pcf8574a\"; personality = \"ti\"; }, { addr = 0x21; spike_ns = 1; } ); };");
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.socket[0].spike_ns, 10u);
    EXPECT_TRUE(l.c.socket[0].present[TWIN_RTL]) << "without shadows, the other twin shadows";
    EXPECT_EQ(l.c.socket[1].spike_ns, 100u);
    EXPECT_EQ(l.c.socket[2].addr, 0x38);
    EXPECT_EQ(l.c.socket[2].spike_ns, 70u);
    EXPECT_STREQ(l.c.socket[2].name, "u2");
    EXPECT_EQ(l.c.socket[3].spike_ns, 1u);
    EXPECT_EQ(l.c.filter_clks[3], 2u);
}

TEST_F(Config, ABoardMayHaveNoTarget)
{
    Loaded l = load("board = { targets = (); };");
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.targets, 0u);
}

TEST_F(Config, TheShippedFileLoads)
{
    Loaded l = load_path(TWINWIRE_TB_FOLDER "/../sim.cfg");
    EXPECT_TRUE(l.ok) << l.err;
    EXPECT_GE(l.c.scenarios, 18u);
    EXPECT_EQ(l.c.socket[2].addr, 0x38);
}

TEST_F(Config, ADumpLoadsBackToTheSameStruct)
{
    const std::string odd = "clock_hz = 12345678; board = { scl_hz = 12345; spike_ns = 3; controller = { shadows = []; };"
                            "targets = ({ addr = 0x27; }, { name = \"_x\"; type = \"pcf8574a\"; drives = \"c\"; shadows = [\"rtl\"]; }); };"
                            "stimulus = { seed = 9223372036854775807; scenarios = [\"a\", \"b/c d.tcl\"]; };"
                            "checks = { host = false; int = false; }; record = { waves = \"all\"; ring = 16; window_clks = 2000000; };"
                            "run = { name = \"a.b-c_1\"; };";
    for (const std::string &text : {std::string(kFull), std::string(), odd, std::string("board = { targets = (); };")}) {
        Loaded first = load(text);
        ASSERT_TRUE(first.ok) << first.err;
        Loaded second = load(dump(first.c));
        ASSERT_TRUE(second.ok) << second.err << dump(first.c);
        forget_origin(&first.c);
        forget_origin(&second.c);
        EXPECT_EQ(memcmp(&first.c, &second.c, sizeof first.c), 0) << dump(first.c);
    }
}

TEST_F(Config, HelpNamesEveryKeyOfADump)
{
    char *text = nullptr;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    config_help(out);
    fclose(out);
    std::string help(text, size);
    free(text);
    for (const char *key : {"clock_hz", "board.scl_hz", "board.controller.shadows", "board.targets[].addr", "stimulus.scenarios",
                            "stimulus.random.weights.absent", "checks.protocol", "record.ring", "record.checkpoints", "record.window_clks", "limits.wall_s", "run.name"})
        EXPECT_NE(help.find(std::string("\n") + key + "\n"), std::string::npos) << key;
    EXPECT_NE(help.find("integer 2000000 .. 1000000000; default 50000000"), std::string::npos);
}

// ---- complaints ------------------------------------------------------------------------------------------------------

struct Case {
    const char *name, *text, *says;
};

void PrintTo(const Case &c, std::ostream *out) { *out << c.name; }

class Complains : public Config, public ::testing::WithParamInterface<Case> {};

TEST_P(Complains, InExactlyTheseWords)
{
    EXPECT_EQ(complaint(GetParam().text), GetParam().says);
}

#define BOARD(targets) "board = { targets = (\n" targets "\n); };\n"

const Case kCases[] = {
    {"SyntaxError", "clock_hz = 50000000;\nboard = = 1;\n", "sim.cfg:2: syntax error at or before: board = = 1;\n"},
    {"SyntaxErrorAtTheEnd", "board = {\n", "sim.cfg:2: syntax error at or before: the end of the file\n"},
    {"SyntaxErrorAfterABlockComment", "/* 1\n2\n*/\nboard = ];\n", "sim.cfg:4: syntax error at or before: board = ];\n"},
    {"OpenComment", "\n/* open\n\n", "sim.cfg:2: this comment is never closed\n"},
    {"OpenString", "\nrun = { name = \"x;\n};\n", "sim.cfg:2: this string is never closed\n"},
    {"DuplicateKey", "clock_hz = 50000000;\n\nclock_hz = 50000000;\n",
     "sim.cfg:3: duplicate setting name at or before: clock_hz = 50000000;\n"},
    {"UnknownKey", "\nchekcs = { lines = true; };\n", "sim.cfg:2: unknown key 'chekcs' (did you mean 'checks'?)\n"},
    {"UnknownKeyInAGroup", "checks = {\n protocl = true; };\n",
     "sim.cfg:2: unknown key 'protocl' in checks (did you mean 'protocol'?)\n"},
    {"UnknownKeyInAnInnerGroup", "stimulus = { random = { weights = {\n wirte = 1; }; }; };\n",
     "sim.cfg:2: unknown key 'wirte' in stimulus.random.weights (did you mean 'write'?)\n"},
    {"UnknownKeyInATarget", BOARD("{ adr = 0x20; }"), "sim.cfg:2: unknown key 'adr' in board.targets[] (did you mean 'addr'?)\n"},
    {"KeyOfAnotherGroup", "seed = 3;\n", "sim.cfg:1: unknown key 'seed' (did you mean 'stimulus.seed'?)\n"},
    {"UnknownKeyNearNothing", "run = { zzzzzz = 3; };\n", "sim.cfg:1: unknown key 'zzzzzz' in run (known: name)\n"},
    {"StringForInteger", "clock_hz = \"fast\";\n", "sim.cfg:1: clock_hz: expected an integer, not the string \"fast\"\n"},
    {"FloatForInteger", "\nclock_hz = 5e7;\n", "sim.cfg:2: clock_hz: expected an integer, not the float 5e+07\n"},
    {"BooleanForInteger", "limits = { wall_s = true; };\n",
     "sim.cfg:1: limits.wall_s: expected an integer, not the boolean true\n"},
    {"IntegerForBoolean", "checks = {\n lines = 1; };\n", "sim.cfg:2: checks.lines: expected true or false, not the integer 1\n"},
    {"IntegerForString", "run = { name = 5; };\n", "sim.cfg:1: run.name: expected a string, not the integer 5\n"},
    {"IntegerForChoice", "record = { waves = 5; };\n", "sim.cfg:1: record.waves: expected a string, not the integer 5\n"},
    {"IntegerForGroup", "board = 5;\n", "sim.cfg:1: board: expected a group { ... }, not the integer 5\n"},
    {"ListForGroup", "board = (1);\n", "sim.cfg:1: board: expected a group { ... }, not a list\n"},
    {"GroupForList", "board = { targets = { }; };\n",
     "sim.cfg:1: board.targets: expected a list of groups ( { ... }, ... ), not a group\n"},
    {"IntegerForTarget", BOARD("5"), "sim.cfg:2: board.targets.0: expected a group { ... }, not the integer 5\n"},
    {"StringForList", "board = { controller = { shadows = \"c\"; }; };\n",
     "sim.cfg:1: board.controller.shadows: expected a list of strings [ ... ], not the string \"c\"\n"},
    {"IntegerInList", "stimulus = { scenarios = [\n1]; };\n",
     "sim.cfg:2: stimulus.scenarios.0: expected a string, not the integer 1\n"},
    {"ClockZero", "\n\nclock_hz = 0;\n", "sim.cfg:3: clock_hz: 0 is out of range: 2000000 .. 1000000000\n"},
    {"NegativeNumber", "stimulus = { seed = -1; };\n",
     "sim.cfg:1: stimulus.seed: -1 is out of range: 1 .. 9223372036854775807\n"},
    {"LargeNumberWithoutL", "clock_hz = 5000000000;\n",
     "sim.cfg:1: clock_hz: 5000000000 is out of range: 2000000 .. 1000000000\n"},
    {"LargeHexWithoutL", "clock_hz = 0xFFFFFFFF;\n",
     "sim.cfg:1: clock_hz: 4294967295 is out of range: 2000000 .. 1000000000\n"},
    {"NumberOf65Bits", "\nclock_hz = 9223372036854775808;\n",
     "sim.cfg:2: this number does not fit in 64 bits: 9223372036854775808\n"},
    {"HexNumberOf64Bits", "clock_hz = 0xFFFFFFFFFFFFFFFFL;\n",
     "sim.cfg:1: this number does not fit in 64 bits: 0xFFFFFFFFFFFFFFFF\n"},
    {"RingNoPowerOfTwo", "record = { ring = 1000; };\n",
     "sim.cfg:1: record.ring: 1000 is out of range: 16 .. 65536, a power of two\n"},
    {"IntegerForCheckpoints", "record = { checkpoints = 1; };\n",
     "sim.cfg:1: record.checkpoints: expected true or false, not the integer 1\n"},
    {"CheckpointsTooClose", "record = {\n checkpoint_clks = 999; window_clks = 999; };\n",
     "sim.cfg:2: record.checkpoint_clks: 999 is out of range: 1000 .. 1000000000\n"
     "sim.cfg:2: record.window_clks: 999 is out of range: 1000 .. 1000000000\n"},
    {"WindowLongerThanTheDistance", "record = {\n checkpoint_clks = 5000;\n window_clks = 5001; };\n",
     "sim.cfg:3: record.window_clks: 5001 clks, but record.checkpoint_clks is 5000: a window is no longer than that\n"},
    {"DefaultWindowLongerThanTheDistance", "record = {\n checkpoint_clks = 5000; };\n",
     "sim.cfg:2: record.checkpoint_clks: 5000 clks, but record.window_clks is 200000: a window is no longer than that\n"},
    {"SclTooFastForTheClock", "clock_hz = 10000000;\nboard = {\n scl_hz = 1000000; };\n",
     "sim.cfg:3: board.scl_hz: SCL of 1000000 Hz is faster than a clock of 10000000 Hz allows: the fastest is 666666 Hz "
     "(a spike filter of 2 clks needs a prescale of at least 2)\n"},
    {"DefaultSclTooFastForTheClock", "clock_hz = 2000000;\n",
     "sim.cfg:1: clock_hz: SCL of 400000 Hz is faster than a clock of 2000000 Hz allows: the fastest is 133333 Hz "
     "(a spike filter of 2 clks needs a prescale of at least 2)\n"},
    {"SclTooSlowForThePrescaler", "clock_hz = 500000000;\nboard = { scl_hz = 1000; };\n",
     "sim.cfg:2: board.scl_hz: SCL of 1000 Hz is slower than a clock of 500000000 Hz allows: the slowest is 1526 Hz "
     "(the prescaler has 16 bits)\n"},
    {"FilterTooDeep", "clock_hz = 1000000000;\nboard = { targets = (\n{ spike_ns = 62; }); };\n",
     "sim.cfg:3: board.targets.0.spike_ns: u1's filter for spikes of 62 ns would be 64 clks deep, at most 63: at this clock "
     "spike_ns is at most 61\n"},
    {"AddressOf8Bits", BOARD("{ addr = 0x80; }"), "sim.cfg:2: board.targets.0.addr: 0x80 is no 7-bit address (0x08 .. 0x77)\n"},
    {"NegativeAddress", BOARD("{ addr = -1; }"), "sim.cfg:2: board.targets.0.addr: -0x01 is no 7-bit address (0x08 .. 0x77)\n"},
    {"ReservedLowAddress", BOARD("{ addr = 0x07; }"), "sim.cfg:2: board.targets.0.addr: address 0x07 is reserved (UM10204 table 4)\n"},
    {"ReservedHighAddress", BOARD("{ addr = 0x78; }"),
     "sim.cfg:2: board.targets.0.addr: address 0x78 is reserved (UM10204 table 4)\n"},
    {"AddressThatAPcf8574CannotHave", BOARD("{ addr = 0x28; }"),
     "sim.cfg:2: board.targets.0.addr: a pcf8574 cannot have address 0x28: its straps give 0x20 .. 0x27\n"},
    {"AddressThatAPcf8574aCannotHave", BOARD("{ type = \"pcf8574a\";\naddr = 0x37; }"),
     "sim.cfg:3: board.targets.0.addr: a pcf8574a cannot have address 0x37: its straps give 0x38 .. 0x3f\n"},
    {"DuplicateAddress", BOARD("{ name = \"ua\";\naddr = 0x21; },\n{\naddr = 33; }"),
     "sim.cfg:5: board.targets.1.addr: duplicate address 0x21: target 'ua' has it (sim.cfg:3)\n"},
    {"DuplicateDefaultAddress", BOARD("{ },\n{ }"),
     "sim.cfg:3: board.targets.1: duplicate address 0x20: target 'u1' has it (sim.cfg:2)\n"},
    {"DuplicateName", BOARD("{ name = \"x\"; },\n{ name = \"x\"; addr = 0x21; }"),
     "sim.cfg:3: board.targets.1.name: duplicate name 'x': target 0 has it (sim.cfg:2)\n"},
    {"NameOfTheController", BOARD("{ name = \"ctl\"; }"),
     "sim.cfg:2: board.targets.0.name: duplicate name 'ctl': the controller is called that\n"},
    {"NameWithABlank", BOARD("{ name = \"u 1\"; }"),
     "sim.cfg:2: board.targets.0.name: 'u 1' is no name: letters, digits and _ are, not beginning with a digit\n"},
    {"NameTooLong", BOARD("{ name = \"a234567890123456\"; }"),
     "sim.cfg:2: board.targets.0.name: a name has 1 .. 15 characters, this one 16\n"},
    {"UnknownDeviceType", BOARD("{ type = \"pcf8547\"; }"),
     "sim.cfg:2: board.targets.0.type: unknown device type 'pcf8547' (did you mean 'pcf8574'?)\n"},
    {"UnknownDeviceTypeNearNothing", BOARD("{ type = \"lm75\"; addr = 0x48; }"),
     "sim.cfg:2: board.targets.0.type: unknown device type 'lm75' (known: pcf8574, pcf8574a)\n"},
    {"UnknownControllerType", "board = { controller = { type = \"i2c\"; }; };\n",
     "sim.cfg:1: board.controller.type: unknown controller type 'i2c' (did you mean 'i2c-controller'?)\n"},
    {"TwinThatDrivesAndShadows", BOARD("{ drives = \"c\";\nshadows = [\"c\"]; }"),
     "sim.cfg:3: board.targets.0.shadows: twin 'c' both drives and shadows\n"},
    {"ControllerTwinThatDrivesAndShadows", "board = { controller = { shadows = [\"rtl\"]; }; };\n",
     "sim.cfg:1: board.controller.shadows: twin 'rtl' both drives and shadows\n"},
    {"TwinListedTwice", BOARD("{ shadows = [\"c\", \"c\"]; }"), "sim.cfg:2: board.targets.0.shadows.1: twin 'c' is listed twice\n"},
    {"UnknownDrivingTwin", BOARD("{ drives = \"rtk\"; shadows = [\"rtl\"]; }"),
     "sim.cfg:2: board.targets.0.drives: unknown twin 'rtk' (did you mean 'rtl'?)\n"},
    {"UnknownShadowingTwin", BOARD("{ shadows = [\"verilog\"]; }"),
     "sim.cfg:2: board.targets.0.shadows.0: unknown twin 'verilog' (known: rtl, c)\n"},
    {"UnknownPersonality", BOARD("{ personality = \"NXP\"; }"),
     "sim.cfg:2: board.targets.0.personality: unknown personality 'NXP' (did you mean 'nxp'?)\n"},
    {"TooManyTargets", "board = {\ntargets = ( {}, {addr=0x21;}, {addr=0x22;}, {addr=0x23;}, {addr=0x24;} ); };\n",
     "sim.cfg:2: board.targets: 5 targets, at most 4\n"},
    {"AllWeightsZero", "stimulus = { random = {\nweights = { write = 0; read = 0; write_read = 0; chain = 0; address = 0; absent = 0; reserved = 0; general_call = 0; "
     "start_byte = 0; rival = 0; reset = 0; disable = 0; commands = 0; registers = 0; prescale = 0; idle = 0; hostile = 0; }; }; };\n",
     "sim.cfg:2: stimulus.random.weights: not all weights can be 0\n"},
    {"ScenarioThatIsNoName", "stimulus = { scenarios = [ \"ok\",\n\"a b\" ]; };\n",
     "sim.cfg:2: stimulus.scenarios.1: 'a b' is neither a name (letters, digits, _ -) nor a path ending in .tcl\n"},
    {"RunNameThatIsAPath", "run = { name = \"../x\"; };\n",
     "sim.cfg:1: run.name: '../x' is no name of a folder: letters, digits and . _ - are, beginning with a letter or digit\n"},
    {"EmptyRunName", "run = { name = \"\"; };\n", "sim.cfg:1: run.name: a name has 1 .. 23 characters, this one 0\n"},
    {"SeveralAtOnce", "clock_hz = 0;\nfoo = 1;\nrun = { name = 1; };\n" BOARD("{ addr = 0x80; }"),
     "sim.cfg:1: clock_hz: 0 is out of range: 2000000 .. 1000000000\n"
     "sim.cfg:2: unknown key 'foo' (known: clock_hz, board, stimulus, checks, record, limits, run)\n"
     "sim.cfg:3: run.name: expected a string, not the integer 1\n"
     "sim.cfg:5: board.targets.0.addr: 0x80 is no 7-bit address (0x08 .. 0x77)\n"},
};

INSTANTIATE_TEST_SUITE_P(Config, Complains, ::testing::ValuesIn(kCases),
                         [](const ::testing::TestParamInfo<Case> &info) { return std::string(info.param.name); });

TEST_F(Config, TooManyScenariosIsAnError)
{
    std::string list = "\"a0\"";
    for (int i = 1; i <= CONFIG_SCENARIOS; i++)
        list += ",\"a" + std::to_string(i) + "\"";
    EXPECT_EQ(complaint("stimulus = { scenarios = [" + list + "]; };\n"), "sim.cfg:1: stimulus.scenarios: 129 scenarios, at most 128\n");
}

TEST_F(Config, AFileThatCannotBeReadIsNamedWithTheReason)
{
    EXPECT_EQ(load_path(path("none.cfg")).err, "none.cfg: cannot read: No such file or directory\n");
    EXPECT_NE(load_path("/").err.find("/: cannot read: Is a directory\n"), std::string::npos);
    write("plain", "");
    EXPECT_EQ(load_path(path("plain/sim.cfg")).err, "plain/sim.cfg: cannot read: Not a directory\n");
    EXPECT_EQ(load_path("/dev/zero").err, "/dev/zero: cannot read: File too large\n");
}

TEST_F(Config, ANulByteIsAnError)
{
    EXPECT_EQ(complaint(std::string("\nrun\0", 5)), "sim.cfg:2: there is a NUL byte here: not a text file\n");
}

TEST_F(Config, TheFastestSclOfTheMessageIsAccepted)
{
    Loaded l = load("clock_hz = 10000000; board = { scl_hz = 666666; };");
    EXPECT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.prescale, 3u);
    EXPECT_TRUE(load("clock_hz = 2000000; board = { scl_hz = 133333; };").ok);
    EXPECT_TRUE(load("clock_hz = 500000000; board = { scl_hz = 1526; };").ok);
    EXPECT_FALSE(load("clock_hz = 500000000; board = { scl_hz = 1525; };").ok);
}

TEST_F(Config, SclNeedsTwoPhasesLongerThanTheFilter)
{
    for (unsigned scl = 1000; scl <= 1000000; scl += 997) {
        Loaded l = load("clock_hz = 8000000; board = { spike_ns = 200; scl_hz = " + std::to_string(scl) + "; };");
        unsigned p = (8000000 + 5 * scl - 1) / (5 * scl);
        ASSERT_EQ(l.ok, 2 * p > 3 + 3) << scl << l.err; // 200 ns at 8 MHz: 3 clks
    }
}

TEST_F(Config, NumbersMayBeHexAndLargeWithoutSuffix)
{
    Loaded l = load("clock_hz = 0x5F5E100; stimulus = { seed = 5000000000; };");
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.clock_hz, 100000000u);
    EXPECT_EQ(l.c.seed, 5000000000u);
    EXPECT_EQ(load("stimulus = { seed = 5000000000L; };").c.seed, 5000000000u);
    EXPECT_EQ(load("stimulus = { seed = 0xFFFFFFFF; };").c.seed, 0xffffffffu);
    EXPECT_EQ(load("stimulus = { seed = 0x7FFFFFFFFFFFFFFF; };").c.seed, 0x7fffffffffffffffu);
}

TEST_F(Config, CommentsAndWindowsLineEndsAreFine)
{
    Loaded l = load("// one\r\n# two \"open\r\n/* 5000000000\r\n*/ clock_hz = /* x */ 20000000; # \xc3\xa9\r\n");
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.clock_hz, 20000000u);
}

// ---- @include --------------------------------------------------------------------------------------------------------

TEST_F(Config, AnIncludedFileIsNamedInItsMessages)
{
    write("part.cfg", "\nclock_hz = 1;\n");
    EXPECT_EQ(complaint("@include \"part.cfg\"\nfoo = 1;\n"),
              "part.cfg:2: clock_hz: 1 is out of range: 2000000 .. 1000000000\n"
              "sim.cfg:2: unknown key 'foo' (known: clock_hz, board, stimulus, checks, record, limits, run)\n");
    write("part.cfg", "\nclock_hz = ;\n");
    EXPECT_EQ(complaint("@include \"part.cfg\"\n"), "part.cfg:2: syntax error at or before: clock_hz = ;\n");
}

TEST_F(Config, IncludesAreReadInsideGroupsAndDoNotClaimLinesOfTheMainFile)
{
    write("list.cfg", "scenarios = [ \"a\" ];\n");
    Loaded l = load("stimulus = {\n  @include \"list.cfg\"\n seed = 5000000000;\n};\n");
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.scenarios, 1u);
    EXPECT_EQ(l.c.scenario_line[0], 0);
    EXPECT_EQ(l.c.seed, 5000000000u);
}

TEST_F(Config, AnIncludeThatCannotBeReadIsNamedWithTheReason)
{
    EXPECT_EQ(complaint("\n@include \"none.cfg\"\n"), "sim.cfg:2: cannot read the included file none.cfg: No such file or directory\n");
    EXPECT_EQ(complaint("@include \"/\"\n"), "sim.cfg:1: cannot read the included file /: Is a directory\n");
    EXPECT_EQ(complaint("\n@include \"sim.cfg\"\n"), "sim.cfg:2: includes are nested too deep: sim.cfg\n");
    EXPECT_EQ(complaint("@include\n"), "sim.cfg:1: syntax error at or before: @include\n");
}

// ---- --set -----------------------------------------------------------------------------------------------------------

TEST_F(Config, ASetReplacesWhatTheFileSays)
{
    Loaded l = load(kFull, {"stimulus.seed=5000000000", "clock_hz=0x5F5E100", "checks.int=false", "record.waves=all",
                            "run.name=\"x\"", "run.name=123", "board.targets.u1.addr=0x21", "board.targets.1.name=u7",
                            "stimulus.random.weights={ write = 1; read = 0; }"});
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.seed, 5000000000u);
    EXPECT_EQ(l.c.clock_hz, 100000000u);
    EXPECT_EQ(l.c.checks, 0x37u);
    EXPECT_EQ(l.c.waves, WAVES_ALL);
    EXPECT_STREQ(l.c.name, "123");
    EXPECT_EQ(l.c.socket[1].addr, 0x21);
    EXPECT_STREQ(l.c.socket[2].name, "u7");
    EXPECT_EQ(l.c.random.weight[STEP_READ], 0u);
    EXPECT_EQ(l.c.random.weight[STEP_ABSENT], 1u) << "a group that is replaced has defaults for the rest";
}

TEST_F(Config, ASetMakesWhatTheFileLacks)
{
    Loaded l = load("", {"stimulus.random.weights.read=9", "board.targets.0.name=a", "board.targets.a.drives=c",
                         "board.targets.1={ addr = 0x21; }"});
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_EQ(l.c.random.weight[STEP_READ], 9u);
    ASSERT_EQ(l.c.targets, 2u);
    EXPECT_EQ(l.c.socket[1].drives, TWIN_C);
    EXPECT_EQ(l.c.socket[2].addr, 0x21);
}

TEST_F(Config, ASetOfDrivesSwapsTheTwins)
{
    for (const char *set : {"board.targets.0.drives=c", "board.targets.u1.drives=c"}) {
        Loaded l = load(kFull, {set, "board.controller.drives=\"c\""});
        ASSERT_TRUE(l.ok) << l.err;
        for (int s = 0; s < 2; s++) {
            EXPECT_EQ(l.c.socket[s].drives, TWIN_C);
            EXPECT_TRUE(l.c.socket[s].present[TWIN_RTL] && l.c.socket[s].present[TWIN_C]);
        }
    }
    Loaded l = load(kFull, {"board.targets.u2.drives=rtl"});
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_FALSE(l.c.socket[2].present[TWIN_C]) << "no shadows stays no shadows";
    l = load(kFull, {"board.targets.u1.shadows="});
    ASSERT_TRUE(l.ok) << l.err;
    EXPECT_FALSE(l.c.socket[1].present[TWIN_C]);
}

TEST_F(Config, ASetOfAListNeedsNoBracketsAndNoQuotes)
{
    for (const char *set : {"stimulus.scenarios=a,b", "stimulus.scenarios=[a, b]", "stimulus.scenarios=[\"a\",\"b\"]"}) {
        Loaded l = load(kFull, {set});
        ASSERT_TRUE(l.ok) << l.err;
        ASSERT_EQ(l.c.scenarios, 2u) << set;
        EXPECT_STREQ(l.c.scenario[0], "a");
        EXPECT_STREQ(l.c.scenario[1], "b");
    }
    EXPECT_EQ(load(kFull, {"stimulus.scenarios="}).c.scenarios, 0u);
    EXPECT_STREQ(load(kFull, {"stimulus.scenarios.1=z"}).c.scenario[1], "z");
    EXPECT_STREQ(load(kFull, {"stimulus.scenarios.2=z"}).c.scenario[2], "z");
}

TEST_F(Config, AComplaintAboutASetNamesTheSet)
{
    static const struct {
        const char *set, *says;
    } cases[] = {
        {"board.foo=1", "unknown key 'foo' in board (known: scl_hz, spike_ns, controller, targets)"},
        {"chekcs.int=true", "unknown key 'chekcs' (did you mean 'checks'?)"},
        {"board.scl_hzz.x=1", "unknown key 'scl_hzz' in board (did you mean 'scl_hz'?)"},
        {"board..scl_hz=1", "unknown key '' in board (known: scl_hz, spike_ns, controller, targets)"},
        {"board.targets[].addr=1", "unknown key 'targets[]' in board (did you mean 'targets'?)"},
        {"board.scl_hz.x=1", "board.scl_hz is one value, there is no 'x' in it"},
        {"clock_hz=0", "0 is out of range: 2000000 .. 1000000000"},
        {"clock_hz=fast", "expected an integer, not the string \"fast\""},
        {"clock_hz=1; x = 2", "expected an integer, not the string \"1; x = 2\""},
        {"clock_hz=", "expected an integer, not the string \"\""},
        {"clock_hz=9223372036854775808", "this number does not fit in 64 bits: 9223372036854775808"},
        {"checks.int=on", "expected true or false, not the string \"on\""},
        {"board.targets.1.drives=rtk", "unknown twin 'rtk' (did you mean 'rtl'?)"},
        {"board.targets.u1.addr=0x80", "board.targets.0.addr: 0x80 is no 7-bit address (0x08 .. 0x77)"},
        {"board.targets.u9.addr=0x21", "board.targets: there is no 'u9' (did you mean 'u1'?)"},
        {"board.targets.9.addr=0x21", "board.targets: there is no '9'; it has 2, counted from 0"},
        {"board.targets.0=5", "expected a group { ... }"},
        {"board.targets=5", "expected a list of groups ( { ... }, ... ), not the integer 5"},
        {"board.targets.1.shadows=c", "twin 'c' both drives and shadows"},
        {"board=5", "expected a group { ... }, not the integer 5"},
        {"run.name=\"x", "this string is never closed"},
        {"seed", "expected PATH=VALUE, such as stimulus.seed=7"},
        {"=1", "expected PATH=VALUE, such as stimulus.seed=7"},
        {"", "expected PATH=VALUE, such as stimulus.seed=7"},
    };
    for (const auto &c : cases)
        EXPECT_EQ(complaint(kFull, {c.set}), std::string("--set ") + c.set + ": " + c.says + "\n");
}

TEST_F(Config, ADuplicateMadeByASetNamesBothPlaces)
{
    EXPECT_EQ(complaint(targets("{ addr = 0x20; },\n{ addr = 0x21; }\n"), {"board.targets.1.addr=0x20"}),
              "--set board.targets.1.addr=0x20: duplicate address 0x20: target 'u1' has it (sim.cfg:2)\n");
    EXPECT_EQ(complaint(targets("{ addr = 0x20; },\n{ addr = 0x21; }\n"), {"board.targets.0.addr=0x21"}),
              "sim.cfg:3: board.targets.1.addr: duplicate address 0x21: target 'u1' has it (--set board.targets.0.addr=0x21)\n");
}

// ---- nearest ---------------------------------------------------------------------------------------------------------

const char *nearest(const char *word, const std::vector<const char *> &among)
{
    return config_nearest(word, among.data(), static_cast<unsigned>(among.size()));
}

TEST(ConfigNearest, OneSlipIsNear)
{
    const std::vector<const char *> among = {"clock_hz", "board", "checks", "limits"};
    EXPECT_STREQ(nearest("chekcs", among), "checks"); // swapped
    EXPECT_STREQ(nearest("cheks", among), "checks");  // left out
    EXPECT_STREQ(nearest("checkks", among), "checks"); // put in
    EXPECT_STREQ(nearest("boerd", among), "board");   // replaced
    EXPECT_STREQ(nearest("Board", among), "board");   // case
    EXPECT_STREQ(nearest("clock", among), "clock_hz"); // begun
}

TEST(ConfigNearest, TheNearestWinsAndTheFirstOfEquals)
{
    EXPECT_STREQ(nearest("int_clear", {"int_cleaned", "int_cleat", "int_c1ear"}), "int_cleat");
    EXPECT_STREQ(nearest("write_patern", {"write_patterns", "write_pattern"}), "write_pattern");
}

TEST(ConfigNearest, WhatIsFarIsNotOffered)
{
    EXPECT_EQ(nearest("foo", {"board", "run", "c"}), nullptr);
    EXPECT_EQ(nearest("x", {"c", "y"}), nullptr);
    EXPECT_EQ(nearest("", {"c"}), nullptr);
    EXPECT_EQ(nearest(nullptr, {"c"}), nullptr);
    EXPECT_EQ(nearest("board", {nullptr, ""}), nullptr);
    EXPECT_EQ(config_nearest("board", nullptr, 0), nullptr);
    EXPECT_EQ(nearest(std::string(1000, 'a').c_str(), {"a"}), nullptr);
}

// ---- robustness ------------------------------------------------------------------------------------------------------

class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed) {}
    unsigned below(size_t n) // splitmix64
    {
        uint64_t z = state_ += 0x9e3779b97f4a7c15u;
        z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
        z = (z ^ z >> 27) * 0x94d049bb133111ebu;
        return static_cast<unsigned>((z ^ z >> 31) % n);
    }

  private:
    uint64_t state_;
};

std::string mutate(std::string text, Random *random)
{
    static const char *const pieces[] = {"{", "}", "(", ")", "[", "]", ";", "=", ",", "\"", "\\", "/*", "*/", "#", "//", "\n", "@include \"x\"\n",
                                         "\n@include \"sim.cfg\"\n", "99999999999999999999", "-", "0x", "0x80000000", "1.5", "1e999", "true",
                                         "L", "5000000000", "\xff", "drives", "board", "targets = ()", "{}", "({})", "[[", "name = \"u1\";"};
    for (unsigned edits = 1 + random->below(4); edits > 0; edits--) {
        size_t at = random->below(text.size() + 1), n = std::min<size_t>(random->below(12), text.size() - at);
        switch (random->below(5)) {
        case 0: text.erase(at, n); break;
        case 1: text.insert(at, pieces[random->below(sizeof pieces / sizeof *pieces)]); break;
        case 2: text.insert(random->below(text.size() + 1), text.substr(at, n)); break;
        case 3: text.replace(at, n, pieces[random->below(sizeof pieces / sizeof *pieces)]); break;
        default:
            if (at < text.size())
                text[at] = static_cast<char>(random->below(256));
        }
    }
    return text;
}

TEST_F(Config, MutatedFilesAndSetsNeverCrashAndAlwaysSayWhy)
{
    Random random(20250101);
    unsigned accepted = 0;
    for (int i = 0; i < 20000; i++) {
        std::string text = mutate(kFull, &random);
        std::string a = mutate("board.targets.u1.shadows=[\"c\"]", &random), b = mutate("stimulus.random.weights={read=1;}", &random);
        std::vector<const char *> sets;
        if (random.below(2))
            text = kFull;
        if (random.below(2))
            sets = {a.c_str(), b.c_str()};
        Loaded l = load(text, sets);
        accepted += l.ok;
        ASSERT_EQ(l.ok, l.err.empty()) << text << l.err;
        if (l.ok && accepted % 8 == 0) {
            ASSERT_TRUE(load(dump(l.c)).ok) << dump(l.c);
        }
    }
    EXPECT_GT(accepted, 1000u);
}

} // namespace
