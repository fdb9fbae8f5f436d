#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Time travel: a run without waves leaves a whole waveform of its first failure, and never a process.

    checkpoint_test.py TWINWIRE-FAULTY SOURCE

Which checkpoint replays which clks is in unit/checkpoint_test.cc; here are the real thing, its equality with a run that writes waves
all the time, and what happens to the copies when the run is killed, interrupted or out of room.
"""

import os
import re
import resource
import signal
import subprocess
import sys
import time

import simulation
import vcd
from simulation import first

FAULT = "ctl_no_tbuf"  # shows late, in the random part only
RANDOM = ("--set", "stimulus.scenarios=[]", "--waves", "off", "--random")
SMALL = ("--set", "record.checkpoint_clks=60000", "--set", "record.window_clks=30000")
LONG = ("--set", "record.checkpoint_clks=4000000", "--set", "record.window_clks=4000000")  # a second or more of replay
DENSE = ("--set", "record.checkpoint_clks=1000", "--set", "record.window_clks=1000")
ENDLESS = ("--set", "record.checkpoint_clks=40000000", "--set", "record.window_clks=40000000")
OFF = ("--set", "record.checkpoints=false")
FILES = ["coverage.json", "junit.xml", "recorder.vcd", "report.html", "report.json", "transactions.jsonl"]
EXPECTS = "pins u1 0bzzzz0000\nrun 3ms\nset f [open numbers]\nwhile {[gets $f n] >= 0} {run ${n}clk}\nexpect pins u1 0x0f\nrun 1ms\n"


# ---- waveforms ----

def steps(wave, start, end):
    """The values of every signal at `start`, by name, and the changes after it up to `end`: [(time, {name: value})]."""
    names = {}
    for name, (ident, _) in wave.ids.items():
        names.setdefault(ident, name)  # one wire may have many names
    now, changes, at = {}, [], None
    for line in wave.data[wave.body:].splitlines():
        if line[:1] == b"#":
            at = int(line[1:])
            if at > end:
                break
            changes.append((at, {}))
        elif line[:1] in (b"0", b"1", b"b") and at is not None:
            value, ident = line.split() if line[:1] == b"b" else (line[:1], line[1:])
            name = names[ident]
            if now.get(name) != value:
                now[name] = changes[-1][1][name] = value
    values = {}
    for at, changed in changes:
        if at <= start:
            values.update(changed)
    return values, [(at, changed) for at, changed in changes if at > start]


def ps(report, clk):
    return clk * 10**12 // report["clock_hz"]


def shown(run):
    """(first clk, last clk) as the run says it."""
    match = re.search(r"^  waves +.*mismatch\.vcd, clk (\d+) \.\. (\d+)$", run.stdout, re.MULTILINE)
    return (int(match.group(1)), int(match.group(2))) if match else (None, None)


def twin_level(wave, failure, twin, report):
    """What a twin puts out on the failing pin at the failing clk."""
    name = "board.%s.%s.%s" % (failure["socket"], twin, failure["pin"])
    return vcd.window(wave.wave(name), ps(report, failure["clk"]))[0][1]


def whole(run, clk_from, clk_to):
    """mismatch.vcd is there, alone, and covers these clks."""
    if sorted(os.listdir(run.out)) != sorted(FILES + ["mismatch.gtkw", "mismatch.vcd"]):
        return "it left " + ", ".join(sorted(os.listdir(run.out)))
    wave, report = vcd.Vcd(run.path("mismatch.vcd")), run.report()
    begins = int(re.search(rb"\n#(\d+)", wave.data[wave.body - 1:]).group(1))
    return first(begins > ps(report, clk_from + 1) and "it begins at %d ps" % begins, wave.end() < ps(report, clk_to) and "it ends at %d ps" % wave.end())


def test_late_fault(program, sim_cfg, folder, cases):
    late = ("--fault", FAULT, *RANDOM, "60", *SMALL)
    run = simulation.Simulation(program, folder, "late", *late, sim_cfg)
    report, (start, end) = run.report(), shown(run)
    failure = report["failures"][0]
    clk = int(failure["clk"])
    cases.case("late_fault_exits_1", first(run.code != 1 and "exit code %d" % run.code, run.stderr))
    cases.case("late_fault_leaves_its_waveform", first(start is None and "no word of it", start != clk - 30000 and "it starts at clk %s" % start,
                                                       end != clk + 7500 and "it ends at clk %s" % end, whole(run, start, end)), "clk %s .. %s" % (start, end))
    cases.case("card_names_the_waveform", None if re.search(r"gtkwave " + re.escape(run.path("mismatch.vcd")), run.stdout) else "it does not")
    wave = vcd.Vcd(run.path("mismatch.vcd"))
    levels = [twin_level(wave, failure, twin, report) for twin in ("rtl", "c")]
    cases.case("faulty_level_is_visible", None if levels == [int(failure["seen"][0]), int(failure["expected"][0])] else "rtl, c: %s" % levels)

    full = simulation.Simulation(program, folder, "full", "--fault", FAULT, "--set", "stimulus.scenarios=[]", "--random", "60", "--waves", "all", sim_cfg)
    every = vcd.Vcd(full.path("waves.vcd"))
    first_ps, last_ps = ps(report, start + 1), ps(report, end)
    mine, theirs = steps(wave, first_ps, last_ps), steps(every, first_ps, last_ps)
    for at, changed in mine[1] + theirs[1]:
        for name in ("board.decode.symbol", "board.decode.transfer") if at > last_ps - ps(report, 9 * 125) else ():
            changed.pop(name, None)  # a byte that the window cuts has no name in it yet
    cases.case("waveform_equals_that_of_a_run_with_waves", first(
        wave.ids.keys() != every.ids.keys() and "other signals", len(mine[1]) < 2 * (end - start) - 4 and "only %d times" % len(mine[1]),
        mine[0] != theirs[0] and "it starts otherwise: " + ", ".join(name for name in theirs[0] if mine[0].get(name) != theirs[0][name]),
        mine[1] != theirs[1] and "it goes on otherwise"), "%d signals, %d times" % (len(mine[0]), len(mine[1])))

    without = simulation.Simulation(program, folder, "without", *late, *OFF, sim_cfg)
    cases.case("failing_run_is_the_same_without_checkpoints", same(run, without))
    cases.case("without_checkpoints_no_waveform", "mismatch.vcd" in os.listdir(without.out) and "there is one")


def test_first_clock(program, sim_cfg, folder, cases):
    """A fault that is there at clk 0, which no waveform has: it is shown where the waveform begins, and the card opens that."""
    for waves, name in (("directed", "waves"), ("off", "mismatch")):
        run = simulation.Simulation(program, folder, "clk_0_" + waves, "--fault", "net_is_an_or", "--scenario", "power_up_levels", "--waves", waves, sim_cfg)
        look = "gtkwave %s %s" % (run.path(name + ".vcd"), run.path(name + ".gtkw"))
        trouble = first(run.report()["failures"][0]["clk"] != 0 and "it is not at clk 0", look not in run.stdout and "the card does not open " + name)
        if not trouble:
            wave, view = vcd.Vcd(run.path(name + ".vcd")), open(run.path(name + ".gtkw"), encoding="utf-8").read()
            marker = int(re.search(r"^\*\S+ (-?\d+)", view, re.MULTILINE).group(1))
            trouble = first(vcd.window(wave.wave("board.mismatch.lines"), marker)[0][1] != 1 and "lines is not 1 at the marker, %d ps" % marker)
        cases.case("clk_0_%s_is_shown" % name, trouble)


def neutral(text):
    """Without what may differ: times, the switch itself, the waveform that the card names."""
    text = re.sub(r'"wall_s":\s*[\d.e-]+|time="[\d.]+"', "", text.replace(" " + " ".join(OFF), ""))
    return re.sub(r"gtkwave \S+ \S+?(?=[\s<&])", "gtkwave", text)


def same(a, b):
    for name in FILES:
        if name == "report.html":
            continue  # it shows the configuration, and that is not the same
        texts = [neutral(open(run.path(name), encoding="utf-8").read()) for run in (a, b)]
        if texts[0] != texts[1]:
            return name + " differs"
    return None


def test_failures_of_all_kinds(program, sim_cfg, folder, cases):
    numbers, own = os.path.join(folder, "numbers"), os.path.join(folder, "own.tcl")
    with open(numbers, "w", encoding="ascii") as f:
        f.write("".join("%d\n" % (1 + i % 90) for i in range(6000)))  # longer than what Tcl reads at once
    with open(own, "w", encoding="ascii") as f:
        f.write(EXPECTS)
    run = simulation.Simulation(program, folder, "expectation", "--scenario", own, "--waves", "off", *SMALL, sim_cfg)
    failure = run.report()["failures"][0]
    clk = int(failure["clk"])
    cases.case("failed_expectation_leaves_its_waveform", first(run.code != 1 and "exit code %d" % run.code, run.stderr, "own.tcl:5" not in failure["what"]
                                                               and failure["what"], whole(run, clk - 30000, clk + 7500)))
    without = simulation.Simulation(program, folder, "expectation_off", "--scenario", own, "--waves", "off", *SMALL, *OFF, sim_cfg)
    cases.case("replay_reads_no_line_of_the_runs_files", same(run, without))

    run = simulation.Simulation(program, folder, "first_clks", "--fault", "net_is_an_or", *RANDOM, "5", *SMALL, sim_cfg)
    cases.case("first_clks_have_a_waveform", first(run.code != 1 and "exit code %d" % run.code, whole(run, 0, 3000)))

    with open(own, "w", encoding="ascii") as f:
        f.write("run 1ms\nset f [open written a]\nputs $f once\nclose $f\nfile mkdir made\nexpect pins u1 0x0f\nfile rename made renamed\nrun 1ms\n")
    run = simulation.Simulation(program, folder, "writes", "--scenario", own, "--waves", "off", sim_cfg)
    clk = int(run.report()["failures"][0]["clk"])
    with open(os.path.join(folder, "written"), encoding="ascii") as f:
        written = f.read()
    cases.case("replay_writes_no_line_of_the_runs_files", first(run.code != 1 and "exit code %d" % run.code, run.stderr, written != "once\n" and repr(written),
                                                                not os.path.isdir(os.path.join(folder, "renamed")) and "not renamed", whole(run, 1, clk + 50000)))

    with open(own, "w", encoding="ascii") as f:
        f.write("run 10ms\n")
    run = simulation.Simulation(program, folder, "sim_time", "--scenario", own, "--waves", "off", "--set", "limits.sim_ms=5", *SMALL, sim_cfg)
    cases.case("end_of_simulated_time_has_a_waveform", first(run.code != 1 and "exit code %d" % run.code, whole(run, 225000, 250000)))
    with open(own, "w", encoding="ascii") as f:
        f.write("run 5ms\nwhile 1 {}\n")
    run = simulation.Simulation(program, folder, "wall_time", "--scenario", own, "--waves", "off", "--set", "limits.wall_s=1", *SMALL, sim_cfg)
    cases.case("end_of_wall_time_has_a_waveform", first(run.code != 1 and "exit code %d" % run.code, whole(run, 225000, 250000)))

    run = simulation.Simulation(program, folder, "late", "--scenario", "read_pins", "--waves", "off", sim_cfg)
    cases.case("passing_run_removes_an_old_waveform", first(run.trouble(), sorted(os.listdir(run.out)) != FILES and "it left other files"))
    without = simulation.Simulation(program, folder, "passing_off", "--scenario", "read_pins", "--waves", "off", *OFF, sim_cfg)
    cases.case("passing_run_is_the_same_without_checkpoints", same(run, without))


# ---- processes ----

class Started:
    """A run under way, in a session of its own."""

    def __init__(self, program, folder, name, *arguments, limit=None):
        self.out = os.path.join(folder, name)
        self.process = subprocess.Popen([program, *arguments, "--out", self.out], cwd=folder, stdin=subprocess.DEVNULL, text=True, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, start_new_session=True, preexec_fn=limit)

    def path(self, name):
        return os.path.join(self.out, name)

    def report(self):
        return simulation.Simulation.report(self)

    def copies(self):
        """State and pid of each process of the session but the run itself."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % pid, encoding="utf-8", errors="replace") as f:
                    state, parent, _, session = f.read().rsplit(")", 1)[1].split()[:4]
            except OSError:
                continue
            if int(session) == self.process.pid and int(pid) != self.process.pid and not (state == "Z" and parent == "1"):
                found.append((state, int(pid)))
        return found

    def wait_for(self, what, limit_s=20):
        end = time.monotonic() + limit_s
        while self.process.poll() is None and time.monotonic() < end:
            if what():
                return True
            time.sleep(0.002)
        return False

    def asleep(self):
        return len([state for state, _ in self.copies() if state == "S"]) == 2

    def replaying(self):
        part = self.path("mismatch.vcd.part")
        return os.path.exists(part) and os.path.getsize(part) > 1000000

    def end(self):
        self.stdout, self.stderr = self.process.communicate(timeout=60)
        self.code = self.process.returncode
        return self

    def nobody(self, limit_s=3):
        end = time.monotonic() + limit_s
        while self.copies() and time.monotonic() < end:
            time.sleep(0.01)
        return "left: %s" % self.copies() if self.copies() else None


def test_killed(program, sim_cfg, folder, cases):
    run = Started(program, folder, "asleep", *RANDOM, "1000000", *SMALL, sim_cfg)
    met = run.wait_for(run.asleep)
    run.process.kill()
    cases.case("killed_with_copies_asleep", first(not met and "no copies", run.nobody()))
    run.end()
    for moment in range(12):
        run = Started(program, folder, "any", *RANDOM, "1000000", *DENSE, sim_cfg)
        met = run.wait_for(run.copies)
        time.sleep(0.013 * moment)
        run.process.kill()
        trouble = first(not met and "no copies", run.nobody())
        run.end()
        if trouble:
            break
    cases.case("killed_at_any_moment", trouble, "12 moments")
    run = Started(program, folder, "replay", "--fault", FAULT, *RANDOM, "1000000", *ENDLESS, sim_cfg)
    met = run.wait_for(run.replaying)
    run.process.kill()
    trouble = first(not met and "no replay", run.nobody())
    run.end()
    left = os.listdir(run.out)
    cases.case("killed_in_the_replay", first(trouble, "mismatch.vcd" in left and "half a waveform looks whole"), ", ".join(sorted(left)))
    again = simulation.Simulation(program, folder, "replay", "--scenario", "read_pins", "--waves", "off", sim_cfg)
    cases.case("next_run_clears_up", first(again.trouble(), sorted(os.listdir(again.out)) != FILES and "it left other files"))
    run = Started(program, folder, "copy", "--fault", FAULT, *RANDOM, "200", *LONG, sim_cfg)
    met = run.wait_for(run.replaying)
    for _, pid in run.copies():
        os.kill(pid, signal.SIGKILL)
    run.end()
    cases.case("killed_replay_is_said", first(not met and "no replay", run.code != 1 and "exit code %d" % run.code, run.nobody(),
                                              "killed by signal 9" not in run.stderr and run.stderr, sorted(os.listdir(run.out)) != FILES and "a waveform"))


def test_interrupted(program, sim_cfg, folder, cases):
    run = Started(program, folder, "int_asleep", *RANDOM, "1000000", *SMALL, sim_cfg)
    met = run.wait_for(run.asleep)
    os.killpg(run.process.pid, signal.SIGINT)  # Ctrl-C goes to everybody
    run.end()
    cases.case("interrupt_with_copies_asleep", first(not met and "no copies", run.code != 130 and "exit code %d" % run.code, run.nobody(0),
                                                     not run.report()["interrupted"] and "it does not say so", run.stderr))
    for number, name in ((signal.SIGINT, "interrupt"), (signal.SIGTERM, "terminate")):
        run = Started(program, folder, name, "--fault", FAULT, *RANDOM, "1000000", *LONG, sim_cfg)
        met = run.wait_for(run.replaying)
        os.killpg(run.process.pid, number)
        run.end()
        cases.case(name + "_in_the_replay", first(not met and "no replay", run.code != 130 and "exit code %d" % run.code, run.nobody(0), run.stderr,
                                                  whole(run, 0, int(run.report()["failures"][0]["clk"]) + 1000000)))


def limit_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000000, 1000000))


def test_no_room(program, sim_cfg, folder, cases):
    run = Started(program, folder, "no_room", "--fault", FAULT, *RANDOM, "60", *SMALL, sim_cfg, limit=limit_files).end()
    cases.case("no_room_for_the_waveform", first(run.code != 3 and "exit code %d: %s" % (run.code, run.stderr), run.nobody(0),
                                                 "mismatch.vcd: there is no waveform of the first failure: File too large" not in run.stderr
                                                 and run.stderr, sorted(os.listdir(run.out)) != FILES and "it left other files"))


def test_many(program, sim_cfg, folder, cases):
    """Thousands of checkpoints: no more than two asleep (and one that is just being dismissed), no file left open, the same results."""
    run = Started(program, folder, "many", *RANDOM, "500", *DENSE, sim_cfg)
    copies, zombies, files, began = 0, 0, 0, time.monotonic()
    while run.process.poll() is None:
        states = [state for state, _ in run.copies()]
        copies, zombies = max(copies, len([s for s in states if s != "Z"])), max(zombies, states.count("Z"))
        try:
            files = max(files, len(os.listdir("/proc/%d/fd" % run.process.pid)))
        except OSError:
            pass
        time.sleep(0.02)
    seconds = time.monotonic() - began
    run.end()
    few = simulation.Simulation(program, folder, "few", *RANDOM, "500", *OFF, sim_cfg)
    made = int(run.report()["clocks"]) // 1000
    cost_ms = 1e3 * (seconds - few.report()["wall_s"]) / made
    cases.case("thousands_of_checkpoints", first(run.code != 0 and "exit code %d" % run.code, made < 3000 and "only %d" % made, run.nobody(0),
                                                 not 2 <= copies <= 3 and "%d copies" % copies, zombies > 1 and "%d zombies" % zombies,
                                                 files > 12 and "%d open files" % files, cost_ms > 20 and "%.1f ms each" % cost_ms,
                                                 run.report()["waveform_digest"] != few.report()["waveform_digest"] and "another run"),
               "%d, at most %d at once, %.2f ms each, %d open files" % (made, copies, cost_ms, files))


def test(program, sim_cfg, folder, cases):
    for part in (test_late_fault, test_first_clock, test_failures_of_all_kinds, test_killed, test_interrupted, test_no_room, test_many):
        part(program, sim_cfg, folder, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
