// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the configuration reader share. Nobody else includes this.
//
//   config_text.c    file and its @includes ─► one text that libconfig 1.5 reads without loss, and where each line came from
//   config_set.c     --set overrides, written into the tree that libconfig made of that text
//   config.c         the tree ─► struct config, key by key, as the table says
//   config_message.c messages, printed so that each is a line
//   config_schema.c  the table of keys; defaults, --dump-config and --help-config, printed from it
//   config_nearest.c "did you mean"
//   config_check.c   what no single key can know: timing, addresses, names, twins
#ifndef TWINWIRE_CONFIG_PARTS_H
#define TWINWIRE_CONFIG_PARTS_H

#include <libconfig.h>
#include <stddef.h>

#include "config.h"

enum {
    CONFIG_PATH_TEXT = 160,   // longest key path in a message
    CONFIG_FILES = 16,        // most files that one configuration may be spread over
    CONFIG_FILTER_CLKS = 63,  // deepest input filter (timing contract 1)
    CONFIG_ADDR_UNSET = 0xff, // struct config_socket.addr until the file or the default gives one
};
#define CONFIG_SPIKE_UNSET (~0u)

// ---- the table -------------------------------------------------------------------------------------------------------

enum config_kind {
    KEY_NUMBER,     // low .. high
    KEY_POWER,      // low .. high, a power of two
    KEY_ADDRESS,    // a 7-bit address, written in hex
    KEY_FLAG,       // bit `low` of an unsigned
    KEY_ENUM,       // one of `choice`, kept as its index
    KEY_CHOICE,     // one of `choice`, kept as text
    KEY_IDENTIFIER, // text usable as a name in Tcl and in --set
    KEY_FOLDER,     // text usable as the name of a folder
    KEY_TWINS,      // list of twins, kept in struct config_socket.present
    KEY_SCENARIOS   // list of scenarios
};

struct config_choice {
    const char *noun; // what it is called in messages
    const char *const *names;
    unsigned count;
};

struct config_key {
    const char *path; // "board.targets[].addr": targets is a list of groups
    enum config_kind kind;
    size_t offset, size; // in struct config; below board.controller and board.targets[] in struct config_socket
    uint64_t low, high;
    uint64_t number;    // default of numbers, flags and enums
    const char *text;   // default of texts; or, in words, one that depends on other keys
    const struct config_choice *choice;
    const char *help;
};

enum config_part { PART_NONE, PART_KEY, PART_GROUP, PART_LIST };

extern const struct config_key config_keys[];
extern const unsigned config_key_count;
extern const struct config_choice config_twins, config_types;

// What the table knows under this path ("board", "board.targets[].addr"); *key is set if it is a key.
enum config_part config_part_find(const char *path, const struct config_key **key);
// The names that may stand in group `path` ("" is the file itself). Returns how many.
unsigned config_part_names(const char *path, char names[][CONFIG_NAME], unsigned room);
// Where the value of `key` is kept; `socket` matters below board.controller and board.targets[] only.
void *config_key_value(struct config *c, const struct config_key *key, unsigned socket);
void config_set_defaults(struct config *c);

// ---- messages --------------------------------------------------------------------------------------------------------

// To be called behind each message: they are kept, and printed when all is read.
void config_message_end(FILE *err);
// Each of them as one line that moves no cursor.
void config_messages_print(FILE *err, const char *text, size_t size);

// ---- the text --------------------------------------------------------------------------------------------------------

struct config_place {
    const char *file;
    int line;
};

struct config_text {
    char *bytes; // terminated
    size_t length, room;
    struct config_place *places; // of line 1, 2, ... of `bytes`
    size_t lines, places_room;
    char file[CONFIG_FILES][CONFIG_PATH];
    unsigned files;
    bool full; // memory or CONFIG_FILES ran out
};

// Reads `path` and what it includes. False after a message. config_text_free in either case.
bool config_text_read(struct config_text *t, const char *path, FILE *err);
// The same for the text of a --set, in which nothing is included. `from` is the override, for messages.
bool config_text_scan(struct config_text *t, const char *from, const char *piece, FILE *err);
void config_text_free(struct config_text *t);

// ---- the reader ------------------------------------------------------------------------------------------------------

struct config_reader {
    struct config *c;
    struct config_text text;
    config_t tree; // a setting's hook is the --set that made it, or NULL
    FILE *err;
    unsigned errors;
    bool numbers_failed;   // so timing cannot be judged
    const char *set;       // the --set being applied, or NULL
    config_setting_t *socket[RECORD_SOCKETS]; // its group, or NULL
};

// One message line: where, the path of the key, what. `at` may be NULL (then neither line nor path).
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
void config_key_error(struct config_reader *r, const config_setting_t *at, const char *format, ...);
// "expected an integer, not the string "x"".
void config_type_error(struct config_reader *r, const config_setting_t *at, const char *expected);
// `name` is not in group `path` of the table, at `at`.
void config_unknown_error(struct config_reader *r, const config_setting_t *at, const char *path, const char *name);
// "unknown twin 'x' (did you mean 'c'?)".
void config_choice_error(struct config_reader *r, const config_setting_t *at, const struct config_choice *choice,
                         const char *word);
// "sim.cfg:12", or "--set a=b".
void config_where(const struct config_reader *r, const config_setting_t *at, char *text, size_t size);
// The line of the main file, or 0.
int config_line(const struct config_reader *r, const config_setting_t *at);
unsigned config_choice_find(const struct config_choice *choice, const char *word); // choice->count: none

void config_apply_set(struct config_reader *r, const char *set);
void config_check(struct config_reader *r);

#endif
