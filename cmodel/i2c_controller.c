// SPDX-License-Identifier: Apache-2.0
// i2c_controller: registers on one side, the phases of a command on the other. The header is the manual.
#include "i2c_controller.h"

#include <string.h>

void i2c_controller_init(struct i2c_controller *x, uint8_t filter_clks)
{
    memset(x, 0, sizeof *x);  // contract 6: all registers 0, not engaged
    x->stopped = x->moved = UINT64_MAX;  // `free` and `calm` in the past
    i2c_symbols_init(&x->symbols, filter_clks);
    x->out.scl = x->out.sda = true;
    x->prer = 0xFFFF;
    x->due = UINT64_MAX;
}

// ---- durations in clks: the terms of contract 5 ----

static uint64_t periods(const struct i2c_controller *x, unsigned n)
{
    return n * ((uint64_t)x->prer + 1);
}

// K: from a wire edge made by us to our reaction edge.
static uint64_t reaction(const struct i2c_controller *x)
{
    return x->symbols.filter_clks + 3u;
}

static uint64_t periods_seen(const struct i2c_controller *x, unsigned n, uint64_t least)
{
    uint64_t clks = periods(x, n), k = reaction(x);
    return clks > k + least ? clks - k : least;
}

// Edges that P as it is now puts off: a command's P may have been written after the STOP or the clock that it has to respect.
static uint64_t free_at(const struct i2c_controller *x)
{
    return x->stopped == UINT64_MAX ? 0 : x->stopped + periods_seen(x, 3, 0);  // UM10204 table 10, tBUF
}

static uint64_t calm_at(const struct i2c_controller *x)
{
    return x->moved == UINT64_MAX ? 0 : x->moved + periods_seen(x, 2, 1);  // UM10204 table 10, tHIGH and tHD;STA
}

// ---- the bus side ----

static void go(struct i2c_controller *x, enum i2c_controller_phase phase, uint64_t due)
{
    x->phase = (uint8_t)phase;
    x->due = due;
}

static void finish(struct i2c_controller *x)
{
    x->cr &= (uint8_t)~I2C_CR_COMMAND;
    x->irq_flag = true;
    go(x, I2C_CTL_IDLE, UINT64_MAX);
}

static void release(struct i2c_controller *x)
{
    x->out.scl = x->out.sda = true;
    x->engaged = false;
}

// UM10204 3.1.8: the controller that loses drops its drivers (contract 5, Lost).
static void lose(struct i2c_controller *x)
{
    release(x);
    x->al = true;
    finish(x);
}

// Contract 5: every slot, repeated START and STOP begins by pulling SCL low.
static void pull_scl(struct i2c_controller *x, enum i2c_controller_stage stage, uint64_t b)
{
    x->out.scl = false;
    x->engaged = true;
    x->stage = (uint8_t)stage;
    go(x, I2C_CTL_LOW, b + periods(x, 1));
}

static void begin_stop(struct i2c_controller *x, uint64_t b)
{
    if (x->cr & I2C_CR_STO)
        pull_scl(x, I2C_CTL_STOP, b);
    else
        finish(x);
}

static void begin_bits(struct i2c_controller *x, uint64_t b)
{
    if (!(x->cr & (I2C_CR_RD | I2C_CR_WR))) {
        begin_stop(x, b);
        return;
    }
    x->bit = 0;
    // Nine bits a byte, MSB first; the receiver sends the ninth (UM10204 3.1.5, 3.1.6).
    x->bits = x->cr & I2C_CR_RD ? 0x1FE | (x->cr & I2C_CR_ACK ? 1 : 0) : (uint16_t)(x->txr << 1 | 1);
    pull_scl(x, I2C_CTL_BITS, b);
}

// The SDA drive bit of the step, taken over at b+P.
static bool sda_wanted(const struct i2c_controller *x)
{
    if (x->stage == I2C_CTL_BITS)
        return x->bits >> (8 - x->bit) & 1;
    return x->stage == I2C_CTL_START;  // a repeated START needs SDA high first, a STOP needs it low
}

static void make_start(struct i2c_controller *x, uint64_t s)
{
    x->out.sda = false;
    go(x, I2C_CTL_HOLD, s + periods(x, 2));  // UM10204 table 10, tHD;STA
}

// UM10204 3.1.8: a START only on a free bus. Busy still has its value from before edge t.
static void try_start(struct i2c_controller *x, uint64_t t, enum i2c_symbol symbol)
{
    bool may = symbol != I2C_START && !x->busy && t >= free_at(x) && x->symbols.scl.now;
    if (may && x->symbols.sda.now)
        make_start(x, t);
    else if (may)
        lose(x);  // SDA is held low on a bus that is not busy
    else
        go(x, I2C_CTL_FREE, free_at(x) > t ? free_at(x) : symbol == I2C_STOP ? t + 1 : UINT64_MAX);
}

// Contract 5: not engaged and without a START, it lets the clock's high phase last, whoever made it.
static void try_join(struct i2c_controller *x, uint64_t t)
{
    if (x->symbols.scl.now && t >= calm_at(x))
        begin_bits(x, t);
    else
        go(x, I2C_CTL_JOIN, x->symbols.scl.now ? calm_at(x) : UINT64_MAX);
}

static void begin_command(struct i2c_controller *x, uint64_t t, enum i2c_symbol symbol)
{
    if (!(x->cr & I2C_CR_STA) && !x->engaged)
        try_join(x, t);
    else if (!(x->cr & I2C_CR_STA))
        begin_bits(x, t);
    else if (x->engaged)
        pull_scl(x, I2C_CTL_START, t);
    else
        try_start(x, t, symbol);
}

// The bit sent is a 1 that nobody else is entitled to pull low: WR's data, RD's acknowledge (contract 5).
static bool arbitrates(const struct i2c_controller *x)
{
    bool ninth = x->bit == 8;
    return x->stage == I2C_CTL_START ||
           (x->stage == I2C_CTL_BITS && sda_wanted(x) && ninth == ((x->cr & I2C_CR_RD) != 0));
}

// SCL is seen high at r: from here the high time runs (UM10204 3.1.7).
static void scl_rose(struct i2c_controller *x, uint64_t r)
{
    bool sda = x->symbols.sda.now;
    if (x->stage == I2C_CTL_BITS) {
        x->shift = (uint8_t)(x->shift << 1 | sda);
        if (x->bit == 7 && x->cr & I2C_CR_RD)
            x->rxr = x->shift;
        if (x->bit == 8)
            x->rxack = sda;
    }
    if (!sda && arbitrates(x))
        lose(x);
    else  // tSU;STA is 3P; tHIGH and tSU;STO are 2P
        go(x, I2C_CTL_HIGH, r + periods_seen(x, x->stage == I2C_CTL_START ? 3 : 2, 1));
}

static void end_slot(struct i2c_controller *x, uint64_t f)
{
    x->out.scl = false;
    if (++x->bit < 9)
        pull_scl(x, I2C_CTL_BITS, f);
    else
        begin_stop(x, f);
}

static void during_high(struct i2c_controller *x, uint64_t t, enum i2c_symbol symbol)
{
    bool over = t >= x->due;
    switch (x->stage) {
    case I2C_CTL_BITS:
        if (symbol == I2C_START || symbol == I2C_STOP)
            lose(x);  // UM10204 3.1.8: somebody else's condition in our bit
        else if (!over && symbol != I2C_FALL)
            break;
        else
            end_slot(x, t);
        break;
    case I2C_CTL_START:
        if (symbol == I2C_FALL)
            lose(x);
        else if (over || symbol == I2C_START)
            make_start(x, t);
        break;
    default:
        if (symbol == I2C_FALL) {
            lose(x);
        } else if (over) {
            uint64_t patience = periods(x, 3), k = reaction(x);
            x->out.sda = true;
            go(x, I2C_CTL_STOPPING, t + (patience > k + 1 ? patience : k + 1));
        }
    }
}

static void during_stopping(struct i2c_controller *x, uint64_t t, enum i2c_symbol symbol)
{
    if (symbol == I2C_STOP) {
        x->engaged = false;
        finish(x);
    } else if (symbol == I2C_FALL || t >= x->due) {
        lose(x);  // at `due`: somebody holds SDA low
    }
}

static void advance(struct i2c_controller *x, uint64_t t, enum i2c_symbol symbol)
{
    bool over = t >= x->due;
    switch (x->phase) {
    case I2C_CTL_DROP:  // contract 4.6
        release(x);
        x->cr &= (uint8_t)~I2C_CR_COMMAND;
        go(x, I2C_CTL_IDLE, UINT64_MAX);
        break;
    case I2C_CTL_STORED:
        if (over)
            begin_command(x, t, symbol);
        break;
    case I2C_CTL_FREE:
        try_start(x, t, symbol);
        break;
    case I2C_CTL_JOIN:
        try_join(x, t);
        break;
    case I2C_CTL_HOLD:
        if (over || symbol == I2C_FALL) {
            x->out.scl = false;
            x->engaged = true;
            begin_bits(x, t);
        }
        break;
    case I2C_CTL_LOW:
        if (over) {
            x->out.sda = sda_wanted(x);
            go(x, I2C_CTL_SETUP, t + periods(x, 2));
        }
        break;
    case I2C_CTL_SETUP:
    case I2C_CTL_FALLING:
        if (!over && x->phase == I2C_CTL_SETUP)
            break;
        if (x->symbols.scl.now) {
            go(x, I2C_CTL_FALLING, UINT64_MAX);
        } else {
            x->out.scl = true;
            go(x, I2C_CTL_RISING, UINT64_MAX);
        }
        break;
    case I2C_CTL_RISING:
        if (symbol == I2C_RISE)
            scl_rose(x, t);
        break;
    case I2C_CTL_HIGH:
        during_high(x, t, symbol);
        break;
    case I2C_CTL_STOPPING:
        during_stopping(x, t, symbol);
        break;
    }
}

static uint64_t next_edge(const struct i2c_controller *x)
{
    uint64_t t = i2c_symbols_due(&x->symbols);
    return x->due < t ? x->due : t;
}

// Everything the bus side does at edge t, the next one at which it does anything.
static void bus_edge(struct i2c_controller *x, uint64_t t)
{
    enum i2c_symbol symbol = i2c_symbols_take(&x->symbols, t);
    if (symbol == I2C_STOP)
        x->stopped = t;
    if (symbol == I2C_RISE || symbol == I2C_START)
        x->moved = t;
    advance(x, t, symbol);
    if (symbol == I2C_START)
        x->busy = true;  // UM10204 3.1.4; contract 4.5
    else if (symbol == I2C_STOP)
        x->busy = false;
}

// ---- the host side (contract 4) ----

static uint8_t read_register(const struct i2c_controller *x, unsigned reg)
{
    switch (reg) {
    case I2C_PRER_LO: return (uint8_t)(x->prer & 0xFF);
    case I2C_PRER_HI: return (uint8_t)(x->prer >> 8);
    case I2C_CTR: return x->ctr;
    case I2C_RXR: return x->rxr;
    case I2C_SR:
        return (uint8_t)((x->rxack ? I2C_SR_RXACK : 0) | (x->busy ? I2C_SR_BUSY : 0) | (x->al ? I2C_SR_AL : 0) |
                         (x->cr & I2C_CR_COMMAND ? I2C_SR_TIP : 0) | (x->irq_flag ? I2C_SR_IF : 0));
    case I2C_TXR_READBACK: return x->txr;
    case I2C_CR_READBACK: return x->cr;
    default: return 0;
    }
}

static void store_command(struct i2c_controller *x, uint64_t clk, uint8_t dat)
{
    x->cr = dat & I2C_CR_STORED;
    if (dat & I2C_CR_STA)
        x->al = false;
    if (dat & I2C_CR_COMMAND)
        go(x, I2C_CTL_STORED, clk + 1 > x->symbols.settled ? clk + 1 : x->symbols.settled);
}

// Contract 4.2: the prescaler is locked while EN is 1, so a command's P never changes under it.
static void write_register(struct i2c_controller *x, uint64_t clk, unsigned reg, uint8_t dat, bool tip)
{
    bool en = x->ctr & I2C_CTR_EN;
    switch (reg) {
    case I2C_PRER_LO:
        if (!en)
            x->prer = (uint16_t)((x->prer & 0xFF00) | dat);
        break;
    case I2C_PRER_HI:
        if (!en)
            x->prer = (uint16_t)(dat << 8 | (x->prer & 0xFF));
        break;
    case I2C_CTR:
        x->ctr = dat & (I2C_CTR_EN | I2C_CTR_IEN);
        if (en && !(dat & I2C_CTR_EN))
            go(x, I2C_CTL_DROP, clk + 1);
        break;
    case I2C_TXR:
        x->txr = dat;
        break;
    case I2C_CR:
        if (en && !tip)
            store_command(x, clk, dat);
        break;
    }
}

// ---- both ----

// The next edge at which an output can change by itself. Busy, RXR and RxACK may be brought up to date when
// the host asks, so the edges that change nothing else are slept through.
static uint64_t wake_at(const struct i2c_controller *x)
{
    const struct i2c_symbols *s = &x->symbols;
    uint64_t symbol_at = UINT64_MAX;
    switch (x->phase) {
    case I2C_CTL_FREE:
        symbol_at = i2c_symbols_wake(s, !x->busy);
        break;
    case I2C_CTL_LOW:
        return sda_wanted(x) == x->out.sda ? x->due + periods(x, 2) : x->due;
    case I2C_CTL_RISING:
        // A single rise on its way at R, SDA at rest, and nothing to lose at R: sleep on to F.
        if (x->stage == I2C_CTL_BITS && s->scl.booked == 1 && !s->sda.booked && (s->sda.now || !arbitrates(x)))
            return s->scl.flip[0] + periods_seen(x, 2, 1);
        symbol_at = i2c_symbols_wake(s, true);
        break;
    case I2C_CTL_JOIN:
    case I2C_CTL_HOLD:
    case I2C_CTL_FALLING:
    case I2C_CTL_HIGH:
    case I2C_CTL_STOPPING:
        symbol_at = i2c_symbols_wake(s, true);
        break;
    }
    return symbol_at < x->due ? symbol_at : x->due;
}

uint64_t i2c_controller_step(struct i2c_controller *x, uint64_t clk, const struct i2c_controller_in *in)
{
    if (!in->rst_n) {
        i2c_controller_init(x, x->symbols.filter_clks);
        return UINT64_MAX;
    }
    i2c_symbols_release(&x->symbols, clk);
    while (next_edge(x) < clk)  // slept through: nothing the host or the wires could see
        bus_edge(x, next_edge(x));

    // Contract 4.1: reads and conditions take the registers from before this edge, so the write comes last;
    // IACK comes before the bus side, which may set IF at this very edge (contract 4.3).
    bool request = in->cyc && in->stb && !x->out.ack;
    bool write = request && in->we;
    unsigned reg = in->adr & 7;
    bool tip = x->cr & I2C_CR_COMMAND;
    if (request && !in->we)
        x->out.dat = read_register(x, reg);
    if (write && reg == I2C_CR && in->dat & I2C_CR_IACK)
        x->irq_flag = false;
    if (next_edge(x) == clk)
        bus_edge(x, clk);
    if (write)
        write_register(x, clk, reg, in->dat, tip);
    x->out.ack = request;
    x->out.irq = x->irq_flag && x->ctr & I2C_CTR_IEN;

    i2c_symbols_sample(&x->symbols, clk, in->scl, in->sda);
    uint64_t wake = wake_at(x);
    bool host_goes_on = x->out.ack || (in->cyc && in->stb);
    return host_goes_on && clk + 1 < wake ? clk + 1 : wake;
}
