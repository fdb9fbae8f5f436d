// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "scenario_parts.h"

static int add_event(struct run *run, Tcl_Interp *tcl, const struct stimulus_event *e) {
    if (!stimulus_add(&run->board.stimulus, e))
        return scenario_fail(tcl, "too many events are waiting%s", "");
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

const char *scenario_status(const struct firmware *h) {
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
        return objc < 2 ? scenario_fail(tcl, "wanted: write ADDR BYTE..., read ADDR COUNT or write_read ADDR {BYTE...} COUNT%s", "") : TCL_ERROR;
    if ((kind == 1 && objc != 3) || (kind == 2 && objc != 4))
        return scenario_fail(tcl, kind == 1 ? "wanted: read ADDR COUNT%s" : "wanted: write_read ADDR {BYTE...} COUNT%s", "");
    if (scenario_get_addr(tcl, objv[1], &addr) != TCL_OK || (kind && scenario_get_number(tcl, objv[objc - 1], 1, 1000, "count", &count) != TCL_OK))
        return TCL_ERROR;
    if (kind == 2 && Tcl_ListObjGetElements(tcl, objv[2], &listed, &list) != TCL_OK)
        return TCL_ERROR;
    if (kind == 0 && scenario_get_bytes(tcl, objc - 2, objv + 2, bytes, 1024) != TCL_OK)
        return TCL_ERROR;
    if (kind == 2 && scenario_get_bytes(tcl, listed, list, bytes, 64) != TCL_OK)
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
    if (strcmp(word, "status") == 0) {
        Tcl_SetObjResult(tcl, Tcl_NewStringObj(scenario_status(h), -1));
        return TCL_OK;
    }
    if (strcmp(word, "wait") != 0) {
        bool begin = strcmp(word, "begin") == 0;
        if (firmware_busy(h))
            return scenario_fail(tcl, "a transfer is under way: \"i2c wait\" for it first%s", "");
        if (add_transfer(tcl, h, objc - 1 - begin, objv + 1 + begin) != TCL_OK)
            return TCL_ERROR;
        board_touch(&run->board);
        if (begin)
            return TCL_OK;
    }
    run_until_firmware(run);
    Tcl_SetObjResult(tcl, Tcl_NewStringObj(scenario_status(h), -1));
    return over(run, tcl);
}

static int cmd_rival(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct stimulus *s = &run->board.stimulus;
    if (objc == 2 && strcmp(Tcl_GetString(objv[1]), "wait") == 0) {
        run_until_rival(run);
        Tcl_SetObjResult(tcl, Tcl_NewStringObj(scenario_status(&s->rival_firmware), -1));
        return over(run, tcl);
    }
    if (firmware_busy(&s->rival_firmware))
        return scenario_fail(tcl, "the rival is busy: \"rival wait\" for it first%s", "");
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
        return scenario_fail(tcl, "wanted: host write REG BYTE, host read REG or host setup%s", "");
    if (!setup && scenario_get_number(tcl, objv[2], 0, 7, "register", &adr) != TCL_OK)
        return TCL_ERROR;
    if (write && scenario_get_number(tcl, objv[3], 0, 255, "byte", &dat) != TCL_OK)
        return TCL_ERROR;
    firmware_clear(h); // in the middle of a transfer: its program is dropped, the transfer goes on
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
        return scenario_fail(tcl, "wanted: pins TARGET ?0bPATTERN? ?at SLOT? ?plus TIME?%s", "");
    if (scenario_get_target(run, tcl, objv[1], &target) != TCL_OK)
        return TCL_ERROR;
    if (objc == 2) {
        Tcl_SetObjResult(tcl, Tcl_NewIntObj(run->board.record.pins[target]));
        return TCL_OK;
    }
    if (scenario_get_pattern(tcl, objv[2], &low, &high) != TCL_OK || scenario_get_when(run, tcl, objc - 3, objv + 3, &e) != TCL_OK)
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
        return scenario_fail(tcl, "wanted: inject scl|sda low|high TIME ?at SLOT? ?plus TIME?%s", "");
    if (Tcl_GetIndexFromObj(tcl, objv[1], lines, "line", 0, &line) != TCL_OK ||
        Tcl_GetIndexFromObj(tcl, objv[2], levels, "level", 0, &level) != TCL_OK || scenario_get_time(run, tcl, objv[3], &e.clks) != TCL_OK ||
        scenario_get_when(run, tcl, objc - 4, objv + 4, &e) != TCL_OK)
        return TCL_ERROR;
    e.value = (uint16_t)(1u << (line + 2 * level));
    return add_event(run, tcl, &e);
}

static int cmd_reset(ClientData data, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    struct run *run = data;
    struct stimulus_event e = {.kind = STIMULUS_RESET_ON};
    if (objc < 3)
        return scenario_fail(tcl, "wanted: reset SOCKET|all TIME ?at SLOT? ?plus TIME?%s", "");
    if (scenario_get_sockets(run, tcl, objv[1], &e.value) != TCL_OK || scenario_get_time(run, tcl, objv[2], &e.clks) != TCL_OK ||
        scenario_get_when(run, tcl, objc - 3, objv + 3, &e) != TCL_OK)
        return TCL_ERROR;
    return add_event(run, tcl, &e);
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
    run_clks(run, clks);
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
    {"reset", cmd_reset}, {"power", cmd_power}, {"run", cmd_run},   {"addr", cmd_addr}, {"bit_clks", cmd_bit},
    {"hostile", scenario_hostile}, {"_expect", scenario_expect}, {"_before_puts", cmd_before_puts}, {NULL, NULL}};
