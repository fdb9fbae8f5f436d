// SPDX-License-Identifier: Apache-2.0
//
// The declarations at the head of a VCD file: any list of signals, each with its scope, as one tree of nested scopes.
#ifndef TWINWIRE_VCD_TREE_H
#define TWINWIRE_VCD_TREE_H

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct vcd_entry {
    const char *scope;       // "board.u1.rtl": names with dots between
    const char *declaration; // what stands between "$var" and "$end": "wire 8 !a port [7:0]"
};

// Prints every entry once. Scopes come in the order of their first entries; a scope's own signals come before its inner scopes.
void vcd_tree_print(FILE *out, const struct vcd_entry *entries, unsigned count);

#ifdef __cplusplus
}
#endif
#endif
