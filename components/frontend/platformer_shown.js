// The recorded games of a frame: any of them at any moment, also between two recorded states.

import { Stage } from "./platformer_level.js";

const CODES = [".", "c", "g", "b", "q", "b", "."]; // by tile code
const NOTHING = -32768;
export const PER_TILE = 64;

const read = new WeakMap();

/** The games of a frame, read once for all who show them. */
export function shownIn(run, frame) {
  if (!read.has(frame)) read.set(frame, new Shown(run, frame));
  return read.get(frame);
}

class Shown {
  constructor(run, frame) {
    this.run = run;
    this.frame = frame;
    this.lengths = Array.from(this.array("shown/length").data);
    this.n = this.lengths.length;
    this.wide = this.array("shown/x").shape[1];
    this.stages = this.lengths.map((_, i) => this.stageOf(i));
  }

  array(name) {
    return this.frame.array(name);
  }

  one(name, i) {
    return this.array(name).data[i];
  }

  /** A number of state t of game i. */
  at(name, i, t) {
    return this.array(name).data[i * this.wide + t];
  }

  get longest() {
    return Math.max(...this.lengths);
  }

  /** Seconds between two recorded states. */
  get tau() {
    return this.run.facts.get("skip", 4) / 60;
  }

  get actions() {
    return this.run.facts.get("actions", []);
  }

  get terms() {
    return this.run.facts.get("terms", []);
  }

  levelName(i) {
    return this.run.facts.get("levels", [])[this.one("shown/level", i)]?.name ?? "";
  }

  /** The level as the episode began: tiles, start and flag; what moves and what lies there comes recorded. */
  stageOf(i) {
    const { data, shape: [, high, wide] } = this.array("game/tiles");
    const [height, width] = [0, 1].map((k) => this.one("game/size", 2 * i + k));
    const rows = Array.from({ length: height }, (_, row) => Array.from({ length: width }, (__, column) => CODES[data[(i * high + row) * wide + column]] ?? "."));
    for (const [name, letter] of [["game/start", "s"], ["game/flag", "f"]]) {
      const [column, row] = [0, 1].map((k) => this.one(name, 2 * i + k));
      if (rows[row]?.[column] !== undefined) rows[row][column] = letter;
    }
    return new Stage(rows.map((row) => row.join("")));
  }

  /** What drawGame needs of game i at a moment t, a whole number or between two; after its end, how it ended. */
  state(i, t) {
    const last = this.lengths[i] - 1;
    const from = Math.min(last, Math.floor(t));
    const to = Math.min(last, from + 1);
    const part = Math.min(1, Math.max(0, t - from));
    const tiles = (name) => this.between(name, i, from, to, part);
    const over = from >= last ? this.one("shown/how", i) : 0;
    return {
      x: tiles("shown/x"), y: tiles("shown/y"), facing: this.at("shown/facing", i, from), ground: this.at("shown/ground", i, from) > 0, over,
      tick: from * this.run.facts.get("skip", 4), walkers: this.walkers(i, from, to, part), platforms: this.platforms(i, from, to, part), taken: this.taken(i, from),
    };
  }

  between(name, i, from, to, part) {
    const [a, b] = [this.at(name, i, from), this.at(name, i, to)];
    return (a + (b - a) * part) / PER_TILE;
  }

  walkers(i, from, to, part) {
    const { data, shape: [, wide, n] } = this.array("shown/walkers");
    const rows = this.array("shown/walker_row").data;
    return Array.from({ length: n }, (_, k) => {
      const [a, b] = [data[(i * wide + from) * n + k], data[(i * wide + to) * n + k]];
      if (a === NOTHING) return [NaN, NaN];
      return [(a + ((b === NOTHING ? a : b) - a) * part) / PER_TILE, rows[i * n + k] / PER_TILE];
    });
  }

  platforms(i, from, to, part) {
    const { data, shape: [, wide, n] } = this.array("shown/platforms");
    const widths = this.array("shown/platform_width").data;
    return Array.from({ length: n }, (_, k) => {
      const place = (t, axis) => data[((i * wide + t) * n + k) * 2 + axis];
      if (place(from, 0) === NOTHING) return [NaN, NaN, 0];
      return [...[0, 1].map((axis) => (place(from, axis) + (place(to, axis) - place(from, axis)) * part) / PER_TILE), widths[i * n + k]];
    });
  }

  taken(i, t) {
    const { shape: [, n] } = this.array("shown/items");
    const cells = this.array("shown/items").data;
    const when = this.array("shown/taken").data;
    const stage = this.stages[i];
    const found = new Array(stage.items.length).fill(false);
    for (let k = 0; k < n; k += 1) {
      const at = stage.itemAt.get(cells[(i * n + k) * 2 + 1] * stage.width + cells[(i * n + k) * 2]);
      if (at !== undefined) found[at] = when[i * n + k] >= 0 && t >= when[i * n + k];
    }
    return found;
  }

  value(i, t) {
    return this.at("shown/value", i, t);
  }

  action(i, t) {
    return this.at("shown/action", i, t);
  }

  /** Probabilities of the actions in state t. */
  chances(i, t) {
    const { data, shape: [, wide, n] } = this.array("shown/chances");
    return Array.from(data.subarray((i * wide + t) * n, (i * wide + t + 1) * n), (byte) => byte / 255);
  }

  /** Sums of the six reward terms over all steps before state t. */
  sums(i, t) {
    const { data, shape: [, wide, n] } = this.array("shown/terms");
    const unit = this.run.facts.get("reward_unit", 0.001);
    const found = new Array(n).fill(0);
    for (let s = 0; s < Math.min(t, this.lengths[i] - 1); s += 1) for (let k = 0; k < n; k += 1) found[k] += data[(i * wide + s) * n + k] * unit;
    return found;
  }

  /** Sum of all rewards before each state. */
  rewards(i) {
    const { data, shape: [, wide, n] } = this.array("shown/terms");
    const unit = this.run.facts.get("reward_unit", 0.001);
    let sum = 0;
    return Array.from({ length: this.lengths[i] }, (_, t) => {
      const now = sum;
      for (let k = 0; k < n; k += 1) sum += data[(i * wide + t) * n + k] * unit;
      return now;
    });
  }

  /** Whether the recording of game i holds it from its start. */
  whole(i) {
    const [column, row] = [0, 1].map((k) => this.one("game/start", 2 * i + k));
    return Math.abs(this.at("shown/x", i, 0) / PER_TILE - column) < 0.5 && Math.abs(this.at("shown/y", i, 0) / PER_TILE - row) < 0.5;
  }
}
