// Wishes to the page, one at a time: while one is being answered, only the newest of those that follow is kept.

const PATIENCE_MS = 2000; // an answer that takes longer is no longer waited for

export class Asking {
  /** tell(wish): hands a wish, with its number `turn`, to the page. */
  constructor(tell) {
    Object.assign(this, { tell, turn: 0, seen: 0, waiting: null, next: null });
  }

  /** Whether a later wish than number `turn` has been answered. */
  outdated(turn) {
    return turn < this.seen;
  }

  /** Whether what the page says now is older than what the hand has set. */
  get behind() {
    return this.waiting !== null || this.next !== null;
  }

  ask(wish) {
    this.next = wish;
    if (this.waiting === null) this.send();
  }

  /** The page has answered wish number `turn`. */
  answered(turn) {
    this.seen = Math.max(this.seen, turn);
    if (this.waiting === null) this.turn = Math.max(this.turn, turn);
    else if (turn >= this.waiting) this.done();
  }

  send() {
    this.turn += 1;
    this.waiting = this.turn;
    const wish = { ...this.next, turn: this.turn };
    this.next = null;
    this.timer = setTimeout(() => this.done(), PATIENCE_MS);
    this.tell(wish);
  }

  done() {
    clearTimeout(this.timer);
    this.waiting = null;
    if (this.next !== null) this.send();
  }

  close() {
    clearTimeout(this.timer);
    this.next = null;
  }
}
