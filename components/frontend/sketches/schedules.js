// Learning-rate schedules as curves; a marker reads them at any step.

import { element, setText } from "../elements.js";
import { percent } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, ChoiceRow } from "./knobs.js";
import { Plane } from "./plane.js";
import { DASHES } from "./race.js";

export default class Schedules extends Sketch {
  show(data) {
    super.show(data);
    const { curves } = data;
    const names = Object.keys(curves);
    this.chosen ??= names[0];
    this.length = curves[names[0]].rates.length;
    this.at ??= Math.round(this.length / 3);
    this.plane = new Plane({
      label: "Learning rate over a run", x: { low: 0, high: 100, title: "part of the run (%)" }, y: { low: 0, high: 1.08, title: "share of the base rate η₀" }, height: 290,
      press: (x) => this.read(x),
    });
    this.choice = new ChoiceRow({ label: "Schedule", value: this.chosen, options: Object.fromEntries(names.map((name) => [name, curves[name].label])), input: (name) => this.pick(name) });
    this.about = element("p", { className: "sk-words" });
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    const card = new Card(this.host, "Learning rate over a run", { picture: () => this.plane, table: () => this.rows(), wide: true });
    card.body.append(bar(this.choice), this.about, this.plane.element, this.words);
    this.root.replaceChildren(grid(card));
    this.changed();
  }

  pick(name) {
    this.chosen = name;
    this.changed();
  }

  read(x) {
    this.at = Math.min(this.length - 1, Math.max(0, Math.round((x / 100) * (this.length - 1))));
    this.changed();
  }

  draw() {
    const { plane, colours, data: { curves }, chosen, length } = this;
    const xs = Array.from({ length }, (_, step) => (100 * step) / (length - 1));
    const x = xs[this.at];
    plane.begin(colours);
    plane.line("reading", [x, x], [0, plane.yAxis.high], { colour: colours.ink(0.45), width: 1.5 });
    const names = Object.keys(curves);
    const order = [...names.filter((name) => name !== chosen), chosen];
    for (const name of order) {
      const own = name === chosen;
      const i = names.indexOf(name);
      const colour = colours.categories[i];
      plane.line(name, xs, curves[name].rates, { colour, width: own ? 3.5 : 1.8, dash: DASHES[i], opacity: own ? 1 : 0.6 });
      plane.dot(`at ${name}`, x, curves[name].rates[this.at], { colour, radius: own ? 7 : 4 });
    }
    plane.handle("reading", x, 0, { label: "part of the run", lock: "y", diamond: true, radius: 7, step: 0.01, colour: colours.ink(0.85), moved: (to) => this.read(to) });
    plane.end();
    setText(this.about, `${curves[chosen].label}: ${curves[chosen].words}`);
    setText(this.words, `After ${percent(x / 100)} of the run: ${names.map((name) => `${curves[name].label} ${percent(curves[name].rates[this.at])}`).join(" · ")}.`);
  }

  rows() {
    const { curves } = this.data;
    return [["step", ...Object.values(curves).map(({ label }) => label)],
      ...Array.from({ length: this.length }, (_, step) => [step, ...Object.values(curves).map(({ rates }) => rates[step])])];
  }

  get state() {
    const { chosen, at } = this;
    return { chosen, at, rates: Object.fromEntries(Object.entries(this.data.curves).map(([name, { rates }]) => [name, rates[at]])), words: this.words.textContent };
  }
}
