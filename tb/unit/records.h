// SPDX-License-Identifier: Apache-2.0
//
// A board for the tests of the scoreboards: a few bit-banging verbs that fill records, good ones and bad ones.
// Controller at socket 0, u1 (0x20, nxp) and u2 (0x21, ti), 12.5 MHz, 124 clocks an SCL period, 2 us = 25 clks, 4 us = 50 clks.
#ifndef TWINWIRE_UNIT_RECORDS_H
#define TWINWIRE_UNIT_RECORDS_H

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "../../scoreboards/scoreboards_state.h"

enum { Q = 31, ALL = 63, STA = 0x80, STO = 0x40, RD = 0x20, WR = 0x10, NACK = 0x08, EN = 0x80, IEN = 0x40 };
enum Twin { RTL = 1, MODEL = 2, BOTH = 3 };

struct Board {
    board_shape shape{};
    scoreboards s;
    record r{};
    uint64_t clk = 0;
    uint8_t latch[2] = {0xff, 0xff}; // input latches
    bool rxack = false, busy = false, tip = false, lost = false;
    bool every_clock = false; // call the judges at every clock instead of at their deadlines
    unsigned failed = 0;      // scoreboards that failed at some sample, a bit each
    unsigned wire_fault = 0, pin_fault = 0, int_fault = 0; // XORed into what is observed
    std::function<void()> effect; // what the controller does at the edge of its next ack
    std::function<void(unsigned)> pulse; // in place of what target i does at SCL's rise of an ACK that it gives or gets

    explicit Board(bool shadows = true, unsigned on = ALL, unsigned spike_ns = 0)
    {
        shape.clock_hz = 12500000;
        shape.scl_hz = 400000;
        shape.spike_ns = spike_ns;
        shape.targets = 2;
        for (int k = 0; k < 3; k++) {
            shape.socket[k].present[TWIN_RTL] = true;
            shape.socket[k].present[TWIN_C] = shadows;
            shape.socket[k].drive = TWIN_RTL;
            r.out[k][0] = r.out[k][1] = k ? uint16_t{TGT_RESET} : uint16_t{CTL_RESET};
        }
        shape.socket[1].addr = 0x20;
        shape.socket[2].addr = 0x21;
        scoreboards_init(&s, &shape, on);
        timing_levels levels = s.timing.levels;
        levels.rule[TIMING_VD_DAT] = levels.rule[TIMING_VD_ACK] = TIMING_OFF; // targets take a quarter of this slow bit
        scoreboards_timing_levels(&s, &levels);
        run(5);
        r.rst_n = 7;
        run(100);
    }
    void look()
    {
        unsigned sockets = 3, ints = TGT_INT_N;
        for (int k = 0; k < 3; k++) {
            sockets &= r.out[k][0];
            ints &= k ? r.out[k][0] : ints;
        }
        sockets = (sockets & ~r.foreign) | (r.foreign >> 2);
        r.scl = (sockets ^ wire_fault) & 1;
        r.sda = (sockets ^ wire_fault) & 2;
        r.int_n = !ints == !!int_fault;
        for (int i = 0; i < 2; i++)
            r.pins[i] = (port(i) & ~r.ext_low[i]) ^ (i ? 0 : pin_fault);
    }
    void run(uint64_t clks)
    {
        const uint64_t end = clk + clks;
        look();
        uint64_t next = clk;
        while (next < end) {
            r.clk = next;
            next = scoreboards_judge(&s, &r);
            failed |= scoreboards_failing(&s);
            if (every_clock)
                next = r.clk + 1;
            symbol symbol;
            while (scoreboards_next_symbol(&s, &symbol)) {}
        }
        clk = end;
    }
    void set(int socket, unsigned bits, bool on, int twins = BOTH)
    {
        for (int t = 0; t < 2; t++)
            if (twins >> t & 1)
                r.out[socket][t] = static_cast<uint16_t>(on ? r.out[socket][t] | bits : r.out[socket][t] & ~bits);
    }
    uint8_t port(int i) const { return static_cast<uint8_t>(r.out[1 + i][0] >> TGT_PORT_SHIFT); }
    void set_port(int i, uint8_t v, int twins = BOTH)
    {
        set(1 + i, TGT_PORT, false, twins);
        set(1 + i, static_cast<unsigned>(v) << TGT_PORT_SHIFT, true, twins);
    }
    void reload(int i)
    {
        look();
        latch[i] = r.pins[i];
        set(1 + i, TGT_INT_N, true);
    }
    void outside(int i, uint8_t low) // and INT follows
    {
        r.ext_low[i] = low;
        run(6);
        set(1 + i, TGT_INT_N, r.pins[i] == latch[i]);
        run(100);
    }

    // Host bus
    void host(bool write, unsigned adr, unsigned dat)
    {
        r.host = static_cast<uint16_t>(HOST_CYC | HOST_STB | (write ? HOST_WE : 0) | adr << HOST_ADR_SHIFT |
                                       (write ? dat << HOST_DAT_SHIFT : 0));
        run(1);
        set(0, CTL_ACK, true);
        if (!write) {
            set(0, CTL_DAT, false);
            set(0, dat << CTL_DAT_SHIFT, true);
        }
        if (effect)
            effect();
        effect = nullptr;
        run(1);
        r.host = 0;
        set(0, CTL_ACK, false);
        run(2);
    }
    void poke(unsigned adr, unsigned dat) { host(true, adr, dat); }
    void status(unsigned flip = 0) // the host reads SR
    {
        host(false, 4, (rxack << 7 | busy << 6 | lost << 5 | tip << 1) ^ flip);
    }
    std::string place() const
    {
        char text[96];
        scoreboards_place(&s, text, sizeof text);
        return text;
    }
    void done()
    {
        tip = false;
        run(Q);
        status();
    }
    void command(unsigned cr)
    {
        tip = true;
        poke(4, cr);
    }

    // The controller's hands on the wires
    void scl(bool v) { set(0, CTL_SCL, v); }
    void sda(bool v) { set(0, CTL_SDA, v); }
    void start()
    {
        sda(true); run(Q); scl(true); run(Q); sda(false); run(Q); scl(false); run(Q);
        busy = true;
    }
    void stop()
    {
        sda(false); run(Q); scl(true); run(Q); sda(true); run(Q);
        busy = false;
    }
    void clock() { run(Q); scl(true); run(2 * Q); scl(false); run(Q); }
    void bits(uint8_t v, int n = 8)
    {
        for (int k = 7; k > 7 - n; k--) {
            sda(v >> k & 1);
            clock();
        }
        sda(true);
    }
    void target_bits(int i, uint8_t v)
    {
        for (int k = 7; k >= 0; k--) {
            set(1 + i, TGT_SDA, v >> k & 1);
            clock();
        }
        set(1 + i, TGT_SDA, true);
    }
    void ninth(int socket, int acker) // `socket` pulls, target `acker` has its pulse; -1: nobody
    {
        if (socket >= 0)
            set(socket, CTL_SDA, false);
        run(Q);
        scl(true);
        run(3);
        if (acker >= 0)
            pulse ? pulse(static_cast<unsigned>(acker)) : reload(acker);
        run(2 * Q - 3);
        scl(false);
        run(3);
        if (socket >= 0)
            set(socket, CTL_SDA, true);
        run(Q);
        rxack = socket < 0;
    }

    // Whole commands
    void send(uint8_t v, unsigned cr, int acker, int pulsed)
    {
        poke(3, v);
        command(cr | WR);
        if (cr & STA)
            start();
        bits(v);
        ninth(acker < 0 ? -1 : 1 + acker, pulsed);
        if (cr & STO)
            stop();
        done();
    }
    void address(int i, bool read, unsigned cr = STA) { send(static_cast<uint8_t>((0x20 + i) << 1 | read), cr, i, read ? i : -1); }
    void data(int i, uint8_t v, unsigned cr = 0)
    {
        const auto given = pulse;
        if (!pulse)
            pulse = [this, v](unsigned k) { set_port(static_cast<int>(k), v); reload(static_cast<int>(k)); };
        send(v, cr, i, i);
        pulse = given;
    }
    void receive(int i, uint8_t v, unsigned cr) // the target sends v
    {
        command(cr | RD);
        target_bits(i, v);
        ninth(cr & NACK ? -1 : 0, cr & NACK ? -1 : i);
        if (cr & STO)
            stop();
        done();
    }
    void enable() { poke(2, EN); }

    const verdict &of(scoreboard k)
    {
        scoreboards_finish(&s, clk);
        return *scoreboards_verdict(&s, k);
    }
    std::string first(scoreboard k)
    {
        const mismatch &m = of(k).first;
        return m.valid ? std::string(m.what) + " @" + std::to_string(m.clk) + " " + m.place : "";
    }
    void quiet()
    {
        for (int k = 0; k < SCOREBOARDS; k++)
            EXPECT_EQ(of(static_cast<scoreboard>(k)).failures, 0u) << first(static_cast<scoreboard>(k));
    }
    void clean()
    {
        quiet();
        for (int k = 0; k < SCOREBOARDS; k++)
            EXPECT_GT(of(static_cast<scoreboard>(k)).checks, 0u) << k;
    }
    uint64_t fails(scoreboard which, const char *check) // how often, whatever else does
    {
        uint64_t count = 0;
        for (const failed_check &one : of(which).failed)
            count += std::string(one.check).find(check) != std::string::npos ? one.count : 0;
        return count;
    }
    void only(scoreboard which, const char *what) // exactly this judge fails, and says this
    {
        for (int k = 0; k < SCOREBOARDS; k++) {
            if (k == which)
                EXPECT_NE(first(which).find(what), std::string::npos) << first(which);
            else
                EXPECT_EQ(of(static_cast<scoreboard>(k)).failures, 0u) << first(static_cast<scoreboard>(k));
        }
        EXPECT_GT(of(which).failures, 0u);
    }
};

#endif
