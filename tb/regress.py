#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Regression: the simulator many times, one process a test.

The tests are scenario/NAME, each scenario of SIM.CFG by itself, and random/seed_N, the random part once for each N. The seed of
random/seed_N is the 64-bit FNV-1a hash of the text BASE:random/seed_N without its highest bit, and 1 instead of 0. So a test
keeps its seed whatever else is run, and another BASE changes them all.

Exit code: 0 all passed, 1 a test did not pass, 2 wrong usage or no test, 3 the environment failed, 130 interrupted.
"""

import argparse
import contextlib
import fcntl
import fnmatch
import glob
import itertools
import json
import os
import re
import shlex
import shutil
import sys
import time

import regress_report
import regress_run
import shrink

HERE = os.path.dirname(os.path.abspath(__file__))
SEED_MAX = 2**63 - 1
DISK_FULL = 1 << 20  # bytes left


class Test:
    def __init__(self, name, seed, words, options, inputs):
        self.name, self.seed, self.inputs = name, seed, inputs
        self.folder = os.path.join(options.out, name)
        sets = [one for one in options.set if seed is None or not one.startswith("stimulus.scenarios=")]  # the random part has none anyhow
        self.command = [options.program, *(word for one in sets for word in ("--set", one)), *words, "--waves", "off", *options.rest, "--out", self.folder, options.sim_cfg]


def derived_seed(base, name):
    value = 0xCBF29CE484222325
    for byte in b"%d:%s" % (base, name.encode()):
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value % 2**63 or 1


# ---- Command line ---------------------------------------------------------------------------------------------------

def whole(least, most):
    def read(text):
        if not re.fullmatch(r"\d{1,19}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError("%r is no whole number from %d to %d" % (text, least, most))
        return int(text)
    return read


def read_arguments(words):
    p = argparse.ArgumentParser(prog="regress.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
                                epilog="What stands behind -- goes to the simulator: -- --fault NAME")
    p.add_argument("sim_cfg", nargs="?", default="sim.cfg", metavar="SIM.CFG")
    p.add_argument("--seeds", type=whole(0, 1000000), default=20, metavar="N", help="random tests; default 20")
    p.add_argument("--random", type=whole(1, 10**9), metavar="K", help="transfers of each; default: stimulus.random.transfers of SIM.CFG")
    p.add_argument("--reseed", type=whole(1, SEED_MAX), metavar="BASE", help="what seeds derive from; default: stimulus.seed of SIM.CFG")
    p.add_argument("--filter", action="append", default=[], metavar="GLOB", help="only tests of such names; may be repeated")
    p.add_argument("--list", action="store_true", help="print names and seeds, run nothing")
    p.add_argument("--commands", action="store_true", help="print the tests as plain shell lines, for a scheduler of your own; run nothing")
    p.add_argument("--jobs", type=whole(1, 4096), default=os.cpu_count() or 1, metavar="N", help="tests at a time; default: number of cores")
    p.add_argument("--wall-s", type=whole(1, 10**6), default=300, metavar="S", help="longest wall time of a test; default 300")
    p.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="for every test: limits.sim_ms=100; may be repeated")
    p.add_argument("--fail-fast", action="store_true", help="stop at the first test that does not pass")
    p.add_argument("--resume", action="store_true", help="go on after an interruption: what passed with the same command is not run again")
    p.add_argument("--no-shrink", action="store_true", help="do not shrink what failed: the first random test of each group, to a scenario of a few lines")
    p.add_argument("--shrink-s", type=whole(1, 10**6), default=120, metavar="S", help="longest time for shrinking, all groups together; default 120")
    p.add_argument("--keep-passed", action="store_true", help="keep the folders of passed tests")
    p.add_argument("--keep", action="append", default=[], metavar="FILE", help="of passed tests, keep the file of this name; may be repeated")
    p.add_argument("--program", default="build/twinwire", help="the simulator; default build/twinwire")
    p.add_argument("--out", default="out/regress", metavar="DIR", help="where results go; default out/regress")
    at = words.index("--") if "--" in words else len(words)
    options = p.parse_args(words[:at])
    options.rest = words[at + 1:]
    return options


def again(options):
    """The command that repeats this regression."""
    words = ["python3", sys.argv[0]]
    for name, default in (("program", "build/twinwire"), ("seeds", None), ("random", None), ("reseed", None), ("jobs", None), ("wall_s", 300),
                          ("shrink_s", 120), ("out", "out/regress")):
        if getattr(options, name) != default and (name, getattr(options, name)) != ("random", 0):  # SIM.CFG has no random part
            words += ["--" + name.replace("_", "-"), str(getattr(options, name))]
    words += [word for name in ("set", "filter", "keep") for one in getattr(options, name) for word in ("--" + name, one)]
    words += ["--" + name.replace("_", "-") for name in ("fail_fast", "keep_passed", "no_shrink") if getattr(options, name)]
    return shlex.join([*words, options.sim_cfg, *(["--", *options.rest] if options.rest else [])])


# ---- Which tests there are ------------------------------------------------------------------------------------------

def fingerprint(options, config, scenarios):
    """Whatever of it changes, what passed before has to be run again. Scenarios may read what lies beside them."""
    folders = dict.fromkeys([os.path.join(HERE, "scenarios"), *(os.path.dirname(s) or "." for s in scenarios if s.endswith(".tcl"))])
    files = [options.program, *(f for folder in folders for f in sorted(glob.glob(os.path.join(glob.escape(folder), "*.tcl"))))]
    facts = [(f, os.stat(f).st_size, os.stat(f).st_mtime_ns) for f in files if os.path.exists(f)]
    return "%016x" % derived_seed(0, repr((config, facts)))


def scenario_test(scenario, taken):
    """Its name: of a path its last part, which may be that of another one."""
    stem = re.sub(r"[^A-Za-z0-9_+-]+", "_", os.path.basename(scenario[:-4] if scenario.endswith(".tcl") else scenario))
    names = ("scenario/%s%s" % (stem, "_%d" % n if n > 1 else "") for n in itertools.count(1))
    return next(name for name in names if name not in taken)


def select_tests(options):
    config = regress_run.dump_config(options.program, [word for one in options.set for word in ("--set", one)], options.sim_cfg)
    base, _, scenarios, transfers = regress_run.read_config(config)
    options.reseed = options.reseed or base
    options.random = options.random or transfers
    inputs, tests = fingerprint(options, config, scenarios), {}
    for scenario in dict.fromkeys(scenarios):
        name = scenario_test(scenario, tests)
        tests[name] = Test(name, None, ["--scenario", scenario], options, inputs)
    for number in range(1, options.seeds + 1 if options.random else 1):
        name = "random/seed_%d" % number
        seed = derived_seed(options.reseed, name)
        words = ["--set", "stimulus.scenarios=[]", "--seed", str(seed), "--random", str(options.random)]
        tests[name] = Test(name, seed, words, options, inputs)
    chosen = [t for t in tests.values() if not options.filter or any(fnmatch.fnmatchcase(t.name, one) for one in options.filter)]
    if not chosen:
        raise regress_run.Usage("no test is called %s; --list shows all" % " or ".join(map(repr, options.filter)) if tests else "SIM.CFG has no scenario, and no seed is wanted")
    return chosen


# ---- Results on disk ------------------------------------------------------------------------------------------------

class State:
    """state.jsonl, one line for each test that ended; the folder is locked as long as this lives."""

    def __init__(self, options, tests):
        self.path, self.passed = os.path.join(options.out, "state.jsonl"), {}
        os.makedirs(options.out, exist_ok=True)
        self.lock = os.open(options.out, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise regress_run.Environment("%s: another regression is writing here (see --out)" % options.out) from None
        if options.resume:
            self.passed = self.read({test.name: test for test in tests})
        elif os.path.exists(self.path):  # the folders beside it are of a regression
            for name in ("scenario", "random"):
                shutil.rmtree(os.path.join(options.out, name), ignore_errors=True)
        for name in ("report.json", "report.html", "junit.xml"):
            with contextlib.suppress(FileNotFoundError):
                os.remove(os.path.join(options.out, name))
        self.file = open(self.path, "wb", buffering=0)  # a line is there when its test has ended
        for result in self.passed.values():
            self.add(result)

    def read(self, tests):
        passed = {}
        with contextlib.suppress(FileNotFoundError), open(self.path, encoding="utf-8", errors="replace") as f:
            for line in f:
                with contextlib.suppress(ValueError, KeyError, TypeError):  # the last line may be cut
                    one = json.loads(line)
                    test = tests[one["test"]]
                    if one["status"] == "pass" and one["command"] == test.command and one["inputs"] == test.inputs:
                        passed[test.name] = one
        return passed

    def add(self, result):
        line = json.dumps(result).encode() + b"\n"
        if self.file.write(line) != len(line):
            raise OSError("%s: not written whole" % self.path)


def remove_but(folder, kept):
    for name in os.listdir(folder) if kept else ():
        if name not in kept:
            with contextlib.suppress(OSError):
                os.remove(os.path.join(folder, name))
    if not kept:
        shutil.rmtree(folder, ignore_errors=True)


# ---- Shrinking ------------------------------------------------------------------------------------------------------

def shrink_groups(groups, options, signals, progress):
    """The first random test of each group; an interrupt ends this, and nothing is lost by it."""
    firsts = [(group, next((one for one in group.tests if one["seed"] is not None), None)) for group in groups if group.status in shrink.FAILING]
    wanted = [(group, one) for group, one in firsts if one]
    ends = time.monotonic() + options.shrink_s
    for number, (group, one) in enumerate(wanted):
        now = time.monotonic()
        sets = [word for text in options.set if not text.startswith("stimulus.scenarios=") for word in ("--set", text)]
        bench = shrink.Bench(options.program, sets + options.rest, options.sim_cfg, signals, now + (ends - now) / (len(wanted) - number))
        path = os.path.join(options.out, one["test"], "shrunk.tcl")
        try:
            text = shrink.random_scenario(bench, one["seed"], options.random)
            found = shrink.shrink(bench, text, one, lambda runs, lines: progress.tell("shrinking %s: %d lines" % (one["test"], lines)))
            group.shrunk = {"lines": len(found.lines), "of": found.before, "runs": found.runs, "stopped": found.why, "file": path,
                            "scenario": found.lines, "command": shlex.join(shrink.write(bench, found, path, "Shrunk from %s, seed %d" % (one["test"], one["seed"])))}
        except (shrink.Refused, shrink.NotTheSame, shrink.Over, regress_run.Usage, regress_run.Environment, OSError, UnicodeError) as why:
            group.shrunk = {"failed": "%s: %s" % (one["test"], why)}
        finally:
            bench.close()
    progress.clear()


# ---- The run --------------------------------------------------------------------------------------------------------

def run(options, tests, signals):
    state = State(options, tests)
    results, start = dict(state.passed), time.monotonic()
    progress = regress_report.Progress(sys.stderr, len(tests), len(results))

    def done(result):
        result["start_s"] = round(time.monotonic() - start - result["wall_s"], 3)
        results[result["test"]] = result
        state.add(result)
        if result["status"] == "pass" and not options.keep_passed:
            remove_but(os.path.join(options.out, result["test"]), options.keep)
        if result["exit"] == regress_run.ENVIRONMENT and shutil.disk_usage(options.out).free < DISK_FULL:
            raise OSError("%s: the disk is full" % options.out)
        progress.ended(result["status"])
        return not options.fail_fast or result["status"] == "pass"

    try:
        regress_run.run_tests([test for test in tests if test.name not in results], options.jobs, options.wall_s, signals, done, progress.show)
    finally:
        progress.clear()
        for kind in ("scenario", "random"):
            with contextlib.suppress(OSError):
                os.rmdir(os.path.join(options.out, kind))  # if nothing is left in it
    for test in tests:
        results.setdefault(test.name, {"test": test.name, "status": "not-run", "seed": test.seed, "signature": ["not run"], "what": "", "exit": None,
                                       "signal": None, "wall_s": 0, "command": test.command})
    ordered = [results[test.name] for test in tests]
    code = 130 if signals.stop else 0 if all(one["status"] == "pass" for one in ordered) else 1
    whole_run = regress_report.Regression(ordered, code, options, again(options), time.monotonic() - start, len(state.passed))
    if not options.no_shrink:
        shrink_groups(whole_run.groups, options, signals, progress)
    try:
        regress_report.write(whole_run, os.path.join(HERE, "report_css.h"))
    except OSError as why:
        raise regress_run.Environment(str(why)) from why
    regress_report.summary(whole_run, sys.stdout)
    return code


def main():
    options = read_arguments(sys.argv[1:])
    signals = regress_run.Signals()
    try:
        program = shutil.which(options.program)
        if not program:
            raise regress_run.Environment("%s: there is no such program (make build makes it)" % options.program)
        options.program = program
        tests = select_tests(options)
        if options.commands:
            for test in tests:
                print(shlex.join(test.command))
            return 0
        if options.list:
            for test in tests:
                print(test.name if test.seed is None else "%-18s seed %d" % (test.name, test.seed))
            return 0
        print(again(options), flush=True)
        return run(options, tests, signals)
    except regress_run.Usage as why:
        print("regress.py: %s" % why, file=sys.stderr)
        return 2
    except (regress_run.Environment, OSError) as why:
        print("regress.py: %s" % why, file=sys.stderr)
        return 130 if signals.stop else 3


if __name__ == "__main__":
    sys.exit(main())
