// SPDX-License-Identifier: Apache-2.0
//
// Everything that C does to the board from outside the sockets: resets, the host bus, the outside of the port pins, injected faults
// on the wires, and a second controller. What is set between edges n-1 and n, or computed at edge n, is on the wires from sample n+1 on.
#ifndef TWINWIRE_STIMULUS_H
#define TWINWIRE_STIMULUS_H

#include "../cmodel/i2c_controller.h"
#include "../cmodel/record.h"
#include "firmware.h"

#ifdef __cplusplus
extern "C" {
#endif

enum { STIMULUS_EVENTS = 64 };

enum stimulus_kind {
    STIMULUS_FOREIGN_ON,  // value: FOREIGN_... bits
    STIMULUS_FOREIGN_OFF,
    STIMULUS_PINS,        // value: ext_low | ext_high << 8, of `target`
    STIMULUS_RESET_ON,    // value: bit a socket
    STIMULUS_RESET_OFF
};

// Something to happen. With `slot` < 0 at edge `clk`; else `clk` clks after SCL fall number `slot` since a START
// (0 is the fall that ends the START itself, k the one that ends clock k): with `frame` 0 since any START, with n since the n-th one from
// now on.
struct stimulus_event {
    uint64_t clk;
    int slot;
    enum stimulus_kind kind;
    uint8_t target;
    uint16_t value;
    uint64_t clks; // FOREIGN_ON and RESET_ON: how long
    uint8_t frame;
};

// What the stimulus puts out.
struct stimulus_out {
    uint8_t rst_n;
    uint8_t foreign; // FOREIGN_...
    uint16_t host;
    uint8_t ext_low[RECORD_TARGETS], ext_high[RECORD_TARGETS];
};

struct stimulus {
    struct stimulus_out now;  // on the wires at the sample being looked at
    struct stimulus_out next; // from the next sample on
    uint64_t due;             // next edge at which an event happens
    struct stimulus_event events[STIMULUS_EVENTS];
    unsigned event_count;
    uint8_t held[4];          // how many events hold each FOREIGN_ bit
    struct firmware firmware; // drives the controller's host bus
    // The second controller ("rival"): a model with a host of its own; it exists on the wires once it is used.
    bool rival_on;
    struct i2c_controller rival;
    struct firmware rival_firmware;
    uint16_t rival_host_word;
    uint8_t rival_pulls;      // FOREIGN_..._LOW
    uint64_t rival_from;      // its host does nothing before this edge
    uint64_t rival_due;
    uint8_t injected;         // FOREIGN_ bits of the events alone
    // The bus as the stimulus sees it, for events tied to a slot.
    bool scl, sda;
    int slot;                 // SCL falls since the last START, -1 = no START yet
};

void stimulus_init(struct stimulus *s, uint8_t rst_n, uint8_t filter_clks);

// Adds an event. Returns false if there is no room.
bool stimulus_add(struct stimulus *s, const struct stimulus_event *event);

// Ends what events hold (lines, resets) and forgets those that wait.
void stimulus_drop_events(struct stimulus *s);

// The second controller leaves the bus, whatever it was doing there.
void stimulus_rival_off(struct stimulus *s, uint8_t filter_clks);

// One edge: `r` is the record of this sample, `ctl_out` the CTL_ word of the driving controller. Returns the next edge at which it must be called.
uint64_t stimulus_step(struct stimulus *s, const struct record *r, uint16_t ctl_out);

#ifdef __cplusplus
}
#endif
#endif
