// Small DOM builders. Text is always set as text: names come from other people's tables.

const SVG = "http://www.w3.org/2000/svg";

const ICONS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  step: "M5 5v14l9-7zM16 5h3v14h-3z",
  epoch: "M3 5v14l7.5-7zM11 5v14l7.5-7zM19 5h2.4v14H19z",
  stop: "M6 6h12v12H6z",
  rewind: "M12 5a7 7 0 1 1-6.8 5.3l2 .5A5 5 0 1 0 12 7v3.2L6.8 6 12 1.8z",
  picture: "M4 5h16v14H4zM6 7v8.2l3.6-3.6 3 3 2.4-2.2 3 2.8V7zM14.6 8.2a1.5 1.5 0 1 1 0 3 1.5 1.5 0 0 1 0-3z",
  table: "M4 5h16v14H4zM6 10v3h5v-3zM13 10v3h5v-3zM6 14.8V17h5v-2.2zM13 14.8V17h5v-2.2z",
  download: "M11 4h2v8.2l2.8-2.8 1.4 1.4L12 16l-5.2-5.2 1.4-1.4 2.8 2.8zM5 18h14v2H5z",
  close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12l5.6 5.6-1.4 1.4-5.6-5.6L6.4 19 5 17.6 10.6 12 5 6.4z",
  plus: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  minus: "M5 11h14v2H5z",
};

export function element(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  const { className, text, on = {}, ...attributes } = options;
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  made.append(...children.filter(Boolean));
  return made;
}

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", class: "lv-icon" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  path.setAttribute("fill-rule", "evenodd");
  svg.append(path);
  return svg;
}

/** A button with an icon; `label` is what a screen reader says, `title` what a pointer reads. */
export function iconButton(name, label, click, { title = label, className = "", text = "" } = {}) {
  const children = [icon(name), text ? element("span", { text }) : null];
  const options = { type: "button", className: `lv-button ${className}`, title, "aria-label": label, on: { click } };
  return element("button", options, ...children);
}

/** What may be wider than its place and then scrolls sideways, by keys too; `name` is what a screen reader calls it. */
export function scroller(name, ...children) {
  return element("div", { className: "sk-scroll", tabindex: 0, role: "group", "aria-label": name }, ...children);
}

export const capital = (text) => `${text[0].toUpperCase()}${text.slice(1)}`;

export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
