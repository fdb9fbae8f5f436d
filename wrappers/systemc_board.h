// SPDX-License-Identifier: Apache-2.0
//
// The board as a SystemC module, for a virtual platform: the platform's software drives the controller through a TLM-2.0 socket, other models
// drive the outside of the port pins, and behind it RTL and C models run in lockstep, judged at every clock. Needs Verilator's model:
// link systemc_board of CMakeLists.txt. An example is wrappers/systemc_example.cpp.
//
// Clock and levels. Every rising edge of `clk` is one edge of the board; its period is 1 / clock_hz of sim.cfg (another one is warned of).
//   in    rst_n, ext_low, ext_high are read at each rising edge and are on the board's wires from that edge on
//   out   irq, int_n, pins are written at each rising edge: the levels that were on the wires just before it
// Like any register, they change one delta cycle after the edge, so a process that runs at a rising edge reads what was before it. With the
// first edge of `clk` at time 0, an output changes at the very time that the files give for it.
// Ports left unbound: rst_n is high, ext_low and ext_high are 0 (open), outputs go nowhere. `clk` and `registers` must be bound.
//
// Registers: eight of one byte each, at addresses 0..7, those of the OpenCores I2C controller (docs/timing-contract.md, section 4):
// 0 PRERlo, 1 PRERhi, 2 CTR, 3 TXR / RXR, 4 CR / SR. One transaction is one access on the controller's host bus, three clocks or more.
//   TLM_COMMAND_ERROR_RESPONSE      neither a read nor a write
//   TLM_ADDRESS_ERROR_RESPONSE      address above 7
//   TLM_BURST_ERROR_RESPONSE        data length is not 1, or streaming width is 0
//   TLM_BYTE_ENABLE_ERROR_RESPONSE  there are byte enables
//   TLM_GENERIC_ERROR_RESPONSE      a reset cut the access: it may have happened or not
// None of these but the last takes time. Otherwise b_transport first waits for the annotated delay, so an initiator that is ahead of time
// is synchronised by it, and returns with a delay of 0, one delta cycle after the rising edge at which the access was acknowledged. Accesses of
// several threads come one after the other; one that comes in a reset waits for its end. There is no DMI, and transport_dbg transfers
// 0 bytes: RTL registers cannot be seen without an access.
#ifndef TWINWIRE_SYSTEMC_BOARD_H
#define TWINWIRE_SYSTEMC_BOARD_H

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <systemc>
#include <tlm>
#include <tlm_utils/simple_target_socket.h>

class TwinwireBoard final : public sc_core::sc_module {
public:
    using Pins = sc_dt::sc_uint<8>; // bit n is pin Pn

    tlm_utils::simple_target_socket<TwinwireBoard> registers{"registers"};
    sc_core::sc_in<bool> clk{"clk"}, rst_n{"rst_n"};
    sc_core::sc_out<bool> irq{"irq"};     // the controller's interrupt, high = wants service
    sc_core::sc_out<bool> int_n{"int_n"}; // the targets' shared open-drain interrupt line, low = a pin has changed
    // One of each a target, in the order of sim.cfg. A pin that the outside pulls low is low; one that it drives high, or leaves open, is at the
    // level of the port's own bit: a strong high does not win over the chip's low.
    sc_core::sc_vector<sc_core::sc_in<Pins>> ext_low{"ext_low"}, ext_high{"ext_high"};
    sc_core::sc_vector<sc_core::sc_out<Pins>> pins{"pins"};

    // `sim_cfg`: board, checks and recording are taken from it; stimulus and limits are the platform's matter. `sets`: "path=value", as with
    // --set. `out`: folder for transactions.jsonl, report.json, junit.xml, recorder.vcd and (unless record.waves is "off") the waves;
    // "" writes none. Wrong input, and a second board in one process, are SC_REPORT_ERRORs, which throw.
    TwinwireBoard(const sc_core::sc_module_name &name, const std::string &sim_cfg, const std::vector<std::string> &sets = {},
                  const std::string &out = "");
    ~TwinwireBoard() override;

    // No scoreboard has found anything wrong so far, and each that is on has checked something. What one finds is also said, once for each, by
    // SC_REPORT_WARNING("/twinwire/scoreboard", ...): sc_report_handler::set_actions can make it stop the simulation.
    bool passed() const;

    // After the simulation: ends the judging, writes the files, prints the first mismatch and the table of scoreboards, and returns the exit
    // code: 0 passed, 1 a check failed (or was never made), 3 a file could not be written.
    int report(std::FILE *to);

private:
    struct Inside;
    std::unique_ptr<Inside> inside_;

    void edge();
    void b_transport(tlm::tlm_generic_payload &payload, sc_core::sc_time &delay);
    void before_end_of_elaboration() override;
    void end_of_elaboration() override;
};

#endif
