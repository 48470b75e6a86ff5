// Recorded games of the policy that trains, side by side and over again; a press or the arrow keys choose one to look into.

import { element, setText } from "./elements.js";
import { Panel } from "./panel.js";
import { ACTIVE } from "./run.js";

/**
 * A kind of games has `player` (a Loop) and fills in what follows the hand. `shown` is what was recorded:
 * {run, frame, n: games, lengths, longest: states of the longest game}.
 */
export class Games extends Panel {
  /**
   * array: of a frame that holds games. again: ms between the last end and the next showing. words: ms that words stay while
   * it plays, for none can be read that change with every step.
   */
  constructor(spec, view, { array, again, words }) {
    super(spec, view);
    Object.assign(this, { array, pauses: { again, words }, chosen: 0 });
    this.element.classList.add("lv-wide");
    this.addSaving();
    this.what = element("p", { className: "lv-hint lv-games-words" });
  }

  /** The canvas that the games are drawn on; their `boxes` {x, y, w, h} can be pressed. */
  stage(className, name) {
    return element("canvas", {
      className: `lv-canvas ${className}`, role: "application", tabindex: 0, "data-keys": "own",
      "aria-label": `${name}. Arrow keys up and down choose one, left and right move step by step.`,
      on: { click: (event) => this.press(event), keydown: (event) => this.key(event) },
    });
  }

  // What a kind of games fills in.

  /** The games of the frame, as `shown`. */
  record() {}

  words() {
    return "";
  }

  paintGames() {}

  /** Everything that tells of the chosen game's moment. */
  write() {}

  /** Whether the games that play are to be played to their end before newer ones are shown. */
  get busy() {
    const { shown, player, run } = this;
    return Boolean(shown) && player.playing && player.again && shown.run === run && ACTIVE.includes(run.condition);
  }

  // The newest games.

  reset() {
    this.shown = null;
    clearTimeout(this.waiting);
  }

  draw(run, frame) {
    super.draw(run, frame);
    if (!frame.array(this.array)) return;
    if (!this.busy) this.adopt();
    this.paint();
  }

  /** Show the newest games from their beginning. */
  adopt() {
    if (this.shown?.frame === this.frame) return;
    clearTimeout(this.waiting);
    const { player } = this;
    const { again } = player;
    this.shown = this.record();
    this.chosen = Math.min(this.chosen, this.shown.n - 1);
    player.pause();
    player.hold(this.shown.longest, again ? 0 : player.at);
    if (again && !player.ended) player.start();
    setText(this.what, this.words());
  }

  moved() {
    const { player } = this;
    if (this.shown?.frame !== this.frame && !ACTIVE.includes(this.run?.condition)) this.adopt(); // it has stopped training meanwhile
    if (player.ended) this.wrote = 0; // the last step is told in any case
    if (player.ended && player.again && player.length > 1) {
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.repeat(), this.pauses.again);
    }
    this.paint();
  }

  repeat() {
    if (this.closed || !this.player.again || this.player.playing) return;
    if (this.shown?.frame === this.frame) this.player.start();
    else this.adopt();
  }

  paint() {
    if (!this.shown || !this.colours || this.body.clientWidth === 0 || this.closed) return;
    this.paintGames();
    const now = performance.now();
    if (this.player.playing && this.wrote && now - this.wrote < this.pauses.words) return;
    this.wrote = now;
    this.write();
  }

  redraw() {
    if (this.run && this.frame) this.paint();
  }

  // The hand.

  press(event) {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const [px, py] = [event.clientX - left, event.clientY - top];
    const found = this.boxes?.findIndex(({ x, y, w, h }) => px >= x && px <= x + w && py >= y && py <= y + h) ?? -1;
    if (found >= 0) this.choose(found);
  }

  choose(i) {
    this.chosen = Math.max(0, Math.min(this.shown.n - 1, i));
    this.wrote = 0;
    this.paint();
  }

  key(event) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!this.shown || (!by && !along)) return;
    event.preventDefault();
    event.stopPropagation();
    if (by) this.choose(this.chosen + by);
    else this.player.go(this.player.at + along * (event.shiftKey ? 10 : 1));
    this.wrote = 0;
    this.paint();
  }

  close() {
    this.closed = true;
    clearTimeout(this.waiting);
    this.player.again = false;
    this.player.pause();
  }
}

/** Lines along a game on a plane, their names above them and a mark at the present moment. lines: [name, values, colour, dash]. */
export function drawCourse(plane, colours, { xs, last, here, lines }) {
  const all = [0, ...lines.flatMap(([, values]) => values.filter(Number.isFinite))];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const room = 0.08 * (high - low) + 0.1;
  plane.span({ x: [0, last], y: [low - room, high + 3 * room] });
  plane.begin(colours, plane.element.parentElement.clientWidth);
  plane.line("zero", [0, last], [0, 0], { colour: colours.ink(0.4), width: 1 });
  lines.forEach(([name, values, colour, dash], i) => {
    plane.line(name, xs, values, { colour, width: 2, dash });
    plane.text(`name ${i}`, ((i + 0.02) / lines.length) * last, plane.yAxis.high, name, { dx: 6, dy: 15, colour, weight: 600, size: 12 });
  });
  plane.line("here", [here, here], [plane.yAxis.low, plane.yAxis.high], { colour: colours.ink(0.5), width: 1 });
  plane.end();
}
