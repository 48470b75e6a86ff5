// The live view: mounted once in a page, shown again with new data on every rerun, drawn at most once per repaint.

import { Colours } from "./colour.js";
import { element, setText } from "./elements.js";
import { follow } from "./hand.js";
import { listen } from "./keys.js";
import { drawnBy, loadKinds } from "./kinds.js";
import { Session } from "./session.js";
import { Status } from "./status.js";
import { Transport } from "./transport.js";
import { styled } from "./style.js";

/** After drawing a chart, so many times as long is left to everything else: the network may train on the same processor. */
const REST = 4;

class View {
  constructor(parent) {
    this.root = element("div", { className: "live-view", "data-state": "idle", "data-step": 0, "data-epoch": 0, "data-frames": 0 });
    this.root.style.visibility = "hidden";
    this.pinnedFrame = null;
    this.n_drawn = 0;
    this.panels = [];
    this.opened = new Set(); // titles of the groups that are open
    this.behind = []; // charts that have not drawn the newest frame
    this.session = new Session({
      changed: (what, run) => this.changed(what, run),
      swapped: () => this.begin(),
      dropped: () => this.forget(),
      trouble: (sentence) => this.say(sentence),
      told: (data) => loadKinds(data.panels).then(() => this.closed || this.show(data)),
    });
    this.transport = new Transport(this.session, {
      pinned: (frame) => this.pin(frame),
      live: () => this.pin(null),
      failed: (sentence) => this.say(sentence),
    });
    this.status = new Status(() => this.session.play());
    this.status.holdWhilePressed(this.root, () => this.schedule());
    this.heading = element("h2");
    this.grid = element("div", { className: "lv-grid" });
    this.root.append(this.heading, this.transport.element, this.status.line, this.status.notes, this.grid, this.status.notices);
    parent.append(this.root);
    this.unlisten = listen(this.root, {
      " ": () => this.transport.toggle(),
      ArrowRight: () => this.transport.once("step"),
      r: () => this.transport.back(),
      s: () => this.transport.end(),
    });
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.root);
    styled().then(() => {
      this.root.style.visibility = "";
      this.redraw();
    });
  }

  /** New data from the page or told by a stream: the experiment it describes now, and the panels it wants. */
  show(data) {
    if (data.session === this.data?.session && data.moment < this.data.moment) return; // what is shown came on a shorter way
    this.data = data;
    this.status.seconds = data.seconds;
    this.dress(data.theme);
    setText(this.heading, data.title || "Experiment");
    this.heading.className = data.title ? "lv-heading" : "lv-spoken";
    this.root.classList.toggle("lv-compact", data.compact === true);
    this.build();
    this.session.show(data);
    this.status.waiting = this.session.barred ? "Draw at least two points of each class on the map, and training can begin." : "";
    this.update();
  }

  dress(theme) {
    const colours = new Colours(this.root, theme);
    if (colours.key === this.colours?.key) return;
    this.colours = colours;
    colours.dress(this.root);
    this.root.dataset.theme = colours.dark ? "dark" : "light";
    this.redraw();
  }

  /** The panels that the page wants now; those that it wanted before stay as they are, with what is open or chosen in them. */
  build() {
    const before = [...this.panels];
    this.panels = this.data.panels.map((spec) => {
      const same = before.findIndex((panel) => panel.wish === this.wishOf(spec));
      return same >= 0 ? before.splice(same, 1)[0] : this.make(spec);
    }).filter(Boolean);
    for (const panel of before) panel.close();
    for (const panel of before) panel.element.remove();
    this.panels.forEach((panel, i) => {
      const here = this.grid.children[i];
      if (here !== panel.element) this.grid.insertBefore(panel.element, here ?? null);
      panel.show(this.data);
    });
    const grown = this.panels.some((panel) => panel.young);
    for (const panel of this.panels) panel.young = false;
    if (!grown || !this.session.current) return;
    this.unlearned = true;
    this.fresh = this.session.current.frame !== null;
    this.schedule();
  }

  /** The run is put aside and nothing takes its place: empty panels, but for those that have something of their own. */
  forget() {
    this.pinnedFrame = null;
    this.transport.scrubber.reset(null);
    this.status.forget();
    const { dataset } = this.root;
    dataset.step = 0;
    dataset.epoch = 0;
    for (const panel of this.panels) if (!panel.forget()) panel.wish = null;
    this.build();
  }

  // What panels may ask for.

  wishOf(spec) {
    return JSON.stringify([spec, this.data.editable === true]);
  }

  /** A new panel; null for a kind that is not known here. */
  make(spec) {
    const Kind = drawnBy(spec.kind);
    return Kind ? Object.assign(new Kind({ ...spec, editable: this.data.editable === true }, this), { wish: this.wishOf(spec), young: true }) : null;
  }

  get scrubbed() {
    return this.pinnedFrame !== null;
  }

  get narrow() {
    return this.root.clientWidth < 620;
  }

  act(action, more) {
    if (this.session.run && !this.session.run.ended) this.session.command(action, more);
  }

  /** Tell the page what the learner asks for in a picture: "layers", "points" or the "plane" of the map. */
  tell(what, value) {
    this.setTriggerValue(what, value);
  }

  /** Tell all panels which examples of a split are meant: they ring or list them. */
  choose(split, indices) {
    this.root.dispatchEvent(new CustomEvent("playground:select", { bubbles: true, detail: { split, indices } }));
  }

  // What the session and the scrubber report.

  changed(what, run) {
    if (run === this.session.current) {
      if (what === "head") this.begin();
      if (what === "facts") this.unlearned = true;
      if (what === "frame") this.fresh = true;
      if (what === "refused") this.redraw(); // a field may show what was refused
    }
    this.schedule();
  }

  /** A new run, or the same one from its start. */
  begin() {
    this.pinnedFrame = null;
    this.transport.scrubber.reset(this.session.current);
    for (const panel of this.panels) panel.reset();
    this.unlearned = true;
    this.fresh = this.session.current.frame !== null;
    this.schedule();
  }

  pin(frame) {
    this.pinnedFrame = frame;
    this.fresh = true;
    this.pinChanged = true;
    this.schedule();
  }

  say(sentence) {
    this.status.trouble = sentence;
    this.schedule();
  }

  resized() {
    if (this.root.clientWidth === this.width) return;
    this.width = this.root.clientWidth;
    const header = document.querySelector("header");
    const covered = header && getComputedStyle(header).position !== "static" ? header.getBoundingClientRect().bottom : 0;
    this.root.style.setProperty("--lv-top", `${Math.max(0, Math.round(covered))}px`);
    this.redraw();
  }

  redraw() {
    this.stale = true;
    this.schedule();
  }

  // Drawing: only the newest frame, only when the browser is about to paint; a hidden tab draws nothing.

  schedule() {
    this.scheduled ??= requestAnimationFrame(() => {
      this.scheduled = null;
      if (!this.closed) this.paint();
    });
  }

  paint() {
    const run = this.session.current;
    const frame = this.pinnedFrame ?? run?.frame ?? null;
    if (run && this.unlearned) {
      this.unlearned = false;
      for (const panel of this.panels) panel.learn(run);
      this.status.learn(run);
      this.fresh = true;
      this.pinChanged = true;
    }
    if (this.stale) for (const panel of this.panels) panel.redraw();
    if (frame && this.fresh) this.drawPanels(run, frame);
    this.stale = false;
    this.update();
  }

  drawPanels(run, frame) {
    this.fresh = false;
    // While the learner looks back, new frames only lengthen the curves.
    const all = !this.scrubbed || this.pinChanged;
    this.pinChanged = false;
    // A Plotly chart takes longer than all else together: all but one that is alone follow, one in each of the next repaints.
    const first = this.panels.find((panel) => panel.canvases().length > 0) ?? this.panels.find((panel) => panel.slow && !panel.grows);
    const follows = (panel) => panel.grows || (panel.slow && panel !== first);
    for (const panel of this.panels) if (all && !follows(panel)) panel.draw(run, frame);
    const waiting = this.behind.filter((panel) => this.panels.includes(panel)); // first, or the last chart would never have its turn
    this.behind = [...new Set([...waiting, ...this.panels.filter((panel) => follows(panel) && (all || panel.grows))])];
    this.catchUp();
    if (this.n_drawn === 0) performance.mark("playground:first-frame");
    this.n_drawn += 1;
    Object.assign(this.root.dataset, { step: frame.step, epoch: frame.epoch, frames: this.n_drawn });
    this.root.dispatchEvent(new CustomEvent("playground:frame", { bubbles: true, detail: { step: frame.step, epoch: frame.epoch } }));
  }

  catchUp() {
    if (this.behind.length === 0) return;
    const draw = () => requestAnimationFrame(() => {
      this.catching = null;
      const run = this.session.current;
      const frame = this.pinnedFrame ?? run?.frame;
      const chart = this.behind.shift();
      const began = performance.now();
      if (frame && this.panels.includes(chart) && !this.closed) chart.draw(run, frame);
      const rest = run?.condition === "running" ? REST : 0;
      this.rested = began + (performance.now() - began) * (1 + rest);
      this.catchUp();
    });
    this.catching ??= setTimeout(draw, Math.max(0, (this.rested ?? 0) - performance.now()));
  }

  update() {
    const { session, root } = this;
    const { run, current, starting } = session;
    root.dataset.state = this.status.trouble && !session.fits && !run?.ended ? "error" : starting ? "starting" : run?.condition ?? "idle";
    root.dataset.scrubbed = String(this.scrubbed);
    this.transport.update(run, this.pinnedFrame ?? current?.frame ?? null);
    this.status.update(run, current, starting);
  }

  close() {
    this.closed = true;
    this.session.close();
    this.observer.disconnect();
    this.unlisten();
    for (const panel of this.panels) panel.close();
    this.root.remove();
  }
}

/**
 * Called by the component's loader for the first mount and again whenever the page's data or theme change. Data that newer
 * ones overtake while modules load are not shown. Returns the clean-up, which Streamlit also calls for a call that was
 * overtaken: only a view that has left the page is closed.
 */
export async function show({ data, parentElement, setTriggerValue }) {
  parentElement.newestData = data;
  await loadKinds(data.panels);
  if (parentElement.newestData !== data) return null;
  const held = parentElement.liveView;
  if (held && (held.closed || held.assets !== data.assets)) {
    held.close();
    parentElement.liveView = null;
  }
  parentElement.liveView ??= new View(parentElement);
  const view = parentElement.liveView;
  Object.assign(view, { assets: data.assets, setTriggerValue });
  if (data.hand) follow(data.base, data.hand, data.layers);
  view.show(data);
  return () => setTimeout(() => {
    if (parentElement.isConnected || view.closed) return;
    view.close();
    if (parentElement.liveView === view) parentElement.liveView = null;
  });
}
