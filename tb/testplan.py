#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The testplan, tb/testplan.toml: what has to be shown, which scenarios and tests show it, which bins of functional coverage they must hit.

    testplan.py check [--program P]    the plan against the tree: unknown scenarios, tests and bins, points without a test, scenarios without a point
    testplan.py write                  docs/testplan.md from it

Exit code: 0 the plan is in order, 1 it is not, 2 wrong usage, 3 the environment failed.
"""

import argparse
import os
import subprocess
import sys
import tomllib

import coverage_points

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STAGES = ("V1", "V2", "V3")  # smoke; every feature; corners, stress, hostile surroundings
AREAS = {"host": "Host side of the controller", "controller": "Controller on the bus", "target": "PCF8574 as a target", "port": "PCF8574: port pins",
         "int": "PCF8574: INT", "shared": "Shared bus", "line": "Lines", "bench": "The bench itself"}
REQUIRED = {"name", "area", "stage", "what", "clause"}
OPTIONAL = {"from", "scenarios", "tests", "bins"}


class Plan:
    def __init__(self, source=SOURCE, path=None):
        self.source, self.path = source, path or os.path.join(source, "tb", "testplan.toml")
        try:
            with open(self.path, "rb") as f:
                data = tomllib.load(f)
        except (OSError, ValueError) as why:
            raise coverage_points.Broken("%s: %s" % (self.path, why)) from None
        self.points, self.left_out, self.other = data.pop("point", []), data.pop("left_out", []), sorted(data)

    def known_scenarios(self):
        return {name[:-4] for name in os.listdir(os.path.join(self.source, "tb", "scenarios")) if name.endswith(".tcl")}

    def known_tests(self):
        tests = {"faults", "random"}  # the seeded faults; the random part of a run
        for place, _, names in os.walk(os.path.join(self.source, "tb")):
            tests |= {name[:-8] for name in names if name.endswith("_test.py")}
            tests |= {"unit/" + name[:-8] for name in names if name.endswith("_test.cc")}
        return tests

    def troubles(self, bins):
        """Everything that is wrong with the plan; `bins`: all there are, or None if nobody knows."""
        scenarios, tests, seen = self.known_scenarios(), self.known_tests(), set()
        with open(os.path.join(self.source, "sim.cfg"), encoding="utf-8") as f:
            run = f.read()
        yield from ("%s is not understood" % key for key in self.other)
        for entry in self.left_out:
            if entry.keys() != {"name", "why"}:
                yield "[[left_out]] %s: wants name and why" % entry.get("name", entry)
        for point in self.points:
            name = point.get("name", "a point without a name")
            if not REQUIRED <= point.keys() <= REQUIRED | OPTIONAL:
                yield "%s: wants %s, may have %s" % (name, ", ".join(sorted(REQUIRED)), ", ".join(sorted(OPTIONAL)))
                continue
            if name in seen:
                yield "%s: is there twice" % name
            seen.add(name)
            if point["stage"] not in STAGES or point["area"] not in AREAS:
                yield "%s: stage is one of %s, area one of %s" % (name, ", ".join(STAGES), ", ".join(AREAS))
            if not point.get("scenarios") and not point.get("tests"):
                yield "%s: no scenario and no test shows it" % name
            yield from ("%s: there is no scenario %s" % (name, one) for one in point.get("scenarios", []) if one not in scenarios)
            yield from ("%s: there is no test %s" % (name, one) for one in point.get("tests", []) if one not in tests)
            if bins is not None:
                yield from ("%s: there is no bin %s" % (name, one) for one in point.get("bins", []) if not any(coverage_points.matches(one, b) for b in bins))
        yield from ("scenario %s: sim.cfg does not run it" % one for one in sorted(scenarios) if '"%s"' % one not in run)
        planned = {one for point in self.points for one in point.get("scenarios", [])}
        yield from ("scenario %s: no point of the plan names it" % one for one in sorted(scenarios - planned))


def read_bins(program):
    try:
        done = subprocess.run([program, "--list-bins"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as why:
        raise coverage_points.Broken(str(why)) from None
    if done.returncode != 0 or not done.stdout:
        raise coverage_points.Broken("%s --list-bins: exit code %d" % (program, done.returncode))
    return done.stdout.split()


# ---- As text --------------------------------------------------------------------------------------------------------

def ticked(words):
    return " ".join("`%s`" % word for word in words)


def evidence(point):
    return ticked([*point.get("scenarios", []), *point.get("tests", [])])


def markdown(plan):
    lines = ["# Testplan", "",
             "Made from `tb/testplan.toml` by `python3 tb/testplan.py write`; a test fails when this page is stale. The build fails when a point has no test,",
             "when a scenario stands in no point, or when a scenario, test or bin does not exist. `make coverage` says of each point whether its scenarios passed",
             "and its bins were hit. Stages: V1 smoke, V2 every feature, V3 corners and hostile surroundings. *From* names the point of OpenTitan's I2C testplan,",
             "or the report of a bug elsewhere, that a point answers.", "",
             "%d points." % len(plan.points)]
    for area, title in AREAS.items():
        points = [point for point in plan.points if point["area"] == area]
        if not points:
            continue
        lines += ["", "## %s" % title, ""]
        for point in points:
            rest = ["%s." % point["clause"]] + (["From %s." % point["from"]] if "from" in point else [])
            lines += ["**%s** (%s) %s *%s* Shown by %s%s" % (
                point["name"], point["stage"], " ".join(point["what"].split()), " ".join(rest), evidence(point),
                "; bins %s." % ticked(point["bins"]) if point.get("bins") else "."), ""]
        lines.pop()
    lines += ["", "## Left out", "", "Points of OpenTitan's I2C testplan without a counterpart here.", ""]
    lines += ["- `%s`: %s" % (entry["name"], entry["why"]) for entry in plan.left_out]
    return "\n".join(lines) + "\n"


class Result:
    """A point after `make coverage`."""

    def __init__(self, point, coverage, tests):
        self.point, self.missing = point, []
        bins = coverage.functional.bins
        wanted = {b for pattern in point.get("bins", []) for b in bins if coverage_points.matches(pattern, b) and b not in coverage.excluded}
        self.bins, self.hit = len(wanted), sum(bins[b] > 0 for b in wanted)
        self.holes = sorted(b for b in wanted if not bins[b])
        ran = {one: tests.get("scenario/" + one, []) for one in point.get("scenarios", [])}
        self.passed = sum(all(status == "pass" for status in statuses) for statuses in ran.values() if statuses)
        self.failed = [one for one, statuses in ran.items() if any(status != "pass" for status in statuses)]
        self.not_run = [one for one, statuses in ran.items() if not statuses]

    def word(self):
        return "fail" if self.failed else "holes" if self.holes else "not run" if self.not_run else "pass"


def main():
    p = argparse.ArgumentParser(prog="testplan.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    p.add_argument("what", choices=("check", "write"))
    p.add_argument("--program", help="the simulator, which knows the bins")
    p.add_argument("--source", default=SOURCE, help="the source tree")
    options = p.parse_args()
    try:
        plan = Plan(options.source)
        troubles = list(plan.troubles(read_bins(options.program) if options.program else None))
        for trouble in troubles:
            print("testplan.toml: %s" % trouble, file=sys.stderr)
        if options.what == "write" and not troubles:
            with open(os.path.join(options.source, "docs", "testplan.md"), "w", encoding="utf-8") as f:
                f.write(markdown(plan))
        return 1 if troubles else 0
    except (coverage_points.Broken, OSError) as why:
        print("testplan.py: %s" % why, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main())
