// The data on a map: training points are filled discs, test points rings shaped as diamonds.

import { css } from "./colour.js";

function outlineOf(context, diamond, x, y, radius) {
  context.beginPath();
  if (diamond) {
    const reach = radius * 1.3;
    context.moveTo(x, y - reach);
    context.lineTo(x + reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x - reach, y);
    context.closePath();
  } else {
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
}

/** One example: a disc, or a diamond for a test point. */
export function drawPoint(context, x, y, radius, { diamond, colour, rim, width }) {
  outlineOf(context, diamond, x, y, radius);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = width;
  context.strokeStyle = rim;
  context.stroke();
}

export function rimOf(colours, diamond, numbers = false) {
  if (!diamond && !numbers) return colours.outline;
  return css(colours.dark ? [255, 255, 255] : [20, 24, 30], diamond ? 0.85 : 0.6);
}

/** A ring around a place, seen on every colour. */
export function drawRing(context, x, y, radius, colours) {
  for (const [width, style] of [[4.5, css(colours.background)], [2, colours.ink(1)]]) {
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke();
  }
}

/** Draw facts' points of one split ("train" or "test"), all or `only` some; place(x, y) gives canvas coordinates. */
export function drawPoints(context, facts, split, place, colours, radius, only = null) {
  const points = facts.array(`points/${split}`);
  const targets = facts.array(`targets/${split}`);
  if (!points || !targets) return;
  const numbers = facts.get("task") === "numbers";
  const n_classes = facts.get("class_names", []).length;
  const [low, high] = facts.get("value_range", [-1, 1]);
  const diamond = split === "test";
  const style = { diamond, rim: rimOf(colours, diamond, numbers), width: diamond ? 1.4 : numbers ? 1 : 1.2 };
  const one = (i) => {
    const [x, y] = place(points.data[2 * i], points.data[2 * i + 1]);
    const value = targets.data[i];
    const colour = numbers ? colours.at((2 * (value - low)) / (high - low || 1) - 1) : colours.ofClass(value, n_classes);
    drawPoint(context, x, y, radius, { ...style, colour });
    if (only) drawRing(context, x, y, radius * 2.2, colours);
  };
  if (only) only.filter((i) => i < targets.data.length).forEach(one);
  else for (let i = 0; i < targets.data.length; i += 1) one(i);
}
