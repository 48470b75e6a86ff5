// An attacked picture from its parts: x′ = clip(x + ε · direction), or pixels replaced by salt and pepper.

import { decode } from "../arrays.js";

export const KINDS = {
  gaussian: "Gaussian noise", salt_pepper: "Salt and pepper", fgsm: "FGSM", pgd: "PGD",
  fgsm_targeted: "FGSM, targeted", pgd_targeted: "PGD, targeted",
};
export const targeted = (kind) => kind.endsWith("_targeted");

/** One test picture with everything that every attack does to it at every ε. */
export class AttackedPicture {
  /** raw: as models/attack_hand.py packs it; fine: a direction of 1 as a whole number. */
  constructor(raw, { epsilons, fine, class_names: names }) {
    Object.assign(this, { epsilons, fine, label: raw.label, targets: raw.targets, n_classes: names.length });
    this.pixels = Float64Array.from(decode(raw.pixels).data, (level) => level / 255);
    this.directions = Object.fromEntries(Object.entries(raw.directions).map(([kind, packed]) => [kind, decode(packed).data]));
    this.places = decode(raw.places).data;
    this.colours = decode(raw.colours).data;
    this.answers = Object.fromEntries(Object.entries(raw.answers).map(([kind, packed]) => [kind, decode(packed).data]));
  }

  /** The pixels under an attack of size number `at`; target: position in `targets`. */
  attacked(kind, at, target = 0) {
    const epsilon = this.epsilons[at];
    const { pixels } = this;
    if (kind === "salt_pepper") {
      const n_places = this.places.length;
      return pixels.map((value, i) => (this.places[i % n_places] < epsilon ? this.colours[i % n_places] : value));
    }
    const scale = epsilon / (kind === "gaussian" ? 1 : this.fine);
    const directions = this.directions[kind];
    const size = pixels.length;
    const steps = kind.startsWith("pgd") ? this.epsilons.length : 1;
    const begin = ((targeted(kind) ? target : 0) * steps + (steps > 1 ? at : 0)) * size;
    return pixels.map((value, i) => Math.min(1, Math.max(0, value + scale * directions[begin + i])));
  }

  /** The network's probabilities for that picture. */
  probabilities(kind, at, target = 0) {
    const begin = ((targeted(kind) ? target : 0) * this.epsilons.length + at) * this.n_classes;
    return Array.from(this.answers[kind].subarray(begin, begin + this.n_classes));
  }

  /** The position of the smallest ε that changes the answer away from the true class (or to the target), or null. */
  fooledAt(kind, target = 0) {
    const wanted = targeted(kind) ? this.targets[target] : null;
    const found = this.epsilons.findIndex((_, at) => {
      const answer = best(this.probabilities(kind, at, target));
      return wanted === null ? answer !== this.label : answer === wanted;
    });
    return found < 0 ? null : found;
  }
}

export function best(probabilities) {
  return probabilities.reduce((found, p, k) => (p > probabilities[found] ? k : found), 0);
}
