#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The regression runner: its exit code in every situation, what it tells apart, what it leaves, and that it leaves nothing running.

    regress_test.py TWINWIRE SOURCE

Most tests run a stand-in for the simulator, which does by a test's name what PLAN says, and the real thing where PLAN says nothing.
"""

import contextlib
import copy
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import junit_rules
import regress
import report_test
import simulation
import terminal

STAND_IN = r"""#!/bin/sh
for word; do
    if [ "$before" = --out ]; then out=$word; fi
    before=$word
done
if [ -z "$out" ]; then exec REAL "$@"; fi
name=${out#"${out%/*/*}"/}
echo "$name" >> ran
plan=$(sed -n "s|^$name ||p" plan)
case $plan in
    '') exec REAL "$@";;
    report*) cp "${plan#* }" "$out/report.json"; exit 1;;
    garbage) echo '{"verdict": "pa' > "$out/report.json"; exit 0;;
    nothing) exit 0;;
    claims*) cp "${plan#* }" "$out/report.json"; exit 0;;
    wait) echo $$ >> pids; exec sleep 1000;;
    liar) REAL "$@" > /dev/null; exit 1;;
    idle) exec REAL "$@" --random 0;;
    crash) kill -SEGV $$;;
    full) echo 'twinwire: waves.vcd: No space left on device'; exit 3;;
    exit*) exit "${plan#* }";;
    hang) trap '' TERM; sleep 1000 & echo $! >> pids; echo $$ >> pids; while :; do sleep 1; done;;
esac
"""
BOARDS = ("lines", "host", "gpio", "int", "protocol", "timing")
WRONG = """\
# SPDX-License-Identifier: Apache-2.0
i2c write [addr u1] 0x0f
run 5us
expect pins u1 0xf0
"""
# From a C program of four lines, which gives 85944171f73967e8 for "foobar", as its authors publish.
SEEDS = {(1, "random/seed_1"): 5742260537063186067, (1, "random/seed_2"): 5742261636574814278,
         (7, "random/seed_1"): 4010816350243737721, (7, "random/seed_2"): 4010813051708853088}
QUICK = ("--random", "5", "--jobs", "2", "--no-shrink")


class Bench:
    """A folder with sim.cfg, a stand-in and its plan."""

    def __init__(self, program, sim_cfg, folder):
        self.program, self.sim_cfg, self.folder = program, sim_cfg, folder
        self.script = os.path.join(os.path.dirname(sim_cfg), "tb", "regress.py")
        self.stand_in = self.write("stand-in", STAND_IN.replace("REAL", "'%s'" % program))
        os.chmod(self.stand_in, 0o755)

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def plan(self, **plans):
        self.write("ran", "")
        self.write("pids", "")
        self.write("plan", "".join("random/%s %s\n" % item for item in plans.items()))

    def command(self, *options, program=None):
        return [sys.executable, self.script, "--program", program or self.stand_in, "--out", "out", *options, self.sim_cfg]

    def run(self, *options, program=None):
        return subprocess.run(self.command(*options, program=program), cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100)

    def read(self, *names):
        with open(self.path(*names), encoding="utf-8") as f:
            return f.read()

    def lines(self, name):
        return self.read(name).splitlines()

    def report(self):
        return json.loads(self.read("out", "report.json"))

    def left(self):
        """Processes of stand-ins that are still there."""
        end, left = time.monotonic() + 3, self.lines("pids")
        while left and time.monotonic() < end:
            left = [pid for pid in left if os.path.exists("/proc/%s/exe" % pid) and process_state(pid) not in "ZX"]
        return left and "still there: %s" % left


def process_state(pid):
    with contextlib.suppress(OSError), open("/proc/%s/stat" % pid, encoding="utf-8") as f:
        return f.read().rpartition(")")[2].split()[0]
    return "X"


def wants(done, code, *texts):
    said = done.stdout + done.stderr
    return simulation.first(done.returncode != code and "exit code %d: %r" % (done.returncode, said[-600:]),
                          "Traceback" in said and said[-600:], *(text not in said and "no %r in %r" % (text, said[-600:]) for text in texts))


def files_trouble(bench, verdict):
    """What is wrong with junit.xml and report.html."""
    page = report_test.Page(bench.read("out", "report.html"))
    links = [a["href"] for a in page.by_tag.get("a", [])]
    return simulation.first(junit_rules.trouble(bench.read("out", "junit.xml")), "; ".join(page.troubles), page.all("h1") != verdict and page.all("h1"),
                          len(page.ids) != len(set(page.ids)) and "an id twice", set(page.points) - set(page.ids) and "a label that is not there",
                          "--ground" not in page.all("style") and "no style", "\\" in page.all("style") and "a style with C in it",
                          next(("a link to %s, which is not there" % link for link in links if not os.path.exists(bench.path("out", link))), None),
                          any(name.endswith(".part") for name in os.listdir(bench.path("out"))) and "something half-written")


# ---- The real simulator ---------------------------------------------------------------------------------------------

def real_runs(bench, cases):
    two = ("--filter", "random/*", "--filter", "scenario/read_pins", "--filter", "scenario/int_on_change")
    done = bench.run("--seeds", "3", "--random", "20", "--jobs", "2", *two, program=bench.program)
    lines = done.stdout.splitlines()
    cases.case("all_pass", simulation.first(
        wants(done, 0, "5 tests: 5 pass", "  PASS  base seed 1"), files_trouble(bench, "PASS"), done.stderr and "on stderr: %r" % done.stderr,
        "\r" in done.stdout and "a progress bar without a terminal", lines[0] != lines[-1] and "first line %r, last line %r" % (lines[0], lines[-1]),
        sorted(os.listdir(bench.path("out"))) != ["junit.xml", "report.html", "report.json", "state.jsonl"] and "passed tests left their folders",
        any(not json.loads(line)["checks"] for line in bench.lines("out/state.jsonl")) and "a test without checks"))
    done = bench.run("--seeds", "1", "--filter", "random/*", "--keep-passed", *QUICK, program=bench.program)
    own = bench.path("out", "random", "seed_1", "report.html")
    cases.case("keep_passed", simulation.first(wants(done, 0), not os.path.exists(own) and "no %s" % own, files_trouble(bench, "PASS")))

    off = bench.run("--seeds", "1", "--filter", "random/*", "--set", "checks.protocol=false", "--set", "checks.int=false", *QUICK, program=bench.program)
    cases.case("without_two_scoreboards", wants(off, 0, ", without the scoreboards int, protocol"))
    off = bench.run("--seeds", "1", "--filter", "random/*", "--set", "checks.timing_rules.tBUF=off", *QUICK, program=bench.program)
    cases.case("without_a_time", wants(off, 0, ", times that may be broken: tBUF"))
    none = [word for board in BOARDS for word in ("--set", "checks.%s=false" % board)]
    cases.case("without_any_scoreboard", wants(bench.run("--seeds", "1", "--filter", "random/*", *none, *QUICK, program=bench.program), 1,
                                               "1 no-check", "no check by any scoreboard"))

    wrong = bench.write("wrong.tcl", WRONG)
    done = bench.run("--seeds", "2", "--set", 'stimulus.scenarios=["%s"]' % wrong, *QUICK, program=bench.program)
    group = bench.report()["groups"][0] if done.returncode == 1 else {}
    again = subprocess.run(group.get("command", "true"), shell=True, cwd=bench.folder, capture_output=True, timeout=60)
    cases.case("one_fails", simulation.first(
        wants(done, 1, "3 tests: 2 pass, 1 fail", "  FAIL  "), files_trouble(bench, "FAIL"), group["first_test"] != "scenario/wrong" and group["first_test"],
        group["signature"][0] != "scenario" and "signature %s" % group["signature"], again.returncode != 1 and "its command returns %d" % again.returncode))
    done = bench.run("--seeds", "0", "--filter", "*int_on_change", "--set", "limits.sim_ms=1", *QUICK, program=bench.program)
    cases.case("simulated_time_is_over", simulation.first(wants(done, 1, "1 timeout"), files_trouble(bench, "FAIL")))


# ---- Everything that may become of a test ---------------------------------------------------------------------------

def canned_reports(bench):
    """Reports of failures, made from a real one."""
    done = simulation.Simulation(bench.program, bench.folder, "canned", "--set", "stimulus.scenarios=[]", "--random", "3", "--waves", "off", bench.sim_cfg)
    report = done.report()
    report.update(verdict="fail", exit_code=1)
    failure = {"scoreboard": "lines", "scenario": "random", "clk": 700, "time_ns": 1, "socket": "u1", "pin": "sda", "expected": "1", "seen": "0",
               "what": "drive bit <differs>", "clause": "lockstep", "place": "bit 3 of data byte 1 of the write to 0x20", "rerun": ""}
    late = dict(failure, clk=900, scoreboard="gpio", pin="p3")
    for name, failures in (("one", [late, failure]), ("same", [dict(failure, clk=12, place="bit 6 of data byte 4 of the write to 0x21")]),
                           ("other", [dict(failure, pin="scl")]), ("elsewhere", [dict(failure, place="expects.tcl:12")]),
                           ("text", [dict(failure, what="another rule of that clause")])):
        one = copy.deepcopy(report)
        one["failures"] = failures
        one["scoreboards"][0]["failures"] = 1
        bench.write(name + ".json", json.dumps(one))


def all_kinds(bench, cases):
    canned_reports(bench)
    bench.plan(seed_2="report one.json", seed_3="report same.json", seed_4="report other.json", seed_5="crash", seed_6="exit 42", seed_7="garbage",
               seed_8="nothing", seed_9="liar", seed_10="idle", seed_11="full", seed_12="exit 2", seed_13="hang", seed_14="exit 130", seed_15="exit 139",
               seed_16="report elsewhere.json", seed_17="report text.json")
    want = {1: "pass", 2: "fail", 3: "fail", 4: "fail", 5: "crash", 6: "crash", 7: "error", 8: "error", 9: "error", 10: "no-check", 11: "error",
            12: "error", 13: "timeout", 14: "interrupted", 15: "crash", 16: "fail", 17: "fail"}
    done = bench.run("--seeds", "17", "--filter", "random/*", "--wall-s", "2", *QUICK)
    cases.case("a_bad_run_fails", simulation.first(wants(done, 1, "17 tests: 1 pass, 5 fail, 1 no-check, 1 timeout, 3 crash, 5 error, 1 interrupted"),
                                                 len(done.stdout.splitlines()) > 24 and "%d lines: more than a screen" % len(done.stdout.splitlines())))
    if done.returncode != 1:
        return
    report = bench.report()
    status = {int(one["test"].rpartition("_")[2]): one["status"] for one in report["tests"]}
    cases.case("kinds_are_told_apart", next(("seed_%d: %s, not %s" % (n, status[n], want[n]) for n in want if status[n] != want[n]), None))
    reasons = {one["test"]: " ".join([*(one["signature"] or []), one["what"]]) for one in report["tests"]}
    cases.case("and_told_why", next(("%s: %r" % (test, reasons[test]) for test, text in {
        "random/seed_5": "SIGSEGV", "random/seed_6": "exit code 42", "random/seed_7": "unreadable", "random/seed_10": "no check by lines, host",
        "random/seed_11": "No space left", "random/seed_13": "wall time", "random/seed_15": "SIGSEGV"}.items() if text not in reasons[test]), None))
    same = [group for group in report["groups"] if group["status"] == "fail"]
    first = next(one for one in report["tests"] if one["test"] == "random/seed_2")
    place = "a bit of a data byte of the write"
    cases.case("failures_are_grouped", simulation.first(
        [(group["count"], group["signature"][2], group["what"], group["places"]) for group in same] !=
        [(3, "u1.sda", "drive bit <differs>", [place, "expects.tcl:12"]), (1, "u1.scl", "drive bit <differs>", [place]),
         (1, "u1.sda", "another rule of that clause", [place])] and "%s" % same, "and 1 other place" not in done.stdout and done.stdout,
        same[0]["first_seed"] != first["seed"] and "first seed %s" % same[0]["first_seed"],
        "--seed %d --random 5" % first["seed"] not in same[0]["command"] and same[0]["command"], same[0]["command"] not in done.stdout and "not printed",
        report["groups"][0]["count"] != 3 and "the largest group is not the first"))
    cases.case("its_files_are_whole", files_trouble(bench, "FAIL"))
    cases.case("nothing_of_a_hanging_test_is_left", bench.left() or (len(bench.lines("pids")) != 2 and "it never ran"))


def claims(bench, cases):
    """Exit code 0, "verdict": "pass", and something that does not go with it."""
    done = simulation.Simulation(bench.program, bench.folder, "claimed", "--set", "stimulus.scenarios=[]", "--random", "3", "--waves", "off", bench.sim_cfg)
    good = done.report()
    part, boards = good["scenarios"][0], good["scoreboards"]
    lies = {1: good, 2: dict(good, scenarios=[]), 3: dict(good, scenarios=[dict(part, result="error")]), 4: dict(good, clocks=float("nan")),
            5: dict(good, scoreboards=[dict(one, checks=-1) for one in boards]), 6: dict(good, exit_code=False)}
    for number, report in lies.items():
        bench.write("claim%d.json" % number, json.dumps(report))
    bench.write("claim7.json", "[" * 100000)
    bench.plan(**{"seed_%d" % number: "claims claim%d.json" % number for number in range(1, 8)})
    done = bench.run("--seeds", "7", "--filter", "random/*", *QUICK)
    cases.case("a_claim_is_not_believed", wants(done, 1, "7 tests: 1 pass, 6 error"))


def each_kind_alone(bench, cases):
    """The exit code does not depend on something else having failed as well."""
    for plan, status in (("report one.json", "fail"), ("crash", "crash"), ("hang", "timeout"), ("idle", "no-check"), ("nothing", "error"), ("exit 2", "error"),
                         ("full", "error"), ("exit 130", "interrupted")):
        bench.plan(seed_2=plan)
        done = bench.run("--seeds", "2", "--filter", "random/*", "--wall-s", "1", *QUICK)
        lines = done.stdout.splitlines()
        cases.case("alone_%s" % plan.replace(" ", "_"), simulation.first(wants(done, 1, "2 tests: 1 pass, 1 %s" % status, "  FAIL  "), files_trouble(bench, "FAIL"), bench.left(),
                                                                        lines[0] != lines[-1] and "first line %r, last line %r" % (lines[0], lines[-1])))
    bench.plan(seed_2="report one.json")
    done = bench.run("--seeds", "2", "--filter", "random/*", *QUICK[:-1])
    cases.case("what_does_not_come_again_is_not_shrunk", simulation.first(wants(done, 1, "not shrunk: random/seed_2: as a scenario it gives (pass"), files_trouble(bench, "FAIL")))


# ---- Stopping and going on ------------------------------------------------------------------------------------------

def interruption(bench, cases):
    bench.plan(seed_4="hang", seed_5="hang")
    options = ("--seeds", "6", "--filter", "random/*", *QUICK)
    running = subprocess.Popen(bench.command(*options), cwd=bench.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    end = time.monotonic() + 30
    while len(bench.lines("pids")) < 4 and time.monotonic() < end and running.poll() is None:
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    running.stdout, running.stderr = running.communicate(timeout=30)
    passed = [one["test"] for one in map(json.loads, bench.lines("out/state.jsonl")) if one["status"] == "pass"]
    cases.case("interrupted", simulation.first(wants(running, 130, "6 tests: 3 pass, 2 interrupted, 1 not-run", "INTERRUPTED"), bench.left(),
                                             files_trouble(bench, "INTERRUPTED"), len(passed) != 3 and "passed: %s" % passed))
    with open(bench.path("out/state.jsonl"), "a", encoding="utf-8") as f:
        f.write('{"test": "random/seed_6", "status": "pa')  # as a power failure leaves it
    bench.plan()
    done = bench.run("--resume", *options)
    cases.case("resumed", simulation.first(wants(done, 0, "6 tests: 6 pass", "3 passed before"), files_trouble(bench, "PASS"),
                                         sorted(bench.lines("ran")) != ["random/seed_4", "random/seed_5", "random/seed_6"] and "run again: %s" % bench.lines("ran")))
    bench.plan()
    done = bench.run("--resume", *options[:-len(QUICK)], "--random", "6", "--no-shrink")
    cases.case("another_command_is_another_test", simulation.first(wants(done, 0), len(bench.lines("ran")) != 6 and "not run: %s" % bench.lines("ran")))
    bench.plan(seed_1="wait", seed_2="wait")
    running = subprocess.Popen(bench.command(*options), cwd=bench.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 30
    while len(bench.lines("pids")) < 2 and time.monotonic() < end:
        time.sleep(0.02)
    running.kill()
    running.wait()
    left = bench.left()
    for pid in bench.lines("pids") if left else ():
        os.kill(int(pid), signal.SIGKILL)
    cases.case("killed_it_leaves_nobody_behind", left)
    bench.plan(seed_2="crash")
    done = bench.run("--fail-fast", "--seeds", "6", "--filter", "random/*", "--random", "5", "--jobs", "1", "--no-shrink")
    cases.case("fail_fast", simulation.first(wants(done, 1, "6 tests: 1 pass, 1 crash, 4 not-run"), files_trouble(bench, "FAIL"),
                                           len(bench.lines("ran")) != 2 and "run: %s" % bench.lines("ran")))


def what_has_changed(bench, cases):
    """--resume runs again what depends on a file that is another one now."""
    os.makedirs(bench.path("own"), exist_ok=True)
    good = "proc byte {} {return 0x5a}\n"
    bench.write("own/helper.tcl", good)
    scenario = bench.write("own/uses.tcl", "source [file join [file dirname [info script]] helper.tcl]\ni2c write [addr u1] [byte]\nexpect status ack\n")
    bench.write("own/part.cfg", "limits = { sim_ms = 100; };\n")
    config = bench.write("own/own.cfg", '@include "part.cfg"\nstimulus = { scenarios = ["%s"]; random = { transfers = 0; }; };\n' % scenario)
    command = [*bench.command("--seeds", "0", "--no-shrink", program=bench.program)[:-1], config]

    def passed_before():
        done = subprocess.run([*command, "--resume"], cwd=bench.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        return "1 passed before" in done.stdout if done.returncode == 0 else done.stdout + done.stderr
    shutil.rmtree(bench.path("out"), ignore_errors=True)
    seen = [passed_before(), passed_before()]
    bench.write("own/part.cfg", "limits = { sim_ms = 101; };\n")
    seen += [passed_before(), passed_before()]
    bench.write("own/helper.tcl", good + "# changed\n")
    seen += [passed_before(), passed_before()]
    done = subprocess.run(command, cwd=bench.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    again = subprocess.run(done.stdout.splitlines()[-1], shell=True, cwd=bench.folder, capture_output=True, text=True, timeout=60)
    cases.case("without_a_random_part_it_is_repeated_too", simulation.first(wants(done, 0), wants(again, 0, "1 test: 1 pass")))
    cases.case("what_has_changed_is_run_again", seen != [False, True] * 3 and "passed before: %s" % seen)


def on_a_terminal(bench, cases):
    bench.plan(seed_3="hang")
    looked = terminal.Terminal(bench.folder, "env", "TERM=xterm", *bench.command("--seeds", "3", "--filter", "random/*", "--random", "5", "--jobs", "1"))
    try:
        bar = looked.until(r"2/3  0 failures  \d+ s left", 40)
        looked.type("\x03")
        code = looked.end()
        cases.case("bar_and_ctrl_c_on_a_terminal", simulation.first("[####" not in bar and "no bar in %r" % bar, code != 130 and "exit code %s" % code, bench.left(),
                                                                  "INTERRUPTED" not in looked.seen and "no verdict in %r" % looked.seen[-300:]))
    except AssertionError as why:
        looked.end(0)
        cases.case("bar_and_ctrl_c_on_a_terminal", str(why))


# ---- Names, seeds, wrong use, environment ---------------------------------------------------------------------------

def names_and_seeds(bench, cases):
    listed = {}
    for base in sorted({base for base, _ in SEEDS}):
        done = bench.run("--list", "--seeds", "2", "--filter", "random/*", *(() if base == 1 else ("--reseed", str(base))), program=bench.program)
        listed.update({(base, line.split()[0]): int(line.split()[-1]) for line in done.stdout.splitlines()})
    cases.case("seeds_are_stable", listed != SEEDS and "%s" % listed)
    done = bench.run("--list", "--seeds", "200", program=bench.program)
    names = [line.split()[0] for line in done.stdout.splitlines()]
    cases.case("list", simulation.first(wants(done, 0, "scenario/read_pins\n"), len(names) != len(set(names)) and "names twice",
                                      names[-1] != "random/seed_200" and "last: %s" % names[-1]))
    shutil.rmtree(bench.path("out"), ignore_errors=True)
    done = bench.run("--commands", "--seeds", "2", "--random", "5", "--filter", "random/*", "--set", "stimulus.random.idle_us_max=0", program=bench.program)
    codes = [subprocess.run(line, shell=True, cwd=bench.folder, stdout=subprocess.DEVNULL, timeout=60).returncode for line in done.stdout.splitlines()]
    reports = [os.path.exists(bench.path("out", "random", name, "report.json")) for name in ("seed_1", "seed_2")]
    cases.case("commands_are_shell_lines", simulation.first(wants(done, 0), (codes, reports) != ([0, 0], [True, True]) and "%s %s" % (codes, done.stdout)))
    done = bench.run("--commands", "--seeds", "1", "--filter", "random/*", "--set", "stimulus.scenarios=[]", program=bench.program)
    cases.case("what_a_random_test_sets_is_said_once", wants(done, 0) or (done.stdout.count("stimulus.scenarios") != 1 and done.stdout))
    seeds = {regress.derived_seed(1, "random/seed_%d" % n) for n in range(1, 1001)}
    cases.case("seeds_differ_and_fit", (len(seeds) != 1000 or not all(1 <= seed < 2**63 for seed in seeds)) and "%d seeds" % len(seeds))


def wrong_use(bench, cases):
    shutil.rmtree(bench.path("out"), ignore_errors=True)
    for name, text, options in (("nothing_selected", "no test is called 'nonsense'", ["--filter", "nonsense"]), ("unknown_option", "--sed", ["--sed", "3"]),
                                ("bad_number", "no whole number", ["--jobs", "0"]), ("bad_key", "stimulus.sed", ["--set", "stimulus.sed=3"]),
                                ("no_tests", "no scenario, and no seed", ["--seeds", "0", "--set", "stimulus.scenarios=[]"])):
        done = bench.run(*options, program=bench.program)
        cases.case(name, wants(done, 2, text) or (os.path.exists(bench.path("out")) and "it left something"))
    done = bench.run(program="/nonexistent/twinwire")
    cases.case("no_program", wants(done, 3, "/nonexistent/twinwire") or (os.path.exists(bench.path("out")) and "it left something"))
    bench.write("out", "a file\n")
    cases.case("no_folder", wants(bench.run("--filter", "*read_pins", program=bench.program), 3, "out"))
    os.remove(bench.path("out"))
    os.mkdir(bench.path("out"))
    os.symlink("/dev/full", bench.path("out", "state.jsonl"))
    cases.case("disk_full", wants(bench.run("--filter", "*read_pins", program=bench.program), 3, "No space left"))
    os.remove(bench.path("out", "state.jsonl"))
    folder = os.open(bench.path("out"), os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    cases.case("two_at_once", wants(bench.run("--filter", "*read_pins", program=bench.program), 3, "another regression"))
    os.close(folder)


def test(program, sim_cfg, folder, cases):
    bench = Bench(program, sim_cfg, folder)
    for part in (names_and_seeds, real_runs, all_kinds, claims, each_kind_alone, interruption, what_has_changed, on_a_terminal, wrong_use):
        part(bench, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
