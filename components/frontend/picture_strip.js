// The test pictures: press one to send it through the network; a frame around each says whether it is told right.

import { fit, Sheet } from "./canvas.js";
import { element, setText } from "./elements.js";
import { Panel } from "./panel.js";
import { paintPicture } from "./saliency.js";
import { lookAgain } from "./second_look.js";

const GAP = 6;
const SIDE = 46;
const ROWS = 2;

export class PictureStrip extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.sheet = new Sheet();
    this.page = 0;
    this.canvas = element("canvas", {
      className: "lv-canvas", role: "listbox", tabindex: 0, "data-keys": "own", "aria-label": "Test pictures. Arrow keys choose one.",
      on: { click: (event) => this.press(event), keydown: (event) => this.key(event) },
    });
    this.readout = element("p", { className: "lv-hint", role: "status" });
    const turn = (text, title, by) => element("button", { type: "button", className: "lv-button", text, title, "aria-label": title, on: { click: () => this.turn(by) } });
    this.wrong = element("input", { type: "checkbox", on: { change: () => { this.page = 0; this.redraw(); } } });
    const only = element("label", { className: "lv-toggle" }, this.wrong, element("span", { text: "Only mistakes" }));
    this.counter = element("span", { className: "lv-legend-name" });
    this.body.append(this.canvas, element("div", { className: "lv-below" }, turn("‹", "Pictures before", -1), this.counter, turn("›", "More pictures", 1), only), this.readout);
  }

  canvases() {
    return [this.canvas];
  }

  learn(run) {
    super.learn(run);
    this.painted = null;
  }

  get columns() {
    return Math.max(1, Math.floor((this.body.clientWidth + GAP) / (SIDE + GAP)));
  }

  /** Positions of the pictures to choose from. */
  get listed() {
    const n = this.run.facts.array("pictures/test").shape[0];
    const all = Array.from({ length: n }, (_, i) => i);
    return this.wrong.checked ? all.filter((i) => !this.right(i)) : all;
  }

  right(i) {
    return this.frame.array("predictions/test")?.data[i] === this.run.facts.array("targets/test").data[i];
  }

  get chosen() {
    return this.run.facts.get("chosen", 0);
  }

  draw(run, frame) {
    super.draw(run, frame);
    const array = run.facts.array("pictures/test");
    if (!array || this.body.clientWidth === 0) return;
    this.paint(array);
    const { columns, listed } = this;
    const here = columns * ROWS;
    const n_pages = Math.max(1, Math.ceil(listed.length / here));
    this.page = Math.min(this.page, n_pages - 1);
    this.shown = listed.slice(this.page * here, (this.page + 1) * here);
    const context = fit(this.canvas, columns * (SIDE + GAP) - GAP, ROWS * (SIDE + GAP) - GAP);
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingEnabled = false;
    const [, height, wide] = array.shape;
    this.shown.forEach((i, at) => {
      const [x, y] = [(at % columns) * (SIDE + GAP), Math.floor(at / columns) * (SIDE + GAP)];
      context.drawImage(this.sheet.canvas, 0, i * height, wide, height, x + 3, y + 3, SIDE - 6, SIDE - 6);
      const good = this.right(i);
      context.strokeStyle = i === this.chosen ? this.colours.ink(1) : good ? this.colours.positive : this.colours.negative;
      context.lineWidth = i === this.chosen ? 3 : 2;
      context.setLineDash(good ? [] : [4, 3]);
      context.strokeRect(x + 1.5, y + 1.5, SIDE - 3, SIDE - 3);
    });
    context.setLineDash([]);
    setText(this.counter, listed.length > 0 ? `${this.page * here + 1}–${Math.min(listed.length, (this.page + 1) * here)} of ${listed.length}` : "no mistakes");
    this.tell();
  }

  paint({ data, shape: [n, height, wide, depth = 1] }) {
    if (this.painted === data) return;
    this.painted = data;
    paintPicture(this.sheet, { data, shape: [n * height, wide, depth] });
  }

  tell() {
    const names = this.run.facts.get("class_names", []);
    const answer = this.frame.array("predictions/test")?.data[this.chosen];
    const verdict = this.right(this.chosen) ? "right" : "wrong";
    setText(this.readout, `Chosen: ${this.run.facts.get("chosen_class", "")}; the network says ${names[answer] ?? "–"} (${verdict}). Dashed frames are mistakes.`);
  }

  turn(by) {
    const n_pages = Math.ceil(this.listed.length / (this.columns * ROWS));
    this.page = Math.max(0, Math.min(n_pages - 1, this.page + by));
    this.redraw();
  }

  press(event) {
    const bounds = this.canvas.getBoundingClientRect();
    const [across, down] = [event.clientX - bounds.left, event.clientY - bounds.top].map((at) => Math.floor(at / (SIDE + GAP)));
    this.choose(this.shown[down * this.columns + across]);
  }

  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.columns, ArrowDown: this.columns }[event.key];
    if (!by) return;
    event.preventDefault();
    const at = Math.max(0, this.shown.indexOf(this.chosen)) + by;
    this.choose(this.shown[Math.max(0, Math.min(this.shown.length - 1, at))]);
  }

  choose(i) {
    if (i === undefined) return;
    this.view.tell("picture", i);
    if (this.run.ended) lookAgain(this.view, this.run, { picture: i });
    else this.view.act("set", { values: { picture: i } });
  }

  table() {
    const names = this.run.facts.get("class_names", []);
    const answers = this.frame.array("predictions/test")?.data ?? [];
    return [["picture", "class", "network's answer"], ...Array.from(this.run.facts.array("targets/test").data, (target, i) => [i, names[target], names[answers[i]]])];
  }
}
