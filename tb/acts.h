// SPDX-License-Identifier: Apache-2.0
//
// Acts: what a scenario's commands do to the board, as plain data. Tcl makes them from text, the random part from choices; carrying one
// out is the same function for both, so an act that is printed and run again as a scenario puts the same levels on the same wires.
#ifndef TWINWIRE_ACTS_H
#define TWINWIRE_ACTS_H

#include "hostile.h"
#include "run.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { REQUEST_PARTS = 8, REQUEST_BYTES = 1024 };

// Parts with repeated STARTs between. A NACK ends it with a STOP; in a chain it ends its part, and the next one begins.
struct request {
    bool chain;
    unsigned parts;
    struct request_part {
        uint8_t addr;
        bool read;
        uint16_t count;   // data bytes; 0 in a write: the address alone
    } part[REQUEST_PARTS];
    uint8_t bytes[REQUEST_BYTES]; // of all writes, in their order
};

enum act_kind {                 // its Tcl:
    ACT_I2C,                    // i2c TRANSFER ?within TIME?
    ACT_I2C_BEGIN,              // i2c begin TRANSFER
    ACT_I2C_WAIT,               // i2c wait ?within TIME?
    ACT_RIVAL,                  // rival TRANSFER ?plus TIME?
    ACT_RIVAL_WAIT,             // rival wait ?within TIME?
    ACT_HOST_WRITE,             // host write REG BYTE
    ACT_HOST_READ,              // host read REG
    ACT_HOST_SETUP,             // host setup
    ACT_HOST_CYC,               // host cyc REG BYTE
    ACT_HOST_STB,               // host stb REG BYTE
    ACT_EVENT,                  // pins, inject, reset
    ACT_HOSTILE,                // hostile KIND ...
    ACT_INJECT_OFF,             // inject off
    ACT_BUS_CLEAR,              // bus_clear
    ACT_RUN,                    // run TIME
    ACT_KINDS
};

struct act {
    enum act_kind kind;
    uint64_t clks;    // ACT_RUN: how long. WITHIN: given up after so long, 0: never. ACT_RIVAL: begins so much later
    uint8_t reg, dat; // ACT_HOST_...
    int expect;       // enum firmware_status that the transfer must end in, or -1: any
    struct stimulus_event event; // ACT_EVENT; its `clk` counts from now, or from the slot
    struct hostile hostile;      // ACT_HOSTILE
    struct request request;      // ACT_I2C, ACT_I2C_BEGIN, ACT_RIVAL
};

// Carries it out. Returns false if the scenario must end now (see run_over), or there is no room for one more event.
bool act_do(struct run *run, const struct act *act);
// Prints it as a line of Tcl that does the same; an `expect` that belongs to it is on that line.
void act_print(FILE *out, const struct config *c, const struct act *act);

#ifdef __cplusplus
}
#endif
#endif
