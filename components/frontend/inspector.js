// The numbers of one unit: its incoming weights and its bias, each in a field; Enter writes it into the running network.

import { element, iconButton, setText } from "./elements.js";
import { number } from "./numbers.js";
import { unitName } from "./layout.js";

export class Inspector {
  /** edit(name, index, value) sends one number; closed() when the learner closes the card. */
  constructor(edit, closed) {
    this.edit = edit;
    this.title = element("h4", { className: "lv-inspector-title" });
    this.hint = element("p", { className: "lv-hint" });
    this.fields = element("div", { className: "lv-fields" });
    const header = element("div", { className: "lv-header" }, this.title, iconButton("close", "Close the numbers", closed, { className: "lv-tool" }));
    this.element = element("div", { className: "lv-inspector", hidden: true }, header, this.hint, this.fields);
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape") closed();
    });
    this.unit = null;
  }

  /** Show a unit of the plan, optionally going straight to the weight from one source unit. */
  show(unit, plan, facts, from = null) {
    this.unit = unit;
    this.element.hidden = false;
    const sources = plan.columns[unit.layer - 1].units;
    setText(this.title, unitName(facts, unit.layer, unit.unit));
    this.rows = sources.map((source) =>
      this.field(unitName(facts, source.layer, source.unit), `weights/${unit.layer - 1}`, [source.unit, unit.unit], (frame) => {
        const weights = frame.array(`weights/${unit.layer - 1}`);
        return weights?.data[source.place * weights.shape[1] + unit.place];
      }, source === from));
    this.rows.push(this.field("bias", `biases/${unit.layer - 1}`, [unit.unit], (frame) =>
      frame.array(`biases/${unit.layer - 1}`)?.data[unit.place]));
    const hidden = plan.columns[unit.layer - 1].more;
    this.left = hidden > 0 ? ` ${hidden} more incoming weights are not shown.` : "";
    this.fields.replaceChildren(...this.rows.map((row) => row.element));
  }

  field(label, name, index, read, focused = false) {
    const input = element("input", { type: "number", step: "0.1", inputmode: "decimal", className: "lv-input" });
    const row = { input, read, focused, dirty: false };
    input.addEventListener("input", () => {
      row.dirty = true;
    });
    input.addEventListener("blur", () => {
      row.dirty = false;
    });
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const value = input.valueAsNumber;
      input.setAttribute("aria-invalid", String(!Number.isFinite(value)));
      if (!Number.isFinite(value)) return;
      row.dirty = false;
      this.edit(name, index, value);
    });
    row.element = element("label", { className: "lv-field" }, element("span", { className: "lv-field-name", text: label, title: label }), input);
    return row;
  }

  /** why: "" when numbers can be written, else the sentence that says why not. */
  update(frame, why) {
    if (!this.unit || !frame) return;
    const text = (why || "Type a number and press Enter: the network on screen takes it at once.") + this.left;
    setText(this.hint, text);
    for (const row of this.rows) {
      row.input.disabled = why !== "";
      const value = row.read(frame);
      if (row.dirty || !Number.isFinite(value)) continue;
      const shown = String(Number(value.toPrecision(4)));
      if (row.input.value !== shown) row.input.value = shown;
      row.input.title = number(value, 5);
    }
    const wanted = this.rows.find((row) => row.focused);
    if (wanted && !wanted.input.disabled) {
      wanted.focused = false;
      wanted.input.focus({ preventScroll: true });
      wanted.input.select();
    }
  }

  hide() {
    this.unit = null;
    this.element.hidden = true;
  }
}
