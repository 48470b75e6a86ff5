// One sigmoid that should answer 1 and is sure of 0: two losses over its logit, and both of them descending.

import { element, setText } from "../elements.js";
import { count, number, percent } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, Slider } from "./knobs.js";
import { CONFIDENCE, descend, sigmoid } from "./losses.js";
import { Plane } from "./plane.js";
import { Player } from "./player.js";

const LOSSES = { cross_entropy: "cross-entropy", mse: "squared error" };
const DASHES = { cross_entropy: "", mse: "8 4" };
const [LOW, HIGH] = [-10, 6];

export default class LossConfidence extends Sketch {
  show(data) {
    super.show(data);
    Object.assign(this, { start: data.start, rate: data.rate });
    const x = { low: LOW, high: HIGH, title: "logit o" };
    this.values = new Plane({ label: "Loss over the logit", x, y: { low: -0.3, high: 10, title: "loss" }, height: 300 });
    this.slopes = new Plane({ label: "Slope over the logit", x, y: { low: -1.1, high: 0.1, title: "slope ∂loss/∂o" }, height: 300 });
    const last = data.steps[data.steps.length - 1];
    this.courses = new Plane({ label: "Probability of the right answer, step by step", x: { low: 0.9, high: last, log: true, title: "step" }, y: { low: 0, high: 1.05, title: "p = σ(o), should be 1" }, height: 260 });
    this.slider = new Slider({ label: "starting logit", low: LOW, high: 2, step: 0.1, value: this.start, text: (o) => `${number(o)} (p = ${percent(sigmoid(o))})`, input: (start) => this.set({ start }) });
    this.rateSlider = new Slider({ label: "learning rate η", low: 0.1, high: 10, log: true, value: this.rate, input: (rate) => this.set({ rate }) });
    this.player = new Player({ label: "Steps of gradient descent", rate: 12, moved: () => this.changed(), name: (at) => `step ${count(data.steps[at])}` });
    this.player.hold(data.steps.length, 0);
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    const table = () => this.table();
    const card = (title, plane, options = {}) => {
      const made = new Card(this.host, title, { picture: () => plane, table, ...options });
      made.body.append(plane.element);
      return made;
    };
    const race = card("Both descend from the same wrong answer", this.courses, { wide: true });
    race.body.prepend(bar(this.slider, this.rateSlider), this.player.element, this.words);
    this.root.replaceChildren(grid(race, card("Loss over the logit", this.values), card("Slope: what moves the logit", this.slopes)));
    this.run();
  }

  set(values) {
    Object.assign(this, values);
    this.run();
    this.changed();
  }

  run() {
    const { steps } = this.data;
    this.course = Object.fromEntries(Object.keys(LOSSES).map((loss) => [loss, descend(loss, this.start, this.rate, steps[steps.length - 1])]));
  }

  get step() {
    return this.data.steps[this.player.at];
  }

  draw() {
    const { colours, values, slopes, courses, step, data: { steps } } = this;
    for (const plane of [values, slopes, courses]) plane.begin(colours);
    const xs = Array.from({ length: 161 }, (_, i) => LOW + ((HIGH - LOW) * i) / 160);
    courses.line("half", [0.9, courses.xAxis.high], [0.5, 0.5], { colour: colours.ink(0.4), width: 1, dash: "4 4" });
    Object.entries(LOSSES).forEach(([loss, name], i) => {
      const colour = colours.categories[i];
      const style = { colour, width: 2.5, dash: DASHES[loss] };
      const [value, slope] = CONFIDENCE[loss];
      const o = this.course[loss][step];
      values.line(loss, xs, xs.map(value), style);
      slopes.line(loss, xs, xs.map(slope), style);
      const shown = steps.filter((at) => at > 0);
      courses.line(`all ${loss}`, shown, shown.map((at) => sigmoid(this.course[loss][at])), { ...style, opacity: 0.3 });
      const passed = shown.filter((at) => at <= step);
      courses.line(`passed ${loss}`, passed, passed.map((at) => sigmoid(this.course[loss][at])), style);
      courses.dot(`now ${loss}`, Math.max(1, step), sigmoid(o), { colour, radius: 7 });
      values.dot(`now ${loss}`, o, value(o), { colour, radius: 8 });
      slopes.dot(`now ${loss}`, o, slope(o), { colour, radius: 8 });
      values.text(`name ${loss}`, HIGH, 10, name, { anchor: "end", dx: -8, dy: 18 + 18 * i, colour, weight: 600 });
      slopes.text(`name ${loss}`, HIGH, -1.1, name, { anchor: "end", dx: -8, dy: -12 - 18 * (1 - i), colour, weight: 600 });
      courses.text(`name ${loss}`, 0.9, 1.05, name, { dx: 10, dy: 20 + 18 * i, colour, weight: 600 });
    });
    values.handle("start", this.start, 0, {
      label: "starting logit", lock: "y", diamond: true, radius: 7, step: 0.01, colour: colours.ink(0.8),
      moved: (x) => {
        this.slider.set(x);
        this.set({ start: this.slider.value });
      },
    });
    for (const plane of [values, slopes, courses]) plane.end();
    this.tell();
  }

  /** Steps until a loss answers rightly, or null. */
  turned(loss) {
    const at = this.course[loss].findIndex((o) => o > 0);
    return at < 0 ? null : at;
  }

  tell() {
    const { step } = this;
    const now = Object.entries(LOSSES).map(([loss, name]) => {
      const o = this.course[loss][step];
      return `${name}: p ${percent(sigmoid(o))}, slope ${number(CONFIDENCE[loss][1](o))}`;
    });
    const last = this.data.steps[this.data.steps.length - 1];
    const turns = Object.entries(LOSSES).map(([loss, name]) => {
      const at = this.turned(loss);
      return at === null ? `${name} not within ${count(last)} steps` : `${name} after ${count(at)}`;
    });
    setText(this.words, `Step ${count(step)}. ${now.join(" · ")}. Past one half: ${turns.join(", ")}.`);
  }

  table() {
    return [["step", ...Object.values(LOSSES).flatMap((name) => [`logit under ${name}`, `p under ${name}`])],
      ...this.data.steps.map((at) => [at, ...Object.keys(LOSSES).flatMap((loss) => [this.course[loss][at], sigmoid(this.course[loss][at])])])];
  }

  get state() {
    const now = Object.fromEntries(Object.keys(LOSSES).map((loss) => [loss, { logit: this.course[loss][this.step], turned: this.turned(loss) }]));
    return { start: this.start, rate: this.rate, step: this.step, playing: this.player.playing, ...now };
  }

  close() {
    this.player.pause();
  }
}
