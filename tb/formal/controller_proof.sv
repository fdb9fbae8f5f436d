// SPDX-License-Identifier: Apache-2.0
//
// i2c_controller on a bus with others who may do anything at any clock, reset and host included. Prescale and filter depth stand
// still: formal.py sets them. Values named here are those before the edge n; p_ is what they were before edge n-1, so that a
// change from p_x to x happened at edge n-1, and p_ also names the events of that edge.

`include "check.svh"

module controller_proof #(
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
  input logic       others_scl,    // 0: somebody else pulls low
  input logic       others_sda
);

  localparam int K = N + 3;

  logic begun = 1'b0;
  always @(posedge clk_i) begun <= 1'b1;

  logic       rst_ni, scl, sda, scl_o, sda_o, scl_oe, sda_oe, wb_ack, irq;
  logic [7:0] wb_dat;
  assign rst_ni = any_rst_ni & begun;
  assign scl    = ~scl_oe & others_scl;
  assign sda    = ~sda_oe & others_sda;

  i2c_controller dut (
    .clk_i, .rst_ni, .filter_clks_i(6'(N)),
    .wb_cyc_i, .wb_stb_i, .wb_we_i, .wb_adr_i, .wb_dat_i, .wb_ack_o(wb_ack), .wb_dat_o(wb_dat), .irq_o(irq),
    .scl_i(scl), .scl_o, .scl_oe_o(scl_oe), .sda_i(sda), .sda_o, .sda_oe_o(sda_oe)
  );

  // What is looked at inside
  (* hierconn *) wire        \dut.en_q , \dut.ien_q , \dut.sta_q , \dut.sto_q , \dut.rd_q , \dut.wr_q , \dut.nack_q ;
  (* hierconn *) wire        \dut.busy_q , \dut.al_q , \dut.if_q , \dut.rxack ;
  (* hierconn *) wire  [7:0] \dut.txr_q , \dut.rxr ;
  (* hierconn *) wire        \dut.settled , \dut.scl_now , \dut.sda_now , \dut.scl_rise , \dut.scl_fall , \dut.start , \dut.stop ;
  (* hierconn *) wire        \dut.cmd_done , \dut.cmd_lost , \dut.step_begin , \dut.step_sample ;
  (* hierconn *) wire        \dut.next_start , \dut.next_bit , \dut.next_stop ;
  (* hierconn *) wire  [3:0] \dut.u_bit_engine.state_q ;
  (* hierconn *) wire [17:0] \dut.u_bit_engine.timer_q , \dut.u_bit_engine.since_stop_q , \dut.u_bit_engine.since_rise_q ;

  wire       en = \dut.en_q , ien = \dut.ien_q , sta = \dut.sta_q , sto = \dut.sto_q , rd = \dut.rd_q , wr = \dut.wr_q ;
  wire       nack = \dut.nack_q , busy = \dut.busy_q , al = \dut.al_q , irq_flag = \dut.if_q , rxack = \dut.rxack ;
  wire [7:0] txr = \dut.txr_q , rxr = \dut.rxr ;
  wire       scl_now = \dut.scl_now , sda_now = \dut.sda_now , rise = \dut.scl_rise , fall = \dut.scl_fall ;
  wire       start = \dut.start , stop = \dut.stop , done = \dut.cmd_done , lost = \dut.cmd_lost ;
  wire       step_begin = \dut.step_begin , sample = \dut.step_sample ;
  wire       tip = sta | sto | rd | wr;

  // The steps of a command, told by what begins: START 0, bit 1, STOP 2; slot: bits sampled so far in it
  logic [1:0] step;
  logic       byte_begun;
  logic [3:0] slot;
  logic [7:0] sent, seen;
  always @(posedge clk_i) begin
    if (step_begin) step <= \dut.next_start ? 2'd0 : \dut.next_stop ? 2'd2 : 2'd1;
    if (!tip) begin
      slot <= '0;
      byte_begun <= 1'b0;
    end else begin
      if (sample) slot <= slot + 4'd1;
      if (step_begin && !\dut.next_start && !\dut.next_stop ) begin
        byte_begun <= 1'b1;
        if (!byte_begun) sent <= txr;
      end
    end
    if (sample) seen <= {seen[6:0], sda_now};
  end

  // contract 5: engaged
  logic engaged;
  always @(posedge clk_i) begin
    if (!rst_ni || !en || lost || (done && step == 2'd2)) engaged <= 1'b0;
    else if (scl_oe) engaged <= 1'b1;
  end
  wire on_bus = engaged | scl_oe;

  // clks since ..., up to Max; reset forgets
  localparam int Max = 3 * P + K + 2;
  logic [7:0] since_rise, since_start, since_stop, since_own_sda, since_own_scl;
  logic       p_scl_oe, p_sda_oe, p_rst_n, p_en, p_tip, p_lost, p_done, p_busy, p_start, p_stop, p_fall, p_sample, p_irq_flag, p_al, p_on_bus, p_sda_now, p_scl_now;
  logic       p_ack, p_request, p_command;
  logic [1:0] p_step;
  function automatic logic [7:0] count(logic event_i, logic [7:0] clks);
    count = event_i ? 8'd1 : clks == 8'(Max) ? clks : clks + 8'd1;
  endfunction
  wire own_sda_moves = sda_oe != p_sda_oe;
  wire own_scl_moves = scl_oe != p_scl_oe;
  always @(posedge clk_i) begin
    since_rise  <= rst_ni ? count(rise, since_rise) : 8'(Max);
    since_start <= rst_ni ? count(start, since_start) : 8'(Max);
    since_stop  <= rst_ni ? count(stop, since_stop) : 8'(Max);
    since_own_sda <= !begun ? 8'(Max) : count(own_sda_moves, since_own_sda);
    since_own_scl <= !begun ? 8'(Max) : count(own_scl_moves, since_own_scl);
    {p_scl_oe, p_sda_oe, p_rst_n, p_en, p_tip} <= {scl_oe, sda_oe, rst_ni, en, tip};
    {p_lost, p_done, p_busy, p_start, p_stop, p_fall, p_sample} <= {lost, done, busy, start, stop, fall, sample};
    {p_irq_flag, p_al, p_on_bus, p_sda_now, p_scl_now} <= {irq_flag, al, on_bus, sda_now, scl_now};
    p_step <= step;
    p_ack <= wb_ack;
    p_request <= rst_ni & wb_cyc_i & wb_stb_i & ~wb_ack;
    p_command <= rst_ni & en & ~tip & wb_cyc_i & wb_stb_i & ~wb_ack & wb_we_i & wb_adr_i == 3'd4 & (|wb_dat_i[7:4]);
  end

  logic beaten, risen;    // lost, and no new command since; SCL rose since it was released
  always @(posedge clk_i) begin
    beaten <= rst_ni & en & (lost | beaten & ~p_command);
    risen  <= ~scl_oe & (risen | rise);
  end

  wire running   = p_rst_n & p_en & ~p_lost;         // nothing at edge n-1 ended it all
  wire scl_drops = scl_oe & ~p_scl_oe;
  wire scl_goes  = ~scl_oe & p_scl_oe;
  wire sda_drops = sda_oe & ~p_sda_oe;
  wire sda_goes  = ~sda_oe & p_sda_oe;
  wire scl_free  = ~scl_oe & ~p_scl_oe;
  wire contended = wr & ~rd & slot < 4'd8 | rd & slot == 4'd8;

  // A change seen at n was made at n-1, so that since_x - 1 is the time from x to it; our own edge is reported K clks late.

  // ---- The wires ----
  `CHECK(never_drives_high, "UM10204 3.1.1", 1'b1, !scl_o && !sda_o)
  `CHECK(reset_releases, "contract 6", !p_rst_n, !scl_oe && !sda_oe && !tip && !al && !irq_flag && !busy)
  `CHECK(disabled_releases, "contract 4.6", p_rst_n && !p_en, !scl_oe && !sda_oe && !tip)
  `CHECK(sda_falls_in_scl_high_as_start, "UM10204 3.1.4", sda_drops && scl_free, sta && step == 2'd0 && p_scl_now)
  `CHECK(sda_rises_in_scl_high_as_stop, "UM10204 3.1.4", sda_goes && scl_free && running, step == 2'd2 && p_scl_now)
  `CHECK(both_move_only_to_release, "UM10204 3.1.3", own_sda_moves && own_scl_moves, !running && !scl_oe && !sda_oe)
  `CHECK(pulls_only_for_a_command, "contract 5", scl_drops || sda_drops, p_tip)
  `CHECK(off_the_bus_is_silent, "contract 5, engaged", !tip && !p_tip && !engaged, !scl_oe && !sda_oe)

  // ---- Durations ----
  `CHECK(t_low, "UM10204 table 10", scl_goes && running, since_own_scl >= 3 * P)
  `CHECK(t_high, "UM10204 table 10; contract 5, calm", scl_drops && !p_fall, since_rise - 8'd1 + K >= 2 * P)
  `CHECK(t_hd_sta, "UM10204 table 10", scl_drops && p_sda_oe && p_step == 2'd0 && !p_fall, since_own_sda >= 2 * P)
  `CHECK(t_hd_sta_of_others, "contract 5, calm", scl_drops && !p_on_bus && !p_sda_oe, since_start - 8'd1 + K >= 2 * P && since_start > 1)
  `CHECK(t_su_sta, "UM10204 table 10", sda_drops && scl_free && p_on_bus && !p_start, since_rise - 8'd1 + K >= 3 * P)
  `CHECK(t_su_sto, "UM10204 table 10", sda_goes && scl_free && running, since_rise - 8'd1 + K >= 2 * P)
  `CHECK(t_buf, "UM10204 table 10", sda_drops && scl_free && !p_on_bus, since_stop - 8'd1 + K >= 3 * P)
  `CHECK(t_su_dat, "UM10204 table 10", scl_goes && running, since_own_sda >= 2 * P)
  `CHECK(t_hd_dat, "contract 5", own_sda_moves && scl_oe && p_scl_oe, since_own_scl >= P)

  // ---- Others on the bus ----
  `CHECK(start_only_on_a_free_bus, "UM10204 3.1.8", sda_drops && scl_free && !p_on_bus, !p_busy && !p_start && p_scl_now && p_sda_now)
  `CHECK(stretched_clock_is_waited_for, "UM10204 3.1.9", scl_drops && p_on_bus, risen)
  `CHECK(sends_1_and_sees_0_loses, "UM10204 3.1.8", sample && contended && !sda_oe && !sda_now, lost)
  `CHECK(a_targets_bits_never_lose, "UM10204 3.1.8", sample && !contended, !lost)
  `CHECK(lost_lets_go, "UM10204 3.1.8", p_lost && p_rst_n, !scl_oe && !sda_oe && al && irq_flag && !tip)
  `CHECK(lost_stays_off, "UM10204 3.1.8", beaten && !tip, !scl_oe && !sda_oe)
  `CHECK(al_only_when_lost, "contract 5", al && !p_al, p_lost)
  `CHECK(busy_from_start, "UM10204 3.1.4", p_start && p_rst_n, busy)
  `CHECK(busy_to_stop, "UM10204 3.1.4", p_stop && p_rst_n, !busy)

  // ---- Bytes ----
  `CHECK(samples_in_scl_high, "UM10204 3.1.3", sample, rise && !scl_oe && step == 2'd1)
  `CHECK(nine_clocks_at_most, "UM10204 3.1.5", sample, slot < 4'd9 && (rd || wr))
  `CHECK(nine_clocks_at_least, "UM10204 3.1.5", done && (rd || wr), slot == 4'd9)
  `CHECK(writes_txr_msb_first, "UM10204 3.1.5", sample && !rd && slot < 4'd8, sda_oe == ~sent[3'd7 - slot[2:0]])
  `CHECK(leaves_ack_to_the_target, "UM10204 3.1.6", sample && !rd && slot == 4'd8, !sda_oe)
  `CHECK(leaves_data_to_the_target, "UM10204 3.1.6", sample && rd && slot < 4'd8, !sda_oe)
  `CHECK(acks_as_cr_says, "UM10204 3.1.6", sample && rd && slot == 4'd8, sda_oe == ~nack)
  `CHECK(rxr_is_what_was_seen, "contract 5", tip && rd && slot == 4'd8, rxr == seen)
  `CHECK(rxack_is_what_was_seen, "contract 5", tip && slot == 4'd9, rxack == seen[0])
  `CHECK(stop_is_seen, "UM10204 3.1.4", done && step == 2'd2, stop && sto)

  // ---- Commands and the host ----
  `CHECK(command_needs_write_and_enable, "contract 4.3", tip && !p_tip, p_command)
  `CHECK(command_ends_with_if, "contract 5", p_tip && !tip && p_rst_n && p_en, irq_flag && (p_done || p_lost))
  `CHECK(if_needs_an_end, "contract 5", irq_flag && !p_irq_flag, p_done || p_lost)
  `CHECK(done_or_lost, "contract 5", done || lost, done != lost && tip)
  `CHECK(irq_is_if_and_ien, "contract 4.4", irq_flag, irq == ien)
  `CHECK(no_irq_without_if, "contract 4.4", !irq_flag, !irq)
  `CHECK(ack_answers, "Wishbone B4 3.2", p_request, wb_ack)
  `CHECK(ack_one_clock_on_request, "Wishbone B4 3.2", wb_ack, p_request && !p_ack)

  `REACH(write_of_a_byte, done && sta && wr && !rd && sto && !seen[0])
  `REACH(read_of_a_byte, done && !sta && rd && sto && rxr == 8'hA5)
endmodule
