// SPDX-License-Identifier: Apache-2.0
//
// One property: wherever `when` holds, `then` must. formal.py reads the name and the clause from here; it makes two models of each
// proof, one that asserts every property, and one (REACH) whose assertions say that `when` never holds: each of these must fail,
// or the property says nothing.

`ifdef REACH
`define CHECK(name, clause, when, then) always @(posedge clk_i) if (begun) name: assert (!(when));
`define REACH(name, what) always @(posedge clk_i) if (begun) name: assert (!(what));
`else
`define CHECK(name, clause, when, then) always @(posedge clk_i) if (begun && (when)) name: assert (then);
`define REACH(name, what)
`endif
