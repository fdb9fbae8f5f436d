# SPDX-License-Identifier: Apache-2.0
"""What runs leave of coverage: read, added up, and judged against the exclusions.

Functional bins come from coverage.json (tb/coverage.h). Lines, branches and toggles of rtl/ come from coverage.dat, the raw points of
Verilator: not from verilator_coverage, which counts some twice. A line is hit when any point that holds it is; a branch is one arm of an if
or a case; a bit has toggled when it moved there and back in one instance in one run: 5.006
counts some moves twice, so it must have counted three.
"""

import collections
import json
import os
import re
import tomllib


TOGGLED = 3


class Broken(Exception):
    """A file is not what it should be."""


def matches(pattern, text):
    """With * for anything: the brackets of signals mean themselves."""
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text) is not None


# ---- Functional -----------------------------------------------------------------------------------------------------

class Functional:
    def __init__(self):
        self.groups, self.bins = {}, {}  # {group: what}, {"group.word.word": count}

    def add(self, path):
        try:
            with open(path, encoding="utf-8") as f:
                groups = json.load(f)["groups"]
            what = {group["name"]: group["what"] for group in groups}
            bins = {"%s.%s" % (group["name"], name): count + 0 for group in groups for name, count in group["bins"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as why:
            raise Broken("%s: %s: %s" % (path, type(why).__name__, why)) from None
        if self.bins and bins.keys() != self.bins.keys():
            raise Broken("%s: has other bins than the runs before it" % path)
        self.groups = what
        self.bins = {name: self.bins.get(name, 0) + count for name, count in bins.items()}


# ---- RTL ------------------------------------------------------------------------------------------------------------

Point = collections.namedtuple("Point", "kind file line column arm")  # kind: line, branch, toggle; of a toggle, arm is the signal's bit


def read_points(path):
    """[(Point, its lines, instance, count)] of rtl/."""
    try:
        with open(path, encoding="utf-8") as f:
            text = f.read()
    except (OSError, ValueError) as why:
        raise Broken(str(why)) from None
    if not text.startswith("# SystemC::Coverage-3\n"):
        raise Broken("%s: no coverage of Verilator" % path)
    points = []
    for line in text.splitlines()[1:]:
        found = re.fullmatch(r"C '(.*)' (\d+)", line)
        if not found:
            raise Broken("%s: unknown line %r" % (path, line))
        facts = dict(pair.split("\x02", 1) for pair in found[1].split("\x01") if pair)
        file = re.search(r"(?:^|/)(rtl/[^/]+)$", facts["f"])
        kind = facts["page"].split("/")[0].removeprefix("v_")
        if not file or kind not in ("line", "branch", "toggle"):
            continue
        lines = set()
        for piece in filter(None, facts.get("S", "").split(",")):
            first, _, last = piece.partition("-")
            lines |= set(range(int(first), int(last or first) + 1))
        points.append((Point(kind, file[1], int(facts["l"]), int(facts["n"]), facts["o"]), lines, facts.get("h", ""), int(found[2])))
    return points


class Rtl:
    def __init__(self):
        self.points, self.lines, self.moved = {}, {}, {}  # {Point: count}, {Point: its lines}, {Point of a bit: most moves of an instance in a run}

    def add(self, path):
        run = collections.Counter()
        for point, lines, instance, count in read_points(path):
            run[point, instance] += count
            self.lines[point] = lines
        if self.points and {point for point, _ in run} != self.points.keys():
            raise Broken("%s: has other points than the runs before it" % path)
        for (point, _), count in run.items():
            self.points[point] = self.points.get(point, 0) + count
            self.moved[point] = max(self.moved.get(point, 0), count)

    def of(self, kind):
        return {point: count for point, count in self.points.items() if point.kind == kind}

    def line_hits(self, file):
        """{line: count}."""
        hits = {}
        for point, count in self.points.items():
            if point.file == file and point.kind != "toggle":
                for line in self.lines[point]:
                    hits[line] = max(hits.get(line, 0), count)
        return hits

    def hit(self, point):
        return self.moved[point] >= TOGGLED if point.kind == "toggle" else self.points[point] > 0

    def files(self):
        return sorted({point.file for point in self.points})


# ---- Exclusions -----------------------------------------------------------------------------------------------------

class Exclusions:
    """Of coverage.toml; `trouble` is what is wrong with them: one that matches nothing any more, one that was hit."""

    def __init__(self, path, source):
        self.path, self.source, self.trouble = path, source, []
        self.excluded = {}  # bin's name or Point: reason
        try:
            with open(path, "rb") as f:
                self.data = tomllib.load(f)
        except (OSError, ValueError) as why:
            raise Broken("%s: %s" % (path, why)) from None
        known = {"board": {"name", "set", "seeds"}, "bins": {"bins", "reason"}, "rtl": {"file", "code", "arm", "reason"}, "toggle": {"file", "signals", "reason"}}
        for key, entries in self.data.items():
            for entry in entries if key in known and isinstance(entries, list) else [None]:
                if entry is None or not entry.keys() <= known[key] or not (known[key] - entry.keys() <= {"seeds", "arm"}):
                    raise Broken("%s: %s is not understood" % (path, "[[%s]] %r" % (key, entry) if entry is not None else key))

    def boards(self):
        return self.data.get("board", [])

    def exclude(self, what, names, hit, reason):
        """`names`: {key: how it is called} of what one entry means."""
        if not names:
            self.trouble.append("%s: %s: there is no such point (any more)" % (os.path.basename(self.path), what))
        for key, name in names.items():
            if hit(key):
                self.trouble.append("%s: %s: excluded, and was hit: %s" % (os.path.basename(self.path), what, name))
            else:
                self.excluded[key] = reason

    def of_bins(self, functional):
        for entry in self.data.get("bins", []):
            for pattern in entry["bins"]:
                self.exclude(pattern, {name: name for name in functional.bins if matches(pattern, name)}, lambda name: functional.bins[name] > 0, entry["reason"])

    def of_rtl(self, rtl):
        for entry in self.data.get("rtl", []):
            with open(os.path.join(self.source, entry["file"]), encoding="utf-8") as f:
                at = {number for number, line in enumerate(f, 1) if line.strip() == entry["code"]}
            arm = entry.get("arm")
            names = {p: "line %d" % p.line for p in rtl.points if p.kind != "toggle" and p.file == entry["file"] and at & {p.line, *rtl.lines[p]} and arm in (None, p.arm)}
            self.exclude("%s: %s%s" % (entry["file"], entry["code"], " (%s)" % arm if arm else ""), names, rtl.hit, entry["reason"])
        for entry in self.data.get("toggle", []):
            for pattern in entry["signals"]:
                names = {p: p.arm for p in rtl.of("toggle") if p.file == entry["file"] and matches(pattern, p.arm)}
                self.exclude("%s: %s" % (entry["file"], pattern), names, rtl.hit, entry["reason"])


# ---- The sum --------------------------------------------------------------------------------------------------------

class Measure:
    """One kind of coverage: points hit, of those that count."""

    def __init__(self, name, target, points, hit, excluded):
        self.name, self.target = name, target
        self.holes = [p for p in points if not hit(p) and p not in excluded]
        self.excluded = sum(p in excluded for p in points)
        self.all = len(points) - self.excluded
        self.hit = self.all - len(self.holes)

    def percent(self):
        return 100.0 * self.hit / self.all if self.all else 100.0

    def text(self):
        """Never rounded up to 100."""
        return "%.1f %%" % (int(self.percent() * 10) / 10)

    def missed(self):
        return self.target and bool(self.holes)


class Coverage:
    def __init__(self, functional, rtl, exclusions):
        self.functional, self.rtl, self.exclusions = functional, rtl, exclusions
        exclusions.of_bins(functional)
        exclusions.of_rtl(rtl)
        self.excluded = exclusions.excluded
        lines, hits = {}, {}
        for file in rtl.files():
            for line, count in rtl.line_hits(file).items():
                points = [p for p in rtl.points if p.file == file and p.kind != "toggle" and line in rtl.lines[p]]
                hits[file, line] = count
                if count == 0 and all(p in self.excluded for p in points):
                    lines[file, line] = self.excluded[points[0]]
        self.line_excluded, self.line_hits = lines, hits
        self.measures = [
            Measure("functional", True, sorted(functional.bins, key=list(functional.bins).index), lambda name: functional.bins[name] > 0, self.excluded),
            Measure("lines", True, sorted(hits), lambda line: hits[line] > 0, lines),
            Measure("branches", True, sorted(p for p in rtl.points if p.kind != "toggle"), rtl.hit, self.excluded),
            Measure("toggles", False, sorted(rtl.of("toggle")), rtl.hit, self.excluded)]

    def group(self, name):
        bins = [b for b in self.functional.bins if b.split(".")[0] == name]
        return Measure(name, True, bins, lambda b: self.functional.bins[b] > 0, self.excluded)

    def complete(self):
        return not self.exclusions.trouble and not any(m.missed() for m in self.measures)
