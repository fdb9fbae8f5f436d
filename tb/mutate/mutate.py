#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The kill rate: every mutant of the RTL, the C models and the scoreboards is run, and who notices it is kept.

    mutate.py [options] BUILD_FOLDER

Goes on where an interrupted campaign of the same sources stopped. Leaves OUT/report.html, OUT/report.json and OUT/state.jsonl.
Exit code: 0 at or above the targets, 1 below, or a verdict is stale, 2 wrong usage, 3 the environment failed, 130 interrupted.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import campaign
import report


def read_arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("build", type=Path, metavar="BUILD_FOLDER")
    p.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at a time")
    p.add_argument("--out", type=Path, default=Path("out/mutate"), metavar="DIR")
    p.add_argument("--module", action="append", metavar="NAME", help="only mutants of this module; may be repeated")
    p.add_argument("--mutant", action="append", type=int, metavar="N", help="only this mutant; may be repeated")
    return p.parse_args()


def rtl_runs(options, mutants, stage, sets, work):
    return [campaign.Run(options.build / f"twinwire-mutants-{m['program']}", m["key"], stage, sets, ["--mutant", str(m["number"])], work)
            for m in mutants]


def rtl_campaign(options, mutants, state, signals, work):
    for stage, sets in campaign.MATRIX.items():
        if not campaign.carry_out(f"RTL, {stage}", rtl_runs(options, mutants, stage, sets, work), state, options.jobs, signals):
            return False
    left = [m for m in mutants if not state.get("twins", m["key"])["killers"]]
    for stage, sets in campaign.LATER.items():
        if not campaign.carry_out(f"RTL, {stage}, survivors", rtl_runs(options, left, stage, sets, work), state, options.jobs, signals):
            return False
        left = [m for m in left if not state.get(stage, m["key"])["killers"]]
    return True


def main():
    options = read_arguments()
    signals = campaign.regress_run.Signals()
    try:
        mutants = json.loads((options.build / "mutants/mutants.json").read_text(encoding="utf-8"))
        if options.module or options.mutant:
            mutants = [m for m in mutants if m["module"] in (options.module or ()) or m["number"] in (options.mutant or ())]
        inputs = campaign.digest(["rtl", "cmodel", "scoreboards", "tb", "tb/scenarios", "tb/mutate", "wrappers"])
        state = campaign.State(options.out / "state.jsonl", inputs)
        with tempfile.TemporaryDirectory(prefix="mutate.") as work:
            if not rtl_campaign(options, mutants, state, signals, work):
                return 130
        return report.write(options, mutants, state)
    except (campaign.regress_run.Environment, OSError) as why:
        print(f"mutate.py: {why}", file=sys.stderr)
        return 130 if signals.stop else 3


if __name__ == "__main__":
    sys.exit(main())
