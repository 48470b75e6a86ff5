// How one pixel of a feature map was computed: the patch it looks at times the kernel, added up, then what follows.

import { css } from "./colour.js";
import { fit } from "./canvas.js";
import { element, setText } from "./elements.js";
import { number } from "./numbers.js";

const MOST = 4; // channels written out, those that count most
const CELL = 30;

export class Arithmetic {
  constructor() {
    this.title = element("h4", { className: "lv-examples-title", "aria-live": "polite" });
    this.canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": "Patch times kernel, channel by channel" });
    this.sum = element("p", { className: "lv-arithmetic-sum" });
    this.scroller = element("div", { className: "lv-scroller" }, this.canvas);
    this.element = element("div", { className: "lv-inspector", hidden: true }, this.title, this.scroller, this.sum);
  }

  /** [block, map, row, column] that the frame writes out; null for none. */
  unit(frame) {
    const found = frame.array("unit/place");
    return found ? Array.from(found.data) : null;
  }

  draw(frame, colours, width) {
    const [patch, kernel, steps] = ["unit/patch", "unit/kernel", "unit/steps"].map((name) => frame.array(name));
    this.element.hidden = !patch;
    if (!patch) return;
    const [block, map, row, column] = this.unit(frame);
    setText(this.title, `Block ${block + 1}, map ${map + 1}, row ${row + 1}, column ${column + 1}`);
    const [channels, k] = patch.shape;
    const shares = Array.from({ length: channels }, (_, c) => {
      let share = 0;
      for (let i = c * k * k; i < (c + 1) * k * k; i += 1) share += patch.data[i] * kernel.data[i];
      return { c, share };
    });
    const shown = [...shares].sort((a, b) => Math.abs(b.share) - Math.abs(a.share)).slice(0, MOST).sort((a, b) => a.c - b.c);
    this.paint({ patch, kernel, k, shown, colours });
    const rest = shares.filter(({ c }) => !shown.some((one) => one.c === c));
    this.write(shown, rest, steps.data);
  }

  paint({ patch, kernel, k, shown, colours }) {
    const side = k * CELL;
    const row = side + 26;
    const context = fit(this.canvas, 2 * side + 170, shown.length * row);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const most = (array) => Math.max(1e-9, ...array.data.map(Math.abs));
    const [brightest, strongest] = [most(patch), most(kernel)];
    context.textAlign = "center";
    context.textBaseline = "middle";
    shown.forEach(({ c, share }, i) => {
      const y = i * row + 20;
      context.fillStyle = colours.ink(0.7);
      context.font = `12px ${colours.font}`;
      context.textAlign = "left";
      context.fillText(`channel ${c + 1}: patch`, 0, y - 10);
      context.fillText("kernel", side + 34, y - 10);
      context.textAlign = "center";
      this.grid(context, patch.data.subarray(c * k * k, (c + 1) * k * k), k, 0, y, brightest, colours);
      this.grid(context, kernel.data.subarray(c * k * k, (c + 1) * k * k), k, side + 34, y, strongest, colours);
      context.fillStyle = colours.ink(1);
      context.font = `16px ${colours.font}`;
      context.fillText("·", side + 17, y + side / 2);
      context.textAlign = "left";
      context.fillText(`= ${number(share)}`, 2 * side + 46, y + side / 2);
      context.textAlign = "center";
    });
  }

  grid(context, values, k, x, y, most, colours) {
    context.font = `11px ${colours.font}`;
    values.forEach((value, at) => {
      const [cx, cy] = [x + (at % k) * CELL, y + Math.floor(at / k) * CELL];
      context.fillStyle = colours.at((0.75 * value) / most);
      context.fillRect(cx, cy, CELL - 1, CELL - 1);
      context.fillStyle = css(colours.text);
      context.fillText(Math.abs(value) >= 10 ? String(Math.round(value)) : value.toFixed(1).replace("-", "−"), cx + CELL / 2, cy + CELL / 2);
    });
  }

  write(shown, rest, [bias, z, normalised, out]) {
    const parts = shown.map(({ share }) => number(share)).join(" + ").replaceAll("+ −", "− ");
    const others = rest.reduce((sum, { share }) => sum + share, 0);
    const more = rest.length > 0 ? ` + ${number(others)} (${rest.length} more channels)` : "";
    const norm = Number.isNaN(normalised) ? "" : ` → normalised ${number(normalised)}`;
    const products = `${parts}${more}`.replaceAll("+ −", "− ");
    setText(this.sum, `${products} + bias (${number(bias)}) = ${number(z)}${norm} → after the activation ${number(out)}`);
  }
}
