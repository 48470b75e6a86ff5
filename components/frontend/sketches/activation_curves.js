// One activation and its slope on the same axes, and a point to drag along them.

import { element, setText } from "../elements.js";
import { swatch } from "../legend.js";
import { number } from "../numbers.js";
import { ACTIVATIONS } from "./activation_formulas.js";
import { Card, Sketch } from "./base.js";
import { bar, ChoiceRow, Slider, Toggle } from "./knobs.js";
import { Plane } from "./plane.js";

const POINTS = 361;
const NEURONS = 30; // in a row, to say what becomes of a gradient
const REACH = 1.4; // of the tangent, to either side

export default class ActivationCurves extends Sketch {
  show(data) {
    super.show(data);
    const labels = Object.fromEntries(Object.entries(data.curves).map(([name, { label }]) => [name, label]));
    this.name = Object.hasOwn(data.curves, data.activation) ? data.activation : Object.keys(data.curves)[0];
    this.z = data.z;
    this.others = false;
    this.choice = new ChoiceRow({ label: "Activation", options: labels, value: this.name, input: (name) => this.pick(name) });
    this.knobs = element("div");
    this.formula = element("p", { className: "sk-words" });
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    this.plane = new Plane({
      label: "The activation f and its slope f′", height: 360, x: { low: data.low, high: data.high, title: "weighted sum z" },
      y: { low: -1.6, high: 6.2, title: "f(z) and f′(z)" }, press: (z) => this.set({ z }),
    });
    this.legend = element("div", { className: "lv-legend" });
    const card = new Card(this.host, "An activation and its slope", { wide: true, picture: () => this.plane, table: () => this.table() });
    card.body.append(this.choice.element, this.knobs, this.formula, this.plane.element, this.legend, this.words);
    this.root.replaceChildren(element("div", { className: "lv-grid" }, card.element));
    this.pick(this.name);
  }

  get curve() {
    return this.data.curves[this.name];
  }

  pick(name) {
    this.name = name;
    const { alpha } = this.curve;
    this.alpha = alpha?.[2] ?? 0;
    const knobs = [new Toggle({ label: "Show the others too", value: this.others, title: "The other activations as thin lines, without their slopes", input: (others) => this.set({ others }) })];
    if (alpha) knobs.unshift(new Slider({ label: "α", low: alpha[0], high: alpha[1], step: 0.01, value: this.alpha, input: (value) => this.set({ alpha: value }) }));
    this.knobs.replaceChildren(bar(...knobs));
    this.plane.span({ y: [...this.curve.axis] });
    this.changed();
  }

  set(values) {
    Object.assign(this, values);
    this.changed();
  }

  /** f and f′ at z; another activation has its usual α. */
  of(name, z = this.z) {
    const alpha = name === this.name ? this.alpha : this.data.curves[name].alpha?.[2] ?? 0;
    return ACTIVATIONS[name].map((function_) => function_(z, alpha));
  }

  /** Places to draw at; a kink or a jump at 0 needs a point on either side, or its corner is cut. */
  get zs() {
    const { low, high } = this.data;
    const zs = Array.from({ length: POINTS }, (_, i) => low + ((high - low) * i) / (POINTS - 1));
    return [...zs.filter((z) => z < 0), -1e-9, 1e-9, ...zs.filter((z) => z > 0)];
  }

  draw() {
    const { plane, colours, z, name } = this;
    const [ofValue, ofSlope] = colours.categories;
    const [value, slope] = this.of(name);
    const zs = this.zs;
    const { low, high } = this.data;
    const [bottom, top] = this.curve.axis;
    plane.begin(colours);
    plane.line("zero", [low, high], [0, 0], { colour: colours.ink(0.45), width: 1 });
    plane.line("middle", [0, 0], [bottom, top], { colour: colours.ink(0.25), width: 1 });
    if (this.others) {
      for (const other of Object.keys(this.data.curves)) {
        if (other !== name) plane.line(`other ${other}`, zs, zs.map((at) => this.of(other, at)[0]), { colour: colours.ink(0.3), width: 1.2 });
      }
    }
    plane.line("slope", zs, zs.map((at) => this.of(name, at)[1]), { colour: ofSlope, width: 2.5, dash: "7 5" });
    plane.line("value", zs, zs.map((at) => this.of(name, at)[0]), { colour: ofValue, width: 3.2 });
    plane.line("tangent", [z - REACH, z + REACH], [value - slope * REACH, value + slope * REACH], { colour: colours.ink(0.9), width: 1.8 });
    plane.line("down", [z, z], [value, slope], { colour: colours.ink(0.5), width: 1.2, dash: "2 4" });
    plane.dot("slope here", z, slope, { colour: ofSlope, radius: 6, diamond: true });
    plane.handle("point", z, Math.max(bottom, Math.min(top, value)), {
      label: "weighted sum z", says: `z ${number(z)}, f ${number(value)}, slope ${number(slope)}`, colour: ofValue, radius: 9, lock: "y", step: 0.01,
      moved: (at) => this.set({ z: at }),
    });
    plane.end();
    this.tell(value, slope);
  }

  tell(value, slope) {
    const { curve, colours } = this;
    setText(this.formula, `f(z) = ${curve.words}. f′(z) = ${curve.slope_words}. ${curve.remark}`);
    const through = Math.abs(slope) ** NEURONS;
    const passes = slope === 0 ? "nothing of a gradient passes" : Math.abs(slope) === 1 ? "a gradient passes unchanged" : `a gradient goes on multiplied by ${number(slope)}`;
    const row = slope === 0 || Math.abs(slope) === 1 ? "" : `; through ${NEURONS} such neurons with weight 1, ${number(through)} of it is left`;
    setText(this.words, `At z = ${number(this.z)}: f = ${number(value)}, f′ = ${number(slope)}. On its way back ${passes}${row}.`);
    const entries = [["f, the value", colours.categories[0]], ["f′, the slope (dashed)", colours.categories[1]]];
    this.legend.replaceChildren(...entries.map(([text, colour]) => swatch(colour, element("span", { text }))));
  }

  table() {
    return [["z", `f (${this.curve.label})`, "f′"], ...this.zs.map((z) => [z, ...this.of(this.name, z)])];
  }

  get state() {
    const [value, slope] = this.of(this.name);
    return { name: this.name, z: this.z, value, slope, alpha: this.alpha, others: this.others, words: this.words.textContent, formula: this.formula.textContent };
  }
}
