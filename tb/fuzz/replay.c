// SPDX-License-Identifier: Apache-2.0
//
// fuzz-replay --target=NAME FILE|FOLDER...: gives each file to the target, once, in the order of the command line. No libFuzzer: any compiler's
// build can do it.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { BYTES_MAX = 1 << 20, NO_INPUT = 2, NOT_READ = 3 };

static uint8_t bytes[BYTES_MAX];

static int replay_file(const char *path) {
    FILE *f = fopen(path, "rb");
    size_t size = f ? fread(bytes, 1, sizeof bytes, f) : 0;
    uint8_t *exact = malloc(size + !size); // so that a sanitizer sees where it ends
    if (!f || ferror(f) || size == sizeof bytes || !exact) {
        fprintf(stderr, "%s: cannot be read, or is too long\n", path);
        exit(NOT_READ);
    }
    fclose(f);
    memcpy(exact, bytes, size);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    return 1;
}

static int replay(const char *path) {
    struct stat st;
    struct dirent **names;
    if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
        return replay_file(path);
    int done = 0, count = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char file[4096];
        snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.')
            done += replay_file(file);
        free(names[i]);
    }
    if (count >= 0)
        free(names);
    return done;
}

int main(int argc, char **argv) {
    int done = 0;
    LLVMFuzzerInitialize(&argc, &argv);
    for (int i = 1; i < argc; i++)
        if (argv[i][0] != '-')
            done += replay(argv[i]);
    fprintf(stderr, "%d inputs, nothing found\n", done);
    return done ? 0 : NO_INPUT;
}
