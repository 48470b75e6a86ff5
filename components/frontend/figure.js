// Any Plotly figure whose traces take their values from the run: an array replaces an attribute, or a metric is appended.

import { element } from "./elements.js";
import { decode, isPacked, same } from "./arrays.js";
import { fileName } from "./export.js";
import { Panel } from "./panel.js";
import { CONFIG, colourScale, layoutFor, merged, plotly, themed } from "./plot.js";

// What is bound and not there yet is empty: plotly.js counts 0, 1, 2 … where one of them is missing altogether.
const DRAWN = ["x", "y", "z"];

export class Figure extends Panel {
  constructor(spec, view) {
    super(spec, view);
    if (spec.wide) this.element.classList.add("lv-wide");
    this.addSaving();
    this.height = spec.figure.layout?.height ?? 320;
    this.plot = element("div", { className: "lv-plot", role: "img", "aria-label": spec.title });
    this.body.append(this.plot);
    plotly().then((library) => {
      this.library = library;
      this.redraw();
    }, (error) => {
      this.plot.textContent = error.message;
    });
  }

  get slow() {
    return true;
  }

  draw(run, frame) {
    super.draw(run, frame);
    const width = this.plot.clientWidth;
    if (!this.library || width === 0) return;
    const shown = [width, this.colours.key, ...this.spec.bind.map((bind) => (bind.how === "append" ? NaN : valueOf(bind, run, frame)))];
    if (this.shown?.every((value, i) => same(value, shown[i]))) return; // most pictures of the data stay as they are
    this.shown = shown;
    const layout = merged(layoutFor(this.colours, { width, height: this.height }), this.spec.figure.layout);
    this.library.react(this.plot, this.traces(run, frame), layout, CONFIG);
  }

  traces(run, frame) {
    const traces = this.spec.figure.data.map((trace) => ({ ...themed(trace, this.colours), ...colourScale(trace.colorscale, this.colours) }));
    for (const bind of this.spec.bind) {
      const trace = traces[bind.trace];
      if (bind.how === "append") {
        // Copies: plotly.js takes an array that has only grown for the old one.
        trace.x = [...run.series.column(bind.x)];
        trace.y = [...run.series.column(bind.y)];
      } else {
        // Packed arrays are handed on as they are: plotly.js decodes them itself.
        const value = valueOf(bind, run, frame) ?? (DRAWN.includes(bind.attribute) ? [] : undefined);
        if (value !== undefined) this.assign(trace, bind.attribute.split("."), value);
      }
    }
    return traces;
  }

  assign(trace, path, value) {
    let at = trace;
    for (const name of path.slice(0, -1)) {
      at[name] = { ...at[name] };
      at = at[name];
    }
    at[path[path.length - 1]] = value;
  }

  savePicture() {
    const name = fileName(this.spec.title, this.run, "png").replace(/\.png$/, "");
    this.library?.downloadImage(this.plot, { format: "png", scale: 2, width: this.plot.clientWidth, height: this.height, filename: name });
  }

  table() {
    const rows = [["trace", "attribute", "index", "value"]];
    this.traces(this.run, this.frame).forEach((trace, i) => {
      for (const name of ["x", "y", "z", "text"]) {
        const values = isPacked(trace[name]) ? decode(trace[name]).data : trace[name];
        Array.from(values ?? []).flat().forEach((value, at) => rows.push([trace.name ?? i, name, at, value]));
      }
    });
    return rows;
  }

  close() {
    this.library?.purge(this.plot);
  }
}

const valueOf = (bind, run, frame) => frame.values.get(bind.array) ?? run.facts.get(bind.array);
