#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is a mutant of the RTL that nobody killed a mutant at all? Yosys and ABC compare the device with it to the device without.

    prove.py [--limit-s N] [--but REGISTER VERILOG] BUILD_FOLDER NUMBER...

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


# An invariant that pdr need not find out: these registers are equal in both, but where nobody looks at them (the Verilog behind a name; a_ is the device, b_
# the mutant, dots are __), and the two machines of the controller go together. It is proved with the outputs: a wrong one proves nothing.
E, S, L = "u_bit_engine.", "u_byte_sequencer.", "u_symbols."
NOT_IN_BYTE = "a_u_byte_sequencer__state_q != 2"
LINES = {L + "settle_q": (7, ""), **{f"{L}u_{line}_filter.{name}": (bits, "") for line in ("scl", "sda")
                                     for name, bits in (("meta_q", 1), ("sync_q", 1), ("now_q", 1), ("prev_q", 1), ("run_q", 6))}}
SAME = {"i2c_controller": {
    E + "state_q": (4, ""), E + "step_q": (2, "e == 0 || e > 3"), E + "scl_q": (1, ""), E + "sda_q": (1, ""),
    E + "timer_q": (18, "e == 0 || e == 3 || (a_u_bit_engine__timer_q <= 1 && b_u_bit_engine__timer_q <= 1)"),
    E + "since_stop_q": (18, "a_u_bit_engine__since_stop_q >= 196608 && b_u_bit_engine__since_stop_q >= 196608"),
    E + "since_rise_q": (18, "a_u_bit_engine__since_rise_q >= 131072 && b_u_bit_engine__since_rise_q >= 131072"),
    S + "state_q": (2, ""), S + "bit_q": (4, NOT_IN_BYTE), S + "shift_q": (8, NOT_IN_BYTE), S + "rxr_q": (8, ""), S + "rxack_q": (1, ""),
    **{name: (bits, "") for name, bits in (("prer_q", 16), ("en_q", 1), ("ien_q", 1), ("txr_q", 8), ("sta_q", 1), ("sto_q", 1), ("rd_q", 1), ("wr_q", 1),
                                           ("nack_q", 1), ("busy_q", 1), ("al_q", 1), ("if_q", 1), ("ack_q", 1), ("dat_q", 8))}},
    "pcf8574": {"state_q": (2, ""), "clock_q": (4, "a_state_q == 0"), "byte_q": (8, "a_state_q == 0"),
                **{name: (bits, "") for name, bits in (("sda_q", 1), ("port_q", 8), ("latch_q", 8), ("read_pulse_q", 1), ("write_pulse_q", 1),
                                                       ("pins_meta_q", 8), ("pins_q", 8), ("int_n_q", 1))}}}
TOGETHER = {"i2c_controller": """  wire [3:0] e = a_u_bit_engine__state_q;
  wire [1:0] step = a_u_bit_engine__step_q, q = a_u_byte_sequencer__state_q;
  wire together = e == 0 ? q == 0 : e <= 3 ? q == step + 1 && step != 3 : e == 4 ? q == 2 : e <= 6 ? q == 1 : e <= 8 && q == 3;
""", "pcf8574": "  wire together = 1;\n"}
UNSETTLED = {"i2c_controller": "e == 0", "pcf8574": "a_state_q == 0 && !a_read_pulse_q && !a_write_pulse_q"}


def held(top, free):
    """The registers that the invariant speaks of, and its Verilog."""
    regs = {**SAME[top], **({} if free else LINES)}
    pairs = [(name.replace(".", "__"), where) for name, (_, where) in regs.items()]
    equal = " &&\n    ".join(f"(a_{name} == b_{name}{' || ' + where if where else ''})" for name, where in pairs)
    settled = "1" if free else f"(a_u_symbols__settle_q == s_filter_clks_i + 3 || {UNSETTLED[top]})"
    return regs, f"{TOGETHER[top]}  wire holds = together && {settled} &&\n    {equal};\n"


def both(top, free, invariant):
    """gold beside gate, the same inputs, reset in the first clock, `differ` if any output differs while out of reset, or the invariant does not hold."""
    regs, holds = held(top, free) if invariant else ({}, "  wire holds = 1;\n")
    ports = "".join(f", input [{bits - 1}:0] {name}" for name, (bits, _) in INPUTS[top].items())
    straps = {name: bits for name, (bits, strap) in INPUTS[top].items() if strap}
    lines = [f"module both(input clk_i, input rst_ni, input settle{ports}, output differ);", "  reg up = 0;", "  wire rst = rst_ni & up;"]
    lines += [f"  reg [{bits - 1}:0] s_{name} = 0;" for name, bits in straps.items()]
    lines += ["  always @(posedge clk_i) begin", "    up <= 1;"]
    lines += [f"    if (!up) s_{name} <= {f'{name} == 0 ? 1 : {name}' if name == 'filter_clks_i' else name};" for name in straps]
    lines += ["  end", SYMBOLS if free else ""]
    for module, letter in (("gold", "a"), ("gate", "b")):
        lines += [f"  wire [{bits - 1}:0] {letter}_{name};" for name, bits in OUTPUTS[top].items()]
        lines += [f"  wire [{bits - 1}:0] {letter}_{name.replace('.', '__')};" for name, (bits, _) in regs.items()]
        pins = [f".{name}({'s_' if name in straps else ''}{name})" for name in INPUTS[top]] + [f".{name}({letter}_{name})" for name in OUTPUTS[top]]
        pins += [f".{name}({name})" for name in SYMBOL_PINS[top]] if free else []
        pins += [f".\\{name} ({letter}_{name.replace('.', '__')})" for name in regs]
        lines.append(f"  {module} u_{module}(.clk_i(clk_i), .rst_ni(rst), {', '.join(pins)});")
    differ = " | ".join(f"(a_{name} != b_{name})" for name in OUTPUTS[top])
    return "\n".join([*lines, holds + f"  assign differ = (rst & ({differ})) | (up & !holds);", "endmodule"]) + "\n"


def write_aiger(netlist, mutant, top, free, work, invariant=False):
    cut = f"delete {top}/u_symbols\ncd {top}\nsetundef -undriven -expose\ncd\n" if free else ""
    show = f"cd {top}\n" + "".join(f"expose w:{name}\n" for name in held(top, free)[0]) + "cd\n" if invariant else ""
    flat = f"{cut}hierarchy -top {top}\nflatten\n{show}opt_clean\n"
    (work / "both.v").write_text(both(top, free, invariant), encoding="utf-8")
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
    """First with the invariant; then with any symbols at all, where a proof is easy; then, unless that proves it, with the filters in between."""
    of_lines = mutant["module"] in ("i2c_symbols", "i2c_line_filter")
    write_aiger(netlist, mutant, top, not of_lines, work, invariant=True)
    says, how = abc(f"pdr -T {limit_s}", work, 2 * limit_s)
    if says == "equivalent":
        return says, "pdr with an invariant" + ("" if of_lines else ", for any symbols")
    if not of_lines:
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
    p.add_argument("--but", nargs=2, action="append", default=[], metavar=("REGISTER", "VERILOG"),
                   help="the invariant lets this register of both parts differ also where VERILOG holds; it is proved, like all of the invariant")
    options = p.parse_args()
    for name, where in options.but:
        for registers in SAME.values():
            if name in registers:
                bits, before = registers[name]
                registers[name] = bits, f"{before} || {where}" if before else where
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
