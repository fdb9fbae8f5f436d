# SPDX-License-Identifier: Apache-2.0
"""What the system tests share: run the program in a folder of its own, read what it left, count cases."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

# A few ms of everything: transfers of all shapes, contention, stretches, spikes, resets, symbols out of place. For tests that run often or
# read whole waveforms; the long scenarios of sim.cfg show nothing to them that these do not.
SHORT = [word for name in (
    "power_up_levels", "write_patterns", "read_pins", "write_many_bytes", "read_many_bytes", "restart_write_read", "absent_address", "int_on_change",
    "int_shared_line", "stretched_clock", "lost_arbitration", "bus_clear", "reset_in_byte", "spikes_rejected", "start_in_byte", "restart_void",
    "stretch_sda_moves", "contend_in_setup", "command_corners", "hold_sda_after_reset", "symbol_after_symbol") for word in ("--scenario", name)]


def first(*troubles):
    """The first trouble among them, or None."""
    return next((trouble for trouble in troubles if trouble), None)


class Simulation:
    """One run of the program; its results are in `out`."""

    def __init__(self, program, folder, name, *arguments):
        self.out = os.path.join(folder, name)
        self.command = [program, *arguments, "--out", self.out]
        done = subprocess.run(self.command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
        self.code, self.stdout, self.stderr = done.returncode, done.stdout, done.stderr

    def path(self, name):
        return os.path.join(self.out, name)

    def report(self):
        with open(self.path("report.json"), encoding="utf-8") as f:
            return json.load(f)

    def transfers(self):
        with open(self.path("transactions.jsonl"), encoding="utf-8") as f:
            return [json.loads(line) for line in f]

    def trouble(self):
        """Why this is no run in which everything passed, or None."""
        if self.code != 0:
            lines = [line for line in self.stdout.splitlines() if "MISMATCH" in line or "rule " in line] + self.stderr.splitlines()
            return "exit code %d of %s: %s" % (self.code, shlex.join(self.command), "; ".join(line.strip() for line in lines))
        for board in self.report()["scoreboards"]:
            if board["on"] and (board["failures"] or not board["checks"]):
                return "scoreboard %(name)s: %(checks)d checks, %(failures)d failures" % board
        return None


class Cases:
    """Prints one line a case and the sum at the end."""

    def __init__(self):
        self.passed = self.failed = 0

    def case(self, name, trouble, remark=""):
        self.passed, self.failed = self.passed + (not trouble), self.failed + bool(trouble)
        print("FAIL %s: %s" % (name, trouble) if trouble else "ok   %s%s" % (name, remark and ": " + remark), flush=True)

    def end(self):
        print("%d passed, %d failed" % (self.passed, self.failed))
        return 1 if self.failed or not self.passed else 0


def main(test, doc):
    """For scripts that are called with TWINWIRE SOURCE: calls test(program, sim_cfg, folder, cases)."""
    if len(sys.argv) != 3:
        print(doc, file=sys.stderr)
        return 2
    program, sim_cfg = os.path.abspath(sys.argv[1]), os.path.join(os.path.abspath(sys.argv[2]), "sim.cfg")
    if not os.access(program, os.X_OK) or not os.path.isfile(sim_cfg):
        print("no program %s or no %s" % (program, sim_cfg), file=sys.stderr)
        return 2
    cases = Cases()
    folder = tempfile.mkdtemp(prefix=os.path.basename(sys.argv[0]).replace("_test.py", "."))
    try:
        test(program, sim_cfg, folder, cases)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return cases.end()
