// A chain of single neurons: how much of the last one's gradient arrives at each before it. models/chain.py once more.

import { element, setText } from "../elements.js";
import { number } from "../numbers.js";
import { Card, Sketch } from "./base.js";
import { bar, ChoiceRow, Slider } from "./knobs.js";
import { Plane } from "./plane.js";
import { OPERATIONS } from "./scalar_engine.js";

const FLOOR = 1e-16; // of the axis; what is smaller is drawn at its foot
const CEILING = 1e8;
const TINY = 1e-3;
const HUGE = 1e3;

export default class ChainSketch extends Sketch {
  constructor(host) {
    super(host);
    this.choice = { activation: "sigmoid", depth: 10, weight: 1, x: 0.5 };
    this.plane = new Plane({
      label: "Gradient at each neuron of the chain", height: 330, margin: { left: 66 },
      x: { low: -0.5, high: 10.5, title: "neuron (0 is the input)" }, y: { low: FLOOR, high: CEILING, log: true, title: "size of ∂last/∂neuron" },
    });
    this.words = element("p", { className: "sk-words", role: "status" });
    this.card = new Card(host, "Gradient along a chain of neurons", { wide: true, picture: () => this.plane, table: () => this.table() });
    this.root.append(this.card.element);
  }

  show(data) {
    super.show(data);
    if (this.knobs) return;
    const pick = (name) => (value) => { this.choice[name] = value; this.changed(); };
    const { choice } = this;
    this.knobs = [
      new ChoiceRow({ label: "Activation", options: data.activations, value: choice.activation, input: pick("activation") }),
      new Slider({ label: "Neurons", low: 1, high: data.max_depth, step: 1, value: choice.depth, text: String, input: pick("depth") }),
      new Slider({ label: "Weight w of each", low: -data.max_weight, high: data.max_weight, step: 0.05, value: choice.weight, input: pick("weight") }),
      new Slider({ label: "Input x", low: -2, high: 2, step: 0.05, value: choice.x, input: pick("x") }),
    ];
    this.card.body.append(bar(...this.knobs), this.plane.element, this.words);
  }

  compute() {
    const { activation, depth, weight, x } = this.choice;
    const [value, slopes] = OPERATIONS[activation];
    const values = [x];
    const factors = [];
    for (let i = 0; i < depth; i += 1) {
      const z = weight * values[i];
      values.push(value(z));
      factors.push(weight * slopes(values[i + 1], z)[0]);
    }
    const grads = [1];
    for (let i = depth - 1; i >= 0; i -= 1) grads.unshift(grads[0] * factors[i]);
    return { values, grads };
  }

  draw() {
    if (!this.knobs) return;
    const { plane, colours } = this;
    const { depth } = this.choice;
    this.run = this.compute();
    const sizes = this.run.grads.map(Math.abs);
    plane.span({ x: [-0.5, depth + 0.5] });
    plane.begin(colours);
    plane.line("one", [-0.5, depth + 0.5], [1, 1], { colour: colours.ink(0.4), width: 1, dash: "4 4" });
    plane.line("curve", sizes.map((_, i) => i), sizes.map((size) => within(size)), { colour: colours.ink(0.5), width: 1.5 });
    sizes.forEach((size, i) => {
      const off = size < FLOOR || size > CEILING;
      plane.dot(`at ${i}`, i, within(size), { radius: 5.5, colour: this.run.grads[i] < 0 ? colours.negative : colours.positive, diamond: this.run.grads[i] < 0, opacity: off ? 0.45 : 1 });
    });
    plane.text("first", 0, within(sizes[0]), number(this.run.grads[0]), { dx: 10, dy: sizes[0] > 1 ? 18 : -10, weight: 600 });
    plane.end();
    setText(this.words, this.sentence(sizes));
  }

  sentence(sizes) {
    const { depth, activation, weight } = this.choice;
    const first = `Of the last neuron's gradient, ${number(sizes[0])} arrives at the input`;
    if (sizes[0] === 0) return `Nothing arrives at the input: ${activation === "relu" && weight !== 0 ? "a ReLU below zero has slope 0 and stops it" : "a weight of 0, or a neuron on its flat end, stops it"}.`;
    const each = sizes[0] ** (1 / depth);
    const factor = `a factor of ${number(each)} for each neuron, on average (w · f′)`;
    if (sizes[0] < TINY) return `${first}: ${factor}. It vanishes, and the first layers hardly learn.`;
    if (sizes[0] > HUGE) return `${first}: ${factor}. It explodes, and one step throws the first layers far away.`;
    return `${first}: ${factor}.`;
  }

  table() {
    const { values, grads } = this.compute();
    return [["neuron", "value", "gradient"], ...values.map((value, i) => [i, value, grads[i]])];
  }

  get state() {
    return { ...this.choice, ...this.compute(), words: this.words.textContent };
  }
}

const within = (size) => Math.min(CEILING, Math.max(FLOOR, size));
