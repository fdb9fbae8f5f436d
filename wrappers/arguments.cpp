// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include "../tb/atlas.h"
#include "../tb/coverage.h"
#include "../tb/report.h"
#include "../tb/scenario.h"
#include "../tb/terminal.h"
#include "verilator_engine.h"

#ifdef TWINWIRE_FAULTS
#include "../tb/fault.h"
#endif

namespace {

std::string quoted(const std::string &text) {
    std::vector<char> out(4 * text.size() + 8);
    report_quote(text.c_str(), out.data(), out.size());
    return out.data();
}

enum Group { RUN, LOOK, FIND_OUT, GROUPS };
const char *const group_names[GROUPS] = {"Run", "Look", "Find out"};

// The command line: parsing, --help and "did you mean" all come from this table.
struct Option {
    Group group;
    const char *letter, *name; // "-v" or "", and "--verbose"
    const char *value;         // what it wants behind it, "" = nothing
    const char *help;
    void (*take)(Arguments &a, const char *value);
};

void help(const char *program);
void version();
void add_part(Arguments &a, const char *name);
void take_jobs(Arguments &a, const char *number);

template <void (*print)(std::FILE *)> void answer(Arguments &, const char *) {
    print(stdout);
    std::exit(EXIT_PASS);
}

const Option options[] = {
    {RUN, "", "--scenario", "NAME|FILE.tcl", "this scenario instead of those of SIM.CFG, and no random part; may be repeated",
     [](Arguments &a, const char *value) { a.scenarios.push_back(value); }},
    {RUN, "", "--random", "N", "steps of the random part; 0: none", [](Arguments &a, const char *value) { a.random = value; }},
    {RUN, "", "--seed", "N", "seed of the random part", [](Arguments &a, const char *value) { a.seed = value; }},
    {RUN, "", "--set", "PATH=VALUE", "change a key of SIM.CFG; may be repeated", [](Arguments &a, const char *value) { a.sets.push_back(value); }},
    {RUN, "", "--atlas", "all|N|CELL", "hostile faults at every bit slot of three transfers; every N-th of these cells, best a prime like 61; or one, as a scenario",
     [](Arguments &a, const char *value) { a.atlas = value; }},
    {RUN, "", "--jobs", "N", "processes that the atlas runs on; default: 1", take_jobs},
    {RUN, "", "--every-edge", "", "look at every clock edge the long way: the same results, slower; a check of the harness itself",
     [](Arguments &a, const char *) { a.every_edge = true; }},
#ifdef TWINWIRE_FAULTS
    {RUN, "", "--fault", "NAME", "put this seeded fault in", [](Arguments &a, const char *value) { a.fault = value; }},
#endif
#ifdef TWINWIRE_MUTANTS
    {RUN, "", "--mutant", "N", "put this mutant in (tb/mutate/); 0: none", [](Arguments &a, const char *value) { a.mutant = value; }},
#endif
    {LOOK, "-v", "--verbose", "PART", "a log on stdout of scenarios, bus, host, pins, scoreboards or timing; may be repeated", add_part},
    {LOOK, "", "--quiet", "", "print failures and the verdict, nothing else", [](Arguments &a, const char *) { a.quiet = true; }},
    {LOOK, "", "--waves", "off|directed|all", "when to write waves.vcd: never, in scenarios, in the random part too",
     [](Arguments &a, const char *value) { a.waves = value; }},
    {LOOK, "", "--out", "DIR", "where results go; default: out/ and run.name of SIM.CFG", [](Arguments &a, const char *value) { a.out = value; }},
    {FIND_OUT, "", "--shell", "", "a prompt on the live board instead of a run; its command help lists the others",
     [](Arguments &a, const char *) { a.shell = true; }},
    {FIND_OUT, "", "--list", "", "the scenarios there are, and which of them SIM.CFG leaves out", [](Arguments &a, const char *) { a.list = true; }},
#ifdef TWINWIRE_FAULTS
    {FIND_OUT, "", "--list-faults", "", "the seeded faults: name, scoreboard that must catch it, scenario", answer<fault_list>},
#endif
    {FIND_OUT, "", "--random-tcl", "FILE", "write the random part as a scenario, FILE, which --scenario FILE runs",
     [](Arguments &a, const char *value) { a.random_tcl = value; }},
    {FIND_OUT, "", "--list-bins", "", "the bins of functional coverage", answer<coverage_list>},
    {FIND_OUT, "", "--dump-config", "", "the configuration as it is after SIM.CFG and all options", [](Arguments &a, const char *) { a.dump = true; }},
    {FIND_OUT, "", "--help-config", "", "every key of SIM.CFG", answer<config_help>},
    {FIND_OUT, "", "--help-scenario", "", "the commands of scenarios", answer<scenario_help>},
    {FIND_OUT, "", "--version", "", "this program's, Verilator's and the compiler's",
     [](Arguments &, const char *) { version(); }},
    {FIND_OUT, "-h", "--help", "", "this", [](Arguments &a, const char *) { help(a.program.c_str()); }}};

// Each of them is run by a test.
const struct {
    const char *what, *arguments;
} examples[] = {
    {"everything in sim.cfg", ""},
    {"one scenario, each transfer", " --scenario read_pins -v bus"},
    {"what its driver does", " --scenario read_pins -v host"},
    {"ports, their outside, INT", " --scenario int_on_change -v pins"},
    {"the C controller drives", " --set board.controller.drives=c"},
    {"the random part in waves", " --random 20 --seed 7 --waves all"},
    {"which scenarios are of INT?", " --list | grep int_"},
    {"a sim.cfg of your own", " --dump-config > own.cfg"},
};

void help_examples(const char *program) {
    std::printf("\nExamples, in the folder of sim.cfg\n");
    for (const auto &example : examples)
        std::printf("  %-28s%s%s\n", example.what, quoted(program).c_str(), example.arguments);
}

void help(const char *program) {
    unsigned columns = terminal_columns(STDOUT_FILENO);
    columns = columns ? columns : 80;
    std::printf("%s [options] [SIM.CFG]\n\n", program);
    terminal_wrap(stdout, 0, columns, "Runs the board of SIM.CFG (default: sim.cfg) and judges it at every clock edge.");
    for (int group = 0; group < GROUPS; group++) {
        std::printf("\n%s\n", group_names[group]);
        for (const Option &o : options)
            if (o.group == group) {
                std::string name = std::string(o.letter) + (*o.letter ? ", " : "") + o.name + " " + o.value;
                std::printf("  %-26s ", name.c_str());
                if (name.size() > 26)
                    std::printf("\n%29s", "");
                terminal_wrap(stdout, 29, columns, o.help);
            }
    }
    std::printf("\nExit code\n  ");
    terminal_wrap(stdout, 2, columns, "0 all checks passed, 1 a check failed, 2 wrong input, 3 the environment failed, 130 interrupted");
    help_examples(program);
    std::exit(EXIT_PASS);
}

void version() {
#ifdef __clang__
    const char *compiler = "clang++ " __clang_version__;
#else
    const char *compiler = "g++ " __VERSION__;
#endif
    std::printf("twinwire %s\n%s\n%s\n", TWINWIRE_VERSION, verilator_engine_version(), compiler);
    std::exit(EXIT_PASS);
}

// " (did you mean X?)", or ""
std::string did_you_mean(const char *word, const std::vector<const char *> &candidates) {
    const char *near = config_nearest(word, candidates.data(), static_cast<unsigned>(candidates.size()));
    return near ? std::string(" (did you mean ") + near + "?)" : "";
}

void add_part(Arguments &a, const char *name) {
    for (unsigned part = 0; part < VERBOSE_PARTS; part++) {
        if (std::strcmp(name, verbose_names[part]) == 0) {
            a.verbose |= 1u << part;
            return;
        }
    }
    std::string known;
    for (const char *one : verbose_names)
        known += std::string(known.empty() ? "" : ", ") + one;
    user_error("-v " + std::string(name) + ": there is no such part" +
               did_you_mean(name, {verbose_names, verbose_names + VERBOSE_PARTS}) + "; there are " + known);
}

void take_jobs(Arguments &a, const char *number) {
    char *end;
    long jobs = std::strtol(number, &end, 10);
    if (*end || end == number || jobs < 1 || jobs > ATLAS_JOBS)
        user_error("--jobs " + std::string(number) + ": a number from 1 to " + std::to_string(+ATLAS_JOBS) + " is wanted");
    a.jobs = static_cast<unsigned>(jobs);
}

[[noreturn]] void unknown_option(const std::string &word) {
    std::vector<const char *> names;
    for (const Option &o : options)
        names.push_back(o.name);
    user_error("unknown option " + word + did_you_mean(word.c_str(), names) + "; --help shows all");
}

} // namespace

void user_error(const std::string &text) {
    std::fprintf(stderr, "twinwire: %s\n", text.c_str());
    std::exit(EXIT_USER);
}

Arguments arguments_parse(int argc, char **argv) {
    Arguments a;
    a.program = argv[0];
    for (int i = 1; i < argc; i++) {
        std::string word = argv[i];
        if (word[0] != '-') {
            if (a.file_given)
                user_error("one SIM.CFG is enough: " + a.file + " and " + word);
            a.file = word;
            a.file_given = true;
            continue;
        }
        auto option = std::find_if(std::begin(options), std::end(options), [&](const Option &o) { return word == o.name || word == o.letter; });
        if (option == std::end(options))
            unknown_option(word);
        if (*option->value && i + 1 == argc)
            user_error(word + " wants a value (see --help)");
        option->take(a, *option->value ? argv[++i] : nullptr);
    }
    if (a.shell && !(a.scenarios.empty() && a.random.empty() && a.waves.empty()))
        user_error("--shell does nothing by itself: --scenario, --random and --waves are its commands source, random and wave");
    if (!a.atlas.empty() && (a.shell || !(a.scenarios.empty() && a.random.empty())))
        user_error("--atlas is a run of its own: without --scenario, --random and --shell");
    return a;
}

std::vector<std::string> arguments_sets(const Arguments &a) {
    std::vector<std::string> sets = a.sets;
    if (!a.seed.empty())
        sets.push_back("stimulus.seed=" + a.seed);
    if (!a.waves.empty())
        sets.push_back("record.waves=" + a.waves);
    if (!a.random.empty())
        sets.push_back("stimulus.random.transfers=" + a.random);
    else if (!a.scenarios.empty() || !a.atlas.empty())
        sets.push_back("stimulus.random.transfers=0");
    return sets;
}

std::string arguments_rerun(const Arguments &a, const config &c) {
    std::string text = quoted(a.program);
    for (const std::string &set : a.sets)
        text += " --set " + quoted(set);
    if (!a.fault.empty())
        text += " --fault " + a.fault;
    if (!a.mutant.empty())
        text += " --mutant " + a.mutant;
    return text + " --seed " + std::to_string(c.seed) + " " + quoted(a.file);
}

std::string arguments_rerun_rest(const Arguments &a) {
    std::string text;
    if (!a.atlas.empty())
        text += " --atlas " + quoted(a.atlas);
    for (const std::string &name : a.scenarios)
        text += " --scenario " + quoted(name);
    if (!a.random.empty())
        text += " --random " + a.random;
    if (!a.waves.empty())
        text += " --waves " + a.waves;
    if (a.every_edge)
        text += " --every-edge";
    for (unsigned part = 0; part < VERBOSE_PARTS; part++)
        if (a.verbose >> part & 1)
            text += std::string(" -v ") + verbose_names[part];
    if (!a.out.empty())
        text += " --out " + quoted(a.out);
    return text;
}
