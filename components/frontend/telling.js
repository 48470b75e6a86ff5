// What the hand changes, told to the page once it rests. The page says it again with its next data: such an echo is no news.

export class Telling {
  /** send(text): tell the page. rest: ms without a change. */
  constructor(send, rest) {
    Object.assign(this, { send, rest, timer: null });
    this.sent = []; // told, but not yet come back with the page's data
    this.known = null; // what the page said last
  }

  /** Whether a change is still to be told. */
  get pending() {
    return this.timer !== null;
  }

  /** What the page holds now; whether that is news. Nothing is while changes go on. */
  hear(text) {
    if (text === this.known) return false;
    this.known = text;
    const echo = this.sent.indexOf(text);
    this.sent = echo >= 0 ? this.sent.slice(echo + 1) : [];
    return echo < 0 && !this.pending;
  }

  /** Tell what text() gives once the hand rests, unless the page has heard it already. */
  later(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      const now = text();
      if (now !== (this.sent.at(-1) ?? this.known)) this.tell(now);
    }, this.rest);
  }

  tell(text) {
    this.sent.push(text);
    this.send(text);
  }

  close() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}
