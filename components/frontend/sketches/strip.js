// Small pictures in rows, one of them chosen: by a press or by arrow keys.

import { decode } from "../arrays.js";
import { fit, Sheet } from "../canvas.js";
import { element } from "../elements.js";
import { paintPicture } from "../saliency.js";

const GAP = 6;

export class Strip {
  /** chosen(i): another picture is wanted. quiet: those that are told right have no coloured frame. */
  constructor({ chosen, hint = "Dashed orange frames are mistakes.", side = 46, quiet = false }) {
    Object.assign(this, { chosen, side, quiet, sheet: new Sheet() });
    this.canvas = element("canvas", {
      className: "lv-canvas sk-strip", role: "listbox", tabindex: 0, "data-keys": "own", "aria-label": "Test pictures. Arrow keys choose one.",
      on: { click: (event) => this.press(event), keydown: (event) => this.key(event) },
    });
    this.element = element("div", {}, this.canvas, element("p", { className: "lv-hint", text: hint }));
  }

  /** data: {pictures (packed), labels, answers, picture}. */
  show(data) {
    const same = this.data?.pictures.bdata === data.pictures.bdata;
    this.data = data;
    if (!same) {
      this.array = decode(data.pictures);
      this.painted = false;
    }
  }

  /** Frame picture i before the page says that it is the chosen one. */
  mark(i) {
    this.data = { ...this.data, picture: i };
  }

  /** Picture i as {data, shape}: (H, W) or (H, W, 3). */
  picture(i) {
    const { data, shape: [, ...shape] } = this.array;
    const size = shape.reduce((a, b) => a * b, 1);
    return { data: data.subarray(i * size, (i + 1) * size), shape };
  }

  get columns() {
    return Math.max(1, Math.floor((this.element.clientWidth + GAP) / (this.side + GAP)));
  }

  draw(colours) {
    const { data, shape: [n, height, width, depth = 1] } = this.array;
    if (!this.painted) {
      paintPicture(this.sheet, { data, shape: [n * height, width, depth] });
      this.painted = true;
    }
    const { columns, side, quiet } = this;
    const context = fit(this.canvas, Math.min(n, columns) * (side + GAP) - GAP, Math.ceil(n / columns) * (side + GAP) - GAP);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingEnabled = false;
    for (let i = 0; i < n; i += 1) {
      const [x, y] = [(i % columns) * (side + GAP), Math.floor(i / columns) * (side + GAP)];
      context.drawImage(this.sheet.canvas, 0, i * height, width, height, x + 3, y + 3, side - 6, side - 6);
      const good = this.data.labels[i] === this.data.answers[i];
      const here = i === this.data.picture;
      context.strokeStyle = here ? colours.ink(1) : !good ? colours.negative : quiet ? colours.ink(0.25) : colours.positive;
      context.lineWidth = here ? 3 : good && quiet ? 1 : 2;
      context.setLineDash(good ? [] : [4, 3]);
      context.strokeRect(x + 1.5, y + 1.5, side - 3, side - 3);
    }
    context.setLineDash([]);
  }

  press(event) {
    const bounds = this.canvas.getBoundingClientRect();
    const [across, down] = [event.clientX - bounds.left, event.clientY - bounds.top].map((at) => Math.floor(at / (this.side + GAP)));
    if (across < this.columns) this.choose(down * this.columns + across);
  }

  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns }[event.key];
    if (!by) return;
    event.preventDefault();
    this.choose(Math.max(0, Math.min(this.array.shape[0] - 1, this.data.picture + by)));
  }

  choose(i) {
    if (i >= 0 && i < this.array.shape[0] && i !== this.data.picture) this.chosen(i);
  }

  table() {
    const { labels, answers, class_names: names } = this.data;
    return [["picture", "class", "network's answer"], ...labels.map((label, i) => [i + 1, names[label], names[answers[i]]])];
  }
}
