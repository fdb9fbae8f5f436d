// SPDX-License-Identifier: Apache-2.0
//
// The terminal that a file descriptor may lead to: how wide it is, and text that fits.
#ifndef TWINWIRE_TERMINAL_H
#define TWINWIRE_TERMINAL_H

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

// Columns of the terminal, as of now; 80 if it does not say. 0: `fd` is no terminal.
unsigned terminal_columns(int fd);

// Prints `text` and ends the line. The cursor stands at column `indent`; words that would go beyond `columns` go to a new line, which begins
// there too. With `columns` 0 all is one line.
void terminal_wrap(FILE *out, unsigned indent, unsigned columns, const char *text);

#ifdef __cplusplus
}
#endif
#endif
