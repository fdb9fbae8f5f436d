#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plants the seeded faults of faults.txt into a copy of the sources, all at once, behind one number.

    plant.py SOURCE_FOLDER OUT_FOLDER   copies rtl/ cmodel/ scoreboards/ tb/ wrappers/ with every fault planted, and writes
                                        tb/fault.c and tb/fault_pkg.sv, which hold the number and the list of names

Fault number K turns the original text O into the faulty text F where the number is K:

    an expression   (fault_sel == K ? (F) : (O))             in SystemVerilog with fault_pkg::sel
    statements      { if (fault_sel == K) { F } else { O } }   in SystemVerilog with begin and end

An original text that is not found exactly once is an error: so the list cannot drift from the sources. Files are written
only if they change, and lines keep their numbers.
"""

import re
import sys
from pathlib import Path

FOLDERS = ("rtl", "cmodel", "scoreboards", "tb", "wrappers")
ENDINGS = (".sv", ".c", ".h", ".cpp")
SCOREBOARDS = ("lines", "host", "gpio", "int", "protocol", "timing")
WAYS = {"lockstep": SCOREBOARDS, "rules": SCOREBOARDS, "expectation": ("scenario",)}  # and who may catch that way


class Bad(Exception):
    """What is wrong with faults.txt, with its line; or several of these, a line each."""


class Group:
    """One place in one file: the original text and the faulty one."""

    def __init__(self, file, line):
        self.file, self.line = file, line
        self.original, self.faulty = [], []


class Fault:
    def __init__(self, name, line):
        self.name, self.line = name, line
        self.caught_by = self.way = self.alone = self.scenario = self.bug = self.open = ""
        self.sets, self.groups = [], []


def read_faults(path):
    """The faults in the order of the file; fault number 1 is the first."""
    faults = []
    for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1):
        try:
            if line.strip() and not line.startswith("#"):
                read_line(faults, line, number)
        except Bad as bad:
            raise Bad(f"{path}:{number}: {bad}") from None
    for fault in faults:
        if fault.alone and (fault.open or fault.way == "expectation"):
            raise Bad(f"{path}:{fault.line}: {fault.name}: 'alone' is for a fault that a check catches")
        missing = [word for word, value in (("caught", fault.caught_by), ("shown", fault.scenario), ("bug", fault.bug),
                                            ("in", fault.groups)) if not value]
        if missing:
            raise Bad(f"{path}:{fault.line}: {fault.name}: has no '{missing[0]}' line")
    names = set()
    for fault in faults:
        if fault.name in names:
            raise Bad(f"{path}:{fault.line}: {fault.name}: this name is taken twice")
        names.add(fault.name)
    return faults


def read_line(faults, line, number):
    word, _, rest = line.strip().partition(" ")
    rest = rest.strip()
    if word == "fault":
        faults.append(Fault(rest, number))
        return
    if not faults:
        raise Bad("'fault NAME' must come first")
    fault = faults[-1]
    if line[0] in "-+":
        if not fault.groups:
            raise Bad(f"{fault.name}: 'in FILE' must come before the texts")
        group = fault.groups[-1]
        (group.original if line[0] == "-" else group.faulty).append(line[1:].strip())
    elif word == "in":
        fault.groups.append(Group(rest, number))
    elif word == "caught":
        match = re.fullmatch(r"by (\w+), by (\w+)", rest)
        if not match or match.group(1) not in WAYS.get(match.group(2), ()):
            raise Bad(f"{fault.name}: expected 'caught by SCOREBOARD, by lockstep|rules' or 'caught by scenario, by expectation'")
        fault.caught_by, fault.way = match.groups()
    elif word == "shown" and rest.startswith("by "):
        fault.scenario = rest[3:]
    elif word == "set":
        fault.sets.append(rest)
    elif word in ("alone", "bug", "open"):
        if not rest:
            raise Bad(f"{fault.name}: '{word}' of what?")
        setattr(fault, word, rest)
    else:
        raise Bad(f"{fault.name}: '{word}' is not a word of this file")


class Edit:
    """The span of a group's original text in its file, and what stands there when the fault is on."""

    def __init__(self, start, end, faulty, expression, number, fault):
        self.start, self.end, self.faulty, self.expression = start, end, faulty, expression
        self.number, self.fault = number, fault


def find(group, text, number, fault):
    """The group as an Edit of `text`. Guillemets mark an expression, and what is around it only says where."""
    original, faulty = "\n".join(group.original), " ".join(group.faulty).strip()
    if not original:
        raise Bad(f"{fault.name}: {group.file}: no original text ('-' lines)")
    marks = (original.count("«"), original.count("»"), faulty.count("«"), faulty.count("»"))
    if marks not in ((0, 0, 0, 0), (1, 1, 1, 1)):
        raise Bad(f"{fault.name}: {group.file}: both texts have one « and one », or none has")
    expression = marks[0] == 1
    before, core, after = re.split("[«»]", original) if expression else ("", original, "")
    if expression:
        faulty_before, faulty, faulty_after = re.split("[«»]", faulty)
        if [faulty_before.split(), faulty_after.split()] != [before.split(), after.split()]:
            raise Bad(f"{fault.name}: {group.file}: the texts differ outside « »")

    def pattern(part):
        return re.sub(r"\\?\n", r"\\s*\\n\\s*", re.escape(part))

    matches = list(re.finditer(f"{pattern(before)}({pattern(core)}){pattern(after)}", text))
    if len(matches) != 1:
        raise Bad(f"{fault.name}: {group.file}: the original text is there {len(matches)} times, not once: {original!r}")
    return Edit(*matches[0].span(1), faulty, expression, number, fault)


def choose(edit, faulty_side, original_side, system_verilog):
    on = f"fault_pkg::sel == {edit.number}" if system_verilog else f"fault_sel == {edit.number}"
    if edit.expression:
        return f"({on} ? ({faulty_side}) : ({original_side}))"
    original_side = re.sub("//([^\n]*)", r"/*\1 */", original_side)  # a brace comes behind it
    if system_verilog:
        return f"begin if ({on}) begin {faulty_side} end else begin {original_side} end end"
    return f"{{ if ({on}) {{ {faulty_side} }} else {{ {original_side} }} }}"


def plant(text, start, end, edits, system_verilog):
    """text[start:end] with the edits, which lie in it. Edits of the same span, or one within another, are nested."""
    out, at = "", start
    edits = sorted(edits, key=lambda e: (e.start, -e.end))
    while edits:
        outer = edits.pop(0)
        inner = [e for e in edits if e.start < outer.end]
        edits = edits[len(inner):]
        for e in inner:
            if e.end > outer.end:
                raise Bad(f"{e.fault.name} and {outer.fault.name}: their original texts overlap; choose other lines")
        core = plant(text, outer.start, outer.end, inner, system_verilog)
        out += text[at:outer.start] + choose(outer, outer.faulty, core, system_verilog)
        at = outer.end
    return out + text[at:end]


def planted_files(source, faults, list_name):
    """Every file of the copy: its path below the folder, and its text."""
    edits, lost = {}, []
    for number, fault in enumerate(faults, 1):
        for group in fault.groups:
            path = source / group.file
            try:
                if Path(group.file).parts[0] not in FOLDERS or not path.is_file():
                    raise Bad(f"{fault.name}: there is no file {group.file}")
                edits.setdefault(group.file, []).append(find(group, path.read_text(encoding="utf-8"), number, fault))
            except Bad as bad:
                lost.append(f"{list_name}:{group.line}: {bad}")
    if lost:
        raise Bad("\n".join(lost))
    for path in sorted(p for folder in FOLDERS for p in (source / folder).iterdir() if p.suffix in ENDINGS):
        name, text = str(path.relative_to(source)), path.read_text(encoding="utf-8")
        if name in edits:
            system_verilog = path.suffix == ".sv"
            text = plant(text, 0, len(text), edits[name], system_verilog)
            text = text if system_verilog else "extern int fault_sel; " + text
        yield name, text


def fault_c(faults):
    rows = "".join(f'    {{"{f.name}", "{f.caught_by}", "{f.scenario}"}},\n' for f in faults)
    return f"""// SPDX-License-Identifier: Apache-2.0
// Written by tb/faults/plant.py from tb/faults/faults.txt.
#include "fault.h"

#include <string.h>

static const struct {{
    const char *name, *caught_by, *scenario;
}} faults[] = {{
{rows}}};

int fault_sel;               // 0: none
int twinwire_fault(void);    // for fault_pkg.sv

int twinwire_fault(void) {{ return fault_sel; }}

bool fault_select(const char *name) {{
    for (int i = 0; i < (int)(sizeof faults / sizeof *faults); i++)
        if (strcmp(faults[i].name, name) == 0) {{
            fault_sel = i + 1;
            return true;
        }}
    return false;
}}

void fault_list(FILE *out) {{
    for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++)
        fprintf(out, "%-36s %-10s %s\\n", faults[i].name, faults[i].caught_by, faults[i].scenario);
}}
"""


FAULT_PKG = """// SPDX-License-Identifier: Apache-2.0
// Written by tb/faults/plant.py: which seeded fault is on. It is asked for once, before anything else happens.
package fault_pkg;
  import "DPI-C" function int twinwire_fault();
  int sel = twinwire_fault();
endpackage
"""


def write(path, text):
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    list_name = source / "tb/faults/faults.txt"
    try:
        faults = read_faults(list_name)
        files = dict(planted_files(source, faults, list_name))
    except (Bad, OSError) as bad:
        sys.exit(f"{bad}\nNo seeded fault can be planted before that is mended. Only twinwire-faulty and its tests need them.")
    files["tb/fault.c"] = fault_c(faults)
    files["tb/fault_pkg.sv"] = FAULT_PKG
    for name, text in files.items():
        write(out / name, text)
    for path in out.glob("*/*"):  # a file that is gone from the sources must not stay
        if path.is_file() and str(path.relative_to(out)) not in files:
            path.unlink()


if __name__ == "__main__":
    main()
