// Beside a game: the reward by its terms, the chance of each action, and what the agent is told of the world.

import { fit } from "./canvas.js";
import { channels, css, mix } from "./colour.js";
import { element, setText } from "./elements.js";

const TERM_WORDS = { progress: "progress to the right", coin: "coins", stomp: "walkers stomped", death: "deaths", time: "time", flag: "flag" };
const signed = (value) => (Math.abs(value) < 0.005 ? "0" : `${value > 0 ? "+" : "−"}${Math.abs(value).toFixed(2)}`);

/** Running sums of the six terms, and of all. */
export class Terms {
  constructor(heading = "Reward so far") {
    this.rows = element("tbody");
    this.sum = element("td");
    const head = element("tr", {}, element("th", { scope: "col", text: heading }), element("th", { scope: "col", text: "sum" }));
    const foot = element("tr", { className: "sk-term-sum" }, element("th", { scope: "row", text: "all together" }), this.sum);
    this.element = element("table", { className: "sk-table sk-terms" }, element("thead", {}, head), this.rows, element("tfoot", {}, foot));
    this.cells = new Map();
  }

  /** names: of the terms; sums: as many numbers. */
  show(names, sums) {
    names.forEach((name, k) => {
      if (!this.cells.has(name)) {
        const cell = element("td");
        this.cells.set(name, cell);
        this.rows.append(element("tr", {}, element("th", { scope: "row", text: TERM_WORDS[name] ?? name }), cell));
      }
      setText(this.cells.get(name), signed(sums[k]));
    });
    setText(this.sum, signed(sums.reduce((a, b) => a + b, 0)));
  }
}

/** A bar for the chance of each action; the one that was taken is marked. */
export class Chances {
  constructor() {
    this.element = element("div", { className: "lv-chances", role: "list" });
    this.rows = [];
  }

  show(names, chances, taken) {
    while (this.rows.length < names.length) {
      const row = { name: element("span", { className: "lv-chance-name" }), bar: element("span", { className: "lv-score-bar" }), share: element("span", { className: "lv-chance-share" }) };
      row.element = element("div", { className: "lv-chance", role: "listitem" }, row.name, element("span", { className: "lv-score-track" }, row.bar), row.share);
      this.rows.push(row);
      this.element.append(row.element);
    }
    this.rows.forEach((row, k) => {
      setText(row.name, names[k]);
      setText(row.share, `${Math.round(100 * chances[k])} %`);
      row.bar.style.width = `${100 * chances[k]}%`;
      row.element.classList.toggle("lv-own", k === taken);
    });
  }
}

/** The window of tiles around the hero, as one byte a cell: 3·holds + 4·2·gives + 16·7·catches. */
export class Window {
  constructor() {
    this.canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": "What the agent sees: a window of tiles around it" });
    this.words = element("p", { className: "lv-hint", text: "" });
    this.element = element("div", {}, this.canvas, this.words);
  }

  /** bytes: (rows × columns) of one moment; around: {above, behind}. */
  show(bytes, rows, columns, { above, behind }, colours, width) {
    const side = Math.floor(Math.min(28, width / columns));
    const context = fit(this.canvas, side * columns, side * rows);
    const { background, text, categories } = colours;
    const paint = (colour, share) => css(mix(background, colour, share));
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const byte = bytes[row * columns + column];
        const [holds, gives, catches] = [(byte & 3) / 3, ((byte >> 2) & 3) / 2, ((byte >> 4) & 7) / 7];
        context.fillStyle = holds ? paint(text, 0.12 + 0.5 * holds) : paint(text, 0.04);
        context.fillRect(column * side, row * side, side - 1, side - 1);
        const dot = (share, colour) => {
          context.fillStyle = colour;
          context.beginPath();
          context.arc((column + 0.5) * side - 0.5, (row + 0.5) * side - 0.5, side * 0.42 * Math.sqrt(share), 0, 2 * Math.PI);
          context.fill();
        };
        if (gives) dot(gives, categories[4]);
        if (catches) dot(catches, categories[3]);
      }
    }
    context.strokeStyle = css(channels(categories[0]) ?? text);
    context.lineWidth = 3;
    context.strokeRect(behind * side + 1, above * side + 1, side - 3, side - 3);
    setText(this.words, "Grey holds, yellow dots are coins, pink ones walkers, the ring is the hero. Besides, the network gets its speed, whether it stands, and its place in the tile.");
  }

  /** A grey picture (rows × columns), 0 … 255, when the agent sees pixels. */
  picture(bytes, rows, columns, width) {
    const scale = Math.max(1, Math.floor(Math.min(364, width) / columns));
    const context = fit(this.canvas, columns * scale, rows * scale);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const grey = bytes[row * columns + column];
        context.fillStyle = css([grey, grey, grey]);
        context.fillRect(column * scale, row * scale, scale, scale);
      }
    }
    setText(this.words, `The picture that the network gets: ${columns} × ${rows} shades of grey.`);
  }
}
