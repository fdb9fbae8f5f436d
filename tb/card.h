// SPDX-License-Identifier: Apache-2.0
//
// The mismatch card: one first failure in plain text, for the terminal and for junit.xml. 80 columns wide, but for the two commands.
#ifndef TWINWIRE_CARD_H
#define TWINWIRE_CARD_H

#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

// The card of scoreboard `board` (SCOREBOARDS: the scenario's own expectations) in scenario `r`, which has a first failure.
void card_print(const struct run *run, const struct scenario_result *r, int board, bool colour, FILE *out);

// A terminal that wants colour: neither NO_COLOR nor TERM=dumb is set.
bool card_colour(FILE *out);

// Why a mismatch has no drawing; NULL if it has one.
const char *card_no_drawing(const struct sketch *sketch);

#ifdef __cplusplus
}
#endif
#endif
