#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shrinking: what is left is small and fails as before, and what does not fail is never written.

    shrink_test.py TWINWIRE-FAULTY SOURCE
"""

import json
import os
import signal
import subprocess
import sys
import time

import regress_run
import shrink_moves
import simulation

# A fault, and the scoreboard that finds it first in the random part.
FAULTS = {"ctl_ignores_stretch": "lines", "ctl_status_read_clears_if_in_both": "host", "pcf_port_at_stop": "gpio", "pcf_nack_samples_in_both": "int",
          "ctl_misses_arbitration_in_both": "protocol", "ctl_divides_by_prescale_in_both": "timing"}
SMALL = 10  # lines
# Crashes in a scenario that resets u1.
CRASHING = """#!/bin/sh
for word; do
    case $before in --scenario) file=$word;; esac
    before=$word
done
if [ "$file" ] && grep -q '^reset u1' "$file"; then kill -SEGV $$; fi
exec '%(program)s' "$@"
"""
# Fails where shrinking looks, and nowhere else.
TWO_FACED = """#!/bin/sh
for word; do
    if [ "$word" = --quiet ]; then exec '%(program)s' --fault pcf_port_at_stop "$@"; fi
done
exec '%(program)s' "$@"
"""
SLOW = """#!/bin/sh
echo >> runs
sleep 0.1
exec '%(program)s' "$@"
"""


class Bench:
    def __init__(self, program, sim_cfg, folder):
        self.program, self.sim_cfg, self.folder = program, sim_cfg, folder
        self.tb = os.path.join(os.path.dirname(sim_cfg), "tb")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def stand_in(self, text):
        path = self.write("stand-in", text % {"program": self.program})
        os.chmod(path, 0o755)
        return path

    def command(self, *words, program=None, fault=None):
        rest = ["--", "--fault", fault] if fault else []
        return [sys.executable, os.path.join(self.tb, "shrink.py"), "--program", program or self.program, *words, self.sim_cfg, *rest]

    def run(self, *words, **more):
        return subprocess.run(self.command(*words, **more), cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200)


def lines_of(text):
    return [line for line in text.splitlines() if not line.startswith("#")]


def first_failure(bench, command):
    """Of a run of this command: its exit code, and the scoreboard, socket, pin, rule of the first failure."""
    done = subprocess.run([*command, "--out", "again"], cwd=bench.folder, capture_output=True, text=True, timeout=60)
    first = min(json.loads(bench.read("again/report.json"))["failures"], key=lambda one: one["clk"], default={})
    return done.returncode, tuple(first.get(key) for key in ("scoreboard", "socket", "pin", "clause"))


# ---- Random runs with a fault ---------------------------------------------------------------------------------------

def random_runs(bench, cases):
    for fault, board in FAULTS.items():
        random = [bench.program, "--set", "stimulus.scenarios=[]", "--seed", "11", "--random", "150", "--waves", "off", "--fault", fault, bench.sim_cfg]
        before = first_failure(bench, random)
        done = bench.run("--seed", "11", "--random", "150", "--out", fault + ".tcl", fault=fault)
        if done.returncode != 0:
            cases.case(fault, "exit code %d: %s" % (done.returncode, done.stderr[-400:]))
            continue
        text, shown = bench.read(fault + ".tcl"), done.stdout.splitlines()[-1]
        after = first_failure(bench, shown.split())
        n = len(lines_of(text))
        cases.case(fault, simulation.first(
            before[1][0] != board and "the random run fails by %s" % (before[1],), after != before and "%s, and %s before" % (after, before),
            not 0 < n < SMALL and "%d lines:\n%s" % (n, text), not text.startswith("# SPDX-License-Identifier: Apache-2.0\n# Fails: %s, " % board) and text,
            os.path.exists(bench.path(fault + ".tcl.part.tcl")) and "something half-written"), "%d lines" % n)
    same = [bench.run("--seed", "11", "--random", "150", "--out", "same.tcl", fault="pcf_port_at_stop").returncode, bench.read("same.tcl")]
    cases.case("same_input_same_result", same != [0, bench.read("pcf_port_at_stop.tcl")] and same[1])


def in_a_regression(bench, cases):
    command = [sys.executable, os.path.join(bench.tb, "regress.py"), "--program", bench.program, "--out", "regress", "--filter", "random/*", "--seeds", "2",
               "--random", "100", bench.sim_cfg]
    rest = ["--", "--fault", "ctl_lsb_first_in_both"]
    done = subprocess.run(command + rest, cwd=bench.folder, capture_output=True, text=True, timeout=200)
    groups = json.loads(bench.read("regress/report.json"))["groups"]
    shrunk = groups[0]["shrunk"] if groups else {"failed": "no group"}
    cases.case("a_regression_shrinks", simulation.first(
        done.returncode != 1 and "exit code %d: %s" % (done.returncode, done.stderr[-300:]), shrunk.get("failed"),
        not 0 < shrunk.get("lines", 0) < SMALL and "%s" % shrunk, shrunk.get("command", "none") not in done.stdout and "its command is not printed",
        "shrunk.tcl</a>" not in bench.read("regress/report.html") and "no link in report.html", shrunk.get("lines") != len(lines_of(bench.read(
            shrunk.get("file", "regress/report.json")))) and "the file says something else"))
    done = subprocess.run([*command[:-1], "--no-shrink", command[-1], *rest], cwd=bench.folder, capture_output=True, text=True, timeout=200)
    groups = json.loads(bench.read("regress/report.json"))["groups"]
    cases.case("unless_told_not_to", (done.returncode != 1 or "shrunk" in done.stdout or any(one["shrunk"] for one in groups)) and done.stdout[-300:])


# ---- What is refused, and what is left behind -----------------------------------------------------------------------

def refused(bench, cases):
    good, wrong = bench.write("good.tcl", "i2c write 0x20 0x5a\n"), bench.write("wrong.tcl", "i2c write 0x20 0x5a\ni2c rite 0x20\n")
    for name, code, text, words in (("a_passing_scenario", 2, "it passes", [good]), ("a_wrong_scenario", 2, "rite", [wrong]),
                                    ("no_scenario", 3, "nowhere.tcl", ["nowhere.tcl"]), ("nothing", 2, "is wanted", []),
                                    ("two_things", 2, "is wanted", [good, "--seed", "3"]), ("its_own_source", 2, "written over", [good, "--out", good]),
                                    ("no_scenario_s_name", 2, "ends in .tcl", [good, "--out", "small"]), ("no_transfer", 2, "at least one", ["--seed", "3", "--random", "0"]),
                                    ("no_such_key", 2, "stimulus.sed", [good, "--set", "stimulus.sed=3"])):
        done = bench.run(*words)
        cases.case(name + "_is_refused", simulation.first(done.returncode != code and "exit code %d: %s" % (done.returncode, done.stderr[-300:]),
                                                         text not in done.stderr and done.stderr[-300:], "Traceback" in done.stderr and done.stderr,
                                                         os.path.exists(bench.path("out")) and "it left something"))
    done = bench.run("--seed", "3", "--random", "20", "--out", "two_faced.tcl", program=bench.stand_in(TWO_FACED))
    cases.case("what_does_not_fail_is_not_written", simulation.first(done.returncode != 3 and "exit code %d: %s" % (done.returncode, done.stderr[-300:]), "run by itself" not in
                                                                   done.stderr and done.stderr, any("two_faced" in f for f in os.listdir(bench.folder)) and "a file"))


def crash(bench, cases):
    done = bench.run("--seed", "7", "--random", "50", "--out", "crash.tcl", program=bench.stand_in(CRASHING))
    left = lines_of(bench.read("crash.tcl")) if done.returncode == 0 else []
    cases.case("a_crash", (len(left) != 1 or not left[0].startswith("reset u1")) and "%s %s" % (left, done.stderr[-300:]))


def expectation(bench, cases):
    """Shrinking an expectation away from what makes it true would give a scenario that fails on a healthy chip."""
    path = bench.write("expects.tcl", "i2c write 0x20 0x0f\nrun 5us\npins u1 0b0zzzzzzz\nexpect pins u1 0xf0\ni2c read 0x20 1\n")
    done = bench.run(path, "--out", "expects_small.tcl")
    cases.case("an_expectation_keeps_its_reasons", done.returncode != 0 and done.stderr or
               lines_of(bench.read("expects_small.tcl"))[0] != "i2c write 0x20 0x0f" and bench.read("expects_small.tcl"))


def interruption(bench, cases):
    bench.write("runs", "")
    running = subprocess.Popen(bench.command("--seed", "11", "--random", "150", "--out", "interrupted.tcl", program=bench.stand_in(SLOW), fault="ctl_ignores_stretch"),
                               cwd=bench.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 60
    while bench.read("runs").count("\n") < 14 and time.monotonic() < end and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    n = len(lines_of(bench.read("interrupted.tcl"))) if running.returncode == 130 else 0
    code, failure = first_failure(bench, out.splitlines()[-1].split()) if n else (0, None)
    cases.case("interrupted_leaves_the_smallest_so_far", simulation.first(running.returncode != 130 and "exit code %d: %s" % (running.returncode, err[-300:]),
                                                                         code != 1 and "it does not fail: %s" % (failure,), n < 1 and "no lines"), "%d lines" % n)


# ---- Moves ----------------------------------------------------------------------------------------------------------

def moves(bench, cases):
    text = "# step 1: write\npins u1 0xff\nforeach x {1\n2} {\n  run 1us\n}\n# step 2: x\n\ni2c write 0x20 \\\n  0x12 ;# {\n"
    found = shrink_moves.commands(text)
    cases.case("commands_of_many_lines_are_one", found != (["pins u1 0xff", "foreach x {1\n2} {\n  run 1us\n}", "i2c write 0x20 \\\n  0x12 ;# {"],
                                                           [[0, 1], [2]]) and "%s" % (found,))
    subprocess.run([bench.program, "--set", "stimulus.scenarios=[]", "--random", "300", "--random-tcl", "moves.tcl", bench.sim_cfg], cwd=bench.folder, check=True)
    commands, longest = shrink_moves.commands(bench.read("moves.tcl"))[0], 0
    for line in commands:
        for choice in (0, -1):
            steps, one = 0, line
            while steps < 1000 and (wanted := list(shrink_moves.simpler(one))):
                one, steps = wanted[choice], steps + 1
            longest = max(longest, steps)
    cases.case("moves_come_to_an_end", longest >= 1000 and "no end", "%d commands, at most %d moves" % (len(commands), longest))
    result = {"status": "fail", "signature": ["timing", "bus idle", "ctl.scl", "table 10"], "what": "tLOW 0.160 us, at least 1.300 us"}
    cases.case("numbers_are_no_cause", regress_run.cause(result) != regress_run.cause(dict(result, what="tLOW 0.180 us, at least 1.300 us")))


def test(program, sim_cfg, folder, cases):
    bench = Bench(program, sim_cfg, folder)
    for part in (moves, random_runs, in_a_regression, refused, crash, expectation, interruption):
        part(bench, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
