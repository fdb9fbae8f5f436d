#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""System test: coverage is counted without changing anything, adds up, names its holes, and judges its exclusions.

    coverage_test.py TWINWIRE SOURCE     twinwire-coverage lies beside TWINWIRE

genhtml(1) of lcov reads coverage.info; without it that case is left out, unless TWINWIRE_NO_SKIP is set.
"""

import itertools
import json
import os
import shutil
import subprocess
import sys

import coverage_points
import simulation
from simulation import Simulation, first

TI = ("board.targets.u1.personality=ti", "board.targets.u2.personality=ti", "board.targets.u2.drives=rtl", "board.targets.u2.shadows=c")


def read(path):
    with open(path, "rb") as f:
        return f.read()


def by_name(path):
    """A waveform without Verilator's short names of signals, which differ from build to build: (time, {(signal, value)}) again and again."""
    names, scope, now, moves = {}, [], None, set()
    with open(path, encoding="ascii") as f:
        for line in f:
            words = line.split()
            if line.startswith("$scope"):
                scope.append(words[2])
            elif line.startswith("$upscope"):
                scope.pop()
            elif line.startswith("$var"):
                names.setdefault(words[3], []).append(".".join([*scope, *words[4:-1]]))
            elif line.startswith("#"):
                yield now, moves
                now, moves = words[0], set()
            elif line[0] in "01xzbsr" and now:
                value, name = (words[0], words[1]) if len(words) == 2 else (line[0], words[0][1:])
                moves |= {(one, value) for one in names[name]}
    yield now, moves


def merge(source, folder, out, exclusions, *folders, program=None, rest=()):
    """(exit code, text, coverage.json) of coverage.py."""
    what = [word for one in folders for word in ("--merge", one)] if folders else ["--program", program, "--seeds", "0"]
    command = [sys.executable, os.path.join(source, "tb", "coverage.py"), *what, "--exclusions", exclusions, "--out", out,
               os.path.join(source, "sim.cfg"), *rest]
    done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300)
    path = os.path.join(folder, out, "coverage.json")
    report = json.loads(read(path)) if os.path.exists(path) else None
    return done.returncode, done.stdout + done.stderr, report


def write(folder, name, text):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path


def exclude(bins, reason="because"):
    return "[[bins]]\nbins = %s\nreason = %s\n" % (json.dumps(bins), json.dumps(reason))


def bins_of(report):
    return {"%s.%s" % (group["name"], name): count for group in report["groups"] for name, count in group["bins"].items()}


def same_waves(program, counting, sim_cfg, folder, cases):
    options = ("--scenario", "read_pins", "--scenario", "int_shared_line", "--random", "5", "--seed", "7", "--waves", "all", sim_cfg)
    plain, counted = Simulation(program, folder, "plain", *options), Simulation(counting, folder, "counted", *options)
    off = Simulation(program, folder, "off", "--set", "record.coverage=false", *options)
    digest = "waveform_digest"
    cases.case("counting lines leaves the waves as they are", first(plain.trouble(), counted.trouble(), any(a != b for a, b in itertools.zip_longest(by_name(plain.path("waves.vcd")), by_name(counted.path("waves.vcd")))) and "waves.vcd differs",
                                                                    plain.report()[digest] != counted.report()[digest] and "digests differ"))
    cases.case("so does counting bins", first(off.trouble(), read(plain.path("waves.vcd")) != read(off.path("waves.vcd")) and "waves.vcd differs"))
    cases.case("both count the same bins", None if read(plain.path("coverage.json")) == read(counted.path("coverage.json")) else "coverage.json differs")
    cases.case("record.coverage=false leaves no file", "coverage.json is there" if os.path.exists(off.path("coverage.json")) else None)
    cases.case("only the counting program leaves coverage.dat", None if os.path.exists(counted.path("coverage.dat")) and not os.path.exists(plain.path("coverage.dat")) else "not so")
    listed = subprocess.run([program, "--list-bins"], capture_output=True, text=True, timeout=60).stdout.split()
    cases.case("--list-bins lists them", None if listed == list(bins_of(json.loads(read(plain.path("coverage.json"))))) else "other bins")


def adds_up(source, a, b, none, folder, cases):
    code_a, text_a, one = merge(source, folder, "of_a", none, a)
    _, _, other = merge(source, folder, "of_b", none, b)
    code, text, both = merge(source, folder, "of_both", none, a, b)
    sums = {name: count + bins_of(other)[name] for name, count in bins_of(one).items()}
    cases.case("bins of two runs add up", None if bins_of(both) == sums else "they do not")
    points = [coverage_points.Rtl() for _ in range(3)]
    for rtl, runs in zip(points, ((a,), (b,), (a, b))):
        for run in runs:
            rtl.add(os.path.join(run, "coverage.dat"))
    wrong = [p for p, count in points[2].points.items() if count != points[0].points[p] + points[1].points[p]]
    cases.case("lines, branches and toggles add up", wrong and "%d of them do not, first %s" % (len(wrong), wrong[0]))
    holes = [set(report["measures"][0]["holes"]) for report in (one, other, both)]
    cases.case("a hole of both is a hole of neither", None if holes[2] == holes[0] & holes[1] else "holes differ")
    name = "int_line.falls.held_by_another"
    cases.case("what is left out makes a hole", first(name not in holes[0] and "no hole without int_shared_line", name in holes[2] and "a hole with it",
                                                      b"<code>falls.held_by_another</code>" not in read(os.path.join(folder, "of_a", "report.html")) and "not in report.html",
                                                      "  Holes\n" not in text_a and "no holes on the terminal"))
    cases.case("holes are exit code 1", None if (code, code_a) == (1, 1) else "exit codes %d, %d" % (code, code_a))
    again = merge(source, folder, "of_both2", none, a, b)
    same = all(read(os.path.join(folder, "of_both", f)).replace(b"of_both2", b"of_both") == read(os.path.join(folder, "of_both2", f)).replace(b"of_both2", b"of_both")
               for f in ("coverage.json", "coverage.info", "report.html"))
    cases.case("the same once more", None if same and again[0] == code else "another report")


def exclusions(source, run, folder, cases):
    """Everything that one run leaves open is excluded: that is exit code 0. Then each thing that can be wrong with an exclusion."""
    with open(os.path.join(source, "tb", "coverage.toml"), encoding="utf-8") as f:
        real = f.read()
    none = write(folder, "none.toml", "")
    _, _, report = merge(source, folder, "bare", none, run)
    bins = bins_of(report)
    holes, hits = [name for name, count in bins.items() if not count], [name for name, count in bins.items() if count]
    rtl = real[real.index("[[rtl]]"):]
    good = exclude(holes) + rtl

    def judged(name, text, wanted, say):
        code, said, _ = merge(source, folder, name, write(folder, name + ".toml", text), run)
        said = " ".join(said.split())
        cases.case(name.replace("_", " "), None if code == wanted and say in said else "exit code %d: %s" % (code, said[-900:]))

    judged("all_covered", good, 0, "COVERED")
    judged("one_more_hole", exclude(holes[1:]) + rtl, 1, "NOT COVERED")
    failed = shutil.copytree(run, os.path.join(folder, "failed"))
    with open(os.path.join(failed, "report.json"), encoding="utf-8") as f:
        report = json.load(f)
    write(failed, "report.json", json.dumps(dict(report, verdict="fail", exit_code=1)))
    code, said, _ = merge(source, folder, "of_failed", os.path.join(folder, "all_covered.toml"), failed)
    cases.case("a run that failed covers nothing", None if code == 1 and "  FAIL  " in said else "exit code %d: %s" % (code, said[-300:]))
    code, said, report = merge(source, folder, "all_covered", os.path.join(folder, "all_covered.toml"), run, folder + "/gone")
    cases.case("a folder that is not there", first(code != 3 and "exit code %d" % code, "gone" not in said and said, report and "an older report is there"))
    judged("all_covered", good, 0, "COVERED")
    with open(os.path.join(failed, "coverage.dat"), encoding="utf-8") as f:
        lines = f.readlines()
    write(failed, "coverage.dat", "".join(lines[:len(lines) // 2]))
    code, said, _ = merge(source, folder, "cut", os.path.join(folder, "all_covered.toml"), run, failed)
    cases.case("half a file", first(code != 3 and "exit code %d" % code, "other points" not in said and said))
    judged("an_exclusion_that_is_hit", good + exclude([hits[0]]), 1, "excluded, and was hit")
    judged("an_exclusion_that_names_nothing", good + exclude(["int.nothing.*"]), 1, "there is no such point (any more)")
    judged("an_excluded_line_that_is_hit", good + '[[rtl]]\nfile = "rtl/pcf8574.sv"\ncode = "port_d        = byte_q;"\nreason = "no"\n', 1, "and was hit")
    judged("an_excluded_line_that_has_gone", good + '[[rtl]]\nfile = "rtl/pcf8574.sv"\ncode = "port_d = 0;"\nreason = "no"\n', 1, "no such point")
    judged("an_excluded_bit_that_toggles", good + '[[toggle]]\nfile = "rtl/pcf8574.sv"\nsignals = ["port_q[0]"]\nreason = "no"\n', 1, "and was hit")
    judged("an_excluded_signal_that_has_gone", good + '[[toggle]]\nfile = "rtl/pcf8574.sv"\nsignals = ["ports_q[*]"]\nreason = "no"\n', 1, "no such point")
    judged("an_uncovered_line", exclude(holes), 1, "NOT COVERED")
    judged("no_TOML", "[[bins\n", 3, "")
    judged("an_unknown_table", '[[bin]]\nbins = ["a"]\nreason = "b"\n', 3, "not understood")
    judged("an_exclusion_without_a_reason", '[[bins]]\nbins = ["int.*"]\n', 3, "not understood")
    return os.path.join(folder, "all_covered")


def genhtml(info, folder, cases):
    if not shutil.which("genhtml"):
        cases.case("genhtml reads coverage.info", "there is no genhtml (Debian: lcov)" if os.environ.get("TWINWIRE_NO_SKIP") else None, "left out: there is no genhtml here")
        return
    done = subprocess.run(["genhtml", "--branch-coverage", "-q", "-o", "lcov", info], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    page = os.path.join(folder, "lcov", "index.html")
    cases.case("genhtml reads coverage.info", first(done.returncode != 0 and done.stdout + done.stderr, not os.path.exists(page) and "no index.html",
                                                    done.stderr.strip()))


def test(program, sim_cfg, folder, cases):
    source, counting = os.path.dirname(sim_cfg), program + "-coverage"
    same_waves(program, counting, sim_cfg, folder, cases)
    sets = [word for one in TI for word in ("--set", one)]
    a = Simulation(counting, folder, "a", "--scenario", "write_patterns", "--waves", "off", sim_cfg).out
    b = Simulation(counting, folder, "b", "--scenario", "int_shared_line", "--waves", "off", sim_cfg).out
    adds_up(source, a, b, write(folder, "none.toml", ""), folder, cases)
    directed = Simulation(counting, folder, "directed", "--random", "0", "--waves", "off", *sets, sim_cfg)
    covered = exclusions(source, directed.out, folder, cases)
    genhtml(os.path.join(covered, "coverage.info"), folder, cases)

    board = write(folder, "board.toml", '[[board]]\nname = "one"\nset = []\n')
    code, text, report = merge(source, folder, "ran", board, program=counting, rest=("--", "--filter", "scenario/read_pins"))
    left = sorted(os.listdir(os.path.join(folder, "ran", "one", "scenario", "read_pins")))
    cases.case("it runs the boards itself", first(code != 1 and "exit code %d: %s" % (code, text), report["runs"] != 1 and "not one run",
                                                  left != ["coverage.dat", "coverage.json"] and "left %s" % left))
    cases.case("a sum is no run", None if merge(source, folder, "again", board, "ran")[2]["runs"] == 1 else "it is counted as one")
    cases.case("nothing to add up", None if merge(source, folder, "nothing", board, folder + "/ran/one/scenario/nothing")[0] == 3 else "exit code")
    write(a, "coverage.dat", "nonsense\n")
    code, text, report = merge(source, folder, "nonsense", board, a)
    cases.case("a file that is none", first(code != 3 and "exit code %d" % code, "coverage.dat" not in text and text, report and "a report is there"))
    wrong = subprocess.run([sys.executable, os.path.join(source, "tb", "coverage.py"), "--seeds", "-1"], cwd=folder, capture_output=True, timeout=60).returncode
    cases.case("wrong usage", None if wrong == 2 else "exit code %d" % wrong)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
