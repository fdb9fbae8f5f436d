// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "acts.h"
#include "scenario_parts.h"

// The scenario is over (see run_over): unwind the script whatever it catches.
static int over(struct run *run, Tcl_Interp *tcl) {
    if (!run_over(run))
        return TCL_OK;
    Tcl_CancelEval(tcl, NULL, NULL, TCL_CANCEL_UNWIND);
    return TCL_ERROR;
}

const char *scenario_status(const struct firmware *h) {
    static const char *const words[] = {"ack", "nack", "lost", "timeout"};
    bool transfer = h->status == FIRMWARE_TIMEOUT; // its program is gone
    for (unsigned i = 0; i < h->ops && !transfer; i++)
        transfer = h->op[i].kind == FIRMWARE_BYTE || h->op[i].kind == FIRMWARE_FETCH;
    return firmware_busy(h) ? "busy" : transfer ? words[h->status] : "none";
}

// "what TIME", if that is what the words end in: *objc is then without them, and *clks the time.
static int get_last(struct run *run, Tcl_Interp *tcl, int *objc, Tcl_Obj *const objv[], const char *what, uint64_t *clks) {
    *clks = 0;
    if (*objc < 2 || strcmp(Tcl_GetString(objv[*objc - 2]), what) != 0)
        return TCL_OK;
    *objc -= 2;
    return scenario_get_time(run, tcl, objv[*objc + 1], clks);
}

static int add_write(Tcl_Interp *tcl, struct request *t, int addr, int count, Tcl_Obj *const bytes[]) {
    unsigned used = 0;
    for (unsigned i = 0; i < t->parts; i++)
        used += t->part[i].read ? 0 : t->part[i].count;
    if (scenario_get_bytes(tcl, count, bytes, t->bytes + used, REQUEST_BYTES - (int)used) != TCL_OK)
        return TCL_ERROR;
    t->part[t->parts++] = (struct request_part){(uint8_t)addr, false, (uint16_t)count};
    return TCL_OK;
}

// write ADDR BYTE... | read ADDR COUNT | write_read ADDR {BYTE...} COUNT
static int add_part(Tcl_Interp *tcl, struct request *t, int objc, Tcl_Obj *const objv[]) {
    static const char *const kinds[] = {"write", "read", "write_read", NULL};
    int kind, addr, count = 0, listed;
    Tcl_Obj **list;
    if (objc < 2 || Tcl_GetIndexFromObj(tcl, objv[0], kinds, "transfer", 0, &kind) != TCL_OK)
        return objc < 2 ? scenario_fail(tcl, "wanted: write ADDR BYTE..., read ADDR COUNT, write_read ADDR {BYTE...} COUNT or chain {PART} {PART}...%s", "")
                        : TCL_ERROR;
    if ((kind == 1 && objc != 3) || (kind == 2 && objc != 4))
        return scenario_fail(tcl, kind == 1 ? "wanted: read ADDR COUNT%s" : "wanted: write_read ADDR {BYTE...} COUNT%s", "");
    if (scenario_get_addr(tcl, objv[1], &addr) != TCL_OK || (kind && scenario_get_number(tcl, objv[objc - 1], 1, 1000, "count", &count) != TCL_OK))
        return TCL_ERROR;
    if (kind == 0)
        return add_write(tcl, t, addr, objc - 2, objv + 2);
    if (kind == 2 && (Tcl_ListObjGetElements(tcl, objv[2], &listed, &list) != TCL_OK || add_write(tcl, t, addr, listed, list) != TCL_OK))
        return TCL_ERROR;
    t->part[t->parts++] = (struct request_part){(uint8_t)addr, true, (uint16_t)count};
    return TCL_OK;
}

// The same, or: chain {write ADDR BYTE...} {read ADDR COUNT} ...
static int get_transfer(Tcl_Interp *tcl, struct request *t, int objc, Tcl_Obj *const objv[]) {
    Tcl_Obj **list;
    unsigned total = 0;
    int listed;
    t->parts = 0;
    t->chain = objc > 0 && strcmp(Tcl_GetString(objv[0]), "chain") == 0;
    if (!t->chain)
        return add_part(tcl, t, objc, objv);
    if (objc < 2 || objc > 1 + REQUEST_PARTS / 2)
        return scenario_fail(tcl, "wanted: chain {PART} {PART}..., up to four of them, each a write, a read or a write_read%s", "");
    for (int i = 1; i < objc; i++)
        if (Tcl_ListObjGetElements(tcl, objv[i], &listed, &list) != TCL_OK || add_part(tcl, t, listed, list) != TCL_OK)
            return TCL_ERROR;
    for (unsigned i = 0; i < t->parts; i++)
        total += 1u + t->part[i].count;
    return total > FIRMWARE_OPS ? scenario_fail(tcl, "the chain is too long%s", "") : TCL_OK;
}

static int cmd_i2c(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct firmware *h = &run->board.stimulus.firmware;
    struct act act = {.kind = ACT_I2C, .expect = -1};
    const char *word = objc > 1 ? Tcl_GetString(objv[1]) : "";
    if (strcmp(word, "data") == 0) {
        Tcl_Obj *list = Tcl_NewListObj(0, NULL);
        for (unsigned i = 0; i < h->data_count; i++)
            Tcl_ListObjAppendElement(tcl, list, Tcl_ObjPrintf("0x%02x", h->data[i]));
        Tcl_SetObjResult(tcl, list);
        return TCL_OK;
    }
    if (strcmp(word, "status") == 0) {
        Tcl_SetObjResult(tcl, Tcl_NewStringObj(scenario_status(h), -1));
        return TCL_OK;
    }
    bool begin = strcmp(word, "begin") == 0;
    if (!begin && get_last(run, tcl, &objc, objv, "within", &act.clks) != TCL_OK)
        return TCL_ERROR;
    if (begin)
        act.kind = ACT_I2C_BEGIN;
    if (strcmp(word, "wait") == 0)
        act.kind = ACT_I2C_WAIT;
    else if (get_transfer(tcl, &act.request, objc - 1 - begin, objv + 1 + begin) != TCL_OK)
        return TCL_ERROR;
    act_do(run, &act);
    if (!begin)
        Tcl_SetObjResult(tcl, Tcl_NewStringObj(scenario_status(h), -1));
    return over(run, tcl);
}

static int cmd_rival(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct act act = {.kind = ACT_RIVAL, .expect = -1};
    bool wait = objc > 1 && strcmp(Tcl_GetString(objv[1]), "wait") == 0;
    if (get_last(run, tcl, &objc, objv, wait ? "within" : "plus", &act.clks) != TCL_OK)
        return TCL_ERROR;
    if (wait)
        act.kind = ACT_RIVAL_WAIT;
    else if (get_transfer(tcl, &act.request, objc - 1, objv + 1) != TCL_OK)
        return TCL_ERROR;
    act_do(run, &act);
    if (wait)
        Tcl_SetObjResult(tcl, Tcl_NewStringObj(scenario_status(&run->board.stimulus.rival_firmware), -1));
    return over(run, tcl);
}

static int cmd_host(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    const struct firmware *h = &run->board.stimulus.firmware;
    const char *word = objc > 1 ? Tcl_GetString(objv[1]) : "";
    bool cyc = strcmp(word, "cyc") == 0, half = cyc || strcmp(word, "stb") == 0;
    bool write = strcmp(word, "write") == 0 || half, setup = strcmp(word, "setup") == 0;
    int adr = 0, dat = 0;
    if (!(setup && objc == 2) && !(write && objc == 4) && !(strcmp(word, "read") == 0 && objc == 3))
        return scenario_fail(tcl, "wanted: host write REG BYTE, host read REG, host setup, or host cyc|stb REG BYTE%s", "");
    if (!setup && scenario_get_number(tcl, objv[2], 0, 7, "register", &adr) != TCL_OK)
        return TCL_ERROR;
    if (write && scenario_get_number(tcl, objv[3], 0, 255, "byte", &dat) != TCL_OK)
        return TCL_ERROR;
    enum act_kind kind = half ? (cyc ? ACT_HOST_CYC : ACT_HOST_STB) : setup ? ACT_HOST_SETUP : write ? ACT_HOST_WRITE : ACT_HOST_READ;
    struct act act = {.kind = kind, .expect = -1, .reg = (uint8_t)adr, .dat = (uint8_t)dat};
    act_do(run, &act);
    if (!write && !setup)
        Tcl_SetObjResult(tcl, Tcl_NewIntObj(h->data[0]));
    return over(run, tcl);
}

// A trailing "at SLOT" and "plus TIME", then into the board.
static int add_event(struct run *run, Tcl_Interp *tcl, struct act *act, int objc, Tcl_Obj *const objv[]) {
    act->kind = ACT_EVENT;
    act->expect = -1;
    if (scenario_get_when(run, tcl, objc, objv, &act->event) != TCL_OK)
        return TCL_ERROR;
    return act_do(run, act) || run_over(run) ? TCL_OK : scenario_fail(tcl, "too many events are waiting%s", "");
}

static int cmd_pins(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct act act = {.event.kind = STIMULUS_PINS};
    unsigned target;
    uint8_t low, high;
    if (objc < 2)
        return scenario_fail(tcl, "wanted: pins TARGET ?0bPATTERN? ?at SLOT? ?plus TIME?%s", "");
    if (scenario_get_target(run, tcl, objv[1], &target) != TCL_OK)
        return TCL_ERROR;
    if (objc == 2) {
        Tcl_SetObjResult(tcl, Tcl_NewIntObj(run->board.record.pins[target]));
        return TCL_OK;
    }
    if (scenario_get_pattern(tcl, objv[2], &low, &high) != TCL_OK)
        return TCL_ERROR;
    act.event.target = (uint8_t)target;
    act.event.value = (uint16_t)(low | high << 8);
    return add_event(run, tcl, &act, objc - 3, objv + 3);
}

static int cmd_inject(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    static const char *const lines[] = {"scl", "sda", NULL}, *const levels[] = {"low", "high", NULL};
    struct run *run = data;
    struct act act = {.event.kind = STIMULUS_FOREIGN_ON};
    int line, level;
    if (objc == 2 && strcmp(Tcl_GetString(objv[1]), "off") == 0) {
        act_do(run, &(struct act){.kind = ACT_INJECT_OFF, .expect = -1});
        return TCL_OK;
    }
    if (objc < 4)
        return scenario_fail(tcl, "wanted: inject scl|sda low|high TIME ?at SLOT? ?plus TIME?, or inject off%s", "");
    if (Tcl_GetIndexFromObj(tcl, objv[1], lines, "line", 0, &line) != TCL_OK ||
        Tcl_GetIndexFromObj(tcl, objv[2], levels, "level", 0, &level) != TCL_OK || scenario_get_time(run, tcl, objv[3], &act.event.clks) != TCL_OK)
        return TCL_ERROR;
    if (act.event.clks == 0)
        return scenario_fail(tcl, "inject: \"%s\" is not a clock long: nothing would be injected", Tcl_GetString(objv[3]));
    act.event.value = (uint16_t)(1u << (line + 2 * level));
    return add_event(run, tcl, &act, objc - 4, objv + 4);
}

static int cmd_reset(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct act act = {.event.kind = STIMULUS_RESET_ON};
    if (objc < 3)
        return scenario_fail(tcl, "wanted: reset SOCKET|all TIME ?at SLOT? ?plus TIME?%s", "");
    if (scenario_get_sockets(run, tcl, objv[1], &act.event.value) != TCL_OK || scenario_get_time(run, tcl, objv[2], &act.event.clks) != TCL_OK)
        return TCL_ERROR;
    if (act.event.clks == 0)
        return scenario_fail(tcl, "reset: \"%s\" is not a clock long: nothing would be reset", Tcl_GetString(objv[2]));
    return add_event(run, tcl, &act, objc - 3, objv + 3);
}

static int cmd_bus_clear(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    (void)objv;
    if (objc != 1)
        return scenario_fail(tcl, "wanted: bus_clear, without arguments%s", "");
    act_do(run, &(struct act){.kind = ACT_BUS_CLEAR, .expect = -1});
    return over(run, tcl);
}

static int cmd_power(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    const char *word = objc == 2 ? Tcl_GetString(objv[1]) : "";
    if (strcmp(word, "on") != 0 && strcmp(word, "off") != 0)
        return scenario_fail(tcl, "wanted: power on|off%s", "");
    run_power(run, strcmp(word, "on") == 0);
    return over(run, tcl);
}

static int cmd_run(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    uint64_t clks;
    if (objc != 2)
        return scenario_fail(tcl, "wanted: run TIME%s", "");
    if (scenario_get_time(run, tcl, objv[1], &clks) != TCL_OK)
        return TCL_ERROR;
    act_do(run, &(struct act){.kind = ACT_RUN, .expect = -1, .clks = clks});
    return over(run, tcl);
}

static int cmd_addr(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    unsigned target;
    if (objc != 2)
        return scenario_fail(tcl, "wanted: addr TARGET%s", "");
    if (scenario_get_target(run, tcl, objv[1], &target) != TCL_OK)
        return TCL_ERROR;
    Tcl_SetObjResult(tcl, Tcl_ObjPrintf("0x%02x", run->config.socket[1 + target].addr));
    return TCL_OK;
}

static int cmd_clks(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    uint64_t clks;
    if (objc != 2)
        return scenario_fail(tcl, "wanted: clks TIME%s", "");
    if (scenario_get_time(data, tcl, objv[1], &clks) != TCL_OK)
        return TCL_ERROR;
    Tcl_SetObjResult(tcl, Tcl_NewWideIntObj((Tcl_WideInt)clks));
    return TCL_OK;
}

static int cmd_bit(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    (void)objv;
    if (objc != 1)
        return scenario_fail(tcl, "wanted: bit_clks, without arguments%s", "");
    Tcl_SetObjResult(tcl, Tcl_NewIntObj((int)config_bit_clks(&run->config)));
    return TCL_OK;
}

static int cmd_before_puts(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    (void)tcl, (void)objc, (void)objv;
    progress_clear(&run->progress);
    fflush(stdout);
    return TCL_OK;
}

const struct scenario_command scenario_commands[] = {
    {"i2c", cmd_i2c},     {"rival", cmd_rival}, {"host", cmd_host}, {"pins", cmd_pins}, {"inject", cmd_inject},
    {"reset", cmd_reset}, {"power", cmd_power}, {"run", cmd_run},   {"addr", cmd_addr}, {"bit_clks", cmd_bit}, {"clks", cmd_clks},
    {"bus_clear", cmd_bus_clear}, {"hostile", scenario_hostile}, {"violates", scenario_violates},
    {"_expect", scenario_expect}, {"_before_puts", cmd_before_puts}, {NULL, NULL}};
