// SPDX-License-Identifier: Apache-2.0
//
// The firmware: a program of register accesses and I2C commands, carried out on the controller's host bus by interrupt, as a driver would.
// It knows the register map and nothing of the controller's insides.
#ifndef TWINWIRE_FIRMWARE_H
#define TWINWIRE_FIRMWARE_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FIRMWARE_OPS = 1100 };

enum firmware_op_kind {
    FIRMWARE_WRITE,  // register `adr` := `dat`
    FIRMWARE_READ,   // register `adr` -> data
    FIRMWARE_HALF,   // of a write of `dat` to `adr` one clock, and only what `cmd` has of HOST_CYC and HOST_STB: no access at all
    FIRMWARE_BYTE,   // TXR := dat, CR := cmd; wait for the interrupt; read SR
    FIRMWARE_FETCH   // CR := cmd (a read); wait; read SR; read RXR -> data
};

struct firmware_op {
    uint8_t kind, adr, dat, cmd;
};

enum firmware_status { FIRMWARE_OK, FIRMWARE_NACK, FIRMWARE_LOST, FIRMWARE_TIMEOUT };

struct firmware {
    struct firmware_op op[FIRMWARE_OPS];
    unsigned ops, at;       // program length, the op under way
    uint8_t step;           // within the op
    bool access;            // a bus access is under way
    bool go_on;             // a NACK ends the part up to the next START, not the program
    bool nacked;            // ... and has done so
    enum firmware_status status;
    unsigned acked;         // data and address bytes that were acknowledged
    uint8_t data[FIRMWARE_OPS]; // bytes read
    unsigned data_count;
    uint8_t sr;             // last SR read
};

// Forgets the program (and what it has read).
void firmware_clear(struct firmware *h);
// Forgets the rest of the program, as a driver that has waited long enough: FIRMWARE_TIMEOUT.
void firmware_give_up(struct firmware *h);
// Appends an op. Returns false if there is no room.
bool firmware_add(struct firmware *h, enum firmware_op_kind kind, uint8_t adr, uint8_t dat, uint8_t cmd);
static inline bool firmware_busy(const struct firmware *h) { return h->at < h->ops; }

// Programs for the usual transfers; `bytes` may be 0 in a write (address only). A read has count >= 1.
bool firmware_add_write(struct firmware *h, uint8_t addr, const uint8_t *bytes, unsigned count, bool stop);
bool firmware_add_read(struct firmware *h, uint8_t addr, unsigned count, bool stop);
// After power-up: prescale, enable, interrupt enable.
bool firmware_add_setup(struct firmware *h, unsigned prescale);

// One edge. `ack`, `irq`, `dat`: sampled outputs of the controller; `word`: the host bus word now on the wires. Returns the next word (HOST_...).
uint16_t firmware_step(struct firmware *h, bool ack, bool irq, uint8_t dat, uint16_t word);

#ifdef __cplusplus
}
#endif
#endif
