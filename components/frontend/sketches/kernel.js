// A kernel by hand: the window slides over the picture, the sum is written out, and the map follows every change.

import { fit } from "../canvas.js";
import { element, setText } from "../elements.js";
import { number } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, ChoiceRow, NumberField, Slider } from "./knobs.js";
import { Player } from "./player.js";

const KINDS = { convolution: "convolution", max: "max pooling", average: "average pooling" };
const LARGEST = 416;

/** Rows or columns that come out; what `models/convolution.py` says. */
export const lengthOf = (n, { k, stride, padding, dilation }) => Math.floor((n + 2 * padding - dilation * (k - 1) - 1) / stride) + 1;

export default class Kernel extends Sketch {
  constructor(host) {
    super(host);
    this.place = { row: 5, column: 5 };
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
    return this.data.pictures[this.pictureChoice.value];
  }

  /** The settings in force: pooling has neither padding nor dilation. */
  get window() {
    const { kind } = this.settings;
    return kind === "convolution" ? this.settings : { ...this.settings, padding: 0, dilation: 1 };
  }

  get refusal() {
    const { k, padding, dilation } = this.window;
    const reach = dilation * (k - 1) + 1;
    const n = this.image.length + 2 * padding;
    if (padding > Math.floor(reach / 2)) return `A padding of ${padding} is more than half of a window of ${reach} pixels: some windows would see nothing but zeros. Take a smaller padding or a larger kernel.`;
    if (reach > n) return `A window of ${reach}×${reach} pixels does not fit into ${n}×${n}: take a smaller kernel, less dilation, or more padding.`;
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

  valueAt(i, j) {
    const seen = this.seen(i, j);
    if (this.settings.kind === "max") return Math.max(...seen.map(({ value }) => value));
    const sum = seen.reduce((total, { value, weight }) => total + value * weight, 0);
    return this.settings.kind === "average" ? sum / seen.length : sum;
  }

  compute() {
    const n = lengthOf(this.image.length, this.window);
    return Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => this.valueAt(i, j)));
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
    const n = this.out.length;
    this.place = { row: Math.min(this.place.row, n - 1), column: Math.min(this.place.column, n - 1) };
    this.player.hold(n * n, this.place.row * n + this.place.column);
    this.paint(this.picture, this.image, this.seen(this.place.row, this.place.column));
    this.paint(this.map, this.out, [this.place]);
    this.write();
  }

  paint(canvas, values, marked) {
    const n = values.length;
    const side = Math.min(LARGEST, canvas.parentElement.clientWidth);
    const cell = side / n;
    canvas.cell = cell;
    const context = fit(canvas, side, side);
    context.clearRect(0, 0, side, side);
    const flat = values.flat();
    const signed = canvas === this.map && this.settings.kind === "convolution";
    const most = Math.max(1e-9, ...flat.map(Math.abs));
    values.forEach((row, i) => row.forEach((value, j) => {
      const grey = Math.round(255 * Math.min(1, Math.max(0, value)));
      context.fillStyle = signed ? this.colours.at(value / most) : `rgb(${grey},${grey},${grey})`;
      context.fillRect(j * cell, i * cell, Math.ceil(cell), Math.ceil(cell));
    }));
    context.lineWidth = 2;
    context.strokeStyle = this.colours.negative;
    for (const { row, column } of marked ?? []) context.strokeRect(column * cell + 1, row * cell + 1, cell - 2, cell - 2);
  }

  write() {
    const { row, column } = this.place;
    const seen = this.seen(row, column);
    const value = number(this.out[row][column]);
    if (this.settings.kind === "max") setText(this.sum, `The largest of ${seen.map((one) => number(one.value)).join(", ")} is ${value}.`);
    else if (this.settings.kind === "average") setText(this.sum, `The mean of ${seen.map((one) => number(one.value)).join(", ")} is ${value}.`);
    else {
      const terms = seen.filter(({ weight }) => weight !== 0).map((one) => `${number(one.weight)}·${number(one.value)}`);
      setText(this.sum, `${terms.join(" + ").replaceAll("+ −", "− ") || "0"} = ${value}`);
    }
  }

  jump(at) {
    const n = this.out?.length ?? 1;
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
    const within = (at) => Math.min(this.out.length - 1, Math.max(0, at));
    this.place = { row: within(row), column: within(column) };
    this.player.pause();
    this.changed();
  }

  table() {
    return [["row", "column", "value"], ...this.out.flatMap((values, i) => values.map((value, j) => [i, j, value]))];
  }
}
