// The race in space: the surface's height as it is coloured from above, log10(1 + f), with the paths upon it.

import { decode } from "../arrays.js";
import { channels, css, mix } from "../colour.js";
import { element } from "../elements.js";
import { fileName } from "../export.js";
import { CONFIG, plotly } from "../plot.js";

const HEIGHT = 440;
const LIFT = 0.01; // of the height: a path lies just above the ground

function hasWebGL() {
  const canvas = document.createElement("canvas");
  return Boolean(canvas.getContext("webgl2") ?? canvas.getContext("webgl"));
}

export class RaceSurface {
  constructor(race) {
    this.race = race;
    this.supported = hasWebGL();
    this.plot = element("div", { className: "lv-plot", role: "img", "aria-label": "The surface in space, with the paths upon it" });
    this.note = element("p", { className: "sk-words", hidden: true });
    this.element = element("div", { hidden: true }, this.plot, this.note);
  }

  /** Whether the chart library is there; a sentence says when it is not. */
  async load() {
    try {
      this.library = await plotly();
      return true;
    } catch (error) {
      this.note.textContent = error.message;
      return false;
    }
  }

  learn({ ground, surface, surfaces }) {
    this.about = surfaces[surface];
    if (ground.bdata === this.packed) return;
    this.packed = ground.bdata;
    const { data, shape: [rows, columns] } = decode(ground);
    this.z = Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * columns, (row + 1) * columns)));
    this.top = Math.max(...data);
    this.key = surface;
  }

  along([low, high], n) {
    return Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
  }

  traces() {
    const { race, race: { colours, player: { at } }, about: { x, y } } = this;
    const zero = channels(colours.at(0));
    const stops = Array.from({ length: 9 }, (_, i) => [i / 8, css(mix(zero, colours.text, 0.06 + 0.045 * i))]);
    const lines = { show: true, start: 0, end: this.top, size: this.top / 14, color: colours.ink(0.35), width: 1 };
    const surface = { type: "surface", x: this.along(x, this.z[0].length), y: this.along(y, this.z.length), z: this.z, colorscale: stops, showscale: false, opacity: 0.92, contours: { z: lines }, hoverinfo: "x+y+z", showlegend: false };
    const height = (loss) => Math.log10(1 + Math.max(0, loss)) + this.top * LIFT;
    const paths = [...race.paths.keys()].flatMap((rule) => {
      const inside = (i, row = race.row(rule, i)) => row[0] >= x[0] && row[0] <= x[1] && row[1] >= y[0] && row[1] <= y[1];
      const steps = Array.from({ length: Math.min(at, race.steps(rule)) + 1 }, (_, i) => i);
      const column = (part) => steps.map((i) => (inside(i) ? part(race.row(rule, i)) : null));
      const places = { x: column((row) => row[0]), y: column((row) => row[1]), z: column((row) => height(row[2])) };
      const last = steps.length - 1;
      const common = { type: "scatter3d", name: race.data.rules[rule].label, hoverinfo: "name" };
      return [
        { ...common, ...places, mode: "lines", line: { color: race.colour(rule), width: rule === race.chosen ? 8 : 5 }, showlegend: true },
        { ...common, x: [places.x[last]], y: [places.y[last]], z: [places.z[last]], mode: "markers", marker: { size: 5, color: race.colour(rule), line: { color: colours.outline, width: 1 } }, showlegend: false },
      ];
    });
    return [surface, ...paths];
  }

  draw() {
    const { library, plot, race: { colours } } = this;
    const width = this.element.clientWidth;
    if (!library || width === 0) return;
    const axis = (title) => ({ title: { text: title }, color: colours.ink(0.8), gridcolor: colours.ink(0.15), zeroline: false, showspikes: false });
    const layout = {
      width, height: HEIGHT, margin: { l: 0, r: 0, t: 0, b: 0 }, paper_bgcolor: css(colours.background), showlegend: true,
      font: { family: colours.font, size: 12, color: colours.ink(0.85) }, uirevision: this.key,
      legend: { orientation: "h", x: 0, y: 1, yanchor: "top" },
      scene: { xaxis: axis("x"), yaxis: axis("y"), zaxis: axis("log₁₀(1 + f)"), camera: { eye: { x: -1.3, y: -1.5, z: 1.1 } }, aspectmode: "manual", aspectratio: { x: 1.2, y: 0.9, z: 0.6 }, uirevision: this.key },
    };
    library.react(plot, this.traces(), layout, CONFIG);
  }

  save() {
    this.library?.downloadImage(this.plot, { format: "png", scale: 2, width: this.plot.clientWidth, height: HEIGHT, filename: fileName("The race in 3-D", null, "png").replace(/\.png$/, "") });
  }

  close() {
    this.library?.purge(this.plot);
  }
}
