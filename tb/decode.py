#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bus of a run as text: sigrok's i2c decoder and ours for the PCF8574 (tb/sigrok/) read its waves.

    decode.py [--scenario NAME]... [--bus FILE] [WAVES]

    WAVES             a folder that a run left (out/sim): its waves, or its flight recorder if it has none; or a VCD or FST with scl and sda.
                      Scenario by scenario if there is a report.json beside it
    --scenario NAME   only this scenario; may be given more than once
    --bus FILE        also leave SCL, SDA and INT as a small VCD, for PulseView and sigrok-cli

One line a byte, with the time of its first bit: the port as written, or the pins as read; the pins that changed; what a read says of INT.
`!` is a warning. Pulses of 50 ns and less are left out, as an I2C input's filter does (UM10204 table 10, tSP). sigrok's i2c decoder does not
look for START and STOP within an address byte or an ACK clock: after one there (the scenarios force some) it goes wrong until the next STOP.

Exit codes: 0 done, 2 wrong input, 3 no sigrok-cli, or no place for a file.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile

import sigrok_cli

CLASSES = "pcf8574=address-write:address-read:written:read:change:int-read:warning"
RESET_CLKS = 32   # a scenario begins with a reset that is no shorter (tb/run.c): whoever sees that has seen all of it


class Printer:
    """Puts what was said about a byte on one line."""

    def __init__(self, clk_ps):
        self.clk_ps = clk_ps
        self.transfers = self.bytes = self.warnings = 0
        self.line = self.way = None

    def flush(self):
        if self.line:
            print(self.line.rstrip())
        self.line = None

    def head(self, clk, who):
        self.flush()
        when = "" if clk is None else "%.6f" % (clk * self.clk_ps / 1e9)
        self.line = "%14s  %-20s  " % (when, who)

    def take(self, clk, row, text):
        if row == "Transfers" and " P7..P0 = " not in text: # an address: its first byte goes on the same line
            chip, addr, *_, way = text.split()
            self.head(clk, "%-9s%s %s" % (chip, addr, way))
            self.fresh, self.transfers = True, self.transfers + 1
        elif row == "Transfers":
            if not self.fresh:
                self.head(clk, "")
            self.line += "%-24s" % text.split("= ")[1]
            self.fresh, self.bytes = False, self.bytes + 1
        elif row == "Warnings":
            if not self.fresh:
                self.head(None, "")
            self.line += "! " + text
            self.fresh, self.warnings = False, self.warnings + 1
        else:
            self.line += text + "   "


def parts_of(bus, report, wanted):
    """[(scenario or None, first clk, clk after the last)]"""
    if not report:
        return [(None, 0, bus.end)]
    return [(s["name"], s["start_clk"], min(s["end_clk"], bus.end)) for s in report["scenarios"]
            if (not wanted or s["name"] in wanted) and s["end_clk"] > bus.start and s["start_clk"] < bus.end]


def decode(bus, parts, folder):
    printer = Printer(bus.clk_ps)
    print("%14s" % "ms")
    for scenario, start, end in parts:
        # A scenario begins with the power switched on; a flight recorder may begin in the middle of one.
        initial = "power-on" if scenario and start + RESET_CLKS >= bus.start else "unknown"
        said = sigrok_cli.annotations(folder, bus, "i2c:scl=scl:sda=sda,pcf8574:initial=" + initial, CLASSES, start, end)
        if scenario and said:
            print(scenario)
        for clk, row, text in said:
            printer.take(clk, row, text)
        printer.flush()
        sys.stdout.flush()
    return printer


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.usage, parser.format_help = "decode.py [--scenario NAME]... [--bus FILE] [WAVES]", lambda: __doc__
    parser.add_argument("--scenario", action="append", default=[])
    parser.add_argument("--bus")
    parser.add_argument("waves", nargs="?", default="out/sim")
    return parser.parse_args()


def read_report(waves):
    """The report.json beside the waves, or None."""
    path = os.path.join(os.path.dirname(waves), "report.json")
    if not os.path.isfile(path):
        return None
    with open(path, encoding="utf-8") as f:
        report = json.load(f)
    if not isinstance(report, dict) or not {"clock_hz", "scenarios"} <= report.keys():
        raise ValueError("%s is no report of a run" % path)
    return report


def find(waves):
    """The file that is meant by WAVES."""
    names = [os.path.join(waves, name) for name in ("waves.vcd", "waves.fst", "recorder.vcd")] if os.path.isdir(waves) else [waves]
    for name in names:
        if os.path.isfile(name):
            return name
    raise ValueError("no %s: run `make sim` first, or name a VCD" % names[0])


def read_bus(waves, clock_hz, folder):
    if waves.endswith(".fst"):
        path = os.path.join(folder, "waves.vcd")
        done = subprocess.run(["fst2vcd", "-f", waves, "-o", path], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode or not os.path.isfile(path):
            raise ValueError("%s: fst2vcd cannot read it" % waves)
        waves = path
    return sigrok_cli.Bus(waves, clock_hz)


def run(wanted, folder):
    if not shutil.which("sigrok-cli"):
        raise OSError("no sigrok-cli here (Debian: apt-get install sigrok-cli)")
    waves = find(wanted.waves)
    report = read_report(waves)
    bus = read_bus(waves, report and report["clock_hz"], folder)
    parts = parts_of(bus, report, wanted.scenario)
    unknown = set(wanted.scenario) - {scenario for scenario, _, _ in parts}
    if unknown:
        raise ValueError("%s has no scenario %s" % (waves, ", ".join(sorted(unknown))))
    if wanted.bus:
        bus.save(wanted.bus)
    printer = decode(bus, parts, folder)
    print("%d transfers with a PCF8574 address, %d bytes, %d warnings" % (printer.transfers, printer.bytes, printer.warnings))
    if wanted.bus:
        print("SCL, SDA and INT alone, for PulseView: %s" % wanted.bus)


def main():
    wanted = arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="decode.") as folder:
            run(wanted, folder)
    except (ValueError, OSError, RuntimeError) as error:
        print("decode: %s" % error, file=sys.stderr)
        return 2 if isinstance(error, ValueError) else 3
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
