// SPDX-License-Identifier: Apache-2.0
//
// What the host asked the controller to do on the bus, and what of it has been seen. A write of CR becomes one command:
// [STA: START] [WR: 8 bits of TXR, 9th clock | RD: 8 bits, commanded 9th bit] [STO: STOP], each symbol taken in this order.
// TIP is not on a pin: it is known to be 0 when SR says so or the interrupt rises, and while symbols are still to come it is 1.
// In between (all seen, not yet reported) a new CR write may be ignored; such a command is a "maybe" until its first symbol.
#include "scoreboards_state.h"

#include <stdio.h>

enum { CR_STA = 0x80, CR_STO = 0x40, CR_RD = 0x20, CR_WR = 0x10, CR_NACK = 0x08, CR_ANY = CR_STA | CR_STO | CR_RD | CR_WR };

static bool ended(const struct command *c)
{
    return !c->start && !c->bits && !c->ninth && !c->stop;
}

// What a command waits for; an Sr is a START to it, and a NACK a 9th clock as an ACK is.
static enum symbol_kind next_of(const struct command *c)
{
    return c->start ? SYMBOL_START : c->bits ? SYMBOL_BIT : c->ninth ? SYMBOL_ACK : SYMBOL_STOP;
}

static bool fits(const struct command *c, enum symbol_kind kind)
{
    return next_of(c) == (kind == SYMBOL_RESTART ? SYMBOL_START : kind == SYMBOL_NACK ? SYMBOL_ACK : kind);
}

static bool is_byte(const struct command *c)
{
    return !c->start && (c->bits || c->ninth);
}

static const char *name_of(enum symbol_kind kind)
{
    static const char *const names[] = {"START", "repeated START", "STOP", "bit", "9th clock", "9th clock"};
    return names[kind];
}

static void pop(struct protocol_watch *p)
{
    p->cmd[0] = p->cmd[1];
    p->cmds--;
}

static void set_due(struct protocol_watch *p)
{
    p->due = p->cmds ? p->cmd[0].due : NEVER;
}

void command_drop(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    bool ninth = s->decoder.ninth || r->clk <= s->decoder.fell + s->decoder.spike_clks + REACTION_CLKS;
    for (unsigned k = 0; k < p->cmds; k++)
        ninth |= p->cmd[k].ninth;
    if (ninth && p->tip != TIP_CLEAR) { // the controller samples the 9th bit when it likes while SCL is high
        p->rxack_known = false;
        p->rxr_known = false;
    }
    p->cmds = 0;
    p->tip = TIP_CLEAR;
    set_due(p);
}

void command_excuse(struct scoreboards *s)
{
    struct protocol_watch *const p = &s->protocol;
    for (unsigned k = 0; k < p->cmds; k++)
        p->cmd[k].excused = true;
    if (!p->cmds)
        return;
    p->tip = TIP_OPEN; // arbitration lost may have ended it
    p->rxack_known = false;
}

void command_foul(struct scoreboards *s)
{
    if (s->protocol.foul == FOUL_NONE)
        s->protocol.foul = FOUL_OWN;
    command_excuse(s);
}

void command_write_txr(struct scoreboards *s, uint8_t txr)
{
    struct protocol_watch *const p = &s->protocol;
    p->txr = txr;
    for (unsigned k = 0; k < p->cmds; k++) {
        struct command *const c = &p->cmd[k];
        const bool copied = c->bits < 8 || (k == 0 && !c->start && !c->joins && s->decoder.clocked); // timing contract 5: before the first bit
        if (c->wr && !copied && c->byte != txr)
            c->open = true;
    }
}

// The last symbol may have left the controller without having passed the decoder's filter.
static bool nearly_ended(const struct scoreboards *s)
{
    return s->decoder.scl.pending || s->decoder.sda.pending;
}

bool command_ignored(const struct scoreboards *s)
{
    return s->protocol.tip == TIP_SET && !nearly_ended(s); // controller map: CR's command bits are ignored while TIP
}

// UM10204 3.1.5, 3.1.6: the wires count nine clocks from the START on. Nine that begin among them, after a loss there, end elsewhere, and
// where eight were counted the wires tell of a 9th when SCL rises for an Sr or a P. On a free bus they count whatever SCL does.
static bool in_mid_byte(const struct decoder *d)
{
    return !d->ninth && (d->bits || d->clocked);
}

void command_write_cr(struct scoreboards *s, const struct record *r, uint8_t cr)
{
    struct protocol_watch *const p = &s->protocol;
    if (!(cr & CR_ANY))
        return;
    if (command_ignored(s))
        return;
    if (p->cmds == 2 || (p->cmds == 1 && p->cmd[0].maybe)) { // more than one doubtful write: judge none of them
        p->cmd[p->cmds - 1].excused = true;
        p->tip = TIP_OPEN;
        return;
    }
    const bool byte = cr & (CR_RD | CR_WR), adrift = in_mid_byte(&s->decoder);
    const bool uncounted = adrift || (p->tip != TIP_CLEAR && !s->decoder.busy); // where it begins nobody knows
    // A controller that wakes up takes lines for free until its filter has seen them.
    const bool blind = !(r->scl && r->sda) && r->clk <= s->released[0] + s->decoder.sure_clks + REACTION_CLKS;
    const bool fouled = p->foul == FOUL_FOREIGN || r->clk <= p->foul_until || blind;
    p->stall_at = p->cmds ? p->stall_at : NEVER;
    struct command *const c = &p->cmd[p->cmds++];
    *c = (struct command){
        .start = cr & CR_STA,
        .rd = cr & CR_RD,
        .wr = !(cr & CR_RD) && cr & CR_WR,
        .stop = cr & CR_STO,
        .ninth = byte,
        .bits = byte ? 8 : 0,
        .byte = p->txr,
        .nack = cr & CR_NACK,
        .open = (cr & (CR_RD | CR_WR)) == (CR_RD | CR_WR), // both: not defined
        .maybe = p->tip != TIP_CLEAR,
        // A START of our own makes a fresh beginning after our own mess, but not while others are on the bus.
        .excused = fouled || (cr & CR_STA && outpaces_filters(s)) || (!(cr & CR_STA) && (p->foul == FOUL_OWN || p->astray || (byte && uncounted))),
        .adrift = adrift,
        .joins = !(cr & CR_STA) && p->tip == TIP_CLEAR && !s->decoder.busy && drive_out(s, r, 0) & CTL_SCL,
        .since = r->clk,
        .due = NEVER,
    };
    if (p->tip == TIP_CLEAR && !c->excused)
        p->tip = TIP_SET;
    else
        p->tip = TIP_OPEN;
    if (cr & CR_STA && !c->maybe)
        p->lost_explained = fouled;
    if (byte)
        p->rxr_known = false;
}

// The controller said that nothing is in progress.
void command_done(struct scoreboards *s, uint64_t clk)
{
    struct protocol_watch *const p = &s->protocol;
    unsigned kept = 0;
    for (unsigned k = 0; k < p->cmds; k++) {
        struct command c = p->cmd[k];
        if (c.excused)
            p->excused_done = clk;
        if (c.excused || c.maybe)
            continue;
        if (c.due == NEVER)
            c.due = clk + s->decoder.spike_clks + 2;
        p->cmd[kept++] = c;
    }
    p->cmds = kept;
    p->tip = TIP_CLEAR;
    set_due(p);
    if (!kept) // the report itself is a fact: it came with nothing missing
        s->verdict[SB_PROTOCOL].checks++;
}

void command_expire(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    while (p->cmds && r->clk >= p->cmd[0].due) {
        char what[sizeof s->verdict[0].first.what];
        (void)snprintf(what, sizeof what, "command reported done before all its symbols came (%s was due)", name_of(next_of(&p->cmd[0])));
        (void)scoreboards_fact(s, SB_PROTOCOL, r->clk, false,
                               &(struct finding){0, "symbol", 0, 0, 0, what, "controller map, SR TIP"});
        pop(p);
    }
    set_due(p);
}

static void take_bit(struct scoreboards *s, struct command *c, const struct symbol *sym)
{
    c->bits--;
    if (!c->wr || c->open)
        return;
    const unsigned expected = c->byte >> c->bits & 1;
    (void)scoreboards_fact(s, SB_PROTOCOL, sym->clk, sym->bit == expected,
                           &(struct finding){0, "symbol", expected, sym->bit, 1, "bit on the wire is not TXR's, MSB first",
                                             "UM10204 3.1.5"});
}

static void take_ninth(struct scoreboards *s, struct command *c, const struct symbol *sym)
{
    struct protocol_watch *const p = &s->protocol;
    const bool nack = sym->kind == SYMBOL_NACK;
    c->ninth = false;
    p->rxack_known = true;
    p->rxack = nack;
    if (!c->rd)
        return;
    // RD in a transfer where a target receives: its ACK is stronger than the controller's NACK.
    const bool overruled = c->nack && s->decoder.busy && (sym->index == 0 || !s->decoder.read);
    if (overruled && !nack) { // UM10204 3.1.8: it sent 1 and saw 0, and then it makes no STOP
        p->lost_explained = true;
        p->must_lose = p->use == BUS_OWN && p->cmds == 1 && !c->maybe;
        command_excuse(s);
    }
    if (c->open)
        return;
    p->rxr_known = true;
    p->rxr = sym->byte;
    if (overruled)
        return;
    (void)scoreboards_fact(s, SB_PROTOCOL, sym->clk, nack == c->nack,
                           &(struct finding){0, "symbol", c->nack, nack, 1, "9th bit of a read is not the one commanded",
                                             "UM10204 3.1.6"});
}

static void take_fitting(struct scoreboards *s, struct command *c, const struct symbol *sym)
{
    if (c->start)
        c->start = false;
    else if (c->bits)
        take_bit(s, c, sym);
    else if (c->ninth)
        take_ninth(s, c, sym);
    else
        c->stop = false;
}

static bool is_clock(const struct symbol *sym)
{
    return sym->kind == SYMBOL_BIT || sym->kind == SYMBOL_ACK || sym->kind == SYMBOL_NACK;
}

// A foreign pulse on a bus that the controller left alone is the foreigner's own clock: for a clock it must have released SCL, for a
// START or STOP moved SDA.
static bool foreigners_own(const struct protocol_watch *p, const struct symbol *sym)
{
    return p->scl_touched && !(is_clock(sym) ? p->clocked_own : p->sda_by_own);
}

// UM10204 table 10, tSU;STA and tSU;STO: SCL is high before a repeated START or a STOP. Somebody else's SCL fall makes a clock of it,
// and the controller has lost the bus. Its own SCL fall there is a symbol that was not commanded.
static bool cut_short(const struct protocol_watch *p, const struct symbol *sym)
{
    const struct command *const c = &p->cmd[0];
    return p->cmds && !is_byte(c) && sym->kind == SYMBOL_BIT && p->scl_cut;
}

// Symbols come a filter's delay after their edge: the command may be younger.
const struct command *command_of(const struct scoreboards *s, const struct symbol *sym)
{
    const struct command *const c = &s->protocol.cmd[0];
    return s->protocol.cmds && sym->clk > c->since ? c : NULL;
}

static void take_nobodys(struct scoreboards *s, const struct symbol *sym)
{
    const struct protocol_watch *const p = &s->protocol;
    if (foreigners_own(p, sym) || sym->clk <= p->excused_done) // a BIT is told at SCL's fall, and may be older than the report
        return;
    (void)scoreboards_fact(s, SB_PROTOCOL, sym->clk, false,
                           &(struct finding){0, "symbol", 0, 0, 0, "a symbol that nobody commanded", "UM10204 3.1.10"});
}

static bool judge_order(struct scoreboards *s, const struct command *c, const struct symbol *sym)
{
    const bool ok = fits(c, sym->kind);
    char what[sizeof s->verdict[0].first.what];
    if (!ok)
        (void)snprintf(what, sizeof what, "the symbol is not the command's next one (%s was due, %s came)", name_of(next_of(c)), name_of(sym->kind));
    return scoreboards_fact(s, SB_PROTOCOL, sym->clk, ok, &(struct finding){0, "symbol", 0, 0, 0, what, "UM10204 3.1.10"});
}

void command_take(struct scoreboards *s, const struct symbol *sym)
{
    struct protocol_watch *const p = &s->protocol;
    if (p->cmds && !command_of(s, sym)) {
        take_nobodys(s, sym);
        return;
    }
    const bool joins = p->cmds && (p->cmd[0].start || p->cmd[0].joins);
    if (joins && is_clock(sym) && foreigners_own(p, sym))
        return; // UM10204 3.1.8: a START waits for a free bus, or it is lost; the nine clocks of 3.1.16 are its own
    if (p->cmds && p->cmd[0].adrift && !is_byte(&p->cmd[0]) && (sym->kind == SYMBOL_ACK || sym->kind == SYMBOL_NACK))
        return;
    if (cut_short(p, sym)) {
        p->lost_explained = true;
        command_foul(s); // a transfer left in the middle
        return;
    }
    if (p->cmds && p->cmd[0].maybe && !p->cmd[0].excused && !fits(&p->cmd[0], sym->kind))
        pop(p); // it was ignored
    if (p->cmds && p->cmd[0].excused) {
        p->lost_explained |= p->scl_cut; // perhaps in a set-up
        p->rxack_known = false;
        p->rxr_known = false;
        return;
    }
    if (!p->cmds) {
        take_nobodys(s, sym);
        return;
    }
    struct command *const c = &p->cmd[0];
    if (!judge_order(s, c, sym)) {
        command_excuse(s); // out of step: one failure tells it
        return;
    }
    if (c->maybe) {
        c->maybe = false;
        p->tip = TIP_SET;
    }
    take_fitting(s, c, sym);
    if (!ended(c))
        return;
    pop(p);
    if (!p->cmds && sym->kind == SYMBOL_STOP) // UM10204 3.1.4: the bus is free, and waits for the next command
        p->idle_from = sym->clk;
    if (!p->cmds && p->tip == TIP_SET)
        p->tip = TIP_OPEN;
    set_due(p);
}
