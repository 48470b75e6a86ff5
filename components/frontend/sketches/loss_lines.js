// Points with an outlier to drag, and the lines of three losses through them.

import { element, scroller, setText } from "../elements.js";
import { number } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, button, Slider } from "./knobs.js";
import { fitLine } from "./losses.js";
import { Plane } from "./plane.js";

const LOSSES = { mse: "squared error", mae: "absolute error", huber: "Huber" };
const DASHES = { mse: "", mae: "9 5", huber: "3 3" };
const MOST = 30; // points

export default class LossLines extends Sketch {
  show(data) {
    super.show(data);
    this.delta = data.delta;
    this.points = data.points.map((point) => [...point]);
    this.plane = new Plane({
      label: "Points to drag, and three fitted lines", x: { low: -6, high: 6, title: "x" }, y: { low: -9, high: 9, title: "y" }, height: 430,
      press: (x, y) => this.add(x, y),
    });
    this.slider = new Slider({ label: "δ: residuals beyond it pull no harder (Huber)", low: 0.1, high: 6, step: 0.05, value: this.delta, input: (delta) => this.set({ delta }) });
    const knobs = bar(
      this.slider,
      button("Move the outlier down", () => this.move(this.data.outlier, this.points[this.data.outlier]?.[0] ?? 0, -8), { title: "Drag the diamond to y = −8" }),
      button("Add a point", () => this.add(0, 5)),
      button("Start again", () => this.restart()),
    );
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    this.tableBox = scroller("The lines of least loss");
    const table = () => this.table();
    const picture = new Card(this.host, "One outlier, three lines", { picture: () => this.plane, table, wide: true });
    const hint = "Drag any point, or press the plane to add one. The diamond is the outlier.";
    picture.body.append(knobs, this.plane.element, element("p", { className: "lv-hint", text: hint }), this.words, this.tableBox);
    this.root.replaceChildren(grid(picture));
    this.began = this.fit(data.points);
  }

  fit(points) {
    return Object.fromEntries(Object.keys(LOSSES).map((loss) => [loss, fitLine(points, loss, this.delta, this.data)]));
  }

  set(values) {
    Object.assign(this, values);
    this.began = this.fit(this.data.points);
    this.changed();
  }

  move(i, x, y) {
    if (this.points[i]) this.points[i] = [x, y];
    this.changed();
  }

  add(x, y) {
    if (this.points.length < MOST) this.points.push([x, y]);
    this.changed();
  }

  restart() {
    this.points = this.data.points.map((point) => [...point]);
    this.slider.set(this.data.delta);
    this.set({ delta: this.data.delta });
  }

  draw() {
    const { plane, colours, points, data: { outlier } } = this;
    this.lines = this.fit(points);
    plane.begin(colours);
    const [low, high] = [plane.xAxis.low, plane.xAxis.high];
    const [x, y] = points[outlier];
    Object.entries(this.lines).forEach(([loss, [slope, intercept]], i) => {
      const colour = colours.categories[i];
      plane.line(loss, [low, high], [slope * low + intercept, slope * high + intercept], { colour, width: 3, dash: DASHES[loss] });
      plane.line(`key ${loss}`, [low + 0.25, low + 0.95], [8.2 - 1.15 * i, 8.2 - 1.15 * i], { colour, width: 3, dash: DASHES[loss] });
      plane.text(`name ${loss}`, low + 1.1, 8.2 - 1.15 * i, LOSSES[loss], { dy: 4, colour, weight: 600, size: 13 });
    });
    const [slope, intercept] = this.lines.mse;
    plane.line("residual", [x, x], [y, slope * x + intercept], { colour: colours.ink(0.5), width: 1.5, dash: "3 3" });
    points.forEach(([px, py], i) => plane.handle(`point ${i}`, px, py, {
      label: i === outlier ? "outlier" : `point ${i + 1}`, diamond: i === outlier, radius: i === outlier ? 10 : 6, step: 0.01,
      colour: i === outlier ? colours.negative : colours.ink(0.75), moved: (mx, my) => this.move(i, mx, my),
    }));
    plane.end();
    this.tell();
  }

  /** How hard the outlier pulls on each line: the slope of its loss. */
  pull(loss) {
    const [x, y] = this.points[this.data.outlier];
    const [slope, intercept] = this.lines[loss];
    const r = y - slope * x - intercept;
    if (loss === "mse") return Math.abs(2 * r);
    return loss === "mae" ? Number(Math.abs(r) > 1e-3) : Math.min(Math.abs(r), this.delta);
  }

  tell() {
    const moved = Object.fromEntries(Object.entries(this.lines).map(([loss, [slope]]) => [loss, slope - this.began[loss][0]]));
    const words = Object.entries(LOSSES).map(([loss, name]) => `${name} by ${number(Math.abs(moved[loss]))}`);
    setText(this.words, `Since the start the slopes have changed: ${words.join(" · ")}.`);
    const head = ["loss", "slope", "intercept", "the outlier pulls with"];
    const rows = Object.entries(LOSSES).map(([loss, name]) => [name, ...this.lines[loss].map((value) => number(value)), number(this.pull(loss))]);
    const row = (tag, cells) => element("tr", {}, ...cells.map((text) => element(tag, { text })));
    this.tableBox.replaceChildren(element("table", { className: "sk-table" }, element("thead", {}, row("th", head)), element("tbody", {}, ...rows.map((cells) => row("td", cells)))));
  }

  table() {
    return [["x", "y", ...Object.values(LOSSES).map((name) => `line of ${name}`)],
      ...this.points.map(([x, y]) => [x, y, ...Object.values(this.lines).map(([slope, intercept]) => slope * x + intercept)])];
  }

  get state() {
    return { points: this.points, delta: this.delta, lines: this.fit(this.points), words: this.words.textContent };
  }
}
