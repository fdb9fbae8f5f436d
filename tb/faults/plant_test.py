#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""plant.py says what is wrong with a list of faults, and where; and what it plants is what the list says.

    plant_test.py [BUILD]   with a build folder of Ninja's: an edit of rtl/ that the list does not fit keeps nobody from building
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import plant

HERE = Path(__file__).resolve().parent
HEAD = "fault f\ncaught by lines, by rules\nshown by s\nbug b\n"
SOURCES = {"cmodel/a.c": "int f(int x)\n{\n    if (x == 1)\n        x = 2;  // two\n    return x + 7;\n}\n",
           "rtl/a.sv": "module a;\n  always_comb begin\n    y = a & b;\n    z = a;\n  end\nendmodule\n"}

# name, list, what stderr must have
BAD = (
    ("original_not_found", HEAD + "in cmodel/a.c\n- x = 3;\n+ x = 4;\n", "faults.txt:5: f: cmodel/a.c: the original text is there 0 times"),
    ("all_that_is_lost_is_told", HEAD + "in cmodel/a.c\n- x = 3;\n+ x = 4;\nin rtl/a.sv\n- z = b;\n+ z = c;\n",
     "faults.txt:8: f: rtl/a.sv: the original text is there 0 times"),
    ("original_found_twice", HEAD + "in cmodel/a.c\n- «x»\n+ «y»\n", "the original text is there 4 times"),
    ("no_such_file", HEAD + "in cmodel/b.c\n- x\n+ y\n", "faults.txt:5: f: there is no file cmodel/b.c"),
    ("file_outside_the_layers", HEAD + "in ../a.c\n- x\n+ y\n", "there is no file ../a.c"),
    ("unknown_scoreboard", "fault f\ncaught by pins, by rules\n", "faults.txt:2: f: expected 'caught by SCOREBOARD"),
    ("unknown_word", HEAD + "why not\n", "faults.txt:5: f: 'why' is not a word of this file"),
    ("name_taken_twice", (HEAD + "in cmodel/a.c\n- x = 2;\n+ x = 3;\n") * 2, "faults.txt:8: f: this name is taken twice"),
    ("nothing_said_of_the_bug", "fault f\ncaught by lines, by rules\nshown by s\nin cmodel/a.c\n- x = 2;\n+ ;\n", "faults.txt:1: f: has no 'bug' line"),
    ("alone_of_what", HEAD + "alone\n", "faults.txt:5: f: 'alone' of what?"),
    ("alone_and_open", HEAD + "alone a line differs\nopen nobody looks\nin cmodel/a.c\n- x = 2;\n+ ;\n", "faults.txt:1: f: 'alone' is for a fault that a check catches"),
    ("texts_differ_outside_the_marks", HEAD + "in cmodel/a.c\n- if («x == 1»)\n+ while («x == 1»)\n", "differ outside « »"),
    ("marks_in_one_text_only", HEAD + "in cmodel/a.c\n- if («x == 1»)\n+ if (x)\n", "both texts have one « and one »"),
    ("originals_overlap", HEAD + "in cmodel/a.c\n- if (x == 1)\n- x = 2;\n+ ;\n" + HEAD.replace("fault f", "fault g")
     + "in cmodel/a.c\n- x = 2;  // two\n- return x + 7;\n+ return x;\n", "g and f: their original texts overlap"),
)

GOOD = (HEAD + "in cmodel/a.c\n- if (x == 1)\n-     x = 2;\n+ x = 5;\nin rtl/a.sv\n- y = «a & b»;\n+ y = «a | b»;\n"
        + HEAD.replace("fault f", "fault g") + "in cmodel/a.c\n- if («x == 1»)\n+ if («true»)\nin rtl/a.sv\n- y = a & b;\n- z = a;\n+ z = b;\n")
PLANTED = {
    "cmodel/a.c": "extern int fault_sel; int f(int x)\n{\n    { if (fault_sel == 1) { x = 5; } else { if ((fault_sel == 2 ? (true) : (x == 1)))\n"
                  "        x = 2; } }  // two\n    return x + 7;\n}\n",
    "rtl/a.sv": "module a;\n  always_comb begin\n    begin if (fault_pkg::sel == 2) begin z = b; end else begin "
                "y = (fault_pkg::sel == 1 ? (a | b) : (a & b));\n    z = a; end end\n  end\nendmodule\n",
}


def plant_into(folder, faults):
    for layer in plant.FOLDERS:
        (folder / "source" / layer).mkdir(parents=True)
    for name, text in SOURCES.items():
        (folder / "source" / name).write_text(text, encoding="utf-8")
    (folder / "source/tb/faults").mkdir()
    (folder / "source/tb/faults/faults.txt").write_text(faults, encoding="utf-8")
    return subprocess.run([sys.executable, HERE / "plant.py", folder / "source", folder / "out"], capture_output=True, text=True)


def bad_list(folder, faults, wanted):
    done = plant_into(folder, faults)
    if done.returncode == 0 or wanted not in done.stderr:
        return f"exit code {done.returncode}, {done.stderr.strip()!r} instead of {wanted!r}"
    return "it left files behind" if (folder / "out").exists() else ""


def good_list(folder):
    done = plant_into(folder, GOOD)
    for name, wanted in PLANTED.items():
        seen = (folder / "out" / name).read_text(encoding="utf-8") if done.returncode == 0 else done.stderr
        if seen != wanted:
            return f"{name}:\n{seen}instead of\n{wanted}"
    before = {path: path.stat().st_mtime_ns for path in (folder / "out").glob("*/*")}
    (folder / "out/rtl/gone.sv").write_text("module gone; endmodule\n", encoding="utf-8")
    subprocess.run([sys.executable, HERE / "plant.py", folder / "source", folder / "out"], check=True)
    after = {path: path.stat().st_mtime_ns for path in (folder / "out").glob("*/*")}
    return "" if before == after else "planting again touched files, or left one that is no source any more"


def planted_for_others(build):
    """Whether more than twinwire-faulty waits for the planting: build.ninja is what Ninja brings up to date before anything else."""
    does = {target: "faults/plant.py" in subprocess.run(["ninja", "-C", build, "-t", "commands", target], capture_output=True, text=True, check=True).stdout
            for target in ("all", "build.ninja", "twinwire-faulty")}
    return "" if does == {"all": False, "build.ninja": False, "twinwire-faulty": True} else f"what plants: {does}"


def main():
    tests = [(name, lambda folder, wanted=wanted: bad_list(folder, *wanted)) for name, *wanted in BAD] + [("faults_are_planted", good_list)]
    if sys.argv[1:] and Path(sys.argv[1], "build.ninja").exists():
        tests.append(("only_twinwire_faulty_waits_for_it", lambda folder: planted_for_others(sys.argv[1])))
    failed = 0
    for name, test in tests:
        with tempfile.TemporaryDirectory() as folder:
            wrong = test(Path(folder))
        failed += bool(wrong)
        print(f"{'FAIL' if wrong else 'ok  '} {name} {wrong}".rstrip())
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
