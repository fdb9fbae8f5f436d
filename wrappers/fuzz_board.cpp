// SPDX-License-Identifier: Apache-2.0
#include "../tb/fuzz/fuzz.h"
extern const fuzz_target fuzz_board;
const fuzz_target fuzz_board = {"board", nullptr, nullptr};
