// SPDX-License-Identifier: Apache-2.0
//
// PCF8574 / PCF8574A, an 8-bit quasi-bidirectional port on I2C. One byte register drives the pins
// (0 pulls low, 1 is a weak high), one input latch remembers what the host last saw, and INT is low
// while the pins differ from that latch. SCL is an input only: this chip never stretches.
//
//   SCL     _/7~\_/8~\_/9~\_/1~\_
//   SDA out ---------\____/------    write: ACK from the fall of clock 8 to the fall of clock 9
//   WRITE   ___________/~~\______    port := byte at its start, latch := pins at its end
//   READ    ___________/~~\______    latch and byte to send := pins at its start

module pcf8574 (
  input  logic       clk_i,
  input  logic       rst_ni,         // stands for power-on reset, NXP PCF8574 8.4
  input  logic [5:0] filter_clks_i,
  input  logic       part_a_i,       // 0: PCF8574, 1: PCF8574A
  input  logic [2:0] a_i,            // address straps
  input  logic       ti_i,           // personality: 0 = nxp, 1 = ti
  input  logic       scl_i,
  input  logic       sda_i,
  output logic       sda_o,
  output logic       sda_oe_o,
  input  logic [7:0] port_i,
  output logic [7:0] port_o,
  output logic       int_o,
  output logic       int_oe_o
);

  logic scl_rise, scl_fall, sda_now, start, stop;

  // A chip that never drives SCL needs only its edges.
  // verilator lint_off PINCONNECTEMPTY
  i2c_symbols u_symbols (
    .clk_i,
    .rst_ni,
    .filter_clks_i,
    .scl_i,
    .sda_i,
    .settled_o (),
    .scl_now_o (),
    .sda_now_o (sda_now),
    .scl_rise_o(scl_rise),
    .scl_fall_o(scl_fall),
    .start_o   (start),
    .stop_o    (stop)
  );
  // verilator lint_on PINCONNECTEMPTY

  // NXP PCF8574 table 5: only the fixed part of the address tells the two parts from each other.
  logic [6:0] own_address;
  assign own_address = {part_a_i ? 4'b0111 : 4'b0100, a_i};

  typedef enum logic [1:0] {
    StIdle,     // not addressed: nothing until START
    StAddress,  // eight address bits, then our ACK
    StWrite,    // bytes from the controller, our ACKs
    StRead      // bytes to the controller, its ACKs
  } state_e;

  state_e     state_q, state_d;
  logic [3:0] clock_q, clock_d;              // SCL rises so far in this byte, 0..9
  logic [7:0] byte_q, byte_d;                // shifted in or out, bit 7 first
  logic       sda_q, sda_d;
  logic [7:0] port_q, port_d;
  logic [7:0] latch_q, latch_d;              // pins as the host last saw them
  logic       read_pulse_q, read_pulse_d;
  logic       write_pulse_q, write_pulse_d;
  logic [7:0] pins_meta_q, pins_q;           // contract 3.6: two-flop synchroniser
  logic       int_n_q;

  always_comb begin
    state_d       = state_q;
    clock_d       = clock_q;
    byte_d        = byte_q;
    sda_d         = sda_q;
    port_d        = port_q;
    latch_d       = latch_q;
    read_pulse_d  = read_pulse_q;
    write_pulse_d = write_pulse_q;

    if (start || stop) begin
      // UM10204 3.1.10 note 4: any START, wherever it occurs, is followed by an address.
      state_d = StIdle;
      if (start) state_d = StAddress;
      clock_d = '0;
      sda_d   = 1'b1;
    end else if (scl_rise && state_q != StIdle) begin
      // UM10204 3.1.3: data are valid while SCL is high.
      clock_d = clock_q + 4'd1;
      if (clock_q != 4'd8) begin
        if (state_q != StRead) byte_d = {byte_q[6:0], sda_now};
        // TI SCPS068K 7.3.1: no answer to the general call nor to any other address.
        if (state_q == StAddress && clock_q == 4'd7 && byte_q[6:0] != own_address) begin
          state_d = StIdle;
        end
      end else if (state_q == StWrite) begin
        // NXP PCF8574 8.2: the port takes each byte at the rise of its ACK clock.
        port_d        = byte_q;
        write_pulse_d = 1'b1;
      end else if (state_q == StAddress && !byte_q[0]) begin
        state_d = StWrite;
      end else if (state_q == StRead && sda_now) begin
        // UM10204 3.1.6: after the controller's NACK the target leaves SDA alone.
        state_d = StIdle;
      end else begin
        // NXP PCF8574 8.3: pins are sampled at the rise of the ACK clock; 8.5: which resets INT.
        state_d      = StRead;
        byte_d       = pins_q;
        latch_d      = pins_q;
        read_pulse_d = 1'b1;
      end
    end else if (scl_fall && state_q != StIdle) begin
      // UM10204 3.1.3: SDA changes only after SCL has fallen.
      if (state_q == StRead && clock_q != 4'd8) begin
        sda_d  = byte_q[7];
        byte_d = {byte_q[6:0], 1'b1};
      end else begin
        // UM10204 3.1.6: the receiver pulls SDA low in clock 9, the transmitter lets it go.
        sda_d = state_q == StRead || clock_q != 4'd8;
      end
      if (clock_q == 4'd9) clock_d = '0;
    end

    // contract 3.4, 3.5: a pulse ends with the high phase, or at a START or STOP within it.
    if ((read_pulse_q || write_pulse_q) && (start || stop || scl_fall)) begin
      read_pulse_d  = 1'b0;
      write_pulse_d = 1'b0;
      // NXP PCF8574 8.5: INT is always reset at the falling edge of the write pulse.
      if (write_pulse_q) latch_d = pins_q;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      // Philips PCF8574 7.3: at power-on all pins are weak highs and the latches hold ones.
      state_q       <= StIdle;
      clock_q       <= '0;
      byte_q        <= '1;
      sda_q         <= 1'b1;
      port_q        <= '1;
      latch_q       <= '1;
      read_pulse_q  <= 1'b0;
      write_pulse_q <= 1'b0;
      pins_meta_q   <= '1;
      pins_q        <= '1;
      int_n_q       <= 1'b1;
    end else begin
      state_q       <= state_d;
      clock_q       <= clock_d;
      byte_q        <= byte_d;
      sda_q         <= sda_d;
      port_q        <= port_d;
      latch_q       <= latch_d;
      read_pulse_q  <= read_pulse_d;
      write_pulse_q <= write_pulse_d;
      pins_meta_q   <= port_i;
      pins_q        <= pins_meta_q;
      // NXP PCF8574 8.5: a level, not an event: INT rises by itself when the pins return, and a
      // change during a pulse may be lost. TI SCPS068K 7.1: a write resets INT only after SCL's
      // fall, so its pulse holds INT instead of blanking it (contract 3.7).
      if (read_pulse_q || (write_pulse_q && !ti_i)) int_n_q <= 1'b1;
      else if (!write_pulse_q) int_n_q <= pins_q == latch_q;
    end
  end

  assign sda_o    = 1'b0;
  assign sda_oe_o = ~sda_q;
  assign port_o   = port_q;
  assign int_o    = 1'b0;
  assign int_oe_o = ~int_n_q;

endmodule
