// SPDX-License-Identifier: Apache-2.0
//
// The bus as its devices see it: both lines filtered, and what just happened on them. Each event
// lasts one clock, the reaction edge of the wire's change. Events are withheld until the filters
// have seen the real lines (settled_o), so a line that is low when reset ends makes no symbol.
//
//              START       STOP
//   SCL now ~~~~~~~~ ... ~~~~~~~~
//   SDA now ~~~\____ ... ___/~~~~

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

  logic scl_now, scl_prev, sda_now, sda_prev;

  i2c_line_filter u_scl_filter (
    .clk_i,
    .rst_ni,
    .filter_clks_i,
    .line_i(scl_i),
    .now_o (scl_now),
    .prev_o(scl_prev)
  );

  i2c_line_filter u_sda_filter (
    .clk_i,
    .rst_ni,
    .filter_clks_i,
    .line_i(sda_i),
    .now_o (sda_now),
    .prev_o(sda_prev)
  );

  // contract 2.5: N + 3 edges after reset the pipeline holds nothing but real samples.
  logic [6:0] settle_q;  // edges since reset ended, stops at N + 3
  logic       settled;

  assign settled = settle_q == {1'b0, filter_clks_i} + 7'd3;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) settle_q <= '0;
    else if (!settled) settle_q <= settle_q + 7'd1;
  end

  // contract 2.3 and 2.4: with SCL moving in the same clock, SDA's change is data (UM10204 3.1.4).
  assign scl_rise_o = settled & scl_now & ~scl_prev;
  assign scl_fall_o = settled & ~scl_now & scl_prev;
  assign start_o    = settled & scl_now & scl_prev & ~sda_now & sda_prev;
  assign stop_o     = settled & scl_now & scl_prev & sda_now & ~sda_prev;

  assign settled_o  = settled;
  assign scl_now_o  = scl_now;
  assign sda_now_o  = sda_now;

endmodule
