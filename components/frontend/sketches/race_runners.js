// The table of the rules: who races, who is looked at, how each ended; and the numbers of the one that is looked at.

import { element, scroller, setText } from "../elements.js";
import { number } from "../numbers.js";
import { bar, Slider } from "./knobs.js";

export class Runners {
  constructor(race) {
    this.race = race;
    const { rules } = race.data;
    this.lines = new Map(Object.entries(rules).map(([rule, { label }]) => [rule, this.line(rule, label)]));
    const head = element("tr", {}, ...["rule", "loss now", "how it ends"].map((text) => element("th", { text, scope: "col" })));
    const body = element("tbody", {}, ...[...this.lines.values()].map(({ row }) => row));
    this.heading = element("p", { className: "sk-words sk-verdict" });
    this.formula = element("p", { className: "sk-words" });
    this.knobs = element("div", { className: "sk-race-knobs" });
    const table = element("table", { className: "sk-table sk-race-table" }, element("thead", {}, head), body);
    this.element = element("div", {}, scroller("How each rule fares", table), this.heading, this.formula, this.knobs);
  }

  line(rule, label) {
    const { race } = this;
    const tick = element("input", { type: "checkbox", "aria-label": `${label} races`, title: "Let it race", on: { change: () => this.toggle(rule, tick.checked) } });
    const swatch = element("span", { className: "sk-race-swatch", "aria-hidden": "true" });
    const name = element("button", { type: "button", className: "lv-button lv-choice sk-race-name", text: label, title: `Look at ${label}: its terms and numbers`, "data-rule": rule, on: { click: () => race.choose(rule) } });
    const [loss, end] = [element("td"), element("td", { className: "sk-race-end" })];
    const row = element("tr", { "data-rule": rule }, element("td", { className: "sk-race-who" }, tick, swatch, name), loss, end);
    return { row, tick, swatch, name, loss, end };
  }

  toggle(rule, races) {
    const { race } = this;
    const runners = Object.keys(race.data.rules).filter((name) => (name === rule ? races : race.runners.includes(name)));
    if (races) race.chosen = rule;
    race.set({ runners });
    this.take();
  }

  /** Show the race's settings as they are now. */
  take() {
    const { race, race: { chosen, data: { rules } } } = this;
    const { label, formula, knobs } = rules[chosen];
    for (const [rule, { tick, name }] of this.lines) {
      tick.checked = race.runners.includes(rule);
      name.setAttribute("aria-pressed", String(rule === chosen));
    }
    setText(this.heading, label);
    setText(this.formula, formula);
    if (this.built !== chosen) {
      this.built = chosen;
      this.sliders = Object.entries(knobs).map(([knob, { label: text, low, high, log }]) => [knob, new Slider({
        label: text, low, high, log, step: (high - low) / 1000, value: race.numbers[chosen][knob], input: (value) => this.turn(knob, value),
      })]);
      this.knobs.replaceChildren(bar(...this.sliders.map(([, slider]) => slider)));
    }
    for (const [knob, slider] of this.sliders) slider.set(race.numbers[chosen][knob]);
  }

  turn(knob, value) {
    const { race } = this;
    race.numbers[race.chosen][knob] = value;
    race.ask();
  }

  draw() {
    const { race } = this;
    for (const [rule, { swatch, loss, end }] of this.lines) {
      const path = race.paths.get(rule);
      swatch.style.background = race.colour(rule);
      setText(loss, path ? number(race.row(rule, race.player.at)[2]) : "–");
      setText(end, path ? path.words : "does not race");
    }
  }

  rows() {
    const { race } = this;
    return [["rule", "outcome", "step", "in words"], ...[...race.paths.values()].map(({ rule, outcome, step, words }) => [race.data.rules[rule].label, outcome, step ?? "", words])];
  }
}
