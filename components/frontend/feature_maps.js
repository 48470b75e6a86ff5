// What every block of a convolutional network makes of one picture; a press on a pixel writes out how it came about.

import { Arithmetic } from "./arithmetic.js";
import { fit, Sheet } from "./canvas.js";
import { element, setText } from "./elements.js";
import { Panel } from "./panel.js";
import { lookAgain } from "./second_look.js";

const HINT = "Blue is positive, orange negative, each block in its own scale. Press a pixel to see how it was computed.";
const GAP = 5;
const LARGEST = 84; // pixels of a map's side
const SMALLEST = 34;

export class FeatureMaps extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.layers = []; // {title, canvas, sheet, places}
    this.list = element("div", { className: "lv-layers-of-maps" });
    this.hint = element("p", { className: "lv-hint", text: HINT });
    this.arithmetic = new Arithmetic();
    this.body.append(this.list, this.hint, this.arithmetic.element);
  }

  canvases() {
    const joined = element("canvas");
    const shown = this.layers.map(({ canvas }) => canvas);
    joined.width = Math.max(...shown.map((canvas) => canvas.width));
    joined.height = shown.reduce((height, canvas) => height + canvas.height + 16, 0);
    const context = joined.getContext("2d");
    let y = 0;
    for (const canvas of shown) {
      context.drawImage(canvas, 0, y);
      y += canvas.height + 16;
    }
    return [joined];
  }

  get arrays() {
    const found = [];
    for (let i = 0; this.frame.array(`maps/${i}`); i += 1) found.push(this.frame.array(`maps/${i}`));
    return found;
  }

  draw(run, frame) {
    super.draw(run, frame);
    const width = this.body.clientWidth;
    if (width === 0) return;
    const { arrays } = this;
    while (this.layers.length < arrays.length) this.add(this.layers.length);
    while (this.layers.length > arrays.length) this.layers.pop().element.remove();
    const unit = this.arithmetic.unit(frame);
    arrays.forEach((array, i) => this.paint(this.layers[i], array, i, width, unit));
    this.hint.hidden = arrays.length === 0;
    this.arithmetic.draw(frame, this.colours, width);
  }

  add(number) {
    const title = element("h4", { className: "lv-examples-title" });
    const canvas = element("canvas", {
      className: "lv-canvas", role: "application", tabindex: 0, "data-keys": "own",
      "aria-label": `Maps of block ${number + 1}. Arrow keys move from pixel to pixel.`,
      on: { click: (event) => this.press(event, number), keydown: (event) => this.key(event, number) },
    });
    const layer = { title, canvas, sheet: new Sheet(), element: element("div", { className: "lv-maps-layer" }, title, canvas) };
    this.layers.push(layer);
    this.list.append(layer.element);
  }

  paint(layer, { data, shape: [n, height, wide] }, number, width, unit) {
    setText(layer.title, `Block ${number + 1}: ${n} ${n === 1 ? "map" : "maps"} of ${height}×${wide}`);
    const side = Math.max(SMALLEST, Math.min(LARGEST, (width - GAP * (n - 1)) / n));
    const columns = Math.max(1, Math.min(n, Math.floor((width + GAP) / (side + GAP))));
    const rows = Math.ceil(n / columns);
    Object.assign(layer, { side, columns, n, height, wide });
    const context = fit(layer.canvas, columns * (side + GAP) - GAP, rows * (side + GAP) - GAP);
    context.clearRect(0, 0, layer.canvas.width, layer.canvas.height);
    context.imageSmoothingEnabled = false;
    const { table } = this.colours;
    layer.sheet.paint(wide, n * height, (rgba, row, column, at) => {
      const shade = (data[row * wide + column] + 128) * 3;
      for (let k = 0; k < 3; k += 1) rgba[at + k] = table[shade + k];
    });
    for (let i = 0; i < n; i += 1) {
      const [x, y] = [(i % columns) * (side + GAP), Math.floor(i / columns) * (side + GAP)];
      context.drawImage(layer.sheet.canvas, 0, i * height, wide, height, x, y, side, side);
      context.strokeStyle = this.colours.ink(0.25);
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
      if (unit?.[0] !== number || unit[1] !== i) continue;
      context.strokeStyle = this.colours.ink(1);
      context.lineWidth = 2;
      const [w, h] = [side / wide, side / height];
      context.strokeRect(x + unit[3] * w - 1, y + unit[2] * h - 1, Math.max(4, w) + 2, Math.max(4, h) + 2);
    }
  }

  press(event, number) {
    const layer = this.layers[number];
    const bounds = layer.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - bounds.left, event.clientY - bounds.top];
    const [across, down] = [Math.floor(x / (layer.side + GAP)), Math.floor(y / (layer.side + GAP))];
    const map = down * layer.columns + across;
    if (across >= layer.columns || map >= layer.n) return;
    const inside = (at, cell) => Math.max(0, Math.min(cell - 1, Math.floor(((at % (layer.side + GAP)) / layer.side) * cell)));
    this.ask([number, map, inside(y, layer.height), inside(x, layer.wide)]);
  }

  key(event, number) {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!by) return;
    event.preventDefault();
    const layer = this.layers[number];
    const unit = this.arithmetic.unit(this.frame);
    const [, map, row, column] = unit?.[0] === number ? unit : [number, 0, 0, 0];
    const within = (value, most) => Math.max(0, Math.min(most - 1, value));
    this.ask([number, map, within(row + by[0], layer.height), within(column + by[1], layer.wide)]);
  }

  ask(unit) {
    this.view.tell("unit", unit.join("-"));
    if (this.run.ended) lookAgain(this.view, this.run, { unit: unit.join("-") });
    else this.view.act("set", { values: { unit: unit.join("-") } });
  }

  table() {
    const rows = [["block", "map", "row", "column", "value (of 127)"]];
    this.arrays.forEach(({ data, shape: [, height, wide] }, i) => data.forEach((value, at) =>
      rows.push([i + 1, Math.floor(at / (height * wide)), Math.floor(at / wide) % height, at % wide, value])));
    return rows;
  }
}
