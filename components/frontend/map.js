// The decision map: what the network answers at every place of the plane, with the data on top.

import { Values } from "./arrays.js";
import { drawAxes } from "./axes.js";
import { AxisPicker } from "./axis_picker.js";
import { fit } from "./canvas.js";
import { Drawing } from "./drawing.js";
import { element, setText } from "./elements.js";
import { Heat } from "./heat.js";
import { legendOf } from "./legend.js";
import { drawLines, hasOverlay, ringExample } from "./overlay.js";
import { mapTable } from "./map_table.js";
import { number, percent } from "./numbers.js";
import { Panel } from "./panel.js";
import { drawPoints } from "./points.js";

const LARGEST = 430;
const FEW = 12; // points that can be drawn larger
const MARGIN = { left: 46, right: 10, top: 8, bottom: 40 };

const KEYS = "Plane to draw on. Arrow keys move a cross-hair, with Shift the point under it too; Enter adds a point, Delete removes one.";

/** The plane before there is a run: empty, and ready to be drawn on. */
const EMPTY = new Values({ domain: [-6, 6, -6, 6], axes: ["x₁", "x₂"], task: "classes", class_names: ["orange", "blue"] });

function toggle(label, title, change) {
  const input = element("input", { type: "checkbox", on: { change: () => change(input.checked) } });
  return element("label", { className: "lv-toggle", title }, input, element("span", { text: label }));
}

export class DecisionMap extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.colour = new Heat();
    this.heat = element("canvas", { className: "lv-canvas lv-under", role: "img", "aria-label": spec.title });
    this.marks = element("canvas", {
      className: "lv-canvas lv-over", "aria-hidden": "true",
      on: {
        pointerdown: (event) => this.grab(event),
        pointermove: (event) => this.point(event),
        pointerup: () => this.release(true),
        pointercancel: () => this.release(false),
        pointerleave: () => this.point(null),
        click: (event) => this.press(event),
        keydown: (event) => this.drawing?.key(event, this.place),
        blur: () => this.drawing?.leave(),
      },
    });
    this.marks.addEventListener("touchstart", (event) => {
      if (this.drawing?.grip) event.preventDefault(); // a finger on a point moves it, not the page
    }, { passive: false });
    this.ringed = []; // positions among the test points
    this.listener = ({ detail }) => this.ring(detail);
    view.root.addEventListener("playground:select", this.listener);
    this.stage = element("div", { className: "lv-stage lv-map-stage" }, this.heat, this.marks);
    this.legend = element("div", { className: "lv-legend" });
    this.readout = element("div", { className: "lv-readout" });
    this.testToggle = toggle("Show test data ◇", "Points the network never learns from, drawn as diamonds", (on) => {
      this.showTest = on;
      this.mark();
    });
    const toggles = element(
      "div",
      { className: "lv-toggles" },
      this.testToggle,
      toggle("Discretise", "Show only which answer wins, not how sure the network is", (on) => {
        this.discrete = on;
        this.redraw();
      }),
    );
    this.plane = element("p", { className: "lv-hint", hidden: true });
    this.picker = new AxisPicker((features) => view.tell("plane", features));
    const below = element("div", { className: "lv-below" }, this.legend, toggles);
    this.body.append(this.stage, this.readout, below, this.picker.element, this.plane);
  }

  canvases() {
    return [this.heat, this.marks];
  }

  /** Whether the learner may draw here, and what is drawn already. */
  show({ drawable, turnable }) {
    this.turnable = turnable;
    this.picker.show(this.facts, turnable);
    if (Boolean(drawable) !== Boolean(this.drawing)) {
      this.drawing?.close();
      this.drawing = drawable ? new Drawing(this.colours, { changed: () => this.mark(), send: (text) => this.view.tell("points", text) }) : null;
      if (drawable) this.body.prepend(this.drawing.element);
      this.testToggle.hidden = Boolean(drawable);
      const drawn = { tabindex: "0", role: "application", "data-keys": "own", "aria-label": KEYS };
      for (const [name, value] of Object.entries(drawable ? drawn : { "aria-hidden": "true" })) this.marks.setAttribute(name, value);
      for (const name of drawable ? ["aria-hidden"] : Object.keys(drawn)) this.marks.removeAttribute(name);
      this.settle();
    }
    this.drawing?.show(drawable);
  }

  /** Without a run there is still a plane to draw on. */
  forget() {
    if (!this.drawing) return false;
    this.run = null;
    this.frame = null;
    this.settle();
    return true;
  }

  learn(run) {
    super.learn(run);
    this.settle();
  }

  /** What the picture is of: the run, or an empty plane while the run shown is of other data than what is drawn on. */
  settle() {
    const own = this.run?.facts;
    this.blank = Boolean(this.drawing) && !(own?.get("task") === "classes" && String(own.get("domain")) === String(EMPTY.get("domain")));
    this.facts = this.blank ? EMPTY : own;
    const { facts } = this;
    if (!facts) return;
    this.domain = facts.get("domain");
    this.classes = facts.get("class_names", []);
    this.numeric = facts.get("task") === "numbers";
    setText(this.plane, facts.get("plane", ""));
    this.plane.hidden = !facts.get("plane");
    this.picker.show(facts, this.turnable);
    this.legend.replaceChildren(...legendOf(facts, this.colours));
    this.testToggle.hidden = Boolean(this.drawing) || !(facts.array("points/test")?.shape[0] > 0);
    this.mark();
  }

  size() {
    const width = Math.min(this.stage.parentElement.clientWidth, LARGEST);
    if (!this.domain || width === 0) return false;
    const [x0, x1, y0, y1] = this.domain;
    const plot = width - MARGIN.left - MARGIN.right;
    this.box = { x: MARGIN.left, y: MARGIN.top, w: plot, h: plot };
    this.place = (x, y) => [
      this.box.x + ((x - x0) / (x1 - x0)) * this.box.w,
      this.box.y + ((y1 - y) / (y1 - y0)) * this.box.h,
    ];
    this.total = [width, plot + MARGIN.top + MARGIN.bottom];
    this.stage.style.width = `${this.total[0]}px`;
    this.stage.style.height = `${this.total[1]}px`;
    return true;
  }

  draw(run, frame) {
    super.draw(run, frame);
    const map = this.blank ? null : frame.array("map");
    if (!map || !this.size()) return;
    const context = fit(this.heat, ...this.total);
    this.paint(map, frame.array("map/confidence"));
    context.clearRect(0, 0, ...this.total);
    this.colour.draw(context, this.box);
    if (this.marked !== this.total.join() || hasOverlay(frame)) this.mark();
    this.tell();
  }

  paint(map, confidence) {
    if (confidence && this.discrete) this.colour.winners(map, this.classes.length, this.colours);
    else if (confidence) this.colour.classes(map, confidence.data, this.classes.length, this.colours);
    else this.colour.values(map, this.colours, this.discrete ? (this.numeric ? "bands" : "halves") : "");
  }

  /** Points, axes and names: drawn only when they change, not with every frame. */
  mark() {
    if (!this.facts || !this.size()) return;
    this.marked = this.total.join();
    const context = fit(this.marks, ...this.total);
    const { facts } = this;
    if (this.blank) fit(this.heat, ...this.total).clearRect(0, 0, ...this.total);
    const { x, y, w, h } = this.box;
    context.clearRect(0, 0, ...this.total);
    drawAxes(context, { box: this.box, domain: this.domain, names: facts.get("axes", ["", ""]), place: this.place, colours: this.colours });
    context.save();
    context.beginPath();
    context.rect(x, y, w, h);
    context.clip();
    const n = facts.array("points/train")?.shape[0] ?? 0;
    const radius = Math.max(2.6, Math.min(4.2, w / 85)) * (n > 350 ? 0.85 : n > 0 && n <= FEW && !this.drawing ? 1.6 : 1);
    const overlaid = !this.blank && hasOverlay(this.frame);
    if (overlaid) drawLines(context, this.frame, this.place, this.colours);
    if (this.drawing) {
      this.drawing.draw(context, this.place, radius, this.held());
    } else {
      drawPoints(context, facts, "train", this.place, this.colours, radius);
      if (this.showTest) drawPoints(context, facts, "test", this.place, this.colours, radius);
    }
    if (overlaid) ringExample(context, this.frame, this.place, this.colours);
    if (this.ringed.length > 0) drawPoints(context, facts, "test", this.place, this.colours, radius, this.ringed);
    context.restore();
  }

  /** Places of the test points, as the learner's points are written. */
  held() {
    const data = this.facts.array("points/test")?.data ?? [];
    const text = (value) => String(Number(value.toFixed(2)));
    return new Set(Array.from({ length: data.length / 2 }, (_, i) => `${text(data[2 * i])},${text(data[2 * i + 1])}`));
  }

  ring({ split, indices }) {
    this.ringed = split === "test" ? indices : [];
    this.mark();
  }

  /** Where in the plane an event is, as shares of its width and height; null outside. */
  where(event) {
    if (!event || !this.box) return null;
    const bounds = this.marks.getBoundingClientRect();
    const u = (event.clientX - bounds.left - this.box.x) / this.box.w;
    const v = 1 - (event.clientY - bounds.top - this.box.y) / this.box.h;
    return u >= 0 && u <= 1 && v >= 0 && v <= 1 ? [u, v] : null;
  }

  point(event) {
    this.at = this.where(event);
    const { drawing } = this;
    if (event && drawing?.grip) drawing.drag(this.pixels(event), (at) => this.valueAt(at));
    const over = drawing && this.at && drawing.near(this.pixels(event), this.place);
    this.marks.style.cursor = drawing?.grip ? "grabbing" : over ? "grab" : drawing && this.at ? "crosshair" : "default";
    this.tell();
  }

  // The learner's own points: a press on the empty plane makes one, a point can be taken by the hand.

  pixels(event) {
    const { left, top } = this.marks.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  /** x and y at pixels of the map. */
  valueAt([px, py]) {
    const [x0, x1, y0, y1] = this.domain;
    const { x, y, w, h } = this.box;
    return [x0 + ((px - x) / w) * (x1 - x0), y1 - ((py - y) / h) * (y1 - y0)];
  }

  grab(event) {
    this.handled = event.button === 0 && this.where(event) !== null && Boolean(this.drawing?.grab(this.pixels(event), this.place));
    if (this.handled) this.marks.setPointerCapture(event.pointerId); // and the click that follows says nothing new
  }

  release(pressed) {
    if (this.drawing?.grip) this.drawing.release(pressed);
  }

  press(event) {
    if (this.drawing && !this.handled && this.where(event)) this.drawing.add(...this.valueAt(this.pixels(event)));
  }

  /** The answer under the pointer, in words. */
  tell() {
    const map = this.blank ? null : this.frame?.array("map");
    if (!this.at || !map) {
      setText(this.readout, "");
      return;
    }
    const [rows, columns] = map.shape;
    const [u, v] = this.at;
    const k = Math.round(v * (rows - 1)) * columns + Math.round(u * (columns - 1));
    const [x0, x1, y0, y1] = this.domain;
    const names = this.run.facts.get("axes", ["x", "y"]);
    const where = `${names[0]} = ${number(x0 + u * (x1 - x0))}, ${names[1]} = ${number(y0 + v * (y1 - y0))}`;
    setText(this.readout, `${where} → ${this.answer(map.data[k], this.frame.array("map/confidence")?.data[k])}`);
  }

  answer(value, confidence) {
    if (this.numeric) {
      const [low, high] = this.run.facts.get("value_range", [0, 1]);
      return number(low + (value / 255) * (high - low));
    }
    if (confidence !== undefined) return `${this.classes[value] ?? value} (${percent(confidence / 255)})`;
    const share = value / 255;
    return `${this.classes[share >= 0.5 ? 1 : 0] ?? (share >= 0.5 ? 1 : 0)} (${percent(Math.max(share, 1 - share))})`;
  }

  redraw() {
    this.marked = null;
    this.drawing?.dress(this.colours);
    if (this.facts) this.legend.replaceChildren(...legendOf(this.facts, this.colours));
    super.redraw();
    if (this.blank) this.mark();
  }

  close() {
    this.view.root.removeEventListener("playground:select", this.listener);
    this.drawing?.close();
  }

  table() {
    return mapTable(this.frame, this.run.facts, this.domain, this.classes, this.numeric);
  }
}
