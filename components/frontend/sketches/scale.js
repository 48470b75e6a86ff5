// Where a value stands on an axis, linear or in decades, and the marks along it.

import { ticks, tickText } from "../numbers.js";

/** The place of a value on its axis, 0 at the low end and 1 at the high one; NaN where a log axis has none. */
export function share(value, { low, high, log }) {
  if (!log) return (value - low) / (high - low || 1);
  return value > 0 ? (Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low) || 1) : NaN;
}

/** The value at a place of the axis. */
export function valueAt(at, { low, high, log }) {
  return log ? 10 ** (Math.log10(low) + at * (Math.log10(high) - Math.log10(low))) : low + at * (high - low);
}

/** The value, or the nearest end of its axis. */
export const within = (value, { low, high }) => Math.min(high, Math.max(low, value));

/** Ticks of an axis: its own `marks` (values, or {value, words}) when it has any, else round numbers or powers of ten. */
export function marksOf({ low, high, log, marks }, wanted) {
  if (marks) return marks.map((mark) => (typeof mark === "object" ? mark : { value: mark, words: String(mark) }));
  if (log) {
    const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const every = Math.max(1, Math.ceil((to - from + 1) / Math.max(2, wanted)));
    const found = [];
    for (let power = from; power <= to; power += every) found.push({ value: 10 ** power, words: power >= -3 && power <= 4 ? String(10 ** power) : `1e${power}`.replace("-", "−") });
    return found;
  }
  const places = ticks(low, high, Math.max(2, Math.min(8, wanted)));
  const spacing = places.length > 1 ? places[1] - places[0] : high - low;
  return places.map((value) => ({ value, words: tickText(value, spacing) }));
}
