// A histogram of every layer as a row of coloured cells. On a canvas, for every frame brings several of them and a
// Plotly heat map takes some 50 ms.

import { same } from "./arrays.js";
import { clipped, fineness, fit, Sheet } from "./canvas.js";
import { css } from "./colour.js";
import { element, setText } from "./elements.js";
import { wholePercent } from "./matrix.js";
import { percent, powerOfTen, tickText } from "./numbers.js";
import { Panel } from "./panel.js";

const READOUT = 20; // pixels of the line over the picture, which says what is under the pointer
const MARGIN = { left: 46, right: 86, top: 6, bottom: 44 };
const BAR = 12; // pixels across the colour scale
const SHARE = "share of values";
const NEAR = 10; // pixels outside the cells that still mean the outermost ones: they are narrow for a finger
const MANY = 20; // layers whose rows are too low for a gap of two pixels

export class LayerHistogram extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.sheet = new Sheet();
    this.readout = element("div", { className: "lv-readout" });
    this.picture = element("canvas", { className: "lv-canvas lv-under", role: "img", "aria-label": spec.title });
    const point = (event) => this.point(event);
    this.marks = element("canvas", {
      className: "lv-canvas lv-over", "aria-hidden": "true",
      // A finger that is lifted leaves too, but what it asked for stays.
      on: { pointerdown: point, pointermove: point, pointerleave: (event) => event.pointerType === "touch" || this.point(null) },
    });
    this.body.append(this.readout, element("div", { className: "lv-stage" }, this.picture, this.marks));
    this.body.style.minHeight = `${spec.height}px`; // the page does not move when the first frame comes
  }

  canvases() {
    return [this.picture];
  }

  draw(run, frame) {
    super.draw(run, frame);
    const width = this.body.clientWidth;
    if (width === 0) return;
    const shown = [frame.values.get(this.spec.array), width, this.colours.key, fineness()];
    if (this.shown?.every((value, i) => same(value, shown[i]))) return;
    this.shown = shown;
    const array = frame.array(this.spec.array);
    this.array = array?.shape.length === 2 && array.data.length > 0 ? array : null;
    this.total = [width, this.spec.height - READOUT];
    const [, height] = this.total;
    const { left, right, top, bottom } = MARGIN;
    this.box = { x: left, y: top, w: Math.max(1, Math.floor(width - left - right)), h: height - top - bottom };
    const context = fit(this.picture, ...this.total);
    context.clearRect(0, 0, ...this.total);
    if (this.array) {
      this.paintRows(context);
      this.paintAxes(context);
      this.paintScale(context);
    }
    this.mark();
  }

  /** Whether the array holds whole percents and not shares. */
  get whole() {
    const { data } = this.array;
    return !(data instanceof Float32Array || data instanceof Float64Array);
  }

  share(value) {
    return this.whole ? value / 100 : value;
  }

  /** Top and height of a layer's row, on pixels of the screen: the gaps between rows are equally sharp. */
  row(layer) {
    const [rows] = this.array.shape;
    const { y, h } = this.box;
    const snapped = (at) => Math.round((y + (at * h) / rows) * fineness()) / fineness();
    return [snapped(layer), snapped(layer + 1) - snapped(layer) - (rows > MANY ? 1 : 2)];
  }

  paintRows(context) {
    const { data, shape: [rows, columns] } = this.array;
    const table = this.colours.sequential;
    const most = this.spec.full * (this.whole ? 100 : 1);
    this.sheet.paint(columns, rows, (rgba, row, column, at) => {
      const level = Math.min(1, Math.max(0, data[row * columns + column] / most));
      const from = Math.round(level * 255) * 3;
      rgba[at] = table[from];
      rgba[at + 1] = table[from + 1];
      rgba[at + 2] = table[from + 2];
    });
    context.imageSmoothingEnabled = false;
    for (let layer = 0; layer < rows; layer += 1) {
      const [top, height] = this.row(layer);
      context.drawImage(this.sheet.canvas, 0, layer, columns, 1, this.box.x, top, this.box.w, height);
    }
  }

  paintAxes(context) {
    const { spec, colours, box: { x, y, w, h } } = this;
    const [low, high] = spec.reach;
    const across = (value) => x + ((value - low) / (high - low)) * w;
    context.lineWidth = 1;
    context.strokeStyle = colours.ink(0.3);
    context.beginPath();
    context.moveTo(x - 0.5, y);
    context.lineTo(x - 0.5, y + h + 0.5);
    context.lineTo(x + w, y + h + 0.5);
    const [rows] = this.array.shape;
    const every = Math.max(1, Math.round(rows / 8));
    const layers = Array.from({ length: Math.ceil(rows / every) }, (_, i) => i * every);
    const middle = (layer) => Math.round(y + ((layer + 0.5) * h) / rows) - 0.5;
    for (const layer of layers) {
      context.moveTo(x - 5, middle(layer));
      context.lineTo(x - 1, middle(layer));
    }
    for (const [value] of spec.ticks) {
      const at = Math.round(across(value)) - 0.5;
      context.moveTo(at, y + h + 1);
      context.lineTo(at, y + h + 5);
    }
    context.stroke();
    context.font = `12px ${colours.font}`;
    context.fillStyle = colours.ink(0.85);
    context.textBaseline = "middle";
    context.textAlign = "right";
    for (const layer of layers) context.fillText(layer + 1, x - 8, middle(layer) + 1);
    context.textAlign = "center";
    for (const [value, name] of this.named(context, across)) context.fillText(name, across(value), y + h + 14);
    context.font = `13px ${colours.font}`;
    context.fillText(clipped(context, spec.x_title, w), x + w / 2, y + h + 34);
    this.upwards(context, spec.y_title, 10);
  }

  /** The ticks whose names have room beside each other: all of them, or every second, and so on. */
  named(context, across) {
    const { ticks } = this.spec;
    const wide = ticks.map(([, name]) => context.measureText(name).width);
    for (let every = 1; every < ticks.length; every += 1) {
      const some = ticks.map((_, i) => i).filter((i) => i % every === 0);
      const fits = some.every((i, k) => k === 0 || across(ticks[i][0]) - across(ticks[some[k - 1]][0]) > (wide[i] + wide[some[k - 1]]) / 2 + 5);
      if (fits && (ticks.length - 1) % every === 0) return some.map((i) => ticks[i]); // both ends keep theirs
    }
    return ticks.slice(0, 1);
  }

  upwards(context, text, x) {
    context.save();
    context.translate(x, this.box.y + this.box.h / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(clipped(context, text, this.box.h), 0, 0);
    context.restore();
  }

  /** What the colours mean, on the right. */
  paintScale(context) {
    const { colours, spec: { full }, box: { x, y, w, h } } = this;
    const table = colours.sequential;
    const left = x + w + 12;
    const scale = context.createLinearGradient(0, y + h, 0, y);
    for (let i = 0; i <= 15; i += 1) scale.addColorStop(i / 15, css(table.subarray(i * 51, i * 51 + 3)));
    context.fillStyle = scale;
    context.fillRect(left, y, BAR, h);
    context.strokeStyle = colours.ink(0.2); // nothing has the colour of the page: without a rim the scale would seem to fade out
    context.strokeRect(left + 0.5, y + 0.5, BAR - 1, h - 1);
    context.fillStyle = colours.ink(0.85);
    context.textAlign = "left";
    context.font = `12px ${colours.font}`;
    for (const [at, name] of [[0, "0 %"], [0.5, wholePercent(full / 2)], [1, `≥ ${wholePercent(full)}`]]) {
      context.fillText(name, left + BAR + 4, Math.min(y + h - 5, Math.max(y + 6, y + (1 - at) * h)));
    }
    context.textAlign = "center";
    context.font = `13px ${colours.font}`;
    this.upwards(context, SHARE, this.total[0] - 9);
  }

  // What is under the pointer.

  point(event) {
    this.at = event ? this.where(event) : null;
    if (this.box) this.mark();
  }

  /** Where among the cells an event is, as shares of their width and height; null away from them. */
  where(event) {
    if (!this.box) return null;
    const { left, top } = this.marks.getBoundingClientRect();
    const { x, y, w, h } = this.box;
    const [px, py] = [event.clientX - left - x, event.clientY - top - y];
    if (px < -NEAR || px > w + NEAR || py < -NEAR || py > h + NEAR) return null;
    return [px / w, py / h].map((share) => Math.min(1, Math.max(0, share)));
  }

  /** Layer and column that are pointed at, if any. */
  get cell() {
    if (!this.at || !this.array) return null;
    const [rows, columns] = this.array.shape;
    return { layer: Math.min(rows - 1, Math.floor(this.at[1] * rows)), column: Math.min(columns - 1, Math.floor(this.at[0] * columns)) };
  }

  /** Ring the cell that is pointed at and say what it holds. */
  mark() {
    const context = fit(this.marks, ...this.total);
    context.clearRect(0, 0, ...this.total);
    const { cell } = this;
    setText(this.readout, cell ? this.words(cell) : "");
    if (!cell) return;
    const [, columns] = this.array.shape;
    const [top, height] = this.row(cell.layer);
    const wide = this.box.w / columns;
    context.strokeStyle = this.colours.ink(1);
    context.lineWidth = 1.5;
    context.strokeRect(this.box.x + cell.column * wide, top, wide, height);
  }

  words({ layer, column }) {
    const { data, shape: [, columns] } = this.array;
    const value = this.share(data[layer * columns + column]);
    const share = this.whole ? wholePercent(value) : percent(value);
    const beyond = column === 0 ? " or less" : column === columns - 1 ? " or more" : "";
    return `layer ${layer + 1}, near ${this.near(column)}${beyond}: ${share}`;
  }

  /** The middle of a column. */
  middle(column) {
    const [low, high] = this.spec.reach;
    const wide = (high - low) / this.array.shape[1];
    const middle = low + (column + 0.5) * wide;
    return Math.abs(middle) < wide / 1000 ? 0 : middle; // not −0.0
  }

  near(column) {
    const [low, high] = this.spec.reach;
    return this.spec.powers ? powerOfTen(this.middle(column)) : tickText(this.middle(column), (high - low) / this.array.shape[1]);
  }

  table() {
    const { spec } = this;
    const rows = [[spec.y_title, `${spec.x_title}, near`, SHARE]];
    if (!this.array) return rows;
    const { data, shape: [, columns] } = this.array;
    const short = (value) => Number(value.toPrecision(6));
    data.forEach((value, k) => {
      const middle = this.middle(k % columns);
      rows.push([Math.floor(k / columns) + 1, short(spec.powers ? 10 ** middle : middle), short(this.share(value))]);
    });
    return rows;
  }
}
