// SPDX-License-Identifier: Apache-2.0
//
// What `make bench` compares the lockstep board with: the same RTL on the same wires, and nothing else.
//
//   Fed = 0  stimulus comes through word_i, as a plain Verilator test bench would do it
//   Fed = 1  stimulus is fetched into a register at each edge, so that clk_i is the only input that moves. Verilator then
//            evaluates the combinational logic once a clock instead of twice: the fastest bare loop we know of
//
// The stimulus is C's word of tb_top.sv, recorded in a lockstep run in which RTL drives every socket.
module bare_top #(
  parameter int unsigned Fed = 0
) (
  input  logic            clk_i,
  input  logic [63:0]     word_i,
  output logic            scl_o,
  output logic            sda_o,
  output logic            ack_o,
  output logic            irq_o,
  output logic [7:0]      dat_o,
  output logic [1:0]      int_no,
  output logic [1:0][7:0] port_o
);
  import "DPI-C" function longint unsigned bench_word();
  import "DPI-C" function int unsigned bench_straps(input int unsigned socket);

  // verilator lint_off UNUSEDSIGNAL
  logic [63:0] word_q;  // registered in both cases: as late as in tb_top.sv
  logic [31:0] straps_q[3];
  logic [2:0]  high;
  // verilator lint_on UNUSEDSIGNAL
  logic [2:0]  scl, sda;

  initial for (int unsigned s = 0; s < 3; s++) straps_q[s] = bench_straps(s);

  if (Fed != 0) begin : g_fed
    logic [63:0] unused_word;
    assign unused_word = word_i;
    initial word_q = word_i;
    always_ff @(posedge clk_i) word_q <= bench_word();
  end else begin : g_ports
    assign word_q = word_i;
  end

  assign scl_o = (word_q[19] & (&scl)) | word_q[21];
  assign sda_o = (word_q[20] & (&sda)) | word_q[22];

  controller_socket u_ctl (
    .clk_i,
    .rst_ni(word_q[0]),
    .straps_i(straps_q[0][31:1]),
    .cyc_i(word_q[5]),
    .stb_i(word_q[6]),
    .we_i(word_q[7]),
    .adr_i(word_q[10:8]),
    .dat_i(word_q[18:11]),
    .dat_o,
    .ack_o,
    .irq_o,
    .scl_i(scl_o),
    .sda_i(sda_o),
    .scl_o(scl[0]),
    .sda_o(sda[0]),
    .high_o(high[0])
  );

  for (genvar t = 0; t < 2; t++) begin : g_tgt
    target_socket u_tgt (
      .clk_i,
      .rst_ni(word_q[1+t]),
      .straps_i(straps_q[1+t][31:1]),
      .scl_i(scl_o),
      .sda_i(sda_o),
      .scl_o(scl[1+t]),
      .sda_o(sda[1+t]),
      .high_o(high[1+t]),
      .pins_i(word_q[23+8*t+:8] & port_o[t]),
      .port_o(port_o[t]),
      .int_no(int_no[t])
    );
  end
endmodule
