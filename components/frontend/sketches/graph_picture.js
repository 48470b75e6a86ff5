// The drawing of a computational graph: nodes, edges, the numbers on them, and a box to type in for every variable.

import { css } from "../colour.js";
import { element } from "../elements.js";
import { number } from "../numbers.js";

const SVG = "http://www.w3.org/2000/svg";
const SMALLEST = 0.86; // scale down to which a wide graph shrinks before it scrolls
const LARGEST = 1.2;
const BIGGEST = 1e300; // what may be typed
const KINDS = { input: 5, weight: 4, target: 3 }; // which of the theme's categories outlines a box

/** A number as it stands on an edge, in at most six characters of everyday sizes. */
export function tight(value) {
  const size = Math.abs(value);
  if (!(size < 0.1) || size === 0) return short(value);
  return size < 0.001 ? number(value) : short(Number(value.toPrecision(2)));
}

/** A number with three digits, and no zeros behind them. */
export function short(value) {
  if (Number.isNaN(value)) return "NaN";
  const text = number(value);
  return text.includes(".") ? text.replace(/\.?0+(?=$|e)/, "") : text;
}

function node(tag, attributes, parent) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent?.append(made);
  return made;
}

function set(made, attributes, words = null) {
  for (const [name, value] of Object.entries(attributes)) {
    const text = String(value);
    if (made.getAttribute(name) !== text) made.setAttribute(name, text);
  }
  if (words !== null && made.textContent !== words) made.textContent = words;
}

export class GraphPicture {
  /** set(name, value): a number was typed. select(at): a node was pressed. */
  constructor({ set: typed, select }) {
    Object.assign(this, { typed, select });
    this.svg = node("svg", { class: "sk-graph", role: "group", "aria-label": "Computational graph" });
    this.stage = element("div", { className: "sk-graph-stage" }, this.svg);
    this.frame = element("div", { className: "sk-graph-frame" }, this.stage);
    this.element = element("div", { className: "sk-scroll" }, this.frame);
    this.swatches = new Map(Object.keys(KINDS).map((kind) => [kind, element("span", { className: "lv-swatch" })]));
    this.legend = element("div", { className: "lv-legend sk-graph-legend" }, ...[...this.swatches].map(([kind, swatch]) =>
      element("span", { className: "lv-legend-item" }, swatch, element("span", { text: kind }))));
  }

  /** Another graph: new elements for all of it. */
  show({ nodes, layout }) {
    this.layout = layout;
    this.svg.replaceChildren();
    this.stage.replaceChildren(this.svg);
    set(this.svg, { width: layout.width, height: layout.height, viewBox: `0 0 ${layout.width} ${layout.height}` });
    this.edges = layout.edges.map((edge) => ({ ...edge, line: node("path", { fill: "none" }, this.svg) }));
    for (const edge of this.edges) {
      edge.plate = node("rect", { rx: 3 }, this.svg);
      edge.value = node("text", { "text-anchor": "middle", "font-size": 12 }, this.svg);
      edge.grad = node("text", { "text-anchor": "middle", "font-size": 12 }, this.svg);
    }
    this.fields = new Map();
    this.boxes = nodes.map((one, at) => this.box(one, at));
  }

  box(one, at) {
    const [x, y] = this.layout.nodes[at];
    const { node_width: w, node_height: h } = this.layout;
    const group = node("g", { transform: `translate(${x} ${y})`, tabindex: 0, role: "button", class: "sk-node", "data-node": at }, this.svg);
    const rect = node("rect", { x: -w / 2, y: -h / 2, width: w, height: h, rx: one.operation ? 12 : 5 }, group);
    const texts = [-h / 2 + 14, 4, h / 2 - 6].map((dy) => node("text", { y: dy, "text-anchor": "middle", "font-size": 12, "aria-hidden": "true" }, group));
    group.addEventListener("click", () => this.select(at));
    group.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.select(at);
    });
    if (!one.operation && one.kind !== "number") this.field(one.name, at, x, y);
    return { group, rect, texts };
  }

  /** A box to type a variable's value into, laid over its node. Arrow keys move it by a tenth, with Shift by one. */
  field(name, at, x, y) {
    const { node_width: w } = this.layout;
    const input = element("input", { className: "sk-graph-field", inputmode: "decimal", autocomplete: "off", "aria-label": name, "data-name": name });
    input.style.left = `${x - w / 2 + 4}px`;
    input.style.top = `${y - 11}px`;
    input.style.width = `${w - 8}px`;
    input.addEventListener("focus", () => this.select(at));
    input.addEventListener("input", () => this.read(name, input));
    input.addEventListener("blur", () => this.write(name));
    input.addEventListener("keydown", (event) => {
      const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const value = this.values[name] + by * (event.shiftKey ? 1 : 0.1);
      this.typed(name, Number(value.toPrecision(12)));
      this.write(name);
    });
    this.stage.append(input);
    this.fields.set(name, input);
  }

  read(name, input) {
    const text = input.value.trim().replace("−", "-").replace(",", ".");
    const value = text === "" ? NaN : Number(text);
    const legal = Number.isFinite(value) && Math.abs(value) <= BIGGEST;
    input.setAttribute("aria-invalid", String(!legal));
    if (legal && value !== this.values[name]) this.typed(name, value);
  }

  /** Show a variable's value in its box, unless somebody is typing there. */
  write(name) {
    const input = this.fields.get(name);
    const text = String(Number(this.values[name].toPrecision(4))).replace("-", "−").replace("e+", "e");
    if (input.value !== text) input.value = text;
    input.setAttribute("aria-invalid", "false");
  }

  /** Keep a node in sight while steps go by. */
  follow(at) {
    const x = this.layout.nodes[at][0] * this.scale;
    const { scrollLeft, clientWidth } = this.element;
    if (this.frame.clientWidth <= clientWidth) return;
    if (x < scrollLeft + 80 || x > scrollLeft + clientWidth - 120) this.element.scrollTo({ left: x - clientWidth / 2, behavior: "auto" });
  }

  fit() {
    const { width, height } = this.layout;
    this.scale = Math.min(LARGEST, Math.max(SMALLEST, this.element.clientWidth / width));
    this.stage.style.transform = `scale(${this.scale})`;
    Object.assign(this.stage.style, { width: `${width}px`, height: `${height}px` });
    Object.assign(this.frame.style, { width: `${width * this.scale}px`, height: `${height * this.scale}px` });
  }

  draw({ colours, nodes, values, run, known, current, selected }) {
    this.values = values;
    this.fit();
    const look = { back: css(colours.background), ink: colours.ink(0.92), faint: colours.ink(0.3), grad: colours.categories[2], mark: css(colours.primary), font: colours.font };
    for (const [kind, swatch] of this.swatches) swatch.style.background = colours.categories[KINDS[kind]];
    for (const edge of this.edges) this.drawEdge(edge, run, known, current, look);
    nodes.forEach((one, at) => this.drawNode(one, at, { run, known, current, selected, look, colours }));
    for (const [name, input] of this.fields) if (input !== input.ownerDocument.activeElement) this.write(name);
  }

  drawEdge(edge, run, known, current, look) {
    const forwards = known.values[edge.parent];
    const back = known.passed.has(edge.child) && run.needs[edge.parent];
    const active = edge.child === current;
    set(edge.line, { d: pathOf(edge.points), stroke: active ? look.mark : back ? look.grad : look.faint, "stroke-width": active ? 2.5 : 1.5 });
    const [x, y] = edge.label;
    const { label_width: w, label_height: h } = this.layout;
    const lines = Number(forwards) + Number(back);
    set(edge.plate, { x: x - w / 2, y: y - h / 2, width: w, height: h, fill: look.back, opacity: lines ? 0.86 : 0 });
    const common = { x, "font-family": look.font, "font-variant-numeric": "tabular-nums" };
    set(edge.value, { ...common, y: lines === 2 ? y - 2 : y + 4, fill: look.ink }, forwards ? tight(run.data[edge.parent]) : "");
    set(edge.grad, { ...common, y: y + 11, fill: look.grad, "font-weight": 600 }, back ? `←${tight(run.flows[edge.child][edge.slot])}` : "");
  }

  drawNode(one, at, { run, known, current, selected, look, colours }) {
    const { group, rect, texts } = this.boxes[at];
    const value = known.values[at] ? short(run.data[at]) : "";
    const grad = known.reached[at] ? `←${short(known.grads[at])}` : "";
    const fill = one.kind in KINDS ? colours.categories[KINDS[one.kind]] : null;
    const name = one.name || one.title;
    set(rect, { fill: look.back, stroke: at === current ? look.mark : fill ?? look.ink, "stroke-width": at === current ? 3 : at === selected ? 2.5 : 1.5, "stroke-dasharray": at === selected && at !== current ? "5 3" : "" });
    const words = one.kind === "number" ? ["", value, ""] : [one.name && one.title !== one.name ? `${one.name} = ${one.title}` : name, value, grad];
    texts.forEach((text, i) => set(text, {
      fill: i === 2 ? look.grad : look.ink, "font-family": look.font, "font-weight": i === 1 ? 400 : 600, "font-variant-numeric": "tabular-nums",
      ...(words[i].length > 9 ? { textLength: 66, lengthAdjust: "spacingAndGlyphs" } : {}),
    }, words[i]));
    group.setAttribute("aria-label", `${words[0] || "number"}, value ${value || "not computed yet"}${grad ? `, gradient ${grad.slice(1)}` : ""}`);
    group.setAttribute("aria-pressed", String(at === selected));
  }
}

/** A calm S from point to point. */
function pathOf(points) {
  let path = `M${points[0][0]} ${points[0][1]}`;
  for (let i = 1; i < points.length; i += 1) {
    const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]];
    path += `C${(x0 + x1) / 2} ${y0} ${(x0 + x1) / 2} ${y1} ${x1} ${y1}`;
  }
  return path;
}
