// The world as the pictures need it: what is in a cell, where a move ends, and the world as one line of text.
// The same rules as models/gridworld_dynamics.py and models/gridworld_world.py; a browser test compares them.

import { MINUS } from "./numbers.js";

export const LETTERS = ".xSGPCurdl";
export const [FLOOR, WALL, START, GOAL, PIT, CLIFF, WIND] = [0, 1, 2, 3, 4, 5, 6];
export const NAMES = ["Floor", "Wall", "Start", "Goal", "Pit", "Cliff", "Wind up", "Wind right", "Wind down", "Wind left"];
export const ARROWS = ["↑", "→", "↓", "←"];
export const WORDS = ["up", "right", "down", "left"];
export const MOVES = [[-1, 0], [0, 1], [1, 0], [0, -1]];
export const HIGHEST = 12;
export const WIDEST = 16;

/** {rows, columns, cells, own: cell → reward} of a frame. */
export function worldOf(frame) {
  const { data, shape: [rows, columns] } = frame.array("grid/cells");
  const gains = frame.array("grid/gains").data;
  const own = new Map();
  frame.array("grid/own").data.forEach((flag, at) => {
    if (flag) own.set(at, rounded(gains[at]));
  });
  return { rows, columns, cells: Array.from(data), own };
}

export const rounded = (value) => Math.round(value * 1000) / 1000 + 0;

export function textOf({ rows, columns, cells, own }) {
  const lines = Array.from({ length: rows }, (_, i) => cells.slice(i * columns, (i + 1) * columns).map((kind) => LETTERS[kind]).join(""));
  const rewards = [...own].sort(([a], [b]) => a - b).map(([at, value]) => `~${Math.floor(at / columns) + 1}.${(at % columns) + 1}=${value}`);
  return lines.join("/") + rewards.join("");
}

export const copyOf = (world) => ({ ...world, cells: [...world.cells], own: new Map(world.own) });

/** Whether an agent can stand on a cell and act. */
export const live = (kind) => kind === FLOOR || kind === START || kind >= WIND;

function neighbour({ rows, columns, cells }, at, action) {
  const [row, column] = [Math.floor(at / columns) + MOVES[action][0], (at % columns) + MOVES[action][1]];
  if (row < 0 || row >= rows || column < 0 || column >= columns) return at;
  const there = row * columns + column;
  return cells[there] === WALL ? at : there;
}

/** The possible outcomes of an action: [{chance, to, reward}], those that cannot happen left out. */
export function outcomes(world, gains, slip, at, action) {
  const meant = [[1 - slip, action], [slip / 2, (action + 1) % 4], [slip / 2, (action + 3) % 4]];
  return meant.filter(([chance]) => chance > 0).map(([chance, way]) => {
    let to = neighbour(world, at, way);
    const wind = world.cells[at] - WIND;
    if (wind >= 0) to = neighbour(world, to, wind);
    return { chance, reward: gains[to], to: world.cells[to] === CLIFF ? world.cells.indexOf(START) : to };
  });
}

/** What an action is worth when the next cell is worth values[cell]. */
export const worth = (found, gamma, values) => found.reduce((sum, { chance, reward, to }) => sum + chance * (reward + gamma * values[to]), 0);

/** A number as it stands in the arithmetic: three digits, no zeros behind them. */
export const tidy = (value) => (Math.abs(value) < 1e-6 ? "0" : Number.isFinite(value) ? String(Number(value.toPrecision(3)) + 0).replace(/-/g, MINUS) : "–");

/** A number as it stands in a cell: as many decimals as fit. */
export function short(value, places = 2) {
  const size = Math.abs(value);
  const text = value.toFixed(size >= 100 ? 0 : size >= 10 ? Math.min(1, places) : places);
  return (Number(text) === 0 ? "0" : text).replace("-", MINUS);
}

export const place = (at, columns) => `row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1}`;
