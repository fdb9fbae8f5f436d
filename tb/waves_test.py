#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a person finds in a waveform: every name in waves.gtkw, the bus in words, the mismatch; as VCD and as FST; also of a run that was killed.

    waves_test.py TWINWIRE SOURCE

The words of the decode lanes are worked out anew from transactions.jsonl, and each must begin where the wires say.
"""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time

import simulation
import vcd

CLK_PS = 20000  # 50 MHz

TEXTS = ("board.decode.symbol", "board.decode.transfer", "board.decode.command", "board.bus.scl_by", "board.bus.sda_by", "board.mismatch.what")

FAILING = """# A transfer, a claim that is wrong, another transfer
i2c write 0x20 0x5a 0xa5
expect pins u1 0b11111111
i2c read 0x20 1
"""

BOARDS = {
    "as_shipped": [],
    "twins_exchanged": ["--set", "board.controller.drives=c", "--set", 'board.controller.shadows=["rtl"]',
                        "--set", "board.targets.u1.drives=c", "--set", 'board.targets.u1.shadows=["rtl"]'],
    "no_rtl_at_all": ["--set", "board.controller.drives=c", "--set", "board.controller.shadows=[]",
                      "--set", "board.targets.u1.drives=c", "--set", "board.targets.u1.shadows=[]"],
}


def view(path):
    """(signal names of a .gtkw file, its marker or None, [(flags, name)])."""
    names, flags, marker = [], 0, None
    with open(path, encoding="utf-8") as f:
        for line in f.read().splitlines():
            if line.startswith("@"):
                flags = int(line[1:], 16)
            elif re.match(r"\*-", line):
                marker = int(line.split()[1])
            elif line.startswith("+{"):
                names.append((flags, line.split("} ")[1]))
    return names, None if marker == -1 else marker


def missing(run, waves):
    """Names of the view that the waveform does not have, or has in another width."""
    names, _ = view(run.path("waves.gtkw"))
    have = {"%s[%d:0]" % (name, width - 1) if width > 1 else name for name, (_, width) in waves.ids.items()}
    lost = [name for _, name in names if name not in have]
    texts = [name for flags, name in names if bool(flags & 0x800) != (name.split("[")[0] in TEXTS)]
    return "not in the waveform: %s" % lost if lost else "text and numbers mixed up: %s" % texts if texts else None if names else "no names"


def words(transfer):
    """What the symbol lane must say of a transfer."""
    found = ["RESTART" if transfer["repeated"] else "START"]
    if "addr" in transfer:
        found += ["%s 0x%02X" % (transfer["rw"].upper(), int(transfer["addr"], 16)), "ACK" if transfer["ack"] else "NACK"]
    for byte, ack in zip(transfer["data"], transfer["acks"]):
        found += ["0x%02X" % int(byte, 16), "ACK" if ack else "NACK"]
    if transfer["bits"]:
        found.append("%d bits" % transfer["bits"])
    return found + (["STOP"] if transfer["end"] == "stop" else [])


def same(said, want):
    """A byte cut after its last bit, before its ACK, may be shown with what it says: SCL has fallen."""
    return len(said) == len(want) and all(one == other or other == "8 bits" and re.fullmatch("([RW] )?0x[0-9A-F]{2}", one)
                                          for one, other in zip(said, want))


def decoded(run, waves):
    """Compares the symbol lane with the transfers, and each word's begin with the wires."""
    lane = [(at, text) for at, text in waves.texts("board.decode.symbol") if text]
    falls = {at for at, level in waves.wave("board.bus.scl") if not level}
    edges = {at for at, _ in waves.wave("board.bus.sda")}
    said, at = [text for _, text in lane], 0
    for transfer in run.transfers():
        want = words(transfer)
        while said[at:at + 1] == ["STOP"] and want[0] == "START":
            at += 1  # one that ends no transfer
        if not same(said[at:at + len(want)], want):
            return "transfer at clk %d: %s instead of %s" % (transfer["start_clk"], said[at:at + len(want)], want)
        if lane[at][0] != transfer["start_clk"] * CLK_PS:
            return "the START at clk %d is shown at %d ps" % (transfer["start_clk"], lane[at][0])
        at += len(want)
    if said[at:] != ["STOP"] * (len(said) - at):
        return "%d words more than transfers have" % (len(said) - at)
    adrift = [(when, text) for when, text in lane if when not in (edges if text in ("START", "RESTART", "STOP") else falls)]
    return "words that begin where no wire moves: %s" % adrift[:3] if adrift else None


def pulled(waves):
    """A line is low exactly when somebody is named."""
    for line in ("scl", "sda"):
        level = waves.wave("board.bus." + line)
        named = [(at, int(text == "" or "FORCED HIGH" in text)) for at, text in waves.texts("board.bus.%s_by" % line)]
        if level != vcd.changes(named):
            return "%s is not low when somebody pulls it" % line
    return None


def is_orderly(path):
    """A VCD whose times ascend and that ends with a whole line."""
    with open(path, "rb") as f:
        data = f.read()
    times = [int(word) for word in re.findall(rb"^#(\d+)$", data, re.M)]
    return data.endswith(b"\n") and len(times) > 1000 and all(a < b for a, b in zip(times, times[1:]))


def children(marker):
    """Processes whose command line names our folder."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as f:
                line = f.read()
        except OSError:
            continue
        if marker.encode() in line and int(pid) != os.getpid():
            found.append(line)
    return found


def cpu_seconds(pid):
    """What a process has used so far: on a busy machine the clock on the wall says little."""
    with open("/proc/%d/stat" % pid, encoding="ascii", errors="replace") as f:
        words = f.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def killed(program, sim_cfg, folder, cases, file_format):
    """kill -9 in the middle: the waveform opens up to the last time written, and nobody is left."""
    out = os.path.join(folder, "killed_" + file_format)
    run = subprocess.Popen([program, "--random", "100000", "--waves", "all", "--set", "record.format=" + file_format, "--quiet", "--out", out, sim_cfg],
                           cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    path = os.path.join(out, "waves." + file_format)
    until = time.monotonic() + 120
    while time.monotonic() < until and run.poll() is None and cpu_seconds(run.pid) < 1.5:
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.wait()
    until = time.monotonic() + 60
    while children(folder) and time.monotonic() < until:
        time.sleep(0.05)
    cases.case("killed_%s_leaves_nobody" % file_format, "left: %s" % children(folder) if children(folder) else None)
    if file_format == "vcd":  # the kernel may have ended a write in the middle of a line: GTKWave's own reader must take the file as it is
        subprocess.run(["vcd2fst", "-v", path, "-f", path + ".fst"], stdout=subprocess.DEVNULL, check=False)
        with open(path, "rb") as f:
            last = re.findall(rb"^#(\d+)\n", f.read(), re.M)[-1]
        path += ".fst"
    opened = to_vcd(path)
    trouble = "it does not" if not opened or not is_orderly(opened) else None
    if not trouble and file_format == "vcd" and vcd.Vcd(opened).end() < int(last) - CLK_PS:
        trouble = "it ends at %d ps, not at %s" % (vcd.Vcd(opened).end(), last.decode())
    cases.case("killed_%s_opens" % file_format, trouble, "" if trouble else "%.3f ms shown" % (vcd.Vcd(opened).end() / 1e9))


def to_vcd(path):
    done = subprocess.run(["fst2vcd", "-f", path, "-o", path + ".vcd"], capture_output=True, check=False)
    return path + ".vcd" if done.returncode == 0 else None


def differences(one, other):
    """Signals that are not the same in two waveforms."""
    names = sorted(set(one.ids) ^ set(other.ids))
    for name in set(one.ids) & set(other.ids):
        read = vcd.Vcd.texts if name in TEXTS else vcd.Vcd.wave
        if read(one, name) != read(other, name):
            names.append(name)
    return "not the same: %s" % names[:5] if names else None


def look_after_again(program, sim_cfg, folder):
    """A failure without a waveform: the two commands of its card, in the shell of who reads it, lead to one."""
    scenario = os.path.join(folder, "again $1.tcl")
    with open(scenario, "w", encoding="utf-8") as f:
        f.write("expect that {1 == 0}\n")
    run = simulation.Simulation(program, folder, "failed", "--scenario", scenario, "--waves", "off", "--set", "record.checkpoints=false",
                                "--set", "record.format=fst", sim_cfg)
    again, look = (re.search("^  %s +(.*)$" % word, run.stdout, re.MULTILINE).group(1) for word in ("again", "look"))
    subprocess.run(["sh", "-c", again], cwd=folder, capture_output=True, check=False)
    lost = [name for name in shlex.split(look)[1:] if not os.path.exists(os.path.join(folder, name))]
    return "%s: there is no %s" % (look, ", ".join(lost)) if lost else None


def test_fst(program, sim_cfg, folder, cases):
    if not shutil.which("vcd2fst"):
        cases.case("fst", "vcd2fst is missing (package gtkwave)")
        return
    runs = [simulation.Simulation(program, folder, name, "--scenario", "read_pins", "--set", "record.format=" + file_format, sim_cfg)
            for name, file_format in (("vcd", "vcd"), ("fst", "fst"))]
    time.sleep(1.1)  # another second on the clock
    again = simulation.Simulation(program, folder, "again", "--scenario", "read_pins", "--set", "record.format=fst", sim_cfg)
    path = to_vcd(runs[1].path("waves.fst"))
    cases.case("fst_shows_what_vcd_shows", differences(vcd.Vcd(runs[0].path("waves.vcd")), vcd.Vcd(path)) if path else "fst2vcd does not open it")
    same = open(again.path("waves.fst"), "rb").read() == open(runs[1].path("waves.fst"), "rb").read()
    cases.case("fst_has_the_same_bytes_again", None if same else "it has not")
    cases.case("fst_leaves_no_vcd", "there is one" if os.path.exists(runs[1].path("waves.vcd")) else None)
    bare = subprocess.run([program, "--scenario", "read_pins", "--set", "record.format=fst", "--out", "bare", sim_cfg], cwd=folder, env={"PATH": "/nowhere"},
                          capture_output=True, text=True, check=False)
    cases.case("fst_look_opens_what_again_wrote", look_after_again(program, sim_cfg, folder))
    os.mkdir(os.path.join(folder, "bin"))
    with open(os.path.join(folder, "bin", "vcd2fst"), "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o755)) as f:
        f.write("#!/bin/sh\ntouch ended/waves.fst.hier\n")
    ended = simulation.Simulation("env", folder, "ended", "PATH=%s/bin:%s" % (folder, os.environ["PATH"]), program, "--scenario", "read_pins",
                                  "--set", "record.format=fst", sim_cfg)
    left = os.path.exists(ended.path("waves.fst.hier")) and simulation.Simulation(program, folder, "ended", "--scenario", "read_pins", sim_cfg)
    cases.case("fst_says_that_vcd2fst_ended", None if ended.code == 3 and "vcd2fst ended" in ended.stderr else "exit %d: %s" % (ended.code, ended.stderr))
    cases.case("fst_leftovers_of_vcd2fst_go_with_the_next_run", None if left and not os.path.exists(left.path("waves.fst.hier")) else "they do not")
    cases.case("fst_without_vcd2fst_is_exit_3", None if bare.returncode == 3 and "vcd2fst" in bare.stderr else "exit %d: %s" % (bare.returncode, bare.stderr))


def test(program, sim_cfg, folder, cases):
    for name, options in BOARDS.items():
        run = simulation.Simulation(program, folder, name, *simulation.SHORT, "--random", "40", "--waves", "all", *options, sim_cfg)
        waves = vcd.Vcd(run.path("waves.vcd"))
        cases.case(name + "_passes", run.trouble())
        cases.case(name + "_view_names_what_is_there", missing(run, waves))
        cases.case(name + "_bus_in_words", decoded(run, waves), "%d words" % len(waves.texts("board.decode.symbol")))
        cases.case(name + "_who_pulls", pulled(waves))
        cases.case(name + "_times_ascend", None if is_orderly(run.path("waves.vcd")) else "they do not")
        cases.case(name + "_has_no_marker", None if view(run.path("waves.gtkw"))[1] is None else "it has")
    scenario = os.path.join(folder, "failing.tcl")
    with open(scenario, "w", encoding="utf-8") as f:
        f.write(FAILING)
    run = simulation.Simulation(program, folder, "failing", "--scenario", scenario, "--waves", "all", sim_cfg)
    clk = run.report()["failures"][0]["clk"] if run.code == 1 else -1
    cases.case("marker_is_on_the_mismatch", None if view(run.path("waves.gtkw"))[1] == clk * CLK_PS else "it is not (exit code %d)" % run.code)
    cases.case("failing_view_names_what_is_there", missing(run, vcd.Vcd(run.path("waves.vcd"))))
    test_fst(program, sim_cfg, folder, cases)
    for file_format in ("vcd", "fst"):
        killed(program, sim_cfg, folder, cases, file_format)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
