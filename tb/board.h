// SPDX-License-Identifier: Apache-2.0
//
// The board: one I2C bus, its sockets and their twins, and what happens at one clock edge.
//
//   sample    levels on the wires just before the edge, from every driving twin, the foreign drivers and the outside of the pins
//   record    that sample and every twin's outputs -> recorder
//   judge     scoreboards look at the record
//   step      every C twin and the stimulus compute what they put out next, from that one sample
//
// board_edge is called once a clock edge with what the RTL puts out, and returns what C puts out from the next sample on. When
// nothing moved and nothing is due, the edge costs one comparison: the record is the same as the last one, and stands for this clock too.
#ifndef TWINWIRE_BOARD_H
#define TWINWIRE_BOARD_H

#include <stdalign.h>

#include "../scoreboards/scoreboards_state.h"
#include "recorder.h"
#include "socket.h"
#include "stimulus.h"

#ifdef __cplusplus
extern "C" {
#endif

// The word from the RTL: CTL_ word, then the TGT_ words of targets 0..3, then the wires as resolved beside the RTL.
enum {
    RTL_TGT_SHIFT = CTL_BITS,
    RTL_SCL_SHIFT = CTL_BITS + RECORD_TARGETS * TGT_BITS,
    RTL_SDA_SHIFT
};

// The word to the RTL (struct c_word_t of tb_top.sv has the same layout).
enum {
    C_RST_SHIFT = 0,   // RECORD_SOCKETS bits
    C_HOST_SHIFT = 5,  // HOST_BITS bits
    C_SCL_SHIFT = 19,  // AND of all drivers that are not RTL
    C_SDA_SHIFT,
    C_SCL_HIGH_SHIFT,  // forced high
    C_SDA_HIGH_SHIFT,
    C_PINS_SHIFT = 23  // 8 bits a target: the pin levels as all but the RTL leave them
};

enum { BOARD_DIGESTS = 4 };

enum board_stop { BOARD_GO, BOARD_STOP_INTERRUPT, BOARD_STOP_WALL, BOARD_STOP_DONE };

// Somebody who follows what happens on the board, without a way to change it (but for board.stop). What a listener does not want to hear is NULL.
struct board_listener {
    void *ctx;
    void (*record)(void *ctx, const struct record *r);       // a record that differs from the last one, before it is judged
    void (*symbol)(void *ctx, const struct symbol *symbol);  // decoded from the wires, in the order of their clk
    void (*cut)(void *ctx, uint64_t clk);                    // every socket went into reset: whatever was on the bus ends here
    void (*failing)(void *ctx, uint64_t clk, unsigned bits); // bit a scoreboard: who finds sample clk wrong, whenever that changes
};

enum { BOARD_LISTENERS = 8 };

struct board {
    uint64_t clk;          // the edge to come
    uint64_t wake;         // no edge before this one needs a look, as long as the RTL's word stays; 0: something moved
    uint64_t rtl;          // the RTL's word at the last edge looked at
    uint64_t out;          // C's word
    volatile int stop;     // enum board_stop: set by anybody, even a signal handler; engines return then

    struct board_shape shape;
    const struct controller_type *ctl_type;
    const struct target_type *tgt_type[RECORD_TARGETS];
    bool any_rtl;
    uint16_t c_out[RECORD_SOCKETS];
    uint64_t due[RECORD_SOCKETS]; // when each C twin must be stepped
    uint64_t judge_due, stimulus_due;
    struct record record;  // the last record
    struct scoreboards scoreboards;
    struct recorder recorder;
    struct stimulus stimulus;
    uint64_t digest[BOARD_DIGESTS]; // FNV-1a over (clk, level) of every change of SCL, SDA, the INT line, the driving ports
    bool look_at_every_edge;  // never take the short way: the same results, slower; a check of the harness itself
    uint64_t edges_looked_at; // of all edges, those that took the long way
    const struct firmware *wait_for; // if set: stop as soon as it has nothing more to do
    struct board_listener listener[BOARD_LISTENERS];
    unsigned listeners;
    unsigned failing;        // bit a scoreboard, as listeners were last told
    alignas(16) uint8_t state[RECORD_SOCKETS][SOCKET_STATE];
};

// Puts a board together from a valid configuration. Returns NULL, or what is wrong with it.
const char *board_init(struct board *b, const struct config *c);

// Adds a listener: at most BOARD_LISTENERS, for as long as the board lives. They are called in the order in which they came.
void board_listen(struct board *b, const struct board_listener *listener);

// One clock edge; see above.
static inline uint64_t board_edge(struct board *b, uint64_t rtl);
uint64_t board_look(struct board *b, uint64_t rtl); // the long way of board_edge

// To be called after the stimulus was changed between two edges.
static inline void board_touch(struct board *b) { b->wake = 0; }

// The straps word of socket s for its RTL twin: bit 0 drives, bits 6:1 filter depth, bits 31:8 what the type wants.
uint32_t board_straps(const struct board *b, unsigned s, const struct config *c);

static inline uint64_t board_edge(struct board *b, uint64_t rtl) {
    if (rtl == b->rtl && b->clk < b->wake) {
        b->clk++;
        return b->out;
    }
    return board_look(b, rtl);
}

#ifdef __cplusplus
}
#endif
#endif
