// SPDX-License-Identifier: Apache-2.0
// pcf8574: the device half; the bits are i2c_target's. The header is the manual.
#include "pcf8574.h"

#include <string.h>

void pcf8574_init(struct pcf8574 *x, const struct pcf8574_props *props)
{
    struct pcf8574_props kept = *props;  // props may lie in x
    memset(x, 0, sizeof *x);
    x->props.addr = kept.addr;
    x->props.personality = kept.personality;
    x->props.filter_clks = kept.filter_clks;
    i2c_target_init(&x->target, kept.filter_clks);
    memset(x->pins, 0xFF, sizeof x->pins);  // contract 3.6
    x->latch = 0xFF;                        // PCF8574 1997 fig 8: power-on sets both flip-flops; contract 3.8
    x->out.port = 0xFF;
    x->out.int_n = x->out.sda = true;
}

// The synchronised pins at edge n: those sampled at n-2 (contract 3.6). They moved at most once since, for whoever moves them steps us.
static uint8_t pins_synchronised(const struct pcf8574 *x, uint64_t n)
{
    return x->pins_at + 2 <= n ? x->pins[0] : x->pins[1];
}

static void sample_pins(struct pcf8574 *x, uint64_t clk, uint8_t pins)
{
    if (pins == x->pins[0])
        return;
    x->pins[1] = x->pins[0];
    x->pins[0] = pins;
    x->pins_at = clk;
}

static bool own_address(void *dev, uint64_t clk, uint8_t addr, bool read)
{
    const struct pcf8574 *x = dev;
    (void)clk, (void)read;
    return addr == x->props.addr;  // general call included in "any other": TI SCPS068 7.3.1; contract 3.3
}

static bool take_byte(void *dev, uint64_t clk, uint8_t byte)
{
    struct pcf8574 *x = dev;
    (void)clk;
    x->byte = byte;
    return true;  // every data byte is acknowledged: NXP PCF8574 8.2; contract 3.4
}

static void start_pulse(void *dev, uint64_t clk, bool read)
{
    struct pcf8574 *x = dev;
    if (read)
        x->latch = pins_synchronised(x, clk);  // PCF8574 1997 figs 8, 11; contract 3.5
    else
        x->out.port = x->byte;  // PCF8574 1997 fig 10: at the SCL rise of clock 9; contract 3.4
    x->pulse = read ? PCF8574_READ_PULSE : PCF8574_WRITE_PULSE;
}

static uint8_t send_latch(void *dev, uint64_t clk)
{
    const struct pcf8574 *x = dev;
    (void)clk;
    return x->latch;  // the byte returned is the input flip-flops: PCF8574 1997 fig 8; contract 3.5
}

static void end_pulse(void *dev, uint64_t clk, bool read)
{
    struct pcf8574 *x = dev;
    if (!read)
        x->latch = pins_synchronised(x, clk);  // a write loads the latch too: PCF8574 1997 fig 8; contract 3.4
    x->pulse = PCF8574_NO_PULSE;
}

static const struct i2c_target_ops ops = {
    .address = own_address,
    .receive = take_byte,
    .pulse_start = start_pulse,
    .send = send_latch,
    .pulse_end = end_pulse,
};

// Contract 3.7: INT is high during READ pulses and, with NXP, WRITE pulses (NXP PCF8574 8.5); with TI a WRITE pulse leaves it as it was
// (TI SCPS068K 7.1). Else it is a level, not latched: it rises by itself when the pins return (NXP PCF8574 8.5).
static bool int_at(const struct pcf8574 *x, uint64_t n)
{
    switch (x->pulse) {
    case PCF8574_READ_PULSE:
        return true;
    case PCF8574_WRITE_PULSE:
        return x->props.personality == PCF8574_NXP || x->out.int_n;
    default:
        return pins_synchronised(x, n) == x->latch;
    }
}

// The edge at which INT changes if nothing else does: pins sampled now are all through at clk+2.
static uint64_t int_due(const struct pcf8574 *x, uint64_t clk)
{
    for (uint64_t n = clk + 1; n <= clk + 2; n++)
        if (int_at(x, n) != x->out.int_n)
            return n;
    return UINT64_MAX;
}

uint64_t pcf8574_step(struct pcf8574 *x, uint64_t clk, const struct pcf8574_in *in)
{
    if (!in->rst_n) {
        pcf8574_init(x, &x->props);
        return UINT64_MAX;
    }
    x->out.int_n = int_at(x, clk);  // from the latch and pulse before this edge
    uint64_t wake = i2c_target_step(&x->target, clk, in->scl, in->sda, &ops, x);
    x->out.sda = x->target.out.sda;
    sample_pins(x, clk, in->pins);
    uint64_t due = int_due(x, clk);
    return due < wake ? due : wake;
}
