#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The quick proofs hold, and formal.py says no when it must: a property that fails, one that says nothing, one that nothing breaks.

    formal_test.py SOURCE
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(sys.argv[1]).resolve()
sys.path.insert(0, str(SOURCE / "tb"))
from simulation import Cases, first  # noqa: E402

SYMBOLS = "tb/formal/symbols_proof.sv"


def formal(folder, tree, *options, path=None):
    environment = {**os.environ, **({"PATH": path} if path else {})}
    done = subprocess.run([sys.executable, SOURCE / "tb/formal/formal.py", "--out", folder / "out", *options, tree], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
    return done.returncode, done.stdout + done.stderr


def edited(folder, file, old, new):
    """A copy of what is proved, with one text changed in one file."""
    tree = folder / "tree"
    shutil.rmtree(tree, ignore_errors=True)
    for part in ("rtl", "tb/formal"):
        shutil.copytree(SOURCE / part, tree / part)
    text = (tree / file).read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file} has {old!r} {text.count(old)} times"
    (tree / file).write_text(text.replace(old, new), encoding="utf-8")
    return tree


def interrupted(folder):
    """Asked to end in the longest proof; its tools, which work below the folder, end too."""
    running = subprocess.Popen([sys.executable, SOURCE / "tb/formal/formal.py", "--out", folder / "long", "--only", "controller", "--jobs", "1", SOURCE],
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 20
    while not (found := tools(folder / "long")) and time.monotonic() < end:
        time.sleep(0.05)
    running.terminate()
    try:
        code = running.wait(20)
    except subprocess.TimeoutExpired:
        running.kill()
        code = "none"
    left = tools(folder / "long")
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return first(not found and "no tool ran", code != 130 and f"exit code {code}", left and f"{len(left)} tools are left")


def tools(folder):
    """Processes that work below the folder."""
    found = []
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.readlink(f"/proc/{name}/cwd").startswith(str(folder)):
                found.append(int(name))
        except OSError:
            pass
    return found


def expect(result, code, *texts):
    return first(result[0] != code and f"exit code {result[0]}, not {code}: {result[1][-600:]}", *(t not in result[1] and f"no {t!r} in {result[1][-900:]}" for t in texts))


def main():
    cases = Cases()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "out").mkdir()
        (folder / "out/mine.txt").write_text("not of formal.py", encoding="utf-8")
        cases.case("quick_proofs_hold", expect(formal(folder, SOURCE, "--quick"), 0, "PASS"))
        cases.case("each_break_is_seen", expect(formal(folder, SOURCE, "--only", "symbols"), 0, "PASS", "7 breaks"))

        tree = edited(folder, "rtl/pcf8574.sv", "port_d        = byte_q;", "port_d        = ~byte_q;")
        result = formal(folder, tree, "--quick", "--only", "target")
        vcd = folder / "out/target/proof/port_takes_the_byte_written.vcd"
        cases.case("a_property_that_fails", expect(result, 1, "FAIL", "port_takes_the_byte_written (tb/formal/target_proof.sv:", "fails at clk", str(vcd))
                   or (not vcd.is_file() and "no trace"))

        tree = edited(folder, SYMBOLS, "!settled, !rise", "!settled && settled, !rise")
        cases.case("a_property_that_says_nothing", expect(formal(folder, tree, "--quick", "--only", "symbols"), 1, "nothing_before_settled", "never has anything to say"))
        tree = edited(folder, "tb/formal/breaks.toml", 'fails = ["nothing_before_settled"]', "fails = []")
        cases.case("a_property_that_nothing_breaks", expect(formal(folder, tree, "--only", "symbols"), 2, "nothing breaks nothing_before_settled"))
        tree = edited(folder, "tb/formal/breaks.toml", 'fails = ["nothing_before_settled"]', 'fails = ["nothing_before_settled", "stays_settled"]')
        cases.case("a_break_that_breaks_nothing", expect(formal(folder, tree, "--only", "symbols"), 1, "stays_settled: is not broken by rise_before_settled"))
        tree = edited(folder, "rtl/i2c_symbols.sv", "settled & scl_now & ~scl_prev", "scl_now & ~scl_prev & settled")
        cases.case("a_break_that_no_longer_fits", expect(formal(folder, tree), 2, "the original text is in rtl/i2c_symbols.sv 0 times"))
        cases.case("a_proof_that_is_not_there", expect(formal(folder, SOURCE, "--only", "adc"), 2, "there is no proof adc"))
        cases.case("a_choice_of_nothing", expect(formal(folder, SOURCE, "--quick", "--only", "controller"), 2, "not marked quick"))
        cases.case("what_else_lies_there_stays", None if (folder / "out/mine.txt").is_file() else "it is gone")
        cases.case("it_ends_with_its_tools", interrupted(folder))
        cases.case("a_tool_that_is_missing", expect(formal(folder, SOURCE, path="/nonexistent"), 3, "missing: yosys"))
    cases.end()
    return 1 if cases.failed else 0


if __name__ == "__main__":
    sys.exit(main())
