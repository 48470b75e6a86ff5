// The level under a brush: what each tool does to its rows, undo, and what the page has been told of it.

import { AIR, BLOCK, FLAG, GROUND, rowsOf, SOLIDS, START, textOf, WIDEST } from "./platformer_level.js";

const MOST_UNDO = 200;
const NARROWEST = 8;

export class Brush {
  /** send(text): tell the page. */
  constructor(send) {
    this.send = send;
    this.rows = null;
    this.past = [];
    this.sent = []; // told, but not yet come back with the page's data
    this.known = null; // what the page held last
  }

  get text() {
    return textOf(this.rows);
  }

  get width() {
    return this.rows[0].length;
  }

  /**
   * What the page holds now: an echo of what was sent is no news, anything else takes the place of what was painted.
   * refused: what the page would not take; that is an answer to what was sent, too. Whether there are other rows now.
   */
  show(text, refused = null) {
    const answered = Math.max(this.sent.indexOf(text), this.sent.indexOf(refused));
    const echo = this.sent.includes(text) || text === this.known;
    this.known = text;
    if (answered >= 0) this.sent.splice(0, answered + 1);
    if (echo) return false;
    const rows = rowsOf(text);
    if (!rows) return false;
    this.sent = [];
    if (this.rows && this.text !== text) this.keep();
    this.rows = rows;
    return true;
  }

  keep() {
    this.past.push(this.rows);
    if (this.past.length > MOST_UNDO) this.past.shift();
  }

  /** A stroke begins: what is there now is what undo goes back to. */
  begin() {
    this.before = this.rows;
  }

  end() {
    if (this.before && this.before !== this.rows) {
      const now = this.rows;
      this.rows = this.before;
      this.keep();
      this.rows = now;
      this.tell();
    }
    this.before = null;
  }

  /** A letter in one cell. There is one start and one flag: painting one moves it. */
  paint(column, row, letter) {
    if (this.rows[row]?.[column] === undefined || this.rows[row][column] === letter) return;
    const alone = letter === START || letter === FLAG;
    this.rows = this.rows.map((old, r) => {
      const cleared = alone ? old.replaceAll(letter, AIR) : old;
      return r === row ? cleared.slice(0, column) + letter + cleared.slice(column + 1) : cleared;
    });
  }

  change(rows) {
    this.keep();
    this.rows = rows;
    this.tell();
  }

  /** More columns before the flag, as its neighbour without things; or fewer. Whether that was possible. */
  widen(by) {
    const column = this.rows.map((row) => row.indexOf(FLAG)).find((at) => at >= 0) ?? this.width;
    const start = this.rows.map((row) => row.indexOf(START)).find((at) => at >= 0) ?? -1;
    const room = by < 0 ? Math.min(-by, this.width - NARROWEST, column - start - 1) : Math.min(by, WIDEST - this.width);
    if (room <= 0) return false;
    this.change(this.rows.map((row) => {
      if (by < 0) return row.slice(0, column - room) + row.slice(column);
      const beside = row[Math.max(0, column - 1)];
      return row.slice(0, column) + (SOLIDS.includes(beside) && beside !== BLOCK ? beside : AIR).repeat(room) + row.slice(column);
    }));
    return true;
  }

  /** Nothing but ground, the start and the flag. */
  clear() {
    const { width } = this;
    const height = this.rows.length;
    this.change(this.rows.map((_, row) => {
      if (row >= Math.max(1, height - 2)) return GROUND.repeat(width);
      if (row !== Math.max(0, height - 3)) return AIR.repeat(width);
      return `${AIR.repeat(2)}${START}${AIR.repeat(width - 6)}${FLAG}${AIR.repeat(2)}`;
    }));
  }

  undo() {
    if (this.past.length === 0) return;
    this.rows = this.past.pop();
    this.tell();
  }

  tell() {
    const { text } = this;
    if (text === (this.sent.at(-1) ?? this.known)) return;
    this.sent.push(text);
    this.send(text);
  }
}
