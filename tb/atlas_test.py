#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bit-slot atlas: a sample of its cells passes, the same cells come to the same report, a cell runs as a scenario.

    atlas_test.py TWINWIRE SOURCE
    atlas_test.py --faults TWINWIRE-FAULTY SOURCE   with seeded faults, cells must fail, and their scenarios too
"""

import os
import re
import signal
import subprocess
import sys
import time

import simulation
from simulation import Simulation, first

EVERY = "61" # a prime: over the rows, every column and every phase is met
# Seeded faults, the board, the outcome that gives them away, and every how many-th cell is looked at. Without judges it is the atlas that tells.
ALONE = ["--set", "board.controller.shadows=[]"] # the RTL has no twin
BLIND = [word for name in ("lines", "host", "gpio", "int", "protocol", "timing") for word in ("--set", "checks.%s=false" % name)]
SEEDED = [
    ("ctl_sda_stuck_after_loss", ALONE, "alarm", "61"),
    ("ctl_misses_arbitration", ALONE + BLIND, "wrong", "61"),
    ("ctl_ignores_stretch", ALONE + BLIND, "wrong", "61"),
    ("ctl_lost_flag_stays_in_both", BLIND, "hung", "101"),
]


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def sample(program, sim_cfg, folder, cases):
    run = Simulation(program, folder, "sample", "--atlas", EVERY, "--jobs", "2", sim_cfg)
    report = run.report() if run.code == 0 else {}
    counts = report.get("counts", {})
    cases.case("a sample passes", run.code and "exit code %d: %s" % (run.code, run.stdout[-600:] + run.stderr), "%d cells" % report.get("cells", 0))
    cases.case("its counts add up", first(not report and "no report", sum(counts.values()) != report.get("cells") and str(counts),
                                          report.get("cells", 0) < 300 and "too few: %s" % report.get("cells"),
                                          not all(counts.get(name) for name in ("recovered", "reported", "wrong", "hung")) and str(counts)))
    page = read(run.path("report.html")) if report else ""
    cases.case("the page has a map of each transfer", first(page.count('<table class="map">') != 3 and "it has not",
                                                            re.search(r"(src|href)=\"https?:", page) and "something comes from elsewhere"))
    words = [Simulation(program, folder, "jobs%s" % jobs, "--quiet", "--atlas", "401", "--jobs", jobs, sim_cfg) for jobs in ("1", "3")]
    texts = [re.sub("jobs[13]", "", read(run.path("report.json"))) if run.code == 0 else str(run.code) for run in words]
    cases.case("the report does not depend on the jobs", texts[0] != texts[1] and "it does")


def one_cell(program, sim_cfg, folder, cases):
    for name, outcome in (("write.stretch.12.mid_low", "recovered"), ("write.contend.2.mid_low", "reported"), ("read.contend.12.mid_low", "wrong")):
        run = Simulation(program, folder, name, "--atlas", name, "--waves", "off", sim_cfg)
        path = os.path.join(run.out, name + ".tcl")
        again = Simulation(program, folder, name + ".again", "--scenario", os.path.relpath(path, folder), "--waves", "off", sim_cfg)
        cases.case("%s is %s, and so is its scenario" % (name, outcome),
                   first(run.trouble(), again.trouble(), "outcome " + outcome not in run.stdout and run.stdout, "outcome " + outcome not in again.stdout and "no"))


def bad_input(program, sim_cfg, folder, cases):
    for name, arguments, wanted in (
            ("transfer", ["--atlas", "wirte.stretch.1.mid_low"], r'there is no transfer "wirte" \(did you mean write\?\); there are write, read, write_read'),
            ("row", ["--atlas", "read.strech.1.mid_low"], r'there is no row "strech" \(did you mean stretch\?\)'),
            ("column", ["--atlas", "read.stretch.29.mid_low"], r'"29" is no column of read: a number from 0 to 28'),
            ("phase", ["--atlas", "read.stretch.2.mid_lo"], r'there is no phase "mid_lo" \(did you mean mid_low\?\)'),
            ("more than a cell", ["--atlas", "read.stretch.2.mid_low.3"], r'there is no phase'),
            ("no step", ["--atlas", "0"], r"--atlas 0: every N-th cell wants N from 1 to 1000000"),
            ("jobs", ["--atlas", "all", "--jobs", "0"], r"--jobs 0: a number from 1 to 64"),
            ("with a scenario", ["--atlas", "all", "--scenario", "read_pins"], r"--atlas is a run of its own"),
            ("without targets", ["--atlas", "all", "--set", "board.targets=()"], r"--atlas wants")):
        run = Simulation(program, folder, "bad", *arguments, sim_cfg)
        cases.case("bad input: " + name, first(run.code != 2 and "exit code %d" % run.code, not re.search(wanted, run.stderr) and run.stderr,
                                               os.path.exists(run.out) and "it left something"))


def interrupt(program, sim_cfg, folder, cases):
    out = os.path.join(folder, "interrupted")
    run = subprocess.Popen([program, "--atlas", "all", "--jobs", "2", "--out", out, sim_cfg], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                           start_new_session=True)
    time.sleep(1)
    os.killpg(run.pid, signal.SIGINT)
    try:
        _, err = run.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        err = "it went on"
    left = [name for name in os.listdir(out) if name.startswith("report")]
    cases.case("Ctrl-C ends all of it, without a report", first(run.returncode != 130 and "exit code %s: %s" % (run.returncode, err), left and str(left)))


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid), encoding="ascii") as f:
        return [int(word) for word in f.read().split()]


def killed_worker(program, sim_cfg, folder, cases):
    """Cells that nobody came to are no cells that recovered."""
    out = os.path.join(folder, "killed")
    run = subprocess.Popen([program, "--atlas", "all", "--jobs", "2", "--out", out, sim_cfg], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 10
    while len(workers := children(run.pid)) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    os.kill(workers[-1], signal.SIGKILL)
    try:
        _, err = run.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait()
        err = "it went on"
    left = [name for name in os.listdir(out) if name.startswith("report")]
    cases.case("a process that is killed is no verdict", first(run.returncode != 3 and "exit code %s: %s" % (run.returncode, err), "were not run" not in err and err,
                                                               left and str(left)))


def strange_path(program, sim_cfg, folder, cases):
    """The command printed is one that a shell takes."""
    run = Simulation(program, folder, "it's $HOME", "--fault", "ctl_ignores_stretch", "--atlas", "101", "--jobs", "2", "--set", "checks.gpio=false", sim_cfg)
    again = next((line.split(None, 1)[1] for line in run.stdout.splitlines() if line.startswith("  again ")), "false")
    done = subprocess.run(again + " --out again", shell=True, cwd=folder, capture_output=True, text=True, timeout=60)
    cases.case("the command of a failing cell is a shell line", first(run.code != 1 and "exit code %d" % run.code, done.returncode != 1 and
                                                                      "exit code %d of %s: %s" % (done.returncode, again, done.stderr)))
    cases.case("the verdict names a scoreboard that is off", None if ", without the scoreboards gpio, results in" in run.stdout else run.stdout[-300:])


def seeded(program, sim_cfg, folder, cases):
    strange_path(program, sim_cfg, folder, cases)
    for fault, board, wanted, every in SEEDED:
        run = Simulation(program, folder, fault, "--fault", fault, *board, "--atlas", every, "--jobs", "2", sim_cfg)
        failures = run.report()["failures"] if run.code == 1 else []
        seen = {one["outcome"] for one in failures}
        cases.case("%s makes cells fail" % fault, first(run.code != 1 and "exit code %d" % run.code, wanted not in seen and str(seen)),
                   "%d, %s" % (len(failures), ", ".join(sorted(seen))))
        cell = next((one["cell"] for one in failures if one["outcome"] == wanted), None)
        if cell:
            again = Simulation(program, folder, "a", "--fault", fault, *board, "--waves", "off", "--atlas", cell, sim_cfg)
            cases.case("%s fails as a scenario too" % cell, again.code != 1 and "exit code %d: %s" % (again.code, again.stderr))


def test(program, sim_cfg, folder, cases):
    for part in (sample, one_cell, bad_input, interrupt, killed_worker):
        part(program, sim_cfg, folder, cases)


if __name__ == "__main__":
    faults = "--faults" in sys.argv
    if faults:
        sys.argv.remove("--faults")
    sys.exit(simulation.main(seeded if faults else test, __doc__))
