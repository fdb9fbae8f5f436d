// SPDX-License-Identifier: Apache-2.0
//
// i2c_controller: I2C controller with the register map of the OpenCores I2C controller, reference model
// (contract 4 to 6). The host bus is Wishbone B4 classic, eight bits wide, one wait state.
//
//   address  write                    read
//   0, 1     PRERlo, PRERhi           the same     P = prescale + 1 clks; SCL = clock / 5P
//   2        CTR  EN IEN - - - - - -  the same
//   3        TXR                      RXR
//   4        CR   STA STO RD WR ACK - - IACK       SR  RxACK Busy AL - - - TIP IF
//   5, 6, 7  nothing                  TXR, CR, 0
//
// A command is any of STA, STO, RD, WR set in CR; its steps are done in the order START, nine bit slots, STOP,
// and set IF at their end. It holds SCL low between commands, from its first SCL low up to its STOP, a lost
// arbitration or EN = 0 ("engaged").
//
//   bit slot   b      b+P        b+3P         R (rise seen)     F
//   SCL        \__________________/‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾‾\__
//   SDA        ------X======================================X---
#ifndef TWINWIRE_I2C_CONTROLLER_H
#define TWINWIRE_I2C_CONTROLLER_H

#include "i2c_symbols.h"

#ifdef __cplusplus
extern "C" {
#endif

enum i2c_controller_reg {
    I2C_PRER_LO = 0,
    I2C_PRER_HI = 1,
    I2C_CTR = 2,
    I2C_TXR = 3,  // on a write
    I2C_RXR = 3,  // on a read
    I2C_CR = 4,   // on a write
    I2C_SR = 4,   // on a read
    I2C_TXR_READBACK = 5,
    I2C_CR_READBACK = 6,
};

enum i2c_controller_ctr {
    I2C_CTR_EN = 0x80,   // 0: lines released, a command is dropped
    I2C_CTR_IEN = 0x40,  // interrupt = IF and IEN
};

enum i2c_controller_cr {
    I2C_CR_STA = 0x80,   // (repeated) START first
    I2C_CR_STO = 0x40,   // STOP last
    I2C_CR_RD = 0x20,    // read a byte; wins over WR
    I2C_CR_WR = 0x10,    // write TXR
    I2C_CR_ACK = 0x08,   // what RD sends at clock 9: 0 = ACK, 1 = NACK
    I2C_CR_IACK = 0x01,  // clears IF; not stored
    I2C_CR_COMMAND = 0xF0,
    I2C_CR_STORED = 0xF8,
};

enum i2c_controller_sr {
    I2C_SR_RXACK = 0x80,  // last bit sampled at a clock 9: 1 = NACK
    I2C_SR_BUSY = 0x40,   // START seen, STOP not yet
    I2C_SR_AL = 0x20,     // arbitration lost
    I2C_SR_TIP = 0x02,    // a command is in progress
    I2C_SR_IF = 0x01,     // a command is done or lost
};

struct i2c_controller_in {
    bool rst_n, scl, sda;  // levels
    bool cyc, stb, we;     // Wishbone
    uint8_t adr;           // 0..7; higher bits are ignored
    uint8_t dat;           // write data
};

struct i2c_controller_out {
    bool scl, sda;  // drive bits
    bool ack;       // Wishbone
    bool irq;       // active high
    uint8_t dat;    // read data, kept until the next read
};

// Where the bus side is. `due` is when it leaves the phase by itself.
enum i2c_controller_phase {
    I2C_CTL_IDLE,      // no command; SCL held low if engaged
    I2C_CTL_DROP,      // EN was cleared: everything is released at the next edge
    I2C_CTL_STORED,    // a command is stored and starts at `due`
    I2C_CTL_FREE,      // waiting for a free bus
    I2C_CTL_JOIN,      // not engaged, no START wanted: waiting for the clock's high phase to be over
    I2C_CTL_HOLD,      // START made; SCL follows (tHD;STA)
    I2C_CTL_LOW,       // SCL low, SDA still the last bit (tHD;DAT)
    I2C_CTL_SETUP,     // SCL low, SDA the next bit (rest of tLOW)
    I2C_CTL_FALLING,   // time is over, but our own low is not seen yet
    I2C_CTL_RISING,    // SCL released, waiting to see it high: clock synchronisation and stretching
    I2C_CTL_HIGH,      // SCL high (tHIGH, tSU;STA or tSU;STO)
    I2C_CTL_STOPPING,  // SDA released, waiting to see the STOP
};

enum i2c_controller_stage { I2C_CTL_START, I2C_CTL_BITS, I2C_CTL_STOP };

struct i2c_controller {
    struct i2c_controller_out out;
    struct i2c_symbols symbols;
    uint64_t due;    // [edge] of the phase; UINT64_MAX = only a symbol ends it
    uint64_t stopped; // [edge] of the last STOP; UINT64_MAX = none since reset
    uint64_t moved;  // [edge] of the last SCL rise or START; likewise
    uint16_t prer;   // P - 1, clks
    uint8_t ctr, txr, rxr, cr;
    bool rxack, busy, al, irq_flag;  // SR
    bool engaged;
    uint8_t phase;   // enum i2c_controller_phase
    uint8_t stage;   // enum i2c_controller_stage, the step of the command
    uint8_t bit;     // bit slot, 0..8
    uint16_t bits;   // the nine bits to be sent, clock 1 in bit 8
    uint8_t shift;   // the bits sampled
};

// Reset state; filter_clks is N, 1..63, and kept through resets.
void i2c_controller_init(struct i2c_controller *x, uint8_t filter_clks);

// One clock edge; see the stepping rule in i2c_target.h. While cyc and stb stay high it wakes at every edge:
// each second one is a new request.
uint64_t i2c_controller_step(struct i2c_controller *x, uint64_t clk, const struct i2c_controller_in *in);

#ifdef __cplusplus
}
#endif

#endif
