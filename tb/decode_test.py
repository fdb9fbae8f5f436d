#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""make decode: prints every byte of a run once, at its time, and says what is wrong with its input.

    decode_test.py TWINWIRE SOURCE
"""

import json
import os
import re
import shutil
import subprocess
import sys

import simulation

SCENARIOS = ("write_many_bytes", "read_many_bytes", "int_on_change")


def decode(source, folder, *arguments, path=None):
    env = {**os.environ, **({"PATH": path} if path is not None else {})}
    done = subprocess.run([sys.executable, os.path.join(source, "tb", "decode.py"), *arguments], cwd=folder, env=env, capture_output=True, text=True,
                          timeout=120)
    return done.returncode, done.stdout, done.stderr


def bytes_of(text):
    """[(ms, address, way, byte)] as printed."""
    found, who = [], None
    for line in text.splitlines():
        head = re.match(r" +[\d.]+  (?:PCF8574A? +(0x..) (read|write))?", line)
        if head:
            who = (head[1].lower(), head[2]) if head[1] else who
            byte = re.search(r"[01]{8} \((0x..)\)", line)
            if byte:
                found.append((float(line.split()[0]), *who, byte[1].lower()))
    return found


def difference(text, transfers):
    """Against transactions.jsonl: the bytes, and that each began within its transfer."""
    saw = bytes_of(text)
    want = [(t, byte) for t in transfers for byte in t["data"]]
    if len(saw) != len(want) or not want:
        return "%d bytes printed, %d in transactions.jsonl" % (len(saw), len(want))
    for (ms, addr, way, byte), (t, text) in zip(saw, want):
        if (addr, way[0], byte) != (t["addr"], t["rw"], text.lower()):
            return "%.6f ms: %s %s %s, not %s %s %s" % (ms, addr, way, byte, t["addr"], t["rw"], text)
        if not t["start_ns"] < ms * 1e6 < t["end_ns"]:
            return "a byte of the transfer at %d ns is said to be at %.6f ms" % (t["start_ns"], ms)
    return None


def good_input(source, run, folder, cases):
    transfers = run.transfers()
    make = subprocess.run(["make", "-s", "-C", source, "decode", "OUT=" + run.out], capture_output=True, text=True, timeout=300)
    cases.case("make decode", make.stderr or difference(make.stdout, transfers) or
               (None if all("\n%s\n" % name in make.stdout for name in SCENARIOS) else "a scenario is missing"))
    printed = make.stdout
    code, out, err = decode(source, run.out)
    cases.case("no out/sim", None if (code, out) == (2, "") and "make sim" in err else "%d, %s" % (code, err))
    os.symlink(run.out, os.path.join(folder, "link"))
    make = subprocess.run(["make", "-s", "-C", source, "decode", "WAVES=" + os.path.join(folder, "link", "waves.vcd"),
                           "ARGS=--scenario int_on_change"], capture_output=True, text=True, timeout=300)
    own = [t for t in transfers if t["scenario"] == "int_on_change"]
    cases.case("make decode WAVES", make.stderr or difference(make.stdout, own))

    code, out, err = decode(source, folder, "--scenario", "read_many_bytes", run.path("waves.vcd"))
    cases.case("one scenario", difference(out, [t for t in transfers if t["scenario"] == "read_many_bytes"]) if not code else err)
    cases.case("a scenario begins with power-on", None if "(0x11)         P7 P6 P5 P3 P2 P1 1->0\n" in printed else "not in the first byte")
    code, out, err = decode(source, folder, run.path("bus.vcd"))
    cases.case("the small VCD it leaves, scenario by scenario", difference(out, transfers) if not code else err)

    alone = os.path.join(folder, "alone")
    os.mkdir(alone)
    shutil.copy(run.path("bus.vcd"), alone)
    code, out, err = decode(source, alone, "bus.vcd")
    cases.case("the small VCD without a report", difference(out, transfers) if not code else err)
    with open(run.path("bus.vcd"), encoding="ascii") as f:
        text = f.read()
    for scope in ("module board $end\n$scope module bus", "module logic"):
        end = "$upscope $end\n" * scope.count("$scope") + "$enddefinitions"
        with open(os.path.join(alone, "other.vcd"), "w", encoding="ascii") as f:
            f.write(text.replace("module bus", scope).replace("$enddefinitions", end))
        code, out, err = decode(source, alone, "other.vcd")
        cases.case("the bus in %s" % re.sub(r"\$\w+| module|\n|^module ", "", scope), difference(out, transfers) if not code else err)
    # sigrok by itself, without an option: the small VCD has real times and opens as it is
    done = subprocess.run(["sigrok-cli", "-i", run.path("bus.vcd"), "-P", "i2c:scl=scl:sda=sda,pcf8574", "-A", "pcf8574=written:read"],
                          env={**os.environ, "SIGROKDECODE_DIR": os.path.join(source, "tb", "sigrok")}, capture_output=True, text=True)
    saw, want = re.findall(r"\((0x..)\)", done.stdout), [byte for t in transfers for byte in t["data"]]
    cases.case("the small VCD in sigrok-cli", None if [s.lower() for s in saw] == want else "%d bytes, not %d" % (len(saw), len(want)))
    subprocess.run(["vcd2fst", "-v", run.path("waves.vcd"), "-f", run.path("waves.fst")], check=True, capture_output=True)
    os.remove(run.path("waves.vcd"))
    code, out, err = decode(source, folder, run.out)
    cases.case("waves.fst", difference(out, transfers) if not code else err)
    os.remove(run.path("waves.fst"))
    code, out, err = decode(source, folder, run.out)
    cases.case("the flight recorder", None if code == 0 and 0 < len(bytes_of(out)) < len(want) else "%d, %s" % (code, err))


def bad_input(source, run, folder, cases):
    def refused(name, arguments, text, wanted=2, path=None):
        code, out, err = decode(source, folder, *arguments, path=path)
        good = code == wanted and out == "" and text in err and "Traceback" not in err
        cases.case(name, None if good else "exit code %d, %s%s" % (code, out[:80], err[-200:]), err.strip().splitlines()[-1])
    def file(name, text):
        with open(os.path.join(folder, name), "w", encoding="ascii") as f:
            f.write(text)
        return name
    refused("no such file", ["nowhere.vcd"], "no nowhere.vcd")
    refused("a folder without waves", [folder], "no " + os.path.join(folder, "waves.vcd"))
    refused("no FST", [file("text.fst", "hello\n")], "text.fst")
    refused("no VCD", [file("text.vcd", "hello\n")], "text.vcd")
    refused("an empty file", [file("empty.vcd", "")], "empty.vcd")
    head = "$timescale %s $end\n$var wire 1 a scl $end\n$var wire 1 b %s $end\n$enddefinitions $end\n#0\n0a\n0b\n"
    refused("a VCD without SDA", [file("lone.vcd", head % ("1ps", "other"))], "no scl with sda")
    refused("a VCD without a time unit", [file("unit.vcd", head % ("", "sda"))], "timescale")
    refused("a VCD without a change", [file("still.vcd", head.replace("#0\n0a\n0b\n", "") % ("1 ns", "sda"))], "has no value")
    bus = "$scope module %s $end\n$var wire 1 %s scl $end\n$var wire 1 %s sda $end\n$upscope $end\n"
    two = "$timescale 1ns $end\n" + bus % tuple("xab") + bus % tuple("ycd") + "$enddefinitions $end\n#0\n0a\n"
    refused("two buses", [file("two.vcd", two)], "more than one")
    refused("an unknown scenario", ["--scenario", "tea_time", run.path("bus.vcd")], "tea_time")
    refused("an unknown option", ["--what"], "--what")
    refused("no sigrok-cli", [run.path("recorder.vcd")], "no sigrok-cli", 3, path=folder)
    before = set(os.listdir(folder))
    refused("a place where no VCD can be left", ["--bus", os.path.join(folder, "no", "bus.vcd"), run.path("bus.vcd")], "no", 3)
    cases.case("nothing was left", None if set(os.listdir(folder)) == before else "%s" % (set(os.listdir(folder)) - before))
    with open(os.path.join(folder, "report.json"), "w", encoding="ascii") as f:
        json.dump({"tool": "another"}, f)
    shutil.copy(run.path("bus.vcd"), folder)
    refused("a report of something else", ["bus.vcd"], "no report of a run")


def test(program, sim_cfg, folder, cases):
    source = os.path.dirname(sim_cfg)
    names = [word for name in SCENARIOS for word in ("--scenario", name)]
    run = simulation.Simulation(program, folder, "run", *names, "--random", "0", "--set", "record.ring=2048", sim_cfg)
    cases.case("the run itself passes", run.trouble())
    good_input(source, run, folder, cases)
    bad_input(source, run, folder, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
