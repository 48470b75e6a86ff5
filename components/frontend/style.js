// The style sheets: of the live view, and of the sketches.

import { element } from "./elements.js";

const SHEETS = ["./live.css", "./sketch.css", "./gridworld.css", "./platformer.css", "./lunar_lander.css"];

/** The style sheets, once for the document; resolves when they are in force (or cannot be had). */
export function styled() {
  return Promise.all(SHEETS.map(sheet));
}

function sheet(name) {
  const href = new URL(name, import.meta.url).href;
  const found = document.head.querySelector(`link[href="${href}"]`);
  if (found?.sheet) return Promise.resolve();
  const link = found ?? element("link", { rel: "stylesheet", href });
  const done = new Promise((resolve) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", resolve);
  });
  if (!found) document.head.append(link);
  return done;
}
