#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the RTL with all its mutants in it, at most one of them on: `yosys mutate`, single-bit changes of the synthesised cells.

    rtl_mutants.py SOURCE_FOLDER OUT_FOLDER DRAW

OUT_FOLDER gets mutants.json, the list, and for each of PROGRAMS programs K/rtl/MODULE.sv, with names and ports as they were. Those of
sample.txt are in program 0. A mutant is in one program only: each costs all clocks of the others, and the Verilated cycles that "inverted while" makes cost most.

A mutant inverts one bit of a cell's port, ties it to 0 or 1, or inverts it while another bit of the same port is 0 or 1. Yosys knows about
25,000 of them; of each source line PER_LINE are taken, by a hash of what they are, so that an edit of one line leaves the mutants of the
others alone. A mutant is known by its key, which has no line number in it: `module | text of the line | cell.port[bit] kind`.
DRAW 0 is the one that tests were written for; 1, 2 and so on take PER_LINE others each, which no draw before had.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

MODULES = ("i2c_bit_engine", "i2c_byte_sequencer", "i2c_controller", "i2c_line_filter", "i2c_symbols", "pcf8574")
PER_LINE = 6
PROGRAMS = 24
SAMPLE = Path(__file__).resolve().parent / "sample.txt"  # the mutants of program 0, which CTest runs
ALL = 200000
WIDTH = 16

# No flip-flop with enable or reset is made (opt_dff): the mutants then sit where the source has its conditions.
READ = "read_verilog -sv {files}; proc; opt_expr; opt_merge -nomux; opt_muxtree; opt_reduce; opt_expr; opt_merge; opt_clean"

KINDS = {"inv": "inverted", "const0": "tied to 0", "const1": "tied to 1", "cnot0": "inverted while [{}] is 0", "cnot1": "inverted while [{}] is 1"}


class Trouble(Exception):
    pass


def yosys(source, script):
    done = subprocess.run(["yosys", "-q", "-s", "/dev/stdin"], cwd=source, input=script, capture_output=True, text=True)
    if done.returncode:
        raise Trouble("yosys: " + (done.stderr or done.stdout).strip()[-2000:])


def cells_of(rtlil):
    """{(module, cell): (type, span)}: the span is the narrowest one that the cell's src attribute names."""
    cells, module, src = {}, None, ""
    for line in rtlil.splitlines():
        word = line.split()
        if word[:1] == ["module"]:
            module = word[1].lstrip("\\")
        elif word[:2] == ["attribute", "\\src"]:
            src = word[2].strip('"')
        elif word[:1] == ["cell"]:
            cells[module, word[2]] = (word[1], narrowest(src))
            src = ""
        elif word[:1] != ["attribute"]:
            src = ""
    return cells


def narrowest(src):
    spans = [tuple(map(int, re.split(r"[.-]", one.rpartition(":")[2]))) for one in src.split("|") if ":" in one]
    spans = [span for span in spans if len(span) == 4 and span[0]]
    return min(spans, key=lambda s: (s[2] - s[0], s[3] - s[1] if s[2] == s[0] else 0), default=None)


def numbered(lines):
    """The lines without their indentation; the second of the same text gets a #2."""
    seen, out = {}, []
    for line in map(str.strip, lines):
        seen[line] = seen.get(line, 0) + 1
        out.append(f"{line} #{seen[line]}" if seen[line] > 1 else line)
    return out


def candidates(source, text, cells):
    """Every mutant that Yosys knows, with its key."""
    texts = {module: numbered((source / "rtl" / f"{module}.sv").read_text(encoding="utf-8").splitlines()) for module in MODULES}
    ordinal, alike = {}, {}
    for (module, cell), (kind, span) in cells.items():  # cells of the same type and place, in the netlist's order
        n = alike[module, kind, span] = alike.get((module, kind, span), 0) + 1
        ordinal[module, cell] = n
    for command in text.splitlines():
        words = command.split()
        option = {name: value for name, value in zip(words, words[1:]) if name.startswith("-") and name != "-src"}
        module, cell = option["-module"].lstrip("\\"), option["-cell"]
        if module not in MODULES or (module, cell) not in cells or option["-port"] == "CLK":  # there is one clock
            continue
        kind, span = cells[module, cell]
        if not span:
            continue
        line = texts[module][span[0] - 1]
        n = ordinal[module, cell]
        number = f" {n}" if n > 1 else ""
        what = (f"{span[1]}:{kind.lstrip(chr(36))}{number}.{option['-port']}[{option['-portbit']}] "
                + KINDS[option["-mode"]].format(option.get("-ctrlbit", "")))
        yield {"module": module, "line": span[0], "text": line, "change": what, "kind": option["-mode"], "wire": option.get("-wire", ""),
               "key": f"{module} | {line} | {what}", "command": " ".join(words[words.index("-mode"):])}


def rank(text, draw=0):
    """Where a mutant stands among those of its place: at random, and always the same."""
    return hashlib.sha256((f"{draw} {text}" if draw else text).encode()).digest()


def drawn(mutants, first, count, draw):
    """`count` mutants of one place; `first` is draw 0, and each later draw has none of those before it."""
    for later in range(1, draw + 1):
        mutants = [m for m in mutants if m not in first]
        first = sorted(mutants, key=lambda m: rank(m["key"], later))[:count]
    return first


def choose(every, draw):
    """PER_LINE mutants of each source line; never two of one key."""
    by_line, keys = {}, set()
    for mutant in every:
        if mutant["key"] not in keys:
            keys.add(mutant["key"])
            by_line.setdefault((mutant["module"], mutant["line"]), []).append(mutant)
    chosen = []
    for place in sorted(by_line):
        chosen += drawn(by_line[place], sorted(by_line[place], key=lambda m: rank(m["key"]))[:PER_LINE], PER_LINE, draw)
    return chosen


def bare_module(text):
    """The module with the select in a package instead of a port."""
    text = text.replace(", mutant_sel);", ");", 1).replace("    .mutant_sel(mutant_sel),\n", "")
    text = text.replace(f"  input [{WIDTH - 1}:0] mutant_sel;\n", "", 1)
    return text.replace(f"  wire [{WIDTH - 1}:0] mutant_sel;\n", f"  wire [{WIDTH - 1}:0] mutant_sel = mutant_pkg::sel;\n", 1)


HEAD = "// SPDX-License-Identifier: Apache-2.0\n// Written by tb/mutate/rtl_mutants.py and yosys.\n"

PACKAGE = HEAD + f"""// Which mutant is on. It is asked for once, before anything else happens.
package mutant_pkg;
  import "DPI-C" function int twinwire_mutant();
  logic [{WIDTH - 1}:0] sel = {WIDTH}'(twinwire_mutant());
endpackage
"""


def mutants_c(count):
    return HEAD + f"""#include "mutant.h"

const int mutant_count = {count};
"""


def write(path, text):
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def listed(source, out, draw):
    """The mutants, numbered from 1; their netlist is left in OUT/yosys."""
    work = out / "yosys"
    work.mkdir(parents=True, exist_ok=True)
    files = " ".join(f"rtl/{module}.sv" for module in MODULES)
    netlist, every = work / "netlist.il", work / "all.txt"
    yosys(source, READ.format(files=files).replace("; ", "\n") + f"\nwrite_rtlil {netlist}\nmutate -list {ALL} -seed 1 -o {every}\n")
    cells = cells_of(netlist.read_text(encoding="utf-8"))
    mutants = choose(candidates(source, every.read_text(encoding="utf-8"), cells), draw)
    sample = [line for line in SAMPLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    for number, mutant in enumerate(mutants, 1):
        mutant["number"] = number
        mutant["program"] = 0 if mutant["key"] in sample else 1 + number % (PROGRAMS - 1)
    gone = set(sample) - {mutant["key"] for mutant in mutants}
    if gone and not draw:
        print(f"{SAMPLE}: {len(gone)} of {len(sample)} are no mutants any more since the RTL was edited; mutate.py --write-sample chooses new ones")
    return mutants


def write_program(source, out, index, mutants):
    """The RTL of one program, with the mutants that are its own."""
    work, own = out / "yosys", [m for m in mutants if m["program"] == index]
    script = f"read_rtlil {work}/netlist.il\n"
    script += "".join(f"mutate -ctrl mutant_sel {WIDTH} {m['number']} {m['command']}\n" for m in own)
    script += "opt_clean\n" + "".join(f"select {m}\nwrite_verilog -noattr -selected {work}/{m}.v\n" for m in MODULES)
    yosys(source, script)
    for module in MODULES:
        text = bare_module((work / f"{module}.v").read_text(encoding="utf-8"))
        write(out / str(index) / "rtl" / f"{module}.sv", HEAD + re.sub(r"/\* Generated by Yosys.*?\*/", "", text))


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    source, out = (Path(word).resolve() for word in sys.argv[1:3])
    try:
        mutants = listed(source, out, int(sys.argv[3]))
        for index in range(PROGRAMS):
            write_program(source, out, index, mutants)
    except (Trouble, OSError) as bad:
        sys.exit(f"rtl_mutants.py: {bad}")
    write(out / "mutant_pkg.sv", PACKAGE)
    write(out / "mutants.c", mutants_c(len(mutants)))
    write(out / "mutants.json", json.dumps(mutants, indent=1) + "\n")


if __name__ == "__main__":
    main()
