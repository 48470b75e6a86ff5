// Curves of a run's metrics against epochs, steps or seconds, with naive baselines as dashed lines.

import { baselineLines } from "./baselines.js";
import { channels, css } from "./colour.js";
import { element } from "./elements.js";
import { fileName } from "./export.js";
import { roundUp } from "./numbers.js";
import { Panel } from "./panel.js";
import { CONFIG, layoutFor, plain, plotly } from "./plot.js";

const X_TITLES = { step: "step", seconds: "time (s)" };
const HEIGHT = 240;

export class Chart extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.plot = element("div", { className: "lv-plot", role: "img", "aria-label": spec.title });
    this.body.append(this.plot);
    this.reset();
    plotly().then((library) => {
      this.library = library;
      this.redraw();
    }, (error) => {
      this.plot.textContent = error.message;
    });
  }

  get grows() {
    return true;
  }

  get xTitle() {
    const { x } = this.spec;
    return x === "epoch" ? this.view.data?.unit ?? "epoch" : X_TITLES[x] ?? x;
  }

  reset() {
    this.low = Infinity;
    this.high = -Infinity;
    this.seen = 0;
  }

  learn(run) {
    super.learn(run);
    this.baselines = [];
    for (const [name, values] of Object.entries(run.facts.get("baselines", {}))) {
      const value = this.spec.baselines ? values[this.spec.baselines] : undefined;
      if (Number.isFinite(value)) this.baselines.push({ name, value });
    }
    this.reset();
  }

  draw(run, frame) {
    if (this.series !== run.series) this.reset();
    super.draw(run, frame);
    this.series = run.series;
    const width = this.plot.clientWidth;
    if (!this.library || width === 0) return;
    const layout = this.layout(width);
    this.library.react(this.plot, this.traces(), layout, CONFIG);
    if (!this.listening) this.listen();
    this.hoverAgain();
  }

  traces() {
    const x = this.series.column(this.spec.x);
    const bands = this.spec.lines.flatMap((line, i) => (line.band ? this.band(line, i, x) : []));
    return [...bands, ...this.spec.lines.map((line, i) => ({
      type: "scatter",
      mode: this.series.length === 1 ? "markers" : "lines",
      name: plain(line.name),
      x,
      y: this.values(line.metric),
      line: { color: this.colours.categories[(line.colour ?? i) % this.colours.categories.length], width: 2.25, dash: line.dash ?? "solid" },
      marker: { size: 7 },
      hovertemplate: this.spec.percent ? "%{y:.1%}" : "%{y:.4g}",
    }))];
  }

  /** The range around the line: two traces, the second filled down to the first. */
  band(line, i, x) {
    const [low, high] = [`${line.metric}/low`, `${line.metric}/high`].map((name) => this.values(name));
    if (low.length === 0) return [];
    const colour = this.colours.categories[(line.colour ?? i) % this.colours.categories.length];
    const edge = { type: "scatter", mode: "lines", x, line: { width: 0 }, hoverinfo: "skip", fillcolor: css(channels(colour), 0.22) };
    return [
      { ...edge, y: low, showlegend: false },
      { ...edge, y: high, fill: "tonexty", name: `${plain(line.name)}, ${line.band}` },
    ];
  }

  /** On a log axis there is no place for 0, such as a gradient before the first step: a gap. */
  values(metric) {
    const values = this.series.column(metric);
    return this.spec.log ? values.map((value) => (value > 0 ? value : null)) : values;
  }

  /** The y range only ever grows within a segment, in round steps, so that the curve does not jump. */
  range() {
    const { spec } = this;
    if (spec.y_range) return spec.y_range;
    const metrics = spec.lines.flatMap(({ metric, band }) => (band ? [metric, `${metric}/low`, `${metric}/high`] : [metric]));
    for (const metric of metrics) {
      const values = this.series.column(metric);
      for (let i = Math.min(this.seen, values.length - 1); i < values.length; i += 1) this.take(values[i]);
    }
    this.seen = Math.max(0, this.series.length - 1);
    for (const { value } of this.baselines ?? []) this.take(value);
    if (!(this.high >= this.low)) return spec.log ? [-2, 0] : [0, 1];
    if (spec.log) return [Math.floor(Math.log10(this.low) + 1e-9), Math.max(Math.ceil(Math.log10(this.high)), Math.floor(Math.log10(this.low)) + 1)];
    const top = this.high > 0 ? roundUp(this.high * 1.04) : 0;
    const bottom = this.low < 0 ? -roundUp(-this.low * 1.04) : 0;
    return top > bottom ? [bottom, top] : [bottom, bottom + 1];
  }

  take(value) {
    if (!Number.isFinite(value) || (this.spec.log && value <= 0)) return;
    this.low = Math.min(this.low, value);
    this.high = Math.max(this.high, value);
  }

  layout(width) {
    const { spec, colours } = this;
    const layout = layoutFor(colours, { x: this.xTitle, y: spec.y_title, width, height: HEIGHT });
    const x = this.series.column(spec.x);
    const last = x.length > 0 ? x[x.length - 1] : 0;
    layout.xaxis.range = [0, roundUp(Math.max(last, spec.x === "step" ? 10 : 1))];
    layout.xaxis.hoverformat = spec.x === "epoch" ? ".2~f" : undefined;
    layout.xaxis.unifiedhovertitle = { text: `${this.xTitle} %{x}` };
    const [low, high] = this.range();
    Object.assign(layout.yaxis, { range: [low, high], type: spec.log ? "log" : "linear" });
    if (spec.percent) layout.yaxis.tickformat = ".0%";
    else if (spec.log) Object.assign(layout.yaxis, { dtick: high - low > 6 ? undefined : 1, exponentformat: "power" });
    Object.assign(layout, this.lines(low, high));
    layout.datarevision = `${this.series.length} ${this.series.revision}`; // the columns grow in place
    return layout;
  }

  /** Pixels from the lowest to the highest value: the more rows a legend has, the fewer are left. */
  get tall() {
    return +this.plot.querySelector(".nsewdrag")?.getAttribute("height") || HEIGHT - 66;
  }

  lines(low, high) {
    const { shapes, annotations } = baselineLines(this.baselines ?? [], low, high, {
      log: this.spec.log, colours: this.colours, width: this.plot.clientWidth - 72, height: this.tall,
    });
    if (this.view.scrubbed && this.frame) {
      const x = this.frame[this.spec.x];
      shapes.push({ type: "line", yref: "paper", y0: 0, y1: 1, x0: x, x1: x, line: { color: this.colours.ink(0.8), width: 1.6 } });
    }
    return { shapes, annotations };
  }

  // A redraw would wipe the values under the pointer; they are asked for again at the same place.

  listen() {
    this.listening = true;
    this.plot.on("plotly_hover", (event) => {
      if (event.event) this.pointer = [event.event.clientX, event.event.clientY];
    });
    this.plot.addEventListener("pointerleave", () => {
      this.pointer = null;
      this.library.Fx.unhover(this.plot);
    });
    this.plot.addEventListener("pointermove", (event) => {
      if (this.pointer) this.pointer = [event.clientX, event.clientY];
    });
  }

  hoverAgain() {
    if (!this.pointer) return;
    const layer = this.plot.querySelector(".nsewdrag");
    if (!layer) return;
    const box = layer.getBoundingClientRect();
    const [xpx, ypx] = [this.pointer[0] - box.left, this.pointer[1] - box.top];
    if (xpx >= 0 && xpx <= box.width && ypx >= 0 && ypx <= box.height) this.library.Fx.hover(this.plot, { xpx, ypx }, "xy");
  }

  savePicture() {
    const name = fileName(this.spec.title, this.run, "png").replace(/\.png$/, "");
    this.library?.downloadImage(this.plot, { format: "png", scale: 2, width: this.plot.clientWidth, height: HEIGHT, filename: name });
  }

  table() {
    const { spec, series } = this;
    const x = series.column(spec.x);
    const rows = [[this.xTitle, ...spec.lines.map((line) => line.name), ...this.baselines.map(({ name }) => `baseline: ${name}`)]];
    for (let i = 0; i < series.length; i += 1) {
      rows.push([x[i], ...spec.lines.map((line) => series.column(line.metric)[i]), ...this.baselines.map(({ value }) => value)]);
    }
    return rows;
  }

  close() {
    this.library?.purge(this.plot);
  }
}
