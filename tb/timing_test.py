#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The controller's waveforms meet UM10204 rev. 7 table 10 at the documented prescale values: measured here on the wires of waves.vcd, by the
scoreboard for the table in docs/prescales.md. And what scenarios may break, at which level.

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
JUDGED = {"period": "1/fSCL"} # what the scoreboard calls it
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


def written(folder, name, text):
    path = os.path.join(folder, name + ".tcl")
    with open(path, "w", encoding="ascii") as f:
        f.write(text)
    return path


def of_mode(run, mode):
    return {row["parameter"]: row for row in run.report()["timing"] if row["mode"] == mode}


# What docs/prescales.md says: margins in ns.
COLUMNS = ("1/fSCL", "tLOW", "tHIGH", "tHD;STA", "tSU;STA", "tSU;DAT", "tSU;STO", "tBUF", "tVD;DAT")
MODES = {100_000: "Standard-mode", 400_000: "Fast-mode", 1_000_000: "Fast-mode Plus"}


def table(program, sim_cfg, folder, cases, script):
    with open(os.path.join(os.path.dirname(sim_cfg), "docs", "prescales.md"), encoding="utf-8") as f:
        lines = f.read().splitlines()
    for clock_hz in (20_000_000, 33_333_333, 50_000_000, 100_000_000):
        for scl_hz, mode in MODES.items():
            prescale = -(-clock_hz // (5 * scl_hz)) - 1
            run = simulation.Simulation(program, folder, "%d_%d" % (clock_hz, scl_hz), "--scenario", script, "--waves", "off", "--set",
                                        "clock_hz=%d" % clock_hz, "--set", "board.scl_hz=%d" % scl_hz, sim_cfg)
            rows = of_mode(run, mode)
            row = "| %.4g | %s | %d | %.1f | %s |" % (clock_hz / 1e6, mode, prescale, 1e6 / rows["1/fSCL"]["min_ns"],
                                                    " | ".join("%+.0f" % (rows[name]["margin_ns"] + 0.0) for name in COLUMNS))
            broken = [name for name in COLUMNS if rows[name]["margin_ns"] < -1e-6 or rows[name]["failures"]]
            cases.case("prescale %d at %.4g MHz" % (prescale, clock_hz / 1e6), simulation.first(
                run.trouble(), broken and "broken: %s" % broken, row not in lines and "docs/prescales.md should say: " + row))


HIGH = "i2c begin write [addr u1] 0xff\ninject scl low 1bit at 3 plus 0.7bit\ni2c wait\n" # 0.28 us of tHIGH at 400 kHz
DECLARATIONS = {
    # name: (scenario, options, exit code, what the output has, what it has not)
    "undeclared": (HIGH, (), 1, "tHIGH 0.280 us, at least 0.600 us: the stimulus (meant? violates {tHIGH})", None),
    "declared": ("violates tHIGH\n" + HIGH, (), 0, None, "MISMATCH"),
    "one_of_two_is_not_done": ("violates {tHIGH 1/fSCL}\n" + HIGH, (), 1, "violates 1/fSCL", None),
    "another_declared": ("violates {tLOW tSU;DAT}\n" + HIGH, (), 1, "tHIGH 0.280 us", None),
    "declared_and_not_done": ("violates {tHD;DAT}\ni2c write [addr u1] 0xff\n", (), 1, "violates tHD;DAT", None),
    "any": ("violates any\n" + HIGH, (), 0, None, "MISMATCH"),
    "any_and_nothing_done": ("violates any\ni2c write [addr u1] 0xff\n", (), 0, None, "MISMATCH"),
    "too_late": (HIGH + "violates any\n", (), 1, "tHIGH 0.280 us", None),
    "stimulus_warning": (HIGH, ("--set", "checks.timing_rules.stimulus=warning"), 0, None, "MISMATCH"),
    "rule_off": (HIGH, ("--set", "checks.timing_rules.tHIGH=off", "--set", "checks.timing_rules.fSCL=warning"), 0, None, "MISMATCH"),
    "rule_off_and_declared": ("violates tVD_ACK\n" + HIGH, ("--set", "checks.timing_rules.tVD_ACK=off", "--set", "checks.timing_rules.stimulus=off"), 0,
                              None, "MISMATCH"),
    "misspelt": ("violates tHIG\n", (), 2, "did you mean tHIGH?", None),
    "no_rule": ("violates\n", (), 2, "wanted: violates RULE...", None),
    "chip_error": ("i2c write [addr u1] 0xff\n", ("--set", "checks.timing_rules.chip=error"), 1, "NXP PCF8574 table 10", None),
    "chip_warning": ("i2c write [addr u1] 0xff\n", (), 0, "the PCF8574's data sheet (100 kHz)", "MISMATCH"),
    "chip_in_time": ("i2c write [addr u1] 0xff\n", ("--set", "board.scl_hz=100000"), 0, None, "the PCF8574's data sheet"),
    "table_on_the_terminal": ("i2c write [addr u1] 0xff\n", ("-v", "timing"), 0, "  tHD;STA  >=  0.600     1.000     1.000     1.000   +0.400", "MISMATCH"),
}


def declarations(program, sim_cfg, folder, cases):
    for name, (text, options, code, wanted, unwanted) in DECLARATIONS.items():
        run = simulation.Simulation(program, folder, name, "--scenario", written(folder, name, text), "--waves", "off", *options, sim_cfg)
        said = " ".join((run.stdout + run.stderr).split())
        cases.case(name, simulation.first(
            run.code != code and "exit code %d, not %d: %s" % (run.code, code, run.stderr), wanted and " ".join(wanted.split()) not in said and "it does not say " + wanted,
            unwanted and unwanted in said and "it says " + unwanted))


def test(program, sim_cfg, folder, cases):
    script = written(folder, "timing", SCENARIO)
    table(program, sim_cfg, folder, cases, script)
    declarations(program, sim_cfg, folder, cases)
    for scl_hz, limits in LIMITS.items():
        run = simulation.Simulation(program, folder, str(scl_hz), "--scenario", script, "--waves", "all", "--set", "board.scl_hz=%d" % scl_hz, sim_cfg)
        cases.case("%d Hz: the run passes" % scl_hz, run.trouble())
        found = measure(run.path("waves.vcd"))
        judged = of_mode(run, MODES[scl_hz])
        for name, limit in zip(MINIMA, limits):
            least = min(found[name], default=None)
            cases.case("%d Hz: %s" % (scl_hz, name), "never seen" if least is None else simulation.first(
                least < limit and "%g ns, less than %g" % (least, limit),
                abs(least - judged[JUDGED.get(name, name)]["min_ns"]) > 1e-3 and "%g ns, and %g to the scoreboard" % (least, judged[JUDGED.get(name, name)]["min_ns"])),
                       "%d times, at least %g ns, %g wanted" % (len(found[name]), least or 0, limit))
        # The last SDA edge in a low phase is the controller's own or the target's: each has become valid in time.
        most = max(found["tVD;DAT"], default=None)
        cases.case("%d Hz: tVD;DAT" % scl_hz, "never seen" if most is None else most > limits[-1] and "%g ns, more than %g" % (most, limits[-1]),
                   "%d times, at most %g ns, %g allowed" % (len(found["tVD;DAT"]), most or 0, limits[-1]))


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
