// One neuron written out: inputs times weights, the sum, the answer, right or wrong, and what the rule does about it.

import { element, scroller, setText } from "./elements.js";
import { bracketed, number, summed } from "./numbers.js";
import { Panel } from "./panel.js";

const INPUTS = ["x₁", "x₂", "1"];
const WEIGHTS = ["w₁", "w₂", "b"];
const FACTORS = ["input", "weight before", "product", "change", "weight now"];

export class Neuron extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving({ picture: false });
    this.lines = Array.from({ length: 4 }, () => element("div", { className: "lv-sum-line" }));
    this.verdict = element("p", { className: "sk-words sk-verdict", role: "status" });
    this.rule = element("p", { className: "sk-words" });
    this.pocket = element("p", { className: "lv-hint" });
    this.rows = INPUTS.map((name, i) => {
      const cells = FACTORS.map(() => element("td"));
      return { cells, element: element("tr", {}, element("th", { scope: "row", text: i < 2 ? `${WEIGHTS[i]} · ${name}` : WEIGHTS[i] }), ...cells) };
    });
    const head = ["weight", ...FACTORS].map((text) => element("th", { scope: "col", text }));
    const table = element("table", { className: "sk-table" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...this.rows.map((row) => row.element)));
    this.body.append(element("div", { className: "lv-sum" }, ...this.lines), this.verdict, this.rule, scroller("Weights before and after", table), this.pocket);
  }

  draw(run, frame) {
    super.draw(run, frame);
    const [before, weights, example] = ["neuron/before", "neuron/weights", "neuron/example"].map((name) => frame.array(name)?.data);
    const x = example ? [example[0], example[1], 1] : null;
    this.rows.forEach(({ cells }, i) => {
      const change = weights[i] - before[i];
      const shown = x
        ? [number(x[i]), number(before[i]), number(x[i] * before[i]), `${change > 0 ? "+" : ""}${number(Math.abs(change) > 1e-12 ? change : 0)}`, number(weights[i])]
        : ["–", number(before[i]), "–", "–", number(weights[i])];
      cells.forEach((cell, j) => setText(cell, shown[j]));
    });
    const kept = frame.array("neuron/pocket")?.data;
    const n = run.facts.array("targets/train")?.shape[0];
    setText(this.pocket, kept ? `In the pocket: ${WEIGHTS.map((name, i) => `${name} = ${number(kept[i])}`).join(", ")}, with ${frame.metrics["errors/pocket"]} of ${n} examples wrong.` : "");
    if (x) this.tell(x, before, example);
    else this.wait();
  }

  /** Nothing has been looked at yet. */
  wait() {
    setText(this.lines[0], "s = w₁ · x₁ + w₂ · x₂ + b");
    for (const line of this.lines.slice(1)) setText(line, "");
    setText(this.verdict, "All weights are 0: there is no line yet.");
    setText(this.rule, "Press Step, or the right arrow key, to look at the first example.");
  }

  tell(x, before, [, , target, s, after, smooth]) {
    const names = this.run.facts.get("class_names", ["0", "1"]);
    const called = (label) => (names[label] === String(label) ? String(label) : `${label} (${names[label]})`);
    const answer = s > 0 ? 1 : 0;
    const terms = x.map((value, i) => (i < 2 ? `${number(before[i])} · ${bracketed(value)}` : number(before[i])));
    const share = 1 / (1 + Math.exp(-s));
    setText(this.lines[0], "s = w₁ · x₁ + w₂ · x₂ + b");
    setText(this.lines[1], `  = ${summed(terms)}`);
    setText(this.lines[2], `  = ${summed(x.map((value, i) => number(value * before[i])))} = ${number(s)}`);
    setText(this.lines[3], smooth ? `σ(s) = ${number(share)}, so the answer is ${called(answer)}` : `s ${s > 0 ? "> 0" : s < 0 ? "< 0" : "= 0"}, so the answer is ${called(answer)}`);
    const right = answer === target;
    setText(this.verdict, `${right ? "✓ Right" : "✗ Wrong"}: the class is ${called(target)}.`);
    setText(this.rule, this.ruleOf({ right, target, after, smooth, share }));
  }

  ruleOf({ right, target, after, smooth, share }) {
    if (smooth) return `The weights move by η · (${target} − ${number(share)}) times the inputs, right or wrong; the sum for this example is now ${number(after)}.`;
    if (right) return "Nothing changes.";
    const done = target ? "added to" : "taken from";
    return `η times the inputs is ${done} the weights: the sum for this example is now ${number(after)}, ${(after > 0 ? 1 : 0) === target ? "on the right side" : "still on the wrong side"}.`;
  }

  table() {
    const names = ["neuron/before", "neuron/weights"];
    return [["weight", "before", "now"], ...WEIGHTS.map((name, i) => [name, ...names.map((array) => this.frame.array(array).data[i])])];
  }
}
