// SPDX-License-Identifier: Apache-2.0
//
// One I2C line made safe for the clock: a two-flop synchroniser, then a spike filter that believes
// a new level after N = filter_clks_i equal samples (1..63). A shorter spike never reaches now_o.
//
//   N = 3     E   E+1         E+4 E+5
//   line_i ~~~\_____________________      first low sample at edge E
//   sync_q ~~~~~~~\_________________
//   now_o  ~~~~~~~~~~~~~~~~~~~\_____      changes at E+N+1, so the logic reacts at E+N+2
//   prev_o ~~~~~~~~~~~~~~~~~~~~~~~\_

module i2c_line_filter (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic [5:0] filter_clks_i,
  input  logic       line_i,
  output logic       now_o,
  output logic       prev_o
);

  logic       meta_q, sync_q;
  logic       now_q, prev_q;
  logic [5:0] run_q;  // samples in a row that differed from now_q
  logic [5:0] run_next;

  assign run_next = run_q + 6'd1;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      // Released lines: samples from before the reset's end count as 1 (contract 2.1, 2.2).
      meta_q <= 1'b1;
      sync_q <= 1'b1;
      now_q  <= 1'b1;
      prev_q <= 1'b1;
      run_q  <= '0;
    end else begin
      meta_q <= line_i;
      sync_q <= meta_q;
      prev_q <= now_q;
      // UM10204 table 10, tSP: spikes are suppressed; contract 2.2.
      if (sync_q == now_q) begin
        run_q <= '0;
      end else if (run_next == filter_clks_i) begin
        now_q <= sync_q;
        run_q <= '0;
      end else begin
        run_q <= run_next;
      end
    end
  end

  assign now_o  = now_q;
  assign prev_o = prev_q;

endmodule
