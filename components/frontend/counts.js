// Counting answers: how often each class was taken for each other, and which examples those were.

export const MOST_CLASSES = 10;

/** Actual and answered class of each test example, both as class indices. */
export class Answers {
  constructor(targets, predictions, n_classes) {
    this.targets = targets;
    this.predictions = predictions;
    this.n = Math.min(targets.length, predictions.length);
    this.n_classes = n_classes;
    this.counts = new Uint32Array(n_classes * n_classes);
    this.totals = new Uint32Array(n_classes);
    for (let i = 0; i < this.n; i += 1) {
      const [actual, answered] = [Math.round(targets[i]), predictions[i]];
      if (actual >= n_classes || answered >= n_classes) continue;
      this.counts[actual * n_classes + answered] += 1;
      this.totals[actual] += 1;
    }
  }

  count(actual, answered) {
    return this.counts[actual * this.n_classes + answered];
  }

  /** The share of the examples of a class that got this answer; NaN when there is no such example. */
  share(actual, answered) {
    return this.count(actual, answered) / this.totals[actual];
  }

  /** Positions among the test examples. */
  examples(actual, answered) {
    const found = [];
    for (let i = 0; i < this.n; i += 1) {
      if (Math.round(this.targets[i]) === actual && this.predictions[i] === answered) found.push(i);
    }
    return found;
  }
}

/** The classes to draw, in their own order: all, or the most frequent ones among the targets. */
export function drawnClasses(targets, n_classes) {
  const all = Array.from({ length: n_classes }, (_, i) => i);
  if (n_classes <= MOST_CLASSES) return all;
  const often = new Uint32Array(n_classes);
  for (const target of targets) often[Math.round(target)] += 1;
  return all.sort((a, b) => often[b] - often[a] || a - b).slice(0, MOST_CLASSES).sort((a, b) => a - b);
}
