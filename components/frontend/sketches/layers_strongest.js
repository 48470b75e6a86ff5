// The real pictures that excite each channel of a network most, with a frame around what the channel sees of them.

import { fit } from "../canvas.js";
import { capital, element, setText } from "../elements.js";
import { number, percent } from "../numbers.js";
import { Card, grid, Sketch } from "./base.js";
import { ChannelTiles, layerRow, layerTitle } from "./channel_tiles.js";

const TILE = 56;

export default class LayersStrongest extends Sketch {
  constructor(host) {
    super(host);
    this.layer = 0;
    this.channel = 0;
    this.rowPlace = element("div", { className: "sk-bar" });
    this.tiles = new ChannelTiles({ label: "Channels; press one to see its pictures", chosen: (channel) => this.choose({ channel }) });
    this.hint = element("p", { className: "lv-hint" });
    const channels = new Card(host, "The patch that excites each channel most", { picture: () => this.tiles.joined(), table: () => this.table(), wide: true });
    channels.body.append(this.rowPlace, this.tiles.element, this.hint);
    this.canvas = element("canvas", { className: "lv-canvas", role: "img" });
    this.words = element("p", { className: "sk-words", role: "status" });
    const pictures = new Card(host, "Its strongest pictures", { picture: () => this.canvas, table: () => this.table(), wide: true });
    pictures.body.append(this.canvas, this.words);
    this.root.replaceChildren(grid(channels, pictures));
  }

  show(data) {
    super.show(data);
    this.layer = Math.min(this.layer, data.layers.length - 1);
    this.channel = Math.min(this.channel, data.layers[this.layer].values.length - 1);
    const names = data.layers.map(({ name, values }) => layerTitle(name, values.length));
    this.row = layerRow(this.rowPlace, this.row, names, this.layer, (layer) => this.choose({ layer, channel: 0 }));
    this.row.set(String(this.layer));
    if (this.source !== data.sheet) {
      this.source = data.sheet;
      this.sheet = null;
      const image = new Image();
      image.onload = () => {
        this.sheet = image;
        this.changed();
      };
      image.src = `data:image/png;base64,${data.sheet}`;
    }
  }

  choose(values) {
    Object.assign(this, values);
    this.changed();
  }

  get here() {
    return this.data.layers[this.layer];
  }

  /** "class car", "channel 3". */
  name(i) {
    return this.here.name === "answer" ? this.data.class_names[i] : `channel ${i + 1}`;
  }

  draw() {
    const { data, here } = this;
    this.tiles.hold(here.values.length);
    this.tiles.draw({
      side: TILE,
      pressed: (i) => i === this.channel,
      paint: (context, i, side) => this.paintBox(context, here.pictures[i][0], here.boxes[i][0], side),
      words: (i) => (here.name === "answer" ? data.class_names[i] : number(here.values[i][0], 2)),
      name: (i) => `${this.name(i)}; strength ${number(here.values[i][0])} at its strongest picture`,
    });
    setText(this.hint, here.field === null
      ? "A class looks at the whole picture; these are the ones that it is surest of."
      : `Each place of this layer's maps sees ${here.field}×${here.field} pixels of the picture; below each patch: how strongly the channel answers it. Press one.`);
    this.drawPictures();
    const share = here.share[this.channel];
    const silent = share === 0 ? " No picture makes it positive: behind a ReLU this channel is dead." : "";
    const what = here.name === "answer" ? `The logit of ${this.name(this.channel)} is` : `${capital(this.name(this.channel))} is`;
    setText(this.words, `Strongest of ${data.n_looked} training pictures, with strength and class below each. ${what} above zero in ${percent(share)} of the pictures${here.name === "answer" ? "" : ", at one place at least"}.${silent}`);
    this.canvas.setAttribute("aria-label", `The strongest pictures of ${this.name(this.channel)}: ${here.pictures[this.channel].map((who) => data.class_names[data.labels[who]]).join(", ")}`);
  }

  /** Where picture `who` lies on the sheet. */
  corner(who) {
    const { columns, side: [height, width] } = this.data;
    return [(who % columns) * width, Math.floor(who / columns) * height];
  }

  /** What a box [top, left, height, width] holds of a picture, on a square; beyond the rim there is nothing. */
  paintBox(context, who, [top, left, tall, wide], side) {
    const { side: [height, width] } = this.data;
    context.fillStyle = this.colours.ink(0.1);
    context.fillRect(0, 0, side, side);
    if (!this.sheet) return;
    const [y0, x0, y1, x1] = [Math.max(0, top), Math.max(0, left), Math.min(height, top + tall), Math.min(width, left + wide)];
    if (y1 <= y0 || x1 <= x0) return;
    const [x, y] = this.corner(who);
    const [sx, sy] = [side / wide, side / tall];
    context.drawImage(this.sheet, x + x0, y + y0, x1 - x0, y1 - y0, (x0 - left) * sx, (y0 - top) * sy, (x1 - x0) * sx, (y1 - y0) * sy);
  }

  drawPictures() {
    const { data, here, colours, channel } = this;
    const shown = here.pictures[channel];
    const available = this.canvas.parentElement.clientWidth;
    const columns = Math.min(shown.length, Math.max(2, Math.floor(available / 130)));
    const side = Math.floor(Math.min(150, (available - 10 * (columns - 1)) / columns));
    const rows = Math.ceil(shown.length / columns);
    const context = fit(this.canvas, columns * (side + 10) - 10, rows * (side + 26));
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    context.imageSmoothingEnabled = false;
    shown.forEach((who, i) => {
      const [x, y] = [(i % columns) * (side + 10), Math.floor(i / columns) * (side + 26)];
      const [height, width] = data.side;
      context.save();
      context.translate(x, y);
      context.beginPath();
      context.rect(0, 0, side, side);
      context.clip();
      this.paintBox(context, who, [0, 0, height, width], side);
      const [top, left, tall, wide] = here.boxes[channel][i];
      const [sx, sy] = [side / width, side / height];
      for (const [colour, line] of [[colours.outline, 6], [colours.negative, 3]]) {
        context.strokeStyle = colour;
        context.lineWidth = line;
        context.strokeRect(left * sx, top * sy, wide * sx, tall * sy);
      }
      context.restore();
      context.fillStyle = colours.ink(0.85);
      context.font = `13px ${colours.font}`;
      context.fillText(`${number(here.values[channel][i])} · ${data.class_names[data.labels[who]]}`, x, y + side + 17, side);
    });
  }

  table() {
    const rows = [["layer", "channel", "rank", "strength", "class of the picture", "top", "left", "height", "width"]];
    for (const { name, values, pictures, boxes } of this.data.layers) {
      values.forEach((row, i) => row.forEach((value, rank) =>
        rows.push([name, name === "answer" ? this.data.class_names[i] : i + 1, rank + 1, value, this.data.class_names[this.data.labels[pictures[i][rank]]], ...boxes[i][rank]])));
    }
    return rows;
  }

  get state() {
    if (!this.data) return {};
    const { here, layer, channel } = this;
    return { layer, channel, n: here.values.length, field: here.field, values: here.values[channel], boxes: here.boxes[channel], ready: Boolean(this.sheet) };
  }
}
