// Balance the pole by hand: the same game as the learner's, in the browser, with its own record beside the agent's.

import { fit } from "../canvas.js";
import { drawCart } from "../cartpole_draw.js";
import { fallen, MAX_STEPS, step, TAU } from "../cartpole_physics.js";
import { capital, element, setText } from "../elements.js";
import { number } from "../numbers.js";
import { Card, runBeside, Sketch } from "./base.js";
import { bar, button, ChoiceRow } from "./knobs.js";

const TALL = 270; // pixels
const SPEEDS = { 0.25: "0.25×", 0.5: "0.5×", "1.0": "1×, as the agent" }; // "1" would be listed first
const START = 0.05; // every number of a first state lies within ± this
const REST_MS = 700; // after a fall, in which a key that is still held begins nothing
const SIDE = { ArrowLeft: 0, ArrowRight: 1, a: 0, d: 1 };
const OVER = { leans: "the pole leans by more than 12°", "left the track": "the cart has left the track" };

export default class Balance extends Sketch {
  constructor(host) {
    super(host);
    this.records = {};
    this.agent = null;
    this.listener = () => this.hear();
    document.addEventListener("playground:frame", this.listener);
  }

  show(data) {
    super.show(data);
    if (!this.canvas) this.build();
    this.begin();
    this.hear();
  }

  build() {
    this.speed = "0.5";
    this.canvas = element("canvas", {
      className: "lv-canvas sk-balance", role: "application", tabindex: 0, "data-keys": "own",
      "aria-label": "A pole on a cart. Hold the left or the right arrow key to push the cart; Enter begins again.",
      on: {
        keydown: (event) => this.key(event), keyup: (event) => this.key(event), blur: () => this.release(),
        pointerdown: (event) => this.touch(event), pointerup: () => this.release(), pointercancel: () => this.release(),
      },
    });
    this.words = element("p", { className: "sk-words sk-verdict", role: "status" });
    this.hint = element("p", { className: "lv-hint", text: "Hold ← or → (or press the left or right half of the picture). The cart is always pushed: while you hold nothing, left and right take turns." });
    this.choice = new ChoiceRow({ label: "Speed", options: SPEEDS, value: this.speed, input: (speed) => { this.speed = speed; this.begin(); } });
    this.again = button("Begin again", () => { this.begin(); this.canvas.focus(); });
    this.rows = element("tbody");
    const head = element("tr", {}, ...["Who", "steps"].map((text) => element("th", { scope: "col", text })));
    const table = element("table", { className: "sk-table" }, element("thead", {}, head), this.rows);
    this.card = new Card(this.host, "Your turn", { picture: () => this.canvas, table: () => [["who", "steps"], ...this.scores()] });
    this.field = element("div", {}, this.canvas, this.words, this.hint);
    this.card.body.append(bar(this.choice, this.again), element("div", { className: "sk-balance-grid" }, this.field, table));
    this.root.replaceChildren(this.card.element);
  }

  // The game.

  /** A new pole, nearly upright; it waits for the first push. */
  begin(state = Array.from({ length: 4 }, () => START * (2 * Math.random() - 1))) {
    cancelAnimationFrame(this.ticking);
    Object.assign(this, { now: state, n: 0, over: "", going: false, held: null, turn: 0, pushed: null });
    this.changed();
  }

  get physics() {
    const { gravity, pole_length: poleLength, force } = this.data;
    return { gravity, poleLength, force };
  }

  /** The push of the next step: the held key's, or left and right in turn. */
  get action() {
    return this.held ?? this.turn;
  }

  advance() {
    this.pushed = this.action;
    this.turn = 1 - this.pushed;
    this.now = step(this.now, this.pushed, this.physics);
    this.n += 1;
    this.over = fallen(this.now) || (this.n >= MAX_STEPS ? "stood" : "");
    if (!this.over) return;
    this.going = false;
    this.endedAt = performance.now();
    this.last = this.n;
    this.records[this.speed] = Math.max(this.records[this.speed] ?? 0, this.n);
  }

  start() {
    if (this.going || this.over) return;
    this.going = true;
    let [before, owed] = [performance.now(), 0];
    const tick = (now) => {
      if (!this.going) return;
      owed += Math.min(0.1, (now - before) / 1000) * Number(this.speed); // a tab that was away does not fall meanwhile
      before = now;
      for (; owed >= TAU && this.going; owed -= TAU) this.advance();
      this.changed();
      if (this.going) this.ticking = requestAnimationFrame(tick);
    };
    this.ticking = requestAnimationFrame(tick);
  }

  /** Hold a push; after a fall the first one begins a new game. */
  hold(side) {
    if (this.over) {
      if (performance.now() - this.endedAt < REST_MS) return;
      this.begin();
    }
    this.held = side;
    this.start();
    this.changed();
  }

  release(side = this.held) {
    if (side === this.held) this.held = null;
  }

  key(event) {
    const side = SIDE[event.key];
    const down = event.type === "keydown";
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (side === undefined && !(down && ["Enter", " "].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    if (side === undefined) this.begin();
    else if (!down) this.release(side);
    else if (!event.repeat) this.hold(side);
  }

  touch(event) {
    if (event.button !== 0) return;
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    const { left, width } = this.canvas.getBoundingClientRect();
    event.preventDefault();
    this.hold(event.clientX - left < width / 2 ? 0 : 1);
  }

  // What is seen.

  /** The agent of the page's run, as its newest frame tells. */
  hear() {
    const mean = runBeside()?.frame?.metrics["return/test"];
    this.agent = Number.isFinite(mean) ? mean : null;
    this.changed();
  }

  scores() {
    const { baselines, best } = this.data;
    const found = [
      [`You, best at ${Number(this.speed)}×`, this.records[this.speed] ?? null],
      ["You, last game", this.last ?? null],
      ["The agent now, mean of 100", this.agent],
      ["Best of your agents in this task", best],
      ...Object.entries(baselines).map(([name, steps]) => [`${capital(name)}, mean of 100`, steps]),
    ];
    return found.filter(([name, steps]) => steps !== null || name.startsWith("You, best"));
  }

  draw() {
    const { canvas, colours } = this;
    const width = this.field.clientWidth;
    const context = fit(canvas, width, TALL);
    context.clearRect(0, 0, width, TALL);
    const [place, , angle] = this.now;
    const push = !this.going ? 0 : this.held === null ? 0 : this.held ? 1 : -1;
    const box = { x: 0, y: 0, w: width, h: TALL };
    drawCart(context, box, { place, angle, length: this.data.pole_length, push, over: Boolean(this.over) && this.over !== "stood", colour: colours.categories[0] }, colours);
    setText(this.words, this.sentence());
    const rows = this.scores();
    while (this.rows.children.length < rows.length) this.rows.append(element("tr", {}, element("th", { scope: "row" }), element("td")));
    while (this.rows.children.length > rows.length) this.rows.lastChild.remove();
    rows.forEach(([name, steps], i) => {
      const [head, cell] = this.rows.children[i].children;
      setText(head, name);
      setText(cell, steps === null ? "–" : Number.isInteger(steps) ? String(steps) : number(steps));
    });
  }

  sentence() {
    if (this.over === "stood") return `You stood for all ${MAX_STEPS} steps. Press ← or → for another game.`;
    if (this.over) return `Fallen after ${this.n} steps: ${OVER[this.over]}. Press ← or → for another game.`;
    return this.going ? `Step ${this.n} of ${MAX_STEPS}` : "Press ← or → to begin.";
  }

  get state() {
    const { now, n, over, going, held, records, last, agent, speed } = this;
    return { now, n, over, going, held, records, last: last ?? null, agent, speed, words: this.words.textContent, scores: this.scores() };
  }

  close() {
    this.going = false;
    cancelAnimationFrame(this.ticking);
    document.removeEventListener("playground:frame", this.listener);
  }
}
