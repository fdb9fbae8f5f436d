// SPDX-License-Identifier: Apache-2.0
//
// The table of keys: path, type, range, default and meaning of everything that can stand in sim.cfg. Defaults, --dump-config and
// --help-config come from it, and the reader accepts what it names and nothing else. A new key is a new row.
#include <inttypes.h>
#include <string.h>

#include "config_parts.h"

static const char *const twin_names[] = {"rtl", "c"}; // in the order of enum record_twin
static const char *const controller_names[] = {"i2c-controller"};
static const char *const type_names[] = {"pcf8574", "pcf8574a"};
static const char *const personality_names[] = {"nxp", "ti"};
static const char *const waves_names[] = {"off", "directed", "all"}; // in the order of enum config_waves
static const char *const level_names[] = {"off", "warning", "error"};  // in the order of enum timing_level
static const char *const format_names[] = {"vcd", "fst"};            // in the order of enum config_format

const struct config_choice config_twins = {"twin", twin_names, 2};
const struct config_choice config_types = {"device type", type_names, 2};
static const struct config_choice controllers = {"controller type", controller_names, 1};
static const struct config_choice personalities = {"personality", personality_names, 2};
static const struct config_choice waves = {"choice", waves_names, 3};
static const struct config_choice levels = {"level", level_names, 3};
static const struct config_choice formats = {"format", format_names, 2};

#define IN(type, field) offsetof(struct type, field), sizeof(((struct type *)0)->field)
#define NUMBER(path, field, low, high, std, help) {path, KEY_NUMBER, IN(config, field), low, high, std, NULL, NULL, help}
#define WEIGHT(name, kind, std, help) NUMBER("stimulus.random.weights." name, random.weight[kind], 0, 1000, std, "how often: " help)
#define FLAG(path, bit, help) {path, KEY_FLAG, IN(config, checks), bit, bit, 1, NULL, NULL, help}
#define LEVEL(name, field, std, help) \
    {"checks.timing_rules." name, KEY_ENUM, IN(config, timing.field), 0, 0, 0, std, &levels, help}
#define RULE(name, rule_index, help) LEVEL(name, rule[rule_index], "error", help)
#define SOCKET(path, kind, field, low, high, std, choice, help) \
    {path, kind, IN(config_socket, field), low, high, 0, std, choice, help}

const struct config_key config_keys[] = {
    NUMBER("clock_hz", clock_hz, 2000000, 1000000000, 50000000, "the one clock that everything is stepped by (slower, a PCF8574 would miss its 4 us)"),
    NUMBER("board.scl_hz", scl_hz, 1000, 1000000, 400000, "SCL frequency; the prescaler is rounded so that SCL is never faster"),
    NUMBER("board.spike_ns", spike_ns, 1, 200, 50, "spikes this wide or narrower are no level (UM10204 table 10, tSP)"),
    SOCKET("board.controller.type", KEY_CHOICE, type, 0, 0, "i2c-controller", &controllers, "what sits in the controller socket"),
    SOCKET("board.controller.drives", KEY_ENUM, drives, 0, 0, "rtl", &config_twins, "the twin whose outputs reach the wires"),
    SOCKET("board.controller.shadows", KEY_TWINS, present, 0, 0, "the other twin", &config_twins,
           "the twins that only watch, and must put out the same at every clock; [] for none"),
    SOCKET("board.controller.spike_ns", KEY_NUMBER, spike_ns, 1, 200, "board.spike_ns", NULL, "input filter of this chip"),
    SOCKET("board.targets[].name", KEY_IDENTIFIER, name, 0, 0, "u1, u2, ...", NULL, "how scenarios, reports and --set call it"),
    SOCKET("board.targets[].type", KEY_CHOICE, type, 0, 0, "pcf8574", &config_types, "what sits in this socket"),
    SOCKET("board.targets[].addr", KEY_ADDRESS, addr, 0x08, 0x77, "the type's lowest: 0x20 (pcf8574), 0x38 (pcf8574a)", NULL,
           "7-bit address, set by three straps: 0x20 .. 0x27 (pcf8574), 0x38 .. 0x3f (pcf8574a)"),
    SOCKET("board.targets[].drives", KEY_ENUM, drives, 0, 0, "rtl", &config_twins, "as in board.controller"),
    SOCKET("board.targets[].shadows", KEY_TWINS, present, 0, 0, "the other twin", &config_twins, "as in board.controller"),
    SOCKET("board.targets[].personality", KEY_CHOICE, personality, 0, 0, "nxp", &personalities,
           "whose data sheet rules where they differ: INT during writes, input filter"),
    SOCKET("board.targets[].spike_ns", KEY_NUMBER, spike_ns, 1, 200, "100 (nxp), 70 (ti)", NULL, "input filter of this chip"),
    NUMBER("stimulus.seed", seed, 1, INT64_MAX, 1, "seed of the random part: same seed, same waveform, on every machine"),
    {"stimulus.scenarios", KEY_SCENARIOS, IN(config, scenario), 0, CONFIG_SCENARIOS, 0, "none", NULL,
     "directed part: names of tb/scenarios/NAME.tcl, or paths ending in .tcl, run in this order"},
    NUMBER("stimulus.random.transfers", random.transfers, 0, 1000000, 2000, "steps of the random part; 0 switches it off"),
    NUMBER("stimulus.random.bytes_max", random.bytes_max, 1, 64, 8, "longest transfer, in data bytes"),
    WEIGHT("write", STEP_WRITE, 4, "writes"),
    WEIGHT("read", STEP_READ, 4, "reads"),
    WEIGHT("write_read", STEP_WRITE_READ, 2, "write, repeated START, read"),
    WEIGHT("chain", STEP_CHAIN, 2, "up to four of them, to different targets, repeated STARTs between"),
    WEIGHT("address", STEP_ADDRESS, 1, "the address alone"),
    WEIGHT("absent", STEP_ABSENT, 1, "an address that nobody has"),
    WEIGHT("reserved", STEP_RESERVED, 1, "a reserved address (UM10204 table 4)"),
    WEIGHT("general_call", STEP_GENERAL_CALL, 1, "general call, software reset among them"),
    WEIGHT("start_byte", STEP_START_BYTE, 1, "a START byte before a transfer"),
    WEIGHT("rival", STEP_RIVAL, 2, "a second controller wants the bus too"),
    WEIGHT("reset", STEP_RESET, 1, "a socket or all of them are reset in a transfer"),
    WEIGHT("disable", STEP_DISABLE, 1, "the controller is disabled in a transfer"),
    WEIGHT("commands", STEP_COMMANDS, 1, "commands that a driver ought not to give, also while one is under way or somebody pulls a line"),
    WEIGHT("registers", STEP_REGISTERS, 1, "registers read and written while a byte is on the wires"),
    WEIGHT("prescale", STEP_PRESCALE, 1, "a transfer at another speed, legal or not"),
    WEIGHT("idle", STEP_IDLE, 1, "a long pause in which pins move"),
    WEIGHT("hostile", STEP_HOSTILE, 1, "a transfer on a bus with a hostile peer or bad wiring"),
    NUMBER("stimulus.random.pins_percent", random.pins_percent, 0, 100, 30, "chance of pin events in a transfer"),
    NUMBER("stimulus.random.stretch_percent", random.stretch_percent, 0, 100, 10, "chance that SCL is stretched in a transfer"),
    NUMBER("stimulus.random.glitch_percent", random.glitch_percent, 0, 100, 10, "chance of spikes too narrow for the filters in a transfer"),
    NUMBER("stimulus.random.back_to_back_percent", random.back_to_back_percent, 0, 100, 20, "chance that no pause follows a transfer"),
    NUMBER("stimulus.random.idle_us_max", random.idle_us_max, 0, 10000, 20, "longest pause between two transfers"),
    FLAG("checks.lines", 0, "judge SDA and SCL at every clock"),
    FLAG("checks.host", 1, "judge the controller's registers and interrupt at every clock"),
    FLAG("checks.gpio", 2, "judge every port pin"),
    FLAG("checks.int", 3, "judge every INT output and the shared line"),
    FLAG("checks.protocol", 4, "judge the decoded symbols and UM10204's rules"),
    FLAG("checks.timing", 5, "judge the times of UM10204 table 10 on SDA and SCL"),
    RULE("tLOW", TIMING_LOW, "SCL low, at least; a warning is counted and shown, and fails nothing"),
    RULE("tHIGH", TIMING_HIGH, "SCL high, at least"),
    RULE("fSCL", TIMING_PERIOD, "SCL's period, rise to rise: 1 / fSCL at least"),
    RULE("tHD_STA", TIMING_HD_STA, "tHD;STA: START to SCL's fall, at least"),
    RULE("tSU_STA", TIMING_SU_STA, "tSU;STA: SCL's rise to a repeated START, at least"),
    RULE("tSU_DAT", TIMING_SU_DAT, "tSU;DAT: SDA to SCL's rise, at least"),
    RULE("tHD_DAT", TIMING_HD_DAT, "tHD;DAT: SCL's fall to SDA, at least"),
    RULE("tSU_STO", TIMING_SU_STO, "tSU;STO: SCL's rise to STOP, at least"),
    RULE("tBUF", TIMING_BUF, "STOP to START, at least"),
    RULE("tVD_DAT", TIMING_VD_DAT, "tVD;DAT: SCL's fall to SDA, at most; binds who does not hold SCL low itself"),
    RULE("tVD_ACK", TIMING_VD_ACK, "tVD;ACK: the same in the clock of the acknowledge"),
    LEVEL("chip", chip, "warning", "at most this: what the bus breaks of the PCF8574's own data sheet, which ends at 100 kHz"),
    LEVEL("stimulus", stimulus, "error", "at most this: what a scenario itself breaks (inject, rival) and does not declare by \"violates\""),
    {"record.waves", KEY_ENUM, IN(config, waves), 0, 0, 0, "directed", &waves,
     "what the waveform shows: nothing, the directed scenarios, or the random part too"},
    {"record.format", KEY_ENUM, IN(config, format), 0, 0, 0, "vcd", &formats,
     "waves.vcd, or waves.fst: 50 times smaller, made by vcd2fst, which comes with GTKWave"},
    {"record.ring", KEY_POWER, IN(config, ring), 16, 65536, 4096, NULL, NULL, "records kept for the mismatch card"},
    {"record.coverage", KEY_FLAG, IN(config, coverage), 0, 0, 1, NULL, NULL, "functional coverage is counted, for coverage.json"},
    {"record.checkpoints", KEY_FLAG, IN(config, checkpoints), 0, 0, 1, NULL, NULL,
     "while no waves are written, sleep copies of the run (fork): the first failure leaves mismatch.vcd"},
    NUMBER("record.checkpoint_clks", checkpoint_clks, 1000, 1000000000, 2000000, "clks from one checkpoint to the next"),
    NUMBER("record.window_clks", window_clks, 1000, 1000000000, 200000,
           "clks before the first failure in mismatch.vcd, and a quarter of it after; at most record.checkpoint_clks"),
    NUMBER("limits.sim_ms", sim_ms, 1, 3600000, 1000, "longest simulated time of one scenario, or of one random transfer"),
    NUMBER("limits.wall_s", wall_s, 1, 86400, 600, "longest wall time of the run"),
    {"run.name", KEY_FOLDER, IN(config, name), 0, 0, 0, "sim", NULL, "the run's folder under out/"},
};
const unsigned config_key_count = sizeof config_keys / sizeof *config_keys;

static const char controller_path[] = "board.controller.", targets_path[] = "board.targets[].";

static bool begins(const char *text, const char *head)
{
    return strncmp(text, head, strlen(head)) == 0;
}

static size_t segment(const char *path)
{
    return strcspn(path, ".");
}

// The part of `path` below group `group` ("" is the whole), or NULL if it is not below.
static const char *below(const char *path, const char *group)
{
    size_t n = strlen(group);
    if (n == 0)
        return path;
    return begins(path, group) && path[n] == '.' ? path + n + 1 : NULL;
}

unsigned config_choice_find(const struct config_choice *choice, const char *word)
{
    unsigned i = 0;
    while (i < choice->count && strcmp(choice->names[i], word) != 0)
        i++;
    return i;
}

enum config_part config_part_find(const char *path, const struct config_key **key)
{
    size_t n = strlen(path);
    for (unsigned i = 0; i < config_key_count; i++) {
        if (!begins(config_keys[i].path, path))
            continue;
        const char *rest = config_keys[i].path + n;
        *key = &config_keys[i];
        if (*rest == '\0')
            return PART_KEY;
        if (*rest == '.')
            return PART_GROUP;
        if (begins(rest, "[]."))
            return PART_LIST;
    }
    *key = NULL;
    return PART_NONE;
}

unsigned config_part_names(const char *path, char names[][CONFIG_NAME], unsigned room)
{
    unsigned n = 0;
    for (unsigned i = 0; i < config_key_count; i++) {
        const char *rest = below(config_keys[i].path, path);
        if (!rest || n == room)
            continue;
        snprintf(names[n], CONFIG_NAME, "%.*s", (int)strcspn(rest, ".["), rest);
        if (n == 0 || strcmp(names[n], names[n - 1]) != 0)
            n++;
    }
    return n;
}

void *config_key_value(struct config *c, const struct config_key *key, unsigned socket)
{
    bool in_socket = begins(key->path, controller_path) || begins(key->path, targets_path);
    return (char *)(in_socket ? (void *)&c->socket[socket] : (void *)c) + key->offset;
}

static void set_default(struct config *c, const struct config_key *key, unsigned socket)
{
    void *value = config_key_value(c, key, socket);
    if (key->kind == KEY_FLAG)
        *(unsigned *)value |= 1u << key->low;
    else if (key->kind == KEY_CHOICE || key->kind == KEY_FOLDER)
        snprintf(value, key->size, "%s", key->text);
    else if (key->kind == KEY_IDENTIFIER)
        snprintf(value, key->size, "u%u", socket);
    else if (key->kind == KEY_ADDRESS)
        *(uint8_t *)value = CONFIG_ADDR_UNSET;
    else if (key->kind == KEY_ENUM)
        *(unsigned *)value = config_choice_find(key->choice, key->text);
    else if (key->kind == KEY_NUMBER && key->text)
        *(unsigned *)value = CONFIG_SPIKE_UNSET;
    else if (key->size == sizeof(uint64_t) && key->kind == KEY_NUMBER)
        *(uint64_t *)value = key->number;
    else if (key->kind == KEY_NUMBER || key->kind == KEY_POWER)
        *(unsigned *)value = (unsigned)key->number;
}

void config_set_defaults(struct config *c)
{
    memset(c, 0, sizeof *c);
    for (unsigned i = 0; i < config_key_count; i++) {
        bool target = begins(config_keys[i].path, targets_path);
        for (unsigned s = target; s < (target ? RECORD_SOCKETS : 1u); s++)
            set_default(c, &config_keys[i], s);
    }
    strcpy(c->socket[0].name, "ctl");
    c->targets = 1;
}

// ---- printing --------------------------------------------------------------------------------------------------------

enum { COMMENT_COLUMN = 36 };

static int print_twins(FILE *out, const struct config_socket *s)
{
    int width = fprintf(out, "[");
    for (unsigned i = 0; i < TWINS; i++)
        if (s->present[i] && i != s->drives)
            width += fprintf(out, "%s\"%s\"", width > 1 ? ", " : "", twin_names[i]);
    return width + fprintf(out, "]");
}

static int print_scenarios(FILE *out, const struct config *c, int indent)
{
    fputc('[', out);
    for (unsigned i = 0; i < c->scenarios; i++)
        fprintf(out, "%s\n%*s\"%s\"", i ? "," : "", indent + 4, "", c->scenario[i]);
    if (c->scenarios == 0)
        return fprintf(out, "]") + 1;
    fprintf(out, "\n%*s]", indent, "");
    return COMMENT_COLUMN;
}

// Returns the width of what it printed.
static int print_value(FILE *out, const struct config *c, const struct config_key *key, int indent, unsigned socket)
{
    const void *value = config_key_value((struct config *)c, key, socket);
    switch (key->kind) {
    case KEY_FLAG: return fprintf(out, "%s", *(const unsigned *)value >> key->low & 1 ? "true" : "false");
    case KEY_ADDRESS: return fprintf(out, "0x%02x", *(const uint8_t *)value);
    case KEY_ENUM: return fprintf(out, "\"%s\"", key->choice->names[*(const unsigned *)value]);
    case KEY_TWINS: return print_twins(out, &c->socket[socket]);
    case KEY_SCENARIOS: return print_scenarios(out, c, indent);
    case KEY_NUMBER:
    case KEY_POWER: break;
    default: return fprintf(out, "\"%s\"", (const char *)value);
    }
    uint64_t number = key->size == sizeof(uint64_t) ? *(const uint64_t *)value : *(const unsigned *)value;
    return fprintf(out, "%" PRIu64 "%s", number, number > INT32_MAX ? "L" : "");
}

static void dump_key(FILE *out, const struct config *c, const struct config_key *key, const char *name, int indent,
                     unsigned socket)
{
    int width = fprintf(out, "%*s%s = ", indent, "", name);
    width += print_value(out, c, key, indent, socket) + fprintf(out, ";");
    if (socket < 2) // what a key means is said once, at the first target
        fprintf(out, "%*s # %s", width < COMMENT_COLUMN ? COMMENT_COLUMN - width : 0, "", key->help);
    fputc('\n', out);
}

// Prints the rows below `group`, from row `i` on, and returns the first row that is not below it.
static unsigned dump_group(FILE *out, const struct config *c, const char *group, unsigned i, int indent, unsigned socket)
{
    const char *rest;
    while (i < config_key_count && (rest = below(config_keys[i].path, group)) != NULL) {
        size_t n = segment(rest);
        char path[CONFIG_PATH_TEXT];
        snprintf(path, sizeof path, "%.*s", (int)(rest + n - config_keys[i].path), config_keys[i].path);
        if (rest[n] == '\0') {
            dump_key(out, c, &config_keys[i++], rest, indent, socket);
        } else if (begins(rest + n - 2, "[]")) {
            unsigned first = i, last = i;
            fprintf(out, "%*s%.*s = (", indent, "", (int)n - 2, rest);
            for (unsigned t = 0; t < c->targets; t++) {
                fprintf(out, "%s\n%*s{\n", t ? "," : "", indent + 4, "");
                last = dump_group(out, c, path, first, indent + 8, 1 + t);
                fprintf(out, "%*s}", indent + 4, "");
            }
            fputs(" );\n", out);
            for (i = last; i < config_key_count && below(config_keys[i].path, path); i++) {
            }
        } else {
            fprintf(out, "%*s%.*s = {\n", indent, "", (int)n, rest);
            i = dump_group(out, c, path, i, indent + 4, 0);
            fprintf(out, "%*s};\n", indent, "");
        }
    }
    return i;
}

void config_dump(const struct config *c, FILE *out)
{
    fprintf(out, "# The effective configuration: %s, the --set overrides and the defaults.\n", c->file);
    dump_group(out, c, "", 0, 0, 0);
}

static void print_range(FILE *out, const struct config_key *key)
{
    switch (key->kind) {
    case KEY_NUMBER: fprintf(out, "integer %" PRIu64 " .. %" PRIu64, key->low, key->high); break;
    case KEY_POWER: fprintf(out, "power of two %" PRIu64 " .. %" PRIu64, key->low, key->high); break;
    case KEY_ADDRESS: fprintf(out, "integer 0x%02" PRIx64 " .. 0x%02" PRIx64, key->low, key->high); break;
    case KEY_FLAG: fputs("true or false", out); break;
    case KEY_IDENTIFIER: fprintf(out, "string: letters, digits, _; at most %zu", key->size - 1); break;
    case KEY_FOLDER: fprintf(out, "string: letters, digits, . _ -; at most %zu", key->size - 1); break;
    case KEY_SCENARIOS: fprintf(out, "list of at most %" PRIu64 " strings", key->high); break;
    case KEY_TWINS: fputs("list of ", out); // fall through
    case KEY_ENUM:
    case KEY_CHOICE:
        for (unsigned i = 0; i < key->choice->count; i++)
            fprintf(out, "%s\"%s\"", i ? " or " : "", key->choice->names[i]);
    }
}

static void print_default(FILE *out, const struct config_key *key)
{
    bool quoted = key->kind == KEY_ENUM || key->kind == KEY_CHOICE || key->kind == KEY_FOLDER;
    if (key->kind == KEY_FLAG)
        fputs("true", out);
    else if (key->text)
        fprintf(out, "%s%s%s", quoted ? "\"" : "", key->text, quoted ? "\"" : "");
    else
        fprintf(out, "%" PRIu64, key->number);
}

void config_help(FILE *out)
{
    fputs("Keys of sim.cfg. The unit is the end of the name: _hz _ns _us _ms _s _clks _percent.\n"
          "On the command line: --set PATH=VALUE, for a target --set board.targets.0.addr=0x21 or --set board.targets.u1.addr=0x21;\n"
          "a twin that --set makes drive changes places with the twin that drove. @include \"FILE\" at the start of a line\n"
          "takes in another file, looked for beside the first one. At most 4 targets; without the key there is one.\n",
          out);
    for (unsigned i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        fprintf(out, "\n%s\n    %s\n    ", key->path, key->help);
        print_range(out, key);
        fputs("; default ", out);
        print_default(out, key);
        fputc('\n', out);
    }
}
