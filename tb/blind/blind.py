#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does the random regression find bugs that were put into the RTL by somebody who had not seen the tests?

    blind.py [options] [PROGRAM]

Each patch beside this file is such a bug. It is applied to a copy of the sources and built there; the random part runs with up to
--seeds seeds until one fails; that one is shrunk. A bug counts as found if the shrunk scenario has fewer than 10 lines, fails with
the bug and passes in PROGRAM, the simulator of the sources as they are (build/twinwire). A seed whose shrunk scenario fails there too
is told and passed over.

Exit code: 0 every bug was found, 1 one was not, 2 wrong usage, 3 a patch does not fit, or the environment failed, 130 interrupted.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tb"))
import regress_run  # noqa: E402

SOURCES = ("rtl", "cmodel", "scoreboards", "tb", "wrappers", "CMakeLists.txt", "sim.cfg")
LINES = 10  # a shrunk scenario has fewer


class Environment(Exception):
    """A patch or the build cannot go on."""


def patches():
    return sorted(Path(__file__).resolve().parent.glob("*.patch"))


def apply(patch, rtl):
    """Copies rtl/ there and puts the bug into it."""
    shutil.rmtree(rtl, ignore_errors=True)
    shutil.copytree(ROOT / "rtl", rtl, copy_function=shutil.copyfile)  # new times: it is Verilated anew
    try:
        done = subprocess.run(["patch", "--batch", "--fuzz=0", "--no-backup-if-mismatch", "-p1", "-d", rtl.parent, "-i", patch], capture_output=True, text=True)
    except OSError as why:
        raise Environment(f"patch: {why.strerror} (Debian: apt-get install patch)") from None
    if done.returncode != 0:
        raise Environment(f"{patch.name} does not fit rtl/ any more:\n{done.stdout.strip()}")


def copy_sources(folder):
    """All but rtl/, which `apply` brings. What is there already keeps its time, and what was built of it."""
    for name in SOURCES[1:]:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, folder / name)


def build(source, jobs):
    folder, log = source / "build", source / "build.log"
    with open(log, "w", encoding="utf-8") as f:
        for command in ([] if (folder / "build.ninja").exists() else [["cmake", "-S", source, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"]]) + [
                ["cmake", "--build", folder, "-j", str(jobs), "--target", "twinwire"]]:
            if subprocess.run(command, stdout=f, stderr=subprocess.STDOUT).returncode != 0:
                raise Environment(f"the build failed: {log}")
    return folder / "twinwire"


def sets(options):
    return [word for one in options.set for word in ("--set", one)]


def regression(program, first, out, options):
    """The first failure of the random part from seed number `first` on, as report.json of tb/regress.py has it, or None; and the seconds until then."""
    names = ["random/*"] if first == 1 else ["random/seed_%d" % n for n in range(first, options.seeds + 1)]
    command = [sys.executable, ROOT / "tb/regress.py", "--program", program, *(word for name in names for word in ("--filter", name)), "--fail-fast",
               "--seeds", str(options.seeds), "--jobs", "1", *sets(options), "--out", out, "sim.cfg"]  # so the first to fail is the same each time
    code, _ = regress_run.call(command, cwd=ROOT)
    if code == 130:
        raise KeyboardInterrupt
    if code not in (0, 1):
        raise Environment(f"exit code {code} of {shlex.join(map(str, command))}")
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    return next((one for one in report["groups"] if one["status"] in ("fail", "crash", "timeout")), None), report["wall_s"]


def fails_unchanged(group, out, options):
    command = [options.program, *sets(options), "--quiet", "--waves", "off", "--scenario", group["shrunk"]["file"], "--out", out / "unchanged", "sim.cfg"]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode != 0


def find(program, out, options):
    """(first failure that is the bug's or None, seconds until it, what is to be told of it: empty if it is as it should be)"""
    number, seconds = 0, 0.0
    while number < options.seeds:
        group, wall_s = regression(program, number + 1, out, options)
        seconds += wall_s
        if not group:
            break
        number = int(group["first_test"].rpartition("_")[2])
        if "failed" in group["shrunk"]:
            return group, seconds, "NOT SHRUNK: " + group["shrunk"]["failed"]
        if not fails_unchanged(group, out, options):
            return group, seconds, "" if group["shrunk"]["lines"] < LINES else "TOO LONG"
        print(f"  seed {number} fails without the bug too: {', '.join(group['signature'])}: {'; '.join(group['shrunk']['scenario'])}", flush=True)
    return None, seconds, f"NOT FOUND in {options.seeds} seeds"


def row(name, group, found_s, whole_s):
    board = "-" if not group else group["signature"][0] if group["status"] == "fail" else group["status"]
    number, lines = (group["first_test"].rpartition("_")[2], group["shrunk"].get("lines", "-")) if group else ("-", "-")
    return "  %-32s %5s  %-10s %8.1f %8.1f  %s" % (name, number, board, found_s, whole_s, lines)


def run(options):
    source, found = options.out / "source", 0
    source.mkdir(parents=True, exist_ok=True)
    copy_sources(source)
    chosen = [patch for patch in patches() if not options.only or patch.stem in options.only]
    print("  %-32s %5s  %-10s %8s %8s  %s" % ("bug", "seed", "scoreboard", "found s", "whole s", "lines"), flush=True)
    for patch in chosen:
        out, start = options.out / patch.stem, time.monotonic()
        apply(patch, source / "rtl")
        out.mkdir(parents=True, exist_ok=True)
        program = Path(shutil.copy2(build(source, options.jobs), out / "twinwire"))  # the next bug is built where this one was
        group, found_s, why = find(program, out, options)
        found += not why
        print(row(patch.stem, group, found_s, time.monotonic() - start), flush=True)
        for line in [why] if why else group["shrunk"]["scenario"]:
            print("      " + line)
    verdict = "PASS" if found == len(chosen) else "FAIL"
    print(f"\n  {verdict}  {found} of {len(chosen)} bugs found and shrunk to fewer than {LINES} lines, results in {options.out}")
    return 0 if found == len(chosen) else 1


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False)
    p.add_argument("program", nargs="?", type=Path, default=Path("build/twinwire"), metavar="PROGRAM")
    p.add_argument("--seeds", type=int, default=200, metavar="N", help="most seeds; default 200")
    p.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="of the builds; seeds are run one after the other")
    p.add_argument("--set", action="append", default=[], metavar="PATH=VALUE", help="for every run: board.scl_hz=100000; may be repeated")
    p.add_argument("--only", action="append", choices=[patch.stem for patch in patches()], help="only this bug; may be repeated")
    p.add_argument("--out", type=Path, default=Path("out/blind"), metavar="DIR")
    options = p.parse_args()
    options.program, options.out = options.program.resolve(), options.out.resolve()
    try:
        if not os.access(options.program, os.X_OK):
            raise Environment(f"{options.program}: there is no such program (make build makes it)")
        return run(options)
    except (Environment, OSError) as why:
        print(f"blind.py: {why}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
