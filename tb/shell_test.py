#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The console, at a terminal and fed from a file: commands, Ctrl-C, breaks, saved states, waves, nonsense, and its end.

    shell_test.py TWINWIRE SOURCE                          all of it but
    shell_test.py --mismatches TWINWIRE_FAULTY SOURCE      what it says of mismatches
"""

import fcntl
import glob
import os
import pty
import random
import re
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time

import simulation
import vcd

PROMPT = re.compile(r"twinwire [0-9.]+(?:ns|us|ms)> $")
HERE = os.path.dirname(os.path.abspath(__file__))
CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, folder, *command):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
            os.chdir(folder)
            os.environ.update(TERM="dumb", HOME=folder)
            os.execvp(command[0], command)

    def read(self, seconds):
        """Adds what comes within `seconds`. Returns False at the end of the terminal."""
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            self.seen += data.decode(errors="replace").replace("\r", "")
            return bool(data)
        return True

    def until(self, pattern, seconds=20):
        """All that came up to a match of `pattern` at the end of it."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.seen):
            if time.monotonic() > end or not self.read(0.2):
                raise AssertionError("no %r in %r" % (getattr(pattern, "pattern", pattern), self.seen[-400:]))
        text, self.seen = self.seen, ""
        return text

    def type(self, text):
        os.write(self.fd, text.encode())

    def ask(self, line, seconds=20):
        """What a command prints."""
        self.type(line + "\n")
        return self.until(PROMPT, seconds)

    def end(self, seconds=20):
        """The exit code; negative: the signal that ended it, None: it does not end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.read(0.05):
                time.sleep(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        return None


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
    while processes(marker):
        if time.monotonic() > end:
            return "still there: %s" % processes(marker)
        time.sleep(0.05)
    return None


def feed(program, sim_cfg, folder, script, *options, timeout=60):
    """The console with `script` as its stdin. What never comes is given up soon."""
    if isinstance(script, str):
        script = script.encode()
    done = subprocess.run([program, "--shell", "--set", "limits.sim_ms=20", *options, sim_cfg], cwd=folder, input=script, capture_output=True, timeout=timeout)
    done.out, done.err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    return done


def wants(text, *patterns):
    missing = [pattern for pattern in patterns if not re.search(pattern, text, re.MULTILINE)]
    return "no %s in %r" % (missing, text[-600:]) if missing else None


def first(*troubles):
    return next((trouble for trouble in troubles if trouble), None)


def attempt(cases, name, check):
    try:
        cases.case(name, check())
    except AssertionError as wrong:
        cases.case(name, str(wrong))


def bus(path, line):
    wave = vcd.Vcd(path)
    return wave, wave.wave(next(name for name in wave.ids if re.search(r"(tb_top|bus)\.%s$" % line, name)))


# ---- At a terminal --------------------------------------------------------------------------------------------------

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
        t.until(PROMPT)
        time.sleep(0.3)
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
        with open(os.path.join(folder, "Makefile"), "w", encoding="utf-8") as f:
            f.write("shell:\n\t@sh %s %s --set limits.sim_ms=20 %s\n" % tuple(shlex.quote(x) for x in (os.path.join(HERE, "shell.sh"), program, sim_cfg)))
        t = Terminal(folder, "make", "shell")
        t.until("twinwire 1.46us> ")  # it draws its prompts more than once
        for line, answer in (("i2c write 0x20 0xA5", r"\back\b"), ("save a; puts saved_it", "\nsaved_it"), ("run 100s", ""), (CTRL_C, "interrupted at"), ("run 101s", ""), (CTRL_C, "interrupted at"), ("\x1a", "Stopped"),
                             ("i2c read 0x20 1", r"\back  0xa5"), ("restore a", "back at")):
            t.type(line + "\n" if line >= " " else line)
            t.until(answer)
            time.sleep(0.5)
            t.seen = ""
        t.type("exit\n")
        return t.end() != 0 and "exit code"
    attempt(cases, "as make shell does, %s rlwrap" % ("with" if shutil.which("rlwrap") else "without"), from_make)


def ends(program, sim_cfg, folder, cases):
    def start(name, *lines):
        cfg = os.path.join(folder, name + ".cfg")
        shutil.copy(sim_cfg, cfg)
        t = Terminal(folder, program, "--shell", "--out", name, cfg)
        t.until(PROMPT)
        for line in lines:
            t.ask(line)
        return t, cfg

    def hard(last):
        t, cfg = start("killed", "save a", "save b", "restore a", "save c")
        t.type(last)
        time.sleep(0.2)
        if len(processes(cfg)) != 3:
            return "%d processes, not 3" % len(processes(cfg))
        os.kill(t.pid, signal.SIGKILL)
        return first(gone(cfg), t.end() != -signal.SIGKILL and "exit code")
    attempt(cases, "kill -9 of the first process leaves none", lambda: hard(""))
    attempt(cases, "kill -9 while the clock turns leaves none", lambda: hard("run 100s\n"))
    attempt(cases, "kill -9 while a script spins leaves none", lambda: hard("while 1 {catch {while 1 {}}}\n"))

    def asked(number, last):
        t, cfg = start("ended", "save a", "wave on", "i2c write 0x20 0x5a")
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


# ---- Fed from a file ------------------------------------------------------------------------------------------------

def codes(program, sim_cfg, folder, cases):
    for name, script, code, patterns, errors in (
            ("nothing to do", "", 0, ["0 transfers"], ["^$"]),
            ("all is well", "i2c write 0x20 0xA5\nexpect pins u1 0xa5", 0, ["^ack$", "^pass$"], ["^$"]),
            ("an expectation fails", "i2c write 0x20 0xA5\nexpect pins u1 0\n", 1, ["^FAIL"], ["^$"]),
            ("a command is wrong", "clk\ni2c wriet 0x20 1\nexpect int bus low\nset ok 1", 2, ["^1$"], [r'^stdin:2: bad transfer "wriet"']),
            ("an open brace", "set x 1\nputs {\nhu", 2, [], [r"^stdin:2: the input ends within a command"]),
            ("restore takes no failure back", "save a\nexpect int bus low\nrestore a", 1, ["before a restore"], ["^$"]),
            ("nor a wrong command, nor lines", "save a\nhu\nrestore a\nha", 2, [], ["^stdin:2: ", "^stdin:4: "]),
            ("an error in a file", "source bad.tcl", 2, [], [r"^stdin:1: bad.tcl:2: invalid command name \"hu\""]),
            ("a transfer that cannot end", "inject scl low 3s\ni2c write 0x20 1\nset ok 7", 2, ["^7$"], [r"^stdin:2: not done after limits.sim_ms"]),
            ("stdin is not Tcl's", "gets stdin\nread stdin\nclose stdin\nset ok 9", 0, ["^9$"], ["^$"]),
            ("nor is stdout", "close stdout\nset f [open x.txt w]\nset ok 9", 0, ["^9$"], ["^$"]),
            ("break in a loop is Tcl's", "while 1 {break}; foreach i {1 2} {if {$i} break}; set i", 0, ["^1$"], ["^$"]),
            ("an endless recursion", "proc f {} {f}; f\nset ok 9", 2, ["^9$"], ["too many nested"]),
            ("an unknown option of show", "show u9", 2, [], ['"u9" cannot be shown']),
            ("return at the prompt", "return 5\nset ok 9", 0, ["^5$", "^9$"], ["^$"]),
            ("break and continue at the prompt", "continue\nbreak\n", 2, [], ["^stdin:1: .*continue", "^stdin:2: .*break"]),
    ):
        with open(os.path.join(folder, "bad.tcl"), "w", encoding="utf-8") as f:
            f.write("clk\nhu\n")
        done = feed(program, sim_cfg, folder, script)
        cases.case("code %d: %s" % (code, name), first(done.returncode != code and "exit code %d" % done.returncode, wants(done.out, *patterns),
                                                       wants(done.err, *errors)))
    for option in ("--scenario", "--random", "--waves"):
        done = feed(program, sim_cfg, folder, "", option, {"--random": "5", "--waves": "all"}.get(option, "read_pins"))
        cases.case("%s with --shell is an error" % option, done.returncode != 2 and "exit code %d" % done.returncode)
    full = subprocess.run("echo clk | %s --shell %s > /dev/full" % (program, sim_cfg), shell=True, cwd=folder, capture_output=True, timeout=60)
    cases.case("output that cannot be written", full.returncode != 3 and "exit code %d" % full.returncode)


def helps(program, sim_cfg, folder, cases):
    done = feed(program, sim_cfg, folder, "help")
    names = re.findall(r"^  (\w+) +\S", done.out, re.MULTILINE)
    known = feed(program, sim_cfg, folder, "info commands").out.splitlines()[0].split()
    plain = set(subprocess.run(["tclsh"], input="puts [info commands]", capture_output=True, text=True, timeout=60).stdout.split()
                if shutil.which("tclsh") else known)
    lost = (set(known) - plain | {"break", "source"}) - set(names) - {"exit", "_expect"}
    cases.case("help names every command", first(len(names) < 20 and "only %s" % names, set(names) - set(known) and "unknown: %s" % (set(names) - set(known)),
                                                 lost and "without help: %s" % lost))
    for name in names:
        text = feed(program, sim_cfg, folder, "help " + name).out
        example = re.search(r"^  example:  (.+)$", text, re.MULTILINE)
        done = feed(program, sim_cfg, folder, example.group(1)) if example else None
        cases.case("example of %s" % name, "none" if not done else done.returncode and "code %d: %s" % (done.returncode, done.out + done.err),
                   example and example.group(1))


def breaks(program, sim_cfg, folder, cases):
    script = "wave on start.vcd\nbreak on start 0x20\ni2c write_read 0x38 {1} 1\ni2c write 0x20 0x55\nclk\nexpect that {[i2c wait] eq {ack}}\nbreak delete all\nwave off\n"
    done = feed(program, sim_cfg, folder, script)
    _, scl = bus(os.path.join(folder, "start.vcd"), "scl")
    _, sda = bus(os.path.join(folder, "start.vcd"), "sda")
    level = 1
    starts = []
    for at, value in sda:
        if value == 0 and level == 1 and [v for t, v in scl if t <= at][-1:] == [1]:
            starts.append(at)
        level = value
    rises = [at for at, value in scl if value == 1 and at > starts[-1]]
    wanted = rises[8] // 20000  # the ninth clock of the last transfer; 20 ns a clk
    match = re.search(r"^break 1, start 0x20: clk (\d+), .*ACK of the address byte of the write to 0x20\n(\d+)$", done.out, re.MULTILINE)
    cases.case("break on start 0x20: at the ninth clock of its address byte",
               first(done.returncode and "code %d %s" % (done.returncode, done.err), len(starts) != 3 and "%d STARTs" % len(starts),
                     not match and "not told: %s" % done.out, match and int(match.group(1)) != wanted and "clk %s, not %d" % (match.group(1), wanted),
                     match and not 0 < int(match.group(2)) - wanted < 10 and "stopped at clk %s" % match.group(2)))
    for event, patterns in (("clk 5000", ["^break 1, clk 5000: clk 5000, 100us$", "^now 5000$"]), ("time 90us", ["clk 4500", "^now 4500$"]),
                            ("stop", [r"STOP$"]), ("nack", ["NACK of the address byte of the write to 0x21$"]), ("scl low", ["clk \\d+"]),
                            ("sda high", ["clk \\d+"]), ("symbol", ["START$"]), ("start", ["START$"]), ("pins u1", ["clk \\d+"]), ("int low", ["clk \\d+"])):
        script = "break on %s\ni2c write 0x20 0x5a; i2c write 0x21; pins u1 0bzzzzzz1z; pins u1 0bzzzzzz0z; run 1ms\nputs \"now [clk]\"\n" % event
        done = feed(program, sim_cfg, folder, script)
        cases.case("break on " + event, wants(done.out, "^break 1, %s: " % event, *patterns))
        done = feed(program, sim_cfg, folder, "i2c begin write 0x20 0x5a\nrun until %s; puts here\n" % event)
        if event not in ("nack", "int low"):
            cases.case("run until " + event, wants(done.out, "^here$"))
    done = feed(program, sim_cfg, folder, "run until int low\nbreak on clk 3\nbreak on hu\nbreak delete 7\nbreak on stop 3\nbreak on start 200\n")
    cases.case("events that cannot be", wants(done.err, "^stdin:1: not done after limits.sim_ms", "^stdin:2: 3 has passed", "^stdin:3: there is no event",
                                              '^stdin:4: there is no break "7"', "^stdin:5: wanted: start", "^stdin:6: .* 7-bit address"))
    done = feed(program, sim_cfg, folder, "".join("break on stop\n" for _ in range(33)) + "break list\nbreak delete all\nbreak list")
    cases.case("as many breaks as there can be", first(wants(done.err, "^stdin:33: there are as many"), wants(done.out, "^  32  stop$", "^no breaks$")))


DEED = "i2c write 0x20 0x3c; pins u1 0bzzzzzz0z; run 30us; random 20; i2c read 0x20 2; inject sda low 7us; run 20us; i2c write 0x38 0x11 0x22"
SEEN = "show; show u1; show u2; show ctl; show scoreboards; show host; transfers 40; puts [clk]"


def states(program, sim_cfg, folder, cases):
    script = ("i2c write 0x20 0x0f\ni2c begin write 0x20 0x12 0x34\nrun 7us\nset v 1\nsave a\nputs BEGIN; set v 2; i2c wait\n"
              "wave on one.vcd; %s; wave off\n%s\nputs END\nsave b\nrestore b\nrestore a\nputs BEGIN; set v 2; i2c wait\n"
              "wave on two.vcd; %s; wave off\n%s\nputs END\nputs $v\n") % (DEED, SEEN, DEED, SEEN)
    done = feed(program, sim_cfg, folder, script)
    texts = re.findall(r"BEGIN\n(.*?)END\n", done.out.replace("one.vcd", "F").replace("two.vcd", "F"), re.DOTALL)
    with open(os.path.join(folder, "one.vcd"), "rb") as one, open(os.path.join(folder, "two.vcd"), "rb") as two:
        waves = one.read(), two.read()
    cases.case("after restore the same commands do the same",
               first(done.returncode and "code %d %s" % (done.returncode, done.err), len(texts) != 2 and "said %d times" % len(texts),
                     len(texts) == 2 and texts[0] != texts[1] and "texts differ", waves[0] != waves[1] and "waves differ",
                     len(waves[0]) < 10000 and "waves are empty", texts and len(texts[0]) < 2000 and "nothing was said"))
    done = feed(program, sim_cfg, folder, "save a\nset x 1\nsave b\nset x 2\nsave c\nrestore b\nset x\nstates\nrestore c\nrestore b; puts never\n"
                                          "restore a\ninfo exists x\nsave b\nstates")
    cases.case("restore forgets the states after it", first(
        wants(done.out, r"^1$\n^  a +\S+\n  b +\S+\nback", r"^0\n  a +\S+\n  b "), wants(done.err, '^stdin:9: there is no state "c"'),
        "never" in done.out and "the line went on after restore"))
    done = feed(program, sim_cfg, folder, "".join("save s%d\n" % i for i in range(17)) + "restore s0\nsave again\nstates\nsave again\nsave {}\nsave a/b")
    cases.case("sixteen states", first(wants(done.err, "^stdin:17: there are as many states", '^stdin:21: there is a state "again" already', "^stdin:22: ",
                                             "^stdin:23: "), wants(done.out, r"^  s0 .*\n  again .*\n")))
    done = feed(program, sim_cfg, folder, "set f [open log.txt w]\nputs $f 1\nsave a\nputs $f 2\nrestore a\nputs $f 3\nclose $f")
    with open(os.path.join(folder, "log.txt"), encoding="utf-8") as f:
        text = f.read()
    cases.case("files of scripts have each line once", text != "1\n2\n3\n" and repr(text))
    script = "save a\nrun 1us\n" + "restore a\n" * 50
    begin = time.monotonic()
    done = feed(program, sim_cfg, folder, script)
    cases.case("fifty restores", first(done.returncode and "code %d %s" % (done.returncode, done.err), done.out.count("back at") != 50 and "not all"),
               "%.1f s" % (time.monotonic() - begin))


def waves(program, sim_cfg, folder, cases):
    done = feed(program, sim_cfg, folder, "i2c write 0x20 0x11\nwave on deep/er/a.vcd\ni2c write 0x20 0x22\nwave off\ni2c write 0x20 0x33\nwave on\n"
                                          "i2c write 0x20 0x44\nwave on b.vcd\nsave a\nwave off\nsave a\nwave on c.vcd\ni2c write 0x20 0x55\nrestore a\n"
                                          "wave off\nwave on d.vcd\ni2c write 0x20 0x55\n")
    trouble = wants(done.err, "^stdin:8: waves are going to out/shell/waves.vcd", "^stdin:9: waves are going", "^stdin:15: there are no waves")
    for name in ("deep/er/a.vcd", "out/shell/waves.vcd", "c.vcd", "d.vcd"):
        wave, scl = bus(os.path.join(folder, name), "scl")
        falls = sum(value == 0 for _, value in scl)
        trouble = trouble or (falls != 19 and "%s: %d falls of SCL, not 19" % (name, falls)) or (not wave.data.endswith(b"\n") and "%s is cut" % name)
    cases.case("wave on, wave off, twice, across a restore", trouble)
    done = feed(program, sim_cfg, folder, "wave on /proc/no/where.vcd\nwave on .\nwave\nwave on {}\nset ok 1\n")
    cases.case("waves that cannot be written", first(wants(done.err, "^stdin:1: /proc/no/where.vcd: No such", "^stdin:2: .: Is a dir", "^stdin:3: wanted", "^stdin:4"),
                                                     wants(done.out, "^1$")))
    t = Terminal(folder, program, "--shell", sim_cfg)
    t.until(PROMPT)
    t.ask("wave on same.vcd")
    done = feed(program, sim_cfg, folder, "wave on same.vcd")
    cases.case("two consoles, one file", wants(done.err, "somebody else is writing there"))
    t.type("exit\n")
    t.end()


# ---- Nonsense -------------------------------------------------------------------------------------------------------

WORDS = ("i2c write read write_read begin wait data 0x20 0x21 0x7f 0x80 -1 1e9 0xA5 {} {1 2} rival host setup pins u1 u2 ctl u9 0bzzzz0101 0b1 at plus 3us 7clk "
         "2.5bit 1s inject scl sda low high reset all power on off run until step show bus ctl host scoreboards transfers breaks break list delete "
         "start stop nack symbol int mismatch clk time save restore states a b c wave random 2 3 help quux expect wire that {1} status ack data "
         "bus_clear addr bit_clks set x $x [clk] [ ] { } \" ; \\ # foreach if expr proc rename string lindex catch error return continue").split()
NEVER = re.compile(r"exit|quit|while|vwait|for |after|rename|close|interp|cd |exec|source|proc|\bs?leep|1e9|\b1s\b|time +1s|wave")


def nonsense(program, sim_cfg, folder, cases, seed):
    chooser = random.Random(seed)
    lines = []
    while len(lines) < 1500:
        if chooser.random() < 0.4:
            line = bytes(chooser.randrange(256) for _ in range(chooser.randrange(60))).replace(b"\n", b"")
        else:
            line = " ".join(chooser.choice(WORDS) for _ in range(chooser.randrange(1, 7))).encode()
        if not NEVER.search(line.decode(errors="replace")):
            lines.append(line)
            if chooser.random() < 0.3:
                lines.append(b"}\"]}")
    begin = time.monotonic()
    try:
        done = feed(program, sim_cfg, folder, b"\n".join(lines), "--set", "limits.sim_ms=1", timeout=100)
        trouble = done.returncode != 2 and "code %d: %s" % (done.returncode, done.err[-300:])
        if not trouble and not re.search(r"\d+ transfers, \d+ checks", done.out):
            trouble = "no last line"
    except subprocess.TimeoutExpired:
        trouble = "hangs"
    if trouble:
        with open("nonsense.%d.txt" % seed, "wb") as f:
            f.write(b"\n".join(lines))
    cases.case("1500 lines of nonsense, seed %d" % seed, trouble, "%.1f s" % (time.monotonic() - begin))


def extremes(program, sim_cfg, folder, cases):
    for name, script in (("a line of 1 MB", b"x" * 1000000), ("brackets, 15 kB deep", b"[" * 15000 + b"\n" + b"]" * 15000), ("braces", b"{" * 20000),
                         ("quotes and brackets", b"\"[" * 8000), ("expr, 15 kB deep", b"expr " + b"(" * 15000), ("zero bytes", b"\0" * 5000),
                         ("every byte", bytes(range(256)) * 20), ("no line end", b"clk")):
        done = feed(program, sim_cfg, folder, script + b"\nset ok 9\n")
        done_well = done.returncode in (0, 2) and re.search(r"\d+ transfers, ", done.out) and all(len(line) < 700 for line in done.err.splitlines())
        cases.case("extreme: " + name, not done_well and "code %d: %s %s" % (done.returncode, done.out[-200:], done.err[-200:]))


def mismatches(program, sim_cfg, folder, cases):
    late = ["--fault", "pcf_port_one_clock_late"]
    line = r"^MISMATCH  gpio at \S+us \(clk %s\): u1\.port expected 0x%s, seen 0x%s \(port: RTL differs from the C model\)\n"
    done = feed(program, sim_cfg, folder, "i2c write 0x20 0xA5\ni2c write 0x20 0x5a 0xc3\nshow scoreboards\n", *late)
    cases.case("each mismatch is told in a line, and the run goes on", first(
        wants(done.out, line % (r"\d+", "a5", "ff") + "ack", line % (r"\d+", "5a", "a5"), line % (r"\d+", "c3", "5a") + "ack", r"^  gpio +\d+ +[1-9]", "^  first of gpio at"),
        done.out.count("MISMATCH") != 3 and "%d are told" % done.out.count("MISMATCH"), done.returncode != 1 and "exit code %d" % done.returncode))
    done = feed(program, sim_cfg, folder, "break on mismatch\ni2c write 0x20 0xA5\nputs \"now [clk]\"\nshow u1\ni2c wait", *late)
    told = re.search(line % (r"(\d+)", "a5", "ff"), done.out, re.MULTILINE)
    cases.case("break on mismatch stops there, with the twins side by side", first(
        wants(done.out, r"^break 1, mismatch: clk \d+", r"P7..P0 +1111 1111  0xff +1010 0101  0xa5 +<-- differ$", "^ack$"),
        not told and "not told", told and "now %d" % (int(told.group(1)) + 1) not in done.out and "stops at another clk"))
    done = feed(program, sim_cfg, folder, "save a\ni2c write 0x20 0xA5\nrestore a\n", *late)
    cases.case("restore takes no mismatch back", done.returncode != 1 and "exit code %d" % done.returncode)
    done = feed(program, sim_cfg, folder, "random 100\nrandom 3\n", *late)
    cases.case("not too many lines", wants(done.out, r"(^MISMATCH  gpio.*\n){8}MISMATCH  and more: see show scoreboards\nMISMATCH  gpio"))
    done = feed(program, sim_cfg, folder, "i2c write 0x20 0xA5\ni2c read 0x20 3\n", "--fault", "ctl_sda_toggles_in_ones")
    times = [int(clk) for clk in re.findall(r"^MISMATCH  lines at \S+ \(clk (\d+)\)", done.out, re.MULTILINE)]
    cases.case("mismatches come in their order", (len(times) < 4 or times != sorted(set(times))) and "clks %s" % times)


def test(program, sim_cfg, folder, cases):
    codes(program, sim_cfg, folder, cases)
    helps(program, sim_cfg, folder, cases)
    breaks(program, sim_cfg, folder, cases)
    states(program, sim_cfg, folder, cases)
    waves(program, sim_cfg, folder, cases)
    terminal(program, sim_cfg, folder, cases)
    ends(program, sim_cfg, folder, cases)
    extremes(program, sim_cfg, folder, cases)
    for seed in range(1, 5):
        nonsense(program, sim_cfg, folder, cases, seed)


if __name__ == "__main__":
    only = "--mismatches" in sys.argv and (sys.argv.remove("--mismatches") or True)
    raise SystemExit(simulation.main(mismatches if only else test, __doc__))
