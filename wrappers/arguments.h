// SPDX-License-Identifier: Apache-2.0
//
// The command line of the program, and the command that repeats a run.
#ifndef TWINWIRE_ARGUMENTS_H
#define TWINWIRE_ARGUMENTS_H

#include <string>
#include <vector>

#include "../tb/config.h"

struct Arguments {
    std::string program, file = "sim.cfg", out, waves, seed, random, random_tcl, fault, mutant, atlas;
    std::vector<std::string> scenarios, sets;
    unsigned jobs = 1;
    unsigned verbose = 0; // bit an enum verbose_part
    bool file_given = false, quiet = false, every_edge = false, list = false, dump = false, shell = false;
};

// Says what is wrong with what the user gave, and leaves with exit code 2.
[[noreturn]] void user_error(const std::string &text);

// Options that only ask (--help, --version ...) are answered and end the program.
Arguments arguments_parse(int argc, char **argv);

// The options as overrides (--set), so that there is one way in.
std::vector<std::string> arguments_sets(const Arguments &a);

// The command that repeats the board and the seed; a card adds its scenario to it.
std::string arguments_rerun(const Arguments &a, const config &c);
// What else was asked for, to repeat the whole run.
std::string arguments_rerun_rest(const Arguments &a);

#endif
