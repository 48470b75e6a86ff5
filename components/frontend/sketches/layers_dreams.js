// Dreams: pictures that grew from noise until a channel or a class answered as strongly as it could.

import { decode } from "../arrays.js";
import { fit, Sheet } from "../canvas.js";
import { element, setText } from "../elements.js";
import { number } from "../numbers.js";
import { paintPicture } from "../saliency.js";
import { Asking } from "./asking.js";
import { Card, grid, Sketch } from "./base.js";
import { ChannelTiles, layerRow } from "./channel_tiles.js";
import { bar, ChoiceRow, Toggle } from "./knobs.js";
import { Plane } from "./plane.js";
import { Player } from "./player.js";

const TILE = 68;

export default class LayersDreams extends Sketch {
  constructor(host) {
    super(host);
    this.channel = 0;
    this.sheet = new Sheet();
    this.known = new Map(); // what was dreamt already, by what was asked for
    this.asking = new Asking((wish) => host.tell(wish, 0));
    this.rowPlace = element("div");
    this.smooth = new ChoiceRow({ label: "Penalty for roughness", options: { none: "none", some: "some", much: "much" }, value: "some", input: (smoothness) => this.ask({ smoothness }) });
    this.jitter = new Toggle({ label: "Jitter", title: "Show the network the picture a little shifted, by another random amount in each step", value: true, input: (jitter) => this.ask({ jitter }) });
    this.player = new Player({ label: "Steps of the ascent", rate: 3, moved: () => this.changed(), name: (at) => `step ${this.shown?.steps[at] ?? 0} of ${this.shown?.steps.at(-1) ?? 0}` });
    this.tiles = new ChannelTiles({ label: "Dreams; press one to see it large", chosen: (channel) => this.choose(channel) });
    this.hint = element("p", { className: "lv-hint", "aria-live": "polite" });
    const all = new Card(host, "What each of them wants to see", { picture: () => this.tiles.joined(), table: () => this.table(), wide: true });
    all.body.append(bar(this.rowPlace, this.smooth, this.jitter), this.player.element, this.tiles.element, this.hint);
    this.pair = element("canvas", { className: "lv-canvas", role: "img" });
    this.words = element("p", { className: "sk-words", role: "status" });
    const one = new Card(host, "Dream and reality", { picture: () => this.pair, table: () => this.table() });
    one.body.append(this.pair, this.words);
    this.plane = new Plane({ label: "Strength over the steps of the ascent", x: { low: 0, high: 64, title: "step of the ascent" }, y: { low: 0, high: 1, title: "strength" }, height: 260 });
    const curve = new Card(host, "How strongly it is answered", { picture: () => this.plane, table: () => this.table() });
    curve.body.append(this.plane.element);
    this.root.replaceChildren(grid(all, one, curve));
  }

  show(data) {
    super.show(data);
    this.asking.answered(data.turn);
    if (data.run !== this.run) this.known.clear();
    this.known.set(this.key(data), { ...data, pixels: decode(data.pixels), patches: decode(data.patches) });
    if (data.run !== this.run || !this.asking.behind) this.wanted = { layer: data.layer, smoothness: data.smoothness, jitter: data.jitter };
    this.run = data.run;
    this.row = layerRow(this.rowPlace, this.row, data.titles, data.layer, (layer) => this.ask({ layer }));
    this.turnTo();
  }

  key({ layer, smoothness, jitter }) {
    return JSON.stringify([layer, smoothness, jitter]);
  }

  /** Other dreams are wanted: shown at once when they are here, else asked for. */
  ask(values) {
    this.wanted = { ...this.wanted, ...values };
    if (!this.known.has(this.key(this.wanted))) this.asking.ask(this.wanted);
    this.turnTo();
    this.changed();
  }

  /** Show what is wanted, if it is here. */
  turnTo() {
    this.row.set(String(this.wanted.layer));
    this.smooth.set(this.wanted.smoothness);
    this.jitter.set(this.wanted.jitter);
    const found = this.known.get(this.key(this.wanted));
    if (!found || found === this.shown) return;
    const another = found.layer !== this.shown?.layer || found.run !== this.shown?.run;
    this.shown = found;
    if (another) this.channel = 0;
    this.player.hold(found.steps.length, another ? found.steps.length - 1 : this.player.at);
  }

  choose(channel) {
    this.channel = channel;
    this.changed();
  }

  get waiting() {
    return !this.known.has(this.key(this.wanted));
  }

  name(i) {
    return this.shown.name === "answer" ? this.shown.class_names[i] : `channel ${i + 1}`;
  }

  /** Picture i at a step: {data, shape}. */
  dream(i, at) {
    const { pixels: { data, shape: [, n_steps, height, width, depth] } } = this.shown;
    const size = height * width * depth;
    const from = (i * n_steps + at) * size;
    return { data: data.subarray(from, from + size), shape: [height, width, depth] };
  }

  patch(i) {
    const { patches: { data, shape: [, height, width, depth] } } = this.shown;
    const size = height * width * depth;
    return { data: data.subarray(i * size, (i + 1) * size), shape: [height, width, depth] };
  }

  paint(context, picture, x, y, side) {
    paintPicture(this.sheet, picture);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.sheet.canvas, x, y, side, side);
    context.strokeStyle = this.colours.ink(0.25);
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  }

  draw() {
    const { shown, player: { at } } = this;
    this.tiles.hold(shown.values.length);
    this.tiles.element.style.opacity = this.waiting ? 0.45 : 1;
    this.tiles.draw({
      side: TILE,
      pressed: (i) => i === this.channel,
      paint: (context, i, side) => this.paint(context, this.dream(i, at), 0, 0, side),
      words: (i) => (shown.name === "answer" ? this.name(i) : number(shown.values[i][at], 2)),
      name: (i) => `${this.name(i)}; strength ${number(shown.values[i][at])}`,
    });
    const n = shown.values.length;
    const part = n < shown.n_all ? ` The first ${n} of ${shown.n_all} are shown.` : "";
    setText(this.hint, this.waiting ? "Dreaming …" : `Each dream is ${shown.pixels.shape[2]}×${shown.pixels.shape[3]} pixels: what ${shown.name === "answer" ? "a class" : "a channel of this layer"} sees.${part} Press one.`);
    this.drawPair(at);
    this.drawCurve(at);
  }

  drawPair(at) {
    const { shown, channel, colours } = this;
    const side = Math.floor(Math.min(190, (this.pair.parentElement.clientWidth - 16) / 2));
    const context = fit(this.pair, 2 * side + 16, side + 24);
    context.clearRect(0, 0, this.pair.width, this.pair.height);
    context.font = `600 13px ${colours.font}`;
    context.fillStyle = colours.ink(1);
    context.fillText("Dreamt", 0, 14, side);
    context.fillText("Strongest real picture", side + 16, 14, side);
    this.paint(context, this.dream(channel, at), 0, 22, side);
    this.paint(context, this.patch(channel), side + 16, 22, side);
    this.pair.setAttribute("aria-label", `Dream of ${this.name(channel)} beside the strongest real picture`);
    const [reached, real] = [shown.values[channel][at], shown.real[channel]];
    const more = reached > real ? "more than any of the real pictures looked at" : "not more than the strongest real picture";
    setText(this.words, `${shown.name === "answer" ? "Class" : "Channel"} ${shown.name === "answer" ? this.name(channel) : channel + 1}: the dream reaches ${number(reached)}, the real picture ${number(real)}: ${more}.`);
  }

  drawCurve(at) {
    const { shown, channel, plane, colours } = this;
    const values = shown.values[channel];
    const real = shown.real[channel];
    const [low, high] = [Math.min(0, real, ...values), Math.max(0, real, ...values)];
    const room = 0.08 * (high - low || 1);
    plane.span({ x: [0, shown.steps.at(-1)], y: [low - room, high + room] });
    plane.begin(colours);
    plane.line("real", [0, shown.steps.at(-1)], [real, real], { colour: colours.categories[1], width: 2, dash: "8 5" });
    plane.line("dream", shown.steps, values, { colour: colours.categories[0], width: 3 });
    plane.dot("now", shown.steps[at], values[at], { colour: colours.categories[0], radius: 6 });
    plane.text("real name", shown.steps.at(-1), real, "strongest real picture", { anchor: "end", dy: -7, dx: -4 });
    plane.end();
  }

  table() {
    const { shown } = this;
    const rows = [["layer", "channel", ...shown.steps.map((step) => `strength at step ${step}`), "strongest real picture"]];
    shown.values.forEach((values, i) => rows.push([shown.name, shown.name === "answer" ? shown.class_names[i] : i + 1, ...values, shown.real[i]]));
    return rows;
  }

  get state() {
    if (!this.shown) return {};
    const { shown, channel, player: { at }, wanted } = this;
    return { ...wanted, channel, at, n: shown.values.length, shown: shown.layer, waiting: this.waiting, reached: shown.values[channel][at], real: shown.real[channel], n_known: this.known.size };
  }

  close() {
    this.player.pause();
    this.asking.close();
  }
}
