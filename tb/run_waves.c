// SPDX-License-Identifier: Apache-2.0
//
// A run's waveform, and the file for GTKWave beside it.
#include "run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "wave_view.h"

// The earliest first mismatch from `start` on, NULL: none. (That of the scenario under way is still with the judges.)
static const struct mismatch *first_mismatch(const struct run *run, uint64_t start) {
    const struct mismatch *first = NULL;
    for (unsigned i = 0; i < run->result_count; i++)
        for (int b = 0; b <= SCOREBOARDS; b++) {
            const struct scenario_result *r = &run->results[i];
            const struct mismatch *m = b < SCOREBOARDS && r == run->now ? &scoreboards_verdict(&run->board.scoreboards, b)->first : &r->board[b].first;
            if (m->valid && m->clk >= start && (!first || m->clk < first->clk))
                first = m;
        }
    return first;
}

// The file for GTKWave beside the one just closed: waves.vcd has waves.gtkw. Returns 0 or an errno.
static int write_view(struct run *run, uint64_t start) {
    char name[sizeof run->wave_file + 8];
    const char *dot = strrchr(run->wave_file, '.');
    struct wave_view view = {&run->board.shape, start, run->board.clk, 5 * (run->config.prescale + 1), first_mismatch(run, start)};
    snprintf(name, sizeof name, "%.*s.gtkw", (int)(dot ? dot - run->wave_file : (long)strlen(run->wave_file)), run->wave_file);
    errno = 0;
    FILE *out = fopen(name, "w");
    bool good = out && wave_view_write(&view, out);
    if (out)
        good = fclose(out) == 0 && good;
    return good ? 0 : errno ? errno : EIO;
}

bool run_waves(struct run *run, const char *file) {
    int error = 0;
    if (file) {
        error = waves_open(run->waves, file);
        snprintf(run->wave_file, sizeof run->wave_file, "%s", file);
        if (error == 0)
            run->engine.trace(run->engine.ctx, run->waves);
    } else if (waves_are_open(run->waves)) {
        run->engine.trace(run->engine.ctx, NULL);
        uint64_t start = waves_start(run->waves);
        error = waves_close(run->waves);
        if (error == 0)
            error = write_view(run, start);
    }
    if (error) {
        run->waves_bad = true;
        progress_clear(&run->progress);
        fprintf(stderr, "twinwire: %s: the waveform could not be written: %s\n", run->wave_file,
                error == ENOENT && run->config.format == FORMAT_FST ? "vcd2fst is missing (Debian's package gtkwave has it)" : strerror(error));
    }
    return error == 0;
}
