// SPDX-License-Identifier: Apache-2.0
//
// The decoded symbols against the host's commands (commands.c), the status registers against the bus, and who may ACK.
//
// A foreign driver on SDA, or one that forces a line high, makes a transfer foul: from then to the next S or P the wires are not
// the controller's alone, so what they say cannot be held against it. Kept even then: a present target must ACK (it sees the same
// wires), Busy must follow the wires. A foreign driver that only pulls SCL low stretches the clock and voids nothing.
#include "scoreboards_state.h"

#include <stddef.h>

enum {
    REG_CTR = 2, REG_TXR = 3, REG_CR = 4, REG_CR_BACK = 6,
    CTR_EN = 0x80,
    CR_STA = 0x80, CR_STO = 0x40, CR_COMMAND = 0xf0,
    SR_RXACK = 0x80, SR_BUSY = 0x40, SR_AL = 0x20, SR_TIP = 0x02,
    FOREIGN_FOUL = FOREIGN_SDA_LOW | FOREIGN_SDA_HIGH | FOREIGN_SCL_HIGH,
    LINES = CTL_SCL | CTL_SDA,
    IRQ_SLACK = 2
};

void protocol_reset(struct scoreboards *s, const struct record *r)
{
    const struct protocol_watch old = s->protocol;
    const bool on_the_bus = s->decoder.busy;
    s->protocol = (struct protocol_watch){
        .foul = old.foul != FOUL_NONE ? old.foul : on_the_bus ? FOUL_OWN : FOUL_NONE,
        .forced = old.forced,
        .foul_until = old.foul_until,
        .excuse_until = r->clk + s->clks_let_go, // the lines are let go at once, wherever they were
        .rxack_known = true,
        .busy_known = r->scl && r->sda, // a controller that wakes up takes lines for free at first: what it sees may be a START
        .busy_clk = r->clk,
        .disabled_from = r->clk + LET_GO_CLKS, // controller map: CTR is 0 after a reset
        .lost_from = NEVER,
        .idle_from = r->clk + LET_GO_CLKS,
        .let_go_from = NEVER,
        .loss_fresh = true,
        .clocks = CLOCKS_UNKNOWN,
        .stall_at = NEVER,
        .due = NEVER,
    };
}

void protocol_fact(struct scoreboards *s, uint64_t clk, bool ok, int socket, const char *pin, unsigned expected,
                   unsigned seen, unsigned bits, const char *what, const char *clause)
{
    (void)scoreboards_fact(s, SB_PROTOCOL, clk, ok,
                           &(struct finding){socket, pin, expected, seen, (uint8_t)bits, what, clause});
}

static void judge_ack(struct scoreboards *s, const struct record *r, const struct symbol *sym, bool reading, bool sending)
{
    const struct protocol_watch *const p = &s->protocol;
    const bool acked = sym->kind == SYMBOL_ACK;
    if (sym->index == SYMBOL_INDEX_NONE || reading || (sym->index > 0 && s->decoder.read))
        return; // the 9th bit is the controller's
    const int target = scoreboards_target_at(s, s->decoder.addr);
    if (target >= 0 && !in_reset(s, 1 + (unsigned)target)) {
        if (!(s->ready >> target & 1) || p->forced || p->foul == FOUL_OWN || r->foreign & FOREIGN_FOUL & ~FOREIGN_SDA_LOW)
            return; // it missed the START, or its ACK was overpowered, or runt clocks came before
        protocol_fact(s, sym->clk, acked, 1 + target, "symbol", 0, !acked, 1,
                    sym->index == 0 ? "a target does not ACK its address" : "a target does not ACK a data byte",
                    sym->index == 0 ? "UM10204 3.1.6" : "TI SCPS068 7.3.1");
        return;
    }
    if (p->foul != FOUL_NONE || r->foreign & FOREIGN_FOUL)
        return; // the ACK may be the foreigner's
    if (!sending && !(drive_out(s, r, 0) & CTL_SDA))
        return; // the controller's own: after commands written while TIP was not known, nobody can tell whether it reads
    protocol_fact(s, sym->clk, !acked, -1, "symbol", 1, !acked, 1,
                sym->index == 0 ? "an absent or reserved address is ACKed" : "a byte to nobody is ACKed", "UM10204 3.1.6, 3.1.12");
}

static void judge_edge(struct scoreboards *s, const struct record *r, const struct symbol *sym, bool excused)
{
    struct protocol_watch *const p = &s->protocol;
    // Others pulled SCL for so short that who moves SDA because of it does so when SCL is up again (UM10204 table 10, tLOW).
    const bool late = p->scl_cut && sym->clk <= p->scl_fell + s->decoder.sure_clks + REACTION_CLKS;
    if (!excused && !late)
        protocol_fact(s, sym->clk, p->sda_by_controller, -1, "sda", !r->sda, r->sda, 1,
                    "SDA changes while SCL is high, and no controller did it", "UM10204 3.1.3, 3.1.4");
    if (in_reset(s, 0))
        return;
    arbitration_see_edge(s, r, sym);
    p->busy = sym->kind != SYMBOL_STOP; // UM10204 3.1.4
    p->busy_known = !s->unheard;
    p->busy_clk = sym->clk;
}

static void judge_symbol(struct scoreboards *s, const struct record *r, const struct symbol *sym)
{
    struct protocol_watch *const p = &s->protocol;
    const struct command *const c = command_of(s, sym);
    const bool fresh = c && c->start && !c->excused;
    const bool excused = p->foul == FOUL_FOREIGN || (p->foul == FOUL_OWN && !fresh) || sym->clk <= p->excuse_until;
    const bool edge = sym->kind == SYMBOL_START || sym->kind == SYMBOL_RESTART || sym->kind == SYMBOL_STOP;
    // Others made it in the middle of what the controller does, who counts on: they moved SDA, or they hold SCL high while it moves SDA.
    const bool by_others = !p->sda_by_own || (p->forced && r->clk <= s->foreign_until);
    const bool cut = p->foul != FOUL_NONE && p->use == BUS_OWN && p->tip != TIP_CLEAR && by_others;
    const bool certain = c && !c->excused, reading = certain && c->rd, sending = certain && c->wr;

    if (edge)
        judge_edge(s, r, sym, excused);
    if (sym->kind == SYMBOL_ACK || sym->kind == SYMBOL_NACK)
        p->own_nack = p->cmds == 1 && c && c->rd && c->nack && !c->open && !c->maybe;
    if (c || !(excused || p->astray))
        command_take(s, sym);
    if (sym->kind == SYMBOL_ACK || sym->kind == SYMBOL_NACK)
        judge_ack(s, r, sym, reading, sending);
    p->scl_touched = r->foreign & FOREIGN_SCL_LOW;
    p->clocked_own = false;
    if (edge && !(r->foreign & FOREIGN_FOUL)) { // UM10204 3.1.10 note 4: every device begins anew, and a target lets go of its ACK or bit
        if (p->foul == FOUL_FOREIGN)
            p->excuse_until = sym->clk + s->decoder.sure_clks + REACTION_CLKS;
        p->foul = s->unheard ? FOUL_OWN : FOUL_NONE;
        p->forced = false;
        p->astray = p->astray && by_others;
    }
    p->astray |= edge && cut;
}

static void judge_sr(struct scoreboards *s, const struct record *r, uint8_t sr)
{
    struct protocol_watch *const p = &s->protocol;
    if (sr & SR_AL)
        protocol_fact(s, r->clk, p->lost_explained, 0, "dat", 0, 1, 1, "arbitration lost, and nobody pulled against the controller",
                    "UM10204 3.1.8");
    if (p->busy_known && r->clk > p->busy_clk + s->clks_busy)
        protocol_fact(s, r->clk, !!(sr & SR_BUSY) == p->busy, 0, "dat", p->busy, !!(sr & SR_BUSY), 1,
                    "SR Busy disagrees with START and STOP on the wires", "UM10204 3.1.4");
    if (p->tip == TIP_CLEAR)
        protocol_fact(s, r->clk, !(sr & SR_TIP), 0, "dat", 0, 1, 1, "SR TIP without a command", "controller map, SR TIP");
    if (!(sr & SR_TIP))
        arbitration_judge_loss(s, r, sr & SR_AL);
    if (!(sr & SR_TIP))
        command_done(s, r->clk);
    const bool before_ninth = p->cmds && p->cmd[0].ninth && !p->cmd[0].maybe && !decoder_ninth_pending(&s->decoder);
    if (p->rxack_known && ((p->tip == TIP_CLEAR && !p->cmds) || before_ninth))
        protocol_fact(s, r->clk, !!(sr & SR_RXACK) == p->rxack, 0, "dat", p->rxack, !!(sr & SR_RXACK), 1,
                    "SR RxACK is not the last 9th bit on the wire", "UM10204 3.1.6");
}

static void note_command(struct scoreboards *s, uint8_t cr)
{
    struct protocol_watch *const p = &s->protocol;
    if (!(cr & CR_COMMAND) || command_ignored(s))
        return;
    p->lost_from = p->idle_from = NEVER;
    p->must_lose = p->must_lose && !(cr & CR_STA);
    p->started = p->started && p->tip != TIP_CLEAR;
    p->stop_failed = p->stop_failed && !(cr & CR_STA);
    p->stop_wanted = cr & CR_STO && p->tip == TIP_CLEAR;
    p->loss_fresh = cr & CR_STA ? p->tip == TIP_CLEAR : p->loss_fresh && !p->lost_explained; // controller map: STA clears AL
    p->clocks = cr & CR_STA || p->tip != TIP_CLEAR ? (unsigned)CLOCKS_UNKNOWN : 0; // STA: not before its START
    p->old_ninth = s->decoder.ninth || decoder_ninth_pending(&s->decoder);
    p->astray = p->astray && (s->decoder.busy || p->tip != TIP_CLEAR);
    if (!(cr & CR_STA) && p->tip == TIP_CLEAR)
        decoder_begin_byte(&s->decoder); // UM10204 3.1.16: the nine clocks; what others clocked on the idle bus is none of its bits
    if (!(cr & CR_STA) && p->use == BUS_OTHERS) // without a START of its own: to clear the bus (UM10204 3.1.16), on the host's word
        p->use = BUS_OPEN;
}

static void write_ctr(struct scoreboards *s, const struct record *r, bool enabled)
{
    struct protocol_watch *const p = &s->protocol;
    if (enabled) {
        p->disabled_from = NEVER;
        return;
    }
    if (s->decoder.busy && p->foul == FOUL_NONE)
        p->foul = FOUL_OWN; // both lines let go in mid transfer: runt clocks, half bytes
    p->excuse_until = r->clk + s->clks_let_go;
    if (p->disabled_from == NEVER)
        p->disabled_from = p->idle_from = r->clk + LET_GO_CLKS;
    arbitration_disengage(s, r);
    command_drop(s, r);
}

static void take_access(struct scoreboards *s, const struct record *r, const struct access *a)
{
    struct protocol_watch *const p = &s->protocol;
    const bool enabled = s->host.ctr & CTR_EN;
    if (!a->write) {
        if (a->adr == REG_CR)
            judge_sr(s, r, a->dat);
        else if (a->adr == REG_TXR && p->rxr_known && p->tip == TIP_CLEAR)
            protocol_fact(s, r->clk, a->dat == p->rxr, 0, "dat", p->rxr, a->dat, 8, "RXR is not the byte on the wires",
                        "controller map, RXR");
        else if (a->adr == REG_CR_BACK && !(a->dat & CR_COMMAND)) // controller map: TIP is any of CR 7:4
            command_done(s, r->clk);
        return;
    }
    if (a->adr == REG_TXR)
        command_write_txr(s, a->dat);
    else if (a->adr == REG_CR && enabled) {
        note_command(s, a->dat);
        command_write_cr(s, r, a->dat);
    } else if (a->adr == REG_CTR)
        write_ctr(s, r, enabled);
}

static void watch_irq(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    const bool irq = drive_out(s, r, 0) & CTL_IRQ;
    const bool rises = irq && !p->irq;
    p->irq = irq;
    if (!rises || (s->host.ctr_clk && r->clk <= s->host.ctr_clk + IRQ_SLACK)) // IEN uncovers an old IF
        return;
    protocol_fact(s, r->clk, p->cmds || p->tip != TIP_CLEAR || p->lost_explained, 0, "irq", 0, 1, 1,
                "interrupt without a command or a lost arbitration", "controller map, SR IF");
    arbitration_reported(p);
    command_done(s, r->clk);
}

// A target that still sends its byte while the host wants a STOP, a START or a write: the controller loses against it.
static bool target_in_the_way(const struct scoreboards *s, const struct record *r)
{
    const struct protocol_watch *const p = &s->protocol;
    const struct decoder *const d = &s->decoder;
    if (!r->scl || r->sda || !p->cmds || s->selected < 0)
        return false;
    if (p->cmd[0].start && !p->cmd[0].maybe) // or that still acknowledges
        return drive_out(s, r, 0) & CTL_SDA;
    if (!d->read || d->index == 0 || d->bits == 8 || d->ninth)
        return false;
    const struct command *const c = &p->cmd[0];
    return (drive_out(s, r, 0) & CTL_SDA) && (c->start || !(c->rd && c->ninth));
}

// SCL that others pull for so short that our controller pulls it when it is up again: one clock to it, two to the wires (UM10204 3.1.7).
static void watch_short_pull(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    if (!p->scl_cut || !p->cmds || r->clk > p->scl_fell + s->decoder.sure_clks + REACTION_CLKS)
        return;
    command_foul(s);
}

static void watch_foreign(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    if (r->foreign & FOREIGN_SCL_LOW)
        p->scl_touched = true;
    if (r->foreign & FOREIGN_FOUL) {
        p->foul = FOUL_FOREIGN;
        p->forced |= (r->foreign & FOREIGN_FOUL & ~FOREIGN_SDA_LOW) != 0;
        p->lost_explained = true;
        command_excuse(s);
    } else if (target_in_the_way(s, r)) {
        p->lost_explained = true;
        command_foul(s);
    } else if ((p->foul != FOUL_NONE || p->astray) && r->scl && !r->sda && drive_out(s, r, 0) & CTL_SDA) {
        p->lost_explained = true; // the target of a transfer left in the middle acknowledges wherever it stands (UM10204 3.1.16)
        if (s->unheard)
            command_excuse(s);
    }
}

// A START that somebody else's SCL fall overtakes on the controller's way through its filter is none on the wire, and whose bits then
// follow cannot be told (UM10204 3.1.4: SDA falls while SCL is high).
static void watch_overtaken_start(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    if (r->scl || !p->scl_cut || r->clk > p->scl_fell + s->decoder.spike_clks + REACTION_CLKS)
        return;
    if (!p->cmds || !p->cmd[0].start)
        return;
    command_foul(s);
}

// UM10204 3.1.16: the controller begins its nine clocks without a START. SCL may have risen before by somebody else's hand.
static void watch_joining(struct scoreboards *s)
{
    struct protocol_watch *const p = &s->protocol;
    if (!p->cmds || !p->cmd[0].joins)
        return;
    p->cmd[0].joins = false;
    decoder_begin_byte(&s->decoder);
    p->clocks = 0;
}

// UM10204 3.1.3: a bit has one level, so inside a byte SDA moves to it at most once while SCL is low.
static void watch_bit(struct scoreboards *s, const struct record *r, unsigned moved)
{
    struct protocol_watch *const p = &s->protocol;
    const struct command *const c = &p->cmd[0];
    if (s->last.scl && !r->scl)
        p->sda_moves = 0;
    p->sda_moves += (moved & CTL_SDA) != 0;
    if (s->last.scl || !r->scl || !p->cmds || c->maybe || c->excused || c->start || c->bits == 8 || !(c->bits || c->ninth) || in_reset(s, 0))
        return;
    protocol_fact(s, r->clk, p->sda_moves <= 1, 0, "sda", 1, p->sda_moves, 8, "SDA moves more than once in the low phase of a bit",
                "UM10204 3.1.3");
}

// A foreign driver that came and went without a transfer. What it did last may still be on its way through the decoder's filter.
static void forgive(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    if (p->foul != FOUL_FOREIGN || r->foreign & FOREIGN_FOUL || s->decoder.busy || s->decoder.scl.pending || s->decoder.sda.pending)
        return;
    p->foul = s->unheard ? FOUL_OWN : FOUL_NONE;
    p->forced = false;
}

void protocol_step(struct scoreboards *s, const struct record *r, const struct symbol *symbol)
{
    struct protocol_watch *const p = &s->protocol;
    const struct record *const was = &s->last;
    const unsigned own = drive_out(s, r, 0), moved = own ^ drive_out(s, was, 0);
    watch_foreign(s, r);
    if (r->foreign || p->clash)
        arbitration_watch(s, r);
    if ((r->foreign | was->foreign) & FOREIGN_FOUL)
        p->foul_until = r->clk + s->decoder.sure_clks + REACTION_CLKS;
    p->clocked_own |= (moved & own & CTL_SCL) != 0;
    if (moved & own & CTL_SDA)
        p->sda_released = r->clk;
    if (was->scl && !r->scl) {
        p->scl_cut = r->foreign & FOREIGN_SCL_LOW && own & CTL_SCL;
        p->scl_fell = r->clk;
    }
    if (was->scl != r->scl || r->clk >= p->stall_at)
        arbitration_watch_stall(s, r);
    if (!was->scl && r->scl)
        watch_short_pull(s, r);
    if (!was->scl && r->scl && p->clash)
        arbitration_watch_restart(s, r);
    if (p->follow_by || (was->scl && !r->scl))
        arbitration_watch_clock(s, r, own);
    watch_bit(s, r, moved);
    if (moved & ~own & CTL_SCL) {
        p->scl_pulled = r->clk;
        watch_joining(s);
    }
    if (moved & ~own & CTL_SDA) {
        p->started = true;
        watch_overtaken_start(s, r);
    }
    if (r->sda != was->sda) {
        p->sda_by_own = (moved & CTL_SDA) != 0;
        p->sda_by_controller = p->sda_by_own || ((r->foreign ^ was->foreign) & (FOREIGN_SDA_LOW | FOREIGN_SDA_HIGH));
    }
    if (symbol)
        judge_symbol(s, r, symbol);
    forgive(s, r);
    if (in_reset(s, 0))
        return;
    if (s->decoder.ended_ninth || (symbol && symbol->kind == SYMBOL_BIT))
        arbitration_judge_clock(s);
    if (p->use == BUS_OTHERS && p->joint)
        arbitration_watch_joint(s, r);
    if (s->host.access.valid)
        take_access(s, r, &s->host.access);
    watch_irq(s, r);
    if (r->clk >= p->due)
        command_expire(s, r);
}

static void note_pulled(struct scoreboards *s, const struct record *r, unsigned pulled)
{
    const struct protocol_watch *const p = &s->protocol;
    struct finding f = {0, pulled & CTL_SDA ? "sda" : "scl", 1, 0, 1, "an idle controller pulls a line", "UM10204 3.1.1, 3.1.4"};
    if (r->clk >= p->disabled_from) {
        f.what = "a disabled controller (CTR EN = 0) pulls a line";
        f.clause = "controller map, CTR bit 7";
    } else if (r->clk >= p->lost_from) {
        f.what = "the loser of an arbitration pulls a line";
        f.clause = "UM10204 3.1.8";
    } else if (p->use == BUS_OTHERS) {
        f.what = "the controller pulls a line in a transfer of others";
        f.clause = "UM10204 3.1.8";
    }
    scoreboards_note(s, SB_PROTOCOL, r->clk, &f);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

// Both drive bits of a controller that has no business on the bus, every clock.
void protocol_tally(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    struct tally *const t = &s->tally[SB_PROTOCOL];
    const uint64_t out = earlier(p->disabled_from, p->idle_from);
    const uint64_t beaten = earlier(p->lost_from, p->use == BUS_OTHERS ? p->others_from : NEVER), clocks = arbitration_clocks_until(s);
    const uint64_t sda_from = earlier(out, beaten), scl_from = earlier(out, beaten > clocks ? beaten : clocks);
    p->let_go_from = r->clk < sda_from ? sda_from : r->clk < scl_from ? scl_from : NEVER;
    const unsigned due = in_reset(s, 0) ? 0 : (r->clk >= sda_from ? CTL_SDA : 0u) | (r->clk >= scl_from ? CTL_SCL : 0u);
    const unsigned pulled = ~drive_out(s, r, 0) & due;
    t->levels = bits_set(due);
    t->bad = bits_set(pulled);
    if (pulled)
        note_pulled(s, r, pulled);
}
