#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is a mutant of the RTL that nobody killed a mutant at all? Yosys and ABC compare the device with it to the device without.

    prove.py [--limit-s N] BUILD_FOLDER NUMBER...

    equivalent        the outputs are the same at every clock, for all inputs and any number of clocks after a reset: proved by ABC's signal
                      correspondence (scorr) or an inductive invariant (pdr)
    distinguishable   they differ so many clocks after the reset: there is a trace, of wires that may move as they like
    bounded N         neither; no difference within N clocks, which is longer than a whole transfer (TRANSFER)
    undecided         neither; ABC's time ended before that

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

TRANSFER = 300  # clks of the shortest one: START, address, byte, STOP with prescale 0 and filter 1, and the accesses that command them


# What i2c_symbols may tell, whatever its filters do: any levels from clock to clock, and what follows from them.
SYMBOLS = """  reg scl_now = 1, sda_now = 1, scl_was = 1, sda_was = 1, settled = 0;
  always @(posedge clk_i)
    if (!rst) {scl_now, sda_now, scl_was, sda_was, settled} <= 5'b11110;
    else {scl_now, sda_now, scl_was, sda_was, settled} <= {scl_i, sda_i, scl_now, sda_now, settled | settle};
  wire scl_rise = settled & scl_now & ~scl_was, scl_fall = settled & ~scl_now & scl_was;
  wire start = settled & scl_now & scl_was & ~sda_now & sda_was, stop = settled & scl_now & scl_was & sda_now & ~sda_was;
"""
SYMBOL_PINS = {"i2c_controller": ("settled", "scl_now", "sda_now", "scl_rise", "scl_fall", "start", "stop"),
               "pcf8574": ("sda_now", "scl_rise", "scl_fall", "start", "stop")}


def both(top, free):
    """gold beside gate, the same inputs, reset in the first clock, `differ` if any output differs while out of reset."""
    ports = "".join(f", input [{bits - 1}:0] {name}" for name, (bits, _) in INPUTS[top].items())
    straps = {name: bits for name, (bits, strap) in INPUTS[top].items() if strap}
    lines = [f"module both(input clk_i, input rst_ni, input settle{ports}, output differ);", "  reg up = 0;", "  wire rst = rst_ni & up;"]
    lines += [f"  reg [{bits - 1}:0] s_{name} = 0;" for name, bits in straps.items()]
    lines += ["  always @(posedge clk_i) begin", "    up <= 1;"]
    lines += [f"    if (!up) s_{name} <= {f'{name} == 0 ? 1 : {name}' if name == 'filter_clks_i' else name};" for name in straps]
    lines += ["  end", SYMBOLS if free else ""]
    for module, letter in (("gold", "a"), ("gate", "b")):
        lines += [f"  wire [{bits - 1}:0] {letter}_{name};" for name, bits in OUTPUTS[top].items()]
        pins = [f".{name}({'s_' if name in straps else ''}{name})" for name in INPUTS[top]] + [f".{name}({letter}_{name})" for name in OUTPUTS[top]]
        pins += [f".{name}({name})" for name in SYMBOL_PINS[top]] if free else []
        lines.append(f"  {module} u_{module}(.clk_i(clk_i), .rst_ni(rst), {', '.join(pins)});")
    differ = " | ".join(f"(a_{name} != b_{name})" for name in OUTPUTS[top])
    return "\n".join([*lines, f"  assign differ = rst & ({differ});", "endmodule"]) + "\n"


def write_aiger(netlist, mutant, top, free, work):
    cut = f"delete {top}/u_symbols\ncd {top}\nsetundef -undriven -expose\ncd\n" if free else ""
    flat = f"{cut}hierarchy -top {top}\nflatten\nopt_clean\n"
    (work / "both.v").write_text(both(top, free), encoding="utf-8")
    rtl_mutants.yosys(work, f"read_rtlil {netlist}\n{flat}rename {top} gold\ndesign -stash gold\nread_rtlil {netlist}\nmutate {mutant['command']}\n{flat}"
                      f"rename {top} gate\ndesign -copy-from gold gold\nread_verilog both.v\nhierarchy -top both\nproc\nflatten\nopt\n"
                      "setundef -undriven -zero\ntechmap\nopt\nsetundef -init -zero\ndffunmap\nopt_clean\naigmap\nwrite_aiger -zinit both.aig\n")


def abc(script, work, limit_s):
    """What ABC says of the miter: ("distinguishable", frame), ("equivalent", how), ("bounded", frames) or ("undecided", frames)."""
    try:
        text = subprocess.run(["yosys-abc", "-c", "read_aiger both.aig; " + script], cwd=work, capture_output=True, text=True, timeout=limit_s).stdout
    except subprocess.TimeoutExpired as late:
        text = (late.stdout or b"").decode()
    differs = re.search(r"Output 0 of miter .* was asserted in frame (\d+)", text)
    if differs:
        return "distinguishable", int(differs.group(1))
    if "Property proved" in text or "Networks are equivalent" in text:
        return "equivalent", "scorr" if "combinational networks" in text else "pdr"
    frames = max([int(n) for n in re.findall(r"No output asserted in (\d+) frames", text)], default=0)
    return "bounded" if frames > TRANSFER else "undecided", frames


def compare(netlist, mutant, top, limit_s, work):
    """First with any symbols at all, where a proof is easy; then, unless that proves it, with the filters in between."""
    if mutant["module"] not in ("i2c_symbols", "i2c_line_filter"):
        write_aiger(netlist, mutant, top, True, work)
        says, how = abc(f"scorr; bmc3 -T {limit_s // 6} -F 100; pdr -T {limit_s}", work, 3 * limit_s)
        if says == "equivalent":
            return says, how + ", for any symbols"
    write_aiger(netlist, mutant, top, False, work)
    return abc(f"scorr; bmc3 -T {limit_s // 3} -F 400; pdr -T {limit_s}", work, 3 * limit_s)


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
