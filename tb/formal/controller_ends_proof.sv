// SPDX-License-Identifier: Apache-2.0
//
// Every command ends: a rank, a number of clocks, that falls at every edge of a command. While others hold SCL low it need not,
// nor while a START waits for others to leave the bus, nor when others make a START that a command without STA lets pass.
// Nobody else pulls SCL here; SDA, the host and reset do anything.

`include "check.svh"

module controller_ends_proof #(
  parameter int P = 2,
  parameter int N = 1
) (
  input logic       clk_i,
  input logic       any_rst_ni,
  input logic       wb_cyc_i,
  input logic       wb_stb_i,
  input logic       wb_we_i,
  input logic [2:0] wb_adr_i,
  input logic [7:0] wb_dat_i,
  input logic       others_sda
);

  localparam int K = N + 3;

  logic begun = 1'b0;
  always @(posedge clk_i) begun <= 1'b1;

  logic rst_ni, scl_oe, sda_oe;
  assign rst_ni = any_rst_ni & begun;

  // verilator lint_off PINCONNECTEMPTY
  i2c_controller dut (
    .clk_i, .rst_ni, .filter_clks_i(6'(N)),
    .wb_cyc_i, .wb_stb_i, .wb_we_i, .wb_adr_i, .wb_dat_i, .wb_ack_o(), .wb_dat_o(), .irq_o(),
    .scl_i(~scl_oe), .scl_o(), .scl_oe_o(scl_oe), .sda_i(~sda_oe & others_sda), .sda_o(), .sda_oe_o(sda_oe)
  );
  // verilator lint_on PINCONNECTEMPTY

  (* hierconn *) wire        \dut.sta_q , \dut.sto_q , \dut.rd_q , \dut.wr_q , \dut.tip , \dut.if_q , \dut.busy_q , \dut.start , \dut.stop ;
  (* hierconn *) wire        \dut.next_start ;
  (* hierconn *) wire  [3:0] \dut.u_bit_engine.state_q ;
  (* hierconn *) wire [17:0] \dut.u_bit_engine.timer_q , \dut.u_bit_engine.since_stop_q , \dut.u_bit_engine.since_rise_q ;
  (* hierconn *) wire  [1:0] \dut.u_byte_sequencer.state_q ;
  (* hierconn *) wire  [3:0] \dut.u_byte_sequencer.bit_q ;
  (* hierconn *) wire  [6:0] \dut.u_symbols.settle_q ;

  wire sta = \dut.sta_q , sto = \dut.sto_q , byte_wanted = \dut.rd_q | \dut.wr_q , tip = \dut.tip ;
  wire start = \dut.start , stop = \dut.stop ;
  wire [3:0] engine = \dut.u_bit_engine.state_q ;    // 0 idle, 1 hold data .. 8 await STOP
  wire [1:0] step   = \dut.u_byte_sequencer.state_q ; // 0 none yet, 1 START, 2 byte, 3 STOP

  // Steps still to begin after the one under way
  logic [3:0] to_come;
  always @* begin
    case (step)
      2'd0: to_come = 4'(sta) + (byte_wanted ? 4'd9 : 4'd0) + 4'(sto);
      2'd1: to_come = (byte_wanted ? 4'd9 : 4'd0) + 4'(sto);
      2'd2: to_come = 4'd8 - \dut.u_byte_sequencer.bit_q + 4'(sto);
      default: to_come = '0;
    endcase
  end

  // How long our SCL has been as it is, up to the K clks after which the logic has seen it
  logic [6:0] still;
  logic       p_scl_oe;
  always @(posedge clk_i) begin
    p_scl_oe <= scl_oe;
    if (!rst_ni) still <= '0;
    else if (scl_oe != p_scl_oe) still <= 7'd1;
    else if (still != 7'(K)) still <= still + 7'd1;
  end
  wire [7:0] unseen = scl_oe != p_scl_oe ? 8'(K) : 8'(K) - 8'(still);

  // Clocks left in the step, or before its begin; Phase is more than any phase can last
  localparam int Phase = 4 * P + 2 * K + 8;
  wire [11:0] timer = \dut.u_bit_engine.timer_q <= 1 ? 12'd1 : 12'(\dut.u_bit_engine.timer_q );
  // Of tBUF, and of the wait before a join: with P they stand still
  localparam int Free = 3 * P > K ? 3 * P - K : 0;
  localparam int Calm = 2 * P > K ? 2 * P - K : 1;
  wire [11:0] free_left = \dut.u_bit_engine.since_stop_q >= 18'(Free) ? '0 : 12'(Free) - 12'(\dut.u_bit_engine.since_stop_q );
  wire [11:0] calm_left = \dut.u_bit_engine.since_rise_q >= 18'(Calm) ? '0 : 12'(Calm) - 12'(\dut.u_bit_engine.since_rise_q );
  logic [11:0] left;
  always @* begin
    case (engine)
      4'd0: left = 12'(N + 3) - 12'(\dut.u_symbols.settle_q ) + (scl_oe ? 12'd1 : \dut.next_start ? 12'(unseen) + free_left :
                   unseen != '0 ? 12'(unseen) + 12'(2 * P) : calm_left);
      4'd1: left = 12'(5 * Phase) + timer;
      4'd2: left = 12'(4 * Phase) + timer + 12'(unseen);
      4'd3: left = 12'(3 * Phase) + 12'(unseen);
      4'd6, 4'd8: left = timer;
      default: left = 12'(2 * Phase) + timer;
    endcase
  end
  wire [15:0] rank = 16'(to_come) * 16'(6 * Phase) + 16'(left);

  wire waits = engine == 4'd0 & ~scl_oe & (\dut.next_start & (\dut.busy_q | stop) | start);
  logic        p_rst_n, p_tip, p_waits;
  logic [15:0] p_rank;
  always @(posedge clk_i) {p_rst_n, p_tip, p_waits, p_rank} <= {rst_ni, tip, waits, rank};

  `CHECK(every_command_ends, "UM10204 3.1.16; contract 5", p_rst_n && p_tip && tip && !p_waits, rank < p_rank)
  `CHECK(rank_is_bounded, "contract 5", tip, rank <= 16'(12 * 6 * Phase))
endmodule
