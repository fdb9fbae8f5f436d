// SPDX-License-Identifier: Apache-2.0
//
// twinwire-fuzz --target=NAME [libFuzzer's options] [FOLDER | FILE]...: what libFuzzer calls. See tb/fuzz/fuzz.h; a person calls tb/fuzz/fuzz.py.
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include "../tb/fuzz/fuzz.h"

extern const fuzz_target fuzz_board;

namespace {

const fuzz_target *const targets[] = {&fuzz_config, &fuzz_set, &fuzz_scenario, &fuzz_shell, &fuzz_board};
const fuzz_target *target;

} // namespace

#if defined(__clang__)
// libconfig 1.5 forgets the string that it read last before a syntax error. (gcc: tb/config.c)
extern "C" const char *__lsan_default_suppressions() { return "leak:libconfig.so\n"; }
#endif

extern "C" int LLVMFuzzerInitialize(int *argc, char ***argv) {
    for (int i = 1; i < *argc; i++)
        for (const fuzz_target *one : targets)
            if (std::string("--target=") + one->name == (*argv)[i])
                target = one;
    int nowhere = open("/dev/null", O_WRONLY);
    if (!target || nowhere < 0 || dup2(nowhere, STDOUT_FILENO) < 0) {
        std::fprintf(stderr, target ? "twinwire-fuzz: /dev/null cannot be opened\n" : "twinwire-fuzz: --target=NAME is wanted (see tb/fuzz/fuzz.h)\n");
        std::exit(target ? EXIT_ENVIRONMENT : EXIT_USER);
    }
    close(nowhere);
    target->init();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    target->one(bytes, size);
    return 0;
}
