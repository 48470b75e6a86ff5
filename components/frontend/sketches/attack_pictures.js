// A picture on a canvas, with its caption, and what an attack changes in it.

import { fit, Sheet } from "../canvas.js";
import { element, setText } from "../elements.js";

/** One picture, as large as there is room, under a title and over what is said about it. */
export class Shown {
  constructor(title, alt) {
    this.sheet = new Sheet();
    this.canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": alt });
    this.title = element("div", { className: "sk-knob-name", text: title });
    this.caption = element("figcaption", {});
    this.element = element("figure", { className: "sk-attacked" }, this.title, this.canvas, this.caption);
  }

  /** values (C, H, W) from 0 to 1; shape [C, H, W]. */
  draw(values, [depth, rows, columns], side) {
    this.sheet.paint(columns, rows, (rgba, row, column, at) => {
      for (let k = 0; k < 3; k += 1) rgba[at + k] = 255 * values[((depth === 3 ? k : 0) * rows + row) * columns + column];
    });
    this.enlarge(side, (side * rows) / columns);
  }

  /** A signed change (C, H, W), ±most at full strength: grey ones blue for lighter and orange for darker, colours around grey. */
  drawChange(change, [depth, rows, columns], side, most, colours) {
    const { table } = colours;
    this.sheet.paint(columns, rows, (rgba, row, column, at) => {
      const place = row * columns + column;
      const shade = (value) => Math.max(0, Math.min(255, Math.round(127.5 + (127.5 * value) / most)));
      if (depth === 3) {
        for (let k = 0; k < 3; k += 1) rgba[at + k] = shade(change[k * rows * columns + place]);
        return;
      }
      for (let k = 0; k < 3; k += 1) rgba[at + k] = table[3 * shade(change[place]) + k];
    });
    this.enlarge(side, (side * rows) / columns);
  }

  enlarge(width, height) {
    const context = fit(this.canvas, width, height);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.sheet.canvas, 0, 0, width, height);
  }

  say(text) {
    setText(this.caption, text);
    this.canvas.setAttribute("aria-description", text);
  }
}
