// SPDX-License-Identifier: Apache-2.0
//
// Moves the two wires of an I2C controller through one step at a time: a START, one bit, a STOP.
// Times are counted in P = prescale_i + 1; K = N + 3 is how long our own edge takes to come back
// through the line filter. The step to come is offered on next_*_i and taken where begin_o is 1,
// which is the edge `b` below and the edge at which the step before it ended.
//
//         b    b+P       b+3P      b+5P   |  b    b+P     b+3P        S = b+6P   S+2P
//   SCL   \_______________/~~~~~~~~~\_    |  \_____________/~~~~~~~~~~~~~~~~~~~~~~\_
//   SDA   -----X====================      |  -----/~~~~~~~~~~~~~~~~~~~\_____________
//         bit: low 3P, high 2P            |  repeated START: tSU;STA 3P, tHD;STA 2P
//
//         s         s+2P                  |  b    b+P     b+3P       Q = b+5P
//   SCL   ~~~~~~~~~~~\_                   |  \_____________/~~~~~~~~~~~~~~~~
//   SDA   \____________                   |  -----\_____________________/~~~
//         START on a free bus             |  STOP: tSU;STO 2P, then STOP must be seen

module i2c_bit_engine (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic [ 5:0] filter_clks_i,
  input  logic [15:0] prescale_i,
  input  logic        enable_i,
  // The bus, filtered
  input  logic        settled_i,
  input  logic        busy_i,
  input  logic        scl_now_i,
  input  logic        sda_now_i,
  input  logic        scl_rise_i,
  input  logic        scl_fall_i,
  input  logic        start_i,
  input  logic        stop_i,
  // The next step (at most one set; none: the command ends), and the level of the bit under way
  input  logic        next_start_i,
  input  logic        next_bit_i,
  input  logic        next_stop_i,
  input  logic        bit_i,
  input  logic        contend_i,     // a 1 sent in this bit may meet another controller's 0
  // What happens at this edge
  output logic        begin_o,       // the offered step begins
  output logic        sample_o,      // SDA now is the bit's level on the wire
  output logic        done_o,        // the command's last step has ended
  output logic        lost_o,        // arbitration is lost
  // The wires: 0 pulls low, 1 releases
  output logic        scl_o,
  output logic        sda_o
);

  typedef enum logic [3:0] {
    StIdle,        // between commands; engaged if SCL is held low
    StHoldData,    // tHD;DAT: SCL low, SDA as it was
    StSetupData,   // tSU;DAT: SCL low, SDA as the step wants it
    StRise,        // SCL released, held low by whoever stretches
    StHigh,        // tHIGH of a bit
    StSetupStart,  // tSU;STA
    StHoldStart,   // tHD;STA
    StSetupStop,   // tSU;STO
    StAwaitStop    // SDA released, STOP not seen yet
  } state_e;

  typedef enum logic [1:0] {
    StepStart,
    StepBit,
    StepStop
  } step_e;

  state_e      state_q, state_d;
  step_e       step_q, step_d;
  logic        scl_q, scl_d;
  logic        sda_q, sda_d;
  logic [17:0] timer_q;  // clks until due, counted from the edge that loaded it
  // verilator tracing_off
  // They change at every clk, and timer_q shows a count already: left out, a waveform has half the size.
  logic [17:0] timer_d;
  // Clks from the last STOP, and from the last SCL rise or START, of whomever, to this edge; all ones: long ago
  logic [17:0] since_stop_q, since_stop;
  logic [17:0] since_rise_q, since_rise;
  // verilator tracing_on
  logic        due, bus_free, bus_calm, step_end;

  // P, 2P, 3P and K; what is left at our reaction edge of a 2P or 3P that began on the wire.
  logic [17:0] p1, p2, p3, k, p2_left, p3_left;
  assign p1      = {2'b00, prescale_i} + 18'd1;
  assign p2      = {p1[16:0], 1'b0};
  assign p3      = p2 + p1;
  assign k       = {12'd0, filter_clks_i} + 18'd3;
  assign p2_left = p2 > k ? p2 - k : '0;
  assign p3_left = p3 > k ? p3 - k : '0;

  // A timer loaded with D at edge n is due at n+D, one loaded with 0 at n+1.
  assign due = timer_q <= 18'd1;

  // UM10204 table 10: tBUF, and the tHIGH or tHD;STA of others, in P as it is now.
  assign since_stop = stop_i ? '0 : since_stop_q;
  assign since_rise = scl_rise_i || start_i ? '0 : since_rise_q;
  assign bus_free   = since_stop >= p3_left;
  assign bus_calm   = since_rise >= p2_left && since_rise != '0;

  always_comb begin
    state_d  = state_q;
    step_d   = step_q;
    scl_d    = scl_q;
    sda_d    = sda_q;
    timer_d  = due ? '0 : timer_q - 18'd1;
    begin_o  = 1'b0;
    sample_o = 1'b0;
    done_o   = 1'b0;
    lost_o   = 1'b0;
    step_end = 1'b0;

    unique case (state_q)
      StIdle: begin
        if (!settled_i) begin
          // contract 5: a command waits until the filters know the bus.
        end else if (next_start_i && scl_q) begin
          // UM10204 3.1.8: a controller may start only on a free bus, tBUF after the STOP.
          if (!start_i && !busy_i && bus_free && scl_now_i) begin
            if (sda_now_i) begin
              begin_o = 1'b1;
              sda_d   = 1'b0;
              state_d = StHoldStart;
              timer_d = p2;
            end else begin
              lost_o = 1'b1;
            end
          end
        end else if (next_start_i || next_bit_i || next_stop_i) begin
          // UM10204 table 10: who joins without a START leaves the others their tHIGH and tHD;STA.
          step_end = !scl_q || (scl_now_i && bus_calm);
        end
      end

      StHoldData: begin
        if (due) begin
          sda_d   = step_q == StepBit ? bit_i : step_q == StepStart;
          state_d = StSetupData;
          timer_d = p2;
        end
      end

      StSetupData: begin
        // A rise can only be told after our own low has come through the filter.
        if (due && !scl_now_i) begin
          scl_d   = 1'b1;
          state_d = StRise;
        end
      end

      StRise: begin
        // UM10204 3.1.7, 3.1.9: the high phase is counted from the wire's real rise.
        if (scl_rise_i) begin
          if (step_q == StepBit) begin
            // UM10204 3.1.8: who sends 1 and sees 0 has lost and releases SDA.
            sample_o = 1'b1;
            lost_o   = contend_i && sda_q && !sda_now_i;
            state_d  = StHigh;
            timer_d  = p2_left;
          end else if (step_q == StepStart) begin
            lost_o  = !sda_now_i;
            state_d = StSetupStart;
            timer_d = p3_left;
          end else begin
            state_d = StSetupStop;
            timer_d = p2_left;
          end
        end
      end

      StHigh: begin
        // UM10204 3.1.7: the shortest high of all controllers ends SCL's high phase.
        if (start_i || stop_i) lost_o = 1'b1;
        else step_end = due || scl_fall_i;
      end

      StSetupStart: begin
        if (scl_fall_i) begin
          lost_o = 1'b1;
        end else if (due || start_i) begin
          sda_d   = 1'b0;
          state_d = StHoldStart;
          timer_d = p2;
        end
      end

      StHoldStart: step_end = due || scl_fall_i;

      StSetupStop: begin
        if (scl_fall_i) begin
          lost_o = 1'b1;
        end else if (due) begin
          sda_d   = 1'b1;
          state_d = StAwaitStop;
          timer_d = p3 > k ? p3 : k + 18'd1;
        end
      end

      StAwaitStop: begin
        // UM10204 3.1.4: only the wires make a STOP; somebody may still hold SDA or pull SCL.
        if (stop_i) begin
          state_d = StIdle;
          done_o  = 1'b1;
        end else if (scl_fall_i || due) begin
          lost_o = 1'b1;
        end
      end

      default: lost_o = 1'b1;
    endcase

    // UM10204 3.1.4: from START to STOP the controller owns SCL, and holds it low in between.
    if (step_end) begin
      scl_d   = 1'b0;
      timer_d = p1;
      state_d = StHoldData;
      begin_o = 1'b1;
      if (next_start_i) begin
        step_d = StepStart;
      end else if (next_bit_i) begin
        step_d = StepBit;
      end else if (next_stop_i) begin
        step_d = StepStop;
      end else begin
        state_d = StIdle;
        begin_o = 1'b0;
        done_o  = 1'b1;
      end
    end

    if (lost_o || !enable_i) begin
      state_d = StIdle;
      scl_d   = 1'b1;
      sda_d   = 1'b1;
    end

    // contract 4.6: a disabled controller drops whatever went on, without a trace.
    if (!enable_i) begin
      begin_o  = 1'b0;
      sample_o = 1'b0;
      done_o   = 1'b0;
      lost_o   = 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      state_q <= StIdle;
      step_q  <= StepStart;
      scl_q   <= 1'b1;
      sda_q   <= 1'b1;
      timer_q <= '0;
      // contract 6: no STOP, no rise and no START since the reset, so nothing to wait for.
      since_stop_q <= '1;
      since_rise_q <= '1;
    end else begin
      state_q <= state_d;
      step_q  <= step_d;
      scl_q   <= scl_d;
      sda_q   <= sda_d;
      timer_q <= timer_d;
      // A disabled controller counts too, the bus does not know of EN.
      since_stop_q <= since_stop == '1 ? '1 : since_stop + 18'd1;
      since_rise_q <= since_rise == '1 ? '1 : since_rise + 18'd1;
    end
  end

  assign scl_o = scl_q;
  assign sda_o = sda_q;

endmodule
