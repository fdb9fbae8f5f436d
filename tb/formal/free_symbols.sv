// SPDX-License-Identifier: Apache-2.0
//
// Stands in for rtl/i2c_symbols.sv where a device is proved for every bus, clock and filter depth: any symbols in any order and
// at any time, as long as they keep what symbols_proof.sv proves of the real module. The proof gives it free inputs.

module i2c_symbols (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic [5:0] filter_clks_i,
  input  logic       scl_i,
  input  logic       sda_i,
  output logic       settled_o,
  output logic       scl_now_o,
  output logic       sda_now_o,
  output logic       scl_rise_o,
  output logic       scl_fall_o,
  output logic       start_o,
  output logic       stop_o
);
  logic settled, scl, p_scl, sda, p_sda;
  always @(posedge clk_i) begin
    settled <= rst_ni & (settled | filter_clks_i[0]);
    scl     <= ~rst_ni | scl_i;
    sda     <= ~rst_ni | sda_i;
    p_scl   <= ~rst_ni | scl;
    p_sda   <= ~rst_ni | sda;
  end
  assign settled_o  = settled;
  assign scl_now_o  = scl;
  assign sda_now_o  = sda;
  assign scl_rise_o = settled & ~p_scl & scl;
  assign scl_fall_o = settled & p_scl & ~scl;
  assign start_o    = settled & p_scl & scl & p_sda & ~sda;
  assign stop_o     = settled & p_scl & scl & ~p_sda & sda;
endmodule
