// The numbers of one step of the chosen rule, with the colours of their arrows.

import { element, setText } from "../elements.js";
import { number } from "../numbers.js";

export const TERMS = ["gradient", "velocity", "scale", "step"];
const WORDS = {
  gradient: "gradient g: uphill; the arrow shows −g",
  velocity: "velocity: what the past has made of the gradients; the arrow shows it negated",
  scale: "adaptive scale: what each coordinate is multiplied by, as a box",
  step: "step: what is added to the place, in its true length",
};

export class TermTable {
  constructor(race) {
    this.race = race;
    this.words = element("p", { className: "sk-words" });
    this.lines = TERMS.map((name) => {
      const swatch = element("span", { className: "sk-race-swatch", "aria-hidden": "true" });
      const [x, y] = [element("td"), element("td")];
      return { name, swatch, x, y, row: element("tr", { title: WORDS[name] }, element("td", { className: "sk-race-who" }, swatch, element("span", { text: name })), x, y) };
    });
    const head = element("tr", {}, ...["term", "x", "y"].map((text) => element("th", { text, scope: "col" })));
    const table = element("table", { className: "sk-table" }, element("thead", {}, head), element("tbody", {}, ...this.lines.map(({ row }) => row)));
    const key = element("ul", { className: "sk-race-key" }, ...TERMS.map((name) => element("li", { text: WORDS[name] })));
    this.element = element("div", {}, this.words, table, key);
  }

  draw() {
    const { race, race: { colours, term, chosen, player } } = this;
    const colour = { gradient: colours.positive, velocity: colours.negative, scale: colours.categories[4], step: colours.ink(1) };
    for (const { name, swatch, x, y } of this.lines) {
      swatch.style.background = colour[name];
      setText(x, term ? number(term[name][0]) : "–");
      setText(y, term ? number(term[name][1]) : "–");
    }
    const { label } = race.data.rules[chosen];
    const races = race.paths.has(chosen);
    setText(this.words, term ? `${label}, from step ${player.at} to ${player.at + 1}.` : races ? `${label} has taken its last step; go back to see one.` : `${label} does not race. Tick it in the table.`);
  }

  rows() {
    const { term } = this.race;
    return [["term", "x", "y"], ...TERMS.map((name) => [name, ...(term?.[name] ?? ["", ""])])];
  }
}
