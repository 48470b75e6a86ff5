// A grid of small pictures from one array of the frame: (n, height, width) or (n, height, width, 3).

import { fit, Sheet } from "./canvas.js";
import { element } from "./elements.js";
import { Panel } from "./panel.js";

const GAP = 6;

export class Images extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.sheet = new Sheet();
    this.canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": spec.title });
    this.body.append(this.canvas);
  }

  canvases() {
    return [this.canvas];
  }

  get array() {
    return this.frame.array(this.spec.array) ?? this.run.facts.array(this.spec.array);
  }

  draw(run, frame) {
    super.draw(run, frame);
    const array = this.array;
    const width = this.body.clientWidth;
    if (!array || width === 0) return;
    const shown = [array, width, this.colours.key];
    if (this.shown?.every((value, i) => value === shown[i])) return; // pictures of the data stay as they are
    this.shown = shown;
    const [n, height, wide] = array.shape;
    const columns = Math.min(n, this.spec.columns, Math.max(1, Math.floor(width / 40)));
    const side = Math.min(112, (width - GAP * (columns - 1)) / columns);
    const tall = (side * height) / wide;
    const rows = Math.ceil(n / columns);
    const context = fit(this.canvas, columns * side + GAP * (columns - 1), rows * (tall + GAP) - GAP);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingEnabled = false;
    this.paint(array);
    for (let i = 0; i < n; i += 1) {
      const x = (i % columns) * (side + GAP);
      const y = Math.floor(i / columns) * (tall + GAP);
      context.drawImage(this.sheet.canvas, 0, i * height, wide, height, x, y, side, tall);
    }
  }

  /** All pictures one above another: grey by default, the blue-orange scale for signed ones, colours as they are. */
  paint({ data, shape }) {
    const [n, height, width, depth = 1] = shape;
    const { table } = this.colours;
    const [low, high] = this.limits(data);
    this.sheet.paint(width, n * height, (rgba, row, column, at) => {
      const from = (row * width + column) * depth;
      if (depth >= 3) {
        for (let k = 0; k < 3; k += 1) rgba[at + k] = (255 * (data[from + k] - low)) / (high - low);
        return;
      }
      const level = Math.round((255 * (data[from] - low)) / (high - low));
      const shade = Math.max(0, Math.min(255, level)) * 3;
      for (let k = 0; k < 3; k += 1) rgba[at + k] = this.spec.signed ? table[shade + k] : level;
    });
  }

  limits(data) {
    if (data instanceof Uint8Array) return [0, 255];
    if (data instanceof Int8Array) return [-127, 127];
    let most = 1e-9;
    let least = Infinity;
    for (const value of data) {
      most = Math.max(most, this.spec.signed ? Math.abs(value) : value);
      least = Math.min(least, value);
    }
    return this.spec.signed ? [-most, most] : [Math.min(least, most - 1e-9), most];
  }

  table() {
    const { data, shape } = this.array;
    const size = shape.slice(1).reduce((a, b) => a * b, 1);
    const rows = [["picture", "row", "column", "channel", "value"]];
    const depth = shape[3] ?? 1;
    for (let k = 0; k < data.length; k += 1) {
      const inside = k % size;
      const pixel = Math.floor(inside / depth);
      rows.push([Math.floor(k / size), Math.floor(pixel / shape[2]), pixel % shape[2], inside % depth, data[k]]);
    }
    return rows;
  }
}
