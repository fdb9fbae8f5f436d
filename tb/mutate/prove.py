#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is a mutant of the RTL that nobody killed a mutant at all? Yosys and ABC compare the device with it to the device without.

    prove.py [--limit-s N] BUILD_FOLDER NUMBER...

    equivalent        the outputs are the same at every clock, for all inputs and any number of clocks after a reset: proved by ABC's signal
                      correspondence (scorr) or an inductive invariant (pdr)
    distinguishable   they differ so many clocks after the reset: there is a trace, of wires that may move as they like
    bounded N         neither; no difference within N clocks

A device is i2c_controller or pcf8574; a module that is part of both is compared in both. Straps stand still, filter_clks is not 0.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import rtl_mutants

PARTS = {"i2c_controller": ("i2c_bit_engine", "i2c_byte_sequencer", "i2c_symbols", "i2c_line_filter", "i2c_controller"),
         "pcf8574": ("i2c_symbols", "i2c_line_filter", "pcf8574")}
# name: (bits, is a strap); rst_ni and clk_i are known
INPUTS = {"i2c_controller": {"filter_clks_i": (6, True), "wb_cyc_i": (1, False), "wb_stb_i": (1, False), "wb_we_i": (1, False), "wb_adr_i": (3, False),
                             "wb_dat_i": (8, False), "scl_i": (1, False), "sda_i": (1, False)},
          "pcf8574": {"filter_clks_i": (6, True), "part_a_i": (1, True), "a_i": (3, True), "ti_i": (1, True), "scl_i": (1, False),
                      "sda_i": (1, False), "port_i": (8, False)}}
OUTPUTS = {"i2c_controller": {"wb_ack_o": 1, "wb_dat_o": 8, "irq_o": 1, "scl_o": 1, "scl_oe_o": 1, "sda_o": 1, "sda_oe_o": 1},
           "pcf8574": {"sda_o": 1, "sda_oe_o": 1, "port_o": 8, "int_o": 1, "int_oe_o": 1}}


def both(top):
    """gold beside gate, the same inputs, reset in the first clock, `differ` if any output differs while out of reset."""
    ports = "".join(f", input [{bits - 1}:0] {name}" for name, (bits, _) in INPUTS[top].items())
    straps = {name: bits for name, (bits, strap) in INPUTS[top].items() if strap}
    lines = [f"module both(input clk_i, input rst_ni{ports}, output differ);", "  reg up = 0;"]
    lines += [f"  reg [{bits - 1}:0] s_{name} = 0;" for name, bits in straps.items()]
    lines += ["  always @(posedge clk_i) begin", "    up <= 1;"]
    lines += [f"    if (!up) s_{name} <= {f'{name} == 0 ? 1 : {name}' if name == 'filter_clks_i' else name};" for name in straps]
    lines += ["  end", "  wire rst = rst_ni & up;"]
    for module, letter in (("gold", "a"), ("gate", "b")):
        lines += [f"  wire [{bits - 1}:0] {letter}_{name};" for name, bits in OUTPUTS[top].items()]
        pins = [f".{name}({'s_' if name in straps else ''}{name})" for name in INPUTS[top]] + [f".{name}({letter}_{name})" for name in OUTPUTS[top]]
        lines.append(f"  {module} u_{module}(.clk_i(clk_i), .rst_ni(rst), {', '.join(pins)});")
    differ = " | ".join(f"(a_{name} != b_{name})" for name in OUTPUTS[top])
    return "\n".join([*lines, f"  assign differ = rst & ({differ});", "endmodule"]) + "\n"


def write_aiger(netlist, mutant, top, work):
    flat = f"hierarchy -top {top}\nflatten\nopt_clean\n"
    (work / "both.v").write_text(both(top), encoding="utf-8")
    rtl_mutants.yosys(work, f"read_rtlil {netlist}\n{flat}rename {top} gold\ndesign -stash gold\nread_rtlil {netlist}\nmutate {mutant['command']}\n{flat}"
                      f"rename {top} gate\ndesign -copy-from gold gold\nread_verilog both.v\nhierarchy -top both\nproc\nflatten\nopt\n"
                      "setundef -undriven -zero\ntechmap\nopt\nsetundef -init -zero\ndffunmap\nopt_clean\naigmap\nwrite_aiger -zinit both.aig\n")


def compare(netlist, mutant, top, limit_s, work):
    write_aiger(netlist, mutant, top, work)
    script = f"read_aiger both.aig; scorr; bmc3 -T {limit_s // 3} -F 400; pdr -T {limit_s}"
    done = subprocess.run(["yosys-abc", "-c", script], cwd=work, capture_output=True, text=True, timeout=3 * limit_s + 60)
    text = done.stdout
    differs = re.search(r"Output 0 of miter .* was asserted in frame (\d+)", text)
    if differs:
        return "distinguishable", int(differs.group(1))
    if "Property proved" in text:
        return "equivalent", "scorr" if "combinational networks" in text else "pdr"
    frames = re.findall(r"No output asserted in (\d+) frames|explored (\d+) frames|Explored (\d+) frames", text)
    return "bounded", int("".join(frames[-1])) if frames else 0


def judge(netlist, mutant, limit_s):
    """(verdict, how): the weakest of those of the devices that the module is part of."""
    answers = []
    for top in (top for top in PARTS if mutant["module"] in PARTS[top]):
        with tempfile.TemporaryDirectory() as work:
            says, how = compare(netlist, mutant, top, limit_s, Path(work))
        if says == "distinguishable":
            return says, f"{top}, {how} clocks after the reset"
        answers.append((says == "equivalent", says, f"{top}, {'proved by ' + how if says == 'equivalent' else f'{how} clocks'}"))
    worst = min(answers)
    return worst[1], "; ".join(one[2] for one in answers)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--limit-s", type=int, default=120, metavar="N", help="seconds for pdr; a third of it for bmc3")
    p.add_argument("build", type=Path, metavar="BUILD_FOLDER")
    p.add_argument("numbers", nargs="+", type=int, metavar="NUMBER")
    options = p.parse_args()
    build = options.build.resolve()
    mutants = {m["number"]: m for m in json.loads((build / "mutants/mutants.json").read_text(encoding="utf-8"))}
    for number in options.numbers:
        try:
            says, how = judge(build / "mutants/yosys/netlist.il", mutants[number], options.limit_s)
        except (subprocess.TimeoutExpired, rtl_mutants.Trouble, KeyError) as why:
            says, how = "undecided", str(why)[:300]
        print(f"{number}\t{says}\t{how}\t{mutants.get(number, {}).get('key')}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
