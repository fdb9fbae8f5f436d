// SPDX-License-Identifier: Apache-2.0
//
// What the specification demands of single cells, and what it allows: wrong and hung cells that are nobody's fault on this board. A rule
// that no cell needs is stale, and fails the atlas. At the end, alarms that are open: seen, and not settled yet between the parties.
#include "atlas.h"

enum {
    ANY = 0,
    BIT_SLOTS = ATLAS_ADDR_0 | ATLAS_ADDR_1 | ATLAS_DATA_0 | ATLAS_DATA_1 | ATLAS_ACK | ATLAS_READ | ATLAS_CTL_ACK | ATLAS_CTL_NACK
};

const struct atlas_demand atlas_demands[] = {
    {" contend sda_stuck_low ", ATLAS_ADDR_1 | ATLAS_DATA_1 | ATLAS_CTL_NACK, ATLAS_BEFORE_RISE, "lost",
     "UM10204 3.1.8: who sends 1 and sees 0 has lost arbitration"},
    {" nack ", ATLAS_ACK, ATLAS_BEFORE_RISE, "nack", "UM10204 3.1.6: SDA high in clock 9 is a NACK"},
    {" stretch stretch_short ", BIT_SLOTS, ATLAS_AT_RISE, "ack", "UM10204 3.1.9: a clock that is stretched is waited for"},
    {" scl_spike_low scl_spike_high sda_spike_low sda_spike_high ", BIT_SLOTS | ATLAS_S | ATLAS_SR | ATLAS_P, ATLAS_LAST, "ack",
     "UM10204 table 10, tSP: a spike is no level"},
    {NULL, 0, 0, NULL, NULL},
};

#define WHOLE 0, ATLAS_LAST

const struct atlas_rule atlas_rules[] = {
    // Data are not protected: who receives a bit takes what is on the wire.
    {" contend late_low early_low stop start nack late_high early_high ", NULL, ATLAS_READ, WHOLE, ATLAS_WRONG, "transfer", "UM10204 3.1.5, 3.1.8",
     "a controller that receives does not compare: a bit of the target that is overruled is taken as it is"},
    {" nack late_high early_high start stop ", " write write_read ", ATLAS_DATA_0, WHOLE, ATLAS_WRONG, "transfer", "UM10204 3.1.8",
     "arbitration is lost by who sends 1 and sees 0, never by who sends 0: a 0 forced high reaches the target as 1"},
    {" nack late_high early_high start stop ", " read ", ATLAS_CTL_ACK, WHOLE, ATLAS_WRONG, "transfer", "UM10204 3.1.6, 3.1.8",
     "a controller that acknowledges sends 0 and does not compare: the target hears a NACK, ends, and the next byte reads as ones"},
    {" scl_pulse_high ", " read write_read ", ATLAS_READ | ATLAS_CTL_ACK, WHOLE, ATLAS_WRONG, "transfer", "UM10204 3.1.3, 3.1.7",
     "a pulse on SCL is a clock: the target sends its next bit, and the controller, which makes its own clock, misses one"},
    {" contend early_low ", NULL, ATLAS_ACK, ATLAS_LAST_CLKS, ATLAS_LAST, ATLAS_WRONG, "transfer", "UM10204 3.1.6",
     "an ACK does not tell whose it is: a START just before ends the transfer for the target, and the foreigner's low is taken for its ACK"},
    {" nack early_high stop sda_pulse_high sda_pulse_low ", " read write_read ", ATLAS_ACK | ATLAS_READ | ATLAS_CTL_ACK, ATLAS_LAST_CLKS, ATLAS_LAST_CLKS,
     ATLAS_WRONG, "transfer", "timing contract 5",
     "a START or STOP in the last clks before SCL falls is reported when the controller has ended the slot, and only moves Busy: the target is gone"},
    // A socket in reset says nothing to anybody.
    {" vanish gone ", " read write_read ", ATLAS_READ | ATLAS_CTL_ACK, WHOLE, ATLAS_WRONG, "transfer", "UM10204 3.1.1",
     "a target that is gone releases SDA, and that reads as ones"},
    {" vanish gone holds_sda ", " write write_read ", ATLAS_CTL_NACK | ATLAS_P, WHOLE, ATLAS_WRONG, "transfer", "NXP PCF8574 7.1",
     "a target that is reset after its last ACK loses its port, and nothing on the bus tells"},
    {" vanish_ctl ", NULL, ANY, WHOLE, ATLAS_HUNG, "transfer", "timing contract 6",
     "a controller in reset drops its command without an interrupt: its host must know"},
    // I2C knows no time-out.
    {" scl_stuck_low ", NULL, ANY, WHOLE, ATLAS_HUNG, "transfer", "UM10204 3.1.9, 3.1.16",
     "SCL may be held low for any time: the controller waits, and the host gives up"},
    {" scl_stuck_high ", NULL, ANY, WHOLE, ATLAS_HUNG, "transfer", "UM10204 3.1.1, 3.1.7",
     "SCL that does not go low makes no clock: the controller waits for it, and the host gives up"},
    {" sda_stuck_low ", NULL, ATLAS_S, 0, ATLAS_BEFORE_RISE, ATLAS_HUNG, "transfer", "UM10204 3.1.4, 3.1.8",
     "SDA that falls on a free bus is somebody's START: the controller waits for the STOP, and the host gives up"},
    {NULL, NULL, 0, WHOLE, ATLAS_WRONG, NULL, NULL, NULL},
};

const struct atlas_open atlas_opens[] = {
    {NULL, 0, 0, NULL, NULL},
};
