// SPDX-License-Identifier: Apache-2.0
//
// The judges. They look at records and at nothing else: never at a model, never at what the stimulus meant to do.
//
//   lines     SDA and SCL: each twin's drive bits against the other's, and the wires against who drives them, every clock
//   host      acknowledge, read data and interrupt of the controller, twin against twin, every clock, and against the register map:
//             what was written must read back, IACK must clear the interrupt
//   gpio      each port pin, twin against twin, and against what the decoded bus says was written; bytes read against the pins
//   int       each INT output, twin against twin, and against a predictor fed by decoded transfers and pins; the shared line
//   protocol  the decoded symbols against the commands seen on the host bus; status registers against the bus; who may ACK; when the
//             controller must leave the bus alone (disabled, arbitration lost, busy with others, idle after its STOP), and when it must say that
//             it lost. Who lost may clock SCL to the end of the byte: that ours lets go at once is the timing contract's, and lockstep's
//   timing    the times of UM10204 table 10 (tLOW, tSU;STA, tBUF, ...) from edge to edge of the wires, for the mode of the board's speed,
//             and those of the PCF8574's own data sheet; whether a socket broke one or the stimulus
//
// A judge never stops a run. It counts its checks and its failures and keeps the first failure.
// The exact part of a check (twin against twin) has no tolerance; the predicted part has only the windows that the data sheet
// leaves open (4 us for port and INT), in clks, and says nothing inside them.
#ifndef TWINWIRE_SCOREBOARDS_H
#define TWINWIRE_SCOREBOARDS_H

#include "../cmodel/record.h"

#ifdef __cplusplus
extern "C" {
#endif

enum scoreboard { SB_LINES, SB_HOST, SB_GPIO, SB_INT, SB_PROTOCOL, SB_TIMING, SCOREBOARDS };

struct mismatch {
    bool valid;
    uint64_t clk;        // sample at which it was seen
    int socket;          // 0 controller, 1 + i target i, -1 the bus itself
    char pin[24];        // "sda", "scl", "int_n", "port", "dat", "symbol", ...
    uint32_t expected, seen;
    uint8_t bits;        // width of expected and seen: 1 = a level, 8 = a byte, 0 = only `what` says it
    char what[96];       // one line: the rule that was broken
    char clause[48];     // where the rule stands: "UM10204 3.1.6", "NXP PCF8574 8.5", "lockstep"
    char place[96];      // in protocol words: "ACK of data byte 2 of the write to 0x20"
};

// How often one check failed: a standing difference counts once a record, not once a clock.
struct failed_check {
    char pin[24], check[96];
    uint64_t count;
};

enum { VERDICT_CHECKS = 48 }; // more than any scoreboard has

struct verdict {
    bool on;
    uint64_t checks;     // a level compared at one clock is one check; so is one predicted fact
    uint64_t failures;
    struct mismatch first; // since the run last cleared first.valid
    struct failed_check failed[VERDICT_CHECKS]; // in the order of their first failure; unused: count 0
};

// One symbol on the bus, as decoded from the wires. A BIT is known only when SCL has fallen again (an Sr or a P may come instead),
// an ACK or NACK as soon as SCL has risen; both carry the clk of SCL's rise, so symbols come in the order of their clk.
enum symbol_kind { SYMBOL_START, SYMBOL_RESTART, SYMBOL_STOP, SYMBOL_BIT, SYMBOL_ACK, SYMBOL_NACK };

#define SYMBOL_INDEX_NONE 0xffffffffu // no START came before: no device takes part

struct symbol {
    uint64_t clk;        // the wire edge that made it: SDA's edge for START/STOP, SCL's rise for the rest
    enum symbol_kind kind;
    uint8_t bit;         // SYMBOL_BIT: 0 or 1
    uint8_t byte;        // SYMBOL_ACK / SYMBOL_NACK: the byte that it answers
    unsigned index;      // SYMBOL_ACK / SYMBOL_NACK: 0 = address byte, 1 = first data byte, ..., or SYMBOL_INDEX_NONE
};

// What `timing` measures: UM10204 table 10. The mode is that of the board's speed, or the faster one that the host's prescaler asks for.
// TIMING_CHIP is no mode: the same times in the data sheets of the PCF8574 (NXP and TI agree), on boards that have one.
// TIMING_PERIOD is 1 / fSCL, from rise to rise. TIMING_HD_DAT counts from SCL's fall, and is less than 0 where SDA came first. TIMING_VD_... are
// maxima, and bind only who does not hold SCL low itself (note (4) of the table). TIMING_SP counts the stimulus' spikes: it can't be broken.
enum timing_mode { TIMING_STANDARD, TIMING_FAST, TIMING_FAST_PLUS, TIMING_CHIP, TIMING_MODES };
enum timing_rule {
    TIMING_LOW, TIMING_HIGH, TIMING_PERIOD, TIMING_HD_STA, TIMING_SU_STA, TIMING_SU_DAT, TIMING_HD_DAT, TIMING_SU_STO, TIMING_BUF,
    TIMING_VD_DAT, TIMING_VD_ACK, TIMING_SP, TIMING_RULES
};

// What a broken rule is: nothing, a warning that is only counted, a failure of the scoreboard.
enum timing_level { TIMING_OFF, TIMING_WARNING, TIMING_ERROR };

// The lowest that applies counts. At first: TIMING_ERROR, for the chip TIMING_WARNING.
struct timing_levels {
    enum timing_level rule[TIMING_RULES];
    enum timing_level chip;     // all of TIMING_CHIP
    enum timing_level stimulus; // what the stimulus broke: foreign drivers
};

struct timing_count {
    uint64_t count;             // judged: met, or broken by a socket
    uint64_t failures;          // broken by a socket
    uint64_t by_stimulus;       // broken by the stimulus, and not in what follows
    uint64_t declared;          // ... of those, as scoreboards_timing_allow had said
    uint64_t excused;           // not judged: a reset, a write of CTR, or a spike in the middle of an edge
    int64_t min_clks, max_clks, sum_clks; // of those judged, valid if count > 0
    uint64_t worst_clk;         // where the one nearest to the limit ended, or farthest beyond it
};

struct timing_stats {
    struct timing_count seen;
    int64_t limit_clks;      // samples that pass: limit_ns in whole clks in favour of the device, for a sample does not tell when within its clk
                             // an edge was
    unsigned limit_ns;
    bool most;               // the limit is a maximum
    bool own;                // the mode of the board's speed, or the chip is on the board
    enum timing_level level; // of what sockets broke
};

struct scoreboards; // defined in scoreboards_state.h, so that the caller can own it

// Puts everything into its first state. `on` has one bit a scoreboard.
void scoreboards_init(struct scoreboards *s, const struct board_shape *shape, unsigned on);

// Looks at a new record. To be called with strictly increasing `clk`: for every record that differs from the last one, and at the
// clk that the last call returned (with a record that differs in nothing but `clk`) if none differed before.
// Returns the next clk at which it wants to be called even if nothing changes (UINT64_MAX: never).
uint64_t scoreboards_judge(struct scoreboards *s, const struct record *r);

// Accounts for the last record up to and including sample `clk` - 1. Judging may go on afterwards.
// (A judge call itself accounts up to and including its own sample, so a failure is counted when it is seen.)
void scoreboards_finish(struct scoreboards *s, uint64_t clk);

// Bit a scoreboard: which of them found something wrong at the sample of the last judge call.
unsigned scoreboards_failing(const struct scoreboards *s);

const char *scoreboard_name(enum scoreboard which);
const struct verdict *scoreboards_verdict(const struct scoreboards *s, enum scoreboard which);
// Forgets the first failure of every scoreboard (not the counts), so that the next one is kept: called when a scenario starts.
void scoreboards_clear_first(struct scoreboards *s);

const char *timing_mode_name(enum timing_mode mode); // "Fast-mode"
const char *timing_mode_clause(enum timing_mode mode);
const char *timing_rule_name(enum timing_rule rule); // "tSU;STA", "1/fSCL"
// Anew what a broken rule is.
void scoreboards_timing_levels(struct scoreboards *s, const struct timing_levels *levels);
// Bit a rule: the stimulus may break it from now on. At first all: only who declares what it breaks is held to it.
void scoreboards_timing_allow(struct scoreboards *s, unsigned rules);
struct timing_stats scoreboards_timing(const struct scoreboards *s, enum timing_mode mode, enum timing_rule rule);

// Takes the oldest symbol decoded and not yet taken. Must be drained after every judge call; nothing is lost then.
bool scoreboards_next_symbol(struct scoreboards *s, struct symbol *out);

// Where on the bus we are now, in protocol words. Always terminates `text`.
void scoreboards_place(const struct scoreboards *s, char *text, unsigned size);

#ifdef __cplusplus
}
#endif
#endif
