// Which two features of a table span the decision map; or the two directions in which the data spread most.

import { element } from "./elements.js";

const SPREAD = "";
const WORDS = "largest spread (principal components)";

export class AxisPicker {
  /** send(features): two names, or none for the principal components. */
  constructor(send) {
    this.send = send;
    const select = (label) => element("select", { className: "lv-select", "aria-label": label, on: { change: () => this.changed() } });
    this.x = select("Feature on the map's x-axis");
    this.y = select("Feature on the map's y-axis");
    this.across = element("span", { text: "×" });
    this.element = element("div", { className: "lv-axis-picker", hidden: true }, element("span", { className: "lv-legend-name", text: "Map of" }), this.x, this.across, this.y);
  }

  /** What a run says about its features; `may`: whether another choice would reach anybody. */
  show(facts, may) {
    const names = facts?.get("feature_names", []) ?? [];
    this.element.hidden = !may || names.length < 3;
    if (this.element.hidden) return;
    if (String(names) !== String(this.names)) {
      this.names = names;
      const options = () => names.map((name) => element("option", { value: name, text: name }));
      this.x.replaceChildren(element("option", { value: SPREAD, text: WORDS }), ...options());
      this.y.replaceChildren(...options());
    }
    const chosen = facts.get("map_features", []).filter((name) => names.includes(name));
    [this.x.value, this.y.value] = chosen.length === 2 ? chosen : [SPREAD, names[1]];
    this.settle();
  }

  settle() {
    const spread = this.x.value === SPREAD;
    this.y.hidden = spread;
    this.across.hidden = spread;
  }

  changed() {
    if (this.x.value === this.y.value) this.y.value = this.names.find((name) => name !== this.x.value);
    this.settle();
    this.send(this.x.value === SPREAD ? [] : [this.x.value, this.y.value]);
  }
}
