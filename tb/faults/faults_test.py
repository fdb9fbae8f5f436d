#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every seeded fault is caught by the scoreboard that faults.txt names for it, and without a fault nothing fires.

    faults_test.py [--jobs N] [--matrix FILE] FAULTY_PROGRAM HEALTHY_PROGRAM [FAULT...]

One line a fault: its name, the scoreboard that caught it with its first clk, the others that fired. Exit 1 if anything failed.
A fault with an `alone` line makes that check fail and no other, and every check of the sources has such a fault.
A fault with an `open` line is one that its scoreboard does not catch yet; it is shown and counted apart.
The matrix is the same as JSON: failures of each scoreboard under each fault.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import plant

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tb/mutate"))
import checks  # noqa: E402

RANDOM_TRANSFERS = 100
LIMIT_S = 120
SIM_MS = 50  # of a scenario that a fault keeps from ending: more than any healthy one that shows a fault needs, the random part included
HEALTHY_MS = 1000  # slowest_clock shows none


class Failed(Exception):
    pass


def run(program, out, *options):
    """Exit code, terminal text and report.json of one run of the shipped board without waves."""
    command = [program, "--quiet", "--waves", "off", "--out", str(out), "--set", f"limits.sim_ms={SIM_MS}", *options, "sim.cfg"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S)
    file = Path(out) / "report.json"
    report = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None
    return done.returncode, done.stdout + done.stderr, report


def stimulus(fault):
    return ["--scenario", fault.scenario] + [word for path in fault.sets for word in ("--set", path)]


def failures(report):
    return {board["name"]: int(board["failures"]) for board in report["scoreboards"]}


def firsts(report):
    return {first["scoreboard"]: first for first in report["failures"]}


def failed_checks(report):
    return {(board["name"], one["check"]) for board in report["scoreboards"] for one in board["failed_checks"]}


def show_fault(programs, fault, out, matrix):
    code, text, report = run(programs.faulty, out, "--fault", fault.name, *stimulus(fault))
    if report is None:
        raise Failed(f"exit code {code} and no report: {text.strip()[-200:]}")
    failed, first = failures(report), firsts(report)
    failed["scenario"] = int("scenario" in first)
    others = [name if name == "scenario" else f"{name} {int(first[name]['clk'])}" for name in failed if failed[name] and name != fault.caught_by]
    matrix[fault.name] = {"caught_by": fault.caught_by, "way": fault.way, "scenario": fault.scenario, "bug": fault.bug,
                          "open": fault.open, "failures": failed, "scenario_failed": "scenario" in first,
                          "first": {name: {key: one[key] for key in ("clk", "socket", "pin", "place", "what", "clause")}
                                    for name, one in first.items()}}
    also = f"; also {', '.join(others)}" if others else ""
    if fault.open:
        if failed[fault.caught_by]:
            raise Failed(f"{fault.caught_by} fires now: take the 'open' line out of faults.txt{also}")
        return f"OPEN: {fault.open}{also}"
    if code != 1:
        raise Failed(f"exit code {code}, not 1{also}")
    if not failed[fault.caught_by]:
        raise Failed(f"{fault.caught_by} did not fire{also}")
    mine = first[fault.caught_by]
    if (mine["clause"] == "lockstep") != (fault.way == "lockstep"):
        raise Failed(f"{fault.caught_by} fired at clk {int(mine['clk'])} by \"{mine['what']}\" [{mine['clause']}], not by {fault.way}{also}")
    if fault.alone and failed_checks(report) != {(fault.caught_by, fault.alone)}:
        raise Failed(f"not '{fault.alone}' alone: " + ", ".join(f"{board}: {check}" for board, check in sorted(failed_checks(report))))
    return f"{fault.caught_by} at clk {int(mine['clk'])} by {fault.way}{' alone' if fault.alone else ''}{also}"


def no_fault(programs, options, out):
    """The faulty program without a fault is the healthy one, to the last waveform edge."""
    reports = []
    for name in ("healthy", "faulty"):
        code, text, report = run(getattr(programs, name), Path(out) / name, "--set", f"limits.sim_ms={HEALTHY_MS}", *options)
        if code != 0 or report["failures"] or any(failures(report).values()):
            fired = {n: f["what"] for n, f in firsts(report).items()} if report else text.strip()[-200:]
            raise Failed(f"{name} program, no fault: exit code {code}, {fired}")
        reports.append(report)
    for key in ("waveform_digest", "clocks", "transfers"):
        if reports[0][key] != reports[1][key]:
            raise Failed(f"{key}: {reports[0][key]} healthy, {reports[1][key]} faulty program without a fault")
    return f"{len(reports[0]['scenarios'])} scenarios, {reports[0]['transfers']:.0f} transfers: nothing fires, same waveforms"


def unknown_fault(programs, out):
    code, text, _ = run(programs.faulty, out, "--fault", "no_such_fault")
    if code != 2 or "no_such_fault" not in text:
        raise Failed(f"exit code {code}, not 2: {text.strip()[-200:]}")
    return "exit code 2, and it is named"


def listed(programs, faults):
    text = subprocess.run([programs.faulty, "--list-faults"], capture_output=True, text=True, check=True).stdout
    if [line.split() for line in text.splitlines()] != [[f.name, f.caught_by, f.scenario] for f in faults]:
        raise Failed("--list-faults does not show faults.txt")
    return f"{len(faults)} faults"


def each_board_owns_enough(faults):
    for board in plant.SCOREBOARDS:
        ways = [fault.way for fault in faults if fault.caught_by == board and not fault.open]
        if len(ways) < 3 or "rules" not in ways:
            raise Failed(f"{board} owns {len(ways)} faults, {ways.count('rules')} of them by rules; wanted are 3 and 1")
    return "each scoreboard owns three faults or more, one or more of them by its rules alone"


def each_check_is_alone_somewhere(faults):
    """A check that can fail only beside another one says nothing of its own."""
    there = {(board, check) for board, names in checks.of_source().items() for check in names}
    shown = {(fault.caught_by, fault.alone) for fault in faults if fault.alone}
    for what, wrong in (("no fault is seen by it alone", there - shown), ("there is no such check", shown - there)):
        if wrong:
            raise Failed("; ".join(f"{board}: '{check}': {what}" for board, check in sorted(wrong)))
    return f"each of {len(there)} checks alone sees a fault"


def cases(programs, faults, matrix, chosen):
    """(name, function of an output folder)"""
    healthy = {}
    for fault in faults:
        if fault.sets and (not chosen or fault.name in chosen):
            healthy.setdefault(tuple(stimulus(fault)), fault.name)
    if not chosen:
        shown = sorted({fault.scenario for fault in faults})
        every = [word for path in sorted((ROOT / "tb/scenarios").glob("*.tcl")) for word in ("--scenario", path.stem)]
        yield "no_fault", lambda out: no_fault(programs, every + ["--random", str(RANDOM_TRANSFERS)], out)
        yield "unknown_fault", lambda out: unknown_fault(programs, out)
        yield "list_faults", lambda out: listed(programs, faults)
        yield "owners", lambda out: each_board_owns_enough(faults)
        yield "checks", lambda out: each_check_is_alone_somewhere(faults)
        yield "scenarios_exist", lambda out: f"{len(shown)} scenarios show them"
    for options, name in healthy.items():
        yield f"no_fault_as_{name}", lambda out, options=options: no_fault(programs, list(options), out)
    for fault in faults:
        if not chosen or fault.name in chosen:
            yield fault.name, lambda out, fault=fault: show_fault(programs, fault, out, matrix)


def judge(case, scratch):
    name, function = case
    try:
        return True, name, function(Path(scratch) / name)
    except Failed as bad:
        return False, name, str(bad)
    except subprocess.TimeoutExpired:
        return False, name, f"no end within {LIMIT_S} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--matrix")
    parser.add_argument("faulty")
    parser.add_argument("healthy")
    parser.add_argument("chosen", nargs="*")
    programs = parser.parse_args()
    programs.faulty, programs.healthy = str(Path(programs.faulty).resolve()), str(Path(programs.healthy).resolve())
    faults, matrix, start = plant.read_faults(HERE / "faults.txt"), {}, time.monotonic()
    unknown = set(programs.chosen) - {fault.name for fault in faults}
    if unknown:
        sys.exit(f"faults_test.py: there is no fault {', '.join(sorted(unknown))}")
    passed = failed = still_open = 0
    with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(programs.jobs) as pool:
        work = [pool.submit(judge, case, scratch) for case in cases(programs, faults, matrix, programs.chosen)]
        for one in work:
            good, name, text = one.result()
            still_open += text.startswith("OPEN")
            passed, failed = passed + (good and not text.startswith("OPEN")), failed + (not good)
            print(f"{'open' if text.startswith('OPEN') else 'ok  ' if good else 'FAIL'} {name:<36} {text}", flush=True)
    if programs.matrix:
        in_order = {fault.name: matrix[fault.name] for fault in faults if fault.name in matrix}
        Path(programs.matrix).write_text(json.dumps(in_order, indent=1) + "\n", encoding="utf-8")
    print(f"{passed} passed, {failed} failed, {still_open} open ({time.monotonic() - start:.0f} s)")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
