// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run.h"
#include "terminal.h"

#define FIRST_S 0.5   // a run that ends before this shows nothing
#define EVERY_S 0.125

enum {
    SCENARIO_WEIGHT = 10, // a scenario takes about as long as so many random transfers
    WIDEST = 200
};

void progress_init(struct progress *p, int fd) {
    const char *type = getenv("TERM");
    *p = (struct progress){.fd = fd, .on = isatty(fd) && type && *type && strcmp(type, "dumb") != 0};
}

void progress_clear(struct progress *p) {
    static const char text[] = "\r\033[K";
    if (!p->shown)
        return;
    p->shown = false;
    if (write(p->fd, text, sizeof text - 1) < 0)
        p->on = false;
}

static void put_time_left(char *text, size_t size, double s) {
    if (s < 99.5)
        snprintf(text, size, "%.0f s left", s);
    else if (s < 99.5 * 60)
        snprintf(text, size, "%.0f min left", s / 60);
    else
        snprintf(text, size, "%.0f h left", s / 3600);
}

void progress_text(const struct progress_facts *f, unsigned columns, char *text, size_t size) {
    char part[7][64] = {""};
    if (f->done >= 0)
        snprintf(part[0], sizeof *part, "%3u %%", (unsigned)(100 * f->done));
    if (f->done >= 0.01) // less tells nothing
        put_time_left(part[1], sizeof *part, f->wall_s * (1 - f->done) / f->done);
    snprintf(part[2], sizeof *part, "%" PRIu64 " failure%s", f->failures, f->failures == 1 ? "" : "s");
    snprintf(part[3], sizeof *part, "%.1f ms simulated", 1e3 * (double)f->clks / (double)f->clock_hz);
    snprintf(part[4], sizeof *part, "%" PRIu64 " transfers", f->transfers);
    if (f->wall_s > 0)
        snprintf(part[5], sizeof *part, "%.1f Mclk/s", 1e-6 * (double)f->clks / f->wall_s);
    snprintf(part[6], sizeof *part, "%s", f->scenario);
    size_t room = columns && columns <= size ? columns - 1 : size - 1, at = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < sizeof part / sizeof *part; i++) {
        size_t length = strlen(part[i]);
        if (length && at + 2 + length > room)
            break;
        if (length)
            at += (size_t)snprintf(text + at, size - at, "  %s", part[i]);
    }
}

double progress_done(const struct run *run) {
    const struct config *c = &run->config;
    const struct scenario_result *now = run->now;
    double all = (double)SCENARIO_WEIGHT * c->scenarios + c->random.transfers, done = run->random_done;
    if (all == 0)
        return -1;
    if (run->result_count > c->scenarios)
        return (done + (double)SCENARIO_WEIGHT * c->scenarios) / all;
    if (now && run->limit_clk > now->start_clk)
        done += SCENARIO_WEIGHT * (double)(run->board.clk - now->start_clk) / (double)(run->limit_clk - now->start_clk);
    if (run->result_count)
        done += SCENARIO_WEIGHT * (run->result_count - 1.0);
    return done < all ? done / all : 1;
}

static uint64_t failures(const struct run *run) {
    uint64_t sum = 0;
    for (unsigned i = 0; i < run->result_count; i++)
        sum += run->results[i].board[SCOREBOARDS].failures;
    for (int i = 0; i < SCOREBOARDS; i++)
        sum += scoreboards_verdict(&run->board.scoreboards, i)->failures;
    return sum;
}

static void draw(struct progress *p, const struct progress_facts *f) {
    char text[WIDEST], line[WIDEST + 16];
    unsigned columns = terminal_columns(p->fd);
    if (!columns)
        return;
    progress_text(f, columns, text, sizeof text);
    // The cursor goes back to the first column: what others print, the terminal's ^C for one, does not come behind the line.
    int length = snprintf(line, sizeof line, "\r%s\033[K\r", text);
    p->shown = true;
    if (write(p->fd, line, (size_t)length) < 0)
        p->on = false;
}

void progress_show(struct progress *p, const struct run *run, double now_s) {
    if (!p->on)
        return;
    if (p->due_s == 0) {
        p->start_s = now_s;
        p->due_s = now_s + FIRST_S;
    }
    if (now_s < p->due_s)
        return;
    p->due_s = now_s + EVERY_S;
    struct progress_facts f = {.done = progress_done(run),
                               .wall_s = now_s - p->start_s,
                               .failures = failures(run),
                               .transfers = run->transactions.count,
                               .clks = run->board.clk,
                               .clock_hz = run->config.clock_hz,
                               .scenario = run->now ? run->now->name : ""};
    draw(p, &f);
}
