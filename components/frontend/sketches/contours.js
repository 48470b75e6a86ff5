// A ground of grey bands of equal height with lines between them, so that coloured paths stand out on it.

import { between } from "../canvas.js";
import { channels, mix } from "../colour.js";

const FINE = 4; // each sample of the ground becomes FINE × FINE pixels
const BANDS = 14;
const SHADES = 16; // from no line to all line
const [FAINTEST, STRONGEST, LINE] = [0.02, 0.3, 0.34]; // share of the text's colour

export class Contours {
  /** data: heights from 0 up, (rows, columns) flat, lowest y first. */
  learn({ data, shape: [rows, columns] }) {
    const top = Math.max(...data) || 1;
    const [tall, wide] = [(rows - 1) * FINE + 1, (columns - 1) * FINE + 1];
    const levels = new Float32Array(tall * wide);
    for (let row = 0; row < tall; row += 1) {
      for (let column = 0; column < wide; column += 1) levels[row * wide + column] = (between(data, 0, rows, columns, column / FINE, row / FINE) / top) * BANDS;
    }
    // A whole number is the band; the part behind it says how much of the pixel is line: all of it on the border, none a pixel away.
    this.values = levels.map((level, k) => {
      const right = levels[k % wide < wide - 1 ? k + 1 : k - 1] - level;
      const above = levels[k + wide < levels.length ? k + wide : k - wide] - level;
      const away = Math.abs(level - Math.round(level)) / (Math.hypot(right, above) + 1e-9);
      const line = Math.round(level) === 0 ? 0 : Math.max(0, 1 - away);
      return Math.min(BANDS - 1, Math.floor(level)) + line * 0.99;
    });
    Object.assign(this, { tall, wide, painted: null });
  }

  /** Between begin() and end() of the plane; what is painted already is left as it is. */
  paint(plane) {
    const { colours, width, height } = plane;
    const key = [colours.key, width, height].join();
    if (key === this.painted) {
      plane.painted = true;
      plane.ground.hidden = false;
      return;
    }
    this.painted = key;
    const zero = channels(colours.at(0));
    const line = mix(zero, colours.text, STRONGEST + LINE);
    const shades = Array.from({ length: BANDS }, (_, band) => {
      const ground = mix(zero, colours.text, FAINTEST + ((STRONGEST - FAINTEST) * band) / (BANDS - 1));
      return Array.from({ length: SHADES }, (_unused, i) => mix(ground, line, (0.55 * i) / (SHADES - 1)));
    });
    plane.heat(this.values, this.tall, this.wide, (value) => shades[Math.floor(value)][Math.floor((value % 1) * SHADES)]);
  }
}
