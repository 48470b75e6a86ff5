// A level of the platform game as its text tells it: the letters of models/platformer_level.py, and where its things go.

export const AIR = ".";
export const SOLIDS = "gbq"; // letters of tiles that cannot be entered
export const [GROUND, BRICK, BLOCK, COIN, START, FLAG, WALKER] = ["g", "b", "q", "c", "s", "f", "w"];
export const PLATFORMS = "hv"; // sideways, up and down
const LETTERS = ".gbqcsfwhv";
export const WIDEST = 400;
const HIGHEST = 20;

// The same numbers as models/platformer_moving.py: tiles per tick, and how far from home.
const WALK = 120 / 4096;
const GLIDE = 160 / 4096;
const BEAT = 6;
const TRAVEL = 4;
const HEADROOM = 5; // rows above the highest thing that a jump from there needs

/** Rows of letters, top first, from a text such as "20._3.s12.f3._20g"; null for what is no grid of tiles. */
export function rowsOf(text) {
  const rows = String(text).split("_").map((row) => {
    let width = 0;
    const runs = Array.from(row.matchAll(/([0-9]{0,4})([^0-9])/g), ([, digits, letter]) => {
      const n = digits ? Number(digits) : 1;
      width += n;
      return width <= WIDEST && LETTERS.includes(letter) ? letter.repeat(n) : "?";
    });
    return runs.join("");
  });
  const legal = rows.length <= HIGHEST && rows[0].length > 0 && rows.every((row) => row.length === rows[0].length && !row.includes("?"));
  return legal ? rows : null;
}

/** The text of rows of letters: a count stands before a letter that repeats. */
export function textOf(rows) {
  return rows.map((row) => row.replace(/(.)\1*/g, (run) => `${run.length > 1 ? run.length : ""}${run[0]}`)).join("_");
}

/** Where a thing is at a tick that goes to and fro between low and high, from home, at first down if speed < 0. */
function wave(tick, home, low, high, speed) {
  const length = high - low;
  if (length <= 0) return low;
  const begin = speed > 0 ? home - low : 2 * length - (home - low);
  return low + length - Math.abs(((begin + Math.abs(speed) * tick) % (2 * length)) - length);
}

/** A level ready to be drawn. */
export class Stage {
  constructor(rows) {
    this.rows = rows;
    this.height = rows.length;
    this.width = rows[0].length;
    this.start = this.cells(START)[0] ?? [0, 0];
    this.flag = this.cells(FLAG)[0] ?? null;
    this.items = leftToRight([...this.cells(COIN), ...this.cells(BLOCK)]);
    this.itemAt = new Map(this.items.map(([column, row], i) => [row * this.width + column, i]));
    this.walkers = leftToRight(this.cells(WALKER)).map(([column, row]) => ({ column, row, ...this.beat(column, row) }));
    this.platforms = this.findPlatforms();
    this.ground = this.runs(GROUND);
    const first = rows.findIndex((row) => /[^.]/.test(row));
    this.ceiling = Math.max(0, Math.min(rows.length - 3, first - HEADROOM)); // rows above it hold nothing, and no jump gets there
  }

  /** The hero at the start, before anything has moved. */
  get still() {
    return { x: this.start[0] + 0.125, y: this.start[1] + 0.125, facing: 1, ground: true, over: 0, tick: 0 };
  }

  static read(text) {
    const rows = rowsOf(text);
    return rows && new Stage(rows);
  }

  get text() {
    return textOf(this.rows);
  }

  at(column, row) {
    return this.rows[row]?.[column] ?? AIR;
  }

  cells(letter) {
    const found = [];
    this.rows.forEach((row, r) => {
      for (let c = row.indexOf(letter); c >= 0; c = row.indexOf(letter, c + 1)) found.push([c, r]);
    });
    return found;
  }

  /** A letter as few rectangles [column, row, length]. */
  runs(letter) {
    const found = [];
    this.rows.forEach((row, r) => {
      for (const match of row.matchAll(new RegExp(`${letter}+`, "g"))) found.push([match.index, r, match[0].length]);
    });
    return found;
  }

  beat(column, row) {
    const free = (c) => c >= 0 && c < this.width && !SOLIDS.includes(this.at(c, row)) && SOLIDS.includes(this.at(c, row + 1));
    let [low, high] = [column, column];
    while (column - low < BEAT && free(low - 1)) low -= 1;
    while (high - column < BEAT && free(high + 1)) high += 1;
    return { low, high };
  }

  findPlatforms() {
    const found = [];
    this.rows.forEach((row, r) => {
      for (const match of row.matchAll(/h+|v+/g)) {
        const one = { column: match.index, row: r, width: match[0].length, upright: match[0][0] === "v" };
        found.push({ ...one, ...this.travel(one) });
      }
    });
    return found.sort((a, b) => a.column - b.column || a.row - b.row);
  }

  travel({ column, row, width, upright }) {
    const home = upright ? row : column;
    const free = (at) => {
      const [c, r] = upright ? [column, at] : [at, row];
      if (c < 0 || c + width > this.width || r < 1 || r >= this.height) return false;
      for (const over of [r - 1, r]) for (let k = c; k < c + width; k += 1) if (SOLIDS.includes(this.at(k, over))) return false;
      return true;
    };
    let [low, high] = [home, home];
    while (home - low < TRAVEL && free(low - 1)) low -= 1;
    while (high - home < TRAVEL && free(high + 1)) high += 1;
    return { low, high };
  }

  /** [left of its cell, its row] of each walker at a tick. */
  walkersAt(tick) {
    return this.walkers.map(({ column, row, low, high }) => [wave(tick, column, low, high, -WALK), row]);
  }

  /** [left, top, width] of each platform at a tick. */
  platformsAt(tick) {
    return this.platforms.map(({ column, row, width, upright, low, high }) =>
      (upright ? [column, wave(tick, row, low, high, -GLIDE), width] : [wave(tick, column, low, high, GLIDE), row, width]));
  }
}

const leftToRight = (cells) => cells.sort(([a, b], [c, d]) => a - c || b - d);
