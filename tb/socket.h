// SPDX-License-Identifier: Apache-2.0
//
// What the board asks of a C twin. One adapter file in wrappers/ fills in one of these tables for a device model; the board knows
// models by nothing else. (The RTL side of a socket is wrappers/controller_socket.sv or wrappers/target_socket.sv.)
//
// step: processes clock edge `clk` with the levels sampled at it, puts the new output word (CTL_... or TGT_... of record.h, to be seen
// from sample clk + 1 on) into *out, and returns the next edge at which it must be stepped even if its inputs stay as they are
// (UINT64_MAX: never). It is stepped at every edge whose inputs differ from the last one's, and may be stepped at any other.
// State is plain data without pointers: it is saved, loaded and compared by copying.
#ifndef TWINWIRE_SOCKET_H
#define TWINWIRE_SOCKET_H

#include <stddef.h>

#include "config.h"

enum { SOCKET_STATE = 512 }; // most bytes of state of one twin

struct controller_pins {
    bool rst_n, scl, sda;
    uint16_t host; // HOST_...
};

struct target_pins {
    bool rst_n, scl, sda;
    uint8_t pins; // levels of the port pins
};

struct controller_type {
    const char *name;
    size_t state_size;
    void (*init)(void *state, const struct config_socket *socket, unsigned filter_clks);
    uint64_t (*step)(void *state, uint64_t clk, const struct controller_pins *in, uint16_t *out);
};

struct target_type {
    const char *name;
    size_t state_size;
    void (*init)(void *state, const struct config_socket *socket, unsigned filter_clks);
    uint64_t (*step)(void *state, uint64_t clk, const struct target_pins *in, uint16_t *out);
    // Straps of the RTL twin, as wrappers/target_socket.sv takes them (24 bits).
    uint32_t (*straps)(const struct config_socket *socket);
};

// Every type built in, ended by NULL (wrappers/devices.c).
extern const struct controller_type *const controller_types[];
extern const struct target_type *const target_types[];

#endif
