// SPDX-License-Identifier: Apache-2.0
//
// The configuration reader: whatever the text, it is either rejected with messages that say where, one a line, or accepted without a word;
// and what is accepted comes back the same from its own dump.
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

enum { FILES = 3, SETS = 8 };

// The only files there are while an input is read.
static struct {
    const char *name;
    const void *bytes;
    size_t size;
} files[FILES];
static bool reading;

FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode) {
    if (!reading)
        return __real_fopen(path, mode);
    for (unsigned i = 0; i < FILES; i++)
        if (files[i].name && strcmp(path, files[i].name) == 0)
            return fmemopen((void *)files[i].bytes, files[i].size, "r");
    errno = ENOENT;
    return NULL;
}

// "fuzz.cfg:12: " or "--set a=b: ", as messages print it. Returns what is behind it, or NULL.
static const char *behind_place(const char *line, const char *const *sets, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        char place[2 * CONFIG_PATH];
        size_t n = (size_t)snprintf(place, sizeof place, "--set %s", sets[i]);
        n = n < sizeof place ? n : sizeof place - 1;
        for (size_t at = 0; at < n; at++)
            place[at] = iscntrl((unsigned char)place[at]) ? ' ' : place[at];
        if (strncmp(line, place, n) == 0 && strncmp(line + n, ": ", 2) == 0)
            return line + n + 2;
    }
    for (unsigned i = 0; i < FILES; i++) {
        size_t n = files[i].name ? strlen(files[i].name) : 0;
        if (n == 0 || strncmp(line, files[i].name, n) != 0 || line[n] != ':')
            continue;
        size_t digits = strspn(line + n + 1, "0123456789");
        if (digits > 0 && strncmp(line + n + 1 + digits, ": ", 2) == 0)
            return line + n + 1 + digits + 2;
    }
    return NULL;
}

static void check_messages(char *text, size_t size, const char *const *sets, unsigned count) {
    if (size == 0 || text[size - 1] != '\n')
        fuzz_finding("a rejection without a message, or with half a line: \"%s\"", text);
    for (char *line = text; *line;) {
        char *end = strchr(line, '\n');
        *end = '\0';
        const char *said = behind_place(line, sets, count);
        if (!said || *said == '\0')
            fuzz_finding("a message that does not say where, or not what: \"%s\"", line);
        for (const char *c = line; *c; c++)
            if (iscntrl((unsigned char)*c))
                fuzz_finding("a message with a control character in it (0x%02x): \"%s\"", (unsigned char)*c, line);
        line = end + 1;
    }
}

// The configuration without what its dump does not hold.
static void strip(struct config *c) {
    memset(c->file, 0, sizeof c->file);
    memset(c->scenario_line, 0, sizeof c->scenario_line);
    for (unsigned s = 0; s < RECORD_SOCKETS; s++)
        c->socket[s].line = 0;
}

static void check_round_trip(struct config *c) {
    static struct config again;
    char *dump = NULL, *complaint = NULL;
    size_t size = 0, complaint_size = 0;
    FILE *out = open_memstream(&dump, &size), *err = open_memstream(&complaint, &complaint_size);
    config_dump(c, out);
    fclose(out);
    files[2].name = "dump.cfg";
    files[2].bytes = dump;
    files[2].size = size;
    bool good = config_load(&again, "dump.cfg", NULL, 0, err);
    fclose(err);
    if (!good)
        fuzz_finding("its own dump is rejected: %s\n%s", complaint, dump);
    strip(c);
    strip(&again);
    if (memcmp(c, &again, sizeof again) != 0)
        fuzz_finding("its own dump reads as something else:\n%s", dump);
    files[2].name = NULL;
    free(dump);
    free(complaint);
}

static void read_one(const char *const *sets, unsigned count) {
    static struct config c;
    char *text = NULL;
    size_t size = 0;
    FILE *err = open_memstream(&text, &size);
    reading = true;
    bool good = config_load(&c, files[0].name, sets, count, err);
    fclose(err);
    if (good && size)
        fuzz_finding("accepted, but not without a word: \"%s\"", text);
    if (good)
        check_round_trip(&c);
    else
        check_messages(text, size, sets, count);
    reading = false;
    free(text);
}

static void config_one(const uint8_t *bytes, size_t size) {
    const uint8_t *nul = memchr(bytes, '\0', size);
    size_t first = nul ? (size_t)(nul - bytes) : size;
    files[0].name = "fuzz.cfg";
    files[0].bytes = bytes;
    files[0].size = first;
    files[1].name = nul ? "part.cfg" : NULL;
    files[1].bytes = nul ? nul + 1 : NULL;
    files[1].size = nul ? size - first - 1 : 0;
    read_one(NULL, 0);
}

static void nothing(void) {}

const struct fuzz_target fuzz_config = {"config", nothing, config_one};

// ---- --set ----------------------------------------------------------------------------------------------------------

static void set_init(void) {
    static char text[1 << 16];
    FILE *f = fopen(TWINWIRE_TB_FOLDER "/../sim.cfg", "r");
    files[0].size = f ? fread(text, 1, sizeof text, f) : 0;
    if (!f || ferror(f) || files[0].size == 0 || files[0].size == sizeof text)
        fuzz_finding("%s cannot be read", TWINWIRE_TB_FOLDER "/../sim.cfg");
    fclose(f);
    files[0].name = "sim.cfg";
    files[0].bytes = text;
}

static void set_one(const uint8_t *bytes, size_t size) {
    const char *sets[SETS];
    unsigned count = 0;
    char *text = malloc(size + 1);
    memcpy(text, bytes, size);
    text[size] = '\0';
    for (char *at = text; at <= text + size && count < SETS; at += strlen(at) + 1)
        sets[count++] = at;
    read_one(sets, count);
    free(text);
}

const struct fuzz_target fuzz_set = {"set", set_init, set_one};
