// The same picture's maps while the network's layers are made random one after another, and how alike they stay.

import { decode } from "../arrays.js";
import { Sheet } from "../canvas.js";
import { element, setText } from "../elements.js";
import { swatch } from "../legend.js";
import { number } from "../numbers.js";
import { DASHES, drawFramed, paintMap, Tiles } from "../saliency.js";
import { Card, grid, Sketch } from "./base.js";
import { Plane } from "./plane.js";
import { Player } from "./player.js";

export default class ExplainSanity extends Sketch {
  constructor(host) {
    super(host);
    this.sheet = new Sheet();
    this.tiles = new Tiles({ smallest: 96, largest: 150 });
    this.player = new Player({ label: "Layers made random", rate: 0.8, moved: () => this.changed(), name: (at) => this.stage(at) });
    this.row = element("div", { className: "lv-saliency" });
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    const maps = new Card(host, "The maps, layer by layer made random", { picture: () => this.tiles.joined(this.cells, this.side, this.colours), table: () => this.table(), wide: true });
    maps.body.append(this.player.element, this.row, this.words);
    this.plane = new Plane({ label: "Rank correlation with the trained network's map", x: { low: 0, high: 1, title: "layers made random, from the top" }, y: { low: -0.4, high: 1.05, title: "rank correlation" }, height: 300 });
    this.legend = element("div", { className: "lv-legend" });
    const curves = new Card(host, "How alike they stay", { picture: () => this.plane, table: () => this.table(), wide: true });
    curves.body.append(this.plane.element, this.legend);
    this.root.replaceChildren(grid(maps, curves));
  }

  show(data) {
    super.show(data);
    this.maps = Object.fromEntries(Object.entries(data.maps).map(([name, packed]) => [name, decode(packed)]));
    this.plane.span({ x: [-0.15, data.stages.length - 0.85] });
    this.player.hold(data.stages.length, Math.min(this.player.at, data.stages.length - 1));
    this.cells = Object.keys(this.maps).map((name) => {
      const canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": `Map by ${data.names[name]}` });
      const title = element("div", { className: "lv-saliency-title", text: data.names[name] });
      const words = element("div", { className: "lv-tile-label" });
      return { name, canvas, title, words, box: element("div", { className: "lv-saliency-cell" }, title, canvas, words) };
    });
    this.row.replaceChildren(...this.cells.map(({ box }) => box));
  }

  stage(at) {
    const stages = this.data?.stages ?? [];
    return at === 0 ? "as trained" : `random: ${stages.slice(1, at + 1).join(", ")}`;
  }

  draw() {
    const { at } = this.player;
    const { alike, names, stages, styles } = this.data;
    const side = this.tiles.side(this.cells.length, this.row.clientWidth);
    this.side = side;
    this.row.style.gridTemplateColumns = `repeat(auto-fill, ${side}px)`;
    for (const { name, canvas, words } of this.cells) {
      paintMap(this.sheet, this.maps[name], at, this.colours.table);
      drawFramed(canvas, this.sheet, side, this.colours);
      setText(words, `alike ${number(alike[name][at], 2)}`);
    }
    const { plane, colours } = this;
    plane.begin(colours);
    plane.line("zero", [plane.xAxis.low, plane.xAxis.high], [0, 0], { colour: colours.ink(0.4), width: 1 });
    plane.line("here", [at, at], [plane.yAxis.low, plane.yAxis.high], { colour: colours.ink(0.4), width: 1, dash: "4 4" });
    const xs = stages.map((_, i) => i);
    for (const [name, values] of Object.entries(alike)) {
      const colour = colours.categories[styles[name][0]];
      plane.line(name, xs, values, { colour, width: 2.5, dash: DASHES[styles[name][1]] ?? "" });
      plane.dot(`${name} now`, at, values[at], { colour, radius: 5 });
    }
    stages.forEach((stage, i) => plane.text(`stage ${i}`, i, plane.yAxis.low, stage, { anchor: "middle", dy: -8, colour: colours.ink(i === at ? 1 : 0.65), weight: i === at ? 600 : 400 }));
    plane.end();
    this.legend.replaceChildren(...Object.keys(alike).map((name) => swatch(colours.categories[styles[name][0]], element("span", { className: "lv-legend-name", text: names[name] }))));
    const last = stages.length - 1;
    const stuck = Object.keys(alike).filter((name) => alike[name][last] > 0.6).map((name) => names[name]);
    setText(this.words, `Means over ${this.data.n_pictures} pictures. `
      + (stuck.length > 0 ? `With every layer random these still look the same, so they show the picture and not the network: ${stuck.join(", ")}.` : "With every layer random none of them looks the same."));
  }

  table() {
    const { alike, names, stages } = this.data;
    return [["made random, from the top", ...Object.keys(alike).map((name) => names[name])],
      ...stages.map((stage, i) => [stage, ...Object.keys(alike).map((name) => alike[name][i])])];
  }

  get state() {
    return { at: this.player.at, stages: this.data?.stages, alike: this.data?.alike };
  }

  close() {
    this.player.pause();
  }
}
