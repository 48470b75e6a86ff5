// Painting the world: tools, what each does to a cell, undo, and what must stay true (one start, at least one goal).

import { element, setText } from "./elements.js";
import { copyOf, FLOOR, GOAL, HIGHEST, NAMES, PIT, rounded, START, textOf, WALL, WIDEST } from "./gridworld_rules.js";
import { button, NumberField } from "./sketches/knobs.js";
import { Telling } from "./telling.js";

const REST_MS = 120;
const REWARD = "reward";
const LOOK = "look";
const TOOLS = { [LOOK]: "Look", ...Object.fromEntries(NAMES.map((name, kind) => [kind, name])), [REWARD]: "Reward" };

export class Paint {
  /** on: {world(): the one on screen, changed(), send(text)}. */
  constructor(on) {
    this.on = on;
    this.tool = LOOK;
    this.world = null; // painted here and not yet in the run
    this.past = [];
    this.telling = new Telling((text) => on.send(text), REST_MS);
    this.tools = element("select", { className: "lv-select", "aria-label": "What a press on a cell does", on: { change: () => this.pick(this.tools.value) } },
      ...Object.entries(TOOLS).sort(([a], [b]) => order(a) - order(b)).map(([value, text]) => element("option", { value, text: value === LOOK ? "Press: look at a cell" : `Paint: ${text.toLowerCase()}` })));
    this.quick = [LOOK, WALL, FLOOR, GOAL, PIT, START].map((tool) =>
      element("button", { type: "button", className: "lv-button lv-choice", text: TOOLS[tool], "data-tool": tool, on: { click: () => this.pick(String(tool)) } }));
    this.reward = new NumberField({ label: "Reward", low: -100, high: 100, value: -0.5, input: () => {} });
    this.reward.element.hidden = true;
    this.undo = button("Undo", () => this.back(), { title: "Take the last change back" });
    this.restore = button("As it was", () => this.original(), { title: "The world as it was before anything was painted" });
    const size = (text, title, rows, columns) => button(text, () => this.resize(rows, columns), { title });
    this.sizes = [size("row +", "One more row below", 1, 0), size("row −", "Take the last row away", -1, 0), size("column +", "One more column on the right", 0, 1), size("column −", "Take the last column away", 0, -1)];
    this.element = element("div", { className: "lv-grid-tools", role: "toolbar", "aria-label": "Paint the world" },
      ...this.quick, this.tools, this.reward.element, this.undo, this.restore, ...this.sizes);
    this.trouble = "";
    this.pick(LOOK);
  }

  get looks() {
    return this.tool === LOOK;
  }

  pick(tool) {
    this.tool = tool;
    this.tools.value = tool;
    for (const button of this.quick) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    this.reward.element.hidden = tool !== REWARD;
    this.say("");
  }

  say(sentence) {
    this.trouble = sentence;
    this.on.changed();
  }

  /** What the page holds now: an echo of what was sent is no news, anything else takes the place of what was painted. */
  show(painted) {
    if (this.telling.hear(painted)) this.forget();
  }

  forget() {
    this.world = null;
    this.past = [];
    this.told();
  }

  /** The run has a frame: once its world is the painted one, there is nothing of our own left to show. */
  arrived(world) {
    if (this.world && !this.telling.pending && textOf(world) === textOf(this.world)) this.world = null;
  }

  begin() {
    this.stroke = textOf(this.on.world());
    this.before = copyOf(this.on.world());
  }

  /** The tool used on a cell. */
  use(at) {
    const world = copyOf(this.on.world());
    const kind = world.cells[at];
    if (this.tool === REWARD) {
      if (kind === WALL) return this.say("Nobody enters a wall, so it gives no reward.");
      world.own.set(at, rounded(this.reward.value));
    } else if (kind === START) return this.say("The start cannot be painted over: choose “Start” and press where it shall be.");
    else if (kind === GOAL && Number(this.tool) !== GOAL && world.cells.filter((one) => one === GOAL).length === 1) return this.say("The world needs a goal: paint another one first.");
    else {
      const wanted = Number(this.tool);
      if (wanted === START) world.cells[world.cells.indexOf(START)] = FLOOR;
      world.cells[at] = wanted;
      if (wanted !== kind) world.own.delete(at);
    }
    this.set(world);
    return this.say("");
  }

  end() {
    if (this.before && textOf(this.on.world()) !== this.stroke) this.past.push(this.before);
    this.before = null;
    this.told();
  }

  resize(rows, columns) {
    const world = this.on.world();
    const made = { rows: world.rows + rows, columns: world.columns + columns, cells: [], own: new Map() };
    if (made.rows > HIGHEST || made.columns > WIDEST) return this.say(`A world has at most ${HIGHEST} rows and ${WIDEST} columns.`);
    for (let i = 0; i < made.rows; i += 1) {
      for (let j = 0; j < made.columns; j += 1) {
        const inside = i < world.rows && j < world.columns;
        const from = i * world.columns + j;
        if (inside && world.own.has(from)) made.own.set(made.cells.length, world.own.get(from));
        made.cells.push(inside ? world.cells[from] : FLOOR);
      }
    }
    if (!made.cells.includes(START) || !made.cells.includes(GOAL)) return this.say("The start and a goal must stay inside: move them first.");
    this.past.push(copyOf(world));
    this.set(made);
    return this.say("");
  }

  back() {
    if (this.past.length > 0) this.set(this.past.pop());
  }

  original() {
    this.telling.close();
    this.forget();
    this.telling.tell("");
  }

  set(world) {
    this.world = world;
    this.telling.later(() => textOf(this.world));
    this.told();
  }

  told() {
    this.undo.disabled = this.past.length === 0;
    this.restore.disabled = !this.world && !this.telling.known;
    this.on.changed();
  }

  hint(element, otherwise) {
    setText(element, this.trouble || otherwise);
  }

  close() {
    this.telling.close();
  }
}

const order = (tool) => (tool === LOOK ? -1 : tool === REWARD ? 99 : Number(tool));
