// SPDX-License-Identifier: Apache-2.0
//
// I2C controller with a Wishbone B4 classic register file, register-compatible with the OpenCores
// I2C controller: SCL = clk / (5 * (PRER + 1)). Pads are open-drain: out is 0, oe pulls low.
//
//   adr  write   read        CR  7 STA  6 STO  5 RD   4 WR   3 ACK (1 = NACK)   0 IACK
//   0    PRERlo  PRERlo      SR  7 RxACK  6 Busy  5 AL  1 TIP  0 IF
//   1    PRERhi  PRERhi      CTR 7 EN  6 IEN
//   2    CTR     CTR
//   3    TXR     RXR         cyc,stb _/~~~~~~~\_
//   4    CR      SR          ack     _____/~~~\_     read data stay until the next read
//   5,6  -       TXR, CR

module i2c_controller (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic [5:0] filter_clks_i,
  input  logic       wb_cyc_i,
  input  logic       wb_stb_i,
  input  logic       wb_we_i,
  input  logic [2:0] wb_adr_i,
  input  logic [7:0] wb_dat_i,
  output logic       wb_ack_o,
  output logic [7:0] wb_dat_o,
  output logic       irq_o,
  input  logic       scl_i,
  output logic       scl_o,
  output logic       scl_oe_o,
  input  logic       sda_i,
  output logic       sda_o,
  output logic       sda_oe_o
);

  localparam logic [2:0] AddrPrerLo = 3'd0;
  localparam logic [2:0] AddrPrerHi = 3'd1;
  localparam logic [2:0] AddrCtr    = 3'd2;
  localparam logic [2:0] AddrTxrRxr = 3'd3;
  localparam logic [2:0] AddrCrSr   = 3'd4;
  localparam logic [2:0] AddrTxr    = 3'd5;
  localparam logic [2:0] AddrCr     = 3'd6;

  logic [15:0] prer_q;
  logic        en_q, ien_q;
  logic [7:0]  txr_q, rxr;
  logic        sta_q, sto_q, rd_q, wr_q, nack_q;  // CR
  logic        rxack, busy_q, al_q, tip, if_q;    // SR
  logic        ack_q;
  logic [7:0]  dat_q;

  // The bus

  logic settled, scl_now, sda_now, scl_rise, scl_fall, start, stop;
  logic next_start, next_bit, next_stop, bit_level, contend;
  logic step_begin, step_sample, cmd_done, cmd_lost;
  logic scl, sda;

  i2c_symbols u_symbols (
    .clk_i,
    .rst_ni,
    .filter_clks_i,
    .scl_i,
    .sda_i,
    .settled_o (settled),
    .scl_now_o (scl_now),
    .sda_now_o (sda_now),
    .scl_rise_o(scl_rise),
    .scl_fall_o(scl_fall),
    .start_o   (start),
    .stop_o    (stop)
  );

  i2c_byte_sequencer u_byte_sequencer (
    .clk_i,
    .rst_ni,
    .enable_i    (en_q),
    .sta_i       (sta_q),
    .sto_i       (sto_q),
    .rd_i        (rd_q),
    .wr_i        (wr_q),
    .nack_i      (nack_q),
    .txr_i       (txr_q),
    .rxr_o       (rxr),
    .rxack_o     (rxack),
    .sda_now_i   (sda_now),
    .begin_i     (step_begin),
    .sample_i    (step_sample),
    .done_i      (cmd_done),
    .lost_i      (cmd_lost),
    .next_start_o(next_start),
    .next_bit_o  (next_bit),
    .next_stop_o (next_stop),
    .bit_o       (bit_level),
    .contend_o   (contend)
  );

  i2c_bit_engine u_bit_engine (
    .clk_i,
    .rst_ni,
    .filter_clks_i,
    .prescale_i  (prer_q),
    .enable_i    (en_q),
    .settled_i   (settled),
    .busy_i      (busy_q),
    .scl_now_i   (scl_now),
    .sda_now_i   (sda_now),
    .scl_rise_i  (scl_rise),
    .scl_fall_i  (scl_fall),
    .start_i     (start),
    .stop_i      (stop),
    .next_start_i(next_start),
    .next_bit_i  (next_bit),
    .next_stop_i (next_stop),
    .bit_i       (bit_level),
    .contend_i   (contend),
    .begin_o     (step_begin),
    .sample_o    (step_sample),
    .done_o      (cmd_done),
    .lost_o      (cmd_lost),
    .scl_o       (scl),
    .sda_o       (sda)
  );

  assign scl_o    = 1'b0;
  assign scl_oe_o = ~scl;
  assign sda_o    = 1'b0;
  assign sda_oe_o = ~sda;

  // The host

  logic request;

  // Wishbone B4 3.2: one acknowledge ends one request (contract 4.1).
  assign request = wb_cyc_i & wb_stb_i & ~ack_q;
  assign tip     = sta_q | sto_q | rd_q | wr_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      prer_q <= 16'hFFFF;
      en_q   <= 1'b0;
      ien_q  <= 1'b0;
      txr_q  <= '0;
      {sta_q, sto_q, rd_q, wr_q, nack_q} <= '0;
      busy_q <= 1'b0;
      al_q   <= 1'b0;
      if_q   <= 1'b0;
      ack_q  <= 1'b0;
      dat_q  <= '0;
    end else begin
      ack_q <= request;

      if (request && wb_we_i) begin
        unique case (wb_adr_i)
          // contract 4.2: a running engine's times stand still.
          AddrPrerLo: if (!en_q) prer_q[7:0] <= wb_dat_i;
          AddrPrerHi: if (!en_q) prer_q[15:8] <= wb_dat_i;
          AddrCtr:    {en_q, ien_q} <= wb_dat_i[7:6];
          AddrTxrRxr: txr_q <= wb_dat_i;
          AddrCrSr: begin
            // contract 4.3: no command is taken while one runs; a new START forgets the lost one.
            if (en_q && !tip) begin
              {sta_q, sto_q, rd_q, wr_q, nack_q} <= wb_dat_i[7:3];
              if (wb_dat_i[7]) al_q <= 1'b0;
            end
            if (wb_dat_i[0]) if_q <= 1'b0;
          end
          default: ;
        endcase
      end

      if (request && !wb_we_i) begin
        unique case (wb_adr_i)
          AddrPrerLo: dat_q <= prer_q[7:0];
          AddrPrerHi: dat_q <= prer_q[15:8];
          AddrCtr:    dat_q <= {en_q, ien_q, 6'd0};
          AddrTxrRxr: dat_q <= rxr;
          AddrCrSr:   dat_q <= {rxack, busy_q, al_q, 3'd0, tip, if_q};
          AddrTxr:    dat_q <= txr_q;
          AddrCr:     dat_q <= {sta_q, sto_q, rd_q, wr_q, nack_q, 3'd0};
          default:    dat_q <= '0;
        endcase
      end

      // The events below outrank the writes above (contract 4.3, 4.6).
      if (cmd_done || cmd_lost || !en_q) {sta_q, sto_q, rd_q, wr_q} <= '0;
      if (cmd_done || cmd_lost) if_q <= 1'b1;
      if (cmd_lost) al_q <= 1'b1;

      // UM10204 3.1.4: the bus is busy from START to STOP, whoever made them.
      if (start) busy_q <= 1'b1;
      else if (stop) busy_q <= 1'b0;
    end
  end

  assign wb_ack_o = ack_q;
  assign wb_dat_o = dat_q;
  assign irq_o    = if_q & ien_q;

endmodule
