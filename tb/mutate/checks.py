# SPDX-License-Identifier: Apache-2.0
"""Which checks the scoreboards have, read from their sources, and which of them is the only one to see something."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = {"lines": ("lines",), "host": ("host",), "gpio": ("gpio",), "int": ("int",), "protocol": ("protocol", "commands", "arbitration")}
CLAUSE = re.compile(r"UM10204|NXP |TI SC|PH97|controller map|Wishbone|lockstep")


def of_source():
    """{scoreboard: names of its checks}: what a finding says without its last parentheses; of `timing` the names of its rules, but for tSP, which
    is only counted."""
    found = {}
    for board, files in FILES.items():
        texts = [(ROOT / "scoreboards" / f"{name}.c").read_text(encoding="utf-8") for name in files]
        code = "\n".join(re.sub(r"//[^\n]*", "", text) for text in texts)
        words = [word for word in re.findall(r'"((?:\\.|[^"\\])*)"', code) if word.count(" ") > 1 and not CLAUSE.match(word)]
        found[board] = list(dict.fromkeys(word.partition(" (%s")[0] for word in words))
    timing = (ROOT / "scoreboards/timing.c").read_text(encoding="utf-8")
    rules = re.findall(r'\{"(t[A-Za-z;]+|1/fSCL)"', timing)
    found["timing"] = [*dict.fromkeys(rule for rule in rules if rule != "tSP"), "the bus is not free after reset"]
    return found


def matrix(runs):
    """{(board, check): [runs in which it failed, those in which no other check did, the first of these]}; `runs` yields (name, killers)."""
    table = {(board, check): [0, 0, ""] for board, names in of_source().items() for check in names}
    for name, killers in runs:
        failed = {(board, check.partition(": ")[2]) for board, checks in killers.items() if board in FILES or board == "timing" for check in checks}
        for one in failed:
            row = table.setdefault(one, [0, 0, ""])
            row[0] += 1
            if len(failed) == 1:
                row[1] += 1
                row[2] = row[2] or name
    return table
