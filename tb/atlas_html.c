// SPDX-License-Identifier: Apache-2.0
//
// report.html of the atlas: a heat map a transfer, in which every square is a bit slot, and its ten stripes are the phases.
#include <stdlib.h>
#include <string.h>

#include "atlas.h"
#include "report_css.h"
#include "report_parts.h"

static const char map_css[] =
    ":root { --c: #d3ead9; --r: #8fbce6; --w: #f1c97c; --h: #c3addf; --o: #8b929a; --f: #c0160f; --n: transparent; }\n"
    "@media (prefers-color-scheme: dark) { :root { --c: #214732; --r: #2f6aa3; --w: #a8701a; --h: #6a4c96; --o: #7d858d; --f: #ff5a4d; } }\n"
    "header, main { max-width: 72rem; }\n"
    "table.map { border-collapse: separate; border-spacing: 1px; min-width: 0; font-size: .8125rem; }\n"
    "table.map th { padding: .05rem 0; border: 0; text-align: center; font-weight: 400; }\n"
    "table.map th[scope=row] { position: sticky; left: 0; background: var(--ground); padding-right: .6rem; text-align: left; color: var(--text); }\n"
    "table.map td { padding: 0; border: 0; min-width: 1.4rem; height: 1.25rem; }\n"
    "table.map th.byte { border-bottom: 1px solid var(--line); }\n"
    ".c { background: var(--c); } .r { background: var(--r); } .w { background: var(--w); } .h { background: var(--h); } .o { background: var(--o); }\n"
    ".f { background: var(--f); } .n { background: var(--n); }\n"
    ".legend { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin: 0 0 .8rem; }\n"
    ".legend i { display: inline-block; width: 1.1rem; height: 1.1rem; margin-right: .4rem; vertical-align: -.2rem; border-radius: 2px; }\n"
    "table.wrap td { white-space: normal; vertical-align: top; min-width: 5rem; padding-right: 1.2rem; } table.wrap td.text { min-width: 18rem; }\n";

// How a cell is drawn: the class of its outcome. 'n': it was left out.
static char paint(const struct atlas *a, unsigned i) {
    const struct atlas_result *r = &a->result[i];
    return i % a->step ? 'n' : r->failed ? 'f' : "crwho"[r->outcome];
}

static const char *const paint_words[][2] = {
    {"c", "recovered: all as asked"},        {"r", "reported: the host was told, the next transfer works"},
    {"w", "wrong, as the specification allows"}, {"h", "hung, as the specification allows"},
    {"o", "alarm of an open finding"},           {"f", "FAILED"}};

static void put_legend(FILE *out) {
    fprintf(out, "<ul class=\"legend\">\n");
    for (unsigned i = 0; i < sizeof paint_words / sizeof *paint_words; i++)
        fprintf(out, "<li><i class=\"%s\"></i>%s</li>\n", paint_words[i][0], paint_words[i][1]);
    fprintf(out, "</ul>\n");
}

static void put_outcome(const struct atlas_result *r, FILE *out) {
    fprintf(out, "%s%s", r->failed ? "FAILED: " : "", atlas_outcomes[r->outcome]);
    if (r->what[0]) {
        fprintf(out, ", ");
        markup_put(out, r->what);
    } else if (r->outcome == ATLAS_REPORTED) {
        fprintf(out, " (%s)", r->why);
    }
}

static bool alike(const struct atlas *a, unsigned i, unsigned k) {
    return paint(a, i) == paint(a, k) && strcmp(a->result[i].why, a->result[k].why) == 0 && strcmp(a->result[i].what, a->result[k].what) == 0;
}

// What the tooltip says: phases that ended alike together.
static void put_title(const struct atlas *a, const struct atlas_cell *cell, FILE *out) {
    char place[48];
    const unsigned from = atlas_index(a, cell);
    atlas_place(&a->transfer[cell->transfer], cell->column, place, sizeof place);
    fprintf(out, " title=\"%s.%s.%u: %s", a->transfer[cell->transfer].name, atlas_rows[cell->row].name, cell->column, place);
    for (unsigned first = 0, last; first < ATLAS_PHASES; first = last + 1) {
        last = first;
        while (last + 1 < ATLAS_PHASES && alike(a, from + first, from + last + 1))
            last++;
        if (paint(a, from + first) == 'n')
            continue;
        fprintf(out, "&#10;%s%s%s: ", atlas_phases[first], last > first ? " .. " : "", last > first ? atlas_phases[last] : "");
        put_outcome(&a->result[from + first], out);
    }
    fputc('"', out);
}

static void put_square(const struct atlas *a, const struct atlas_cell *cell, FILE *out) {
    const unsigned from = atlas_index(a, cell);
    unsigned last = 0;
    while (last + 1 < ATLAS_PHASES && paint(a, from) == paint(a, from + last + 1))
        last++;
    if (last + 1 == ATLAS_PHASES) {
        fprintf(out, "<td class=\"%c\"", paint(a, from));
    } else {
        fprintf(out, "<td style=\"background:linear-gradient(90deg");
        for (unsigned first = 0; first < ATLAS_PHASES; first = last + 1) {
            last = first;
            while (last + 1 < ATLAS_PHASES && paint(a, from + first) == paint(a, from + last + 1))
                last++;
            fprintf(out, ",var(--%c) %u%% %u%%", paint(a, from + first), 100 * first / ATLAS_PHASES, 100 * (last + 1) / ATLAS_PHASES);
        }
        fprintf(out, ")\"");
    }
    put_title(a, cell, out);
    fprintf(out, "></td>");
}

// The head: bytes above, bits below.
static void put_head(const struct atlas_transfer *t, FILE *out) {
    fprintf(out, "<thead><tr><td></td>");
    for (unsigned from = 0, to; from < t->columns; from = to) {
        const struct atlas_column *c = &t->column[from];
        const bool symbol = c->slot & (ATLAS_S | ATLAS_SR | ATLAS_P);
        for (to = from + 1; !symbol && to < t->columns && t->column[to].byte == c->byte && !(t->column[to].slot & (ATLAS_SR | ATLAS_P)); to++) {
        }
        if (symbol)
            fprintf(out, "<td></td>");
        else if (c->byte == 0)
            fprintf(out, "<th class=\"byte\" scope=\"colgroup\" colspan=\"%u\">address</th>", to - from);
        else
            fprintf(out, "<th class=\"byte\" scope=\"colgroup\" colspan=\"%u\">data byte %u</th>", to - from, c->byte);
    }
    fprintf(out, "</tr>\n<tr><td></td>");
    for (unsigned i = 0; i < t->columns; i++)
        fprintf(out, "<th scope=\"col\">%s</th>", t->column[i].label);
    fprintf(out, "</tr></thead>\n");
}

static void put_map(const struct atlas *a, uint8_t t, FILE *out) {
    const struct atlas_transfer *transfer = &a->transfer[t];
    fprintf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", transfer->name, transfer->name, transfer->title);
    fprintf(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n<table class=\"map\">", transfer->title);
    put_head(transfer, out);
    fprintf(out, "<tbody>\n");
    for (uint8_t row = 0; row < a->rows; row++) {
        fprintf(out, "<tr><th scope=\"row\" title=\"%s\">%s</th>", hostile_help(atlas_rows[row].kind), atlas_rows[row].name);
        for (uint8_t column = 0; column < transfer->columns; column++)
            put_square(a, &(struct atlas_cell){.transfer = t, .row = row, .column = column}, out);
        fprintf(out, "</tr>\n");
    }
    fprintf(out, "</tbody></table></div>\n</section>\n");
}

static void put_header(const struct atlas *a, int code, FILE *out) {
    const char *words[ATLAS_OUTCOMES] = {"recovered", "reported", "wrong", "hung", "with an alarm"};
    fprintf(out, "<header>\n<p class=\"soft\">Twinwire, bit-slot atlas</p>\n<h1 class=\"%s\">%s</h1>\n<p>%u cells: ", code ? "fail" : "pass",
            report_verdict_word(code), (a->cells + a->step - 1) / a->step);
    for (unsigned i = 0; i < ATLAS_OUTCOMES; i++)
        fprintf(out, "%s%u %s", i ? ", " : "", a->count[i], words[i]);
    fprintf(out, ". %u failed; %u belong to open findings", a->failures, a->open);
    if (a->stale)
        fprintf(out, "; %u rule%s stale", a->stale, a->stale == 1 ? " is" : "s are");
    fprintf(out, ".</p>\n");
    if (a->run->fault[0])
        fprintf(out, "<p class=\"warn\">Seeded fault: <code>%s</code>. This simulator has a bug on purpose.</p>\n", a->run->fault);
    fprintf(out, "</header>\n");
}

static void put_introduction(const struct atlas *a, FILE *out) {
    fprintf(out, "<p>A square is a fault in one bit slot, from SCL's fall to the next; its %u stripes are the phases ", ATLAS_PHASES);
    for (unsigned i = 0; i < ATLAS_PHASES; i++)
        fprintf(out, "%s%s", i ? ", " : "", atlas_phases[i]);
    fprintf(out, ", from left to right. Each cell is a board of its own, all scoreboards on that SIM.CFG wants: the transfer with the fault, what a driver does "
                 "about it, then a write and a read back.</p>\n");
    put_legend(out);
    fprintf(out, "<p>Any cell again, as a scenario; the tooltip of a square begins with its name, and the phase comes last:</p>\n"
                 "<pre class=\"command\">");
    markup_put(out, a->command);
    fprintf(out, " write.stretch.12.mid_low</pre>\n");
}

static void put_failures(const struct atlas *a, FILE *out) {
    enum { MOST = 200 };
    unsigned shown = 0;
    if (a->failures == 0)
        return;
    fprintf(out, "<section aria-labelledby=\"failed\">\n<h2 id=\"failed\">Failed cells</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
                 "aria-label=\"Failed cells\"><table class=\"wrap\"><thead><tr><th scope=\"col\">cell</th><th scope=\"col\">outcome</th></tr></thead><tbody>\n");
    for (unsigned i = 0; i < a->cells && shown < MOST; i += a->step) {
        char name[96];
        struct atlas_cell cell;
        if (!a->result[i].failed || !atlas_at(a, i, &cell))
            continue;
        shown++;
        atlas_name(a, &cell, name, sizeof name);
        fprintf(out, "<tr><th scope=\"row\" class=\"mono\">%s</th><td class=\"text\">%s%s", name, atlas_outcomes[a->result[i].outcome], a->result[i].why[0] ? ", " : "");
        markup_put(out, a->result[i].why);
        fprintf(out, a->result[i].what[0] ? ": " : "");
        markup_put(out, a->result[i].what);
        fprintf(out, "</td></tr>\n");
    }
    fprintf(out, "</tbody></table></div>\n");
    if (a->failures > shown)
        fprintf(out, "<p>%u more are in <a href=\"report.json\">report.json</a>.</p>\n", a->failures - shown);
    fprintf(out, "</section>\n");
}

static void put_covered(const char *id, const char *heading, const char *columns, FILE *out) {
    fprintf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
                 "<table class=\"wrap\"><thead><tr>%s</tr></thead><tbody>\n",
            id, id, heading, heading, columns);
}

static void put_rules(const struct atlas *a, FILE *out) {
    put_covered("rules", "What the specification allows",
                "<th scope=\"col\">outcome</th><th scope=\"col\">faults</th><th scope=\"col\">why</th><th scope=\"col\">clause</th>"
                "<th class=\"number\" scope=\"col\">cells</th>", out);
    for (unsigned i = 0; i < a->rules; i++)
        fprintf(out, "<tr><td>%s</td><td>%s</td><td class=\"text\">%s</td><td>%s</td><td class=\"number\">%u</td></tr>\n",
                atlas_outcomes[atlas_rules[i].outcome], atlas_rules[i].rows, atlas_rules[i].sentence, atlas_rules[i].clause, a->rule_used[i]);
    fprintf(out, "</tbody></table></div>\n</section>\n");
    if (a->opens == 0)
        return;
    put_covered("open", "Open findings",
                "<th scope=\"col\">alarm</th><th scope=\"col\">faults</th><th scope=\"col\">what is known</th><th class=\"number\" scope=\"col\">cells</th>",
                out);
    for (unsigned i = 0; i < a->opens; i++)
        fprintf(out, "<tr><td>%s</td><td>%s</td><td class=\"text\">%s</td><td class=\"number\">%u</td></tr>\n", atlas_opens[i].what, atlas_opens[i].rows,
                atlas_opens[i].sentence, a->open_used[i]);
    fprintf(out, "</tbody></table></div>\n</section>\n");
}

void atlas_write_html(const struct atlas *a, int code, FILE *out) {
    fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                 "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>%s: bit-slot atlas - Twinwire</title>\n"
                 "<style>\n%s%s</style>\n</head>\n<body>\n",
            report_verdict_word(code), report_css, map_css);
    put_header(a, code, out);
    fprintf(out, "<main>\n");
    put_introduction(a, out);
    for (uint8_t t = 0; t < ATLAS_TRANSFERS; t++)
        put_map(a, t, out);
    put_failures(a, out);
    put_rules(a, out);
    fprintf(out, "</main>\n</body>\n</html>\n");
}
