// The channels of a block as switches: press some off, or freeze them, and see which classes break.

import { decode } from "../arrays.js";
import { Sheet } from "../canvas.js";
import { element, setText } from "../elements.js";
import { percent } from "../numbers.js";
import { paintMap } from "../saliency.js";
import { Asking } from "./asking.js";
import { Card, grid, Sketch } from "./base.js";
import { ChannelTiles, layerRow } from "./channel_tiles.js";
import { bar, button, ChoiceRow } from "./knobs.js";

const SIDE = 62;

export default class AblationSketch extends Sketch {
  constructor(host) {
    super(host);
    this.sheet = new Sheet();
    this.asking = new Asking((wish) => host.tell(wish, 0));
    this.off = new Set();
    this.top = element("div", { className: "sk-bar" });
    this.how = new ChoiceRow({ label: "A pressed channel is", options: { off: "off (0)", frozen: "frozen at its mean" }, value: "off", input: (how) => this.ask({ how }) });
    this.tiles = new ChannelTiles({ label: "Channels; press one to switch it off or on", chosen: (i) => this.toggle(i), several: true });
    this.words = element("p", { className: "sk-words", role: "status" });
    const worst = button("The most important one", () => this.pick([this.ranked[0]]), { title: "Switch off the channel whose loss costs most accuracy" });
    const half = button("The least important half", () => this.pick(this.ranked.slice(Math.ceil(this.ranked.length / 2))));
    const all = button("All on", () => this.pick([]));
    this.switches = new Card(host, "Channels of a block, for the picture chosen above", { picture: () => this.tiles.joined(), table: () => this.channelTable(), wide: true });
    this.switches.body.append(this.top, bar(this.how, worst, half, all), this.tiles.element, this.words);
    this.list = element("div", { className: "sk-broken", role: "list" });
    this.sum = element("p", { className: "sk-words", "aria-live": "polite" });
    this.broken = new Card(host, "What breaks: accuracy of each class", { table: () => this.classTable(), wide: true });
    this.broken.body.append(this.sum, this.list);
    this.root.replaceChildren(grid(this.switches, this.broken));
  }

  show(data) {
    super.show(data);
    this.asking.answered(data.turn);
    if (!this.asking.behind) this.off = new Set(data.off);
    this.maps = decode(data.maps);
    this.how.set(data.how);
    const names = data.blocks.map((n, i) => `Block ${i + 1}: ${n} channels`);
    this.blocks = layerRow(this.top, this.blocks, names, data.block, (block) => this.ask({ block, off: [] }), "Block");
    this.blocks.set(String(data.block));
    this.tiles.hold(this.maps.shape[0]);
    if (this.rows?.length !== data.class_names.length) {
      this.rows = data.class_names.map((name) => this.classRow(name));
      this.list.replaceChildren(...this.rows.map(({ made }) => made));
    }
  }

  classRow(name) {
    const before = element("span", { className: "sk-broken-before" });
    const after = element("span", { className: "sk-broken-after" });
    const words = element("span", { className: "sk-broken-words" });
    const made = element("div", { className: "sk-broken-row", role: "listitem" },
      element("span", { className: "lv-drawing-name", text: name, title: name }), element("span", { className: "sk-broken-track" }, after, before), words);
    return { made, before, after, words };
  }

  /** Channels from the one whose loss costs most accuracy to the one whose loss costs least. */
  get ranked() {
    const { alone } = this.data;
    return alone.map((_, i) => i).sort((a, b) => alone[a] - alone[b] || a - b);
  }

  toggle(i) {
    const next = new Set(this.off);
    if (!next.delete(i)) next.add(i);
    this.pick([...next]);
  }

  pick(off) {
    this.off = new Set(off);
    this.ask({});
    this.changed();
  }

  ask(wish) {
    const { block } = this.data;
    if (wish.off) this.off = new Set(wish.off);
    this.asking.ask({ block, how: this.how.value, off: [...this.off].sort((a, b) => a - b), ...wish });
  }

  draw() {
    const { data } = this;
    this.tiles.draw({
      side: SIDE,
      pressed: (i) => this.off.has(i),
      paint: (context, i) => this.paint(context, i),
      words: (i) => percent(data.alone[i]),
      name: (i) => `Channel ${i + 1}; without it alone ${percent(data.alone[i])} are right`,
    });
    setText(this.words, "Below each map: how many test pictures are told right without that channel alone. Blue is positive, orange negative.");
    data.class_names.forEach((name, k) => this.drawClass(this.rows[k], k));
    const [before, after] = data.overall;
    const n = data.off.length;
    const [was, now] = data.answers.map((answers) => answers.indexOf(Math.max(...answers)));
    const same = was === now ? `still called ${data.class_names[now]}` : `now called ${data.class_names[now]} in place of ${data.class_names[was]}`;
    setText(this.sum, `${n} of ${data.alone.length} channels ${data.how === "off" ? "off" : "frozen"}: ${percent(after)} of the test pictures are told right, ${percent(before)} with all. The chosen picture is ${same} (${percent(data.answers[1][now])}).`);
  }

  paint(context, i) {
    const { colours } = this;
    const off = this.off.has(i);
    paintMap(this.sheet, this.maps, i, colours.table);
    context.globalAlpha = off ? 0.18 : 1;
    context.drawImage(this.sheet.canvas, 0, 0, SIDE, SIDE);
    context.globalAlpha = 1;
    if (!off) return;
    context.strokeStyle = colours.negative;
    context.lineWidth = 3;
    context.beginPath();
    context.moveTo(8, 8);
    context.lineTo(SIDE - 8, SIDE - 8);
    context.moveTo(SIDE - 8, 8);
    context.lineTo(8, SIDE - 8);
    context.stroke();
  }

  drawClass({ before, after, words }, k) {
    const { data } = this;
    const [was, now] = [data.before[k], data.after[k]];
    before.style.left = `${100 * (was ?? 0)}%`;
    after.style.width = `${100 * (now ?? 0)}%`;
    const taken = data.moved[k] !== k ? `, mostly taken for ${data.class_names[data.moved[k]]}` : "";
    setText(words, was === null ? "no test pictures" : `${percent(was)} → ${percent(now)}${taken}`);
  }

  channelTable() {
    return [["channel", "switched off", "accuracy without it alone"], ...this.data.alone.map((value, i) => [i + 1, this.off.has(i) ? 1 : 0, value])];
  }

  classTable() {
    const { class_names: names, before, after, moved, n } = this.data;
    return [["class", "test pictures", "accuracy with all channels", "accuracy now", "mostly answered as"], ...names.map((name, k) => [name, n[k], before[k], after[k], names[moved[k]]])];
  }

  get state() {
    if (!this.data) return {};
    const { block, how, off, overall, before, after, turn } = this.data;
    return { block, how, off, overall, before, after, turn, pressed: [...this.off].sort((a, b) => a - b), ranked: this.ranked };
  }

  close() {
    this.asking.close();
  }
}
