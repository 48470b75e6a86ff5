// A player for recorded games that goes on between two states too, so that motion is smooth.

import { Loop } from "./sketches/player.js";

const SPEEDS = { 0.5: "0.5×", 1: "1×", 2: "2×", 4: "4×", 8: "8×" };

export class Reel extends Loop {
  constructor(options) {
    super({ rate: 15, speeds: SPEEDS, ...options });
    this.place = 0; // `at` and the part of a step after it
    this.name = (at) => `${(at / this.rate).toFixed(1)} s`;
    this.tell();
  }

  hold(length, at = this.at) {
    super.hold(length, at);
    this.place = this.at;
  }

  jump(at) {
    this.place = Math.min(Math.max(0, at), this.length - 1);
    super.jump(at);
  }

  start() {
    if (this.ended) this.jump(0);
    this.playing = true;
    this.tell();
    let before = performance.now();
    const turn = (this.turn = {});
    const tick = (now) => {
      if (!this.playing || this.turn !== turn) return;
      const place = Math.min(this.length - 1, this.place + (Math.max(0, now - before) / 1000) * this.rate * this.speed);
      before = now;
      this.at = Math.floor(place);
      this.place = place;
      if (this.ended) this.pause();
      else {
        this.tell();
        requestAnimationFrame(tick);
      }
      this.moved(this.at);
    };
    requestAnimationFrame(tick);
  }
}
