// One node's arithmetic in words: its operation, its local derivatives, and the chain rule with the present numbers.

import { element, scroller, setText } from "../elements.js";
import { short } from "./graph_picture.js";

export class NodeCard {
  constructor() {
    this.forwards = element("p", { className: "sk-words" });
    this.arriving = element("p", { className: "sk-words" });
    this.rows = element("tbody");
    const heads = ["passes on to", "local derivative", "chain rule: arriving × local = passed on"].map((text) => element("th", { scope: "col", text }));
    this.table = element("table", { className: "sk-table sk-graph-rule" }, element("thead", {}, element("tr", {}, ...heads)), this.rows);
    this.element = element("div", { className: "sk-graph-card", "aria-live": "polite" }, this.forwards, this.arriving, scroller("The chain rule at this node", this.table));
  }

  draw({ nodes, words, run, known, at, title }) {
    const node = nodes[at];
    const name = title(at);
    setText(this.forwards, known.values[at] ? this.sentence(node, at, nodes, words, run, name) : `“${name}” is not computed yet: step on.`);
    setText(this.arriving, this.gradient(node, at, nodes, run, known));
    const passed = node.operation && known.passed.has(at);
    this.table.hidden = !passed;
    if (!passed) return;
    const filled = fill(node, at, run);
    this.rows.replaceChildren(...node.parents.map((parent, slot) => {
      const local = node.operation === "add" ? "1" : filled(words[node.operation].slopes[slot]);
      const slope = short(run.slopes[at][slot]);
      const cells = run.needs[parent]
        ? [nodes[parent].name || `${title(parent)} (${short(run.data[parent])})`, local === slope ? slope : `${local} = ${slope}`, `${bracket(run.grads[at])} × ${bracket(run.slopes[at][slot])} = ${short(run.flows[at][slot])}`]
        : [`${title(parent)} (a number)`, "–", "nothing: it cannot change"];
      return element("tr", {}, ...cells.map((text) => element("td", { text })));
    }));
  }

  /** What the node computes, with its numbers. */
  sentence(node, at, nodes, words, run, name) {
    const value = short(run.data[at]);
    if (!node.operation) return node.kind === "number" ? `A number: ${value}.` : `${name} = ${value}, ${{ input: "an input", weight: "a weight", target: "the target" }[node.kind]}.`;
    const sum = node.operation === "add" ? run.data && node.parents.map((parent, i) => (i ? bracket(run.data[parent]) : short(run.data[parent]))).join(" + ") : null;
    return `Forwards, ${name}: ${sum ?? fill(node, at, run)(words[node.operation].written)} = ${value}.`;
  }

  /** What has arrived at the node, and what that means. */
  gradient(node, at, nodes, run, known) {
    const name = node.name || "this";
    if (node.kind === "number") return "";
    if (!known.reached[at]) return "No gradient has arrived here yet.";
    const parts = [];
    nodes.forEach((child, from) => {
      if (known.passed.has(from)) child.parents.forEach((parent, slot) => parent === at && parts.push(run.flows[from][slot]));
    });
    const total = short(known.grads[at]);
    if (at === nodes.length - 1) return "Backwards, it begins here: the result changes as much as itself, so its gradient is 1.";
    const sum = parts.length > 1 ? `${parts.map((part, i) => (i ? bracket(part) : short(part))).join(" + ")} = ` : "";
    const meaning = node.operation ? "" : ` If ${name} grows by 0.01, the result changes by about ${short(known.grads[at] * 0.01)}.`;
    return `${parts.length > 1 ? "Arriving gradients add up" : "Arriving gradient"}, ∂result/∂${name}: ${sum}${total}.${meaning}`;
  }
}

const bracket = (value) => (value < 0 || Object.is(value, -0) ? `(${short(value)})` : short(value));

/** Puts the node's numbers in place of {a}, {b} and {out}; a negative one stands in brackets unless it comes first. */
function fill(node, at, run) {
  const numbers = { a: run.data[node.parents[0]], b: run.data[node.parents[1]], out: run.data[at] };
  return (template) => template.replace(/\{(a|b|out)\}/g, (match, name, place) => {
    const alone = place === 0 || template[place - 1] === "(";
    const squared = template[place + match.length] === "²";
    return alone && !squared && !template.slice(place + match.length).startsWith(" ^") ? short(numbers[name]) : bracket(numbers[name]);
  });
}
