// Controls inside a sketch: they act at once, in the browser.

import { element, setText } from "../elements.js";
import { number } from "../numbers.js";

/**
 * A slider with its label and its value. `input(value)` is called while it moves.
 * log: the slider moves over decades. text: how the value reads.
 */
export class Slider {
  constructor({ label, low, high, step = (high - low) / 200, value, log = false, text = number, input }) {
    Object.assign(this, { low, high, log, text, input });
    this.shown = element("output", { className: "sk-knob-value" });
    const range = log ? { min: Math.log10(low), max: Math.log10(high), step: 0.01 } : { min: low, max: high, step };
    this.slider = element("input", {
      type: "range", className: "lv-slider", "aria-label": label, ...range,
      on: { input: () => this.moved() },
    });
    this.element = element("label", { className: "sk-knob" },
      element("span", { className: "sk-knob-name", text: label }), this.shown, this.slider);
    this.set(value);
  }

  moved() {
    const raw = Number(this.slider.value);
    this.value = this.log ? 10 ** raw : raw;
    this.tell();
    this.input(this.value);
  }

  tell() {
    setText(this.shown, this.text(this.value));
    this.slider.setAttribute("aria-valuetext", this.text(this.value));
    const { min, max, value } = this.slider;
    this.slider.style.setProperty("--lv-share", `${(100 * (value - min)) / (max - min || 1)}%`);
  }

  /** Show a value without telling anybody. */
  set(value) {
    this.value = Math.min(this.high, Math.max(this.low, value));
    this.slider.value = this.log ? Math.log10(this.value) : this.value;
    this.tell();
  }
}

/** A number to type. `input(value)` is called with each legal number; others are marked and left alone. */
export class NumberField {
  constructor({ label, low = -1e6, high = 1e6, value, input }) {
    Object.assign(this, { low, high, input });
    this.field = element("input", {
      className: "lv-input", inputmode: "decimal", "aria-label": label, autocomplete: "off",
      on: { input: () => this.typed(), blur: () => this.set(this.value) },
    });
    this.element = element("label", { className: "lv-field" }, element("span", { className: "lv-field-name", text: label }), this.field);
    this.set(value);
  }

  typed() {
    const text = this.field.value.trim().replace("−", "-").replace(",", ".");
    const value = text === "" ? NaN : Number(text);
    const legal = Number.isFinite(value) && value >= this.low && value <= this.high;
    this.field.setAttribute("aria-invalid", String(!legal));
    if (!legal || value === this.value) return;
    this.value = value;
    this.input(value);
  }

  set(value) {
    this.value = value;
    this.field.setAttribute("aria-invalid", "false");
    this.field.value = String(Number(value.toPrecision(6))).replace("-", "−");
  }
}

/** One of a few: buttons in a row. options: {value: label}. */
export class ChoiceRow {
  constructor({ label, options, value, input }) {
    this.input = input;
    this.buttons = Object.entries(options).map(([option, text]) =>
      element("button", { type: "button", className: "lv-button lv-choice", text, "data-value": option, on: { click: () => this.pick(option) } }));
    this.element = element("div", { className: "sk-choice", role: "group", "aria-label": label },
      element("span", { className: "sk-knob-name", text: label }), ...this.buttons);
    this.set(value);
  }

  pick(option) {
    this.set(option);
    this.input(option);
  }

  set(value) {
    this.value = value;
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.value === value));
  }
}

/** On or off. */
export class Toggle {
  constructor({ label, title = label, value = false, input }) {
    this.box = element("input", { type: "checkbox", on: { change: () => input(this.box.checked) } });
    this.box.checked = value;
    this.element = element("label", { className: "lv-toggle", title }, this.box, element("span", { text: label }));
  }

  get value() {
    return this.box.checked;
  }

  set(value) {
    this.box.checked = value;
  }
}

export function button(text, click, { title = text } = {}) {
  return element("button", { type: "button", className: "lv-button", text, title, on: { click } });
}

/** Knobs in a row that wraps. */
export function bar(...knobs) {
  return element("div", { className: "sk-bar" }, ...knobs.map((knob) => knob.element ?? knob));
}
