// Reads one JSON object, {macros, formulas: [[tex, display], …]}, and answers with a list of [html, error].
const katex = require("./katex.min.js");
const { macros: declarations, formulas } = JSON.parse(require("fs").readFileSync(0, "utf-8"));
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
process.stdout.write(JSON.stringify(formulas.map(set)));
