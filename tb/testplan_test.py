#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""System test: the testplan is in order, docs/testplan.md is not stale, and each thing that can be wrong with a plan is seen.

    testplan_test.py TWINWIRE SOURCE
"""

import os
import re
import shutil
import subprocess
import sys

import simulation
import testplan


def run(source, program, what="check"):
    command = [sys.executable, os.path.join(source, "tb", "testplan.py"), what, "--source", source, *(["--program", program] if program else [])]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


# (what is wrong, what is said, text of the plan -> broken text)
BREAKS = (
    ("a point without a test", "no scenario and no test shows it", lambda text: text.replace('scenarios = ["power_up_levels"]\n', "", 1)),
    ("a scenario without a point", "scenario quiet_in_ones: no point", lambda text: text.replace('scenarios = ["quiet_in_ones"]', 'tests = ["run"]', 1)),
    ("an unknown scenario", "there is no scenario power_up_level", lambda text: text.replace('["power_up_levels"]', '["power_up_levels", "power_up_level"]', 1)),
    ("an unknown test", "there is no test unit/spike", lambda text: text.replace('"unit/spike_filter"', '"unit/spike"', 1)),
    ("an unknown bin", "there is no bin spikes.*", lambda text: text.replace('"spike.*"', '"spikes.*"', 1)),
    ("a name twice", "host_registers: is there twice", lambda text: text.replace('name = "host_smoke"', 'name = "host_registers"', 1)),
    ("an unknown stage", "stage is one of", lambda text: text.replace('stage = "V1"', 'stage = "V9"', 1)),
    ("an unknown key", "wants area, clause", lambda text: text.replace('stage = "V1"', 'stage = "V1"\nowner = "me"', 1)),
    ("an unknown table", "points is not understood", lambda text: text.replace("[[point]]", "[[points]]", 1)))


def test(program, sim_cfg, folder, cases):
    source = os.path.dirname(sim_cfg)
    code, said = run(source, program)
    cases.case("the plan is in order", None if code == 0 and not said else said)
    with open(os.path.join(source, "docs", "testplan.md"), encoding="utf-8") as f:
        stale = f.read() != testplan.markdown(testplan.Plan(source))
    cases.case("docs/testplan.md is made from it", "stale: python3 tb/testplan.py write" if stale else None)

    copy = os.path.join(folder, "copy")
    shutil.copytree(os.path.join(source, "tb"), os.path.join(copy, "tb"), ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(sim_cfg, copy)
    os.mkdir(os.path.join(copy, "docs"))
    plan = os.path.join(copy, "tb", "testplan.toml")
    with open(plan, encoding="utf-8") as f:
        text = f.read()
    for what, wanted, broken in BREAKS:
        with open(plan, "w", encoding="utf-8") as f:
            f.write(broken(text))
        code, said = run(copy, program)
        cases.case(what, simulation.first(broken(text) == text and "nothing was broken", code != 1 and "exit code %d" % code, wanted not in said and said))
        code, _ = run(copy, program, "write")
        cases.case(what + ": no page is written", "it is" if code == 0 or os.listdir(os.path.join(copy, "docs")) else None)
    with open(plan, "w", encoding="utf-8") as f:
        f.write("[[point]\n")
    cases.case("no TOML", None if run(copy, program)[0] == 3 else "exit code")
    with open(plan, "w", encoding="utf-8") as f:
        f.write(text)
    cases.case("a program that is not there", None if run(copy, "/nowhere/twinwire")[0] == 3 else "exit code")
    open(os.path.join(copy, "tb", "scenarios", "new_one.tcl"), "w", encoding="utf-8").close()
    code, said = run(copy, program)
    cases.case("a new scenario wants a point, and to be run",
               None if code == 1 and re.search("scenario new_one: no point", said) and re.search("scenario new_one: sim.cfg", said) else said)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
