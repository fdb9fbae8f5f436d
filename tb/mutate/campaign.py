# SPDX-License-Identifier: Apache-2.0
"""Runs mutants, a process each, and keeps who killed them: state.jsonl, one line a run, from which an interrupted campaign goes on."""

import fcntl
import hashlib
import json
import os
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tb"))
import regress_report  # noqa: E402
import regress_run  # noqa: E402

SIM_MS = 12  # of a scenario that a mutant keeps from ending; the longest healthy one takes 9
WALL_S = 120
UNIT_WALL_S = 8  # of the quick unit tests, which take a tenth of a second
# Unit tests of the models and of the scoreboards: the ones of milliseconds first, the ones of seconds for who survives them.
MODEL_UNITS = "I2cController*:I2cTarget*:Pcf8574*:SpikeFilter*:Board.*"
BOARD_UNITS = "Adrift*:Arbitration*:Board.*:Complains*:Decoder*:Frame*:Gpio*:Host.*:Hostile.*:Idle*:Int*:Lines*:Loser*:Protocol*:Timing*:Transfers*"
SLOW_UNITS = "*Random*:*Lazy*:Board.*"
RANDOM_SEEDS = (1, 2, 3, 4, 5, 6)
RANDOM_TRANSFERS = 1500

DECIDE = ("campaign.py", "mutate.py", "rtl_mutants.py", "c_mutants.py")  # besides the sources: what is run, and who killed

# Both targets have an RTL twin, and the second one is of the other make; other straps, other speed; nobody but the RTL and the judges.
RTL_TARGETS = ["board.targets.u2.drives=rtl", "board.targets.u2.shadows=[\"c\"]", "board.targets.u2.personality=ti"]
OTHER = ["board.targets.0.type=pcf8574a", "board.targets.0.addr=0x3d", "board.targets.0.personality=ti", "board.targets.1.type=pcf8574",
         "board.targets.1.addr=0x22", "board.targets.1.drives=rtl", "board.targets.1.shadows=[\"c\"]", "board.targets.0.spike_ns=50",
         "clock_hz=33333333", "board.scl_hz=1000000"]


def filters(clock_hz, controller_ns, u1_ns, u2_ns):
    return RTL_TARGETS + [f"clock_hz={clock_hz}", f"board.spike_ns={controller_ns}", f"board.targets.0.spike_ns={u1_ns}", f"board.targets.1.spike_ns={u2_ns}",
                          "board.scl_hz=400000"]


# Filters of other depths: the deepest there are (63, 63, 53), deep ones (36, 41, 29), those of a faster clock (22, 14, 8).
DEEP, MIDDLE, FAST = filters(305000000, 200, 200, 170), filters(300000000, 115, 130, 90), filters(100000000, 200, 120, 60)
ALONE = ["board.controller.shadows=[]", "board.targets.u1.shadows=[]", "board.targets.u2.drives=rtl", "board.targets.u2.shadows=[]",
         "board.targets.u2.personality=ti"]
# Too long for every mutant: for those who survive the others.
LONG = ("slowest_clock", "vanish_in_stretch", "release_stretch_anywhen", "longest_prescale", "fault_in_slot", "long_prescales", "prescale_bits", "symbol_in_byte",
        "every_command", "transfer_shapes", "pins_move_in_transfer", "arbitrate_at_prescales", "join_at_prescales")
SHORT = ("power_up_levels", "read_pins", "restart_write_read", "spikes_rejected", "reset_on_low_lines", "int_after_reset", "bus_clear",
         "command_after_reset", "stop_held", "short_prescales")


def directed():
    """All scenarios of sim.cfg but the long ones."""
    names = re.findall(r'"(\w+)"', re.search(r"scenarios = \[(.*?)\]", (ROOT / "sim.cfg").read_text(encoding="utf-8"), re.S)[1])
    return scenarios([name for name in names if name not in LONG])


def scenarios(names):
    return ["stimulus.scenarios=[" + ",".join(f'"{name}"' for name in names) + "]", "stimulus.random.transfers=0"]


def random_part(seed):
    return ["stimulus.scenarios=[]", f"stimulus.seed={seed}", f"stimulus.random.transfers={RANDOM_TRANSFERS}"]


# Every mutant goes through the first two; whoever survives `twins` goes on until somebody kills it.
MATRIX = {"twins": RTL_TARGETS + directed(), "alone": ALONE + directed()}
LATER = {"long": RTL_TARGETS + scenarios(LONG) + ["limits.sim_ms=1000"], "other": OTHER + directed(), "deep": DEEP + scenarios(SHORT),
         "middle": MIDDLE + scenarios(SHORT), "fast": FAST + scenarios(SHORT),
         "deep_prescales": [*DEEP, *scenarios(["prescale_bits"]), "limits.sim_ms=200"],
         **{f"random{seed}": (OTHER if seed % 2 == 0 else RTL_TARGETS) + random_part(seed) for seed in RANDOM_SEEDS}}


def digest():
    """Of everything that a verdict depends on."""
    h = hashlib.sha256()
    folders = ("rtl", "cmodel", "scoreboards", "tb", "tb/scenarios", "tb/faults", "tb/unit", "tb/mutate", "wrappers")
    files = [f for folder in folders for f in sorted((ROOT / folder).glob("*")) if f.suffix in (".c", ".h", ".sv", ".cpp", ".cc", ".tcl", ".txt")]
    for file in [ROOT / "sim.cfg", ROOT / "tb/regress_run.py", *(HERE / name for name in DECIDE), *files]:
        h.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return h.hexdigest()[:16]


class Run:
    """One mutant in one stage, as regress_run.run_tests wants it."""
    seed = inputs = None
    wall_s = WALL_S

    def __init__(self, program, key, stage, sets, options, work):
        self.key, self.stage = key, stage
        self.name = f"{stage} {key}"
        self.folder = os.path.join(work, hashlib.sha256(self.name.encode()).hexdigest()[:16])
        words = [word for one in [f"limits.sim_ms={SIM_MS}", *sets, "record.checkpoints=false", "record.waves=off"] for word in ("--set", one)]
        self.command = [str(program), "--quiet", *words, "--out", self.folder, *options, str(ROOT / "sim.cfg")]


class UnitRun(Run):
    """The unit tests of the models and the scoreboards, with a mutant."""
    def __init__(self, program, mutant, stage, work):
        super().__init__(program, mutant["key"], stage, [], [], work)
        self.wall_s = UNIT_WALL_S if stage == "unit" else WALL_S
        mine = BOARD_UNITS if mutant["module"].startswith("scoreboards/") else MODEL_UNITS
        tests = f"{mine}-{SLOW_UNITS}" if stage == "unit" else mine
        self.command = ["env", f"TWINWIRE_MUTANT={mutant['number']}", str(program), "--gtest_brief=1", "--gtest_fail_fast", f"--gtest_filter={tests}"]


class FaultRun(Run):
    """A mutant of a scoreboard, and a seeded fault that the scoreboard must still see."""

    def __init__(self, program, mutant, fault, work):
        super().__init__(program, mutant["key"], f"fault {fault.name}", fault.sets,
                         ["--mutant", str(mutant["number"]), "--fault", fault.name, "--scenario", fault.scenario], work)
        self.caught_by, self.way = fault.caught_by, fault.way


def board_of(file):
    """The scoreboard that a file of scoreboards/ is of; None: of all."""
    name = Path(file).stem
    return {"commands": "protocol", "arbitration": "protocol", "timing_edges": "timing", "scoreboards": None, "decoder": None, "verdicts": None}.get(name, name)


def killers_of(run, result):
    if isinstance(run, UnitRun):
        if result["exit"] not in (0, 1) and not result["signal"] and result["status"] != "timeout":
            raise regress_run.Environment(f"{run.name}: {result['what']}")
        return {} if result["exit"] == 0 else {run.stage: {"timeout" if result["status"] == "timeout" else result["signal"] or "failed": 1}}
    killers = board_killers(run, result)
    if not isinstance(run, FaultRun):
        return killers
    return {} if catches(run, killers) else {"faults": {run.stage[6:]: 1}}


def catches(fault, killers):
    """Does the fault's scoreboard see it, in the fault's way?"""
    caught = killers.get(fault.caught_by, {})
    return bool(caught) and (fault.way == "rules" or any("RTL differs" in check for check in caught))


def board_killers(run, result):
    """{killer: {check: count}}: scoreboards by name, `scenario` its expectations, `limits` no end or a crash."""
    killers = {}
    try:
        report = regress_run.read_report(run.folder)
    except ValueError:
        report = None
    if report:
        for board in report["scoreboards"]:
            if board["failures"]:
                killers[board["name"]] = {f"{c['pin']}: {c['check']}": c["count"] for c in board.get("failed_checks", [])}
        if any(one["scoreboard"] == "scenario" for one in report["failures"]):
            killers["scenario"] = {one["scenario"]: 1 for one in report["failures"] if one["scoreboard"] == "scenario"}
        for one in report["scenarios"]:
            if one["result"] == "error":  # its script could not go on: a pull that never ends, a host that never answers
                killers.setdefault("scenario", {})[one["name"]] = 1
        late = [one["name"] for one in report["scenarios"] if one["result"] == "timeout"]
        if late:
            killers["limits"] = {name: 1 for name in late}
    if result["status"] in ("timeout", "crash"):
        killers.setdefault("limits", {})[result["status"]] = 1
    if result["status"] == "no-check":
        killers.setdefault("no check", {})[str(result["signature"][0])] = 1
    if result["status"] == "error" and not killers:
        raise regress_run.Environment(f"{run.name}: {result['signature']} {result['what']}\n{' '.join(run.command)}")
    if not isinstance(run, FaultRun) and bool(killers) == (result["status"] == "pass"):
        raise regress_run.Environment(f"{run.name}: {result['status']}, and killed by {sorted(killers) or 'nobody'}")
    return killers


class State:
    """What ran already, of the same sources; with `survivors` also who was killed before the sources changed. The folder is locked as long as this lives."""

    def __init__(self, path, inputs, survivors):
        self.path, self.done = Path(path), {}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = os.open(self.path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise regress_run.Environment(f"{self.path.parent}: another campaign is writing here (see --out)") from None
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.is_file() else []
        same = lines[:1] == [json.dumps({"inputs": inputs})]
        for line in lines[1:]:
            try:
                one = json.loads(line)
                if same or (survivors and (one["killers"] or one["stage"] == "alone")):
                    self.done[one["stage"], one["key"]] = one
            except (ValueError, KeyError):
                pass  # the last line may be cut
        self.file = open(self.path, "w", encoding="utf-8")
        self.file.write(json.dumps({"inputs": inputs}) + "\n" + "".join(json.dumps(one) + "\n" for one in self.done.values()))
        self.file.flush()

    def add(self, one):
        self.done[one["stage"], one["key"]] = one
        self.file.write(json.dumps(one) + "\n")
        self.file.flush()

    def get(self, stage, key):
        return self.done.get((stage, key))


def baseline(runs, state, jobs, signals):
    """Without a mutant nothing must be found, stage by stage; else every verdict would be worth nothing. False: somebody asked to stop."""
    if not carry_out("no mutant", runs, state, jobs, signals):
        return False
    for run in runs:
        killers = state.get(run.stage, run.key)["killers"]
        if killers:
            raise regress_run.Environment(f"without a mutant, stage {run.stage}: {killers}; the command: {' '.join(run.command)}")
    return True


def carry_out(title, runs, state, jobs, signals):
    """Runs what has not run yet. Returns False if somebody asked to stop."""
    runs = [run for run in runs if not state.get(run.stage, run.key)]
    if not runs:
        return True
    by_name = {run.name: run for run in runs}
    progress = regress_report.Progress(sys.stderr, len(runs), 0)
    print(f"  {title}: {len(runs)} runs", flush=True)

    def done(result):
        run = by_name[result["test"]]
        if result["status"] not in ("interrupted", "not-run"):
            state.add({"stage": run.stage, "key": run.key, "killers": killers_of(run, result), "wall_s": result["wall_s"]})
            progress.ended("pass")
        shutil.rmtree(run.folder, ignore_errors=True)
        return True

    try:
        regress_run.run_tests(runs, jobs, runs[0].wall_s, signals, done, progress.show)
    finally:
        progress.clear()
    return not signals.stop
