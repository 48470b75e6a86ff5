// The frame of a map: its border, ticks and the names of its two axes.

import { clipped } from "./canvas.js";
import { ticks, tickText } from "./numbers.js";

/** box: {x, y, w, h} in CSS pixels; domain: [x from, x to, y from, y to]; place(x, y) gives pixels. */
export function drawAxes(context, { box: { x, y, w, h }, domain: [x0, x1, y0, y1], names, place, colours }) {
  context.strokeStyle = colours.ink(0.35);
  context.lineWidth = 1;
  context.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
  context.fillStyle = colours.ink(0.7);
  context.font = `11px ${colours.font}`;
  const across = ticks(x0, x1, 6);
  const up = ticks(y0, y1, 6);
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const value of across) context.fillText(tickText(value, across[1] - across[0]), place(value, 0)[0], y + h + 5);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of up) context.fillText(tickText(value, up[1] - up[0]), x - 6, place(0, value)[1]);
  context.fillStyle = colours.ink(0.85);
  context.font = `13px ${colours.font}`;
  context.textAlign = "center";
  context.fillText(clipped(context, names[0] ?? "", w), x + w / 2, y + h + 28);
  context.save();
  context.translate(9, y + h / 2);
  context.rotate(-Math.PI / 2);
  context.fillText(clipped(context, names[1] ?? "", h), 0, 0);
  context.restore();
}
