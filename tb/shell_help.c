// SPDX-License-Identifier: Apache-2.0
//
// help: every command with what it does and an example that works as printed on the board of sim.cfg (a test runs them all).
#include <string.h>

#include "scenario_parts.h"
#include "shell_parts.h"

struct help {
    const char *name, *usage, *summary, *text, *example;
};

static const struct help own[] = {
    {"run", "run TIME | run until EVENT", "the clock turns",
     "TIME: 10us, 300ns, 2ms, 7clk, 2.5bit (SCL periods). EVENT: as in `break on`; it stops there, the script goes on, and the result\n"
     "says what happened. Without such an event it is an error after limits.sim_ms.",
     "i2c begin write 0x20 0xA5; run until start 0x20; show bus"},
    {"step", "step ?N?", "N clock edges, then the bus in one line", "", "step 3"},
    {"show", "show ?WHAT?", "what is on the board now",
     "WHAT: bus, a socket (ctl, u1, ...), host, scoreboards, transfers, breaks. Without it: a little of all.\n"
     "A socket is shown with its twins side by side. Registers are those last seen on the host bus.",
     "show u1"},
    {"transfers", "transfers ?N?", "the last transfers, as decoded from the wires", "S and Sr begin one, A is an ACK, N a NACK, P its STOP.",
     "i2c write_read 0x20 {0x0f} 1; transfers 2"},
    {"break", "break on EVENT | break list | break delete N|all", "the clock stops at EVENT",
     "EVENT: start ?ADDR? (with an address: when its byte is answered), stop, nack, symbol, int|scl|sda ?low|high?, pins ?TARGET?,\n"
     "mismatch, clk N, time TIME. Whatever runs comes back to the prompt; a transfer goes on with `i2c wait`.\n"
     "break alone is Tcl's own and ends a loop.",
     "break on start 0x20; i2c write 0x20 0x5a"},
    {"save", "save NAME", "keeps everything as it is now, under NAME",
     "Board, variables, breaks: all. Up to 16 states. Not while waves are on: a file cannot go back in time.",
     "save before; i2c write 0x20 0x00; restore before"},
    {"restore", "restore NAME", "everything is again as it was at `save NAME`",
     "As often as you like; states saved after NAME are forgotten. The rest of the line or script is not carried out. Waves that are on end.",
     "save here; run 1ms; restore here"},
    {"states", "states", "the states that are kept", "", "states"},
    {"wave", "wave on ?FILE? | wave off", "a waveform (VCD) from now on", "FILE: by default waves.vcd in the output folder (--out, out/shell).",
     "wave on; i2c write 0x20 0x5a; wave off"},
    {"source", "source FILE | source SCENARIO", "runs a Tcl file, or a scenario by its name",
     "Expectations that pass are silent. Scenarios: twinwire --list.",
     "source write_patterns"},
    {"random", "random N ?SEED?", "N steps of the random part",
     "As sim.cfg weights them; SEED is stimulus.seed by default. The same seed does the same again.",
     "random 20 7"},
    {"clk", "clk", "clocks since the beginning", "", "clk"},
    {"help", "help ?COMMAND?", "this list, or more about a command", "", "help break"},
    {"quit", "quit", "leaves (so do exit and Ctrl-D)", "", "quit"},
};

static const struct help scenarios[] = {
    {"i2c", "i2c write ADDR BYTE... | read ADDR COUNT | write_read ADDR {BYTE...} COUNT | begin ... | wait | status | data", "transfers by the controller",
     "The result is ack, nack or lost; the prompt adds the bytes read, `i2c data` gives them to a script.\n"
     "begin starts a transfer and comes back at once, wait waits for its end.",
     "i2c write 0x20 0xA5"},
    {"rival", "rival write|read|write_read ... | wait", "transfers by a second controller on the same bus", "", "rival read 0x20 1; rival wait"},
    {"host", "host write REG BYTE | read REG | setup | cyc|stb REG BYTE", "the controller's registers",
     "REG: 0, 1 PRER, 2 CTR, 3 TXR/RXR, 4 CR/SR. setup sets it up anew, after a reset. cyc, stb: half an access, which is none.", "host read 4"},
    {"pins", "pins TARGET ?0bPATTERN? ?at SLOT? ?plus TIME?", "the outside of the port pins; without PATTERN their levels",
     "P7 first: 0 pulls low, 1 drives high, z leaves open. SLOT: see inject.", "pins u1 0bzzzz0101; show u1"},
    {"inject", "inject scl|sda low|high TIME ?at SLOT? ?plus TIME?", "somebody else holds a line",
     "At once, or at SCL fall number SLOT since the next START: 0 ends the START itself, k ends clock k (9: the ACK clock of the address).",
     "inject scl low 3us at 4; i2c write 0x20 0xA5"},
    {"hostile", "hostile KIND ?at SLOT ?frame N?? ?plus TIME? ?for TIME? ?on SOCKET? | pending", "a fault that peers or the wiring put on the bus",
     "--help-scenario lists the kinds. SLOT: see inject; frame N: after the N-th START from now on.", "hostile start at 4; i2c write 0x20 0xA5"},
    {"reset", "reset SOCKET|all TIME ?at SLOT? ?plus TIME?", "resets sockets for a time", "", "reset u1 1us; run 2us; show u1"},
    {"power", "power off | on", "the whole board; on sets the controller up", "", "power off; power on"},
    {"bus_clear", "bus_clear", "nine clocks with SDA released, then STOP: frees a bus left in the middle", "", "bus_clear"},
    {"addr", "addr TARGET", "the address of a target", "", "i2c write [addr u1] 0x01"},
    {"bit_clks", "bit_clks", "clocks of one SCL period", "", "bit_clks"},
    {"clks", "clks TIME", "clocks of a time, rounded up", "", "clks 1ms"},
    {"violates", "violates RULE...|any", "what the stimulus breaks of UM10204 table 10", "", "violates tLOW {tSU;DAT}"},
    {"expect", "expect wire scl|sda low|high | int TARGET|bus low|high | pins TARGET PATTERN | data BYTE... | status ack|nack|lost | that {EXPR}",
     "says pass or FAIL", "PATTERN: 0b1xxx0101, P7 first. One that fails counts for the exit code.",
     "i2c write 0x20 0xf0; run 5us; expect pins u1 0xf0"},
};

enum { OWN = sizeof own / sizeof *own, SCENARIOS = sizeof scenarios / sizeof *scenarios };

static const struct help *entry(unsigned i) { return i < OWN ? &own[i] : &scenarios[i - OWN]; }

const char *shell_help_nearest(const char *name) {
    const char *names[OWN + SCENARIOS];
    for (unsigned i = 0; i < OWN + SCENARIOS; i++)
        names[i] = entry(i)->name;
    return config_nearest(name, names, OWN + SCENARIOS);
}

static void print_list(void) {
    puts("The console is Tcl with these commands; \"help COMMAND\" shows its words and an example.\n");
    for (unsigned i = 0; i < OWN + SCENARIOS; i++) {
        if (i == OWN)
            puts("\nAs in scenarios:");
        printf("  %-10s %s\n", entry(i)->name, entry(i)->summary);
    }
}

static void print_entry(const struct help *h) {
    printf("%s\n  %s\n", h->usage, h->summary);
    for (const char *line = h->text; *line;) {
        int length = (int)strcspn(line, "\n");
        printf("  %.*s\n", length, line);
        line += length + (line[length] == '\n');
    }
    printf("  example:  %s\n", h->example);
}

int shell_help_command(ClientData shell, Tcl_Interp *tcl, int objc, Tcl_Obj *const objv[]) {
    (void)shell;
    if (objc > 2)
        return scenario_fail(tcl, "wanted: help ?COMMAND?%s", "");
    if (objc == 1)
        return print_list(), TCL_OK;
    const char *name = strcmp(Tcl_GetString(objv[1]), "exit") == 0 ? "quit" : Tcl_GetString(objv[1]);
    for (unsigned i = 0; i < OWN + SCENARIOS; i++)
        if (strcmp(name, entry(i)->name) == 0)
            return print_entry(entry(i)), TCL_OK;
    const char *near = shell_help_nearest(name);
    Tcl_SetObjResult(tcl, Tcl_ObjPrintf(near ? "there is no help for \"%s\" (did you mean %s?)" : "there is no help for \"%s\"", name, near));
    return TCL_ERROR;
}
