// Momentum on a quadratic: how fast it converges for every learning rate and momentum, and the descent of one such point.

import { element, setText } from "../elements.js";
import { number } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, button, Slider } from "./knobs.js";
import { Plane } from "./plane.js";
import { Player } from "./player.js";

const [WIDE, TALL] = [201, 101];
const FLOOR = 1e-6; // of the distance on its log axis
const FASTEST = 2; // steps for a digit that get the strongest colour
const SLOWEST = 500; // and that get none

/** The factor by which a step shrinks the error along a curvature: `models/phase_map.py` derives it. */
export function shrink(rate, momentum, curvature) {
  const trace = 1 + momentum - rate * curvature;
  const inside = trace * trace - 4 * momentum;
  return inside < 0 ? Math.sqrt(momentum) : (Math.abs(trace) + Math.sqrt(inside)) / 2;
}

export function convergence(rate, momentum, condition) {
  return Math.max(shrink(rate, momentum, 1), shrink(rate, momentum, 1 / condition));
}

/** Distances along the flat and the steep direction at every step; it ends beyond `limit`. */
export function descend(rate, momentum, condition, nSteps, limit) {
  const curvatures = [1 / condition, 1];
  let [place, velocity] = [[1, 1], [0, 0]];
  const places = [place];
  for (let step = 0; step < nSteps && Math.max(...place.map(Math.abs)) <= limit; step += 1) {
    velocity = velocity.map((v, i) => momentum * v + curvatures[i] * place[i]);
    place = place.map((z, i) => z - rate * velocity[i]);
    places.push(place);
  }
  return places;
}

const digitSteps = (factor) => (factor <= 0 ? 1 : 1 / -Math.log10(factor));

export default class PhaseMap extends Sketch {
  show(data) {
    super.show(data);
    Object.assign(this, { rate: data.rate, momentum: data.momentum, condition: data.condition });
    const [rates, momenta] = [data.rates, data.momenta].map(([low, high]) => ({ low, high }));
    this.map = new Plane({
      label: "Convergence over learning rate and momentum", x: { ...rates, title: "learning rate α × largest curvature" }, y: { ...momenta, title: "momentum β" }, height: 380,
      press: (rate, momentum) => this.set({ rate, momentum }),
    });
    this.above = new Plane({ label: "The descent from above", x: { low: -1.3, high: 1.3, title: "flat direction" }, y: { low: -1.3, high: 1.3, title: "steep direction" }, height: 240 });
    this.course = new Plane({ label: "Distance at every step", x: { low: 0, high: data.n_steps, title: "step" }, y: { low: FLOOR, high: 100, log: true, title: "distance" }, height: 200, press: (x) => this.player.go(Math.round(x)) });
    this.slider = new Slider({ label: "condition number κ: steepest by flattest curvature", low: data.conditions[0], high: data.conditions[1], log: true, value: data.condition, input: (condition) => this.set({ condition }) });
    this.player = new Player({ label: "Steps of the descent", rate: 12, moved: () => this.changed() });
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    const left = new Card(this.host, "How fast momentum converges", { picture: () => this.map, table: () => this.rows() });
    left.body.append(bar(this.slider), this.map.element, this.legend(), bar(
      button("Fastest", () => this.set(this.best(true))), button("Fastest without momentum", () => this.set(this.best(false)))));
    const right = new Card(this.host, "The descent of that point", { picture: () => this.course, table: () => this.steps() });
    right.body.append(this.words, this.above.element, this.course.element, this.player.element);
    this.root.replaceChildren(grid(left, right));
    this.set({});
  }

  legend() {
    this.scale = element("span", { className: "lv-scale", "aria-hidden": "true" });
    return element("p", { className: "sk-phase-legend" }, element("span", { text: "diverges" }), this.scale, element("span", { text: "converges fast" }));
  }

  set(values) {
    Object.assign(this, values);
    const { data } = this;
    this.places = descend(this.rate, this.momentum, this.condition, data.n_steps, data.limit);
    this.player.hold(this.places.length, this.places.length - 1);
    this.player.pause();
    this.changed();
  }

  /** The fastest point of the map, with momentum or on its lower edge. */
  best(withMomentum) {
    const root = Math.sqrt(1 / this.condition);
    if (!withMomentum) return { rate: 2 / (1 + root * root), momentum: 0 };
    return { rate: (2 / (1 + root)) ** 2, momentum: ((1 - root) / (1 + root)) ** 2 };
  }

  /** −1 … 1: how strongly a factor is coloured, orange where it diverges, blue the faster the stronger. */
  strength(factor) {
    if (Math.abs(factor - 1) < 1e-9) return 0;
    if (factor > 1) return -0.25 - 0.75 * Math.min(1, (factor - 1) / 2);
    const share = Math.log(SLOWEST / Math.min(SLOWEST, digitSteps(factor))) / Math.log(SLOWEST / FASTEST);
    return 0.04 + 0.96 * Math.min(1, share);
  }

  draw() {
    this.drawMap();
    this.drawAbove();
    this.drawCourse();
    this.scale.style.background = this.colours.gradient();
    this.tell();
  }

  paint() {
    const { map, data, condition, colours } = this;
    const key = [condition, colours.key, map.width, map.height].join();
    if (key === this.painted) {
      map.painted = true;
      map.ground.hidden = false;
      return;
    }
    this.painted = key;
    const at = (share, [low, high]) => low + (high - low) * share;
    const values = Float32Array.from({ length: WIDE * TALL }, (_, k) =>
      this.strength(convergence(at((k % WIDE) / (WIDE - 1), data.rates), at(Math.floor(k / WIDE) / (TALL - 1), data.momenta), condition)));
    map.heat(values, TALL, WIDE, (value) => {
      const i = Math.round((value + 1) * 127.5) * 3;
      return [colours.table[i], colours.table[i + 1], colours.table[i + 2]];
    });
  }

  drawMap() {
    const { map, colours } = this;
    map.begin(colours);
    this.paint();
    const momenta = Array.from({ length: 101 }, (_, i) => i / 100);
    map.line("edge", momenta.map((beta) => 2 + 2 * beta), momenta, { colour: colours.ink(0.9), width: 2 });
    const swings = momenta.map((beta) => (1 - Math.sqrt(beta)) ** 2);
    map.line("swing", swings, momenta, { colour: colours.ink(0.7), width: 1.5, dash: "5 4" });
    map.text("diverges", 3.9, 0.1, "diverges", { anchor: "end", weight: 600 });
    map.text("swings", 1.15, 0.9, "swings across the steep direction", { size: 12 });
    const { rate, momentum } = this.best(true);
    map.text("best", rate, momentum, "★", { anchor: "middle", dy: 6, size: 18 });
    map.handle("point", this.rate, this.momentum, {
      label: "learning rate and momentum", says: `learning rate ${number(this.rate)}, momentum ${number(this.momentum)}`, radius: 9, step: 0.01, colour: colours.ink(0.9),
      moved: (to, beta) => this.set({ rate: to, momentum: beta }),
    });
    map.end();
  }

  drawAbove() {
    const { above, colours, player, places, condition } = this;
    above.begin(colours);
    for (const level of [0.25, 0.5, 0.75, 1, 1.25]) {
      // Where x² / κ + y² = level² / κ: an ellipse √κ times as long as it is wide.
      const turn = Array.from({ length: 73 }, (_, i) => (2 * Math.PI * i) / 72);
      above.line(`level ${level}`, turn.map((t) => level * Math.cos(t)), turn.map((t) => (level / Math.sqrt(condition)) * Math.sin(t)), { colour: colours.ink(0.25), width: 1 });
    }
    const passed = places.slice(0, player.at + 1);
    above.line("path", passed.map(([x]) => x), passed.map(([, y]) => y), { colour: colours.positive, width: 2 });
    above.dot("start", 1, 1, { colour: colours.ink(0.8), radius: 5, diamond: true });
    above.text("minimum", 0, 0, "★", { anchor: "middle", dy: 6, size: 16 });
    const [x, y] = places[player.at];
    if (Math.max(Math.abs(x), Math.abs(y)) < 1.3) above.dot("now", x, y, { colour: colours.positive, radius: 6 });
    above.end();
  }

  drawCourse() {
    const { course, colours, places, player } = this;
    const most = Math.max(1, ...places.map((place) => Math.hypot(...place)));
    course.span({ y: [FLOOR, 10 ** Math.ceil(Math.log10(most) + 0.05)] });
    course.begin(colours);
    const steps = places.map((_, step) => step);
    const seen = (distance) => Math.max(FLOOR, distance);
    ["flat direction", "steep direction"].forEach((name, i) => {
      const colour = colours.categories[i];
      course.line(name, steps, places.map((place) => seen(Math.abs(place[i]))), { colour, width: 2, dash: i ? "6 4" : "" });
      course.dot(`now ${name}`, player.at, seen(Math.abs(places[player.at][i])), { colour, radius: 4.5 });
      course.text(`name ${name}`, this.data.n_steps, course.yAxis.high, name, { anchor: "end", dx: -6, dy: 16 + 16 * i, colour, weight: 600 });
    });
    course.end();
  }

  get factor() {
    return convergence(this.rate, this.momentum, this.condition);
  }

  tell() {
    const { factor, rate, momentum, condition } = this;
    const [flat, steep] = [1 / condition, 1].map((curvature) => shrink(rate, momentum, curvature));
    const which = Math.abs(flat - steep) < 1e-3 ? "both directions alike" : flat > steep ? "the flat direction is the slower" : "the steep direction is the slower";
    const pace = factor < 1
      ? `Each step leaves ${number(factor)} of the error; about ${number(digitSteps(factor))} steps for one more digit, ${which}.`
      : factor === 1 ? "The error does not shrink at all." : `Each step multiplies the error by ${number(factor)}: it diverges${this.places.length <= this.data.n_steps ? `, beyond a million at step ${this.places.length - 1}` : ""}.`;
    setText(this.words, `α = ${number(rate)}, β = ${number(momentum)}. ${pace}`);
  }

  rows() {
    const found = [["learning rate", "momentum", "factor per step"]];
    for (let i = 0; i <= 40; i += 1) for (let j = 0; j <= 20; j += 1) found.push([i / 10, j / 20, convergence(i / 10, j / 20, this.condition)]);
    return found;
  }

  steps() {
    return [["step", "flat direction", "steep direction"], ...this.places.map(([x, y], i) => [i, x, y])];
  }

  get state() {
    const { rate, momentum, condition, factor, places, player: { at } } = this;
    return { rate, momentum, condition, factor, at, n_places: places.length, last: places.at(-1), best: this.best(true), words: this.words.textContent };
  }

  close() {
    this.player.pause();
  }
}
