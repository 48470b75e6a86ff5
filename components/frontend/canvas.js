// Canvases at the screen's own resolution, and small maps painted on them.

/** Pixels of the screen in a CSS pixel, as canvases are drawn. */
export const fineness = () => Math.min(3, window.devicePixelRatio || 1);

/** The 2-D context of a canvas sized in CSS pixels; everything drawn afterwards is in CSS pixels. */
export function fit(canvas, width, height) {
  const ratio = fineness();
  const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** A canvas to be saved that never is on the page: it knows its size in CSS pixels all the same. */
export function offPage(width, height) {
  const canvas = document.createElement("canvas");
  canvas.getBoundingClientRect = () => ({ width, height });
  return { canvas, context: fit(canvas, width, height) };
}

/** A picture that is painted pixel by pixel and then stretched onto another canvas. */
export class Sheet {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  /** pixels(rgba, row, column, at) is called for each pixel, rows from the top; `at` indexes rgba. */
  paint(columns, rows, pixel) {
    if (this.image?.width !== columns || this.image?.height !== rows) {
      this.canvas.width = columns;
      this.canvas.height = rows;
      this.image = this.context.createImageData(columns, rows);
      this.image.data.fill(255);
    }
    const rgba = this.image.data;
    for (let row = 0, at = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1, at += 4) pixel(rgba, row, column, at);
    }
    this.context.putImageData(this.image, 0, 0);
  }
}

/** The value at (u columns, v rows) inside a map, between its samples; `base` is where the map begins in data. */
export function between(data, base, rows, columns, u, v) {
  const i = Math.min(rows - 2, v | 0);
  const j = Math.min(columns - 2, u | 0);
  const k = base + i * columns + j;
  const low = data[k] + (u - j) * (data[k + 1] - data[k]);
  const high = data[k + columns] + (u - j) * (data[k + columns + 1] - data[k + columns]);
  return low + (v - i) * (high - low);
}

/** Maps (n, S, S) of int8 values, one above another on one sheet; row 0 of a map is its lowest y. */
export class MapSheet {
  constructor() {
    this.sheet = new Sheet();
    this.side = 0;
    this.n = 0;
  }

  paint(array, table) {
    this.n = array?.shape.length === 3 ? array.shape[0] : 0;
    if (this.n === 0) return;
    const { data, shape: [n, size] } = array;
    const fine = n > 48 ? 2 : 3; // smoothed as values, coloured after: no white teeth along a sharp border
    const side = (size - 1) * fine + 1;
    this.side = side;
    this.sheet.paint(side, n * side, (rgba, row, column, at) => {
      const map = (row / side) | 0;
      const up = (side - 1 - (row - map * side)) / fine;
      const value = between(data, map * size * size, size, size, column / fine, up);
      const from = Math.max(0, Math.min(255, Math.round(value) + 128)) * 3;
      rgba[at] = table[from];
      rgba[at + 1] = table[from + 1];
      rgba[at + 2] = table[from + 2];
    });
  }

  draw(context, map, x, y, size) {
    if (map >= this.n) return false;
    const { side } = this;
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(this.sheet.canvas, 0.5, map * side + 0.5, side - 1, side - 1, x, y, size, size);
    return true;
  }
}

/** Text cut with an ellipsis to fit a width. */
export function clipped(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 1 && context.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end)}…`;
}
