// Reads one JSON object, {macros, formulas: [[tex, display], …]}, and answers each formula with a line [html, error].
const fs = require("fs");
const katex = require("./katex.min.js");
const { macros: declarations, formulas } = JSON.parse(fs.readFileSync(0, "utf-8"));
const macros = {};
katex.renderToString(declarations, { macros, globalGroup: true });

function set([tex, display]) {
  try {
    const options = { displayMode: display, strict: "ignore", macros: { ...macros } };
    return [katex.renderToString(tex, options), ""];
  } catch (error) {
    return ["", String(error.message)];
  }
}
for (const formula of formulas) fs.writeSync(1, JSON.stringify(set(formula)) + "\n");
