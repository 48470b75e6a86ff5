// A picture attacked by hand: choose a picture, an attack and its size, and see the change and what the network says.

import { element, setText } from "../elements.js";
import { swatch } from "../legend.js";
import { number, percent } from "../numbers.js";
import { AttackedPicture, best, KINDS, targeted } from "./attack_formulas.js";
import { Shown } from "./attack_pictures.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, ChoiceRow, Slider } from "./knobs.js";
import { Plane } from "./plane.js";
import { Strip } from "./strip.js";

const DASHES = { gaussian: "2 4", salt_pepper: "8 4", fgsm: "", pgd: "" };
const COLOUR = { gaussian: 0, salt_pepper: 2, fgsm: 1, pgd: 3, fgsm_targeted: 1, pgd_targeted: 3 };
const WIDEST = 230; // pixels of one of the three pictures

export default class Attack extends Sketch {
  show(data) {
    super.show(data);
    if (!this.root.firstChild) this.build(data);
    this.made = new Map();
    this.waiting = null;
    this.strip.show({ pictures: data.thumbs, labels: data.labels, answers: data.answers, picture: data.picture });
    this.choose(data.picture);
  }

  build(data) {
    Object.assign(this, { kind: "fgsm", at: data.epsilons.findIndex((epsilon) => epsilon >= 0.1) });
    this.strip = new Strip({
      chosen: (i) => this.pick(i), side: 44, quiet: true,
      hint: "Press a test picture; a dashed frame is one that the network gets wrong without any attack.",
    });
    this.kinds = new ChoiceRow({ label: "Attack", options: KINDS, value: this.kind, input: (kind) => this.set({ kind }) });
    this.slider = new Slider({
      label: "Size ε", low: 0, high: data.epsilons.length - 1, step: 1, value: this.at,
      text: (at) => this.sizeText(at), input: (at) => this.set({ at }),
    });
    this.aims = element("div");
    this.shown = [
      new Shown("Picture", "The picture as it is"), new Shown("Change", "The change, magnified"),
      new Shown("Attacked", "The attacked picture"),
    ];
    this.trio = element("div", { className: "sk-trio" }, ...this.shown.map((one) => one.element));
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    const table = () => this.table();
    const top = new Card(this.host, "Can you see the difference?", { table, wide: true });
    top.body.append(this.strip.element, bar(this.kinds, this.aims, this.slider), this.trio, this.words);
    this.bars = new Plane({ label: "Probability of each class", x: { low: 0, high: 1, title: "" }, y: { low: 0, high: 1.08, title: "probability" }, height: 270 });
    this.lines = new Plane({ label: "Probability of the true class against ε", x: { low: 0, high: data.epsilons[data.epsilons.length - 1], title: "ε" }, y: { low: 0, high: 1.05, title: "probability of the true class" }, height: 270 });
    const cards = [["What the network says", this.bars], ["How sure it stays, attack by attack", this.lines]].map(([title, plane]) => {
      const card = new Card(this.host, title, { picture: () => plane, table });
      card.body.append(plane.element);
      return card;
    });
    this.legends = cards.map((card) => {
      const legend = element("div", { className: "lv-legend" });
      card.body.append(legend);
      return legend;
    });
    this.root.replaceChildren(grid(top, ...cards));
  }

  sizeText(at) {
    const epsilon = this.data.epsilons[at];
    if (this.kind === "salt_pepper") return `${number(100 * epsilon)} % of the pixels`;
    return `${epsilon} (${Math.round(255 * epsilon)} of 255 grey levels)`;
  }

  /** A picture was chosen: show it at once when its attacks are here, else ask the page for them. */
  pick(i) {
    if (this.data.pictures[i]) {
      this.choose(i);
      this.changed();
      return;
    }
    this.waiting = i;
    this.strip.mark(i);
    this.host.tell({ picture: i }, 0);
    this.changed();
  }

  choose(i) {
    this.strip.mark(i);
    this.number = i;
    if (!this.made.has(i)) this.made.set(i, new AttackedPicture(this.data.pictures[i], this.data));
    this.now = this.made.get(i);
    const names = this.data.class_names;
    const options = Object.fromEntries([...this.now.targets].sort((a, b) => a - b).map((k) => [String(k), names[k]]));
    if (!this.now.targets.includes(this.target)) [this.target] = this.now.targets;
    const input = (target) => this.set({ target: Number(target) });
    this.aims.replaceChildren(new ChoiceRow({ label: "To be taken for", options, value: String(this.target), input }).element);
    this.slider.set(this.at);
  }

  set(values) {
    Object.assign(this, values);
    this.slider.set(this.at);
    this.changed();
  }

  /** Position of the target among those that were attacked for. */
  get wanted() {
    return this.now.targets.indexOf(this.target);
  }

  get after() {
    return this.now.probabilities(this.kind, this.at, this.wanted);
  }

  draw() {
    this.aims.hidden = !targeted(this.kind);
    this.strip.draw(this.colours);
    this.drawPictures();
    this.drawBars();
    this.drawLines();
    this.tell();
  }

  drawPictures() {
    const { now, data: { shape } } = this;
    const gaps = 2 * 34;
    const side = Math.max(72, Math.min(WIDEST, Math.floor((this.trio.clientWidth - gaps) / 3)));
    const attacked = now.attacked(this.kind, this.at, this.wanted);
    const change = attacked.map((value, i) => value - now.pixels[i]);
    const largest = change.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const [picture, noise, seen] = this.shown;
    picture.draw(now.pixels, shape, side);
    noise.drawChange(change, shape, side, largest || 1, this.colours);
    seen.draw(attacked, shape, side);
    const names = this.data.class_names;
    const says = (p) => `says ${names[best(p)]}, ${percent(p[best(p)])}`;
    picture.say(says(now.probabilities(this.kind, 0, this.wanted)));
    noise.say(largest > 0 ? `magnified × ${number(1 / largest)}` : "nothing changes at ε = 0");
    seen.say(says(this.after));
  }

  drawBars() {
    const { bars, colours, now } = this;
    const names = this.data.class_names;
    const [before, after] = [now.probabilities(this.kind, 0, this.wanted), this.after];
    bars.span({ x: [-0.6, names.length - 0.4] });
    bars.xAxis.marks = [];
    bars.begin(colours);
    names.forEach((name, k) => {
      bars.rect(`before ${k}`, k - 0.36, 0, k - 0.02, before[k], { colour: colours.ink(0.4) });
      bars.rect(`after ${k}`, k + 0.02, 0, k + 0.36, after[k], { colour: k === now.label ? colours.positive : colours.negative });
      const room = (bars.width - 72) / names.length;
      const words = name.length * 7 > room ? `${name.slice(0, Math.max(1, Math.floor(room / 7) - 1))}…` : name;
      bars.text(`name ${k}`, k, 0, words, { anchor: "middle", dy: 17, weight: k === now.label ? 700 : 400, halo: false });
      if (after[k] > 0.03) bars.text(`share ${k}`, k + 0.19, Math.max(before[k], after[k]), percent(after[k]), { anchor: "middle", dy: -5, size: 11 });
    });
    bars.end();
    this.legend(0, [[colours.ink(0.4), "before"], [colours.positive, "attacked: true class"], [colours.negative, "attacked: other classes"]]);
  }

  /** The attacks whose curves are drawn: the untargeted ones, and the chosen one. */
  get compared() {
    const found = Object.keys(KINDS).filter((kind) => !targeted(kind));
    return targeted(this.kind) ? [...found.filter((kind) => kind !== this.kind.split("_")[0]), this.kind] : found;
  }

  drawLines() {
    const { lines, colours, now, data: { epsilons } } = this;
    lines.begin(colours);
    lines.line("half", [0, lines.xAxis.high], [0.5, 0.5], { colour: colours.ink(0.35), width: 1, dash: "4 4" });
    const curves = this.compared.map((kind) => ({ kind, ys: epsilons.map((_, at) => now.probabilities(kind, at, this.wanted)[now.label]) }));
    for (const { kind, ys } of curves) {
      lines.line(kind, epsilons, ys, { colour: colours.categories[COLOUR[kind]], width: kind === this.kind ? 4 : 2, dash: DASHES[kind] ?? "1 3", opacity: kind === this.kind ? 1 : 0.75 });
    }
    const epsilon = epsilons[this.at];
    lines.line("now", [epsilon, epsilon], [0, 1.05], { colour: colours.ink(0.5), width: 1 });
    lines.handle("epsilon", epsilon, curves.find(({ kind }) => kind === this.kind).ys[this.at], {
      label: "ε on the curve", says: this.sizeText(this.at), lock: "y", step: 0.03, colour: colours.categories[COLOUR[this.kind]],
      moved: (x) => this.set({ at: this.nearest(x, epsilon) }),
    });
    lines.end();
    this.legend(1, this.compared.map((kind) => [colours.categories[COLOUR[kind]], KINDS[kind]]));
  }

  /** The position of the ε nearest to x; a small move by keys still goes one further. */
  nearest(x, from) {
    const { epsilons } = this.data;
    const distance = epsilons.map((epsilon) => Math.abs(epsilon - x));
    const found = distance.indexOf(Math.min(...distance));
    if (found !== this.at || x === from) return found;
    return Math.min(epsilons.length - 1, Math.max(0, found + Math.sign(x - from)));
  }

  legend(place, entries) {
    const text = JSON.stringify(entries);
    if (this.legends[place].dataset.text === text) return;
    this.legends[place].dataset.text = text;
    this.legends[place].replaceChildren(...entries.map(([colour, name]) => swatch(colour, element("span", { text: name }))));
  }

  tell() {
    if (this.waiting !== null) {
      setText(this.words, "Attacking this picture …");
      return;
    }
    const { now, kind, data: { class_names: names, epsilons } } = this;
    const p = this.after;
    const answer = best(p);
    const fate = answer === now.label ? `still says ${names[answer]}` : `takes this ${names[now.label]} for ${names[answer]}`;
    const from = now.fooledAt(kind, this.wanted);
    const aim = targeted(kind) ? `takes it for ${names[this.target]}` : "is wrong";
    const first = from === null ? `At no size up to ${epsilons[epsilons.length - 1]} it ${aim}` : `It first ${aim} at ${this.sizeOf(from)}`;
    setText(this.words, `${KINDS[kind]} of ${this.sizeOf(this.at)}: the network ${fate} (${percent(p[answer])}). ${first}.`);
  }

  sizeOf(at) {
    return this.kind === "salt_pepper" ? this.sizeText(at) : `ε = ${this.data.epsilons[at]}`;
  }

  table() {
    const { data: { class_names: names, epsilons }, now } = this;
    const kinds = Object.keys(KINDS);
    const head = ["attack", "target", "epsilon", ...names.map((name) => `p(${name})`)];
    return [head, ...kinds.flatMap((kind) => epsilons.map((epsilon, at) => [
      KINDS[kind], targeted(kind) ? names[this.target] : "", epsilon, ...now.probabilities(kind, at, this.wanted),
    ]))];
  }

  get state() {
    const { kind, at, target, number: picture, waiting } = this;
    return {
      kind, at, epsilon: this.data.epsilons[at], target, picture, waiting, label: this.now.label, answer: best(this.after),
      probabilities: this.after, attacked: Array.from(this.now.attacked(kind, at, this.wanted)), fooledAt: this.now.fooledAt(kind, this.wanted),
      words: this.words.textContent, ready: Object.keys(this.data.pictures).map(Number),
    };
  }
}
