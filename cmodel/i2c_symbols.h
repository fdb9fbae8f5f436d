// SPDX-License-Identifier: Apache-2.0
//
// i2c_symbols: what a chip sees of SCL and SDA after its own line conditioning (contract 2): a two-flop
// synchroniser and a filter of N equal samples on each line, then SCL edges, START and STOP.
//
//   wire    ‾‾‾\___________________   first sampled low at edge E
//   now     ‾‾‾‾‾‾‾‾‾‾\____________   changes at E+N+1
//   symbol            ^ R = E+N+2     the edge at which the chip reacts
//
// Nothing is ticked. A change of a raw level books a flip at its reaction edge R; a change back before N
// samples cancels it; a change back after N or more samples books the next one. Between two samples the
// owner takes the booked flips in order of time, and so may sleep through those that do not interest it:
//
//   while (i2c_symbols_due(s) <= clk)                   // every flip up to and including clk, in order
//       handle(i2c_symbols_take(s, t = i2c_symbols_due(s)), t);
//   i2c_symbols_sample(s, clk, scl, sda);               // books R > clk only
//   return i2c_symbols_wake(s, scl_matters);
//
// An edge is a number of clks, counted by the caller; UINT64_MAX means never.
#ifndef TWINWIRE_I2C_SYMBOLS_H
#define TWINWIRE_I2C_SYMBOLS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum i2c_symbol {
    I2C_NONE,   // nothing to react to
    I2C_RISE,   // SCL rise: data is valid
    I2C_FALL,   // SCL fall: data may change
    I2C_START,  // SDA fell while SCL stayed high; a repeated START looks the same
    I2C_STOP,   // SDA rose while SCL stayed high
};

// Flips that can be on their way at once: with N = 1, those of the last three samples.
enum { I2C_LINE_FLIPS = 3 };

struct i2c_line {
    bool now;                       // filtered level at the edge last taken ("now" of contract 2.3)
    uint8_t booked;                 // number of flips on their way; the raw level is now XOR (booked odd)
    uint64_t flip[I2C_LINE_FLIPS];  // [edge] their reaction edges, rising; the rest UINT64_MAX
};

struct i2c_symbols {
    struct i2c_line scl, sda;
    uint64_t settled;     // [edge] first edge at which symbols are reported; 0 = reset not released yet
    uint8_t filter_clks;  // [clks] N, 1..63
};

// Both lines high, nothing booked, not settled: the state under reset.
void i2c_symbols_init(struct i2c_symbols *s, uint8_t filter_clks);

// Tells that edge `clk` sampled reset released. The first call after init makes clk the contract's edge m;
// later calls change nothing. To be called before anything else at an edge.
void i2c_symbols_release(struct i2c_symbols *s, uint64_t clk);

// The reaction edge of the next flip of either line.
uint64_t i2c_symbols_due(const struct i2c_symbols *s);

// Applies the flips whose reaction edge is `t`, and returns the symbol that edge reports. `t` must not be
// beyond i2c_symbols_due(). After it scl.now and sda.now are the contract's `now` at edge t.
enum i2c_symbol i2c_symbols_take(struct i2c_symbols *s, uint64_t t);

// Takes in the raw levels sampled at edge `clk`. All flips up to clk must have been taken.
void i2c_symbols_sample(struct i2c_symbols *s, uint64_t clk, bool scl, bool sda);

// The first edge at which the owner must look if the raw levels stay: the next START or STOP, and the next
// SCL edge if `scl_matters`. SDA changes under a low SCL need no visit. May be early, never late.
uint64_t i2c_symbols_wake(const struct i2c_symbols *s, bool scl_matters);

#ifdef __cplusplus
}
#endif

#endif
