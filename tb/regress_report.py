# SPDX-License-Identifier: Apache-2.0
"""What a regression leaves: a live line and a summary on the terminal, report.html, report.json, junit.xml."""

import html
import json
import os
import re
import shlex
import textwrap
import time
import xml.etree.ElementTree

import regress_run

SHOWN = 3  # groups on the terminal: a screen holds no more
LINKS = 30  # tests of one group that report.html links
TONE = {"pass": "pass", "interrupted": "warn", "not-run": "warn"}  # of report_css.h; all else is "fail"
VERDICT = {0: "PASS", 1: "FAIL", 130: "INTERRUPTED"}


def counted(number, word):
    return "%s %s%s" % (format(number, ","), word, "" if number == 1 else "s")


def clean(text):
    """Without the control characters that XML cannot hold."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)


class Group:
    """Tests that did not pass of one cause (regress_run.cause)."""

    def __init__(self, first):
        self.status, self.first, self.tests, self.places = first["status"], first, [], []
        self.what = first["what"]
        self.shrunk = None

    def add(self, one):
        self.tests.append(one)
        if one["status"] == "fail" and one["signature"][1] not in self.places:
            self.places.append(one["signature"][1])

    def reason(self):
        more = ["and %s" % counted(len(self.places) - 1, "other place")] if len(self.places) > 1 else []
        return ", ".join(part for part in [*self.first["signature"], *more] if part)

    def json(self):
        return {"status": self.status, "signature": self.first["signature"], "places": self.places, "count": len(self.tests), "first_test": self.first["test"],
                "first_seed": self.first["seed"], "what": self.what, "command": shlex.join(self.first["command"]),
                "tests": [one["test"] for one in self.tests], "shrunk": self.shrunk}


class Regression:
    def __init__(self, results, code, options, command, wall_s, resumed):
        self.results, self.code, self.command, self.wall_s, self.resumed = results, code, command, wall_s, resumed
        self.out, self.base, self.sim_cfg = options.out, options.reseed, options.sim_cfg
        self.counts = {status: sum(one["status"] == status for one in results) for status in regress_run.STATUSES}
        groups = {}
        for one in results:
            if one["status"] not in ("pass", "not-run"):
                groups.setdefault(regress_run.cause(one), Group(one)).add(one)
        rank = {status: number for number, status in enumerate(regress_run.STATUSES)}
        self.groups = sorted(groups.values(), key=lambda group: (group.status == "interrupted", -len(group.tests), rank[group.status]))

    def sum(self):
        return "%s: %s" % (counted(len(self.results), "test"), ", ".join("%d %s" % (n, status) for status, n in self.counts.items() if n))

    def line(self):
        parts = ["base seed %d" % self.base, "%.1f s" % self.wall_s] + (["%d passed before" % self.resumed] if self.resumed else [])
        off = list(dict.fromkeys(name for one in self.results for name in one.get("off", [])))
        parts += ["without the scoreboard%s %s" % ("s" * (len(off) != 1), ", ".join(off))] if off else []
        lax = list(dict.fromkeys(name for one in self.results for name in one.get("lax", [])))
        parts += ["times that may be broken: %s" % ", ".join(lax)] if lax else []
        return ", ".join(parts)


# ---- Terminal -------------------------------------------------------------------------------------------------------

class Progress:
    """One live line, on a terminal only."""

    def __init__(self, file, tests, done):
        self.file, self.all, self.before, self.done, self.bad = file, tests, done, done, 0
        self.on = file.isatty() and os.environ.get("TERM", "dumb") not in ("", "dumb")
        self.start, self.due, self.shown = time.monotonic(), 0, False

    def ended(self, status):
        self.done, self.bad = self.done + 1, self.bad + (status != "pass")

    def show(self):
        now = time.monotonic()
        if not self.on or now < self.due:
            return
        self.due = now + 0.1
        try:
            columns = os.get_terminal_size(self.file.fileno()).columns
        except OSError:
            columns = 80
        text = "%d/%d  %s" % (self.done, self.all, counted(self.bad, "failure"))
        if self.done > self.before:
            left = (now - self.start) / (self.done - self.before) * (self.all - self.done)
            text += "  %.0f s left" % left if left < 99.5 else "  %.0f min left" % (left / 60) if left < 5970 else "  %.0f h left" % (left / 3600)
        width = min(30, columns - len(text) - 6)
        if width >= 5:
            full = width * self.done // self.all
            text = "[%s%s] %s" % ("#" * full, "." * (width - full), text)
        self.put(text[:max(0, columns - 3)])

    def tell(self, text):
        if self.on:
            self.put(text)

    def put(self, text):
        self.write("\r  %s\033[K\r" % text)
        self.shown = True

    def clear(self):
        if self.shown:
            self.write("\r\033[K")
        self.shown = False

    def write(self, text):
        try:
            self.file.write(text)
            self.file.flush()
        except OSError:  # who watched has gone
            self.on = False


def summary(run, out):
    try:
        columns = max(40, min(120, os.get_terminal_size(out.fileno()).columns))
    except (OSError, ValueError):
        columns = 100
    lines = []
    for group in run.groups[:SHOWN]:
        head = "%4d x %-11s " % (len(group.tests), group.status)
        indent = " " * len(head)
        lines += textwrap.wrap(head + group.reason(), columns, subsequent_indent=indent, max_lines=2, placeholder=" ...")
        if group.what:
            lines += [indent + textwrap.shorten(group.what, columns - len(indent), placeholder=" ...")]
        lines += ["    " + shlex.join(group.first["command"])]
        if group.shrunk:
            lines += ["    " + ("not shrunk: %(failed)s" if "failed" in group.shrunk else "shrunk to %(lines)d of %(of)d lines: %(command)s") % group.shrunk]
        lines += [""]
    if len(run.groups) > SHOWN:
        lines += ["  %s: %s/report.html" % (counted(len(run.groups) - SHOWN, "more group"), run.out), ""]
    print("\n  %s\n" % run.sum() + "".join("\n" + line for line in lines), end="\n" if lines else "", file=out)
    print("  %s  %s, results in %s" % (VERDICT[run.code], run.line(), run.out), file=out)
    print(run.command, file=out, flush=True)


# ---- report.html ----------------------------------------------------------------------------------------------------

def read_css(path):
    """The style of the simulator's own report: the string in the C header."""
    with open(path, encoding="utf-8") as f:
        lines = re.findall(r'^\s+"(.*)\\n";?$', f.read(), re.MULTILINE)
    return "\n".join(line.replace('\\"', '"').replace("\\\\", "\\") for line in lines)


def tag(name, text, classes=""):
    return "<%s%s>%s</%s>" % (name, classes and ' class="%s"' % classes, html.escape(clean(str(text))), name)


def command_html(words):
    # Spans keep a word from being broken at its hyphens.
    return '<pre class="command">%s</pre>' % " ".join(tag("span", word) for word in (words if isinstance(words, str) else shlex.join(words)).split(" "))


def test_link(run, one):
    for name in ("report.html", "log.txt"):
        if os.path.exists(os.path.join(run.out, one["test"], name)):
            return '<a href="%s">%s</a>' % (html.escape("%s/%s" % (one["test"], name)), html.escape(one["test"]))
    return html.escape(one["test"])


def group_html(run, group, number):
    more = "" if len(group.tests) <= LINKS else " and %d more" % (len(group.tests) - LINKS)
    board, _, where, clause = group.first["signature"] if group.status == "fail" else ("", "", "", "")
    places = "; ".join(group.places[:LINKS]) + (" and %d more" % (len(group.places) - LINKS) if len(group.places) > LINKS else "")
    facts = [(key, tag("dd", value)) for key, value in (("scoreboard", board), ("place", places), ("at", where), ("rule", clause)) if value]
    facts += [("first", "<dd>%s%s</dd>" % (test_link(run, group.first), "" if group.first["seed"] is None else ", seed %d" % group.first["seed"]))]
    facts += [("tests", "<dd>%s%s</dd>" % (", ".join(test_link(run, one) for one in group.tests[:LINKS]), more))]
    return "\n".join(['<article aria-labelledby="group%d">' % number,
                      '<h3 id="group%d">%d &times; %s: %s</h3>' % (number, len(group.tests), group.status, html.escape(clean(group.what or group.reason()))),
                      "" if group.status == "fail" or not group.what else tag("p", group.reason(), "soft"),
                      "<dl>%s</dl>" % "".join(tag("dt", key) + value for key, value in facts),
                      '<p class="soft">The first of them again:</p>', command_html(group.first["command"]), *shrunk_html(run, group.shrunk), "</article>"])


def shrunk_html(run, shrunk):
    if not shrunk:
        return []
    if "failed" in shrunk:
        return [tag("p", "Not shrunk: %s" % shrunk["failed"], "soft")]
    link = '<a href="%s">%s</a>' % ((html.escape(os.path.relpath(shrunk["file"], run.out)),) * 2)
    why = shrunk["stopped"] and html.escape(", for " + shrunk["stopped"])
    return ['<p class="soft">Shrunk to %d of %d lines%s, %s:</p>' % (shrunk["lines"], shrunk["of"], why, link),
            '<pre>%s</pre>' % html.escape(clean("\n".join(shrunk["scenario"][:40]))), command_html(shrunk["command"])]


def row_html(run, one):
    number = "".join('<td class="number">%s</td>' % (format(one[key], ",") if key in one else "") for key in ("checks", "transfers"))
    return '<tr><th scope="row">%s</th>%s<td class="number mono">%s</td>%s<td class="number">%.2f</td></tr>' % (
        test_link(run, one), tag("td", one["status"], TONE.get(one["status"], "fail")), "" if one["seed"] is None else one["seed"], number, one["wall_s"])


def html_text(run, css):
    title = "%s: %s" % (VERDICT[run.code], run.sum())
    head = "".join('<th scope="col"%s>%s</th>' % (' class="number"' if n > 1 else "", word)
                   for n, word in enumerate(("test", "result", "seed", "checks", "transfers", "wall s")))
    groups = "\n".join(group_html(run, group, number) for number, group in enumerate(run.groups))
    rows = "\n".join(row_html(run, one) for one in run.results)
    tone = {0: "pass", 1: "fail", 130: "warn"}[run.code]
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(title)} - Twinwire regression</title>
<style>
{css}
</style>
</head>
<body>
<header>
<p class="soft">Twinwire regression, {html.escape(clean(run.sim_cfg))}</p>
<h1 class="{tone}">{VERDICT[run.code]}</h1>
<p>{html.escape(run.sum())}.</p>
<p class="soft">{html.escape(run.line())}</p>
</header>
<main>
{'<section aria-labelledby="groups"><h2 id="groups">What did not pass</h2>' + chr(10) + groups + chr(10) + '</section>' if groups else ''}
<section aria-labelledby="tests"><h2 id="tests">Tests</h2>
<details{' open' if len(run.results) <= 60 else ''}>
<summary>All {len(run.results)}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Tests">
<table><thead><tr>{head}</tr></thead><tbody>
{rows}
</tbody></table></div>
</details>
</section>
<section aria-labelledby="again"><h2 id="again">All of it again</h2>
{command_html(run.command)}
</section>
</main>
</body>
</html>
"""


# ---- junit.xml, report.json -----------------------------------------------------------------------------------------

def junit_text(run):
    """As junit_rules.py wants it: a suite a test, and its one case."""
    element, sub = xml.etree.ElementTree.Element, xml.etree.ElementTree.SubElement
    root, sums = element("testsuites", name="twinwire regression", time="%.3f" % sum(one["wall_s"] for one in run.results)), {"failures": 0, "errors": 0}
    root.set("tests", str(len(run.results)))
    for one in run.results:
        kind = {"pass": None, "interrupted": "skipped", "not-run": "skipped", "crash": "error", "error": "error"}.get(one["status"], "failure")
        counts = {"failures": int(kind == "failure"), "errors": int(kind == "error")}
        suite = sub(root, "testsuite", name=one["test"], tests="1", skipped=str(int(kind == "skipped")), time="%.3f" % one["wall_s"])
        for key, count in counts.items():
            suite.set(key, str(count))
            sums[key] += count
        properties = sub(suite, "properties")
        for key in ("seed", "clocks", "transfers", "checks"):
            if one.get(key) is not None:
                sub(properties, "property", name=key, value=str(one[key]))
        case = sub(suite, "testcase", classname="twinwire." + one["test"].replace("/", "."), name=one["test"].split("/")[-1], time="%.3f" % one["wall_s"])
        if kind:
            reason = ", ".join(part for part in one["signature"] if part)
            found = sub(case, kind, type=one["status"], message=clean(one["what"] or reason))
            found.text = clean("%s\n%s\n%s\n" % (reason, one["what"], shlex.join(one["command"])))
    for key, count in sums.items():
        root.set(key, str(count))
    xml.etree.ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n%s\n' % xml.etree.ElementTree.tostring(root, encoding="unicode")


def json_text(run):
    facts = {"verdict": VERDICT[run.code].lower(), "exit_code": run.code, "base_seed": run.base, "rerun": run.command, "wall_s": round(run.wall_s, 3),
             "passed_before": run.resumed, "counts": run.counts, "groups": [group.json() for group in run.groups], "tests": run.results}
    return json.dumps(facts, indent=1) + "\n"


def write(run, css_header):
    for name, text in (("junit.xml", junit_text(run)), ("report.json", json_text(run)), ("report.html", html_text(run, read_css(css_header)))):
        path = os.path.join(run.out, name)
        try:
            with open(path + ".part", "w", encoding="utf-8", errors="replace") as f:
                f.write(text)
            os.rename(path + ".part", path)
        finally:
            if os.path.exists(path + ".part"):
                os.remove(path + ".part")
