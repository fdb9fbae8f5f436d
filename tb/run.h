// SPDX-License-Identifier: Apache-2.0
//
// One run: the scenarios named in sim.cfg, then the random part, on one board, with one verdict.
#ifndef TWINWIRE_RUN_H
#define TWINWIRE_RUN_H

#include <signal.h>

#include "checkpoint.h"
#include "coverage.h"
#include "engine.h"
#include "progress.h"
#include "sketch.h"
#include "transactions.h"
#include "verbose.h"

#ifdef __cplusplus
extern "C" {
#endif

// What the program returns to the shell.
enum { EXIT_PASS = 0, EXIT_CHECK_FAILED = 1, EXIT_USER = 2, EXIT_ENVIRONMENT = 3, EXIT_INTERRUPTED = 130 };

enum result { RESULT_PASS, RESULT_FAIL, RESULT_TIMEOUT, RESULT_ERROR, RESULT_INTERRUPTED };

// What became of one scenario. Index SCOREBOARDS is the scenario's own expectations.
struct scenario_result {
    char name[CONFIG_SCENARIO];
    enum result result;
    uint64_t start_clk, end_clk;
    double wall_s;      // wall time of its clocks
    struct {
        uint64_t checks, failures;
        struct mismatch first;
    } board[SCOREBOARDS + 1];
    char message[512]; // RESULT_TIMEOUT, RESULT_ERROR: why
    unsigned violates; // bit a timing_rule: its stimulus breaks them, it says
    uint64_t by_stimulus[TIMING_RULES]; // and these it broke
};

struct run {
    struct config config;
    struct board board;
    struct engine engine;
    const char *simulator;           // what turns the clock, with its version, for reports
    struct transactions transactions;
    struct verbose verbose;
    struct progress progress;
    struct sketches sketches;
    struct coverage coverage;        // with record.coverage
    struct scenario_result *results; // config.scenarios + 1 of them
    unsigned result_count;
    unsigned random_done;            // steps of the random part that have ended
    struct scenario_result *now;     // the scenario under way
    uint64_t limit_clk;              // where its simulated time ends
    uint64_t end_clk;                // no limit is later than this (0: no matter)
    volatile sig_atomic_t signalled; // enum board_stop: an interrupt, or the end of the wall time
    struct waves *waves;             // of the board; NULL: this run can write none
    bool quiet, waves_bad;
    bool platform;                   // the host bus is driven from outside (wrappers/systemc_board.h): no scenarios, `rerun` is the whole command
    char out[CONFIG_PATH];           // output folder
    char source[CONFIG_PATH];        // folder of tb/, for scenario names
    char wave_file[CONFIG_PATH + 32]; // the last one opened
    uint64_t wave_from, wave_until;  // the clks that it shows, once it is closed
    struct checkpoints checkpoints;
    char mismatch_vcd[CONFIG_PATH + 32]; // the waveform around the first failure, "" = none
    char fault[48];                  // seeded fault, "" = none
    char rerun[4096];                // the command that repeats this run, up to the scenario
    char again[4096];                // the command that repeats all of it
    double wall_s;                   // wall time spent turning clocks
};

// Runs everything that the configuration names. The board and the engine are ready, the output folder is there.
// Returns the exit code; the results are in run->results.
int run_all(struct run *run);

// Turns the clock, to the end of the scenario's limits. Returns false if the scenario must end now (see run_over).
bool run_clks(struct run *run, uint64_t clks);
// ... until the host has carried out its program.
bool run_until_firmware(struct run *run);
// ... until this host (of the controller, or of the second one) has carried out its program, or edge `clk` is reached.
bool run_until_done(struct run *run, const struct firmware *firmware, uint64_t clk);
// The scenario is over: interrupted, or out of simulated or wall time.
bool run_over(const struct run *run);

// Gives limits.sim_ms anew from here on: at the start of a scenario, and of each random transfer.
void run_limit(struct run *run);

// Writes the waveform to `file` from now on; ends it, if there is one, and writes the view for GTKWave beside it.
// Return 0 or an errno, of which run_waves_trouble makes words.
int run_waves_open(struct run *run, const char *file);
int run_waves_close(struct run *run);
// The one (file) or the other (NULL); trouble is said on stderr and kept in waves_bad. Returns false then.
bool run_waves(struct run *run, const char *file);
// The name of the view beside `waves`: x.gtkw of x.vcd.
void run_view_name(const char *waves, char *text, size_t size);
// The view of a waveform that shows these clks. Returns 0 or an errno.
int run_view(const struct run *run, const char *waves, uint64_t start, uint64_t end);
const char *run_waves_trouble(const struct run *run, int error);

// Board into reset / out of it; the host's programs are dropped. `run_power(run, true)` also sets the controller up.
void run_power(struct run *run, bool on);

// Counts one expectation of the scenario; a failed one keeps its text.
void run_expect(struct run *run, bool good, int socket, const char *pin, const char *what);

uint64_t run_ns_to_clks(const struct run *run, uint64_t ns); // rounded up

#ifdef __cplusplus
}
#endif
#endif
