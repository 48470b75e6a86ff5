// Softmax: logits to drag, a temperature, the probabilities they become, and how these change with one logit.

import { element, setText } from "../elements.js";
import { number, percent } from "../numbers.js";
import { entropy, softmax, softmaxSlopes } from "./activation_formulas.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, ChoiceRow, Slider } from "./knobs.js";
import { Plane } from "./plane.js";

const REACH = 6; // logits from −6 to 6

export default class Softmax extends Sketch {
  show(data) {
    super.show(data);
    Object.assign(this, { logits: [...data.logits], n: data.n_classes, temperature: 1, chosen: 0 });
    while (this.logits.length < data.most) this.logits.push(0);
    const counts = Array.from({ length: data.most - data.least + 1 }, (_, i) => String(data.least + i));
    const [low, high] = data.temperatures;
    this.count = new ChoiceRow({ label: "Classes", options: Object.fromEntries(counts.map((n) => [n, n])), value: String(this.n), input: (n) => this.resize(Number(n)) });
    this.slider = new Slider({ label: "Temperature T", low, high, log: true, value: 1, input: (temperature) => this.set({ temperature }) });
    this.which = element("div");
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    const table = () => this.table();
    const top = new Card(this.host, "Softmax: from logits to probabilities", { table, wide: true });
    top.body.append(bar(this.count, this.slider, this.which), this.words);
    const x = () => ({ low: 0.4, high: this.n + 0.6, title: "class" });
    this.scores = new Plane({ label: "Logits, one bar for each class, to drag", x: x(), y: { low: -REACH, high: REACH, title: "logit o" }, height: 290 });
    this.shares = new Plane({ label: "Softmax probabilities", x: x(), y: { low: 0, high: 1.08, title: "probability p" }, height: 290 });
    this.slopes = new Plane({ label: "Slopes of the probabilities", x: x(), y: { low: -0.3, high: 0.3, title: "slope ∂p/∂oₖ" }, height: 290 });
    this.planes = [this.scores, this.shares, this.slopes];
    const cards = [["Logits: drag a bar", this.scores], ["Probabilities p", this.shares], ["Slopes: when one logit rises", this.slopes]].map(([title, plane]) => {
      const card = new Card(this.host, title, { picture: () => plane, table });
      card.body.append(plane.element);
      return card;
    });
    cards[0].body.append(element("p", { className: "lv-hint", text: "Drag the end of a bar, or move it with the arrow keys." }));
    this.hint = element("p", { className: "lv-hint" });
    cards[2].body.append(this.hint);
    cards[2].element.classList.add("lv-wide");
    this.root.replaceChildren(grid(top, ...cards));
    this.resize(this.n);
  }

  resize(n) {
    this.n = n;
    this.chosen = Math.min(this.chosen, n - 1);
    const options = Object.fromEntries(Array.from({ length: n }, (_, k) => [String(k), String(k + 1)]));
    this.choice = new ChoiceRow({ label: "Slopes for logit k", options, value: String(this.chosen), input: (k) => this.set({ chosen: Number(k) }) });
    this.which.replaceChildren(this.choice.element);
    for (const plane of this.planes) {
      plane.span({ x: [0.4, n + 0.6] });
      plane.xAxis.marks = Array.from({ length: n }, (_, k) => k + 1);
    }
    this.changed();
  }

  set(values) {
    Object.assign(this, values);
    this.changed();
  }

  get p() {
    return softmax(this.logits.slice(0, this.n), this.temperature);
  }

  /** The reach of the slopes' axis: a slope is at most ¼ ÷ T. */
  get steep() {
    return 0.3 / this.temperature;
  }

  draw() {
    const { colours, n, p, chosen } = this;
    const slopes = softmaxSlopes(p, chosen, this.temperature);
    this.slopes.span({ y: [-this.steep, this.steep] });
    for (const plane of this.planes) plane.begin(colours);
    for (const plane of [this.scores, this.slopes]) plane.line("zero", [0.4, n + 0.6], [0, 0], { colour: colours.ink(0.5), width: 1 });
    this.shares.line("even", [0.4, n + 0.6], [1 / n, 1 / n], { colour: colours.ink(0.5), width: 1.2, dash: "4 4" });
    for (let k = 0; k < n; k += 1) {
      const fill = colours.categories[0];
      this.scores.rect(`bar ${k}`, k + 0.72, 0, k + 1.28, this.logits[k], { colour: fill, opacity: 0.7 });
      this.shares.rect(`share ${k}`, k + 0.72, 0, k + 1.28, p[k], { colour: fill, opacity: 0.7 });
      this.shares.text(`p ${k}`, k + 1, p[k], percent(p[k]), { anchor: "middle", dy: -6 });
      this.slopes.rect(`slope ${k}`, k + 0.72, 0, k + 1.28, slopes[k], { colour: slopes[k] < 0 ? colours.negative : colours.positive, opacity: 0.8 });
      this.slopes.text(`s ${k}`, k + 1, slopes[k], number(slopes[k]), { anchor: "middle", dy: slopes[k] < 0 ? 15 : -6 });
      this.scores.handle(`logit ${k}`, k + 1, this.logits[k], {
        label: `logit of class ${k + 1}`, says: `${number(this.logits[k])}, probability ${percent(p[k])}`, lock: "x", step: 0.01, colour: fill,
        moved: (_, logit) => {
          this.logits[k] = logit;
          this.pick(k);
        },
      });
    }
    for (const plane of this.planes) plane.end();
    this.tell(p);
  }

  /** A logit that is moved is the one whose slopes are asked for. */
  pick(k) {
    this.chosen = k;
    this.choice.set(String(k));
    this.changed();
  }

  tell(p) {
    const h = entropy(p);
    const best = p.indexOf(Math.max(...p));
    setText(this.words, `At T = ${number(this.temperature)} class ${best + 1} is likeliest, at ${percent(p[best])}. Entropy ${number(h)} of at most ${number(Math.log(this.n))} nats: `
      + `as undecided as between ${number(Math.exp(h))} equally likely classes.`);
    setText(this.hint, `Raise logit ${this.chosen + 1} a little: its own probability grows, all others shrink, and the changes add up to 0.`);
  }

  table() {
    const { p } = this;
    const columns = p.map((_, k) => softmaxSlopes(p, k, this.temperature));
    return [["class", "logit", `probability at T = ${this.temperature}`, ...p.map((_, k) => `slope for logit ${k + 1}`)],
      ...p.map((value, j) => [j + 1, this.logits[j], value, ...columns.map((slopes) => slopes[j])])];
  }

  get state() {
    const { p } = this;
    return { logits: this.logits.slice(0, this.n), n: this.n, temperature: this.temperature, chosen: this.chosen, p, entropy: entropy(p),
      slopes: softmaxSlopes(p, this.chosen, this.temperature), words: this.words.textContent };
  }
}
