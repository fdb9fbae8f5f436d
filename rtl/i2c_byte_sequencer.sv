// SPDX-License-Identifier: Apache-2.0
//
// Turns a command (the bits of CR) into steps for the bit engine, in this order:
//
//   [START]  [bit 7 ... bit 0, ACK bit]  [STOP]
//    STA      RD or WR                    STO
//
// and keeps what the bits bring: the byte read and the target's ACK.

module i2c_byte_sequencer (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       enable_i,
  // The command; stands still until done or lost
  input  logic       sta_i,
  input  logic       sto_i,
  input  logic       rd_i,
  input  logic       wr_i,
  input  logic       nack_i,        // sent as the ninth bit of a read
  input  logic [7:0] txr_i,
  output logic [7:0] rxr_o,
  output logic       rxack_o,
  // To and from the bit engine
  input  logic       sda_now_i,
  input  logic       begin_i,
  input  logic       sample_i,
  input  logic       done_i,
  input  logic       lost_i,
  output logic       next_start_o,
  output logic       next_bit_o,
  output logic       next_stop_o,
  output logic       bit_o,
  output logic       contend_o
);

  typedef enum logic [1:0] {
    StIdle,
    StStart,
    StByte,
    StStop
  } state_e;

  state_e     state_q, state_d;     // the step under way
  logic [3:0] bit_q, bit_d;         // which of the nine bits, 8 = ACK
  logic [7:0] shift_q, shift_d;     // leaves at bit 7, enters at bit 0
  logic [7:0] rxr_q, rxr_d;
  logic       rxack_q, rxack_d;
  logic       ack_bit;

  assign ack_bit = bit_q == 4'd8;

  always_comb begin
    next_start_o = 1'b0;
    next_bit_o   = 1'b0;
    next_stop_o  = 1'b0;
    unique case (state_q)
      StIdle: begin
        if (sta_i) next_start_o = 1'b1;
        else if (rd_i || wr_i) next_bit_o = 1'b1;
        else next_stop_o = sto_i;
      end
      StStart: begin
        if (rd_i || wr_i) next_bit_o = 1'b1;
        else next_stop_o = sto_i;
      end
      StByte: begin
        if (!ack_bit) next_bit_o = 1'b1;
        else next_stop_o = sto_i;
      end
      StStop: ;
      default: ;
    endcase
  end

  // UM10204 3.1.5, 3.1.6: MSB first; the transmitter releases SDA in the ninth clock.
  assign bit_o     = ack_bit ? ~rd_i | nack_i : rd_i | shift_q[7];
  // UM10204 3.1.8: arbitration is over what a controller sends, never over a target's bits.
  assign contend_o = ack_bit ? rd_i : ~rd_i;

  always_comb begin
    state_d = state_q;
    bit_d   = bit_q;
    shift_d = shift_q;
    rxr_d   = rxr_q;
    rxack_d = rxack_q;

    if (sample_i) begin
      shift_d = {shift_q[6:0], sda_now_i};
      if (ack_bit) rxack_d = sda_now_i;
      else if (rd_i && bit_q == 4'd7) rxr_d = shift_d;
    end

    if (begin_i) begin
      if (next_start_o) begin
        state_d = StStart;
      end else if (next_stop_o) begin
        state_d = StStop;
      end else begin
        state_d = StByte;
        bit_d   = bit_q + 4'd1;
        if (state_q != StByte) begin
          bit_d   = '0;
          shift_d = txr_i;
        end
      end
    end

    if (done_i || lost_i || !enable_i) state_d = StIdle;
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= StIdle;
      bit_q   <= '0;
      shift_q <= '0;
      rxr_q   <= '0;
      rxack_q <= 1'b0;
    end else begin
      state_q <= state_d;
      bit_q   <= bit_d;
      shift_q <= shift_d;
      rxr_q   <= rxr_d;
      rxack_q <= rxack_d;
    end
  end

  assign rxr_o   = rxr_q;
  assign rxack_o = rxack_q;

endmodule
