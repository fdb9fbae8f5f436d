// SPDX-License-Identifier: Apache-2.0
//
// Instead of libFuzzer: gives every file named on the command line to the target, once, so that any compiler's build can do it.
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <stdint.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { BYTES_MAX = 1 << 20 };

static void replay(const char *path) {
    FILE *f = fopen(path, "rb");
    uint8_t *bytes = malloc(BYTES_MAX);
    size_t size = f && bytes ? fread(bytes, 1, BYTES_MAX, f) : 0;
    if (!f || ferror(f) || size == BYTES_MAX) {
        fprintf(stderr, "%s: cannot be read, or is too long\n", path);
        exit(3);
    }
    fclose(f);
    uint8_t *exact = malloc(size ? size : 1); // so that a sanitizer sees where it ends
    memcpy(exact, bytes, size);
    free(bytes);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

int main(int argc, char **argv) {
    int done = 0;
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-') {
            fprintf(stderr, "%s\n", argv[i]);
            replay(argv[i]);
            done++;
        }
    fprintf(stderr, "%d inputs, no finding\n", done);
    return done ? 0 : 2;
}
