// The gridworld of a run: values, actions or visits in every cell, the policy's arrows, the walk, and a brush to change it all.

import { fit } from "./canvas.js";
import { element } from "./elements.js";
import { Paint } from "./gridworld_paint.js";
import { GridPicture, sizeOf } from "./gridworld_picture.js";
import { live, NAMES, place, START, tidy, worldOf } from "./gridworld_rules.js";
import { Panel } from "./panel.js";
import { ChoiceRow, Toggle } from "./sketches/knobs.js";

const WALK_MS = 1100; // a whole walk, at most
const MOVE_MS = 90; // one move, at most

export class Gridworld extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.canvas = element("canvas", {
      className: "lv-canvas lv-grid-canvas", role: "img", tabindex: 0, "data-keys": "own",
      "aria-label": "The world. Arrow keys choose a cell, Enter uses the tool on it.",
      on: {
        pointerdown: (event) => this.down(event), pointermove: (event) => this.over(event), pointerup: () => this.up(), pointercancel: () => this.up(),
        pointerleave: () => this.hover(null), keydown: (event) => this.key(event), blur: () => this.leave(),
      },
    });
    this.paint = new Paint({ world: () => this.world, changed: () => this.later(), send: (text) => this.view.tell("painted", text) });
    this.layers = new ChoiceRow({ label: "Show", options: { values: "Values", actions: "Actions", visits: "Visits", exact: "Exact values" }, value: "values", input: () => this.later() });
    const toggle = (label) => new Toggle({ label, value: true, input: () => this.later() });
    [this.arrows, this.numbers, this.walks] = [toggle("Arrows"), toggle("Numbers"), toggle("Walk")];
    this.hint = element("p", { className: "lv-hint", role: "status" });
    const show = element("div", { className: "lv-below lv-grid-show" }, this.layers.element, ...[this.arrows, this.numbers, this.walks].map((one) => one.element));
    this.body.append(show, element("div", { className: "lv-grid-stage" }, this.canvas), this.hint, this.paint.element);
    this.walking = { way: null, key: "", at: 0 };
    this.cursor = null;
    this.chosen = null;
    this.waiting = null;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  canvases() {
    return [this.canvas];
  }

  /** The world on screen: as painted here, else as the run has it. */
  get world() {
    return this.paint.world ?? worldOf(this.frame);
  }

  show(data) {
    this.paint.show(String(data.live?.painted ?? ""));
  }

  reset() {
    this.walking = { way: null, key: "", at: 0 };
    if (this.view.chosenCell !== null) this.choose(null);
  }

  draw(run, frame) {
    super.draw(run, frame);
    this.paint.arrived(worldOf(run.frame ?? frame));
    const planner = !frame.array("grid/updates");
    if (this.planner !== planner) {
      this.planner = planner;
      const visits = this.layers.buttons.find((button) => button.dataset.value === "visits");
      visits.hidden = planner;
      if (planner && this.layers.value === "visits") this.layers.set("values");
    }
    this.follow(run, frame);
    this.later();
  }

  // The walk: of the episode that is going on while the run rests, else of the last complete one, in motion.

  follow(run, frame) {
    const [, n, over] = frame.array("grid/latest").data;
    const still = run.condition !== "running" || this.view.scrubbed;
    const going = still && !over && frame.array("grid/walk");
    const way = Array.from((going ? frame.array("grid/walk") : frame.array("grid/last_walk")).data);
    const key = `${run.view} ${frame.segment} ${n} ${going ? "going" : "done"} ${way.join(",")}`;
    if (key === this.walking.key) return;
    const { walking } = this;
    if (!going && walking.moving) {
      this.waiting = { way, key }; // the one that is shown is finished first
      return;
    }
    this.begin({ way, key }, going ? Math.max(0, way.length - 2) : 0);
  }

  begin({ way, key }, from) {
    this.waiting = null;
    this.walking = { way, key, at: from, moving: !this.calm };
    if (this.calm) this.walking.at = way.length - 1;
    else this.move(from);
  }

  move(from) {
    const { walking } = this;
    const began = performance.now();
    const each = Math.min(MOVE_MS, WALK_MS / Math.max(1, walking.way.length - 1));
    const tick = (now) => {
      if (this.walking !== walking || this.closed) return;
      walking.at = Math.min(walking.way.length - 1, from + Math.max(0, now - began) / each);
      walking.moving = walking.at < walking.way.length - 1;
      this.picture();
      if (walking.moving) requestAnimationFrame(tick);
      else if (this.waiting) this.begin(this.waiting, 0);
    };
    requestAnimationFrame(tick);
  }

  // Drawing.

  later() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      this.picture();
    });
  }

  redraw() {
    if (this.frame) this.later();
  }

  picture() {
    const { frame, canvas } = this;
    this.element.classList.toggle("lv-painting", !this.paint.looks);
    const width = this.body.clientWidth;
    if (!frame || width === 0 || this.closed) return;
    const { world } = this;
    this.side = sizeOf(world, width);
    const context = fit(canvas, world.columns * this.side, world.rows * this.side);
    context.clearRect(0, 0, world.columns * this.side, world.rows * this.side);
    const drawing = new GridPicture(context, world, this.side, this.colours);
    const shown = this.shown(world);
    drawing.draw(shown);
    const fits = frame.array("grid/cells").data.length === world.cells.length;
    if (this.walks.value && this.walking.way && fits) drawing.walk(this.walking.way, this.walking.at);
    if (this.chosen !== null && this.chosen < world.cells.length) drawing.ring(this.chosen);
    if (this.cursor !== null && this.cursor < world.cells.length) drawing.ring(this.cursor, 2, [4, 3]);
    this.advise(world, shown.values);
  }

  /** What the cells show; a world of another size than the run's has no values yet. */
  shown(world) {
    const { frame } = this;
    const n = world.cells.length;
    const fits = frame.array("grid/cells").data.length === n;
    const array = (name, per = 1) => (fits && frame.array(name)?.data) || new Float32Array(n * per);
    const tried = array("grid/tried", 4);
    const visits = Array.from({ length: n }, (_, at) => tried[at * 4] + tried[at * 4 + 1] + tried[at * 4 + 2] + tried[at * 4 + 3]);
    const layer = this.layers.value === "exact" ? "values" : this.layers.value;
    const gains = Array.from(array("grid/gains"));
    for (const [at, value] of world.own) gains[at] = value;
    return {
      layer, visits, most: Math.max(1, ...visits), gains, q: array("grid/q", 4),
      own: world.cells.map((_, at) => world.own.has(at)),
      values: array(this.layers.value === "exact" ? "grid/best" : "grid/values"),
      policy: array("grid/policy", 4), arrows: this.arrows.value && this.layers.value !== "exact", numbers: this.numbers.value,
    };
  }

  advise(world, values) {
    const at = this.cursor ?? this.hovered;
    const kind = at === null || at === undefined ? null : world.cells[at];
    const what = kind === null || kind === undefined ? null : `${NAMES[kind]}, ${place(at, world.columns)}`;
    const told = what && live(kind) ? `${what}: value ${tidy(values[at])}.` : what ? `${what}.` : null;
    const pending = this.paint.world && this.run?.ended ? " This run is over: “Train” begins a new one in the world as it is painted." : "";
    this.paint.hint(this.hint, (told ?? (this.paint.looks ? "Press a cell to see its arithmetic, or choose what to paint." : "Press or drag over cells to paint; the agent notices at once.")) + pending);
  }

  // The hand.

  cellAt(event) {
    const bounds = this.canvas.getBoundingClientRect();
    const { world, side } = this;
    const [column, row] = [(event.clientX - bounds.left) / side, (event.clientY - bounds.top) / side].map(Math.floor);
    return row >= 0 && row < world.rows && column >= 0 && column < world.columns ? row * world.columns + column : null;
  }

  down(event) {
    if (event.button !== 0 || !this.frame) return;
    const at = this.cellAt(event);
    if (at === null) return;
    if (this.paint.looks) {
      this.choose(at === this.chosen ? null : at);
      return;
    }
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.paint.begin();
    this.brush = at;
    this.paint.use(at);
  }

  over(event) {
    if (!this.frame) return;
    const at = this.cellAt(event);
    this.hover(at);
    if (this.brush === undefined || this.brush === null || at === null || at === this.brush) return;
    this.brush = at;
    if (Number(this.paint.tool) !== START || live(this.world.cells[at])) this.paint.use(at);
  }

  up() {
    if (this.brush === undefined || this.brush === null) return;
    this.brush = null;
    this.paint.end();
  }

  hover(at) {
    if (at === this.hovered) return;
    this.hovered = at;
    this.canvas.style.cursor = this.paint.looks ? "pointer" : "crosshair";
    this.later();
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.frame) return;
    const by = { ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowDown: [1, 0], ArrowLeft: [0, -1] }[event.key];
    const { world } = this;
    if (by) {
      const here = this.cursor ?? world.cells.indexOf(START);
      const row = Math.floor(here / world.columns) + (this.cursor === null ? 0 : by[0]);
      const column = (here % world.columns) + (this.cursor === null ? 0 : by[1]);
      if (row >= 0 && row < world.rows && column >= 0 && column < world.columns) this.cursor = row * world.columns + column;
    } else if (event.key === "Enter" && this.cursor !== null) {
      if (this.paint.looks) this.choose(this.cursor === this.chosen ? null : this.cursor);
      else {
        this.paint.begin();
        this.paint.use(this.cursor);
        this.paint.end();
      }
    } else return;
    event.preventDefault();
    event.stopPropagation();
    this.later();
  }

  leave() {
    this.cursor = null;
    this.later();
  }

  /** Another panel writes out what was computed for the chosen cell. */
  choose(at) {
    this.chosen = at;
    this.view.chosenCell = at;
    this.view.root.dispatchEvent(new CustomEvent("playground:cell", { detail: { at } }));
    this.later();
  }

  get state() {
    const { frame, world } = this;
    return { tool: this.paint.tool, layer: this.layers.value, chosen: this.chosen, side: this.side, walking: this.walking, rows: world.rows, columns: world.columns, cells: world.cells, pending: this.paint.world !== null, step: frame.step };
  }

  table() {
    const { world, frame } = this;
    const array = (name) => frame.array(name)?.data;
    const [values, best, q, tried] = ["grid/values", "grid/best", "grid/q", "grid/tried"].map(array);
    const four = (data, at) => [0, 1, 2, 3].map((a) => data?.[at * 4 + a] ?? null);
    const head = ["row", "column", "cell", "value", "exact best value", ...["up", "right", "down", "left"].flatMap((way) => [`q ${way}`, `tried ${way}`])];
    return [head, ...Array.from(frame.array("grid/cells").data, (kind, at) => {
      const [qs, ns] = [four(q, at), four(tried, at)];
      return [Math.floor(at / world.columns) + 1, (at % world.columns) + 1, NAMES[kind], values[at], best[at], ...qs.flatMap((one, a) => [one, ns[a]])];
    })];
  }

  close() {
    this.closed = true;
    this.paint.close();
  }
}
