// Play the platform game by hand: keys and pads go to the server, which plays the agent's very game; what comes back is drawn.

import { fit } from "../canvas.js";
import { element, setText } from "../elements.js";
import { MINUS } from "../numbers.js";
import { drawGame } from "../platformer_draw.js";
import { ghostAt, Rivals, watchedAt } from "../platformer_ghost.js";
import { Stage } from "../platformer_level.js";
import { Terms } from "../platformer_side.js";
import { Line } from "../platformer_socket.js";
import { Card, Sketch } from "./base.js";
import { bar, button } from "./knobs.js";

const [LEFT, RIGHT, JUMP, RUN] = [1, 2, 4, 8];
const KEYS = {
  ArrowLeft: LEFT, ArrowRight: RIGHT, ArrowUp: JUMP, " ": JUMP, Shift: RUN, a: LEFT, d: RIGHT, w: JUMP, A: LEFT, D: RIGHT, W: JUMP,
};
const TICK = 1 / 60; // seconds
const REST_MS = 600; // after an end, in which a key that is still held begins nothing
const ENDED = { fell: "You fell into a pit", caught: "A walker caught you", flag: "You reached the flag", time: "Time is up" };
const WATCHED = { running: "You are watching. Press a key to play yourself.", fell: "It fell into a pit.", caught: "A walker caught it.", flag: "It reached the flag.", time: "Its time was up." };
const LOST = ["", "fell", "caught"]; // by the number that drawGame knows

export default class PlatformerPlay extends Sketch {
  constructor(host) {
    super(host);
    this.held = new Map(); // key or pad → bits
    this.listener = () => this.hear();
    document.addEventListener("playground:frame", this.listener);
  }

  show(data) {
    const before = this.data;
    super.show(data);
    if (!this.canvas) this.build();
    this.fill();
    if (!before) {
      this.choose(0);
      return;
    }
    if (this.text !== this.stage.text) this.choose(this.chosen);
    else if (this.line.there && JSON.stringify(before.rewards) !== JSON.stringify(data.rewards)) this.line.send({ rewards: data.rewards });
    this.race();
  }

  build() {
    this.chosen = 0;
    this.canvas = element("canvas", {
      className: "lv-canvas sk-play-canvas", role: "application", tabindex: 0, "data-keys": "all",
      "aria-label": "The game. Arrow keys run left and right, space or the up key jumps, shift runs fast, Enter begins again.",
      on: {
        keydown: (event) => this.key(event), keyup: (event) => this.key(event), blur: () => this.release(),
        pointerdown: () => this.canvas.focus({ preventScroll: true }),
      },
    });
    this.levels = element("select", { className: "lv-select", "aria-label": "Level to play", on: { change: () => this.choose(Number(this.levels.value)) } });
    this.rivals = new Rivals({ tell: (asked) => this.host.tell(asked, 0), chosen: () => this.race(), look: () => this.look() });
    this.again = button("Begin again", () => this.restart(), { title: "From the start (Enter)" });
    this.words = element("p", { className: "sk-words sk-verdict", role: "status" });
    this.hint = element("p", { className: "lv-hint", text: "Press the picture first. ← → walk, Shift runs, space or ↑ jumps (the longer, the higher). Jump on walkers, hit blocks from below, reach the flag." });
    const figure = (name) => {
      const value = element("b");
      return { value, element: element("span", {}, element("span", { className: "sk-knob-name", text: `${name} ` }), value) };
    };
    this.figures = { time: figure("Time"), coins: figure("Coins"), stomps: figure("Stomps"), reward: figure("Reward") };
    const pad = (text, label, bits) => element("button", {
      type: "button", className: "lv-button sk-pad", text, "aria-label": label,
      on: {
        pointerdown: (event) => this.touch(event, label, bits), pointerup: (event) => this.untouch(event, label), pointercancel: (event) => this.untouch(event, label),
        lostpointercapture: (event) => this.untouch(event, label), contextmenu: (event) => event.preventDefault(),
      },
    });
    this.pads = element("div", { className: "sk-play-pads" },
      element("div", {}, pad("←", "Left", LEFT), pad("→", "Right", RIGHT)), element("div", {}, pad("Run", "Run", RUN), pad("Jump", "Jump", JUMP)));
    this.terms = new Terms("Reward, as the agent would see it");
    this.line = new Line(this.data.url, {
      hello: (message) => this.begin(message), state: (message) => this.take(message), refused: (sentence) => this.complain(sentence), lost: (sentence) => this.lost(sentence),
    });
    this.card = new Card(this.host, "The game", { picture: () => this.canvas, table: () => [["term", "sum"], ...this.data.terms.map((name, k) => [name, this.sums[k]])] });
    const figures = element("div", { className: "sk-play-figures" }, ...Object.values(this.figures).map((one) => one.element));
    const left = element("div", {}, figures, this.words, this.hint);
    this.card.body.append(bar(this.levels, ...this.rivals.elements, this.again), this.canvas, this.pads, element("div", { className: "sk-play-below" }, left, this.terms.element));
    this.root.replaceChildren(this.card.element);
  }

  fill() {
    const names = this.data.levels.map(({ name }) => name);
    const key = names.join("|");
    if (key === this.filled) return;
    this.filled = key;
    this.levels.replaceChildren(...names.map((text, value) => element("option", { value, text, selected: value === this.chosen })));
  }

  // The game.

  get text() {
    return this.data.levels[this.chosen].text;
  }

  choose(i) {
    this.chosen = i;
    this.levels.value = String(i);
    this.stage = Stage.read(this.text);
    if (this.line.there) this.line.send({ level: this.text, restart: true });
    this.still();
    this.race();
  }

  /** The level as it stands before its first key. */
  still() {
    const { stage } = this;
    this.watched = null; // {record, from}: a game that is looked at
    this.game = { ...stage.still, vx: 0, over: "running", coins: 0, stomps: 0, walkers: stage.walkersAt(0), platforms: stage.platformsAt(0), taken: [], total: 0 };
    this.sums = this.data.terms.map(() => 0);
    this.trouble = "";
    this.changed();
  }

  connect() {
    if (this.line.there) return;
    this.line.open({ level: this.text, rewards: this.data.rewards });
  }

  begin({ state, level }) {
    this.watched = null;
    if (level !== this.stage.text) this.stage = Stage.read(level) ?? this.stage;
    this.sums = this.data.terms.map(() => 0);
    this.trouble = "";
    this.arrive(state);
  }

  take(message) {
    this.data.terms.forEach((name, k) => {
      this.sums[k] += message.terms[k] * this.data.rewards[name];
    });
    this.arrive(message);
  }

  arrive(state) {
    if (this.game.over === "running" && state.over !== "running") this.endedAt = performance.now();
    this.game = state;
    this.changed();
  }

  complain(sentence) {
    this.trouble = sentence;
    this.changed();
  }

  lost(sentence) {
    this.held.clear();
    this.trouble = `${sentence} Press “Begin again”.`;
    this.changed();
  }

  get reward() {
    return this.game.total.toFixed(2).replace("-", MINUS);
  }

  get over() {
    return this.game.over !== "running";
  }

  restart() {
    this.held.clear();
    if (this.line.there) this.line.send({ restart: true });
    else {
      this.still();
      this.connect();
    }
    this.race();
    this.canvas.focus({ preventScroll: true });
  }

  // The hand.

  get bits() {
    return [...this.held.values()].reduce((all, bits) => all | bits, 0);
  }

  hold(name, bits) {
    if (this.over) {
      if (bits === RUN || performance.now() - this.endedAt < REST_MS) return;
      this.restart();
    }
    this.watched = null;
    this.connect();
    this.held.set(name, bits);
    this.line.send({ keys: this.bits });
  }

  let(name) {
    if (this.held.delete(name)) this.line.send({ keys: this.bits });
  }

  release() {
    if (this.held.size === 0) return;
    this.held.clear();
    this.line.send({ keys: 0 });
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const bits = KEYS[event.key];
    const down = event.type === "keydown";
    if (bits === undefined && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.key === "Enter") {
      if (down && !event.repeat) this.restart();
    } else if (!down) this.let(name);
    else if (!event.repeat) this.hold(name, bits);
  }

  touch(event, label, bits) {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    event.currentTarget.dataset.held = "true";
    this.hold(label, bits);
  }

  untouch(event, label) {
    event.currentTarget.dataset.held = "false";
    this.let(label);
  }

  // The rival.

  race() {
    this.ghost = this.rivals.of(this.data, this.text);
    this.changed();
  }

  /** The live view has a new frame: the agent's game there may be another. A race goes on against the one it began with. */
  hear() {
    if (this.data && this.game.tick === 0) this.race();
  }

  /** Play the rival's recorded game from its start, instead of one's own. */
  look() {
    this.still();
    this.watched = { record: this.ghost, from: performance.now() };
    this.changed();
  }

  // What is seen.

  draw() {
    const { canvas, colours, card, stage, watched } = this;
    const game = watched ? { ...this.game, ...watchedAt(watched.record, (performance.now() - watched.from) / 1000) } : this.game;
    if (watched && game.over === "running") requestAnimationFrame(() => this.changed());
    const width = card.body.clientWidth;
    const height = Math.round(Math.min(364, Math.max(224, width * 0.36)));
    const context = fit(canvas, width, height);
    context.clearRect(0, 0, width, height);
    const taken = new Array(stage.items.length).fill(false);
    for (const i of game.taken) taken[i] = true;
    const state = { ...game, taken, over: Math.max(0, LOST.indexOf(game.over)), walkers: game.walkers.map(orGone), platforms: game.platforms.map(orGone) };
    const ghosts = this.ghost && !watched ? [{ ...ghostAt(this.ghost, game.tick * TICK), colour: colours.ink(1) }] : [];
    drawGame(context, { x: 0, y: 0, w: width, h: height }, stage, state, colours, { ghosts });
    this.drawn = game.tick;
    setText(this.figures.time.value, `${(game.tick * TICK).toFixed(1)} s`);
    setText(this.figures.coins.value, String(game.coins));
    setText(this.figures.stomps.value, String(game.stomps));
    setText(this.figures.reward.value, watched ? "–" : this.reward);
    this.terms.show(this.data.terms, this.sums);
    setText(this.words, watched ? WATCHED[game.over] ?? "It is over." : this.sentence());
    this.words.classList.toggle("sk-refused", Boolean(this.trouble));
  }

  sentence() {
    const { game, trouble } = this;
    if (trouble) return trouble;
    if (!this.over) return game.tick === 0 ? "Press a key to begin." : this.against();
    const coins = `${game.coins} coin${game.coins === 1 ? "" : "s"}`;
    return `${ENDED[game.over] ?? "It is over"} after ${(game.tick * TICK).toFixed(1)} s with ${coins}: reward ${this.reward}. Press Enter or “Begin again”.`;
  }

  against() {
    if (!this.ghost) return "";
    const ahead = this.game.x - ghostAt(this.ghost, this.game.tick * TICK).x;
    return `${Math.abs(ahead).toFixed(1)} tiles ${ahead >= 0 ? "ahead of" : "behind"} the other.`;
  }

  get state() {
    const { game, sums, trouble, stage, held, drawn, line, ghost } = this;
    return { ...game, sums, trouble, drawn, level: stage.text, held: [...held.keys()], connected: line.there, watching: Boolean(this.watched), words: this.words.textContent, ghost: ghost ? ghost.x.length : 0, canvas: [this.canvas.clientWidth, this.canvas.clientHeight] };
  }

  close() {
    this.line.close();
    document.removeEventListener("playground:frame", this.listener);
  }
}

const orGone = (place) => place ?? [NaN, NaN, 0];
