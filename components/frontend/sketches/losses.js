// The formulas of models/loss_curves.py and models/loss_descent.py that must follow a hand; a browser test compares the two.

export const sigmoid = (o) => (o >= 0 ? 1 / (1 + Math.exp(-o)) : Math.exp(o) / (1 + Math.exp(o)));

/** log(1 + eᶻ), without overflow. */
const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

const clip = (value, reach) => Math.max(-reach, Math.min(reach, value));

/** Loss → [value, slope] at a prediction x, for a target t; d is Huber's δ. */
export const CURVES = {
  mse: [(x, t) => (x - t) ** 2, (x, t) => 2 * (x - t)],
  mae: [(x, t) => Math.abs(x - t), (x, t) => Math.sign(x - t)],
  huber: [(x, t, d) => (Math.abs(x - t) <= d ? (x - t) ** 2 / 2 : d * (Math.abs(x - t) - d / 2)), (x, t, d) => clip(x - t, d)],
  binary_p: [(x, t) => -Math.log(t === 1 ? x : 1 - x), (x, t) => (t === 1 ? -1 / x : 1 / (1 - x))],
  binary_logit: [(x, t) => softplus((1 - 2 * t) * x), (x, t) => sigmoid(x) - t],
  hinge: [(x, t) => Math.max(0, 1 - (2 * t - 1) * x), (x, t) => ((2 * t - 1) * x < 1 ? 1 - 2 * t : 0)],
  categorical_hinge: [(x, t) => Math.max(0, 1 + t - x), (x, t) => (x < 1 + t ? -1 : 0)],
  sparse_categorical: [(x, t) => softplus(Math.LN2 + t - x), (x, t) => sigmoid(x - t - Math.LN2) - 1],
  kl: [(x, t) => t * Math.log(t / x) + (1 - t) * Math.log((1 - t) / (1 - x)), (x, t) => -t / x + (1 - t) / (1 - x)],
};

export function softmax(logits) {
  const most = Math.max(...logits);
  const e = logits.map((o) => Math.exp(o - most));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / total);
}

export const softTarget = (n, right, smoothing) => Array.from({ length: n }, (_, k) => (k === right ? 1 - smoothing : 0) + smoothing / n);

/** Loss → {value, gradient} of several logits. */
export function several(logits, right, smoothing) {
  const p = softmax(logits);
  const soft = softTarget(logits.length, right, smoothing);
  const most = Math.max(...logits);
  const total = most + Math.log(logits.reduce((sum, o) => sum + Math.exp(o - most), 0));
  let rival = -1;
  logits.forEach((o, k) => {
    if (k !== right && (rival < 0 || o > logits[rival])) rival = k;
  });
  const margin = 1 + logits[rival] - logits[right];
  return {
    p,
    soft,
    cross_entropy: { value: total - logits[right], gradient: p.map((value, k) => value - (k === right ? 1 : 0)) },
    categorical_hinge: {
      value: Math.max(0, margin),
      gradient: logits.map((_, k) => (margin <= 0 ? 0 : k === right ? -1 : k === rival ? 1 : 0)),
    },
    kl: {
      value: soft.reduce((sum, t, k) => sum + (t > 0 ? t * (Math.log(t) - (logits[k] - total)) : 0), 0),
      gradient: p.map((value, k) => value - soft[k]),
    },
  };
}

/** A sigmoid that should answer 1: loss → [value, slope] at a logit. */
export const CONFIDENCE = {
  mse: [(o) => (1 - sigmoid(o)) ** 2, (o) => 2 * (sigmoid(o) - 1) * sigmoid(o) * (1 - sigmoid(o))],
  cross_entropy: [(o) => softplus(-o), (o) => sigmoid(o) - 1],
};

/** The logit before each step of gradient descent, and after the last. */
export function descend(loss, start, rate, n_steps) {
  const slope = CONFIDENCE[loss][1];
  const course = new Float64Array(n_steps + 1);
  for (let step = 0, o = start; step <= n_steps; step += 1) {
    course[step] = o;
    o -= rate * slope(o);
  }
  return course;
}

/** The line of least total loss through points [[x, y], …]: models/loss_lines.py, line by line. */
export function fitLine(points, loss, delta, { rounds, smallest, settled }) {
  let line = weightedLine(points, points.map(() => 1));
  if (loss === "mse") return line;
  const bound = loss === "huber" ? delta : smallest;
  for (let round = 0; round < rounds; round += 1) {
    const before = line;
    line = weightedLine(points, points.map(([x, y]) => bound / Math.max(Math.abs(y - before[0] * x - before[1]), bound)));
    if (Math.max(Math.abs(line[0] - before[0]), Math.abs(line[1] - before[1])) < settled) break;
  }
  return line;
}

function weightedLine(points, weights) {
  const sum = (of) => points.reduce((total, point, i) => total + weights[i] * of(point), 0);
  const total = sum(() => 1);
  const [meanX, meanY] = [sum(([x]) => x) / total, sum(([, y]) => y) / total];
  const spread = sum(([x]) => (x - meanX) ** 2);
  const slope = spread > 1e-12 ? sum(([x, y]) => (x - meanX) * (y - meanY)) / spread : 0;
  return [slope, meanY - slope * meanX];
}
