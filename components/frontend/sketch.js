// Sketches: mounted once in a page, shown again with new data on every rerun, drawn at most once per repaint.

import { Colours } from "./colour.js";
import { ask } from "./control.js";
import { element } from "./elements.js";
import { styled } from "./style.js";

const TELL_MS = 250; // how long the hand must rest before the page is told

/** What a sketch has around it: an element to fill, the page's colours, a repaint to draw in, and a way to the page. */
class Host {
  constructor(parent, kind) {
    this.kind = kind;
    this.root = element("div", { className: "live-view sketch-view", "data-sketch": kind, "data-drawn": 0 });
    this.root.style.visibility = "hidden";
    this.n_drawn = 0;
    parent.append(this.root);
    this.observer = new ResizeObserver(() => {
      if (this.root.clientWidth === this.width) return;
      this.width = this.root.clientWidth;
      this.schedule();
    });
    this.observer.observe(this.root);
    this.made = Promise.all([import(`./sketches/${kind}.js`), styled()]).then(([module]) => {
      if (this.closed) return;
      this.sketch = new module.default(this);
      this.root.style.visibility = "";
      this.take();
    }, () => {
      this.root.textContent = "This picture could not be loaded. Reload the page to try again.";
      this.root.style.visibility = "";
    });
  }

  show({ data, setTriggerValue }) {
    this.data = data;
    this.setTriggerValue = setTriggerValue;
    this.dress(data.theme);
    if (this.sketch) this.take();
  }

  /** Hand the page's data on, unless it is what the sketch has already. */
  take() {
    const text = JSON.stringify(this.data.data);
    if (text !== this.taken) {
      this.taken = text;
      this.sketch.show(this.data.data);
    }
    this.schedule();
  }

  /** Hand on what was answered past the page, which may say the same later. */
  answer(data) {
    this.taken = JSON.stringify(data);
    this.sketch.show(data);
    this.schedule();
  }

  dress(theme) {
    const colours = new Colours(this.root, theme);
    if (colours.key === this.colours?.key) return;
    this.colours = colours;
    colours.dress(this.root);
    this.schedule();
  }

  // What a sketch may ask for.

  get narrow() {
    return this.root.clientWidth < 620;
  }

  /** Draw before the next repaint. */
  schedule() {
    this.scheduled ??= requestAnimationFrame(() => {
      this.scheduled = null;
      if (this.closed || !this.sketch || !this.colours || this.root.clientWidth === 0) return;
      this.sketch.draw();
      this.n_drawn += 1;
      this.root.dataset.drawn = this.n_drawn;
      this.root.dispatchEvent(new CustomEvent("playground:sketch", { bubbles: true, detail: { kind: this.kind } }));
    });
  }

  /** Have Python answer at once, past the page: a promise, refused when it does not. */
  ask(question, told) {
    return ask(this.data.base, question, told);
  }

  /** Tell the page a JSON value once nothing newer has come for a moment; 0 tells at once. */
  tell(value, rest = TELL_MS) {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (!this.closed) this.setTriggerValue("told", value);
    }, rest);
  }

  close() {
    this.closed = true;
    clearTimeout(this.telling);
    this.observer.disconnect();
    this.sketch?.close();
    this.root.remove();
  }
}

/** Called by the component's loader for the first mount and whenever the page's data or theme change; see `live.js`. */
export function show({ data, parentElement, setTriggerValue }) {
  const held = parentElement.sketchHost;
  if (held && (held.closed || held.kind !== data.kind || held.assets !== data.assets)) {
    held.close();
    parentElement.sketchHost = null;
  }
  parentElement.sketchHost ??= new Host(parentElement, data.kind);
  const host = parentElement.sketchHost;
  host.assets = data.assets;
  host.show({ data, setTriggerValue });
  return () => setTimeout(() => {
    if (parentElement.isConnected || host.closed) return;
    host.close();
    if (parentElement.sketchHost === host) parentElement.sketchHost = null;
  });
}
