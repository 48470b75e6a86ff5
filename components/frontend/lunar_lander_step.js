// One step of a flight: the chance of each action before and after the update, and how good it turned out.

import { element, setText } from "./elements.js";
import { bracketed, number } from "./numbers.js";

export const ACTIONS = ["engines off", "push left", "main engine", "push right"];
const signed = (value) => `${value > 0 ? "+" : ""}${number(value)}`;
const percent = (share) => `${Math.round(100 * share)}`;

/** A pair of bars for each action: before the update, and once it was made. */
export class ChancesMoved {
  constructor() {
    this.rows = ACTIONS.map((name) => {
      const row = { name: element("span", { className: "lv-chance-name", text: name }), before: element("span", { className: "lv-score-bar" }), after: element("span", { className: "lv-score-bar lv-moon-after" }), share: element("span", { className: "lv-chance-share" }) };
      const bars = element("span", { className: "lv-moon-bars" }, element("span", { className: "lv-score-track" }, row.before), element("span", { className: "lv-score-track" }, row.after));
      row.element = element("div", { className: "lv-chance", role: "listitem" }, row.name, bars, row.share);
      return row;
    });
    this.element = element("div", { className: "lv-chances lv-moon-chances", role: "list" }, ...this.rows.map((row) => row.element));
  }

  show(before, after, taken) {
    this.rows.forEach((row, k) => {
      row.before.style.width = `${100 * before[k]}%`;
      row.after.style.width = `${100 * after[k]}%`;
      setText(row.share, `${percent(before[k])} → ${percent(after[k])} %`);
      setText(row.name, k === taken ? `${ACTIONS[k]} ✓` : ACTIONS[k]);
      row.element.classList.toggle("lv-moon-taken", k === taken);
    });
  }
}

/** The step in words: told is what `LunarLander.step` gives. */
export class MoonStep {
  constructor() {
    this.chances = new ChancesMoved();
    this.where = element("p", { className: "sk-words" });
    this.lines = Array.from({ length: 2 }, () => element("div", { className: "lv-sum-line" }));
    this.verdict = element("p", { className: "sk-words sk-verdict" });
    const legend = element("p", { className: "lv-hint", text: "Chances: grey before the update, blue after it; ✓ is what was drawn." });
    this.element = element("div", { className: "lv-pole-step" }, this.where, this.chances.element, legend, element("div", { className: "lv-sum" }, ...this.lines), this.verdict);
  }

  draw(told) {
    const { action, before, after, advantage, mean, result, expected, learned } = told;
    this.chances.show(before, after, action);
    setText(this.where, `Flight ${told.number}, step ${told.t + 1} of ${told.length}. This step earned ${signed(told.reward)}, the flight so far ${signed(told.soFar)}.`);
    const better = advantage - mean; // what is left of it once the batch has been centred decides the direction
    setText(this.lines[0], `advantage  A = G − V = ${number(result)} − ${bracketed(expected)} = ${signed(advantage)}`);
    setText(this.lines[1], learned ? `centred    A − Ā = ${number(advantage)} − ${bracketed(mean)} = ${signed(better)}` : "");
    const name = ACTIONS[action];
    const moved = after[action] - before[action];
    const went = Math.abs(moved) < 0.005 ? "its chance hardly moved" : `its chance went ${moved > 0 ? "up" : "down"}`;
    const [judged, way] = better > 0 ? ["better", "up"] : ["worse", "down"];
    const why = `It turned out ${judged} than the batch did on average (Ā): “${name}” is pushed ${way} here`;
    setText(this.verdict, learned ? `${why}. With every other step of the batch counted, ${went}.` : `It turned out ${advantage > 0 ? "better" : "worse"} than an untrained value expects. No update has been made yet: press Step to make the first.`);
  }
}
