// The level that is trained in, to paint on: tiles from a palette, and the page is told when the hand rests.

import { fineness, fit } from "../canvas.js";
import { element, setText } from "../elements.js";
import { Brush } from "../platformer_brush.js";
import { camera, drawGame, drawLetter } from "../platformer_draw.js";
import { Stage } from "../platformer_level.js";
import { Card, Sketch } from "./base.js";
import { bar, button, Slider } from "./knobs.js";

const REST_MS = 200;
const MORE = 4; // columns that "wider" adds
const TOOLS = {
  ".": "Air", g: "Ground", b: "Brick", q: "Block with a coin", c: "Coin", w: "Walker", h: "Platform, sideways", v: "Platform, up and down", s: "Start", f: "Flag",
};
const [FEWEST_PIXELS, TALLEST] = [230, 336];

export default class PlatformerEditor extends Sketch {
  show(data) {
    super.show(data);
    if (!this.canvas) this.build();
    if (this.brush.show(data.level, data.refused?.text)) this.refit();
    const answer = JSON.stringify(data.refused);
    if (answer !== this.answer) this.trouble = data.refused?.sentence ?? "";
    this.answer = answer;
    this.fill();
    this.changed();
  }

  build() {
    this.brush = new Brush((text) => this.host.tell({ level: text }, REST_MS));
    this.tool = "g";
    this.from = 0;
    this.cursor = null;
    this.canvas = element("canvas", {
      className: "lv-canvas sk-level", role: "application", tabindex: 0, "data-keys": "own",
      "aria-label": "The level. Arrow keys choose a cell, Enter or space paints it; a letter (g, b, q, c, w, h, v, s, f or full stop) takes another tile.",
      on: {
        pointerdown: (event) => this.down(event), pointermove: (event) => this.over(event), pointerup: () => this.up(), pointercancel: () => this.up(),
        pointerleave: () => this.hover(null), keydown: (event) => this.key(event), blur: () => this.leave(),
      },
    });
    this.tools = Object.entries(TOOLS).map(([letter, name]) => {
      const picture = element("canvas", { "aria-hidden": "true" });
      const options = { type: "button", className: "lv-button lv-choice sk-tile", title: name, "aria-label": name, "data-tile": letter, on: { click: () => this.pick(letter) } };
      return Object.assign(element("button", options, picture), { picture });
    });
    this.where = new Slider({ label: "Where in the level", low: 0, high: 1, step: 1, value: 0, text: (value) => `from column ${value + 1}`, input: (value) => { this.from = value; this.changed(); } });
    this.load = element("select", { className: "lv-select", "aria-label": "Load a level", on: { change: () => this.take() } });
    this.undo = button("Undo", () => this.act(() => this.brush.undo()), { title: "Take the last change back" });
    this.tidy = button("Clear", () => this.act(() => this.brush.clear()), { title: "Nothing but ground, the start and the flag" });
    this.wider = button("Wider", () => this.act(() => this.brush.widen(MORE)), { title: `${MORE} columns more, before the flag` });
    this.narrower = button("Narrower", () => this.act(() => this.brush.widen(-MORE)), { title: `${MORE} columns fewer, before the flag` });
    this.original = button("As it was", () => this.host.tell({ level: null }, 0), { title: "Back to the level that is set beside the training" });
    const share = (label, value) => new Slider({ label, low: 0, high: 1, step: 0.05, value, text: (one) => one.toFixed(2), input: () => this.generate() });
    this.sliders = { pits: share("Pits", 0.4), walkers: share("Walkers", 0.4), platforms: share("Platforms", 0.3), coins: share("Coins", 0.5) };
    this.sliders.length = new Slider({ label: "Length (tiles)", low: 40, high: 200, step: 10, value: 80, text: String, input: () => this.generate() });
    this.number = 1;
    this.another = button("Another one", () => { this.number += 1; this.generate(); }, { title: "The same sliders, other dice" });
    this.words = element("p", { className: "sk-words", role: "status" });
    const making = element("details", { className: "lv-details sk-making" }, element("summary", { className: "lv-summary", text: "Make one up" }), bar(...Object.values(this.sliders)), this.another);
    this.card = new Card(this.host, "The level", { picture: () => this.canvas, table: () => this.stage.rows.map((row) => [...row]) });
    const tools = element("div", { className: "sk-tiles", role: "toolbar", "aria-label": "Tiles" }, ...this.tools);
    this.card.body.append(tools, this.canvas, this.words, bar(this.where, this.undo, this.tidy, this.narrower, this.wider, this.original, this.load), making);
    this.root.replaceChildren(this.card.element);
    this.pick(this.tool);
  }

  fill() {
    const names = this.data.levels.map(({ name }) => name);
    const key = names.join("|");
    if (key === this.filled) return;
    this.filled = key;
    this.load.replaceChildren(element("option", { value: "", text: "Load a level …" }), ...names.map((text, value) => element("option", { value, text })));
  }

  take() {
    const found = this.data.levels[Number(this.load.value)];
    if (this.load.value !== "" && found) {
      const stage = Stage.read(found.text);
      this.act(() => this.brush.change(stage.rows));
      this.refit();
    }
    this.load.value = "";
  }

  generate() {
    const { length, ...shares } = this.sliders;
    const wanted = Object.fromEntries(Object.entries(shares).map(([name, slider]) => [name, Math.round(slider.value * 100) / 100]));
    this.host.tell({ generate: { ...wanted, length: Math.round(length.value), seed: this.number } }, REST_MS);
  }

  act(change) {
    change();
    this.trouble = "";
    this.changed();
  }

  pick(letter) {
    this.tool = letter;
    for (const one of this.tools) one.setAttribute("aria-pressed", String(one.dataset.tile === letter));
    this.changed();
  }

  refit() {
    this.from = 0;
    this.cursor = null;
  }

  get stage() {
    if (this.read?.rows !== this.brush.rows) this.read = new Stage(this.brush.rows);
    return this.read;
  }

  // The hand.

  cellAt(event) {
    const { left, top } = this.canvas.getBoundingClientRect();
    const { view } = this;
    const [column, row] = [(event.clientX - left - view.left) / view.side, (event.clientY - top - view.top) / view.side].map(Math.floor);
    return column >= 0 && row >= 0 && column < this.stage.width && row < this.stage.height ? [column, row] : null;
  }

  down(event) {
    const cell = event.button === 0 && this.view ? this.cellAt(event) : null;
    if (!cell) return;
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.cursor = null;
    this.brush.begin();
    this.stroke = cell;
    this.act(() => this.brush.paint(...cell, this.tool));
  }

  over(event) {
    if (!this.view) return;
    const cell = this.cellAt(event);
    this.hover(cell);
    if (!this.stroke || !cell) return;
    this.act(() => between(this.stroke, cell).forEach(([column, row]) => this.brush.paint(column, row, this.tool)));
    this.stroke = cell;
  }

  up() {
    if (!this.stroke) return;
    this.stroke = null;
    this.brush.end();
    this.changed();
  }

  hover(cell) {
    if (String(cell) === String(this.hovered)) return;
    this.hovered = cell;
    this.changed();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (by) this.move(by);
    else if (event.key === "Enter" || event.key === " ") this.press();
    else if (event.key in TOOLS) this.pick(event.key);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.changed();
  }

  move([right, down]) {
    const { stage } = this;
    const [column, row] = this.cursor ?? [Math.floor(this.from) + 1, stage.height - 3];
    const still = this.cursor === null;
    this.cursor = [Math.min(stage.width - 1, Math.max(0, column + (still ? 0 : right))), Math.min(stage.height - 1, Math.max(0, row + (still ? 0 : down)))];
    const columns = Math.floor(this.view?.columns ?? 10);
    if (this.cursor[0] < this.from + 1) this.from = Math.max(0, this.cursor[0] - 1);
    if (this.cursor[0] > this.from + columns - 2) this.from = this.cursor[0] - columns + 2;
  }

  press() {
    if (!this.cursor) return;
    this.brush.begin();
    this.brush.paint(...this.cursor, this.tool);
    this.brush.end();
    this.trouble = "";
  }

  leave() {
    this.cursor = null;
    this.changed();
  }

  // What is seen.

  draw() {
    const { canvas, colours, card, stage } = this;
    const width = card.body.clientWidth;
    const height = Math.min(TALLEST, Math.max(FEWEST_PIXELS, width * 0.3));
    const context = fit(canvas, width, height);
    context.clearRect(0, 0, width, height);
    const box = { x: 0, y: 0, w: width, h: height };
    const reach = Math.max(0, Math.ceil(stage.width - camera(box, stage, 0, { whole: true }).columns));
    this.from = Math.min(this.from, reach);
    this.where.slider.max = reach;
    this.where.high = reach;
    this.where.set(this.from);
    this.where.slider.disabled = reach === 0;
    this.view = drawGame(context, box, stage, stage.still, colours, { from: this.from, whole: true });
    this.grid(context, box);
    this.drawTools();
    this.undo.disabled = this.brush.past.length === 0;
    this.original.disabled = !this.data.own;
    setText(this.words, this.sentence());
    this.words.classList.toggle("sk-refused", Boolean(this.trouble));
  }

  /** The palette does not change with what is painted. */
  drawTools() {
    const key = `${this.colours.key} ${fineness()}`;
    if (key === this.toolsDrawn) return;
    this.toolsDrawn = key;
    for (const one of this.tools) drawLetter(fit(one.picture, 26, 26), 26, one.dataset.tile, this.colours);
  }

  grid(context, box) {
    const { view, colours, stage } = this;
    context.strokeStyle = colours.ink(0.08);
    context.lineWidth = 1;
    context.beginPath();
    const [top, bottom] = [view.py(0), view.py(stage.height)];
    for (let column = Math.ceil(view.from); column <= Math.min(stage.width, view.from + view.columns); column += 1) {
      context.moveTo(view.px(column), top);
      context.lineTo(view.px(column), bottom);
    }
    for (let row = 0; row <= stage.height; row += 1) {
      context.moveTo(box.x, view.py(row));
      context.lineTo(box.x + box.w, view.py(row));
    }
    context.stroke();
    const cell = this.cursor ?? this.hovered;
    if (!cell) return;
    context.strokeStyle = colours.ink(1);
    context.lineWidth = 2;
    context.strokeRect(view.px(cell[0]), view.py(cell[1]), view.side, view.side);
  }

  sentence() {
    if (this.trouble) return `${this.trouble} The agent goes on in the last level that can be played; what you painted is still here.`;
    const cell = this.cursor ?? this.hovered;
    const there = cell ? ` Column ${cell[0] + 1}, row ${cell[1] + 1}: ${TOOLS[this.stage.at(...cell)].toLowerCase()}.` : "";
    return `${this.stage.width} tiles wide. Press or drag to paint ${TOOLS[this.tool].toLowerCase()}.${there}`;
  }

  get state() {
    const { brush, tool, cursor, trouble, from } = this;
    return { text: brush.text, tool, cursor, trouble, from, undo: brush.past.length, width: brush.width, known: brush.known, side: this.view?.side, left: this.view?.left, top: this.view?.top };
  }
}

/** All cells from one to another, the first left out. */
function between([a, b], [c, d]) {
  const n = Math.max(Math.abs(c - a), Math.abs(d - b));
  return Array.from({ length: n }, (_, k) => [Math.round(a + ((c - a) * (k + 1)) / n), Math.round(b + ((d - b) * (k + 1)) / n)]);
}
