// SPDX-License-Identifier: Apache-2.0
#include "mutant.h"

#include <stdlib.h>

int mutant_sel;
int twinwire_mutant(void); // for mutant_pkg.sv

int twinwire_mutant(void) { return mutant_sel; }

bool mutant_select(const char *number) {
    char *end;
    long n = strtol(number, &end, 10);
    if (end == number || *end || n < 0 || n > mutant_count)
        return false;
    mutant_sel = (int)n;
    return true;
}
