// What a frame draws over the decision map: the line of a single neuron, now and before, and the example looked at.

import { css } from "./colour.js";
import { drawRing } from "./points.js";

const LINES = {
  "line/pocket": { dash: [2, 5], width: 2.5, strength: 0.75 },
  "line/before": { dash: [8, 6], width: 2, strength: 0.6 },
  "line/now": { dash: [], width: 3, strength: 1 },
};
const ARROW = 30; // pixels

/** Whether the frame has anything of its own to draw over the map. */
export const hasOverlay = (frame) => Boolean(frame?.array("line/now"));

const same = (a, b) => a.every((value, i) => value === b[i]);

/** Under the points. A line that is there now already is not drawn twice. */
export function drawLines(context, frame, place, colours) {
  for (const [name, style] of Object.entries(LINES)) {
    const ends = frame.array(name)?.data;
    if (!ends || Number.isNaN(ends[0]) || (name !== "line/now" && same(ends, frame.array("line/now").data))) continue;
    const [from, to] = [place(ends[0], ends[1]), place(ends[2], ends[3])];
    stroke(context, [from, to], style, colours);
    if (name === "line/now") drawNormal(context, from, to, frame.array("neuron/weights")?.data, place, colours);
  }
}

/** Over the points. */
export function ringExample(context, frame, place, colours) {
  const example = frame.array("neuron/example")?.data;
  if (example) drawRing(context, ...place(example[0], example[1]), 10, colours);
}

/** A line that is seen on every colour of the map: with a seam of the background's. */
function stroke(context, [from, to], { dash, width, strength }, colours) {
  for (const [more, style] of [[2.5, css(colours.background, 0.7)], [0, colours.ink(strength)]]) {
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.setLineDash(dash);
    context.lineWidth = width + more;
    context.strokeStyle = style;
    context.stroke();
  }
  context.setLineDash([]);
}

/** An arrow across the middle of the line, to the side where the sum is above 0. */
function drawNormal(context, from, to, weights, place, colours) {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (!weights || length < 2) return;
  const [ox, oy] = place(0, 0);
  const [ux, uy] = [place(1, 0)[0] - ox, place(0, 1)[1] - oy]; // pixels of a unit to the right, and up
  const side = Math.sign((weights[0] * -dy) / ux + (weights[1] * dx) / uy) || 1;
  const [nx, ny] = [(side * -dy) / length, (side * dx) / length];
  const start = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const tip = [start[0] + nx * ARROW, start[1] + ny * ARROW];
  stroke(context, [start, tip], { dash: [], width: 2.5, strength: 1 }, colours);
  context.beginPath();
  context.moveTo(tip[0] + nx * 8, tip[1] + ny * 8);
  context.lineTo(tip[0] - ny * 6, tip[1] + nx * 6);
  context.lineTo(tip[0] + ny * 6, tip[1] - nx * 6);
  context.closePath();
  context.fillStyle = colours.ink(1);
  context.fill();
}
