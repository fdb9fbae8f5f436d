// SPDX-License-Identifier: Apache-2.0
//
// One property: wherever `when` holds, `then` must. formal.py reads the name and the clause from here; it makes two models of each
// proof, one that asserts every property, and one (REACH_ONLY) whose assertions say that `when` never holds: each of these must
// fail, or the property says nothing. In a trace NAME_fails shows the place.

`ifdef REACH_ONLY
`define CHECK(name, clause, when, then) `REACH(name, (when))
`define REACH(name, what) \
  wire name``_fails = begun && (what); \
  always @(posedge clk_i) name: assert (!name``_fails);
`else
`define CHECK(name, clause, when, then) \
  wire name``_fails = begun && (when) && !(then); \
  always @(posedge clk_i) name: assert (!name``_fails);
`define REACH(name, what)
`endif
