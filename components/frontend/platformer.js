// The newest games of the policy that trains, played side by side, with what it saw, chose and expected at every moment.

import { fit } from "./canvas.js";
import { element, setText } from "./elements.js";
import { drawCourse, Games } from "./games.js";
import { number } from "./numbers.js";
import { drawGame } from "./platformer_draw.js";
import { Reel } from "./platformer_reel.js";
import { shownIn } from "./platformer_shown.js";
import { Chances, Terms, Window } from "./platformer_side.js";
import { Plane } from "./sketches/plane.js";

const LONGEST_MS = 12000; // while it trains, newer games are not kept waiting longer
const HEAD = 22; // pixels of words over a game
const HOW = { running: "is going on", fell: "fell into a pit", caught: "was caught", flag: "reached the flag", time: "ran out of time" };

/** How often the levels had changed when the games of a frame were played. */
const nthLevels = (frame) => frame.array("shown/levels_changed")?.data[0];

export class Platformer extends Games {
  constructor(spec, view) {
    super(spec, view, { array: "shown/x", again: 700, words: 120 });
    this.n_painted = 0;
    this.games = this.stage("lv-games", "Games of the agent");
    this.reel = new Reel({ label: "Moments of the games", moved: () => this.moved() });
    this.terms = new Terms();
    this.chances = new Chances();
    this.window = new Window();
    this.course = new Plane({ label: "Value along the game", x: { low: 0, high: 10, title: "game time (s)" }, y: { low: -1, high: 5, title: "reward" }, height: 220, press: (x) => this.reel.go(Math.round(x / this.shown.tau)) });
    const part = (title, body) => element("div", { className: "lv-game-part" }, element("h4", { className: "lv-examples-title", text: title }), body);
    this.seen = part("What the agent sees", this.window.element);
    this.expected = part("Value V of the present state, and reward so far", this.course.element);
    this.body.append(this.games, this.what, this.reel.element,
      element("div", { className: "lv-game-parts" },
        element("div", {}, this.seen, this.expected),
        element("div", {}, part("What it chooses from: chances of the actions", this.chances.element), part("What it earned", this.terms.element))));
  }

  canvases() {
    return [this.games];
  }

  get player() {
    return this.reel;
  }

  /** Newer games are not kept waiting for ever, and games in a level that is no more are not played on. */
  get busy() {
    return super.busy && !this.view.scrubbed && nthLevels(this.frame) === nthLevels(this.shown.frame) && performance.now() - this.adoptedAt <= LONGEST_MS;
  }

  record() {
    const shown = shownIn(this.run, this.frame);
    this.sumsOf = null;
    this.adoptedAt = performance.now();
    this.reel.rate = 1 / shown.tau;
    this.wrote = 0;
    return shown;
  }

  words() {
    const { shown, run } = this;
    if (shown.longest <= 1) return "Nothing has been played yet: press Train, or Step (→) for one update.";
    const ends = run.facts.get("ends", []);
    const told = shown.lengths.map((length, i) => `${i + 1} ${HOW[ends[shown.one("shown/how", i)]] ?? "ended"} after ${(length * shown.tau).toFixed(1)} s`).join(" · ");
    const whose = this.frame.step === 0 ? "Games of the untrained agent" : `The newest games at update ${this.frame.step}`;
    return `${whose}: ${told}. Press one to look into it.`;
  }

  // The games.

  paintGames() {
    const { shown, colours, reel } = this;
    const width = this.body.clientWidth;
    const columns = width >= 560 && shown.n > 1 ? 2 : 1;
    const wide = width / columns;
    const tall = Math.round(Math.min(224, Math.max(140, wide * 0.4))) + HEAD;
    const rows = Math.ceil(shown.n / columns);
    const context = fit(this.games, width, rows * (tall + 8));
    context.clearRect(0, 0, width, rows * (tall + 8));
    this.boxes = [];
    for (let i = 0; i < shown.n; i += 1) {
      const box = { x: (i % columns) * wide + 2, y: Math.floor(i / columns) * (tall + 8) + HEAD + 2, w: wide - (columns > 1 ? 8 : 4), h: tall - HEAD };
      this.boxes.push({ ...box, y: box.y - HEAD, h: box.h + HEAD });
      drawGame(context, box, shown.stages[i], shown.state(i, reel.place), colours);
      context.strokeStyle = i === this.chosen ? colours.categories[0] : colours.ink(0.2);
      context.lineWidth = i === this.chosen ? 3 : 1;
      context.strokeRect(box.x, box.y, box.w, box.h);
      context.fillStyle = colours.ink(i === this.chosen ? 1 : 0.75);
      context.font = `${i === this.chosen ? 600 : 400} 13px ${colours.font}`;
      context.fillText(this.title(i), box.x + 2, box.y - 7, box.w - 4);
    }
    this.n_painted += 1;
  }

  title(i) {
    const { shown, reel } = this;
    const last = shown.lengths[i] - 1;
    const how = shown.run.facts.get("ends", [])[shown.one("shown/how", i)];
    const state = reel.at >= last && how !== "running" ? HOW[how] : `${(Math.min(reel.at, last) * shown.tau).toFixed(1)} s`;
    return `${i + 1} · ${shown.levelName(i)} · ${state}`;
  }

  // The moment of the chosen game.

  get moment() {
    return Math.min(this.reel.at, this.shown.lengths[this.chosen] - 1);
  }

  write() {
    const { shown, chosen, moment } = this;
    this.chances.show(shown.actions, shown.chances(chosen, moment), shown.action(chosen, moment));
    this.terms.show(shown.terms, shown.sums(chosen, moment));
    this.writeWindow();
    this.writeCourse();
  }

  writeWindow() {
    const { shown, moment, colours } = this;
    const width = this.window.element.clientWidth;
    const tiles = shown.array("seen/window");
    const pixels = shown.array("seen/pixels");
    this.seen.hidden = !tiles && !pixels;
    if (tiles) {
      const [n, rows, columns] = tiles.shape;
      const t = Math.min(n - 1, this.chosen === 0 ? moment : Math.min(this.reel.at, shown.lengths[0] - 1));
      const around = shown.run.facts.get("window", { above: 6, behind: 4 });
      this.window.show(tiles.data.subarray(t * rows * columns, (t + 1) * rows * columns), rows, columns, around, colours, width);
    } else if (pixels) this.window.picture(pixels.data, ...pixels.shape.slice(-2), width);
    setText(this.seen.firstChild, shown.n > 1 ? "What the agent of game 1 sees" : "What the agent sees");
  }

  writeCourse() {
    const { shown, chosen, course, colours, moment } = this;
    if (this.sumsOf?.chosen !== chosen) this.sumsOf = { chosen, sums: shown.rewards(chosen), values: Array.from({ length: shown.lengths[chosen] }, (_, t) => shown.value(chosen, t)) };
    const { sums, values } = this.sumsOf;
    setText(this.expected.firstChild, `Value of the present state, V = ${number(values[moment])}, and reward so far`);
    const lines = [["V, value of the state", values, colours.categories[0], ""], ["reward so far", sums, colours.categories[1], "6 4"]];
    drawCourse(course, colours, { xs: sums.map((_, t) => t * shown.tau), lines, last: Math.max(1, (shown.lengths[chosen] - 1) * shown.tau), here: moment * shown.tau });
  }

  redraw() {
    this.wrote = 0;
    super.redraw();
  }

  table() {
    const { shown } = this;
    if (!shown) return [];
    const rows = [["game", "time (s)", "x (tiles)", "y (tiles)", "action", "value", "reward so far", ...shown.actions.map((name) => `chance of ${name}`)]];
    shown.lengths.forEach((length, i) => {
      const sums = shown.rewards(i);
      for (let t = 0; t < length; t += 1) {
        const { x, y } = shown.state(i, t);
        rows.push([i + 1, t * shown.tau, x, y, shown.actions[shown.action(i, t)] ?? "", shown.value(i, t), sums[t], ...shown.chances(i, t)]);
      }
    });
    return rows;
  }

  /** What it shows, as JSON: what tests read. */
  get state() {
    const { shown, chosen, reel, n_painted: painted } = this;
    if (!shown) return null;
    const game = shown.state(chosen, reel.place);
    return { step: shown.frame.step, n: shown.n, lengths: shown.lengths, chosen, at: reel.at, place: reel.place, playing: reel.playing, painted, x: game.x, y: game.y, sums: shown.sums(chosen, this.moment), levels: shown.stages.map((stage) => stage.text) };
  }
}
