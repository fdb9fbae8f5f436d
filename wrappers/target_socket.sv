// SPDX-License-Identifier: Apache-2.0
//
// Adapter of a target socket's RTL twin. To put another target on the board, change this file alone: connect its bus pads, its
// port and its interrupt; straps_i[31:8] is what the type's `straps` function in wrappers/ returns.
module target_socket (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [31:1] straps_i,  // 6:1 filter depth in clks, 10:8 address pins A2..A0, 11 PCF8574A, 12 personality "ti"
  input  logic        scl_i,
  input  logic        sda_i,
  output logic        scl_o,  // drive bits: 0 pulls low, 1 releases
  output logic        sda_o,
  output logic        high_o,  // a pad drives high: a fault (UM10204 3.1.1)
  input  logic [7:0]  pins_i,
  output logic [7:0]  port_o,
  output logic        int_no
);
  logic sda_pad, sda_oe, int_pad, int_oe;
  logic unused_straps;
  assign unused_straps = ^{straps_i[31:13], straps_i[7]};

  pcf8574 u_pcf8574 (
    .clk_i,
    .rst_ni,
    .filter_clks_i(straps_i[6:1]),
    .part_a_i(straps_i[11]),
    .a_i(straps_i[10:8]),
    .ti_i(straps_i[12]),
    .scl_i,
    .sda_i,
    .sda_o(sda_pad),
    .sda_oe_o(sda_oe),
    .port_i(pins_i),
    .port_o(port_o),
    .int_o(int_pad),
    .int_oe_o(int_oe)
  );

  assign scl_o = 1'b1;  // SCL is an input only: the chip never stretches (TI SCPS068K table 4-1)
  assign sda_o = ~sda_oe | sda_pad;
  assign int_no = ~int_oe | int_pad;
  assign high_o = (sda_oe & sda_pad) | (int_oe & int_pad);
endmodule
