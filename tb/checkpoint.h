// SPDX-License-Identifier: Apache-2.0
//
// Time travel: a run that writes no waveform keeps copies of itself asleep (fork), and its first failure wakes the one that lies far
// enough before it. That copy turns the same clocks again from identical state, now with waves, and leaves mismatch.vcd.
//
//   run      o---------o---------o-----------x--------------->   goes on to its verdict
//         dismissed  asleep    asleep        | first failure
//   replay                       o.......[===|=]                 from the checkpoint without waves, then the window and the tail
//
// A copy lives as long as the run at most: it hears when the run's end of their socket closes, and the kernel kills it when the run dies.
// It writes nowhere but into mismatch.vcd.part, which the run renames when it is whole; what a scenario writes a second time goes to /dev/null
// (scenario_files.c).
#ifndef TWINWIRE_CHECKPOINT_H
#define TWINWIRE_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

struct run;

enum {
    CHECKPOINTS = 2,      // asleep at once: with record.window_clks <= record.checkpoint_clks always enough
    CHECKPOINT_FILES = 32 // open files that a copy is parted from; a scenario has none or few
};

struct checkpoint {
    uint64_t clk;
    pid_t pid;
    int end; // our end of the socket to it
};

// What to show, in clks.
struct checkpoint_window {
    uint64_t failure, from, until;
    bool repeats; // the failure itself must come again at that clk (it can't if it was found after the clock stood still)
};

struct checkpoints {
    bool on;       // checkpoints are made
    uint64_t due;  // the clk to come to checkpoint_pass again
    struct checkpoint kept[CHECKPOINTS]; // the eldest first; after the failure only the one that replays
    unsigned count;
    pid_t dismissed; // killed, not yet reaped (0: none)
    bool failed;   // there was a failure: it is the first one that is shown
    bool wanted;   // ... while checkpoints were made
    int error;     // errno of the fork or the socket that failed last
    struct checkpoint_window window;
    uint64_t made; // checkpoints so far

    bool replay, waves, met; // this process is the replay; it writes waves; it met the same failure
    off_t offset[CHECKPOINT_FILES];
};

// Once a run, before the first clock: from now on failures of the board are heard.
void checkpoint_init(struct run *run);

// From here on checkpoints are made, if record.checkpoints says so: at once, then every record.checkpoint_clks.
void checkpoint_start(struct run *run);

// Does what is due at this clk, between two edges: sleep, or the next step of a replay. Returns the clk to come again at, later than this one.
uint64_t checkpoint_pass(struct run *run);

// Something failed at `clk`; the first time a replay begins. `tail`: some clocks after it are shown too.
void checkpoint_failed(struct run *run, uint64_t clk, bool tail);

// The run is over: waits for the replay, within limits, and leaves no copy. run->mismatch_vcd is set if there is a waveform. If there should be
// one and is none, says why. Returns false if it could not be written.
bool checkpoint_finish(struct run *run);

// mismatch.vcd shows this clk.
bool checkpoint_shows(const struct run *run, uint64_t clk);

#ifdef __cplusplus
}
#endif
#endif
