// SPDX-License-Identifier: Apache-2.0
//
// What the judges remember. Plain data, no pointers: a copy is a snapshot. Only the scoreboards' own files use the fields.
//
// One record passes through scoreboards.c like this: the wires go to the decoder, the host bus to host.c; the symbol and the
// access that may come out go to gpio.c, int.c and protocol.c; then each judge says how many levels stand compared and how
// many of them are wrong (a tally). Tallies are multiplied by the clocks they stood when the next record comes.
#ifndef TWINWIRE_SCOREBOARDS_STATE_H
#define TWINWIRE_SCOREBOARDS_STATE_H

#include "decoder.h"
#include "scoreboards.h"

#ifdef __cplusplus
extern "C" {
#endif

#define NEVER UINT64_MAX

// A controller acts on a level this many clks after the filter believes it: a synchroniser, its state, its outputs, and two to spare.
enum { REACTION_CLKS = 6 };

struct tally {
    unsigned levels; // compared at every clock
    unsigned bad;    // of them wrong
};

// One completed host bus access.
struct access {
    bool valid, write;
    uint8_t adr, dat;
};

enum flag { FLAG_OPEN, FLAG_LOW, FLAG_HIGH };

struct host_watch {
    struct access access; // completed at this record
    uint8_t ctr;          // as the host wrote it
    uint64_t ctr_clk;     // of the last write of CTR
    uint64_t iack_clk;    // of the last write of CR with IACK
    uint64_t command_clk; // of the last write of CR with a command
    uint16_t prer;        // as the host wrote it
    uint8_t txr, cr;      // as the host wrote them
    bool cr_known;        // false: a write of CR may have been ignored
    bool idle;            // no command is in progress: TIP is certainly 0
    enum flag flag;       // SR.IF, as far as it is certain
    uint64_t due;
};

struct gpio_watch {
    uint8_t latch;        // last byte written, decoded
    uint8_t open;         // bits that may still hold their old value
    bool lost;            // latch unknown until the next write
    uint64_t due;         // `open` ends
    uint64_t moved[8];    // clk of each pin's last change
    uint8_t sample;       // pins at the READ pulse: the byte on its way to the controller
    uint8_t sample_known; // bits that stood still
    uint64_t sample_until;
    bool crowded;         // somebody else pulled or forced SDA during that byte
};

enum int_pulse { PULSE_NONE, PULSE_ADDRESS, PULSE_READ, PULSE_WRITE };

struct int_watch {
    uint8_t latch;       // what the pins are compared with
    uint8_t unknown;     // bits of it that the data sheet leaves open until the next pulse
    uint8_t differ;      // known differences when last looked at
    enum int_pulse pulse;
    bool pulse_high;     // SCL has not fallen since
    uint64_t pulse_from, pulse_until;
    uint64_t open_until; // nothing is demanded before
    bool demanded, level, open;
    uint64_t moved[8];   // clk of each outside pull's last change
};

// Whose transfer the bus is busy with. OPEN: nobody's, or it cannot be told.
enum bus_use { BUS_OPEN, BUS_OWN, BUS_OTHERS };

enum tip { TIP_CLEAR, TIP_SET, TIP_OPEN };
enum foul { FOUL_NONE, FOUL_OWN, FOUL_FOREIGN };

enum {
    // The map lets go of both lines one edge after EN = 0. UM10204 has no number; the rest is for the pads of other controllers.
    LET_GO_CLKS = 4,
    CLOCKS_UNKNOWN = 1000 // protocol_watch.clocks
};

// What a write of CR asks the bus for, as far as it has not been seen.
struct command {
    bool start, rd, wr, stop, ninth;
    uint8_t bits; // left
    uint8_t byte;
    bool nack;    // RD: the 9th bit
    bool open;    // TXR or direction doubtful: values are not judged
    bool maybe;   // written while TIP was unknown: perhaps ignored
    bool excused; // others were on the bus
    bool adrift;  // the byte that the wires are in is not the controller's
    bool joins;   // to begin without a START, and our controller has not pulled SCL yet
    uint64_t since; // written
    uint64_t due; // the controller said "done": all must be seen by then
};

struct protocol_watch {
    struct command cmd[2];
    unsigned cmds;
    enum tip tip;
    uint8_t txr;
    enum foul foul;       // who made this transfer unfit to judge the controller
    bool astray;          // others made a START or STOP in the middle of our controller's byte, and it counts on
    bool forced;          // ... by forcing a line high
    uint64_t foul_until;  // the controller may still see SDA as a foreign driver held it
    uint64_t excuse_until;
    uint64_t excused_done;  // the controller reported a command that was excused
    bool lost_explained;  // something since the last STA explains arbitration lost
    bool scl_touched;     // a foreign driver pulled SCL since the last symbol
    bool scl_cut;         // ... made SCL's last fall, and not our controller
    uint64_t scl_fell;
    uint64_t follow_by;     // our controller must have pulled SCL too, which somebody else let fall; 0: need not
    uint64_t stall_at;      // SCL has been high in a bit of a command for too long; NEVER: it is not
    bool sda_by_controller; // the wire's last SDA edge was a controller's
    bool sda_by_own;        // ... and our controller moved its SDA bit then
    bool started;           // our controller pulled SDA since the last command, perhaps for a START that others excused
    uint64_t sda_released;  // our controller let SDA go last
    bool clocked_own;       // our controller released SCL since the last symbol
    enum bus_use use;
    bool joint;             // use OTHERS: our START before others_from is one that both count
    uint64_t others_from;   // the controller must have let both lines go: because use is OTHERS
    uint64_t disabled_from; // ... because CTR.EN is 0; NEVER: need not
    uint64_t lost_from;     // ... because it reported arbitration lost; NEVER: need not
    uint64_t idle_from;     // ... because it has no command since its STOP, a reset or EN = 0; NEVER: need not
    uint64_t byte_over;     // who lost may clock SCL until then; NEVER: the byte goes on
    uint64_t scl_pulled;    // our controller pulled SCL last
    uint64_t let_go_from;   // the next of these reasons to come
    bool loss_fresh;        // AL can only have been set since the last command began
    unsigned clocks;        // SCL clocks of the command so far, CLOCKS_UNKNOWN: it may not have begun
    bool own_nack;          // the controller answers with a NACK in the clock 9 that SCL is in: its command may be reported before SCL falls
    bool old_ninth;         // the next of them is still the last one of the byte before
    bool clash;             // our controller releases SDA and a foreign driver pulls it low
    uint64_t clash_from, clash_until;
    bool clash_by_own;      // ... since our controller released it
    bool stop_wanted;       // a STOP was certainly commanded, and not reported yet
    bool stop_failed;       // it was reported, and could not be made
    unsigned sda_moves;     // of our controller's bit since SCL fell
    bool must_lose;         // that lasted for all of a bit that the controller sent
    bool rxack_known, rxack, rxr_known;
    uint8_t rxr;
    bool busy_known, busy;
    uint64_t busy_clk;
    bool irq;
    uint64_t due;
};

// Who moved a wire: a socket (0 ..), or one of these.
enum { BY_NOBODY = -1, BY_STIMULUS = -2, BY_SPIKE = -3 };

// A sample at which SCL or SDA moved.
struct timing_edges {
    uint64_t clk;
    bool scl, sda;        // which moved
    int8_t scl_by, sda_by;
    uint8_t pulls;        // FOREIGN_ bits that made it by coming
    bool free;            // who moved SDA does not hold SCL low
};

struct timing_watch {
    bool in_reset;         // all sockets are
    bool busy;             // by the edges alone: a START came and no STOP
    bool scl, sda;         // levels after the edges taken so far
    uint64_t rise, fall;   // clk of SCL's last edges; NEVER: none yet
    uint64_t data;         // of SDA's last edge in this low phase of SCL
    uint64_t start, stop;  // of the last START in this high phase, of the STOP that nothing followed yet
    uint64_t period;       // of SCL's last rise, unless a START or a STOP came since
    int8_t fall_by, data_by, start_by, stop_by;
    bool data_free;        // tVD binds who moved SDA
    struct timing_edges queue[8]; // the stimulus' edges, until they can be no spike, and what came since
    unsigned queued;
    uint64_t due;          // the first of them is taken
    uint64_t foreign_from[4]; // since when each FOREIGN_ bit is set
    uint64_t excuse_until; // intervals that begin up to here are not judged
    uint64_t stimulus_until; // ... are the stimulus' work, for it broke a rule or forced a level
    bool chip;             // a PCF8574 is on the board
    unsigned allow;
    struct timing_levels levels;
    uint8_t level[TIMING_MODES][TIMING_RULES]; // the lowest that applies, but for levels.stimulus
    enum timing_mode own, mode; // of the board's speed, of the prescaler
    int64_t limit[TIMING_MODES][TIMING_RULES];
    struct timing_count count[TIMING_MODES][TIMING_RULES];
};

struct scoreboards {
    struct board_shape shape;
    unsigned on;
    bool begun;
    struct record last;
    uint64_t counted;     // first sample not yet accounted for
    unsigned failing;     // bit a scoreboard: failures were counted for the sample of the last call
    uint64_t due, targets_due; // the next of all deadlines, the next of gpio's and int's
    uint64_t clks_2us, clks_4us;
    uint64_t clks_let_go; // after a controller let go of the lines wherever it was, the targets stand still
    uint64_t clks_busy;   // SR.Busy shows START and STOP this long after the wire
    struct verdict verdict[SCOREBOARDS];
    struct tally tally[SCOREBOARDS];
    struct decoder decoder;
    struct symbol symbols[8];
    unsigned first_symbol, symbol_count;
    uint8_t drive[RECORD_SOCKETS], other[RECORD_SOCKETS]; // twin to compare with; == drive if there is none to compare
    uint16_t run[RECORD_SOCKETS];                         // all ones while the socket is out of reset
    bool all_in_reset;
    uint64_t foreign_until; // the controller may still react to a foreign driver
    uint64_t forced_clk;    // the last sample at which one forced a line high, or the one after it
    uint64_t foreign_clk;   // the last sample at which one pulled, or the one after it
    bool unheard;           // the targets may be elsewhere in a transfer than the decoder: after a runt, until the next S or P
    uint64_t unheard_clk;   // end of the last runt
    uint64_t released[RECORD_SOCKETS];
    uint8_t ready;        // targets (bit i) that saw this transfer's START
    uint8_t waking;       // ... that may have seen it
    int selected;         // target that takes part in this transfer, -1: none
    struct host_watch host;
    struct gpio_watch gpio[RECORD_TARGETS];
    struct int_watch intr[RECORD_TARGETS];
    struct protocol_watch protocol;
    struct timing_watch timing;
};

struct finding {
    int socket;
    const char *pin;
    uint32_t expected, seen;
    uint8_t bits;
    const char *what, *clause;
};

// Names the check that failed, and fills the verdict's first failure unless there is one. Counts no check.
void scoreboards_note(struct scoreboards *s, enum scoreboard which, uint64_t clk, const struct finding *f);
// One predicted fact: counts a check and, unless `ok`, a failure. Returns ok.
bool scoreboards_fact(struct scoreboards *s, enum scoreboard which, uint64_t clk, bool ok, const struct finding *f);
// The target with this address, present on the board whether in reset or not; -1: none.
int scoreboards_target_at(const struct scoreboards *s, uint8_t addr);

static inline unsigned bits_set(unsigned word)
{
    unsigned n = 0;
    for (; word; word &= word - 1)
        n++;
    return n;
}

static inline bool in_reset(const struct scoreboards *s, unsigned socket)
{
    return s->run[socket] == 0;
}

// UM10204 table 10, tSP: a START may be a spike to somebody where SDA is up again that soon, after its hold and the first data hold, three
// fifths of a period. Who writes such a prescale has asked for it.
static inline bool outpaces_filters(const struct scoreboards *s)
{
    return 3 * ((uint64_t)s->host.prer + 1) <= s->decoder.sure_clks; // controller map, PRER: a period is 5 * (prescale + 1) clks
}

// About this NACK a line was forced high: a target's own ACK may have been overpowered, or too late for an SCL that was low too shortly, and
// nobody's rule says what it heard.
static inline bool overpowered(const struct scoreboards *s, const struct symbol *nack)
{
    return s->forced_clk && nack->clk <= s->forced_clk + s->decoder.sure_clks + REACTION_CLKS;
}

// Two periods of SCL: more than any step of a command takes. (controller map, PRER: a period is 5 * (prescale + 1) clks)
static inline uint64_t longest_step(const struct scoreboards *s)
{
    return 10 * ((uint64_t)s->host.prer + 1) + 2 * (s->decoder.sure_clks + REACTION_CLKS);
}

static inline unsigned drive_out(const struct scoreboards *s, const struct record *r, unsigned socket)
{
    return r->out[socket][s->drive[socket]];
}

void lines_tally(struct scoreboards *s, const struct record *r);

void host_reset(struct scoreboards *s);
void host_step(struct scoreboards *s, const struct record *r); // fills host.access
void host_tally(struct scoreboards *s, const struct record *r);

void gpio_reset(struct scoreboards *s, unsigned target);
void gpio_lose(struct scoreboards *s, unsigned target); // nobody can tell where in a transfer this target is
void gpio_step(struct scoreboards *s, const struct record *r, const struct symbol *symbol);
void gpio_tally(struct scoreboards *s, const struct record *r);

void int_reset(struct scoreboards *s, const struct record *r, unsigned target);
void int_lose(struct scoreboards *s, const struct record *r, unsigned target); // the same
void int_step(struct scoreboards *s, const struct record *r, const struct symbol *symbol);
void int_tally(struct scoreboards *s, const struct record *r);

void protocol_reset(struct scoreboards *s, const struct record *r);
void protocol_step(struct scoreboards *s, const struct record *r, const struct symbol *symbol);
void protocol_tally(struct scoreboards *s, const struct record *r);

void timing_init(struct scoreboards *s);
void timing_reset(struct scoreboards *s, const struct record *r); // some socket's reset moved
void timing_foreign(struct scoreboards *s, const struct record *r); // a foreign driver moved
void timing_step(struct scoreboards *s, const struct record *r);  // SCL or SDA moved, or timing.due has come

enum timing_mode timing_mode_now(const struct scoreboards *s); // for timing.mode. TIMING_CHIP: faster than any
void timing_take(struct scoreboards *s, const struct record *r, const struct timing_edges *e); // certain edges, in their order
void timing_count_in(struct timing_count *n, enum timing_rule rule, uint64_t end, int64_t clks);

void protocol_fact(struct scoreboards *s, uint64_t clk, bool ok, int socket, const char *pin, unsigned expected, unsigned seen, unsigned bits,
                   const char *what, const char *clause);

// protocol's view of who has the bus
void arbitration_see_edge(struct scoreboards *s, const struct record *r, const struct symbol *symbol); // START or STOP
void arbitration_disengage(struct scoreboards *s, const struct record *r);
void arbitration_watch_joint(struct scoreboards *s, const struct record *r);
void arbitration_watch(struct scoreboards *s, const struct record *r); // a foreign driver is there, or was
void arbitration_watch_restart(struct scoreboards *s, const struct record *r); // SCL rose on a clash
void arbitration_watch_clock(struct scoreboards *s, const struct record *r, unsigned own); // SCL moved, or may be followed
void arbitration_watch_stall(struct scoreboards *s, const struct record *r); // SCL moved, or protocol.stall_at has come
uint64_t arbitration_clocks_until(const struct scoreboards *s); // since it lost, the controller may still clock SCL
void arbitration_judge_clock(struct scoreboards *s); // a clock of SCL is over
void arbitration_reported(struct protocol_watch *p); // irq rose
void arbitration_judge_loss(struct scoreboards *s, const struct record *r, bool lost); // SR says that the command ended

// protocol's view of the host's commands
void command_write_cr(struct scoreboards *s, const struct record *r, uint8_t cr);
bool command_ignored(const struct scoreboards *s); // a write of CR now would certainly be ignored
void command_write_txr(struct scoreboards *s, uint8_t txr);
const struct command *command_of(const struct scoreboards *s, const struct symbol *symbol); // which it may belong to, or NULL
void command_take(struct scoreboards *s, const struct symbol *symbol);
void command_done(struct scoreboards *s, uint64_t clk);
void command_expire(struct scoreboards *s, const struct record *r);
void command_excuse(struct scoreboards *s);
void command_foul(struct scoreboards *s); // ... and until the next S or P nobody can tell what the wires' clocks are to the controller or a target
void command_drop(struct scoreboards *s, const struct record *r);

#ifdef __cplusplus
}
#endif
#endif
