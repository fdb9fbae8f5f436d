#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The board under SystemC's clock gives the same bits as without, and the example of a virtual platform works, and fails when the RTL is wrong.

    systemc_test.py TWINWIRE SOURCE     twinwire-systemc, systemc-example and systemc-example-faulty are beside TWINWIRE
"""

import json
import os
import re
import shutil
import subprocess
import sys

import simulation
import vcd

EXAMPLE = ("controller set up", "wrote 0xa5 to 0x20: acknowledged", "pins: 0xa5", "somebody pulls P0 low", "INT fell", "address acknowledged: 0x01",
           "byte read: 0xa4", "INT released: 0x01")
FAULTS = (("ctl_low_one_clock_long", "lines"), ("ctl_rxr_shifted", "host"), ("pcf_port_at_ack_fall", "gpio"), ("pcf_pin_synchroniser_short", "int"),
          ("ctl_lsb_first_in_both", "protocol"))
SAME_IN_REPORT = ("exit_code", "seed", "clocks", "transfers", "scoreboards", "scenarios", "waveform_digest")


def contents(path):
    """Of junit.xml without wall times and the program's name."""
    with open(path, "rb") as f:
        text = f.read()
    return re.sub(rb' time="[^"]*"|value="\S*/twinwire(-systemc)? ', b"", text) if path.endswith("junit.xml") else text


def differences(one, other, files):
    """Trouble if the two runs did not leave the same."""
    for name in files:
        if not os.path.exists(one.path(name)) or not os.path.getsize(one.path(name)):
            return "no " + name
        if contents(one.path(name)) != contents(other.path(name)):
            return name + " differs"
    a, b = one.report(), other.report()
    return next((key + " differs" for key in SAME_IN_REPORT if a[key] != b[key]), None)


def engines(programs, sim_cfg, folder, cases):
    def both(name, trouble, *arguments, files=("transactions.jsonl", "recorder.vcd", "junit.xml")):
        runs = [simulation.Simulation(program, folder, str(i), *arguments) for i, program in enumerate(programs)]
        trouble = trouble(runs[0]) or (runs[0].code != runs[1].code and "exit codes %d and %d" % (runs[0].code, runs[1].code))
        cases.case(name, trouble or differences(*runs, files))
        for run in runs:
            shutil.rmtree(run.out)

    waves = ("transactions.jsonl", "recorder.vcd", "junit.xml", "waves.vcd")
    both("every_scenario_and_some_random_are_the_same", lambda run: run.trouble(), "--random", "60", "--waves", "all", sim_cfg, files=waves)
    both("another_clock_and_seed_are_the_same", lambda run: run.trouble(), "--set", "clock_hz=30000000", "--seed", "7", "--scenario", "int_on_change",
         "--random", "40", "--waves", "all", sim_cfg, files=waves)
    wrong = os.path.join(folder, "wrong.tcl")
    with open(wrong, "w", encoding="utf-8") as f:
        f.write("run 1us\nexpect int u1 low\n")
    both("a_failing_scenario_is_the_same", lambda run: run.code != 1 and "exit code %d" % run.code, "--scenario", wrong, "--waves", "off", sim_cfg,
         files=("recorder.vcd",))
    both("a_scenario_out_of_time_is_the_same", lambda run: run.code != 1 and "exit code %d" % run.code, "--scenario", "write_patterns", "--waves", "off",
         "--set", "limits.sim_ms=1", sim_cfg)


def exit_codes(program, sim_cfg, folder, cases):
    bad = subprocess.run([program, "--set", "clock_hz=fast", sim_cfg], cwd=folder, capture_output=True, text=True, timeout=60)
    cases.case("wrong_input_is_2_and_silent_otherwise", None if bad.returncode == 2 and bad.stderr.count("\n") == 1 and not bad.stdout
               else "%d, %r %r" % (bad.returncode, bad.stdout, bad.stderr))
    long = [program, "--set", "stimulus.scenarios=[]", "--random", "1000000", "--waves", "off", "--out", "long"]
    interrupted = ["timeout", "--signal=INT", "--kill-after=30", "--preserve-status", "1", *long, sim_cfg]
    run = subprocess.run(interrupted, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60)
    cases.case("interrupt_is_130_with_a_report", None if run.returncode == 130 and "INTERRUPTED" in run.stdout
               and os.path.exists(os.path.join(folder, "long", "report.json")) else "%d: %s" % (run.returncode, run.stdout))
    ended = subprocess.run(long + ["--set", "limits.wall_s=1", sim_cfg], cwd=folder, capture_output=True, text=True, timeout=60)
    cases.case("out_of_wall_time_is_1", None if ended.returncode == 1 and "limits.wall_s" in ended.stderr else "%d: %s" % (ended.returncode, ended.stderr))


class Example:
    def __init__(self, program, folder, *arguments, fault=None):
        self.out = os.path.join(folder, "out", "systemc-example")
        environment = {key: value for key, value in os.environ.items() if key != "TWINWIRE_FAULT"}
        if fault:
            environment["TWINWIRE_FAULT"] = fault
        run = subprocess.run([program, *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
        self.code, self.text = run.returncode, run.stdout + run.stderr
        self.log = [match.groups() for match in re.finditer(r"^ *([0-9.]+) us  (.*)$", run.stdout, re.M)]

    def time_ps(self, text):
        return next((round(float(us) * 1e6) for us, said in self.log if said.startswith(text)), None)

    def transfers(self):
        with open(os.path.join(self.out, "transactions.jsonl"), encoding="utf-8") as f:
            return [(t["addr"], t["rw"], t["data"]) for t in map(json.loads, f)]


def example(program, sim_cfg, folder, cases):
    run = Example(program, folder, sim_cfg)
    said = [text for _, text in run.log]
    cases.case("the_example_passes", None if run.code == 0 else "%d: %s" % (run.code, run.text))
    cases.case("the_example_says_what_it_does", None if len(said) == len(EXAMPLE) and all(a.startswith(b) for a, b in zip(said, EXAMPLE)) else repr(said))
    expected = [("0x20", "w", ["0xa5"]), ("0x20", "r", ["0xa4"])]
    cases.case("the_board_leaves_its_transactions", None if run.transfers() == expected else repr(run.transfers()))
    falls = [t for t, level in vcd.Vcd(os.path.join(run.out, "recorder.vcd")).wave("board.bus.int_n") if level == 0 and t > 0] # 0: before its first edge the RTL is not defined
    cases.case("signals_change_when_the_files_say", None if falls == [run.time_ps("INT fell")] else "%r and %r" % (falls, run.log))
    wrong = Example(program, folder, sim_cfg, "board.targets.u1.addr=0x21")
    cases.case("no_chip_at_the_address_fails_the_software", None if wrong.code == 1 and "not acknowledged" in wrong.text
               and "did not see what it expected" in wrong.text else "%d: %s" % (wrong.code, wrong.text))
    bad = Example(program, folder, sim_cfg, "board.targets.u1.address=0x21")
    cases.case("wrong_input_of_the_example_is_2", None if bad.code == 2 and "address" in bad.text and not bad.log else "%d: %s" % (bad.code, bad.text))


def faults(program, sim_cfg, folder, cases):
    none = Example(program, folder, sim_cfg)
    cases.case("without_its_faults_the_faulty_example_passes", None if none.code == 0 else "%d: %s" % (none.code, none.text))
    for fault, scoreboard in FAULTS:
        run = Example(program, folder, sim_cfg, fault=fault)
        warnings = re.findall(r"^Warning: /twinwire/scoreboard: scoreboard (\w+):", run.text, re.M)
        cases.case("%s_fails_the_example" % fault, None if run.code == 1 and warnings.count(scoreboard) == 1 and "MISMATCH" in run.text
                   and len(set(warnings)) == len(warnings) else "%d: %s" % (run.code, run.text), "scoreboard " + ", ".join(warnings))


def readme(source, cases):
    """The README's snippet is what the example compiles."""
    with open(os.path.join(source, "wrappers", "systemc_example.cpp"), encoding="utf-8") as f:
        lines = [line.strip() for line in f.read().split("// [README]\n")[1].strip().splitlines()]
    with open(os.path.join(source, "README.md"), encoding="utf-8") as f:
        blocks = [[line.strip() for line in block.strip().splitlines()] for block in re.findall(r"^```cpp\n(.*?)^```", f.read(), re.M | re.S)]
    cases.case("the_readme_shows_the_examples_own_code", None if any(block[-len(lines):] == lines for block in blocks) else repr(lines))


def test(program, sim_cfg, folder, cases):
    beside = lambda name: os.path.join(os.path.dirname(program), name)
    engines((program, beside("twinwire-systemc")), sim_cfg, folder, cases)
    exit_codes(beside("twinwire-systemc"), sim_cfg, folder, cases)
    example(beside("systemc-example"), sim_cfg, folder, cases)
    faults(beside("systemc-example-faulty"), sim_cfg, folder, cases)
    readme(os.path.dirname(sim_cfg), cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
