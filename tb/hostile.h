// SPDX-License-Identifier: Apache-2.0
//
// What hostile peers and bad wiring do to a bus, as plain data that turns into events of the stimulus (stimulus.h): a device that stretches,
// contends, vanishes in the middle of a byte or comes out of reset holding SDA; a line that is stuck; spikes; START and STOP where none
// belongs; SDA that moves too near to an edge of SCL.
//
//   slot k:        fall k        rise         fall k + 1
//   SCL       ‾‾‾‾‾‾\______________/‾‾‾‾‾‾‾‾‾‾‾\___        `phase` counts clks from fall k; what happens at phase p
//   phase           0 1 2 ...                              is on the wires from the sample p + 1 clks after the fall's
#ifndef TWINWIRE_HOSTILE_H
#define TWINWIRE_HOSTILE_H

#include <stddef.h>

#include "config.h"
#include "stimulus.h"

#ifdef __cplusplus
extern "C" {
#endif

enum hostile_kind {
    // The slot through, from its SCL fall to past the next one.
    HOSTILE_NACK,    // SDA forced high: the ACK of slot 9n + 8, or any 0, is seen as 1
    HOSTILE_CONTEND, // SDA pulled low: a NACK, or any 1, is seen as 0
    // From `phase` on.
    HOSTILE_STRETCH, // SCL held low
    HOSTILE_SCL_STUCK_LOW,
    HOSTILE_SCL_STUCK_HIGH,
    HOSTILE_SDA_STUCK_LOW,
    HOSTILE_SDA_STUCK_HIGH,
    HOSTILE_SCL_SPIKE_LOW, // one clk too narrow for any filter on the board
    HOSTILE_SCL_SPIKE_HIGH,
    HOSTILE_SDA_SPIKE_LOW,
    HOSTILE_SDA_SPIKE_HIGH,
    HOSTILE_SCL_PULSE_LOW, // the narrowest that passes all of them
    HOSTILE_SCL_PULSE_HIGH,
    HOSTILE_SDA_PULSE_LOW,
    HOSTILE_SDA_PULSE_HIGH,
    // SDA forced one way for up to `clks` before `phase`, the other way for `clks` after it. With SCL high at `phase`, a byte is cut short.
    HOSTILE_START, // falls
    HOSTILE_STOP,  // rises
    // SDA held from the slot's fall until `phase`: set-up is violated where that is near SCL's rise. Held low until SCL is high: a STOP.
    HOSTILE_LATE_LOW,
    HOSTILE_LATE_HIGH,
    // SDA held from `phase`, near the end of SCL's high phase, for `clks`: hold is violated. Pulled low while SCL is high: a START.
    HOSTILE_EARLY_LOW,
    HOSTILE_EARLY_HIGH,
    // A socket in reset from `phase` on: its lines are released, its port is 0xff.
    HOSTILE_VANISH,    // for `clks`
    HOSTILE_GONE,      // for good
    HOSTILE_HOLDS_SDA, // for one bit; then SDA is held low for `clks`
    HOSTILE_KINDS
};

enum { HOSTILE_EVENTS = 2 }; // most events of one fault

struct hostile {
    enum hostile_kind kind;
    int slot;        // SCL falls since the START, as stimulus_event.slot; < 0: `phase` counts from now
    uint8_t frame;   // as stimulus_event.frame: which START that is
    uint8_t socket;  // who vanishes: 0 controller, 1 + i target i
    uint64_t phase;  // clks
    uint64_t clks;   // how long
};

// "scl_spike_low"; what it does, a line.
const char *hostile_name(enum hostile_kind kind);
const char *hostile_help(enum hostile_kind kind);
// HOSTILE_KINDS if nothing is called so.
enum hostile_kind hostile_find(const char *name);
// It needs a socket.
bool hostile_wants_socket(enum hostile_kind kind);

// The kind with the phase and the time that are usual for it, in slot 0 of the next frame that reaches it, on target 0.
struct hostile hostile_make(const struct config *c, enum hostile_kind kind);

// Its events, if it begins to wait at clk `now`. Returns how many.
unsigned hostile_events(const struct config *c, const struct hostile *h, uint64_t now, struct stimulus_event events[HOSTILE_EVENTS]);

// All of its events or, if there is no room, none. To be followed by board_touch.
bool hostile_add(const struct config *c, const struct hostile *h, uint64_t now, struct stimulus *s);

// The command of a scenario that does the same: "hostile stretch at 5 plus 3clk for 125clk". Always terminates `text`.
void hostile_text(const struct config *c, const struct hostile *h, char *text, size_t size);

#ifdef __cplusplus
}
#endif
#endif
