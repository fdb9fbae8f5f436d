// SPDX-License-Identifier: Apache-2.0
// i2c_target: the pin half of an I2C target. The header is the manual.
#include "i2c_target.h"

#include <string.h>

void i2c_target_init(struct i2c_target *x, uint8_t filter_clks)
{
    memset(x, 0, sizeof *x);
    i2c_symbols_init(&x->symbols, filter_clks);
    x->out.scl = x->out.sda = true;  // contract 3.8
}

static void start_pulse(struct i2c_target *x, uint64_t t, const struct i2c_target_ops *ops, void *dev)
{
    x->pulse = true;
    if (ops->pulse_start)
        ops->pulse_start(dev, t, x->read);
    if (x->read)
        x->shift = ops->send(dev, t);
}

static void end_pulse(struct i2c_target *x, uint64_t t, const struct i2c_target_ops *ops, void *dev)
{
    if (x->pulse && ops->pulse_end)
        ops->pulse_end(dev, t, x->read);
    x->pulse = false;
}

// START or STOP, wherever it occurs, ends what went on (UM10204 3.1.10 note 4; contract 3.1).
static void end_transfer(struct i2c_target *x, uint64_t t, bool restart, const struct i2c_target_ops *ops,
                         void *dev)
{
    end_pulse(x, t, ops, dev);  // contract 3.4, 3.5
    if (x->addressed && ops->finish)
        ops->finish(dev, t, restart);
    x->out.sda = true;
    x->addressed = false;
    x->clock = 0;
    x->phase = restart ? I2C_TARGET_ADDRESS : I2C_TARGET_IDLE;
}

static void take_byte(struct i2c_target *x, uint64_t t, const struct i2c_target_ops *ops, void *dev)
{
    bool ack = true;
    if (x->phase == I2C_TARGET_ADDRESS) {
        x->read = x->shift & 1;  // UM10204 3.1.10: seven address bits, then R/W
        ack = x->addressed = ops->address(dev, t, x->shift >> 1, x->read);
    } else if (ops->receive) {
        ack = ops->receive(dev, t, x->shift);
    }
    if (!ack)
        x->phase = I2C_TARGET_IDLE;  // contract 3.3: nothing until START or STOP
}

static void rise(struct i2c_target *x, uint64_t t, const struct i2c_target_ops *ops, void *dev)
{
    bool sda = x->symbols.sda.now;  // UM10204 3.1.3: data is valid while SCL is high; contract 3.2
    x->clock++;
    if (x->phase == I2C_TARGET_READ) {
        if (x->clock == 9 && sda)
            x->phase = I2C_TARGET_IDLE;  // UM10204 3.1.6: NACK; contract 3.5
        else if (x->clock == 9)
            start_pulse(x, t, ops, dev);
    } else if (x->clock <= 8) {
        x->shift = (uint8_t)(x->shift << 1 | sda);
        if (x->clock == 8)
            take_byte(x, t, ops, dev);
    } else if (x->phase == I2C_TARGET_WRITE || x->read) {
        start_pulse(x, t, ops, dev);  // no WRITE pulse on an address byte: PCF8574 1997 fig 10
    }
}

// The SDA drive bit after the SCL fall that ends clock `x->clock` (UM10204 3.1.6; contract 3.3..3.5).
static bool sda_after_fall(const struct i2c_target *x)
{
    if (x->phase == I2C_TARGET_READ)
        return x->clock == 8 || x->shift >> (7 - x->clock % 9) & 1;
    if (x->clock == 9)
        return !x->read || x->shift >> 7;  // in a read the first data bit takes over
    return x->clock != 8;
}

static void fall(struct i2c_target *x, uint64_t t, const struct i2c_target_ops *ops, void *dev)
{
    x->out.sda = sda_after_fall(x);
    if (x->clock == 9) {
        x->phase = x->read ? I2C_TARGET_READ : I2C_TARGET_WRITE;
        x->clock = 0;
        end_pulse(x, t, ops, dev);
    }
}

static void react(struct i2c_target *x, uint64_t t, const struct i2c_target_ops *ops, void *dev)
{
    enum i2c_symbol symbol = i2c_symbols_take(&x->symbols, t);
    if (symbol == I2C_START || symbol == I2C_STOP)
        end_transfer(x, t, symbol == I2C_START, ops, dev);
    else if (symbol == I2C_RISE && x->phase != I2C_TARGET_IDLE)
        rise(x, t, ops, dev);
    else if (symbol == I2C_FALL && x->phase != I2C_TARGET_IDLE)
        fall(x, t, ops, dev);
}

// Does the next SCL edge call the device or change SDA? The others may be taken late: they only move bits.
static bool scl_matters(const struct i2c_target *x)
{
    if (x->phase == I2C_TARGET_IDLE)
        return false;
    if (x->symbols.scl.now)
        return x->clock == 9 || sda_after_fall(x) != x->out.sda;
    return x->phase == I2C_TARGET_READ ? x->clock == 8 : x->clock >= 7;
}

uint64_t i2c_target_step(struct i2c_target *x, uint64_t clk, bool scl, bool sda,
                         const struct i2c_target_ops *ops, void *dev)
{
    i2c_symbols_release(&x->symbols, clk);
    for (uint64_t t; (t = i2c_symbols_due(&x->symbols)) <= clk;)
        react(x, t, ops, dev);
    i2c_symbols_sample(&x->symbols, clk, scl, sda);
    return i2c_symbols_wake(&x->symbols, scl_matters(x));
}
