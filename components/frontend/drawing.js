// Points of the learner's own: clicked onto the decision map and dragged about, shown at once, told to the page when the hand rests.

import { element, setText } from "./elements.js";
import { number } from "./numbers.js";
import { drawPoint, drawRing, rimOf } from "./points.js";
import { Telling } from "./telling.js";

const REACH = 6; // the plane shows −6 … 6
const MOST = 300;
const NEAR = 8; // pixels from a point at which a click means that point
const SLACK = 3; // pixels that a press may slip before it is a drag
const PAUSE_MS = 400;
const STEP = 0.25; // of the cross-hair, in units of the plane
const NAMES = ["orange", "blue"];

/** "x,y,class;…" as points; what is not a point is left out. */
function parse(text) {
  const point = (part) => {
    const [x, y, label] = part.split(",").map(Number);
    return { x, y, label };
  };
  const legal = ({ x, y, label }) => Math.abs(x) <= REACH && Math.abs(y) <= REACH && (label === 0 || label === 1);
  return text.split(";").filter(Boolean).map(point).filter(legal).slice(0, MOST);
}

const textOf = (points) => points.map(({ x, y, label }) => `${x},${y},${label}`).join(";");
const rounded = (value) => Math.min(REACH, Math.max(-REACH, Math.round(value * 100) / 100)) + 0; // no −0

export class Drawing {
  /** on: {changed(), send(text)}; places are in CSS pixels of the map, given by place(x, y). */
  constructor(colours, on) {
    this.on = on;
    this.points = [];
    this.past = []; // texts to undo to
    this.telling = new Telling((text) => on.send(text), PAUSE_MS);
    this.label = 0;
    this.cursor = null;
    this.grip = null; // the point in hand
    const choice = (label) => {
      const swatch = element("span", { className: "lv-swatch" });
      const options = { type: "button", className: "lv-button lv-choice", on: { click: () => this.pick(label) } };
      return Object.assign(element("button", options, swatch, element("span", { text: NAMES[label] })), { swatch });
    };
    const button = (text, title, click) => element("button", { type: "button", className: "lv-button", text, title, on: { click } });
    this.choices = [choice(0), choice(1)];
    this.undo = button("Undo", "Take the last change back", () => this.back());
    this.clear = button("Clear", "Remove all points", () => this.change([]));
    this.hint = element("p", { className: "lv-hint" });
    this.spoken = element("div", { className: "lv-spoken", role: "status" });
    const bar = element("div", { className: "lv-draw-bar", role: "toolbar", "aria-label": "Draw points" },
      element("span", { text: "Draw" }), ...this.choices, this.undo, this.clear);
    this.element = element("div", { className: "lv-draw" }, bar, this.hint, this.spoken);
    this.dress(colours);
    this.pick(0);
  }

  dress(colours) {
    this.colours = colours;
    this.choices.forEach(({ swatch }, label) => {
      swatch.style.background = colours.ofClass(label, 2);
    });
  }

  /** What the page holds now. Echoes of what was sent are no news, and neither is anything while clicks go on. */
  show({ points }) {
    if (!this.telling.hear(points) || this.grip || points === textOf(this.points)) return;
    this.points = parse(points);
    this.past = [];
    this.told();
  }

  get enough() {
    const blue = this.points.filter(({ label }) => label === 1).length;
    return Math.min(blue, this.points.length - blue) >= 2;
  }

  pick(label) {
    this.label = label;
    this.choices.forEach((button, i) => button.setAttribute("aria-pressed", String(i === label)));
    this.told();
  }

  back() {
    if (this.past.length > 0) this.set(parse(this.past.pop()));
  }

  change(points) {
    this.past.push(textOf(this.points));
    this.set(points);
  }

  set(points) {
    this.points = points;
    this.telling.later(() => textOf(this.points));
    this.told();
  }

  told() {
    this.undo.disabled = this.past.length === 0;
    this.clear.disabled = this.points.length === 0;
    this.advise();
    this.on.changed();
  }

  advise() {
    const n = this.points.length;
    const tested = this.tested ? " ◇ are held back for the test." : "";
    setText(this.hint, n >= MOST ? `That is all: at most ${MOST} points.`
      : this.enough ? `${n} points. Drag one to move it, press it to remove it.${tested}`
        : "Click to draw points: at least two of each class.");
  }

  add(x, y) {
    if (this.points.length >= MOST) return;
    const point = { x: rounded(x), y: rounded(y), label: this.label };
    this.change([...this.points, point]);
    this.say(point, "added");
  }

  remove(point) {
    this.change(this.points.filter((one) => one !== point));
    this.say(point, "removed");
  }

  say({ x, y, label }, what) {
    setText(this.spoken, `${NAMES[label]} point at ${number(x)}, ${number(y)} ${what}; ${this.points.length} points`);
  }

  /** The point within reach of a place: the nearest, and of two at one place the later. */
  near([px, py], place) {
    const away = ({ x, y }) => Math.hypot(place(x, y)[0] - px, place(x, y)[1] - py);
    return this.points.filter((point) => away(point) <= NEAR).reverse().sort((a, b) => away(a) - away(b))[0] ?? null;
  }

  // A point in hand. Places are pixels of the map; value(pixels) gives x and y there.

  /** Take hold of the point at a place; whether there is one. */
  grab(at, place) {
    const point = this.near(at, place);
    if (!point) return false;
    const [px, py] = place(point.x, point.y);
    this.grip = { point, before: textOf(this.points), from: at, slip: [px - at[0], py - at[1]], far: false };
    return true;
  }

  drag(at, value) {
    const { grip } = this;
    grip.far ||= Math.hypot(at[0] - grip.from[0], at[1] - grip.from[1]) > SLACK;
    if (grip.far) grip.point = this.move(grip.point, value([at[0] + grip.slip[0], at[1] + grip.slip[1]]));
  }

  /** Let go: a point that was dragged stays where it is, one that was only pressed is removed (unless the press was broken off). */
  release(pressed) {
    const { point, before, far } = this.grip;
    this.grip = null;
    if (far) {
      this.past.push(before);
      this.told();
      this.say(point, "moved");
    } else if (pressed) this.remove(point);
  }

  /** The point at another place; it keeps its turn in the list. */
  move(point, [x, y]) {
    const moved = { ...point, x: rounded(x), y: rounded(y) };
    this.set(this.points.map((one) => (one === point ? moved : one)));
    return moved;
  }

  key(event, place) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const here = this.cursor ?? [0, 0];
    if (move) {
      const taken = event.shiftKey && this.cursor ? this.near(place(...this.cursor), place) : null;
      this.cursor = here.map((value, k) => rounded(value + (this.cursor ? STEP * move[k] : 0)));
      if (taken) {
        this.past.push(textOf(this.points));
        this.move(taken, this.cursor);
      }
    } else if (event.key === "Enter" && this.cursor) this.add(...this.cursor);
    else if ((event.key === "Delete" || event.key === "Backspace") && this.cursor) {
      const point = this.near(place(...this.cursor), place);
      if (point) this.remove(point);
    } else return;
    event.preventDefault();
    event.stopPropagation();
    if (move) setText(this.spoken, this.cursor.map((value) => number(value)).join(", "));
    this.on.changed();
  }

  leave() {
    this.cursor = null;
    this.on.changed();
  }

  /** held: texts "x,y" of the points that the run holds back for its test. */
  draw(context, place, radius, held) {
    const { colours } = this;
    if (this.tested !== held.size > 0) {
      this.tested = held.size > 0;
      this.advise();
    }
    for (const { x, y, label } of this.points) {
      const diamond = held.has(`${x},${y}`);
      const style = { diamond, colour: colours.ofClass(label, 2), rim: rimOf(colours, diamond), width: diamond ? 1.4 : 1.2 };
      drawPoint(context, ...place(x, y), radius, style);
    }
    if (!this.cursor) return;
    const [x, y] = place(...this.cursor);
    drawRing(context, x, y, NEAR, colours);
    context.strokeStyle = colours.ink(1);
    context.lineWidth = 1.5;
    context.beginPath();
    for (const [u, v] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      context.moveTo(x + u * 3, y + v * 3);
      context.lineTo(x + u * 15, y + v * 15);
    }
    context.stroke();
  }

  close() {
    this.telling.close();
    this.element.remove();
  }
}
