// Set six weights: two layers of step neurons, a truth table, and the borders that they draw, all following the sliders.

import { element, scroller, setText } from "../elements.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, button, Slider } from "./knobs.js";
import { Plane } from "./plane.js";

const NAMES = ["w₁₁: x₁ → first", "w₁₂: x₂ → first", "w₂₁: x₁ → second", "w₂₂: x₂ → second", "v₁: first → answer", "v₂: second → answer"];
const SIDE = 61;

const step = (sum) => (sum > 0 ? 1 : 0);

export default class TwoLayers extends Sketch {
  constructor(host) {
    super(host);
    this.verdict = element("p", { className: "sk-words sk-verdict", role: "status" });
    this.rows = element("tbody");
    const head = ["x₁", "x₂", "first", "second", "answer", "wanted"].map((text) => element("th", { scope: "col", text }));
    const table = element("table", { className: "sk-table" }, element("thead", {}, element("tr", {}, ...head)), this.rows);
    this.knobs = element("div");
    this.left = new Card(host, "Set six weights", { table: () => this.table() });
    this.left.body.append(this.knobs, scroller("What each neuron answers", table), this.verdict);
    this.plane = new Plane({ label: "What the two layers answer", x: { low: -0.6, high: 1.6, title: "x₁" }, y: { low: -0.6, high: 1.6, title: "x₂" }, height: 340, square: true });
    this.right = new Card(host, "What the two layers answer", { picture: () => this.plane });
    this.right.body.append(this.plane.element, element("p", { className: "lv-hint", text: "Blue: answer 1. Solid line: where the first neuron turns on; dashed: the second." }));
    this.root.append(grid(this.left, this.right));
  }

  show(data) {
    super.show(data);
    this.weights = [...data.start];
    this.sliders = NAMES.map((label, i) => new Slider({
      label, low: data.low, high: data.high, step: 0.1, value: this.weights[i],
      input: (value) => {
        this.weights[i] = Math.round(value * 10) / 10;
        this.changed();
      },
    }));
    const back = button("Start again", () => {
      this.weights = [...this.data.start];
      this.sliders.forEach((slider, i) => slider.set(this.weights[i]));
      this.changed();
    });
    this.knobs.replaceChildren(bar(...this.sliders, back));
  }

  /** [first, second, answer] for inputs. */
  run(x1, x2) {
    const [w11, w12, w21, w22, v1, v2] = this.weights;
    const [b1, b2, b3] = this.data.biases;
    const first = step(w11 * x1 + w12 * x2 + b1);
    const second = step(w21 * x1 + w22 * x2 + b2);
    return [first, second, step(v1 * first + v2 * second + b3)];
  }

  get results() {
    return this.data.corners.map(([x1, x2], i) => ({ x1, x2, units: this.run(x1, x2), wanted: this.data.wanted[i] }));
  }

  get state() {
    const right = this.results.filter(({ units, wanted }) => units[2] === wanted).length;
    return { weights: this.weights, answers: this.results.map(({ units }) => units[2]), right, solved: right === 4 };
  }

  draw() {
    const { right, solved } = this.state;
    this.rows.replaceChildren(...this.results.map(({ x1, x2, units, wanted }) => {
      const good = units[2] === wanted;
      const last = element("td", { text: `${wanted} ${good ? "✓" : "✗"}` });
      last.style.color = good ? this.colours.positive : this.colours.negative;
      return element("tr", {}, ...[x1, x2, ...units].map((value) => element("td", { text: String(value) })), last);
    }));
    setText(this.verdict, solved ? "Solved: two layers compute exclusive or." : `${right} of 4 rows are right.`);
    this.verdict.style.color = solved ? this.colours.positive : this.colours.text ? this.colours.ink(1) : "";
    this.paint();
  }

  paint() {
    const { plane, colours } = this;
    plane.begin(colours);
    const values = new Float32Array(SIDE * SIDE);
    for (let i = 0; i < SIDE * SIDE; i += 1) {
      const [x, y] = [-0.6 + (2.2 * (i % SIDE)) / (SIDE - 1), -0.6 + (2.2 * Math.floor(i / SIDE)) / (SIDE - 1)];
      values[i] = this.run(x, y)[2];
    }
    const shade = (value) => {
      const at = (value ? 200 : 55) * 3;
      return [colours.table[at], colours.table[at + 1], colours.table[at + 2]];
    };
    plane.heat(values, SIDE, SIDE, shade);
    const [w11, w12, w21, w22] = this.weights;
    this.border("first", w11, w12, this.data.biases[0], "");
    this.border("second", w21, w22, this.data.biases[1], "7 5");
    for (const { x1, x2, units, wanted } of this.results) {
      plane.dot(`${x1} ${x2}`, x1, x2, { radius: 8, colour: colours.ofClass(wanted, 2), width: 2 });
      if (units[2] !== wanted) plane.text(`${x1} ${x2} wrong`, x1, x2, "✗", { dx: 11, dy: 5, size: 16, weight: 700 });
    }
    plane.end();
  }

  border(key, a, b, c, dash) {
    if (a === 0 && b === 0) return;
    const far = 4;
    const [xs, ys] = Math.abs(b) > Math.abs(a)
      ? [[-far, far], [-far, far].map((x) => -(a * x + c) / b)]
      : [[-far, far].map((y) => -(b * y + c) / a), [-far, far]];
    this.plane.line(key, xs, ys, { width: 2.5, dash });
  }

  table() {
    return [["x1", "x2", "first", "second", "answer", "wanted"], ...this.results.map(({ x1, x2, units, wanted }) => [x1, x2, ...units, wanted])];
  }
}
