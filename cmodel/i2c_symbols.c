// SPDX-License-Identifier: Apache-2.0
// i2c_symbols: line conditioning by booked flips. The header is the manual.
#include "i2c_symbols.h"

#include <string.h>

static void line_init(struct i2c_line *l)
{
    l->now = true;  // contract 2.1, 2.2: reset value 1; samples from before m count as 1
    for (int i = 0; i < I2C_LINE_FLIPS; i++)
        l->flip[i] = UINT64_MAX;
}

static void line_sample(struct i2c_line *l, uint64_t clk, bool level, uint8_t filter_clks)
{
    bool raw = l->now ^ (l->booked & 1);
    if (level == raw)
        return;
    // The newest flip was booked at E = flip - N - 2. It stands if the level it announced was sampled
    // at least N times (UM10204 table 10, tSP; contract 2.2): clk - E >= N.
    if (l->booked && l->flip[l->booked - 1] > clk + 2)
        l->flip[--l->booked] = UINT64_MAX;
    else
        l->flip[l->booked++] = clk + filter_clks + 2;  // contract 2.3: R = E + N + 2
}

static void line_flip(struct i2c_line *l)
{
    l->now = !l->now;
    l->booked--;
    l->flip[0] = l->flip[1];
    l->flip[1] = l->flip[2];
    l->flip[2] = UINT64_MAX;
}

void i2c_symbols_init(struct i2c_symbols *s, uint8_t filter_clks)
{
    memset(s, 0, sizeof *s);
    line_init(&s->scl);
    line_init(&s->sda);
    s->filter_clks = filter_clks;
}

void i2c_symbols_release(struct i2c_symbols *s, uint64_t clk)
{
    if (!s->settled)
        s->settled = clk + s->filter_clks + 3;  // contract 2.5
}

uint64_t i2c_symbols_due(const struct i2c_symbols *s)
{
    return s->scl.flip[0] < s->sda.flip[0] ? s->scl.flip[0] : s->sda.flip[0];
}

enum i2c_symbol i2c_symbols_take(struct i2c_symbols *s, uint64_t t)
{
    bool scl_flips = s->scl.flip[0] == t, sda_flips = s->sda.flip[0] == t;
    if (scl_flips)
        line_flip(&s->scl);
    if (sda_flips)
        line_flip(&s->sda);
    if (t < s->settled)
        return I2C_NONE;  // contract 2.5: a line that is low when reset ends makes no phantom symbol
    if (scl_flips)
        return s->scl.now ? I2C_RISE : I2C_FALL;  // contract 2.4: SCL wins over SDA in the same clock
    if (sda_flips && s->scl.now)
        return s->sda.now ? I2C_STOP : I2C_START;  // UM10204 3.1.4
    return I2C_NONE;
}

void i2c_symbols_sample(struct i2c_symbols *s, uint64_t clk, bool scl, bool sda)
{
    line_sample(&s->scl, clk, scl, s->filter_clks);
    line_sample(&s->sda, clk, sda, s->filter_clks);
}

uint64_t i2c_symbols_wake(const struct i2c_symbols *s, bool scl_matters)
{
    uint64_t scl_edge = s->scl.flip[0];
    if (scl_matters || s->scl.booked > 1)
        return s->scl.now && s->sda.flip[0] < scl_edge ? s->sda.flip[0] : scl_edge;
    for (int i = 0; i < s->sda.booked; i++) {
        uint64_t t = s->sda.flip[i];
        bool scl_high = t < scl_edge ? s->scl.now : t > scl_edge && !s->scl.now;
        if (scl_high)
            return t;
    }
    return UINT64_MAX;
}
