// A kernel by hand: the window slides over the picture, the sum is written out, and the map follows every change.

import { decode, isPacked } from "../arrays.js";
import { fit, Sheet } from "../canvas.js";
import { element, setText } from "../elements.js";
import { number, summed } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, ChoiceRow, NumberField, Slider } from "./knobs.js";
import { Player } from "./player.js";

const KINDS = { convolution: "convolution", max: "max pooling", average: "average pooling" };
const LARGEST = 416;
const FINDABLE = 9; // pixels of the screen

/** Rows or columns that come out; what `models/convolution.py` says. */
export const lengthOf = (n, { k, stride, padding, dilation }) => Math.floor((n + 2 * padding - dilation * (k - 1) - 1) / stride) + 1;

export default class Kernel extends Sketch {
  constructor(host) {
    super(host);
    this.place = { row: 5, column: 5 };
    this.sheet = new Sheet();
    this.settings = { kind: "convolution", k: 3, stride: 1, padding: 0, dilation: 1 };
    const canvas = (label) => element("canvas", { className: "lv-canvas", role: "img", "aria-label": label, tabindex: 0, "data-keys": "own",
      on: { pointermove: (event) => this.point(event), pointerdown: (event) => this.point(event), keydown: (event) => this.key(event) } });
    this.picture = canvas("The picture with the window");
    this.map = canvas("The map that comes out");
    this.sum = element("p", { className: "sk-words", role: "status" });
    this.trouble = element("p", { className: "sk-words lv-trouble", role: "alert" });
    this.cells = element("div", { className: "sk-kernel" });
    this.kernelChoice = element("select", { className: "lv-select", "aria-label": "Kernel", on: { change: () => this.preset(this.kernelChoice.value) } });
    this.pictureChoice = element("select", { className: "lv-select", "aria-label": "Picture", on: { change: () => this.changed() } });
    this.player = new Player({ label: "Place of the window", rate: 12, moved: (at) => this.jump(at), name: (at) => `place ${at + 1}` });
    const slide = (name, label, low, high) => new Slider({ label, low, high, step: 1, value: this.settings[name], text: String, input: (value) => { this.settings[name] = value; this.changed(); } });
    this.kind = new ChoiceRow({ label: "What the window does", options: KINDS, value: "convolution", input: (kind) => { this.settings.kind = kind; this.changed(); } });
    this.side = new ChoiceRow({ label: "Window", options: { 3: "3×3", 5: "5×5" }, value: "3", input: (side) => this.resize(Number(side)) });
    this.knobs = [slide("stride", "stride", 1, 3), slide("padding", "padding", 0, 3), slide("dilation", "dilation", 1, 3)];
    const left = new Card(host, "A kernel by hand", { picture: () => this.picture });
    const right = new Card(host, "What comes out", { picture: () => this.map, table: () => this.table() });
    left.body.append(bar(this.pictureChoice, this.kind, this.side), bar(...this.knobs), this.picture, this.player.element);
    this.editor = element("div", {}, bar(this.kernelChoice), this.cells);
    right.body.append(this.editor, this.trouble, this.map, this.sum);
    this.root.append(grid(left, right));
  }

  show(data) {
    super.show(data);
    this.pictures = Object.fromEntries(Object.entries(data.pictures).map(([name, picture]) => [name, rowsOf(picture)]));
    const options = (names) => names.map((name) => element("option", { value: name, text: name }));
    this.pictureChoice.replaceChildren(...options(Object.keys(data.pictures)));
    this.kernelChoice.replaceChildren(...options(Object.keys(data.kernels)), element("option", { value: "own", text: "my own" }));
    this.preset(Object.keys(data.kernels)[0]);
  }

  preset(name) {
    const values = this.data.kernels[name];
    if (!values) return;
    this.kernelChoice.value = name;
    this.settings.k = Math.round(Math.sqrt(values.length));
    this.side.set(String(this.settings.k));
    this.kernel = [...values];
    this.fields();
    this.changed();
  }

  resize(k) {
    this.settings.k = k;
    this.kernel = Array.from({ length: k * k }, (_, i) => (i === (k * k - 1) / 2 ? 1 : 0));
    this.kernelChoice.value = "own";
    this.fields();
    this.changed();
  }

  fields() {
    const { k } = this.settings;
    this.cells.style.gridTemplateColumns = `repeat(${k}, minmax(0, 64px))`;
    this.cells.replaceChildren(...this.kernel.map((value, i) => new NumberField({
      label: `row ${Math.floor(i / k) + 1}, column ${(i % k) + 1}`, low: -99, high: 99, value,
      input: (typed) => {
        this.kernel[i] = typed;
        this.kernelChoice.value = "own";
        this.changed();
      },
    }).field));
  }

  get image() {
    return this.pictures[this.pictureChoice.value];
  }

  /** The settings in force: pooling has neither padding nor dilation. */
  get window() {
    const { kind } = this.settings;
    return kind === "convolution" ? this.settings : { ...this.settings, padding: 0, dilation: 1 };
  }

  get refusal() {
    const { k, padding, dilation } = this.window;
    const reach = dilation * (k - 1) + 1;
    const sides = [this.image.length, this.image[0].length].map((side) => side + 2 * padding);
    if (padding > Math.floor(reach / 2)) return `A padding of ${padding} is more than half of a window of ${reach} pixels: some windows would see nothing but zeros. Take a smaller padding or a larger kernel.`;
    if (reach > Math.min(...sides)) return `A window of ${reach}×${reach} pixels does not fit into ${sides.join("×")}: take a smaller kernel, less dilation, or more padding.`;
    return "";
  }

  /** [{row, column, value, weight}] that the window sees at a place; zeros outside. */
  seen(i, j) {
    const { k, stride, padding, dilation, kind } = this.window;
    const { image } = this;
    return Array.from({ length: k * k }, (_, at) => {
      const row = stride * i + dilation * Math.floor(at / k) - padding;
      const column = stride * j + dilation * (at % k) - padding;
      return { row, column, value: image[row]?.[column] ?? 0, weight: kind === "convolution" ? this.kernel[at] : 1 };
    });
  }

  /** What the window makes of what it sees at a place; without the list that `seen` makes, for there are thousands of places. */
  valueAt(i, j) {
    const { image, kernel } = this;
    const { k, stride, padding, dilation, kind } = this.window;
    let sum = 0;
    let most = -Infinity;
    for (let at = 0; at < k * k; at += 1) {
      const row = image[stride * i + dilation * Math.floor(at / k) - padding];
      const value = row?.[stride * j + dilation * (at % k) - padding] ?? 0;
      sum += kind === "convolution" ? value * kernel[at] : value;
      most = Math.max(most, value);
    }
    if (kind === "max") return most;
    return kind === "average" ? sum / (k * k) : sum;
  }

  compute() {
    const [rows, columns] = [this.image.length, this.image[0].length].map((side) => lengthOf(side, this.window));
    return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => this.valueAt(i, j)));
  }

  get state() {
    return { ...this.window, kernel: this.kernel, refusal: this.refusal, place: this.place, out: this.refusal ? [] : this.compute() };
  }

  draw() {
    const refused = this.refusal;
    setText(this.trouble, refused);
    this.editor.hidden = this.settings.kind !== "convolution";
    for (const knob of this.knobs.slice(1)) knob.element.hidden = this.settings.kind !== "convolution";
    this.map.hidden = this.sum.hidden = refused !== "";
    if (refused) {
      this.paint(this.picture, this.image, null);
      return;
    }
    this.out = this.compute();
    const [rows, columns] = [this.out.length, this.out[0].length];
    this.place = { row: Math.min(this.place.row, rows - 1), column: Math.min(this.place.column, columns - 1) };
    this.player.hold(rows * columns, this.place.row * columns + this.place.column);
    this.paint(this.picture, this.image, this.seen(this.place.row, this.place.column));
    this.paint(this.map, this.out, [this.place]);
    this.write();
  }

  paint(canvas, values, marked) {
    const [rows, columns] = [values.length, values[0].length];
    const cell = Math.min(LARGEST, canvas.parentElement.clientWidth) / Math.max(rows, columns);
    canvas.cell = cell;
    const context = fit(canvas, columns * cell, rows * cell);
    context.clearRect(0, 0, columns * cell, rows * cell);
    const signed = canvas === this.map && this.settings.kind === "convolution";
    const { table } = this.colours;
    let most = 1e-9;
    if (signed) for (const row of values) for (const value of row) most = Math.max(most, Math.abs(value));
    this.sheet.paint(columns, rows, (rgba, row, column, at) => {
      const value = values[row][column];
      const level = signed ? Math.round(127.5 * (1 + value / most)) : Math.round(255 * Math.min(1, Math.max(0, value)));
      for (let channel = 0; channel < 3; channel += 1) rgba[at + channel] = signed ? table[3 * level + channel] : level;
    });
    context.imageSmoothingEnabled = false;
    context.drawImage(this.sheet.canvas, 0, 0, columns * cell, rows * cell);
    const thick = Math.min(2, cell / 5);
    const outside = marked?.length === 1 ? Math.max(0, FINDABLE - cell) / 2 : 0; // one pixel of a photograph is too small a mark
    context.lineWidth = Math.max(1, thick);
    context.strokeStyle = this.colours.negative;
    for (const { row, column } of marked ?? []) {
      const side = cell - thick + 2 * outside;
      context.strokeRect(column * cell + thick / 2 - outside, row * cell + thick / 2 - outside, side, side);
    }
  }

  write() {
    const { row, column } = this.place;
    const seen = this.seen(row, column);
    const value = number(this.out[row][column]);
    if (this.settings.kind === "max") setText(this.sum, `The largest of ${seen.map((one) => number(one.value)).join(", ")} is ${value}.`);
    else if (this.settings.kind === "average") setText(this.sum, `The mean of ${seen.map((one) => number(one.value)).join(", ")} is ${value}.`);
    else {
      const terms = seen.filter(({ weight }) => weight !== 0).map((one) => `${number(one.weight)}·${number(one.value)}`);
      setText(this.sum, `${summed(terms) || "0"} = ${value}`);
    }
  }

  jump(at) {
    const n = this.out?.[0].length ?? 1;
    this.place = { row: Math.floor(at / n), column: at % n };
    this.changed();
  }

  point(event) {
    if (!this.out || this.refusal) return;
    const bounds = event.currentTarget.getBoundingClientRect();
    const { cell } = event.currentTarget;
    let [row, column] = [event.clientY - bounds.top, event.clientX - bounds.left].map((at) => Math.floor(at / cell));
    if (event.currentTarget === this.picture) {
      const { k, stride, padding, dilation } = this.window;
      const middle = (dilation * (k - 1)) / 2;
      [row, column] = [row, column].map((at) => Math.round((at + padding - middle) / stride));
    }
    this.move(row, column);
  }

  key(event) {
    const by = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!by || !this.out) return;
    event.preventDefault();
    this.move(this.place.row + by[0], this.place.column + by[1]);
  }

  move(row, column) {
    const within = (at, n) => Math.min(n - 1, Math.max(0, at));
    this.place = { row: within(row, this.out.length), column: within(column, this.out[0].length) };
    this.player.pause();
    this.changed();
  }

  table() {
    return [["row", "column", "value"], ...this.out.flatMap((values, i) => values.map((value, j) => [i, j, value]))];
  }
}

/** A picture as rows of 0 … 1. */
function rowsOf(picture) {
  if (!isPacked(picture)) return picture;
  const { data, shape: [rows, columns] } = decode(picture);
  return Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns), (value) => value / 255));
}
