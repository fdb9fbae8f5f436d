# SPDX-License-Identifier: Apache-2.0
"""What is known of mutants that nobody kills: verdicts.toml, an entry a mutant, by its key.

    [[verdict]]
    key = "module | text of the line | change"
    says = "equivalent"        the outputs are the same for all inputs, for ever: proved; of a C model argued from its code, and `how` is why
           "bounded"           the same within so many clocks of a reset; `how` has their number
           "unreachable"       outputs can differ, but not on any board that can be built or configured here; `how` is the reason
    how = "..."
    draw = N                   of a mutant of that draw (rtl_mutants.py); left out: of draw 0

An entry for a mutant that does not exist any more, or that somebody kills, is stale, and an error.
"""

import tomllib
from pathlib import Path

FILE = Path(__file__).resolve().parent / "verdicts.toml"
WORDS = ("equivalent", "bounded", "unreachable")


class Bad(Exception):
    pass


def read(draw=0, path=FILE):
    """{key: (word, how)} of the mutants of one draw."""
    found, keys = {}, set()
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("verdict", []) if path.is_file() else []
    except tomllib.TOMLDecodeError as why:
        raise Bad(f"{path}: {why}") from None
    for one in entries:
        if set(one) - {"draw"} != {"key", "says", "how"} or one["says"] not in WORDS or type(one.get("draw", 0)) is not int:
            raise Bad(f"{path}: wanted are key, says ({', '.join(WORDS)}), how, and perhaps draw, a number: {one}")
        if one["key"] in keys:
            raise Bad(f"{path}: twice: {one['key']}")
        keys.add(one["key"])
        if one.get("draw", 0) == draw:
            found[one["key"]] = (one["says"], one["how"])
    return found


def entry(key, says, how):
    quoted = ['"%s"' % text.replace("\\", "\\\\").replace('"', '\\"') for text in (key, how)]
    return f'[[verdict]]\nkey = {quoted[0]}\nsays = "{says}"\nhow = {quoted[1]}\n\n'
