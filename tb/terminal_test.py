#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a person sees of a run: the progress line, a run that fits the screen, the logs of -v PART, --help and --list.

    terminal_test.py TWINWIRE SOURCE

On a terminal the program runs behind a pseudo-terminal; Screen keeps what a terminal would show of it.
"""

import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import threading
import time

import simulation
from simulation import first

LINES, COLUMNS = 24, 80
PROGRESS = re.compile(r"^ +\d+ %  ")
PARTS = ["scenarios", "bus", "host", "pins", "scoreboards", "timing"]
SHOWN = (*simulation.SHORT, "--random", "60")
STAMP = re.compile(r"^ *(\d+)\.(\d{3}) us  (.*)$")
MAP = {"write": {0: "PRERlo", 1: "PRERhi", 2: "CTR", 3: "TXR", 4: "CR"}, "read": {0: "PRERlo", 1: "PRERhi", 2: "CTR", 3: "RXR", 4: "SR", 5: "TXR", 6: "CR"}}
# Long enough for the progress line, wherever it runs.
LONG = ["--random", "1000000", "--set", "stimulus.scenarios=[]", "--waves", "off"]
PUTS = "# SPDX-License-Identifier: Apache-2.0\n# Turns the clock for seconds and prints.\nfor {set i 0} {$i < 40} {incr i} {run 20ms; puts printed}\n"


class Screen:
    """What a terminal makes of CR, LF and "clear to the end of the line": `lines`, and in `shown` the progress line each time it was drawn."""

    def __init__(self, text):
        self.lines, self.column, self.shown = [""], 0, []
        for part in re.findall(r"\r|\n|\x1b\[K|[^\r\n\x1b]+|\x1b", text):
            line = self.lines[-1]
            if part == "\r":
                self.column = 0
            elif part == "\n":
                self.lines.append("")
            elif part == "\x1b[K":
                self.lines[-1] = line[:self.column]
                self.shown += [line for line in self.lines[-1:] if PROGRESS.match(line)]
            else:
                self.lines[-1] = line[:self.column].ljust(self.column) + part + line[self.column + len(part):]
                self.column += len(part)

    def text(self):
        return "\n".join(self.lines)


def widest(lines):
    return max(map(len, lines), default=0)


def set_columns(fd, columns):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, columns, 0, 0))


class OnTerminal:
    """A run whose stdin, stdout and stderr are a terminal; `during(self, seconds)` may act while it goes on."""

    def __init__(self, command, folder, columns=COLUMNS, term="xterm", stdout=None, stderr=None, during=None):
        ours, theirs = pty.openpty()
        set_columns(theirs, columns)
        environment = dict(os.environ, TERM=term)

        def begin():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that ^C reaches it
        self.fd, self.start, self.raw = ours, time.monotonic(), b""
        self.process = subprocess.Popen(command, cwd=folder, env=environment, stdin=theirs, stdout=stdout or theirs, stderr=stderr or theirs,
                                        preexec_fn=begin)
        os.close(theirs)
        self.first_drawn = self.before = None
        reader = threading.Thread(target=self.read)
        reader.start()
        while self.process.poll() is None:
            if time.monotonic() - self.start > 120:
                self.process.kill()
            if during:
                during(self, time.monotonic() - self.start)
            time.sleep(0.02)
        reader.join()
        os.close(ours)
        self.code, self.seconds = self.process.returncode, time.monotonic() - self.start
        self.screen = Screen(self.raw.decode())

    def read(self):
        while True:
            try:
                some = os.read(self.fd, 65536)
            except OSError:  # nobody has the other end any more
                return
            if not some:
                return
            if self.first_drawn is None and b"%  " in some:
                self.first_drawn = time.monotonic() - self.start
            self.raw += some


class Keys:
    """Types into the terminal once the progress line is there, and `after` more seconds."""

    def __init__(self, keys, after=0.3):
        self.keys, self.after = keys, after

    def __call__(self, run, seconds):
        if self.keys and run.first_drawn is not None and seconds > run.first_drawn + self.after:
            os.write(run.fd, self.keys)
            self.keys = None


def test_progress(program, folder, cases):
    long, stop = [program, *LONG, "sim.cfg", "--out", "out/long"], b"\x03"
    run = OnTerminal(long, folder, columns=60, during=Keys(stop, 1.0))
    shown, last = run.screen.shown, run.screen.text()
    cases.case("progress_appears_in_a_long_run", None if len(shown) >= 3 else "drawn %d times" % len(shown), shown[-1:] and shown[-1])
    cases.case("progress_moves_on", None if len(set(shown)) == len(shown) else "the same line again")
    cases.case("progress_waits_half_a_second", None if run.first_drawn and run.first_drawn >= 0.5 else "drawn after %s s" % run.first_drawn)
    cases.case("progress_is_drawn_8_times_a_second_at_most", None if len(shown) <= 8 * (run.seconds - 0.5) + 1 else "%d times in %.1f s" % (
        len(shown), run.seconds))
    cases.case("progress_is_narrower_than_the_window", None if 40 < widest(shown) < 60 else "%d columns" % widest(shown))
    cases.case("interrupt_exits_130", None if run.code == 130 else "exit code %d" % run.code)
    cases.case("interrupt_leaves_a_clean_terminal", first("%  " in last and last, "^C" in last and last, "  INTERRUPTED  seed" not in last and last,
                                                         not re.search(r"^  stopped +random ", last, re.MULTILINE) and last))
    short = OnTerminal([program, "--random", "0", "sim.cfg", "--waves", "off", "--out", "out/short", "--scenario", "read_pins"], folder)
    cases.case("no_progress_in_a_short_run", first(short.code and short.screen.text(), b"\x1b" in short.raw and repr(short.raw)))
    whole = OnTerminal([program, "sim.cfg", "--random", "400", "--waves", "all", "--out", "out/whole"], folder)
    lines = [line for line in whole.screen.lines if line]
    cases.case("progress_is_gone_at_the_end", first(not whole.screen.shown and "it was never there", whole.code and whole.screen.text(),
                                                    any(PROGRESS.match(line) for line in lines) and whole.screen.text(),
                                                    lines[0] != lines[-1] and "first line %r, last %r" % (lines[0], lines[-1])))
    percent = [int(line.split()[0]) for line in whole.screen.shown]
    cases.case("progress_never_goes_back", None if percent == sorted(percent) and percent[-1] > 50 else "%s" % percent, "up to %d %%" % max(percent))


def test_progress_elsewhere(program, folder, cases):
    def narrow_then_stop(run, seconds):
        if run.first_drawn and seconds > run.first_drawn + 0.5 and run.before is None:
            set_columns(run.fd, 30)
            run.before = len(run.raw)
        stop(run, seconds)

    long = [program, *LONG, "sim.cfg", "--out", "out/long"]
    stop = Keys(b"\x03", 1.5)
    run = OnTerminal(long, folder, columns=200, during=narrow_then_stop)
    wide, narrow = Screen(run.raw[:run.before].decode()), Screen(run.raw[run.before:].decode())
    after = narrow.shown[1:]  # the first may have been on its way
    cases.case("progress_follows_the_window", first(widest(wide.shown) <= 60 and "only %d columns of 200" % widest(wide.shown),
                                                    not after and "not drawn any more", widest(after) >= 30 and "%s in 30 columns" % after))
    for name, options in {"quiet": {"command": [*long, "--quiet"]}, "dumb_terminal": {"term": "dumb"}, "no_TERM": {"term": ""}}.items():
        run = OnTerminal(options.pop("command", long), folder, during=lambda run, s: s > 1.5 and run.process.send_signal(signal.SIGINT), **options)
        cases.case("no_progress_with_" + name, first(b"\x1b" in run.raw and repr(run.raw), b"%  " in run.raw and repr(run.raw), run.code != 130 and run.code))
    with open(os.path.join(folder, "stderr"), "w+b") as file:
        run = OnTerminal(long, folder, stderr=file, during=lambda run, s: s > 1.5 and run.process.send_signal(signal.SIGINT))
        file.seek(0)
        cases.case("no_progress_when_stderr_is_a_file", first(file.read(), b"\x1b" in run.raw and repr(run.raw), run.code != 130 and run.code))
    with open(os.path.join(folder, "stdout"), "w+b") as file:
        run = OnTerminal(long, folder, stdout=file, during=Keys(b"\x03"))
        file.seek(0)
        text = file.read()
        cases.case("progress_never_gets_into_stdout", first(not run.screen.shown and "it was never there", b"\x1b" in text and text,
                                                            b"INTERRUPTED" not in text and text, run.screen.text().strip() and run.screen.text()))
    with open(os.path.join(folder, "own.tcl"), "w", encoding="ascii") as file:
        file.write(PUTS)
    run = OnTerminal([program, "--scenario", "own.tcl", "sim.cfg", "--waves", "off", "--out", "out/puts"], folder)
    lines = run.screen.lines
    cases.case("what_a_script_prints_is_whole_lines", first(not run.screen.shown and "no progress line", lines.count("printed") != 40 and run.screen.text()))


def test_screenful(program, folder, cases):
    def run(*options):
        done = subprocess.run([program, *options], cwd=folder, capture_output=True, text=True, timeout=600)
        return done.returncode, done.stdout, done.stderr

    code, text, err = run()
    lines, columns = text.count("\n"), widest(text.splitlines())
    cases.case("passing_run_is_a_screenful", first(code and text, err, lines > LINES and "%d lines" % lines, columns > COLUMNS and "%d columns" % columns),
               "%d lines, %d columns" % (lines, columns))
    dump = run("--dump-config")[1]
    count = len(re.findall(r'"\w+"', re.search(r"scenarios = \[(.*?)\]", dump, re.DOTALL).group(1)))
    cases.case("passing_scenarios_are_summed_up", None if re.search(r"^  %d scenarios pass \(\d+\.\d ms simulated\)$" % count, text, re.MULTILINE) else text)
    cases.case("random_part_is_summed_up", None if re.search(r"^  random: 2000 steps pass \(", text, re.MULTILINE) else text)
    text = run("--scenario", "read_pins", "--set", "checks.protocol=false", "--set", "checks.gpio=false", "--quiet")[1]
    cases.case("verdict_names_who_did_not_look", None if ", without the scoreboards gpio, protocol" in text else text)
    with open(os.path.join(folder, "bad.tcl"), "w", encoding="ascii") as file:
        file.write("run 1us\nexpect wire scl low\n")
    several = ["--scenario", "read_pins", "--scenario", "bad.tcl", "--scenario", "write_patterns", "--waves", "off"]
    code, text, err = run(*several)
    named = [line.split()[:2] for line in text.splitlines() if re.match(r"  \w+ +\S+ +[\d.]+ ms +\d+ checks$", line)]
    cases.case("only_what_does_not_pass_is_named", first(code != 1 and "exit code %d" % code, named != [["FAIL", "bad.tcl"]] and text,
                                                         "  2 of 3 scenarios pass" not in text and text))
    code, text, err = run(*several, "--quiet")
    cases.case("quiet_shows_failures_and_verdict", first(code != 1 and "exit code %d" % code, "MISMATCH" not in text and text, "read_pins" in text and text,
                                                         "scoreboard  " in text and text, not text.splitlines()[-1].startswith("  FAIL  seed 1") and text))
    code, text, err = run("--quiet", "--scenario", "read_pins", "--waves", "off")
    cases.case("quiet_passing_run_is_one_line", first(code, err, not re.fullmatch(r"  PASS  seed 1, 1 scenario, results in out/sim\n", text) and text))
    code, text, err = run("--quiet", "--set", "board.targets=()", "--random", "20", "--set", "stimulus.scenarios=[]", "--waves", "off")
    cases.case("quiet_names_a_scoreboard_without_checks", first(code != 1 and (text + err), "  scoreboard gpio: no check was made" not in text and text))


def log_of(run):
    """[(ns, text)] of what -v printed."""
    return [(int(m.group(1)) * 1000 + int(m.group(2)), m.group(3)) for m in map(STAMP.match, run.stdout.splitlines()) if m]


def line_of(transfer):
    """The line of -v bus that a line of transactions.jsonl stands for."""
    words = []
    if transfer.get("more"):
        words.append("...")
    elif "addr" in transfer:
        words.append("%s %s %s" % (transfer["rw"].upper(), transfer["addr"], "A" if transfer["ack"] else "N"))
    words += ["%s %s" % (byte[2:], "A" if ack else "N") for byte, ack in zip(transfer["data"], transfer["acks"])]
    if transfer["bits"]:
        words.append("%d bit%s" % (transfer["bits"], "" if transfer["bits"] == 1 else "s"))
    words.append({"stop": "P", "restart": "Sr", "more": "...", "cut": "cut"}[transfer["end"]])
    return transfer["end_ns"], "  ".join(words)


def difference(what, seen, wanted):
    for i, (one, other) in enumerate(zip(seen, wanted)):
        if one != other:
            return "%s %d is %s, not %s" % (what, i, one, other)
    return None if len(seen) == len(wanted) and seen else "%d of %s, not %d" % (len(seen), what, len(wanted))


def host_transfers(log):
    """The transfers that the driver commanded, as [(rw, addr, data)]."""
    transfers, txr = [], None
    for _, text in log:
        access = re.match(r"(write|read) (\w+) 0x(..)(?: \((.*)\))?$", text)
        if not access:
            continue
        kind, name, value, bits = access.group(1), access.group(2), int(access.group(3), 16), (access.group(4) or "").split()
        if (kind, name) == ("write", "TXR"):
            txr = value
        elif (kind, name) == ("write", "CR") and "WR" in bits:
            if "STA" in bits:
                transfers.append(("r" if txr & 1 else "w", "0x%02x" % (txr >> 1), []))
            else:
                transfers[-1][2].append("0x%02x" % txr)
        elif (kind, name) == ("read", "RXR"):
            transfers[-1][2].append("0x%02x" % value)
    return transfers


def port_values(log, name):
    return [text.split()[-1] for _, text in log if text.startswith(name + " port ")]


def test_verbose(program, sim_cfg, folder, cases):
    plain = simulation.Simulation(program, folder, "plain", *SHOWN, sim_cfg)
    runs = {part: simulation.Simulation(program, folder, part, *SHOWN, "-v", part, sim_cfg) for part in PARTS}
    every = simulation.Simulation(program, folder, "every", *SHOWN, *(word for part in PARTS for word in ("--verbose", part)), sim_cfg)
    quiet = simulation.Simulation(program, folder, "verbose_quiet", *SHOWN, "--quiet", "-v", "bus", sim_cfg)
    logs = {part: log_of(run) for part, run in runs.items()}
    events = {part: [line for line in log if not line[1].startswith("---- ")] for part, log in logs.items()}
    transfers, report = plain.transfers(), plain.report()

    cases.case("v_bus_has_every_transfer_once", difference("transfer", events["bus"], [line_of(t) for t in transfers]), "%d lines" % len(events["bus"]))
    cases.case("v_scenarios_has_every_scenario_once", difference(
        "scenario", [line[1].split()[:2] for line in events["scenarios"]], [[s["result"], s["name"]] for s in report["scenarios"]]))
    cases.case("v_scenarios_counts_as_the_report", difference(
        "scenario", [(ns, int(text.split()[-2])) for ns, text in events["scenarios"]],
        [(s["end_clk"] * 1000000000 // report["clock_hz"], sum(b["checks"] for b in s["scoreboards"].values())) for s in report["scenarios"]]))
    cases.case("v_scoreboards_has_nothing_to_say_of_a_passing_run", first(events["scoreboards"]))
    headings = [text[5:] for _, text in logs["host"] if text.startswith("---- ")]
    cases.case("v_names_each_scenario_at_its_start", difference("heading", headings, [s["name"] for s in report["scenarios"]]))

    # What the driver asked for is what is seen on the bus, where nobody contends.
    quiet_ones = ("write_patterns", "read_pins", "read_many_bytes", "restart_write_read", "absent_address")
    host = [transfer for name in quiet_ones for transfer in host_transfers(section(logs["host"], name))]
    bus = [(t["rw"], t["addr"], t["data"]) for name in quiet_ones for t in transfers if t["scenario"] == name]
    cases.case("v_host_tells_what_is_on_the_bus", difference("transfer", host, bus), "%d transfers" % len(host))
    known = {"%s %s" % (kind, name) for kind, names in MAP.items() for name in names.values()} | {"write 5", "write 6", "write 7", "read 7"}
    cases.case("v_host_names_registers", first(", ".join(sorted({" ".join(text.split()[:2]) for _, text in events["host"]} - known))))

    # Every byte that u1 took in write_patterns is what its port shows afterwards.
    written = [t["data"][-1] for t in transfers if t["scenario"] == "write_patterns" and t["addr"] == "0x20" and t["rw"] == "w"]
    changes = [value for i, value in enumerate(written) if value != (["0xff"] + written)[i]]
    cases.case("v_pins_shows_what_was_written", difference("port", port_values(section(logs["pins"], "write_patterns"), "u1"), changes),
               "%d changes" % len(changes))
    levels = [text.split()[-1] for _, text in events["pins"] if re.match(r"u1 int ", text)]
    cases.case("v_pins_shows_int_go_low_and_high", difference("level", levels, (["low", "high"] * len(levels))[:len(levels)]))

    together, apart = log_of(every), [line for part in PARTS for line in events[part]]
    cases.case("v_parts_together_are_the_parts", difference("line", sorted(line for line in together if not line[1].startswith("---- ")), sorted(apart)),
               "%d lines" % len(together))
    late = max((one[0] - other[0] for one, other in zip(together, together[1:])), default=0)
    cases.case("v_is_in_the_order_of_time", None if late <= 50 else "a line %d ns late" % late, "but for %d ns" % max(late, 0))
    for name, run, like in (("v_leaves_the_summary_as_it_is", runs["bus"], plain), ("v_timing_alone_adds_to_the_summary", every, runs["timing"])):
        cases.case(name, difference("line", summary(run), summary(like)))
    cases.case("v_works_with_quiet", difference("line", log_of(quiet), logs["bus"]))
    for name, run in {**runs, "every": every}.items():
        cases.case("v_%s_changes_nothing" % name, first(run.trouble(), changed(plain, run)))


def summary(run):
    """What is printed besides the lines of -v, without the command and the speed."""
    return [line for line in run.stdout.splitlines() if not STAMP.match(line) and "clocks = " not in line and not line.startswith(run.command[0])
            and "results in" not in line]


def section(log, scenario):
    """The part of a log under a scenario's heading."""
    names = [text[5:] if text.startswith("---- ") else None for _, text in log]
    start = names.index(scenario)
    end = next((i for i in range(start + 1, len(log)) if names[i]), len(log))
    return log[start + 1:end]


def changed(plain, run):
    for name in ("transactions.jsonl", "waves.vcd", "recorder.vcd"):
        with open(plain.path(name), "rb") as one, open(run.path(name), "rb") as other:
            if one.read() != other.read():
                return name + " differs"
    one, other = plain.report(), run.report()
    return next(("report.json: %s differs" % key for key in one if key != "wall_s" and one[key] != other[key]), None)


def test_bad_parts(program, folder, cases):
    for word, wanted in {"buss": "did you mean bus?", "scoreboard": "did you mean scoreboards?", "": "there are scenarios, bus, host, pins, scoreboards, timing",
                         "elephant": "there is no such part; there are scenarios"}.items():
        done = subprocess.run([program, "-v", word], cwd=folder, capture_output=True, text=True, timeout=60)
        cases.case("v_%s_is_refused" % (word or "nothing"), first(done.returncode != 2 and "exit code %d" % done.returncode, done.stdout,
                                                                 wanted not in done.stderr and done.stderr, done.stderr.count("\n") != 1 and done.stderr))


def test_help(program, source, folder, cases):
    place = os.path.join(folder, "examples")
    os.mkdir(place)
    shutil.copy(os.path.join(source, "sim.cfg"), place)
    os.symlink(program, os.path.join(place, "twinwire"))
    text = subprocess.run(["./twinwire", "--help"], cwd=place, capture_output=True, text=True, check=True).stdout
    groups = re.findall(r"^(\S.*)$", text, re.MULTILINE)[2:]
    cases.case("help_has_its_groups", difference("group", groups, ["Run", "Look", "Find out", "Exit code", "Examples, in the folder of sim.cfg"]))
    cases.case("help_is_no_wider_than_80", None if widest(text.splitlines()) <= COLUMNS else "%d columns" % widest(text.splitlines()))
    wide, narrow = (OnTerminal(["./twinwire", "--help"], place, columns=columns).screen for columns in (120, 60))
    cases.case("help_fits_the_terminal", first(not COLUMNS < widest(wide.lines) <= 120 and "%d columns of 120" % widest(wide.lines),
                                               " ".join(wide.text().split()) != " ".join(text.split()) and "other words",
                                               len(narrow.lines) <= len(wide.lines) and "not narrower"))
    examples = re.findall(r"(?m)^  \S.*?  ?(\./twinwire.*)$", text[text.index("Examples"):])
    cases.case("help_has_examples", None if 6 <= len(examples) <= 8 else "%d" % len(examples))
    for example in examples:
        done = subprocess.run(["sh", "-c", example], cwd=place, capture_output=True, text=True, timeout=120)
        cases.case("example %s" % example, first(done.returncode and "exit code %d: %s" % (done.returncode, done.stderr), done.stderr,
                                                 not done.stdout and " > " not in example and "silent"))
    done = subprocess.run(["./twinwire", "own.cfg", "--random", "5"], cwd=place, capture_output=True, text=True, timeout=120)
    cases.case("example_configuration_runs", done.returncode and done.stderr)
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    cases.case("version_names_verilator_and_compiler", None if re.fullmatch(r"twinwire \d+\.\d+\.\d+\nVerilator \d+\.\d+.*\n(g|clang)\+\+ \d+\..*\n", version)
               else version)


def test_list(program, source, folder, cases):
    def listed(*options, **others):
        return subprocess.run([program, "--list", *options], cwd=folder, capture_output=True, text=True, check=True, **others).stdout

    names = [line.split()[0] for line in listed().splitlines()]
    cases.case("list_is_sorted", None if names == sorted(names) and len(names) > 20 else "%s" % names)
    cases.case("list_marks_nothing_that_is_run", None if "(not in" not in listed() else listed())
    with open(os.path.join(folder, "some.cfg"), "w", encoding="ascii") as file:
        file.write('stimulus = { scenarios = [ "read_pins", "bad.tcl", "bus_clear" ]; };\n')
    text = listed("some.cfg").splitlines()
    marked = [line.split()[0] for line in text if "(not in some.cfg)" in line]
    cases.case("list_marks_what_is_not_run", None if marked == [name for name in names if name not in ("read_pins", "bus_clear")] else "%s" % marked)
    cases.case("list_has_scenarios_of_ones_own", None if text[-1].split()[0] == "bad.tcl" and len(text) == len(names) + 1 else text[-1])
    for columns in (60, 100):
        screen = OnTerminal([program, "--list"], folder, columns=columns).screen
        cases.case("list_fits_%d_columns" % columns, first(widest(screen.lines) > columns and "%d columns" % widest(screen.lines),
                                                          " ".join(screen.text().split()) != " ".join(listed().split()) and "other words",
                                                          len(screen.lines) < len(names) + 5 and "not wrapped"))
    bare = os.path.join(folder, "bare")
    os.mkdir(bare)
    done = subprocess.run([program, "--list"], cwd=bare, capture_output=True, text=True)
    cases.case("list_needs_no_sim_cfg", first(done.returncode, done.stderr, len(done.stdout.splitlines()) != len(names) and done.stdout))
    done = subprocess.run([program, "--list", "none.cfg"], cwd=bare, capture_output=True, text=True)
    cases.case("list_of_a_missing_file_is_refused", first(done.returncode != 2 and done.returncode, done.stdout, "none.cfg" not in done.stderr and done.stderr))


def test(program, sim_cfg, folder, cases):
    source = os.path.dirname(sim_cfg)
    shutil.copy(sim_cfg, folder)
    local = os.path.join(folder, "twinwire")  # as short as a person's own
    os.symlink(program, local)
    test_progress("./twinwire", folder, cases)
    test_progress_elsewhere("./twinwire", folder, cases)
    test_screenful("./twinwire", folder, cases)
    test_verbose(program, sim_cfg, folder, cases)
    test_bad_parts(program, folder, cases)
    test_help(program, source, folder, cases)
    test_list(program, source, folder, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
