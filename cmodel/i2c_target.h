// SPDX-License-Identifier: Apache-2.0
//
// i2c_target: the pin half of an I2C target (7-bit addresses, UM10204 3.1): it finds START and STOP, takes
// and sends bits, acknowledges, and calls the device in bytes. A device model embeds one struct i2c_target
// and hands its static const struct i2c_target_ops and itself to every step; neither is stored.
//
//            clock 1 .. 7      8            9
//   SCL  ____/‾\__ .. __/‾‾\__/‾‾\________/‾‾\____
//   write               address()  SDA:=0  |   SDA released
//                       receive()          pulse_start()
//                                              pulse_end()
//   read                    SDA released   pulse_start() send()   of an acknowledged byte
//                                              pulse_end() SDA:=bit 7, next bits at the next falls
//
// A *pulse* is the high part of clock 9: the WRITE pulse of an acknowledged data byte, the READ pulse before
// each byte to be sent. It ends at the SCL fall, or at a START or STOP before it.
//
// Stepping rule of all models here: X_step(x, clk, in) processes clock edge `clk` with the values sampled at
// it, updates x->out (which the others sample from clk+1 on) and returns `wake`, the next edge at which it
// must be stepped though its inputs stay; UINT64_MAX = never. The caller steps it at the first edge of all,
// at every edge whose inputs differ from those at the edge before, and at every edge >= wake; it may step it
// at any other edge too, in increasing clk order, with identical outputs (the insides may differ between two
// such histories: compare states only if they were stepped alike). A state holds no pointer: assigning it
// saves and loads it; init leaves no byte undefined, so memcmp compares it.
#ifndef TWINWIRE_I2C_TARGET_H
#define TWINWIRE_I2C_TARGET_H

#include "i2c_symbols.h"

#ifdef __cplusplus
extern "C" {
#endif

// What a device does about bytes. `dev` is the pointer given to the step, `clk` the reaction edge, which is
// always the edge being stepped. A callback that is null means: acknowledge, nothing else to do; `address`
// and `send` must be given. A callback may change x->out.scl (stretching), and nothing else of the engine.
struct i2c_target_ops {
    // SCL rise of clock 8 of an address byte. True: it is mine, acknowledge. `addr` is the 7-bit address.
    bool (*address)(void *dev, uint64_t clk, uint8_t addr, bool read);
    // SCL rise of clock 8 of a data byte written to us. False: NACK, and ignore what comes up to START or STOP.
    bool (*receive)(void *dev, uint64_t clk, uint8_t byte);
    // SCL rise of clock 9: a pulse starts (see above).
    void (*pulse_start)(void *dev, uint64_t clk, bool read);
    // Just after pulse_start of a READ pulse: the byte to be sent.
    uint8_t (*send)(void *dev, uint64_t clk);
    // The end of a pulse.
    void (*pulse_end)(void *dev, uint64_t clk, bool read);
    // A START (restart) or STOP that ends a transfer in which we were addressed, after pulse_end if both.
    void (*finish)(void *dev, uint64_t clk, bool restart);
};

enum i2c_target_phase {
    I2C_TARGET_IDLE,     // waiting for a START: bus idle, somebody else's transfer, or after a NACK
    I2C_TARGET_ADDRESS,  // taking an address byte
    I2C_TARGET_WRITE,    // taking a data byte
    I2C_TARGET_READ,     // sending a data byte
};

struct i2c_target {
    struct i2c_symbols symbols;
    struct {
        bool scl;  // drive bit: true released. Set by the device only; no clock pin driver: leave it true
        bool sda;  // drive bit
    } out;
    uint8_t phase;   // enum i2c_target_phase
    uint8_t clock;   // SCL rises seen in this byte, 0..9
    uint8_t shift;   // bits taken, or the byte being sent
    bool read;       // R/W bit of the address byte
    bool addressed;  // we have acknowledged an address since the last START
    bool pulse;      // a pulse is on
};

// Reset state; filter_clks is N, 1..63.
void i2c_target_init(struct i2c_target *x, uint8_t filter_clks);

// One edge with reset released; under reset call init instead. See the stepping rule.
uint64_t i2c_target_step(struct i2c_target *x, uint64_t clk, bool scl, bool sda,
                         const struct i2c_target_ops *ops, void *dev);

#ifdef __cplusplus
}
#endif

#endif
