// Panels behind a disclosure. What is closed is not drawn: it costs nothing until somebody looks.

import { element } from "./elements.js";
import { Pace } from "./pace.js";
import { Panel } from "./panel.js";

const EVERY_MS = 300; // a look inside is for slow changes; the pictures above stay fluent

export class Group extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.panels = spec.panels.map((panel) => view.make(panel));
    this.grid = element("div", { className: "lv-grid" }, ...this.panels.map((panel) => panel.element));
    this.details = element(
      "details",
      { className: "lv-details", open: view.opened.has(spec.title), on: { toggle: () => this.toggled() } },
      element("summary", { className: "lv-summary", text: spec.title }),
      this.grid,
    );
    this.pace = new Pace(EVERY_MS, () => this.paint());
    this.header.remove();
    this.body.append(this.details);
  }

  get grows() {
    return true;
  }

  toggled() {
    const { open } = this.details;
    // The view remembers, because another number of layers makes another group.
    if (open) this.view.opened.add(this.spec.title);
    else this.view.opened.delete(this.spec.title);
    if (!open || !this.run) return;
    for (const panel of this.panels) panel.learn(this.run);
    if (this.frame) this.pace.now();
    this.redraw();
  }

  show(data) {
    for (const panel of this.panels) panel.show(data);
  }

  reset() {
    for (const panel of this.panels) panel.reset();
  }

  learn(run) {
    super.learn(run);
    if (this.details.open) for (const panel of this.panels) panel.learn(run);
  }

  draw(run, frame) {
    super.draw(run, frame);
    if (this.details.open) this.pace.ask();
  }

  paint() {
    if (!this.details.open) return;
    for (const panel of this.panels) panel.draw(this.run, this.frame);
  }

  redraw() {
    if (this.details.open) for (const panel of this.panels) panel.redraw();
  }

  close() {
    this.pace.cancel();
    for (const panel of this.panels) panel.close();
  }
}
