// Decision maps side by side, one for each network of a run, with the training points and each network's scores.

import { fit, MapSheet } from "./canvas.js";
import { element, setText } from "./elements.js";
import { legendOf } from "./legend.js";
import { styled } from "./numbers.js";
import { Panel } from "./panel.js";
import { drawPoint, rimOf } from "./points.js";

const SMALLEST = 150; // pixels of one map before they wrap
const LARGEST = 300;
const GAP = 14;

export class Maps extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.element.classList.add("lv-wide");
    this.addSaving();
    this.sheet = new MapSheet();
    this.row = element("div", { className: "lv-maps-row" });
    this.legend = element("div", { className: "lv-legend" });
    this.body.append(this.row, this.legend);
    this.cells = [];
  }

  canvases() {
    return [this.joined()];
  }

  learn(run) {
    super.learn(run);
    const { facts } = run;
    this.keys = facts.get(this.spec.keys, []);
    const names = facts.get(this.spec.names, this.keys);
    if (this.cells.length !== names.length || this.cells.some(({ title }, i) => title.textContent !== names[i])) this.build(names);
    this.mean();
  }

  /** What the colours and the points mean has changed; a frame is drawn next. */
  mean() {
    this.cells.forEach((cell) => { cell.marked = null; });
    this.legend.replaceChildren(...legendOf(this.run.facts, this.colours), ...this.hint());
  }

  hint() {
    const wrong = this.run.facts.array(this.spec.ringed)?.data.length ?? 0;
    return wrong > 0 ? [element("span", { className: "lv-legend-name", text: `ringed: ${wrong} points drawn with a wrong label` })] : [];
  }

  build(names) {
    this.cells = names.map((name) => {
      const title = element("div", { className: "lv-maps-title", text: name });
      const scores = element("div", { className: "lv-tile-label" });
      const canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": `What the network trained under ${name} answers` });
      return { title, scores, canvas, points: document.createElement("canvas"), box: element("div", { className: "lv-maps-cell" }, title, canvas, scores) };
    });
    this.row.replaceChildren(...this.cells.map(({ box }) => box));
  }

  get side() {
    const width = this.body.clientWidth;
    const most = Math.max(1, Math.floor((width + GAP) / (SMALLEST + GAP)));
    const columns = Math.min(this.cells.length, most);
    const rows = Math.ceil(this.cells.length / columns);
    const even = Math.ceil(this.cells.length / rows); // 7 as 4 + 3, not as 6 + 1
    return Math.floor(Math.min(LARGEST, (width - GAP * (even - 1)) / even));
  }

  draw(run, frame) {
    super.draw(run, frame);
    const array = frame.array(this.spec.array);
    if (!array || this.cells.length === 0 || this.body.clientWidth === 0) return;
    this.sheet.paint(array, this.colours.table);
    const { side } = this;
    this.row.style.gridTemplateColumns = `repeat(auto-fit, ${side}px)`;
    this.cells.forEach((cell, i) => {
      const context = fit(cell.canvas, side, side);
      this.sheet.draw(context, i, 0, 0, side);
      if (cell.marked !== side) this.mark(cell, side);
      context.drawImage(cell.points, 0, 0, side, side);
      const words = this.spec.scores.map(({ metric, name, style }) => `${name} ${styled(frame.metrics[`${metric}/${this.keys[i]}`], style)}`);
      setText(cell.scores, words.join(" · "));
    });
  }

  /** The points do not change with a frame: each map keeps them on a canvas of its own. */
  mark(cell, side) {
    cell.marked = side;
    const context = fit(cell.points, side, side);
    context.clearRect(0, 0, side, side);
    const { facts } = this.run;
    const [x0, x1, y0, y1] = facts.get("domain", [-1, 1, -1, 1]);
    const places = facts.array("points/train")?.data ?? [];
    const targets = facts.array("targets/train")?.data ?? [];
    const ringed = new Set(facts.array(this.spec.ringed)?.data ?? []);
    const rim = rimOf(this.colours, false);
    for (let i = 0; i < targets.length; i += 1) {
      const x = ((places[2 * i] - x0) / (x1 - x0)) * side;
      const y = ((y1 - places[2 * i + 1]) / (y1 - y0)) * side;
      const colour = this.colours.ofClass(targets[i], 2);
      drawPoint(context, x, y, 2.4, { diamond: false, colour, rim, width: 0.8 });
      if (!ringed.has(i)) continue;
      context.beginPath();
      context.arc(x, y, 4.6, 0, 2 * Math.PI);
      context.lineWidth = 1.3;
      context.strokeStyle = this.colours.ink(0.95);
      context.stroke();
    }
  }

  redraw() {
    if (this.run) this.mean();
    super.redraw();
  }

  /** All maps in one picture with their names, for saving. */
  joined() {
    const { side } = this;
    const tall = side + 24;
    const canvas = document.createElement("canvas");
    const context = fit(canvas, this.cells.length * (side + GAP) - GAP, tall);
    context.font = `600 14px ${this.colours.font}`;
    context.fillStyle = this.colours.ink(1);
    this.cells.forEach((cell, i) => {
      context.fillText(cell.title.textContent, i * (side + GAP), 15);
      context.drawImage(cell.canvas, i * (side + GAP), 24, side, side);
    });
    return canvas;
  }

  table() {
    const { data, shape: [n, rows, columns] } = this.frame.array(this.spec.array);
    const [x0, x1, y0, y1] = this.run.facts.get("domain", [0, 1, 0, 1]);
    const found = [[...this.run.facts.get("axes", ["x", "y"]), ...this.cells.map(({ title }) => title.textContent)]];
    for (let k = 0; k < rows * columns; k += 1) {
      const [i, j] = [Math.floor(k / columns), k % columns];
      found.push([x0 + (j / (columns - 1)) * (x1 - x0), y0 + (i / (rows - 1)) * (y1 - y0),
        ...Array.from({ length: n }, (_, map) => data[map * rows * columns + k] / 127)]);
    }
    return found;
  }
}
