// The − and + above a network. They only say which layers the learner wants; the page changes the setting.

import { element, icon, setText } from "./elements.js";
import { hiddenLayers } from "./layout.js";

const FORGET_MS = 4000;

function button(name, label, click) {
  return element("button", { type: "button", className: "lv-button lv-round", "aria-label": label, title: label, on: { click } }, icon(name));
}

export class Layers {
  /** limits: {least, most, max_length}; wanted(text) receives "4-2", or "" for no hidden layer. */
  constructor(limits, wanted) {
    this.limits = limits;
    this.wanted = wanted;
    this.shown = null;
    this.columns = element("div", { className: "lv-columns" });
    this.total = element("span", { className: "lv-layers-total" });
    this.fewer = button("minus", "Remove the last hidden layer", () => this.change(this.layers.slice(0, -1)));
    this.more = button("plus", "Add a hidden layer", () => this.change([...this.layers, this.layers.at(-1) ?? Math.min(4, limits.most)]));
    this.element = element("div", { className: "lv-layers" }, this.fewer, this.total, this.more);
  }

  /** The layers as the learner last asked for them, until a network of that kind is on screen. */
  get layers() {
    return this.asked ?? this.real ?? [];
  }

  change(layers) {
    this.asked = layers;
    clearTimeout(this.forget);
    this.forget = setTimeout(() => {
      this.asked = null;
      this.label();
    }, FORGET_MS);
    this.label();
    this.wanted(layers.join("-"));
  }

  learn(facts) {
    this.real = hiddenLayers(facts);
    if (this.asked && this.asked.join() === this.real.join()) this.asked = null;
    this.label();
  }

  /** Put the buttons of each hidden layer over its column. */
  place(plan, stacked) {
    const hidden = plan.columns.filter((column) => column.hidden);
    const key = `${hidden.length}`;
    if (key !== this.shown) {
      this.shown = key;
      this.columns.replaceChildren(...hidden.map((_, i) => this.column(i)));
    }
    hidden.forEach((column, i) => {
      const holder = this.columns.children[i];
      holder.style.left = `${column.x}px`;
      holder.classList.toggle("lv-stacked", stacked);
    });
    this.label();
  }

  column(i) {
    const to = (by) => () => {
      const next = [...this.layers];
      if (i < next.length) this.change(next.map((n, at) => (at === i ? n + by : n)));
    };
    const name = `hidden layer ${i + 1}`;
    return element(
      "div",
      { className: "lv-column", role: "group", "aria-label": name },
      element(
        "div",
        { className: "lv-column-buttons" },
        button("minus", `Remove a unit from ${name}`, to(-1)),
        button("plus", `Add a unit to ${name}`, to(1)),
      ),
      element("div", { className: "lv-column-units" }),
    );
  }

  label() {
    const { layers, limits } = this;
    setText(this.total, `${layers.length} hidden ${layers.length === 1 ? "layer" : "layers"}`);
    this.fewer.disabled = layers.length === 0;
    this.more.disabled = layers.length >= limits.max_length;
    Array.from(this.columns.children).forEach((holder, i) => {
      const n = layers[i];
      const [fewer, more] = holder.querySelectorAll("button");
      fewer.disabled = n === undefined || n <= limits.least;
      more.disabled = n === undefined || n >= limits.most;
      setText(holder.lastElementChild, n === undefined ? "" : `${n} ${n === 1 ? "unit" : "units"}`);
    });
  }

  close() {
    clearTimeout(this.forget);
  }
}
