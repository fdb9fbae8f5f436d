// SPDX-License-Identifier: Apache-2.0
#include "random.h"

void prng_init(struct prng *p, uint64_t seed, const char *name) {
    p->state = seed;
    for (; *name; name++)
        p->state = (p->state ^ (uint8_t)*name) * UINT64_C(0x100000001b3); // FNV-1a step
    prng_next(p);
}

uint64_t prng_next(struct prng *p) {
    uint64_t z = p->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint32_t prng_below(struct prng *p, uint32_t n) { return (uint32_t)((prng_next(p) >> 32) * n >> 32); }

static bool chance(struct prng *p, unsigned percent) { return prng_below(p, 100) < percent; }

// An address that no target has and that is not reserved (UM10204 table 4).
static uint8_t absent_addr(struct prng *p, const struct config *c) {
    for (;;) {
        uint8_t addr = (uint8_t)(0x08 + prng_below(p, 0x70));
        bool taken = false;
        for (unsigned t = 0; t < c->targets; t++)
            taken = taken || c->socket[1 + t].addr == addr;
        if (!taken)
            return addr;
    }
}

// Pins of a random target change at a random edge of the transfer to come.
static void add_pin_event(struct run *run, struct prng *p, uint64_t transfer_clks) {
    uint8_t drive = (uint8_t)prng_next(p), level = (uint8_t)prng_next(p);
    struct stimulus_event e = {.kind = STIMULUS_PINS,
                               .slot = -1,
                               .clk = run->board.clk + prng_below(p, (uint32_t)transfer_clks),
                               .target = (uint8_t)prng_below(p, run->config.targets),
                               .value = (uint16_t)((drive & ~level & 0xff) | (drive & level) << 8)};
    stimulus_add(&run->board.stimulus, &e);
}

// Somebody holds SCL low from a random fall on, for up to three bit times.
static void add_stretch(struct run *run, struct prng *p, unsigned slots, uint64_t bit_clks) {
    struct stimulus_event e = {.kind = STIMULUS_FOREIGN_ON,
                               .slot = (int)prng_below(p, slots),
                               .clk = prng_below(p, (uint32_t)(bit_clks / 4)),
                               .value = FOREIGN_SCL_LOW,
                               .clks = 1 + prng_below(p, (uint32_t)(3 * bit_clks))};
    stimulus_add(&run->board.stimulus, &e);
}

static void add_transfer(struct run *run, struct prng *p, unsigned *slots) {
    const struct config_random *w = &run->config.random;
    struct firmware *firmware = &run->board.stimulus.firmware;
    uint32_t pick = prng_below(p, w->weight_write + w->weight_read + w->weight_write_read + w->weight_absent);
    unsigned count = 1 + prng_below(p, w->bytes_max);
    uint8_t bytes[64], addr = run->config.targets ? run->config.socket[1 + prng_below(p, run->config.targets)].addr : 0x08;
    for (unsigned i = 0; i < count; i++)
        bytes[i] = (uint8_t)prng_next(p);
    *slots = 9 * (1 + count);
    firmware_clear(firmware);
    if (pick < w->weight_write) {
        firmware_add_write(firmware, addr, bytes, count - prng_below(p, 2) * (count == 1), true); // now and then the address alone
    } else if (pick < w->weight_write + w->weight_read) {
        firmware_add_read(firmware, addr, count, true);
    } else if (pick < w->weight_write + w->weight_read + w->weight_write_read) {
        firmware_add_write(firmware, addr, bytes, count, false);
        firmware_add_read(firmware, addr, 1 + prng_below(p, w->bytes_max), true);
    } else if (prng_next(p) & 1) {
        firmware_add_write(firmware, absent_addr(p, &run->config), bytes, count, true);
    } else {
        firmware_add_read(firmware, absent_addr(p, &run->config), count, true);
    }
}

void random_run(struct run *run) {
    const struct config_random *w = &run->config.random;
    uint64_t bit_clks = config_bit_clks(&run->config);
    struct prng p;
    prng_init(&p, run->config.seed, "random");
    for (unsigned i = 0; i < w->transfers && !run_over(run); i++) {
        unsigned slots;
        run_limit(run);
        add_transfer(run, &p, &slots);
        if (run->config.targets)
            for (unsigned pins = 0; pins < 3 && chance(&p, w->pins_percent); pins++)
                add_pin_event(run, &p, slots * bit_clks);
        if (chance(&p, w->stretch_percent))
            add_stretch(run, &p, slots, bit_clks);
        run_until_firmware(run);
        if (w->idle_us_max)
            run_clks(run, run_ns_to_clks(run, prng_below(&p, 1000 * w->idle_us_max + 1)));
        if (run_over(run))
            break;
        if (firmware_busy(&run->board.stimulus.firmware) || run->board.stimulus.firmware.status == FIRMWARE_LOST) {
            run_expect(run, false, 0, "al", "arbitration lost although nobody contends");
            break;
        }
        run->random_done++;
    }
}
