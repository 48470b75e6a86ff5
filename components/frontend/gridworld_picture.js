// Drawing the world on a canvas: cells with their values, arrows, numbers, what is in them, and the agent's walk.

import { css } from "./colour.js";
import { CLIFF, GOAL, live, MOVES, PIT, short, START, tidy, WALL, WIND } from "./gridworld_rules.js";

const TALLEST = 470;
const LARGEST = 84; // pixels of a cell
const READABLE = 30; // pixels of a cell that has room for a number

export const sizeOf = (world, width) => Math.max(18, Math.floor(Math.min(LARGEST, width / world.columns, TALLEST / world.rows)));

/** Values as shares of the largest that stands anywhere, −1 … 1. */
function scaleOf(values, cells, per = 1) {
  let most = 0;
  cells.forEach((kind, at) => {
    if (live(kind)) for (let k = 0; k < per; k += 1) most = Math.max(most, Math.abs(values[at * per + k]));
  });
  return most || 1;
}

export class GridPicture {
  /** side: pixels of a cell. */
  constructor(context, world, side, colours) {
    Object.assign(this, { context, world, side, colours });
  }

  corner(at) {
    return [(at % this.world.columns) * this.side, Math.floor(at / this.world.columns) * this.side];
  }

  middle(at) {
    return this.corner(at).map((edge) => edge + this.side / 2);
  }

  /** shown: {layer, values, q, visits, most, policy, gains, own, arrows, numbers}. */
  draw(shown) {
    const { world, context, side, colours } = this;
    const scale = shown.layer === "actions" ? scaleOf(shown.q, world.cells, 4) : scaleOf(shown.values, world.cells);
    world.cells.forEach((kind, at) => {
      const [x, y] = this.corner(at);
      if (!live(kind)) this.thing(kind, x, y);
      else if (shown.layer === "actions") this.triangles(at, shown, scale);
      else {
        context.fillStyle = shown.layer === "visits" ? this.visited(shown.visits[at], shown.most) : colours.at((0.85 * shown.values[at]) / scale);
        context.fillRect(x, y, side, side);
      }
      context.strokeStyle = colours.ink(0.22);
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
      this.labels(kind, at, shown);
    });
    if (shown.arrows && shown.layer !== "actions") world.cells.forEach((kind, at) => live(kind) && this.arrows(at, shown));
  }

  visited(count, most) {
    return this.colours.at(count > 0 ? (0.75 * Math.log(1 + count)) / Math.log(1 + most) : 0);
  }

  thing(kind, x, y) {
    const { context, side, colours } = this;
    context.fillStyle = kind === WALL ? colours.ink(0.55) : kind === GOAL ? colours.positive : colours.negative;
    context.globalAlpha = kind === WALL ? 1 : 0.9;
    context.fillRect(x, y, side, side);
    context.globalAlpha = 1;
    if (kind === GOAL || kind === WALL) return;
    context.save();
    context.beginPath();
    context.rect(x, y, side, side);
    context.clip();
    context.strokeStyle = colours.ink(0.45);
    context.lineWidth = 1.5;
    context.beginPath();
    if (kind === PIT) context.arc(x + side / 2, y + side / 2, side * 0.4, 0, 2 * Math.PI);
    else for (let k = -side; k < side; k += 8) context.moveTo(x + k, y + side), context.lineTo(x + k + side, y);
    context.stroke();
    context.restore();
  }

  text(words, x, y, { size = 11, weight = 400, align = "center", colour = this.colours.ink(0.9) } = {}) {
    const { context } = this;
    context.font = `${weight} ${size}px ${this.colours.font}`;
    context.textAlign = align;
    context.textBaseline = "middle";
    context.fillStyle = colour;
    context.fillText(words, x, y);
  }

  labels(kind, at, shown) {
    const { side } = this;
    const [x, y] = this.corner(at);
    const small = Math.max(9, Math.min(12, side / 4.6));
    if (kind === START) this.text("S", x + 4, y + small * 0.75, { size: small, weight: 700, align: "left" });
    if (kind >= WIND) this.wind(kind - WIND, x, y);
    if (kind === GOAL || kind === PIT || kind === CLIFF) {
      const name = { [GOAL]: "G", [PIT]: "P", [CLIFF]: "C" }[kind];
      const colour = css(this.colours.background);
      this.text(name, x + side / 2, y + side * (side >= READABLE ? 0.36 : 0.5), { size: Math.min(18, side * 0.36), weight: 700, colour });
      if (side >= READABLE) this.text(tidy(shown.gains[at]), x + side / 2, y + side * 0.74, { size: small, weight: 600, colour });
      return;
    }
    if (shown.own[at] && kind !== WALL) this.text(tidy(shown.gains[at]), x + side - 4, y + small * 0.75, { size: small, weight: 700, align: "right" });
    if (!live(kind) || !shown.numbers || side < READABLE || shown.layer === "actions") return;
    const words = shown.layer === "visits" ? String(shown.visits[at]) : short(shown.values[at], side >= 40 ? 2 : 1);
    this.text(words, x + side / 2, y + side - small * 0.8, { size: small });
  }

  wind(way, x, y) {
    const { context, side, colours } = this;
    const [dy, dx] = MOVES[way];
    const [cx, cy, reach] = [x + side * 0.84, y + side * 0.18, side * 0.09];
    context.strokeStyle = colours.ink(0.55);
    context.lineWidth = 1.5;
    context.beginPath();
    for (const off of [-0.5, 0.6]) {
      const [px, py] = [cx + dx * off * reach, cy + dy * off * reach];
      context.moveTo(px - dx * reach - dy * reach, py - dy * reach - dx * reach);
      context.lineTo(px, py);
      context.lineTo(px - dx * reach + dy * reach, py - dy * reach + dx * reach);
    }
    context.stroke();
  }

  arrows(at, { policy, numbers }) {
    const { context, side, colours } = this;
    const beside = numbers && side >= READABLE; // a number stands below
    const [x, middle] = this.middle(at);
    const y = middle - (beside ? side * 0.12 : 0);
    const chances = [0, 1, 2, 3].map((a) => policy[at * 4 + a]);
    context.strokeStyle = colours.ink(0.85);
    context.fillStyle = colours.ink(0.85);
    if (Math.max(...chances) < 0.26) {
      context.beginPath();
      context.arc(x, y, Math.max(1.5, side * 0.035), 0, 2 * Math.PI);
      context.fill();
      return;
    }
    context.lineWidth = Math.max(1.2, side / 30);
    chances.forEach((chance, a) => {
      if (chance < 0.01) return;
      const [dy, dx] = MOVES[a];
      const reach = side * (beside ? 0.18 : 0.26);
      const head = side * 0.09;
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(x + dx * reach, y + dy * reach);
      context.stroke();
      context.beginPath();
      context.moveTo(x + dx * (reach + head), y + dy * (reach + head));
      context.lineTo(x + dx * (reach - head * 0.4) - dy * head, y + dy * (reach - head * 0.4) - dx * head);
      context.lineTo(x + dx * (reach - head * 0.4) + dy * head, y + dy * (reach - head * 0.4) + dx * head);
      context.fill();
    });
  }

  /** A cell in four triangles, one for each action, coloured by its value. */
  triangles(at, shown, scale) {
    const { context, side, colours } = this;
    const [x, y] = this.corner(at);
    const [mx, my] = this.middle(at);
    const corners = [[x, y], [x + side, y], [x + side, y + side], [x, y + side]];
    MOVES.forEach(([dy, dx], a) => {
      context.fillStyle = colours.at((0.85 * shown.q[at * 4 + a]) / scale);
      context.beginPath();
      context.moveTo(...corners[a]);
      context.lineTo(...corners[(a + 1) % 4]);
      context.lineTo(mx, my);
      context.closePath();
      context.fill();
      context.strokeStyle = colours.ink(0.15);
      context.lineWidth = 0.5;
      context.stroke();
      const best = shown.policy[at * 4 + a] > 0.26;
      if (shown.numbers && side >= 44) this.text(short(shown.q[at * 4 + a], side >= 60 ? 2 : 1), mx + dx * side * 0.32, my + dy * side * 0.37, { size: Math.min(11, side / 5.2), weight: best ? 700 : 400 });
      else if (best && shown.arrows) this.dot(mx + dx * side * 0.32, my + dy * side * 0.32);
    });
  }

  dot(x, y) {
    this.context.fillStyle = this.colours.ink(0.9);
    this.context.beginPath();
    this.context.arc(x, y, Math.max(1.5, this.side * 0.05), 0, 2 * Math.PI);
    this.context.fill();
  }

  /** The way up to a place in it (a fraction lies between two cells), and the agent there. */
  walk(way, upto) {
    const { context, side, colours } = this;
    if (!way || way.length === 0) return;
    const last = Math.min(Math.floor(upto), way.length - 1);
    const colour = colours.categories[2];
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = colour;
    context.globalAlpha = 0.65;
    context.lineWidth = Math.max(2, side * 0.06);
    context.beginPath();
    context.moveTo(...this.middle(way[0]));
    for (let k = 1; k <= last; k += 1) {
      if (this.far(way[k - 1], way[k])) context.moveTo(...this.middle(way[k])); // back to the start after a fall
      else context.lineTo(...this.middle(way[k]));
    }
    const [x, y] = this.agentAt(way, upto, last);
    if (last + 1 < way.length && !this.far(way[last], way[last + 1])) context.lineTo(x, y);
    context.stroke();
    context.globalAlpha = 1;
    context.fillStyle = colour;
    context.strokeStyle = colours.outline;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, Math.max(4, side * 0.15), 0, 2 * Math.PI);
    context.fill();
    context.stroke();
  }

  far(from, to) {
    const { columns } = this.world;
    return Math.abs(Math.floor(from / columns) - Math.floor(to / columns)) + Math.abs((from % columns) - (to % columns)) > 2;
  }

  agentAt(way, upto, last) {
    const [x, y] = this.middle(way[last]);
    if (last + 1 >= way.length || this.far(way[last], way[last + 1])) return [x, y];
    const [nx, ny] = this.middle(way[last + 1]);
    const share = upto - last;
    return [x + share * (nx - x), y + share * (ny - y)];
  }

  ring(at, width = 3, dash = []) {
    const { context, side, colours } = this;
    const [x, y] = this.corner(at);
    context.strokeStyle = colours.ink(1);
    context.lineWidth = width;
    context.setLineDash(dash);
    context.strokeRect(x + 2, y + 2, side - 4, side - 4);
    context.setLineDash([]);
  }
}
