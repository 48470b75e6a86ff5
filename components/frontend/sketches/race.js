// Update rules racing down a surface. Paths and terms are computed by the page; drawing, stepping and looking happen here.

import { decode } from "../arrays.js";
import { element, setText } from "../elements.js";
import { Asking } from "./asking.js";
import { Card, grid, Sketch } from "./base.js";
import { bar, ChoiceRow, Slider } from "./knobs.js";
import { Plane } from "./plane.js";
import { Player } from "./player.js";
import { RaceMap } from "./race_map.js";
import { Runners } from "./race_runners.js";
import { RaceSurface } from "./race_surface.js";
import { TERMS, TermTable } from "./race_terms.js";

const FIRST = 20; // the step that is shown before anybody touches it
const FLOOR = 1e-9; // of the loss on its log axis
export const DASHES = ["", "9 4", "2 4", "12 3 2 3", "6 6", "14 5", "4 2", "10 3 2 3 2 3"];

export default class Race extends Sketch {
  show(data) {
    if (this.asking?.outdated(data.turn)) return; // the page is behind what was answered past it
    super.show(data);
    if (!this.player) this.build();
    this.asking.answered(data.turn);
    if (!this.asking.behind) this.adopt();
    this.paths = new Map(data.paths.map((path) => [path.rule, { ...path, ...decode(path.rows) }]));
    const longest = Math.max(1, ...data.paths.map(({ rule }) => this.steps(rule)));
    this.player.hold(longest + 1, this.shown === data.surface ? this.player.at : Math.min(FIRST, longest));
    this.shown = data.surface;
    this.map.learn(data);
    this.space.learn(data);
    this.changed();
  }

  /** The page's settings become the sketch's, as on the first showing and after another surface. */
  adopt() {
    const { surface, condition, start, n_steps: nSteps, numbers, runners } = structuredClone(this.data);
    Object.assign(this, { surface, condition, start, nSteps, numbers, runners });
    this.choice.set(surface);
    this.conditionSlider.set(condition);
    this.stepSlider.set(nSteps);
    this.table.take();
  }

  build() {
    const { data } = this;
    Object.assign(this, { chosen: data.runners.at(-1) ?? "sgd", spatial: false });
    Object.assign(this, structuredClone({ surface: data.surface, condition: data.condition, start: data.start, nSteps: data.n_steps, numbers: data.numbers, runners: data.runners }));
    this.asking = new Asking((wish) => this.want(wish));
    this.choice = new ChoiceRow({
      label: "Surface", value: data.surface, input: (surface) => this.go(surface),
      options: Object.fromEntries(Object.entries(data.surfaces).map(([name, { label }]) => [name, label])),
    });
    const [low, high] = data.conditions;
    this.conditionSlider = new Slider({ label: "condition number κ", low, high, log: true, value: data.condition, input: (condition) => this.set({ condition }) });
    this.stepSlider = new Slider({ label: "steps", low: 10, high: data.most_steps, step: 10, value: data.n_steps, text: (n) => String(Math.round(n)), input: (nSteps) => this.set({ nSteps: Math.round(nSteps) }) });
    this.about = element("p", { className: "sk-words" });
    this.words = element("p", { className: "sk-words", "aria-live": "polite" });
    this.view = new ChoiceRow({ label: "View", options: { flat: "Contours", spatial: "3-D" }, value: "flat", input: (view) => this.look(view === "spatial") });
    this.map = new RaceMap(this);
    this.space = new RaceSurface(this);
    this.player = new Player({ label: "Steps of the race", rate: 10, moved: () => this.changed() });
    this.table = new Runners(this);
    this.terms = new TermTable(this);
    this.course = new Plane({ label: "Loss at every step", x: { low: 0, high: 1, title: "step" }, y: { low: FLOOR, high: 1, log: true, title: "loss f − lowest f" }, height: 300, press: (x) => this.player.go(Math.round(x)) });
    this.compose();
  }

  compose() {
    const rows = () => this.rows();
    const intro = new Card(this.host, "A surface to descend", { wide: true });
    intro.body.append(this.choice.element, this.about, bar(this.conditionSlider, this.stepSlider));
    const race = new Card(this.host, "The race", { picture: () => (this.spatial ? this.space : this.map.plane), table: rows });
    if (this.space.supported) race.body.append(this.view.element);
    else race.body.append(element("p", { className: "sk-words", text: "The 3-D view needs WebGL, which this browser does not offer; the contours show the same." }));
    race.body.append(this.map.plane.element, this.space.element, this.player.element, this.words);
    race.savePicture = () => (this.spatial ? this.space.save() : Card.prototype.savePicture.call(race));
    const runners = new Card(this.host, "The rules", { table: () => this.table.rows() });
    runners.body.append(this.table.element);
    const course = new Card(this.host, "Loss at every step", { picture: () => this.course, table: rows });
    course.body.append(this.course.element);
    const terms = new Card(this.host, "What this step is made of", { table: () => this.terms.rows() });
    terms.body.append(this.terms.element);
    this.root.replaceChildren(grid(intro, race, runners, course, terms));
  }

  // What the learner does.

  /** Another surface, with what suits it. */
  go(surface) {
    this.surface = surface;
    this.asking.ask({ surface: this.surface, condition: this.condition, runners: this.runners });
    this.changed();
  }

  set(values) {
    Object.assign(this, values);
    this.ask();
    this.changed();
  }

  /** The picture changes with the answer. */
  ask() {
    const { surface, condition, start, nSteps, numbers, runners } = this;
    this.asking.ask(structuredClone({ surface, condition, start, n_steps: nSteps, numbers, runners }));
  }

  /** Python answers past the page, which keeps what the hand has set when it rests; or else the page answers. */
  async want(wish) {
    this.host.tell(wish);
    const answer = await this.host.ask("race", wish).catch(() => null);
    if (!answer) this.host.tell(wish, 0);
    else if (!this.closed) this.host.answer(answer);
  }

  choose(rule) {
    this.chosen = rule;
    this.table.take();
    this.changed();
  }

  async look(spatial) {
    this.spatial = spatial;
    if (spatial && !(await this.space.load())) {
      this.spatial = false;
      this.view.set("flat");
    }
    this.changed();
  }

  // What is known of a path.

  steps(rule) {
    const path = this.paths.get(rule);
    return path ? path.shape[0] - 1 : 0;
  }

  /** The row of a rule at a step, or its last: [x, y, loss, gradient, velocity, scale, step (two each)]. */
  row(rule, step) {
    const { data, shape: [, width] } = this.paths.get(rule);
    const at = Math.min(step, this.steps(rule)) * width;
    return data.subarray(at, at + width);
  }

  column(rule, column, last = this.steps(rule)) {
    const { data, shape: [, width] } = this.paths.get(rule);
    return Array.from({ length: Math.min(last, this.steps(rule)) + 1 }, (_, step) => data[step * width + column]);
  }

  colour(rule) {
    return this.colours.categories[Object.keys(this.data.rules).indexOf(rule) % this.colours.categories.length];
  }

  dash(rule) {
    return DASHES[Object.keys(this.data.rules).indexOf(rule) % DASHES.length];
  }

  /** The chosen rule while it races, with its terms at the step on screen; null when it has arrived or does not race. */
  get term() {
    if (!this.paths.has(this.chosen) || this.player.at >= this.steps(this.chosen)) return null;
    const row = this.row(this.chosen, this.player.at);
    return Object.fromEntries(TERMS.map((name, i) => [name, [row[3 + 2 * i], row[4 + 2 * i]]]));
  }

  draw() {
    const { data } = this;
    const about = data.surfaces[data.surface];
    setText(this.about, `f = ${about.formula}. ${about.difficulty}`);
    this.conditionSlider.element.hidden = this.surface !== "bowl";
    this.map.plane.element.hidden = this.spatial;
    this.space.element.hidden = !this.spatial;
    if (this.spatial) this.space.draw();
    else this.map.draw();
    this.drawCourse();
    this.table.draw();
    this.terms.draw();
    this.tell();
  }

  drawCourse() {
    const { course, colours, player } = this;
    const losses = [...this.paths.keys()].flatMap((rule) => this.column(rule, 2));
    const high = Math.max(1e-6, ...losses.map((loss) => Math.min(loss, 1e12)));
    course.span({ x: [0, player.length - 1], y: [FLOOR, 10 ** Math.ceil(Math.log10(high) + 0.05)] });
    course.begin(colours);
    course.line("now", [player.at, player.at], [course.yAxis.low, course.yAxis.high], { colour: colours.ink(0.4), width: 1.5 });
    for (const rule of this.paths.keys()) {
      const values = this.column(rule, 2).map((loss) => Math.min(course.yAxis.high, Math.max(FLOOR, loss)));
      const style = { colour: this.colour(rule), width: rule === this.chosen ? 3.2 : 2, dash: this.dash(rule) };
      course.line(rule, values.map((_, step) => step), values, style);
      if (player.at <= this.steps(rule)) course.dot(`dot ${rule}`, player.at, values[player.at], { colour: style.colour, radius: rule === this.chosen ? 6 : 4 });
    }
    course.end();
  }

  tell() {
    const names = this.data.rules;
    const found = [...this.paths.values()].filter(({ outcome }) => outcome === "reached").sort((a, b) => a.step - b.step);
    const lost = [...this.paths.values()].filter(({ outcome }) => outcome === "diverged");
    const best = found.length ? `First at a minimum, and staying there: ${names[found[0].rule].label}, from step ${found[0].step} on.` : "No rule ends at a lowest point.";
    const warning = lost.length ? ` ${lost.map(({ rule, step }) => `${names[rule].label} diverges: at step ${step} it is beyond all bounds. Its learning rate is too large here.`).join(" ")}` : "";
    setText(this.words, this.paths.size ? best + warning : "No rule races. Tick one in the table.");
  }

  rows() {
    const head = ["rule", "step", "x", "y", "loss", ...TERMS.flatMap((term) => [`${term} x`, `${term} y`])];
    return [head, ...[...this.paths.keys()].flatMap((rule) => Array.from({ length: this.steps(rule) + 1 }, (_, step) => {
      const row = Array.from(this.row(rule, step));
      return [this.data.rules[rule].label, step, ...(step < this.steps(rule) ? row : row.slice(0, 3))];
    }))];
  }

  get state() {
    const places = Object.fromEntries([...this.paths].map(([rule, { outcome, step, words }]) => [rule, { place: Array.from(this.row(rule, this.player.at).slice(0, 2)), outcome, step, words, n_steps: this.steps(rule) }]));
    const { surface, condition, start, nSteps, numbers, runners, chosen, spatial, term } = this;
    return { surface, condition, start, nSteps, numbers, runners, chosen, spatial, term, places, at: this.player.at, shown: this.shown, turn: this.data.turn, behind: this.asking.behind, words: this.words.textContent };
  }

  close() {
    this.closed = true;
    this.player.pause();
    this.asking.close();
    this.space.close();
  }
}
