// The race from above: contours, paths, and the terms of the chosen rule's step as arrows.

import { decode } from "../arrays.js";
import { Contours } from "./contours.js";
import { Plane } from "./plane.js";

const LONGEST = 80; // pixels of the longer of the two arrows that have no length of their own

export class RaceMap {
  constructor(race) {
    this.race = race;
    this.contours = new Contours();
    this.plane = new Plane({
      label: "The surface from above", x: { low: -1, high: 1, title: "x" }, y: { low: -1, high: 1, title: "y" }, height: 420,
      press: (x, y) => race.set({ start: [x, y] }),
    });
  }

  learn({ ground, surface, surfaces }) {
    const { x, y } = surfaces[surface];
    this.plane.span({ x, y });
    if (ground.bdata === this.packed) return;
    this.packed = ground.bdata;
    this.contours.learn(decode(ground));
  }

  draw() {
    const { plane, race, race: { colours, player: { at } } } = this;
    const { left, right, top, bottom } = plane.margin;
    const wide = plane.element.clientWidth - left - right;
    const { xAxis, yAxis } = plane;
    plane.wanted = Math.max(180, (wide * (yAxis.high - yAxis.low)) / (xAxis.high - xAxis.low)) + top + bottom; // x and y to one scale
    plane.begin(colours);
    this.contours.paint(plane);
    const { minima } = race.data.surfaces[race.data.surface];
    minima.forEach(([x, y], i) => plane.text(`minimum ${i}`, x, y, "★", { anchor: "middle", dy: 6, size: 17 }));
    const order = [...race.paths.keys()].sort((a, b) => (a === race.chosen) - (b === race.chosen));
    for (const rule of order) this.path(rule, at);
    this.arrows();
    plane.handle("start", ...race.start, {
      label: "start", diamond: true, radius: 7, colour: colours.ink(1), step: 0.02,
      moved: (x, y) => race.set({ start: [x, y] }),
    });
    plane.end();
  }

  path(rule, at) {
    const { plane, race, race: { colours } } = this;
    const own = rule === race.chosen;
    const colour = race.colour(rule);
    const [xs, ys] = [race.column(rule, 0), race.column(rule, 1)];
    plane.line(`whole ${rule}`, xs, ys, { colour, width: own ? 2 : 1.4, opacity: 0.45, dash: race.dash(rule) });
    const [passedX, passedY] = [xs.slice(0, at + 1), ys.slice(0, at + 1)];
    plane.line(`halo ${rule}`, passedX, passedY, { colour: `rgb(${colours.background.join(",")})`, width: own ? 5.5 : 4.5, opacity: 0.7 });
    plane.line(`passed ${rule}`, passedX, passedY, { colour, width: own ? 3 : 2.2, dash: race.dash(rule) });
    const [x, y] = race.row(rule, at);
    if (this.holds(x, y)) plane.dot(`now ${rule}`, x, y, { colour, radius: own ? 7 : 5 });
  }

  holds(x, y) {
    const { xAxis, yAxis } = this.plane;
    return x >= xAxis.low && x <= xAxis.high && y >= yAxis.low && y <= yAxis.high;
  }

  /** −gradient and −velocity by their direction, longer against shorter; the scale as a box; the step as long as it is. */
  arrows() {
    const { plane, race, race: { colours, term, player: { at } } } = this;
    if (!term) return;
    const [x, y] = race.row(race.chosen, at);
    if (!this.holds(x, y)) return;
    const pixel = (plane.xAxis.high - plane.xAxis.low) / (plane.box.x1 - plane.box.x0);
    const most = Math.max(Math.hypot(...term.gradient), Math.hypot(...term.velocity));
    const reach = (LONGEST * pixel) / (most || 1);
    const [sx, sy] = term.scale;
    if (sx !== sy && Math.max(sx, sy) > 0) {
      const unit = (34 * pixel) / Math.max(sx, sy);
      plane.rect("scale", x - sx * unit, y - sy * unit, x + sx * unit, y + sy * unit, { colour: colours.categories[4], opacity: 0.25, rim: colours.ink(0.7) });
    }
    const arrow = (name, [dx, dy], style) => plane.arrow(name, x, y, x + dx, y + dy, style);
    const back = (pair) => pair.map((part) => -part * reach);
    arrow("gradient", back(term.gradient), { colour: colours.positive, width: 2 });
    if (term.velocity.some((part, i) => part !== term.gradient[i])) arrow("velocity", back(term.velocity), { colour: colours.negative, width: 2 });
    arrow("step", term.step, { colour: colours.ink(1), width: 3 });
    plane.dot(`now ${race.chosen}`, x, y, { colour: race.colour(race.chosen), radius: 7 });
  }
}
