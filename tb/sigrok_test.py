#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An outside opinion: sigrok-cli's i2c decoder reads waves.vcd, and must see what transactions.jsonl says.

    sigrok_test.py TWINWIRE SOURCE

SCL and SDA are taken out of waves.vcd, levels and times unchanged, one small VCD a scenario (sigrok_cli.py). START,
repeated START, address, R/W, data, ACK, NACK and STOP must be equal one by one, and each START and STOP must be at the same clock.

Three things sigrok's decoder does not do, and what is done here about each:
  - It has no spike filter. Pulses of 50 ns and less (UM10204 table 10, tSP), as sampled, are taken out first; the SPIKY scenarios show that
    sigrok goes wrong if they are not.
  - Within an address byte and while it waits for the ninth clock it does not look for START and STOP. When a transfer ended there
    (only by force: see sigrok_cli.blind()) it is started anew: a STOP there is not compared, a repeated START there is a START to it.
  - It emits a byte at the eighth clock, transactions.jsonl at the ninth. A byte without a ninth clock is not compared.
"""

import copy
import re
import sys

import sigrok_cli
import simulation

RANDOM_TRANSFERS = 200
SPIKY = {"spikes_rejected", "command_corners", "contend_in_setup"}
ANNOTATIONS = "i2c=start:repeat-start:stop:ack:nack:address-read:address-write:data-read:data-write"


def sigrok(folder, bus, start, end, spikes):
    """What sigrok sees: [(symbol, clk or None)]."""
    symbols = []
    for clk, _, text in sigrok_cli.annotations(folder, bus, "i2c:scl=scl:sda=sda", ANNOTATIONS, start, end, spikes):
        if text in ("Start", "Start repeat", "Stop"):
            symbols.append((text, clk))
        elif text not in ("Read", "Write"): # said again with the address
            symbols.append((text, None))
    return symbols


def wanted(transfer):
    """The symbols of a transfer: [(symbol, clk or None)]."""
    symbols = [("Start repeat" if transfer["repeated"] else "Start", transfer["start_clk"])]
    if "addr" in transfer:
        way = "read" if transfer["rw"] == "r" else "write"
        symbols += [("Address %s: %02X" % (way, int(transfer["addr"], 16)), None), ("ACK" if transfer["ack"] else "NACK", None)]
        for byte, ack in zip(transfer["data"], transfer["acks"]):
            symbols += [("Data %s: %02X" % (way, int(byte, 16)), None), ("ACK" if ack else "NACK", None)]
    if transfer["end"] == "stop":
        symbols.append(("Stop", transfer["end_clk"]))
    return symbols


def difference(saw, want):
    """The first difference in words, or None."""
    for i in range(max(len(saw), len(want))):
        a, b = saw[i] if i < len(saw) else ("nothing", None), want[i] if i < len(want) else ("nothing", None)
        if a != b:
            clks = [clk for _, clk in want[:i] if clk]
            return "symbol %d, after the START or STOP at clk %s: sigrok saw %s, transactions.jsonl says %s" % (
                i, clks[-1] if clks else "-", *("%s%s" % (s, " at clk %d" % clk if clk else "") for s, clk in (a, b)))
    return None


class Opinion:
    """What sigrok saw in one scenario, in pieces that end where it is blind."""

    def __init__(self, folder, bus, scenario, transfers, spikes):
        # (symbols seen, the transfers they must be)
        self.pieces = [(sigrok(folder, bus, start, end, spikes), piece) for start, end, piece in sigrok_cli.pieces(scenario, transfers)]
        self.blind = len(self.pieces) - 1

    def differs(self, pieces=None):
        anew = False
        for saw, transfers in pieces or self.pieces:
            want = [symbol for transfer in transfers for symbol in wanted(transfer)]
            if anew and want[0][0] == "Start repeat":
                want[0] = "Start", want[0][1]
            anew = bool(transfers) and transfers[-1]["end"] == "restart"
            if transfers and (sigrok_cli.blind(transfers[-1]) or transfers[-1]["end"] == "cut"):
                if want[-1][0] == "Stop":
                    want.pop()
                if transfers[-1]["bits"] >= 7 and len(saw) == len(want) + 1 and re.match("Address|Data", saw[-1][0]):
                    saw = saw[:-1]
            trouble = difference(saw, want)
            if trouble:
                return trouble
        return None

    def alterations(self):
        """(what, pieces with one thing altered): each must be noticed."""
        def altered(change):
            pieces = copy.deepcopy(self.pieces)
            piece = next(transfers for _, transfers in pieces if len(transfers) > 3)
            change(piece, next(t for t in piece if t["data"]))
            return pieces
        yield "a data byte", altered(lambda piece, t: t["data"].__setitem__(-1, "0x%02x" % (int(t["data"][-1], 16) ^ 0x01)))
        yield "an address", altered(lambda piece, t: t.__setitem__("addr", "0x%02x" % (int(t["addr"], 16) ^ 0x40)))
        yield "a direction", altered(lambda piece, t: t.__setitem__("rw", "r" if t["rw"] == "w" else "w"))
        yield "an ACK of an address", altered(lambda piece, t: t.__setitem__("ack", not t["ack"]))
        yield "an ACK of a data byte", altered(lambda piece, t: t["acks"].__setitem__(-1, not t["acks"][-1]))
        yield "a STOP's clock", altered(lambda piece, t: t.__setitem__("end_clk", t["end_clk"] + 1))
        yield "a START", altered(lambda piece, t: t.__setitem__("repeated", not t["repeated"]))
        yield "a missing transfer", altered(lambda piece, t: piece.remove(t))
        yield "a missing last transfer", altered(lambda piece, t: piece.pop())


def bytes_of(transfers):
    return sum(("addr" in t) + len(t["data"]) for t in transfers)


def judge(opinion, transfers):
    """(trouble or None, remark)"""
    if not bytes_of(transfers):
        return "no byte to compare", ""
    remark = "%d transfers, %d bytes" % (len(transfers), bytes_of(transfers))
    if opinion.blind:
        remark += ", started anew %d times" % opinion.blind
    return opinion.differs(), remark


def test(program, sim_cfg, folder, cases):
    run = simulation.Simulation(program, folder, "sigrok", "--random", str(RANDOM_TRANSFERS), "--waves", "all", sim_cfg)
    cases.case("the run itself passes", run.trouble())
    report, transfers = run.report(), run.transfers()
    bus = sigrok_cli.Bus(run.path("waves.vcd"), report["clock_hz"])
    count = size = 0
    for scenario in report["scenarios"]:
        name = scenario["name"]
        own = [t for t in transfers if t["scenario"] == name]
        opinion = Opinion(folder, bus, scenario, own, spikes=False)
        cases.case(name, *judge(opinion, own))
        count, size = count + len(own), size + bytes_of(own)
        if name in SPIKY:
            raw = Opinion(folder, bus, scenario, own, spikes=True)
            cases.case(name + " with its spikes left in", None if raw.differs() else "sigrok agrees: no spike mattered",
                       "sigrok disagrees, as it must")
    cases.case("every transfer belongs to a scenario", None if count == len(transfers) else "%d of %d" % (count, len(transfers)))
    for what, pieces in opinion.alterations(): # of the random part
        cases.case("self-check: %s altered" % what, None if opinion.differs(pieces) else "not noticed", "noticed")
    print("compared %d transfers, %d bytes with sigrok" % (count, size))


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
