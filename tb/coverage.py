#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Coverage: every scenario and N random seeds on each board of tb/coverage.toml, added up in one report.

Functional bins (tb/coverage.c) and the lines and branches of rtl/ must all be hit, but for the exclusions in tb/coverage.toml; toggles are
reported. With --merge nothing is run: what lies below these folders is added up.

Exit code: 0 all is covered, 1 it is not, an exclusion is wrong, or a test did not pass, 2 wrong usage, 3 the environment failed, 130 interrupted.
"""

import argparse
import contextlib
import json
import os
import re
import shlex
import sys

import coverage_points
import coverage_report
import regress_run
import testplan

HERE = os.path.dirname(os.path.abspath(__file__))


def read_arguments(words):
    p = argparse.ArgumentParser(prog="coverage.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
                                epilog="What stands behind -- goes to tb/regress.py: -- --filter 'scenario/int_*'")
    p.add_argument("sim_cfg", nargs="?", default="sim.cfg", metavar="SIM.CFG")
    p.add_argument("--seeds", type=int, default=20, metavar="N", help="random tests, spread over the boards; default 20")
    p.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="tests at a time; default: number of cores")
    p.add_argument("--program", default="build/twinwire-coverage", help="the simulator; default build/twinwire-coverage")
    p.add_argument("--merge", action="append", default=[], metavar="DIR", help="run nothing, add up what is below DIR; may be repeated")
    p.add_argument("--exclusions", default=os.path.join(HERE, "coverage.toml"), metavar="FILE", help="default tb/coverage.toml")
    p.add_argument("--out", default="out/coverage", metavar="DIR", help="where results go; default out/coverage")
    at = words.index("--") if "--" in words else len(words)
    options = p.parse_args(words[:at])
    options.rest = words[at + 1:]
    if options.seeds < 0 or options.jobs < 1:
        p.error("--seeds and --jobs are whole numbers")
    return options


def run_boards(options, boards):
    """The folders of results, and the worst exit code of the regressions: 0 or 1."""
    worst, folders = 0, []
    for number, board in enumerate(boards):
        folders.append(os.path.join(options.out, board["name"]))
        seeds = (options.seeds + len(boards) - 1 - number) // len(boards)
        command = [sys.executable, os.path.join(HERE, "regress.py"), "--program", options.program, "--seeds", str(seeds), "--jobs", str(options.jobs), "--no-shrink",
                   "--out", folders[-1], "--keep", "coverage.json", "--keep", "coverage.dat",
                   *(word for one in board["set"] for word in ("--set", one)), *options.rest, options.sim_cfg]
        code, text = regress_run.call(command)
        sums = [line.strip() for line in text.splitlines() if re.match(r"  \d+ tests?: ", line)]
        print("  board %-10s %s" % (board["name"], sums[0] if code == 0 and sums else "\n" + text), flush=True)
        if code not in (0, 1):
            raise SystemExit(code)
        worst = max(worst, code)
    return folders, worst


def read_tests(reports):
    """({scenario: statuses} of the reports of regressions, 0 or 1: one that did not pass, or a single run)."""
    tests, code = {}, 0
    for path in reports:
        try:
            with open(path, encoding="utf-8") as f:
                report = json.load(f)
            for one in report.get("tests", []):  # the report of a single run has none
                tests.setdefault(one["test"], []).append(one["status"])
            code = code if report.get("verdict", "pass") == "pass" else 1
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as why:
            raise coverage_points.Broken("%s: %s: %s" % (path, type(why).__name__, why)) from None
    return tests, code


def add_up(folders, exclusions):
    """(coverage, runs, the reports beside what was added up)"""
    functional, rtl, runs, reports = coverage_points.Functional(), coverage_points.Rtl(), 0, []
    for folder in folders:
        if not os.path.isdir(folder):
            raise coverage_points.Broken("%s: there is no such folder" % folder)
        for place, subfolders, names in sorted(os.walk(folder)):
            subfolders.sort()
            if "coverage.info" in names:  # what lies here is such a sum itself
                continue
            if "coverage.json" in names:
                functional.add(os.path.join(place, "coverage.json"))
                runs += 1
            if "coverage.dat" in names:
                rtl.add(os.path.join(place, "coverage.dat"))
            if "report.json" in names:
                reports.append(os.path.join(place, "report.json"))
    if not runs or not rtl.points:
        raise coverage_points.Broken("%s: no results of twinwire-coverage" % " ".join(folders))
    return coverage_points.Coverage(functional, rtl, exclusions), runs, reports


def main():
    options = read_arguments(sys.argv[1:])
    source = os.path.dirname(HERE)
    try:
        exclusions = coverage_points.Exclusions(options.exclusions, source)
        for name in ("report.html", "coverage.json", "coverage.info"):  # whatever comes of this run, they are of another one
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                os.remove(os.path.join(options.out, name))
        folders, code = (options.merge, 0) if options.merge else run_boards(options, exclusions.boards())
        coverage, runs, reports = add_up(folders, exclusions)
        tests, failed = read_tests(reports)
        code = max(code, failed)
        os.makedirs(options.out, exist_ok=True)
        again = shlex.join(["python3", *sys.argv])
        points = [testplan.Result(point, coverage, tests) for point in testplan.Plan(source).points]
        report = coverage_report.Report(coverage, runs, points, source, again, code)
        coverage_report.write(report, options.out)
        coverage_report.summary(report, options.out, sys.stdout)
        return max(code, 0 if coverage.complete() else 1)
    except (coverage_points.Broken, OSError) as why:
        print("coverage.py: %s" % why, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
