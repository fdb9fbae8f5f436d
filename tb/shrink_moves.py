# SPDX-License-Identifier: Apache-2.0
"""A scenario taken apart for shrinking: its commands, the steps they belong to, and what a simpler command would be.

Every move makes a command simpler in one way (fewer words, a smaller number, fewer bits, one line less disturbed), and none undoes
another, so trying moves until none holds comes to an end.
"""

import re

STEP = re.compile(r"\s*# step \d+")  # as tb/random.c writes it
KINDS = ("write", "read", "write_read", "chain")
OPTIONS = ("at", "frame", "plus", "for", "on", "within")


def commands(text):
    """(commands, steps): each command as a text, which may have several lines; each step as the range of its commands."""
    found, starts, open_lines = [], [], []
    for line in text.splitlines():
        if not open_lines and (not line.strip() or line.lstrip().startswith("#")):
            if STEP.match(line):
                starts.append(len(found))
            continue
        open_lines.append(line)
        if whole("\n".join(open_lines)):
            found.append("\n".join(open_lines))
            open_lines = []
    if open_lines:
        found.append("\n".join(open_lines))
    bounds = sorted({0, len(found), *starts}) if starts else list(range(len(found) + 1))
    return found, [list(range(a, b)) for a, b in zip(bounds, bounds[1:])]


def whole(text):
    """Tcl's own rule for the end of a command, as far as scenarios need it: braces and brackets are closed, no backslash at the end."""
    depth, quoted, previous = 0, False, ""
    for letter in text:
        if previous == "\\":
            previous = ""
            continue
        if letter == '"' and depth == 0:
            quoted = not quoted
        elif not quoted:
            depth += (letter in "{[") - (letter in "}]")
        previous = letter
    return depth <= 0 and not quoted and not text.endswith("\\")


# ---- Simpler numbers ------------------------------------------------------------------------------------------------

def smaller(number, least=0):
    """Smaller numbers, the smallest first; then round ones."""
    digits = 10 ** (len(str(number)) - 1)
    wanted = (least, 1, number // 10, number // 2, *(number // unit * unit for unit in (digits, digits // 10) if unit))
    return [n for n in dict.fromkeys(wanted) if least <= n < number]


def lower(number, least=0):
    """As `smaller`, for small numbers: the next one below is worth a try, and the same place one byte before."""
    return [n for n in dict.fromkeys([*smaller(number, least), number - 9, number - 1]) if least <= n < number]


def simpler_byte(word):
    byte = int(word, 0)
    if byte == 0:
        return []
    fewer = [byte & ~(1 << bit) for bit in range(8) if byte >> bit & 1] if byte != 0xFF else []
    return ["0x%02x" % b for b in dict.fromkeys([0, *([0xFF] if byte != 0xFF else []), *fewer])]


def simpler_time(word):
    match = re.fullmatch(r"(\d+)(clk|ns|us|ms|bit)", word)
    return ["%d%s" % (n, match[2]) for n in smaller(int(match[1]))] if match else []


def simpler_pattern(word):
    if not re.fullmatch(r"0b[01zx]{8}", word):
        return []
    return [word[:i] + "z" + word[i + 1:] for i in range(2, 10) if word[i] in "01"]


def is_byte(word):
    return re.fullmatch(r"0x[0-9a-fA-F]{1,2}|\d{1,3}", word) and int(word, 0) <= 255


# ---- Simpler transfers ----------------------------------------------------------------------------------------------

def fewer(words):
    """Lists with a half or one of the words left out."""
    n = len(words)
    halves = [words[n // 2:], words[:n // 2]] if n > 1 else []
    return [*halves, *(words[:i] + words[i + 1:] for i in range(n))]


def simpler_write(addr, data):
    for rest in fewer(data):
        yield ["write", addr, *rest]
    for i, word in enumerate(data):
        if is_byte(word):
            yield from (["write", addr, *data[:i], byte, *data[i + 1:]] for byte in simpler_byte(word))


def simpler_transfer(words):
    """Of KIND ARGUMENT ...; a list in braces is one word."""
    kind = words[0]
    if kind == "write" and len(words) > 1:
        yield from simpler_write(words[1], words[2:])
    elif kind == "read" and len(words) == 3 and words[2].isdigit():
        yield from (["read", words[1], str(n)] for n in lower(int(words[2]), 1))
    elif kind == "write_read" and len(words) == 4:
        data = split(words[2][1:-1]) if words[2].startswith("{") else [words[2]]
        yield ["read", words[1], words[3]]
        yield ["write", words[1], *data]
        yield from (["write_read", words[1], "{%s}" % " ".join(one[2:]), words[3]] for one in simpler_write(words[1], data))
        if words[3].isdigit():
            yield from ([*words[:3], str(n)] for n in lower(int(words[3]), 1))
    elif kind == "chain":
        parts = words[1:]
        for rest in fewer(parts):
            if len(rest) == 1:
                yield split(rest[0][1:-1])
            elif rest:
                yield ["chain", *rest]
        for i, part in enumerate(parts):
            for one in simpler_transfer(split(part[1:-1])):
                yield ["chain", *parts[:i], "{%s}" % " ".join(one), *parts[i + 1:]]


# ---- Simpler commands -----------------------------------------------------------------------------------------------

def split(text):
    """Words of a command; what stands in braces is one."""
    return re.findall(r"\{(?:[^{}]|\{[^{}]*\})*\}|\S+", text)


def simpler_options(words, first):
    """Of `at SLOT ?frame N? ?plus TIME? ...` from words[first] on."""
    for i in range(first, len(words) - 1, 2):
        if words[i] not in OPTIONS:
            return
        if not (words[i] == "at" and "frame" in words[i:]):
            yield words[:i] + words[i + 2:]
        if words[i] == "within":
            continue
        values = [str(n) for n in lower(int(words[i + 1]))] if words[i + 1].isdigit() else simpler_time(words[i + 1])
        yield from (words[:i + 1] + [value] + words[i + 2:] for value in values)


def first_option(words):
    return next((i for i, word in enumerate(words) if i and word in OPTIONS), len(words))


def simpler_words(words):
    name, options = words[0], first_option(words)
    if name in ("i2c", "rival") and len(words) > 2:
        at = 2 if words[1] == "begin" else 1
        if words[at] in KINDS:
            yield from (words[:at] + one + words[options:] for one in simpler_transfer(words[at:options]))
    elif name == "pins" and len(words) > 2:
        yield from (words[:2] + [one] + words[3:] for one in simpler_pattern(words[2]))
    elif name == "inject" and len(words) > 3:
        yield from (words[:3] + [one] + words[4:] for one in simpler_time(words[3]) if not one.startswith("0"))
    elif name == "reset" and len(words) > 2:
        yield from (words[:2] + [one] + words[3:] for one in simpler_time(words[2]) if not one.startswith("0"))
    elif name == "run" and len(words) == 2:
        yield from (["run", one] for one in simpler_time(words[1]))
    elif name == "host" and len(words) == 4 and words[1] == "write" and is_byte(words[3]):
        yield from (words[:3] + [one] for one in simpler_byte(words[3]))
    yield from simpler_options(words, options)


def simpler(command):
    """Simpler commands, the most daring first. None for what is more than a plain command of scenarios."""
    if re.search(r'[\n$\[\\"]', command):
        return
    head, mark, expectation = command.partition(";")
    if mark:
        yield head.rstrip()
    for words in simpler_words(split(head)):
        yield " ".join(words) + (mark and "; " + expectation.strip())
