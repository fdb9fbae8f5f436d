#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The random part and the scenario that --random-tcl makes of it: both put the same on the wires, clock for clock; every line of the scenario
runs without any other; its expectations can fail. And what the text depends on: the seed and stimulus.random, nothing else.

Usage: random_test.py TWINWIRE SOURCE
"""

import os
import re
import subprocess
import sys

import simulation

ALONE = ("--set", "stimulus.scenarios=[]")
KINDS = ("write read write_read chain address absent reserved general_call start_byte rival reset disable commands registers prescale idle "
         "hostile").split()


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


class Bench:
    def __init__(self, program, sim_cfg, folder):
        self.program, self.sim_cfg, self.folder = program, sim_cfg, folder

    def path(self, name):
        return os.path.join(self.folder, name)

    def write_tcl(self, name, *options):
        done = subprocess.run([self.program, *options, "--random-tcl", self.path(name), self.sim_cfg], cwd=self.folder, capture_output=True, text=True,
                              timeout=60)
        return done, (lines_of(self.path(name)) if done.returncode == 0 else [])

    def run(self, name, *options):
        return simulation.Simulation(self.program, self.folder, name, *options, "--waves", "off", "--quiet", self.sim_cfg)

    def run_tcl(self, name, lines, *options):
        with open(self.path(name), "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
        return self.run(name + ".out", "--scenario", self.path(name), "--set", "limits.sim_ms=10000", *options)


def what_happened(run):
    """All that a run leaves, but for the name of the scenario."""
    report = run.report()
    return {"waveform_digest": report["waveform_digest"], "clocks": report["clocks"], "scoreboards": report["scoreboards"],
            "transfers": [{key: value for key, value in t.items() if key != "scenario"} for t in run.transfers()]}


def test_same_wires(bench, cases):
    for seed, options in ((1, ()), (2, ("--set", "board.scl_hz=1000000")), (3, ("--set", "board.scl_hz=100000", "--set", "stimulus.random.bytes_max=3"))):
        options = ("--seed", str(seed), "--random", "150", *options)
        done, lines = bench.write_tcl("same_%d.tcl" % seed, *options)
        random = bench.run("same_%d" % seed, *ALONE, *options)
        again = bench.run_tcl("again_%d.tcl" % seed, lines, *options[4:])
        trouble = simulation.first(done.returncode != 0 and done.stderr, random.trouble(), again.trouble())
        if not trouble:
            one, other = what_happened(random), what_happened(again)
            trouble = next((key + " differ" for key in one if one[key] != other[key]), None) or (len(one["transfers"]) < 150 and "hardly a transfer")
        cases.case("scenario_puts_the_same_on_the_wires_%d" % seed, trouble)


def test_lines_are_independent(bench, cases):
    weights = "stimulus.random.weights={%s}" % ";".join("%s=1" % kind for kind in KINDS)
    _, lines = bench.write_tcl("lines.tcl", "--random", "40", "--set", weights)
    trouble, kinds = None, {re.match(r"# step \d+: (\w+)$", line)[1] for line in lines[1:] if line.startswith("#")}
    commands = [line for line in lines if not line.startswith("#")]
    for n in range(0, len(commands), 3):
        run = bench.run_tcl("without.tcl", commands[:n] + commands[n + 1:])
        if run.code not in (0, 1) or "did not end" in run.stderr:
            trouble = "without \"%s\": exit code %d, %s" % (commands[n], run.code, run.stderr.strip())
            break
    cases.case("every_line_runs_without_any_other", trouble or (len(kinds) < 12 and "only %s" % kinds))
    few = next(n for n in range(2, len(lines)) if lines[n].startswith("# step 5:"))
    run = bench.run_tcl("backwards.tcl", [line for line in reversed(lines[:few]) if not line.startswith("#")])
    cases.case("even_backwards_they_are_a_scenario", run.code not in (0, 1) and run.stderr)


def test_expectations_can_fail(bench, cases):
    _, lines = bench.write_tcl("expect.tcl", "--random", "30")
    expecting = [n for n, line in enumerate(lines) if line.endswith("; expect status ack")]
    wrong = list(lines)
    wrong[expecting[-1]] = lines[expecting[-1]].replace("expect status ack", "expect status nack")
    run = bench.run_tcl("wrong.tcl", wrong)
    found = "scoreboard scenario" in run.stdout and "wrong.tcl:%d: expected nack, saw ack" % (1 + expecting[-1]) in run.stdout
    cases.case("an_expectation_can_fail", not (run.code == 1 and found) and run.stdout)


def test_what_the_text_depends_on(bench, cases):
    _, text = bench.write_tcl("all.tcl")
    steps = [re.match(r"# step (\d+): (\w+)$", line) for line in text[1:] if line.startswith("#")]
    missing = set(KINDS) - {step[2] for step in steps}
    cases.case("sim_cfg_reaches_every_kind", simulation.first(missing and str(missing), len(steps) != 2000 and "%d steps" % len(steps)))
    same = [bench.write_tcl("same.tcl", *options)[1] for options in ((), ("--waves", "all"), ("--every-edge",), ("--set", "checks.lines=false"),
            ("--set", "board.controller.drives=c"), ("--scenario", "read_pins", "--random", "2000"), ("--set", "record.ring=64"))]
    cases.case("nothing_but_seed_and_stimulus_changes_it", next(("%d" % n for n, one in enumerate(same) if one != text), None))
    _, other = bench.write_tcl("other.tcl", "--seed", "2")
    cases.case("another_seed_is_another_text", sum(a == b for a, b in zip(text, other)) > len(text) / 4 and "much the same")
    _, half = bench.write_tcl("half.tcl", "--random", "1000")
    cases.case("fewer_steps_are_its_beginning", half[1:] != text[1:len(half)] and "another text")


def test_bad_input(bench, cases):
    def refused(name, path, code, words):
        done = subprocess.run([bench.program, "--random-tcl", path, bench.sim_cfg], cwd=bench.folder, capture_output=True, text=True, timeout=60)
        cases.case(name, simulation.first(done.returncode != code and "exit code %d" % done.returncode, words not in done.stderr and done.stderr,
                                          done.stderr.count("\n") != 1 and "not one line", os.path.exists(bench.path(path + ".part")) and "left a .part"))
    refused("the_name_must_be_one_that_scenario_takes", "random.txt", 2, "ends in .tcl")
    refused("a_folder_that_is_not_there", "nowhere/random.tcl", 3, "No such file")
    os.mkdir(bench.path("folder.tcl"))
    refused("a_folder_is_no_file", "folder.tcl", 3, "directory")
    if os.path.exists("/dev/full"):
        os.symlink("/dev/full", bench.path("full.tcl.part"))
        done = subprocess.run([bench.program, "--random-tcl", "full.tcl", bench.sim_cfg], cwd=bench.folder, capture_output=True, text=True, timeout=60)
        cases.case("a_full_disk_leaves_nothing_half_written", simulation.first(done.returncode != 3 and "exit code %d" % done.returncode,
                   os.path.exists(bench.path("full.tcl")) and "half a file", "No space" not in done.stderr and done.stderr))


def test(program, sim_cfg, folder, cases):
    bench = Bench(program, sim_cfg, folder)
    test_same_wires(bench, cases)
    test_lines_are_independent(bench, cases)
    test_expectations_can_fail(bench, cases)
    test_what_the_text_depends_on(bench, cases)
    test_bad_input(bench, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
