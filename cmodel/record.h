// SPDX-License-Identifier: Apache-2.0
//
// The record: what was on every pin of the board at one clock edge, as plain data.
//
// Levels are 1 = high = released. A drive bit is the level a device allows: 0 pulls the line low, 1 releases it.
// Socket 0 is the controller, socket 1 + i is target i. Every socket has up to TWINS implementations; one of them drives the
// wires, the other shadows it, and both see the same inputs.
//
// A record describes sample `clk`: the levels just before clock edge `clk`. Records are made only when something changed;
// a record therefore holds for every sample from its own `clk` up to the one before the next record's `clk`.
#ifndef TWINWIRE_RECORD_H
#define TWINWIRE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

enum {
    RECORD_TARGETS = 4, // most targets on one board
    RECORD_SOCKETS = 1 + RECORD_TARGETS
};

enum record_twin { TWIN_RTL, TWIN_C, TWINS };

// Outputs of a controller twin, one word a twin (record.out[0][twin]).
enum {
    CTL_SCL = 1 << 0,  // drive bit
    CTL_SDA = 1 << 1,  // drive bit
    CTL_HIGH = 1 << 2, // the twin drives SCL or SDA high: never allowed (UM10204 3.1.1)
    CTL_ACK = 1 << 3,  // Wishbone acknowledge
    CTL_IRQ = 1 << 4,
    CTL_DAT_SHIFT = 5, // 8 bits of read data
    CTL_DAT = 0xff << CTL_DAT_SHIFT,
    CTL_BITS = 13,
    CTL_RESET = CTL_SCL | CTL_SDA // what a controller in reset puts out
};

// Outputs of a target twin (record.out[1 + i][twin]).
enum {
    TGT_SCL = 1 << 0,  // drive bit: 0 stretches the clock
    TGT_SDA = 1 << 1,  // drive bit
    TGT_HIGH = 1 << 2, // drives SCL, SDA or INT high: never allowed
    TGT_INT_N = 1 << 3, // drive bit of the open-drain interrupt
    TGT_PORT_SHIFT = 4, // 8 bits: port latch, 0 pulls the pin low, 1 is the weak high
    TGT_PORT = 0xff << TGT_PORT_SHIFT,
    TGT_BITS = 12,
    TGT_RESET = TGT_SCL | TGT_SDA | TGT_INT_N | TGT_PORT
};

// The controller's host bus (Wishbone B4 classic, 8 bit), all inputs of the controller.
enum {
    HOST_CYC = 1 << 0,
    HOST_STB = 1 << 1,
    HOST_WE = 1 << 2,
    HOST_ADR_SHIFT = 3, // 3 bits
    HOST_DAT_SHIFT = 6, // 8 bits of write data
    HOST_BITS = 14
};

// Who pulls a line although no socket does: injected faults and foreign controllers (record.foreign).
enum {
    FOREIGN_SCL_LOW = 1 << 0,
    FOREIGN_SDA_LOW = 1 << 1,
    FOREIGN_SCL_HIGH = 1 << 2, // forced high against whoever pulls low (a short to VDD)
    FOREIGN_SDA_HIGH = 1 << 3
};

struct record {
    uint64_t clk;
    bool scl, sda;   // the observed wires
    bool int_n;      // the shared interrupt line: AND of the driving targets
    uint8_t foreign; // FOREIGN_...
    uint8_t rst_n;   // bit s: socket s is out of reset. A socket whose bit is 0 is not compared
    uint16_t host;   // HOST_...
    uint16_t out[RECORD_SOCKETS][TWINS];  // CTL_... / TGT_...; an absent twin holds its reset word
    uint8_t pins[RECORD_TARGETS];         // observed pin levels: port of the driving twin AND outside
    uint8_t ext_low[RECORD_TARGETS];      // bit: the outside pulls this pin low
    uint8_t ext_high[RECORD_TARGETS];     // bit: the outside drives this pin high (a pin in neither is left open)
};

// When sample `clk` begins (edge `clk` ends it, one clock later), in picoseconds: floor(clk * 10^12 / clock_hz), exact over any run (clock_hz <= 10^9).
static inline uint64_t record_time_ps(uint64_t clk, uint64_t clock_hz) {
    uint64_t whole = clk / clock_hz, rest = clk % clock_hz;
    return whole * UINT64_C(1000000000000) + rest * UINT64_C(1000000) / clock_hz * UINT64_C(1000000) +
           rest * UINT64_C(1000000) % clock_hz * UINT64_C(1000000) / clock_hz;
}

// What never changes during a run, given to everybody who reads records.
struct socket_shape {
    char name[16];         // "ctl", "u1", ...
    char type[24];         // "i2c-controller", "pcf8574", "pcf8574a"
    char personality[8];   // "nxp" or "ti"; empty where the type has none
    uint8_t addr;          // 7-bit address of a target
    unsigned spike_ns;     // its own input filter; 0: as the board's
    bool present[TWINS];
    enum record_twin drive; // a present twin
};

struct board_shape {
    uint64_t clock_hz;
    unsigned scl_hz;     // speed that the bus is for: its mode in UM10204 table 10
    unsigned spike_ns;   // a spike this wide or narrower is no level (UM10204 table 10, tSP)
    unsigned targets;    // 0 .. RECORD_TARGETS
    struct socket_shape socket[RECORD_SOCKETS];
};

#endif
