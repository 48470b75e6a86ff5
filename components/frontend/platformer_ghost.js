// Whom to race: the agent's last game, as the page's live view has it, or the recorded way of a level.

import { Shown } from "./platformer_shown.js";

const PER_TILE = 64;
const current = () => document.querySelector(".live-view:not(.sketch-view)")?.parentElement.liveView?.session.current;

/** {name, tau, x, y} of the agent's best whole game in this level in the newest frame; null when there is none. */
export function agentIn(text) {
  const run = current();
  if (!run?.frame?.array("shown/x")) return null;
  const shown = new Shown(run, run.frame);
  const fits = shown.lengths.map((_, i) => i).filter((i) => shown.lengths[i] > 1 && shown.whole(i) && shown.levelText(i) === text);
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
