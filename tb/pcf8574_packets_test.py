#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sigrok's decoder for the PCF8574 without sigrok: packets as its i2c decoder makes them go in, annotations come out.

    pcf8574_packets_test.py TWINWIRE SOURCE

A stub stands in for the module sigrokdecode. Packets are written in short: S, Sr, P, 20w or 20r (address), A or N, a5 (a byte).
"""

import importlib.util
import os
import sys
import types

import simulation

ROWS = ("transfers", "changes", "ints", "warnings")


class Stub:
    """sigrokdecode.Decoder, as far as libsigrokdecode 0.5 offers it to a stacked decoder."""

    def register(self, output, proto_id=None, meta=None):
        return output

    def put(self, ss, es, output, data):
        self.out.append((ss, es, output, data))


def load(folder):
    stub = types.ModuleType("sigrokdecode")
    stub.Decoder, stub.OUTPUT_ANN, stub.OUTPUT_PYTHON, stub.OUTPUT_BINARY = Stub, "ann", "python", "binary"
    sys.modules["sigrokdecode"] = stub
    spec = importlib.util.spec_from_file_location("pcf8574_pd", os.path.join(folder, "pd.py"))
    module = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(module)
    return module.Decoder


def packets(text, bits=True, unshifted=False):
    """[(ss, es, packet)]; a bit lasts ten samples."""
    at, way, done = 0, "WRITE", []
    for word in text.split():
        if word in ("S", "Sr", "P"):
            done.append((at, at, [{"S": "START", "Sr": "START REPEAT", "P": "STOP"}[word], None]))
            at += 5
        elif word in ("A", "N"):
            done.append((at, at + 10, ["ACK" if word == "A" else "NACK", None]))
            at += 10
        else:
            kind, value = "DATA ", int(word[:2], 16)
            if word[-1] in "rw":
                kind, way = "ADDRESS ", "READ" if word[-1] == "r" else "WRITE"
            raw = value << 1 | (way == "READ") if kind == "ADDRESS " else value
            if bits:
                done.append((at, at + 80, ["BITS", [[raw >> n & 1, at + 70 - 10 * n, at + 80 - 10 * n] for n in range(8)]]))
            done.append((at, at + 80, [kind + way, raw if unshifted and kind == "ADDRESS " else value]))
            at += 80
    return done


class Run:
    """What a new decoder makes of packets."""

    def __init__(self, decoder, feed, **options):
        d = decoder()
        d.out, d.options = [], {o["id"]: o["default"] for o in decoder.options}
        d.options.update(options)
        d.start()
        for ss, es, data in packets(feed) if isinstance(feed, str) else feed:
            d.decode(ss, es, data)
        self.out, self.decoder = d.out, decoder

    def row(self, *names):
        """The longest texts of these rows, in the order in which they came."""
        classes = [c for name, _, row in self.decoder.annotation_rows if name in names for c in row]
        return [data[1][0] for _, _, output, data in self.out if output == "ann" and data[0] in classes]

    def of(self, output):
        return [data for _, _, kind, data in self.out if kind == output]

    def malformed(self):
        """An annotation that PulseView could not show as meant, or None."""
        last = {}
        rows = {c: name for name, _, row in self.decoder.annotation_rows for c in row}
        for ss, es, output, data in self.out:
            if ss > es or ss < 0:
                return "from %d to %d: %s" % (ss, es, data)
            if output != "ann":
                continue
            lengths = [len(text) for text in data[1]]
            if not all(lengths) or lengths != sorted(lengths, reverse=True) or len(set(data[1])) != len(data[1]):
                return "texts do not get shorter: %s" % data[1]
            name = rows.get(data[0])
            if name is None or name != "pins" and ss < last.get(name, 0): # the pins come bit 0 first, as i2c's bits do
                return "out of order in row %s: %s" % (name, data)
            last[name] = ss
        return None


LOW = "INT was low (%s), released by this read"
RELEASED = "INT released (by the fall of this SCL clock at the latest); changes not yet read are forgotten"
UNKNOWN = "INT released; whether it was low is not known"
HIGH = "INT was high (no pin differs from the last sample)"
W20, R20 = "PCF8574 0x20 (A2..A0 = 000) write", "PCF8574 0x20 (A2..A0 = 000) read"

# name, packets, {row: texts}; a row that is not named is empty but for "transfers".
CASES = [
    ("a written byte", "S 20w A a5 A P", {"transfers": [W20, "Write P7..P0 = 10100101 (0xA5)"], "ints": [RELEASED]}),
    ("the first write changes nothing known", "S 20w A 00 A P", {"ints": [RELEASED]}),
    ("each byte of a write counts", "S 20w A a5 A a4 A 24 A 25 A P", {"changes": ["P0 1->0", "P7 1->0", "P0 0->1"], "ints": [RELEASED] * 4}),
    ("falls come before rises", "S 20w A a5 A 5a A P", {"changes": ["P7 P5 P2 P0 1->0, P6 P4 P3 P1 0->1"], "ints": [RELEASED] * 2}),
    ("a chip each has its own port", "S 20w A 00 A P S 3fw A ff A P S 20w A 01 A P", {
        "transfers": [W20, "Write P7..P0 = 00000000 (0x00)", "PCF8574A 0x3F (A2..A0 = 111) write", "Write P7..P0 = 11111111 (0xFF)",
                      W20, "Write P7..P0 = 00000001 (0x01)"], "changes": ["P0 0->1"], "ints": [RELEASED] * 3}),
    ("a repeated START ends nothing but the transfer", "S 20w A 0f A Sr 20r A 0f N P", {
        "transfers": [W20, "Write P7..P0 = 00001111 (0x0F)", R20, "Read P7..P0 = 00001111 (0x0F)"], "ints": [RELEASED, UNKNOWN]}),
    ("the first read says nothing of INT", "S 20r A fe N P", {"transfers": [R20, "Read P7..P0 = 11111110 (0xFE)"], "ints": [UNKNOWN]}),
    ("a second read compares", "S 20r A fe N P S 20r A 7f N P", {"changes": ["P7 1->0, P0 0->1"], "ints": [UNKNOWN, LOW % "P7 P0"]}),
    ("two bytes of one read are two samples", "S 20r A fe A fe A ff N P", {
        "changes": ["P0 0->1"], "ints": [UNKNOWN, HIGH, LOW % "P0"]}),
    ("a write reloads the input latch: INT of the pins that are 1 is not known", "S 20r A ff N P S 20w A ff A P S 20r A fe N P",
     {"changes": ["P0 1->0"], "ints": [UNKNOWN, RELEASED, UNKNOWN]}),
    ("a pin that was written 0 and reads 0 is no change", "S 20r A ff N P S 20w A 7f A P S 20r A 7f N P", {"ints": [UNKNOWN, RELEASED, UNKNOWN]}),
    ("after a write of zeros the input latch is known", "S 20w A 00 A P S 20r A 00 N P", {"ints": [RELEASED, HIGH]}),
    ("a pin that read 1 was an input all along", "S 20r A 01 N P S 20w A 03 A P S 20r A 02 N P",
     {"changes": ["P0 1->0"], "ints": [UNKNOWN, RELEASED, UNKNOWN]}),
    ("a pin that was let go may be anything", "S 20w A 00 A P S 20w A 01 A P S 20r A 01 N P", {
        "changes": ["P0 0->1"], "ints": [RELEASED, RELEASED, UNKNOWN]}),
    ("contention", "S 20w A 0f A P S 20r A 1f N P", {"ints": [RELEASED, UNKNOWN], "changes": ["P4 0->1"],
        "warnings": ["P4: written 0, but reads 1: held high from outside, or the chip was reset"]}),
    ("contention of all pins does not make INT high", "S 20w A 00 A P S 20r A ff N P", {"ints": [RELEASED, UNKNOWN],
        "changes": ["P7 P6 P5 P4 P3 P2 P1 P0 0->1"],
        "warnings": ["P7 P6 P5 P4 P3 P2 P1 P0: written 0, but reads 1: held high from outside, or the chip was reset"]}),
    ("a pin held low is an input, no contention", "S 20w A ff A P S 20r A 00 N P", {"ints": [RELEASED, UNKNOWN]}),
    ("nobody there", "S 21w N P S 21r N P", {"transfers": ["PCF8574 0x21 (A2..A0 = 001) write", "PCF8574 0x21 (A2..A0 = 001) read"],
        "warnings": ["No ACK: no chip at 0x21"] * 2}),
    ("a written byte without ACK is not taken", "S 20w A 0f A ff N P S 20w A 0e A P", {"changes": ["P0 1->0"], "ints": [RELEASED] * 2,
        "warnings": ["0xFF written without ACK: the port does not take it"]}),
    ("a probe by write", "S 20w A P", {"transfers": [W20], "warnings": ["Write without a whole data byte: the port is unchanged"]}),
    ("a probe by read", "S 20r A ff N P S 20r A P S 20r A ff N P", {"ints": [UNKNOWN, "INT released; this sample was not read", UNKNOWN],
        "warnings": ["Read without a whole data byte: the sample is lost"]}),
    ("the last byte of a read is acknowledged", "S 20r A 0f A P S 20r A 0f N P", {
        "ints": [UNKNOWN, "INT released; this sample was not read", UNKNOWN],
        "warnings": ["The last byte was acknowledged: one more sample was taken, and not read"]}),
    ("clocks after a NACK are no bytes", "S 20r A 0f N ff N P", {"transfers": [R20, "Read P7..P0 = 00001111 (0x0F)"], "ints": [UNKNOWN]}),
    # Odd input. The i2c decoder of 0.5.3 makes little of it, another one may.
    ("nothing", "", {"transfers": []}),
    ("START and STOP alone", "S P S Sr P", {"transfers": []}),
    ("other addresses", "S 50w A 00 A P S 1fr A 00 N P S 28w A 00 A P S 37w A 00 A P S 40w A 00 A P", {"transfers": []}),
    ("a byte without an address", "S a5 A P a5 A N", {"transfers": []}),
    ("an address without START", "20w A a5 A P", {"transfers": [W20, "Write P7..P0 = 10100101 (0xA5)"], "ints": [RELEASED]}),
    ("an address after an address", "S 20w A 38w A 00 A P", {
        "ints": [RELEASED], "warnings": ["Write without a whole data byte: the port is unchanged"]}),
    ("STOP in a byte's ACK clock", "S 20w A 0f A ff P S 20w A 0f A P", {
        "ints": [RELEASED] * 2, "warnings": ["STOP before the ACK clock"]}),
    ("START in an address's ACK clock", "S 20w Sr 20w A 0f A P", {"ints": [RELEASED], "warnings": ["START before the ACK clock"]}),
    ("STOP in the ACK clock of a read", "S 20r A 0f P", {"ints": [UNKNOWN], "warnings": ["STOP before the ACK clock"]}),
    ("START after a lost STOP", "S 20w A 0f S 20w A 0f A P", {"ints": [RELEASED], "warnings": ["START before the ACK clock"]}),
    ("a byte before the address's ACK", "S 20w a5 A P", {"transfers": [W20], "warnings": ["Write without a whole data byte: the port is unchanged"]}),
    ("an ACK too many", "S 20w A A a5 A A P", {"transfers": [W20, "Write P7..P0 = 10100101 (0xA5)"], "ints": [RELEASED]}),
    ("the capture ends in a transfer", "S 20w A a5", {"transfers": [W20]}),
]


def case(decoder, feed, wanted):
    run = Run(decoder, feed)
    for row in ROWS:
        saw = run.row(row)
        if row != "transfers" or row in wanted:
            if saw != wanted.get(row, []):
                return "%s: %s, wanted %s" % (row, saw, wanted.get(row, []))
    return run.malformed()


def equal(saw, wanted):
    return None if saw == wanted else "%s, wanted %s" % (saw, wanted)


def options(decoder, cases):
    feed = "S 20w A 01 A P S 38w A 02 A P S 20r A 03 N P"
    cases.case("option address", equal(Run(decoder, feed, address="0x38").row("transfers"),
                                       ["PCF8574A 0x38 (A2..A0 = 000) write", "Write P7..P0 = 00000010 (0x02)"]))
    cases.case("option address of another chip", equal(Run(decoder, feed, address="0x21").out, []))
    for address in "0x50", "0x28", "chip":
        try:
            Run(decoder, "", address=address)
            cases.case("option address=" + address, "accepted")
        except ValueError:
            cases.case("option address=" + address, None, "refused")
    on = Run(decoder, "S 20w A fe A P", initial="power-on")
    cases.case("at power-on the port is 0xff", equal(on.row("changes"), ["P0 1->0"]))
    on = Run(decoder, "S 20r A fe N P S 38r A ff N P", initial="power-on")
    cases.case("at power-on INT compares with 0xff", equal(on.row("changes", "ints"), [LOW % "P0", HIGH]))


def outputs(decoder, cases):
    run = Run(decoder, "S 20w A 00 A 01 A P S 20r A 81 A 01 N P S 27w N P")
    cases.case("OUTPUT_PYTHON", equal(run.of("python"), [
        ["ADDRESS WRITE", (0x20, True)], ["PORT", (0x20, 0, None)], ["INT", (0x20, None)], ["PORT", (0x20, 1, 1)], ["INT", (0x20, None)],
        ["ADDRESS READ", (0x20, True)], ["PINS", (0x20, 0x81, 0x80)],
        ["WARNING", (0x20, "P7: written 0, but reads 1: held high from outside, or the chip was reset")], ["INT", (0x20, None)],
        ["PINS", (0x20, 1, 0x80)], ["INT", (0x20, True)], ["ADDRESS WRITE", (0x27, False)], ["WARNING", (0x27, "No ACK: no chip at 0x27")]]))
    cases.case("OUTPUT_BINARY", equal(run.of("binary"), [[0, b"\x00"], [0, b"\x01"], [1, b"\x81"], [1, b"\x01"]]))
    run = Run(decoder, "S 20w A 7f A P S 20r A bf N P")
    cases.case("pins", equal(run.row("pins"), ["P%d = 1: input, or weakly high" % n for n in range(7)] + ["P7 = 0: driven low"] +
                             ["P%d = 1" % n for n in range(6)] + ["P6 = 0: held low from outside", "P7 = 1: written 0, held high from outside"]))
    run = Run(decoder, "S 20r A 7f N P")
    cases.case("pins while the port is unknown", equal(run.row("pins"), ["P%d = 1" % n for n in range(7)] + ["P7 = 0"]))
    spans = [(ss, es) for ss, es, kind, data in Run(decoder, "S 20w A 80 A P").out if kind == "ann" and data[0] == 4]
    cases.case("a pin is shown at its bit", equal(spans[::7], [(165, 175), (95, 105)]))


def bits(decoder, cases):
    feed = "S 20w A a5 A P S 38r A 5a N P"
    shown = Run(decoder, feed).row("transfers")
    cases.case("addresses shown with R/W", equal(Run(decoder, packets(feed, unshifted=True)).row("transfers"), shown))
    bare = Run(decoder, packets(feed, bits=False))
    cases.case("packets without BITS", equal(bare.row("transfers"), shown) or equal(bare.row("pins"), []) or bare.malformed())
    odd = [(ss, es, [p[0], p[1][:5] if p[0] == "BITS" else p[1]]) for ss, es, p in packets(feed)]
    cases.case("BITS of five bits", equal(Run(decoder, odd).row("transfers"), shown))
    half = [(ss, es, p) for ss, es, p in packets("S 20w A a5 A 5a A P") if ss < 150 or p[0] != "BITS"]
    cases.case("BITS of one byte only", equal(len(Run(decoder, half).row("pins")), 8))
    turned = [(ss, es, [p[0].replace("DATA WRITE", "DATA READ"), p[1]]) for ss, es, p in packets("S 20w A a5 A P")]
    cases.case("a byte in the other direction", equal(Run(decoder, turned).row("transfers", "ints"), [W20]))
    strange = [(0, 1, ["WHAT", None])] + packets(feed)
    cases.case("a packet of a kind unheard of", equal(Run(decoder, strange).row("transfers"), shown))


def anew(decoder, cases):
    """reset() of a decoder that has run: what it knew is forgotten."""
    run = Run(decoder, "S 20w A 00 A P S 20w A")
    d = decoder()
    d.out, d.options = [], {"address": "all", "initial": "unknown"}
    d.start()
    for ss, es, data in packets("S 20w A 00 A P S 20w A"):
        d.decode(ss, es, data)
    d.reset()
    d.out.clear()
    for ss, es, data in packets("ff A P S 20w A ff A P"):
        d.decode(ss, es, data)
    run.out = d.out
    cases.case("reset", equal(run.row(*ROWS), [W20, "Write P7..P0 = 11111111 (0xFF)", RELEASED]))


def test(_, sim_cfg, __, cases):
    decoder = load(os.path.join(os.path.dirname(sim_cfg), "tb", "sigrok", "pcf8574"))
    for name, feed, wanted in CASES:
        cases.case(name, case(decoder, feed, wanted))
    options(decoder, cases)
    outputs(decoder, cases)
    bits(decoder, cases)
    anew(decoder, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
