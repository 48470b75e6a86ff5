// The confusion matrix as a picture to save: on screen it is a table of buttons.

import { clipped, fit } from "./canvas.js";
import { count } from "./numbers.js";

const CELL = { w: 68, h: 46 };
const NAMES = 130; // pixels for the names of the rows

/** A whole number of percent is as much as a few hundred examples can tell. */
export function wholePercent(share) {
  return Number.isFinite(share) ? `${Math.round(100 * share)} %` : "–";
}

/** panel: {classes, answers, colours, name(class), colourOf(actual, answered, share)}. */
export function paintMatrix(canvas, panel) {
  const { classes, answers, colours } = panel;
  const n = classes.length;
  const [left, top] = [NAMES + 16, 54];
  const [width, height] = [left + n * CELL.w + 10, top + n * CELL.h + 10];
  const context = fit(canvas, width, height);
  const write = (text, x, y, { size = 13, align = "center", strength = 1, weight = "" } = {}) => {
    context.font = `${weight} ${size}px ${colours.font}`;
    context.textAlign = align;
    context.textBaseline = "middle";
    context.fillStyle = colours.ink(strength);
    context.fillText(text, x, y);
  };
  write("network's answer", left + (n * CELL.w) / 2, 14, { size: 12, strength: 0.7 });
  write("actual class", left - 8, 38, { size: 12, align: "right", strength: 0.7 });
  context.font = `13px ${colours.font}`;
  classes.forEach((k, i) => write(clipped(context, panel.name(k), CELL.w - 8), left + (i + 0.5) * CELL.w, 38));
  classes.forEach((actual, i) => {
    const y = top + i * CELL.h;
    context.font = `13px ${colours.font}`;
    write(clipped(context, panel.name(actual), NAMES), left - 8, y + CELL.h / 2, { align: "right" });
    classes.forEach((answered, j) => {
      const x = left + j * CELL.w;
      const share = answers.share(actual, answered);
      context.fillStyle = panel.colourOf(actual, answered, share);
      context.fillRect(x + 1, y + 1, CELL.w - 2, CELL.h - 2);
      context.strokeStyle = colours.ink(0.2);
      context.lineWidth = 1;
      context.strokeRect(x + 1.5, y + 1.5, CELL.w - 3, CELL.h - 3);
      write(count(answers.count(actual, answered)), x + CELL.w / 2, y + CELL.h / 2 - 8, { size: 15, weight: "600" });
      write(wholePercent(share), x + CELL.w / 2, y + CELL.h / 2 + 11, { size: 11, strength: 0.85 });
    });
  });
}
