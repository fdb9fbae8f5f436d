#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The kill rate: every mutant of the RTL, the C models and the scoreboards is run, and who notices it is kept.

    mutate.py [options] BUILD_FOLDER

Goes on where an interrupted campaign of the same sources stopped. Leaves OUT/report.html, OUT/report.json and OUT/state.jsonl.
Exit code: 0 at or above the targets, 1 below one of them or a verdict is stale, 2 wrong usage, 3 the environment failed, 130 interrupted.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import campaign
import report
import rtl_mutants
import verdicts

sys.path.insert(0, str(campaign.ROOT / "tb/faults"))
import plant  # noqa: E402

SAMPLE = 21
PARTS = ("rtl", "models", "faults", "scoreboards")


def read_arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("build", type=Path, metavar="BUILD_FOLDER")
    p.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N", help="processes at a time")
    p.add_argument("--out", type=Path, default=Path("out/mutate"), metavar="DIR")
    p.add_argument("--part", action="append", choices=PARTS, help="only this part; may be repeated")
    p.add_argument("--module", action="append", metavar="NAME", help="only mutants of this module or file; may be repeated")
    p.add_argument("--mutant", action="append", metavar="KEY", help="only this mutant; may be repeated")
    p.add_argument("--draw", type=int, default=0, metavar="N", help="BUILD_FOLDER was configured with -DMUTANTS_DRAW=N; default 0")
    p.add_argument("--sample", action="store_true", help="only the mutants of sample.txt, in the stage twins: what CTest runs")
    p.add_argument("--write-sample", action="store_true", help="choose a new sample from what the last campaign of the RTL killed, and stop")
    p.add_argument("--survivors", action="store_true", help="believe the kills of an earlier campaign although sources have changed since: "
                   "for work on scenarios; not for figures to publish")
    return p.parse_args()


def read_list(options, name):
    mutants = json.loads((options.build / "mutants" / name).read_text(encoding="utf-8"))
    if options.sample:
        mutants = [m for m in mutants if m["program"] == 0]
    if options.module or options.mutant:
        mutants = [m for m in mutants if m["module"] in (options.module or ()) or m["key"] in (options.mutant or ())]
    return mutants


class Campaign:
    def __init__(self, options, state, signals, work):
        self.options, self.state, self.signals, self.work = options, state, signals, work

    def run(self, program, mutant, stage, sets):
        return campaign.Run(self.options.build / program.format(**mutant), mutant["key"], stage, sets, ["--mutant", str(mutant["number"])], self.work)

    def stage(self, title, runs):
        if not campaign.carry_out(title, runs, self.state, self.options.jobs, self.signals):
            raise KeyboardInterrupt

    def baseline(self, program, stages):
        none = {"key": "none " + program, "number": 0, "program": 0}
        runs = [self.run(program, none, stage, sets) for stage, sets in stages.items()]
        if not campaign.baseline(runs, self.state, self.options.jobs, self.signals):
            raise KeyboardInterrupt

    def killers(self, stage, mutant):
        return (self.state.get(stage, mutant["key"]) or {"killers": {}})["killers"]

    def killed(self, stage, mutant):
        return bool(self.killers(stage, mutant))

    def until_killed(self, title, program, mutants, stages):
        for stage, sets in stages.items():
            self.stage(f"{title}, {stage}", [self.run(program, m, stage, sets) for m in mutants])
            mutants = [m for m in mutants if not self.killed(stage, m)]
        return mutants

    def rtl(self, mutants):
        if not mutants:
            return
        program = "twinwire-mutants-{program}"
        twins = {"twins": campaign.MATRIX["twins"]}
        self.baseline(program, twins if self.options.sample else {**campaign.MATRIX, **campaign.LATER})
        left = self.until_killed("RTL", program, mutants, twins)
        if not self.options.sample:
            self.later(program, left)
            self.stage("RTL, alone", [self.run(program, m, "alone", campaign.MATRIX["alone"]) for m in mutants])

    def later(self, program, left):
        """The random part only for those that are not proved equal: it takes longest."""
        proved = {key for key, (says, _) in verdicts.read(self.options.draw).items() if says == "equivalent"}
        random = {stage: sets for stage, sets in campaign.LATER.items() if stage.startswith("random")}
        left = self.until_killed("later", program, left, {stage: sets for stage, sets in campaign.LATER.items() if stage not in random})
        self.until_killed("later", program, [m for m in left if m["key"] not in proved], random)

    def units(self, title, mutants):
        """The unit tests, first of all: they take milliseconds, the slow ones seconds, a stage ten."""
        program = self.options.build / "unit-mutants"
        for stage in ("unit", "unit_long") if mutants else ():
            none = {"key": "none " + title, "number": 0, "module": mutants[0]["module"]}
            if not campaign.baseline([campaign.UnitRun(program, none, stage, self.work)], self.state, self.options.jobs, self.signals):
                raise KeyboardInterrupt
            self.stage(f"{title}, {stage}", [campaign.UnitRun(program, m, stage, self.work) for m in mutants])
            mutants = [m for m in mutants if not self.killed(stage, m)]
        return mutants

    def models(self, mutants):
        """All of them, but for those that hang, also meet their RTL twins: what lockstep sees is counted apart."""
        if not mutants:
            return
        program, twins = "twinwire-model-mutants", {"twins": campaign.MATRIX["twins"]}
        left = self.units("C models", mutants)
        self.baseline(program, twins)
        left = self.until_killed("C models", program, left, twins)
        if left:
            self.baseline(program, campaign.LATER)
            self.later(program, left)
        hung = [m for m in mutants if any("timeout" in self.killers(stage, m).get(stage, {}) for stage in ("unit", "unit_long"))]
        self.stage("C models, lockstep", [self.run(program, m, "twins", twins["twins"]) for m in mutants if m not in hung])

    def faults(self):
        """The seeded faults, each in its scenario: rows of the matrix like the mutants."""
        faults = plant.read_faults(campaign.ROOT / "tb/faults/faults.txt")
        self.stage("seeded faults", [campaign.Run(self.options.build / "twinwire-faulty", fault.name, "fault", fault.sets,
                                                  ["--fault", fault.name, "--scenario", fault.scenario], self.work) for fault in faults])
        return faults

    def scoreboards(self, mutants, faults):
        """Killed by a unit test, by a false alarm, or because a seeded fault gets past the scoreboard that catches it."""
        if not mutants:
            return
        left = self.units("scoreboards", mutants)
        self.baseline("twinwire-model-mutants", {"green": campaign.MATRIX["twins"]})
        left = self.until_killed("scoreboards", "twinwire-model-mutants", left, {"green": campaign.MATRIX["twins"]})
        proved = {key for key, (says, _) in verdicts.read(self.options.draw).items() if says == "equivalent"}
        own = {m["key"]: self.faults_of(m, faults) for m in left if m["key"] not in proved}
        for n in range(max(map(len, own.values()), default=0)):  # fault by fault: the first one that gets past ends it
            left = [m for m in left if len(own.get(m["key"], ())) > n]
            program = self.options.build / "twinwire-faulty-mutants"
            self.stage(f"scoreboards, seeded faults, {n + 1}", [campaign.FaultRun(program, m, own[m["key"]][n], self.work) for m in left])
            left = [m for m in left if not self.killed(f"fault {own[m['key']][n].name}", m)]

    def faults_of(self, mutant, faults):
        """Those that the mutant's scoreboard catches, first those that a check of its own line catches alone."""
        board = campaign.board_of(mutant["module"])
        own = [fault for fault in faults if fault.way != "expectation" and board in (None, fault.caught_by)
               and campaign.catches(fault, self.killers("fault", {"key": fault.name}))]
        return sorted(own, key=lambda fault: (not (fault.alone and fault.alone in mutant["text"]), not fault.alone))


def write_sample(options, mutants, state):
    """SAMPLE mutants, spread evenly over the list, which goes module by module and line by line."""
    dead = [m["key"] for m in mutants if (state.get("twins", m["key"]) or {}).get("killers")]
    keys = [dead[k * len(dead) // SAMPLE] for k in range(SAMPLE)] if len(dead) >= SAMPLE else dead
    file = rtl_mutants.SAMPLE
    file.write_text("# SPDX-License-Identifier: Apache-2.0\n# Mutants that CTest runs; made by mutate.py --write-sample.\n" + "\n".join(keys) + "\n", encoding="utf-8")
    print(f"{len(keys)} keys in {file}")


def judged(options, state, signals):
    parts = options.part or (PARTS[:1] if options.sample else PARTS)
    rtl = read_list(options, "mutants.json") if "rtl" in parts else []
    models = read_list(options, "model_mutants.json") if {"models", "scoreboards"} & set(parts) else []
    lists = {"rtl": rtl, "models": [m for m in models if m["module"].startswith("cmodel/") and "models" in parts],
             "scoreboards": [m for m in models if m["module"].startswith("scoreboards/") and "scoreboards" in parts], "faults": []}
    with tempfile.TemporaryDirectory(prefix="mutate.") as work:
        c = Campaign(options, state, signals, work)
        c.rtl(lists["rtl"])
        c.models(lists["models"])
        if "faults" in parts or "scoreboards" in parts:
            lists["faults"] = c.faults()
        c.scoreboards(lists["scoreboards"], lists["faults"])
    return lists


def main():
    options = read_arguments()
    signals = campaign.regress_run.Signals()
    try:
        options.build = options.build.resolve()
        state = campaign.State(options.out / "state.jsonl", campaign.digest(), options.survivors)
        if options.write_sample:
            return write_sample(options, read_list(options, "mutants.json"), state) or 0
        return report.write(options, judged(options, state, signals), state, verdicts.read(options.draw))
    except KeyboardInterrupt:
        print(f"interrupted; the same command goes on ({len(state.done)} runs are in {options.out}/state.jsonl)", file=sys.stderr)
        return 130
    except (campaign.regress_run.Environment, verdicts.Bad, OSError) as why:
        print(f"mutate.py: {why}", file=sys.stderr)
        return 130 if signals.stop else 2 if isinstance(why, verdicts.Bad) else 3


if __name__ == "__main__":
    sys.exit(main())
