#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fuzzing: libFuzzer on every target of tb/fuzz/fuzz.h at once, a process each, until Ctrl-C, --time or a finding in each.

Inputs that reach new code are kept in OUT/TARGET/corpus and are where the next run begins, beside tb/fuzz/corpus. A finding is made
smaller, and lies in OUT as finding-TARGET.* with the command that shows it in build/twinwire; what the target said is in OUT/TARGET/log.
Findings of runs before it are moved to OUT/earlier.

Exit code: 0 nothing found, 1 a finding, 2 wrong usage, 3 the environment failed, 130 interrupted.
"""

import argparse
import contextlib
import glob
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(os.path.dirname(HERE))
FOUND, USAGE, ENVIRONMENT, INTERRUPTED = 1, 2, 3, 130

# What a target begins with beside tb/fuzz/corpus/TARGET: folders, and files of other folders.
SEEDS = {"config": ([], ["sim.cfg"]), "set": ([], []), "scenario": (["tb/scenarios"], []), "shell": ([], []), "board": ([], [])}
ENDING = {"config": ".bin", "set": ".bin", "scenario": ".tcl", "shell": ".txt", "board": ".bin"}


class Environment(Exception):
    """What the machine lacks."""


class Target:
    def __init__(self, name, options):
        self.name, self.options = name, options
        self.folder = os.path.join(options.out, name)
        self.corpus = os.path.join(self.folder, "corpus")
        self.log_path = os.path.join(self.folder, "log")
        self.process = None
        self.finding = None
        os.makedirs(self.corpus, exist_ok=True)
        for old in glob.glob(os.path.join(glob.escape(options.out), "finding-%s.*" % name)):  # hours of work, perhaps
            earlier = os.path.join(options.out, "earlier", time.strftime("%Y%m%d-%H%M%S", time.localtime(os.path.getmtime(old))))
            os.makedirs(earlier, exist_ok=True)
            os.replace(old, os.path.join(earlier, os.path.basename(old)))

    def environment(self, **more):
        env = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=16:allocator_may_return_null=0", UBSAN_OPTIONS="print_stacktrace=1", **more)
        if self.name in ("scenario", "shell"):
            env["ASAN_OPTIONS"] += ":detect_leaks=0"  # Tcl's own caches
        if self.options.fault:
            env["TWINWIRE_FAULT"] = self.options.fault
        return env

    def command(self, *more):
        return [self.options.program, "--target=" + self.name, "-timeout=25", "-rss_limit_mb=2000", "-report_slow_units=1000", *more]

    def start(self):
        folders, files = SEEDS[self.name]
        folders = [os.path.join(HERE, "corpus", self.name), *(os.path.join(SOURCE, folder) for folder in folders)]
        words = self.command("-max_len=%d" % (2048 if self.name == "board" else 4096), "-print_final_stats=1",
                             "-artifact_prefix=%s/" % self.folder, self.corpus, *(folder for folder in folders if os.path.isdir(folder)))
        if files:
            words.insert(2, "-seed_inputs=" + ",".join(os.path.join(SOURCE, file) for file in files))
        if self.options.time:
            words.insert(2, "-max_total_time=%d" % self.options.time)
        if self.options.runs:
            words.insert(2, "-runs=%d" % self.options.runs)
        if self.options.seed:
            words.insert(2, "-seed=%d" % self.options.seed)
        for old in glob.glob(os.path.join(glob.escape(self.folder), "*-*")):
            os.remove(old)
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, env=self.environment(),
                                            start_new_session=True, preexec_fn=lambda: os.nice(10))

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as f:
            return f.read()

    def state(self):
        """(inputs, inputs a second, coverage, inputs kept) as last told."""
        text = self.log()
        lines = re.findall(r"^#(\d+)\s.*cov: (\d+) .*corp: (\d+)/.*exec/s: (\d+)", text, re.MULTILINE)
        runs = re.findall(r"^stat::number_of_executed_units: (\d+)", text, re.MULTILINE)
        done, cov, corp, rate = map(int, lines[-1]) if lines else (0, 0, 0, 0)
        return (int(runs[-1]) if runs else done, rate, cov, corp)

    def found(self):
        """The file with the input that ended it, or None."""
        files = [f for f in glob.glob(os.path.join(glob.escape(self.folder), "*-*")) if re.match(r"(crash|leak|timeout|oom)-", os.path.basename(f))]
        return files[0] if files else None

    def why(self):
        text = self.log()
        found = re.search(r"^FINDING: (.*)", text, re.MULTILINE) or re.search(r"^SUMMARY: (.*)", text, re.MULTILINE)
        return found.group(1) if found else text.strip().splitlines()[-1] if text.strip() else "not a word"


def quoted(path):
    return shlex.quote(os.path.relpath(path))


def quoted_bytes(word):
    """As an argument of bash, whatever the bytes."""
    if re.fullmatch(rb"[ -~]*", word):
        return shlex.quote(word.decode())
    return "$'%s'" % "".join(chr(b) if 32 <= b < 127 and chr(b) not in "\\'" else "\\x%02x" % b for b in word)


def minimise(target, path):
    """A smaller input that ends the target too, within --minimise-s."""
    smaller = os.path.join(target.options.out, "finding-%s%s" % (target.name, ENDING[target.name]))
    shutil.copyfile(path, smaller)
    if target.options.minimise_s and os.path.basename(path).startswith("crash-"):
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(target.command("-minimize_crash=1", "-max_total_time=%d" % target.options.minimise_s,
                                          "-exact_artifact_path=" + smaller + ".part", path),
                           stdin=subprocess.DEVNULL, capture_output=True, env=target.environment(), timeout=2 * target.options.minimise_s + 60)
        if os.path.isfile(smaller + ".part") and os.path.getsize(smaller + ".part") <= os.path.getsize(path):
            os.replace(smaller + ".part", smaller)
    with contextlib.suppress(OSError):
        os.remove(smaller + ".part")
    return smaller


def shown_by(target, path):
    """The command that shows the finding in the program that people use."""
    program = "build/twinwire-faulty --fault %s" % target.options.fault if target.options.fault else "build/twinwire"
    if target.name in ("config", "set"):
        with open(path, "rb") as f:
            pieces = f.read().split(b"\0")
        if target.name == "set":
            return "%s --dump-config %s sim.cfg" % (program, " ".join("--set " + quoted_bytes(one) for one in pieces))
        whole, part = os.path.splitext(path)[0] + ".cfg", os.path.join(os.path.dirname(path), "part.cfg")
        for file, text in ((whole, pieces[0]), (part, b"\0".join(pieces[1:]))):
            with open(file, "wb") as f:
                f.write(text)
        return "%s --dump-config %s" % (program, quoted(whole))
    if target.name == "scenario":
        return "%s --scenario %s sim.cfg" % (program, quoted(path))
    if target.name == "shell":
        return "%s --shell sim.cfg < %s" % (program, quoted(path))
    tcl = os.path.splitext(path)[0] + ".tcl"
    subprocess.run(target.command(path), stdin=subprocess.DEVNULL, capture_output=True, env=target.environment(TWINWIRE_FUZZ_TCL=tcl), timeout=120)
    if not os.path.isfile(tcl):
        raise Environment("%s was not written" % tcl)
    return "%s --scenario %s %s" % (program, quoted(tcl), quoted(os.path.join(HERE, "board.cfg")))


def handle(target):
    """The target ended by itself. Returns False if that was no finding."""
    path = target.found()
    if not path:
        if target.process.returncode != 0:
            raise Environment("%s ended with code %d: %s (%s)" % (target.name, target.process.returncode, target.why(), target.log_path))
        return False
    print("%s: FINDING: %s" % (target.name, target.why()), flush=True)
    small = minimise(target, path)
    target.finding = small
    print("    input        %s, %d bytes (found with %d)" % (quoted(small), os.path.getsize(small), os.path.getsize(path)))
    fault = "TWINWIRE_FAULT=%s " % target.options.fault if target.options.fault else ""
    print("    again        %s%s --target=%s %s" % (fault, quoted(target.options.program), target.name, quoted(small)))
    print("    in twinwire  %s" % shown_by(target, small), flush=True)
    return True


def table(targets):
    print("%-10s %10s %8s %8s %8s   %s" % ("target", "inputs", "a second", "edges", "kept", "finding"))
    for target in targets:
        print("%-10s %10d %8d %8d %8d   %s" % (target.name, *target.state(), target.finding and quoted(target.finding) or "none"))


def live(targets, begun):
    text = "  ".join("%s %d" % (target.name, target.state()[0]) for target in targets)
    sys.stdout.write("\r\033[K%d s  inputs: %s" % (time.monotonic() - begun, text))
    sys.stdout.flush()


def fuzz(options):
    """The exit code."""
    interrupts = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: interrupts.append(number))
    targets = [Target(name, options) for name in options.targets]
    begun, terminal = time.monotonic(), sys.stdout.isatty()
    try:
        for target in targets:
            target.start()
        running = list(targets)
        while running and not interrupts:
            time.sleep(0.2)
            for target in [t for t in running if t.process.poll() is not None]:
                if terminal:
                    sys.stdout.write("\r\033[K")
                running.remove(target)
                handle(target)
            if terminal and running:
                live(targets, begun)
    finally:
        for target in targets:
            if target.process and target.process.poll() is None:
                target.process.send_signal(signal.SIGINT)
        for target in targets:
            if target.process:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    target.process.wait(30)
                if target.process.poll() is None:
                    target.process.kill()
    if terminal:
        sys.stdout.write("\r\033[K")
    table(targets)
    return FOUND if any(t.finding for t in targets) else INTERRUPTED if interrupts else 0


def whole(text):
    if not re.fullmatch(r"\d{1,9}", text):
        raise argparse.ArgumentTypeError("%r is no whole number" % text)
    return int(text)


def main():
    p = argparse.ArgumentParser(prog="fuzz.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    p.add_argument("--time", type=whole, default=0, metavar="S", help="seconds; default: until Ctrl-C")
    p.add_argument("--target", dest="targets", action="append", choices=list(SEEDS), help="only this one; may be repeated")
    p.add_argument("--runs", type=whole, default=0, metavar="N", help="inputs of each target at most")
    p.add_argument("--seed", type=whole, default=0, metavar="N", help="of libFuzzer; default: another one each time")
    p.add_argument("--fault", default="", metavar="NAME", help="with twinwire-fuzz-faulty: put this seeded fault in")
    p.add_argument("--minimise-s", type=whole, default=60, metavar="S", help="seconds to make a finding smaller; default 60, 0: leave it")
    p.add_argument("--program", default="build-fuzz/twinwire-fuzz", help="default build-fuzz/twinwire-fuzz")
    p.add_argument("--out", default="out/fuzz", metavar="DIR", help="default out/fuzz")
    options = p.parse_args()
    options.targets = options.targets or list(SEEDS)
    if not os.access(options.program, os.X_OK):
        print("fuzz.py: there is no %s: make fuzz builds it" % options.program, file=sys.stderr)
        return ENVIRONMENT
    options.program, options.out = os.path.abspath(options.program), os.path.abspath(options.out)
    try:
        return fuzz(options)
    except (Environment, OSError) as why:
        print("fuzz.py: %s" % why, file=sys.stderr)
        return ENVIRONMENT


if __name__ == "__main__":
    sys.exit(main())
