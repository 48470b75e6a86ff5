// Steps one after another: back, forward, play, speed, and a slider to any of them. Everything happens in the browser.

import { element, iconButton, setText } from "../elements.js";

const SPEEDS = { 0.1: "0.1×", 0.25: "0.25×", 0.5: "0.5×", 1: "1×", 2: "2×", 5: "5×", 10: "10×" };

export class Player {
  /**
   * moved(at): called whenever another step is to be shown. rate: steps per second at speed 1.
   * name(at): how a step reads; by default "step 3 of 12".
   */
  constructor({ label, moved, rate = 2, name = null, speeds = SPEEDS }) {
    Object.assign(this, { moved, rate, name, at: 0, length: 1, speed: 1, playing: false });
    this.first = iconButton("rewind", "Back to the start", () => this.go(0));
    this.back = element("button", { type: "button", className: "lv-button", text: "‹", title: "One step back", "aria-label": "One step back", on: { click: () => this.go(this.at - 1) } });
    this.play = element("button", { type: "button", className: "lv-button sk-play", text: "Play", on: { click: () => this.toggle() } });
    this.next = element("button", { type: "button", className: "lv-button", text: "›", title: "One step forward", "aria-label": "One step forward", on: { click: () => this.go(this.at + 1) } });
    this.slider = element("input", { type: "range", className: "lv-slider", min: 0, step: 1, "aria-label": label, on: { input: () => this.go(Number(this.slider.value)) } });
    this.text = element("output", { className: "lv-when" });
    this.select = element("select", { className: "lv-select", "aria-label": "Speed", title: "Speed", on: { change: () => { this.speed = Number(this.select.value); } } },
      ...Object.entries(speeds).sort(([a], [b]) => a - b).map(([value, text]) => element("option", { value, text, selected: value === "1" })));
    this.element = element("div", { className: "sk-player", role: "toolbar", "aria-label": label },
      element("div", { className: "lv-buttons" }, this.first, this.back, this.play, this.next), this.slider, this.text, this.select);
    this.tell();
  }

  get ended() {
    return this.at >= this.length - 1;
  }

  /** How many steps there are now; `at` stays where it can, or goes to where it is told. */
  hold(length, at = this.at) {
    this.length = Math.max(1, length);
    this.at = Math.min(Math.max(0, at), this.length - 1);
    if (this.playing && this.ended) this.pause();
    this.tell();
  }

  go(at) {
    this.pause();
    this.jump(at);
  }

  jump(at) {
    const to = Math.min(Math.max(0, at), this.length - 1);
    const moved = to !== this.at;
    this.at = to;
    this.tell();
    if (moved) this.moved(to);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.start();
  }

  start() {
    if (this.ended) this.jump(0);
    this.playing = true;
    this.tell();
    let place = this.at;
    let before = performance.now();
    const tick = (now) => {
      if (!this.playing) return;
      place += ((now - before) / 1000) * this.rate * this.speed;
      before = now;
      if (Math.floor(place) !== this.at) this.jump(Math.floor(place));
      if (this.ended) this.pause();
      else requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    this.playing = false;
    this.tell();
  }

  tell() {
    setText(this.play, this.playing ? "Pause" : "Play");
    this.first.disabled = this.at === 0;
    this.back.disabled = this.at === 0;
    this.next.disabled = this.ended;
    this.slider.max = this.length - 1;
    this.slider.value = this.at;
    this.slider.style.setProperty("--lv-share", `${(100 * this.at) / Math.max(1, this.length - 1)}%`);
    const words = this.name ? this.name(this.at) : `step ${this.at} of ${this.length - 1}`;
    setText(this.text, words);
    this.slider.setAttribute("aria-valuetext", words);
  }
}

/** Recorded time, which plays over and over (whoever holds it starts it `again`) until a hand takes it. */
export class Loop extends Player {
  constructor(options) {
    super(options);
    this.again = !window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  toggle() {
    this.again = !this.playing;
    super.toggle();
  }

  go(at) {
    this.again = false;
    super.go(at);
  }
}
