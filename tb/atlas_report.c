// SPDX-License-Identifier: Apache-2.0
//
// What the atlas prints, and report.json.
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "atlas.h"
#include "report.h"
#include "report_parts.h"
#include "summary.h"

enum { ALLOWED = ATLAS_OUTCOMES, OPEN, FAILED, TALLIES }; // wrong or hung by a rule; known alarms; failures of any kind

// What became of the cells of a row in all transfers.
static void tally(const struct atlas *a, unsigned row, unsigned count[TALLIES]) {
    memset(count, 0, TALLIES * sizeof *count);
    for (unsigned i = 0; i < a->cells; i += a->step) {
        struct atlas_cell cell;
        const struct atlas_result *r = &a->result[i];
        if (!atlas_at(a, i, &cell) || cell.row != row)
            continue;
        count[r->outcome]++;
        count[r->outcome == ATLAS_ALARM ? OPEN : ALLOWED] += r->rule != ATLAS_NO_RULE;
        count[FAILED] += r->failed;
    }
}

static void print_failures(const struct atlas *a, FILE *out) {
    enum { MOST = 10 };
    unsigned shown = 0;
    for (unsigned i = 0; i < a->cells && shown < MOST; i += a->step) {
        char name[96];
        struct atlas_cell cell;
        const struct atlas_result *r = &a->result[i];
        if (!r->failed || !atlas_at(a, i, &cell))
            continue;
        atlas_name(a, &cell, name, sizeof name);
        fprintf(out, "%s  %-9s %s%s%s  %s\n", shown++ ? "" : "\n", atlas_outcomes[r->outcome], name, r->what[0] || r->why[0] ? ": " : "",
                r->what[0] ? r->what : r->why, r->what[0] ? "" : r->told);
    }
    if (a->failures > shown)
        fprintf(out, "  ... and %u more\n", a->failures - shown);
    for (unsigned i = 0; i < a->cells && shown; i += a->step) {
        struct atlas_cell cell;
        char name[96], path[CONFIG_PATH + 128], word[4 * CONFIG_PATH + 512];
        if (!a->result[i].failed || !atlas_at(a, i, &cell))
            continue;
        atlas_name(a, &cell, name, sizeof name);
        snprintf(path, sizeof path, "%s/%s.tcl", a->run->out, name);
        report_quote(path, word, sizeof word);
        fprintf(out, "  again   %s --scenario %s\n", a->run->rerun, word);
        break;
    }
}

void atlas_print(const struct atlas *a, int code, FILE *out) {
    const unsigned all = (a->cells + a->step - 1) / a->step;
    if (!a->run->quiet) {
        fprintf(out, "\n  %-16s %10s %10s %8s %8s %8s %8s %8s\n", "fault", "recovered", "reported", "wrong", "hung", "allowed", "open", "FAILED");
        for (unsigned row = 0; row < a->rows; row++) {
            unsigned count[TALLIES];
            tally(a, row, count);
            fprintf(out, "  %-16s %10u %10u %8u %8u %8u %8u %8u\n", atlas_rows[row].name, count[ATLAS_RECOVERED], count[ATLAS_REPORTED], count[ATLAS_WRONG],
                    count[ATLAS_HUNG], count[ALLOWED], count[OPEN], count[FAILED]);
        }
    }
    print_failures(a, out);
    for (unsigned rule = 0; a->step == 1 && rule < a->rules; rule++)
        if (!a->rule_used[rule])
            fprintf(out, "  stale: no cell needs the rule for%s%s: %s\n", atlas_rules[rule].rows, atlas_rules[rule].clause, atlas_rules[rule].sentence);
    for (unsigned i = 0; a->step == 1 && i < a->opens; i++)
        if (!a->open_used[i])
            fprintf(out, "  stale: no cell shows the open finding of%s%s\n", atlas_opens[i].rows, atlas_opens[i].sentence);
    fprintf(out, "\n  %s  %u cells, %u failed, %u of open findings", report_verdict_word(code), all, a->failures, a->open);
    summary_put_off(a->run, out);
    fprintf(out, ", results in %s\n", a->run->out);
}

// ---- report.json ----------------------------------------------------------------------------------------------------

static cJSON *failures_json(const struct atlas *a) {
    cJSON *list = cJSON_CreateArray();
    for (unsigned i = 0; i < a->cells; i += a->step) {
        char name[96];
        struct atlas_cell cell;
        const struct atlas_result *r = &a->result[i];
        if (!r->failed || !atlas_at(a, i, &cell))
            continue;
        atlas_name(a, &cell, name, sizeof name);
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "cell", name);
        cJSON_AddStringToObject(one, "outcome", atlas_outcomes[r->outcome]);
        cJSON_AddStringToObject(one, "why", r->why);
        cJSON_AddStringToObject(one, "told", r->told);
        cJSON_AddStringToObject(one, "what", r->what);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *opens_json(const struct atlas *a) {
    cJSON *list = cJSON_CreateArray();
    for (unsigned i = 0; i < a->opens; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "rows", atlas_opens[i].rows);
        cJSON_AddStringToObject(one, "what", atlas_opens[i].what);
        cJSON_AddStringToObject(one, "sentence", atlas_opens[i].sentence);
        cJSON_AddNumberToObject(one, "cells", a->open_used[i]);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

static cJSON *rules_json(const struct atlas *a) {
    cJSON *list = cJSON_CreateArray();
    for (unsigned i = 0; i < a->rules; i++) {
        cJSON *one = cJSON_CreateObject();
        cJSON_AddStringToObject(one, "rows", atlas_rules[i].rows);
        cJSON_AddStringToObject(one, "outcome", atlas_outcomes[atlas_rules[i].outcome]);
        cJSON_AddStringToObject(one, "clause", atlas_rules[i].clause);
        cJSON_AddStringToObject(one, "sentence", atlas_rules[i].sentence);
        cJSON_AddNumberToObject(one, "cells", a->rule_used[i]);
        cJSON_AddItemToArray(list, one);
    }
    return list;
}

// A row of a transfer: for each column a word with a letter a phase; "-" is a cell left out.
static cJSON *row_json(const struct atlas *a, struct atlas_cell cell) {
    cJSON *list = cJSON_CreateArray();
    for (cell.column = 0; cell.column < a->transfer[cell.transfer].columns; cell.column++) {
        char word[ATLAS_PHASES + 1] = "";
        for (cell.phase = 0; cell.phase < ATLAS_PHASES; cell.phase++) {
            const unsigned i = atlas_index(a, &cell);
            word[cell.phase] = i % a->step ? '-' : "crwha"[a->result[i].outcome];
            if (i % a->step == 0 && a->result[i].failed)
                word[cell.phase] = "CRWHA"[a->result[i].outcome];
        }
        cJSON_AddItemToArray(list, cJSON_CreateString(word));
    }
    return list;
}

static cJSON *transfer_json(const struct atlas *a, uint8_t t) {
    cJSON *one = cJSON_CreateObject(), *labels = cJSON_AddArrayToObject(one, "columns"), *rows = cJSON_AddObjectToObject(one, "rows");
    cJSON_AddStringToObject(one, "title", a->transfer[t].title);
    for (unsigned i = 0; i < a->transfer[t].columns; i++)
        cJSON_AddItemToArray(labels, cJSON_CreateString(a->transfer[t].column[i].label));
    for (uint8_t row = 0; row < a->rows; row++)
        cJSON_AddItemToObject(rows, atlas_rows[row].name, row_json(a, (struct atlas_cell){.transfer = t, .row = row}));
    return one;
}

bool atlas_write_json(const struct atlas *a, FILE *out) {
    cJSON *report = cJSON_CreateObject(), *counts = cJSON_AddObjectToObject(report, "counts");
    for (unsigned i = 0; i < ATLAS_OUTCOMES; i++)
        cJSON_AddNumberToObject(counts, atlas_outcomes[i], a->count[i]);
    cJSON_AddNumberToObject(report, "cells", (a->cells + a->step - 1) / a->step);
    cJSON_AddNumberToObject(report, "failed", a->failures);
    cJSON_AddNumberToObject(report, "stale", a->stale);
    cJSON_AddStringToObject(report, "command", a->command);
    cJSON_AddStringToObject(report, "letters", "c recovered, r reported, w wrong, h hung, a alarm, one a phase; W, H and A are failures; - was left out");
    cJSON *phases = cJSON_AddArrayToObject(report, "phases");
    for (unsigned i = 0; i < ATLAS_PHASES; i++)
        cJSON_AddItemToArray(phases, cJSON_CreateString(atlas_phases[i]));
    cJSON_AddItemToObject(report, "failures", failures_json(a));
    cJSON_AddItemToObject(report, "rules", rules_json(a));
    cJSON_AddItemToObject(report, "open", opens_json(a));
    cJSON *transfers = cJSON_AddObjectToObject(report, "transfers");
    for (uint8_t t = 0; t < ATLAS_TRANSFERS; t++)
        cJSON_AddItemToObject(transfers, a->transfer[t].name, transfer_json(a, t));
    char *text = cJSON_Print(report);
    if (text)
        fprintf(out, "%s\n", text);
    cJSON_Delete(report);
    free(text);
    return text != NULL;
}
