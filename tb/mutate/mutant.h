// SPDX-License-Identifier: Apache-2.0
//
// Mutants: only the programs twinwire-mutants (of the RTL) and twinwire-model-mutants (of cmodel/ and scoreboards/) have them. All are
// compiled in beside what they change, and one number, set before the first clock, says which is on. tb/mutate/ writes their sources.
#ifndef TWINWIRE_MUTANT_H
#define TWINWIRE_MUTANT_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const int mutant_count; // numbers are 1 .. mutant_count
extern int mutant_sel;         // 0: none

// Puts one in, for good. False: `number` is none of them (0 is). To be called before the RTL is made.
bool mutant_select(const char *number);

#ifdef __cplusplus
}
#endif
#endif
