// SPDX-License-Identifier: Apache-2.0
//
// The board as the RTL sees it: the RTL twin of every socket, the wired-AND net, and the one call a clock edge to C.
//
//   clk_i     ______/^^^^^^\______/^^^^^^\______
//   rtl_word  =====A=======X======B=======X===== outputs of the RTL after the edge, with the resolved net
//   c_word_q  =====a=======X======b=======X===== what C puts out, registered like any output of the RTL
//
// At each edge twinwire_edge takes rtl_word as it was just before the edge and gives the next c_word. Nothing is decided here.
// The two words have the layout of tb/board.h.
module tb_top #(
  parameter int unsigned Targets = 2  // RTL target sockets, 1..4
) (
  input logic clk_i
);
  import "DPI-C" function longint unsigned twinwire_edge(input longint unsigned rtl);
  import "DPI-C" function int unsigned twinwire_straps(input int unsigned socket);

  typedef struct packed {
    logic [8:0]      unused;
    logic [3:0][7:0] pins;      // pin levels as all but the RTL leave them
    logic            sda_high;  // forced high
    logic            scl_high;
    logic            sda;       // AND of all drivers that are not RTL
    logic            scl;
    logic [7:0]      host_dat;
    logic [2:0]      host_adr;
    logic            host_we;
    logic            host_stb;
    logic            host_cyc;
    logic [4:0]      rst_n;     // bit 0 the controller, bit 1+i target i
  } c_word_t;

  typedef struct packed {
    logic [7:0] dat;
    logic       irq;
    logic       ack;
    logic       high;
    logic       sda;
    logic       scl;
  } ctl_t;

  typedef struct packed {
    logic [7:0] port;
    logic       int_n;
    logic       high;
    logic       sda;
    logic       scl;
  } tgt_t;

  typedef struct packed {  // the outputs of all RTL twins
    tgt_t [3:0] tgt;
    ctl_t       ctl;
  } twins_t;

  typedef struct packed {
    logic   unused;
    logic   sda;  // the net
    logic   scl;
    twins_t rtl;
  } rtl_word_t;

  // verilator tracing_off
  // Waveforms show records (tb/wave_signals.h) and the RTL's own signals, which are in the adapters below.
  logic      scl, sda;
  twins_t    rtl;
  rtl_word_t rtl_word;  // the same once more
  // verilator lint_off UNUSEDSIGNAL
  c_word_t   c_word_q;  // `unused` fills the word up
  // verilator lint_on UNUSEDSIGNAL

  // Straps: bit 0 the RTL twin drives, 6:1 filter depth, 31:8 what the socket's type wants.
  logic [31:0] straps_q[5];
  // verilator tracing_on

  initial begin
    c_word_q = '0;
    c_word_q.scl = 1'b1;
    c_word_q.sda = 1'b1;
    c_word_q.pins = '1;
    for (int unsigned s = 0; s < 5; s++) straps_q[s] = twinwire_straps(s);
  end

  // The net: wired AND of every driving twin (UM10204 3.1.1). A shadow sees the net and does not pull.
  always_comb begin
    scl = c_word_q.scl & (rtl.ctl.scl | ~straps_q[0][0]);
    sda = c_word_q.sda & (rtl.ctl.sda | ~straps_q[0][0]);
    for (int unsigned t = 0; t < Targets; t++) begin
      scl &= rtl.tgt[t].scl | ~straps_q[t+1][0];
      sda &= rtl.tgt[t].sda | ~straps_q[t+1][0];
    end
    scl |= c_word_q.scl_high;
    sda |= c_word_q.sda_high;
  end

  controller_socket u_ctl (
    .clk_i,
    .rst_ni(c_word_q.rst_n[0]),
    .straps_i(straps_q[0][31:1]),
    .cyc_i(c_word_q.host_cyc),
    .stb_i(c_word_q.host_stb),
    .we_i(c_word_q.host_we),
    .adr_i(c_word_q.host_adr),
    .dat_i(c_word_q.host_dat),
    .dat_o(rtl.ctl.dat),
    .ack_o(rtl.ctl.ack),
    .irq_o(rtl.ctl.irq),
    .scl_i(scl),
    .sda_i(sda),
    .scl_o(rtl.ctl.scl),
    .sda_o(rtl.ctl.sda),
    .high_o(rtl.ctl.high)
  );

  for (genvar t = 0; t < 4; t++) begin : g_tgt
    if (t < Targets) begin : g_rtl
      // verilator tracing_off
      logic [7:0] pins;  // as the target sees them
      // verilator tracing_on
      assign pins = c_word_q.pins[t] & (rtl.tgt[t].port | {8{~straps_q[t+1][0]}});

      target_socket u_tgt (
        .clk_i,
        .rst_ni(c_word_q.rst_n[t+1]),
        .straps_i(straps_q[t+1][31:1]),
        .scl_i(scl),
        .sda_i(sda),
        .scl_o(rtl.tgt[t].scl),
        .sda_o(rtl.tgt[t].sda),
        .high_o(rtl.tgt[t].high),
        .pins_i(pins),
        .port_o(rtl.tgt[t].port),
        .int_no(rtl.tgt[t].int_n)
      );
    end else begin : g_none
      assign rtl.tgt[t] = '{port: 8'hff, int_n: 1'b1, high: 1'b0, sda: 1'b1, scl: 1'b1};
    end
  end

  assign rtl_word = '{unused: 1'b0, sda: sda, scl: scl, rtl: rtl};

  always_ff @(posedge clk_i) c_word_q <= twinwire_edge(rtl_word);
endmodule
