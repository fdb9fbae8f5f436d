# SPDX-License-Identifier: Apache-2.0
"""What the tests of the console share: a terminal, a stdin, and looking at what came out."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import vcd

PROMPT = re.compile(r"twinwire [0-9.]+(?:ns|us|ms)> $")


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, folder, *command):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
            os.chdir(folder)
            os.environ.update(TERM="dumb", HOME=folder)
            os.execvp(command[0], command)

    def read(self, seconds):
        """Adds what comes within `seconds`. Returns False at the end of the terminal."""
        if select.select([self.fd], [], [], seconds)[0]:
            try:
                data = os.read(self.fd, 65536)
            except OSError:
                data = b""
            self.seen += data.decode(errors="replace").replace("\r", "")
            return bool(data)
        return True

    def until(self, pattern, seconds=20):
        """All that came up to a match of `pattern` at the end of it."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self.seen):
            if time.monotonic() > end or not self.read(0.2):
                raise AssertionError("no %r in %r" % (getattr(pattern, "pattern", pattern), self.seen[-400:]))
        text, self.seen = self.seen, ""
        return text

    def quiet(self, seconds=1.5):
        """Forgets all that comes until nothing has come for so long."""
        self.seen = "."
        while self.seen:
            self.seen = ""
            self.read(seconds)

    def type(self, text):
        os.write(self.fd, text.encode())

    def ask(self, line, seconds=20):
        """What a command prints."""
        self.type(line + "\n")
        return self.until(PROMPT, seconds)

    def end(self, seconds=20):
        """The exit code; negative: the signal that ended it, None: it does not end."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if not self.read(0.05):
                time.sleep(0.02)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                os.close(self.fd)
                return os.waitstatus_to_exitcode(status)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)
        return None


def feed(program, sim_cfg, folder, script, *options, timeout=60):
    """The console with `script` as its stdin. What never comes is given up soon."""
    if isinstance(script, str):
        script = script.encode()
    command = [program, "--shell", "--set", "limits.sim_ms=20", *options, sim_cfg]
    done = subprocess.run(command, cwd=folder, input=script, capture_output=True, timeout=timeout)
    done.out, done.err = done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
    return done


def wants(text, *patterns):
    missing = [pattern for pattern in patterns if not re.search(pattern, text, re.MULTILINE)]
    return "no %s in %r" % (missing, text[-600:]) if missing else None


def bus(path, line):
    wave = vcd.Vcd(path)
    return wave, wave.wave("board.bus." + line)
