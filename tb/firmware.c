// SPDX-License-Identifier: Apache-2.0
#include "firmware.h"

#include <string.h>

#include "../cmodel/i2c_controller.h"
#include "../cmodel/record.h"

enum { REG_PRERLO, REG_PRERHI, REG_CTR, REG_DATA, REG_CMD };

// What an op is waiting for or doing; register accesses unless named otherwise.
enum step { STEP_TXR, STEP_CR, STEP_WAIT, STEP_SR, STEP_IACK, STEP_RXR, STEP_STOP, STEP_STOP_WAIT, STEP_STOP_SR, STEP_STOP_IACK };

void firmware_clear(struct firmware *h) { memset(h, 0, sizeof *h); }

void firmware_give_up(struct firmware *h) {
    h->ops = h->at = 0;
    h->access = false;
    h->status = FIRMWARE_TIMEOUT;
}

static uint8_t first_step(uint8_t kind) { return kind == FIRMWARE_FETCH ? STEP_CR : STEP_TXR; }

bool firmware_add(struct firmware *h, enum firmware_op_kind kind, uint8_t adr, uint8_t dat, uint8_t cmd) {
    if (h->ops == FIRMWARE_OPS)
        return false;
    h->op[h->ops] = (struct firmware_op){(uint8_t)kind, adr, dat, cmd};
    if (h->at == h->ops)
        h->step = first_step((uint8_t)kind);
    h->ops++;
    return true;
}

bool firmware_add_write(struct firmware *h, uint8_t addr, const uint8_t *bytes, unsigned count, bool stop) {
    uint8_t sto = stop ? I2C_CR_STO : 0;
    bool ok = firmware_add(h, FIRMWARE_BYTE, 0, (uint8_t)(addr << 1), I2C_CR_STA | I2C_CR_WR | (count == 0 ? sto : 0));
    for (unsigned i = 0; i < count; i++)
        ok = firmware_add(h, FIRMWARE_BYTE, 0, bytes[i], I2C_CR_WR | (i + 1 == count ? sto : 0)) && ok;
    return ok;
}

bool firmware_add_read(struct firmware *h, uint8_t addr, unsigned count, bool stop) {
    bool ok = firmware_add(h, FIRMWARE_BYTE, 0, (uint8_t)(addr << 1 | 1), I2C_CR_STA | I2C_CR_WR);
    for (unsigned i = 0; i < count; i++) {
        bool last = i + 1 == count; // the last byte is answered with NACK (UM10204 3.1.6)
        ok = firmware_add(h, FIRMWARE_FETCH, 0, 0, I2C_CR_RD | (last ? I2C_CR_ACK | (stop ? I2C_CR_STO : 0) : 0)) && ok;
    }
    return ok;
}

bool firmware_add_setup(struct firmware *h, unsigned prescale) {
    return firmware_add(h, FIRMWARE_WRITE, REG_PRERLO, (uint8_t)prescale, 0) &&
           firmware_add(h, FIRMWARE_WRITE, REG_PRERHI, (uint8_t)(prescale >> 8), 0) &&
           firmware_add(h, FIRMWARE_WRITE, REG_CTR, I2C_CTR_EN | I2C_CTR_IEN, 0);
}

static uint16_t access(struct firmware *h, uint8_t adr, bool write, uint8_t dat) {
    h->access = true;
    return (uint16_t)(HOST_CYC | HOST_STB | (write ? HOST_WE : 0) | adr << HOST_ADR_SHIFT | (write ? dat : 0) << HOST_DAT_SHIFT);
}

// Where the next part begins with a START, if a NACK does not end the program.
static unsigned next_part(const struct firmware *h) {
    unsigned at = h->go_on ? h->at + 1 : h->ops;
    while (at < h->ops && !(h->op[at].kind == FIRMWARE_BYTE && h->op[at].cmd & I2C_CR_STA))
        at++;
    return at;
}

static void next_op(struct firmware *h) {
    h->at = h->status == FIRMWARE_OK ? h->at + 1 : h->status == FIRMWARE_NACK ? next_part(h) : h->ops; // a transfer that failed ends the program
    if (h->at < h->ops) {
        h->step = first_step(h->op[h->at].kind);
        h->nacked = h->nacked || h->status == FIRMWARE_NACK;
        h->status = FIRMWARE_OK;
    } else if (h->nacked && h->status == FIRMWARE_OK) {
        h->status = FIRMWARE_NACK;
    }
}

// SR was read after a command: what became of it?
static void judge_status(struct firmware *h, const struct firmware_op *op, uint8_t sr) {
    h->sr = sr;
    if (sr & I2C_SR_AL)
        h->status = FIRMWARE_LOST;
    else if (op->kind == FIRMWARE_BYTE && sr & I2C_SR_RXACK)
        h->status = FIRMWARE_NACK;
    else if (op->kind == FIRMWARE_BYTE)
        h->acked++;
}

// The access of the present step was acknowledged.
static void access_done(struct firmware *h, uint8_t dat) {
    const struct firmware_op *op = &h->op[h->at];
    if (op->kind == FIRMWARE_WRITE || op->kind == FIRMWARE_READ) {
        if (op->kind == FIRMWARE_READ)
            h->data[h->data_count++] = dat;
        next_op(h);
        return;
    }
    switch (h->step) {
    case STEP_SR:
        judge_status(h, op, dat);
        h->step = STEP_IACK;
        break;
    case STEP_IACK:
        if (h->status == FIRMWARE_OK && op->kind == FIRMWARE_FETCH)
            h->step = STEP_RXR;
        else if (h->status == FIRMWARE_NACK && !(op->cmd & I2C_CR_STO) && next_part(h) == h->ops)
            h->step = STEP_STOP; // after a NACK: STOP (UM10204 3.1.6)
        else
            next_op(h);
        break;
    case STEP_RXR:
        h->data[h->data_count++] = dat;
        next_op(h);
        break;
    case STEP_STOP_SR:
        h->sr = dat;
        if (dat & I2C_SR_AL)
            h->status = FIRMWARE_LOST;
        h->step = STEP_STOP_IACK;
        break;
    case STEP_STOP_IACK:
        next_op(h);
        break;
    default:
        h->step++;
    }
}

static uint16_t half_access(struct firmware *h, const struct firmware_op *op) {
    next_op(h);
    return (uint16_t)((op->cmd & (HOST_CYC | HOST_STB)) | HOST_WE | op->adr << HOST_ADR_SHIFT | op->dat << HOST_DAT_SHIFT);
}

// The next access, or 0 while waiting.
static uint16_t next_access(struct firmware *h, bool irq) {
    const struct firmware_op *op = &h->op[h->at];
    if (op->kind == FIRMWARE_HALF)
        return half_access(h, op);
    if (op->kind == FIRMWARE_WRITE || op->kind == FIRMWARE_READ)
        return access(h, op->adr, op->kind == FIRMWARE_WRITE, op->dat);
    if (h->step == STEP_WAIT || h->step == STEP_STOP_WAIT) {
        if (!irq)
            return 0;
        h->step++;
    }
    switch (h->step) {
    case STEP_TXR:
        return access(h, REG_DATA, true, op->dat);
    case STEP_CR:
        return access(h, REG_CMD, true, op->cmd | I2C_CR_IACK); // whatever was pending is not ours
    case STEP_IACK:
    case STEP_STOP_IACK:
        return access(h, REG_CMD, true, I2C_CR_IACK);
    case STEP_RXR:
        return access(h, REG_DATA, false, 0);
    case STEP_STOP:
        return access(h, REG_CMD, true, I2C_CR_STO);
    default:
        return access(h, REG_CMD, false, 0); // SR
    }
}

uint16_t firmware_step(struct firmware *h, bool ack, bool irq, uint8_t dat, uint16_t word) {
    if (h->access) {
        if (!ack)
            return word;
        h->access = false;
        access_done(h, dat);
        return 0;
    }
    return firmware_busy(h) ? next_access(h, irq) : 0;
}
