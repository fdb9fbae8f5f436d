#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Opens what a run leaves in GTKWave itself, in a window under Xvfb, and asks it by its own scripting what it shows.

    gtkwave_test.py TWINWIRE SOURCE            what passing and failing runs leave
    gtkwave_test.py TWINWIRE-FAULTY SOURCE     from a seeded fault to the faulty edge with the two commands that the run prints

Without gtkwave and Xvfb the test is skipped (exit code 77), unless TWINWIRE_NO_SKIP is set.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import time

import simulation
import waves_test

SCRIPT = """set f [open {%s} w]
puts $f [gtkwave::getDisplayedSignals]
puts $f [gtkwave::getMarker]
puts $f [list [gtkwave::getWindowStartTime] [gtkwave::getWindowEndTime] [gtkwave::getMaxTime]]
foreach name {what transfer {rtl port} {c port}} {
    puts $f [gtkwave::getTraceValueAtMarkerFromName $name]
}
close $f
gtkwave::/File/Quit
"""


class Display:
    """An X server of our own."""

    def __enter__(self):
        self.ends = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(self.ends[1]), "-screen", "0", "1500x900x24", "-nolisten", "tcp"],
                                       pass_fds=[self.ends[1]], stderr=subprocess.DEVNULL)
        os.close(self.ends[1])
        self.name = ":" + os.read(self.ends[0], 16).decode().strip()
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        os.close(self.ends[0])


def ask(display, run, name):
    """What GTKWave says of the waveform and its view, line by line, or None."""
    return ask_with(display, run, ["gtkwave", run.path(name), run.path(name.rsplit(".", 1)[0] + ".gtkw")])


def ask_with(display, run, command, cwd=None):
    script, answer = run.path("ask.tcl"), run.path("answer.txt")
    with open(script, "w", encoding="utf-8") as f:
        f.write(SCRIPT % answer)
    try:
        subprocess.run([command[0], "-S", script, *command[1:]], env=dict(os.environ, DISPLAY=display.name), cwd=cwd,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False)
        with open(answer, encoding="utf-8") as f:
            return f.read().splitlines()
    except (OSError, subprocess.TimeoutExpired):
        return None


def shown(run, answer, name):
    if not answer:
        return "GTKWave does not answer"
    wanted = [one for _, one in waves_test.view(run.path(name.rsplit(".", 1)[0] + ".gtkw"))[0]]
    lost = [one for one in wanted if one not in answer[0].split()]
    return "not shown: %s" % lost if lost or len(wanted) < 20 else None


# fault, options of the run that meets it, what the twins' ports show at the marker (RTL, C)
FAULTS = {
    "in_a_scenario": ["--scenario", "write_patterns"],
    "in_the_random_part": ["--set", "stimulus.scenarios=[]", "--random", "40"],
    "without_waves": ["--scenario", "write_patterns", "--waves", "off"],
}


def test_fault(program, sim_cfg, folder, cases):
    """The port of u1 is written at the wrong edge: exit code 1, and then only what the card says is typed."""
    with Display() as display:
        for name, options in FAULTS.items():
            began = time.monotonic()
            run = simulation.Simulation(program, folder, name, "--fault", "pcf_port_at_ack_fall", *options, sim_cfg)
            printed = dict(re.findall(r"^  (again|look) +(.+)$", run.stdout, re.MULTILINE))
            trouble = None if run.code == 1 and len(printed) == 2 else "exit code %d, printed %s" % (run.code, printed)
            for step in ("look", "again"):
                if trouble:
                    break
                if step == "again":  # the other way: the run again with waves, and the command that it prints
                    again = subprocess.run(shlex.split(printed["again"]), cwd=folder, capture_output=True, text=True, timeout=120, check=False)
                    printed["look"] = re.search(r"^  look +(.+)$", again.stdout, re.MULTILINE).group(1)
                answer = ask_with(display, run, shlex.split(printed["look"]), folder)
                ports = answer and answer[5:7]
                if not answer or answer[1] == "-1" or ports[0] == ports[1]:
                    trouble = "%s: the twins' ports at the marker: %s" % (step, ports)
                elif step == "look":
                    seconds = time.monotonic() - began
            cases.case(name, trouble, trouble or "%.1f s from the start of the run to the answer at the marker: rtl %s, c %s" % (seconds, *ports))


def test(program, sim_cfg, folder, cases):
    if program.endswith("-faulty"):
        return test_fault(program, sim_cfg, folder, cases)
    with Display() as display:
        for file_format in ("vcd", "fst"):
            run = simulation.Simulation(program, folder, file_format, "--scenario", "read_pins", "--set", "record.format=" + file_format, sim_cfg)
            answer = ask(display, run, "waves." + file_format)
            cases.case(file_format + "_every_signal_is_shown", shown(run, answer, "waves." + file_format))
            start, end, length = map(int, answer[2].split()) if answer else (0, 0, 0)
            cases.case(file_format + "_the_whole_run_is_in_the_window", None if start < length * 0.01 and end > length * 0.9 else
                       "%d..%d of %d" % (start, end, length))
            cases.case(file_format + "_no_marker", None if answer and answer[1] == "-1" else "marker at %s" % (answer and answer[1]))
        scenario = os.path.join(folder, "failing.tcl")
        with open(scenario, "w", encoding="utf-8") as f:
            f.write(waves_test.FAILING)
        run = simulation.Simulation(program, folder, "failing", "--scenario", scenario, "--waves", "all", sim_cfg)
        answer = ask(display, run, "waves.vcd")
        mismatch = run.report()["failures"][0]
        cases.case("failing_every_signal_is_shown", shown(run, answer, "waves.vcd"))
        marker = mismatch["clk"] * waves_test.CLK_PS
        cases.case("failing_marker_is_on_the_mismatch", None if answer and answer[1] == str(marker) else "it is not")
        start, end, _ = map(int, answer[2].split()) if answer else (0, 0, 0)
        cases.case("failing_marker_is_in_the_window", None if start < marker < end and end - start < 100 * 10**6 else "%d..%d" % (start, end))
        cases.case("failing_values_at_the_marker", None if answer and answer[5:7] == ["A5", "A5"] else "%s" % (answer and answer[3:]))


if __name__ == "__main__":
    absent = [name for name in ("gtkwave", "Xvfb") if not shutil.which(name)]
    if absent and not os.environ.get("TWINWIRE_NO_SKIP"):
        print("skipped: there is no %s here" % " and no ".join(absent))
        sys.exit(77)
    sys.exit(simulation.main(test, __doc__))
