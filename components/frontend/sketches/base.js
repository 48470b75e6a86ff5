// What every sketch has: data from the page, a draw() before the next repaint, cards with save buttons.

import { css } from "../colour.js";
import { element } from "../elements.js";
import { fileName, saveTable } from "../export.js";
import { Panel } from "../panel.js";

/** The run that the lesson's live view, on the same page, shows now. */
export const runBeside = () => document.querySelector(".live-view:not(.sketch-view)")?.parentElement.liveView?.session.current;

export class Sketch {
  /** host: {root, colours, narrow, schedule(), tell(value), ask(question, told), answer(data)}. A sketch fills host.root. */
  constructor(host) {
    this.host = host;
  }

  get root() {
    return this.host.root;
  }

  get colours() {
    return this.host.colours;
  }

  /** The hand has changed something: draw again. */
  changed() {
    this.host.schedule();
  }

  /** Data of the page, on the first showing and whenever they differ from the last. */
  show(data) {
    this.data = data;
  }

  /** Draw everything as it is now; called at most once per repaint, and when the width or the colours have changed. */
  draw() {}

  /** What it shows, as JSON: what tests read. */
  get state() {
    return {};
  }

  close() {}
}

/** The frame around a picture: a card with its title and its save buttons. Fill `body`. */
export class Card extends Panel {
  /** picture: gives the Plane, SVG or canvas to save; table: gives rows to save, the first being names. Both may be left out. */
  constructor(host, title, { picture = null, table = null, wide = false } = {}) {
    super({ title, kind: "sketch" }, host);
    Object.assign(this, { picture, rows: table });
    if (wide) this.element.classList.add("lv-wide");
    if (picture && table) this.addSaving();
    else if (table) this.addSaving({ picture: false });
    if (!title) this.header.remove();
  }

  savePicture() {
    const drawn = this.picture();
    savePicture(drawn.svg ?? drawn, drawn.ground?.hidden === false ? drawn.ground : null, css(this.colours.background), fileName(this.spec.title, null, "png"));
  }

  saveData() {
    saveTable(this.rows(), fileName(this.spec.title, null, "csv"));
  }
}

/** Save an SVG (its colours are attributes, so that it looks the same anywhere) or a canvas as a PNG, twice as fine. */
function savePicture(drawn, ground, background, name) {
  const { width, height } = drawn.getBoundingClientRect();
  const canvas = element("canvas", { width: Math.ceil(width * 2), height: Math.ceil(height * 2) });
  const context = canvas.getContext("2d");
  context.fillStyle = background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  const done = (image) => {
    if (ground) context.drawImage(ground, 0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    canvas.toBlob((blob) => {
      const url = URL.createObjectURL(blob);
      element("a", { href: url, download: name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    }, "image/png");
  };
  if (drawn instanceof HTMLCanvasElement) {
    done(drawn);
    return;
  }
  const image = new Image();
  image.onload = () => done(image);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(drawn))}`;
}

/** A table of texts, the first row being names. */
export function tableOf([head, ...rows]) {
  const row = (tag) => (texts) => element("tr", {}, ...texts.map((text) => element(tag, { text })));
  return element("table", { className: "sk-table" }, element("thead", {}, row("th")(head)), element("tbody", {}, ...rows.map(row("td"))));
}

/** Cards side by side where there is room. */
export function grid(...cards) {
  return element("div", { className: "lv-grid" }, ...cards.map((card) => card.element ?? card));
}
