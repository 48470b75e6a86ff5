// The picture being explained and, beside it, every method's map of what mattered; a press lays the maps over the picture.

import { Sheet } from "./canvas.js";
import { element, setText } from "./elements.js";
import { number, percent } from "./numbers.js";
import { Panel } from "./panel.js";
import { drawFramed, paintMap, paintPicture, Tiles } from "./saliency.js";

export class Attributions extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.element.classList.add("lv-wide");
    this.addSaving();
    this.tiles = new Tiles();
    this.sheet = new Sheet();
    this.row = element("div", { className: "lv-saliency" });
    this.over = element("input", { type: "checkbox", on: { change: () => this.redraw() } });
    const toggle = element("label", { className: "lv-toggle" }, this.over, element("span", { text: "Lay the maps over the picture" }));
    this.readout = element("p", { className: "lv-hint", role: "status" });
    this.hint = element("p", { className: "lv-hint", text: "Blue speaks for the class, orange against it; each map in its own scale. Area: under the deletion curve, smaller is more faithful." });
    this.body.append(this.readout, this.row, element("div", { className: "lv-below" }, toggle), this.hint);
    this.cells = [];
  }

  canvases() {
    return [this.tiles.joined(this.cells, this.side, this.colours)];
  }

  get names() {
    const names = this.run.facts.get("method_names", []);
    return ["Picture", ...names.slice(0, this.maps?.shape[0] ?? 0)];
  }

  build(names) {
    this.cells = names.map((name) => {
      const title = element("div", { className: "lv-saliency-title", text: name });
      const canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": name === "Picture" ? "The picture explained" : `What mattered by ${name}` });
      const words = element("div", { className: "lv-tile-label" });
      return { title, canvas, words, box: element("div", { className: "lv-saliency-cell" }, title, canvas, words) };
    });
    this.row.replaceChildren(...this.cells.map(({ box }) => box));
  }

  draw(run, frame) {
    super.draw(run, frame);
    const picture = frame.array("explained/picture");
    this.maps = frame.array("explained/maps");
    const width = this.body.clientWidth;
    if (!picture || !this.maps || width === 0) return;
    const { names } = this;
    if (this.cells.length !== names.length || this.cells.some(({ title }, i) => title.textContent !== names[i])) this.build(names);
    this.side = this.tiles.side(names.length, width);
    this.row.style.gridTemplateColumns = `repeat(auto-fill, ${this.side}px)`;
    const areas = frame.array("explained/areas")?.data ?? [];
    this.cells.forEach((cell, i) => {
      if (i === 0) paintPicture(this.sheet, picture);
      else paintMap(this.sheet, this.maps, i - 1, this.colours.table, this.over.checked ? picture : null);
      drawFramed(cell.canvas, this.sheet, this.side, this.colours);
      setText(cell.words, i === 0 ? "" : `area ${number(areas[i - 1], 2)}`);
    });
    this.tell(frame, areas);
  }

  tell(frame, areas) {
    const names = this.run.facts.get("class_names", []);
    const [picture, label, answer, target] = frame.array("explained/who").data;
    const answers = frame.array("explained/answers").data;
    const verdict = label === answer ? "rightly" : `but it is ${names[label]}`;
    setText(this.readout, `Test picture ${picture + 1}: the network says ${names[answer]} (${percent(answers[answer])}), ${verdict}. `
      + `Explained: what speaks for ${names[target]}. Random order: area ${number(areas[areas.length - 1], 2)}.`);
  }

  table() {
    if (!this.maps) return [];
    const { names } = this;
    const { data, shape: [n, height, width] } = this.maps;
    const rows = [["row", "column", ...names.slice(1).map((name) => `${name} (of 127)`)]];
    for (let k = 0; k < height * width; k += 1) {
      rows.push([Math.floor(k / width), k % width, ...Array.from({ length: n }, (_, i) => data[i * height * width + k])]);
    }
    return rows;
  }
}
