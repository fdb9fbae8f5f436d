#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a user can do wrong, and what the environment can: each case says what must come back.

    python3 tb/bad_input_test.py PATH_TO_TWINWIRE PATH_TO_SOURCE_ROOT [PART_OF_A_CASE_NAME]

Every case runs in a new folder that holds sim.cfg (CONFIG, or what `cfg` says), own.tcl (`tcl`, if given) and a regular
file called `plain`. It is judged by its exit code, by a regular expression found in what it wrote to stderr, and by what
it left:

    NOTHING   no output folder at all
    TIDY      no file half-written: what there is parses up to its last line (there may be no report)
    REPORT    the same, and a report.json that says the same exit code
"""
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

NOTHING, REPORT, TIDY = "nothing", "report", "tidy"
PASS, FAILED, USER, ENVIRONMENT, INTERRUPTED = 0, 1, 2, 3, 130
PATIENCE_S = 120
NOBODY = 65534  # whom root becomes for the cases without rights

CONFIG = """\
clock_hz = 50000000;
board = { scl_hz = 400000;
  targets = (
    { name = "u1"; type = "pcf8574"; addr = 0x20; },
    { name = "u2"; type = "pcf8574a"; addr = 0x38; drives = "c"; shadows = []; } ); };
stimulus = { scenarios = [ "write_patterns" ]; random = { transfers = 0; }; };
"""
OWN = ["--scenario", "own.tcl"]
FOREVER = ["--scenario", "own.tcl", "--set", "limits.wall_s=60", "--set", "limits.sim_ms=3600000"]


def targets(*groups):
    return "board = { targets = (\n" + ",\n".join(groups) + " ); };\n"


@dataclass
class Case:
    name: str
    code: int
    stderr: str
    args: list = field(default_factory=list)  # {dir} is the case's folder
    cfg: str = CONFIG                         # None: there is no sim.cfg
    tcl: str = None
    left: str = NOTHING
    kill: int = 0          # this signal, once waves.vcd grows or after a second
    disk_bytes: int = 0    # room for the output, on a file system of its own
    file_bytes: int = 0    # longest file that may be written
    no_rights: bool = False  # the folder is not writable, for a user who is not root
    hidden: str = ""         # this file is not readable
    says: dict = field(default_factory=dict)  # of report.json
    stdout: str = ""       # regular expression found in stdout
    made: str = "out"      # the output folder, to look for what was left


CASES = [
    Case("waits_for_a_slot_in_vain", FAILED, r"^$", OWN, tcl="inject scl low 10us at 200\ni2c write 0x20 1\n", left=REPORT, stdout=r'"at 200", and that slot did not come'),
    Case("expects_the_end_of_no_transfer", FAILED, r"^$", OWN, tcl="host read 4\nexpect status ack\n", left=REPORT, stdout=r"expected ack, saw none"),
    # ---- sim.cfg: the file ----
    Case("missing_sim_cfg", USER, r"^sim\.cfg: cannot read: No such file or directory$", cfg=None),
    Case("missing_named_file", USER, r"^no/such\.cfg: cannot read: No such file or directory$", ["no/such.cfg"]),
    Case("sim_cfg_is_a_folder", USER, r"^\{dir\}: cannot read: Is a directory$", ["{dir}"]),
    Case("sim_cfg_below_a_file", USER, r"^plain/sim\.cfg: cannot read: Not a directory$", ["plain/sim.cfg"]),
    Case("sim_cfg_is_binary", USER, r"^sim\.cfg:1: there is a NUL byte here", cfg="\0\1\2"),
    Case("sim_cfg_is_unreadable", USER, r"^sim\.cfg: cannot read: Permission denied$", no_rights=True, hidden="sim.cfg"),
    Case("syntax_error", USER, r"^sim\.cfg:2: syntax error", cfg="clock_hz = 50000000;\nboard = = 1;\n"),
    Case("syntax_error_open_group", USER, r"^sim\.cfg:2: syntax error", cfg="board = { scl_hz = 1;\n"),
    Case("syntax_error_after_a_string", USER, r"^sim\.cfg:1: syntax error", cfg='run = { name = "x" ];\n'),
    Case("open_comment", USER, r"^sim\.cfg:1: this comment is never closed$", cfg="/* \nclock_hz = 1;\n"),
    Case("duplicate_key", USER, r"^sim\.cfg:2: duplicate setting name", cfg="clock_hz = 50000000;\nclock_hz = 1;\n"),
    Case("missing_include", USER, r"^sim\.cfg:2: cannot read the included file none\.cfg: No such file", cfg='\n@include "none.cfg"\n'),
    Case("include_of_itself", USER, r"^sim\.cfg:1: includes are nested too deep", cfg='@include "sim.cfg"\n'),
    # ---- sim.cfg: keys and values ----
    Case("unknown_key", USER, r"^sim\.cfg:2: unknown key 'chekcs' \(did you mean 'checks'\?\)$", cfg="\nchekcs = {};\n"),
    Case("unknown_key_inside", USER, r"^sim\.cfg:1: unknown key 'wirte' in stimulus\.random\.weights \(did you mean 'write'\?\)$",
         cfg="stimulus = { random = { weights = { wirte = 1; }; }; };\n"),
    Case("wrong_type", USER, r'^sim\.cfg:1: clock_hz: expected an integer, not the string "fast"$', cfg='clock_hz = "fast";\n'),
    Case("wrong_type_boolean", USER, r"^sim\.cfg:1: checks\.int: expected true or false, not the integer 1$", cfg="checks = { int = 1; };\n"),
    Case("clock_zero", USER, r"^sim\.cfg:1: clock_hz: 0 is out of range: 2000000 \.\. 1000000000$", cfg="clock_hz = 0;\n"),
    Case("clock_beyond_32_bits", USER, r"^sim\.cfg:1: clock_hz: 5000000000 is out of range", cfg="clock_hz = 5000000000;\n"),
    Case("no_place_for_an_rtl_twin", USER, r"^sim\.cfg:2: target \"u3\" has an RTL twin, and this build has places for those of the first \d targets only",
         cfg="board = { targets = ( {name = \"u1\";}, {name = \"u2\"; addr = 0x21;},\n{name = \"u3\"; addr = 0x22;} ); };\n"),
    Case("number_beyond_64_bits", USER, r"^sim\.cfg:1: this number does not fit in 64 bits", cfg="clock_hz = 99999999999999999999;\n"),
    Case("scl_too_fast", USER, r"^sim\.cfg:2: board\.scl_hz: SCL of 1000000 Hz is faster than .* the fastest is 666666 Hz",
         cfg="clock_hz = 10000000;\nboard = { scl_hz = 1000000; };\n"),
    Case("address_of_8_bits", USER, r"^sim\.cfg:2: board\.targets\.0\.addr: 0x80 is no 7-bit address", cfg=targets("{ addr = 0x80; }")),
    Case("address_reserved", USER, r"^sim\.cfg:2: .*address 0x78 is reserved \(UM10204 table 4\)$", cfg=targets("{ addr = 0x78; }")),
    Case("address_of_another_chip", USER, r"^sim\.cfg:2: .*a pcf8574 cannot have address 0x38: .* 0x20 \.\. 0x27$",
         cfg=targets("{ addr = 0x38; }")),
    Case("address_twice", USER, r"^sim\.cfg:3: .*duplicate address 0x20: target 'u1' has it \(sim\.cfg:2\)$",
         cfg=targets("{ addr = 0x20; }", "{ addr = 0x20; }")),
    Case("name_twice", USER, r"^sim\.cfg:3: .*duplicate name 'x': target 0 has it \(sim\.cfg:2\)$",
         cfg=targets('{ name = "x"; }', '{ name = "x"; addr = 0x21; }')),
    Case("unknown_device_type", USER, r"^sim\.cfg:2: .*unknown device type 'pcf8547' \(did you mean 'pcf8574'\?\)$",
         cfg=targets('{ type = "pcf8547"; }')),
    Case("unknown_twin", USER, r"^sim\.cfg:2: .*unknown twin 'rtk' \(did you mean 'rtl'\?\)$", cfg=targets('{ drives = "rtk"; }')),
    Case("twin_drives_and_shadows", USER, r"^sim\.cfg:2: .*twin 'c' both drives and shadows$",
         cfg=targets('{ drives = "c"; shadows = ["c"]; }')),
    Case("too_many_targets", USER, r"^sim\.cfg:1: board\.targets: 5 targets, at most 4$",
         cfg=targets(*("{ addr = 0x2%d; }" % i for i in range(5)))),
    Case("unknown_scenario", USER, r"(?s)^sim\.cfg:3: .*write_patern.*did you mean .write_patterns.",
         cfg='\nstimulus = { scenarios = [ "read_pins",\n"write_patern" ]; };\n'),
    Case("run_name_is_a_path", USER, r"^sim\.cfg:1: run\.name: '\.\./x' is no name of a folder", cfg='run = { name = "../x"; };\n'),
    Case("message_moves_no_cursor", USER, r'\Asim\.cfg:1: clock_hz: expected an integer, not the string "a b \[2Jc"\n\Z', cfg='clock_hz = "a\nb\x1b[2Jc";\n'),
    Case("all_complaints_at_once", USER, r"(?s)^sim\.cfg:1: clock_hz.*^sim\.cfg:2: unknown key 'x'", cfg="clock_hz = 0;\nx = 1;\n"),
    # ---- the command line ----
    Case("unknown_option", USER, r"--sede.*did you mean --seed", ["--sede", "3"]),
    Case("option_without_value", USER, r"--seed", ["--seed"]),
    Case("two_files", USER, r"sim\.cfg.*other\.cfg", ["sim.cfg", "other.cfg"]),
    Case("set_without_value", USER, r"^--set seed: expected PATH=VALUE", ["--set", "seed"]),
    Case("set_unknown_key", USER, r"^--set board\.foo=1: unknown key 'foo' in board", ["--set", "board.foo=1"]),
    Case("set_wrong_type", USER, r'^--set clock_hz=fast: expected an integer, not the string "fast"$', ["--set", "clock_hz=fast"]),
    Case("set_unknown_target", USER, r"^--set board\.targets\.u9\.addr=0x21: .*'u9' \(did you mean 'u1'\?\)$",
         ["--set", "board.targets.u9.addr=0x21"]),
    Case("seed_is_no_number", USER, r'seed.*expected an integer, not the string "x"', ["--seed", "x"]),
    Case("seed_zero", USER, r"seed.*0 is out of range", ["--seed", "0"]),
    Case("random_is_negative", USER, r"-1 is out of range", ["--random", "-1"]),
    Case("waves_unknown", USER, r"unknown choice 'al' \(did you mean 'all'\?\)", ["--waves", "al"]),
    Case("scenario_option_unknown", USER, r"read_pin\b.*did you mean .read_pins.", ["--scenario", "read_pin"]),
    Case("scenario_file_missing", USER, r"none\.tcl", ["--scenario", "none.tcl"]),
    Case("dump_of_a_bad_file", USER, r"^sim\.cfg:1: clock_hz: 0 is out of range", ["--dump-config"], cfg="clock_hz = 0;\n"),
    Case("help", PASS, r"\A\Z", ["--help"], stdout=r"--dump-config", cfg=None),
    Case("version", PASS, r"\A\Z", ["--version"], stdout=r"^twinwire \d", cfg=None),
    Case("dump", PASS, r"\A\Z", ["--dump-config"], stdout=r"clock_hz = 50000000;"),
    # ---- scenarios ----
    Case("scenario_passes", PASS, r"", OWN, tcl="i2c write 0x20 0x55\nrun 10us\nexpect pins u1 0x55\n", left=REPORT, says={"interrupted": False}),
    Case("expectation_fails", FAILED, r"", OWN, tcl="run 10us\nexpect wire scl low\n", left=REPORT, says={"interrupted": False}),
    Case("tcl_error", USER, r"own\.tcl:2: .*mine", OWN, tcl='run 1us\nerror "mine"\n', left=REPORT),
    Case("tcl_error_in_a_proc", USER, r"own\.tcl:\d+: .*mine", OWN, tcl='proc p {} {\n  error "mine"\n}\np\n', left=REPORT),
    Case("tcl_unknown_command", USER, r"own\.tcl:1: .*expct", OWN, tcl="expct wire scl low\n", left=REPORT),
    Case("tcl_unknown_subcommand", USER, r"own\.tcl:2: .*wirte", OWN, tcl="\ni2c wirte 0x20 1\n", left=REPORT),
    Case("tcl_unknown_target", USER, r"own\.tcl:1: .*u9", OWN, tcl="pins u9 0bzzzzzzzz\n", left=REPORT),
    Case("tcl_bad_time", USER, r"own\.tcl:1: .*10 parsecs|own\.tcl:1: .*10parsecs", OWN, tcl="run 10parsecs\n", left=REPORT),
    Case("injects_for_no_time", USER, r'own\.tcl:2: inject: "0ns" is not a clock long', OWN, tcl="run 1us\ninject scl low 0ns\n", left=REPORT),
    Case("resets_for_no_time", USER, r'own\.tcl:2: reset: "0clk" is not a clock long', OWN, tcl="run 1us\nreset u1 0clk\n", left=REPORT),
    Case("scenario_is_empty", USER, r"own\.tcl: this scenario does nothing", OWN, tcl="# nothing yet\n", left=REPORT),
    Case("hostile_unknown_kind", USER, r"own\.tcl:1: .*\"strech\" \(did you mean stretch\?\)", OWN, tcl="hostile strech at 3\n", left=REPORT),
    Case("hostile_unlike_any_kind", USER, r"own\.tcl:1: .*--help-scenario lists them", OWN, tcl="hostile 123456789\n", left=REPORT),
    Case("hostile_nothing", USER, r"own\.tcl:1: wanted: hostile KIND", OWN, tcl="hostile\n", left=REPORT),
    Case("hostile_unknown_word", USER, r"own\.tcl:1: .*\"slot\": at SLOT, frame N", OWN, tcl="hostile stop slot 3\n", left=REPORT),
    Case("hostile_lacks_a_value", USER, r"own\.tcl:1: \"plus\" lacks its value", OWN, tcl="hostile stop at 3 plus\n", left=REPORT),
    Case("hostile_bad_slot", USER, r"own\.tcl:1: \"-1\" is no slot", OWN, tcl="hostile stop at -1\n", left=REPORT),
    Case("hostile_bad_frame", USER, r"own\.tcl:1: \"0\" is no frame: a number from 1", OWN, tcl="hostile stop at 1 frame 0\n", left=REPORT),
    Case("hostile_frame_without_slot", USER, r"own\.tcl:1: .*\"at SLOT\" is wanted too", OWN, tcl="hostile stop frame 1\n", left=REPORT),
    Case("hostile_bad_time", USER, r"own\.tcl:1: \"9\" is no time", OWN, tcl="hostile stretch for 9\n", left=REPORT),
    Case("hostile_no_time", USER, r"own\.tcl:1: \"for\": ", OWN, tcl="hostile stretch for 0ns\n", left=REPORT),
    Case("hostile_unknown_socket", USER, r"own\.tcl:1: there is no socket \"u9\"", OWN, tcl="hostile vanish on u9\n", left=REPORT),
    Case("hostile_socket_of_a_wire", USER, r"own\.tcl:1: \"stretch\" is done to the wires", OWN, tcl="hostile stretch on u1\n", left=REPORT),
    Case("hostile_too_many", USER, r"own\.tcl:1: too many events", OWN, tcl="while 1 {hostile start at 3}\n", left=REPORT),
    Case("tcl_syntax_error", USER, r"own\.tcl:\d+: .*(brace|bracket|quote)", OWN, tcl="run 1us\nif {1} {\nrun 1us\n", left=REPORT),
    Case("tcl_exit", USER, r"own\.tcl:1: ", OWN, tcl="exit 0\n", left=REPORT),
    Case("tcl_opens_a_program", USER, r'own\.tcl:1: "\|cat" would run a program', OWN, tcl='open "|cat" r+\n', left=REPORT),
    Case("tcl_socket", USER, r"own\.tcl:1: .*socket", OWN, tcl="socket localhost 1\n", left=REPORT),
    Case("endless_in_simulated_time", FAILED, r"", OWN + ["--set", "limits.sim_ms=5"], tcl="while 1 {run 100us}\n", left=REPORT,
         stdout=r"limits\.sim_ms", says={"interrupted": False}),
    Case("one_long_run", FAILED, r"", OWN + ["--set", "limits.sim_ms=5"], tcl="run 1000000ms\n", left=REPORT, stdout=r"limits\.sim_ms"),
    Case("endless_in_simulated_time_caught", FAILED, r"", OWN + ["--set", "limits.sim_ms=5"], tcl="while 1 {catch {run 100us}}\n",
         left=REPORT, stdout=r"limits\.sim_ms"),
    Case("endless_in_wall_time", FAILED, r"", OWN + ["--set", "limits.wall_s=1"], tcl="while 1 {}\n", left=REPORT,
         stdout=r"limits\.wall_s", says={"interrupted": False}),
    Case("endless_in_wall_time_caught", FAILED, r"", OWN + ["--set", "limits.wall_s=1"], tcl="while 1 {catch {while 1 {}}}\n", left=REPORT,
         stdout=r"limits\.wall_s"),
    Case("random_part_beyond_wall_time", FAILED, r"", ["--random", "1000000", "--set", "limits.wall_s=1", "--set", "stimulus.scenarios="],
         left=REPORT, stdout=r"limits\.wall_s"),
    # ---- the environment ----
    Case("output_not_permitted", ENVIRONMENT, r"out.*: Permission denied", OWN, tcl="run 1us\n", no_rights=True),
    Case("output_below_a_file", ENVIRONMENT, r"plain/out: Not a directory", OWN + ["--out", "{dir}/plain/out"], tcl="run 1us\n"),
    Case("output_is_a_file", ENVIRONMENT, r"plain.*: (File exists|Not a directory)", OWN + ["--out", "{dir}/plain"], tcl="run 1us\n"),
    Case("output_in_proc", ENVIRONMENT, r"/proc/twinwire: ", OWN + ["--out", "/proc/twinwire"], tcl="run 1us\n"),
    Case("disk_full_waves", ENVIRONMENT, r"No space left on device", ["--waves", "all"], left=TIDY, disk_bytes=1 << 19, made="disk/out"),
    Case("disk_full_report", ENVIRONMENT, r"No space left on device", ["--waves", "off"], left=TIDY, disk_bytes=1 << 12, made="disk/out"),
    Case("file_too_large", ENVIRONMENT, r"waves\.vcd: ", ["--waves", "all"], left=TIDY, file_bytes=1 << 19),
    # ---- signals ----
    Case("sigint_in_random_part", INTERRUPTED, r"", ["--random", "1000000", "--waves", "all"], left=REPORT, kill=signal.SIGINT,
         says={"interrupted": True}),
    Case("sigterm_in_random_part", INTERRUPTED, r"", ["--random", "1000000", "--waves", "all"], left=REPORT, kill=signal.SIGTERM,
         says={"interrupted": True}),
    Case("sigint_in_a_scenario", INTERRUPTED, r"", FOREVER, tcl="while 1 {run 10us}\n", left=REPORT, kill=signal.SIGINT,
         says={"interrupted": True}),
    Case("sigterm_in_a_script_that_runs_nothing", INTERRUPTED, r"", FOREVER, tcl="while 1 {}\n", left=REPORT, kill=signal.SIGTERM,
         says={"interrupted": True}),
    Case("sigint_in_a_script_that_catches", INTERRUPTED, r"", FOREVER, tcl="while 1 {catch {run 10us}}\n", left=REPORT,
         kill=signal.SIGINT, says={"interrupted": True}),
]


class Skip(Exception):
    pass


def vcd_trouble(path):
    """What is wrong with a VCD file, or None. Every line up to the last must be whole and name known signals."""
    known, in_header = set(), True
    with open(path, encoding="ascii") as f:
        text = f.read()
    if not text.endswith("\n"):
        return "the last line is cut off: " + repr(text[-40:])
    last_time = -1
    for number, line in enumerate(text.split("\n"), 1):
        words = line.split()
        if in_header:
            if words[:1] == ["$var"]:
                known.add(words[3])
            in_header = words[:1] != ["$enddefinitions"]
        elif not words or words[0] in ("$dumpvars", "$dumpall", "$dumpon", "$dumpoff", "$end", "$comment"):
            continue
        elif re.fullmatch(r"#\d+", line):
            if int(line[1:]) < last_time:
                return "line %d: time runs back" % number
            last_time = int(line[1:])
        else:
            scalar = re.fullmatch(r"[01xzXZ](\S+)", line)
            vector = re.fullmatch(r"[bBrR]\S+ (\S+)", line)
            if not (scalar or vector) or (scalar or vector).group(1) not in known:
                return "line %d: %r" % (number, line[:60])
    return "its header does not end" if in_header else None


def left_trouble(case, folder):
    """What is wrong with what the run left, or None."""
    out = os.path.join(folder, case.made)
    files = [os.path.join(d, name) for d, _, names in os.walk(out) for name in names]
    if case.left == NOTHING:
        return "it made " + case.made if os.path.exists(out) else None
    half = [f for f in files if f.endswith((".part", ".tmp"))]
    if half:
        return "it left " + ", ".join(half)
    reports = {}
    for path in files:
        name = os.path.basename(path)
        if name.endswith(".json"):
            with open(path) as f:
                reports[name] = json.load(f)
        elif name.endswith(".jsonl"):
            with open(path) as f:
                for line in f:
                    json.loads(line)
        elif name.endswith(".vcd"):
            trouble = vcd_trouble(path)
            if trouble:
                return name + ": " + trouble
    if case.left == TIDY:
        return None
    if "report.json" not in reports:
        return "no report.json"
    for key, value in {"exit_code": case.code, **case.says}.items():
        if reports["report.json"].get(key) != value:
            return "report.json: %s is %r, not %r" % (key, reports["report.json"].get(key), value)
    return None


def can_mount():
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], capture_output=True).returncode == 0


def command(case, twinwire, folder):
    args = [twinwire] + [a.replace("{dir}", folder) for a in case.args]
    if not case.disk_bytes:
        return args
    # A file system of its own, in a mount namespace of its own, so that nothing stays mounted; what was left is copied out.
    args += ["--out", folder + "/disk/out"]
    os.mkdir(folder + "/disk")
    script = ('mount -t tmpfs -o size=%d tmpfs "$0/disk" || exit 77; "$@"; code=$?; '
              'cp -r "$0/disk" "$0/copy" && umount "$0/disk" && cp -r "$0/copy/." "$0/disk"; exit $code' % case.disk_bytes)
    return ["unshare", "-m", "sh", "-c", script, folder] + args


def limit_files(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # as a shell starts a program
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit if size else None


def wait_until_it_runs(process, waves):
    for _ in range(100):
        if process.poll() is not None or (os.path.exists(waves) and os.path.getsize(waves) > 100000):
            return
        time.sleep(0.02)


def prepare(case, folder):
    files = {"sim.cfg": case.cfg, "own.tcl": case.tcl, "plain": ""}
    for name, text in files.items():
        if text is not None:
            with open(os.path.join(folder, name), "w") as f:
                f.write(text)
    if case.hidden:
        os.chmod(os.path.join(folder, case.hidden), 0)
    if case.no_rights:
        os.chmod(folder, 0o555)
    if case.disk_bytes and not can_mount():
        raise Skip("needs root and a mount namespace")


def run(case, twinwire, folder):
    """(trouble or None, stderr)"""
    prepare(case, folder)
    user = NOBODY if case.no_rights and os.geteuid() == 0 else None
    try:
        process = subprocess.Popen(command(case, twinwire, folder), cwd=folder, user=user, stdin=subprocess.DEVNULL, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, errors="replace",
                                   preexec_fn=limit_files(case.file_bytes))
    except PermissionError as why:
        raise Skip("%s for a user without rights" % why) from why
    if case.kill:
        wait_until_it_runs(process, os.path.join(folder, "out/sim/waves.vcd"))
        process.send_signal(case.kill)
    try:
        stdout, stderr = process.communicate(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return "did not end within %d s" % PATIENCE_S, process.communicate()[1]
    if case.disk_bytes and process.returncode == 77:
        raise Skip("cannot mount a tmpfs")
    if process.returncode != case.code:
        return "exit code %d, not %d" % (process.returncode, case.code), stderr
    if not re.search(case.stderr.replace(r"\{dir\}", re.escape(folder)), stderr, re.MULTILINE):
        return "stderr does not match " + case.stderr, stderr
    if not re.search(case.stdout, stdout, re.MULTILINE):
        return "stdout does not match " + case.stdout, stdout + stderr
    return left_trouble(case, folder), stderr


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__, file=sys.stderr)
        return 2
    twinwire, only = os.path.abspath(sys.argv[1]), sys.argv[3] if len(sys.argv) == 4 else ""
    if not os.access(twinwire, os.X_OK) or not os.path.isfile(os.path.join(sys.argv[2], "sim.cfg")):
        print("no program %s or no %s/sim.cfg" % (twinwire, sys.argv[2]), file=sys.stderr)
        return 2
    shipped = Case("shipped_sim_cfg", PASS, r"\A\Z", [os.path.join(os.path.abspath(sys.argv[2]), "sim.cfg"), "--dump-config"])
    passed = failed = skipped = 0
    for case in [shipped] + CASES:
        if only not in case.name:
            continue
        folder = tempfile.mkdtemp(prefix="bad_input.")
        try:
            trouble, stderr = run(case, twinwire, folder)
            passed, failed = passed + (not trouble), failed + bool(trouble)
            print("ok   %s" % case.name if not trouble else "FAIL %s: %s\n%s" % (case.name, trouble, stderr), flush=True)
        except (Skip, ValueError) as why:
            skip = isinstance(why, Skip)
            skipped, failed = skipped + skip, failed + (not skip)
            print("%s %s: %s" % ("SKIP" if skip else "FAIL", case.name, why), flush=True)
        finally:
            os.chmod(folder, 0o700)
            shutil.rmtree(folder, ignore_errors=True)
    print("%d passed, %d failed" % (passed, failed) + (", %d skipped" % skipped if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
