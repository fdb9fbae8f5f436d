# SPDX-License-Identifier: Apache-2.0
"""What `make coverage` leaves: a summary on the terminal, report.html, coverage.json, coverage.info for genhtml."""

import html
import json
import os
import textwrap

import regress_report

HERE = os.path.dirname(os.path.abspath(__file__))
SHOWN = 12  # lines of holes on the terminal


class Report:
    def __init__(self, coverage, runs, points, source, again, code):
        self.coverage, self.runs, self.points, self.source, self.again = coverage, runs, points, source, again
        self.failed = code != 0
        self.complete = coverage.complete() and not self.failed

    def plan_sum(self):
        counts = {}
        for one in self.points:
            counts[one.word()] = counts.get(one.word(), 0) + 1
        return "%s: %s" % (regress_report.counted(len(self.points), "point"), ", ".join("%d %s" % (counts[word], word) for word in sorted(counts)))

    def word(self):
        return "COVERED" if self.complete else "FAIL" if self.failed else "NOT COVERED"


def hole_name(report, hole):
    """For people: a bin's name, or file:line with what is on it."""
    if isinstance(hole, str):
        return hole
    if len(hole) == 2:
        return "%s:%d" % hole
    return "%s:%d %s" % (hole.file, hole.line, hole.arm)


# ---- Terminal -------------------------------------------------------------------------------------------------------

def hole_lines(report):
    """Bins by group, then what is not hit of the RTL."""
    coverage = report.coverage
    for name in coverage.functional.groups:
        holes = [hole.split(".", 1)[1] for hole in coverage.group(name).holes]
        if holes:
            yield name, " ".join(holes)
    for measure in coverage.measures[1:]:
        if measure.missed():
            yield measure.name, "  ".join(hole_name(report, hole) for hole in measure.holes)


def summary(report, folder, out):
    try:
        columns = max(60, min(140, os.get_terminal_size(out.fileno()).columns))
    except (OSError, ValueError):
        columns = 100
    print("\n  %-12s %8s %8s %8s %9s" % ("", "", "hit", "of", "excluded"), file=out)
    for m in report.coverage.measures:
        print("  %-12s %8s %8d %8d %9d%s" % (m.name, m.text(), m.hit, m.all, m.excluded, "" if m.target else "   (no target)"), file=out)
    print("  %-12s %s" % ("testplan", report.plan_sum()), file=out)
    lines = []
    for name, text in hole_lines(report):
        lines += textwrap.wrap("%-12s %s" % (name, text), columns - 2, subsequent_indent=" " * 13, max_lines=4, placeholder=" ...",
                               break_long_words=False, break_on_hyphens=False)
    if lines:
        print("\n  Holes\n" + "\n".join("  " + line for line in lines[:4 * SHOWN]), file=out)
        if len(lines) > 4 * SHOWN:
            print("  ... and more: %s/report.html" % folder, file=out)
    for trouble in report.coverage.exclusions.trouble:
        print("\n  " + "\n  ".join(textwrap.wrap(trouble, columns - 2, subsequent_indent="    ")), file=out)
    print("\n  %s  %s, results in %s" % (report.word(), regress_report.counted(report.runs, "run"), folder), file=out)
    print(report.again, file=out, flush=True)


# ---- coverage.json, coverage.info -----------------------------------------------------------------------------------

def json_text(report):
    coverage = report.coverage
    facts = {"complete": report.complete, "runs": report.runs, "rerun": report.again, "trouble": coverage.exclusions.trouble,
             "measures": [{"name": m.name, "target": m.target, "hit": m.hit, "of": m.all, "excluded": m.excluded, "percent": round(m.percent(), 3),
                           "holes": [hole_name(report, hole) for hole in m.holes]} for m in coverage.measures],
             "groups": [{"name": name, "what": what, "bins": {b.split(".", 1)[1]: count for b, count in coverage.functional.bins.items() if b.split(".")[0] == name}}
                        for name, what in coverage.functional.groups.items()],
             "testplan": [{"name": one.point["name"], "result": one.word(), "failed": one.failed, "not_run": one.not_run, "bins": one.bins, "hit": one.hit, "holes": one.holes}
                          for one in report.points],
             "excluded": {name: reason for name, reason in coverage.excluded.items() if isinstance(name, str)}}
    return json.dumps(facts, indent=1) + "\n"


def info_text(report):
    """As geninfo(1) has it. What is excluded is left out, as LCOV_EXCL_LINE does it."""
    coverage, lines = report.coverage, []
    for file in coverage.rtl.files():
        lines += ["TN:", "SF:" + os.path.join(os.path.realpath(report.source), file)]
        arms = sorted(p for p in coverage.rtl.points if p.file == file and p.kind == "branch" and p not in coverage.excluded)
        numbers = {}
        for point in arms:
            number = numbers[point.line] = numbers.get(point.line, -1) + 1
            count = coverage.rtl.points[point]
            lines.append("BRDA:%d,0,%d,%d" % (point.line, number, count))
        lines += ["BRF:%d" % len(arms), "BRH:%d" % sum(coverage.rtl.points[p] > 0 for p in arms)]
        hits = {line: count for (of, line), count in sorted(coverage.line_hits.items()) if of == file and (of, line) not in coverage.line_excluded}
        lines += ["DA:%d,%d" % pair for pair in hits.items()]
        lines += ["LF:%d" % len(hits), "LH:%d" % sum(count > 0 for count in hits.values()), "end_of_record"]
    return "\n".join(lines) + "\n"


# ---- report.html ----------------------------------------------------------------------------------------------------

CSS = """
header, main { max-width: 72rem; } th, td { padding-right: 1.2rem; }
.bar { display: inline-block; width: 6rem; height: .7rem; border-radius: 3px; background: var(--line); vertical-align: middle; overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--pass); } .bar.short span { background: var(--warn); }
.holes { white-space: normal; min-width: 14rem; } .holes code { display: inline-block; margin-right: .8rem; }
.source { font: .8125rem/1.45 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; border-collapse: collapse; min-width: 100%; }
.source td { padding: 0 .8rem 0 0; border: 0; white-space: pre; } .source td.number { color: var(--soft); user-select: none; }
.source tr.miss { background: var(--zone); } .source tr.miss td:first-child { box-shadow: inset 4px 0 var(--fail); }
.source tr.part td:first-child { box-shadow: inset 4px 0 var(--warn); } .source tr.out { color: var(--soft); }
.source tr.hit td:first-child { box-shadow: inset 4px 0 var(--pass); } .source em { color: var(--warn); font-style: normal; }
.source td:first-child { padding-left: .8rem; }
"""

tag = regress_report.tag


def bar(measure):
    return '<span class="bar%s"><span style="width: %.1f%%"></span></span>' % ("" if not measure.holes else " short", measure.percent())


def measure_row(measure, name, rest=""):
    tone = "" if measure.target and not measure.holes else "fail" if measure.target else "soft"
    return '<tr><th scope="row">%s</th><td>%s</td><td class="number %s">%s</td>%s%s</tr>' % (
        html.escape(name), bar(measure), tone, measure.text(),
        "".join('<td class="number">%d</td>' % n for n in (measure.hit, measure.all, measure.excluded)), rest)


def table(head, rows):
    return '<div class="scroll" tabindex="0" role="region" aria-label="%s"><table><thead><tr>%s</tr></thead><tbody>\n%s\n</tbody></table></div>' % (
        head[0][0] or "Sum", "".join('<th scope="col"%s>%s</th>' % (' class="number"' if number else "", word) for word, number in head), "\n".join(rows))


SUM = (("hit", True), ("of", True), ("excluded", True))


def groups_html(report):
    rows = []
    for name, what in report.coverage.functional.groups.items():
        measure = report.coverage.group(name)
        holes = "".join("<code>%s</code>" % html.escape(hole.split(".", 1)[1]) for hole in measure.holes)
        rows.append(measure_row(measure, name, '<td class="holes">%s%s</td>' % (tag("span", what, "soft"), holes and "<br>" + holes)))
    return table((("group", False), ("", False), ("", True), *SUM, ("what, and the holes", False)), rows)


def plan_html(report):
    rows = []
    for one in report.points:
        tone = {"pass": "pass", "not run": "warn"}.get(one.word(), "fail")
        scenarios = " ".join(tag("span", name, "fail" if name in one.failed else "warn" if name in one.not_run else "") for name in one.point.get("scenarios", []))
        rows.append('<tr><th scope="row">%s</th>%s<td>%s</td><td class="number">%s</td><td class="holes">%s<br><span class="soft">%s</span> %s</td></tr>' % (
            html.escape(one.point["name"]), tag("td", one.word(), tone), html.escape(one.point["stage"]), "%d / %d" % (one.hit, one.bins) if one.bins else "",
            html.escape(" ".join(one.point["what"].split())), html.escape(one.point["clause"] + ":"),
            scenarios + tag("span", " ".join([""] + one.point.get("tests", [])), "soft")))
    return tag("p", report.plan_sum(), "soft") + table((("point", False), ("result", False), ("stage", False), ("bins", True), ("what, the clause, and who shows it", False)), rows)


def excluded_html(report):
    reasons = {}
    for key, reason in report.coverage.excluded.items():
        reasons.setdefault(reason, []).append(hole_name(report, key))
    rows = ['<tr><td class="number">%d</td><td class="holes">%s</td><td class="holes">%s%s</td></tr>' % (
        len(names), html.escape(reason), "".join("<code>%s</code>" % html.escape(name) for name in names[:12]), " ..." if len(names) > 12 else "")
        for reason, names in reasons.items()]
    return table((("points", True), ("why they are excluded", False), ("which", False)), rows)


def source_html(report, file):
    coverage, rows = report.coverage, []
    arms = {}
    for point in sorted(p for p in coverage.rtl.points if p.file == file and p.kind == "branch"):
        arms.setdefault(point.line, []).append(point)
    with open(os.path.join(report.source, file), encoding="utf-8") as f:
        text = f.read().splitlines()
    for number, line in enumerate(text, 1):
        count = coverage.line_hits.get((file, number))
        missing = [p for p in arms.get(number, []) if not coverage.rtl.hit(p) and p not in coverage.excluded]
        tone = "" if count is None else "out" if (file, number) in coverage.line_excluded else "miss" if count == 0 else "part" if missing else "hit"
        note = " <em>never: %s</em>" % ", ".join(p.arm for p in missing) if missing and count else ""
        rows.append('<tr%s><td class="number">%s</td><td class="number">%d</td><td>%s%s</td></tr>' % (
            tone and ' class="%s"' % tone, "" if count is None else format(count, ","), number, html.escape(line), note))
    missed = sum(1 for (of, _) in coverage.measures[1].holes if of == file) + sum(1 for p in coverage.measures[2].holes if p.file == file)
    bits = coverage.rtl.of("toggle")
    still = sorted(p.arm for p in coverage.measures[3].holes if p.file == file)
    return '<details%s><summary>%s: %d lines and branches missed, %d of %d bits have not toggled</summary>%s<div class="scroll" tabindex="0" role="region" aria-label="%s"><table class="source"><tbody>\n%s\n</tbody></table></div></details>' % (
        " open" if missed else "", html.escape(file), missed, len(still), sum(p.file == file for p in bits),
        "<p>%s</p>" % " ".join("<code>%s</code>" % html.escape(name) for name in still) if still else "", html.escape(file), "\n".join(rows))


def html_text(report):
    coverage = report.coverage
    css = regress_report.read_css(os.path.join(HERE, "report_css.h")) + CSS
    trouble = "".join("<article>%s</article>" % tag("p", one) for one in coverage.exclusions.trouble)
    measures = table((("", False), ("", False), ("", True), *SUM), [measure_row(m, m.name + ("" if m.target else " (no target)")) for m in coverage.measures])
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{report.word()} - Twinwire coverage</title>
<style>
{css}
</style>
</head>
<body>
<header>
<p class="soft">Twinwire coverage, {regress_report.counted(report.runs, "run")}</p>
<h1 class="{'pass' if report.complete else 'fail'}">{report.word()}</h1>
</header>
<main>
{trouble}
<section aria-labelledby="sum"><h2 id="sum">Sum</h2>
{measures}
</section>
<section aria-labelledby="groups"><h2 id="groups">Functional coverage</h2>
{groups_html(report)}
</section>
<section aria-labelledby="plan"><h2 id="plan">Testplan</h2>
{plan_html(report)}
</section>
<section aria-labelledby="rtl"><h2 id="rtl">RTL</h2>
{chr(10).join(source_html(report, file) for file in coverage.rtl.files())}
</section>
<section aria-labelledby="excluded"><h2 id="excluded">Excluded</h2>
{excluded_html(report)}
</section>
<section aria-labelledby="again"><h2 id="again">All of it again</h2>
{regress_report.command_html(report.again)}
</section>
</main>
</body>
</html>
"""


def write(report, folder):
    for name, text in (("coverage.json", json_text(report)), ("coverage.info", info_text(report)), ("report.html", html_text(report))):
        path = os.path.join(folder, name)
        try:
            with open(path + ".part", "w", encoding="utf-8", errors="replace") as f:
                f.write(text)
            os.rename(path + ".part", path)
        finally:
            if os.path.exists(path + ".part"):
                os.remove(path + ".part")
