#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The same seed gives the same run, bit for bit; what is looked at or run beside it changes nothing.

    determinism_test.py TWINWIRE SOURCE
"""

import hashlib
import json
import shutil
import sys

import simulation

TRANSFERS = "100"
# What a transfer is, without when it came.
TIMELESS = ("repeated", "addr", "rw", "ack", "data", "acks", "bits", "end")


class Evidence:
    """Hashes of what a run left; the files are gone, they are large."""

    def __init__(self, program, folder, *arguments):
        run = simulation.Simulation(program, folder, "run", *arguments)
        self.trouble, self.digest = run.trouble(), run.report()["waveform_digest"]
        self.scoreboards = run.report()["scoreboards"]
        self.transfers = run.transfers()
        self.jsonl = self.hash_of(run.path("transactions.jsonl"))
        try:
            self.waves = self.hash_of(run.path("waves.vcd"))
        except FileNotFoundError:
            self.waves = None
        shutil.rmtree(run.out)

    @staticmethod
    def hash_of(path):
        with open(path, "rb") as f:
            return hashlib.file_digest(f, "sha256").hexdigest()

    def sequence(self, scenario):
        """The transfers of one scenario, without their times."""
        return [{key: t[key] for key in TIMELESS if key in t} for t in self.transfers if t["scenario"] == scenario]


def same(what, one, other):
    return None if one == other else "%s differ" % what


def sequences(name, one, other):
    """Trouble if a scenario's own transfers are not the same in two runs."""
    a, b = one.sequence(name), other.sequence(name)
    if not a:
        return "no transfer in " + name
    for i, (x, y) in enumerate(zip(a, b)):
        if x != y:
            return "%s: transfer %d is %s, and was %s" % (name, i, json.dumps(y), json.dumps(x))
    return same("%s: numbers of transfers, %d and %d," % (name, len(a), len(b)), len(a), len(b))


def test(program, sim_cfg, folder, cases):
    def run(*arguments):
        return Evidence(program, folder, *arguments, sim_cfg)

    random = ("--set", "stimulus.scenarios=[]", "--random", TRANSFERS)
    first = run("--random", TRANSFERS, "--waves", "all")
    again = run("--random", TRANSFERS, "--waves", "all")
    cases.case("the_run_passes", first.trouble)
    cases.case("same_seed_same_waves", same("waves.vcd", first.waves, again.waves) if first.waves else "no waves.vcd", "byte-identical")
    cases.case("same_seed_same_transactions", same("transactions.jsonl", first.jsonl, again.jsonl), "%d lines" % len(first.transfers))
    cases.case("same_seed_same_digests", same("digests", first.digest, again.digest))

    other = run("--random", TRANSFERS, "--waves", "all", "--seed", "2")
    cases.case("other_seed_other_waves", "waves.vcd is the same" if other.waves == first.waves else None)
    cases.case("other_seed_other_transactions", "the random part is the same" if other.sequence("random") == first.sequence("random") else None)
    cases.case("other_seed_other_digests", "same: " + ", ".join(k for k in first.digest if first.digest[k] == other.digest[k])
               if any(first.digest[k] == other.digest[k] for k in first.digest) else None)
    cases.case("seed_leaves_directed_part_alone", sequences("write_patterns", first, other))

    for waves in ("off", "directed"):
        dark = run("--random", TRANSFERS, "--waves", waves)
        cases.case("waves_%s_change_nothing" % waves, same("transactions.jsonl", first.jsonl, dark.jsonl) or same("digests", first.digest, dark.digest))
    unjudged = run("--random", TRANSFERS, "--waves", "off", "--set", "checks.lines=false", "--set", "checks.protocol=false", "--set", "record.ring=16")
    cases.case("checks_and_ring_change_nothing", same("transactions.jsonl", first.jsonl, unjudged.jsonl) or same("digests", first.digest, unjudged.digest))

    # Quiet clocks cost one comparison and are counted by arithmetic: looking at every one of them must count the same.
    every = run("--random", TRANSFERS, "--waves", "off", "--every-edge")
    cases.case("every_edge_looked_at_counts_the_same", same("transactions.jsonl", first.jsonl, every.jsonl) or same("digests", first.digest, every.digest)
               or same("checks", first.scoreboards, every.scoreboards), "%d checks" % sum(board["checks"] for board in every.scoreboards))

    alone = run(*random)
    cases.case("random_part_alone_is_the_same", sequences("random", first, alone), "%d lines" % len(alone.transfers))
    more = run("--set", "stimulus.scenarios=[]", "--random", "150", "--waves", "off")
    more.transfers = more.transfers[:len(alone.transfers)]
    cases.case("more_transfers_begin_like_fewer", sequences("random", alone, more))

    names = ("stretched_clock", "int_shared_line", "reset_in_byte", "lost_arbitration", "write_patterns")
    turned = run(*(word for name in names for word in ("--scenario", name)), "--random", TRANSFERS)
    for name in names + ("random",):
        cases.case("%s_in_another_order" % name, sequences(name, first, turned), "%d transfers" % len(first.sequence(name)))


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
