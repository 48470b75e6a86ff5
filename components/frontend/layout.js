// Where the units of a network stand: a column for each layer, the shown units of a layer one below another.

export function hiddenLayers(facts) {
  return (facts.get("layers") ?? []).slice(1, -1);
}

/** Names of a unit: "x₁", "hidden layer 2, unit 3", "P(blue)". */
export function unitName(facts, layer, unit) {
  const layers = facts.get("layers");
  if (layer === 0) return facts.get("input_names", [])[unit] ?? `input ${unit + 1}`;
  if (layer < layers.length - 1) return `Hidden layer ${layer}, unit ${unit + 1}`;
  const names = facts.get("output_names", []);
  const classes = facts.get("class_names", []);
  const n = layers[layers.length - 1];
  return names[unit] ?? (classes.length === n ? classes[unit] : undefined) ?? `output ${unit + 1}`;
}

/**
 * {width, height, side, columns: [{layer, x, hidden, top, units: [{layer, place, unit, map, x, y}], more}]} in CSS pixels.
 * `place` is the position among the shown units, `unit` the real index, `map` the position in "inputs" or "neurons".
 */
export function arrange(facts, space) {
  const layers = facts.get("layers") ?? [];
  const shown = facts.get("shown") ?? layers.map((n) => Array.from({ length: n }, (_, i) => i));
  const n_gaps = Math.max(1, layers.length - 1);
  const tallest = Math.max(1, ...shown.map((units) => units.length));
  const inner = space.width - space.left - space.right;
  const room = (space.bodyHeight - 18) / tallest;
  const fits = (gap) => Math.round(Math.max(16, Math.min(54, gap * 0.5, Math.max(20, room * 0.76))));
  const gapFor = (side) => Math.max(space.leastGap, Math.min(190, (inner - side) / n_gaps));
  const side = fits(gapFor(fits(gapFor(40))));
  const gap = gapFor(side);
  const pitch = Math.min(side + 40, Math.max(side + 6, room));
  const height = space.top + Math.max(space.bodyHeight, tallest * pitch + 34);
  const used = gap * n_gaps + side;
  const width = Math.max(space.width, space.left + space.right + used);
  const start = space.left + Math.max(0, (width - space.left - space.right - used) / 2) + side / 2;
  let map = 0;
  const columns = layers.map((n, layer) => {
    const units = shown[layer] ?? [];
    const x = start + layer * gap;
    const middle = space.top + (height - space.top) / 2;
    const top = middle - ((units.length - 1) * pitch) / 2;
    return {
      layer,
      x,
      hidden: layer > 0 && layer < layers.length - 1,
      more: n - units.length,
      units: units.map((unit, place) => ({
        layer, place, unit, x, y: top + place * pitch, map: layer === 0 ? place : map++,
      })),
    };
  });
  return { width, height, side, gap, columns };
}

/** Bézier points of the link between two units: a calm S from right edge to left edge. */
export function curve(from, to, side) {
  const [x0, x1] = [from.x + side / 2, to.x - side / 2];
  const middle = (x0 + x1) / 2;
  return [x0, from.y, middle, from.y, middle, to.y, x1, to.y];
}

function distanceTo([x0, y0, xa, ya, xb, yb, x1, y1], x, y) {
  let least = Infinity;
  for (let i = 0; i <= 24; i += 1) {
    const t = i / 24;
    const s = 1 - t;
    const px = s * s * s * x0 + 3 * s * s * t * xa + 3 * s * t * t * xb + t * t * t * x1;
    const py = s * s * s * y0 + 3 * s * s * t * ya + 3 * s * t * t * yb + t * t * t * y1;
    least = Math.min(least, Math.hypot(px - x, py - y));
  }
  return least;
}

/** What lies under a point: {unit} or {from, to} or null. Units win over links; of the links the nearest. */
export function hit(plan, x, y) {
  const reach = plan.side / 2 + 3;
  for (const column of plan.columns) {
    const unit = column.units.find((one) => Math.abs(one.x - x) <= reach && Math.abs(one.y - y) <= reach);
    if (unit) return { unit };
  }
  let best = null;
  let least = 7;
  for (let layer = 0; layer + 1 < plan.columns.length; layer += 1) {
    const [left, right] = [plan.columns[layer], plan.columns[layer + 1]];
    if (x < left.x || x > right.x) continue;
    for (const from of left.units) {
      for (const to of right.units) {
        const distance = distanceTo(curve(from, to, plan.side), x, y);
        if (distance < least) [least, best] = [distance, { from, to }];
      }
    }
  }
  return best;
}
