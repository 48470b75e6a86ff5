// Several classes: logits to drag, their softmax, and where three losses push each of them.

import { element, scroller, setText } from "../elements.js";
import { swatch } from "../legend.js";
import { number, percent } from "../numbers.js";
import { Card, grid, Sketch, tableOf } from "./base.js";
import { bar, ChoiceRow, Slider } from "./knobs.js";
import { several } from "./losses.js";
import { Plane } from "./plane.js";

const REACH = 6; // logits from −6 to 6
const LOSSES = { cross_entropy: "cross-entropy", categorical_hinge: "categorical hinge", kl: "KL to soft labels" };
const OFFSET = { cross_entropy: -0.24, categorical_hinge: 0, kl: 0.24 };

export default class LossLogits extends Sketch {
  show(data) {
    super.show(data);
    Object.assign(this, { logits: [...data.logits], n: data.n_classes, right: data.right, smoothing: data.smoothing });
    this.count = new ChoiceRow({ label: "Classes", options: { 3: "3", 4: "4", 5: "5" }, value: String(this.n), input: (n) => this.resize(Number(n)) });
    this.rights = element("div");
    this.soften = new Slider({ label: "ε: doubt in the soft labels", low: 0, high: 0.5, step: 0.01, value: this.smoothing, input: (smoothing) => this.set({ smoothing }) });
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    this.tableBox = scroller("The classes: logit, probability, target and gradients");
    const table = () => this.table();
    const top = new Card(this.host, "Several classes: logits, probabilities, pulls", { table, wide: true });
    top.body.append(bar(this.count, this.rights, this.soften), this.words, this.tableBox);
    const x = () => ({ low: 0.4, high: this.n + 0.6, title: "class" });
    this.scores = new Plane({ label: "Logits, one bar for each class, to drag", x: x(), y: { low: -REACH, high: REACH, title: "logit o" }, height: 300 });
    this.shares = new Plane({ label: "Softmax probabilities", x: x(), y: { low: 0, high: 1.05, title: "probability p" }, height: 300 });
    this.pulls = new Plane({ label: "Where each loss pushes each logit", x: x(), y: { low: -1.15, high: 1.15, title: "push: −∂loss/∂o" }, height: 300 });
    const cards = [["Logits: drag a bar", this.scores], ["Softmax and the soft target", this.shares], ["Where each loss pushes a logit", this.pulls]].map(([title, plane]) => {
      const card = new Card(this.host, title, { picture: () => plane, table });
      card.body.append(plane.element);
      return card;
    });
    cards[1].body.append(element("p", { className: "lv-hint", text: "Bars: probabilities. Lines across them: the soft target of the Kullback–Leibler divergence." }));
    this.legend = element("div", { className: "lv-legend" });
    cards[0].body.append(element("p", { className: "lv-hint", text: "Drag the end of a bar, or move it with the arrow keys." }));
    cards[2].body.append(this.legend);
    this.planes = [this.scores, this.shares, this.pulls];
    this.root.replaceChildren(grid(top, ...cards));
    cards[2].element.classList.add("lv-wide");
    this.resize(this.n);
  }

  resize(n) {
    this.n = n;
    this.right = Math.min(this.right, n - 1);
    while (this.logits.length < n) this.logits.push(0);
    const options = Object.fromEntries(Array.from({ length: n }, (_, k) => [String(k), String(k + 1)]));
    this.rightChoice = new ChoiceRow({ label: "Right class", options, value: String(this.right), input: (right) => this.set({ right: Number(right) }) });
    this.rights.replaceChildren(this.rightChoice.element);
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

  get now() {
    return several(this.logits.slice(0, this.n), this.right, this.smoothing);
  }

  colour(loss) {
    return this.colours.categories[Object.keys(LOSSES).indexOf(loss)];
  }

  draw() {
    const { colours, n } = this;
    const now = this.now;
    const classes = Array.from({ length: n }, (_, k) => k);
    for (const plane of this.planes) plane.begin(colours);
    for (const plane of [this.scores, this.pulls]) plane.line("zero", [0.4, n + 0.6], [0, 0], { colour: colours.ink(0.5), width: 1 });
    for (const k of classes) {
      const fill = k === this.right ? colours.positive : colours.ink(0.45);
      this.scores.rect(`bar ${k}`, k + 0.72, 0, k + 1.28, this.logits[k], { colour: fill, opacity: 0.75 });
      this.shares.rect(`share ${k}`, k + 0.72, 0, k + 1.28, now.p[k], { colour: fill, opacity: 0.75 });
      this.shares.line(`soft ${k}`, [k + 0.66, k + 1.34], [now.soft[k], now.soft[k]], { colour: colours.ink(1), width: 3 });
      this.shares.text(`p ${k}`, k + 1, now.p[k], percent(now.p[k]), { anchor: "middle", dy: now.p[k] > 0.9 ? 16 : -7 });
      this.scores.handle(`logit ${k}`, k + 1, this.logits[k], {
        label: `logit of class ${k + 1}`, says: `${number(this.logits[k])}, probability ${percent(now.p[k])}`, lock: "x", step: 0.01, colour: fill,
        moved: (_, logit) => {
          this.logits[k] = logit;
          this.changed();
        },
      });
      for (const loss of Object.keys(LOSSES)) {
        const at = k + 1 + OFFSET[loss];
        this.pulls.arrow(`${loss} ${k}`, at, 0, at, -now[loss].gradient[k], { colour: this.colour(loss), width: 3.5 });
      }
    }
    this.scores.text("right", this.right + 1, REACH, "right class", { anchor: "middle", dy: 14, weight: 700 });
    for (const plane of this.planes) plane.end();
    this.tell(now);
  }

  tell(now) {
    const parts = Object.entries(LOSSES).map(([loss, name]) => `${name} ${number(now[loss].value)}${loss === "categorical_hinge" ? "" : " nats"}`);
    setText(this.words, `Right class ${this.right + 1} at ${percent(now.p[this.right])}: ${parts.join(" · ")}.`);
    this.legend.replaceChildren(...Object.entries(LOSSES).map(([loss, name]) => swatch(this.colour(loss), element("span", { text: name }))));
    this.tableBox.replaceChildren(tableOf(this.table().map((row) => row.map((value) => (typeof value === "number" ? number(value) : value)))));
  }

  table() {
    const now = this.now;
    const head = ["class", "logit", "softmax p", "soft target", ...Object.values(LOSSES).map((name) => `gradient of ${name}`)];
    return [head, ...now.p.map((p, k) => [
      `${k + 1}${k === this.right ? " (right)" : ""}`, this.logits[k], p, now.soft[k], ...Object.keys(LOSSES).map((loss) => now[loss].gradient[k]),
    ])];
  }

  get state() {
    return { ...this.now, logits: this.logits.slice(0, this.n), right: this.right, smoothing: this.smoothing, words: this.words.textContent };
  }
}
