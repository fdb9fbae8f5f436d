// SPDX-License-Identifier: Apache-2.0
#include "wave_head.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "vcd_tree.h"

enum { PATH = 512, WORDS = 8 };

struct head {
    const struct board_shape *shape;
    struct vcd_entry *entry;
    unsigned entries, room;
    size_t id_length; // of the longest identifier
    bool failed;
};

static void add(struct head *h, const char *scope, const char *declaration) {
    if (h->entries == h->room) {
        struct vcd_entry *bigger = realloc(h->entry, 2 * (h->room + 64) * sizeof *bigger);
        h->failed = h->failed || !bigger;
        if (!bigger)
            return;
        h->entry = bigger;
        h->room = 2 * (h->room + 64);
    }
    struct vcd_entry *e = &h->entry[h->entries];
    *e = (struct vcd_entry){strdup(scope), strdup(declaration)};
    h->failed = h->failed || !e->scope || !e->declaration;
    h->entries++;
}

// The socket whose RTL lies in `path`, a scope of Verilator's, and what follows in the path. -1: none.
static int socket_of(const struct board_shape *shape, const char *path, const char **rest) {
    static const char ctl[] = "TOP.tb_top.u_ctl", tgt[] = "TOP.tb_top.g_tgt[", rtl[] = "].g_rtl.u_tgt";
    unsigned socket = 0;
    if (strncmp(path, ctl, sizeof ctl - 1) == 0) {
        *rest = path + sizeof ctl - 1;
    } else if (strncmp(path, tgt, sizeof tgt - 1) == 0 && strncmp(path + sizeof tgt, rtl, sizeof rtl - 1) == 0) {
        socket = 1 + (unsigned)(path[sizeof tgt - 1] - '0');
        *rest = path + sizeof tgt + sizeof rtl - 1;
    } else {
        return -1;
    }
    bool whole = **rest == '\0' || **rest == '.';
    return whole && socket <= shape->targets && shape->socket[socket].present[TWIN_RTL] ? (int)socket : -1;
}

static void add_var(struct head *h, const char *path, char *word[], unsigned words) {
    char scope[PATH + 64], declaration[PATH] = "wire";
    const char *rest = "";
    int socket = socket_of(h->shape, path, &rest);
    bool top = strcmp(path, "TOP") == 0;
    size_t at = strlen(declaration);
    if (socket >= 0)
        snprintf(scope, sizeof scope, "board.%s.rtl.socket%s", h->shape->socket[socket].name, rest);
    else if (top && strcmp(word[4], "clk_i") == 0)
        snprintf(scope, sizeof scope, "board");
    else
        snprintf(scope, sizeof scope, "board.tb_top%s", strncmp(path, "TOP.tb_top", 10) == 0 ? path + 10 : "");
    if (socket < 0 && !top && strcmp(word[4], "clk_i") == 0)
        return; // board.clk once more
    for (unsigned i = 2; i < words; i++)
        at += (size_t)snprintf(declaration + at, sizeof declaration - at, " %s", i == 4 && top ? "clk" : word[i]);
    if (strlen(word[3]) > h->id_length)
        h->id_length = strlen(word[3]);
    add(h, scope, declaration);
}

// One line of Verilator's head.
static void read_line(struct head *h, char *path, char *line) {
    char *word[WORDS], *save = NULL;
    unsigned words = 0;
    for (char *w = strtok_r(line, " ", &save); w && words < WORDS && strcmp(w, "$end") != 0; w = strtok_r(NULL, " ", &save))
        word[words++] = w;
    if (words == 3 && strcmp(word[0], "$scope") == 0 && strlen(path) + strlen(word[2]) + 2 < PATH) {
        strcat(strcat(path, *path ? "." : ""), word[2]);
    } else if (words >= 1 && strcmp(word[0], "$upscope") == 0) {
        char *dot = strrchr(path, '.');
        *(dot ? dot : path) = '\0';
    } else if (words >= 5 && strcmp(word[0], "$var") == 0) {
        add_var(h, path, word, words);
    }
}

// An identifier longer than all others: '~' and a number of printable characters.
static void make_id(char *id, size_t length, unsigned number) {
    id[0] = '~';
    for (size_t i = 1; i < length; i++, number /= 94)
        id[i] = (char)('!' + number % 94);
    id[length] = '\0';
}

static void add_lanes(struct head *h, const struct wave_lane_entry *lanes, unsigned count) {
    size_t length = h->id_length < 2 ? 3 : h->id_length < 7 ? h->id_length + 1 : 7;
    for (unsigned i = 0; i < count; i++) {
        char declaration[PATH];
        make_id(lanes[i].id, length, i);
        if (lanes[i].bits == 1)
            snprintf(declaration, sizeof declaration, "wire 1 %s %s", lanes[i].id, lanes[i].name);
        else
            snprintf(declaration, sizeof declaration, "wire %u %s %s [%u:0]", lanes[i].bits, lanes[i].id, lanes[i].name, lanes[i].bits - 1);
        add(h, lanes[i].scope, declaration);
    }
}

// The lanes come first in the file, though their identifiers are known last.
static void rotate(struct head *h, unsigned lanes) {
    for (unsigned n = 0; n < lanes; n++) {
        struct vcd_entry last = h->entry[h->entries - 1];
        memmove(h->entry + 1, h->entry, (h->entries - 1) * sizeof *h->entry);
        h->entry[0] = last;
    }
}

char *wave_head_new(const char *text, size_t length, const struct board_shape *shape, const struct wave_lane_entry *lanes, unsigned count) {
    struct head h = {.shape = shape};
    char path[PATH] = "", *copy = strndup(text, length), *save = NULL, *head = NULL;
    size_t size = 0;
    for (char *line = copy ? strtok_r(copy, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save))
        read_line(&h, path, line);
    add_lanes(&h, lanes, count);
    FILE *out = copy && !h.failed ? open_memstream(&head, &size) : NULL;
    if (out) {
        rotate(&h, count);
        fprintf(out, "$date no date: the same seed gives the same bytes $end\n$version Twinwire $end\n$timescale 1ps $end\n");
        vcd_tree_print(out, h.entry, h.entries);
        fprintf(out, "$enddefinitions $end\n");
        if (fclose(out) != 0) {
            free(head);
            head = NULL;
        }
    }
    for (unsigned i = 0; i < h.entries; i++) {
        free((char *)h.entry[i].scope);
        free((char *)h.entry[i].declaration);
    }
    free(h.entry);
    free(copy);
    return head;
}
