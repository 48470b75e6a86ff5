// The arithmetic of one cell: Bellman's equation with its numbers for a planner, the last correction for a learner.

import { capital, element, scroller, setText } from "./elements.js";
import { ARROWS, CLIFF, GOAL, live, NAMES, outcomes, PIT, place, START, tidy, WALL, WORDS, worldOf, worth } from "./gridworld_rules.js";
import { bracketed, summed } from "./numbers.js";
import { Panel } from "./panel.js";

const UPDATE = ["action", "reward", "next", "nextAction", "before", "beyond", "after", "rate", "gamma"];
const FORMULAS = {
  value_iteration: "v(s) ← max over a of Σ p · (r + γ · v(s′))",
  policy_iteration: "v(s) ← Σ π(a) · Σ p · (r + γ · v(s′))",
  q_learning: "q(s, a) ← q(s, a) + α · (r + γ · max q(s′, ·) − q(s, a))",
  sarsa: "q(s, a) ← q(s, a) + α · (r + γ · q(s′, a′) − q(s, a))",
  monte_carlo: "q(s, a) ← q(s, a) + α · (g − q(s, a)),  g = r + γ · g′",
};
const LINES = 6;

const inBrackets = (value) => bracketed(value, tidy);

export class CellUpdate extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving({ picture: false });
    this.where = element("p", { className: "sk-words sk-verdict", role: "status" });
    this.formula = element("div", { className: "lv-sum-line" });
    this.lines = Array.from({ length: LINES }, () => element("div", { className: "lv-sum-line" }));
    this.words = element("p", { className: "sk-words" });
    this.rows = WORDS.map((word, a) => {
      const cells = [0, 1, 2].map(() => element("td"));
      return { cells, element: element("tr", {}, element("th", { scope: "row", text: `${ARROWS[a]} ${word}` }), ...cells) };
    });
    this.names = ["action", "worth", "", "verdict"].map((text) => element("th", { scope: "col", text }));
    const table = element("table", { className: "sk-table" }, element("thead", {}, element("tr", {}, ...this.names)), element("tbody", {}, ...this.rows.map((row) => row.element)));
    this.body.append(this.where, element("div", { className: "lv-sum" }, this.formula, ...this.lines), this.words, scroller("The four actions of the cell", table));
    this.listener = () => this.redraw();
    view.root.addEventListener("playground:cell", this.listener);
  }

  close() {
    this.view.root.removeEventListener("playground:cell", this.listener);
  }

  get method() {
    return this.run.head.config.method;
  }

  draw(run, frame) {
    super.draw(run, frame);
    const world = worldOf(frame);
    const chosen = this.view.chosenCell ?? null;
    const latest = frame.array("grid/latest").data[0];
    const at = chosen !== null && chosen < world.cells.length ? chosen : latest >= 0 ? latest : world.cells.indexOf(START);
    setText(this.formula, FORMULAS[this.method]);
    const [slip, gamma] = frame.array("grid/rules").data;
    const told = { at, world, slip, gamma, gains: frame.array("grid/gains").data, chosen: chosen !== null };
    this.result = null;
    if (!live(world.cells[at])) this.nothing(told);
    else if (frame.array("grid/updates")) this.learned(told);
    else this.planned(told);
  }

  fill(lines, words) {
    this.lines.forEach((line, i) => {
      setText(line, lines[i] ?? "");
      line.hidden = i >= lines.length;
    });
    setText(this.words, words);
  }

  head({ at, world, chosen }, what) {
    setText(this.where, `${capital(place(at, world.columns))}: ${what}${chosen ? "" : " Press another cell in the world to see its own."}`);
  }

  nothing(told) {
    const kind = told.world.cells[told.at];
    this.head(told, `${NAMES[kind].toLowerCase()}.`);
    const gain = tidy(told.gains[told.at]);
    this.fill([], kind === WALL ? "Nobody stands here." : kind === CLIFF ? `Whoever falls here gets ${gain} and is back at the start.` : `Whoever comes here gets ${gain}, and the episode is over: there is nothing to come, so its value is 0.`);
    this.tabulate(null, null);
  }

  // Planners: every action written out with the values before the sweep.

  planned(told) {
    const { frame } = this;
    const before = frame.array("grid/before").data;
    const values = frame.array("grid/values").data;
    const policy = frame.array("grid/policy").data;
    const { at, world, slip, gamma, gains } = told;
    const all = WORDS.map((_, a) => outcomes(world, gains, slip, at, a));
    const worths = all.map((found) => worth(found, gamma, before));
    const lines = all.map((found, a) => `${ARROWS[a]} ${summed(found.map(({ chance, reward, to }) => `${chance < 1 ? `${tidy(chance)} · ` : ""}${chance < 1 ? "(" : ""}${tidy(reward)} + ${tidy(gamma)} · ${inBrackets(before[to])}${chance < 1 ? ")" : ""}`))} = ${tidy(worths[a])}`);
    const most = Math.max(...worths);
    const improved = frame.array("grid/improved")?.data[0] === 1;
    const evaluates = this.method === "policy_iteration" && !improved;
    const pi = [0, 1, 2, 3].map((a) => policy[at * 4 + a]);
    this.tabulate(worths, pi, "π(a)");
    const began = frame.step > 0;
    if (evaluates) {
      this.result = worths.reduce((sum, one, a) => sum + pi[a] * one, 0);
      const used = pi.map((share, a) => [share, a]).filter(([share]) => share > 0.001);
      const sum = used.map(([share, a]) => (share > 0.999 ? tidy(worths[a]) : `${tidy(share)} · ${inBrackets(worths[a])}`));
      this.fill([...lines, `v = ${summed(sum)}${used.length > 1 || pi[used[0][1]] < 0.999 ? ` = ${tidy(this.result)}` : ""}`], began ? "The value of what the policy does here." : "The first sweep will compute this.");
    } else {
      this.result = improved ? values[at] : most;
      const best = worths.map((one, a) => (one > most - 1e-6 ? ARROWS[a] : "")).join("");
      this.fill([...lines, improved ? `π = ${best}` : `v = max = ${tidy(most)}`], improved ? "Improvement: the policy takes the largest; the values stay until the next sweep." : began ? `Best: ${best}. All cells are computed at once from the values before the sweep.` : "The first sweep will compute this.");
    }
    this.head(told, began ? `what step ${frame.step} computed.` : "before the first sweep.");
  }

  // Learners: the last correction in this cell.

  learned(told) {
    const { frame } = this;
    const { at, world } = told;
    const q = frame.array("grid/q").data.slice(at * 4, at * 4 + 4);
    this.tabulate(Array.from(q), Array.from(frame.array("grid/tried").data.slice(at * 4, at * 4 + 4)), "times tried");
    const all = frame.array("grid/updates").data;
    const n = UPDATE.length;
    const one = Object.fromEntries(UPDATE.map((name, i) => [name, all[at * n + i]]));
    if (Number.isNaN(one.after)) {
      this.head(told, "nothing has been learned here yet.");
      this.fill([], "The numbers appear with the first move from this cell.");
      return;
    }
    const { action, reward, next, nextAction, before, beyond, after, rate, gamma } = one;
    const target = reward + gamma * beyond;
    this.result = before + rate * (target - before);
    const left = `q(s, ${ARROWS[action]})`;
    const error = target - before;
    this.fill([
      `${left} = ${tidy(before)} + ${tidy(rate)} · (${summed([tidy(reward), `${tidy(gamma)} · ${inBrackets(beyond)}`])} − ${inBrackets(before)})`,
      `${" ".repeat(left.length)} = ${tidy(before)} + ${tidy(rate)} · ${inBrackets(error)}`,
      `${" ".repeat(left.length)} = ${tidy(after)}`,
    ], this.story({ action, reward, next, nextAction, beyond, error }, world));
    this.head(told, "what was learned here last.");
  }

  story({ action, reward, next, nextAction, beyond, error }, world) {
    const came = next < world.cells.length ? place(next, world.columns) : "another cell";
    const move = `The move ${WORDS[action]} led to ${came} and gave r = ${tidy(reward)}.`;
    const over = next < world.cells.length && [GOAL, PIT].includes(world.cells[next]);
    const then = this.method === "monte_carlo" ? `What came after it in this episode was worth g′ = ${tidy(beyond)}.`
      : over ? "There the episode was over: nothing more to come."
        : this.method === "sarsa" ? `The next move is ${WORDS[nextAction]}, which looks worth ${tidy(beyond)}.`
          : `The best action there looks worth ${tidy(beyond)}, whether or not it is taken next.`;
    return `${move} ${then} The surprise is ${tidy(error)}: ${error > 1e-6 ? "better than believed, so the value rises" : error < -1e-6 ? "worse than believed, so the value falls" : "none, so nothing changes"}.`;
  }

  tabulate(worths, more, name = "") {
    const most = worths ? Math.max(...worths) : null;
    setText(this.names[2], name);
    this.rows.forEach(({ cells }, a) => {
      setText(cells[0], worths ? tidy(worths[a]) : "–");
      setText(cells[1], more ? tidy(more[a]) : "–");
      setText(cells[2], worths && worths[a] > most - 1e-6 ? "best" : "");
    });
  }

  get state() {
    return { where: this.where.textContent, lines: this.lines.filter((line) => !line.hidden).map((line) => line.textContent), words: this.words.textContent, result: this.result };
  }

  table() {
    const table = [this.names.map((name) => name.textContent)];
    return [...table, ...this.rows.map(({ cells, element: row }) => [row.firstChild.textContent, ...cells.map((cell) => cell.textContent)])];
  }
}
