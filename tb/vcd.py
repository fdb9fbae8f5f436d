# SPDX-License-Identifier: Apache-2.0
"""A reader of VCD files, as small as the tests need: one signal, by hierarchical name, as a list of (time, value).

    v = Vcd("out/sim/waves.vcd")
    v.wave("board.bus.scl")             -> [(0, 1), (8740000, 0), ...]      times in units of v.timescale, values as int
    v.texts("board.decode.symbol")      -> [(0, ""), (8740000, "START"), ...]

It looks for the changes of the one signal that is wanted instead of reading every line, because waves.vcd has tens of megabytes.
"""

import re


class Vcd:
    def __init__(self, path):
        with open(path, "rb") as f:
            self.data = f.read()
        end = re.search(rb"\$enddefinitions\s+\$end", self.data)
        if not end:
            raise ValueError("%s: no $enddefinitions" % path)
        self.path = path
        self.body = end.end()
        self.timescale = ""
        self.ids = {}  # hierarchical name -> (id, width)
        scopes = []
        for words in re.findall(rb"\$(\w+)\s*(.*?)\s*\$end", self.data[:self.body], re.S):
            kind, words = words[0], words[1].decode().split()
            if kind == b"timescale":
                self.timescale = "".join(words)
            elif kind == b"scope":
                scopes.append(words[1])
            elif kind == b"upscope":
                scopes.pop()
            elif kind == b"var":
                self.ids[".".join(scopes + [words[3]])] = words[2].encode(), int(words[1])

    def end(self):
        """The last time in the file."""
        at = self.data.rfind(b"\n#", self.body)
        return int(self.data[at + 2:self.data.find(b"\n", at + 1)]) if at >= 0 else 0

    def _time_at(self, at):
        hash_at = self.data.rfind(b"\n#", self.body - 1, at)
        if hash_at < 0:
            raise ValueError("%s: a value before the first time" % self.path)
        return int(self.data[hash_at + 2:self.data.find(b"\n", hash_at + 1)])

    def _places(self, needle):
        at = self.data.find(needle, self.body)
        while at >= 0:
            yield at
            at = self.data.find(needle, at + 1)

    def texts(self, name):
        """A text lane: ASCII, 0 before it; Z is no text."""
        ident, _ = self._signal(name)
        found = []
        for at in self._places(b" %s\n" % ident):
            value = self.data[self.data.rfind(b"\nb", 0, at) + 2:at]
            text = "" if value[:1] == b"z" else int(value, 2).to_bytes(len(value) // 8 + 1, "big").lstrip(b"\0").decode("ascii")
            found.append((self._time_at(at), text))
        return changes(found)

    def _signal(self, name):
        if name not in self.ids:
            raise KeyError("%s has no signal %s" % (self.path, name))
        return self.ids[name]

    def wave(self, name):
        ident, width = self._signal(name)
        if width == 1:
            # One search for all values; a longer id, or a time, that ends like this id is no hit.
            texts = [(at, self.data[at - 2:at]) for at in self._places(b"%s\n" % ident)]
            unknown = any(text in (b"\nx", b"\nz", b"\nX", b"\nZ") for _, text in texts)
            found = [(at, int(text)) for at, text in texts if text in (b"\n0", b"\n1")]
        else:
            texts = [(at, self.data[self.data.rfind(b"\n", 0, at) + 1:at]) for at in self._places(b" %s\n" % ident)]
            unknown = any(not re.fullmatch(rb"b[01]+", text) for _, text in texts)
            found = [] if unknown else [(at, int(text[1:], 2)) for at, text in texts]
        if unknown:
            raise ValueError("%s: %s is not 0 and 1 throughout" % (self.path, name))
        wave = []
        for at, value in found:
            time = self._time_at(at)
            if wave and wave[-1][0] == time:
                wave.pop()
            wave.append((time, value))
        return changes(wave)


def unit_ps(timescale):
    """How many picoseconds "1ps" or "10ns" has."""
    words = re.fullmatch(r"(10{0,2})([munp]?s)", timescale)
    if not words:
        raise ValueError("no timescale: '%s'" % timescale)
    return int(words[1]) * {"ps": 1, "ns": 10**3, "us": 10**6, "ms": 10**9, "s": 10**12}[words[2]]


def changes(wave):
    """Without what changes nothing."""
    kept = []
    for time, value in wave:
        if not kept or kept[-1][1] != value:
            kept.append((time, value))
    return kept


def window(wave, start, end=None):
    """The wave between two times: its value at `start`, then the changes before `end`."""
    value = None
    kept = []
    for time, level in wave:
        if time <= start:
            value = level
        elif end is None or time < end:
            kept.append((time, level))
    return ([(start, value)] if value is not None else []) + kept


def without_pulses(wave, width):
    """Without every pulse that lasts `width` or less; what stays keeps its times."""
    kept = list(wave[:1])
    i = 1
    while i < len(wave):
        if i + 1 < len(wave) and wave[i + 1][0] - wave[i][0] <= width and wave[i + 1][1] == kept[-1][1]:
            i += 2
        else:
            kept.append(wave[i])
            i += 1
    return kept
