// Plotly, loaded once for the document, and the look that every chart of it shares.

import { channels, css, mix } from "./colour.js";

let loading = null;

/** window.Plotly, from our own server; rejects with a sentence when it cannot be loaded. */
export function plotly() {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL("./plotly.min.js", import.meta.url).href;
    script.async = true;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = null;
      script.remove();
      reject(new Error("The chart library could not be loaded. Reload the page to try again."));
    };
    document.head.append(script);
  });
  return loading;
}

export const CONFIG = { displayModeBar: false, responsive: false, doubleClick: false, showTips: false };

/** Plotly reads a little HTML in its texts; names from data must stay text. */
export function plain(text) {
  return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function axis(colours, title) {
  return {
    title: { text: plain(title), font: { size: 13 }, standoff: 6 },
    gridcolor: colours.ink(0.1),
    linecolor: colours.ink(0.3),
    tickcolor: colours.ink(0.3),
    zeroline: false,
    showline: true,
    ticks: "outside",
    ticklen: 4,
    fixedrange: true,
    spikecolor: colours.ink(0.45),
    spikethickness: 1,
    automargin: false,
  };
}

/** A layout on this page's background, with fixed margins so that nothing moves when numbers get longer. */
export function layoutFor(colours, { x = "", y = "", width, height }) {
  return {
    width,
    height,
    autosize: false,
    paper_bgcolor: css(colours.background),
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: colours.font, size: 12, color: colours.ink(0.85) },
    colorway: colours.categories,
    margin: { l: 58, r: 14, t: 24, b: 42 },
    xaxis: axis(colours, x),
    yaxis: axis(colours, y),
    legend: { orientation: "h", x: 0, y: 1, yanchor: "bottom", xanchor: "left", font: { size: 12 }, itemclick: false, itemdoubleclick: false },
    hovermode: "x unified",
    hoverlabel: { bgcolor: css(colours.background), bordercolor: colours.ink(0.25), font: { color: colours.ink(1), family: colours.font } },
    dragmode: false,
    showlegend: true,
  };
}

/** {colorscale} for the two scales that follow the theme; nothing for the ones that Plotly knows itself. */
export function colourScale(name, colours) {
  const stops = Array.from({ length: 17 }, (_, i) => i / 16);
  const nothing = channels(colours.at(0));
  if (name === "sequential") return { colorscale: stops.map((at) => [at, css(mix(nothing, colours.positiveRgb, at))]) };
  if (name === "diverging") return { colorscale: stops.map((at) => [at, colours.at(2 * at - 1)]) };
  return {};
}

/** A copy whose colours named "category-2" or "ink-0.5" are those of the theme; arrays are handed on as they are. */
export function themed(value, colours) {
  if (typeof value === "string") {
    const [, name, number] = /^(category|ink)-([\d.]+)$/.exec(value) ?? [];
    if (name === "ink") return colours.ink(Number(number));
    return name ? colours.categories[Number(number) % colours.categories.length] : value;
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, themed(part, colours)]));
}

/** Lay `over` over `under`, object by object; arrays and plain values of `over` win. */
export function merged(under, over) {
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const found = { ...under };
  for (const [name, value] of Object.entries(over ?? {})) {
    found[name] = isObject(value) && isObject(found[name]) ? merged(found[name], value) : value;
  }
  return found;
}
