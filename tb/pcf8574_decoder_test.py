#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Our PCF8574 decoder for sigrok over runs of the simulator: it must say what transactions.jsonl says, and nothing else.

    pcf8574_decoder_test.py TWINWIRE SOURCE

Addresses, bytes, changed pins and warnings must be equal one by one. What is said of INT, which the decoder cannot see, is compared with
INT in the waves. Where sigrok's i2c decoder is blind it is started anew (sigrok_cli.pieces), and so is ours.
"""

import copy
import os
import re
import subprocess
import sys

import sigrok_cli
import simulation
import vcd

CHIPS = {"0x20", "0x38"}
RANGE = {"0x%02x" % a for a in (*range(0x20, 0x28), *range(0x38, 0x40))}
DECODERS = "i2c:scl=scl:sda=sda,pcf8574:initial="
SAID = "pcf8574=address-write:address-read:written:read:change:warning"
REACTION_CLKS = 6   # from SCL's rise on the wire to the sample of the pins: docs/timing-contract.md, section 2, with N = 4
INT = {"0x20": "board.u1.rtl.int_n", "0x38": "board.u2.c.int_n"}

# Scenarios in which a chip does all that it can do and nobody breaks a transfer, and random transfers of the same kind.
PLAIN = ("power_up_levels", "write_patterns", "read_pins", "write_many_bytes", "read_many_bytes", "int_on_change", "int_cleared_by_read",
         "int_cleared_by_pin_return", "int_shared_line", "stretched_clock", "lost_arbitration", "bus_clear", "read_registers", "shared_clock",
         "stretch_sda_moves", "int_after_write", "inputs_need_ones", "pause_between_commands", "pins_move_in_transfer")
RANDOM = ["--random", "200", *(word for kind in ("rival", "reset", "disable", "commands", "registers", "prescale", "hostile")
                               for word in ("--set", "stimulus.random.weights.%s=0" % kind)), "--set", "stimulus.random.glitch_percent=0"]
# Those in which something is wrong on purpose: the warnings that they must have. PLAIN may have none; the random part may have any.
ABSENT, NO_DATA_W, NO_DATA_R, UNREAD = "No ACK: ", "Write without", "Read without", "one more sample"
WARNED = {
    "restart_write_read": {NO_DATA_W},
    "absent_address": {ABSENT, NO_DATA_W},
    "int_cleared_by_write": {NO_DATA_W},
    "reset_in_byte": {ABSENT, UNREAD},
    "disable_in_transfer": {ABSENT},
    "start_in_byte": {NO_DATA_W},
    "restart_void": {UNREAD},
    "contend_in_setup": {NO_DATA_W},
    "command_corners": {NO_DATA_R},
    "random": None,
}


class Pins:
    """What a reader of the bus can know of a chip's pins, one by one."""

    def __init__(self, power_on):
        self.written = [1] * 8 if power_on else [None] * 8
        self.level = [None] * 8

    def write(self, byte):
        moved = []
        for n in range(8):
            bit = byte >> n & 1
            if self.written[n] is not None and self.written[n] != bit:
                moved.append((n, bit))
            if not bit:
                self.level[n] = 0
            elif self.written[n] == 0 or self.written[n] is None and self.level[n] == 0:
                self.level[n] = None
            self.written[n] = bit
        return moved

    def read(self, byte):
        moved = [(n, byte >> n & 1) for n in range(8) if self.level[n] not in (None, byte >> n & 1)]
        self.level = [byte >> n & 1 for n in range(8)]
        return moved


def moved_text(moved):
    parts = [" ".join("P%d" % n for n, to in sorted(moved, reverse=True) if to == bit) + way for bit, way in ((0, " 1->0"), (1, " 0->1"))]
    return ", ".join(part for part in parts if part.startswith("P"))


def wanted(transfer, chips, power_on, ended):
    """[(row, text)] of a transfer. Its end was seen by sigrok, or not."""
    addr, read = transfer.get("addr"), transfer.get("rw") == "r"
    if addr not in RANGE:
        return []
    name = "PCF8574" if addr < "0x38" else "PCF8574A"
    way = "read" if read else "write"
    said = [("Transfers", "%s 0x%s (A2..A0 = %s) %s" % (name, addr[2:].upper(), format(int(addr, 16) & 7, "03b"), way))]
    if not transfer["ack"]:
        return said + [("Warnings", "No ACK: no chip at 0x%s" % addr[2:].upper())]
    pins = chips.setdefault(addr, Pins(power_on))
    for text, ack in zip(transfer["data"], transfer["acks"]):
        byte = int(text, 16)
        if not read and not ack:
            said.append(("Warnings", "0x%02X written without ACK: the port does not take it" % byte))
            continue
        moved = moved_text(pins.read(byte) if read else pins.write(byte))
        said.append(("Transfers", "%s P7..P0 = %s (0x%02X)" % (way.title(), format(byte, "08b"), byte)))
        said += [("Changes", moved)] * bool(moved)
        if not ack: # UM10204 3.1.6: the chip has let go; further clocks read nothing of it
            break
    if ended and read and transfer["data"] and transfer["acks"][-1]:
        said.append(("Warnings", "The last byte was acknowledged: one more sample was taken, and not read"))
    if ended and not transfer["data"]:
        said.append(("Warnings", "Read without a whole data byte: the sample is lost" if read
                     else "Write without a whole data byte: the port is unchanged"))
    return said


def wanted_of(piece, power_on):
    chips, said = {}, []
    for transfer in piece:
        last = transfer is piece[-1]
        ended = not (last and (sigrok_cli.blind(transfer) or transfer["end"] == "cut"))
        said += wanted(transfer, chips, power_on, ended)
    return said


def difference(saw, piece, want):
    if piece and piece[-1]["bits"] >= 7 and len(saw) == len(want) + 1: # sigrok has a byte at its eighth clock
        saw = saw[:-1]
    for i in range(max(len(saw), len(want))):
        a, b = saw[i] if i < len(saw) else "nothing", want[i] if i < len(want) else "nothing"
        if a != b:
            return "number %d: the decoder said %s, transactions.jsonl wants %s" % (i, a, b)
    return None


class Opinion:
    """What the decoder said of a scenario: [(said, transfers, whether the piece begins with power-on)]."""

    def __init__(self, folder, bus, scenario, transfers):
        self.pieces = []
        for start, end, piece in sigrok_cli.pieces(scenario, transfers):
            power_on = start == scenario["start_clk"]
            said = sigrok_cli.annotations(folder, bus, DECODERS + ("power-on" if power_on else "unknown"), SAID, start, end)
            self.pieces.append(([(row, text) for _, row, text in said], piece, power_on))

    def differs(self, pieces=None):
        return next(filter(None, (difference(said, piece, wanted_of(piece, on)) for said, piece, on in pieces or self.pieces)), None)

    def warnings(self):
        return [text for said, _, _ in self.pieces for row, text in said if row == "Warnings"]

    def alterations(self):
        """(what, pieces with one thing altered): each must be noticed."""
        def altered(change):
            pieces = copy.deepcopy(self.pieces)
            transfers = next(piece for _, piece, _ in pieces if len(piece) > 3)
            change(transfers, *(next(t for t in transfers if t["data"] and t["rw"] == way) for way in "wr"))
            return pieces
        yield "a written byte", altered(lambda p, w, r: w["data"].__setitem__(0, "0x%02x" % (int(w["data"][0], 16) ^ 0x10)))
        yield "a read byte", altered(lambda p, w, r: r["data"].__setitem__(0, "0x%02x" % (int(r["data"][0], 16) ^ 0x80)))
        yield "an address", altered(lambda p, w, r: w.__setitem__("addr", "0x21"))
        yield "an ACK", altered(lambda p, w, r: w["acks"].__setitem__(0, False))
        yield "the last ACK of a read", altered(lambda p, w, r: r["acks"].__setitem__(-1, True))
        yield "a missing write", altered(lambda p, w, r: p.remove(w))
        yield "a missing read", altered(lambda p, w, r: p.remove(r))


def warned_as_must(name, warnings):
    """Whether a scenario has the warnings that it is made for, and no other."""
    kinds = WARNED.get(name, set())
    if kinds is None:
        return None
    strange = [text for text in warnings if not any(kind in text for kind in kinds)]
    if strange:
        return "a warning that it is not made for: %s" % strange[0]
    missing = [kind for kind in kinds if not any(kind in text for text in warnings)]
    return "no warning '%s'" % missing[0] if missing else None


def level_at(wave, time):
    return vcd.window(wave, time)[0][1]


def int_claims(folder, run, bus, scenarios):
    """Compares 'INT was low' and 'INT was high' with the chip's output as it was: (trouble, remark)."""
    waves = vcd.Vcd(run.path("waves.vcd"))
    ints = {addr: waves.wave(name) for addr, name in INT.items()}
    counts = {"low": 0, "high": 0, "unknown": 0}
    for scenario in scenarios:
        said = sigrok_cli.annotations(folder, bus, DECODERS + "power-on", "pcf8574=address-write:address-read:int-read",
                                      scenario["start_clk"], scenario["end_clk"])
        addr = None
        for clk, row, text in said:
            if row == "Transfers":
                addr = re.search("0x..", text)[0].lower()
                continue
            claim = re.match("INT was (low|high)|", text)[1]
            counts[claim or "unknown"] += 1
            level = level_at(ints[addr], (clk + REACTION_CLKS) * bus.clk_ps)
            if claim and claim != ("low", "high")[level]:
                return "%s, clk %d, %s: '%s', but it was %d" % (scenario["name"], clk, addr, text, level), ""
    trouble = next(("never said to be " + claim for claim, count in counts.items() if count < 10), None)
    return trouble, "%(low)d times low, %(high)d times high, %(unknown)d times not known" % counts


def options(folder, bus, scenario, cases):
    def said(option):
        return {text.split()[1] for _, row, text in sigrok_cli.annotations(
            folder, bus, "i2c:scl=scl:sda=sda,pcf8574:" + option, "pcf8574=address-write:address-read", scenario["start_clk"], scenario["end_clk"])}
    for option, want in (("address=all", CHIPS), ("address=0x38", {"0x38"}), ("address=0x21", set()), ("initial=unknown", CHIPS)):
        saw = said(option)
        cases.case("option " + option, None if saw == want else "shows %s" % saw)
    done = subprocess.run(["sigrok-cli", "-I", "vcd", "-i", os.path.join(folder, "part.vcd"), "-P", "i2c:scl=scl:sda=sda,pcf8574:address=0x50",
                           "-A", "pcf8574"], env={**os.environ, "SIGROKDECODE_DIR": sigrok_cli.DECODERS}, capture_output=True, text=True)
    cases.case("option address=0x50 is refused", None if "0x50 is not an address of a PCF8574" in done.stderr else "silence: " + done.stderr)


def judge(folder, run, cases, what):
    """One run, scenario by scenario."""
    report, transfers = run.report(), run.transfers()
    bus = sigrok_cli.Bus(run.path("waves.vcd"), report["clock_hz"])
    for scenario in report["scenarios"]:
        own = [t for t in transfers if t["scenario"] == scenario["name"]]
        opinion = Opinion(folder, bus, scenario, own)
        size = sum(len(t["data"]) for t in own if t.get("addr") in CHIPS)
        cases.case("%s, %s" % (what, scenario["name"]), opinion.differs() or warned_as_must(scenario["name"], opinion.warnings())
                   or (None if size else "no byte to compare"), "%d bytes, %d warnings" % (size, len(opinion.warnings())))
    return bus, report["scenarios"], opinion


def test(program, sim_cfg, folder, cases):
    shown = [word for name in (*PLAIN, *WARNED) if name != "random" for word in ("--scenario", name)]
    run = simulation.Simulation(program, folder, "nxp", *shown, *RANDOM, "--waves", "all", sim_cfg)
    cases.case("the run itself passes", run.trouble())
    bus, scenarios, opinion = judge(folder, run, cases, "nxp")
    for what, pieces in opinion.alterations(): # of the random part
        cases.case("self-check: %s altered" % what, None if opinion.differs(pieces) else "not noticed", "noticed")
    plain = [s for s in scenarios if s["name"] not in WARNED or s["name"] == "random"]
    cases.case("INT is as it is said to be", *int_claims(folder, run, bus, plain))
    options(folder, bus, next(s for s in scenarios if s["name"] == "write_patterns"), cases)
    few = [word for name in ("write_patterns", "int_on_change", "int_cleared_by_write") for word in ("--scenario", name)]
    ti = simulation.Simulation(program, folder, "ti", *few, *RANDOM, "--waves", "all", "--set", "board.targets.u1.personality=ti", sim_cfg)
    cases.case("the run with TI's data sheet passes", ti.trouble())
    bus, scenarios, _ = judge(folder, ti, cases, "ti")
    cases.case("INT is as it is said to be, ti", *int_claims(folder, ti, bus, scenarios))


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
