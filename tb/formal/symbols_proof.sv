// SPDX-License-Identifier: Apache-2.0
//
// i2c_symbols at every filter depth N = 1..63, on lines that do anything (free_line_filter.sv). What free_symbols.sv assumes is
// proved here.

`include "check.svh"

module symbols_proof (
  input logic       clk_i,
  input logic       any_rst_ni,
  input logic [5:0] any_n,
  input logic       scl_i,
  input logic       sda_i
);

  logic begun = 1'b0;
  always @(posedge clk_i) begun <= 1'b1;

  logic [5:0] n;    // stands still
  always @(posedge clk_i) if (!begun) n <= any_n == '0 ? 6'd1 : any_n;

  logic       rst_ni, settled, scl, sda, rise, fall, start, stop;
  assign rst_ni = any_rst_ni & begun;

  i2c_symbols dut (
    .clk_i, .rst_ni, .filter_clks_i(n), .scl_i, .sda_i, .settled_o(settled), .scl_now_o(scl), .sda_now_o(sda),
    .scl_rise_o(rise), .scl_fall_o(fall), .start_o(start), .stop_o(stop)
  );

  logic       p_rst_n, p_scl, p_sda, p_settled;
  logic [6:0] age;    // edges since reset ended, up to the N + 3 of contract 2.5
  always @(posedge clk_i) begin
    {p_rst_n, p_scl, p_sda, p_settled} <= {rst_ni, scl, sda, settled};
    if (!rst_ni) age <= '0;
    else if (age < {1'b0, n} + 7'd3) age <= age + 7'd1;
  end
  wire told = p_rst_n & settled;    // prev is what now was a clock ago

  `CHECK(settled_after_n_plus_3, "contract 2.5", p_rst_n, settled == (age == {1'b0, n} + 7'd3))
  `CHECK(nothing_before_settled, "contract 2.5", !settled, !rise && !fall && !start && !stop)
  `CHECK(stays_settled, "contract 2.5", p_rst_n && p_settled, settled)
  `CHECK(rise_is_low_then_high, "contract 2.3", told, rise == (!p_scl && scl))
  `CHECK(fall_is_high_then_low, "contract 2.3", told, fall == (p_scl && !scl))
  `CHECK(start_only_in_stable_high, "UM10204 3.1.4; contract 2.4", told, start == (p_scl && scl && p_sda && !sda))
  `CHECK(stop_only_in_stable_high, "UM10204 3.1.4; contract 2.4", told, stop == (p_scl && scl && !p_sda && sda))
  `CHECK(one_symbol_at_a_time, "contract 2.4", 1'b1, 3'(rise) + 3'(fall) + 3'(start) + 3'(stop) <= 3'd1)
endmodule
