// One step of learning on the graph: every weight goes against its gradient, and the result is computed again.

import { element, scroller, setText } from "../elements.js";
import { Card } from "./base.js";
import { short } from "./graph_picture.js";
import { bar, button, Slider } from "./knobs.js";
import { Plane } from "./plane.js";
import { backwards, forwards } from "./scalar_engine.js";

const LOWEST = 0.001;
const HIGHEST = 10;
const N_CURVE = 161;
const MOST_STEPS = 1000;

export class LearningStep {
  /** changed(): draw again. take(values): these are the values now. back(): the starting values again. */
  constructor(host, { changed, take, back }) {
    Object.assign(this, { take, rate: 0.1, n_steps: 0 });
    this.slider = new Slider({ label: "Learning rate η", low: LOWEST, high: HIGHEST, log: true, value: this.rate, input: (value) => { this.rate = value; changed(); } });
    this.changed = changed;
    this.card = new Card(host, "One step of learning", { table: () => this.rows() });
    this.body = element("tbody");
    const heads = ["weight", "before", "gradient", "after"].map((text) => element("th", { scope: "col", text }));
    this.table = element("table", { className: "sk-table" }, element("thead", {}, element("tr", {}, ...heads)), this.body);
    const weights = scroller("Weights before and after the step", this.table);
    weights.classList.add("sk-graph-weights");
    this.verdict = element("p", { className: "sk-words sk-verdict", role: "status" });
    this.one = button("Take the step", () => this.go(1));
    this.ten = button("Take 10 steps", () => this.go(10));
    this.again = button("Starting values", () => { this.n_steps = 0; back(); });
    this.card.body.append(bar(this.slider), weights, this.verdict, bar(this.one, this.ten, this.again));
    this.plane = new Plane({
      label: "The result after one step, by learning rate", height: 320,
      x: { low: LOWEST, high: HIGHEST, log: true, title: "learning rate η" }, y: { low: 0, high: 1, title: "result after the step" },
    });
    this.curve = new Card(host, "What becomes of the result", { picture: () => this.plane, table: () => this.curveRows() });
    this.curve.body.append(this.plane.element, element("p", { className: "lv-hint", text: "Solid: the result after a step of this size. Dashed: what the gradient alone promises. For a small step they agree; drag the dot to find where they part." }));
    this.cards = [this.card, this.curve];
  }

  show({ nodes }) {
    this.nodes = nodes;
    this.n_steps = 0;
    this.weights = nodes.map((node, at) => (node.kind === "weight" ? at : -1)).filter((at) => at >= 0);
    this.card.element.hidden = this.weights.length === 0;
    this.curve.element.hidden = this.weights.length === 0;
  }

  /** The variables after a step from these. */
  after(values, grads, rate = this.rate) {
    const found = { ...values };
    for (const at of this.weights) found[this.nodes[at].name] = values[this.nodes[at].name] - rate * grads[at];
    return found;
  }

  result(values) {
    return forwards(this.nodes, values).at(-1);
  }

  go(n) {
    let { values, run } = this;
    for (let i = 0; i < n && this.n_steps < MOST_STEPS; i += 1) {
      const next = this.after(values, run.grads);
      if (!Object.values(next).every((value) => Number.isFinite(value) && Math.abs(value) <= 1e300)) break;
      values = next;
      run = backwards(this.nodes, values);
      this.n_steps += 1;
    }
    this.take(values);
  }

  draw({ values, run, colours }) {
    Object.assign(this, { values, run });
    if (this.weights.length === 0) return;
    const next = this.after(values, run.grads);
    this.before = run.data.at(-1);
    this.then = this.result(next);
    this.body.replaceChildren(...this.weights.map((at) => {
      const { name } = this.nodes[at];
      return element("tr", {}, ...[name, short(values[name]), short(run.grads[at]), short(next[name])].map((text) => element("td", { text })));
    }));
    this.legal = Object.values(next).every((value) => Number.isFinite(value) && Math.abs(value) <= 1e300);
    setText(this.verdict, this.words());
    for (const one of [this.one, this.ten]) one.disabled = !this.legal || this.n_steps >= MOST_STEPS;
    this.again.disabled = this.n_steps === 0;
    this.drawCurve(colours);
  }

  words() {
    const size = this.weights.reduce((sum, at) => sum + this.run.grads[at] ** 2, 0);
    const taken = this.n_steps ? ` ${this.n_steps} ${this.n_steps === 1 ? "step" : "steps"} taken.` : "";
    if (!Number.isFinite(this.before) || !Number.isFinite(size) || !this.legal) return `There is no number to follow downhill: change a value above.${taken}`;
    const both = `${short(this.before)} before, ${short(this.then)} after:`;
    if (size === 0) return `Result ${short(this.before)}: every weight's gradient is 0, so nothing moves.${taken}`;
    const promised = this.before - this.rate * size;
    if (!(this.then <= this.before)) return `Result ${both} it rises, for the step is too large and jumps over the valley.${taken}`;
    const close = Math.abs(this.then - promised) <= 0.1 * Math.abs(this.before - promised);
    return `Result ${both} it falls${close ? ", about as the gradient promised" : ", but not as the gradient promised: the step leaves its neighbourhood"}.${taken}`;
  }

  curvePoints() {
    const rates = Array.from({ length: N_CURVE }, (_, i) => LOWEST * (HIGHEST / LOWEST) ** (i / (N_CURVE - 1)));
    return { rates, results: rates.map((rate) => this.result(this.after(this.values, this.run.grads, rate))) };
  }

  drawCurve(colours) {
    const { plane } = this;
    const { rates, results } = this.curvePoints();
    const { before } = this;
    const size = this.weights.reduce((sum, at) => sum + this.run.grads[at] ** 2, 0);
    const fine = Number.isFinite(before) && Number.isFinite(size);
    const lowest = fine ? Math.min(before, ...results.filter(Number.isFinite)) : 0;
    const room = Math.max(fine ? before - lowest : 1, 1e-3 * Math.abs(before || 1), 1e-9);
    if (fine) plane.span({ y: [lowest - 0.15 * room, before + 0.9 * room] });
    plane.begin(colours);
    if (!fine) plane.text("none", 0.1, (plane.yAxis.low + plane.yAxis.high) / 2, "no number to draw", { anchor: "middle", size: 14 });
    else {
      plane.line("before", [LOWEST, HIGHEST], [before, before], { colour: colours.ink(0.4), width: 1 });
      plane.text("before", LOWEST, before, "before the step", { dx: 6, dy: -6, colour: colours.ink(0.7) });
      plane.line("promise", rates, rates.map((rate) => before - rate * size), { colour: colours.categories[2], dash: "6 4" });
      plane.line("result", rates, results, { colour: colours.positive, width: 2.5 });
      const place = Number.isFinite(this.then) ? this.then : plane.yAxis.high;
      plane.handle("rate", this.rate, Math.min(plane.yAxis.high, Math.max(plane.yAxis.low, place)), {
        label: "Learning rate", says: `${short(this.rate)}, result ${short(this.then)}`, colour: colours.positive, lock: "y",
        moved: (rate) => { this.rate = rate; this.slider.set(rate); this.changed(); },
      });
    }
    plane.end();
  }

  rows() {
    const next = this.after(this.values, this.run.grads);
    return [["weight", "before", "gradient", "after"], ...this.weights.map((at) => [this.nodes[at].name, this.values[this.nodes[at].name], this.run.grads[at], next[this.nodes[at].name]])];
  }

  curveRows() {
    const { rates, results } = this.curvePoints();
    return [["learning rate", "result"], ...rates.map((rate, i) => [rate, results[i]])];
  }

  get state() {
    return { rate: this.rate, before: String(this.before), then: String(this.then), verdict: this.verdict.textContent, n_steps: this.n_steps };
  }
}
