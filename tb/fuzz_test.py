#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What fuzzing relies on, in any build and without libFuzzer (tb/fuzz): an input does the same whatever came before it, and the scenario
written from an input of the board puts the same levels on the same wires.

    fuzz_test.py TWINWIRE SOURCE
"""

import glob
import os
import re
import subprocess
import sys

import simulation

FUZZ_PY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "fuzz", "fuzz.py")


def digests(program, files, **env):
    """What was on the wires, an entry an input."""
    done = subprocess.run([program, "--target=board", *files], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
                          env=dict(os.environ, TWINWIRE_FUZZ_DIGEST="1", **env))
    if done.returncode != 0:
        raise RuntimeError("exit code %d: %s" % (done.returncode, done.stderr[-500:]))
    return [line.split() for line in done.stderr.splitlines() if line.startswith("digest ")]


def same_whatever_came_before(replay, files):
    alone = [digests(replay, [file])[0] for file in files]
    if len({tuple(digest) for digest in alone}) < 2:
        return "all inputs do the same"
    if digests(replay, files + files) != alone + alone:
        return "one after the other they do something else"
    if digests(replay, files[::-1]) != alone[::-1]:
        return "in another order they do something else"
    return None


def scenario_is_the_same(replay, program, board_cfg, folder, file):
    tcl = os.path.join(folder, os.path.basename(file) + ".tcl")
    digest = digests(replay, [file], TWINWIRE_FUZZ_TCL=tcl)[0]
    run = simulation.Simulation(program, folder, os.path.basename(file), "--scenario", tcl, "--waves", "off", board_cfg)
    if run.trouble():
        return run.trouble()
    seen = run.report()["waveform_digest"]
    if isinstance(seen, dict):
        seen = list(seen.values())
    return None if seen == digest[1:5] else "%s in twinwire, %s when fuzzed" % (seen, digest[1:5])


def answers(*words):
    done = subprocess.run([sys.executable, FUZZ_PY, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


def test(program, sim_cfg, folder, cases):
    replay, corpus = os.path.join(os.path.dirname(program), "fuzz-replay"), os.path.join(os.path.dirname(FUZZ_PY), "corpus", "board")
    files = sorted(glob.glob(os.path.join(corpus, "*")))
    cases.case("same_whatever_came_before", same_whatever_came_before(replay, files[:12]), "%d inputs" % len(files[:12]))
    board_cfg = os.path.join(os.path.dirname(FUZZ_PY), "board.cfg")
    short = [file for file in files if int(digests(replay, [file])[0][-1]) < 50000][:3]  # the clock does not end in the middle of a step
    for file in short:
        cases.case("scenario_is_the_same", scenario_is_the_same(replay, program, board_cfg, folder, file), os.path.basename(file))
    cases.case("some_inputs_are_short", None if short else "there is none")
    code, text = answers("--target", "nothing")
    cases.case("wrong_usage", None if code == 2 and "nothing" in text else "exit code %d: %s" % (code, text))
    kept = os.path.join(folder, "out", "finding-board.tcl")
    os.makedirs(os.path.dirname(kept))
    with open(kept, "w", encoding="utf-8") as f:
        f.write("the only one\n")
    answers("--program", "/bin/false", "--target", "board", "--out", os.path.dirname(kept))
    cases.case("a_finding_outlives_the_next_run", None if glob.glob(os.path.join(folder, "out", "earlier", "*", "finding-board.tcl")) else "it is gone")
    code, text = answers("--program", os.path.join(folder, "none"))
    cases.case("no_program", None if code == 3 and re.search("none.*make fuzz", text) else "exit code %d: %s" % (code, text))


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
