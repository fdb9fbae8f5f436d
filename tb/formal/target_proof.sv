// SPDX-License-Identifier: Apache-2.0
//
// pcf8574 with any straps, either part, either personality, on any bus: free_symbols.sv takes the place of the real line
// conditioning, so that all of this holds for every clock, prescale and filter depth. What the chip should do is told once more
// below, from the symbols alone. Values are those before the edge n; p_ is what they were before edge n-1.
//
// That the chip never pulls SCL needs no proof: it has no output for it.

`include "check.svh"

module target_proof (
  input logic       clk_i,
  input logic       any_rst_ni,
  input logic [4:0] any_straps,
  input logic       any_scl,
  input logic       any_sda,
  input logic       any_settled,
  input logic [7:0] pins_i
);

  logic begun = 1'b0;
  always @(posedge clk_i) begun <= 1'b1;

  logic       part_a, ti;    // stand still
  logic [2:0] straps;
  always @(posedge clk_i) if (!begun) {part_a, ti, straps} <= any_straps;

  logic       rst_ni, sda_o, sda_oe, int_o, int_oe;
  logic [7:0] port;
  assign rst_ni = any_rst_ni & begun;

  pcf8574 dut (
    .clk_i, .rst_ni, .filter_clks_i({5'd0, any_settled}), .part_a_i(part_a), .a_i(straps), .ti_i(ti), .scl_i(any_scl), .sda_i(any_sda),
    .sda_o, .sda_oe_o(sda_oe), .port_i(pins_i), .port_o(port), .int_o, .int_oe_o(int_oe)
  );

  (* hierconn *) wire \dut.scl_rise , \dut.scl_fall , \dut.sda_now , \dut.start , \dut.stop ;
  wire rise = \dut.scl_rise , fall = \dut.scl_fall , sda = \dut.sda_now , start = \dut.start , stop = \dut.stop ;

  // The transfer, told from the symbols
  logic       on;         // between START and STOP
  logic       addressed;  // own address was read, and nothing ended it since
  logic       first;      // the address byte is under way
  logic       reading;
  logic [3:0] clocks;     // rises in this byte so far, 1..9; 9 until the next rise
  logic [7:0] bits;       // the last eight bits before clock 9
  wire  [3:0] clock = clocks == 4'd9 ? 4'd1 : clocks + 4'd1;  // of a rise at this edge
  wire        own   = bits[7:1] == {part_a ? 4'b0111 : 4'b0100, straps};
  wire        my_read_ack  = addressed & rise & clock == 4'd9 & (first ? bits[0] : reading & ~sda);
  wire        my_write_ack = addressed & rise & clock == 4'd9 & ~first & ~reading;
  wire  [6:0] own_address  = {part_a ? 4'b0111 : 4'b0100, straps};
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      {on, addressed, first, reading} <= '0;
      clocks <= '0;
    end else if (start || stop) begin
      {on, first} <= {2{start}};
      {addressed, reading} <= '0;
      clocks <= '0;
    end else if (rise && on) begin
      clocks <= clock;
      if (clock != 4'd9) bits <= {bits[6:0], sda};
      if (first && clock == 4'd8) addressed <= {bits[6:0]} == own_address;
      if (clock == 4'd9) begin
        first <= 1'b0;
        if (first) reading <= bits[0];
        if (reading && sda) addressed <= 1'b0;
      end
    end
  end

  // The pulses, the pins two clocks late, the latch of the pins, and the byte that a read sends
  logic       read_pulse, write_pulse;
  logic [7:0] pins_meta, pins, latch, sending;
  always @(posedge clk_i) begin
    if (!rst_ni) begin
      {read_pulse, write_pulse} <= '0;
      {pins_meta, pins, latch} <= '1;
    end else begin
      {pins, pins_meta} <= {pins_meta, pins_i};
      if (my_read_ack) {read_pulse, latch, sending} <= {1'b1, pins, pins};
      if (my_write_ack) write_pulse <= 1'b1;
      if (start || stop || fall) begin
        {read_pulse, write_pulse} <= '0;
        if (write_pulse) latch <= pins;
      end
    end
  end

  logic       p_rst_n, p_sda_oe, p_int_oe, p_start, p_stop, p_rise, p_fall, p_write_ack, p_read_pulse, p_write_pulse, p_differ;
  logic       p_addressed, p_first, p_reading;
  logic [3:0] p_clocks;
  logic [7:0] p_port, p_bits;
  always @(posedge clk_i) begin
    {p_rst_n, p_sda_oe, p_int_oe, p_start, p_stop, p_rise, p_fall} <= {rst_ni, sda_oe, int_oe, start, stop, rise, fall};
    {p_write_ack, p_read_pulse, p_write_pulse} <= {my_write_ack, read_pulse, write_pulse};
    {p_addressed, p_first, p_reading, p_clocks, p_port, p_bits} <= {addressed, first, reading, clocks, port, bits};
    p_differ <= pins != latch;
  end
  wire at_fall     = p_rst_n & p_fall;
  wire data_follow = reading | (first & bits[0]);    // the byte after this ACK goes to the controller

  // ---- SDA ----
  `CHECK(sda_never_driven_high, "UM10204 3.1.1", 1'b1, !sda_o)
  `CHECK(reset_releases, "contract 3.8", !p_rst_n, !sda_oe && !int_oe && port == 8'hFF)
  `CHECK(start_ends_everything, "UM10204 3.1.10", p_rst_n && p_start, !sda_oe)
  `CHECK(stop_ends_everything, "UM10204 3.1.10", p_rst_n && p_stop, !sda_oe)
  `CHECK(sda_moves_only_after_scl_fell, "UM10204 3.1.3", p_rst_n && sda_oe != p_sda_oe, p_fall || p_start || p_stop)
  `CHECK(pulls_sda_only_when_addressed, "UM10204 3.1.10", sda_oe, addressed)
  `CHECK(acks_own_address, "UM10204 3.1.6", at_fall && first && clocks == 4'd8 && own, sda_oe)
  `CHECK(acks_no_other_address, "PCF8574 table 5", at_fall && on && first && clocks == 4'd8 && !own, !sda_oe)
  `CHECK(acks_no_general_call, "TI SCPS068K 7.3.1", at_fall && on && first && clocks == 4'd8 && bits[7:1] == 7'd0, !sda_oe)
  `CHECK(acks_no_reserved_address, "UM10204 3.1.12", at_fall && first && clocks == 4'd8 && (bits[7:4] == 4'h0 || bits[7:4] == 4'hF), !sda_oe)
  `CHECK(silent_before_the_address, "UM10204 3.1.10", first && clocks < 4'd8, !sda_oe)
  `CHECK(acks_each_byte_written, "UM10204 3.1.6", at_fall && addressed && !first && !reading && clocks == 4'd8, sda_oe)
  `CHECK(lets_the_controller_write, "UM10204 3.1.6", addressed && !first && !reading && clocks < 4'd8, !sda_oe)
  `CHECK(lets_go_after_its_ack, "UM10204 3.1.6", at_fall && addressed && !reading && clocks == 4'd9, !sda_oe)
  `CHECK(sends_bit_7_first, "contract 3.5", at_fall && addressed && reading && clocks == 4'd9, sda_oe == ~sending[7])
  `CHECK(sends_the_pins, "contract 3.5", at_fall && addressed && reading && clocks < 4'd8, sda_oe == ~sending[3'd7 - clocks[2:0]])
  `CHECK(lets_the_controller_ack, "UM10204 3.1.6", at_fall && addressed && !first && reading && clocks == 4'd8, !sda_oe)
  `CHECK(silent_after_nack, "UM10204 3.1.6", on && !addressed && !first, !sda_oe)

  // ---- The port ----
  `CHECK(port_moves_only_at_its_ack, "PCF8574 8.2", p_rst_n && port != p_port, p_write_ack)
  `CHECK(port_takes_the_byte_written, "PCF8574 8.2", p_rst_n && p_write_ack, port == p_bits)

  // ---- INT ----
  `CHECK(int_never_driven_high, "PCF8574 8.5", 1'b1, !int_o)
  `CHECK(read_releases_int, "PCF8574 8.5", p_rst_n && p_read_pulse, !int_oe)
  `CHECK(nxp_write_releases_int, "PCF8574 8.5", p_rst_n && p_write_pulse && !ti, !int_oe)
  `CHECK(ti_write_holds_int, "TI SCPS068K 7.1", p_rst_n && p_write_pulse && ti, int_oe == p_int_oe)
  `CHECK(int_tells_a_difference, "PCF8574 8.5", p_rst_n && !p_read_pulse && !p_write_pulse, int_oe == p_differ)

  `REACH(two_bytes_written, p_write_ack && port == 8'hA5 && p_port == 8'h3C)
  `REACH(byte_read, at_fall && addressed && reading && clocks == 4'd8 && sending == 8'h5A)
  `REACH(int_falls, int_oe && !p_int_oe && on)
endmodule
