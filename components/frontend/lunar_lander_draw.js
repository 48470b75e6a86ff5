// The moon, the pad between its flags, a lander with its flames, and the ways that flights took, on a canvas.

import { css } from "./colour.js";

export const WORLD = { width: 20, height: 400 / 30 }; // units of the physics engine, as Gymnasium shows them
const PAD = { from: 8, to: 12, height: 3.3 }; // the ground there is flat
const STARS = Array.from({ length: 40 }, (_, i) => [(i * 0.6180339) % 1, ((i * 0.7548777) % 1) * 0.72, 0.5 + ((i * 0.5698403) % 1)]);
export const MARKS = ["◆", "●", "✕", "▶"]; // cut off, landed, crashed, left the picture

const colourOf = (ending, colours) => [colours.ink(0.75), colours.positive, colours.negative, colours.categories[3]][ending];

/** Places of the world on a canvas of this width. */
export function projection(width) {
  const scale = width / WORLD.width;
  return { scale, width, height: WORLD.height * scale, x: (x) => x * scale, y: (y) => (WORLD.height - y) * scale };
}

/** Sky, ground (11 heights) and pad. */
export function drawMoon(context, to, ground, colours) {
  context.clearRect(0, 0, to.width, to.height);
  context.fillStyle = colours.ink(0.04);
  context.fillRect(0, 0, to.width, to.height);
  context.fillStyle = colours.ink(0.3);
  for (const [x, y, size] of STARS) dot(context, x * to.width, y * to.height, size);
  context.beginPath();
  context.moveTo(0, to.height);
  ground.forEach((height, i) => context.lineTo(to.x((i * WORLD.width) / (ground.length - 1)), to.y(height)));
  context.lineTo(to.width, to.height);
  context.closePath();
  context.fillStyle = colours.ink(0.16);
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = colours.ink(0.45);
  context.stroke();
  context.strokeStyle = colours.ink(0.85);
  context.lineWidth = 4;
  line(context, to.x(PAD.from), to.y(PAD.height), to.x(PAD.to), to.y(PAD.height));
  for (const x of [PAD.from, PAD.to]) flag(context, to, x, colours);
}

function flag(context, to, x, colours) {
  const [px, foot, top] = [to.x(x), to.y(PAD.height), to.y(PAD.height + 1.5)];
  context.lineWidth = 1.5;
  context.strokeStyle = colours.ink(0.85);
  line(context, px, foot, px, top);
  context.fillStyle = colours.categories[4];
  shape(context, [[px, top], [px + 0.8 * to.scale, top + 0.25 * to.scale], [px, top + 0.5 * to.scale]]);
  context.fill();
}

/** A flight's way, points [x, y] of the world, up to its end; strong for the one looked at. */
export function drawTrace(context, to, points, ending, strong, colours) {
  context.save();
  context.globalAlpha = strong ? 0.9 : 0.3;
  context.strokeStyle = colourOf(ending, colours);
  context.lineWidth = strong ? 2 : 1.5;
  context.setLineDash([[2, 4], [], [7, 4], [2, 3, 7, 3]][ending]); // as well told without colours
  context.beginPath();
  points.forEach(([x, y], i) => (i ? context.lineTo(to.x(x), to.y(y)) : context.moveTo(to.x(x), to.y(y))));
  context.stroke();
  context.restore();
}

/** The sign of how a flight ended, where it ended. */
export function drawMark(context, to, [x, y], ending, strong, colours) {
  context.save();
  context.globalAlpha = strong ? 1 : 0.55;
  context.fillStyle = colourOf(ending, colours);
  context.font = `${strong ? 17 : 13}px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(MARKS[ending], Math.min(to.width - 8, Math.max(8, to.x(x))), Math.min(to.height - 8, Math.max(8, to.y(y))));
  context.restore();
}

/** The lander: place [x, y] of its middle, tilt in rad (positive to the left), action 0 … 3, contact: bit 1 and 2 for the legs. */
export function drawLander(context, to, { x, y, tilt, action, contact, flicker, broken }, colours) {
  const s = to.scale;
  context.save();
  context.translate(to.x(x), to.y(y));
  context.rotate(-tilt);
  context.scale(s, -s); // units of the world, upwards
  if (action) flame(context, action, flicker, colours);
  context.lineCap = context.lineJoin = "round";
  for (const side of [1, -1]) leg(context, side, Boolean(contact & (side > 0 ? 1 : 2)), colours);
  context.lineWidth = 1.5 / s;
  context.strokeStyle = colours.ink(0.9);
  context.fillStyle = colours.ink(0.55);
  shape(context, [[-0.16, -0.3], [0.16, -0.3], [0.26, -0.48], [-0.26, -0.48]]); // the nozzle
  context.fill();
  context.fillStyle = broken ? colours.negative : colours.categories[0];
  shape(context, [[-0.57, -0.33], [0.57, -0.33], [0.57, 0], [0.47, 0.12], [-0.47, 0.12], [-0.57, 0]]); // what stays on the moon
  context.fill();
  context.stroke();
  shape(context, [[-0.42, 0.12], [0.42, 0.12], [0.42, 0.36], [0.22, 0.57], [-0.22, 0.57], [-0.42, 0.36]]); // the cabin
  context.fillStyle = css(colours.background);
  context.fill();
  context.stroke();
  context.fillStyle = colours.ink(0.7);
  shape(context, [[-0.24, 0.24], [-0.04, 0.24], [-0.04, 0.42], [-0.16, 0.42]]);
  context.fill();
  shape(context, [[0.24, 0.24], [0.04, 0.24], [0.04, 0.42], [0.16, 0.42]]);
  context.fill();
  context.restore();
}

/** A leg gives way a little when it stands. */
function leg(context, side, stands, colours) {
  const foot = stands ? [0.98 * side, -0.52] : [0.92 * side, -0.6];
  context.lineWidth = 0.1;
  context.strokeStyle = stands ? colours.positive : colours.ink(0.75);
  line(context, 0.5 * side, -0.1, ...foot);
  context.lineWidth = 0.06;
  line(context, 0.3 * side, -0.33, 0.75 * side, -0.36);
  context.lineWidth = 0.12;
  line(context, foot[0] - 0.14, foot[1], foot[0] + 0.14, foot[1]);
}

function flame(context, action, flicker, colours) {
  const long = 0.75 + 0.25 * flicker;
  context.fillStyle = colours.negative;
  if (action === 2) {
    shape(context, [[-0.24, -0.48], [0.24, -0.48], [0.08, -0.48 - long], [-0.08, -0.48 - long]]);
    context.fill();
    context.fillStyle = colours.categories[4];
    shape(context, [[-0.12, -0.48], [0.12, -0.48], [0, -0.48 - 0.6 * long]]);
    context.fill();
    return;
  }
  const side = action === 1 ? 1 : -1; // a push to the left comes out on the right
  shape(context, [[0.44 * side, 0.42], [0.44 * side, 0.24], [(0.44 + 0.6 * long) * side, 0.33]]);
  context.fill();
}


function dot(context, x, y, radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

function shape(context, corners) {
  context.beginPath();
  corners.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
