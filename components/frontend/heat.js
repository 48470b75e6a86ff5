// The colours of a decision map: values are smoothed first and coloured after, so that borders are lines, not steps.

import { between, Sheet } from "./canvas.js";
import { channels, mix } from "./colour.js";

const FINE = 3; // every map sample becomes FINE × FINE pixels
const BANDS = 8;
const SHADES = 64;

export class Heat {
  constructor() {
    this.sheet = new Sheet();
  }

  /** Draw the sheet into a box. First and last samples lie on the plane's edges: half a pixel is cut off all round. */
  draw(context, { x, y, w, h }) {
    const { width, height } = this.sheet.canvas;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.sheet.canvas, 0.5, 0.5, width - 1, height - 1, x, y, w, h);
  }

  /** A map (rows, columns) of 0..255, row 0 lowest; discrete is "", "halves" (two classes) or "bands" (numbers). */
  values({ data, shape: [rows, columns] }, colours, discrete) {
    const { table } = colours;
    const [tall, wide] = [(rows - 1) * FINE + 1, (columns - 1) * FINE + 1];
    this.sheet.paint(wide, tall, (rgba, row, column, at) => {
      let value = between(data, 0, rows, columns, column / FINE, (tall - 1 - row) / FINE);
      if (discrete === "halves") value = value >= 127.5 ? 255 : 0;
      else if (discrete === "bands") value = (Math.min(BANDS - 1, Math.floor((value / 255) * BANDS)) / (BANDS - 1)) * 255;
      const from = Math.round(value) * 3;
      rgba[at] = table[from];
      rgba[at + 1] = table[from + 1];
      rgba[at + 2] = table[from + 2];
    });
  }

  /** Only the winning class (rows, columns): each fine pixel asks its four samples, the nearer the heavier. */
  winners({ data, shape: [rows, columns] }, n_classes, colours) {
    const shades = this.shades(colours);
    const votes = new Float32Array(Math.max(n_classes, 256));
    const [tall, wide] = [(rows - 1) * FINE + 1, (columns - 1) * FINE + 1];
    this.sheet.paint(wide, tall, (rgba, row, column, at) => {
      const [v, u] = [(tall - 1 - row) / FINE, column / FINE];
      const [i, j] = [Math.min(rows - 2, v | 0), Math.min(columns - 2, u | 0)];
      const [a, b, k] = [v - i, u - j, i * columns + j];
      const corners = [data[k], data[k + 1], data[k + columns], data[k + columns + 1]];
      const weights = [(1 - a) * (1 - b), (1 - a) * b, a * (1 - b), a * b];
      let winner = corners[0];
      for (let c = 0; c < 4; c += 1) votes[corners[c]] = 0;
      for (let c = 0; c < 4; c += 1) {
        votes[corners[c]] += weights[c];
        if (votes[corners[c]] > votes[winner]) winner = corners[c];
      }
      const shade = shades[winner % shades.length][SHADES - 1];
      rgba[at] = shade[0];
      rgba[at + 1] = shade[1];
      rgba[at + 2] = shade[2];
    });
  }

  /** Class indices and confidences, both (rows, columns); the surer, the stronger the colour of the class. */
  classes({ data, shape: [rows, columns] }, confidence, n_classes, colours) {
    const shades = this.shades(colours);
    const least = 255 / n_classes;
    this.sheet.paint(columns, rows, (rgba, row, column, at) => {
      const k = (rows - 1 - row) * columns + column;
      const sure = Math.max(0, (confidence[k] - least) / (255 - least));
      const shade = shades[data[k] % shades.length][Math.round(sure * (SHADES - 1))];
      rgba[at] = shade[0];
      rgba[at + 1] = shade[1];
      rgba[at + 2] = shade[2];
    });
  }

  shades(colours) {
    if (this.key !== colours.key) {
      this.key = colours.key;
      const zero = channels(colours.at(0));
      const ofClass = (colour) => Array.from({ length: SHADES }, (_, i) => mix(zero, channels(colour), 0.12 + (0.6 * i) / (SHADES - 1)));
      this.made = colours.categories.map(ofClass);
    }
    return this.made;
  }
}
