// Flights that play at their own pace over the moon; one of them is looked into, step by step, with what it earned.

import { fit } from "./canvas.js";
import { element, setText } from "./elements.js";
import { drawCourse, Games } from "./games.js";
import { drawLander, drawMark, drawMoon, drawTrace, MARKS, projection } from "./lunar_lander_draw.js";
import { ACTIONS, MoonStep } from "./lunar_lander_step.js";
import { number } from "./numbers.js";
import { Terms } from "./platformer_side.js";
import { Plane } from "./sketches/plane.js";
import { Loop } from "./sketches/player.js";

const ENDINGS = ["cut off", "landed", "crashed", "flew away"];
const TERMS = ["nearer the pad", "slower", "more upright", "legs on the ground", "main engine", "side engines", "the end"];
const [WIDEST, MIDDLE, FLOOR] = [640, 10, 10 / 3 + 0.6]; // pixels; where the place is 0 in the world
const HALF = { x: 10, y: 20 / 3 }; // units of the world in a place of 1
const ARRAYS = ["pose", "contact", "actions", "rewards", "before", "after", "returns", "expected", "advantages"];

export class LunarLander extends Games {
  constructor(spec, view) {
    super(spec, view, { array: "flights/pose", again: 1200, words: 500 });
    this.scene = this.stage("lv-moon", "Flights");
    this.chips = element("div", { className: "lv-moon-chips", role: "group", "aria-label": "Flights" });
    this.player = new Loop({ label: "Steps of the flights", rate: 50, speeds: { 0.1: "0.1×", 0.25: "0.25×", 0.5: "0.5×", 1: "1×", 2: "2×", 5: "5×" }, moved: () => this.moved() });
    this.course = new Plane({ label: "What the flight earned", x: { low: 0, high: 1000, title: "step" }, y: { low: -200, high: 300, title: "return" }, height: 230, press: (x) => this.player.go(Math.round(x)) });
    this.written = new MoonStep();
    this.terms = new Terms("Earned so far by being");
    const title = (text) => element("h4", { className: "lv-examples-title", text });
    const [step, earned] = [element("div", {}, title("The chosen flight, at this step"), this.written.element), element("div", {}, title("What it earned so far, and what was expected still to come"), this.course.element)];
    this.body.append(
      element("div", { className: "lv-moon-grid" }, element("div", {}, this.scene, this.chips, this.what), step),
      this.player.element,
      element("div", { className: "lv-moon-grid" }, earned, element("div", {}, title("The chosen flight’s reward by its terms"), this.terms.element)),
    );
  }

  canvases() {
    return [this.scene];
  }

  record() {
    const { run, frame } = this;
    const arrays = Object.fromEntries(ARRAYS.map((name) => [name, frame.array(`flights/${name}`)]));
    const lengths = Array.from(frame.array("flights/lengths").data);
    const [n, wide] = arrays.pose.shape; // L steps lead through L + 1 states
    const shown = { run, frame, n, wide, lengths, arrays, longest: Math.max(...lengths) + 1, endings: Array.from(frame.array("flights/endings").data) };
    const ground = frame.array("flights/ground");
    const unit = this.units(run)[2];
    shown.grounds = Array.from({ length: n }, (_, i) => Array.from(ground.data.subarray(i * ground.shape[1], (i + 1) * ground.shape[1]), (height) => height * unit));
    const rewards = arrays.rewards.data;
    shown.soFar = lengths.map((length, i) => {
      let sum = 0;
      return Array.from({ length }, (_, t) => (sum += rewards[i * (wide - 1) + t]));
    });
    return shown;
  }

  units(run) {
    return run.facts.get("units", [2e-4, 2e-3, 1e-3, 0.05]);
  }

  words() {
    const { frame, run } = this.shown;
    const whose = frame.step === 0 ? "Flights of the untrained policy" : run.facts.get("learner") === "ppo" ? "The newest flights that ended" : `Flights that update ${frame.step} learned from`;
    return `${whose}. Every flight has ground of its own; the pad between the flags is always in the same place. Press a flight to look into it.`;
  }

  /** Flight i in state t: place in the game's units (half-widths from the pad), tilt, which legs touch; after its end, its last. */
  at(i, t) {
    const { arrays, wide, lengths } = this.shown;
    const [place, tilt] = this.units(this.run);
    const k = i * wide + Math.min(t, lengths[i]);
    const pose = arrays.pose.data;
    return { x: pose[3 * k] * place, y: pose[3 * k + 1] * place, tilt: pose[3 * k + 2] * tilt, contact: arrays.contact.data[k] };
  }

  /** The same place in units of the world. */
  world({ x, y }) {
    return [MIDDLE + HALF.x * x, FLOOR + HALF.y * y];
  }

  value(name, i, t) {
    return this.shown.arrays[name].data[i * (this.shown.wide - 1) + t];
  }

  chances(name, i, t) {
    const k = 4 * (i * (this.shown.wide - 1) + t);
    return Array.from(this.shown.arrays[name].data.subarray(k, k + 4), (share) => share / 255);
  }

  paintGames() {
    this.paintScene();
    this.paintChips();
    this.paintCourse();
  }

  paintScene() {
    const { n, lengths, endings, grounds } = this.shown;
    const { colours, chosen, player: { at } } = this;
    const to = projection(Math.min(WIDEST, this.scene.parentElement.clientWidth));
    const context = fit(this.scene, to.width, to.height);
    drawMoon(context, to, grounds[chosen], colours);
    const order = [...Array(n).keys()].sort((a, b) => (a === chosen) - (b === chosen));
    for (const i of order) {
      const strong = i === chosen;
      const until = strong ? Math.min(at, lengths[i]) : lengths[i];
      const points = Array.from({ length: until + 1 }, (_, t) => this.world(this.at(i, t)));
      drawTrace(context, to, points, endings[i], strong, colours);
      if (!strong || until === lengths[i]) drawMark(context, to, points[until], endings[i], strong, colours);
    }
    const over = at >= lengths[chosen];
    const here = this.at(chosen, at);
    const [x, y] = this.world(here);
    drawLander(context, to, { x, y, tilt: here.tilt, contact: here.contact, action: over ? 0 : this.value("actions", chosen, at), flicker: (at * 0.618) % 1, broken: over && endings[chosen] === 2 }, colours);
    if (over) drawMark(context, to, [x, y + 1.3], endings[chosen], true, colours);
    context.fillStyle = colours.ink(0.85);
    context.font = `13px ${colours.font}`;
    const told = over ? `${ENDINGS[endings[chosen]]} after ${lengths[chosen]} steps` : `step ${at}: ${ACTIONS[this.value("actions", chosen, at)]}`;
    context.fillText(`Flight ${chosen + 1}, ${told}`, 10, 20);
    context.fillText(`return so far ${number(this.soFar(at))}`, 10, 38);
  }

  soFar(at) {
    const sums = this.shown.soFar[this.chosen];
    return at ? sums[Math.min(at, sums.length) - 1] : 0;
  }

  paintChips() {
    const { n, endings, soFar } = this.shown;
    while (this.chips.children.length < n) {
      const i = this.chips.children.length;
      this.chips.append(element("button", { type: "button", className: "lv-button lv-choice", on: { click: () => this.choose(i) } }));
    }
    Array.from(this.chips.children).forEach((chip, i) => {
      chip.hidden = i >= n;
      if (chip.hidden) return;
      setText(chip, `${i + 1} ${MARKS[endings[i]]} ${ENDINGS[endings[i]]}, ${number(soFar[i].at(-1))}`);
      chip.setAttribute("aria-pressed", String(i === this.chosen));
    });
  }

  paintCourse() {
    const { course, colours, chosen, player: { at } } = this;
    const { lengths, soFar, wide } = this.shown;
    const unit = this.units(this.run)[3];
    const of = (name) => Array.from(this.shown.arrays[name].data.subarray(chosen * (wide - 1), chosen * (wide - 1) + lengths[chosen]), (value) => value * unit);
    const lines = [["earned so far", soFar[chosen], colours.categories[0], ""], ["V expected", of("expected"), colours.ink(0.7), "6 4"], ["A advantage", of("advantages"), colours.categories[1], ""]];
    drawCourse(course, colours, { xs: soFar[chosen].map((_, t) => t), lines, last: Math.max(10, lengths[chosen]), here: Math.min(at, lengths[chosen] - 1) });
  }

  /** Sums of the reward's terms over the steps before state t; speed is what the others leave. */
  sums(t) {
    const { chosen: i, shown: { lengths, endings } } = this;
    const potential = ({ x, y, tilt, contact }) => [-100 * Math.hypot(x, y), -100 * Math.abs(tilt), 10 * ((contact & 1) + (contact >> 1))];
    const over = t >= lengths[i] && endings[i] !== 0; // the last reward is ±100 instead of all else
    const until = Math.min(t, lengths[i]) - (over ? 1 : 0);
    const [first, last] = [potential(this.at(i, 0)), potential(this.at(i, until))];
    const [distance, tilt, legs] = last.map((value, k) => value - first[k]);
    let [main, side] = [0, 0];
    for (let step = 0; step < until; step += 1) {
      const action = this.value("actions", i, step);
      if (action === 2) main -= 0.3;
      else if (action) side -= 0.03;
    }
    const end = over ? (endings[i] === 1 ? 100 : -100) : 0;
    const all = this.soFar(t);
    return [distance, all - distance - tilt - legs - main - side - end, tilt, legs, main, side, end];
  }

  get step() {
    const { chosen, shown } = this;
    const t = Math.min(this.player.at, shown.lengths[chosen] - 1);
    const unit = this.units(this.run)[3];
    return {
      number: chosen + 1, t, length: shown.lengths[chosen], action: this.value("actions", chosen, t), reward: this.value("rewards", chosen, t), soFar: shown.soFar[chosen][t],
      before: this.chances("before", chosen, t), after: this.chances("after", chosen, t), result: unit * this.value("returns", chosen, t), expected: unit * this.value("expected", chosen, t),
      advantage: unit * this.value("advantages", chosen, t), mean: shown.frame.array("flights/mean").data[0], learned: shown.frame.step > 0,
    };
  }

  write() {
    this.written.draw(this.step);
    this.terms.show(TERMS, this.sums(this.player.at));
  }

  /** Flights are told apart by where they were, not by boxes: the nearest to the finger. */
  press(event) {
    if (!this.shown) return;
    const { left, top, width } = event.currentTarget.getBoundingClientRect();
    const to = projection(width);
    const far = this.shown.lengths.map((length, i) => {
      let least = Infinity;
      for (let t = 0; t <= length; t += 1) {
        const [x, y] = this.world(this.at(i, t));
        least = Math.min(least, Math.hypot(to.x(x) - (event.clientX - left), to.y(y) - (event.clientY - top)));
      }
      return least;
    });
    this.choose(far.indexOf(Math.min(...far)));
  }

  table() {
    const rows = [["flight", "step", "x", "y", "tilt (rad)", "action", "reward", "return from here", "expected", "advantage", ...ACTIONS.map((name) => `chance of ${name}`), ...ACTIONS.map((name) => `${name} after`)]];
    this.shown?.lengths.forEach((length, i) => {
      const unit = this.units(this.run)[3];
      for (let t = 0; t < length; t += 1) {
        const { x, y, tilt } = this.at(i, t);
        rows.push([i + 1, t, x, y, tilt, this.value("actions", i, t), this.value("rewards", i, t), ...["returns", "expected", "advantages"].map((name) => unit * this.value(name, i, t)), ...this.chances("before", i, t), ...this.chances("after", i, t)]);
      }
    });
    return rows;
  }

  /** What it shows, as JSON: what tests read. */
  get state() {
    const { shown, chosen, player } = this;
    return shown && { update: shown.frame.step, n: shown.n, lengths: shown.lengths, endings: shown.endings, chosen, at: player.at, playing: player.playing, step: this.step, soFar: this.soFar(player.at), terms: this.sums(player.at), place: this.at(chosen, player.at) };
  }
}
