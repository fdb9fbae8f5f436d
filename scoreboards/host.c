// SPDX-License-Identifier: Apache-2.0
//
// The controller's host bus: decodes accesses for everybody, compares the twins' ACK, IRQ and read data, and holds the driving
// twin to the Wishbone and interrupt rules and to its register map, so that a controller without a twin is judged too.
//
//   stb ___/‾‾‾‾‾‾‾\____   The request stands at samples n and n+1, ack (registered) at n+1. A write's effect and a
//   ack _______/‾‾‾\____   read's data are visible from n+1 on, together with ack.
#include "scoreboards_state.h"

enum { REG_PRERLO, REG_PRERHI, REG_CTR, REG_DATA, REG_CR, REG_TXR, REG_CR_BACK, REG_NONE };

enum {
    CTR_EN = 0x80, CTR_IEN = 0x40, CTR_BITS = CTR_EN | CTR_IEN,
    CR_COMMAND = 0xf0, CR_NACK = 0x08, CR_STORED = CR_COMMAND | CR_NACK, CR_IACK = 0x01,
    SR_AL = 0x20, SR_NONE = 0x1c, SR_TIP = 0x02, SR_IF = 0x01,
    IRQ_SLACK = 2
};

static bool requests(unsigned host)
{
    return (host & (HOST_CYC | HOST_STB)) == (HOST_CYC | HOST_STB);
}

void host_reset(struct scoreboards *s)
{
    // Controller map: PRER starts as all ones, the rest as 0.
    s->host = (struct host_watch){.prer = 0xffff, .cr_known = true, .idle = true, .flag = FLAG_LOW, .due = NEVER};
}

static void note_write_cr(struct host_watch *h, uint64_t clk, uint8_t cr, bool undisturbed)
{
    if (cr & CR_IACK) {
        h->iack_clk = clk;
        h->flag = h->idle && undisturbed ? FLAG_LOW : FLAG_OPEN; // unless IF is being set at the same edge
    }
    if (!(h->ctr & CTR_EN)) // controller map, CR: bits 7:3 are ignored while EN is 0
        return;
    if (cr & CR_COMMAND)
        h->command_clk = clk;
    h->cr_known = h->idle || (h->cr_known && h->cr == (cr & CR_STORED)); // ... and while TIP is 1
    h->cr = cr & CR_STORED;
    h->idle = h->idle && !(cr & CR_COMMAND);
}

static void note_write(struct scoreboards *s, uint64_t clk)
{
    struct host_watch *const h = &s->host;
    const uint8_t dat = h->access.dat;
    const bool enabled = h->ctr & CTR_EN;
    switch (h->access.adr) {
    case REG_PRERLO:
        h->prer = enabled ? h->prer : (uint16_t)((h->prer & 0xff00) | dat); // controller map, PRER: not while EN is 1
        break;
    case REG_PRERHI:
        h->prer = enabled ? h->prer : (uint16_t)((h->prer & 0x00ff) | dat << 8);
        break;
    case REG_CTR:
        h->ctr = dat & CTR_BITS;
        h->ctr_clk = clk;
        h->idle = h->idle || !(dat & CTR_EN); // controller map, EN: CR 7:4 go with it
        break;
    case REG_DATA:
        h->txr = dat;
        break;
    case REG_CR:
        note_write_cr(h, clk, dat, clk > s->foreign_until);
        break;
    default:
        break;
    }
}

void host_step(struct scoreboards *s, const struct record *r)
{
    struct host_watch *const h = &s->host;
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
        note_write(s, r->clk);
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

static void judge_read(struct scoreboards *s, uint64_t clk, bool ok, unsigned expected, const char *what, const char *clause)
{
    (void)scoreboards_fact(s, SB_HOST, clk, ok, &(struct finding){0, "dat", expected, s->host.access.dat, 8, what, clause});
}

// irq shows IF & IEN at the edge that loads the read data; without IEN only what IACK and the commands tell is certain.
static enum flag expected_flag(const struct scoreboards *s, const struct record *r, uint8_t sr, unsigned was)
{
    const struct host_watch *const h = &s->host;
    if (was & CTL_IRQ)
        return FLAG_HIGH;
    if (h->ctr & CTR_IEN && r->clk > h->ctr_clk + IRQ_SLACK)
        return FLAG_LOW;
    if (h->flag == FLAG_LOW && (!h->idle || sr & SR_AL)) // a command may end, an arbitration may have been lost
        return FLAG_OPEN;
    return h->flag;
}

static void judge_sr(struct scoreboards *s, const struct record *r, uint8_t sr, unsigned was)
{
    struct host_watch *const h = &s->host;
    const enum flag flag = expected_flag(s, r, sr, was);
    judge_read(s, r->clk, !(sr & SR_NONE), sr & ~(unsigned)SR_NONE, "SR bits 4:2 do not read 0", "controller map, SR");
    if (flag != FLAG_OPEN)
        judge_read(s, r->clk, !(sr & SR_IF) == (flag == FLAG_LOW), sr ^ SR_IF,
                   flag == FLAG_LOW ? "SR IF is set, and nothing happened since IACK" : "SR IF is 0 without IACK",
                   "controller map, SR bit 0");
    if (sr & SR_TIP)
        return;
    h->flag = sr & SR_IF ? FLAG_HIGH : h->idle ? FLAG_LOW : FLAG_OPEN; // IF may come a clock after TIP goes
    h->idle = true;
}

static void judge_cr(struct scoreboards *s, const struct record *r, uint8_t cr)
{
    struct host_watch *const h = &s->host;
    unsigned expected = h->cr_known ? h->cr : cr & CR_STORED;
    if (h->idle || !(cr & CR_COMMAND)) // controller map, TIP: bits 7:4 clear together when the command is done
        expected &= CR_NACK;
    judge_read(s, r->clk, cr == expected, expected, "CR does not read back as written", "controller map, CR");
    h->idle = h->idle || !(cr & CR_COMMAND);
}

static void judge_access(struct scoreboards *s, const struct record *r, unsigned now, unsigned was)
{
    const struct host_watch *const h = &s->host;
    const struct access *const a = &h->access;
    if (a->write) {
        if (a->adr == REG_CR && a->dat & CR_IACK && h->flag == FLAG_LOW)
            (void)scoreboards_fact(s, SB_HOST, r->clk, !(now & CTL_IRQ),
                                   &(struct finding){0, "irq", 0, 1, 1, "IACK does not clear the interrupt",
                                                     "controller map, CR bit 0"});
        return;
    }
    const uint8_t dat = a->dat;
    switch (a->adr) {
    case REG_PRERLO:
        judge_read(s, r->clk, dat == (h->prer & 0xff), h->prer & 0xff, "PRERlo does not read back", "controller map, PRER");
        break;
    case REG_PRERHI:
        judge_read(s, r->clk, dat == h->prer >> 8, h->prer >> 8, "PRERhi does not read back", "controller map, PRER");
        break;
    case REG_CTR:
        judge_read(s, r->clk, dat == h->ctr, h->ctr, "CTR does not read back", "controller map, CTR");
        break;
    case REG_CR:
        judge_sr(s, r, dat, was);
        break;
    case REG_TXR:
        judge_read(s, r->clk, dat == h->txr, h->txr, "TXR does not read back", "controller map, TXR");
        break;
    case REG_CR_BACK:
        judge_cr(s, r, dat);
        break;
    case REG_NONE:
        judge_read(s, r->clk, dat == 0, 0, "address 7 does not read 0", "controller map");
        break;
    default: // RXR: protocol.c
        break;
    }
}

// IF is seen on irq; it rises when a command is done or an arbitration lost, and then nothing is in progress.
static void note_irq(struct scoreboards *s, const struct record *r, unsigned now, unsigned was)
{
    struct host_watch *const h = &s->host;
    if (!(now & CTL_IRQ))
        return;
    h->flag = FLAG_HIGH;
    if (was & CTL_IRQ || (h->access.valid && h->access.write) || (h->ctr_clk && r->clk <= h->ctr_clk + IRQ_SLACK))
        return;
    h->idle = true;
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
    if (s->host.access.valid)
        judge_access(s, r, now, was);
    note_irq(s, r, now, was);
}
