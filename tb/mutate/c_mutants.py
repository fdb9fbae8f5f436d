#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the C models and the scoreboards with all their mutants in them, at most one of them on.

    c_mutants.py SOURCE_FOLDER OUT_FOLDER DRAW

OUT_FOLDER gets cmodel/*.c and scoreboards/*.c, model_mutants.c and model_mutants.json, the list. Headers stay where they are: an
include path leads to them.

    condition   (mutant_sel == K ? (faulty) : (original))                      of if and while, and what is assigned or returned
    statement   if (mutant_sel == K) { faulty } else { original }              or nothing in place of it

What is faulty: a condition negated, && for || and < for <= and the like, a constant one more, true for false, a statement dropped. Of each
statement PER_STATEMENT are taken, by a hash of what they are; of each check that it is switched off. What can change only a text, or
nothing, is not taken. A mutant is known by its key: `file | text of the line | change`. DRAW is as in rtl_mutants.py.
"""

import json
import re
import sys
from pathlib import Path

import rtl_mutants

FOLDERS = ("cmodel", "scoreboards")
PER_STATEMENT = {"cmodel": 2, "scoreboards": 1}
PART = {"cmodel": 1, "scoreboards": 2}  # of the scoreboards' statements every second one, but of each check that it is switched off

SWAPS = {"&&": "||", "||": "&&", "==": "!=", "!=": "==", "<=": "<", ">=": ">", "<": "<=", ">": ">=", "+": "-", "-": "+", "true": "false",
         "false": "true", "&": "|", "<<": ">>", ">>": "<<"}
TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|->|\+\+|--|[-+*/|&^]=|<<=|>>=|<<|>>|&&|\|\||[<>=!]=|\w+|\S')
DECLARATION = re.compile(r"^(?:const |static |struct \w+|enum \w+|unsigned\b|bool\b|u?int\d+_t\b|int\b|char\b|size_t\b|double\b)")
NUMBER = re.compile(r"^\d+u?$")
CHECK = re.compile(r"(?:\(void\))?(?:scoreboards_fact|scoreboards_note|protocol_fact|judge_read|note_bit|note_word)\(|"
                   r"(?:\w+->)?bad(?:\+\+| \+?= )|(?:wrong|pulled) \|= |\S+failures \+= ")
GUARDED = re.compile(r"\s*\{?\s*(?:%s)" % CHECK.pattern)  # behind the condition of an `if`
TEXT = re.compile(r"(?:\(void\))?(?:snprintf|strncpy)\(|\(void\)\w+(?:, \(void\)\w+)*;?$")


def blank_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def balanced(text, start):
    """The position behind the parenthesis that closes the one at `start`."""
    depth, quoted = 0, ""
    for i in range(start, len(text)):
        c = text[i]
        if c in "\"'" and quoted in ("", c) and text[i - 1] != "\\":
            quoted = c if not quoted else ""
        depth += (not quoted) * ((c in "([{") - (c in ")]}"))
        if depth == 0:
            return i + 1
    raise ValueError("unbalanced")


class Site:
    """What can be replaced: an expression, or a whole statement."""

    def __init__(self, start, end, expression):
        self.start, self.end, self.expression = start, end, expression


def sites(text):
    """Sites of a file, found line by line: every statement begins on a line of its own."""
    depth, at = 0, 0
    for line in text.splitlines(keepends=True):
        start, body = at, line.strip()
        at += len(line)
        before, depth = depth, depth + line.count("{") - line.count("}")
        if before == 0 or not body or body.startswith(("#", ".", "}")) and not body.startswith("} else if"):
            continue
        yield from statement_sites(text, start + len(line) - len(line.lstrip()))


def statement_sites(text, at):
    label = re.compile(r"(?:case [^:?]+|default):[ \t]*").match(text, at)
    at = label.end() if label else at
    if text[at:at + 1] == "\n":
        return
    head = re.compile(r"(?:\} )?(?:else )?(?:if|while) (?=\()").match(text, at)
    if head:
        end = balanced(text, head.end())
        yield Site(head.end() + 1, end - 1, True)
        return
    end = text.find(";", at)
    if end < 0 or re.match(r"(?:for|else|do|switch|enum|goto|break|continue|static const)\b", text[at:at + 16]):
        return
    statement = text[at:end]
    if statement.startswith("return") and statement != "return":
        yield Site(at + 7, end, True)
        return
    value = re.match(r"[^=;{]*? = (?!\{)(?=[^;{}]*$)", statement, re.S)
    if DECLARATION.match(statement):
        if value and "," not in re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", statement)):  # one name, no list
            yield Site(at + value.end(), end, True)
    elif statement.count("{") == statement.count("}"):
        # A line that goes on the one before is no statement of its own.
        previous = text[:at].rstrip()
        if previous.endswith((";", "{", "}", ")", ":", "else")) and re.match(r"[\w*(+-]", statement):
            yield Site(at, end + 1, False)


def least_or_most(text, at):
    """Is the < or > at `at` that of `a < b ? a : b`? Where a and b are the same, so is the result."""
    last = re.compile(r".(.+?) \? ").match(text, at)
    if not last:
        return False
    b, rest = last[1].strip(), text[last.end():]
    a = rest[len(b) + 3:] if rest.startswith(b + " : ") else rest.partition(" : ")[0]
    return a != "" and any(text[:at].rstrip().endswith(one) for one in (a, a.rstrip(");"))) and b in rest


def told(text, at):
    """Does the number at `at` stand in a list, or among what a check is told, and not among the arguments of a function?"""
    depth = 0
    for i in range(at - 1, -1, -1):
        depth += (text[i] in ")]}") - (text[i] in "([{")
        if depth < 0:
            return text[i] == "{" or bool(CHECK.search(text[:i + 1]) or re.search(r"printf\($", text[:i + 1]))
    return True


def changes(text, expression, guards_check):
    """(what, faulty text) of an expression or a statement."""
    if TEXT.match(text):
        return
    if guards_check:
        yield "never", "false"
    elif expression and CHECK.match(text):
        yield "dropped", "true"
    elif expression and not re.fullmatch(r"[^&|]*[\w)\]] [=!]= [\w(][^&|=!<>]*", text):  # of one comparison the other one says the same
        if not re.fullmatch(r"[\w>.\-]+|\d+", text.strip()) or text.strip() not in ("true", "false"):
            if not text.startswith("(struct") and re.search(r"&&|\|\||[<>=!]=|[^-<>][<>][^<>]|!|^\s*\w+\(", text) and "?" not in text:
                yield "negated", f"!({text})"
    elif not expression and text != "return;":
        yield "dropped", ";"
    tokens = list(TOKEN.finditer(text))
    for index, token in enumerate(tokens):
        word = token.group()
        before = tokens[index - 1].group() if index else "("
        if word in ("+", "-", "&", "<", "*") and not re.match(r"[\w)\]]", before[-1]):
            continue  # unary
        number = NUMBER.match(word)
        if word == "-" and "(size_t)(" in text[:token.start()]:
            continue  # of two pointers there is no sum
        if word in SWAPS and before not in ("case",):
            other = SWAPS[word]
        elif number and before not in ("[", "{") and not (before == "," and told(text, token.start())) and not text[token.end():].startswith("]"):
            other = f"({word} + 1)"
        else:
            continue
        if word == "&" and text[max(0, token.start() - 1)] == "(" or word in "<>" and least_or_most(text, token.start()):
            continue
        yield f"{token.start()}: {word} becomes {other}", text[:token.start()] + other + text[token.end():]


def list_file(source, folder, name, draw):
    text = (source / folder / name).read_text(encoding="utf-8")
    blank = blank_comments(text)
    lines = rtl_mutants.numbered(text.splitlines())
    for site in sites(blank):
        here, line = [], blank.count("\n", 0, site.start) + 1
        guards = folder == "scoreboards" and blank[site.end] == ")" and bool(GUARDED.match(blank, site.end + 1))
        for what, faulty in changes(blank[site.start:site.end], site.expression, guards):
            what = f"{site.start - blank.rfind(chr(10), 0, site.start)}: {what}"
            here.append({"module": f"{folder}/{name}", "line": line, "text": lines[line - 1], "change": what, "kind": re.sub(r"^(\d+: )+", "", what),
                         "key": f"{folder}/{name} | {lines[line - 1]} | {what}", "faulty": re.sub(r"\s*\n\s*", " ", faulty), "site": site})
        check = guards or bool(CHECK.match(blank[site.start:site.end]))
        here.sort(key=lambda m: (check and not m["change"].endswith(("dropped", "never")), rtl_mutants.rank(m["key"])))
        chosen = check or here and rtl_mutants.rank(here[0]["text"])[0] % PART[folder] == 0
        yield from rtl_mutants.drawn(here, here[:PER_STATEMENT[folder]] if chosen else [], PER_STATEMENT[folder], draw)


def planted(text, mutants):
    """The file's text with the mutants in it; sites do not overlap."""
    out, at, by_site = "", 0, {}
    for mutant in mutants:
        by_site.setdefault((mutant["site"].start, mutant["site"].end, mutant["site"].expression), []).append(mutant)
    for start, end, expression in sorted(by_site):
        original = re.sub("//([^\n]*)", r"/*\1 */", text[start:end])
        core = f"({original})" if expression else f"{{ {original} }}"
        for mutant in by_site[start, end, expression]:
            on = f"mutant_sel == {mutant['number']}"
            core = f"({on} ? ({mutant['faulty']}) : {core})" if expression else f"{{ if ({on}) {{ {mutant['faulty']} }} else {core} }}"
        out += text[at:start] + core
        at = end
    return "extern int mutant_sel; " + out + text[at:]


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    source, out = (Path(word).resolve() for word in sys.argv[1:3])
    files = [(folder, path.name) for folder in FOLDERS for path in sorted((source / folder).glob("*.c"))]
    mutants = []
    for folder, name in files:
        own = list(list_file(source, folder, name, int(sys.argv[3])))
        for number, mutant in enumerate(own, len(mutants) + 1):
            mutant["number"] = number
        mutants += own
        rtl_mutants.write(out / folder / name, planted((source / folder / name).read_text(encoding="utf-8"), own))
    for mutant in mutants:
        del mutant["site"]
    rtl_mutants.write(out / "model_mutants.c", rtl_mutants.mutants_c(len(mutants)))
    rtl_mutants.write(out / "model_mutants.json", json.dumps(mutants, indent=1) + "\n")


if __name__ == "__main__":
    main()
