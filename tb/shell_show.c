// SPDX-License-Identifier: Apache-2.0
//
// show: what is on the board now, twins side by side. Everything comes from the last record and from what the console has followed.
#include <inttypes.h>
#include <string.h>

#include "registers.h"
#include "scenario_parts.h"
#include "shell_parts.h"

static const char *level(bool high) { return high ? "high" : "low"; }
static const char *drive(bool released) { return released ? "released" : "pulls low"; }

static const struct record *now(const struct shell *s) { return &s->run->board.record; }
static const struct config_socket *socket_of(const struct shell *s, unsigned socket) { return &s->run->config.socket[socket]; }

// ---- A row for each pin, a column for each twin ---------------------------------------------------------------------

static void print_row(const struct config_socket *c, const char *pin, const char *const text[TWINS]) {
    if (c->present[TWIN_RTL] && c->present[TWIN_C])
        printf("  %-8s  %-18s  %s%s\n", pin, text[TWIN_RTL], text[TWIN_C], *pin && strcmp(text[TWIN_RTL], text[TWIN_C]) ? "   <-- differ" : "");
    else
        printf("  %-8s  %s\n", pin, text[c->drives]);
}

static void print_levels(const struct shell *s, unsigned socket, const char *pin, uint16_t bit, const char *(*word)(bool)) {
    const uint16_t *out = now(s)->out[socket];
    print_row(socket_of(s, socket), pin, (const char *const[]){word(out[TWIN_RTL] & bit), word(out[TWIN_C] & bit)});
}

static void print_head(const struct shell *s, unsigned socket) {
    const struct config_socket *c = socket_of(s, socket);
    char what[64];
    if (socket)
        snprintf(what, sizeof what, "%s%s%s, address 0x%02x", c->type, *c->personality ? " " : "", c->personality, c->addr);
    else
        snprintf(what, sizeof what, "%s", c->type);
    printf("%s: %s%s\n", c->name, what, now(s)->rst_n >> socket & 1 ? "" : ", in reset");
    print_row(c, "", (const char *const[]){c->drives == TWIN_RTL ? "rtl drives" : "rtl shadows", c->drives == TWIN_C ? "c drives" : "c shadows"});
}

// "1010 0101  0xa5", P7 first; a bit in `open` is z.
static const char *byte_text(uint8_t byte, uint8_t open, char text[20]) {
    for (int i = 0; i < 8; i++)
        text[i + (i > 3)] = open >> (7 - i) & 1 ? 'z' : byte >> (7 - i) & 1 ? '1' : '0';
    text[4] = ' ';
    text[9] = '\0';
    if (!open)
        snprintf(text + 9, 11, "  0x%02x", byte);
    return text;
}

// ---- Sockets --------------------------------------------------------------------------------------------------------

static void show_target(const struct shell *s, unsigned socket) {
    const struct record *r = now(s);
    unsigned t = socket - 1;
    char port[TWINS][20], text[20];
    print_head(s, socket);
    for (int twin = 0; twin < TWINS; twin++)
        byte_text((uint8_t)(r->out[socket][twin] >> TGT_PORT_SHIFT), 0, port[twin]);
    print_row(socket_of(s, socket), "P7..P0", (const char *const[]){port[TWIN_RTL], port[TWIN_C]});
    print_levels(s, socket, "INT", TGT_INT_N, level);
    print_levels(s, socket, "SDA", TGT_SDA, drive);
    print_levels(s, socket, "SCL", TGT_SCL, drive);
    printf("  %-8s  %s\n", "outside", byte_text(r->ext_high[t], (uint8_t)~(r->ext_low[t] | r->ext_high[t]), text));
    printf("  %-8s  %s\n", "pins", byte_text(r->pins[t], 0, text));
}

static void print_register(bool write, unsigned adr, bool known, uint8_t value) {
    char bits[48];
    if (!known)
        return;
    register_bits(write, adr, value, bits, sizeof bits);
    printf("  %-8s  0x%02x%s%s\n", register_name(write, adr), value, *bits ? "   " : "", bits);
}

static void show_controller(const struct shell *s) {
    const struct shell_watch *w = &s->watch;
    const struct config *c = &s->run->config;
    const uint16_t *out = now(s)->out[0];
    char data[TWINS][20];
    print_head(s, 0);
    print_levels(s, 0, "SCL", CTL_SCL, drive);
    print_levels(s, 0, "SDA", CTL_SDA, drive);
    print_levels(s, 0, "IRQ", CTL_IRQ, level);
    print_levels(s, 0, "ack", CTL_ACK, level);
    for (int twin = 0; twin < TWINS; twin++)
        snprintf(data[twin], sizeof data[twin], "0x%02x", (uint8_t)(out[twin] >> CTL_DAT_SHIFT));
    print_row(&c->socket[0], "dat", (const char *const[]){data[TWIN_RTL], data[TWIN_C]});
    printf("  registers, as last seen on the host bus:\n");
    if (w->written_known[0] && w->written_known[1]) {
        unsigned prescale = (unsigned)(w->written[0] | w->written[1] << 8);
        printf("  %-8s  0x%04x   SCL %.4g kHz\n", "PRER", prescale, 1e-3 * (double)c->clock_hz / (5.0 * (prescale + 1)));
    }
    print_register(true, 2, w->written_known[2], w->written[2]);
    print_register(true, 3, w->written_known[3], w->written[3]);
    print_register(true, 4, w->written_known[4], w->written[4]);
    print_register(false, 3, w->read_known[3], w->read[3]);
    print_register(false, 4, w->read_known[4], w->read[4]);
}

// ---- The bus --------------------------------------------------------------------------------------------------------

// A line, and everybody among the sockets from `socket` on and outside of them who pulls it low or forces it high.
static void print_wire(const struct shell *s, const char *name, bool high, unsigned socket, uint16_t bit, uint8_t foreign_low, uint8_t foreign_high) {
    const struct record *r = now(s);
    const char *gap = high ? ", " : ", pulled by ";
    printf("  %-5s %s", name, level(high));
    for (; socket <= s->run->config.targets; socket++) {
        const struct config_socket *c = socket_of(s, socket);
        if (r->out[socket][c->drives] & bit)
            continue;
        printf("%s%s (%s)", gap, c->name, c->drives == TWIN_RTL ? "rtl" : "c");
        gap = ", ";
    }
    if (r->foreign & foreign_low)
        printf("%ssomebody else", gap);
    puts(r->foreign & foreign_high ? ", forced high" : "");
}

static void show_bus(const struct shell *s) {
    const struct record *r = now(s);
    char place[96];
    scoreboards_place(&s->run->board.scoreboards, place, sizeof place);
    print_wire(s, "SCL", r->scl, 0, CTL_SCL, FOREIGN_SCL_LOW, FOREIGN_SCL_HIGH);
    print_wire(s, "SDA", r->sda, 0, CTL_SDA, FOREIGN_SDA_LOW, FOREIGN_SDA_HIGH);
    print_wire(s, "INT", r->int_n, 1, TGT_INT_N, 0, 0);
    printf("  place %s\n", place);
}

void shell_show_line(const struct shell *s, FILE *out) {
    const struct record *r = now(s);
    char place[96];
    scoreboards_place(&s->run->board.scoreboards, place, sizeof place);
    fprintf(out, "clk %" PRIu64 "  SCL %d  SDA %d  INT %d", s->run->board.clk, r->scl, r->sda, r->int_n);
    for (unsigned t = 0; t < s->run->config.targets; t++)
        fprintf(out, "  %s 0x%02x", socket_of(s, 1 + t)->name, r->pins[t]);
    fprintf(out, "  %s\n", place);
}

static void show_host(const struct shell *s) {
    const struct stimulus *st = &s->run->board.stimulus;
    const struct firmware *programs[] = {&st->firmware, &st->rival_firmware};
    static const char *const names[] = {"host", "rival"};
    for (int i = 0; i < (st->rival_on ? 2 : 1); i++) {
        const struct firmware *h = programs[i];
        printf("  %-6s", names[i]);
        if (firmware_busy(h))
            printf("step %u of %u", h->at + 1, h->ops);
        else
            printf("idle%s%s", h->ops ? ", last " : "", h->ops ? scenario_status(h) : "");
        for (unsigned b = 0; b < h->data_count && b < TRANSFER_BYTES; b++)
            printf("%s%02x", b ? " " : ", read ", h->data[b]);
        printf("%s\n", h->data_count > TRANSFER_BYTES ? " ..." : "");
    }
}

static void show_scoreboards(const struct shell *s) {
    char text[400];
    scoreboards_finish(&s->run->board.scoreboards, s->run->board.clk); // the clocks since the last record count too
    printf("  %-12s %16s %12s\n", "scoreboard", "checks", "failures");
    for (int i = 0; i < SCOREBOARDS; i++) {
        const struct verdict *v = scoreboards_verdict(&s->run->board.scoreboards, i);
        if (v->on)
            printf("  %-12s %16" PRIu64 " %12" PRIu64 "\n", scoreboard_name(i), v->checks, v->failures);
        else
            printf("  %-12s %16s\n", scoreboard_name(i), "off");
    }
    printf("  %-12s %16" PRIu64 " %12" PRIu64 "\n", "expect", s->run->now->board[SCOREBOARDS].checks, s->run->now->board[SCOREBOARDS].failures);
    for (int i = 0; i < SCOREBOARDS; i++) {
        if (s->watch.first[i].valid) {
            shell_mismatch_text(s->run, i, &s->watch.first[i], text, sizeof text);
            printf("  first of %s\n", text);
        }
    }
}

static void show_all(const struct shell *s) {
    char time[SHELL_TIME];
    printf("  clk   %" PRIu64 ", %s\n", s->run->board.clk, shell_time(s->run, s->run->board.clk, time));
    show_bus(s);
    show_host(s);
    for (unsigned t = 1; t <= s->run->config.targets; t++) {
        char text[20];
        printf("  %-5s pins %s\n", socket_of(s, t)->name, byte_text(now(s)->pins[t - 1], 0, text));
    }
}

int shell_show_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    const struct shell *s = shell;
    const char *what = objc > 1 ? Tcl_GetString(objv[1]) : "";
    if (objc == 1)
        return show_all(s), TCL_OK;
    if (objc > 2)
        return scenario_fail(tcl, "wanted: show ?bus|SOCKET|host|scoreboards|transfers|breaks?%s", "");
    for (unsigned socket = 0; socket <= s->run->config.targets; socket++)
        if (strcmp(what, socket_of(s, socket)->name) == 0)
            return (socket ? show_target(s, socket) : show_controller(s)), TCL_OK;
    if (strcmp(what, "bus") == 0)
        show_bus(s);
    else if (strcmp(what, "host") == 0)
        show_host(s);
    else if (strcmp(what, "scoreboards") == 0)
        show_scoreboards(s);
    else if (strcmp(what, "transfers") == 0)
        shell_transfers(s, 10, stdout);
    else if (strcmp(what, "breaks") == 0)
        shell_break_list(s, stdout);
    else
        return scenario_fail(tcl, "\"%s\" cannot be shown; wanted: bus, a socket's name, host, scoreboards, transfers or breaks", what);
    return TCL_OK;
}
