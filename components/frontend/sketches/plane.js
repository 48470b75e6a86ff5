// A plane with axes, drawn as SVG: lines, dots, arrows, a coloured ground, and handles to drag or to move by keys.

import { fit, Sheet } from "../canvas.js";
import { element } from "../elements.js";
import { number } from "../numbers.js";
import { drawAxes } from "./ticks.js";
import { share, valueAt, within } from "./scale.js";

const SVG = "http://www.w3.org/2000/svg";
const HIT = 20; // pixels around a handle that still mean it
let n_planes = 0;

function node(tag, attributes = {}) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export class Plane {
  /**
   * x, y: {low, high, title, log}. height in pixels; square: as high as wide, at most `height`.
   * press(x, y, event): the empty plane was pressed. step: how far an arrow key moves a handle, as a share of the axis.
   */
  constructor({ label, x, y, height = 300, square = false, press = null, margin = {}, hideAxes = false }) {
    Object.assign(this, { xAxis: { ...x }, yAxis: { ...y }, wanted: height, square, press, hideAxes });
    this.margin = hideAxes ? { left: 4, right: 4, top: 4, bottom: 4, ...margin } : { left: 58, right: 14, top: 12, bottom: 44, ...margin };
    this.ground = element("canvas", { className: "sk-ground", "aria-hidden": "true" });
    this.svg = node("svg", { class: "sk-plane", role: "group", "aria-label": label });
    this.clip = `sk-clip-${(n_planes += 1)}`;
    this.clipBox = node("rect");
    const clipPath = node("clipPath", { id: this.clip });
    clipPath.append(this.clipBox);
    const defs = node("defs");
    defs.append(clipPath);
    this.axes = node("g", { "aria-hidden": "true" });
    this.back = node("rect", { fill: "transparent" });
    this.content = node("g", { "clip-path": `url(#${this.clip})` });
    this.over = node("g"); // texts and handles may stand over the edge
    this.svg.append(defs, this.back, this.axes, this.content, this.over);
    this.element = element("div", { className: "sk-stage" }, this.ground, this.svg);
    this.marks = new Map();
    this.handles = new Map();
    this.sheet = new Sheet();
    if (press) {
      this.back.style.cursor = "crosshair";
      this.svg.addEventListener("click", (event) => {
        if (event.target.closest("[data-handle]") || this.dragged) return;
        const [px, py] = this.pixels(event);
        if (this.inside(px, py)) press(this.xAt(px), this.yAt(py), event);
      });
    }
  }

  // Places.

  get box() {
    const { left, right, top, bottom } = this.margin;
    return { x0: left, x1: this.width - right, y0: top, y1: this.height - bottom };
  }

  px(value) {
    const { x0, x1 } = this.box;
    return x0 + share(value, this.xAxis) * (x1 - x0);
  }

  py(value) {
    const { y0, y1 } = this.box;
    return y1 - share(value, this.yAxis) * (y1 - y0);
  }

  xAt(px) {
    const { x0, x1 } = this.box;
    return valueAt((px - x0) / (x1 - x0), this.xAxis);
  }

  yAt(py) {
    const { y0, y1 } = this.box;
    return valueAt((y1 - py) / (y1 - y0), this.yAxis);
  }

  inside(px, py) {
    const { x0, x1, y0, y1 } = this.box;
    return px >= x0 && px <= x1 && py >= y0 && py <= y1;
  }

  pixels(event) {
    const { left, top } = this.svg.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  }

  /** Other limits: span({x: [low, high]}), and y likewise. */
  span({ x, y }) {
    if (x) [this.xAxis.low, this.xAxis.high] = x;
    if (y) [this.yAxis.low, this.yAxis.high] = y;
  }

  // One drawing: begin(colours), any marks, end(). A mark keeps its element from drawing to drawing by its key.

  begin(colours, width = this.element.clientWidth) {
    this.colours = colours;
    this.width = Math.max(120, width);
    const { left, right, top, bottom } = this.margin;
    this.height = this.square ? Math.min(this.wanted, this.width - left - right + top + bottom) : this.wanted;
    if (this.square) this.width = Math.min(this.width, this.height - top - bottom + left + right);
    this.svg.setAttribute("width", this.width);
    this.svg.setAttribute("height", this.height);
    this.element.style.height = `${this.height}px`;
    this.element.style.maxWidth = this.square ? `${this.width}px` : "";
    const { x0, x1, y0, y1 } = this.box;
    for (const rect of [this.clipBox, this.back]) set(rect, { x: x0, y: y0, width: x1 - x0, height: y1 - y0 });
    this.seen = new Set();
    this.painted = false;
    if (!this.hideAxes) drawAxes(this);
  }

  end() {
    for (const [key, mark] of this.marks) {
      if (this.seen.has(key)) continue;
      mark.remove();
      this.marks.delete(key);
    }
    for (const [key, handle] of this.handles) {
      if (this.seen.has(`handle ${key}`)) continue;
      handle.group.remove();
      this.handles.delete(key);
    }
    if (!this.painted) this.ground.hidden = true;
  }

  mark(key, tag, attributes, parent = this.content) {
    let mark = this.marks.get(key);
    if (!mark || mark.tagName !== tag) {
      mark?.remove();
      mark = node(tag);
      this.marks.set(key, mark);
    }
    set(mark, attributes);
    parent.append(mark); // in the order of drawing
    this.seen.add(key);
    return mark;
  }

  line(key, xs, ys, { colour = this.colours.ink(0.8), width = 2, dash = "", opacity = 1 } = {}) {
    let path = "";
    let pen = "M";
    for (let i = 0; i < xs.length; i += 1) {
      const [x, y] = [this.px(xs[i]), this.py(ys[i])];
      if (Number.isFinite(x) && Number.isFinite(y)) {
        path += `${pen}${clamp(x)} ${clamp(y)}`;
        pen = "L";
      } else pen = "M";
    }
    return this.mark(key, "path", { d: path || "M0 0", fill: "none", stroke: colour, "stroke-width": width, "stroke-dasharray": dash, "stroke-linejoin": "round", opacity, "pointer-events": "none" });
  }

  area(key, xs, ys, { colour = this.colours.ink(1), opacity = 0.15 } = {}) {
    const points = xs.map((x, i) => `${clamp(this.px(x))},${clamp(this.py(ys[i]))}`).join(" ");
    return this.mark(key, "polygon", { points, fill: colour, opacity, "pointer-events": "none" });
  }

  rect(key, x0, y0, x1, y1, { colour = this.colours.ink(1), opacity = 1, rim = "none" } = {}) {
    const [left, right] = [this.px(x0), this.px(x1)].sort((a, b) => a - b);
    const [top, bottom] = [this.py(y0), this.py(y1)].sort((a, b) => a - b);
    return this.mark(key, "rect", { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top), fill: colour, opacity, stroke: rim, "pointer-events": "none" });
  }

  dot(key, x, y, { radius = 5, colour = this.colours.ink(1), rim = this.colours.outline, width = 1.2, opacity = 1, diamond = false } = {}) {
    const common = { fill: colour, stroke: rim, "stroke-width": width, opacity, "pointer-events": "none" };
    const [px, py] = [clamp(this.px(x)), clamp(this.py(y))];
    if (!diamond) return this.mark(key, "circle", { cx: px, cy: py, r: radius, ...common });
    const reach = radius * 1.3;
    return this.mark(key, "polygon", { points: `${px},${py - reach} ${px + reach},${py} ${px},${py + reach} ${px - reach},${py}`, ...common });
  }

  /** An arrow from (x0, y0) to (x1, y1); none when it is shorter than a pixel. */
  arrow(key, x0, y0, x1, y1, { colour = this.colours.ink(1), width = 2.5, opacity = 1 } = {}) {
    const [a, b, c, d] = [this.px(x0), this.py(y0), this.px(x1), this.py(y1)].map(clamp);
    const length = Math.hypot(c - a, d - b);
    if (!(length > 1)) return null;
    const head = Math.min(11, length * 0.6);
    const [ux, uy] = [(c - a) / length, (d - b) / length];
    const [ex, ey] = [c - ux * head, d - uy * head];
    const side = head * 0.5;
    const path = `M${a} ${b}L${ex} ${ey}M${c} ${d}L${ex - uy * side} ${ey + ux * side}L${ex + uy * side} ${ey - ux * side}Z`;
    return this.mark(key, "path", { d: path, fill: colour, stroke: colour, "stroke-width": width, "stroke-linejoin": "round", opacity, "pointer-events": "none" });
  }

  text(key, x, y, words, { anchor = "start", dx = 0, dy = 0, colour = this.colours.ink(0.9), size = 12, weight = 400, halo = true } = {}) {
    const mark = this.mark(key, "text", {
      x: clamp(this.px(x)) + dx, y: clamp(this.py(y)) + dy, "text-anchor": anchor, fill: colour, "font-size": size, "font-weight": weight,
      "font-family": this.colours.font, "pointer-events": "none",
      ...(halo ? { stroke: rgb(this.colours.background), "stroke-width": 3, "paint-order": "stroke", "stroke-linejoin": "round" } : {}),
    }, this.over);
    if (mark.textContent !== words) mark.textContent = words;
    return mark;
  }

  /** Colour the ground: values (rows × columns, lowest y first) over the whole plane; colourOf(value) gives [r, g, b]. */
  heat(values, rows, columns, colourOf) {
    const { x0, x1, y0, y1 } = this.box;
    const context = fit(this.ground, this.width, this.height);
    context.clearRect(0, 0, this.width, this.height);
    this.sheet.paint(columns, rows, (rgba, row, column, at) => {
      const [r, g, b] = colourOf(values[(rows - 1 - row) * columns + column]);
      rgba[at] = r;
      rgba[at + 1] = g;
      rgba[at + 2] = b;
    });
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.sheet.canvas, x0, y0, x1 - x0, y1 - y0);
    this.ground.hidden = false;
    this.painted = true;
  }

  // Handles.

  /**
   * Something to take hold of at (x, y). moved(x, y) is called while it is dragged or moved by keys, dropped() afterwards;
   * pressed() when it was pressed without being moved. lock: "x" or "y" holds that coordinate. label and says are for
   * screen readers. A handle stays inside the plane.
   */
  handle(key, x, y, { label, says = `${number(x)}, ${number(y)}`, colour = this.colours.ink(1), radius = 8, lock = null, step = 0.02, diamond = false, moved, dropped = null, pressed = null }) {
    this.seen.add(`handle ${key}`);
    let handle = this.handles.get(key);
    if (!handle) {
      handle = this.newHandle(key);
      this.handles.set(key, handle);
    }
    Object.assign(handle, { x, y, lock, step, moved, dropped, pressed });
    set(handle.group, { transform: `translate(${clamp(this.px(x))} ${clamp(this.py(y))})`, "aria-label": label, "aria-valuetext": says, "aria-valuenow": x, "aria-valuemin": this.xAxis.low, "aria-valuemax": this.xAxis.high });
    const reach = radius * 1.25;
    const shape = diamond ? `M0 ${-reach}L${reach} 0L0 ${reach}L${-reach} 0Z` : `M${-radius} 0A${radius} ${radius} 0 1 0 ${radius} 0A${radius} ${radius} 0 1 0 ${-radius} 0Z`;
    set(handle.shape, { d: shape, fill: colour, stroke: this.colours.outline, "stroke-width": 2 });
    set(handle.ring, { stroke: this.colours.ink(1), r: radius + 4 });
    this.over.append(...(handle.group === document.activeElement || handle.held ? [] : [handle.group]));
  }

  newHandle(key) {
    const group = node("g", { tabindex: 0, role: "slider", "data-handle": key, class: "sk-handle" });
    const ring = node("circle", { class: "sk-ring", fill: "none", "stroke-width": 2 });
    const shape = node("path");
    group.append(node("circle", { r: HIT, fill: "transparent" }), ring, shape);
    this.over.append(group);
    const handle = { group, ring, shape, held: false };
    const to = (x, y) => {
      if (handle.lock !== "x") handle.x = within(x, this.xAxis); // at once: the next key may come before the next drawing
      if (handle.lock !== "y") handle.y = within(y, this.yAxis);
      handle.moved?.(handle.x, handle.y);
    };
    group.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      group.setPointerCapture(event.pointerId);
      const [px, py] = this.pixels(event);
      Object.assign(handle, { held: true, far: false, dx: this.px(handle.x) - px, dy: this.py(handle.y) - py, from: [px, py] });
      this.dragged = true;
      event.stopPropagation();
    });
    group.addEventListener("pointermove", (event) => {
      if (!handle.held) return;
      const [px, py] = this.pixels(event);
      handle.far ||= Math.hypot(px - handle.from[0], py - handle.from[1]) > 3;
      if (handle.far) to(this.xAt(px + handle.dx), this.yAt(py + handle.dy));
    });
    const release = () => {
      if (!handle.held) return;
      handle.held = false;
      setTimeout(() => { this.dragged = false; });
      if (handle.far) handle.dropped?.();
      else handle.pressed?.();
    };
    group.addEventListener("pointerup", release);
    group.addEventListener("pointercancel", release);
    group.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        handle.pressed?.();
      }
      if (!by) return;
      event.preventDefault();
      event.stopPropagation();
      const far = handle.step * (event.shiftKey ? 5 : 1);
      to(valueAt(share(handle.x, this.xAxis) + by[0] * far, this.xAxis), valueAt(share(handle.y, this.yAxis) + by[1] * far, this.yAxis));
      handle.dropped?.();
    });
    return handle;
  }
}

const clamp = (pixel) => Math.round(Math.min(1e5, Math.max(-1e5, pixel)) * 100) / 100;
const rgb = (parts) => `rgb(${parts.map(Math.round).join(",")})`;

function set(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    const text = String(value);
    if (element.getAttribute(name) !== text) element.setAttribute(name, text);
  }
}
