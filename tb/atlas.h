// SPDX-License-Identifier: Apache-2.0
//
// The bit-slot atlas: every kind of hostile fault (hostile.h), at every bit slot of a write, a read and a write_read, at ten phases of each
// slot. Each such cell is a forked copy of the powered-up board with all scoreboards on, in which tb/atlas.tcl makes the transfer with the
// fault, does what a driver does about it, and probes the bus with a write and a read back. A cell ends as
//
//   recovered  the host was told that all went well, the port or the bytes read are what was asked for, and the next transfer works at once
//   reported   the host was told (NACK, arbitration lost), or had to clear the bus before the next transfer; then the probe works
//   wrong      the host was told that all went well, and the port or the bytes are not what was asked for; or it was told something else
//              than the specification demands (atlas_demands)
//   hung       the transfer did not end within its time, or the probe does not work after the fault is over and the bus was cleared
//   alarm      a scoreboard found something wrong, or the cell crashed
//
// An alarm is a failure (but for those that are known and open, see atlas_open). So is wrong or hung, unless a rule with its clause allows it (atlas_rules.c). A rule that no cell needs is
// stale, and fails the atlas too.
//
// A cell is named TRANSFER.ROW.COLUMN.PHASE: write.stretch.12.mid_low.
#ifndef TWINWIRE_ATLAS_H
#define TWINWIRE_ATLAS_H

#include "hostile.h"
#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { ATLAS_JOBS = 64 }; // most processes
enum { ATLAS_TRANSFERS = 3, ATLAS_COLUMNS = 40, ATLAS_PHASES = 10, ATLAS_ROWS_MAX = 32 };

// The phases, by atlas_phases.
enum { ATLAS_BEFORE_RISE = 4, ATLAS_AT_RISE, ATLAS_AFTER_RISE, ATLAS_LAST_CLKS = 8, ATLAS_LAST = 9 };

enum atlas_outcome { ATLAS_RECOVERED, ATLAS_REPORTED, ATLAS_WRONG, ATLAS_HUNG, ATLAS_ALARM, ATLAS_OUTCOMES };

// What is on the bus in a slot. ATLAS_..._0 and _1: a bit that the controller sends.
enum atlas_slot {
    ATLAS_S = 1 << 0,
    ATLAS_SR = 1 << 1,
    ATLAS_P = 1 << 2,
    ATLAS_ADDR_0 = 1 << 3, // the R/W bit too
    ATLAS_ADDR_1 = 1 << 4,
    ATLAS_DATA_0 = 1 << 5, // of a write
    ATLAS_DATA_1 = 1 << 6,
    ATLAS_ACK = 1 << 7,     // of the target
    ATLAS_READ = 1 << 8,    // a data bit of the target
    ATLAS_CTL_ACK = 1 << 9, // of the controller, in a read
    ATLAS_CTL_NACK = 1 << 10
};

struct atlas_column {
    char label[4];        // "S", "a6", "R", "W", "A", "d7", "N", "Sr", "P"
    enum atlas_slot slot;
    uint8_t frame;        // as stimulus_event.frame
    uint8_t byte;         // 0 address, 1 .. data bytes of its frame
    int at;               // SCL falls since the START of its frame; -1: before the first one
};

struct atlas_transfer {
    const char *name, *title; // "write_read", "write of 1 byte, repeated START, read of 1 byte"
    unsigned columns;
    struct atlas_column column[ATLAS_COLUMNS];
};

// A row: a kind, on a socket, with a time of its own if that is not the usual one.
struct atlas_row {
    const char *name;
    enum hostile_kind kind;
    uint8_t socket;
    uint8_t tenths; // of a bit; 0: the usual time
};

// What a driver must be told when this hits that slot. The phases are those from the first up to `last`.
struct atlas_demand {
    const char *rows; // names, each between spaces: " contend sda_stuck_low "
    unsigned slots;   // ATLAS_...
    unsigned last;
    const char *told; // "lost", "nack"
    const char *clause;
};

// Why an outcome is no fault of anybody on this board. Of the last two phases of a slot, the next slot counts too.
struct atlas_rule {
    const char *rows;
    const char *transfers; // as `rows`; NULL: all
    unsigned slots;        // 0: all
    unsigned first, last;  // phases
    enum atlas_outcome outcome; // ATLAS_WRONG or ATLAS_HUNG
    const char *why;       // "transfer" or "probe", as tb/atlas.tcl says it
    const char *clause, *sentence;
};

// An alarm that is a known finding, not settled yet. It is counted apart, and stale as soon as it is gone.
struct atlas_open {
    const char *rows;
    unsigned first, last; // phases
    const char *what;     // how atlas_result.what begins
    const char *sentence;
};

extern const struct atlas_open atlas_opens[];     // ended by NULL rows
extern const struct atlas_demand atlas_demands[]; // ended by NULL rows
extern const struct atlas_rule atlas_rules[];     // ended by NULL rows
extern const struct atlas_row atlas_rows[];       // ended by a NULL name
extern const char *const atlas_phases[ATLAS_PHASES];
extern const char *const atlas_outcomes[ATLAS_OUTCOMES];

struct atlas_cell {
    uint8_t transfer, row, column, phase;
};

// What became of a cell; written by its process into shared memory.
struct atlas_result {
    bool done, failed;
    uint8_t outcome;   // enum atlas_outcome
    uint8_t rule;      // the rule that allows it, the open finding that it is, or ATLAS_NO_RULE
    char why[16], told[16], probe[16];
    char what[144];    // alarm: the scoreboard and what it found; failed demand: which
};

enum { ATLAS_NO_RULE = 255 };

struct atlas {
    struct run *run;
    struct atlas_transfer transfer[ATLAS_TRANSFERS];
    unsigned rows, cells, step; // every step-th cell is carried out
    struct atlas_result *result; // `cells` of them
    unsigned rule_used[64], open_used[64];
    unsigned rules, opens;
    unsigned stale;             // rules and open findings that no cell needs
    unsigned count[ATLAS_OUTCOMES], failures, open;
    const char *command;        // repeats a cell, up to its name
};

// Which cells there are, for the board of run->config.
void atlas_init(struct atlas *a, struct run *run);
unsigned atlas_index(const struct atlas *a, const struct atlas_cell *cell);
bool atlas_at(const struct atlas *a, unsigned index, struct atlas_cell *cell); // false: no such cell
void atlas_name(const struct atlas *a, const struct atlas_cell *cell, char *text, size_t size);
// False: no cell is called so; `trouble` says what is wrong with the name.
bool atlas_find(const struct atlas *a, const char *name, struct atlas_cell *cell, char *trouble, size_t size);
struct hostile atlas_hostile(const struct atlas *a, const struct atlas_cell *cell);
// "d4 of data byte 1"
void atlas_place(const struct atlas_transfer *t, unsigned column, char *text, size_t size);

const struct atlas_demand *atlas_demanded(const struct atlas *a, const struct atlas_cell *cell); // or NULL
// Whether this rule allows what it allows in that cell.
bool atlas_allows(const struct atlas *a, const struct atlas_rule *rule, const struct atlas_cell *cell);
// Whether this alarm is that finding.
bool atlas_is_open(const struct atlas_open *open, const struct atlas_cell *cell, const char *what);

// The scenario that repeats the cell, with the expectations that it is judged by. Returns 0 or an errno.
int atlas_write_scenario(const struct atlas *a, const struct atlas_cell *cell, const char *path);

// Carries out every step-th cell on `jobs` processes, prints the table, leaves the reports in run->out. The board is new, the engine is ready.
// Returns the exit code.
int atlas_run(struct atlas *a, unsigned jobs);

// Its reports.
void atlas_print(const struct atlas *a, int code, FILE *out);
bool atlas_write_json(const struct atlas *a, FILE *out);
void atlas_write_html(const struct atlas *a, int code, FILE *out);

#ifdef __cplusplus
}
#endif
#endif
