// Big numbers: each line of the page's template becomes a tile with a small label and the value as it is now.

import { element, setText } from "./elements.js";
import { styled } from "./numbers.js";
import { Panel } from "./panel.js";

export class Text extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving({ picture: false });
    if (!spec.title) this.header.remove();
    this.slots = [];
    this.body.append(...spec.tiles.map((tile) => this.tile(tile)));
  }

  tile({ label, parts }) {
    const value = element("div", { className: "lv-tile-value" });
    for (const part of parts) {
      const node = element("span", { text: part.text ?? "–" });
      if (part.value) this.slots.push({ node, ...part, label });
      value.append(node);
    }
    return element("div", { className: "lv-tile" }, label ? element("div", { className: "lv-tile-label", text: label }) : null, value);
  }

  draw(run, frame) {
    super.draw(run, frame);
    for (const slot of this.slots) setText(slot.node, styled(this.read(slot.value), slot.style));
  }

  read(name) {
    const { frame } = this;
    const own = { epoch: frame.epoch, step: frame.step, seconds: frame.seconds }[name];
    return own ?? frame.metrics[name] ?? this.run.facts.get(name);
  }

  table() {
    return [["name", "value"], ...this.slots.map((slot) => [slot.label || slot.value, this.read(slot.value)])];
  }
}
