#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Shrinks a failing scenario, or a failing random run, to a small scenario that fails in the same way.

    shrink.py [options] FILE.tcl [SIM.CFG]
    shrink.py [options] --seed N --random K [SIM.CFG]      the random part, as the simulator's --random-tcl writes it

"In the same way": the first failure has the same scoreboard, socket, pin, rule and text, numbers left aside; or the simulator
crashes with the same signal. First everything behind the failure is cut off, then steps and lines before it are left out, by halves
and down to single ones; then what is left is made simpler: fewer bytes, smaller numbers, events without a time. The result is run
as it is printed before it is kept. Without a time limit the same input gives the same result.

Where the first failure is an expectation of the scenario itself, only what cannot make that expectation wrong is left out.

Exit code: 0 shrunk, 2 wrong usage, or the scenario passes, 3 it does not fail in the same way from its Tcl, or the environment
failed, 130 interrupted (the smallest so far is there).
"""

import argparse
import os
import re
import shlex
import shutil
import sys
import tempfile
import time

import regress_run
import shrink_moves

FAILING = ("fail", "crash", "timeout")


class Refused(Exception):
    """There is nothing to shrink."""


class NotTheSame(Exception):
    """The Tcl does not fail as it should."""


class Over(Exception):
    """Time is over, or somebody interrupts."""


def told(result):
    if result["status"] != "fail":
        return ": ".join([result["status"], *(result["signature"] or [])[:1], *([result["what"]] if result["what"] else [])])
    board, _, where, clause = result["signature"]
    return "%s, %s: %s [%s]" % (board, where, re.sub(r"^.*?(?=expected )", "", result["what"]) if board == "scenario" else result["what"], clause)


class Trial:
    """What regress_run wants of a test."""

    def __init__(self, name, command, folder):
        self.name, self.command, self.folder, self.seed, self.inputs = name, command, folder, None, ""


class Bench:
    """Runs scenarios with one simulator and configuration; `ends` is where time.monotonic() says that time is over."""

    def __init__(self, program, options, sim_cfg, signals, ends, wall_s=60):
        self.program, self.options, self.sim_cfg, self.signals, self.ends, self.wall_s = program, options, sim_cfg, signals, ends, wall_s
        self.folder, self.runs, self.limit, self.known = tempfile.mkdtemp(prefix="shrink."), 0, [], {}

    def close(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, scenario, *more):
        return [self.program, *self.options, *more, "--waves", "off", "--scenario", scenario, self.sim_cfg]

    def judge(self, scenario, *more):
        """The result of one run, as of a test of a regression."""
        results, command = [], self.command(scenario, *more)
        trial = Trial("shrink", [*command[:-1], "--out", os.path.join(self.folder, "out"), command[-1]], os.path.join(self.folder, "out"))
        regress_run.run_tests([trial], 1, self.wall_s, self.signals, lambda one: results.append(one) or True, lambda: None)
        self.runs += 1
        if self.signals.stop or not results:
            raise Over("interrupted")
        return results[0]

    def look(self, lines):
        """What these commands fail of (regress_run.cause), and the whole result."""
        text = "\n".join(lines) + "\n"
        if text not in self.known:
            if time.monotonic() > self.ends:
                raise Over("the time is over")
            path = os.path.join(self.folder, "shrink.tcl")
            with open(path, "w", encoding="utf-8") as f:
                f.write(text)
            result = self.judge(path, "--quiet", "--set", "record.checkpoints=false", *self.limit)
            self.known[text] = (regress_run.cause(result), result)
        return self.known[text]

    def bound(self, clocks):
        """From now on a run takes little more simulated time than one of so many clocks."""
        clock_hz = regress_run.read_config(regress_run.dump_config(self.program, self.options, self.sim_cfg))[1]
        self.limit = ["--set", "limits.sim_ms=%d" % (2 + 2000 * clocks // clock_hz)]


# ---- Shrinking ------------------------------------------------------------------------------------------------------

class Shrinker:
    def __init__(self, bench, lines, steps, wanted, keep):
        self.bench, self.steps, self.wanted, self.keep = bench, [[lines[i] for i in step] for step in steps], wanted, keep
        self.careful = wanted[:2] == ("fail", "scenario")
        self.marked = len(self.steps) < len(lines)  # steps of the random part, which do not need each other

    def lines(self, steps=None):
        return [line for step in (self.steps if steps is None else steps) for line in step]

    def fails(self, steps):
        return bool(self.lines(steps)) and self.bench.look(self.lines(steps))[0] == self.wanted

    def take(self, steps):
        """These steps instead, if they fail in the same way."""
        steps = [step for step in steps if step]
        if not self.fails(steps):
            return False
        self.steps = steps
        self.keep(self.lines())
        return True

    def cut_tail(self):
        """The shortest beginning that fails: doubled until it does, then halved."""
        low, high, n = 0, len(self.steps), 8
        while n < high and not self.fails(self.steps[:n]):
            low, n = n, 2 * n
        high = min(n, high)
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.fails(self.steps[:middle]) else (middle, high)
        self.take(self.steps[:high])

    def cut_head(self):
        n = 1
        while n < len(self.steps) and not self.take(self.steps[-n:]):
            n *= 4

    def leave_out(self):
        """Chunks of steps, from halves down to single ones; again as long as that helps."""
        size = len(self.steps) // 2
        while size:
            at, before = 0, len(self.steps)
            while at < len(self.steps):
                if not self.take(self.steps[:at] + self.steps[at + size:]):
                    at += size
            size = size if size == 1 and len(self.steps) < before else size // 2

    def removable(self, line):
        return not self.careful or line.split(" ", 1)[0] in ("pins", "run")

    def leave_out_lines(self):
        if not self.careful:  # each line a step of its own
            self.steps = [[line] for line in self.lines()]
            self.leave_out()
            return
        for s in reversed(range(len(self.steps))):
            for i in reversed(range(len(self.steps[s]))):
                if self.removable(self.steps[s][i]):
                    step = self.steps[s][:i] + self.steps[s][i + 1:]
                    self.take(self.steps[:s] + [step] + self.steps[s + 1:])

    def simplify(self):
        """Every command by every move, until none helps. Returns whether one did."""
        helped = False
        for s in reversed(range(len(self.steps))):
            i = len(self.steps[s]) - 1
            while i >= 0:
                line = self.steps[s][i]
                for one in shrink_moves.simpler(line):
                    step = self.steps[s][:i] + [one] + self.steps[s][i + 1:]
                    if self.take(self.steps[:s] + [step] + self.steps[s + 1:]):
                        helped = True
                        break
                else:
                    i -= 1
        return helped

    def run(self):
        self.cut_tail()
        if self.careful and not self.marked:
            return
        self.cut_head()
        self.leave_out()
        self.leave_out_lines()
        while not self.careful and self.simplify():
            self.leave_out()


class Shrunk:
    """The smallest scenario so far, and how it was come by."""

    def __init__(self):
        self.lines, self.before, self.cause, self.told, self.runs, self.why, self.wall_s = [], 0, None, "", 0, "", 0.0

    def text(self, source):
        head = ["SPDX-License-Identifier: Apache-2.0", "Fails: %s" % self.told, "%s, %d lines of %d" % (source, len(self.lines), self.before)]
        return "".join("%s\n" % line for line in [*("# " + line for line in head), *self.lines])


def shrink(bench, text, wanted=None, progress=lambda runs, lines: None):
    """Shrunk, of the commands in `text`. `wanted` is a result of the cause wanted, None: whatever it is."""
    start, found = time.monotonic(), Shrunk()
    lines, steps = shrink_moves.commands(text)
    found.lines, found.before = lines, len(lines)
    seen, result = bench.look(lines)
    found.cause, found.told = seen, told(result)
    if wanted and seen != regress_run.cause(wanted):
        raise NotTheSame("as a scenario it gives (%s), not (%s)" % (found.told, told(wanted)))
    if seen[0] not in FAILING:
        raise Refused("it passes" if seen[0] == "pass" else found.told)
    if seen[0] == "fail":
        bench.bound(result["clocks"])

    def keep(kept):
        found.lines = kept
        progress(bench.runs, len(kept))

    try:
        Shrinker(bench, lines, steps, seen, keep).run()
    except Over as why:
        found.why = str(why)
    found.runs, found.wall_s = bench.runs, time.monotonic() - start
    return found


def random_scenario(bench, seed, transfers):
    """The random part of this seed as a scenario."""
    path = os.path.join(bench.folder, "random.tcl")
    words = ["--set", "stimulus.scenarios=[]", "--seed", str(seed), "--random", str(transfers), "--random-tcl", path]
    regress_run.ask_program([bench.program, *bench.options, *words, bench.sim_cfg])
    with open(path, encoding="utf-8") as f:
        return f.read()


def write(bench, found, path, source):
    """Puts the scenario there, once it has failed from a file like that as from the command line; returns that command."""
    head = [*([shlex.join(bench.options)] if bench.options else []), *([found.why] if found.why else [])]
    text = found.text("; ".join([source, *head]))
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    part = path + ".part.tcl"
    try:
        with open(part, "w", encoding="utf-8") as f:
            f.write(text)
        if not bench.signals.stop:
            result = bench.judge(part)
            if regress_run.cause(result) != found.cause:
                raise NotTheSame("the shrunk scenario, run by itself, gives (%s), not (%s)" % (told(result), found.told))
        os.rename(part, path)
    finally:
        if os.path.exists(part):
            os.remove(part)
    return bench.command(path)


# ---- Command line ---------------------------------------------------------------------------------------------------

def read_arguments(words):
    p = argparse.ArgumentParser(prog="shrink.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False,
                                epilog="What stands behind -- goes to the simulator: -- --fault NAME")
    p.add_argument("files", nargs="*", metavar="FILE.tcl SIM.CFG", help="the scenario (not with --seed), and the configuration (sim.cfg)")
    p.add_argument("--seed", type=int, metavar="N", help="shrink the random part of this seed")
    p.add_argument("--random", type=int, metavar="K", help="its transfers; default: as SIM.CFG says")
    p.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="as for the simulator; may be repeated")
    p.add_argument("--wall-s", type=float, default=300, metavar="S", help="longest time; then the smallest so far is the result; default 300")
    p.add_argument("--program", default="build/twinwire", help="the simulator; default build/twinwire")
    p.add_argument("--out", metavar="FILE", help="where the result goes, a .tcl file; default out/shrink/NAME.tcl")
    at = words.index("--") if "--" in words else len(words)
    options = p.parse_intermixed_args(words[:at])
    options.rest = [word for one in options.set for word in ("--set", one)] + words[at + 1:]
    scenarios = [name for name in options.files if name.endswith(".tcl")]
    others = [name for name in options.files if not name.endswith(".tcl")]
    if len(scenarios) + (options.seed is not None) != 1 or len(others) > 1:
        p.error("one FILE.tcl or one --seed N is wanted, and at most one SIM.CFG")
    options.scenario, options.sim_cfg = (scenarios or [None])[0], (others or ["sim.cfg"])[0]
    if options.out is not None and not options.out.endswith(".tcl"):
        p.error("--out %s: a scenario's file ends in .tcl" % options.out)
    if options.random is not None and options.random < 1:
        p.error("--random %d: at least one transfer is wanted" % options.random)
    options.out = options.out or "out/shrink/%s" % (os.path.basename(options.scenario) if options.scenario else "seed_%d.tcl" % options.seed)
    if options.scenario and os.path.realpath(options.out) == os.path.realpath(options.scenario):
        p.error("%s would be written over; another --out FILE is wanted" % options.scenario)
    return options


def progress(runs, lines):
    if sys.stderr.isatty():
        sys.stderr.write("\r  %d runs, %d lines left\033[K" % (runs, lines))
        sys.stderr.flush()


def run(options, bench):
    if options.scenario:
        with open(options.scenario, encoding="utf-8") as f:
            text = f.read()
        source = "Shrunk from %s" % os.path.basename(options.scenario)
    else:
        text = random_scenario(bench, options.seed, options.random or regress_run.read_config(regress_run.dump_config(bench.program, bench.options, bench.sim_cfg))[3])
        source = "Shrunk from the random part of seed %d" % options.seed
    found = shrink(bench, text, None, progress)
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
    command = write(bench, found, options.out, source)
    print("  %d lines of %d%s, %d runs, %.1f s: %s\n" % (len(found.lines), found.before, found.why and ", for " + found.why, found.runs, found.wall_s, found.told))
    shown = found.lines if len(found.lines) <= 20 else [*found.lines[:20], "..."]
    print("".join("    %s\n" % line.replace("\n", "\n    ") for line in shown))
    print("  %s\n%s" % (options.out, shlex.join(command)))
    return 130 if bench.signals.stop else 0


def main():
    options = read_arguments(sys.argv[1:])
    program = shutil.which(options.program)
    if not program:
        print("shrink.py: %s: there is no such program (make build makes it)" % options.program, file=sys.stderr)
        return 3
    signals = regress_run.Signals()
    bench = Bench(program, options.rest, options.sim_cfg, signals, time.monotonic() + options.wall_s)
    name = options.scenario or "seed %d" % options.seed
    try:
        return run(options, bench)
    except Refused as why:
        print("shrink.py: %s: %s; there is nothing to shrink" % (name, why), file=sys.stderr)
        return 2
    except regress_run.Usage as why:
        print("shrink.py: %s" % why, file=sys.stderr)
        return 2
    except Over as why:
        print("shrink.py: %s: nothing was shrunk, for %s" % (name, why), file=sys.stderr)
        return 130 if signals.stop else 3
    except (NotTheSame, regress_run.Environment, OSError, UnicodeError) as why:
        print("shrink.py: %s: %s" % (name, why), file=sys.stderr)
        return 130 if signals.stop else 3
    finally:
        bench.close()


if __name__ == "__main__":
    sys.exit(main())
