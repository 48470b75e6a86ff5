// Small pictures in rows, one of them chosen: by a press or by arrow keys.

import { decode } from "../arrays.js";
import { fit, Sheet } from "../canvas.js";
import { element } from "../elements.js";

const GAP = 6;
const SIDE = 46;

export class Strip {
  /** chosen(i): another picture is wanted. */
  constructor({ host, chosen }) {
    Object.assign(this, { host, chosen, sheet: new Sheet() });
    this.canvas = element("canvas", {
      className: "lv-canvas sk-strip", role: "listbox", tabindex: 0, "data-keys": "own", "aria-label": "Test pictures. Arrow keys choose one.",
      on: { click: (event) => this.press(event), keydown: (event) => this.key(event) },
    });
    this.element = element("div", {}, this.canvas, element("p", { className: "lv-hint", text: "Dashed orange frames are mistakes." }));
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

  /** Picture i as {data, shape}: (H, W) or (H, W, 3). */
  picture(i) {
    const { data, shape: [, ...shape] } = this.array;
    const size = shape.reduce((a, b) => a * b, 1);
    return { data: data.subarray(i * size, (i + 1) * size), shape };
  }

  get columns() {
    return Math.max(1, Math.floor((this.element.clientWidth + GAP) / (SIDE + GAP)));
  }

  draw(colours) {
    const { data, shape: [n, height, width, depth = 1] } = this.array;
    if (!this.painted) {
      this.sheet.paint(width, n * height, (rgba, row, column, at) => {
        for (let k = 0; k < 3; k += 1) rgba[at + k] = data[(row * width + column) * depth + (depth === 3 ? k : 0)];
      });
      this.painted = true;
    }
    const { columns } = this;
    const context = fit(this.canvas, columns * (SIDE + GAP) - GAP, Math.ceil(n / columns) * (SIDE + GAP) - GAP);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingEnabled = false;
    for (let i = 0; i < n; i += 1) {
      const [x, y] = [(i % columns) * (SIDE + GAP), Math.floor(i / columns) * (SIDE + GAP)];
      context.drawImage(this.sheet.canvas, 0, i * height, width, height, x + 3, y + 3, SIDE - 6, SIDE - 6);
      const good = this.data.labels[i] === this.data.answers[i];
      const here = i === this.data.picture;
      context.strokeStyle = here ? colours.ink(1) : good ? colours.positive : colours.negative;
      context.lineWidth = here ? 3 : 2;
      context.setLineDash(good ? [] : [4, 3]);
      context.strokeRect(x + 1.5, y + 1.5, SIDE - 3, SIDE - 3);
    }
    context.setLineDash([]);
  }

  press(event) {
    const bounds = this.canvas.getBoundingClientRect();
    const [across, down] = [event.clientX - bounds.left, event.clientY - bounds.top].map((at) => Math.floor(at / (SIDE + GAP)));
    this.choose(down * this.columns + across);
  }

  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns }[event.key];
    if (!by) return;
    event.preventDefault();
    this.choose(this.data.picture + by);
  }

  choose(i) {
    if (i >= 0 && i < this.array.shape[0] && i !== this.data.picture) this.chosen(i);
  }

  table() {
    const { labels, answers, class_names: names } = this.data;
    return [["picture", "class", "network's answer"], ...labels.map((label, i) => [i + 1, names[label], names[answers[i]]])];
  }
}
