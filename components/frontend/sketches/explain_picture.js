// One test picture explained by hand: choose it and the class to ask about, compare the maps, delete what they point at.

import { decode } from "../arrays.js";
import { Sheet } from "../canvas.js";
import { element, setText } from "../elements.js";
import { swatch } from "../legend.js";
import { number, percent } from "../numbers.js";
import { DASHES, drawFramed, paintMap, paintPicture, Tiles } from "../saliency.js";
import { Asking } from "./asking.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, Slider, Toggle } from "./knobs.js";
import { Plane } from "./plane.js";
import { Strip } from "./strip.js";

export default class ExplainPicture extends Sketch {
  constructor(host) {
    super(host);
    this.method = "integrated";
    this.share = 0;
    this.sheet = new Sheet();
    this.tiles = new Tiles({ smallest: 96, largest: 150 });
    this.asking = new Asking((wish) => host.tell(wish, 0));
    this.strip = new Strip({ chosen: (picture) => this.ask({ picture, target: null, against: null }) });
    this.why = this.select("Why", (value) => this.ask({ target: value, against: this.data.against === value ? null : this.data.against }));
    this.not = this.select("and not", (value) => this.ask({ against: value }));
    this.verdict = element("p", { className: "sk-words", role: "status" });
    const strip = new Card(host, "Choose a test picture", { picture: () => this.strip.canvas, table: () => this.strip.table(), wide: true });
    strip.body.append(this.strip.element, bar(this.why.element, this.not.element), this.verdict);

    this.over = new Toggle({ label: "Lay the maps over the picture", input: () => this.changed() });
    this.row = element("div", { className: "lv-saliency", role: "group", "aria-label": "Explanations; press one to delete by it" });
    this.sums = element("p", { className: "sk-words" });
    const maps = new Card(host, "What mattered, by each method", { picture: () => this.tiles.joined(this.cells, this.side, this.colours), table: () => this.table(), wide: true });
    maps.body.append(this.row, this.over.element, this.sums);

    this.slider = new Slider({ label: "pixels deleted", low: 0, high: 1, step: 0.01, value: 0, text: percent, input: (share) => this.set({ share }) });
    this.canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": "The picture with pixels deleted" });
    this.says = element("p", { className: "sk-words", "aria-live": "polite" });
    const deleted = new Card(host, "Delete what it points at", { picture: () => this.canvas, table: () => this.curveTable() });
    deleted.body.append(bar(this.slider), this.canvas, this.says);
    this.plane = new Plane({ label: "Probability over the share of deleted pixels", x: { low: 0, high: 1, title: "share of pixels deleted" }, y: { low: 0, high: 1.05, title: "probability of the class" }, height: 300 });
    this.legend = element("div", { className: "lv-legend" });
    const curves = new Card(host, "Deletion curves", { picture: () => this.plane, table: () => this.curveTable() });
    curves.body.append(this.plane.element, this.legend);
    this.root.replaceChildren(grid(strip, maps, deleted, curves));
  }

  select(label, input) {
    const select = element("select", { className: "lv-select", "aria-label": label, on: { change: () => input(select.value === "" ? null : Number(select.value)) } });
    return { select, element: element("label", { className: "sk-choice" }, element("span", { className: "sk-knob-name", text: label }), select) };
  }

  ask(wish) {
    const { picture, target, against } = this.data;
    this.asking.ask({ picture, target, against, ...wish });
  }

  show(data) {
    super.show(data);
    this.asking.answered(data.turn);
    if (!(this.method in data.orders)) this.method = Object.keys(data.maps)[0];
    const decoded = (packed) => Object.fromEntries(Object.entries(packed).map(([name, value]) => [name, decode(value)]));
    this.maps = decoded(data.maps);
    this.blank = decode(data.blank);
    this.ranks = Object.fromEntries(Object.entries(decoded(data.orders)).map(([name, { data: order }]) => {
      const rank = new Int32Array(order.length);
      order.forEach((pixel, at) => { rank[pixel] = at; });
      return [name, rank];
    }));
    this.strip.show(data);
    this.picture = this.strip.picture(data.picture);
    this.fill(this.why.select, data.class_names, data.target, null);
    this.fill(this.not.select, data.class_names, data.against, "nothing else", data.target);
    if (this.cells?.length !== Object.keys(this.maps).length + 1) this.build();
  }

  fill(select, names, value, none, without = -1) {
    const options = names.map((text, i) => [i, text]).filter(([i]) => i !== without);
    select.replaceChildren(...(none === null ? [] : [element("option", { value: "", text: none, selected: value === null })]),
      ...options.map(([i, text]) => element("option", { value: i, text, selected: i === value })));
  }

  build() {
    this.cells = ["picture", ...Object.keys(this.maps)].map((name) => {
      const canvas = element("canvas", { className: "lv-canvas", "aria-hidden": "true" });
      const title = element("span", { className: "lv-saliency-title", text: this.data.names[name] ?? "Picture" });
      const words = element("span", { className: "lv-tile-label" });
      const box = name === "picture"
        ? element("div", { className: "sk-saliency" }, title, canvas, words)
        : element("button", { type: "button", className: "sk-saliency", "data-method": name, on: { click: () => this.set({ method: name }) } }, title, canvas, words);
      return { name, canvas, title, words, box };
    });
    this.row.replaceChildren(...this.cells.map(({ box }) => box));
  }

  set(values) {
    Object.assign(this, values);
    this.changed();
  }

  /** How many pixels are deleted: always one of the levels that the curves were measured at. */
  get level() {
    const { levels } = this.data;
    return Math.round(this.share * (levels.length - 1));
  }

  draw() {
    this.strip.draw(this.colours);
    this.drawMaps();
    this.drawDeleted();
    this.drawCurves();
    this.tell();
  }

  drawMaps() {
    const width = this.row.clientWidth;
    const side = this.tiles.side(this.cells.length, width) - 8;
    this.side = side;
    this.row.style.gridTemplateColumns = `repeat(auto-fill, ${side + 8}px)`;
    for (const { name, canvas, words, box } of this.cells) {
      if (name === "picture") paintPicture(this.sheet, this.picture);
      else paintMap(this.sheet, this.maps[name], 0, this.colours.table, this.over.value ? this.picture : null);
      drawFramed(canvas, this.sheet, side, this.colours);
      if (name === "picture") continue;
      setText(words, `area ${number(this.data.areas[name], 2)}`);
      box.setAttribute("aria-pressed", String(this.method === name));
    }
  }

  drawDeleted() {
    const n = this.data.levels[this.level];
    const rank = this.ranks[this.method];
    paintPicture(this.sheet, this.picture, (pixel) => rank[pixel] < n, this.blank);
    const side = Math.min(240, Math.max(120, this.canvas.parentElement.clientWidth));
    drawFramed(this.canvas, this.sheet, side, this.colours);
  }

  drawCurves() {
    const { plane, colours, data: { levels, curves, styles } } = this;
    plane.begin(colours);
    const all = levels[levels.length - 1];
    const xs = levels.map((level) => level / all);
    for (const [name, curve] of Object.entries(curves)) {
      const [category, dash] = styles[name];
      const chosen = name === this.method;
      plane.line(name, xs, curve, { colour: colours.categories[category], width: chosen ? 3.5 : 1.8, dash: DASHES[dash] ?? "" });
    }
    plane.dot("now", xs[this.level], this.probability, { colour: colours.categories[styles[this.method][0]], radius: 7 });
    plane.handle("share", xs[this.level], 0, { label: "share of pixels deleted", says: percent(xs[this.level]), lock: "y", diamond: true, radius: 7, step: 1 / (levels.length - 1), moved: (x) => {
      this.slider.set(x);
      this.set({ share: x });
    } });
    plane.end();
    this.legend.replaceChildren(...Object.keys(curves).map((name) => {
      const words = `${this.data.names[name]} ${number(this.data.areas[name], 2)}`;
      return swatch(colours.categories[styles[name][0]], element("span", { className: "lv-legend-name", text: words }));
    }));
  }

  get probability() {
    return this.data.curves[this.method][this.level];
  }

  tell() {
    const { class_names: names, labels, picture, target, against, probabilities, scores, sum } = this.data;
    const best = probabilities.indexOf(Math.max(...probabilities));
    const right = best === labels[picture] ? "rightly" : `but it is ${names[labels[picture]]}`;
    setText(this.verdict, `The network says ${names[best]} (${percent(probabilities[best])}), ${right}.`);
    const asked = against === null ? `the score of ${names[target]}` : `by how much ${names[target]} leads ${names[against]}`;
    setText(this.sums, `Explained: ${asked}, ${number(scores[1])} for the picture and ${number(scores[0])} for the blank one. `
      + `Integrated gradients add up to ${number(sum)}; the change is ${number(scores[1] - scores[0])}. Press a map to delete by it.`);
    const of = this.data.levels[this.data.levels.length - 1];
    const what = against === null ? `probability of ${names[target]}` : `${names[target]} against ${names[against]}`;
    setText(this.says, `${this.data.names[this.method]}: ${this.data.levels[this.level]} of ${of} pixels deleted, ${what} ${percent(this.probability)}.`);
  }

  table() {
    const names = Object.keys(this.maps);
    const { shape: [, width], data } = this.maps[names[0]];
    return [["row", "column", ...names.map((name) => `${this.data.names[name]} (of 127)`)],
      ...Array.from(data, (_, k) => [Math.floor(k / width), k % width, ...names.map((name) => this.maps[name].data[k])])];
  }

  curveTable() {
    const names = Object.keys(this.data.curves);
    return [["pixels deleted", ...names.map((name) => this.data.names[name])],
      ...this.data.levels.map((level, i) => [level, ...names.map((name) => this.data.curves[name][i])])];
  }

  get state() {
    if (!this.data) return {};
    const { picture, target, against, areas, turn } = this.data;
    return { picture, target, against, areas, turn, method: this.method, level: this.level, deleted: this.data.levels[this.level], probability: this.probability };
  }

  close() {
    this.asking.close();
  }
}
