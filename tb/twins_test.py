#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Either twin can stand in for the other: whoever drives, everything passes and the waveforms are the same, byte for byte.

    twins_test.py TWINWIRE SOURCE

All eight combinations of who drives (controller, u1, u2: RTL or C; the other twin shadows) run sim.cfg as it is shipped, random part
included. Compared are the whole run's digests in report.json, transactions.jsonl, and for the directed part and RANDOM_IN_WAVES random
transfers (another run: the 2000 of sim.cfg would be a gigabyte) SDA, SCL, and each target's port and INT in waves.vcd. Waveforms
are compared from clk 2 on: before the first edge with reset the RTL's registers are not defined.
"""

import concurrent.futures
import hashlib
import itertools
import os
import shutil
import sys

import simulation
import vcd

JOBS = 2
RANDOM_IN_WAVES = 40
TARGETS = ("u1", "u2")
SOCKETS = ("ctl",) + TARGETS


def sets(drives, shadows=True, **more):
    """Options that say who drives and that the other twin shadows, or that there is none."""
    options = []
    for socket, twin in zip(SOCKETS, drives):
        path = "board.controller" if socket == "ctl" else "board.targets." + socket
        options += ["--set", "%s.drives=%s" % (path, twin)]
        options += ["--set", "%s.shadows=%s" % (path, ({"rtl": "c", "c": "rtl"}[twin] if shadows else "[]"))]
    for path, value in more.items():
        options += ["--set", "%s=%s" % (path.replace("__", "."), value)]
    return options


def waveforms(path, drives, start):
    """name -> the wave, of the twins that drive; and of the other ones, prefixed "shadow "."""
    waves = vcd.Vcd(path)
    found = {name: waves.wave("board.bus." + name) for name in ("scl", "sda")}
    for i, name in enumerate(TARGETS):
        for twin in ("rtl", "c"):
            who = "" if twin == drives[1 + i] else "shadow "
            for pin, own in (("int_n", "int_no"), ("port", "port_o")):
                if "board.%s.%s.%s" % (name, twin, pin) not in waves.ids:
                    continue  # no such twin on this board
                found[who + name + " " + pin] = waves.wave("board.%s.%s.%s" % (name, twin, pin))
                if twin == "rtl":  # the records against what Verilator says of the RTL itself
                    found["shadow %s %s of the RTL" % (name, pin)] = waves.wave("board.%s.rtl.socket.%s" % (name, own))
    return {name: vcd.window(wave, start) for name, wave in found.items()}


def fnv(clk_levels):
    """waveform_digest of report.json: FNV-1a over (clk, level) of every change."""
    digest = 0
    for number in itertools.chain.from_iterable(clk_levels):
        digest = (digest ^ number) * 0x100000001b3 & 0xffffffffffffffff
    return "%016x" % digest


def digests(waves, clk_ps):
    """The digests, worked out from the waveforms."""
    def of(wave):
        return fnv((time // clk_ps, level) for time, level in wave[1:])
    port, int_n = ([(time, tuple(vcd.window(waves["%s %s" % (name, pin)], time)[0][1] for name in TARGETS)) for time in
                    sorted({time for name in TARGETS for time, _ in waves["%s %s" % (name, pin)]})] for pin in ("port", "int_n"))
    return {"scl": of(waves["scl"]), "sda": of(waves["sda"]),
            "int_n": of(vcd.changes([(time, min(levels)) for time, levels in int_n])),
            "port": of([(time, sum(level << 8 * i for i, level in enumerate(levels))) for time, levels in port])}


class Evidence:
    """What one combination left; its files are gone, they are large."""

    def __init__(self, program, sim_cfg, folder, name, drives, options, waves):
        run = simulation.Simulation(program, folder, name, *options, sim_cfg)
        self.name, self.trouble, self.waves = name, run.trouble(), {}
        report = run.report()
        self.digest = report["waveform_digest"]
        self.checks = {board["name"]: board["checks"] for board in report["scoreboards"]}
        self.transfers, self.scenarios = report["transfers"], len(report["scenarios"])
        clk_ps = 10**12 // report["clock_hz"]
        with open(run.path("transactions.jsonl"), "rb") as f:
            self.jsonl = hashlib.sha256(f.read()).hexdigest()
        if waves:
            found = waveforms(run.path("waves.vcd"), drives, clk_ps)
            self.changes = {name: len(wave) - 1 for name, wave in found.items()}
            self.waves = {name: hashlib.sha256(repr(wave).encode()).hexdigest() for name, wave in found.items()}
            self.vcd_digest = digests(found, clk_ps) if waves == "all" else None
        shutil.rmtree(run.out)

    def apart(self, other):
        """Where two combinations differ, or None."""
        for what, mine, theirs in (("digest", self.digest, other.digest), ("transactions.jsonl", {"": self.jsonl}, {"": other.jsonl}),
                                   ("waves.vcd", self.waves, other.waves)):
            names = [name for name in mine if mine[name] != theirs.get(name) and not name.startswith("shadow")]
            if names:
                return "%s %s: not what it is with %s" % (what, ", ".join(names), other.name)
        return None

    def shadows_apart(self):
        names = [name for name in self.waves if name.startswith("shadow") and self.waves[name] != self.waves[name[len("shadow "):].replace(" of the RTL", "")]]
        return "%s: not what the driving twin shows" % ", ".join(names) if names else None


def judge_pair(cases, one, first):
    cases.case(one.name, "; ".join(filter(None, (one.trouble, one.apart(first), one.shadows_apart()))),
               "%d scenarios, %d transfers" % (one.scenarios, one.transfers) + (
                   ", %d changes of %d waveforms" % (sum(one.changes.values()), len(one.changes)) if one.waves else ""))


def test(program, sim_cfg, folder, cases):
    combinations = list(itertools.product(("rtl", "c"), repeat=3))
    random = ["--set", "stimulus.scenarios=[]", "--random", str(RANDOM_IN_WAVES)]
    plan = {}  # name -> (drives, options, waves)
    for drives in combinations:
        name = "ctl_%s.u1_%s.u2_%s" % drives
        plan[name] = drives, sets(drives) + ["--waves", "directed"], "directed"
        plan[name + ".random_waves"] = drives, sets(drives) + random + ["--waves", "all"], "all"
    for drives in (combinations[0], combinations[-1]):
        plan["u1_is_ti.%s_drives" % drives[0]] = drives, sets(drives, board__targets__u1__personality="ti"), "directed"
        plan["%s_alone" % drives[0]] = drives, sets(drives, shadows=False) + ["--waves", "off"], None
    with concurrent.futures.ProcessPoolExecutor(JOBS) as pool:
        jobs = {name: pool.submit(Evidence, program, sim_cfg, folder, name, *rest) for name, rest in plan.items()}
        found = {name: job.result() for name, job in jobs.items()}

    first = found["ctl_rtl.u1_rtl.u2_rtl"]
    for name, one in found.items():
        if name.startswith("ctl_"):
            judge_pair(cases, one, found[first.name + ".random_waves"] if name.endswith(".random_waves") else first)
    one = found[first.name + ".random_waves"]
    cases.case("digests_are_of_the_waveforms", None if one.vcd_digest == one.digest else "%s in waves.vcd, %s" % (one.vcd_digest, one.digest))
    still = [name for name, changes in first.changes.items() if not changes]
    cases.case("every_waveform_moves", ", ".join(still))
    ti = found["u1_is_ti.rtl_drives"]
    judge_pair(cases, ti, ti)
    judge_pair(cases, found["u1_is_ti.c_drives"], ti)
    cases.case("personalities_differ", None if ti.digest["int_n"] != first.digest["int_n"] else "INT of ti is that of nxp")
    for name in ("rtl_alone", "c_alone"):
        cases.case(name, "; ".join(filter(None, (found[name].trouble, found[name].apart(first)))), ", ".join("%s %d" % item for item in found[name].checks.items()))


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
