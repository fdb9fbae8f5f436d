# SPDX-License-Identifier: Apache-2.0
"""report.html of a campaign: the rates, the checks, the survivors, the matrix."""

import html

import campaign
import regress_report

NAMES = {"rtl": "RTL", "models": "C models", "scoreboards": "Scoreboards"}


def cell(text, classes=""):
    return f'<td{f" class={chr(34)}{classes}{chr(34)}" if classes else ""}>{html.escape(str(text))}</td>'


def table(heads, rows, caption):
    head = "".join(f'<th scope="col"{" class=number" if h[:1] == "#" else ""}>{html.escape(h.lstrip("#"))}</th>' for h in heads)
    return (f'<div class="scroll" tabindex="0" role="region" aria-label="{html.escape(caption)}"><table><thead><tr>{head}</tr></thead><tbody>\n'
            + "\n".join(f"<tr>{''.join(row)}</tr>" for row in rows) + "\n</tbody></table></div>")


def modules(result):
    rows = []
    for (part, module), group in result.modules.items():
        left, rate = sum(not r.killed and r.counts for r in group), result.rate(group)
        rows.append([cell(NAMES[part]), f'<th scope="row">{html.escape(module)}</th>', cell(len(group), "number"), cell(sum(r.killed for r in group), "number"),
                     cell(sum(not r.counts for r in group), "number"), cell(left, "number"), cell(result.unreachable(group), "number"),
                     cell(f"{rate:.1f} %", "number " + ("pass" if not left else "warn"))])
    return table(["", "of", "#mutants", "#killed", "#proved none", "#survive", "#unreachable", "#rate"], rows, "Kill rates")


def boards(result):
    stages = list(campaign.MATRIX)
    tables = {stage: result.boards(stage) for stage in stages}
    names = sorted({k for t in tables.values() for k in t})
    rows = [[f'<th scope="row">{name}</th>', *(cell(n, "number") for s in stages for n in tables[s][name])] for name in names]
    return table(["", *(f"#{stage}: {what}" for stage in stages for what in ("kills", "sole"))], rows, "Scoreboards")


def check_rows(result):
    rows = [[cell(board), f'<th scope="row">{html.escape(check)}</th>', cell(n, "number"), cell(sole, "number " + ("pass" if sole else "warn")), cell(first, "soft")]
            for (board, check), (n, sole, first) in result.checks.items()]
    return table(["scoreboard", "check", "#failed in", "#alone in", "the first of these"], rows, "Checks")


def mutants(result, rows):
    def killers(row):
        return "; ".join(f"{stage}: {', '.join(found)}" for stage, found in row.killers.items() if found) or ("faults that got past: " + ", ".join(row.past) if row.past else "")
    return table(["#number", "module", "#line", "mutant", "killed by", "verdict"],
                 [[cell(r.mutant["number"], "number"), cell(r.mutant["module"]), cell(r.mutant["line"], "number"), f"<td><code>{html.escape(r.key.split(' | ', 1)[1])}</code></td>",
                   cell(killers(r)), cell(f"{r.verdict}: {r.how}" if r.verdict else "")] for r in rows], "Mutants")


def section(name, title, body):
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>\n{body}\n</section>'


def text(result):
    css = regress_report.read_css(str(campaign.ROOT / "tb/report_css.h"))
    left, trouble = result.survivors(), [*result.stale, *result.below()]
    word = "FAIL" if trouble else "PASS"
    parts = [section("rates", "Kill rates", modules(result) + "".join(f'<p class="fail">{html.escape(t)}</p>' for t in trouble)),
             section("boards", "Who kills the RTL's mutants", "<p>With the C models as twins, and on the RTL alone, where only rules judge. "
                     "A sole kill is one that no other scoreboard makes.</p>" + boards(result)),
             section("left", f"Survivors: {len(left)}", mutants(result, left) if left else "<p>None.</p>"),
             section("checks", "Checks", "<p>In how many runs each check failed, and in how many of them no other one did.</p>" + check_rows(result)),
             section("all", "All mutants", f"<details><summary>All {len(result.rows)}</summary>{mutants(result, result.rows)}</details>")]
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{word}: kill rate - Twinwire</title>
<style>
{css}
</style>
</head>
<body>
<header><p class="soft">Twinwire, kill rate by mutation</p><h1 class="{word.lower()}">{word}</h1></header>
<main>
{chr(10).join(parts)}
</main>
</body>
</html>
"""
