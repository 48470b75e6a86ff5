// The live view's style sheet.

import { element } from "./elements.js";

/** The style sheet, once for the document; resolves when it is in force (or cannot be had). */
export function styled() {
  const href = new URL("./live.css", import.meta.url).href;
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
