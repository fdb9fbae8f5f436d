// SPDX-License-Identifier: Apache-2.0
#include "scenario.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tcl.h>

#include "../cmodel/i2c_controller.h"

// ---- Arguments ------------------------------------------------------------------------------------------------------

static int fail(Tcl_Interp *tcl, const char *format, const char *word) {
    Tcl_SetObjResult(tcl, Tcl_ObjPrintf(format, word));
    return TCL_ERROR;
}

// "10us", "300ns", "2ms", "1s", "7clk", "2.5bit" (SCL periods) -> clks.
static int get_time(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, uint64_t *clks) {
    static const struct {
        const char *unit;
        double ns;
    } units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
    const char *text = Tcl_GetString(obj);
    char *unit;
    double number = strtod(text, &unit);
    if (unit != text && number >= 0 && number <= 1e9) {
        if (strcmp(unit, "clk") == 0 || strcmp(unit, "clks") == 0) {
            *clks = (uint64_t)number;
            return TCL_OK;
        }
        if (strcmp(unit, "bit") == 0 || strcmp(unit, "bits") == 0) {
            *clks = (uint64_t)(number * 5 * (run->config.prescale + 1) + 0.5);
            return TCL_OK;
        }
        for (unsigned i = 0; i < sizeof units / sizeof *units; i++) {
            if (strcmp(unit, units[i].unit) == 0 && number * units[i].ns <= 3.6e12) {
                *clks = run_ns_to_clks(run, (uint64_t)(number * units[i].ns + 0.5));
                return TCL_OK;
            }
        }
    }
    return fail(tcl, "\"%s\" is no time: write a number and ns, us, ms, s, clk or bit, like 3us", text);
}

static int get_number(Tcl_Interp *tcl, Tcl_Obj *obj, int low, int high, const char *what, int *value) {
    if (Tcl_GetIntFromObj(NULL, obj, value) == TCL_OK && *value >= low && *value <= high)
        return TCL_OK;
    Tcl_SetObjResult(tcl, Tcl_ObjPrintf("\"%s\" is no %s: a number from %d to %d is wanted", Tcl_GetString(obj), what, low, high));
    return TCL_ERROR;
}

static int get_addr(Tcl_Interp *tcl, Tcl_Obj *obj, int *addr) { return get_number(tcl, obj, 0, 0x7f, "7-bit address", addr); }

static int get_bytes(Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[], uint8_t *bytes, int max) {
    if (objc > max)
        return fail(tcl, "too many bytes%s", "");
    for (int i = 0; i < objc; i++) {
        int byte;
        if (get_number(tcl, objv[i], 0, 255, "byte", &byte) != TCL_OK)
            return TCL_ERROR;
        bytes[i] = (uint8_t)byte;
    }
    return TCL_OK;
}

// "u1" -> 0-based target.
static int get_target(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, unsigned *target) {
    for (unsigned t = 0; t < run->config.targets; t++) {
        if (strcmp(Tcl_GetString(obj), run->config.socket[1 + t].name) == 0) {
            *target = t;
            return TCL_OK;
        }
    }
    return fail(tcl, "there is no target \"%s\" on this board", Tcl_GetString(obj));
}

// A socket's name, or "all" -> one bit a socket.
static int get_sockets(struct run *run, Tcl_Interp *tcl, Tcl_Obj *obj, uint16_t *bits) {
    const char *name = Tcl_GetString(obj);
    *bits = 0;
    for (unsigned s = 0; s <= run->config.targets; s++)
        if (strcmp(name, "all") == 0 || strcmp(name, run->config.socket[s].name) == 0)
            *bits |= (uint16_t)(1u << s);
    return *bits ? TCL_OK : fail(tcl, "there is no socket \"%s\" on this board", name);
}

// "0bzzzz0101", MSB first: 0, 1, z or x, eight of them; or a plain byte. Masks of the 0s and of the 1s.
static int get_pattern(Tcl_Interp *tcl, Tcl_Obj *obj, uint8_t *low, uint8_t *high) {
    const char *text = Tcl_GetString(obj);
    int byte;
    if (strncmp(text, "0b", 2) == 0 && strlen(text) == 10 && strspn(text + 2, "01zx") == 8) {
        *low = *high = 0;
        for (int i = 0; i < 8; i++) {
            *low |= (uint8_t)((text[2 + i] == '0') << (7 - i));
            *high |= (uint8_t)((text[2 + i] == '1') << (7 - i));
        }
        return TCL_OK;
    }
    if (strncmp(text, "0b", 2) == 0 || Tcl_GetIntFromObj(NULL, obj, &byte) != TCL_OK || byte < 0 || byte > 255)
        return fail(tcl, "\"%s\" is no pattern: write 0b and eight of 0, 1, z, P7 first, or a byte", text);
    *high = (uint8_t)byte;
    *low = (uint8_t)~byte;
    return TCL_OK;
}

// Options at the end: "at SLOT" and "plus TIME".
static int get_when(struct run *run, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[], struct stimulus_event *e) {
    uint64_t plus = 0;
    e->slot = -1;
    for (int i = 0; i < objc; i += 2) {
        const char *word = Tcl_GetString(objv[i]);
        if (i + 1 == objc)
            return fail(tcl, "\"%s\" lacks its value", word);
        if (strcmp(word, "at") == 0) {
            if (get_number(tcl, objv[i + 1], 0, 9 * 1024, "slot", &e->slot) != TCL_OK)
                return TCL_ERROR;
        } else if (strcmp(word, "plus") == 0) {
            if (get_time(run, tcl, objv[i + 1], &plus) != TCL_OK)
                return TCL_ERROR;
        } else {
            return fail(tcl, "unknown word \"%s\": \"at SLOT\" or \"plus TIME\" is wanted", word);
        }
    }
    e->clk = e->slot < 0 ? run->board.clk + plus : plus;
    return TCL_OK;
}

static int add_event(struct run *run, Tcl_Interp *tcl, const struct stimulus_event *e) {
    if (!stimulus_add(&run->board.stimulus, e))
        return fail(tcl, "too many events are waiting%s", "");
    board_touch(&run->board);
    return TCL_OK;
}

// The scenario is over (see run_over): unwind the script whatever it catches.
static int over(struct run *run, Tcl_Interp *tcl) {
    if (!run_over(run))
        return TCL_OK;
    Tcl_CancelEval(tcl, NULL, NULL, TCL_CANCEL_UNWIND);
    return TCL_ERROR;
}

// ---- Commands -------------------------------------------------------------------------------------------------------

static const char *status_word(const struct firmware *h) {
    static const char *const words[] = {"ack", "nack", "lost"};
    return firmware_busy(h) ? "busy" : words[h->status];
}

// write ADDR BYTE... | read ADDR COUNT | write_read ADDR {BYTE...} COUNT
static int add_transfer(Tcl_Interp *tcl, struct firmware *h, int objc, Tcl_Obj *const objv[]) {
    static const char *const kinds[] = {"write", "read", "write_read", NULL};
    int kind, addr, count = 0, listed;
    uint8_t bytes[1024];
    Tcl_Obj **list;
    if (objc < 2 || Tcl_GetIndexFromObj(tcl, objv[0], kinds, "transfer", 0, &kind) != TCL_OK)
        return objc < 2 ? fail(tcl, "wanted: write ADDR BYTE..., read ADDR COUNT or write_read ADDR {BYTE...} COUNT%s", "") : TCL_ERROR;
    if ((kind == 1 && objc != 3) || (kind == 2 && objc != 4))
        return fail(tcl, kind == 1 ? "wanted: read ADDR COUNT%s" : "wanted: write_read ADDR {BYTE...} COUNT%s", "");
    if (get_addr(tcl, objv[1], &addr) != TCL_OK || (kind && get_number(tcl, objv[objc - 1], 1, 1000, "count", &count) != TCL_OK))
        return TCL_ERROR;
    if (kind == 2 && Tcl_ListObjGetElements(tcl, objv[2], &listed, &list) != TCL_OK)
        return TCL_ERROR;
    if (kind == 0 && get_bytes(tcl, objc - 2, objv + 2, bytes, 1024) != TCL_OK)
        return TCL_ERROR;
    if (kind == 2 && get_bytes(tcl, listed, list, bytes, 64) != TCL_OK)
        return TCL_ERROR;
    firmware_clear(h);
    if (kind == 0)
        firmware_add_write(h, (uint8_t)addr, bytes, (unsigned)objc - 2, true);
    if (kind == 2)
        firmware_add_write(h, (uint8_t)addr, bytes, (unsigned)listed, false);
    if (kind > 0)
        firmware_add_read(h, (uint8_t)addr, (unsigned)count, true);
    return TCL_OK;
}

static int cmd_i2c(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct firmware *h = &run->board.stimulus.firmware;
    const char *word = objc > 1 ? Tcl_GetString(objv[1]) : "";
    if (strcmp(word, "data") == 0) {
        Tcl_Obj *list = Tcl_NewListObj(0, NULL);
        for (unsigned i = 0; i < h->data_count; i++)
            Tcl_ListObjAppendElement(tcl, list, Tcl_ObjPrintf("0x%02x", h->data[i]));
        Tcl_SetObjResult(tcl, list);
        return TCL_OK;
    }
    if (strcmp(word, "wait") != 0) {
        bool begin = strcmp(word, "begin") == 0;
        if (firmware_busy(h))
            return fail(tcl, "a transfer is under way: \"i2c wait\" for it first%s", "");
        if (add_transfer(tcl, h, objc - 1 - begin, objv + 1 + begin) != TCL_OK)
            return TCL_ERROR;
        board_touch(&run->board);
        if (begin)
            return TCL_OK;
    }
    run_until_firmware(run);
    Tcl_SetObjResult(tcl, Tcl_NewStringObj(status_word(h), -1));
    return over(run, tcl);
}

static int cmd_rival(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct stimulus *s = &run->board.stimulus;
    if (objc == 2 && strcmp(Tcl_GetString(objv[1]), "wait") == 0) {
        run_until_rival(run);
        Tcl_SetObjResult(tcl, Tcl_NewStringObj(status_word(&s->rival_firmware), -1));
        return over(run, tcl);
    }
    if (firmware_busy(&s->rival_firmware))
        return fail(tcl, "the rival is busy: \"rival wait\" for it first%s", "");
    if (add_transfer(tcl, &s->rival_firmware, objc - 1, objv + 1) != TCL_OK)
        return TCL_ERROR;
    if (!s->rival_on) { // its first transfer: set it up, then let it wait for the bus as any controller does
        struct firmware transfer = s->rival_firmware;
        firmware_clear(&s->rival_firmware);
        firmware_add_setup(&s->rival_firmware, run->config.prescale);
        s->rival_on = true;
        run_until_rival(run);
        s->rival_firmware = transfer;
    }
    board_touch(&run->board);
    return over(run, tcl);
}

static int cmd_host(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct firmware *h = &run->board.stimulus.firmware;
    const char *word = objc > 1 ? Tcl_GetString(objv[1]) : "";
    bool write = strcmp(word, "write") == 0, setup = strcmp(word, "setup") == 0;
    int adr = 0, dat = 0;
    if (!(setup && objc == 2) && !(write && objc == 4) && !(strcmp(word, "read") == 0 && objc == 3))
        return fail(tcl, "wanted: host write REG BYTE, host read REG or host setup%s", "");
    if (firmware_busy(h)) // a register access in the middle of a transfer: the transfer's program is dropped, the transfer goes on
        firmware_clear(h);
    if (!setup && get_number(tcl, objv[2], 0, 7, "register", &adr) != TCL_OK)
        return TCL_ERROR;
    if (write && get_number(tcl, objv[3], 0, 255, "byte", &dat) != TCL_OK)
        return TCL_ERROR;
    firmware_clear(h);
    if (setup)
        firmware_add_setup(h, run->config.prescale);
    else
        firmware_add(h, write ? FIRMWARE_WRITE : FIRMWARE_READ, (uint8_t)adr, (uint8_t)dat, 0);
    run_until_firmware(run);
    if (!write && !setup)
        Tcl_SetObjResult(tcl, Tcl_NewIntObj(h->data[0]));
    return over(run, tcl);
}

static int cmd_pins(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct stimulus_event e = {.kind = STIMULUS_PINS};
    unsigned target;
    uint8_t low, high;
    if (objc < 2)
        return fail(tcl, "wanted: pins TARGET ?0bPATTERN? ?at SLOT? ?plus TIME?%s", "");
    if (get_target(run, tcl, objv[1], &target) != TCL_OK)
        return TCL_ERROR;
    if (objc == 2) {
        Tcl_SetObjResult(tcl, Tcl_NewIntObj(run->board.record.pins[target]));
        return TCL_OK;
    }
    if (get_pattern(tcl, objv[2], &low, &high) != TCL_OK || get_when(run, tcl, objc - 3, objv + 3, &e) != TCL_OK)
        return TCL_ERROR;
    e.target = (uint8_t)target;
    e.value = (uint16_t)(low | high << 8);
    return add_event(run, tcl, &e);
}

static int cmd_inject(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    static const char *const lines[] = {"scl", "sda", NULL}, *const levels[] = {"low", "high", NULL};
    struct run *run = data;
    struct stimulus_event e = {.kind = STIMULUS_FOREIGN_ON};
    int line, level;
    if (objc < 4)
        return fail(tcl, "wanted: inject scl|sda low|high TIME ?at SLOT? ?plus TIME?%s", "");
    if (Tcl_GetIndexFromObj(tcl, objv[1], lines, "line", 0, &line) != TCL_OK ||
        Tcl_GetIndexFromObj(tcl, objv[2], levels, "level", 0, &level) != TCL_OK || get_time(run, tcl, objv[3], &e.clks) != TCL_OK ||
        get_when(run, tcl, objc - 4, objv + 4, &e) != TCL_OK)
        return TCL_ERROR;
    e.value = (uint16_t)(1u << (line + 2 * level));
    return add_event(run, tcl, &e);
}

static int cmd_reset(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct stimulus_event e = {.kind = STIMULUS_RESET_ON};
    if (objc < 3)
        return fail(tcl, "wanted: reset SOCKET|all TIME ?at SLOT? ?plus TIME?%s", "");
    if (get_sockets(run, tcl, objv[1], &e.value) != TCL_OK || get_time(run, tcl, objv[2], &e.clks) != TCL_OK ||
        get_when(run, tcl, objc - 3, objv + 3, &e) != TCL_OK)
        return TCL_ERROR;
    return add_event(run, tcl, &e);
}

static int cmd_power(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    const char *word = objc == 2 ? Tcl_GetString(objv[1]) : "";
    if (strcmp(word, "on") != 0 && strcmp(word, "off") != 0)
        return fail(tcl, "wanted: power on|off%s", "");
    run_power(run, strcmp(word, "on") == 0);
    return over(run, tcl);
}

static int cmd_run(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    uint64_t clks;
    if (objc != 2)
        return fail(tcl, "wanted: run TIME%s", "");
    if (get_time(run, tcl, objv[1], &clks) != TCL_OK)
        return TCL_ERROR;
    run_clks(run, clks);
    return over(run, tcl);
}

static int cmd_addr(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    unsigned target;
    if (objc != 2)
        return fail(tcl, "wanted: addr TARGET%s", "");
    if (get_target(run, tcl, objv[1], &target) != TCL_OK)
        return TCL_ERROR;
    Tcl_SetObjResult(tcl, Tcl_ObjPrintf("0x%02x", run->config.socket[1 + target].addr));
    return TCL_OK;
}

static int cmd_bit(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    (void)objv;
    if (objc != 1)
        return fail(tcl, "wanted: bit_clks, without arguments%s", "");
    Tcl_SetObjResult(tcl, Tcl_NewIntObj((int)(5 * (run->config.prescale + 1))));
    return TCL_OK;
}

// ---- Expectations ---------------------------------------------------------------------------------------------------

// What is on a level pin now; -1 if there is no such pin. *socket is whose it is.
static int level_of(const struct run *run, const char *pin, int *socket) {
    const struct record *r = &run->board.record;
    *socket = -1;
    if (strcmp(pin, "scl") == 0)
        return r->scl;
    if (strcmp(pin, "sda") == 0)
        return r->sda;
    if (strcmp(pin, "bus") == 0) // expect int bus ...
        return r->int_n;
    for (unsigned t = 0; t < run->config.targets; t++) {
        if (strcmp(pin, run->config.socket[1 + t].name) == 0) {
            *socket = (int)(1 + t);
            return (r->out[1 + t][run->config.socket[1 + t].drives] & TGT_INT_N) != 0;
        }
    }
    return -1;
}

struct expectation {
    int line;
    const char *file;
};

static void judge(struct run *run, const struct expectation *e, bool good, int socket, const char *pin, const char *wanted, const char *seen) {
    char what[96];
    const char *file = strrchr(e->file, '/');
    snprintf(what, sizeof what, "%s:%d: expected %.32s, saw %.32s", file ? file + 1 : e->file, e->line, wanted, seen);
    run_expect(run, good, socket, pin, what);
}

static int expect_level(struct run *run, Tcl_Interp *tcl, const struct expectation *e, const char *kind, const char *pin, const char *wanted) {
    int socket, level = level_of(run, pin, &socket);
    bool is_int = strcmp(kind, "int") == 0, line = strcmp(pin, "scl") == 0 || strcmp(pin, "sda") == 0;
    if (level < 0 || is_int == line)
        return fail(tcl, is_int ? "\"%s\" has no INT: a target's name or \"bus\" is wanted" : "\"%s\" is no wire: scl or sda is wanted", pin);
    if (strcmp(wanted, "low") != 0 && strcmp(wanted, "high") != 0)
        return fail(tcl, "\"%s\" is no level: low or high is wanted", wanted);
    judge(run, e, level == (strcmp(wanted, "high") == 0), socket, is_int ? "int_n" : pin, wanted, level ? "high" : "low");
    return TCL_OK;
}

static int expect_pins(struct run *run, Tcl_Interp *tcl, const struct expectation *e, Tcl_Obj *target_name, Tcl_Obj *pattern) {
    unsigned target;
    uint8_t low, high;
    char seen[32];
    if (get_target(run, tcl, target_name, &target) != TCL_OK || get_pattern(tcl, pattern, &low, &high) != TCL_OK)
        return TCL_ERROR;
    uint8_t pins = run->board.record.pins[target], outside = run->board.stimulus.now.ext_high[target];
    // A pin that the outside drives high and that reads low is held by the port latch: say so.
    snprintf(seen, sizeof seen, "0x%02x%s", pins, outside & high & ~pins ? " (held low by latch)" : "");
    judge(run, e, (pins & low) == 0 && (pins & high) == high, (int)(1 + target), "pins", Tcl_GetString(pattern), seen);
    return TCL_OK;
}

static int expect_data(struct run *run, Tcl_Interp *tcl, const struct expectation *e, int objc, Tcl_Obj *const objv[]) {
    const struct firmware *h = &run->board.stimulus.firmware;
    uint8_t bytes[1024];
    char wanted[40] = "", seen[40] = "";
    if (get_bytes(tcl, objc, objv, bytes, 1024) != TCL_OK)
        return TCL_ERROR;
    for (int i = 0; i < objc && i < 8; i++)
        snprintf(wanted + strlen(wanted), sizeof wanted - strlen(wanted), "%02x ", bytes[i]);
    for (unsigned i = 0; i < h->data_count && i < 8; i++)
        snprintf(seen + strlen(seen), sizeof seen - strlen(seen), "%02x ", h->data[i]);
    judge(run, e, (unsigned)objc == h->data_count && memcmp(bytes, h->data, h->data_count) == 0, 0, "data", wanted, seen);
    return TCL_OK;
}

// _expect LINE FILE KIND ARG...; the procedure `expect` puts LINE and FILE in front.
static int cmd_expect(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    static const char *const wanted = "wanted: expect wire scl|sda low|high, int TARGET|bus low|high, pins TARGET PATTERN, status ack|nack|lost, "
                                      "data BYTE..., or that EXPRESSION%s";
    struct run *run = data;
    struct expectation e = {0};
    if (objc < 5)
        return fail(tcl, wanted, "");
    if (Tcl_GetIntFromObj(tcl, objv[1], &e.line) != TCL_OK)
        return TCL_ERROR;
    e.file = Tcl_GetString(objv[2]);
    const char *kind = Tcl_GetString(objv[3]), *arg = Tcl_GetString(objv[4]);
    if ((strcmp(kind, "wire") == 0 || strcmp(kind, "int") == 0) && objc == 6)
        return expect_level(run, tcl, &e, kind, arg, Tcl_GetString(objv[5]));
    if (strcmp(kind, "pins") == 0 && objc == 6)
        return expect_pins(run, tcl, &e, objv[4], objv[5]);
    if (strcmp(kind, "data") == 0)
        return expect_data(run, tcl, &e, objc - 4, objv + 4);
    if (strcmp(kind, "status") == 0 && objc == 5) {
        const char *seen = status_word(&run->board.stimulus.firmware);
        judge(run, &e, strcmp(seen, arg) == 0, 0, "status", arg, seen);
        return TCL_OK;
    }
    return fail(tcl, wanted, "");
}

// What a driver does on a bus that somebody left in the middle: nine clocks with SDA released (read with NACK, without START), then STOP
// (UM10204 3.1.16). A target that acknowledges at that very moment makes the first STOP fail and lets go for the second.
static const char bus_clear_proc[] = "proc bus_clear {} {\n"
                                     "    foreach command {0x29 0x41 0x41} {\n"
                                     "        host write 4 $command\n"
                                     "        while {[host read 4] & 0x02} {run 1us}\n"
                                     "    }\n"
                                     "    host write 4 0x01\n"
                                     "}\n";

static const char expect_proc[] = "proc expect {args} {\n"
                                  "    set frame [info frame -1]\n"
                                  "    set file [expr {[dict exists $frame file] ? [dict get $frame file] : \"?\"}]\n"
                                  "    set line [expr {[dict exists $frame line] ? [dict get $frame line] : 0}]\n"
                                  "    if {[lindex $args 0] eq \"that\" && [llength $args] == 2} {\n"
                                  "        set good [uplevel 1 [list expr [lindex $args 1]]]\n"
                                  "        return [_expect_that $line $file [lindex $args 1] $good]\n"
                                  "    }\n"
                                  "    _expect $line $file {*}$args\n"
                                  "}\n";

static int cmd_expect_that(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct expectation e = {0};
    int good;
    if (objc != 5 || Tcl_GetIntFromObj(tcl, objv[1], &e.line) != TCL_OK)
        return TCL_ERROR;
    if (Tcl_GetBooleanFromObj(tcl, objv[4], &good) != TCL_OK)
        return TCL_ERROR;
    e.file = Tcl_GetString(objv[2]);
    judge(run, &e, good, -1, "expression", Tcl_GetString(objv[3]), "that it is not so");
    return TCL_OK;
}

// ---- The interpreter ------------------------------------------------------------------------------------------------

static const struct {
    const char *name;
    Tcl_ObjCmdProc *proc;
} commands[] = {{"i2c", cmd_i2c},     {"rival", cmd_rival},     {"host", cmd_host},
                {"pins", cmd_pins},   {"inject", cmd_inject},   {"reset", cmd_reset},
                {"power", cmd_power}, {"run", cmd_run},         {"addr", cmd_addr},
                {"bit_clks", cmd_bit}, {"_expect", cmd_expect}, {"_expect_that", cmd_expect_that}};

void scenario_help(FILE *out) {
    fputs("Scenarios are Tcl. When one starts, the board has been powered up and the controller set up at board.scl_hz.\n\n"
          "  i2c write ADDR BYTE...            a write; without bytes the address alone. Result: ack, nack or lost\n"
          "  i2c read ADDR COUNT               a read, the last byte answered with NACK\n"
          "  i2c write_read ADDR {BYTE...} N   a write and a read with a repeated START between\n"
          "  i2c begin write|read|... ; i2c wait    the same, while the script goes on\n"
          "  i2c data                          the bytes read last\n"
          "  rival write|read|... ; rival wait a second controller on the same bus\n"
          "  host write REG BYTE; host read REG; host setup    the controller's registers; set-up after a reset\n"
          "  pins TARGET 0bzzzz0101 ?at SLOT? ?plus TIME?      outside of the port pins, P7 first: 0, 1, z = open\n"
          "  inject scl|sda low|high TIME ?at SLOT? ?plus TIME?  somebody holds a line\n"
          "  reset SOCKET|all TIME ?at SLOT? ?plus TIME?\n"
          "  bus_clear                         nine clocks with SDA released, then STOP: frees a bus left in the middle\n"
          "  power off; power on               all of the board\n"
          "  run TIME                          10us, 300ns, 2ms, 7clk, 2.5bit (SCL periods)\n"
          "  addr TARGET; bit_clks             address of a target; clks of one SCL period\n"
          "  expect wire scl|sda low|high      expect int TARGET|bus low|high\n"
          "  expect pins TARGET 0b1xxx0101     expect data BYTE...\n"
          "  expect status ack|nack|lost       expect that {EXPRESSION}\n\n"
          "SLOT counts SCL falls since the last START: 0 ends the START itself, k ends clock k (9 = the first ACK clock).\n",
          out);
}

static Tcl_AsyncHandler interrupt_handler;

void scenario_interrupt(void) {
    if (interrupt_handler)
        Tcl_AsyncMark(interrupt_handler);
}

static int on_interrupt(ClientData data, Tcl_Interp *tcl, int code) {
    (void)tcl;
    Tcl_CancelEval(data, NULL, NULL, TCL_CANCEL_UNWIND);
    return code;
}

static void scenario_folder(const struct run *run, char *path, unsigned size) { snprintf(path, size, "%s/scenarios", run->source); }

static bool is_file(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

enum { NAMES_MAX = 512 };

// The names of all scenarios, sorted. Returns how many; `names` point into `list`.
static unsigned list_names(const struct run *run, struct dirent ***list) {
    char folder[CONFIG_PATH + 16];
    scenario_folder(run, folder, sizeof folder);
    int n = scandir(folder, list, NULL, alphasort);
    unsigned count = 0;
    for (int i = 0; i < n; i++) {
        char *dot = strrchr((*list)[i]->d_name, '.');
        if (dot && strcmp(dot, ".tcl") == 0 && count < NAMES_MAX) {
            *dot = '\0';
            (*list)[count++] = (*list)[i];
        } else {
            free((*list)[i]);
        }
    }
    if (n < 0)
        *list = NULL;
    return count;
}

static void free_names(struct dirent **list, unsigned count) {
    for (unsigned i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

bool scenario_find(const struct run *run, const char *name, char *path, unsigned size, char *nearest, unsigned nearest_size) {
    size_t length = strlen(name);
    nearest[0] = '\0';
    if (length > 4 && strcmp(name + length - 4, ".tcl") == 0) {
        snprintf(path, size, "%s", name);
        return is_file(path);
    }
    snprintf(path, size, "%s/scenarios/%s.tcl", run->source, name);
    if (!strchr(name, '/') && is_file(path))
        return true;
    struct dirent **list;
    const char *names[NAMES_MAX];
    unsigned count = list_names(run, &list);
    for (unsigned i = 0; i < count; i++)
        names[i] = list[i]->d_name;
    const char *near = config_nearest(name, names, count);
    snprintf(nearest, nearest_size, "%s", near ? near : "");
    free_names(list, count);
    return false;
}

void scenario_list(const struct run *run, FILE *out) {
    struct dirent **list;
    unsigned count = list_names(run, &list);
    for (unsigned i = 0; i < count; i++) {
        char path[3 * CONFIG_PATH], line[256] = "";
        snprintf(path, sizeof path, "%s/scenarios/%s.tcl", run->source, list[i]->d_name);
        FILE *file = fopen(path, "r");
        while (file && fgets(line, sizeof line, file) && strstr(line, "SPDX"))
            line[0] = '\0';
        if (file)
            fclose(file);
        line[strcspn(line, "\n")] = '\0';
        fprintf(out, "%-28s %s\n", list[i]->d_name, line[0] == '#' ? line + 2 : "");
    }
    free_names(list, count);
}

// "file:line: message" of a script that ended in an error.
static void keep_error(struct run *run, Tcl_Interp *tcl, const char *path) {
    struct scenario_result *r = run->now;
    Tcl_Obj *options = Tcl_GetReturnOptions(tcl, TCL_ERROR), *line = NULL, *key = Tcl_NewStringObj("-errorline", -1);
    Tcl_IncrRefCount(key);
    Tcl_IncrRefCount(options);
    Tcl_DictObjGet(NULL, options, key, &line);
    r->result = RESULT_ERROR;
    snprintf(r->message, sizeof r->message, "%.250s:%s: %.200s", path, line ? Tcl_GetString(line) : "?", Tcl_GetStringResult(tcl));
    Tcl_DecrRefCount(key);
    Tcl_DecrRefCount(options);
}

void scenario_run(struct run *run, const char *name) {
    char path[3 * CONFIG_PATH], nearest[64];
    if (!scenario_find(run, name, path, sizeof path, nearest, sizeof nearest)) {
        run->now->result = RESULT_ERROR;
        snprintf(run->now->message, sizeof run->now->message, "%.400s: no such scenario", path);
        return;
    }
    Tcl_Interp *tcl = Tcl_CreateInterp();
    interrupt_handler = Tcl_AsyncCreate(on_interrupt, tcl);
    for (unsigned i = 0; i < sizeof commands / sizeof *commands; i++)
        Tcl_CreateObjCommand(tcl, commands[i].name, commands[i].proc, run, NULL);
    Tcl_DeleteCommand(tcl, "exit"); // a script ends by ending
    int code = Tcl_EvalEx(tcl, expect_proc, -1, TCL_EVAL_GLOBAL);
    if (code == TCL_OK)
        code = Tcl_EvalEx(tcl, bus_clear_proc, -1, TCL_EVAL_GLOBAL);
    Tcl_Obj *file = Tcl_NewStringObj(path, -1);
    Tcl_IncrRefCount(file);
    if (code == TCL_OK)
        code = Tcl_FSEvalFile(tcl, file);
    Tcl_DecrRefCount(file);
    if (code != TCL_OK && !run_over(run))
        keep_error(run, tcl, path);
    Tcl_AsyncHandler handler = interrupt_handler;
    interrupt_handler = NULL;
    Tcl_AsyncDelete(handler);
    Tcl_DeleteInterp(tcl);
}
