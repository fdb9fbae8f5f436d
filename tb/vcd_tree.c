// SPDX-License-Identifier: Apache-2.0
#include "vcd_tree.h"

#include <stdbool.h>
#include <string.h>

// Whether `scope` is `outer` or lies in it.
static bool within(const char *scope, const char *outer, size_t length) {
    return strncmp(scope, outer, length) == 0 && (length == 0 || scope[length] == '\0' || scope[length] == '.');
}

// The scope that `entries[i]` opens below `outer`, as a length of its name; 0 if an entry before it did so.
static size_t opens(const struct vcd_entry *entries, unsigned i, size_t outer) {
    const char *scope = entries[i].scope;
    if (scope[outer] == '\0')
        return 0;
    size_t from = outer + (outer > 0), length = from + strcspn(scope + from, ".");
    for (unsigned k = 0; k < i; k++)
        if (within(entries[k].scope, scope, length))
            return 0;
    return length;
}

static void print_below(FILE *out, const struct vcd_entry *entries, unsigned count, const char *outer, size_t length) {
    for (unsigned i = 0; i < count; i++)
        if (within(entries[i].scope, outer, length) && entries[i].scope[length] == '\0')
            fprintf(out, "$var %s $end\n", entries[i].declaration);
    for (unsigned i = 0; i < count; i++) {
        size_t inner = within(entries[i].scope, outer, length) ? opens(entries, i, length) : 0;
        if (inner == 0)
            continue;
        const char *name = entries[i].scope + length + (length > 0);
        fprintf(out, "$scope module %.*s $end\n", (int)strcspn(name, "."), name);
        print_below(out, entries, count, entries[i].scope, inner);
        fprintf(out, "$upscope $end\n");
    }
}

void vcd_tree_print(FILE *out, const struct vcd_entry *entries, unsigned count) { print_below(out, entries, count, "", 0); }
