// SPDX-License-Identifier: Apache-2.0
#include "acts.h"

#include "../cmodel/i2c_controller.h"
#include "../cmodel/record.h"

enum { CLEAR_BITS = 100 }; // a command of the bus clear that has not ended after so long will not end

static void load(struct firmware *h, const struct request *t) {
    const uint8_t *bytes = t->bytes;
    firmware_clear(h);
    h->go_on = t->chain;
    for (unsigned i = 0; i < t->parts; i++) {
        const struct request_part *part = &t->part[i];
        bool last = i + 1 == t->parts;
        if (part->read) {
            firmware_add_read(h, part->addr, part->count, last);
            continue;
        }
        firmware_add_write(h, part->addr, bytes, part->count, last);
        bytes += part->count;
    }
}

static void wait_within(struct run *run, struct firmware *h, uint64_t clks) {
    if (!run_until_done(run, h, clks ? run->board.clk + clks : UINT64_MAX) || !firmware_busy(h))
        return;
    firmware_give_up(h);
    board_touch(&run->board);
}

static void begin_i2c(struct run *run, const struct request *t) {
    run_until_firmware(run); // one after the other
    load(&run->board.stimulus.firmware, t);
    board_touch(&run->board);
}

static void begin_rival(struct run *run, const struct request *t, uint64_t delay_clks) {
    struct stimulus *s = &run->board.stimulus;
    run_until_done(run, &s->rival_firmware, UINT64_MAX);
    if (!s->rival_on) { // its first transfer: set it up, then let it wait for the bus as any controller does
        firmware_clear(&s->rival_firmware);
        firmware_add_setup(&s->rival_firmware, run->config.prescale);
        s->rival_on = true;
        run_until_done(run, &s->rival_firmware, UINT64_MAX);
    }
    load(&s->rival_firmware, t);
    s->rival_from = run->board.clk + delay_clks;
    board_touch(&run->board);
}

// A rival that does not come to an end leaves the bus.
static void wait_rival(struct run *run, uint64_t clks) {
    struct stimulus *s = &run->board.stimulus;
    wait_within(run, &s->rival_firmware, clks);
    if (s->rival_firmware.status == FIRMWARE_TIMEOUT)
        stimulus_rival_off(s, (uint8_t)run->config.filter_clks[0]);
}

static bool host(struct run *run, enum firmware_op_kind kind, uint8_t reg, uint8_t dat) {
    struct firmware *h = &run->board.stimulus.firmware;
    firmware_clear(h); // in the middle of a transfer: its program is dropped, the transfer goes on
    firmware_add(h, kind, reg, dat, 0);
    return run_until_firmware(run);
}

static bool command(struct run *run, uint8_t cr) {
    const struct firmware *h = &run->board.stimulus.firmware;
    const uint64_t until = run->board.clk + CLEAR_BITS * config_bit_clks(&run->config);
    host(run, FIRMWARE_WRITE, I2C_CR, cr);
    while (host(run, FIRMWARE_READ, I2C_SR, 0) && h->data[0] & I2C_SR_TIP && run->board.clk < until)
        run_clks(run, run_ns_to_clks(run, 1000));
    run_clks(run, 3 * (run->config.prescale + 1)); // tBUF
    return h->data[0] & I2C_SR_BUSY;
}

// What a driver does on a bus that somebody left in the middle: nine clocks with SDA released (read with NACK, without START), then STOP
// (UM10204 3.1.16). A target that acknowledges at that very moment makes the first STOP fail and lets go for the second. Where the ones
// completed the address of a target, it sends its byte to them: nine clocks more end that.
static void bus_clear(struct run *run) {
    enum { ROUNDS = 2 };
    bool busy = true;
    for (unsigned k = 0; k < ROUNDS && busy; k++) {
        command(run, I2C_CR_RD | I2C_CR_ACK | I2C_CR_IACK);
        command(run, I2C_CR_STO | I2C_CR_IACK);
        busy = command(run, I2C_CR_STO | I2C_CR_IACK);
    }
    host(run, FIRMWARE_WRITE, I2C_CR, I2C_CR_IACK);
}

static bool add_event(struct run *run, const struct act *act) {
    struct stimulus_event e = act->event;
    if (e.slot < 0)
        e.clk += run->board.clk;
    board_touch(&run->board);
    return stimulus_add(&run->board.stimulus, &e);
}

static void judge_status(struct run *run, int expect) {
    static const char *const words[] = {"ack", "nack", "arbitration lost", "no end of the transfer"};
    const struct firmware *h = &run->board.stimulus.firmware;
    char what[96];
    if (expect < 0)
        return;
    snprintf(what, sizeof what, "a random transfer: expected %s, saw %s", words[expect], words[h->status]);
    run_expect(run, (int)h->status == expect, 0, "status", what);
}

bool act_do(struct run *run, const struct act *act) {
    struct firmware *h = &run->board.stimulus.firmware;
    bool room = true;
    switch (act->kind) {
    case ACT_I2C:
        begin_i2c(run, &act->request);
        wait_within(run, h, act->clks);
        break;
    case ACT_I2C_BEGIN: begin_i2c(run, &act->request); break;
    case ACT_I2C_WAIT: wait_within(run, h, act->clks); break;
    case ACT_RIVAL: begin_rival(run, &act->request, act->clks); break;
    case ACT_RIVAL_WAIT: wait_rival(run, act->clks); break;
    case ACT_HOST_WRITE: host(run, FIRMWARE_WRITE, act->reg, act->dat); break;
    case ACT_HOST_READ: host(run, FIRMWARE_READ, act->reg, 0); break;
    case ACT_HOST_SETUP:
        firmware_clear(h);
        firmware_add_setup(h, run->config.prescale);
        run_until_firmware(run);
        break;
    case ACT_HOST_CYC:
    case ACT_HOST_STB:
        firmware_clear(h);
        firmware_add(h, FIRMWARE_HALF, act->reg, act->dat, act->kind == ACT_HOST_CYC ? HOST_CYC : HOST_STB);
        run_until_firmware(run);
        break;
    case ACT_HOSTILE:
        room = hostile_add(&run->config, &act->hostile, run->board.clk, &run->board.stimulus);
        board_touch(&run->board);
        break;
    case ACT_EVENT: room = add_event(run, act); break;
    case ACT_INJECT_OFF:
        stimulus_drop_events(&run->board.stimulus);
        board_touch(&run->board);
        break;
    case ACT_BUS_CLEAR: bus_clear(run); break;
    case ACT_RUN: run_clks(run, act->clks); break;
    case ACT_KINDS: break;
    }
    if (!run_over(run))
        judge_status(run, act->expect);
    return room && !run_over(run);
}
