// SPDX-License-Identifier: Apache-2.0
//
// Stands in for rtl/i2c_line_filter.sv: no filter at all, so that now_o is any level at any time, as line_filter_proof.sv leaves it
// (prev_is_one_clock_older, reset_is_released). What is proved with it, for every line, holds behind every filter.

module i2c_line_filter (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic [5:0] filter_clks_i,
  input  logic       line_i,
  output logic       now_o,
  output logic       prev_o
);
  logic now, prev;
  always @(posedge clk_i) begin
    now  <= ~rst_ni | line_i;
    prev <= ~rst_ni | now;
  end
  assign now_o  = now;
  assign prev_o = prev;
endmodule
