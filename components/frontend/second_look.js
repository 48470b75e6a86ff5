// After its end a run computes nothing more; its parameters are here, and the browser can look at another picture.

import { Frame } from "./arrays.js";
import { parametersOf, scaled, trace } from "./tensors.js";

/** (C, H, W) as −127 … 127 of their largest size: what models/cnn_fit.py makes of maps. */
function signedBytes({ data, shape }) {
  const most = Math.max(1e-9, ...data.map(Math.abs));
  return { data: Int8Array.from(data, (value) => Math.round((127 * value) / most)), shape };
}

/** The pixel "block-map-row-column" written out, as models/unit.py does; {} when there is no such pixel. */
function writtenOut(blocks, tensors, unit) {
  const [block, map, row, column] = unit.split("-").map(Number);
  const found = blocks[block];
  if (!found || unit === "") return {};
  const [n, height, width] = found.z.shape;
  if (!(map < n && row < height && column < width)) return {};
  const weight = tensors[`blocks.${block}.convolution.weight`];
  const bias = tensors[`blocks.${block}.convolution.bias`].data[map];
  const [, channels, k] = weight.shape;
  const { data, shape: [, tall, wide] } = found.input;
  const patch = new Float32Array(channels * k * k);
  for (let at = 0; at < patch.length; at += 1) {
    const [c, u, v] = [Math.floor(at / (k * k)), Math.floor(at / k) % k, at % k];
    const [i, j] = [found.stride * row + u - found.padding, found.stride * column + v - found.padding];
    if (i >= 0 && i < tall && j >= 0 && j < wide) patch[at] = data[(c * tall + i) * wide + j];
  }
  const here = (map * height + row) * width + column;
  const normed = `blocks.${block}.normalisation.weight` in tensors;
  const steps = [bias, found.z.data[here], normed ? found.normalised.data[here] : NaN, found.active.data[here]];
  const size = channels * k * k;
  return {
    "unit/place": { data: Int32Array.from([block, map, row, column]), shape: [4] },
    "unit/patch": { data: patch, shape: [channels, k, k] },
    "unit/kernel": { data: weight.data.slice(map * size, (map + 1) * size), shape: [channels, k, k] },
    "unit/steps": { data: Float32Array.from(steps), shape: [4] },
  };
}

/** The pixels (C, H, W) of a test picture that the run told of. */
export function pixelsOf(facts, picture) {
  const { data, shape: [, height, width, depth = 1] } = facts.array("pictures/test");
  const size = height * width * depth;
  const own = data.subarray(picture * size, (picture + 1) * size);
  if (depth === 1) return own;
  return Uint8Array.from(own, (_, at) => own[(at % (height * width)) * depth + Math.floor(at / (height * width))]);
}

/** Show another test picture, or another pixel written out, in the newest frame of a run that has ended. */
export async function lookAgain(view, run, { picture = run.facts.get("chosen", 0), unit = null }) {
  const tensors = await parametersOf(run, run.frame.step);
  if (!tensors) return;
  const before = run.frame.array("unit/place");
  const { blocks, answers } = trace(tensors, run.head.config, scaled(pixelsOf(run.facts, picture), run.facts));
  const arrays = Object.fromEntries(blocks.map(({ active }, i) => [`maps/${i}`, signedBytes(active)]));
  Object.assign(arrays, writtenOut(blocks, tensors, unit ?? (before ? Array.from(before.data).join("-") : "")));
  const old = run.frame;
  const frame = new Frame({ ...old, arrays: { ...old.values.raw, answer: answers } });
  for (const [name, array] of Object.entries(arrays)) {
    frame.values.raw[name] = array;
    frame.values.decoded.set(name, array);
  }
  run.frame = frame;
  run.facts.merge({ chosen: picture, chosen_class: run.facts.get("class_names")[run.facts.array("targets/test").data[picture]] });
  view.changed("frame", run);
}
