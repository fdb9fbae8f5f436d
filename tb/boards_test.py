#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every scenario and a random part hold on other boards, speeds and seeds than the shipped ones.

    boards_test.py TWINWIRE SOURCE
"""

import concurrent.futures
import sys

import simulation

BOTH = {"rtl": "c", "c": "rtl"}


def target(index, **keys):
    """Options for board.targets.INDEX, with both twins."""
    path = "board.targets.%d." % index
    drives = keys.pop("drives", "rtl")
    options = ["--set", path + "drives=" + drives, "--set", path + "shadows=" + BOTH[drives]]
    for key, value in keys.items():
        options += ["--set", "%s%s=%s" % (path, key, value)]
    return options


def speed(clock_hz, scl_hz):
    """The limit of a scenario stays the clocks that it is at 50 MHz: slowest_clock counts in them."""
    limit_ms = max(1000, 50_000_000_000 // clock_hz)
    return ["--set", "clock_hz=%d" % clock_hz, "--set", "board.scl_hz=%d" % scl_hz, "--set", "limits.sim_ms=%d" % limit_ms]


FOUR = [] # four targets; the last two are models alone
BOARDS = {
    "top_addresses_ti": target(0, addr="0x27", personality="ti") + target(1, addr="0x3f", personality="ti"),
    "pcf8574a_first": target(0, type="pcf8574a", addr="0x3a") + target(1, type="pcf8574", addr="0x25"),
    "neighbours": target(0, addr="0x22", personality="ti") + target(1, type="pcf8574", addr="0x23"),
    "models_drive": target(0, drives="c", addr="0x24", personality="ti") + target(1, drives="c", addr="0x3c"),
    "no_spare_filter": ["--set", "board.targets.0.spike_ns=50"] + target(1, spike_ns=50),
    "standard_mode": speed(50_000_000, 100_000) + target(1),
    "fast_mode_plus": speed(50_000_000, 1_000_000) + target(1),
    "odd_clock": speed(33_333_333, 400_000) + target(1, personality="ti"),
    "slow_clock": speed(12_500_000, 100_000) + target(1),
    "coarse_clock": speed(20_000_000, 1_000_000) + target(1), # a clk is all of tSP
    "odd_fast_mode_plus": speed(33_333_333, 1_000_000) + target(1),
    "fast_clock": speed(200_000_000, 1_000_000) + target(1),
    "slowest_clock": speed(2_000_000, 50_000) + target(1),
    "crowded": ["--set", "stimulus.random.pins_percent=100", "--set", "stimulus.random.stretch_percent=100", "--set",
                "stimulus.random.idle_us_max=0", "--seed", "7"] + target(1, personality="ti"),
    "crowded_standard_mode": ["--set", "stimulus.random.pins_percent=100", "--set", "stimulus.random.stretch_percent=100", "--set",
                              "stimulus.random.idle_us_max=0", "--seed", "7"] + speed(50_000_000, 100_000) + target(1, personality="ti"),
}
for index, addr in ((2, "0x26"), (3, "0x22")):
    FOUR += ["--set", "board.targets.%d.addr=%s" % (index, addr), "--set", "board.targets.%d.drives=c" % index, "--set",
             "board.targets.%d.shadows=[]" % index]
BOARDS["four_targets"] = FOUR + target(1)
BOARDS.update({"seed_%d" % seed: ["--seed", str(seed)] + target(1) for seed in range(2, 8)})


def test(program, sim_cfg, folder, cases):
    def run(name):
        return simulation.Simulation(program, folder, name, "--quiet", "--waves", "off", "--random", "300", *BOARDS[name], sim_cfg)

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for name, done in zip(BOARDS, pool.map(run, BOARDS)):
            trouble = done.trouble()
            checks = sum(board["checks"] for board in done.report()["scoreboards"]) if not trouble else 0
            cases.case(name, trouble, "%d checks" % checks)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
