// SPDX-License-Identifier: Apache-2.0
//
// The unit tests with a mutant in what they test: the environment's TWINWIRE_MUTANT is its number.
#include <cstdlib>

#include "mutant.h"

namespace {
const bool on = [] {
    const char *number = std::getenv("TWINWIRE_MUTANT");
    if (number && !mutant_select(number))
        std::abort();
    return true;
}();
} // namespace
