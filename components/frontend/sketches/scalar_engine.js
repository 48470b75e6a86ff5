// A graph of scalar operations, forwards and backwards: models/autograd.py once more, for what must follow the hand.

const sigmoid = (a) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a)));

/** As in IEEE 754 and Python: 1 to any power is 1; JavaScript alone says NaN. */
const power = (a, b) => (a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b);

const log = (a) => (a < 0 ? NaN : Math.log(a));

/** Operation → [value of the inputs, slopes from (out, ...inputs)]. */
export const OPERATIONS = {
  add: [(...terms) => terms.reduce((sum, term) => sum + term), (out, ...terms) => terms.map(() => 1)],
  subtract: [(a, b) => a - b, () => [1, -1]],
  multiply: [(a, b) => a * b, (out, a, b) => [b, a]],
  divide: [(a, b) => a / b, (out, a, b) => [1 / b, -(out / b)]],
  power: [power, (out, a, b) => [b === 0 ? 0 : b * power(a, b - 1), a === 0 && b >= 0 ? 0 : out * log(a)]],
  square: [(a) => a * a, (out, a) => [2 * a]],
  negative: [(a) => -a, () => [-1]],
  exp: [Math.exp, (out) => [out]],
  log: [log, (out, a) => [1 / a]],
  sqrt: [Math.sqrt, (out) => [0.5 / out]],
  abs: [Math.abs, (out, a) => [Math.sign(a)]],
  tanh: [Math.tanh, (out) => [1 - out * out]],
  sigmoid: [sigmoid, (out) => [out * (1 - out)]],
  relu: [(a) => (a > 0 || Number.isNaN(a) ? a : 0), (out, a) => [a > 0 ? 1 : 0]],
  softplus: [(a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a))), (out, a) => [sigmoid(a)]],
  sin: [Math.sin, (out, a) => [Math.cos(a)]],
  cos: [Math.cos, (out, a) => [-Math.sin(a)]],
};

/** The value of every node; `values` holds the variables by name. */
export function forwards(nodes, values) {
  const data = [];
  for (const node of nodes) {
    if (node.operation) data.push(OPERATIONS[node.operation][0](...node.parents.map((parent) => data[parent])));
    else data.push(node.kind === "number" ? node.start : values[node.name]);
  }
  return data;
}

/** {data, grads, slopes, flows}: slopes and flows (gradient passed on) for each input of each node. */
export function backwards(nodes, values) {
  const data = forwards(nodes, values);
  const needs = [];
  for (const node of nodes) needs.push(node.operation ? node.parents.some((parent) => needs[parent]) : node.kind !== "number");
  const grads = nodes.map(() => 0);
  grads[nodes.length - 1] = 1;
  const slopes = nodes.map(() => []);
  const flows = nodes.map(() => []);
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    const { operation, parents } = nodes[at];
    if (!operation) continue;
    slopes[at] = OPERATIONS[operation][1](data[at], ...parents.map((parent) => data[parent]));
    flows[at] = slopes[at].map((slope) => grads[at] * slope);
    parents.forEach((parent, slot) => {
      if (needs[parent]) grads[parent] += flows[at][slot];
    });
  }
  return { data, grads, slopes, flows, needs };
}

/** [what happened, node] where the numbers end, or null: models/troubles.py. */
export function troubleOf(nodes, { data, grads, slopes, needs }) {
  const finite = Number.isFinite;
  const inputs = (at) => nodes[at].parents.map((parent) => data[parent]);
  for (let at = 0; at < nodes.length; at += 1) {
    if (!finite(data[at]) && inputs(at).every(finite)) return [cause(nodes[at].operation, inputs(at)), at];
  }
  for (let at = nodes.length - 1; at >= 0; at -= 1) {
    if (finite(grads[at]) && nodes[at].parents.some((parent, slot) => needs[parent] && !finite(slopes[at][slot]))) return ["steep", at];
  }
  for (let at = nodes.length - 1; at >= 0; at -= 1) if (!finite(grads[at])) return ["gradient_overflow", at];
  for (let at = 0; at < nodes.length; at += 1) {
    const { operation, parents } = nodes[at];
    if (operation === "relu" && needs[at] && data[parents[0]] < 0) return ["dead", at];
    if ((operation === "tanh" || operation === "sigmoid") && needs[at] && slopes[at][0] === 0) return ["flat", at];
  }
  return null;
}

function cause(operation, [a, b]) {
  if (operation === "divide" && b === 0) return "division_by_zero";
  if (operation === "log") return a === 0 ? "log_of_zero" : "log_of_negative";
  if (operation === "sqrt") return "root_of_negative";
  if (operation === "power" && a === 0) return "zero_to_negative_power";
  if (operation === "power" && a < 0 && !Number.isInteger(b)) return "power_of_negative";
  return "overflow";
}
