// The axes of a plane: grid, marks, titles.

import { marksOf } from "./scale.js";

const SVG = "http://www.w3.org/2000/svg";

/** Draw the axes of a Plane into its group. */
export function drawAxes(plane) {
  plane.axes.replaceChildren();
  const { colours, box: { x0, x1, y0, y1 } } = plane;
  const grid = { stroke: colours.ink(0.1), "stroke-width": 1 };
  const text = { fill: colours.ink(0.75), "font-size": 12, "font-family": colours.font };
  const put = (tag, attributes, words = "") => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.textContent = words;
    plane.axes.append(made);
  };
  for (const { value, words } of marksOf(plane.xAxis, (x1 - x0) / 70)) {
    const x = plane.px(value);
    put("line", { x1: x, x2: x, y1: y0, y2: y1, ...grid });
    put("text", { x, y: y1 + 16, "text-anchor": "middle", ...text }, words);
  }
  for (const { value, words } of marksOf(plane.yAxis, (y1 - y0) / 45)) {
    const y = plane.py(value);
    put("line", { x1: x0, x2: x1, y1: y, y2: y, ...grid });
    put("text", { x: x0 - 7, y: y + 4, "text-anchor": "end", ...text }, words);
  }
  put("path", { d: `M${x0} ${y0}V${y1}H${x1}`, fill: "none", stroke: colours.ink(0.35) });
  put("text", { x: (x0 + x1) / 2, y: y1 + 36, "text-anchor": "middle", ...text, "font-size": 13 }, plane.xAxis.title ?? "");
  put("text", { x: 0, y: 0, transform: `translate(14 ${(y0 + y1) / 2}) rotate(-90)`, "text-anchor": "middle", ...text, "font-size": 13 }, plane.yAxis.title ?? "");
}
