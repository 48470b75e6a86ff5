// Rules against examples: the learner writes if-then rules on two features; the accuracy beside that of learned lines.

import { element, iconButton, setText } from "../elements.js";
import { number, percent } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { button, Slider } from "./knobs.js";
import { Plane } from "./plane.js";

const SIDE = 90;

export default class Rules extends Sketch {
  constructor(host) {
    super(host);
    this.plane = new Plane({ label: "Examples and rules", x: { low: 0, high: 1 }, y: { low: 0, high: 1 }, height: 360 });
    this.list = element("div");
    this.words = element("p", { className: "sk-words", role: "status" });
    this.rows = element("tbody");
    this.editor = new Card(host, "Your rules", { table: () => this.table() });
    this.editor.body.append(this.list, this.words, element("table", { className: "sk-table" },
      element("thead", {}, element("tr", {}, ...["who decides", "training", "test"].map((text) => element("th", { scope: "col", text })))), this.rows));
    this.picture = new Card(host, "What the rules say", { picture: () => this.plane });
    this.picture.body.append(this.plane.element, element("p", { className: "lv-hint", text: "Discs: training examples. Diamonds: test examples. Drag a rule's line by its end." }));
    this.root.append(grid(this.editor, this.picture));
  }

  show(data) {
    super.show(data);
    const column = (j) => data.x.map((row) => row[j]);
    this.limits = [0, 1].map((j) => {
      const [low, high] = [Math.min(...column(j)), Math.max(...column(j))];
      return [low - 0.06 * (high - low), high + 0.06 * (high - low)];
    });
    this.plane.xAxis.title = data.features[0];
    this.plane.yAxis.title = data.features[1];
    this.plane.span({ x: this.limits[0], y: this.limits[1] });
    this.rules = [this.fresh(0)];
    this.otherwise = 1;
    this.build();
  }

  fresh(feature) {
    const [low, high] = this.limits[feature];
    return { feature, sign: "<=", threshold: low + 0.3 * (high - low), label: 0 };
  }

  select(label, options, value, input) {
    const made = element("select", { className: "lv-select", "aria-label": label, on: { change: () => { input(made.value); this.build(); this.changed(); } } },
      ...Object.entries(options).map(([option, text]) => element("option", { value: option, text, selected: String(value) === option })));
    return made;
  }

  /** The editor anew: after a rule came, went, or changed its feature. */
  build() {
    const { features, classes, most } = this.data;
    const named = { 0: classes[0], 1: classes[1] };
    const rows = this.rules.map((rule, i) => {
      const [low, high] = this.limits[rule.feature];
      const slider = new Slider({ label: `threshold of rule ${i + 1}`, low, high, step: (high - low) / 400, value: rule.threshold, input: (value) => { rule.threshold = value; this.changed(); } });
      rule.slider = slider;
      return element("div", { className: "sk-rule", role: "group", "aria-label": `Rule ${i + 1}` },
        element("span", { text: i ? "else if" : "if" }),
        this.select(`feature of rule ${i + 1}`, { 0: features[0], 1: features[1] }, rule.feature, (value) => Object.assign(rule, this.fresh(Number(value)), { label: rule.label })),
        this.select(`comparison of rule ${i + 1}`, { "<=": "≤", ">": ">" }, rule.sign, (value) => { rule.sign = value; }),
        slider.element,
        element("span", { text: "then" }),
        this.select(`class of rule ${i + 1}`, named, rule.label, (value) => { rule.label = Number(value); }),
        iconButton("close", `Remove rule ${i + 1}`, () => this.edit(() => this.rules.splice(i, 1)), { className: "lv-tool" }),
      );
    });
    const last = element("div", { className: "sk-rule" }, element("span", { text: "otherwise" }), this.select("class otherwise", named, this.otherwise, (value) => { this.otherwise = Number(value); }));
    const add = button("Add a rule", () => this.edit(() => this.rules.push(this.fresh(this.rules.length % 2))));
    add.disabled = this.rules.length >= most;
    last.append(add);
    this.list.replaceChildren(...rows, last);
  }

  edit(act) {
    act();
    this.build();
    this.changed();
  }

  answer(x) {
    for (const { feature, sign, threshold, label } of this.rules) {
      if (sign === "<=" ? x[feature] <= threshold : x[feature] > threshold) return label;
    }
    return this.otherwise;
  }

  accuracy(test) {
    const rows = this.data.x.map((x, i) => i).filter((i) => this.data.test[i] === test);
    return rows.filter((i) => this.answer(this.data.x[i]) === this.data.y[i]).length / rows.length;
  }

  /** How the rules do beside the best that was learned, on examples that neither has seen. */
  verdict(test) {
    const [name, best] = Object.entries(this.data.scores).sort((a, b) => b[1].test - a[1].test)[0];
    const beside = test > best.test ? `better than the best learner, ${name}` : test === best.test ? `as good as the best learner, ${name}` : `${name} gets ${percent(best.test)}`;
    return `On the test examples your rules get ${percent(test)} right: ${beside}.`;
  }

  get state() {
    const rules = this.rules.map(({ feature, sign, threshold, label }) => [feature, sign, threshold, label]);
    return { rules, otherwise: this.otherwise, train: this.accuracy(false), test: this.accuracy(true) };
  }

  draw() {
    const { train, test } = this.state;
    const found = [["your rules", { train, test }], ...Object.entries(this.data.scores)].sort((a, b) => b[1].test - a[1].test);
    this.rows.replaceChildren(...found.map(([name, score]) => {
      const cells = [name, percent(score.train), percent(score.test)].map((text) => element("td", { text }));
      if (name === "your rules") cells.forEach((cell) => cell.classList.add("sk-verdict"));
      return element("tr", {}, ...cells);
    }));
    setText(this.words, this.verdict(test));
    this.paint();
  }

  paint() {
    const { plane, colours, data } = this;
    plane.begin(colours);
    const [[x0, x1], [y0, y1]] = this.limits;
    const values = Float32Array.from({ length: SIDE * SIDE }, (_, i) =>
      this.answer([x0 + ((x1 - x0) * (i % SIDE)) / (SIDE - 1), y0 + ((y1 - y0) * Math.floor(i / SIDE)) / (SIDE - 1)]));
    plane.heat(values, SIDE, SIDE, (value) => {
      const at = (value ? 176 : 79) * 3;
      return [colours.table[at], colours.table[at + 1], colours.table[at + 2]];
    });
    data.x.forEach(([x, y], i) => plane.dot(`point ${i}`, x, y, { radius: 3.4, colour: colours.ofClass(data.y[i], 2), diamond: data.test[i], width: 0.8 }));
    this.rules.forEach((rule, i) => {
      const upright = rule.feature === 0;
      const moved = (x, y) => {
        rule.threshold = upright ? x : y;
        rule.slider.set(rule.threshold);
        this.changed();
      };
      plane.line(`rule ${i}`, upright ? [rule.threshold, rule.threshold] : [x0, x1], upright ? [y0, y1] : [rule.threshold, rule.threshold], { width: 2.5, dash: i ? "6 4" : "" });
      plane.handle(`rule ${i}`, upright ? rule.threshold : x1, upright ? y1 : rule.threshold, {
        label: `threshold of rule ${i + 1}`, says: `${data.features[rule.feature]} ${number(rule.threshold)}`, lock: upright ? "y" : "x", moved,
      });
    });
    plane.end();
  }

  table() {
    const { features, classes } = this.data;
    return [[...features, "class", "part", "rules say"], ...this.data.x.map((x, i) => [...x, classes[this.data.y[i]], this.data.test[i] ? "test" : "training", classes[this.answer(x)]])];
  }
}
