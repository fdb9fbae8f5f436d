// SPDX-License-Identifier: Apache-2.0
//
// pcf8574: PCF8574 / PCF8574A 8-bit quasi-bidirectional I/O expander, reference model (contract 3).
//
// Each port bit is an open-drain transistor with a weak pull-up: a written 0 pulls the pin low, a written 1
// lets the outside decide, so `port` is a drive byte and the pin is port AND outside level. A read returns the
// pins, not the port register. The input latch keeps the pins as last read or written; INT is low while they
// differ from it. There is no clock driver and no reset pin in the real chip: it never stretches, and rst_n is
// its power-on reset.
#ifndef TWINWIRE_PCF8574_H
#define TWINWIRE_PCF8574_H

#include "i2c_target.h"

#ifdef __cplusplus
extern "C" {
#endif

enum pcf8574_personality {
    PCF8574_NXP,  // INT is released from the start of the WRITE pulse (NXP PCF8574 rev 5, 8.5)
    PCF8574_TI,   // INT is released at the end of the WRITE pulse (TI SCPS068 7.1)
};

struct pcf8574_props {
    uint8_t addr;                          // 7-bit: 0x20..0x27 PCF8574, 0x38..0x3F PCF8574A
    enum pcf8574_personality personality;
    uint8_t filter_clks;                   // [clks] N, 1..63
};

struct pcf8574_in {
    bool rst_n, scl, sda;  // levels
    uint8_t pins;          // levels of P7..P0, the chip's own pull-down included
};

struct pcf8574_out {
    bool sda;      // drive bit
    bool int_n;    // drive bit, open drain
    uint8_t port;  // drive bits of P7..P0
};

enum pcf8574_pulse { PCF8574_NO_PULSE, PCF8574_READ_PULSE, PCF8574_WRITE_PULSE };

struct pcf8574 {
    struct pcf8574_out out;
    struct pcf8574_props props;
    struct i2c_target target;
    uint64_t pins_at;     // [edge] from which pins[0] was sampled
    uint8_t pins[2];      // the pins now, and before
    uint8_t latch;        // input latch
    uint8_t byte;         // data byte waiting for its WRITE pulse
    uint8_t pulse;        // enum pcf8574_pulse
};

// Power-on state; props are copied, and kept through resets.
void pcf8574_init(struct pcf8574 *x, const struct pcf8574_props *props);

// One clock edge; see the stepping rule in i2c_target.h.
uint64_t pcf8574_step(struct pcf8574 *x, uint64_t clk, const struct pcf8574_in *in);

#ifdef __cplusplus
}
#endif

#endif
