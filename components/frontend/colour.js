// Colours on the page's own background. The palettes come from components/theme.py with the data; none is declared here.

export function channels(text) {
  const hex = /^#([0-9a-f]{6})/i.exec(text.trim());
  if (hex) return [0, 2, 4].map((at) => parseInt(hex[1].slice(at, at + 2), 16));
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(text.trim());
  if (short) return short.slice(1).map((digit) => parseInt(digit + digit, 16));
  const found = text.match(/[\d.]+/g)?.slice(0, 3).map(Number);
  return found?.length === 3 ? found : null;
}

export function css([r, g, b], alpha = 1) {
  const whole = [r, g, b].map((part) => Math.round(part));
  return alpha >= 1 ? `rgb(${whole.join(",")})` : `rgba(${whole.join(",")},${alpha.toFixed(3)})`;
}

const toLinear = (part) => (part <= 10.31 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
const fromLinear = (part) => 255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055);

export function luminance(rgb) {
  const [r, g, b] = rgb.map(toLinear);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// Oklab (Björn Ottosson, 2020): equal steps look equal, so a scale between two colours has no muddy middle.
function toLab(rgb) {
  const [r, g, b] = rgb.map(toLinear);
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function fromLab([lightness, a, b]) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((part) => fromLinear(Math.min(1, Math.max(0, part))));
}

export function mix(from, to, share) {
  const [a, b] = [toLab(from), toLab(to)];
  return fromLab(a.map((part, i) => part + (b[i] - part) * share));
}

/** 256 colours, (256, 3) flat, evenly along the stops. */
function table(stops) {
  const rgb = stops.map(channels);
  const found = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i += 1) {
    const place = (i / 255) * (rgb.length - 1);
    const left = Math.min(rgb.length - 2, Math.floor(place));
    found.set(mix(rgb[left], rgb[left + 1], place - left), i * 3);
  }
  return found;
}

/** Everything a panel needs to draw on this page: palette, text colours and font, read from the element's style. */
export class Colours {
  constructor(element, palettes) {
    const style = getComputedStyle(element);
    const read = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
    this.background = channels(read("--st-background-color", "#ffffff")) ?? [255, 255, 255];
    this.dark = luminance(this.background) < 0.25;
    Object.assign(this, this.dark ? palettes.dark : palettes.light);
    this.text = channels(read("--st-text-color", this.dark ? "#fafafa" : "#31333f")) ?? [49, 51, 63];
    this.primary = channels(read("--st-primary-color", this.positive)) ?? channels(this.positive);
    this.font = read("--st-font", "sans-serif");
    this.table = table(this.scale);
    this.positiveRgb = channels(this.positive);
    this.negativeRgb = channels(this.negative);
    this.key = [this.dark, this.background, this.text, this.primary, this.font, this.scale].join("|");
  }

  /** Give a view's style sheets their colours. */
  dress(root) {
    const colours = {
      "--lv-on-primary": this.onPrimary(), "--lv-line": this.ink(this.dark ? 0.2 : 0.14), "--lv-soft": this.ink(this.dark ? 0.1 : 0.055),
      "--lv-muted": this.ink(0.7), "--lv-warm": this.negative, "--lv-surface": css(this.background),
    };
    for (const [name, colour] of Object.entries(colours)) root.style.setProperty(name, colour);
    root.style.colorScheme = this.dark ? "dark" : "light";
  }

  /** 256 colours from nothing, the middle of the scale, to much; made when a picture first asks for them. */
  get sequential() {
    this.madeSequential ??= table([this.at(0), this.positive]);
    return this.madeSequential;
  }

  /** Text colour at some strength (0..1) over the background. */
  ink(alpha = 1) {
    return css(this.text, alpha);
  }

  onPrimary() {
    return luminance(this.primary) > 0.4 ? "#10141a" : "#ffffff";
  }

  /** The colour of a class: negative and positive for two, categories for more. */
  ofClass(index, n_classes) {
    if (n_classes <= 2) return index > 0 ? this.positive : this.negative;
    return this.categories[index % this.categories.length];
  }

  /** The colour at −1..1 on the scale. */
  at(value) {
    const i = Math.round((Math.min(1, Math.max(-1, value)) + 1) * 127.5) * 3;
    return css([this.table[i], this.table[i + 1], this.table[i + 2]]);
  }

  gradient() {
    return `linear-gradient(to right, ${Array.from({ length: 17 }, (_, i) => this.at(i / 8 - 1)).join(", ")})`;
  }
}
