// SPDX-License-Identifier: Apache-2.0
//
// Coverage of the controller: its registers as the host uses them, its commands, and how it loses.
#include "coverage_parts.h"
#include "registers.h"

enum { PRERLO, PRERHI, CTR, DATA, CR_SR };
enum { CR_STA = 0x80, CR_STO = 0x40, CR_RD = 0x20, CR_WR = 0x10, CR_NACK = 0x08, CR_IACK = 0x01, CTR_EN = 0x80, CTR_IEN = 0x40 };
enum { SR_BUSY = 0x40, SR_AL = 0x20, SR_TIP = 0x02 };
enum { BY_SDA, BY_SCL, BY_START, BY_STOP };

unsigned coverage_command_slot(const struct coverage *c) {
    const struct coverage_host *h = &c->host;
    bool byte = h->cr & (CR_RD | CR_WR) && !h->byte_seen;
    if (h->cr & CR_STA && !h->start_seen)
        return coverage_decoder(c)->busy ? SLOT_RESTART : SLOT_IDLE;
    if (h->cr & CR_STO && !byte)
        return SLOT_STOP;
    return coverage_slot(coverage_decoder(c));
}

static void cover_prescale(struct coverage *c) {
    uint64_t p = coverage_p(c), hz = c->board->shape.clock_hz / (5 * p);
    COVER(c, COVER_PRESCALE, 2 * p <= c->filter_clks - 1 ? 0 : hz > 1000000 ? 1 : hz > 400000 ? 2 : hz > 100000 ? 3 : hz >= 10000 ? 4 : 5);
}

// The command under way cannot be over yet: other controllers may shorten a clock's high, never its low of 3 P.
static bool certainly_busy(const struct coverage *c, uint64_t clk) {
    const struct coverage_host *h = &c->host;
    uint64_t least = (h->cr & CR_STA ? 2 : 0) + (h->cr & (CR_RD | CR_WR) ? 9 * 3 : 0) + (h->cr & CR_STO ? 3 : 0);
    return h->cr && !h->interrupted && clk < h->cr_clk + least * coverage_p(c);
}

static void write_cr(struct coverage *c, uint64_t clk, uint8_t cr) {
    struct coverage_host *h = &c->host;
    bool busy = h->ctr & CTR_EN && certainly_busy(c, clk);
    COVER(c, COVER_CR, cr >> 4, !(h->ctr & CTR_EN) ? 2 : busy);
    if (cr & CR_IACK)
        COVER(c, COVER_IACK, h->irq, cr >> 4 != 0);
    if (!(h->ctr & CTR_EN) || busy || cr >> 4 == 0)
        return;
    COVER(c, COVER_CR_ACK, !(cr & CR_RD), (cr & CR_NACK) != 0);
    cover_prescale(c);
    h->al_unknown = !(cr & CR_STA) && (h->al || h->cr); // an arbitration lost may be of the command before, whose end nobody read
    if (cr & CR_STA)
        h->al = false;
    h->cr = cr;
    h->cr_clk = clk;
    h->start_seen = h->byte_seen = h->interrupted = h->let_go = false;
}

static void write_ctr(struct coverage *c, uint8_t ctr) {
    struct coverage_host *h = &c->host;
    COVER(c, COVER_CTR, h->ctr >> 7, ctr >> 7, (ctr & CTR_IEN) != 0);
    if (h->ctr & ~ctr & CTR_EN) {
        COVER(c, COVER_DISABLE, coverage_slot(coverage_decoder(c)));
        h->cr = 0;
    }
    h->ctr = ctr;
}

static void read_sr(struct coverage *c, uint8_t sr) {
    static const uint8_t flags[] = {0x80, SR_BUSY, SR_AL, SR_TIP, 0x01};
    struct coverage_host *h = &c->host;
    bool lost = sr & SR_AL && !h->al;
    for (unsigned i = 0; i < sizeof flags; i++)
        COVER(c, COVER_SR, i, (sr & flags[i]) != 0);
    if (h->cr && !(sr & SR_TIP) && !h->al_unknown) {
        COVER(c, COVER_END, (h->cr >> 4) - 1u, lost);
        if (lost) {
            COVER(c, COVER_LOST, h->let_go ? h->where : SLOT_REFUSED);
            COVER(c, COVER_LOST_BY, h->let_go ? h->by : BY_SDA);
        }
    }
    if (!(sr & SR_TIP))
        h->cr = 0;
    h->al = sr & SR_AL;
}

static void access(struct coverage *c, uint64_t clk, bool write, unsigned adr, uint8_t dat) {
    struct coverage_host *h = &c->host;
    COVER(c, COVER_ACCESS, !write, adr);
    if (!write && adr == CR_SR)
        read_sr(c, dat);
    if (!write)
        return;
    if (adr <= PRERHI && !(h->ctr & CTR_EN))
        h->prer = adr == PRERLO ? (uint16_t)((h->prer & 0xff00) | dat) : (uint16_t)((h->prer & 0xff) | dat << 8);
    if (adr == CTR)
        write_ctr(c, dat);
    if (adr == CR_SR)
        write_cr(c, clk, dat);
}

void coverage_host_symbol(struct coverage *c, const struct symbol *s) {
    if (s->kind == SYMBOL_START || s->kind == SYMBOL_RESTART)
        c->host.start_seen = true;
    if (s->kind == SYMBOL_ACK || s->kind == SYMBOL_NACK)
        c->host.byte_seen = true;
}

// The controller leaves both lines alone: it may have lost, and the host will hear of it later.
static void let_go(struct coverage *c, const struct record *r) {
    struct coverage_host *h = &c->host;
    uint64_t recent = r->clk - c->filter_clks - 1;
    bool refused = h->cr & CR_STA && !h->start_seen && !coverage_decoder(c)->busy;
    h->let_go = true;
    h->where = (uint8_t)(refused ? SLOT_REFUSED : coverage_command_slot(c));
    h->by = BY_SDA;
    if (r->scl && c->bus.sda_edge >= recent && c->bus.sda_edge != c->bus.scl_edge) {
        h->by = r->sda ? BY_STOP : BY_START;
        if (h->where < SLOTS) // the symbol has ended that clock
            h->where = c->bus.edge_slot;
    } else if (!r->scl && c->bus.scl_edge >= recent) {
        h->by = BY_SCL;
    }
}

void coverage_host_record(struct coverage *c, const struct record *r) {
    const struct board_shape *shape = &c->board->shape;
    struct coverage_host *h = &c->host;
    const unsigned lines = CTL_SCL | CTL_SDA;
    unsigned out = r->out[0][shape->socket[0].drive], was = c->last.out[0][shape->socket[0].drive];
    if (!(r->rst_n & 1)) {
        *h = (struct coverage_host){.prer = 0xffff};
        return;
    }
    bool interrupt = out & CTL_IRQ && !h->irq;
    h->interrupted = h->interrupted || interrupt;
    if (h->cr && (out & lines) == lines && ((was & lines) != lines || interrupt))
        let_go(c, r);
    if (register_accessed(shape, r) && !register_accessed(shape, &c->last)) {
        bool write = r->host & HOST_WE;
        access(c, r->clk, write, r->host >> HOST_ADR_SHIFT & 7, (uint8_t)(write ? r->host >> HOST_DAT_SHIFT : out >> CTL_DAT_SHIFT));
    }
    h->irq = out & CTL_IRQ;
}
