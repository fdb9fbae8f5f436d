// SPDX-License-Identifier: Apache-2.0
//
// Seeded faults: only the program twinwire-faulty has them. Every fault of tb/faults/faults.txt is compiled in beside the original
// text, and one number, set before the first clock, says which of them is on. tb/faults/plant.py writes the source of this header.
#ifndef TWINWIRE_FAULT_H
#define TWINWIRE_FAULT_H

#include <stdbool.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

// Puts one fault in, for good. False: there is none of that name. To be called before the RTL is made.
bool fault_select(const char *name);

// One line a fault: name, the scoreboard that must catch it, the scenario that shows it.
void fault_list(FILE *out);

#ifdef __cplusplus
}
#endif
#endif
