#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The mismatch card of a seeded fault, as a person reads it: it says where and what, and its own command shows the same again.

    mismatch_card_test.py FAULTY_PROGRAM

Whole run first: several scenarios, in the middle of which the fault shows; the wires that it draws must show what its words say. Then
the command printed behind `again`, which runs that scenario alone and so meets it at an earlier clk: the same place, pin, expected,
seen and drawing must come back, and the same number of clks after the scenario's start, which is always a power-up.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SAME = ("scoreboard", "scenario", "socket", "pin", "place", "expected", "seen", "rule", "clause", "drawing")
WORDS = ("when", "place", "pin", "expected", "seen", "rule", "clause", "wires", "again", "look")
COLUMNS, MISMATCH_COLUMN = 60, 40 # of the drawing: what it is about begins at the second
CLOCK_HZ = 50000000  # of sim.cfg
BEFORE = ("power_up_levels", "write_patterns")

# fault, the scenario that shows it, and what its card must say: read off the fault's own text, not off a run.
CARDS = (
    ("pcf_port_at_ack_fall", "write_many_bytes", {"scoreboard": "gpio", "socket": "u1", "pin": "port",
                                                  "place": r"ACK of data byte \d of the write to 0x20", "clause": r"lockstep"}),
    ("pcf_acks_general_call_in_both", "absent_address", {"scoreboard": "protocol", "socket": "bus", "pin": "symbol",
                                                         "place": r"ACK of the address byte of the write to 0x00", "expected": r"1 \(high\)",
                                                         "seen": r"0 \(low\)", "clause": r"UM10204 3\.1\.6"}),
    ("pcf_int_sticky_in_both", "int_cleared_by_pin_return", {"scoreboard": "int", "socket": "u1", "pin": "int_n", "expected": r"1 \(high\)",
                                                             "seen": r"0 \(low\)", "clause": r"NXP PCF8574 8\.5"}),
)


class Failed(Exception):
    pass


def read_card(text):
    """The card's lines as a dict. It is for eyes, so nothing but its words is relied on."""
    match = re.search(r"^MISMATCH  scoreboard (?P<scoreboard>\w+), scenario (?P<scenario>\w+)$", text, re.M)
    if not match:
        raise Failed(f"no MISMATCH card in:\n{text}")
    card = {**match.groupdict(), "drawing": {}}
    for line in text[match.end() + 1:].splitlines():
        word, row = re.match(rf"  ({'|'.join(WORDS)}) +(.+)$", line), re.match(r"    (\w[\w ]{9})(.+)$", line)
        if word:
            card[word.group(1)] = word.group(2)
        elif row:
            card["drawing"][row.group(1).strip()] = row.group(2)
        elif not line.strip():
            break
    missing = [word for word in WORDS if word not in card] + [row for row in ("SCL", "SDA", "expected", "seen") if row not in card["drawing"]]
    if missing:
        raise Failed(f"the card has no {', '.join(missing)}:\n{text[match.start():]}")
    card["socket"], card["pin"] = card["pin"].split(".")
    clk, us = re.fullmatch(r"clk (\d+), ([\d.]+) us", card["when"]).groups()
    card["clk"], card["us"] = int(clk), float(us)
    return card


def drawing_trouble(card):
    """The drawing shows what the words say: the levels or bytes at the column of the mismatch."""
    rows = card["drawing"]
    if any(len(row) > COLUMNS for row in rows.values()):
        return "a row is wider than the drawing"
    if rows["expected"][MISMATCH_COLUMN:MISMATCH_COLUMN + 3] == rows["seen"][MISMATCH_COLUMN:MISMATCH_COLUMN + 3]:
        return "expected and seen look the same at the mismatch"
    for word in ("expected", "seen"):
        text, row = card[word], rows[word]
        shows = re.search("[" + ("-/" if text[0] == "1" else r"_\\") + "]", row[MISMATCH_COLUMN]) if "(" in text else text[2:] in re.findall("[0-9a-f]{2}", row)
        if not shows:
            return f"{word} is {text}, drawn is {row!r}"
    return None


def run(command, cwd):
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)
    if done.returncode != 1:
        raise Failed(f"exit code {done.returncode}, not 1: {' '.join(command)}\n{done.stdout[-800:]}{done.stderr[-800:]}")
    return done.stdout


def since_start(folder, card):
    """Clks from the start of the card's scenario, and the board's clock."""
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    start = [one["start_clk"] for one in report["scenarios"] if one["name"] == card["scenario"]]
    if abs(card["us"] - card["clk"] / report["clock_hz"] * 1e6) > 0.002:
        raise Failed(f"clk {card['clk']} is not {card['us']} us")
    return card["clk"] - start[0]


def judge(program, fault, scenario, wanted, cwd):
    options = [word for name in (*BEFORE, scenario) for word in ("--scenario", name)]
    first_out = cwd / "out/first"
    card = read_card(run([program, "--fault", fault, *options, "--waves", "off", "--out", str(first_out), "sim.cfg"], cwd))
    if drawing_trouble(card):
        raise Failed(drawing_trouble(card))
    for word, pattern in wanted.items():
        if not re.search(pattern, card[word]):
            raise Failed(f"{word} is '{card[word]}', expected was '{pattern}'")
    if card["scenario"] not in (*BEFORE, scenario):
        raise Failed(f"it names the scenario {card['scenario']}")
    command = shlex.split(card["again"])
    again = read_card(run(command, cwd))
    different = [f"{word}: '{card[word]}', then '{again[word]}'" for word in SAME if card[word] != again[word]]
    if different:
        raise Failed("`again` shows another mismatch: " + "; ".join(different))
    for one in (card, again):
        viewer, waves_name, view_name = shlex.split(one["look"])
        waves, view = cwd / waves_name, cwd / view_name
        if viewer != "gtkwave" or view != waves.with_suffix(".gtkw"):
            raise Failed(f"`look` is {one['look']}")
        if not waves.is_file() or b"$enddefinitions" not in waves.read_bytes()[:200000]:
            raise Failed(f"`look` names {waves}, which is no waveform")
        marker = round(one["clk"] * 1e12 / CLOCK_HZ)
        if not view.is_file() or f" {marker} " not in view.read_text(encoding="utf-8"):
            raise Failed(f"{view} has no marker at {marker} ps")
    clks = since_start(first_out, card), since_start(cwd / command[command.index("--out") + 1], again)
    if clks[0] != clks[1]:
        raise Failed(f"{clks[0]} clks after the scenario's start, then {clks[1]}")
    return f"{card['socket']}.{card['pin']}, {card['place']}, {clks[0]:.0f} clks into {card['scenario']}; again the same"


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    program, passed, failed = str(Path(sys.argv[1]).resolve()), 0, 0
    for fault, scenario, wanted in CARDS:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(ROOT / "sim.cfg", folder)
            try:
                text, good = judge(program, fault, scenario, wanted, Path(folder)), True
            except Failed as bad:
                text, good = str(bad), False
        passed, failed = passed + good, failed + (not good)
        print(f"{'ok  ' if good else 'FAIL'} {fault:<36} {text}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
