// A computational graph with its numbers on the edges: values forwards, gradients backwards, one node at a time.

import { element, setText } from "../elements.js";
import { Card, grid, Sketch } from "./base.js";
import { GraphPicture, short } from "./graph_picture.js";
import { bar, Slider } from "./knobs.js";
import { NodeCard } from "./graph_node.js";
import { LearningStep } from "./graph_step.js";
import { Player } from "./player.js";
import { backwards, troubleOf } from "./scalar_engine.js";

const REACH = 3; // of the slider of a variable, unless its value lies further out

export default class GraphSketch extends Sketch {
  constructor(host) {
    super(host);
    this.player = new Player({ label: "Forwards and backwards", rate: 1.5, name: (at) => this.nameOf(at), moved: (at) => this.stepped(at) });
    this.picture = new GraphPicture({ set: (name, value) => this.set(name, value), select: (at) => this.select(at) });
    this.trouble = element("p", { className: "lv-trouble sk-words", role: "status" });
    this.slider = new Slider({ label: "value", low: -REACH, high: REACH, step: 0.01, value: 0, text: () => short(this.chosenValue()), input: (value) => this.slid(value) });
    this.sliderName = this.slider.element.querySelector(".sk-knob-name");
    this.node = new NodeCard();
    this.card = new Card(host, "Values forwards, gradients backwards", { wide: true, picture: () => this.picture, table: () => this.table() });
    const legend = element("p", { className: "lv-hint", text: "On each edge: the value that goes forwards, and below it, behind ←, the gradient that comes back. Type into the boxes, or press a node to see its arithmetic." });
    this.card.body.append(this.player.element, legend, this.picture.legend, this.picture.element, this.trouble, bar(this.slider), this.node.element);
    this.step = new LearningStep(host, {
      changed: () => this.changed(),
      take: (values) => this.replace(values),
      back: () => this.replace({ ...this.data.starts }),
    });
    this.root.append(element("h2", { className: "lv-spoken", text: "The graph" }), grid(this.card, ...this.step.cards));
  }

  /** The page's graph. The values on screen stay while it is the same graph: the hand may be ahead of the page. */
  show(data) {
    super.show(data);
    if (data.key === this.key) return;
    this.key = data.key;
    this.nodes = data.nodes;
    this.values = { ...data.starts, ...data.values };
    this.operations = data.nodes.map((node, at) => (node.operation ? at : -1)).filter((at) => at >= 0);
    this.selected = data.nodes.length - 1;
    this.picture.show(data);
    this.step.show(data);
    this.player.hold(2 * this.operations.length + 2, 2 * this.operations.length + 1);
    this.recompute();
  }

  // Steps: 0 nothing; then each operation forwards; then the result's own gradient; then each operation backwards.

  get phase() {
    const n = this.operations.length;
    const { at } = this.player;
    return at <= n ? { forwards: at, backwards: -1 } : { forwards: n, backwards: at - n - 1 };
  }

  nameOf(at) {
    const n = this.operations?.length ?? 0;
    if (at === 0) return "inputs only";
    return at <= n ? `forwards ${at} of ${n}` : `backwards ${at - n - 1} of ${n}`;
  }

  /** The node that this step is about. */
  get current() {
    const { forwards, backwards: back } = this.phase;
    if (back > 0) return this.operations.at(-back);
    if (back === 0 || this.operations.length === 0) return this.nodes.length - 1;
    return forwards > 0 ? this.operations[forwards - 1] : -1;
  }

  /** Which numbers are known by now: values of nodes, gradients of nodes, and which nodes have passed theirs on. */
  known() {
    const { forwards, backwards: back } = this.phase;
    const computed = new Set(this.operations.slice(0, forwards));
    const passed = new Set(back > 0 ? this.operations.slice(-back) : []);
    const grads = this.nodes.map(() => 0);
    const reached = this.nodes.map(() => false);
    if (back >= 0) {
      grads[this.nodes.length - 1] = 1;
      reached[this.nodes.length - 1] = true;
    }
    for (let at = this.nodes.length - 1; at >= 0; at -= 1) {
      if (!passed.has(at)) continue;
      this.nodes[at].parents.forEach((parent, slot) => {
        if (!this.run.needs[parent]) return;
        grads[parent] += this.run.flows[at][slot];
        reached[parent] = true;
      });
    }
    const values = this.nodes.map((node, at) => !node.operation || computed.has(at));
    return { values, grads, reached, passed };
  }

  stepped() {
    if (this.current >= 0) this.selected = this.current;
    this.picture.follow(this.selected);
    this.changed();
  }

  select(at) {
    this.selected = at;
    this.changed();
  }

  // Values.

  set(name, value) {
    this.values = { ...this.values, [name]: value };
    this.recompute();
    this.told();
  }

  replace(values) {
    this.values = values;
    this.recompute();
    this.told();
  }

  recompute() {
    this.run = backwards(this.nodes, this.values);
    this.changed();
  }

  told() {
    this.host.tell({ key: this.key, values: this.values });
  }

  chosenValue() {
    return this.nodes ? this.values[this.nodes[this.selected].name] : 0;
  }

  slid(value) {
    const name = this.nodes[this.selected].name;
    if (Object.hasOwn(this.values, name)) this.set(name, value);
  }

  // Drawing.

  draw() {
    if (!this.nodes) return;
    const known = this.known();
    this.picture.draw({ colours: this.colours, nodes: this.nodes, values: this.values, run: this.run, known, current: this.current, selected: this.selected });
    const found = troubleOf(this.nodes, this.run);
    setText(this.trouble, found ? this.data.troubles[found[0]].replace("{node}", this.title(found[1])) : "");
    this.tellSlider();
    this.node.draw({ nodes: this.nodes, words: this.data.words, run: this.run, known, at: this.selected, title: (at) => this.title(at) });
    this.step.draw({ nodes: this.nodes, values: this.values, run: this.run, colours: this.colours });
  }

  tellSlider() {
    const node = this.nodes[this.selected];
    const settable = Object.hasOwn(this.values, node.name) && !node.operation;
    this.slider.slider.disabled = !settable;
    setText(this.sliderName, settable ? node.name : "Press a box to slide its value");
    const value = settable ? this.values[node.name] : 0;
    [this.slider.low, this.slider.high] = [Math.min(-REACH, value), Math.max(REACH, value)];
    Object.assign(this.slider.slider, { min: this.slider.low, max: this.slider.high, ariaLabel: settable ? node.name : "value" });
    this.slider.set(value);
    if (!settable) setText(this.slider.shown, "");
  }

  /** How a node is called: its name, else its sign. */
  title(at) {
    const node = this.nodes[at];
    if (node.kind === "number") return short(node.start);
    return node.name || this.data.words[node.operation].symbol;
  }

  table() {
    const rows = [["node", "kind", "operation", "value", "gradient"]];
    this.nodes.forEach((node, at) => rows.push([this.title(at), node.kind, node.operation, this.run.data[at], this.run.needs[at] ? this.run.grads[at] : null]));
    return rows;
  }

  get state() {
    const { data, grads, flows } = this.run;
    return { key: this.key, values: this.values, data: data.map(String), grads: grads.map(String), flows, at: this.player.at, steps: this.player.length,
      selected: this.selected, current: this.current, known: this.known().values, passed: [...this.known().passed], trouble: this.trouble.textContent, step: this.step.state };
  }
}
