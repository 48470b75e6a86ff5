// Numbers as a learner reads them: few digits, a real minus sign, no jitter in width.

export const MINUS = "\u2212";

function signed(text) {
  return text.replace(/^-/, MINUS).replace("e-", `e${MINUS}`);
}

/** Three significant digits; powers of ten only for the very small and the very large. */
export function number(value, digits = 3) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e6 || size < 1e-4) return signed(value.toExponential(Math.max(0, digits - 2)).replace("e+", "e"));
  if (size >= 10 ** digits) return count(value);
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return signed(value.toFixed(Math.min(6, places)));
}

const RAISED = Object.fromEntries([..."-0123456789"].map((sign, i) => [sign, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[i]]));

/** 10⁻²⁰, for an axis whose values are powers of ten. */
export const powerOfTen = (exponent) => `10${String(Math.round(exponent)).replace(/[-\d]/g, (sign) => RAISED[sign])}`;

/** A number as it stands behind a sign: in brackets when it is negative. */
export const bracketed = (value, text = number) => (value < 0 ? `(${text(value)})` : text(value));

/** Terms as a sum; those that are negative are taken away. */
export const summed = (terms) => terms.join(" + ").replaceAll(`+ ${MINUS}`, `${MINUS} `);

export function count(value) {
  return Number.isFinite(value) ? signed(Math.round(value).toLocaleString("en-US")) : "–";
}

export function percent(value) {
  return Number.isFinite(value) ? `${signed((100 * value).toFixed(1))} %` : "–";
}

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] > 0 ? parts : parts.slice(1);
  return shown.map((part, i) => (i === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

export function epochs(value) {
  if (!Number.isFinite(value)) return "–";
  return Number.isInteger(value) || value >= 100 ? count(Math.floor(value)) : value.toFixed(value < 1 ? 2 : 1);
}

export function styled(value, style) {
  const styles = { number, percent, integer: count, duration, epoch: epochs };
  return (styles[style] ?? number)(value);
}

/** The smallest "round" number at or above a positive value: axes then grow in steps and do not tremble. */
export function roundUp(value) {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((candidate) => candidate * power >= value * 0.999999);
  return (step ?? 10) * power;
}

/** Round tick positions inside [low, high], about `wanted` of them. */
export function ticks(low, high, wanted = 5) {
  const rough = (high - low) / wanted;
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((candidate) => candidate * power).find((candidate) => candidate >= rough);
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i += 1) found.push(i * step);
  return found;
}

export function tickText(value, spacing) {
  const places = Math.max(0, Math.min(6, -Math.floor(Math.log10(spacing) + 1e-9)));
  return Math.abs(value) >= 1e5 ? number(value, 2) : signed(value.toFixed(places));
}
