// What can be read off each layer by a linear probe: a chart for each question, with what it must be compared with.

import { capital, element } from "../elements.js";
import { swatch } from "../legend.js";
import { percent } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { Plane } from "./plane.js";

const READERS = {
  trained: { name: "trained network", category: 0, dash: "", width: 3 },
  untrained: { name: "the same before training", category: 1, dash: "8 5", width: 2 },
  pixels: { name: "the bare pixels that it sees", category: 2, dash: "2 4", width: 2 },
};

export default class LayersProbes extends Sketch {
  show(data) {
    super.show(data);
    const key = JSON.stringify(data.readings.map(({ name, layers }) => [name, layers]));
    if (key === this.key) return;
    this.key = key;
    this.charts = data.readings.map((reading, i) => this.chart(reading, i));
    this.legend = element("div", { className: "lv-legend sk-layers-legend" });
    this.root.replaceChildren(grid(...this.charts.map(({ card }) => card)), this.legend);
  }

  chart({ name, names, layers }, i) {
    const title = `${capital(name)}: one of ${names.length}`;
    const marks = layers.map((layer, at) => ({ value: at + 1, words: layer }));
    const plane = new Plane({ label: `${title}; share told right, layer by layer`, x: { low: 0.6, high: layers.length + 0.4, title: "layer that is read", marks }, y: { low: 0, high: 1.04, title: "told right" }, height: 240 });
    const card = new Card(this.host, title, { picture: () => plane, table: () => this.table(i), wide: this.data.readings.length === 1 });
    card.body.append(plane.element);
    return { card, plane };
  }

  draw() {
    const { colours } = this;
    this.data.readings.forEach(({ layers, accuracy, chance }, i) => {
      const { plane } = this.charts[i];
      const few = layers.length > Math.max(2, (plane.element.clientWidth - 80) / 62); // names would run into each other
      plane.xAxis.marks = layers.map((layer, at) => ({ value: at + 1, words: few ? layer.replace("block ", "").replace("dense ", "d") : layer }));
      plane.begin(colours);
      const xs = layers.map((_, at) => at + 1);
      plane.line("chance", [plane.xAxis.low, plane.xAxis.high], [chance, chance], { colour: colours.ink(0.5), width: 1.5 });
      plane.text("chance name", plane.xAxis.high, chance, `guessing ${percent(chance)}`, { anchor: "end", dx: -4, dy: chance < 0.2 ? -6 : 15, colour: colours.ink(0.7) });
      for (const [reader, { category, dash, width }] of Object.entries(READERS).reverse()) {
        const colour = colours.categories[category];
        plane.line(reader, xs, accuracy[reader], { colour, width, dash });
        accuracy[reader].forEach((value, at) => plane.dot(`${reader} ${at}`, xs[at], value, { colour, radius: reader === "trained" ? 5 : 3.5 }));
      }
      plane.end();
    });
    this.legend.replaceChildren(...Object.values(READERS).map(({ name, category }) => swatch(colours.categories[category], element("span", { className: "lv-legend-name", text: name }))));
  }

  table(i) {
    const { layers, accuracy, chance } = this.data.readings[i];
    return [["layer", ...Object.values(READERS).map(({ name }) => name), "guessing"],
      ...layers.map((layer, at) => [layer, ...Object.keys(READERS).map((reader) => accuracy[reader][at]), chance])];
  }

  get state() {
    return { readings: this.data?.readings.map(({ name, layers, accuracy }) => ({ name, layers, accuracy })) };
  }
}
