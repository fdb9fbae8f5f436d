// SPDX-License-Identifier: Apache-2.0
//
// The effective configuration of a run: sim.cfg (libconfig syntax), then the --set overrides, then the other options.
// Every key has a default, a unit in its name and one line of help; all three live in one table in config_schema.c, from which the
// reference (--help-config) and --dump-config are printed. Nothing in the file is ignored: what the table does not name is an error.
#ifndef TWINWIRE_CONFIG_H
#define TWINWIRE_CONFIG_H

#include <stdio.h>

#include "../scoreboards/scoreboards.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { CONFIG_NAME = 24, CONFIG_PATH = 256, CONFIG_SCENARIOS = 128, CONFIG_SCENARIO = 192 };

enum config_waves { WAVES_OFF, WAVES_DIRECTED, WAVES_ALL };
enum config_format { FORMAT_VCD, FORMAT_FST };

struct config_socket {
    char name[16];            // "ctl" for the controller; targets: unique identifiers
    char type[CONFIG_NAME];   // controller: "i2c-controller"; targets: "pcf8574", "pcf8574a"
    enum record_twin drives;  // which twin drives: "rtl" or "c"
    bool present[TWINS];      // drives, and those listed in shadows (without that key: both)
    uint8_t addr;             // targets; inside the chip's range, all different
    char personality[8];      // targets: "nxp" (default) or "ti"
    unsigned spike_ns;        // the chip's own input filter; default: controller board.spike_ns, nxp 100, ti 70
    int line;                 // where in `file` (0: a default, from --set or from an @include), for later messages
};

// What a step of the random part does (steps.h).
enum step_kind {
    STEP_WRITE, STEP_READ, STEP_WRITE_READ, STEP_CHAIN, STEP_ADDRESS, STEP_ABSENT, STEP_RESERVED, STEP_GENERAL_CALL, STEP_START_BYTE,
    STEP_RIVAL, STEP_RESET, STEP_DISABLE, STEP_COMMANDS, STEP_REGISTERS, STEP_PRESCALE, STEP_IDLE, STEP_HOSTILE, STEP_KINDS
};

struct config_random {
    unsigned transfers;       // steps, 0 .. 1000000; 0 switches the random part off
    unsigned bytes_max;       // longest transfer, data bytes, 1 .. 64
    unsigned weight[STEP_KINDS]; // 0 .. 1000 each, not all 0
    unsigned pins_percent;    // chance of pin events in a transfer, 0 .. 100
    unsigned stretch_percent; // chance that a stretch is put into a transfer, 0 .. 100
    unsigned glitch_percent;  // chance of a glitch narrower than the filter, 0 .. 100
    unsigned back_to_back_percent; // chance that no pause follows a transfer, 0 .. 100
    unsigned idle_us_max;     // longest pause between two transfers, 0 .. 10000
};

struct config {
    uint64_t clock_hz;        // 2 000 000 .. 1 000 000 000: slower, a PCF8574 would miss its 4 us
    unsigned scl_hz;          // board.scl_hz, 1000 .. 1000000
    unsigned spike_ns;        // board.spike_ns, 1 .. 200
    struct config_socket socket[RECORD_SOCKETS];
    unsigned targets;         // 0 .. RECORD_TARGETS; 1 if the file has no board.targets
    uint64_t seed;            // stimulus.seed, 1 .. 2^63-1
    unsigned scenarios;
    char scenario[CONFIG_SCENARIOS][CONFIG_SCENARIO]; // names of tb/scenarios/NAME.tcl, or paths ending in .tcl
    int scenario_line[CONFIG_SCENARIOS]; // as config_socket.line
    struct config_random random;
    unsigned checks;          // bit a scoreboard, in the order lines, host, gpio, int, protocol, timing
    struct timing_levels timing; // checks.timing_rules
    enum config_waves waves;  // record.waves
    enum config_format format; // record.format
    unsigned ring;            // record.ring: records kept by the recorder, a power of two, 16 .. 65536
    unsigned checkpoints;     // record.checkpoints: bit 0: a run without waves keeps checkpoints (checkpoint.h)
    unsigned coverage;        // record.coverage: bit 0: functional coverage is counted (coverage.h)
    unsigned checkpoint_clks; // record.checkpoint_clks: from one checkpoint to the next, 1000 .. 1000000000
    unsigned window_clks;     // record.window_clks: waveform before the first failure, 1000 .. checkpoint_clks
    unsigned sim_ms;          // limits.sim_ms: simulated time of one scenario, or of one random transfer, 1 .. 3600000
    unsigned wall_s;          // limits.wall_s: wall time of the run, 1 .. 86400
    char name[CONFIG_NAME];   // run.name: the folder under out/; default "sim"
    char file[CONFIG_PATH];   // the file read, for messages

    unsigned prescale;        // derived: ceil(clock_hz / (5 scl_hz)) - 1
    unsigned filter_clks[RECORD_SOCKETS]; // derived: floor(spike_ns * clock_hz / 1e9) + 2, at most 63
};

// The clks of an SCL period.
static inline uint64_t config_bit_clks(const struct config *c) { return 5 * (uint64_t)(c->prescale + 1); }

// Reads `path` and what it @includes (relative to its folder), applies `sets` in their order and checks everything.
// A set is "path=value": "stimulus.seed=7", "board.targets.0.drives=c", "board.targets.u1.drives=c", "stimulus.scenarios=a,b".
// A twin that a set makes drive changes places, in `shadows`, with the twin that drove.
// Returns true, or false after one or more messages on `err`, one a line: "file:line: message" or "--set path=value: message".
// `c` is complete only if true is returned.
bool config_load(struct config *c, const char *path, const char *const *sets, unsigned set_count, FILE *err);

// Prints the effective configuration as a sim.cfg that config_load reads back to the same struct (but for `file` and the lines).
void config_dump(const struct config *c, FILE *out);

// Prints the reference: every key with type, range, default and meaning.
void config_help(FILE *out);

// The candidate nearest to `word` (edit distance), or NULL if none is near. For "did you mean" everywhere.
const char *config_nearest(const char *word, const char *const *candidates, unsigned count);

#ifdef __cplusplus
}
#endif
#endif
