// A trained network made cheaper: drag how many of its weights are pruned, and compare size, time and accuracy with int8.

import { element, scroller, setText } from "../elements.js";
import { number, percent } from "../numbers.js";
import { Card, grid, Sketch, tableOf } from "./base.js";
import { bar, Slider } from "./knobs.js";
import { Plane } from "./plane.js";

const HEADS = ["network", "size (kB, packed)", "time (ms per picture)", "test accuracy"];

export default class Cheaper extends Sketch {
  show(data) {
    super.show(data);
    const { pruned } = data;
    this.at ??= Math.min(10, pruned.length - 1);
    this.slider = new Slider({
      label: "Share of the weights set to 0", low: 0, high: pruned[pruned.length - 1].share, step: pruned[1].share - pruned[0].share, value: pruned[this.at].share, text: percent,
      input: (share) => this.pick(share),
    });
    const x = () => ({ low: 0, high: 1, title: "share of the weights set to 0" });
    const largest = Math.max(...pruned.map(({ kilobytes }) => kilobytes), ...data.variants.map(({ kilobytes }) => kilobytes));
    this.accuracy = new Plane({ label: "Test accuracy against pruned weights", x: x(), y: { low: 0, high: 1.05, title: "test accuracy" }, height: 270, press: (share) => this.pick(share) });
    this.size = new Plane({ label: "Size against pruned weights", x: x(), y: { low: 0, high: largest * 1.1, title: "size (kB, packed)" }, height: 270, press: (share) => this.pick(share) });
    const table = () => this.table();
    const top = new Card(this.host, "Cheaper networks", { table, wide: true });
    this.tableBox = scroller("Parameters and products of both networks");
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    top.body.append(bar(this.slider), this.tableBox, this.words);
    const cards = [["Accuracy", this.accuracy], ["Size", this.size]].map(([title, plane]) => {
      const card = new Card(this.host, `${title} against pruning`, { picture: () => plane, table });
      card.body.append(plane.element);
      return card;
    });
    this.root.replaceChildren(grid(top, ...cards));
    this.changed();
  }

  pick(share) {
    const { pruned } = this.data;
    const distances = pruned.map((point) => Math.abs(point.share - share));
    this.at = distances.indexOf(Math.min(...distances));
    this.slider.set(pruned[this.at].share);
    this.changed();
  }

  draw() {
    const { colours, data: { pruned, variants }, at } = this;
    const shares = pruned.map(({ share }) => share);
    for (const [plane, name] of [[this.accuracy, "accuracy"], [this.size, "kilobytes"]]) {
      const values = pruned.map((point) => point[name]);
      plane.begin(colours);
      plane.line("int8", [0, 1], [variants[1][name], variants[1][name]], { colour: colours.categories[1], width: 2, dash: "6 4" });
      plane.line("pruned", shares, values, { colour: colours.categories[0], width: 2.5 });
      plane.text("int8 words", 1, variants[1][name], "int8", { anchor: "end", dx: -4, dy: name === "accuracy" ? 16 : -6, colour: colours.categories[1] });
      plane.handle("share", shares[at], values[at], { label: "share of weights set to 0", says: `${percent(shares[at])}, ${name === "accuracy" ? percent(values[at]) : `${number(values[at])} kB`}`, lock: "y", step: 0.05, colour: colours.categories[0], moved: (share) => this.pick(share) });
      plane.end();
    }
    this.tell();
  }

  tell() {
    this.tableBox.replaceChildren(tableOf(this.shown()));
    const { covered, variants, pruned } = this.data;
    const lost = variants[0].accuracy - pruned[this.at].accuracy;
    setText(this.words, `Pruning costs ${percent(Math.max(0, lost))} of accuracy here, and saves no time: the zeros are multiplied all the same. `
      + `Int8 covers the dense layers only, ${covered.weights.toLocaleString("en")} of ${covered.of.toLocaleString("en")} weights; convolutions stay in 32 bits.`);
  }

  /** Rows of the table on screen: the network as it is, int8, and the pruned one at the slider. */
  shown() {
    const row = ({ kilobytes, milliseconds, accuracy }, name) => [name, number(kilobytes), number(milliseconds, 2), percent(accuracy)];
    const { variants, pruned } = this.data;
    return [HEADS, ...variants.map((variant) => row(variant, variant.name)), row(pruned[this.at], `${percent(pruned[this.at].share)} pruned`)];
  }

  table() {
    const { variants, pruned } = this.data;
    const row = ({ kilobytes, milliseconds, accuracy }, name) => [name, kilobytes, milliseconds, accuracy];
    return [HEADS, ...variants.map((variant) => row(variant, variant.name)), ...pruned.map((point) => row(point, `${Math.round(100 * point.share)} % pruned`))];
  }

  get state() {
    const { at, data: { pruned } } = this;
    return { at, ...pruned[at], rows: this.shown(), words: this.words.textContent };
  }
}
