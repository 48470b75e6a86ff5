// The confusion matrix: what each test example is against what the network answers. A cell shows its examples.

import { Answers, drawnClasses } from "./counts.js";
import { element, setText } from "./elements.js";
import { Examples } from "./examples.js";
import { paintMatrix, wholePercent } from "./matrix.js";
import { count } from "./numbers.js";
import { Pace } from "./pace.js";
import { Panel } from "./panel.js";

const EVERY_MS = 250; // a list that changes faster cannot be read
const STRONGEST = 0.75; // of the colour scale: the count on it must stay readable

export class Confusion extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.grid = element("table", { className: "lv-matrix", "data-keys": "own", on: { keydown: (event) => this.move(event) } });
    this.scroller = element("div", { className: "lv-scroller" }, this.grid);
    this.hint = element("p", { className: "lv-hint" });
    this.examples = new Examples(() => this.select(null));
    this.body.append(this.scroller, this.hint, this.examples.element);
    this.pace = new Pace(EVERY_MS, () => this.tell());
    this.cells = [];
    this.selected = null; // [actual, answered]
    this.chosen = "";
  }

  canvases() {
    const canvas = document.createElement("canvas");
    if (this.answers) paintMatrix(canvas, this);
    return [canvas];
  }

  learn(run) {
    super.learn(run);
    const { facts } = run;
    this.targets = facts.array("targets/test")?.data ?? [];
    this.element.hidden = facts.get("task") === "numbers" || !facts.get("class_names");
    if (this.element.hidden) {
      this.select(null);
      return;
    }
    const names = facts.get("class_names");
    const classes = drawnClasses(this.targets, names.length);
    const shape = JSON.stringify([names, classes]);
    if (shape === this.shape) return;
    this.shape = shape;
    this.names = names;
    this.classes = classes;
    this.select(null);
    this.build();
  }

  name(index) {
    return this.names[index] ?? String(index);
  }

  build() {
    const head = this.classes.map((k) => element("th", { scope: "col", title: this.name(k) }, element("span", { text: this.name(k) })));
    const top = element("tr", {}, element("td"), element("th", { className: "lv-axis", colspan: this.classes.length, text: "network's answer" }));
    const corner = element("td", { className: "lv-axis", text: "actual class" });
    this.totals = [];
    this.cells = [];
    const rows = this.classes.map((actual) => {
      const total = element("span", { className: "lv-total" });
      this.totals.push(total);
      const name = element("th", { scope: "row", title: this.name(actual) }, element("span", { text: this.name(actual) }), total);
      return element("tr", {}, name, ...this.classes.map((answered) => element("td", {}, this.cell(actual, answered))));
    });
    this.grid.classList.toggle("lv-many", this.classes.length > 4);
    const crowded = this.classes.length > 8 && this.classes.every((k) => this.name(k).length <= 4);
    this.grid.classList.toggle("lv-crowded", crowded);
    const [first, each] = crowded ? [58, 36] : [92, 43];
    this.grid.style.minWidth = this.classes.length > 4 ? `${first + each * this.classes.length}px` : "";
    this.grid.replaceChildren(element("thead", {}, top, element("tr", {}, corner, ...head)), element("tbody", {}, ...rows));
    this.cells[0]?.button.setAttribute("tabindex", "0");
  }

  cell(actual, answered) {
    const number = element("span", { className: "lv-cell-count" });
    const share = element("span", { className: "lv-cell-share" });
    const button = element(
      "button",
      { type: "button", className: "lv-cell", tabindex: -1, "aria-pressed": "false", on: { click: () => this.pressed(actual, answered) } },
      number,
      " ",
      share,
    );
    if (actual === answered) button.classList.add("lv-right");
    this.cells.push({ actual, answered, button, number, share });
    return button;
  }

  draw(run, frame) {
    super.draw(run, frame);
    const predictions = frame.array("predictions/test")?.data;
    if (this.element.hidden || !this.classes) return;
    setText(this.hint, predictions ? this.sentence() : "The network's single answers are not recorded in this run.");
    if (!predictions) return;
    this.answers = new Answers(this.targets, predictions, this.names.length);
    this.classes.forEach((actual, i) => setText(this.totals[i], count(this.answers.totals[actual])));
    for (const cell of this.cells) this.fill(cell);
    if (this.selected) this.pace.ask();
  }

  fill(cell) {
    const { actual, answered, button } = cell;
    const n = this.answers.count(actual, answered);
    const share = this.answers.share(actual, answered);
    const colour = this.colourOf(actual, answered, share);
    setText(cell.number, count(n));
    setText(cell.share, wholePercent(share));
    if (colour !== cell.colour) {
      cell.colour = colour;
      button.style.background = colour;
    }
    const words = `${count(n)}, ${wholePercent(share)} of ${this.answers.totals[actual]} ${this.name(actual)}, answered as ${this.name(answered)}`;
    if (words === cell.words) return;
    cell.words = words;
    button.setAttribute("aria-label", words);
    button.title = words;
  }

  colourOf(actual, answered, share) {
    const strength = Number.isFinite(share) ? STRONGEST * share : 0;
    return this.colours.at(actual === answered ? strength : -strength);
  }

  sentence() {
    const { facts } = this.run;
    const n = this.targets.length;
    const all = facts.get("n_test", n);
    const of = all > n ? `The first ${count(n)} of ${count(all)} test examples` : `All ${count(n)} test examples`;
    const left = this.names.length - this.classes.length;
    const drawn = left > 0 ? ` Only the ${this.classes.length} most frequent of ${this.names.length} classes are drawn.` : "";
    return `${of}; percentages are shares of a row.${drawn} Press a cell to see its examples.`;
  }

  // The chosen cell: its examples are listed here and ringed on the map.

  pressed(actual, answered) {
    const same = this.selected?.[0] === actual && this.selected?.[1] === answered;
    this.select(same ? null : [actual, answered]);
  }

  select(pair) {
    this.selected = pair;
    for (const { actual, answered, button } of this.cells) {
      const on = pair?.[0] === actual && pair?.[1] === answered;
      button.setAttribute("aria-pressed", String(on));
      if (on) this.focusable(button);
    }
    this.pace.now();
  }

  tell() {
    if (!this.selected || !this.answers) {
      this.examples.hide();
      this.choose([]);
      return;
    }
    const [actual, answered] = this.selected;
    const found = this.answers.examples(actual, answered);
    const what = found.length === 1 ? "test example" : "test examples";
    const verdict = actual === answered ? "answered rightly" : `answered as ${this.name(answered)}`;
    this.examples.show(`${count(found.length)} ${what} of ${this.name(actual)} ${verdict}`, this.run.facts, found);
    this.choose(found);
  }

  choose(indices) {
    const key = indices.join();
    if (key === this.chosen) return;
    this.chosen = key;
    this.view.choose("test", indices);
  }

  // Arrow keys move between cells; only one of them is in the order of the Tab key.

  focusable(button) {
    for (const cell of this.cells) cell.button.setAttribute("tabindex", cell.button === button ? "0" : "-1");
  }

  move(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.key === "Escape" && this.selected) {
      this.select(null);
      event.preventDefault();
      return;
    }
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const from = this.cells.findIndex(({ button }) => button === event.target);
    if (!step || from < 0) return;
    event.preventDefault();
    const n = this.classes.length;
    const [row, column] = [Math.floor(from / n) + step[0], (from % n) + step[1]];
    if (row < 0 || row >= n || column < 0 || column >= n) return;
    const { button } = this.cells[row * n + column];
    this.focusable(button);
    button.focus();
  }

  table() {
    const rows = [["actual class", "network's answer", "test examples", "share of the actual class"]];
    if (!this.answers) return rows;
    for (let actual = 0; actual < this.names.length; actual += 1) {
      for (let answered = 0; answered < this.names.length; answered += 1) {
        rows.push([this.name(actual), this.name(answered), this.answers.count(actual, answered), this.answers.share(actual, answered)]);
      }
    }
    return rows;
  }

  close() {
    this.pace.cancel();
    this.choose([]);
  }
}
