// SPDX-License-Identifier: Apache-2.0
//
// A run's waveform, and the file for GTKWave beside it.
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "wave_view.h"

// The earliest first mismatch within the waveform, NULL: none. (That of the scenario under way is still with the judges.)
static const struct mismatch *first_mismatch(const struct run *run, uint64_t start, uint64_t end) {
    const struct mismatch *first = NULL;
    for (unsigned i = 0; i < run->result_count; i++)
        for (int b = 0; b <= SCOREBOARDS; b++) {
            const struct scenario_result *r = &run->results[i];
            const struct mismatch *m = b < SCOREBOARDS && r == run->now ? &scoreboards_verdict(&run->board.scoreboards, b)->first : &r->board[b].first;
            if (m->valid && m->clk >= start && m->clk <= end && (!first || m->clk < first->clk))
                first = m;
        }
    return first;
}

void run_view_name(const char *waves, char *text, size_t size) {
    const char *file = strrchr(waves, '/'), *dot = strrchr(file ? file : waves, '.');
    snprintf(text, size, "%.*s.gtkw", (int)(dot ? dot - waves : (long)strlen(waves)), waves);
}

int run_view(const struct run *run, const char *waves, uint64_t start, uint64_t end) {
    char name[sizeof run->wave_file + 8];
    struct wave_view view = {&run->board.shape, start, end, config_bit_clks(&run->config), first_mismatch(run, start, end)};
    run_view_name(waves, name, sizeof name);
    errno = 0;
    FILE *out = fopen(name, "w");
    bool good = out && wave_view_write(&view, out);
    if (out)
        good = fclose(out) == 0 && good;
    return good ? 0 : errno ? errno : EIO;
}

int run_waves_open(struct run *run, const char *file) {
    int error = waves_open(run->waves, file);
    snprintf(run->wave_file, sizeof run->wave_file, "%s", file);
    if (error == 0)
        run->engine.trace(run->engine.ctx, run->waves);
    return error;
}

int run_waves_close(struct run *run) {
    if (!waves_are_open(run->waves))
        return 0;
    run->engine.trace(run->engine.ctx, NULL);
    run->wave_from = waves_start(run->waves) > 1 ? waves_start(run->waves) : 0; // clk 0 is shown at 1
    run->wave_until = run->board.clk;
    int error = waves_close(run->waves);
    return error || run->checkpoints.replay ? error : run_view(run, run->wave_file, run->wave_from, run->wave_until);
}

const char *run_waves_trouble(const struct run *run, int error) {
    const char *dot = strrchr(run->wave_file, '.');
    if (error == EPIPE)
        return "vcd2fst ended before the run did; is the disk full?";
    return error == ENOENT && dot && strcmp(dot, ".fst") == 0 ? "no such folder, or no vcd2fst (Debian's package gtkwave has it)" : strerror(error);
}

bool run_waves(struct run *run, const char *file) {
    int error = file ? run_waves_open(run, file) : run_waves_close(run);
    if (error) {
        run->waves_bad = true;
        progress_clear(&run->progress);
        fprintf(stderr, "twinwire: %s: the waveform could not be written: %s\n", run->wave_file, run_waves_trouble(run, error));
    }
    return error == 0;
}
