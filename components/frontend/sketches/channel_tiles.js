// The channels of a layer as small pictures in rows, one or several of them chosen: by a press, or by the keys of a button.

import { fit, offPage } from "../canvas.js";
import { capital, element, setText } from "../elements.js";
import { ChoiceRow } from "./knobs.js";

const GAP = 8;

export class ChannelTiles {
  /** chosen(i): channel i was pressed. several: whether more than one can be chosen. */
  constructor({ label, chosen, several = false }) {
    Object.assign(this, { chosen, several, tiles: [] });
    this.element = element("div", { className: "sk-channels", role: "group", "aria-label": label });
  }

  hold(n) {
    if (n === this.tiles.length) return;
    this.tiles = Array.from({ length: n }, (_, i) => {
      const canvas = element("canvas", { className: "lv-canvas", "aria-hidden": "true" });
      const words = element("span", { className: "lv-tile-label" });
      const made = element("button", { type: "button", className: `sk-channel${this.several ? "" : " sk-one-of"}`, "data-channel": i, on: { click: () => this.chosen(i) } }, canvas, words);
      return { made, canvas, words };
    });
    this.element.replaceChildren(...this.tiles.map(({ made }) => made));
  }

  /** pressed(i): whether tile i is chosen. paint(context, i, side): draw it. words(i): stands below it; name(i): what a screen reader says. */
  draw({ side, pressed, paint, words, name }) {
    this.side = side;
    this.tiles.forEach(({ made, canvas, words: below }, i) => {
      const context = fit(canvas, side, side);
      context.imageSmoothingEnabled = false;
      context.clearRect(0, 0, side, side);
      paint(context, i, side);
      setText(below, words(i));
      below.style.maxWidth = `${side + 16}px`;
      made.setAttribute("aria-pressed", String(pressed(i)));
      made.setAttribute("aria-label", name(i));
    });
  }

  /** All tiles on one canvas, to be saved. */
  joined() {
    const n = this.tiles.length;
    const columns = Math.min(n, 8);
    const size = [columns * (this.side + GAP), Math.ceil(n / columns) * (this.side + GAP)];
    const { canvas, context } = offPage(...size);
    this.tiles.forEach((one, i) => context.drawImage(one.canvas, (i % columns) * (this.side + GAP), Math.floor(i / columns) * (this.side + GAP), this.side, this.side));
    return canvas;
  }
}

/** A row of buttons, one for each layer; rebuilt in `place` only when the layers are others. names: as on the buttons. */
export function layerRow(place, row, names, value, input, label = "Layer") {
  const key = JSON.stringify(names);
  if (row?.key === key) return row;
  const made = new ChoiceRow({ label, options: Object.fromEntries(names.map((name, i) => [String(i), name])), value: String(value), input: (layer) => input(Number(layer)) });
  made.key = key;
  place.replaceChildren(made.element);
  return made;
}

/** "Block 2: 32 channels", "Answer: 7 classes". */
export function layerTitle(name, n) {
  const what = name === "answer" ? ["class", "classes"] : ["channel", "channels"];
  return `${capital(name)}: ${n} ${what[n === 1 ? 0 : 1]}`;
}
