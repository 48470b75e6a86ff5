// The formulas of models/activation_curves.py that must follow a hand; a browser test compares the two.

export const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

/** Φ(z) by the series of erf whose terms are all of one sign (Abramowitz & Stegun 7.1.6): nothing cancels. */
export function normal(z) {
  const x = z / Math.SQRT2;
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > Math.abs(sum) * 1e-17; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (1 + (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum) / 2;
}

const density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Activation → [f(z), f′(z)], each given z and α. */
export const ACTIVATIONS = {
  linear: [(z) => z, () => 1],
  step: [(z) => (z > 0 ? 1 : 0), () => 0],
  sigmoid: [sigmoid, (z) => sigmoid(z) * sigmoid(-z)],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  relu: [(z) => Math.max(0, z), (z) => (z > 0 ? 1 : 0)],
  leaky_relu: [(z, a) => (z > 0 ? z : a * z), (z, a) => (z > 0 ? 1 : a)],
  elu: [(z, a) => (z > 0 ? z : a * Math.expm1(z)), (z, a) => (z > 0 ? 1 : a * Math.exp(z))],
  gelu: [(z) => z * normal(z), (z) => normal(z) + z * density(z)],
  swish: [(z) => z * sigmoid(z), (z) => sigmoid(z) * (1 + z * sigmoid(-z))],
  softplus: [(z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid],
};

export function softmax(logits, temperature) {
  const most = Math.max(...logits);
  const e = logits.map((o) => Math.exp((o - most) / temperature));
  const total = e.reduce((a, b) => a + b, 0);
  return e.map((value) => value / total);
}

/** How each probability changes with logit k: ∂pⱼ/∂oₖ for every j. */
export const softmaxSlopes = (p, k, temperature) => p.map((value, j) => (p[k] * ((j === k ? 1 : 0) - value)) / temperature);

/** In nats. */
export const entropy = (p) => -p.reduce((sum, value) => sum + (value > 0 ? value * Math.log(value) : 0), 0) + 0;
