// The frame around every picture: a card with its title and its two save buttons.

import { element, iconButton } from "./elements.js";
import { fileName, savePicture, saveTable } from "./export.js";
import { css } from "./colour.js";

/** What every panel has. A panel draws from (run, frame); it never fetches and never starts anything. */
export class Panel {
  /** view: {root, colours, session, act(action, more), tell(what, value), scrubbed, make(spec)} shared by all panels. */
  constructor(spec, view) {
    this.spec = spec;
    this.view = view;
    this.tools = element("div", { className: "lv-tools" });
    this.heading = element("h3", { className: "lv-title", text: spec.title ?? "" });
    this.header = element("div", { className: "lv-header" }, this.heading, this.tools);
    this.body = element("div", { className: "lv-body" });
    this.element = element(
      "div",
      { className: `lv-panel lv-${spec.kind.replace("_", "-")}`, role: "group", "aria-label": spec.title || spec.kind, "data-panel": spec.kind },
      this.header,
      this.body,
    );
  }

  get colours() {
    return this.view.colours;
  }

  addSaving({ picture = true } = {}) {
    const title = this.spec.title || this.spec.kind;
    if (picture) {
      this.tools.append(iconButton("picture", `Save “${title}” as a PNG picture`, () => this.savePicture(), { className: "lv-tool" }));
    }
    this.tools.append(iconButton("table", `Save the data of “${title}” as CSV`, () => this.saveData(), { className: "lv-tool" }));
  }

  savePicture() {
    const name = fileName(this.spec.title || this.spec.kind, this.run, "png");
    savePicture(this.canvases(), css(this.colours.background), name);
  }

  saveData() {
    if (this.run) saveTable(this.table(), fileName(this.spec.title || this.spec.kind, this.run, "csv"));
  }

  /** Whether new frames change it even while an old one is looked at: curves get longer. */
  get grows() {
    return false;
  }

  /** Whether drawing it takes longer than all canvases of a view together. */
  get slow() {
    return false;
  }

  // What a kind of panel fills in.
  canvases() {
    return [];
  }

  table() {
    return [];
  }

  /** New data from the page: what can be edited or drawn on. */
  show() {}

  /** Another run, or the same from its beginning: forget what belonged to the old one. */
  reset() {}

  /** The run is gone and no other is there. Whether this panel can show itself without one; else a new one takes its place. */
  forget() {
    return false;
  }

  /** Facts of the run are there or have grown. */
  learn(run) {
    this.run = run;
  }

  /** A frame to draw; frame may be an old one when the learner scrubs, and only curves then ask for the newest. */
  draw(run, frame) {
    this.run = run;
    this.frame = frame;
  }

  /** The width or the colours have changed: draw again what is there. */
  redraw() {
    if (this.run && this.frame) this.draw(this.run, this.frame);
  }

  close() {}
}
