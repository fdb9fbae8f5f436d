#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a person and a CI server get of a run: the card on the terminal, report.html, junit.xml.

    report_test.py TWINWIRE SOURCE

Chromium renders report.html if it is there; with TWINWIRE_NO_SKIP set it has to be.
"""

import html.parser
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import xml.etree.ElementTree
import zlib

import junit_rules
import simulation
from simulation import first

ODD_NAME = "odd<b>&\"'x.tcl"  # a scenario's name is text, whatever is in it
WRONG = """\
# SPDX-License-Identifier: Apache-2.0
i2c write [addr u1] 0xa5 0x5a
i2c write [addr u1] 0x0f
run 5us
expect pins u1 0xf0
run 50us
"""
STUCK = """\
# SPDX-License-Identifier: Apache-2.0
i2c write [addr u1] 0x0f
inject scl low 3ms
run 2ms
expect wire scl high
"""
STUCK_FOR_US = 2000
LONG = """\
# SPDX-License-Identifier: Apache-2.0
expect that {"an expression that is longer" eq "than the line"}
"""
ESCAPE = "\033["
VOID = {"meta", "br", "hr", "img", "input", "link"}
FETCHES = {"script", "link", "img", "iframe", "object", "embed", "audio", "video", "source", "base"}


# ---- report.html, as its reader sees it -----------------------------------------------------------------------------

class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.troubles, self.open, self.ids, self.points, self.texts = [], [], [], [], []
        self.count, self.by_tag = {}, {}
        self.feed(text)
        self.close()
        if self.open:
            self.troubles.append("not closed: %s" % self.open)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.count[tag] = self.count.get(tag, 0) + 1
        self.by_tag.setdefault(tag, []).append(attrs)
        if tag in FETCHES:
            self.troubles.append("<%s>" % tag)
        for name in ("src", "href", "srcset", "action", "data", "xlink:href"):
            if re.match(r"\s*([a-z]+:|//)", attrs.get(name) or "", re.IGNORECASE):
                self.troubles.append("%s=%r" % (name, attrs[name]))
        self.troubles += ["%s=" % name for name in attrs if name.startswith("on")]
        self.ids += [attrs["id"]] if "id" in attrs else []
        self.points += attrs.get("aria-labelledby", "").split()
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.troubles.append("</%s> within %s" % (tag, self.open[-3:]))
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag):
        return "".join(data for where, data in self.texts if where == tag)


def page_trouble(text, report):
    """What is wrong with the page, or None."""
    page, verdict = Page(text), {"pass": "PASS", "fail": "FAIL", "interrupted": "INTERRUPTED"}.get(report["verdict"], "ERROR")
    css = page.all("style")
    return first(
        page.troubles and "; ".join(page.troubles),
        not text.startswith("<!DOCTYPE html>") and "no doctype",
        page.all("h1") != verdict and "its verdict is %r" % page.all("h1"),
        not page.all("title").startswith(verdict) and "its title is %r" % page.all("title"),
        len(page.ids) != len(set(page.ids)) and "an id twice",
        set(page.points) - set(page.ids) and "a label that is not there",
        page.count.get("svg", 0) != len(report["failures"]) and "%d drawings, %d failures" % (page.count.get("svg", 0), len(report["failures"])),
        any(svg.get("role") != "img" or not svg.get("aria-labelledby") for svg in page.by_tag.get("svg", [])) and "a drawing without a label",
        any(words not in "".join(data for _, data in page.texts) for words in ("digest of the wires", "Verilator 5", "exit code", "seed", "clock_hz"))
        and "a part is missing",
        re.search(r"url\(|@import", css) and "the style fetches something",
        "prefers-color-scheme: dark" not in css and "no dark style")


# ---- Chromium -------------------------------------------------------------------------------------------------------

WIDTH_PROBE = """<!DOCTYPE html><body><iframe src="%s" style="width:360px;height:2000px;border:0"></iframe><p id="width"></p><script>
document.querySelector("iframe").onload = e => document.getElementById("width").textContent =
    "width " + e.target.contentDocument.documentElement.scrollWidth + " of " + e.target.contentWindow.innerWidth;
</script></body>"""


def chromium(*options):
    """(stdout, stderr)"""
    done = subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr",
                           "--allow-file-access-from-files", "--virtual-time-budget=2000", *options], capture_output=True, text=True, timeout=120)
    return done.stdout, done.stderr


def png_colours(path):
    """How many different bytes the pixels are made of: a blank page has one or two."""
    with open(path, "rb") as f:
        data, at, packed = f.read(), 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    return len(set(zlib.decompress(packed)))


def rendered_trouble(path, verdict, folder):
    dom, log = chromium("--dump-dom", "file://" + path)
    shot, probe = os.path.join(folder, "shot.png"), os.path.join(folder, "probe.html")
    chromium("--screenshot=" + shot, "--window-size=900,1600", "file://" + path)
    with open(probe, "w", encoding="utf-8") as f:
        f.write(WIDTH_PROBE % ("file://" + path))
    width = re.search(r"width (\d+) of 360<", chromium("--dump-dom", "file://" + probe)[0])
    return first(">%s</h1>" % verdict not in dom and "no verdict in its DOM",
                 "CONSOLE" in log and [line for line in log.splitlines() if "CONSOLE" in line][0],
                 not os.path.exists(shot) and "no screenshot", png_colours(shot) < 20 and "a blank page",
                 not width and "its width could not be measured", width and int(width.group(1)) > 360 and "%s pixels wide on a telephone" % width.group(1))


def test_rendering(runs, folder, cases):
    if not shutil.which("chromium"):
        if os.environ.get("TWINWIRE_NO_SKIP"):
            cases.case("chromium_renders_it", "there is no chromium, and TWINWIRE_NO_SKIP is set")
        else:
            print("SKIP chromium_renders_it: there is no chromium", flush=True)
        return
    for name, verdict in (("passing", "PASS"), ("failing", "FAIL")):
        cases.case("chromium_renders_%s" % name, rendered_trouble(runs[name].path("report.html"), verdict, folder))


# ---- junit.xml ------------------------------------------------------------------------------------------------------

BROKEN = (  # what, from, to: each must be refused
    ("cut off", "</testsuites>", ""),
    ("an unescaped &", 'value="1"', 'value="a & b"'),
    ("an unknown attribute", "<testcase ", '<testcase assertions="1" '),
    ("a suite without a name", '<testsuite name="', '<testsuite id="'),
    ("a wrong count", ' tests="', ' tests="1'),
    ("no number", 'errors="', 'errors="x'),
    ("another order", "<properties>", '<testcase name="first"/><properties>'),
    ("an unknown element", "<testcase ", "<test/><testcase "),
    ("loose text", "<properties>", "<properties>text"),
    ("another root", "testsuites", "suites"),
)


def junit_trouble(run):
    with open(run.path("junit.xml"), encoding="utf-8") as f:
        text = f.read()
    report = run.report()
    wrong = junit_rules.trouble(text)
    if wrong:
        return wrong
    for suite in xml.etree.ElementTree.fromstring(text):
        values = {one.get("name"): one.get("value") for one in suite.findall("properties/property")}
        if values.get("seed") != str(report["seed"]) or "rerun" not in values:
            return "suite %s: properties %s" % (suite.get("name"), values)
        if abs(sum(float(case.get("time")) for case in suite.findall("testcase")) - float(suite.get("time"))) > 0.01:
            return "suite %s: the cases' times are not its time" % suite.get("name")
    return None


def test_junit(runs, cases):
    for name, run in runs.items():
        cases.case("junit_of_%s_run_is_what_servers_read" % name, junit_trouble(run))
    with open(runs["failing"].path("junit.xml"), encoding="utf-8") as f:
        text = f.read()
    for what, old, new in BROKEN:
        cases.case("junit_with_%s_is_refused" % what.replace(" ", "_").replace("&", "ampersand"),
                   old not in text and "nothing to break" or (None if junit_rules.trouble(text.replace(old, new)) else "it is not"))
    suites = xml.etree.ElementTree.fromstring(text)
    failure = suites[0].find("testcase/failure")
    cases.case("junit_names_scenarios_as_they_are", None if suites[0].get("name") == "./" + ODD_NAME else repr(suites[0].get("name")))
    cases.case("junit_failure_is_the_card", None if failure.text.startswith("MISMATCH") and "    SCL  " in failure.text and ESCAPE not in failure.text
               else failure.text)


# ---- The card -------------------------------------------------------------------------------------------------------

def card_of(text):
    match = re.search(r"^(?:\033\[[\d;]*m)?MISMATCH.*?\n\n", text, re.MULTILINE | re.DOTALL)
    return match.group(0) if match else ""


def on_a_terminal(command, folder, **environment):
    """What the program prints on a terminal."""
    parent, child = pty.openpty()
    env = {**os.environ, "TERM": "xterm", **environment}
    for name in [name for name in env if env[name] is None or (name == "NO_COLOR" and name not in environment)]:
        del env[name]
    process = subprocess.Popen(command, cwd=folder, stdin=child, stdout=child, stderr=child, env=env)
    os.close(child)
    text = b""
    while True:
        try:
            got = os.read(parent, 65536)
        except OSError: # the other end is closed
            break
        if not got:
            break
        text += got
    process.wait()
    os.close(parent)
    return text.decode("utf-8", "replace").replace("\r\n", "\n")


def without_colour(text):
    return re.sub(r"\033\[[\d;]*m", "", text)


def view_trouble(card):
    """The last command opens a waveform with its view: what this run left of the mismatch, or what the command before makes."""
    look = re.search(r"^  look      gtkwave (\S+)\.vcd (\S+)\.gtkw$", card, re.MULTILINE)
    if not look or look.group(1) != look.group(2):
        return "no view: " + card
    there = all(os.path.isfile(look.group(1) + end) for end in (".vcd", ".gtkw"))
    return None if there or look.group(1) == "out/rerun/waves" else "%s is not there" % look.group(1)


def test_card(runs, folder, cases):
    card, long_card = card_of(runs["failing"].stdout), card_of(runs["long"].stdout)
    wide = [line for line in (card + long_card).splitlines() if len(line) > 80 and not re.match(r"  (again|look|report) ", line)]
    cases.case("card_fits_80_columns", first(not card and "no card", wide and repr(wide)))
    cases.case("card_breaks_long_lines_between_words", None if re.search(r"  rule      long\.tcl:2: expected .*\n            \w.*so\n", long_card) else long_card)
    cases.case("card_in_a_file_is_plain", "escape codes" if ESCAPE in runs["failing"].stdout or not card.isascii() else None)
    rows = dict(re.findall(r"^    (SCL|SDA|INT|pins)  +([-_/\\|=X0-9a-f ]+)$", card, re.MULTILINE))
    cases.case("card_draws_the_wires", None if set(rows) >= {"SCL", "SDA", "pins"} and "X0f=" in rows["pins"] else card)
    cases.case("card_tells_the_last_transfers", None if re.search(r"us  S W 0x20 A a5 A 5a A P\n.*us  S W 0x20 A 0f A P\n", card) else card)
    cases.case("card_ends_in_a_view", view_trouble(card))
    stuck = card_of(runs["stuck"].stdout)
    since = re.search(r"SCL has been low since ([\d.]+) us", stuck)
    when = re.search(r"when .*, ([\d.]+) us", stuck)
    cases.case("card_of_a_stuck_bus_says_since_when", None if since and abs(float(when.group(1)) - float(since.group(1)) - STUCK_FOR_US) < 1 else stuck)
    command = runs["failing"].command
    coloured = card_of(on_a_terminal(command, folder))
    cases.case("card_on_a_terminal_has_colour", None if ESCAPE in coloured else coloured)
    cases.case("card_says_the_same_with_colour", None if without_colour(coloured) == card else without_colour(coloured))
    cases.case("no_color_means_none", ESCAPE in card_of(on_a_terminal(command, folder, NO_COLOR="1")) and "it is coloured")
    cases.case("empty_no_color_means_nothing", ESCAPE not in card_of(on_a_terminal(command, folder, NO_COLOR="")) and "no colour")
    cases.case("dumb_terminal_has_none", ESCAPE in card_of(on_a_terminal(command, folder, TERM="dumb")) and "it is coloured")


# ---- All of it ------------------------------------------------------------------------------------------------------

def read(run):
    with open(run.path("report.html"), encoding="utf-8") as f:
        return f.read()


def test_html(runs, cases):
    for name, run in runs.items():
        cases.case("html_of_%s_run" % name, page_trouble(read(run), run.report()))
    text, failing = read(runs["failing"]), runs["failing"]
    cases.case("html_names_scenarios_as_they_are", None if any(ODD_NAME in data for _, data in Page(text).texts) else "it does not")
    failures = failing.report()["failures"]
    cases.case("html_shows_every_failure", None if len(failures) == 2 and all(text.count(">clk %d<" % f["clk"]) or "clk %d" % f["clk"] in text for f in failures)
               else "%d failures" % len(failures))
    cases.case("html_says_what_is_not_shown", None if re.search(r"The last 64 of [\d,]+<", read(runs["passing"])) and "earlier ones are not shown" in
               read(runs["passing"]) else "it does not")
    cases.case("html_of_an_error_says_what", None if "no_such_command" in read(runs["erring"]) and runs["erring"].code == 2 else "it does not")
    for what, old, new in (("a tag not closed", "</article>", ""), ("a script", "<main>", "<main><script></script>"),
                           ("a link to the network", 'href="transactions', 'href="https://example.org/transactions'),
                           ("a drawing less", "<svg", "<div"), ("another verdict", ">FAIL</h1>", ">PASS</h1>"), ("an id twice", 'id="scenarios"', 'id="again"')):
        broken = text.replace(old, new)
        cases.case("html_with_%s_is_refused" % what.replace(" ", "_"), None if broken != text and page_trouble(broken, failing.report()) else "it is not")


def test(program, sim_cfg, folder, cases):
    own = {ODD_NAME: WRONG, "second.tcl": WRONG.replace("5us", "7us"), "stuck.tcl": STUCK, "long.tcl": LONG, "erring.tcl": "no_such_command\n"}
    for name, text in own.items():
        with open(os.path.join(folder, name), "w", encoding="ascii") as f:
            f.write(text)
    runs = {"passing": simulation.Simulation(program, folder, "passing", "--waves", "off", "--random", "50", sim_cfg),
            "failing": simulation.Simulation(program, folder, "failing", "--waves", "off", "--scenario", "./" + ODD_NAME, "--scenario", "./second.tcl",
                                             sim_cfg),
            **{name: simulation.Simulation(program, folder, name, "--waves", "off", "--scenario", "./%s.tcl" % name, sim_cfg)
               for name in ("stuck", "long", "erring")}}
    codes = [run.code for run in runs.values()]
    cases.case("runs_end_as_they_should", None if codes == [0, 1, 1, 1, 2] else "exit codes %s; %s" % (codes, [run.stderr for run in runs.values()]))
    test_html(runs, cases)
    test_junit(runs, cases)
    test_card(runs, folder, cases)
    test_rendering(runs, folder, cases)


if __name__ == "__main__":
    sys.exit(simulation.main(test, __doc__))
