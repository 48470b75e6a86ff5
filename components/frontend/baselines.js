// Naive and classical scores as dashed lines in a chart. Lines too close for a label each share one.

import { plain } from "./plot.js";

const LABEL_HEIGHT = 17; // pixels, of one line of text with its padding
const LETTER = 5.6; // pixels, about, at the size of a label

/** Where the label of a group of lines (highest first) goes: over them if there is room up to `limit`, else under. */
function placed(lines, limit, tall) {
  const under = lines[0].at + tall > limit;
  const lowest = lines[lines.length - 1].at;
  return { lines, limit, under, from: under ? lowest - tall : lowest };
}

/** Lines, highest first, in groups with a label each; a line that would run through the label above joins its group. */
function grouped(lines, tall, high) {
  const groups = [];
  for (const line of lines) {
    const above = groups[groups.length - 1];
    if (above && line.at > above.from) groups[groups.length - 1] = placed([...above.lines, line], above.limit, tall);
    else groups.push(placed([line], above?.from ?? high, tall));
  }
  return groups;
}

/** As many names as fit a width, the best first, and how many more there are. */
function labelOf(lines, width) {
  const names = lines.map(({ name }) => name);
  for (let n = names.length; n > 1; n -= 1) {
    const rest = names.length - n;
    const text = names.slice(0, n).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
    if (text.length * LETTER <= width) return text;
  }
  return names.length > 1 ? `${names[0]} and ${names.length - 1} more` : names[0];
}

/**
 * Plotly shapes for baselines [{name, value}] in an axis from low to high (powers of ten when log), behind the curves, and
 * annotations that name them, before the curves: one may cross a name but not hide it.
 */
export function baselineLines(baselines, low, high, { log, colours, width, height }) {
  const lines = baselines
    .map(({ name, value }) => ({ name, value, at: log ? Math.log10(value) : value }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((a, b) => b.at - a.at);
  const tall = ((high - low) * LABEL_HEIGHT) / height;
  const shapes = lines.map(({ value }) => ({
    type: "line", xref: "paper", x0: 0, x1: 1, y0: value, y1: value, layer: "below",
    line: { color: colours.ink(0.5), width: 1.4, dash: "dash" },
  }));
  const annotations = grouped(lines, tall, high).map((group) => {
    const under = group.under && group.from >= low; // no label may leave the chart
    return {
      text: plain(labelOf(group.lines, width)), showarrow: false, font: { size: 11, color: colours.ink(0.85) },
      xref: "paper", x: 1, xanchor: "right", xshift: -2, y: group.lines[under ? group.lines.length - 1 : 0].at,
      yanchor: under ? "top" : "bottom", yshift: under ? -2 : 2, borderpad: 0,
    };
  });
  return { shapes, annotations };
}
