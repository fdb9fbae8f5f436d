#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The blind bugs still fit rtl/, each changes it, and what it makes of it passes Verilator's lint.

    blind_test.py
"""

import filecmp
import subprocess
import sys
import tempfile
from pathlib import Path

import blind


def wrong(patch, folder):
    rtl = Path(folder) / "rtl"
    try:
        blind.apply(patch, rtl)
    except blind.Environment as why:
        return str(why)
    changed = [path for path in rtl.iterdir() if not filecmp.cmp(path, blind.ROOT / "rtl" / path.name, shallow=False)]
    if not changed:
        return "it changes nothing"
    done = subprocess.run(["verilator", "--lint-only", "-Wall", "-y", rtl, rtl / "i2c_controller.sv"], capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def lost_anchor(folder):
    """A patch whose text is not there any more is refused."""
    text = blind.patches()[0].read_text(encoding="utf-8")
    removed = next(line for line in text.splitlines() if line.startswith("-") and not line.startswith("---"))
    stale = Path(folder) / "stale.patch"
    stale.write_text(text.replace(removed, removed + " // edited since"), encoding="utf-8")
    try:
        blind.apply(stale, Path(folder) / "rtl")
    except blind.Environment as why:
        return "" if "stale.patch does not fit" in str(why) else str(why)
    return "it is applied all the same"


def main():
    tests = [(patch.stem, lambda folder, patch=patch: wrong(patch, folder)) for patch in blind.patches()] + [("a_stale_patch_is_refused", lost_anchor)]
    failed = 0
    for name, test in tests:
        with tempfile.TemporaryDirectory() as folder:
            why = test(folder)
        failed += bool(why)
        print(f"{'FAIL' if why else 'ok  '} {name} {why}".rstrip())
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed or len(tests) < 4 else 0


if __name__ == "__main__":
    sys.exit(main())
