// SPDX-License-Identifier: Apache-2.0
//
// The controller's host bus: decodes accesses for everybody, compares the twins' ACK, IRQ and read data, and holds the driving
// twin to the Wishbone and interrupt rules, so that a controller without a twin is judged too.
//
//   stb ___/‾‾‾‾‾‾‾\____   The request stands at samples n and n+1, ack (registered) at n+1. A write's effect and a
//   ack _______/‾‾‾\____   read's data are visible from n+1 on, together with ack.
#include "scoreboards_state.h"

enum { CTR_IEN = 0x40, REG_CTR = 2, REG_CR = 4, CR_IACK = 0x01, IRQ_SLACK = 2 };

static bool requests(unsigned host)
{
    return (host & (HOST_CYC | HOST_STB)) == (HOST_CYC | HOST_STB);
}

void host_reset(struct scoreboards *s)
{
    s->host = (struct host_watch){.due = NEVER};
}

static void note_write(struct host_watch *h, uint64_t clk)
{
    if (h->access.adr == REG_CTR) {
        h->ctr = h->access.dat;
        h->ctr_clk = clk;
    } else if (h->access.adr == REG_CR && h->access.dat & CR_IACK) {
        h->iack_clk = clk;
    }
}

void host_step(struct scoreboards *s, const struct record *r)
{
    struct host_watch *const h = &s->host;
    h->access.valid = false;
    const unsigned now = drive_out(s, r, 0), was = drive_out(s, &s->last, 0);
    if (!(now & CTL_ACK) || (was & CTL_ACK) || in_reset(s, 0))
        return;
    const unsigned host = requests(r->host) ? r->host : s->last.host; // Wishbone B4 3.1.3: ack answers cyc & stb
    if (!requests(host))
        return;
    h->access = (struct access){
        .valid = true,
        .write = host & HOST_WE,
        .adr = host >> HOST_ADR_SHIFT & 7,
        .dat = (uint8_t)(host & HOST_WE ? host >> HOST_DAT_SHIFT : now >> CTL_DAT_SHIFT),
    };
    if (h->access.write)
        note_write(h, r->clk);
}

static unsigned judge_twins(struct scoreboards *s, const struct record *r)
{
    const unsigned c = r->out[0][TWIN_C], rtl = r->out[0][TWIN_RTL], diff = c ^ rtl;
    if (s->drive[0] == s->other[0] || !(diff & (CTL_ACK | CTL_IRQ | CTL_DAT)))
        return 0;
    static const char what[] = "host output: RTL differs from the C model";
    if (diff & CTL_ACK)
        scoreboards_note(s, SB_HOST, r->clk,
                         &(struct finding){0, "ack", (c & CTL_ACK) != 0, (rtl & CTL_ACK) != 0, 1, what, "lockstep"});
    if (diff & CTL_IRQ)
        scoreboards_note(s, SB_HOST, r->clk,
                         &(struct finding){0, "irq", (c & CTL_IRQ) != 0, (rtl & CTL_IRQ) != 0, 1, what, "lockstep"});
    if (diff & CTL_DAT)
        scoreboards_note(s, SB_HOST, r->clk,
                         &(struct finding){0, "dat", c >> CTL_DAT_SHIFT & 0xff, rtl >> CTL_DAT_SHIFT & 0xff, 8, what, "lockstep"});
    return bits_set(diff & (CTL_ACK | CTL_IRQ | CTL_DAT));
}

static unsigned judge_ack(struct scoreboards *s, const struct record *r, unsigned now, unsigned was)
{
    if (!(now & CTL_ACK))
        return 0;
    if (!requests(r->host) && !requests(s->last.host)) {
        scoreboards_note(s, SB_HOST, r->clk,
                         &(struct finding){0, "ack", 0, 1, 1, "ack although nobody asks", "Wishbone B4 3.1.3"});
        return 1;
    }
    if (was & CTL_ACK) {
        scoreboards_note(s, SB_HOST, r->clk,
                         &(struct finding){0, "ack", 0, 1, 1, "ack longer than one clock", "Wishbone B4 3.2"});
        return 1;
    }
    s->host.due = r->clk + 1; // to see an ack that stays
    return 0;
}

// The interrupt is IF & IEN: never up without IEN, and IF falls only when the host says IACK.
static unsigned judge_irq(struct scoreboards *s, const struct record *r, unsigned now, unsigned was)
{
    struct host_watch *const h = &s->host;
    if (was & ~now & CTL_IRQ) {
        const bool asked = (h->ctr_clk && r->clk - h->ctr_clk <= IRQ_SLACK)
                           || (h->iack_clk && r->clk - h->iack_clk <= IRQ_SLACK);
        scoreboards_fact(s, SB_HOST, r->clk, asked,
                         &(struct finding){0, "irq", 1, 0, 1, "irq falls without IACK and without IEN cleared",
                                           "controller map, CR bit 0"});
    }
    if (!(now & CTL_IRQ) || h->ctr & CTR_IEN)
        return 0;
    if (h->ctr_clk && r->clk <= h->ctr_clk + IRQ_SLACK) {
        if (h->due > h->ctr_clk + IRQ_SLACK + 1)
            h->due = h->ctr_clk + IRQ_SLACK + 1;
        return 0;
    }
    scoreboards_note(s, SB_HOST, r->clk,
                     &(struct finding){0, "irq", 0, 1, 1, "irq although IEN is 0", "controller map, CTR bit 6"});
    return 1;
}

void host_tally(struct scoreboards *s, const struct record *r)
{
    struct tally *const t = &s->tally[SB_HOST];
    s->host.due = NEVER;
    t->levels = 0;
    t->bad = 0;
    if (in_reset(s, 0))
        return;
    const unsigned now = drive_out(s, r, 0);
    const unsigned was = (s->last.rst_n & 1) ? drive_out(s, &s->last, 0) : 0;
    t->levels = s->drive[0] == s->other[0] ? 2 : 12; // ack and irq by rule; ack, irq and 8 data bits by twin
    t->bad = judge_twins(s, r) + judge_ack(s, r, now, was) + judge_irq(s, r, now, was);
}
