// SPDX-License-Identifier: Apache-2.0
//
// Two controllers on the board of records.h.
#ifndef TWINWIRE_UNIT_CONTEST_H
#define TWINWIRE_UNIT_CONTEST_H

#include "records.h"

// The foreign controller's hands on the wires.
struct Rival {
    Board &b;
    void pull(unsigned lines, uint64_t clks = Q)
    {
        b.r.foreign = static_cast<uint8_t>(lines);
        b.run(clks);
    }
    void start()
    {
        pull(FOREIGN_SDA_LOW);
        pull(FOREIGN_SDA_LOW | FOREIGN_SCL_LOW);
        b.busy = true;
    }
    void bit(bool v)
    {
        const unsigned sda = v ? 0 : FOREIGN_SDA_LOW;
        pull(FOREIGN_SCL_LOW | sda);
        pull(sda, 2 * Q);
        pull(FOREIGN_SCL_LOW | sda);
    }
    void stop()
    {
        pull(FOREIGN_SCL_LOW | FOREIGN_SDA_LOW);
        pull(FOREIGN_SDA_LOW);
        pull(0);
        b.busy = false;
    }
};

// Both make a START and send 0x60 and 0x42: decided in bit 6, where ours is 1.
struct Contest : Board {
    Rival rival{*this};
    explicit Contest(unsigned spike_ns = 0) : Board(true, 1 << SB_PROTOCOL, spike_ns)
    {
        enable();
        poke(3, 0xf8);
        command(STA | WR);
        sda(false);
        run(1);
        r.foreign = FOREIGN_SDA_LOW;
        run(Q);
        scl(false);
        run(Q);
        busy = true;
    }
    void ours(bool v) { sda(v); }
    void clock_with(unsigned foreign, int early = 0) // foreign SDA during a clock, and how many clks it ends before SCL falls
    {
        r.foreign = static_cast<uint8_t>(foreign);
        run(Q);
        scl(true);
        run(static_cast<uint64_t>(2 * Q - early));
        r.foreign = 0;
        run(static_cast<uint64_t>(early));
        scl(false);
        run(Q);
    }
};

#endif
