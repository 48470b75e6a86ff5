// A trained convolutional network in the browser: parameters from a safetensors file, and the forward pass.

const TYPES = { F32: Float32Array, F64: Float64Array, I64: BigInt64Array };

/** name → {data, shape} of the arrays in a safetensors file. */
export function readTensors(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const found = {};
  for (const [name, entry] of Object.entries(header)) {
    if (!(entry.dtype in TYPES)) continue;
    const [from, to] = entry.data_offsets.map((at) => at + 8 + length);
    found[name] = { data: new TYPES[entry.dtype](buffer.slice(from, to)), shape: entry.shape };
  }
  return found;
}

const ACTIVATIONS = {
  relu: (x) => (x > 0 ? x : 0),
  leaky_relu: (x) => (x > 0 ? x : 0.01 * x),
  tanh: Math.tanh,
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
};

/** Abramowitz & Stegun 7.1.26, to about 1e-7. */
function erf(x) {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const sum = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - sum * Math.exp(-x * x));
}

/** z (O, H′, W′) of x (C, H, W): {data, shape}. */
export function convolve({ data, shape: [channels, height, width] }, weight, bias, stride, padding) {
  const [n_out, , k] = weight.shape;
  const [rows, columns] = [height, width].map((side) => Math.floor((side + 2 * padding - k) / stride) + 1);
  const out = new Float32Array(n_out * rows * columns);
  for (let o = 0; o < n_out; o += 1) {
    out.fill(bias.data[o], o * rows * columns, (o + 1) * rows * columns);
    for (let c = 0; c < channels; c += 1) {
      for (let u = 0; u < k; u += 1) {
        for (let v = 0; v < k; v += 1) {
          const w = weight.data[((o * channels + c) * k + u) * k + v];
          for (let i = 0; i < rows; i += 1) {
            const row = stride * i + u - padding;
            if (row < 0 || row >= height) continue;
            for (let j = 0; j < columns; j += 1) {
              const column = stride * j + v - padding;
              if (column >= 0 && column < width) out[(o * rows + i) * columns + j] += w * data[(c * height + row) * width + column];
            }
          }
        }
      }
    }
  }
  return { data: out, shape: [n_out, rows, columns] };
}

function normalise({ data, shape }, at) {
  const size = shape[1] * shape[2];
  const [gamma, beta, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(at);
  for (let i = 0; i < data.length; i += 1) {
    const c = Math.floor(i / size);
    data[i] = ((data[i] - mean.data[c]) / Math.sqrt(variance.data[c] + 1e-5)) * gamma.data[c] + beta.data[c];
  }
}

function pool({ data, shape: [channels, height, width] }, how) {
  const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)];
  const out = new Float32Array(channels * rows * columns);
  for (let c = 0; c < channels; c += 1) {
    for (let i = 0; i < rows; i += 1) {
      for (let j = 0; j < columns; j += 1) {
        const at = (c * height + 2 * i) * width + 2 * j;
        const four = [data[at], data[at + 1], data[at + width], data[at + width + 1]];
        out[(c * rows + i) * columns + j] = how === "max" ? Math.max(...four) : four.reduce((a, b) => a + b) / 4;
      }
    }
  }
  return { data: out, shape: [channels, rows, columns] };
}

function dense(x, weight, bias) {
  const [n_out, n_in] = weight.shape;
  return Float32Array.from({ length: n_out }, (_, o) => {
    let sum = bias.data[o];
    for (let i = 0; i < n_in; i += 1) sum += weight.data[o * n_in + i] * x[i];
    return sum;
  });
}

/**
 * What happens to x {data, shape: [C, H, W]} in a run's network with this config:
 * {blocks: [{input, z, normalised, active}], answers: probabilities of the classes}.
 */
export function trace(tensors, config, x) {
  const each = (values, i) => values[values.length === 1 ? 0 : i];
  const copy = ({ data, shape }) => ({ data: data.slice(), shape });
  const blocks = config.channels.map((_, i) => {
    const part = (name) => tensors[`blocks.${i}.${name}`];
    const k = each(config.kernels, i);
    const [stride, padding] = [each(config.strides, i), config.padding === "same" ? Math.floor(k / 2) : 0];
    const z = convolve(x, part("convolution.weight"), part("convolution.bias"), stride, padding);
    const normalised = copy(z);
    if (config.batch_norm) normalise(normalised, (name) => part(`normalisation.${name}`));
    const active = { data: normalised.data.map(ACTIVATIONS[config.activation]), shape: z.shape };
    const block = { input: x, z, normalised, active, stride, padding };
    x = config.pooling !== "none" && Math.min(z.shape[1], z.shape[2]) >= 2 ? pool(active, config.pooling) : active;
    return block;
  });
  const layers = Object.keys(tensors).filter((name) => /^head\.\d+\.weight$/.test(name)).map((name) => Number(name.split(".")[1])).sort((a, b) => a - b);
  let values = x.data;
  layers.forEach((layer, i) => {
    values = dense(values, tensors[`head.${layer}.weight`], tensors[`head.${layer}.bias`]);
    if (i < layers.length - 1) values = values.map(ACTIVATIONS[config.activation]);
  });
  const most = Math.max(...values);
  const powers = Array.from(values, (value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return { blocks, answers: powers.map((power) => power / sum) };
}

/** Probabilities of the classes for x, as a run with this config would give them. */
export function classify(tensors, config, x) {
  return trace(tensors, config, x).answers;
}

/** The parameters of a run at its last pause or end; null when there are none. Kept with the run for one step. */
export async function parametersOf(run, step) {
  if (run.parameters?.step === step) return run.parameters.tensors;
  const answer = await fetch(`${run.base}/live/${encodeURIComponent(run.view)}/weights.safetensors`, { cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return null;
  run.parameters = { step, tensors: readTensors(await answer.arrayBuffer()) };
  return run.parameters.tensors;
}

/** Pixels (uint8, C × H × W) as the run's network is fed. */
export function scaled(pixels, facts) {
  const [channels, height, width] = facts.get("shape");
  const [mean, spread] = [facts.get("pixel_mean"), facts.get("pixel_spread")];
  const data = Float32Array.from(pixels, (value, at) => {
    const c = Math.floor(at / (height * width));
    return (value / 255 - mean[c]) / spread[c];
  });
  return { data, shape: [channels, height, width] };
}
