# SPDX-License-Identifier: Apache-2.0
"""One test of a regression is one process of the simulator in a group of its own; here it is started, limited, ended, and judged.

What became of a test is one of STATUSES, told from the exit code, the signal and report.json together: no single one of them is
believed where another one contradicts it.
"""

import ctypes
import json
import os
import re
import select
import shlex
import shutil
import signal
import subprocess
import time

STATUSES = ("pass", "fail", "no-check", "timeout", "crash", "error", "interrupted", "not-run")
GRACE_S = 2  # from the request to end, in which the simulator writes its report, to the end
PASS, CHECK_FAILED, USER, ENVIRONMENT, INTERRUPTED = 0, 1, 2, 3, 130  # enum of tb/run.h
SHORT = {"arbitration lost": "lost", "no end of the transfer": "timeout"}  # tb/acts.c says so where Tcl says it shortly
NO_REPORT_IN_TIME = "limits.wall_s is over"  # wrappers/verilator_main.cpp


PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)


class Environment(Exception):
    """The regression itself cannot go on."""


class Usage(Exception):
    """What the user wants cannot be."""


class Signals:
    """SIGINT, SIGTERM and SIGHUP ask once and for all to stop; they and a child's end wake `sleep`."""

    def __init__(self):
        self.stop = False
        self.read, write = os.pipe()
        os.set_blocking(self.read, False)
        os.set_blocking(write, False)
        signal.set_wakeup_fd(write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask)

    def ask(self, *_):
        self.stop = True

    def sleep(self, seconds):
        if select.select([self.read], [], [], seconds)[0]:
            os.read(self.read, 4096)


def ask_program(command):
    """What the simulator prints on stdout when it is asked something."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as why:
        raise Environment(str(why)) from why
    if done.returncode == USER:
        raise Usage(done.stderr.decode(errors="replace").strip())
    if done.returncode != PASS:
        raise Environment("%s: exit code %d" % (shlex.join(command), done.returncode))
    return done.stdout.decode(errors="replace")


def dump_config(program, options, sim_cfg):
    """SIM.CFG with its includes and options, as the simulator itself understands it."""
    return ask_program([program, *options, "--dump-config", sim_cfg])


def read_config(text):
    """(seed, clock_hz, scenarios, random transfers) of dump_config."""
    found = [re.search(pattern, text, re.MULTILINE | re.DOTALL)
             for pattern in (r"^    seed = (\d+);", r"^clock_hz = (\d+);", r"^    scenarios = \[(.*?)\]", r"^        transfers = (\d+);")]
    if not all(found):
        raise Environment("--dump-config prints no configuration")
    return int(found[0][1]), int(found[1][1]), re.findall(r'"((?:[^"\\]|\\.)*)"', found[2][1]), int(found[3][1])


def end_with(parent, number):
    """For preexec_fn: a process that gets this signal when its parent ends in any way, so that nobody writes where nobody looks."""
    def prepare():
        LIBC.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:
            os._exit(1)
    return prepare


def call(command, **options):
    """(exit code, stdout) of a program like this one, which ends in order when it is asked to. Whoever asks us, asks it."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, preexec_fn=end_with(os.getpid(), signal.SIGTERM), **options)
    try:
        text = child.communicate()[0]
    except KeyboardInterrupt:
        child.send_signal(signal.SIGTERM)
        child.communicate()
        raise
    return child.returncode, text


class Child:
    def __init__(self, test):
        self.test, self.start, self.late, self.kill_at = test, time.monotonic(), False, None
        shutil.rmtree(test.folder, ignore_errors=True)  # what lies there afterwards is of this run
        os.makedirs(test.folder)
        with open(os.path.join(test.folder, "log.txt"), "wb") as log:
            self.process = subprocess.Popen(test.command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                                            preexec_fn=end_with(os.getpid(), signal.SIGKILL))

    def signal_group(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def ask(self):
        if self.kill_at is None:
            self.kill_at = time.monotonic() + GRACE_S
            self.signal_group(signal.SIGTERM)

    def limit(self, wall_s):
        now = time.monotonic()
        if self.kill_at is None and now > self.start + wall_s:
            self.late = True
            self.ask()
        if self.kill_at is not None and now > self.kill_at:
            self.signal_group(signal.SIGKILL)

    def ended(self):
        """The exit code, or None. While the child is not waited for its number is nobody else's, so its group can be cleared."""
        if os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            return None
        self.signal_group(signal.SIGKILL)
        self.wall_s = time.monotonic() - self.start
        return self.process.wait()


def run_tests(tests, jobs, wall_s, signals, done, tick):
    """Runs them all; `done(result)` is told of each end and returns False to stop, `tick()` comes ten times a second."""
    queue, running, going = list(reversed(tests)), [], True
    try:
        while running or (queue and going):
            going = going and not signals.stop
            while going and queue and len(running) < jobs:
                running.append(Child(queue.pop()))
            for child in running:
                child.limit(wall_s) if going else child.ask() or child.limit(wall_s)
            tick()
            signals.sleep(0.1)
            for child in list(running):
                code = child.ended()
                if code is not None:
                    running.remove(child)
                    going = done(judge(child, code, going and not signals.stop)) and going
    except OSError as why:
        raise Environment(str(why)) from why
    finally:
        for child in running:  # only after an exception
            child.signal_group(signal.SIGKILL)
            child.process.wait()


# ---- What became of it ----------------------------------------------------------------------------------------------

def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "signal %d" % number


def whole(number):
    if type(number) is not int or number < 0:
        raise ValueError("%r is no count" % number)
    return number


def read_report(folder):
    """What report.json says, as far as a verdict depends on it; ValueError if it is no report."""
    try:
        with open(os.path.join(folder, "report.json"), encoding="utf-8") as f:
            report = json.load(f, parse_constant=whole)
        for board in report["scoreboards"]:
            board["on"], whole(board["checks"]), whole(board["failures"]), board["name"] + ""
        for one in report["failures"]:
            one["clk"] + 0, [one[key] + "" for key in ("scoreboard", "place", "socket", "pin", "clause", "what")]
        for one in report["scenarios"]:
            one["result"] + "", sum(board["checks"] for board in one["scoreboards"].values())
        for one in report["timing"]:
            [one[key] + "" for key in ("parameter", "mode", "level")], whole(one["failures"])
        report["verdict"] + "", whole(report["exit_code"]), whole(report["clocks"]), whole(report["transfers"])
        return report
    except FileNotFoundError:
        raise ValueError("it left no report.json") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as why:
        raise ValueError("its report.json is unreadable: %s: %s" % (type(why).__name__, why)) from None


def last_line(folder):
    try:
        with open(os.path.join(folder, "log.txt"), "rb") as f:
            f.seek(max(0, os.fstat(f.fileno()).st_size - 4096))
            lines = [line.strip() for line in f.read().decode(errors="replace").splitlines()]
        return next((line for line in reversed(lines) if line), "")
    except OSError:
        return ""


def cause(result):
    """What tests that fail of one cause have in common, wherever they do, and what shrinking must keep: (status, scoreboard, socket.pin, rule,
    text without numbers) of a failure, (status, why) of all else."""
    if result["status"] != "fail":
        return (result["status"], result["signature"][0] if result["signature"] else "")
    board, _, where, clause = result["signature"]
    what = result["what"]
    if board == "scenario":
        what = re.sub(r"^.*?(?=expected )", "", what)
        for long, short in SHORT.items():
            what = what.replace(long, short)
    return ("fail", board, where, clause, re.sub(r"\b0x[0-9a-fA-F]+\b|-?\b\d+(\.\d+)?\b", "N", what))


def signature(failure):
    """Scoreboard, place, socket.pin, rule. Which byte, which bit and which address it was is left out of the place."""
    place = re.sub(r"\bdata byte \d+", "a data byte", re.sub(r"\bbit \d+ of", "a bit of", failure["place"]))
    return [failure["scoreboard"], re.sub(r"( to| from)? 0x[0-9a-f]+", "", place), "%s.%s" % (failure["socket"], failure["pin"]), failure["clause"]]


def of_report(report, code, log):
    """(status, signature, what) of a test that ended by itself with PASS or CHECK_FAILED."""
    wanted = {PASS: "pass", CHECK_FAILED: "fail"}[code]
    if report["exit_code"] != code or report["verdict"] != wanted:
        return "error", "exit code %d, and report.json says %s, exit code %d" % (code, report["verdict"], report["exit_code"]), ""
    idle = [board["name"] for board in report["scoreboards"] if board["on"] and not board["checks"]]
    if report["failures"]:
        first = min(report["failures"], key=lambda failure: failure["clk"])
        return "fail", signature(first), first["what"]
    late = next((one for one in report["scenarios"] if one["result"] == "timeout"), None)
    if late:
        return "timeout", re.sub(r"\d+ ms", "N ms", late.get("message", "")), late.get("message", "")
    if any(board["failures"] for board in report["scoreboards"]):
        return "error", "report.json counts failures and names none", ""
    if idle or not any(board["on"] for board in report["scoreboards"]):
        return "no-check", "no check by %s" % (", ".join(idle) or "any scoreboard"), ""
    if code != PASS:
        return "error", "exit code 1, and report.json has no failure", log
    results = {one["result"] for one in report["scenarios"]}
    return ("pass", None, "") if results == {"pass"} else ("error", "exit code 0, and the scenarios in report.json: %s" % (", ".join(sorted(results)) or "none"), "")


def message(report):
    """What the simulator says of a scenario that did not come to its end."""
    return next((one["message"] for one in report["scenarios"] if one.get("message")), "") if report else ""


def verdict(child, code, report, trouble, going):
    log = last_line(child.test.folder)
    if child.late:
        return "timeout", "longer than the regression's limit of wall time", log
    if not going and (code < 0 or code >= 128):
        return "interrupted", "interrupted", ""
    if code < 0:
        return "crash", signal_name(-code), log
    if code == INTERRUPTED:
        return "interrupted", "interrupted by somebody else", log
    if code not in (PASS, CHECK_FAILED, USER, ENVIRONMENT):
        return "crash", "exit code %d%s" % (code, " (%s)" % signal_name(code - 128) if 128 < code < 128 + signal.NSIG else ""), log
    if code in (USER, ENVIRONMENT):
        return "error", "exit code %d (%s)" % (code, "wrong input" if code == USER else "the environment failed"), message(report) or log
    if report is None and NO_REPORT_IN_TIME in log:
        return "timeout", "the scenario does not come back", log
    return ("error", trouble.split(":")[0], trouble) if report is None else of_report(report, code, log)


def judge(child, code, going):
    """The line of state.jsonl."""
    report, trouble, test = None, "", child.test
    try:
        report = read_report(test.folder)
    except ValueError as why:
        trouble = str(why)
    status, why, what = verdict(child, code, report, trouble, going)
    # Why a test did not pass is four words for a failure and one for all else.
    result = {"test": test.name, "status": status, "seed": test.seed, "signature": [why] if isinstance(why, str) else why, "what": what,
              "exit": code if code >= 0 else None, "signal": signal_name(-code) if code < 0 else None, "wall_s": round(child.wall_s, 3)}
    if report:
        checks = sum(board["checks"] for one in report["scenarios"] for board in one["scoreboards"].values())
        # The chip's data sheet is a warning on every faster board, and tSP no rule.
        lax = [one["parameter"] for one in report["timing"] if one["mode"] != "PCF8574" and one["parameter"] != "tSP"
               and (one["level"] == "off" or one["level"] == "warning" and one["failures"])]
        off = [board["name"] for board in report["scoreboards"] if not board["on"]]
        result.update(clocks=report["clocks"], transfers=report["transfers"], checks=checks, off=off, lax=lax)
    return dict(result, command=test.command, inputs=test.inputs)
