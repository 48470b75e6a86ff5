// One step of an episode written out: how good it turned out, and which way the update pushes its chance.

import { element, setText } from "./elements.js";
import { bracketed, number } from "./numbers.js";

const SIDES = ["left", "right"];
const signed = (value) => `${value > 0 ? "+" : ""}${number(value)}`;

export class StepWritten {
  constructor() {
    this.where = element("p", { className: "sk-words" });
    this.lines = Array.from({ length: 4 }, () => element("div", { className: "lv-sum-line" }));
    this.verdict = element("p", { className: "sk-words sk-verdict" });
    this.after = element("p", { className: "lv-hint" });
    this.element = element("div", { className: "lv-pole-step" }, this.where, element("div", { className: "lv-sum" }, ...this.lines), this.verdict, this.after);
  }

  /** told: {number, t, length, place, angle, action, before, after, result, expected, advantage, scale, learned} of one step. */
  draw(told) {
    const { action, before, after, advantage, scale, learned } = told;
    const side = SIDES[action];
    const weight = advantage / scale;
    const slope = action - before;
    const push = weight * slope;
    this.push = push;
    setText(this.where, `Episode ${told.number}, step ${told.t + 1} of ${told.length}: cart at ${number(told.place)} m, pole at ${number((told.angle * 180) / Math.PI)}°. The policy gave “right” a chance of p = ${number(before)}; ${side} was drawn (a = ${action}).`);
    setText(this.lines[0], `advantage  A = G − b = ${number(told.result)} − ${bracketed(told.expected)} = ${signed(advantage)}`);
    setText(this.lines[1], `scaled     A / ${number(scale)} = ${signed(weight)}`);
    setText(this.lines[2], `direction  ∂ log π(${side}) / ∂ log-odds of right = a − p = ${action} − ${number(before)} = ${signed(slope)}`);
    setText(this.lines[3], `push       ${signed(weight)} · ${bracketed(slope)} = ${signed(push)} on the log-odds of right`);
    const likelier = push > 0 ? "right" : "left";
    const why = weight > 0 ? "It turned out better than expected" : "It turned out worse than expected";
    setText(this.verdict, Math.abs(push) < 1e-6 ? "This step pushes nothing." : `${why}, so here ${side} is made ${weight > 0 ? "likelier" : "less likely"}: the push is to the ${likelier}.`);
    const moved = after - before;
    const agrees = moved * push > 0 ? "the same way" : "the other way: the other steps of the batch pull on the same weights, and won";
    setText(this.after, learned ? `After the update, with every step of the batch counted: p = ${number(after)} (${signed(moved)}). ${Math.abs(moved) < 1e-6 ? "" : `It went ${agrees}.`}` : "No update has been made yet: press Step to make the first.");
  }
}
