// The time scrubber: a slider over the recorded frames of this segment. Dragging fetches frames by their place in the log.

import { element, setText } from "./elements.js";
import { epochs } from "./numbers.js";

const KEPT = 96;

/** The last frames looked at, least recently used first out. */
class Shelf {
  constructor() {
    this.frames = new Map();
  }

  get(key) {
    const frame = this.frames.get(key);
    if (frame) {
      this.frames.delete(key);
      this.frames.set(key, frame);
    }
    return frame;
  }

  put(key, frame) {
    this.frames.set(key, frame);
    if (this.frames.size > KEPT) this.frames.delete(this.frames.keys().next().value);
  }
}

export class Scrubber {
  /** on: {pinned(frame), live(), failed(sentence)} */
  constructor(on) {
    this.on = on;
    this.shelf = new Shelf();
    this.step = null; // the pinned step; null follows the newest frame
    this.slider = element("input", {
      type: "range", className: "lv-slider", min: 0, max: 0, step: 1, value: 0, "aria-label": "Moment of training",
      title: "Drag to look back at any recorded moment; training goes on meanwhile",
      on: { input: () => this.moved() },
    });
    this.when = element("span", { className: "lv-when" });
    this.live = element("button", {
      type: "button", className: "lv-button lv-live", text: "Live", title: "Back to the newest frame", disabled: true,
      on: { click: () => this.release() },
    });
    this.element = element("div", { className: "lv-scrubber" }, this.slider, this.when, this.live);
  }

  get pinned() {
    return this.step !== null;
  }

  moved() {
    const row = Number(this.slider.value);
    if (!this.run || row >= this.run.series.length - 1) {
      this.release();
      return;
    }
    this.step = this.run.series.step[row];
    this.wanted = row;
    this.show();
    this.fetch();
  }

  /** One request at a time; what was passed over while it travelled is skipped. */
  async fetch() {
    if (this.fetching) return;
    this.fetching = true;
    while (this.wanted !== null && this.pinned) {
      const { run } = this;
      const offset = run.series.offset[this.wanted];
      this.wanted = null;
      const key = `${run.view}:${offset}`;
      let frame = this.shelf.get(key);
      try {
        frame ??= await run.recorded(offset);
        this.shelf.put(key, frame);
        if (this.pinned && run === this.run) this.on.pinned(frame);
      } catch {
        this.on.failed("That moment could not be fetched. Drag again to retry.");
      }
    }
    this.fetching = false;
  }

  release() {
    this.wanted = null;
    if (!this.pinned) {
      this.show();
      return;
    }
    this.step = null;
    this.show();
    this.on.live();
  }

  /** Another run or segment: nothing of the old one can be looked at. */
  reset(run) {
    this.run = run;
    this.step = null;
    this.wanted = null;
    this.show();
  }

  update(run) {
    this.run = run;
    this.show();
  }

  show() {
    const { run, slider } = this;
    const n = run?.series.length ?? 0;
    const row = this.pinned ? run.series.rowOf(this.step) : n - 1;
    slider.disabled = n < 2;
    slider.max = String(Math.max(0, n - 1));
    if (Number(slider.value) !== row && row >= 0) slider.value = String(row);
    slider.style.setProperty("--lv-share", `${n > 1 ? (100 * row) / (n - 1) : 0}%`);
    const epoch = row >= 0 ? run.series.epoch[row] : 0;
    slider.setAttribute("aria-valuetext", `epoch ${epochs(epoch)}`);
    setText(this.when, this.pinned ? `epoch ${epochs(epoch)}` : "");
    this.live.disabled = !this.pinned;
  }
}
