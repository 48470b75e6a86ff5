// Episodes that play at their own pace beside the policy's map; a step of one of them written out, with its returns.

import { fit } from "./canvas.js";
import { drawCart } from "./cartpole_draw.js";
import { StepWritten } from "./cartpole_step.js";
import { element } from "./elements.js";
import { drawCourse, Games } from "./games.js";
import { Plane } from "./sketches/plane.js";
import { Loop } from "./sketches/player.js";

const DEGREES = 180 / Math.PI;
const TALL = 128; // pixels of a cart's box
const STEPS = ["actions", "before", "after", "returns", "expected", "advantages"];

export class CartPole extends Games {
  constructor(spec, view) {
    super(spec, view, { array: "episodes/motion", again: 900, words: 500 });
    this.carts = this.stage("lv-poles", "Episodes");
    this.map = new Plane({ label: "The policy: chance of pushing right", x: { low: -12, high: 12, title: "angle θ (degrees)" }, y: { low: -180, high: 180, title: "angular velocity θ̇ (degrees/s)" }, height: 300 });
    this.scale = element("span", { className: "lv-scale", "aria-hidden": "true" });
    const legend = element("p", { className: "sk-phase-legend" }, element("span", { text: "left for sure" }), this.scale, element("span", { text: "right for sure" }));
    this.player = new Loop({ label: "Steps of the episodes", rate: 50, speeds: { 0.1: "0.1×", 0.25: "0.25×", 0.5: "0.5×", 1: "1×", 2: "2×", 5: "5×" }, moved: () => this.moved() });
    this.returns = new Plane({ label: "Returns along the episode", x: { low: 0, high: 500, title: "step" }, y: { low: -10, high: 100, title: "discounted steps" }, height: 230, press: (x) => this.player.go(Math.round(x)) });
    this.written = new StepWritten();
    const left = element("div", {}, this.carts, this.what);
    const right = element("div", {}, element("h4", { className: "lv-examples-title", text: "The policy, for a cart at rest in the middle" }), this.map.element, legend);
    const course = element("div", {}, element("h4", { className: "lv-examples-title", text: "Return G, expected b, and advantage A of the chosen episode" }), this.returns.element);
    const sum = element("div", {}, element("h4", { className: "lv-examples-title", text: "The chosen step" }), this.written.element);
    this.body.append(element("div", { className: "lv-pole-grid" }, left, right), this.player.element, element("div", { className: "lv-pole-grid" }, sum, course));
  }

  canvases() {
    return [this.carts];
  }

  record() {
    const { run, frame } = this;
    const motion = frame.array("episodes/motion");
    const arrays = Object.fromEntries(STEPS.map((name) => [name, frame.array(`episodes/${name}`).data]));
    const lengths = Array.from(frame.array("episodes/lengths").data);
    const longest = Math.max(...lengths) + 1; // n steps lead through n + 1 states
    return { run, frame, motion: motion.data, n: motion.shape[0], wide: motion.shape[1], lengths, longest, arrays, cut: frame.array("episodes/truncated").data, scale: frame.array("episodes/scale").data[0] };
  }

  words() {
    const { frame, lengths, cut, run } = this.shown;
    const told = lengths.map((length, i) => `${length}${cut[i] ? " (cut off)" : ""}`).join(", ");
    const whose = frame.step === 0 ? "Episodes of the untrained policy" : run.facts.get("learner") === "ppo" ? `Episodes of the policy before update ${frame.step}` : `Episodes that update ${frame.step} learned from`;
    return `${whose}: they lasted ${told} steps of 0.02 s. Press one to look at its steps.`;
  }

  /** Episode i at step t: place in m, angle in rad; after its end where it ended. */
  at(i, t) {
    const { motion, wide, lengths } = this.shown;
    const [xUnit, angleUnit] = this.run.facts.get("units", [1e-4, 1e-5]);
    const k = 2 * (i * wide + Math.min(t, lengths[i]));
    return { place: motion[k] * xUnit, angle: motion[k + 1] * angleUnit };
  }

  /** Its velocity there, in rad/s: an Euler step moves the angle by exactly τ times it. */
  turning(i, t) {
    const from = Math.max(0, Math.min(t, this.shown.lengths[i] - 1));
    return (this.at(i, from + 1).angle - this.at(i, from).angle) / this.run.facts.get("tau", 0.02);
  }

  value(name, i, t) {
    const { arrays, wide } = this.shown;
    return arrays[name][i * (wide - 1) + t];
  }

  paintGames() {
    this.paintCarts();
    this.paintMap();
    this.paintReturns();
  }

  get columns() {
    return this.carts.parentElement.clientWidth > 420 ? 2 : 1;
  }

  colourOf(i) {
    return this.colours.categories[i % this.colours.categories.length];
  }

  paintCarts() {
    const { n, lengths, cut, run } = this.shown;
    const { columns, colours, player: { at } } = this;
    const width = this.carts.parentElement.clientWidth;
    const [wide, rows] = [width / columns, Math.ceil(n / columns)];
    const context = fit(this.carts, width, rows * TALL);
    context.clearRect(0, 0, width, rows * TALL);
    const length = run.facts.get("physics", [9.8, 1, 10])[1];
    this.boxes = [];
    for (let i = 0; i < n; i += 1) {
      const box = { x: (i % columns) * wide + 3, y: Math.floor(i / columns) * TALL + 3, w: wide - 6, h: TALL - 6 };
      this.boxes.push(box);
      const over = at >= lengths[i];
      const push = over ? 0 : this.value("actions", i, at) ? 1 : -1;
      context.lineWidth = i === this.chosen ? 2 : 1;
      context.strokeStyle = i === this.chosen ? this.colourOf(i) : colours.ink(0.15);
      context.beginPath();
      context.roundRect(box.x, box.y, box.w, box.h, 6);
      context.stroke();
      drawCart(context, { ...box, y: box.y + 16, h: box.h - 18 }, { ...this.at(i, at), length, push, over: over && !cut[i], colour: this.colourOf(i) }, colours);
      context.fillStyle = colours.ink(0.75);
      context.font = `12px ${colours.font}`;
      const state = over ? (cut[i] ? `stood to the end, ${lengths[i]} steps` : `fell after ${lengths[i]} steps`) : `step ${at}`;
      context.fillText(`${i + 1}: ${state}`, box.x + 8, box.y + 16);
    }
  }

  paintMap() {
    const { map, colours, frame, player: { at } } = this;
    map.begin(colours, map.element.parentElement.clientWidth);
    const { data, shape: [rows, columns] } = frame.array("policy/map");
    const key = [frame.step, frame.segment, colours.key, map.width].join();
    if (key !== this.painted || data !== this.paintedData) {
      map.heat(data, rows, columns, (value) => [0, 1, 2].map((part) => colours.table[3 * Math.round(value) + part]));
      [this.painted, this.paintedData] = [key, data];
    } else {
      map.painted = true;
      map.ground.hidden = false;
    }
    const { n, lengths } = this.shown;
    const until = Math.min(at, lengths[this.chosen] - 1);
    const trail = Array.from({ length: Math.min(until, 60) + 1 }, (_, k) => until - Math.min(until, 60) + k);
    map.line("trail", trail.map((t) => this.at(this.chosen, t).angle * DEGREES), trail.map((t) => this.turning(this.chosen, t) * DEGREES), { colour: colours.ink(0.7), width: 1.5 });
    for (let i = 0; i < n; i += 1) {
      map.dot(`episode ${i}`, this.at(i, at).angle * DEGREES, this.turning(i, at) * DEGREES, { colour: this.colourOf(i), radius: i === this.chosen ? 6 : 4, opacity: at >= lengths[i] ? 0.4 : 1 });
    }
    map.end();
    this.scale.style.background = colours.gradient();
  }

  paintReturns() {
    const { returns, colours, chosen, player: { at } } = this;
    const { lengths, arrays, wide } = this.shown;
    const of = (name) => Array.from(arrays[name].subarray(chosen * (wide - 1), chosen * (wide - 1) + lengths[chosen]));
    const lines = [["G return", of("returns"), colours.categories[0], ""], ["b expected", of("expected"), colours.ink(0.7), "6 4"], ["A advantage", of("advantages"), colours.categories[1], ""]];
    const xs = Array.from({ length: lengths[chosen] }, (_, t) => t);
    drawCourse(returns, colours, { xs, lines, last: Math.max(10, lengths[chosen]), here: Math.min(at, lengths[chosen] - 1) });
  }

  get step() {
    const { chosen, shown } = this;
    const t = Math.min(this.player.at, shown.lengths[chosen] - 1);
    const value = (name) => this.value(name, chosen, t);
    return {
      number: chosen + 1, t, length: shown.lengths[chosen], ...this.at(chosen, t), action: value("actions"), before: value("before"), after: value("after"),
      result: value("returns"), expected: value("expected"), advantage: value("advantages"), scale: shown.scale, learned: shown.frame.step > 0,
    };
  }

  write() {
    this.written.draw(this.step);
  }

  table() {
    const rows = [["episode", "step", "x (m)", "angle (rad)", "action", "chance of right before", "after", "return", "expected", "advantage"]];
    this.shown?.lengths.forEach((length, i) => {
      for (let t = 0; t < length; t += 1) {
        const { place, angle } = this.at(i, t);
        rows.push([i + 1, t, place, angle, ...STEPS.map((name) => this.value(name, i, t))]);
      }
    });
    return rows;
  }

  /** What it shows, as JSON: what tests read. */
  get state() {
    const { shown, chosen, player, written } = this;
    return shown && { update: shown.frame.step, n: shown.n, lengths: shown.lengths, chosen, at: player.at, playing: player.playing, step: this.step, push: written.push };
  }
}
