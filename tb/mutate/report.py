# SPDX-License-Identifier: Apache-2.0
"""What a campaign leaves: a summary on the terminal, report.json, report.html; and whether the targets are met."""

import collections
import json
import sys

import campaign
import checks
import report_html

TARGET = {"i2c_bit_engine": 100, "i2c_byte_sequencer": 100, "pcf8574": 100}  # per cent of the mutants that are not proved to be none
ALL_RTL = 98
BOARDS = ("lines", "host", "gpio", "int", "protocol", "timing")
STAGES = (*campaign.MATRIX, "green", *campaign.LATER, "unit", "unit_long")


class Row:
    """One mutant and all that is known of it."""

    def __init__(self, part, mutant, state, verdict):
        self.part, self.mutant, self.key = part, mutant, mutant["key"]
        runs = {stage: state.get(stage, self.key) for stage in STAGES}
        self.killers = {stage: run["killers"] for stage, run in runs.items() if run}
        past = [run for (stage, key), run in state.done.items() if key == self.key and stage.startswith("fault ") and run["killers"]] \
            if part == "scoreboards" else []
        self.past = [run["stage"][6:] for run in past]  # faults that got past
        # On the RTL alone a scoreboard's rules are judged, not the mutant: its twin is what sees it.
        self.by = next((stage for stage in self.killers if stage != "alone" and self.killers[stage]), "faults" if past else None)
        self.verdict, self.how = verdict or (None, "")

    @property
    def killed(self):
        return self.by is not None

    @property
    def counts(self):
        """Is it a mutant at all? Only a proof takes one out."""
        return self.verdict != "equivalent"

    def lockstep(self):
        return any("differs from the C model" in check for killers in self.killers.values()
                   for found in killers.values() for check in found)

    def json(self):
        return {"key": self.key, "part": self.part, **{k: self.mutant.get(k) for k in ("module", "line", "number", "kind")}, "killed": self.by,
                "killers": self.killers, "faults_past": self.past, "verdict": self.verdict, "how": self.how}


class Result:
    def __init__(self, options, lists, state, verdicts):
        self.options, self.sample = options, options.sample
        self.rows = [Row(part, m, state, verdicts.get(m["key"])) for part in ("rtl", "models", "scoreboards") for m in lists[part]]
        self.faults = [(f, state.get("fault", f.name)["killers"]) for f in lists["faults"]]
        known = {row.key: row for row in self.rows}
        partial = self.sample or options.module or options.mutant or options.part
        self.stale = [f"{key}: {'is killed by ' + row.by if row else 'is no mutant any more'}" for key in verdicts
                      for row in [known.get(key)] if (row and row.killed) or (not row and not partial)]
        self.checks = checks.matrix(self.named_runs())
        self.modules = collections.OrderedDict()
        for row in self.rows:
            self.modules.setdefault((row.part, row.mutant["module"]), []).append(row)

    def named_runs(self):
        for row in self.rows:
            if row.part == "rtl":
                yield from ((f"{row.key} ({stage})", killers) for stage, killers in row.killers.items())
            elif row.part == "models":
                yield from ((f"{row.key} ({stage})", killers) for stage, killers in row.killers.items())
        yield from ((fault.name, killers) for fault, killers in self.faults)

    def rate(self, rows):
        real = [row for row in rows if row.counts]
        return 100.0 * sum(row.killed for row in real) / len(real) if real else 100.0

    def survivors(self, part=None):
        return [row for row in self.rows if not row.killed and row.counts and part in (None, row.part)]

    def unreachable(self, rows):
        return sum(row.verdict == "unreachable" for row in rows)

    def reachable_rate(self, rows):
        """The second figure: also without those whose difference no board can show."""
        return self.rate([row for row in rows if row.verdict != "unreachable"])

    def boards(self, stage, rows=None):
        """{killer: (kills, sole kills)} of the RTL's mutants in one stage; a sole kill is one that no other scoreboard makes."""
        table = collections.defaultdict(lambda: [0, 0])
        for row in (r for r in self.rows if r.part == "rtl"):
            killers = row.killers.get(stage, {})
            mine = [k for k in killers if k in BOARDS]
            for killer in killers:
                table[killer][0] += 1
                table[killer][1] += (mine == [killer]) if killer in BOARDS else not mine and len(killers) == 1
        return table

    def below(self):
        rtl = [row for row in self.rows if row.part == "rtl"]
        found = [f"{module}: {self.rate(rows):.1f} %, wanted are {TARGET[module]} %" for (part, module), rows in self.modules.items()
                 if part == "rtl" and self.rate(rows) < TARGET.get(module, 0)]
        if rtl and self.rate(rtl) < ALL_RTL:
            found.append(f"all RTL: {self.rate(rtl):.1f} %, wanted are {ALL_RTL} %")
        return found

    def json(self):
        return {"targets": {**TARGET, "all": ALL_RTL}, "below": self.below(), "stale": self.stale,
                "modules": [{"part": part, "module": module, "mutants": len(rows), "killed": sum(r.killed for r in rows),
                             "no_mutant": sum(not r.counts for r in rows), "unreachable": self.unreachable(rows), "rate": round(self.rate(rows), 2),
                             "rate_of_reachable": round(self.reachable_rate(rows), 2)}
                            for (part, module), rows in self.modules.items()],
                "scoreboards": {stage: {k: {"kills": v[0], "sole": v[1]} for k, v in self.boards(stage).items()} for stage in campaign.MATRIX},
                "checks": [{"scoreboard": board, "check": check, "failed_in": n, "alone_in": sole, "first": first}
                           for (board, check), (n, sole, first) in self.checks.items()],
                "mutants": [row.json() for row in self.rows],
                "faults": [{"name": f.name, "caught_by": f.caught_by, "open": f.open, "killers": killers} for f, killers in self.faults]}


def print_modules(result, out):
    print(f"\n  {'':34}{'mutants':>8}{'killed':>8}{'none':>6}{'survive':>9}{'rate':>9}   none: proved equivalent", file=out)
    part = None
    for (now, module), rows in result.modules.items():
        if now != part:
            part, of_part = now, [r for r in result.rows if r.part == now]
            line(result, {"rtl": "RTL", "models": "C models", "scoreboards": "scoreboards"}[now], of_part, out, "  ")
        line(result, module, rows, out, "    ")


def line(result, name, rows, out, indent):
    print(f"{indent + name:<36}{len(rows):>8}{sum(r.killed for r in rows):>8}{sum(not r.counts for r in rows):>6}"
          f"{sum(not r.killed and r.counts for r in rows):>9}{result.rate(rows):>7.1f} %"
          + (f"   {result.reachable_rate(rows):.1f} % without {result.unreachable(rows)} unreachable" if result.unreachable(rows) else ""), file=out)


def print_boards(result, out):
    stages = [s for s in campaign.MATRIX if any(s in r.killers for r in result.rows)]
    if not stages:
        return
    tables = {stage: result.boards(stage) for stage in stages}
    print("\n  RTL mutants killed by" + " " * 11 + "".join(f"{stage + ':':>12}{'kills':>7}{'sole':>6}" for stage in stages), file=out)
    for killer in [*BOARDS, *sorted({k for t in tables.values() for k in t} - set(BOARDS))]:
        print(f"    {killer:<30}" + "".join(f"{tables[s][killer][0]:>19}{tables[s][killer][1]:>6}" for s in stages), file=out)


def summary(result, out=sys.stdout):
    print_modules(result, out)
    print_boards(result, out)
    lazy = [f"{board}: {check}" for (board, check), (n, sole, _) in result.checks.items() if not sole]
    if lazy and not result.sample:
        print(f"\n  {len(result.checks)} checks, {len(lazy)} of them the only one to see something nowhere:", file=out)
        print("".join(f"    {name}\n" for name in lazy), end="", file=out)
    for title, rows in (("survivors", result.survivors()),):
        print(f"\n  {len(rows)} {title}" + (":" if rows else ""), file=out)
        for row in rows[:40]:
            print(f"    {row.mutant['number']:>4} line {row.mutant['line']:<4} {row.key}" + (f"  [{row.verdict}: {row.how}]" if row.verdict else ""), file=out)
        if len(rows) > 40:
            print(f"    ... and {len(rows) - 40} more in report.html", file=out)
    for text in result.stale:
        print(f"  stale verdict: {text}", file=out)
    for text in result.below():
        print(f"  below target: {text}", file=out)


def write(options, lists, state, verdicts):
    result = Result(options, lists, state, verdicts)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in (("report.json", json.dumps(result.json(), indent=1) + "\n"), ("report.html", report_html.text(result))):
        part = options.out / (name + ".part")
        part.write_text(text, encoding="utf-8")
        part.rename(options.out / name)
    summary(result)
    code = 1 if result.stale or result.below() else 0
    print(f"\n  {'FAIL' if code else 'PASS'}  results in {options.out}", flush=True)
    return code
