// A line to fit by hand, the bowl of its loss beside it, and gradient descent doing the same from where the hand stopped.

import { element, setText } from "../elements.js";
import { number } from "../numbers.js";
import { Asking } from "./asking.js";
import { Card, grid, Sketch } from "./base.js";
import { Contours } from "./contours.js";
import { bar, Slider } from "./knobs.js";
import { Plane } from "./plane.js";
import { Player } from "./player.js";
import { within } from "./scale.js";

const ENDS = [-2.5, 2.5]; // where the line has its handles
const GRID = 61;
const FLOOR = 0.1;

/** The mean squared error of a line (slope, intercept); `models/line_descent.py` has the same. */
export function meanSquaredError(points, [slope, intercept]) {
  return points.reduce((sum, [x, y]) => sum + (slope * x + intercept - y) ** 2, 0) / points.length;
}

export default class LineByHand extends Sketch {
  show(data) {
    super.show(data);
    if (!this.player) this.build();
    this.asking.answered(data.turn);
    if (!this.asking.behind) {
      this.line = [...data.start];
      this.rate = data.rate;
      this.rateSlider.set(data.rate);
    }
    this.player.hold(data.lines.length);
    this.changed();
  }

  build() {
    const { data, data: { bounds } } = this;
    Object.assign(this, { line: [...data.start], rate: data.rate });
    this.asking = new Asking((wish) => this.host.tell(wish, 0));
    this.points = new Plane({ label: "Points and a line", x: { low: -3, high: 3, title: "x" }, y: { low: -3, high: 4.5, title: "y" }, height: 380 });
    const [slope, intercept] = [bounds.slope, bounds.intercept].map(([low, high]) => ({ low, high }));
    this.bowl = new Plane({
      label: "Loss over slope and intercept", x: { ...slope, title: "slope a" }, y: { ...intercept, title: "intercept b" }, height: 380,
      press: (a, b) => this.set([a, b]),
    });
    this.course = new Plane({ label: "Loss at every step of the descent", x: { low: 0, high: 1, title: "step" }, y: { low: FLOOR, high: 10, log: true, title: "loss: mean squared error" }, height: 220, press: (x) => this.player.go(Math.round(x)) });
    const heights = Float32Array.from({ length: GRID * GRID }, (_, k) => {
      const at = [slope, intercept].map(({ low, high }, axis) => low + ((high - low) * (axis ? Math.floor(k / GRID) : k % GRID)) / (GRID - 1));
      return Math.log10(1 + meanSquaredError(data.points, at));
    });
    this.contours = new Contours();
    this.contours.learn({ data: heights, shape: [GRID, GRID] });
    this.player = new Player({ label: "Steps of gradient descent", rate: 6, moved: () => this.changed() });
    const [low, high] = bounds.rate;
    this.rateSlider = new Slider({ label: "learning rate η", low, high, log: true, value: data.rate, input: (rate) => this.set(this.line, rate) });
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    this.steps = element("p", { className: "sk-words" });
    const table = () => this.rows();
    const left = new Card(this.host, "Your line", { picture: () => this.points, table });
    left.body.append(this.points.element, this.words);
    const right = new Card(this.host, "The loss of every line", { picture: () => this.bowl, table });
    right.body.append(this.bowl.element, element("p", { className: "sk-words", text: "Each place is a line. All along a ring the loss is the same; inside it, it is lower. The dot is your line: take hold of it here, too." }));
    const below = new Card(this.host, "Now gradient descent, from where you stopped", { picture: () => this.course, table, wide: true });
    below.body.append(bar(this.rateSlider), this.player.element, this.steps, this.course.element);
    this.root.replaceChildren(grid(left, right, below));
  }

  /** The hand moves the line, or sets the rate: the descent starts there. */
  set(line, rate = this.rate) {
    const { bounds } = this.data;
    this.line = [bounds.slope, bounds.intercept].map(([low, high], i) => within(line[i], { low, high }));
    if (rate === this.rate) this.player.go(0);
    this.rate = rate;
    this.asking.ask({ line: this.line, rate });
    this.changed();
  }

  /** An end of the line was moved to height y: the other end stays. */
  bend(end, y) {
    const heights = ENDS.map((x) => this.line[0] * x + this.line[1]);
    heights[end] = y;
    const slope = (heights[1] - heights[0]) / (ENDS[1] - ENDS[0]);
    this.set([slope, heights[0] - slope * ENDS[0]]);
  }

  /** The descent's line at the step on screen: yours, until it has moved. */
  get moving() {
    return this.player.at === 0 ? this.line : this.data.lines[this.player.at];
  }

  draw() {
    this.drawPoints();
    this.drawBowl();
    this.drawCourse();
    this.tell();
  }

  drawPoints() {
    const { points: plane, colours, line, moving, player } = this;
    const xs = [plane.xAxis.low, plane.xAxis.high];
    const along = ([slope, intercept]) => xs.map((x) => slope * x + intercept);
    plane.begin(colours);
    this.data.points.forEach(([x, y], i) => {
      plane.line(`residual ${i}`, [x, x], [y, moving[0] * x + moving[1]], { colour: colours.negative, width: 1.8 });
      plane.dot(`point ${i}`, x, y, { colour: colours.ink(0.85), radius: 4.5 });
    });
    plane.line("yours", xs, along(line), { colour: colours.ink(0.75), width: 2.5, dash: player.at ? "7 5" : "" });
    if (player.at) plane.line("its", xs, along(moving), { colour: colours.positive, width: 3 });
    ENDS.forEach((x, end) => plane.handle(`end ${end}`, x, within(line[0] * x + line[1], plane.yAxis), {
      label: end ? "right end of the line" : "left end of the line", lock: "x", radius: 9, step: 0.01, colour: colours.ink(0.85), moved: (_, y) => this.bend(end, y),
    }));
    plane.end();
  }

  drawBowl() {
    const { bowl: plane, colours, line, moving, player, data } = this;
    plane.begin(colours);
    this.contours.paint(plane);
    const shown = data.lines.slice(0, player.at + 1);
    plane.line("path", shown.map(([a]) => a), shown.map(([, b]) => b), { colour: colours.positive, width: 2.2 });
    shown.forEach(([a, b], i) => plane.dot(`step ${i}`, a, b, { colour: colours.positive, radius: 2.5, width: 0.5 }));
    if (player.at) {
      plane.text("best", ...data.best, "★", { anchor: "middle", dy: 6, size: 16 });
      const [da, db] = data.gradients[player.at];
      plane.arrow("downhill", ...moving, moving[0] - this.rate * da, moving[1] - this.rate * db, { colour: colours.ink(1), width: 2.5 });
      plane.dot("its", ...moving, { colour: colours.positive, radius: 7 });
    }
    plane.handle("line", ...line, { label: "slope and intercept of your line", says: `slope ${number(line[0])}, intercept ${number(line[1])}`, radius: 9, step: 0.01, colour: colours.ink(0.85), moved: (a, b) => this.set([a, b]) });
    plane.end();
  }

  drawCourse() {
    const { course: plane, colours, data, player } = this;
    const losses = data.losses.map((loss) => Math.min(1e12, Math.max(FLOOR, loss)));
    plane.span({ x: [0, Math.max(1, losses.length - 1)], y: [FLOOR, 10 ** Math.ceil(Math.log10(Math.max(...losses)) + 0.05)] });
    plane.begin(colours);
    plane.line("loss", losses.map((_, i) => i), losses, { colour: colours.positive, width: 2.2 });
    plane.dot("now", player.at, losses[player.at], { colour: colours.positive, radius: 6 });
    plane.end();
  }

  get loss() {
    return meanSquaredError(this.data.points, this.line);
  }

  tell() {
    const { data, line, loss, player, moving } = this;
    const least = meanSquaredError(data.points, data.best);
    const near = loss < least * 1.02 ? " Hardly any line is better." : ` The best line has ${number(least)}.`;
    setText(this.words, `Take the line by its ends. ŷ = ${number(line[0])} x + ${number(line[1])}: loss ${number(loss)}, the mean of the squared orange lengths.${near}`);
    const [da, db] = data.gradients[player.at];
    const here = `Slope ${number(moving[0])}, intercept ${number(moving[1])}, loss ${number(data.losses[player.at])}; gradient ${number(da)}, ${number(db)}.`;
    const end = data.diverged === null ? "" : ` With this learning rate it diverges: each step overshoots by more than the last, and at step ${data.diverged} the line is beyond all bounds. Make it smaller.`;
    setText(this.steps, here + end);
  }

  rows() {
    return [["step", "slope", "intercept", "loss"], ...this.data.lines.map(([a, b], i) => [i, a, b, this.data.losses[i]])];
  }

  get state() {
    const { line, rate, loss, moving, player: { at }, data: { lines, diverged, turn } } = this;
    return { line, rate, loss, moving, at, n_lines: lines.length, last: lines.at(-1), diverged, turn, behind: this.asking.behind, words: this.steps.textContent };
  }

  close() {
    this.player.pause();
    this.asking.close();
  }
}
