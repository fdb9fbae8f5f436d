// SPDX-License-Identifier: Apache-2.0
//
// The style of report.html. Colours are named once, for light and for dark; every text has a contrast of 4.5 : 1 or more on its ground.
#ifndef TWINWIRE_REPORT_CSS_H
#define TWINWIRE_REPORT_CSS_H

static const char report_css[] =
    ":root { color-scheme: light dark; --ground: #fbfbfa; --card: #fff; --text: #1d2125; --soft: #59626b; --line: #d9dde1; --code: #f1f3f4;\n"
    "  --pass: #17713a; --fail: #b3201a; --warn: #8a5200; --expected: #0a5fb4; --seen: #b3201a; --zone: #b3201a1f; }\n"
    "@media (prefers-color-scheme: dark) { :root { --ground: #14171a; --card: #1c2024; --text: #e6e9ec; --soft: #a3adb7; --line: #353c43;\n"
    "  --code: #252a2f; --pass: #5fd38a; --fail: #ff8a80; --warn: #f0b35a; --expected: #79b8ff; --seen: #ff8a80; --zone: #ff8a8026; } }\n"
    "* { box-sizing: border-box; }\n"
    "body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }\n"
    "header, main { max-width: 66rem; margin: 0 auto; padding: 0 1rem; }\n"
    "header { padding-top: 1.5rem; } main { padding-bottom: 3rem; }\n"
    "h1 { font-size: 3.5rem; line-height: 1.1; margin: 0 0 .4rem; letter-spacing: .01em; }\n"
    "h2 { font-size: 1.3rem; margin: 2.2rem 0 .7rem; } h3 { font-size: 1.05rem; margin: 0 0 .7rem; overflow-wrap: anywhere; }\n"
    "p { margin: 0 0 .6rem; overflow-wrap: anywhere; }\n"
    ".soft { color: var(--soft); } .pass { color: var(--pass); } .fail { color: var(--fail); } .warn { color: var(--warn); }\n"
    "code, pre, .mono { font: .875rem/1.5 ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }\n"
    "pre { background: var(--code); border-radius: 6px; padding: .6rem .8rem; margin: 0 0 .6rem; overflow-x: auto; }\n"
    "pre.command { white-space: pre-wrap; overflow-wrap: anywhere; } pre.command span { display: inline-block; max-width: 100%; }\n"
    "a { color: var(--expected); }\n"
    "summary { cursor: pointer; margin-bottom: .6rem; }\n"
    ".scroll { overflow-x: auto; } .scroll:focus-visible, pre:focus-visible { outline: 2px solid var(--expected); }\n"
    "table { border-collapse: collapse; min-width: min(100%, 36rem); font-variant-numeric: tabular-nums; font-size: .9375rem; }\n"
    "th, td { text-align: left; padding: .3rem 2rem .3rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }\n"
    "th { color: var(--soft); font-weight: 600; } td.number, th.number { text-align: right; }\n"
    "[aria-labelledby=timing] :is(th, td) { padding-right: 1rem; }\n"
    "td:last-child, th:last-child { padding-right: 0; }\n"
    "article { background: var(--card); border: 1px solid var(--line); border-left: 5px solid var(--fail); border-radius: 8px; padding: 1rem; margin: 0 0 1rem; }\n"
    "dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1.2rem; margin: 0 0 .8rem; }\n"
    "dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }\n"
    "dd.expected { color: var(--expected); font-weight: 600; } dd.seen { color: var(--seen); font-weight: 600; }\n"
    "svg.sketch { display: block; min-width: 40rem; max-width: 100%; height: auto; }\n"
    "svg.sketch text { fill: var(--text); font: 12px ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace; text-anchor: middle; }\n"
    "svg.sketch path { fill: none; stroke-width: 1.5; }\n"
    "svg.sketch .label { text-anchor: end; } svg.sketch .bit, svg.sketch .time { fill: var(--soft); } svg.sketch .unit { text-anchor: end; }\n"
    "svg.sketch .symbol { font-weight: 700; }\n"
    "svg.sketch path.low { stroke: var(--line); stroke-width: 1; stroke-dasharray: 1 3; }\n"
    "svg.sketch path.wire { stroke: var(--text); } svg.sketch path.axis { stroke: var(--soft); stroke-width: 1; }\n"
    "svg.sketch path.expected { stroke: var(--expected); stroke-width: 2; } svg.sketch text.expected { fill: var(--expected); font-weight: 700; }\n"
    "svg.sketch path.seen { stroke: var(--seen); stroke-width: 2; } svg.sketch text.seen { fill: var(--seen); font-weight: 700; }\n"
    "svg.sketch .byte { fill: var(--code); stroke: var(--line); }\n"
    "svg.sketch .zone { fill: var(--zone); } svg.sketch path.mark { stroke: var(--fail); stroke-dasharray: 4 3; }\n"
    "svg.sketch path.flag { fill: var(--fail); } svg.sketch .flagtext { fill: var(--fail); font-weight: 700; text-anchor: start; }\n"
    "@media (max-width: 30rem) { h1 { font-size: 2.6rem; } dl { gap: .1rem .8rem; } th, td { padding-right: 1.2rem; } article { padding: .7rem; } }\n"
    "@media print { article, table { break-inside: avoid; } }\n";

#endif
