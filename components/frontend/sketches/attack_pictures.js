// Small pictures on canvases: a strip to choose from, and one picture with its caption.

import { fit, Sheet } from "../canvas.js";
import { element, setText } from "../elements.js";

const GAP = 6;
const SIDE = 44;

/** The test pictures in a strip that wraps; a dashed frame is a mistake, a thick one the chosen picture. */
export class Strip {
  /** pick(i): a picture was chosen. */
  constructor({ label, pick }) {
    this.pick = pick;
    this.sheet = new Sheet();
    this.canvas = element("canvas", {
      className: "lv-canvas", role: "listbox", tabindex: 0, "data-keys": "own", "aria-label": label,
      on: { click: (event) => this.press(event), keydown: (event) => this.key(event) },
    });
    this.element = element("div", {}, this.canvas);
    this.chosen = 0;
  }

  /** thumbs: {data, shape (N, H, W) or (N, H, W, 3)}; right: whether each is told rightly. */
  hold(thumbs, right) {
    Object.assign(this, { right, n: thumbs.shape[0], rows: thumbs.shape[1], columnsOf: thumbs.shape[2] });
    const [n, rows, columns, depth = 1] = thumbs.shape;
    this.sheet.paint(columns, n * rows, (rgba, row, column, at) => {
      const from = (row * columns + column) * depth;
      for (let k = 0; k < 3; k += 1) rgba[at + k] = thumbs.data[from + (depth === 3 ? k : 0)];
    });
  }

  get across() {
    return Math.max(1, Math.floor((this.element.clientWidth + GAP) / (SIDE + GAP)));
  }

  draw(colours) {
    const { across, n } = this;
    const down = Math.ceil(n / across);
    const context = fit(this.canvas, Math.min(n, across) * (SIDE + GAP) - GAP, down * (SIDE + GAP) - GAP);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingEnabled = false;
    for (let i = 0; i < n; i += 1) {
      const [x, y] = [(i % across) * (SIDE + GAP), Math.floor(i / across) * (SIDE + GAP)];
      context.drawImage(this.sheet.canvas, 0, i * this.rows, this.columnsOf, this.rows, x + 3, y + 3, SIDE - 6, SIDE - 6);
      context.strokeStyle = i === this.chosen ? colours.ink(1) : this.right[i] ? colours.ink(0.25) : colours.negative;
      context.lineWidth = i === this.chosen ? 3 : this.right[i] ? 1 : 2;
      context.setLineDash(this.right[i] ? [] : [4, 3]);
      context.strokeRect(x + 1.5, y + 1.5, SIDE - 3, SIDE - 3);
    }
    context.setLineDash([]);
  }

  press(event) {
    const bounds = this.canvas.getBoundingClientRect();
    const [across, down] = [event.clientX - bounds.left, event.clientY - bounds.top].map((at) => Math.floor(at / (SIDE + GAP)));
    const i = down * this.across + across;
    if (across < this.across && i >= 0 && i < this.n) this.pick(i);
  }

  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.across, ArrowDown: this.across }[event.key];
    if (!by) return;
    event.preventDefault();
    this.pick(Math.max(0, Math.min(this.n - 1, this.chosen + by)));
  }
}

/** One picture, as large as there is room, under a title and over what is said about it. */
export class Shown {
  constructor(title, alt) {
    this.sheet = new Sheet();
    this.canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": alt });
    this.title = element("div", { className: "sk-knob-name", text: title });
    this.caption = element("figcaption", {});
    this.element = element("figure", { className: "sk-attacked" }, this.title, this.canvas, this.caption);
  }

  /** values (C, H, W) from 0 to 1; shape [C, H, W]. */
  draw(values, [depth, rows, columns], side) {
    this.sheet.paint(columns, rows, (rgba, row, column, at) => {
      for (let k = 0; k < 3; k += 1) rgba[at + k] = 255 * values[((depth === 3 ? k : 0) * rows + row) * columns + column];
    });
    const context = fit(this.canvas, side, (side * rows) / columns);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.sheet.canvas, 0, 0, columns, rows, 0, 0, side, (side * rows) / columns);
  }

  /** A signed change (C, H, W), ±most at full strength: grey ones blue for lighter and orange for darker, colours around grey. */
  drawChange(change, [depth, rows, columns], side, most, colours) {
    const { table } = colours;
    this.sheet.paint(columns, rows, (rgba, row, column, at) => {
      const place = row * columns + column;
      const shade = (value) => Math.max(0, Math.min(255, Math.round(127.5 + (127.5 * value) / most)));
      if (depth === 3) {
        for (let k = 0; k < 3; k += 1) rgba[at + k] = shade(change[k * rows * columns + place]);
        return;
      }
      for (let k = 0; k < 3; k += 1) rgba[at + k] = table[3 * shade(change[place]) + k];
    });
    const context = fit(this.canvas, side, (side * rows) / columns);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.sheet.canvas, 0, 0, columns, rows, 0, 0, side, (side * rows) / columns);
  }

  say(text) {
    setText(this.caption, text);
    this.canvas.setAttribute("aria-description", text);
  }
}
