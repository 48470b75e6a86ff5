// Which run the view shows. The page describes an experiment (spec, shape, live settings); the session finds or starts
// the run for it, and keeps the old pictures up until the new run's first frame is there.

import { start } from "./control.js";
import { settled } from "./hand.js";
import { ACTIVE, Run } from "./run.js";

const DEBOUNCE_MS = 60;
const EARLY_MS = 3000;
const JUST_PLAYED_MS = 1500; // a change that the page reports so soon after Train was made before it, unless the run is over

export class Session {
  /** on: {changed(what, run), swapped(run), dropped(), trouble(sentence), told(described)} */
  constructor(on) {
    this.on = on;
    this.current = null; // drawn
    this.next = null; // opened, waiting for its first frame
    this.early = null; // opened ahead of the page's or the server's word on it
    this.request = null; // to be started
    this.posting = null; // being started
    this.speed = null;
    this.playedAt = -Infinity;
    this.refused = new Set();
    this.met = new Set(); // runs that the page began by itself and that were taken
  }

  /** The run that commands go to and whose state is told. */
  get run() {
    return this.next ?? this.current;
  }

  get starting() {
    return this.request !== null || this.posting !== null;
  }

  /** Whether there is a run that goes on with what the page describes now. */
  get fits() {
    return Boolean(this.run) && !this.run.ended && !this.run.successor && this.run.shape === this.data.shape;
  }

  /** Whether the page has nothing yet that a run could learn from. */
  get barred() {
    return Boolean(this.data?.drawable) && !this.data.drawable.ready;
  }

  get target() {
    return this.request ?? this.posting ?? this.run;
  }

  show(data) {
    this.data = data;
    // The page has begun a run for a change: ours has been replaced, even if we never heard of the change.
    const anew = data.run?.begun === true && !this.met.has(data.run.view);
    if (anew) this.met.add(data.run.view);
    if (this.barred) this.drop();
    else if (!anew && this.target?.shape === data.shape) this.adjust();
    else if (!anew && this.request && !this.posting && this.run?.shape === data.shape && !this.run.ended) this.keep();
    else if (this.offered() && !this.posting) this.attach(data.run);
    else if (data.autopreview) this.ask(performance.now() - this.playedAt > JUST_PLAYED_MS, DEBOUNCE_MS);
  }

  drop() {
    clearTimeout(this.timer);
    this.request = null;
    if (!this.run) return;
    for (const run of [this.current, this.next, this.early]) run?.close();
    this.current = this.next = this.early = null;
    this.on.trouble("");
    this.on.dropped();
  }

  offered() {
    const run = this.data.run;
    return run && run.shape === this.data.shape && !this.refused.has(run.view);
  }

  /** Same shape: the running network takes the live settings as they move. */
  adjust() {
    if (this.request) {
      Object.assign(this.request, { spec: this.data.spec, live: this.data.live });
      return;
    }
    if (this.posting) return; // begin() compares once it is there
    if (!this.run.ended) this.set(this.run);
    else if (this.run.differing(this.data.live ?? {}).length > 0 && !(this.run.frame?.step > 0) && this.data.autopreview) this.ask(true, DEBOUNCE_MS);
  }

  set(run) {
    run.set({ ...(this.data.live ?? {}) }).then(() => this.on.trouble(""), (refusal) => this.refuse(refusal));
  }

  /** The settings went back to what is on screen before anything was started: forget the request. */
  keep() {
    this.request = null;
    clearTimeout(this.timer);
    this.set(this.run);
    this.on.changed("state", this.run);
  }

  attach(known) {
    clearTimeout(this.timer);
    this.request = null;
    const run = this.runOf(known);
    if (known.begun) {
      this.on.trouble("");
      const eager = performance.now() - this.playedAt <= JUST_PLAYED_MS;
      run.wantsPlay = eager;
      this.prepare(run);
      if (eager) this.command("play", {}, run);
    }
    this.follow(run, known.first);
    if (!run.ended) this.set(run);
  }

  /** What a new run must know of how this view is set. */
  prepare(run) {
    if (this.speed !== null) this.command("speed", { epochs_per_second: this.speed }, run);
  }

  ask(paused, delay) {
    if (this.barred) return;
    const { spec, shape, live } = this.data;
    this.request = { spec, shape, live, eager: !paused };
    clearTimeout(this.timer);
    // The first change begins at once; those that follow closely (a slider that is dragged) wait for a rest.
    const now = performance.now();
    const rested = now - (this.asked ?? -Infinity) > 2 * delay;
    this.asked = now;
    if (rested) queueMicrotask(() => this.begin());
    else this.timer = setTimeout(() => this.begin(), delay);
    this.on.changed("state", this.run);
  }

  async begin() {
    if (this.posting || !this.request || this.closed) return;
    const request = this.request;
    this.posting = request;
    this.request = null;
    try {
      request.sentPaused = !request.eager;
      const made = await start(this.data.base, request.spec, request.sentPaused);
      // Overtaken meanwhile: the start that follows replaces it on the server, as it replaces whatever this page ran.
      if (!this.request && !this.closed && !this.barred) this.took(request, made);
    } catch (refusal) {
      if (!this.request) this.refuse(refusal);
    } finally {
      this.posting = null;
      if (this.request) this.begin();
      else this.on.changed("state", this.run);
    }
  }

  took(request, made) {
    this.on.trouble("");
    const run = this.runOf({ ...made, shape: request.shape, live: request.live });
    run.wantsPlay = request.eager;
    this.prepare(run);
    if (request.eager === request.sentPaused) this.command(request.eager ? "play" : "pause", {}, run);
    this.follow(run);
    if (this.data.shape === run.shape) this.set(run);
  }

  /** The stream of a run knows first which one has taken its place, and what describes that if this page has begun it. */
  hear(run) {
    const { data } = this;
    const { session, moment, view, control, first, ...described } = run.told;
    if (session && session === data.session && moment > data.moment) {
      const { shape, live } = described;
      this.on.told({ ...data, ...described, moment, run: { view, control, shape, live, first, begun: true } });
    } else this.expect(view);
  }

  /** That run may be another page's, or this one is about to tell: its frames can be fetched meanwhile. */
  expect(view) {
    if ([this.current, this.next, this.early].some((run) => run?.view === view)) return;
    this.early?.close();
    const run = new Run(this.data.base, { view });
    this.early = run;
    run.open(() => {});
    setTimeout(() => {
      if (this.early !== run) return;
      this.early = null; // another page's
      run.close();
    }, EARLY_MS);
  }

  runOf(known) {
    const { early } = this;
    this.early = null;
    if (early?.view === known.view) {
      early.know(known);
      if (early.state.state === "starting") early.state = { kind: "state", state: known.state };
      return early;
    }
    early?.close();
    return new Run(this.data.base, known);
  }

  follow(run, first = []) {
    this.next?.close();
    this.next = run;
    if (run.stream) {
      run.changed = (what) => this.heard(what, run);
      this.heard(run.frame ? "frame" : "state", run);
    } else run.open((what) => this.heard(what, run), first);
    this.on.changed("state", run);
  }

  heard(what, run) {
    if (what === "next") {
      this.hear(run);
      return;
    }
    if (run === this.run && (run.condition === "gone" || (what === "connection" && !run.broken))) this.on.trouble(""); // the stream knows better
    if (what === "refused" && run === this.run) this.on.trouble(run.refusal);
    if (what === "state" && run.ended && !run.replaced) this.playedAt = -Infinity;
    if (run === this.next && (what === "frame" || (what === "state" && run.ended))) {
      if (run.condition === "gone" && !run.frame && this.data.autopreview) {
        this.refused.add(run.view);
        run.close();
        this.next = null;
        this.ask(true, 0);
        return;
      }
      if (run.frame || run.series.length === 0) this.swap(run);
    }
    this.on.changed(what, run);
  }

  swap(run) {
    const old = this.current;
    this.current = run;
    this.next = null;
    old?.close();
    this.on.swapped(run);
  }

  refuse(refusal) {
    if (this.barred) return; // of a run that is put aside
    const over = this.run?.ended || this.run?.replaced;
    this.on.trouble(refusal.status === 409 && over ? "" : refusal.message);
  }

  command(action, more = {}, run = this.run) {
    this.on.trouble(""); // now, not when the answer is there: the worker's refusal may come before it
    return run.act(action, more).catch((refusal) => {
      run.wantsPlay = ACTIVE.includes(run.condition); // what was asked for did not happen
      this.refuse(refusal);
      this.on.changed("state", run);
    });
  }

  play() {
    if (this.barred) return;
    const at = performance.now();
    this.playedAt = at;
    const told = settled(); // what the hand has set before counts
    told?.then(() => this.playedAt === at && !this.closed && this.playNow());
    if (!told) this.playNow();
  }

  playNow() {
    const { run } = this;
    const at = performance.now();
    this.playedAt = at;
    const replaced = Boolean(run?.successor && !run.ended);
    if (this.starting) (this.request ?? this.posting).eager = true;
    else if (!replaced && !this.fits) this.ask(false, 0);
    else {
      if (!replaced) run.wantsPlay = true;
      (replaced ? Promise.resolve({ replaced }) : this.command("play")).then((answer) => {
        // The page has begun another run and is about to tell; it plays then. Unless it was another tab's.
        if (answer?.replaced) setTimeout(() => run === this.run && this.playedAt === at && !this.closed && this.ask(false, 0), JUST_PLAYED_MS);
      });
    }
    this.on.changed("state", this.run);
  }

  pause() {
    this.playedAt = -Infinity;
    if (this.starting) (this.request ?? this.posting).eager = false;
    else if (this.run && !this.run.ended) {
      this.run.wantsPlay = false;
      this.command("pause");
    }
    this.on.changed("state", this.run);
  }

  setSpeed(speed) {
    this.speed = speed;
    if (this.run && !this.run.ended) this.command("speed", { epochs_per_second: speed });
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    for (const run of [this.current, this.next, this.early]) run?.close();
  }
}
