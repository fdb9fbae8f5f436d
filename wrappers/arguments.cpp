// SPDX-License-Identifier: Apache-2.0
#include "arguments.h"

#include <cstdio>
#include <cstdlib>

#include "../tb/report.h"
#include "../tb/scenario.h"

#ifdef TWINWIRE_FAULTS
#include "../tb/fault.h"
#endif

namespace {

const char usage[] =
    "twinwire [options] [SIM.CFG]      runs the board of SIM.CFG (default: sim.cfg) and judges it at every clock edge\n\n"
    "  --scenario NAME|FILE.tcl  run this scenario instead of those of SIM.CFG (may be repeated), without the random part\n"
    "  --random N                random transfers (0 switches the random part off)\n"
    "  --seed N                  seed of the random part\n"
    "  --set PATH=VALUE          override a key, e.g. --set board.targets.u1.drives=c (may be repeated)\n"
    "  --waves off|directed|all  when to write waves.vcd\n"
    "  --out DIR                 where results go (default: out/<run.name>)\n"
    "  --every-edge              look at every clock edge the long way: the same results, slower; a check of the harness itself\n"
    "  --quiet                   print nothing but failures and the verdict\n"
#ifdef TWINWIRE_FAULTS
    "  --fault NAME              put this seeded fault in\n"
    "  --list-faults             the seeded faults: name, scoreboard that must catch it, scenario\n"
#endif
    "  --shell                   a prompt on the live board instead of a run; see its command help\n"
    "  --list                    the scenarios there are\n"
    "  --dump-config             the effective configuration\n"
    "  --help-config             every key of SIM.CFG\n"
    "  --help-scenario           the commands of scenarios\n"
    "  --version, --help\n\n"
    "exit code: 0 all checks passed, 1 a check failed, 2 wrong input, 3 the environment failed, 130 interrupted\n";

const char *const options[] = {"--scenario", "--random", "--seed", "--set", "--waves", "--out", "--every-edge", "--quiet", "--shell", "--list",
#ifdef TWINWIRE_FAULTS
                               "--fault", "--list-faults",
#endif
                               "--dump-config", "--help-config", "--help-scenario", "--version", "--help"};

// Prints and leaves, for options that only ask.
bool answer(const std::string &word) {
    if (word == "--help")
        std::fputs(usage, stdout);
    else if (word == "--help-config")
        config_help(stdout);
    else if (word == "--help-scenario")
        scenario_help(stdout);
    else if (word == "--version")
        std::puts("twinwire " TWINWIRE_VERSION);
#ifdef TWINWIRE_FAULTS
    else if (word == "--list-faults")
        fault_list(stdout);
#endif
    else
        return false;
    return true;
}

std::string quoted(const std::string &text) {
    std::vector<char> out(4 * text.size() + 8);
    report_quote(text.c_str(), out.data(), out.size());
    return out.data();
}

} // namespace

void user_error(const std::string &text) {
    std::fprintf(stderr, "twinwire: %s\n", text.c_str());
    std::exit(EXIT_USER);
}

Arguments arguments_parse(int argc, char **argv) {
    Arguments a;
    bool have_file = false;
    for (int i = 1; i < argc; i++) {
        std::string word = argv[i];
        std::string *value = word == "--out" ? &a.out : word == "--waves" ? &a.waves : word == "--seed" ? &a.seed : word == "--random" ? &a.random
#ifdef TWINWIRE_FAULTS
                           : word == "--fault" ? &a.fault
#endif
                                               : nullptr;
        std::vector<std::string> *values = word == "--scenario" ? &a.scenarios : word == "--set" ? &a.sets : nullptr;
        if ((value || values) && i + 1 == argc)
            user_error(word + " wants a value (see --help)");
        if (value)
            *value = argv[++i];
        else if (values)
            values->push_back(argv[++i]);
        else if (word == "--quiet")
            a.quiet = true;
        else if (word == "--every-edge")
            a.every_edge = true;
        else if (word == "--shell")
            a.shell = true;
        else if (word == "--list")
            a.list = true;
        else if (word == "--dump-config")
            a.dump = true;
        else if (answer(word))
            std::exit(EXIT_PASS);
        else if (word[0] == '-') {
            const char *near = config_nearest(word.c_str(), options, sizeof options / sizeof *options);
            user_error("unknown option " + word + (near ? std::string(" (did you mean ") + near + "?)" : "") + "; --help shows all");
        } else if (have_file)
            user_error("one SIM.CFG is enough: " + a.file + " and " + word);
        else {
            a.file = word;
            have_file = true;
        }
    }
    if (a.shell && !(a.scenarios.empty() && a.random.empty() && a.waves.empty()))
        user_error("--shell does nothing by itself: --scenario, --random and --waves are its commands source, random and wave");
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
    else if (!a.scenarios.empty())
        sets.push_back("stimulus.random.transfers=0");
    return sets;
}

std::string arguments_rerun(const char *program, const Arguments &a, const config &c) {
    std::string text = program;
    for (const std::string &set : a.sets)
        text += " --set " + quoted(set);
    if (!a.fault.empty())
        text += " --fault " + a.fault;
    return text + " --seed " + std::to_string(c.seed) + " " + quoted(a.file);
}

std::string arguments_rerun_rest(const Arguments &a) {
    std::string text;
    for (const std::string &name : a.scenarios)
        text += " --scenario " + quoted(name);
    if (!a.random.empty())
        text += " --random " + a.random;
    if (!a.waves.empty())
        text += " --waves " + a.waves;
    return text;
}
