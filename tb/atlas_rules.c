// SPDX-License-Identifier: Apache-2.0
//
// What the specification demands of single cells, and what it allows: wrong and hung cells that are nobody's fault on this board. A rule
// without which the atlas passes too is stale, and fails it.
#include "atlas.h"

enum { AFTER_FALL, TARGET_MOVES, CTL_MOVES, MID_LOW, BEFORE_RISE, AT_RISE }; // atlas_phases

const struct atlas_demand atlas_demands[] = {
    {" contend sda_stuck_low ", ATLAS_ADDR_1 | ATLAS_DATA_1 | ATLAS_CTL_NACK, BEFORE_RISE, "lost",
     "UM10204 3.1.8: who sends 1 and sees 0 has lost arbitration"},
    {" nack sda_stuck_high ", ATLAS_ACK, BEFORE_RISE, "nack", "UM10204 3.1.6: SDA high in clock 9 is a NACK"},
    {NULL, 0, 0, NULL, NULL},
};

const struct atlas_rule atlas_rules[] = {
    {NULL, NULL, 0, ATLAS_WRONG, NULL, NULL, NULL},
};
