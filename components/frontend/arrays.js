// Arrays as they travel: {"dtype", "bdata" (base64, little endian), "shape" ("60, 60")}, the form plotly.js reads too.

const TYPES = {
  i1: Int8Array, u1: Uint8Array, i2: Int16Array, u2: Uint16Array,
  i4: Int32Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array,
};

export function isPacked(value) {
  return value !== null && typeof value === "object" && typeof value.bdata === "string" && value.dtype in TYPES;
}

/** Whether two values are one, or packed arrays of the same numbers. */
export const same = (a, b) => a === b || (isPacked(a) && isPacked(b) && a.bdata === b.bdata && a.dtype === b.dtype && a.shape === b.shape);

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** {data: typed array, shape: [n, …]} from a packed array. */
export function decode(packed) {
  const data = new TYPES[packed.dtype](bytesOf(packed.bdata).buffer);
  const shape = packed.shape === undefined ? [data.length] : String(packed.shape).split(",").map(Number);
  return { data, shape };
}

/** Named values, some of them packed arrays that are decoded the first time somebody looks at them. */
export class Values {
  constructor(raw = {}) {
    this.raw = { ...raw };
    this.decoded = new Map();
  }

  merge(more) {
    for (const [name, value] of Object.entries(more)) {
      this.raw[name] = value;
      this.decoded.delete(name);
    }
  }

  get(name, otherwise = undefined) {
    return this.raw[name] ?? otherwise;
  }

  /** {data, shape}, or null when there is no such array. */
  array(name) {
    if (!this.decoded.has(name)) {
      const raw = this.raw[name];
      this.decoded.set(name, isPacked(raw) ? decode(raw) : null);
    }
    return this.decoded.get(name);
  }
}

/** One recorded moment of a run; its arrays are decoded only when it is drawn. */
export class Frame {
  constructor(record) {
    this.segment = record.segment;
    this.step = record.step;
    this.epoch = record.epoch;
    this.seconds = record.seconds ?? 0;
    this.rates = record.rates ?? {};
    this.metrics = record.metrics ?? {};
    this.values = new Values(record.arrays);
  }

  array(name) {
    return this.values.array(name);
  }
}
