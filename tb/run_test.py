#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Exit codes, and what a run prints and leaves.

    run_test.py TWINWIRE SOURCE

What the program does with bad input is in bad_input_test.py.
"""

import glob
import os
import re
import shlex
import subprocess
import sys
import xml.etree.ElementTree

import simulation
import vcd
from simulation import first

SCOREBOARDS = ["lines", "host", "gpio", "int", "protocol", "timing"]
SCREENFUL = 24  # lines
LEAST_CLOCKS = 5000000  # of `make sim`
REPORT_KEYS = {"tool": str, "verdict": str, "exit_code": int, "interrupted": bool, "seed": int, "config": str, "fault": str, "rerun": str,
               "clock_hz": int, "clocks": int, "transfers": int, "wall_s": (int, float), "scoreboards": list, "timing": list,
               "failures": list, "scenarios": list, "waveform_digest": dict}
FAILURE_KEYS = {"scoreboard", "scenario", "clk", "time_ns", "socket", "pin", "expected", "seen", "what", "clause", "place", "rerun"}

WRONG_EXPECTATION = """\
# SPDX-License-Identifier: Apache-2.0
i2c write [addr u1] 0x0f
run 5us
expect pins u1 0x0f
expect pins u1 0xf0
expect pins u1 0x0f
"""
WRONG_LINE = 5
NO_TARGETS = 'board = { targets = (); };\nstimulus = { random = { transfers = 20; }; };\n'


def count_in(table, name):
    """(checks, failures) of a scoreboard as printed, or None."""
    match = re.search(r"^  %s +(\d+) +(\d+)" % name, table, re.MULTILINE)
    return match and (int(match.group(1)), int(match.group(2)))


def keys(report):
    wrong = [key for key, kind in REPORT_KEYS.items() if not isinstance(report.get(key), kind)]
    return "missing or of another type: " + ", ".join(wrong) if wrong or len(report) != len(REPORT_KEYS) else None


def sums(report):
    """Each scoreboard's checks and failures are the sum over the scenarios."""
    for board in report["scoreboards"]:
        for what in ("checks", "failures"):
            total = sum(scenario["scoreboards"][board["name"]][what] for scenario in report["scenarios"])
            if total != board[what]:
                return "%s of %s: %d, but the scenarios have %d" % (what, board["name"], board[what], total)
    return None


def printed(run):
    """The table says what report.json says, scoreboard by scoreboard."""
    report = run.report()
    if [board["name"] for board in report["scoreboards"]] != SCOREBOARDS:
        return "scoreboards %s" % report["scoreboards"]
    for board in report["scoreboards"]:
        seen, want = count_in(run.stdout, board["name"]), (board["checks"], board["failures"]) if board["on"] else None
        if seen != want or (not board["on"] and not re.search(r"^  %s +off$" % board["name"], run.stdout, re.MULTILINE)):
            return "%s: printed %s, report.json has %s" % (board["name"], seen, want)
    return None


def junit(run):
    """One test case a scenario and switched-on scoreboard, its checks a property; failures where report.json has some."""
    report, suites, checks = run.report(), {}, {}
    for suite in xml.etree.ElementTree.parse(run.path("junit.xml")).getroot():
        suites[suite.get("name")] = {case.get("name"): case for case in suite.findall("testcase")}
        checks[suite.get("name")] = {p.get("name"): p.get("value") for p in suite.findall("properties/property")}
        if int(suite.get("tests")) != len(suites[suite.get("name")]) or int(suite.get("failures")) != len(suite.findall("testcase/failure")):
            return "suite %s does not have the cases it says" % suite.get("name")
    if list(suites) != [scenario["name"] for scenario in report["scenarios"]]:
        return "suites %s" % list(suites)
    for scenario in report["scenarios"]:
        for board in report["scoreboards"]:
            case, counts = suites[scenario["name"]].get(board["name"]), scenario["scoreboards"][board["name"]]
            if (case is not None) != board["on"]:
                return "%s, %s: %s" % (scenario["name"], board["name"], "no case" if board["on"] else "a case, and it is off")
            if board["on"] and int(checks[scenario["name"]]["checks." + board["name"]]) != counts["checks"]:
                return "%s, %s: not %d checks" % (scenario["name"], board["name"], counts["checks"])
        for name, case in suites[scenario["name"]].items():
            if (case.find("failure") is not None) != (scenario["scoreboards"][name]["failures"] > 0):
                return "%s, %s: a failure too many or too few" % (scenario["name"], name)
    return None


def readable(path, wanted):
    """The VCD has the wanted signals, and each has a value (or all signals there are, if none is named)."""
    waves = vcd.Vcd(path)
    empty = [name for name in wanted or waves.ids if name not in waves.ids or not waves.wave(name)]
    return first(waves.timescale != "1ps" and "timescale " + waves.timescale, not waves.ids and "no signal", ", ".join(empty))


def files(run, wanted):
    left = sorted(os.listdir(run.out))
    return None if left == sorted(wanted) else "it left %s" % ", ".join(left)


def rerun_lines(run):
    lines = run.stdout.splitlines()
    return None if lines[0].strip() == lines[-1].strip() and lines[0].startswith(run.command[0] + " ") else "first line %r, last %r" % (
        lines[0], lines[-1])


def repeat(command, folder, name):
    """Runs a printed command again, with its results elsewhere."""
    program, *arguments = shlex.split(command)
    return simulation.Simulation(program, folder, name, *arguments)


def test_passing(program, sim_cfg, folder, cases):
    run = simulation.Simulation(program, folder, "passing", *simulation.SHORT, "--random", "30", "--seed", "7", sim_cfg)
    report = run.report()
    cases.case("passing_run_exits_0", run.trouble())
    cases.case("passing_run_writes_nothing_to_stderr", run.stderr)
    cases.case("passing_run_fits_a_screen", None if run.stdout.count("\n") <= SCREENFUL else "%d lines" % run.stdout.count("\n"),
               "%d lines" % run.stdout.count("\n"))
    cases.case("passing_run_leaves_its_files", files(run, ["coverage.json", "junit.xml", "recorder.vcd", "report.html", "report.json", "transactions.jsonl", "waves.gtkw", "waves.vcd"]))
    cases.case("scoreboards_are_printed_as_counted", printed(run))
    cases.case("report_has_all_keys", keys(report))
    cases.case("report_says_pass", None if (report["verdict"], report["exit_code"], report["failures"]) == ("pass", 0, []) else "it does not")
    cases.case("report_adds_up", first(sums(report), report["transfers"] != len(run.transfers()) and "transfers"))
    cases.case("junit_has_every_scoreboard_of_every_scenario", junit(run))
    cases.case("recorder_is_readable", first(readable(run.path("recorder.vcd"), []), readable(run.path("recorder.vcd"), [
        "board.bus.scl", "board.bus.sda", "board.bus.int_n", "board.ctl.rtl.irq", "board.ctl.c.irq", "board.u1.rtl.port", "board.u2.c.port"])))
    cases.case("waves_are_readable", readable(run.path("waves.vcd"), ["board.clk", "board.bus.scl", "board.bus.sda", "board.ctl.c.scl"]))
    cases.case("rerun_is_first_and_last_line", rerun_lines(run))
    again = repeat(run.stdout.splitlines()[0], folder, "again")
    cases.case("rerun_line_repeats_the_run", None if again.code == run.code and again.report()["waveform_digest"] == report["waveform_digest"]
               and again.report()["clocks"] == report["clocks"] else "another run")
    quiet = simulation.Simulation(program, folder, "quiet", "--quiet", "--scenario", "read_pins", sim_cfg)
    cases.case("quiet_run_prints_the_verdict_only", first(quiet.trouble(), "PASS" not in quiet.stdout and "no verdict",
                                                          re.search("read_pins", quiet.stdout) and "scenarios are named",
                                                          quiet.stdout.count("\n") != 1 and "%d lines" % quiet.stdout.count("\n")))
    off = simulation.Simulation(program, folder, "off", "--waves", "off", "--set", "checks.int=false", "--scenario", "read_pins", sim_cfg)
    cases.case("scoreboard_that_is_off_is_said_to_be", first(off.trouble(), printed(off), junit(off)))
    lax = simulation.Simulation(program, folder, "lax", "--scenario", "read_pins", "--waves", "off", "--set", "checks.timing_rules.tBUF=off", sim_cfg)
    cases.case("verdict_names_a_time_that_is_not_judged", first(lax.trouble(), ", without the times tBUF, results" not in lax.stdout and lax.stdout))
    cases.case("waves_off_leaves_no_waves", files(off, ["coverage.json", "junit.xml", "recorder.vcd", "report.html", "report.json", "transactions.jsonl"]))


def test_shipped(program, sim_cfg, folder, cases):
    run = simulation.Simulation(program, folder, "shipped", sim_cfg)
    report = run.report()
    cases.case("shipped_sim_cfg_passes", run.trouble())
    cases.case("shipped_sim_cfg_is_long_enough", None if report["clocks"] >= LEAST_CLOCKS else "%d clocks" % report["clocks"],
               "%d clocks in %.1f s" % (report["clocks"], report["wall_s"]))
    random = len([t for t in run.transfers() if t["scenario"] == "random" and not t["repeated"]])
    cases.case("shipped_sim_cfg_has_2000_random_steps", None if "random: 2000 " in run.stdout and random >= 2000 * 3 // 4 else "other than 2000",
               "%d transfers" % random)
    cases.case("shipped_run_fits_a_screen", None if run.stdout.count("\n") <= SCREENFUL else "%d lines" % run.stdout.count("\n"))


def test_failing(program, sim_cfg, folder, cases):
    own = os.path.join(folder, "own.tcl")
    with open(own, "w", encoding="ascii") as f:
        f.write(WRONG_EXPECTATION)
    run = simulation.Simulation(program, folder, "failing", "--scenario", own, "--scenario", "read_pins", sim_cfg)
    report, place = run.report(), "own.tcl:%d: " % WRONG_LINE
    cases.case("failed_expect_exits_1", None if run.code == 1 else "exit code %d" % run.code)
    cases.case("failed_expect_names_file_and_line", None if place in run.stdout else "no %s in %s" % (place, run.stdout))
    failure = report["failures"][0] if report["failures"] else {}
    cases.case("failed_expect_is_in_the_report", first(keys(report), len(report["failures"]) != 1 and "%d failures" % len(report["failures"]),
                                                       set(failure) != FAILURE_KEYS and "keys %s" % sorted(failure),
                                                       not failure.get("what", "").startswith(place) and failure.get("what"),
                                                       report["verdict"] != "fail" and report["verdict"]))
    cases.case("failed_expect_is_in_junit", junit(run))
    cases.case("scenario_after_a_failed_one_runs_and_passes", None if [s["result"] for s in report["scenarios"]] == ["fail", "pass"] else "no")
    card = re.search(r"^  again +(.*)$", run.stdout, re.MULTILINE)
    again = card and repeat(re.sub(r" --out \S+", "", card.group(1)), folder, "card")
    cases.case("card_repeats_the_failure", first(not again and "no command", again and again.code != 1 and "exit code %d" % again.code,
                                                 again and place not in again.stdout and "another failure"))


def test_letters(program, sim_cfg, folder, cases):
    """A path is bytes to the system, and so it must be to Tcl, whatever the locale says."""
    path = os.path.join(folder, "pr\u00fcf", "n\u00b01.tcl")
    os.makedirs(os.path.dirname(path))
    with open(path, "w", encoding="utf-8") as f:
        f.write('expect that {[string length "\u00fc"] == 1}\n')
    done = subprocess.run([program, "--scenario", path, "--out", os.path.join(folder, "letters"), "--quiet", sim_cfg], cwd=folder, env=dict(os.environ, LC_ALL="C"),
                          capture_output=True, text=True, timeout=60)
    cases.case("letters_do_not_depend_on_the_locale", None if done.returncode == 0 else "exit code %d: %s" % (done.returncode, done.stdout + done.stderr))


def test_no_check(program, sim_cfg, folder, cases):
    bare = os.path.join(folder, "bare.cfg")
    with open(bare, "w", encoding="ascii") as f:
        f.write(NO_TARGETS)
    run = simulation.Simulation(program, folder, "no_check", bare)
    unchecked = [board["name"] for board in run.report()["scoreboards"] if not board["checks"]]
    cases.case("no_check_made_exits_1", first(run.code != 1 and "exit code %d" % run.code, unchecked != ["gpio"] and "unchecked: %s" % unchecked,
                                              not re.search(r"^  gpio +0 .*no check was made", run.stdout, re.MULTILINE) and run.stdout))
    off = simulation.Simulation(program, folder, "no_check_off", "--set", "checks.gpio=false", bare)
    cases.case("nothing_to_check_and_off_exits_0", first(off.trouble(), printed(off)))


def answer(program, *arguments, folder=None):
    done = subprocess.run([program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    return first(done.returncode and "exit code %d" % done.returncode, done.stderr, not done.stdout and "nothing printed"), done.stdout


def test_answers(program, sim_cfg, folder, cases):
    source = os.path.dirname(sim_cfg)
    trouble, listed = answer(program, "--list", folder=folder)
    names = sorted(os.path.basename(path)[:-4] for path in glob.glob(os.path.join(source, "tb", "scenarios", "*.tcl")))
    lines = [line.split(None, 1) for line in listed.splitlines()]
    cases.case("list_has_every_scenario_with_a_line", first(trouble, [line[0] for line in lines] != names and listed,
                                                           any(len(line) < 2 for line in lines) and "a scenario without a word about it"))
    trouble, dump = answer(program, "--dump-config", sim_cfg)
    shipped = re.findall(r'"(\w+)"', re.search(r"scenarios = \[(.*?)\]", dump, re.DOTALL).group(1))
    cases.case("every_scenario_is_in_sim_cfg", trouble or ", ".join(sorted(set(names) ^ set(shipped))))
    for name, options in {"as_shipped": [], "with_sets": ["--set", "board.targets.u2.personality=ti", "--set", "board.targets.u1.addr=0x27",
                                                          "--set", "board.controller.shadows=[]", "--set", "checks.int=false", "--seed",
                                                          str(2**63 - 1), "--waves", "all", "--set", "stimulus.scenarios=[]"]}.items():
        trouble, dump = answer(program, "--dump-config", *options, sim_cfg)
        path = os.path.join(folder, name + ".cfg")
        with open(path, "w", encoding="utf-8") as f:
            f.write(dump)
        back, again = answer(program, "--dump-config", path) # the first line names the file
        cases.case("dump_of_a_dump_is_the_same_" + name, first(trouble, back, dump.splitlines()[1:] != again.splitlines()[1:] and "it is not"))
    trouble, text = answer(program, "--help-config")
    missing = [key for key in set(re.findall(r"^ *(\w+) = [^{(\[\n]*;", dump, re.MULTILINE)) if not re.search(r"^[\w.\[\]]*\b%s$" % key, text, re.MULTILINE)]
    cases.case("help_config_has_every_key", trouble or ", ".join(missing))
    trouble, text = answer(program, "--help")
    missing = [word for word in ("--scenario", "--random", "--seed", "--set", "--waves", "--out", "--quiet", "--list", "--dump-config", "--help-config",
                                 "--help-scenario", "--version", "--verbose", "0 all checks passed") if word not in text]
    cases.case("help_has_every_option", trouble or ", ".join(missing))
    trouble, text = answer(program, "--help-scenario")
    used = set()
    for path in glob.glob(os.path.join(source, "tb", "scenarios", "*.tcl")):
        with open(path, encoding="utf-8") as f:
            used |= set(re.findall(r"^\s*(i2c|rival|host|pins|inject|hostile|reset|power|run|expect|bus_clear)\b", f.read(), re.MULTILINE))
    cases.case("help_scenario_has_every_command", trouble or ", ".join(word for word in used if not re.search(r"\b%s\b" % word, text)))
    trouble, text = answer(program, "--version")
    cases.case("version_is_the_first_line", first(trouble, not re.match(r"twinwire \d+\.\d+\.\d+\n", text) and text))


def test(program, sim_cfg, folder, cases):
    for part in (test_passing, test_shipped, test_failing, test_letters, test_no_check, test_answers):
        part(program, sim_cfg, folder, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
