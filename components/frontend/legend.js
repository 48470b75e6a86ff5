// What the colours of a picture mean.

import { element } from "./elements.js";
import { number } from "./numbers.js";

const label = (text) => element("span", { className: "lv-legend-text", text, title: text });

/** A colour and, as a node, what it stands for. */
export function swatch(colour, words) {
  const box = element("span", { className: "lv-swatch" });
  box.style.background = colour;
  return element("span", { className: "lv-legend-item" }, box, words);
}

/** The nodes of a decision map's legend: a swatch for each of several classes, else a scale with its two ends. */
export function legendOf(facts, colours) {
  const numeric = facts.get("task") === "numbers";
  const classes = facts.get("class_names", []);
  if (!numeric && classes.length > 2) return classes.map((name, i) => swatch(colours.ofClass(i, classes.length), label(name)));
  const bar = element("span", { className: "lv-scale" });
  bar.style.background = colours.gradient();
  const [low, high] = facts.get("value_range", [0, 1]);
  const ends = numeric ? [number(low), number(high)] : [classes[0] ?? "0", classes[1] ?? "1"];
  const name = numeric ? element("span", { className: "lv-legend-name", text: facts.get("target_name", "") }) : null;
  bar.title = numeric ? "The network's answer" : "Which class the network answers, and how sure it is";
  return [label(ends[0]), bar, label(ends[1]), name].filter(Boolean);
}
