#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The console at a terminal: prompt, Ctrl-C, job control, and how it ends.

    shell_terminal_test.py TWINWIRE SOURCE
"""

import glob
import os
import shlex
import shutil
import signal
import subprocess
import time

import simulation
from simulation import first
from terminal import PROMPT, Terminal, bus, wants

HERE = os.path.dirname(os.path.abspath(__file__))
CTRL_C, CTRL_D, CTRL_Z = "\x03", "\x04", "\x1a"


def processes(marker):
    """Those whose command line has `marker`."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as f:
                if marker.encode() in f.read() and "Z" != open(path[:-7] + "stat").read().rsplit(")", 1)[1].split()[0]:
                    found.append(int(path.split("/")[2]))
        except OSError:
            pass
    return found


def gone(marker, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not processes(marker):
            return None
        time.sleep(0.05)
    left = processes(marker)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return left and "still there: %s" % left


def attempt(cases, name, check):
    try:
        cases.case(name, check())
    except AssertionError as wrong:
        cases.case(name, str(wrong))


def terminal(program, sim_cfg, folder, cases):
    def session():
        t = Terminal(folder, program, "--shell", sim_cfg)
        start = t.until(PROMPT)
        trouble = first(
            wants(start, r"^twinwire .*u1 pcf8574 0x20", "help"), wants(t.ask("i2c write 0x20 0xA5"), r"^ack$"),
            wants(t.ask("show u1"), r"rtl drives +c shadows", r"P7..P0 +1010 0101  0xa5 +1010 0101  0xa5$"),
            wants(t.ask("expect pins u1 0xa5"), "^pass$"), wants(t.ask("expect pins u1 0xa4"), "^FAIL  expected 0xa4, saw 0xa5$"),
            wants(t.ask("shwo u1"), r'^invalid command name "shwo" \(did you mean show\?\)$'), wants(t.ask(""), "^twinwire .*> $"))
        t.type("set list {\n")
        t.until(r"    \.\.\.> $")
        t.type("a\n")
        t.until(r"    \.\.\.> $")
        trouble = trouble or wants(t.ask("}; llength $list"), "^1$")
        t.type(CTRL_D)
        return trouble or (t.end() != 0 and "exit code after Ctrl-D")
    attempt(cases, "prompt, commands, several lines, Ctrl-D", session)

    def ctrl_c():
        t = Terminal(folder, program, "--shell", sim_cfg)
        t.until(PROMPT)
        for busy in ("run 100s", "while 1 {}", "while 1 {catch {run 1us}}", "after 100000", "after 100000 {set q 1}; vwait q",
                     "proc f {} {catch {while 1 {}}; f}; f", "source loop.tcl", "random 1000000", "power off; while 1 {catch {i2c write 0x20 1}}"):
            t.type(busy + "\n")
            time.sleep(0.3)
            t.seen = ""
            t.type(CTRL_C)
            trouble = first(wants(t.until(PROMPT, 10), r"interrupted at"), wants(t.ask("set answer 42"), r"^42$"))
            if trouble:
                return "%s: %s" % (busy, trouble)
        t.type("puts {never")
        time.sleep(0.2)
        t.type(CTRL_C)
        t.until(PROMPT)
        t.type("puts {never\n")
        t.until(r"\.\.\.> $")
        t.type(CTRL_C)
        t.until(PROMPT)
        for _ in range(20):
            t.type(CTRL_C)
        t.quiet()
        trouble = wants(t.ask("set answer 43"), r"^43$")
        t.type("exit\n")
        return trouble or (t.end() != 0 and "exit code after exit")
    with open(os.path.join(folder, "loop.tcl"), "w", encoding="utf-8") as f:
        f.write("while 1 {}\n")
    attempt(cases, "Ctrl-C comes back to the prompt", ctrl_c)

    def ctrl_c_in_state():
        t = Terminal(folder, program, "--shell", sim_cfg)
        t.until(PROMPT)
        for name in "abc":
            t.ask("save " + name)
        t.type("run 100s\n")
        time.sleep(0.3)
        t.type(CTRL_C)
        trouble = wants(t.until(PROMPT), "interrupted at")
        t.ask("restore b")
        t.type("run 100s\n")
        time.sleep(0.3)
        t.type(CTRL_C)
        trouble = first(trouble, wants(t.until(PROMPT), "interrupted at"), wants(t.ask("states"), r"^  b "))
        t.type(CTRL_D)
        return trouble or (t.end() != 0 and "exit code")
    attempt(cases, "Ctrl-C after save and restore", ctrl_c_in_state)

    def from_make():
        words = os.path.join(HERE, "shell.sh"), program, "--set", "limits.sim_ms=20", sim_cfg
        with open(os.path.join(folder, "Makefile"), "w", encoding="utf-8") as f:
            f.write("shell:\n\t@sh %s\n" % shlex.join(words))
        t = Terminal(folder, "make", "shell")
        t.until("twinwire 1.46us> ")  # it draws its prompts more than once
        for line, answer in (("i2c write 0x20 0xA5", r"\back\b"), ("save a; puts saved_it", "\nsaved_it"),
                             ("run 100s", ""), (CTRL_C, "interrupted at"), ("run 101s", ""), (CTRL_C, "interrupted at"), (CTRL_Z, "Stopped"),
                             ("i2c read 0x20 1", r"\back  0xa5"), ("restore a", "back at")):
            t.type(line + "\n" if line >= " " else line)
            t.until(answer)
            time.sleep(0.5)
            t.seen = ""
        t.type("exit\n")
        return t.end() != 0 and "exit code"
    attempt(cases, "as make shell does, %s rlwrap" % ("with" if shutil.which("rlwrap") else "without"), from_make)


def ends(program, sim_cfg, folder, cases):
    def hard(last):
        cfg = os.path.join(folder, "killed.cfg")
        shutil.copy(sim_cfg, cfg)
        # Not at a terminal: that would tell everybody when the first process dies.
        top = subprocess.Popen([program, "--shell", cfg], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        top.stdin.write(b"save a\nsave b\nrestore a\nsave c\nputs ready\n" + last)
        top.stdin.flush()
        while top.stdout.readline() != b"ready\n":
            pass
        time.sleep(0.2)
        count = len(processes(cfg))
        top.kill()
        top.wait()
        trouble = gone(cfg)
        top.stdin.close()
        top.stdout.close()
        return count != 3 and "%d processes, not 3" % count or trouble
    attempt(cases, "kill -9 of the first process leaves none", lambda: hard(b""))
    attempt(cases, "kill -9 while the clock turns leaves none", lambda: hard(b"run 100s\n"))
    attempt(cases, "kill -9 while a script spins leaves none", lambda: hard(b"while 1 {catch {while 1 {}}}\n"))

    def asked(number, last):
        cfg = os.path.join(folder, "ended.cfg")
        shutil.copy(sim_cfg, cfg)
        t = Terminal(folder, program, "--shell", "--out", "ended", cfg)
        t.until(PROMPT)
        for line in ("save a", "wave on", "i2c write 0x20 0x5a"):
            t.ask(line)
        t.type(last)
        time.sleep(0.2)
        if number:
            os.kill(t.pid, number)
        else:
            os.close(os.dup(t.fd))
            os.close(t.fd)
            t.fd = os.open("/dev/null", os.O_RDWR)
        trouble = gone(cfg)
        code = t.end()
        wave, scl = bus(os.path.join(folder, "ended", "waves.vcd"), "scl")
        whole = wave.data.endswith(b"\n") and len(scl) >= 38
        return first(trouble, code != 130 and "exit code %s" % code, not whole and "waves.vcd is not whole")
    attempt(cases, "SIGTERM at the prompt: waves are whole, 130", lambda: asked(signal.SIGTERM, ""))
    attempt(cases, "SIGTERM in a script: waves are whole, 130", lambda: asked(signal.SIGTERM, "while 1 {}\n"))
    attempt(cases, "SIGHUP: waves are whole, 130", lambda: asked(signal.SIGHUP, "run 100us\n"))
    attempt(cases, "the terminal goes away: waves are whole, 130", lambda: asked(None, ""))
    attempt(cases, "the terminal goes away while the clock turns: waves are whole, 130", lambda: asked(None, "run 1s\n"))


def test(program, sim_cfg, folder, cases):
    terminal(program, sim_cfg, folder, cases)
    ends(program, sim_cfg, folder, cases)


if __name__ == "__main__":
    raise SystemExit(simulation.main(test, __doc__))
