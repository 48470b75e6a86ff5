// A short table of single examples, with what is in their columns.

import { element, iconButton, setText } from "./elements.js";
import { number } from "./numbers.js";

const MOST = 20;

/** A value as it stands in a table: four digits, and no zeros that say nothing. */
const brief = (value) => (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e4
  ? String(Number(value.toPrecision(4))).replace("-", "\u2212") : number(value, 4));

export class Examples {
  constructor(close) {
    this.title = element("h4", { className: "lv-examples-title", "aria-live": "polite" });
    const header = element(
      "div",
      { className: "lv-header" },
      this.title,
      iconButton("close", "Close the list of examples", close, { className: "lv-tool" }),
    );
    this.rows = element("tbody");
    this.head = element("tr");
    this.table = element("table", { className: "lv-examples" }, element("thead", {}, this.head), this.rows);
    this.more = element("p", { className: "lv-hint" });
    this.scroller = element("div", { className: "lv-examples-scroller", tabindex: 0, role: "region", "aria-label": "Examples" }, this.table, this.more);
    this.element = element("div", { className: "lv-inspector", hidden: true }, header, this.scroller);
  }

  hide() {
    this.element.hidden = true;
    this.key = null;
  }

  /** indices: positions among the test examples that facts tell of. */
  show(title, facts, indices) {
    this.element.hidden = false;
    setText(this.title, title);
    const values = facts.array("rows/test");
    const key = indices.join();
    if (key === this.key && values === this.values) return;
    this.key = key;
    this.values = values;
    const columns = facts.get("columns", []);
    const told = values && columns.length > 0 ? indices.slice(0, MOST) : [];
    const width = values?.shape[1] ?? 0;
    this.head.replaceChildren(...columns.map((name) => element("th", { scope: "col", text: name, title: name })));
    this.rows.replaceChildren(...told.map((i) => element("tr", {}, ...columns.map((_, j) =>
      element("td", { text: brief(values.data[i * width + j]) })))));
    this.table.hidden = told.length === 0;
    const rest = indices.length - told.length;
    setText(this.more, rest > 0 && told.length > 0 ? `… and ${rest} more` : "");
  }
}
