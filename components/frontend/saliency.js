// A picture and maps of what mattered in it, painted pixel by pixel; shared by the live view and by sketches.

import { fit, offPage } from "./canvas.js";

/** Dashes of a method's curve, from Plotly's names to SVG's lengths. */
export const DASHES = { dash: "8 5", dot: "2 4", dashdot: "8 4 2 4" };

/** Paint a picture (H, W) or (H, W, 3) of bytes onto a sheet. replaced(pixel) tells whether `by` shows there instead. */
export function paintPicture(sheet, { data, shape: [height, width, depth = 1] }, replaced = null, by = null) {
  sheet.paint(width, height, (rgba, row, column, at) => {
    const pixel = row * width + column;
    const from = replaced?.(pixel) ? by.data : data;
    for (let k = 0; k < 3; k += 1) rgba[at + k] = from[pixel * depth + (depth === 3 ? k : 0)];
  });
}

/**
 * Paint map number `i` of (n, H, W) int8 values in the blue-orange scale; over a picture, when one is given: its grey
 * shines through where nothing mattered.
 */
export function paintMap(sheet, { data, shape }, i, table, picture = null) {
  const [height, width] = shape.slice(-2);
  const depth = picture?.shape[2] ?? 1;
  sheet.paint(width, height, (rgba, row, column, at) => {
    const pixel = row * width + column;
    const value = data[i * height * width + pixel];
    const shade = (value + 128) * 3;
    const strength = picture ? Math.min(1, Math.abs(value) / 100) : 1;
    let grey = 0;
    if (picture) for (let k = 0; k < depth; k += 1) grey += picture.data[pixel * depth + k] / depth;
    for (let k = 0; k < 3; k += 1) rgba[at + k] = strength * table[shade + k] + (1 - strength) * grey;
  });
}

/** What is painted on a sheet, as large as asked for, in a thin frame. */
export function drawFramed(canvas, sheet, side, colours) {
  const context = fit(canvas, side, side);
  context.imageSmoothingEnabled = false;
  context.drawImage(sheet.canvas, 0, 0, side, side);
  context.strokeStyle = colours.ink(0.25);
  context.strokeRect(0.5, 0.5, side - 1, side - 1);
}

/** One canvas after another, wrapped in a row, each with a title above and words below. */
export class Tiles {
  constructor({ smallest = 84, largest = 150, gap = 12 } = {}) {
    Object.assign(this, { smallest, largest, gap });
  }

  /** The side of each of n tiles in this width. */
  side(n, width) {
    const most = Math.max(1, Math.floor((width + this.gap) / (this.smallest + this.gap)));
    const columns = Math.min(n, most);
    return Math.floor(Math.min(this.largest, (width - this.gap * (columns - 1)) / columns));
  }

  /** Cells {title, canvas} side by side on one canvas, to be saved. */
  joined(cells, side, colours) {
    const { canvas, context } = offPage(cells.length * (side + 12), side + 24);
    context.font = `600 13px ${colours.font}`;
    context.fillStyle = colours.ink(1);
    cells.forEach((cell, i) => {
      context.fillText(cell.title.textContent, i * (side + 12), 14);
      context.drawImage(cell.canvas, i * (side + 12), 22, side, side);
    });
    return canvas;
  }
}
