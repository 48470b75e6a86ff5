// Whom to race: the agent's last game, as the page's live view has it, or a recorded one, which can be watched too.

import { element } from "./elements.js";
import { PER_TILE, shownIn } from "./platformer_shown.js";
import { runBeside } from "./sketches/base.js";
import { button } from "./sketches/knobs.js";

const RIVALS = { none: "Race nobody", agent: "Race your agent’s best game now", trained: "Race a trained agent", way: "Race a recorded game" };

/** The choice of a rival. What the page keeps ("trained" and "way", by the number of a shipped level) it is asked for. */
export class Rivals {
  constructor({ tell, chosen, look }) {
    this.tell = tell;
    this.list = element("select", { className: "lv-select", "aria-label": "Whom to race", on: { change: chosen } }, ...Object.entries(RIVALS).map(([value, text]) => element("option", { value, text })));
    this.watch = button("Watch", look, { title: "Look at the whole game of the one you race" });
    this.elements = [this.list, this.watch];
  }

  /** The chosen one's game in a level, null when there is none or none yet. */
  of(data, text) {
    const shipped = data.levels.findIndex((level, i) => i > 0 && level.text === text) - 1;
    const kind = this.list.value;
    const mine = agentIn(text);
    const [, agent, trained, way] = this.list.options;
    agent.disabled = mine === null && kind !== "agent";
    trained.disabled = shipped < 0 || shipped >= data.n_trained;
    way.disabled = shipped < 0;
    const ghost = kind === "agent" ? mine : data[kind]?.level === text ? data[kind] : null;
    const asked = kind in data && !this.list.selectedOptions[0].disabled ? JSON.stringify({ [kind]: shipped }) : null;
    if (asked && !ghost && asked !== this.asked) this.tell(JSON.parse(asked));
    this.asked = asked;
    this.watch.disabled = !ghost?.walkers;
    return ghost;
  }
}

/** {tau, x, y, update} of the agent's best whole game in this level in the newest frame; null when there is none. */
export function agentIn(text) {
  const run = runBeside();
  if (!run?.frame?.array("shown/x")) return null;
  const shown = shownIn(run, run.frame);
  const fits = shown.lengths.map((_, i) => i).filter((i) => shown.lengths[i] > 1 && shown.whole(i) && shown.stages[i].text === text);
  const far = (i) => Math.max(...Array.from({ length: shown.lengths[i] }, (_, t) => shown.at("shown/x", i, t)));
  const best = fits.sort((a, b) => far(b) - far(a))[0];
  if (best === undefined) return null;
  const of = (name) => Array.from({ length: shown.lengths[best] }, (_, t) => shown.at(name, best, t));
  return { tau: shown.tau, x: of("shown/x"), y: of("shown/y"), update: run.frame.step };
}

/** Where a ghost {tau, x, y} is after so many seconds, in tiles; it stays where its game ended. */
export function ghostAt({ tau, x, y }, seconds) {
  const t = Math.min(x.length - 1, seconds / tau);
  const from = Math.floor(t);
  const to = Math.min(x.length - 1, from + 1);
  const between = (list) => (list[from] + (list[to] - list[from]) * (t - from)) / PER_TILE;
  const facing = x[to] < x[from] ? -1 : 1;
  return { x: between(x), y: between(y), facing, ground: true, done: t >= x.length - 1 };
}

/** The state to draw of a recorded game after so many seconds; the last one once it is over. */
export function watchedAt(record, seconds) {
  const last = record.x.length - 1;
  const t = Math.min(last, seconds / record.tau);
  const from = Math.floor(t);
  const to = Math.min(last, from + 1);
  const moved = (a, b) => (a ?? []).map((value, i) => (value + ((b ?? a)[i] - value) * (t - from)) / PER_TILE);
  const all = (name) => record[name][from].map((place, i) => place && moved(place, record[name][to][i]));
  return {
    ...ghostAt(record, seconds), facing: record.facing[from], tick: Math.round(t * record.tau * 60), coins: record.coins[from], stomps: record.stomps[from],
    walkers: all("walkers"), platforms: all("platforms"), taken: record.taken[from], over: t >= last ? record.how : "running",
  };
}
