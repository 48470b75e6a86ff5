// The whole level with the places where agents died lately: the more, the stronger.

import { fineness, fit } from "./canvas.js";
import { css, channels } from "./colour.js";
import { element, setText } from "./elements.js";
import { Panel } from "./panel.js";
import { drawGame } from "./platformer_draw.js";
import { shownIn } from "./platformer_shown.js";

const SIDE = 9; // pixels of a tile at least: a longer level goes on in the next strip
const GAP = 8;

export class PlatformerDeaths extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.element.classList.add("lv-wide");
    this.addSaving();
    this.canvas = element("canvas", { className: "lv-canvas", role: "img", "aria-label": "Where agents died" });
    this.words = element("p", { className: "lv-hint" });
    this.body.append(this.canvas, this.words);
  }

  canvases() {
    return [this.canvas];
  }

  get heat() {
    return this.frame?.array("deaths") ?? null;
  }

  draw(run, frame) {
    super.draw(run, frame);
    if (!frame.array("shown/x") || !this.heat || this.body.clientWidth === 0) return;
    const stage = shownIn(run, frame).stages[0];
    const width = this.body.clientWidth;
    const strips = Math.max(1, Math.ceil((stage.width * SIDE) / width));
    const columns = Math.ceil(stage.width / strips);
    const ratio = fineness();
    const side = Math.floor(Math.min(16, width / columns) * ratio) / ratio;
    const tall = side * (stage.height - stage.ceiling);
    const context = fit(this.canvas, width, strips * (tall + GAP) - GAP);
    context.clearRect(0, 0, width, strips * (tall + GAP));
    const counts = this.heat;
    const most = Math.max(1, ...counts.data);
    for (let strip = 0; strip < strips; strip += 1) {
      const from = Math.min(strip * columns, stage.width - columns);
      const box = { x: 0, y: strip * (tall + GAP), w: width, h: tall };
      drawGame(context, box, stage, stage.still, this.colours, { from, hero: from <= stage.still.x, under: (pen, at) => this.stains(pen, at, counts, most) });
    }
    const n = counts.data.reduce((a, b) => a + b, 0);
    setText(this.words, n === 0 ? "Nobody has died here yet." : `The last ${n} deaths, each where the agent’s middle was; who falls into a pit counts in the bottom row. Most in one place: ${most}.`);
  }

  stains(context, view, { data, shape: [rows, columns] }, most) {
    const rgb = channels(this.colours.negative);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const n = data[row * columns + column];
        if (n === 0) continue;
        const share = Math.sqrt(n / most);
        context.fillStyle = css(rgb, 0.35 + 0.6 * share);
        context.beginPath();
        context.arc(view.px(column + 0.5), view.py(row + 0.5), view.side * (0.5 + 1.1 * share), 0, 2 * Math.PI);
        context.fill();
      }
    }
  }

  table() {
    const { data, shape: [, columns] } = this.heat;
    const rows = [["column", "row", "deaths"]];
    data.forEach((n, at) => n > 0 && rows.push([(at % columns) + 1, Math.floor(at / columns) + 1, n]));
    return rows;
  }
}
