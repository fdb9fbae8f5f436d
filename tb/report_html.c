// SPDX-License-Identifier: Apache-2.0
//
// report.html: one file without scripts and without anything from elsewhere, to be read, printed, or put into a bug report.
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "card.h"
#include "report_css.h"
#include "report_parts.h"

// A region that scrolls by itself, with the keyboard too.
static void scroll_begin(FILE *out, const char *label) {
    fprintf(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n", label);
}

// A section with its heading; `id`: of the heading.
static void section_begin(FILE *out, const char *id, const char *heading) {
    fprintf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id, heading);
}

static void table_begin(FILE *out, const char *label, const char *columns) {
    scroll_begin(out, label);
    fprintf(out, "<table><thead><tr>%s</tr></thead><tbody>\n", columns);
}

static void table_end(FILE *out) { fprintf(out, "</tbody></table></div>\n"); }

#define NUMBER_COLUMN "<th class=\"number\" scope=\"col\">"
#define TEXT_COLUMN "<th scope=\"col\">"

static const char *tone(int code) { return code == EXIT_PASS ? "pass" : code == EXIT_INTERRUPTED ? "warn" : "fail"; }

static const char *exit_meaning(int code) {
    return code == EXIT_PASS           ? "all checks passed"
           : code == EXIT_CHECK_FAILED ? "a check failed, or a scoreboard that is on made none"
           : code == EXIT_USER         ? "wrong input"
           : code == EXIT_INTERRUPTED  ? "interrupted: the report is complete up to that clock"
                                       : "the environment failed";
}

static void put_definition(FILE *out, const char *name, const char *class, const char *value) {
    fprintf(out, "<dt>%s</dt><dd%s%s%s>", name, *class ? " class=\"" : "", class, *class ? "\"" : "");
    markup_put(out, value);
    fprintf(out, "</dd>\n");
}

// "1,284,205".
static const char *counted(uint64_t n, char text[32]) {
    size_t at = 31;
    text[at] = '\0';
    for (unsigned digits = 0; digits == 0 || n; digits++, n /= 10) {
        if (digits && digits % 3 == 0)
            text[--at] = ',';
        text[--at] = (char)('0' + n % 10);
    }
    return text + at;
}

static void put_count(FILE *out, uint64_t n) {
    char text[32];
    fprintf(out, "<td class=\"number\">%s</td>", counted(n, text));
}

// A command, whose words are not broken at their hyphens.
static void put_command(FILE *out, const char *command) {
    while (*command) {
        char word[4400];
        size_t length = strcspn(command, " ");
        length = length < sizeof word ? length : sizeof word - 1;
        snprintf(word, sizeof word, "%.*s", (int)length, command);
        fprintf(out, "<span>");
        markup_put(out, word);
        fprintf(out, "</span>%s", command[length] == ' ' ? " " : "");
        command += length + (command[length] == ' ');
    }
    fputc('\n', out);
}

// ---- Verdict --------------------------------------------------------------------------------------------------------

static unsigned count_mismatches(const struct run *run) {
    unsigned count = 0;
    for (unsigned i = 0; i < run->result_count; i++)
        for (int b = 0; b <= SCOREBOARDS; b++)
            count += run->results[i].board[b].first.valid;
    return count;
}

static uint64_t count_checks(const struct run *run) {
    uint64_t checks = 0;
    for (unsigned i = 0; i < run->result_count; i++)
        for (int b = 0; b <= SCOREBOARDS; b++)
            checks += run->results[i].board[b].checks;
    return checks;
}

// What ended scenarios before their end.
static void put_messages(const struct run *run, FILE *out) {
    for (unsigned i = 0; i < run->result_count; i++)
        if (run->results[i].message[0]) {
            fprintf(out, "<p class=\"fail\">");
            markup_put(out, run->results[i].name);
            fprintf(out, ": ");
            markup_put(out, run->results[i].message);
            fprintf(out, "</p>\n");
        }
}

static void put_verdict(const struct run *run, int code, FILE *out) {
    unsigned bad = 0;
    for (unsigned i = 0; i < run->result_count; i++)
        bad += run->results[i].result != RESULT_PASS;
    fprintf(out, "<header>\n<p class=\"soft\">Twinwire, ");
    markup_put(out, run->config.file);
    fprintf(out, "</p>\n<h1 class=\"%s\">%s</h1>\n<p>", tone(code), report_verdict_word(code));
    if (bad)
        fprintf(out, "%u of %u scenarios did not pass. ", bad, run->result_count);
    else
        fprintf(out, "%u scenario%s%s. ", run->result_count, run->result_count == 1 ? "" : "s", code == EXIT_PASS ? ", all passed" : "");
    char checks[32], clocks[32], transfers[32];
    fprintf(out, "%s checks at %s clocks, %.3f ms of bus time, %s transfer%s; %.2f s of wall time.</p>\n", counted(count_checks(run), checks),
            counted(run->board.clk, clocks), 1e-3 * report_us(run, run->board.clk), counted(run->transactions.count, transfers),
            run->transactions.count == 1 ? "" : "s", run->wall_s);
    put_messages(run, out);
    if (run->fault[0])
        fprintf(out, "<p class=\"warn\">Seeded fault: <code>%s</code>. This simulator has a bug on purpose.</p>\n", run->fault);
    fprintf(out, "</header>\n");
}

static void put_scoreboard(FILE *out, const char *name, bool on, uint64_t checks, uint64_t failures) {
    bool idle = on && checks == 0;
    fprintf(out, "<tr><th scope=\"row\">%s</th><td class=\"%s\">%s</td>", name, !on ? "soft" : failures || idle ? "fail" : "pass",
            !on ? "off" : failures ? "fail" : idle ? "fail: no check was made" : "pass");
    put_count(out, checks);
    put_count(out, failures);
    fprintf(out, "</tr>\n");
}

static void put_scoreboards(const struct run *run, FILE *out) {
    uint64_t checks = 0, failures = 0;
    section_begin(out, "scoreboards", "Scoreboards");
    table_begin(out, "Scoreboards", TEXT_COLUMN "scoreboard</th>" TEXT_COLUMN "result</th>" NUMBER_COLUMN "checks</th>" NUMBER_COLUMN "failures</th>");
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&run->board.scoreboards, i);
        put_scoreboard(out, scoreboard_name(i), v->on, v->checks, v->failures);
    }
    for (unsigned i = 0; i < run->result_count; i++) {
        checks += run->results[i].board[SCOREBOARDS].checks;
        failures += run->results[i].board[SCOREBOARDS].failures;
    }
    if (checks)
        put_scoreboard(out, "scenarios' own", true, checks, failures);
    table_end(out);
    fprintf(out, "</section>\n");
}

// ---- Mismatches -----------------------------------------------------------------------------------------------------

static void put_facts(const struct run *run, const struct mismatch *m, FILE *out) {
    char text[96];
    fprintf(out, "<dl>\n");
    snprintf(text, sizeof text, "%.3f us, clk %" PRIu64, report_us(run, m->clk), m->clk);
    put_definition(out, "when", "", text);
    put_definition(out, "place", "", m->place[0] ? m->place : "-");
    snprintf(text, sizeof text, "%s.%s", report_socket_name(run, m->socket), m->pin);
    put_definition(out, "pin", "mono", text);
    if (m->bits) {
        report_value(m, m->expected, text, sizeof text);
        put_definition(out, "expected", "expected", text);
        report_value(m, m->seen, text, sizeof text);
        put_definition(out, "seen", "seen", text);
    }
    put_definition(out, "rule", "", m->what);
    put_definition(out, "clause", "", m->clause);
    fprintf(out, "</dl>\n");
}

static void put_transfers_to(const struct run *run, const struct sketch *sketch, FILE *out) {
    if (!sketch || sketch->transfers == 0)
        return;
    fprintf(out, "<p class=\"soft\">The last transfers, up to the mismatch:</p>\n<pre tabindex=\"0\">");
    for (unsigned i = 0; i < sketch->transfers; i++) {
        char text[96];
        transfer_text(&sketch->transfer[i], text, sizeof text);
        fprintf(out, "%.3f us  %s\n", report_us(run, sketch->transfer[i].start_clk), text);
    }
    fprintf(out, "</pre>\n");
}

static void put_mismatch(const struct run *run, const struct scenario_result *r, int board, unsigned number, FILE *out) {
    const struct mismatch *m = &r->board[board].first;
    const struct sketch *sketch = sketches_find(&run->sketches, (unsigned)(r - run->results), board);
    const char *none = card_no_drawing(sketch);
    char command[4400];
    fprintf(out, "<article aria-labelledby=\"mismatch%u\">\n<h3 id=\"mismatch%u\">%s in ", number, number, report_board_name(board));
    markup_put(out, r->name);
    fprintf(out, ": ");
    markup_put(out, m->what);
    fprintf(out, "</h3>\n");
    put_facts(run, m, out);
    if (none) {
        fprintf(out, "<p class=\"soft\">The wires are not drawn: %s.</p>\n", none);
    } else {
        scroll_begin(out, "The wires around the mismatch");
        sketch_svg(sketch, m, run->config.clock_hz, number, out);
        fprintf(out, "</div>\n");
        if (sketch->scl_stuck)
            fprintf(out, "<p>SCL has been %s since %.3f us.</p>\n", sketch->change[0].scl ? "high" : "low", report_us(run, sketch->scl_since));
    }
    put_transfers_to(run, sketch, out);
    report_rerun_command(run, r, command, sizeof command);
    fprintf(out, "<p class=\"soft\">Again, with waves, and to look at them:</p>\n<pre class=\"command\">");
    put_command(out, command);
    report_look_command(run, m, command, sizeof command);
    put_command(out, command);
    fprintf(out, "</pre>\n</article>\n");
}

static void put_mismatches(const struct run *run, FILE *out) {
    enum { OPEN = 8 }; // more are behind a fold
    unsigned count = count_mismatches(run), number = 0;
    if (count == 0)
        return;
    section_begin(out, "mismatches", "First mismatches");
    for (unsigned i = 0; i < run->result_count; i++)
        for (int b = 0; b <= SCOREBOARDS; b++) {
            if (!run->results[i].board[b].first.valid)
                continue;
            if (number == OPEN)
                fprintf(out, "<details>\n<summary>%u more</summary>\n", count - number);
            put_mismatch(run, &run->results[i], b, number++, out);
        }
    fprintf(out, "%s</section>\n", count > OPEN ? "</details>\n" : "");
}

// ---- Scenarios and transfers ----------------------------------------------------------------------------------------

static void put_scenarios(const struct run *run, FILE *out) {
    section_begin(out, "scenarios", "Scenarios");
    table_begin(out, "Scenarios",
                TEXT_COLUMN "scenario</th>" TEXT_COLUMN "result</th>" NUMBER_COLUMN "simulated ms</th>" NUMBER_COLUMN "checks</th>" NUMBER_COLUMN "failures</th>");
    for (unsigned i = 0; i < run->result_count; i++) {
        const struct scenario_result *r = &run->results[i];
        uint64_t checks = 0, failures = 0;
        for (int b = 0; b <= SCOREBOARDS; b++) {
            checks += r->board[b].checks;
            failures += r->board[b].failures;
        }
        fprintf(out, "<tr><th scope=\"row\">");
        markup_put(out, r->name);
        fprintf(out, "</th><td class=\"%s\">%s</td><td class=\"number\">%.3f</td>",
                r->result == RESULT_PASS ? "pass" : r->result == RESULT_INTERRUPTED ? "warn" : "fail", report_result_word(r->result),
                1e-3 * (report_us(run, r->end_clk) - report_us(run, r->start_clk)));
        put_count(out, checks);
        put_count(out, failures);
        fprintf(out, "</tr>\n");
    }
    table_end(out);
    fprintf(out, "</section>\n");
}

static void put_transfers(const struct run *run, FILE *out) {
    const struct transactions *t = &run->transactions;
    uint64_t first = t->count > TRANSFERS_RECENT ? t->count - TRANSFERS_RECENT : 0;
    if (t->count == 0)
        return;
    section_begin(out, "transfers", "Transfers");
    fprintf(out, "<details>\n");
    if (first) {
        char all[32], earlier[32];
        fprintf(out, "<summary>The last %d of %s</summary>\n", TRANSFERS_RECENT, counted(t->count, all));
        fprintf(out, "<p>%s earlier ones are not shown here: all are in <a href=\"transactions.jsonl\">transactions.jsonl</a>.</p>\n",
                counted(first, earlier));
    } else {
        fprintf(out, "<summary>All %" PRIu64 "</summary>\n", t->count);
    }
    table_begin(out, "Transfers", NUMBER_COLUMN "at us</th>" TEXT_COLUMN "scenario</th>" TEXT_COLUMN "transfer</th>");
    for (uint64_t n = first; n < t->count; n++) {
        struct transfer one;
        char text[96];
        if (!transactions_get(t, n, &one))
            continue;
        transfer_text(&one, text, sizeof text);
        fprintf(out, "<tr><td class=\"number\">%.3f</td><td>", report_us(run, one.start_clk));
        markup_put(out, one.scenario);
        fprintf(out, "</td><td class=\"mono\">%s</td></tr>\n", text);
    }
    table_end(out);
    fprintf(out, "</details>\n</section>\n");
}

// ---- How it was run -------------------------------------------------------------------------------------------------

static void put_files(const struct run *run, FILE *out) {
    static const char *const names[] = {"waves.vcd", "waves.fst", "waves.gtkw", "mismatch.vcd", "mismatch.gtkw", "recorder.vcd", "bus.vcd",
                                        "transactions.jsonl", "report.json", "junit.xml"};
    fprintf(out, "<dt>files</dt><dd>");
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
        char path[CONFIG_PATH + 32];
        snprintf(path, sizeof path, "%s/%s", run->out, names[i]);
        if (access(path, F_OK) == 0)
            fprintf(out, "<a href=\"%s\">%s</a> ", names[i], names[i]);
    }
    fprintf(out, "</dd>\n");
}

static void put_origin(const struct run *run, int code, FILE *out) {
    static const char compiler[] =
#ifdef __clang__
        __VERSION__;
#else
        "GCC " __VERSION__;
#endif
    char text[160];
    section_begin(out, "again", "How it was run");
    fprintf(out, "<pre class=\"command\">");
    put_command(out, run->again);
    fprintf(out, "</pre>\n<dl>\n");
    snprintf(text, sizeof text, "%d: %s", code, exit_meaning(code));
    put_definition(out, "exit code", "", text);
    snprintf(text, sizeof text, "%" PRIu64, run->config.seed);
    put_definition(out, "seed", "mono", text);
    const uint64_t *digest = run->board.digest;
    snprintf(text, sizeof text, "scl %016" PRIx64 "  sda %016" PRIx64 "  int_n %016" PRIx64 "  port %016" PRIx64, digest[0], digest[1], digest[2], digest[3]);
    put_definition(out, "digest of the wires", "mono", text);
    snprintf(text, sizeof text, "twinwire " TWINWIRE_VERSION ", %s, %s", run->simulator ? run->simulator : "C models alone", compiler);
    put_definition(out, "versions", "", text);
    put_files(run, out);
    fprintf(out, "</dl>\n</section>\n");
}

static bool put_configuration(const struct run *run, FILE *out) {
    char *text = NULL;
    size_t size;
    FILE *dump = open_memstream(&text, &size);
    if (!dump)
        return false;
    config_dump(&run->config, dump);
    bool good = fclose(dump) == 0;
    if (good) {
        section_begin(out, "configuration", "Configuration");
        fprintf(out, "<details>\n<summary>All keys, as they were in effect</summary>\n<pre tabindex=\"0\">");
        markup_put(out, text);
        fprintf(out, "</pre>\n</details>\n</section>\n");
    }
    free(text);
    return good;
}

bool report_html_write(const struct run *run, int code, FILE *out) {
    fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s: ",
            report_verdict_word(code));
    markup_put(out, run->config.name);
    fprintf(out, ", seed %" PRIu64 " - Twinwire</title>\n<style>\n%s</style>\n</head>\n<body>\n", run->config.seed, report_css);
    put_verdict(run, code, out);
    fprintf(out, "<main>\n");
    put_scoreboards(run, out);
    report_timing_html(run, out);
    put_mismatches(run, out);
    put_scenarios(run, out);
    put_transfers(run, out);
    put_origin(run, code, out);
    bool good = put_configuration(run, out);
    fprintf(out, "</main>\n</body>\n</html>\n");
    return good;
}
