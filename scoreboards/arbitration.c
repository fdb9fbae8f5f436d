// SPDX-License-Identifier: Apache-2.0
//
// Whose the bus is, and what the controller owes to others on it: it falls with their SCL (UM10204 3.1.7), and who sends 1 and sees 0
// has lost, says so, and leaves SDA alone at once and SCL from the end of that byte on (3.1.8). That our own lets both go at once is the
// timing contract's (5), and lockstep's.
#include "scoreboards_state.h"

// The controller takes part in the transfer that just began.
static void engage(struct protocol_watch *p)
{
    p->use = BUS_OWN;
    p->clocks = 0;
}

// The controller left the transfer on the bus, and Busy keeps it from making a START of its own until the STOP.
void arbitration_disengage(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    if (p->use == BUS_OWN)
        p->use = BUS_OTHERS;
    p->others_from = r->clk + LET_GO_CLKS;
    p->joint = false;
    p->must_lose = false;
    p->stop_wanted = p->stop_failed = false;
}

// The byte in which the controller lost is over; it may see so late.
static void end_byte(struct scoreboards *s, uint64_t clk)
{
    struct protocol_watch *const p = &s->protocol;
    if (p->byte_over == NEVER)
        p->byte_over = clk + s->decoder.sure_clks + REACTION_CLKS;
}

// UM10204 3.1.8: who lost may go on clocking until the end of the byte, but not hold SCL.
uint64_t arbitration_clocks_until(const struct scoreboards *s)
{
    const struct protocol_watch *const p = &s->protocol;
    const uint64_t held = p->scl_pulled + longest_step(s);
    return p->byte_over < held ? p->byte_over : held;
}

// The host told it to clock without a START (UM10204 3.1.16), or its START is made.
static bool startless(const struct protocol_watch *p)
{
    return p->idle_from == NEVER && !(p->cmds && p->cmd[0].start && !p->started);
}

void arbitration_see_edge(struct scoreboards *s, const struct record *r, const struct symbol *sym)
{
    struct protocol_watch *const p = &s->protocol;
    const bool forced = p->idle_from == NEVER && !(drive_out(s, r, 0) & CTL_SCL); // SCL is high, and ours holds it low
    const bool joins = forced || (startless(p) && (p->scl_pulled > sym->clk || (p->cmds && p->cmd[0].joins)));
    const bool pulls = !(drive_out(s, r, 0) & CTL_SDA) || p->sda_released > sym->clk;
    p->clocks = CLOCKS_UNKNOWN;
    end_byte(s, sym->clk);
    if (sym->kind == SYMBOL_STOP || s->unheard) { // or a runt, which is an S or P to some and none to others
        p->use = BUS_OPEN; // UM10204 3.1.4
    } else if (pulls && (p->use != BUS_OTHERS || p->joint)) {
        engage(p);
    } else if (p->use == BUS_OPEN && !joins) {
        p->use = BUS_OTHERS;
        p->joint = true;
        p->others_from = sym->clk + s->clks_4us; // UM10204 3.1.8, table 10: both count within tHD;STA, at most 4 us, before SCL falls
    }
}

// Two STARTs within tHD;STA of each other both count, and a START that was not yet seen does not bind: not the controller's own START, nor
// the clocks that the host told it to make without one (UM10204 3.1.8 has no rule for a START of one in a bit of another).
void arbitration_watch_joint(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    const uint64_t seen = p->busy_clk + s->decoder.spike_clks + REACTION_CLKS;
    const uint64_t until = r->clk > seen ? r->clk : seen;
    if (!r->scl && until < p->others_from)
        p->others_from = until;
    if (r->clk >= p->others_from)
        p->joint = false;
    else if (!(drive_out(s, r, 0) & CTL_SDA))
        engage(p);
    else if (startless(p) && p->scl_pulled == r->clk)
        p->use = BUS_OPEN;
}

// For all of a clock that our controller made, another one held SDA low, and ours did not.
static bool clashed(const struct scoreboards *s)
{
    const struct protocol_watch *const p = &s->protocol;
    const struct decoder *const d = &s->decoder;
    return p->clash_from < d->rise && (p->clash || p->clash_until >= d->fell) && d->fell > d->rise + d->spike_clks + 2;
}

// A repeated START wants SDA high when SCL rises; low since long, by somebody else's hand, it is lost.
void arbitration_watch_restart(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    const struct command *const c = &p->cmd[0];
    if (p->use == BUS_OWN && p->cmds == 1 && c->start && !p->started && !c->maybe && s->decoder.busy && p->clocked_own
        && p->clash_from + s->decoder.sure_clks <= r->clk)
        p->must_lose = true;
}

// UM10204 3.1.8: who sends 1 and sees 0 while SCL is high has lost. Demanded only where a foreign driver held SDA low from before
// SCL's rise to its fall: in a byte that the controller sends, and in the NACK to one that it receives.
void arbitration_judge_clock(struct scoreboards *s)
{
    struct protocol_watch *const p = &s->protocol;
    if (s->decoder.ended_ninth)
        end_byte(s, s->decoder.fell);
    if (p->clocks == CLOCKS_UNKNOWN)
        return;
    const bool old_ninth = p->old_ninth && s->decoder.ended_ninth;
    p->old_ninth = false;
    if (old_ninth)
        return;
    const unsigned clock = p->clocks++;
    const struct command *const c = &p->cmd[0];
    const bool sends = clock == 8 ? p->own_nack : clock < 8 && p->cmds == 1 && c->wr && !c->maybe;
    p->own_nack = false;
    if (p->use == BUS_OWN && sends && clashed(s))
        p->must_lose = true;
}

// The controller reports while somebody holds SDA, which it released for its STOP: there is no rise of SDA yet.
void arbitration_reported(struct protocol_watch *p)
{
    p->stop_failed |= p->stop_wanted && p->clash && p->clash_by_own;
    p->stop_wanted = false;
}

static bool in_byte(const struct decoder *d)
{
    return d->bits || d->clocked || d->scl.pending; // in clock 9 there are eight bits
}

// SR says that the command ended, and whether arbitration was lost.
void arbitration_judge_loss(struct scoreboards *s, const struct record *r, bool lost)
{
    struct protocol_watch *const p = &s->protocol;
    if (p->must_lose)
        protocol_fact(s, r->clk, lost, 0, "dat", 1, lost, 1, "a 1 was pulled low for all of a bit, and SR AL is 0", "UM10204 3.1.8");
    p->must_lose = false;
    arbitration_reported(p);
    if (p->stop_failed)
        protocol_fact(s, r->clk, lost, 0, "dat", 1, lost, 1, "SDA was held low against a STOP, and SR AL is 0", "UM10204 3.1.4, 3.1.8");
    p->stop_failed = false;
    if (!lost) {
        p->loss_fresh = true;
    } else if (p->loss_fresh) {
        p->loss_fresh = false;
        p->lost_from = r->clk + LET_GO_CLKS;
        p->byte_over = in_byte(&s->decoder) ? NEVER : 0;
        arbitration_disengage(s, r);
    }
}

void arbitration_watch(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    const bool clash = r->foreign & FOREIGN_SDA_LOW && !r->sda && drive_out(s, r, 0) & CTL_SDA;
    if (clash == p->clash)
        return;
    p->clash = clash;
    p->clash_by_own = clash && r->foreign & s->last.foreign & FOREIGN_SDA_LOW && !(drive_out(s, &s->last, 0) & CTL_SDA);
    *(clash ? &p->clash_from : &p->clash_until) = r->clk;
}

// UM10204 3.1.7: SCL falls by somebody else's hand in the high phase of our controller's bit, and that begins its low phase too. A low that
// is over before it can have been seen demands nothing.
void arbitration_watch_clock(struct scoreboards *s, const struct record *r, unsigned own)
{
    struct protocol_watch *const p = &s->protocol;
    const struct command *const c = &p->cmd[0];
    const bool fell = s->last.scl && !r->scl;
    if (p->follow_by && (r->scl || !(own & CTL_SCL))) {
        if (p->cmds && !c->excused && (r->clk > p->follow_by || !(own & CTL_SCL)))
            protocol_fact(s, r->clk, r->clk <= p->follow_by, 0, "scl", 0, 1, 1, "the controller does not follow another one's fall of SCL",
                          "UM10204 3.1.7");
        p->follow_by = 0;
    }
    if (fell && p->scl_cut && p->use == BUS_OWN && p->cmds && !c->start && !c->maybe && !c->excused && c->bits && s->decoder.clocked)
        p->follow_by = r->clk + s->decoder.sure_clks + REACTION_CLKS;
}

// SCL is high, nobody holds it, and the command in progress does not go on.
void arbitration_watch_stall(struct scoreboards *s, const struct record *r)
{
    struct protocol_watch *const p = &s->protocol;
    const struct command *const c = &p->cmd[0];
    if (!r->scl || !p->cmds || c->start || c->joins || c->maybe || c->excused) {
        p->stall_at = NEVER;
    } else if (r->clk >= p->stall_at) {
        p->stall_at = NEVER;
        protocol_fact(s, r->clk, false, 0, "scl", 0, 1, 1, "SCL is high, and the command does not go on", "controller map, SR TIP");
    } else if (!s->last.scl) {
        p->stall_at = r->clk + longest_step(s);
    }
}
