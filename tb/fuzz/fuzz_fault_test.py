#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A fuzzer that has not been seen to find anything is no fuzzer: it must find a seeded fault, make the input smaller, and write a scenario
that fails in twinwire-faulty with the fault and passes without.

    fuzz_fault_test.py BUILD SOURCE     BUILD has twinwire-fuzz-faulty and twinwire-faulty (make fuzz-fault)
"""

import os
import re
import subprocess
import sys
import tempfile

FAULT = "ctl_misses_arbitration_in_both"  # in both twins, so that they agree; the inputs that are kept do not show it


def run(*words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=500)
    return done.returncode, done.stdout + done.stderr


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    build, source = (os.path.abspath(word) for word in sys.argv[1:])
    fuzz, faulty = os.path.join(build, "twinwire-fuzz-faulty"), os.path.join(build, "twinwire-faulty")
    failed = 0

    def case(name, good, text):
        nonlocal failed
        failed += not good
        print("ok   %s: %s" % (name, text) if good else "FAIL %s: %s" % (name, text), flush=True)

    with tempfile.TemporaryDirectory(prefix="fuzz_fault.") as folder:
        out, board = os.path.join(folder, "out"), os.path.join(source, "tb", "fuzz", "board.cfg")
        code, text = run(sys.executable, os.path.join(source, "tb", "fuzz", "fuzz.py"), "--program", fuzz, "--fault", FAULT, "--target", "board",
                         "--seed", "1", "--runs", "3000", "--time", "200", "--minimise-s", "20", "--out", out)
        case("found", code == 1 and "FINDING" in text, text.strip() if code != 1 else re.search(r"FINDING: (.*)", text)[1])
        scenario = os.path.join(out, "finding-board.tcl")
        if not failed:
            sizes = re.search(r"input .*, (\d+) bytes \(found with (\d+)\)", text)
            case("made_smaller", sizes and int(sizes[1]) <= int(sizes[2]), sizes[0])
            case("command", "build/twinwire-faulty --fault %s --scenario" % FAULT in text, "twinwire-faulty and its fault are named")
            code, text = run(faulty, "--fault", FAULT, "--scenario", scenario, "--quiet", "--out", os.path.join(folder, "with"), board)
            case("scenario_fails", code == 1, "exit code %d" % code)
            code, text = run(faulty, "--scenario", scenario, "--quiet", "--out", os.path.join(folder, "without"), board)
            case("scenario_passes_without", code == 0, "exit code %d" % code)
            with open(scenario, encoding="utf-8") as f:
                print("".join("       " + line for line in f), end="")
    print("%d failed" % failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
