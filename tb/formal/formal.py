#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves the properties of tb/formal/*_proof.sv for rtl/, shows that each says something, and sees each fail.

    formal.py [--quick] [--only PROOF] [--jobs N] [--out FOLDER] SOURCE

A proof (proofs.toml) is a module of properties around a block. For each of them
  proved   ABC's PDR finds an invariant of all properties of the module and checks it: true at every clock, no bound; and z3
           (yosys-smtbmc) sees no failure in the first clks, as a second opinion;
  reached  a trace leads to where the property has something to say (the place of `when` in `CHECK);
  broken   with a small break in the RTL (breaks.toml) the property fails, and Yosys's simulator, which replays the trace, sees it too.
--quick takes the proofs marked quick, without the breaks. Exit code: 0 all of it, 1 not all, 2 wrong input, 3 a tool is missing, 130 interrupted.
"""

import argparse
import concurrent.futures
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import tomllib
from pathlib import Path

LIMIT_S = 1200                # of one call of a tool
TOOLS = ("yosys", "yosys-abc", "yosys-smtbmc", "z3")

SCRIPT = """
read_verilog -sv -formal {define} -I{here} {files}
{chparam}
prep -flatten -top {top}
{static}
setundef -anyseq
dffunmap
async2sync
formalff -clk2ff -ff2anyinit
opt -full -keepdc
write_smt2 -wires model.smt2
write_rtlil model.il
delete -output
techmap
opt -keepdc -fast
simplemap
dffunmap
aigmap
opt_clean
tee -q -o names.txt select -list t:$assert
write_aiger -I -B -zinit -map model.aim model.aig
"""


class Bad(Exception):
    """The user's input is wrong."""


class Tool(Exception):
    """A tool failed."""


running = set()               # tools; who interrupts us ends them
stopped = threading.Event()


def call(folder, *command):
    if stopped.is_set():
        raise Tool("interrupted")
    with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as tool:
        running.add(tool)
        try:
            out, err = tool.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            os.killpg(tool.pid, signal.SIGKILL)
            raise Tool(f"{command[0]} took more than {LIMIT_S} s in {folder}") from None
        finally:
            running.discard(tool)
    return tool.returncode, out + err


def interrupt(*_):
    """With their children (yosys-smtbmc has a z3), so that nobody waits for them."""
    stopped.set()
    for tool in list(running):
        os.killpg(tool.pid, signal.SIGKILL)
    raise KeyboardInterrupt


class Proof:
    """One module of properties, in one of its settings."""

    def __init__(self, source, name, table, setting):
        self.name, self.source, self.setting = name, source, setting
        self.holds_for, self.z3_depth, self.quick = table["holds_for"], table["z3_depth"], table.get("quick", False)
        self.files = [*table["files"], f"tb/formal/{name}_proof.sv"]
        text = (source / self.files[-1]).read_text(encoding="utf-8")
        self.checks = dict(re.findall(r'`CHECK\((\w+), "([^"]*)"', text))
        self.reaches = re.findall(r"`REACH\((\w+),", text)
        self.place = {m[1]: f"{self.files[-1]}:{text.count(chr(10), 0, m.start()) + 1}" for m in re.finditer(r"`(?:CHECK|REACH)\((\w+),", text)}

    @property
    def title(self):
        return " ".join([self.name, *(f"{k}={v}" for k, v in self.setting.items())])

    def build(self, folder, reach=False, edited=None):
        """Writes the model below `folder`; returns the names of its assertions in ABC's order. `edited`: file -> its other text."""
        folder.mkdir(parents=True, exist_ok=True)
        files = []
        for file in self.files:
            path = self.source / file
            if edited and file in edited:
                path = folder / Path(file).name
                path.write_text(edited[file], encoding="utf-8")
            files.append(str(path.resolve()))
        top = f"{self.name}_proof"
        chparam = "\n".join(f"chparam -set {k} {v} {top}" for k, v in self.setting.items())
        # A prescale that stands still: the register is a constant here, its writes are the simulation's business.
        static = f"cd {top}\nconnect -set \\dut.prer_q 16'd{self.setting['P'] - 1}\ncd" if "P" in self.setting else ""
        (folder / "model.ys").write_text(SCRIPT.format(define="-DREACH_ONLY" if reach else "", here=self.source.resolve() / "tb/formal", files=" ".join(files),
                                                       chparam=chparam, top=top, static=static), encoding="utf-8")
        code, text = call(folder, "yosys", "-q", "-s", "model.ys")
        if code or "Warning" in text:
            raise Tool(f"yosys: {text.strip().splitlines()[-1]} ({folder}/model.ys)")
        names = [line.split("/")[1] for line in (folder / "names.txt").read_text().split()]
        wanted = {*self.checks, *(self.reaches if reach else ())}
        if set(names) != wanted:
            raise Bad(f"{self.files[-1]}: yosys sees other properties than there are: {', '.join(sorted(wanted ^ set(names)))}")
        return names


def asserted(text, names):
    """Which assertions ABC saw fail."""
    return {names[int(output)] for output in re.findall(r"Output\s+(\d+)\s.*?was asserted in frame", text)}


def trace(folder, names, name):
    """A trace on which `name` fails: its clk, or None if it never does. Yosys's own simulator replays it into folder/NAME.vcd."""
    call(folder, "yosys-abc", "-c", f"read_aiger model.aig; strash; cone -s -O {names.index(name)}; pdr; write_cex -a {name}.aiw")
    if not (folder / f"{name}.aiw").is_file():
        return None
    top = (folder / "names.txt").read_text().split("/")[0]
    call(folder, "yosys", "-q", "-p", f"read_rtlil model.il; sim -q -zinit -multiclock -r {name}.aiw -map model.aim -vcd {name}.vcd {top}")
    vcd = (folder / f"{name}.vcd").read_text(encoding="utf-8")
    wire = re.search(rf"\$var wire 1 (\w+) {name}_fails ", vcd)
    fails = wire and re.search(rf"^b?1 ?{wire[1]}$", vcd, re.M)
    if not fails:
        raise Tool(f"the simulator does not see {name} fail where ABC does ({folder})")
    return int(vcd[:fails.start()].rsplit("#", 1)[1].split()[0]) // 10


def prove(proof, folder):
    """Rows (property, trouble or None) and how it was proved."""
    names = proof.build(folder)
    code, text = call(folder, "yosys-abc", "-c", f"read_aiger model.aig; strash; scorr; pdr -a -T {LIMIT_S - 100}")
    failed = asserted(text, names)
    end = re.search(r"Proved = (\d+)\. Disproved = (\d+)\. Undecided = (\d+)", text)
    if not end:
        raise Tool(f"yosys-abc ended early, code {code} ({folder})")
    troubles = {}
    for name in failed:
        clk = trace(folder, names, name)
        troubles[name] = f"fails at clk {clk}: {folder}/{name}.vcd"
    if int(end[3]):
        troubles.update({name: "undecided" for name in names if name not in failed})
    elif int(end[1]) + len(failed) != len(names):
        raise Tool(f"yosys-abc proved {end[1]} and saw {len(failed)} fail of {len(names)} ({folder})")
    clauses = re.search(r"Invariant F\[\d+\] : (\d+) clauses", text)
    how = f"invariant of {clauses[1]} clauses" if clauses and int(clauses[1]) else "1-step induction"
    if not troubles:
        code, text = call(folder, "yosys-smtbmc", "--noprogress", "-s", "z3", "--unroll", "-t", str(proof.z3_depth), "model.smt2")
        if code or "Status: PASSED" not in text:
            troubles = {name: f"z3 disagrees: {folder}" for name in names if re.search(rf"failed in \w+: {name}\b", text)} or {names[0]: "z3 gave no answer"}
    return troubles, how


def reach(proof, folder):
    """What can be reached: the places of the properties, and for `REACH, with its trace, the clk."""
    names = proof.build(folder, reach=True)
    _, text = call(folder, "yosys-abc", "-c", f"read_aiger model.aig; strash; pdr -a -T {LIMIT_S - 100}")
    return asserted(text, names), {name: trace(folder, names, name) for name in proof.reaches}


def see_broken(proof, folder, break_):
    """For each property that the break must make fail: the clk, or None."""
    text = (proof.source / break_["file"]).read_text(encoding="utf-8")
    text = text.replace(break_["original"], break_["changed"])
    names = proof.build(folder, edited={break_["file"]: text})
    return {name: trace(folder, names, name) for name in break_["fails"]}


def read_breaks(source, proofs):
    path = source / "tb/formal/breaks.toml"
    breaks = tomllib.loads(path.read_text(encoding="utf-8"))["break"]
    by_name = {proof.name: proof for proof in reversed(proofs)}    # the first setting of each
    seen = set()
    chosen = []
    for b in breaks:
        where = f"{path}: {b.get('name', 'a break without a name')}"
        if missing := {"name", "proof", "file", "original", "changed", "fails"} - set(b):
            raise Bad(f"{where}: no {', '.join(sorted(missing))}")
        if (b["proof"], b["name"]) in seen:
            raise Bad(f"{where}: this name is taken twice")
        seen.add((b["proof"], b["name"]))
        settings = [p for p in proofs if p.name == b["proof"] and b.get("setting", p.setting) == p.setting]
        if not settings:
            raise Bad(f"{where}: there is no proof {b['proof']} in that setting")
        proof = settings[0]
        chosen.append((proof, b))
        if b["file"] not in proof.files:
            raise Bad(f"{where}: {b['file']} is no part of the proof {proof.name}")
        if unknown := set(b["fails"]) - set(proof.checks):
            raise Bad(f"{where}: {proof.name} has no property {', '.join(sorted(unknown))}")
        count = (source / b["file"]).read_text(encoding="utf-8").count(b["original"])
        if count != 1:
            raise Bad(f"{where}: the original text is in {b['file']} {count} times")
    for proof in by_name.values():
        broken = {name for b in breaks if b["proof"] == proof.name for name in b["fails"]}
        if never := [name for name in proof.checks if name not in broken]:
            raise Bad(f"{path}: nothing breaks {', '.join(never)} of {proof.name}: a property that was not seen to fail is none")
    return chosen


def read_proofs(source):
    tables = tomllib.loads((source / "tb/formal/proofs.toml").read_text(encoding="utf-8"))
    return [Proof(source, name, table, setting) for name, table in tables.items() for setting in table.get("settings", [{}])]


class Timed:
    """A task of the pool: its result and how long it took; the result of a tool that failed is its Tool."""

    def __init__(self, pool, function, *arguments):
        def run():
            begin = time.monotonic()
            try:
                result = function(*arguments)
            except Tool as tool:
                result = tool
            return result, time.monotonic() - begin
        self.future = pool.submit(run)

    def get(self):
        return self.future.result()


def print_proof(proof, proved, reached, broken):
    """One table; returns the number of troubles in it."""
    (result, proof_s), (reachable, reach_s) = proved.get(), reached.get()
    troubles = [str(r) for r in (result, reachable) if isinstance(r, Tool)]
    not_proved, how = (dict.fromkeys(proof.checks, "not proved"), "no answer") if isinstance(result, Tool) else result
    places, traces = (set(), {}) if isinstance(reachable, Tool) else reachable
    print(f"\n{proof.title}: {proof.holds_for}\n  {how}, {proof_s:.0f} s; z3 agrees to clk {proof.z3_depth}; what is reachable: {reach_s:.0f} s")
    width = max(map(len, [*proof.checks, *proof.reaches]))
    for name, clause in proof.checks.items():
        seen = [(b["name"], r if isinstance(r, Tool) else r[name], s) for b, (r, s) in broken if name in b["fails"]]
        print(f"  {'FAIL  ' if name in not_proved else 'proved'} {'reached' if name in places else 'NEVER  '} {name:{width}}  {clause}")
        for b, clk, s in seen:
            print(f"  {'' if isinstance(clk, int) else 'FAIL':14} {'':{width}}    broken by {b}: " + (f"clk {clk}, {s:.0f} s" if isinstance(clk, int) else str(clk or "it holds")))
        troubles += [f"{name} ({proof.place[name]}): {not_proved[name]}"] if name in not_proved else []
        troubles += [f"{name} ({proof.place[name]}): never has anything to say"] if name not in places else []
        troubles += [f"{name}: is not broken by {b}" for b, clk, _ in seen if not isinstance(clk, int)]
    for name in proof.reaches:
        print(f"         reached {name:{width}}  clk {traces[name]}" if traces.get(name) else f"  FAIL   NEVER   {name}")
        troubles += [] if traces.get(name) else [f"{name} ({proof.place[name]}): cannot be reached"]
    for trouble in troubles:
        print(f"  FAIL   {trouble}")
    sys.stdout.flush()
    return len(troubles)


def run(options, source, out):
    proofs = read_proofs(source)
    breaks = [] if options.quick else read_breaks(source, proofs)
    if options.only and options.only not in {proof.name for proof in proofs}:
        raise Bad(f"there is no proof {options.only}; there are {', '.join(dict.fromkeys(proof.name for proof in proofs))}")
    proofs = [p for p in proofs if (p.quick or not options.quick) and options.only in (None, p.name)]
    breaks = [(p, b) for p, b in breaks if p in proofs]
    if not proofs:
        raise Bad(f"{options.only} is not marked quick: nothing would be proved")
    begin = time.monotonic()
    pool = concurrent.futures.ThreadPoolExecutor(options.jobs)
    try:
        tasks = []
        for proof in proofs:
            folder = out / proof.title.replace(" ", "_").replace("=", "")
            shutil.rmtree(folder, ignore_errors=True)
            tasks.append((proof, Timed(pool, prove, proof, folder / "proof"), Timed(pool, reach, proof, folder / "reach"),
                          [(b, Timed(pool, see_broken, p, folder / b["name"], b)) for p, b in breaks if p is proof]))
        failures = 0
        for proof, proved, reached, broken in tasks:
            failures += print_proof(proof, proved, reached, [(b, task.get()) for b, task in broken])
    finally:
        pool.shutdown(cancel_futures=True)
    properties = sum(len(p.checks) for p in proofs)
    print(f"\n{'FAIL' if failures else 'PASS'}  {properties} properties in {len(proofs)} proofs, {len(breaks)} breaks, {failures} failures, "
          f"{time.monotonic() - begin:.0f} s; traces in {out}")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the quick proofs only, and no breaks")
    parser.add_argument("--only", metavar="PROOF", help="one proof of proofs.toml")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="tasks at a time (number of cores)")
    parser.add_argument("--out", type=Path, default=Path("out/formal"), help="where models and traces go (out/formal)")
    parser.add_argument("source", type=Path, help="the folder of rtl/ and tb/")
    options = parser.parse_args()
    if absent := [tool for tool in TOOLS if not shutil.which(tool)]:
        print(f"missing: {', '.join(absent)} (Debian: apt-get install yosys z3)", file=sys.stderr)
        return 3
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
    try:
        if options.jobs < 1:
            raise Bad("--jobs is at least 1")
        options.out.mkdir(parents=True, exist_ok=True)
        return run(options, options.source, options.out)
    except (Bad, KeyError, tomllib.TOMLDecodeError, FileNotFoundError) as bad:
        print(f"formal: {bad}", file=sys.stderr)
        return 2
    except Tool as tool:
        print(f"formal: {tool}", file=sys.stderr)
        return 3
    except OSError as error:
        print(f"formal: {error}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
