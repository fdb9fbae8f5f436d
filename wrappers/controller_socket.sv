// SPDX-License-Identifier: Apache-2.0
//
// Adapter of the controller socket's RTL twin. To put another I2C controller on the board, change this file alone: connect its
// host bus (Wishbone B4 classic, 8 bit), its two open-drain pads and its interrupt.
module controller_socket (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [31:1] straps_i,  // 6:1 filter depth in clks
  input  logic        cyc_i,
  input  logic        stb_i,
  input  logic        we_i,
  input  logic [2:0]  adr_i,
  input  logic [7:0]  dat_i,
  output logic [7:0]  dat_o,
  output logic        ack_o,
  output logic        irq_o,
  input  logic        scl_i,
  input  logic        sda_i,
  output logic        scl_o,  // drive bits: 0 pulls low, 1 releases
  output logic        sda_o,
  output logic        high_o  // a pad drives high: a fault (UM10204 3.1.1)
);
  logic scl_pad, scl_oe, sda_pad, sda_oe;
  logic unused_straps;
  assign unused_straps = ^straps_i[31:7];

  i2c_controller u_i2c_controller (
    .clk_i,
    .rst_ni,
    .filter_clks_i(straps_i[6:1]),
    .wb_cyc_i(cyc_i),
    .wb_stb_i(stb_i),
    .wb_we_i(we_i),
    .wb_adr_i(adr_i),
    .wb_dat_i(dat_i),
    .wb_dat_o(dat_o),
    .wb_ack_o(ack_o),
    .irq_o(irq_o),
    .scl_i,
    .scl_o(scl_pad),
    .scl_oe_o(scl_oe),
    .sda_i,
    .sda_o(sda_pad),
    .sda_oe_o(sda_oe)
  );

  assign scl_o = ~scl_oe | scl_pad;
  assign sda_o = ~sda_oe | sda_pad;
  assign high_o = (scl_oe & scl_pad) | (sda_oe & sda_pad);
endmodule
