#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The layering test: who may include whom, so that the layers cannot rot.

    layers_test.py [MODEL_ARCHIVE]   judge this tree; the archive is what the linker gets of cmodel/
    layers_test.py --self-test       judge small bad trees, one or more a rule: each must be caught

Each rule is a function from a tree to a list of problems. One line a rule, exit 1 if any failed.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

LAYERS = ("rtl", "cmodel", "scoreboards", "tb", "wrappers")
C_FILES = (".c", ".h", ".cc", ".cpp")
SV_FILES = (".sv", ".svh", ".v", ".vh")
SOURCES = C_FILES + SV_FILES + (".py", ".sh", ".tcl", ".cfg", ".cmake")
SOURCE_NAMES = ("Makefile", "CMakeLists.txt", "run", ".gitignore", ".clang-format")

FREESTANDING = {"limits.h", "stdbool.h", "stddef.h", "stdint.h", "string.h"}
MUTE_LIBC = FREESTANDING | {"inttypes.h", "stdio.h", "stdlib.h"}
# Headers of foreign worlds: what only wrappers/ may know.
FOREIGN = re.compile(r"^(V[a-z]\w*\.h|verilated\w*\.h|svdpi\.h|vpi_user\.h|systemc(\.h)?|tlm(\.h)?)$")
MODEL_MAY_CALL = {"memcmp", "memcpy", "memmove", "memset"}
# System functions that synthesis knows. Everything else ($display, $random, $finish ..) is testing.
SYNTHESIZABLE = {"$bits", "$clog2", "$countones", "$high", "$left", "$low", "$onehot", "$onehot0", "$right", "$signed",
                 "$size", "$unsigned"}


class Tree:
    def __init__(self, root, archive=None):
        self.root = Path(root).resolve()
        self.archive = archive
        self.files = []
        for folder, subfolders, names in os.walk(self.root):
            top = Path(folder) == self.root
            subfolders[:] = sorted(d for d in subfolders if d not in (".git", "__pycache__")
                                   and not (top and (d == "out" or d.startswith("build"))))
            self.files += [(Path(folder) / name).relative_to(self.root) for name in sorted(names)]

    def of(self, folder, endings):
        return [f for f in self.files if f.parts[0] == folder and f.suffix in endings]

    def text(self, file):
        return (self.root / file).read_text(encoding="utf-8", errors="replace")

    def code(self, file):
        """The text with comments and the insides of strings blanked, line numbers kept."""
        def blank(match):
            word = match.group(0)
            return '""' if word[0] == '"' else " " + "\n" * word.count("\n")
        return re.sub(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', blank, self.text(file), flags=re.S)

    def includes(self, file):
        """(line number, target): a path below the root for a file of ours, else the name as written."""
        for number, line in enumerate(self.text(file).splitlines(), 1):
            match = re.match(r'\s*[#`]\s*include\s*([<"])([^>"]+)[>"]', line)
            if not match:
                continue
            target = match.group(2)
            # The build may name any layer with -I; the strictest reading comes first.
            for base in ((self.root / file).parent, self.root, *(self.root / name for name in reversed(LAYERS))):
                path = (base / target).resolve()
                if path.is_file() and self.root in path.parents:
                    target = path.relative_to(self.root)
                    break
            yield number, target


def is_ours(target):
    return isinstance(target, Path)


def layer(target):
    return target.parts[0] if is_ours(target) else None


def forbidden_includes(tree, folder, endings, allowed):
    return [f"{file}:{number}: {folder} may not include {target}"
            for file in tree.of(folder, endings) for number, target in tree.includes(file) if not allowed(target)]


def rtl_includes_only_rtl(tree):
    return forbidden_includes(tree, "rtl", SV_FILES, lambda t: layer(t) == "rtl")


def rtl_is_synthesizable(tree):
    """No DPI, no testing, no package from elsewhere."""
    known = {name for file in tree.of("rtl", SV_FILES) for name in re.findall(r"\bpackage\s+(\w+)", tree.code(file))}
    problems = []
    for file in tree.of("rtl", SV_FILES):
        for number, line in enumerate(tree.code(file).splitlines(), 1):
            bad = [w for w in re.findall(r"\$[a-zA-Z_]\w*", line) if w not in SYNTHESIZABLE]
            bad += re.findall(r'\b(?:import|export)\s*""', line)
            bad += [f"{w}::" for w in re.findall(r"\b(\w+)\s*::", line) if w not in known]
            problems += [f"{file}:{number}: {word} has no place in rtl" for word in bad]
    return problems


def cmodel_is_freestanding(tree):
    return forbidden_includes(tree, "cmodel", C_FILES, lambda t: layer(t) == "cmodel" or t in FREESTANDING)


def scoreboards_know_no_model(tree):
    record = Path("cmodel/record.h")
    return forbidden_includes(tree, "scoreboards", C_FILES,
                              lambda t: layer(t) == "scoreboards" or t == record or t in MUTE_LIBC)


def tb_knows_no_wrapper(tree):
    mine = ("tb", "scoreboards", "cmodel")
    return (forbidden_includes(tree, "tb", C_FILES,
                               lambda t: layer(t) in mine if is_ours(t) else not FOREIGN.match(Path(t).name))
            + forbidden_includes(tree, "tb", SV_FILES, lambda t: layer(t) in ("tb", "rtl")))


def includes_are_found(tree):
    """A quoted include that is neither a file of ours nor a known foreign one would escape the rules above."""
    problems = []
    for folder in LAYERS:
        for file in tree.of(folder, C_FILES + SV_FILES):
            quoted = set(re.findall(r'^\s*[#`]\s*include\s*"([^"]+)"', tree.text(file), re.M))
            problems += [f"{file}:{number}: {target} is not in this tree" for number, target in tree.includes(file)
                         if not is_ours(target) and target in quoted and not FOREIGN.match(Path(target).name)]
    return problems


def plain_objects(tree, scratch):
    """The model as objects that nm can read: the archive, unless LTO or instrumentation hides or adds calls."""
    if tree.archive:
        content = Path(tree.archive).read_bytes()
        if not re.search(rb"\.gnu\.lto_|BC\xc0\xde|__asan_|__ubsan_|__gcov|__tsan_", content):
            return [tree.archive]
    objects = []
    for file in tree.of("cmodel", (".c",)):
        objects.append(os.path.join(scratch, file.stem + ".o"))
        subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-O2", "-I", tree.root, "-c", tree.root / file,
                        "-o", objects[-1]], check=True, capture_output=True, text=True)
    return objects


def nm(tree, *options):
    with tempfile.TemporaryDirectory() as scratch:
        objects = plain_objects(tree, scratch)
        return subprocess.run(["nm", *options, *objects], check=True, capture_output=True,
                              text=True).stdout.splitlines() if objects else []


def model_calls_nobody(tree):
    rows = [line.split() for line in nm(tree, "--format=posix")]
    rows = [row for row in rows if len(row) >= 2]
    defined = {row[0] for row in rows if row[1] not in "Uwv"}
    wanted = {row[0] for row in rows if row[1] in "Uwv"}
    if not defined:
        return ["the model defines no symbol at all"]
    return [f"cmodel calls {name}" for name in sorted(wanted - defined - MODEL_MAY_CALL - {"_GLOBAL_OFFSET_TABLE_"})]


def model_has_no_globals(tree):
    rows = [[cell.strip() for cell in line.split("|")] for line in nm(tree, "--format=sysv")]
    return [f"cmodel has the variable {row[0]}" for row in rows if len(row) == 7
            and re.match(r"\.(data|bss|tdata|tbss)\b(?!\.rel\.ro)|\*COM\*", row[6])]


def every_file_has_spdx(tree):
    sources = [f for f in tree.files if f.suffix in SOURCES or f.name in SOURCE_NAMES]
    return [f"{file}: no SPDX line at its top" for file in sources
            if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(tree.text(file).splitlines()[:5])]


def readme_names_what_exists(tree):
    """Paths in the README's tables (file table, 'to change X, edit Y') and its links."""
    problems, tabled = [], []
    for number, line in enumerate(tree.text(Path("README.md")).splitlines(), 1):
        names = [n.split("#")[0] for n in re.findall(r"\]\(([^)\s]+)\)", line) if not re.match(r"[a-z]+:|#", n)]
        if line.lstrip().startswith("|"):
            in_cells = [n for n in re.findall(r"`([^`\s]+)`", line) if looks_like_path(n)]
            tabled, names = tabled + in_cells, names + in_cells
        problems += [f"README.md:{number}: {name} does not exist" for name in names if not exists(tree, name)]
    return problems if tabled else problems + ["README.md: no table names a file"]


def looks_like_path(name):
    if re.search(r"[<>=$(){}]", name) or re.match(r"[-/~]|out/|build", name):
        return False
    return name.split("/")[0] in LAYERS if "/" in name else name.endswith(SOURCES) or name in SOURCE_NAMES


def exists(tree, name):
    return any(tree.root.glob(name.rstrip("/"))) if name and "/" != name[0] else False


RULES = [
    ("rtl includes nothing from elsewhere", rtl_includes_only_rtl),
    ("rtl has no DPI, no testing, no foreign package", rtl_is_synthesizable),
    ("cmodel includes itself and freestanding libc headers", cmodel_is_freestanding),
    ("scoreboards include themselves, cmodel/record.h and mute libc headers", scoreboards_know_no_model),
    ("tb includes tb, scoreboards, cmodel and system, no wrapper, no Verilator", tb_knows_no_wrapper),
    ("every quoted include is a file of this tree", includes_are_found),
    ("the model archive calls nothing beyond memcmp memcpy memmove memset", model_calls_nobody),
    ("the model archive has no variables", model_has_no_globals),
    ("every source file has its SPDX line", every_file_has_spdx),
    ("the README's tables and links name what exists", readme_names_what_exists),
]


def judge(tree, say=print):
    passed, failed = 0, 0
    failing = set()
    for name, rule in RULES:
        try:
            problems = rule(tree)
        except OSError as error:
            problems = [str(error)]
        except subprocess.CalledProcessError as error:
            problems = [f"{error.cmd[0]} failed: {error.stderr}"]
        say(("ok    " if not problems else "FAIL  ") + name)
        for problem in problems:
            say(f"      {problem}")
        passed, failed = passed + (not problems), failed + bool(problems)
        if problems:
            failing.add(rule)
    say(f"{passed} passed, {failed} failed")
    return failing


SPDX = "SPDX-License-Identifier: Apache-2.0\n"
GOOD = {
    "rtl/a.sv": f"// {SPDX}module a; import p::*; localparam int W = $clog2(8); endmodule // $display\n",
    "rtl/p.sv": f"// {SPDX}package p; endpackage\n",
    "cmodel/record.h": f"// {SPDX}#include <stdint.h>\nstruct record {{ uint64_t clk; }};\n",
    "cmodel/m.h": f'// {SPDX}#include "record.h"\nvoid m_step(struct record *r);\n',
    "cmodel/m.c": f'// {SPDX}#include "m.h"\n#include <string.h>\n'
                  "static const char *const names[] = {\"a\", \"b\"};\n"
                  "const char *m_name(int n) { return names[n]; }\n"
                  "void m_step(struct record *r) { memset(r, 0, sizeof *r); }\n",
    "scoreboards/s.c": f'// {SPDX}#include "../cmodel/record.h"\n#include <stdio.h>\n',
    "tb/run.h": f"// {SPDX}",
    "tb/run.c": f'// {SPDX}#include "run.h"\n#include "scoreboards/s.c"\n#include "cmodel/m.h"\n#include <tcl.h>\n',
    "wrappers/main.cpp": f'// {SPDX}#include "Vtb_top.h"\n#include "../tb/run.h"\n#include "wrappers/w.h"\n',
    "wrappers/w.h": f"// {SPDX}",
    "README.md": "# t\n| to change | edit |\n|---|---|\n| the run | `tb/run.c`, `tb/*.h`, `make sim` |\n[run](tb/run.h)\n",
}
BAD = [  # rule, file, text put at its end
    (rtl_includes_only_rtl, "rtl/a.sv", '`include "../tb/run.h"\n'),
    (rtl_includes_only_rtl, "rtl/a.sv", '  `include "uvm_macros.svh"\n'),
    (rtl_is_synthesizable, "rtl/a.sv", 'initial $display("x");\n'),
    (rtl_is_synthesizable, "rtl/a.sv", 'import "DPI-C" function void f();\n'),
    (rtl_is_synthesizable, "rtl/a.sv", "import tb_pkg::*;\n"),
    (cmodel_is_freestanding, "cmodel/m.c", "#include <stdio.h>\n"),
    (cmodel_is_freestanding, "cmodel/m.c", '#include "../scoreboards/s.c"\n'),
    (scoreboards_know_no_model, "scoreboards/s.c", '#include "cmodel/m.h"\n'),
    (scoreboards_know_no_model, "scoreboards/s.c", '# include "../tb/run.h"\n'),
    (scoreboards_know_no_model, "scoreboards/s.c", "#include <tcl.h>\n"),
    (tb_knows_no_wrapper, "tb/run.c", '#include "../wrappers/w.h"\n'),
    (tb_knows_no_wrapper, "tb/run.c", "#include <verilated.h>\n"),
    (tb_knows_no_wrapper, "tb/run.c", '#include "Vtb_top__Dpi.h"\n'),
    (tb_knows_no_wrapper, "tb/run.c", '#include "w.h"\n'),
    (includes_are_found, "tb/run.c", '#include "nowhere.h"\n'),
    (model_calls_nobody, "cmodel/m.c", "int puts(const char *);\nvoid m_shout(void) { puts(\"m\"); }\n"),
    (model_calls_nobody, "cmodel/m.c", "void *malloc(size_t);\nvoid *m_new(void) { return malloc(9); }\n"),
    (model_has_no_globals, "cmodel/m.c", "int m_calls;\n"),
    (model_has_no_globals, "cmodel/m.c", "int m_count(void) { static int n = 3; return n++; }\n"),
    (every_file_has_spdx, "tb/new.py", "print()\n"),
    (readme_names_what_exists, "README.md", "| bus | `tb/bus.c` |\n"),
    (readme_names_what_exists, "README.md", "see [it](docs/none.md)\n"),
]


def tree_of(scratch, extra_file=None, extra_text=""):
    texts = dict(GOOD)
    if extra_file:
        texts[extra_file] = texts.get(extra_file, "") + extra_text
    for file, text in texts.items():
        path = Path(scratch) / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Tree(scratch)


def archived(tree, scratch, *flags):
    """A tree judged through an archive built with these flags, as the build does it."""
    obj = os.path.join(scratch, "m.o")
    tree.archive = os.path.join(scratch, "libm.a")
    subprocess.run([os.environ.get("CC", "cc"), *flags, "-c", tree.root / "cmodel/m.c", "-o", obj], check=True)
    subprocess.run(["ar", "rcs", tree.archive, obj], check=True)
    return tree


def self_test():
    passed, failed = 0, 0

    def expect(what, seen, wanted):
        nonlocal passed, failed
        ok = seen == wanted
        passed, failed = passed + ok, failed + (not ok)
        print(("ok    " if ok else "FAIL  ") + what)

    quiet = lambda line: None
    with tempfile.TemporaryDirectory() as scratch:
        expect("a good tree passes", judge(tree_of(scratch), quiet), set())
    for rule, file, text in BAD:
        with tempfile.TemporaryDirectory() as scratch:
            failing = judge(tree_of(scratch, file, text), quiet)
            # A stray include may also be unknown to the compiler; the rule named must be among those that fire.
            expect(f"{rule.__name__} catches in {file}: {text.splitlines()[0].strip()}", rule in failing, True)
    shout = "int puts(const char *);\nvoid m_shout(void) { puts(\"m\"); }\n"
    for flags in (["-O2"], ["-O2", "-flto"], ["-fsanitize=address,undefined"]):
        with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory() as lib:
            good = archived(tree_of(scratch), lib, *flags)
            expect(f"a good archive built with {' '.join(flags)} passes", judge(good, quiet), set())
            bad = archived(tree_of(scratch, "cmodel/m.c", shout), lib, *flags)
            expect(f"model_calls_nobody catches in an archive built with {' '.join(flags)}",
                   judge(bad, quiet), {model_calls_nobody})
    covered = {rule for rule, _, _ in BAD}
    expect("every rule has been seen to fail", covered, {rule for _, rule in RULES})
    print(f"{passed} passed, {failed} failed")
    return failed


def main():
    arguments = sys.argv[1:]
    if arguments == ["--self-test"]:
        return 1 if self_test() else 0
    if len(arguments) > 1 or any(a.startswith("-") for a in arguments):
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(__file__).resolve().parent.parent
    return 1 if judge(Tree(root, arguments[0] if arguments else None)) else 0


if __name__ == "__main__":
    sys.exit(main())
