# SPDX-License-Identifier: Apache-2.0
"""sigrok-cli on the bus of a run: SCL and SDA are taken out of a big VCD, and the small one that is left is decoded in a fraction of a second.

    bus = Bus("out/sim/waves.vcd", clock_hz=50000000)
    annotations(folder, bus, "i2c:scl=scl:sda=sda,pcf8574", "pcf8574=int", start, end)   -> [(clk, row, text)]

Without the clock (a VCD of another origin) a clk is the largest time that all edges are a multiple of, and at least 10 ns.
"""

import json
import math
import os
import re
import subprocess

import vcd

SCOPE = "board.bus."  # where the bus is in a VCD of ours; in another it is where scl and sda are
SPIKE_PS = 60000      # three samples at 50 MHz: as many as a spike of 50 ns (UM10204 table 10, tSP) can be met by
CLK_MIN_PS = 10000
DECODERS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sigrok")


class Bus:
    """The waves of SCL, SDA and, if there is one, INT. Times are in clks."""

    def __init__(self, path, clock_hz=None):
        waves = vcd.Vcd(path)
        scope, unit = scope_of(waves), vcd.unit_ps(waves.timescale)
        self.waves = {}
        for name in ("scl", "sda", "int_n"):
            if scope + name in waves.ids:
                self.waves[name] = [(time * unit, level) for time, level in waves.wave(scope + name)]
                if not self.waves[name]:
                    raise ValueError("%s: %s%s has no value" % (path, scope, name))
        times = [time for name in ("scl", "sda") for time, _ in self.waves[name]]
        self.clk_ps = 10**12 // clock_hz if clock_hz else max(math.gcd(*times), CLK_MIN_PS)
        self.start = -(-min(wave[0][0] for wave in self.waves.values()) // self.clk_ps)
        self.end = -(-waves.end() * unit // self.clk_ps) + 1

    def part(self, start, end, spikes=False, names=("scl", "sda")):
        """The changes from one clk to before another: [(clk, name, level)]; without spikes, unless they are wanted."""
        changes = []
        for name in names:
            wave = vcd.window(self.waves[name], start * self.clk_ps, end * self.clk_ps)
            wave = wave if spikes or name == "int_n" else vcd.without_pulses(wave, SPIKE_PS)
            clks = [start] + [time // self.clk_ps for time, _ in wave[1:]] # what is not known at the start is as it is first seen
            changes += [(clk, name, level) for clk, (_, level) in zip(clks, wave)]
        return sorted(changes)

    def save(self, path):
        """All of it as a VCD of its own, times unchanged, spikes included."""
        unit, names = 1, list(self.waves)
        while self.clk_ps % (unit * 10) == 0:
            unit *= 10
        scale = next("%d %s" % (unit // ps, text) for ps, text in ((10**6, "us"), (1000, "ns"), (1, "ps")) if unit >= ps)
        write_vcd(path + ".part", scale, names, self.part(0, self.end, True, names), self.end, self.clk_ps // unit)
        os.replace(path + ".part", path)


def scope_of(waves):
    scopes = [s[:-3] for s in waves.ids if re.search(r"(^|\.)scl$", s) and s[:-3] + "sda" in waves.ids]
    if SCOPE in scopes:
        return SCOPE
    if len(scopes) != 1:
        raise ValueError("%s: %s scl with sda beside it" % (waves.path, "more than one" if scopes else "no"))
    return scopes[0]


def write_vcd(path, timescale, names, changes, end, ticks=1):
    """`ticks` a clk."""
    with open(path, "w", encoding="ascii") as f:
        f.write("$timescale %s $end\n$scope module bus $end\n" % timescale)
        ids = dict(zip(names, "cdi"))
        f.writelines("$var wire 1 %s %s $end\n" % (ids[name], name) for name in names)
        f.write("$upscope $end\n$enddefinitions $end\n")
        last = None
        for clk, name, level in changes:
            if clk != last:
                f.write("#%d\n" % (clk * ticks))
            f.write("%d%s\n" % (level, ids[name]))
            last = clk
        f.write("#%d\n" % (end * ticks))


def annotations(folder, bus, decoders, classes, start=0, end=None, spikes=False):
    """What sigrok's decoders say about a part of the bus: [(clk at which it begins, row, text)], in the order in which they say it."""
    end = bus.end if end is None else end
    path = os.path.join(folder, "part.vcd")
    # The part begins at 0, and a clk is called 1 ns: sigrok samples once a clk, and its microseconds are exact.
    changes = [(clk - start, name, level) for clk, name, level in bus.part(start, end, spikes)]
    write_vcd(path, "1 ns", ("scl", "sda"), changes, end - start)
    done = subprocess.run(["sigrok-cli", "-I", "vcd", "-i", path, "-P", decoders, "-A", classes, "--protocol-decoder-jsontrace"],
                          env={**os.environ, "SIGROKDECODE_DIR": DECODERS}, capture_output=True, text=True, timeout=300)
    if done.returncode or done.stderr:
        raise RuntimeError("sigrok-cli: exit code %d, %s" % (done.returncode, done.stderr.strip()))
    events = json.loads(done.stdout)["traceEvents"] if done.stdout else []
    return [(start + round(e["ts"] * 1000), e["tid"], e["name"]) for e in events if e["ph"] == "B"]


def blind(transfer):
    """The transfer ended where sigrok's i2c decoder does not look for START and STOP: in the address byte, or after the eighth rise of SCL."""
    return "addr" not in transfer or transfer["bits"] == 7


def pieces(scenario, transfers):
    """The transfers of a scenario in pieces that end where sigrok is blind: [(first clk, clk after the last, transfers)]."""
    start, piece, done = scenario["start_clk"], [], []
    for transfer in transfers:
        piece.append(transfer)
        if transfer["end"] == "cut" and transfer is not transfers[-1]: # all of the board was reset: sigrok is started anew too
            done.append((start, transfer["end_clk"], piece))
            start, piece = transfer["end_clk"] + 2, []
        elif blind(transfer) and transfer["end"] != "cut":
            # A START begins the next piece, with the clk before it; a STOP ends this one.
            end = transfer["end_clk"] + (1 if transfer["end"] == "stop" else -1)
            done.append((start, end, piece))
            start, piece = end, []
    return done + [(start, scenario["end_clk"], piece)]
