// A cart with its pole on a track, on a canvas.

import { ANGLE_LIMIT, X_LIMIT } from "./cartpole_physics.js";

const REACH = X_LIMIT + 0.35; // m to each side of the middle
const TALLEST = 0.72; // of the height: a pole longer than fits is drawn this long

const within = (low, value, high) => Math.min(high, Math.max(low, value));

/**
 * Draw into a box {x, y, w, h}: place in m, angle in rad, length of the pole in m. push: −1, 0 or 1, an arrow at the cart.
 * over: the episode has ended there.
 */
export function drawCart(context, box, { place, angle, length, push = 0, over = false, colour }, colours) {
  const { x, y, w, h } = box;
  const scale = w / (2 * REACH);
  const ground = y + h - Math.max(12, h * 0.12);
  const at = (metres) => x + w / 2 + metres * scale;
  context.save();
  context.beginPath();
  context.rect(x, y, w, h);
  context.clip();
  context.lineWidth = 1.5;
  context.strokeStyle = colours.ink(0.35);
  line(context, at(-X_LIMIT), ground, at(X_LIMIT), ground);
  for (const end of [-X_LIMIT, X_LIMIT]) line(context, at(end), ground - 8, at(end), ground + 8);
  const [wide, tall] = [within(22, 0.5 * scale, 64), within(10, 0.22 * scale, 26)];
  const hinge = [at(place), ground - tall];
  const long = Math.min(length * scale, (ground - tall - y) * (TALLEST / 0.88));
  context.setLineDash([3, 4]);
  context.strokeStyle = colours.ink(0.28);
  for (const side of [-1, 1]) {
    line(context, ...hinge, hinge[0] + long * Math.sin(side * ANGLE_LIMIT), hinge[1] - long * Math.cos(ANGLE_LIMIT));
  }
  context.setLineDash([]);
  context.globalAlpha = over ? 0.45 : 1;
  context.fillStyle = colours.ink(0.75);
  context.beginPath();
  context.roundRect(at(place) - wide / 2, ground - tall, wide, tall, 3);
  context.fill();
  context.lineCap = "round";
  context.lineWidth = within(4, 0.09 * scale, 9);
  context.strokeStyle = colour;
  line(context, ...hinge, hinge[0] + long * Math.sin(angle), hinge[1] - long * Math.cos(angle));
  if (push && !over) arrow(context, at(place) + push * (wide / 2 + 3), ground - tall / 2, push * Math.max(14, 0.35 * scale), push > 0 ? colours.positive : colours.negative);
  context.restore();
}

function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

function arrow(context, x, y, length, colour) {
  const head = Math.sign(length) * 6;
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 3;
  line(context, x, y, x + length - head, y);
  context.beginPath();
  context.moveTo(x + length, y);
  context.lineTo(x + length - head * 1.3, y - 5);
  context.lineTo(x + length - head * 1.3, y + 5);
  context.fill();
}
