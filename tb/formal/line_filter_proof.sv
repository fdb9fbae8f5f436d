// SPDX-License-Identifier: Apache-2.0
//
// i2c_line_filter at every depth N = 1..63, on a line that does anything. The rule is told from the line alone, two clocks late.

`include "check.svh"

module line_filter_proof (
  input logic       clk_i,
  input logic       any_rst_ni,
  input logic [5:0] any_n,
  input logic       line_i
);

  logic begun = 1'b0;
  always @(posedge clk_i) begun <= 1'b1;

  logic [5:0] n;    // stands still
  always @(posedge clk_i) if (!begun) n <= any_n == '0 ? 6'd1 : any_n;

  logic       rst_ni, now, prev;
  assign rst_ni = any_rst_ni & begun;

  i2c_line_filter dut (.clk_i, .rst_ni, .filter_clks_i(n), .line_i, .now_o(now), .prev_o(prev));

  // The samples taken at n-2, n-3 ..: their level and how many in a row have it; 1 before the reset's end (contract 2.1, 2.2)
  logic       meta, level, p_level, p_rst_n, p_now;
  logic [5:0] row, p_row;
  always @(posedge clk_i) begin
    meta  <= ~rst_ni | line_i;
    level <= ~rst_ni | meta;
    if (!rst_ni) row <= '1;
    else if (meta != level) row <= 6'd1;
    else if (row != '1) row <= row + 6'd1;
    {p_level, p_row, p_rst_n, p_now} <= {level, row, rst_ni, now};
  end

  `CHECK(reset_is_released, "contract 2.2", !p_rst_n, now && prev)
  `CHECK(short_pulse_is_swallowed, "UM10204 table 10, tSP; contract 2.2", p_rst_n && p_row < n, now == p_now)
  `CHECK(kept_level_comes_through, "contract 2.2", p_rst_n && p_row >= n, now == p_level)
  `CHECK(moves_only_to_the_line, "contract 2.2", p_rst_n && now != p_now, now == p_level && p_row == n)
  `CHECK(prev_is_one_clock_older, "contract 2.3", p_rst_n, prev == p_now)
  `REACH(deepest_filter_moves, p_rst_n && now != p_now && n == 6'd63)
endmodule
