#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The RTL that Yosys wrote is ours, as long as no mutant is on; and of the mutants of one program each is killed, or has its verdict.

    mutate_test.py TWINWIRE SOURCE     beside TWINWIRE lie twinwire-mutants-0 and the folder mutants/
"""

import fcntl
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import simulation  # noqa: E402

PROGRAM = 0  # the mutants of sample.txt, spread over all modules; `make mutate` runs all there are
SHOWN = ["--scenario", "read_pins", "--scenario", "lost_arbitration", "--scenario", "command_corners", "--random", "10"]
INSIDE = re.compile(r"\.rtl\.socket\.|\.tb_top\.")  # below them Yosys has signals of its own


def changes(path):
    """{signal: its changes as text}, of all signals but those inside of the RTL; and the names of these."""
    names, scopes, found, now = {}, [], {}, ""
    with open(path, encoding="utf-8") as f:
        for line in f:
            words = line.split()
            if words[:1] == ["$scope"]:
                scopes.append(words[2])
            elif words[:1] == ["$upscope"]:
                scopes.pop()
            elif words[:1] == ["$var"]:
                names.setdefault(words[3], []).append(".".join([*scopes, words[4]]))
            elif line[0] == "#":
                now = line
            elif line[0] in "01bxz" and words:
                ident = words[1] if line[0] == "b" else line[1:].strip()
                found.setdefault(ident, []).append(now + line)
    return {name: [c.replace(ident, "") for c in found.get(ident, [])] for ident, all_names in names.items() for name in all_names if not INSIDE.search(name)}


def test_none_is_on(program, sim_cfg, folder, cases):
    runs = [simulation.Simulation(one, folder, name, "--quiet", "--waves", "all", *SHOWN, *more, sim_cfg)
            for name, one, more in (("plain", program, []), ("mutants", mutants(program), ["--mutant", "0"]))]
    trouble = simulation.first(*(run.trouble() for run in runs))
    cases.case("mutant_0_passes", trouble)
    if trouble:
        return
    plain, other = (changes(run.path("waves.vcd")) for run in runs)
    differ = sorted(name for name in plain if plain[name] != other.get(name)) + sorted(set(other) - set(plain))
    cases.case("mutant_0_has_the_same_waves", "these differ: " + ", ".join(differ[:5]) if differ or len(plain) < 50 else None, "%d signals" % len(plain))
    texts = [open(run.path("transactions.jsonl"), "rb").read() for run in runs]
    cases.case("mutant_0_has_the_same_transfers", None if texts[0] == texts[1] else "transactions.jsonl differs")


def test_bad_number(program, sim_cfg, folder, cases):
    for number in ("-1", "99999", "x"):
        run = simulation.Simulation(mutants(program), folder, "bad", "--mutant", number, sim_cfg)
        cases.case("no_such_mutant_%s" % number, None if run.code == 2 and "there is no mutant" in run.stderr else
                   "exit code %d: %s" % (run.code, run.stderr))


def test_sample(program, sim_cfg, folder, cases):
    script = os.path.join(os.path.dirname(sim_cfg), "tb/mutate/mutate.py")
    done = subprocess.run([sys.executable, script, "--sample", "--out", os.path.join(folder, "sample"), os.path.dirname(program)],
                          capture_output=True, text=True, timeout=600)
    print(done.stdout, end="")
    survivors = re.search(r"(\d+) survivors", done.stdout)
    cases.case("every_mutant_of_the_sample_is_killed", None if survivors and survivors[1] == "0" else "exit code %d: %s" % (done.returncode, done.stderr))


def test_lock(program, sim_cfg, folder, cases):
    script, out = os.path.join(os.path.dirname(sim_cfg), "tb/mutate/mutate.py"), os.path.join(folder, "locked")
    os.mkdir(out)
    lock = os.open(out, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    done = subprocess.run([sys.executable, script, "--sample", "--out", out, os.path.dirname(program)], capture_output=True, text=True, timeout=60)
    os.close(lock)
    cases.case("two_campaigns_in_one_folder", None if done.returncode == 3 and "another campaign is writing here" in done.stderr else
               "exit code %d: %s" % (done.returncode, done.stderr))


def mutants(program):
    return os.path.join(os.path.dirname(program), "twinwire-mutants-%d" % PROGRAM)


def test(program, sim_cfg, folder, cases):
    for part in (test_none_is_on, test_bad_number, test_lock, test_sample):
        part(program, sim_cfg, folder, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
