// A bar for the network as it is now and one for every classical method on the same split, best first.

import { clipped, fit } from "./canvas.js";
import { css } from "./colour.js";
import { element, setText } from "./elements.js";
import { duration, epochs, number, percent } from "./numbers.js";
import { Panel } from "./panel.js";

const ROW = 44; // pixels

function time(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds >= 60) return duration(seconds);
  return seconds < 0.001 ? "< 1 ms" : seconds < 1 ? `${Math.round(1000 * seconds)} ms` : `${number(seconds, 2)} s`;
}

export class Scores extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.list = element("div", { className: "lv-scores-list", role: "list" });
    const fitted = `Score on the ${spec.metric.endsWith("/train") ? "training" : "test"} examples, and the time that fitting took.`;
    this.hint = element("p", { className: "lv-hint", text: spec.measure || fitted });
    this.body.append(this.list, this.hint);
    this.rows = new Map();
  }

  draw(run, frame) {
    super.draw(run, frame);
    const found = this.entries();
    for (const [name, row] of this.rows) {
      if (found.some((entry) => entry.name === name)) continue;
      row.element.remove();
      this.rows.delete(name);
    }
    found.forEach((entry, place) => this.show(entry, place));
    this.list.style.height = `${found.length * ROW}px`;
  }

  /** [{name, label, score, seconds, own}], best first. */
  entries() {
    const { metric } = this.spec;
    const own = this.spec.own ?? "network";
    const label = this.view.scrubbed ? `${own} (epoch ${epochs(this.frame.epoch)})` : `${own} (now)`;
    const found = [{ name: "", label, score: this.frame.metrics[metric], seconds: this.frame.seconds, own: true }];
    for (const [name, values] of Object.entries(this.run.facts.get("baselines", {}))) {
      if (Number.isFinite(values[metric])) found.push({ name, label: name, score: values[metric], seconds: values.seconds, own: false });
    }
    const rank = ({ score }) => (Number.isFinite(score) ? score : -Infinity);
    return found.sort((a, b) => rank(b) - rank(a) || Number(b.own) - Number(a.own));
  }

  /** Nothing is fitted to examples where the score has a measure of its own. */
  time(entry) {
    return this.spec.measure ? "" : time(entry.seconds);
  }

  show(entry, place) {
    let row = this.rows.get(entry.name);
    if (!row) {
      row = this.row(entry);
      this.rows.set(entry.name, row);
      this.list.append(row.element);
    }
    setText(row.name, entry.label);
    setText(row.score, this.scoreText(entry.score));
    setText(row.seconds, this.time(entry));
    row.element.style.transform = `translateY(${place * ROW}px)`;
    row.bar.style.width = `${100 * this.share(entry.score)}%`;
  }

  row({ own }) {
    const name = element("span", { className: "lv-score-name" });
    const score = element("span", { className: "lv-score-value" });
    const seconds = element("span", { className: "lv-score-time" });
    const bar = element("span", { className: "lv-score-bar" });
    const track = element("span", { className: "lv-score-track" }, bar);
    const made = element("div", { className: own ? "lv-score lv-own" : "lv-score", role: "listitem" }, name, score, seconds, track);
    return { element: made, name, score, seconds, bar };
  }

  scoreText(score) {
    return this.spec.percent ? percent(score) : number(score);
  }

  /** The part of the track to fill: scores below 0 (an R² worse than the mean) have no bar. */
  share(score) {
    return Number.isFinite(score) ? Math.min(1, Math.max(0, score)) : 0;
  }

  canvases() {
    const canvas = document.createElement("canvas");
    if (!this.frame) return [canvas];
    const found = this.entries();
    const width = 460;
    const context = fit(canvas, width, found.length * ROW + 16);
    const write = (text, x, y, align, strength) => {
      context.textAlign = align;
      context.fillStyle = this.colours.ink(strength);
      context.fillText(text, x, y);
    };
    found.forEach((entry, i) => {
      const y = 8 + i * ROW;
      context.textBaseline = "middle";
      context.font = `${entry.own ? "600 " : ""}14px ${this.colours.font}`;
      write(clipped(context, entry.label, 240), 12, y + 14, "left", 1);
      write(this.scoreText(entry.score), width - 92, y + 14, "right", 1);
      context.font = `13px ${this.colours.font}`;
      write(this.time(entry), width - 12, y + 14, "right", 0.7);
      context.fillStyle = this.colours.ink(0.1);
      context.fillRect(12, y + 28, width - 24, 8);
      context.fillStyle = entry.own ? css(this.colours.primary) : this.colours.ink(0.45);
      context.fillRect(12, y + 28, (width - 24) * this.share(entry.score), 8);
    });
    return [canvas];
  }

  table() {
    return [["method", this.spec.metric, "seconds"], ...this.entries().map(({ label, score, seconds }) => [label, score, seconds])];
  }
}
