#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The controller's waveforms meet UM10204 rev. 7 table 10 at the documented prescale values, measured on the wires of waves.vcd.

    timing_test.py TWINWIRE SOURCE
"""

import os
import sys

import simulation
import vcd

# Minima in ns, and last the maxima of tVD;DAT: UM10204 rev. 7, table 10 (no slopes here: tr = tf = 0).
MINIMA = ("period", "tLOW", "tHIGH", "tHD;STA", "tSU;STA", "tSU;STO", "tBUF", "tSU;DAT")
LIMITS = {100_000: (10_000, 4700, 4000, 4000, 4700, 4000, 4700, 250, 3450),
          400_000: (2500, 1300, 600, 600, 600, 600, 1300, 100, 900),
          1_000_000: (1000, 500, 260, 260, 260, 260, 500, 50, 450)}
SCENARIO = """foreach byte {0xa5 0x00 0xff 0x5a} {
    i2c write [addr u1] $byte
    i2c write_read [addr u1] $byte 2
    i2c write_read [addr u2] {} 1
}
"""


def measure(path):
    """parameter -> every value seen, in ns."""
    waves = vcd.Vcd(path)
    edges = sorted((time, line, level) for line in ("scl", "sda") for time, level in waves.wave("board.bus." + line)[1:])
    found = {name: [] for name in MINIMA + ("tVD;DAT",)}
    rise = fall = start = stop = data = None
    scl = 1
    for time, line, level in edges:
        since = lambda then: (time - then) / 1000
        if line == "scl":
            scl = level
            if level:
                if fall:
                    found["tLOW"].append(since(fall))
                if data and fall and data >= fall:
                    found["tSU;DAT"].append(since(data))
                rise = time
            else:
                if start:
                    found["tHD;STA"].append(since(start))
                elif rise:
                    found["tHIGH"].append(since(rise))
                    if fall:
                        found["period"].append(since(fall))
                fall, start = time, None
        elif not scl:
            found["tVD;DAT"].append(since(fall))
            data = time
        elif level: # STOP
            found["tSU;STO"].append(since(rise))
            stop, fall, rise = time, None, None
        else: # START, or a repeated one
            if stop:
                found["tBUF"].append(since(stop))
            elif rise and fall:
                found["tSU;STA"].append(since(rise))
            start, stop, rise, fall = time, None, None, None
    return found


def test(program, sim_cfg, folder, cases):
    script = os.path.join(folder, "timing.tcl")
    with open(script, "w", encoding="ascii") as f:
        f.write(SCENARIO)
    for scl_hz, limits in LIMITS.items():
        run = simulation.Simulation(program, folder, str(scl_hz), "--scenario", script, "--waves", "all", "--set", "board.scl_hz=%d" % scl_hz, sim_cfg)
        cases.case("%d Hz: the run passes" % scl_hz, run.trouble())
        found = measure(run.path("waves.vcd"))
        for name, limit in zip(MINIMA, limits):
            least = min(found[name], default=None)
            cases.case("%d Hz: %s" % (scl_hz, name), "never seen" if least is None else least < limit and "%g ns, less than %g" % (least, limit),
                       "%d times, at least %g ns, %g wanted" % (len(found[name]), least or 0, limit))
        # The last SDA edge in a low phase is the controller's own or the target's: each has become valid in time.
        most = max(found["tVD;DAT"], default=None)
        cases.case("%d Hz: tVD;DAT" % scl_hz, "never seen" if most is None else most > limits[-1] and "%g ns, more than %g" % (most, limits[-1]),
                   "%d times, at most %g ns, %g allowed" % (len(found["tVD;DAT"]), most or 0, limits[-1]))


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
