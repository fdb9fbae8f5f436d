#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The console, fed with scripts: exit codes, help, breaks, saved states, waves, nonsense.

    shell_test.py TWINWIRE SOURCE                          all of it but
    shell_test.py --mismatches TWINWIRE_FAULTY SOURCE      what it says of mismatches
"""

import os
import random
import re
import shutil
import subprocess
import sys
import time

import simulation
from simulation import first
from terminal import PROMPT, Terminal, bus, feed, wants


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
    own = {name for name in known if not name.startswith("_")}  # the others are for our own procedures
    lost = (own - plain | {"break", "source"}) - set(names) - {"exit"}
    unknown = set(names) - set(known)
    cases.case("help names every command", first(len(names) < 20 and "only %s" % names, unknown and "unknown: %s" % unknown,
                                                 lost and "without help: %s" % lost))
    for name in names:
        text = feed(program, sim_cfg, folder, "help " + name).out
        example = re.search(r"^  example:  (.+)$", text, re.MULTILINE)
        done = feed(program, sim_cfg, folder, example.group(1)) if example else None
        cases.case("example of %s" % name, "none" if not done else done.returncode and "code %d: %s" % (done.returncode, done.out + done.err),
                   example and example.group(1))


def breaks(program, sim_cfg, folder, cases):
    script = ("wave on start.vcd\nbreak on start 0x20\ni2c write_read 0x38 {1} 1\ni2c write 0x20 0x55\nclk\n"
              "expect that {[i2c wait] eq {ack}}\nbreak delete all\nwave off\n")
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
                            ("sda high", ["clk \\d+"]), ("symbol", ["START$"]), ("start", ["START$"]),
                            ("pins u1", ["clk \\d+"]), ("int low", ["clk \\d+"])):
        script = "break on %s\ni2c write 0x20 0x5a; i2c write 0x21; pins u1 0bzzzzzz1z; pins u1 0bzzzzzz0z; run 1ms\nputs \"now [clk]\"\n" % event
        done = feed(program, sim_cfg, folder, script)
        cases.case("break on " + event, wants(done.out, "^break 1, %s: " % event, *patterns))
        done = feed(program, sim_cfg, folder, "i2c begin write 0x20 0x5a\nrun until %s; puts here\n" % event)
        if event not in ("nack", "int low"):
            cases.case("run until " + event, wants(done.out, "^here$"))
    done = feed(program, sim_cfg, folder, "run until int low\nbreak on clk 3\nbreak on hu\nbreak delete 7\nbreak on stop 3\nbreak on start 200\n")
    cases.case("events that cannot be", wants(done.err, "^stdin:1: not done after limits.sim_ms", "^stdin:2: 3 has passed",
                                              "^stdin:3: there is no event", '^stdin:4: there is no break "7"', "^stdin:5: wanted: start", "^stdin:6: .* 7-bit address"))
    done = feed(program, sim_cfg, folder, "".join("break on stop\n" for _ in range(33)) + "break list\nbreak delete all\nbreak list")
    cases.case("as many breaks as there can be", first(wants(done.err, "^stdin:33: there are as many"),
                                                       wants(done.out, "^  32  stop$", "^no breaks$")))


DEED = "i2c write 0x20 0x3c; pins u1 0bzzzzzz0z; run 30us; random 20; i2c read 0x20 2; inject sda low 7us; run 20us; i2c write 0x38 0x11 0x22"
SEEN = "show; show u1; show u2; show ctl; show scoreboards; show host; transfers 40; puts [clk]"


def states(program, sim_cfg, folder, cases):
    script = ("i2c write 0x20 0x0f\ni2c begin write 0x20 0x12 0x34\nrun 7us\nset v 1\nsave a\nputs BEGIN; set v 2; i2c wait\n"
              "wave on one.vcd; %s; wave off\n%s\nputs END\nsave b\nrestore b\nrestore a\nputs BEGIN; set v 2; i2c wait\n"
              "wave on two.vcd; %s; wave off\n%s\nputs END\nputs $v\n") % (DEED, SEEN, DEED, SEEN)
    done = feed(program, sim_cfg, folder, script)
    texts = re.findall(r"BEGIN\n(.*?)END\n", re.sub(r"\b(one|two)\.", "F.", done.out), re.DOTALL)
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
    done = feed(program, sim_cfg, folder, "".join("save s%d\n" % i for i in range(17)) +
                "restore s0\nsave again\nstates\nsave again\nsave {}\nsave a/b")
    cases.case("sixteen states", first(wants(done.err, "^stdin:17: there are as many states", '^stdin:21: there is a state "again" already',
                                             "^stdin:22: ", "^stdin:23: "), wants(done.out, r"^  s0 .*\n  again .*\n")))
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
    done = feed(program, sim_cfg, folder, "wave on b.vcd\nwave off\n" * 3)
    cases.case("the same file again", done.returncode and done.err)
    done = feed(program, sim_cfg, folder, "wave on /proc/no/where.vcd\nwave on .\nwave\nwave on {}\nset ok 1\n")
    cases.case("waves that cannot be written", first(wants(done.err, "^stdin:1: /proc/no/where.vcd: No such", "^stdin:2: .: Is a dir",
                                                           "^stdin:3: wanted", "^stdin:4"), wants(done.out, "^1$")))
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
                         ("every byte", bytes(range(256)) * 200), ("no line end", b"clk")):
        done = feed(program, sim_cfg, folder, script + b"\nset ok 9\n")
        done_well = done.returncode in (0, 2) and re.search(r"\d+ transfers, ", done.out) and all(len(line) < 700 for line in done.err.splitlines())
        if len(script) > 16384 and b"\n" not in script:
            done_well = done_well and "stdin:1: a command of more than 16384 bytes" in done.err
        cases.case("extreme: " + name, not done_well and "code %d: %s %s" % (done.returncode, done.out[-200:], done.err[-200:]))


# ---- Mismatches -----------------------------------------------------------------------------------------------------

def mismatches(program, sim_cfg, folder, cases):
    late = ["--fault", "pcf_port_one_clock_late"]
    line = r"^MISMATCH  gpio at \S+us \(clk %s\): u1\.port expected 0x%s, seen 0x%s \(port: RTL differs from the C model\)\n"
    done = feed(program, sim_cfg, folder, "i2c write 0x20 0xA5\ni2c write 0x20 0x5a 0xc3\nshow scoreboards\n", *late)
    cases.case("each mismatch is told in a line, and the run goes on", first(
        wants(done.out, line % (r"\d+", "a5", "ff") + "ack", line % (r"\d+", "5a", "a5"), line % (r"\d+", "c3", "5a") + "ack",
              r"^  gpio +\d+ +[1-9]", "^  first of gpio at"),
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
    extremes(program, sim_cfg, folder, cases)
    for seed in range(1, 5):
        nonsense(program, sim_cfg, folder, cases, seed)


if __name__ == "__main__":
    only = "--mismatches" in sys.argv and (sys.argv.remove("--mismatches") or True)
    raise SystemExit(simulation.main(mismatches if only else test, __doc__))
