// One loss and one prediction: the value, its slope, and which way a step downhill moves.

import { element, setText } from "../elements.js";
import { swatch } from "../legend.js";
import { number } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, ChoiceRow, Slider, Toggle } from "./knobs.js";
import { CURVES } from "./losses.js";
import { Plane } from "./plane.js";

const POINTS = 241;

export default class LossCurves extends Sketch {
  constructor(host) {
    super(host);
    this.delta = 1;
    this.others = false;
    this.built = null;
  }

  show(data) {
    super.show(data);
    this.loss = Object.hasOwn(data.curves, data.loss) ? data.loss : Object.keys(data.curves)[0];
    const labels = Object.fromEntries(Object.entries(data.curves).map(([name, { label }]) => [name, label]));
    this.choice = new ChoiceRow({ label: "Loss", options: labels, value: this.loss, input: (loss) => this.pick(loss) });
    this.knobs = element("div");
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    this.formula = element("p", { className: "sk-words" });
    this.legend = element("div", { className: "lv-legend" });
    this.plots = element("div");
    const main = new Card(this.host, "A loss and its slope", { wide: true });
    main.body.append(this.choice.element, this.formula, this.knobs, this.words, this.legend);
    const outer = element("div", { className: "lv-grid" }, main.element);
    this.root.replaceChildren(outer, this.plots);
    this.plots.style.marginTop = "14px";
    this.pick(this.loss);
  }

  get curve() {
    return this.data.curves[this.loss];
  }

  pick(loss) {
    this.loss = loss;
    [this.x, this.target] = this.curve.start;
    this.build();
    this.changed();
  }

  /** Knobs and planes of the chosen loss. */
  build() {
    const { curve } = this;
    const knobs = [];
    if (curve.choice) {
      knobs.push(new ChoiceRow({
        label: curve.target, options: { 0: "class 0", 1: "class 1" }, value: String(this.target),
        input: (value) => this.set({ target: Number(value) }),
      }));
    } else {
      const [low, high] = curve.targets;
      this.slider = new Slider({ label: curve.target, low, high, step: 0.01, value: this.target, input: (target) => this.set({ target }) });
      knobs.push(this.slider);
    }
    if (this.loss === "huber") knobs.push(new Slider({ label: "δ: where the parabola turns straight", low: 0.1, high: 4, step: 0.05, value: this.delta, input: (delta) => this.set({ delta }) }));
    if (this.family.length > 1) knobs.push(new Toggle({ label: "Show its relatives", value: this.others, title: "The other losses of the same prediction, as thin lines", input: (others) => this.set({ others }) }));
    this.knobs.replaceChildren(bar(...knobs));
    const x = { low: curve.low, high: curve.high, title: curve.axis };
    this.valuePlane = new Plane({ label: `${curve.label}: value`, x, y: { low: Math.min(0, curve.top * -0.03), high: curve.top, title: `loss${curve.unit ? ` (${curve.unit})` : ""}` }, height: 330, press: (at) => this.set({ x: at }) });
    this.slopePlane = new Plane({ label: `${curve.label}: slope`, x, y: { low: -curve.steep, high: curve.steep, title: "slope ∂loss/∂prediction" }, height: 330, press: (at) => this.set({ x: at }) });
    const table = () => this.table();
    const value = new Card(this.host, "Loss: how wrong", { picture: () => this.valuePlane, table });
    const slope = new Card(this.host, "Slope: how hard it pulls", { picture: () => this.slopePlane, table });
    value.body.append(this.valuePlane.element);
    slope.body.append(this.slopePlane.element);
    this.plots.replaceChildren(grid(value, slope));
  }

  set(values) {
    Object.assign(this, values);
    this.changed();
  }

  /** The losses that judge the same prediction: this one last, so that it is drawn on top. */
  get family() {
    const { family, target } = this.curve;
    return Object.entries(this.data.curves).filter(([, other]) => other.family === family && other.target === target).map(([name]) => name);
  }

  of(loss, x = this.x) {
    const [value, slope] = CURVES[loss];
    return { value: value(x, this.target, this.delta), slope: slope(x, this.target, this.delta) };
  }

  get xs() {
    const { low, high } = this.curve;
    const xs = Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
    // A kink or a jump needs a point on either side, or its corner is cut.
    const kinks = { mae: [0], hinge: [this.target === 1 ? 1 : -1], categorical_hinge: [1 + this.target] }[this.loss] ?? [];
    for (const kink of kinks) {
      const at = this.loss === "mae" ? this.target : kink;
      xs.push(at - 1e-9, at + 1e-9);
    }
    return xs.sort((a, b) => a - b);
  }

  draw() {
    const { curve, colours } = this;
    const here = this.of(this.loss);
    const xs = this.xs;
    const names = this.others ? this.family : [this.loss];
    const colourOf = (name) => colours.categories[this.family.indexOf(name) % colours.categories.length];
    for (const [plane, part] of [[this.valuePlane, "value"], [this.slopePlane, "slope"]]) {
      plane.begin(colours);
      if (part === "slope") plane.line("zero", [curve.low, curve.high], [0, 0], { colour: colours.ink(0.45), width: 1 });
      if (!curve.choice) this.drawTarget(plane, part);
      for (const name of names) {
        const own = name === this.loss;
        plane.line(`curve ${name}`, xs, xs.map((x) => this.of(name, x)[part]), { colour: colourOf(name), width: own ? 3 : 1.6, dash: own ? "" : "5 4" });
      }
    }
    this.legend.replaceChildren(...(names.length > 1 ? names : []).map((name) => swatch(colourOf(name), element("span", { text: this.data.curves[name].label }))));
    this.drawPoint(here, colourOf(this.loss));
    this.valuePlane.end();
    this.slopePlane.end();
    this.tell(here);
  }

  drawTarget(plane, part) {
    const { yAxis: { low, high } } = plane;
    if (this.curve.family === "right") return;
    plane.line("target", [this.target, this.target], [low, high], { colour: this.colours.ink(0.55), width: 1.5, dash: "3 4" });
    if (part === "value") plane.text("target name", this.target, high, this.curve.family === "share" ? "t" : "y", { dx: 5, dy: 14, weight: 700 });
    if (part !== "value" || this.curve.family !== "number") return;
    plane.handle("target", this.target, 0, {
      label: "target", diamond: true, radius: 7, lock: "y", colour: this.colours.ink(0.8),
      moved: (x) => {
        const [least, most] = this.curve.targets;
        this.target = Math.min(most, Math.max(least, x));
        this.slider.set(this.target);
        this.changed();
      },
    });
  }

  drawPoint({ value, slope }, colour) {
    const { curve, valuePlane, slopePlane, colours } = this;
    const reach = (curve.high - curve.low) * 0.17;
    valuePlane.line("tangent", [this.x - reach, this.x + reach], [value - slope * reach, value + slope * reach], { colour: colours.ink(0.9), width: 2 });
    const shown = Math.min(value, curve.top);
    const step = Math.max(-reach * 1.3, Math.min(reach * 1.3, -slope * reach * (curve.family === "share" ? 0.25 : 0.7)));
    valuePlane.arrow("step", this.x, 0, this.x + step, 0, { colour: colours.ink(0.9), width: 3 });
    slopePlane.line("height", [this.x, this.x], [0, slope], { colour, width: 2, dash: "3 3" });
    const common = { label: "prediction", says: `${number(this.x)}, loss ${number(value)}, slope ${number(slope)}`, colour, radius: 9, step: 0.01, moved: (x) => this.set({ x }) };
    valuePlane.handle("prediction", this.x, shown, { ...common, lock: "y" });
    slopePlane.handle("slope", this.x, Math.max(-curve.steep, Math.min(curve.steep, slope)), { ...common, lock: "y" });
  }

  tell({ value, slope }) {
    const { curve } = this;
    const way = Math.abs(slope) < 1e-12 ? "A step downhill does not move it" : `A step downhill moves it ${slope > 0 ? "left" : "right"}`;
    const size = Math.abs(slope) < 1e-12 ? "." : `, by ${number(Math.abs(slope) * 0.1)} at a learning rate of 0.1.`;
    const unit = curve.unit ? ` ${curve.unit}` : "";
    setText(this.formula, `Loss: ${curve.formula}. Slope: ${curve.slope_formula}.`);
    setText(this.words, `Prediction ${number(this.x)}, ${curve.target} ${number(this.target)}: loss ${number(value)}${unit}, slope ${number(slope)}. ${way}${size}`);
  }

  table() {
    const { curve } = this;
    return [[curve.axis, `loss (${curve.label})`, "slope"], ...this.xs.map((x) => [x, this.of(this.loss, x).value, this.of(this.loss, x).slope])];
  }

  get state() {
    const here = this.of(this.loss);
    return { loss: this.loss, x: this.x, target: this.target, delta: this.delta, ...here, others: this.others, words: this.words.textContent };
  }
}
