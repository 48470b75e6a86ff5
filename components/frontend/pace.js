// For what is dear to draw or tiring to watch: at once if it has been still for a while, else when that while is over.

export class Pace {
  constructor(ms, act) {
    this.ms = ms;
    this.act = act;
    this.last = -Infinity;
  }

  ask() {
    const rest = this.last + this.ms - performance.now();
    if (rest <= 0) this.now();
    else this.timer ??= setTimeout(() => this.now(), rest);
  }

  now() {
    this.cancel();
    this.act();
    this.last = performance.now();
  }

  cancel() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}
