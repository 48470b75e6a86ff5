// Draw a picture of your own: the network answers with every stroke, and one sees what it sees.

import { fit, Sheet } from "./canvas.js";
import { element, setText } from "./elements.js";
import { percent } from "./numbers.js";
import { Panel } from "./panel.js";
import { classify, parametersOf, scaled } from "./tensors.js";

const FINE = 224; // pixels of the sheet that is drawn on
const SEEN = 96;

export class DrawPicture extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.sheet = element("canvas", { width: FINE, height: FINE });
    this.pen = this.sheet.getContext("2d", { willReadFrequently: true });
    this.canvas = element("canvas", {
      className: "lv-canvas lv-drawing-sheet", role: "img", "aria-label": "Sheet to draw on, with mouse or finger",
      on: { pointerdown: (event) => this.start(event), pointermove: (event) => this.move(event), pointerup: () => this.stop(), pointercancel: () => this.stop() },
    });
    this.seen = element("canvas", { className: "lv-canvas", role: "img", "aria-label": "What the network sees" });
    this.small = new Sheet();
    this.bars = element("div", { className: "lv-drawing-bars", role: "status" });
    this.hint = element("p", { className: "lv-hint" });
    const clear = element("button", { type: "button", className: "lv-button", text: "Clear", on: { click: () => this.clear() } });
    const left = element("div", {}, this.canvas, element("div", { className: "lv-below" }, clear));
    const right = element("div", { className: "lv-drawing-answer" }, element("span", { className: "lv-legend-name", text: "What the network sees" }), this.seen, this.bars);
    this.body.append(element("div", { className: "lv-drawing" }, left, right), this.hint);
    this.strokes = 0;
    this.timer = setInterval(() => this.run && this.frame && this.renew(), 400); // a run's end brings no frame
  }

  close() {
    clearInterval(this.timer);
  }

  canvases() {
    return [this.canvas];
  }

  /** The network in the words of models.cnn: what the forward pass follows. */
  get architecture() {
    return this.run.head.config;
  }

  learn(run) {
    if (run !== this.run) this.tensors = null;
    super.learn(run);
    const [channels, height, width] = run.facts.get("shape", [1, 8, 8]);
    Object.assign(this, { channels, height, width, names: run.facts.get("class_names", []) });
    if (this.strokes === 0) this.blank();
    if (this.bars.children.length !== this.names.length) this.rows();
  }

  rows() {
    this.bars.replaceChildren(...this.names.map((name) => element("div", { className: "lv-drawing-row" },
      element("span", { className: "lv-drawing-name", text: name, title: name }),
      element("span", { className: "lv-score-track" }, element("span", { className: "lv-score-bar" })),
      element("span", { className: "lv-score-value", text: "–" }))));
  }

  draw(run, frame) {
    super.draw(run, frame);
    this.show();
    this.renew();
  }

  /** Fetch the parameters once the run rests, and say whose answers these are. */
  renew() {
    const { run, frame } = this;
    const still = run.condition === "paused" || run.condition === "ended";
    if (still && frame.step > 0 && this.loaded !== `${run.view} ${frame.step}`) this.fetch(run, frame.step);
    setText(this.hint, this.tensors ? `The network of step ${this.step}. Pause or finish to draw with a newer one.`
      : "Train, then pause or wait for the end: from then on the network answers here.");
  }

  async fetch(run, step) {
    this.loaded = `${run.view} ${step}`;
    const tensors = await parametersOf(run, step);
    if (!tensors || run !== this.run) return;
    this.tensors = tensors;
    this.step = step;
    this.redraw();
    this.answer();
  }

  // Drawing: white ink on black for grey pictures, dark ink on light for coloured ones, as in the data.

  blank() {
    this.pen.fillStyle = this.channels === 1 ? "black" : "rgb(222,230,236)";
    this.pen.fillRect(0, 0, FINE, FINE);
    this.show();
  }

  clear() {
    this.strokes = 0;
    this.blank();
    this.answer();
  }

  at(event) {
    const bounds = this.canvas.getBoundingClientRect();
    return [((event.clientX - bounds.left) / bounds.width) * FINE, ((event.clientY - bounds.top) / bounds.height) * FINE];
  }

  start(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.last = this.at(event);
    this.move(event);
  }

  move(event) {
    if (!this.last) return;
    const to = this.at(event);
    const { pen } = this;
    pen.lineCap = "round";
    pen.lineJoin = "round";
    pen.lineWidth = this.channels === 1 ? FINE / 11 : FINE / 22;
    pen.strokeStyle = this.channels === 1 ? "white" : "rgb(50,50,56)";
    pen.beginPath();
    pen.moveTo(...this.last);
    pen.lineTo(to[0] + 0.01, to[1]);
    pen.stroke();
    this.last = to;
    this.strokes += 1;
    this.show();
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      this.answer();
    });
  }

  stop() {
    this.last = null;
  }

  show() {
    const side = Math.min(FINE, this.body.clientWidth);
    if (side === 0) return;
    fit(this.canvas, side, side).drawImage(this.sheet, 0, 0, side, side);
  }

  /** The drawing as the network is fed: averaged over blocks, then scaled as in training. uint8 (C, H, W). */
  pixels() {
    const { data } = this.pen.getImageData(0, 0, FINE, FINE);
    const { channels, height, width } = this;
    const found = new Uint8Array(channels * height * width);
    const [tall, wide] = [FINE / height, FINE / width];
    for (let c = 0; c < channels; c += 1) {
      for (let i = 0; i < height; i += 1) {
        for (let j = 0; j < width; j += 1) {
          let sum = 0;
          let n = 0;
          for (let y = Math.floor(i * tall); y < (i + 1) * tall; y += 1) for (let x = Math.floor(j * wide); x < (j + 1) * wide; x += 1, n += 1) sum += data[(y * FINE + x) * 4 + c];
          found[(c * height + i) * width + j] = Math.round(sum / n);
        }
      }
    }
    return channels === 1 && height >= 20 ? centred(found, height, width) : found;
  }

  answer() {
    const began = performance.now();
    const pixels = this.pixels();
    this.paintSeen(pixels);
    const answers = this.tensors && this.strokes > 0 ? classify(this.tensors, this.architecture, scaled(pixels, this.run.facts)) : null;
    const best = answers ? answers.indexOf(Math.max(...answers)) : -1;
    Array.from(this.bars.children).forEach((row, i) => {
      row.classList.toggle("lv-own", i === best);
      row.querySelector(".lv-score-bar").style.width = `${100 * (answers?.[i] ?? 0)}%`;
      setText(row.querySelector(".lv-score-value"), answers ? percent(answers[i]) : "–");
    });
    this.answers = answers;
    this.view.root.dispatchEvent(new CustomEvent("playground:drawn", { bubbles: true, detail: { milliseconds: performance.now() - began } }));
  }

  paintSeen(pixels) {
    const { channels, height, width } = this;
    this.small.paint(width, height, (rgba, row, column, at) => {
      for (let k = 0; k < 3; k += 1) rgba[at + k] = pixels[((channels === 1 ? 0 : k) * height + row) * width + column];
    });
    const context = fit(this.seen, SEEN, SEEN);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.small.canvas, 0, 0, SEEN, SEEN);
  }

  table() {
    return [["class", "probability"], ...this.names.map((name, i) => [name, this.answers?.[i] ?? null])];
  }
}

/** As MNIST's makers did: the ink shifted so that its centre of mass is in the middle. */
function centred(pixels, height, width) {
  let [mass, x, y] = [0, 0, 0];
  pixels.forEach((value, at) => {
    mass += value;
    x += value * (at % width);
    y += value * Math.floor(at / width);
  });
  if (mass === 0) return pixels;
  const [dx, dy] = [Math.round((width - 1) / 2 - x / mass), Math.round((height - 1) / 2 - y / mass)];
  return Uint8Array.from(pixels, (_, at) => {
    const [column, row] = [(at % width) - dx, Math.floor(at / width) - dy];
    return column >= 0 && column < width && row >= 0 && row < height ? pixels[row * width + column] : 0;
  });
}
