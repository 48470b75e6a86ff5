// Drawing a network: links whose width and colour are their weights, units that are small pictures of what they compute.

import { clipped } from "./canvas.js";
import { css } from "./colour.js";
import { curve, unitName } from "./layout.js";

/** Widths and strengths grow with |w| but never need a scale that jumps. */
export function linkWidth(weight, n_links) {
  const crowd = Math.min(1, 9 / Math.sqrt(n_links + 40));
  return (0.7 + 8.5 * (1 - Math.exp(-Math.abs(weight) / 2.2))) * crowd;
}

function touches(focus, from, to) {
  if (!focus) return true;
  if (focus.unit) return focus.unit === from || focus.unit === to;
  return focus.from === from && focus.to === to;
}

export class Wiring {
  constructor(context, plan, facts, colours) {
    Object.assign(this, { context, plan, facts, colours });
  }

  /** weights(layer) gives {data, shape} or null; focus is what the pointer is on. */
  links(frame, focus) {
    const { context, plan, colours } = this;
    const drawn = [];
    for (let layer = 0; layer + 1 < plan.columns.length; layer += 1) {
      const weights = frame?.array(`weights/${layer}`);
      const [left, right] = [plan.columns[layer].units, plan.columns[layer + 1].units];
      const n = left.length * right.length;
      for (const from of left) {
        for (const to of right) {
          const weight = weights ? weights.data[from.place * weights.shape[1] + to.place] : 0;
          drawn.push({ from, to, weight: Number.isFinite(weight) ? weight : 0, n });
        }
      }
    }
    drawn.sort((a, b) => Math.abs(a.weight) - Math.abs(b.weight));
    context.lineCap = "butt";
    for (const { from, to, weight, n } of drawn) {
      const [x0, y0, xa, ya, xb, yb, x1, y1] = curve(from, to, plan.side);
      const near = touches(focus, from, to);
      const strength = 0.16 + 0.8 * (1 - Math.exp(-Math.abs(weight) * 1.1));
      context.strokeStyle = css(weight >= 0 ? colours.positiveRgb : colours.negativeRgb, near ? strength : strength * 0.18);
      context.lineWidth = linkWidth(weight, n) + (focus?.from && near ? 1.5 : 0);
      context.beginPath();
      context.moveTo(x0, y0);
      context.bezierCurveTo(xa, ya, xb, yb, x1, y1);
      context.stroke();
    }
  }

  units(frame, { inputs, neurons }, focus, selected, cursor) {
    for (const column of this.plan.columns) {
      for (const unit of column.units) {
        this.unit(unit, unit.layer === 0 ? inputs : neurons);
        if (unit.layer > 0) this.bias(unit, frame);
        const ring = unit === selected || unit === cursor;
        if (ring || focus?.unit === unit) this.ring(unit, ring);
      }
      this.captions(column);
    }
  }

  box(unit, grow = 0) {
    const { side } = this.plan;
    this.context.beginPath();
    this.context.roundRect(unit.x - side / 2 - grow, unit.y - side / 2 - grow, side + 2 * grow, side + 2 * grow, Math.min(8, side / 5) + grow);
  }

  unit(unit, maps) {
    const { context, plan, colours } = this;
    const { side } = plan;
    context.save();
    this.box(unit);
    context.fillStyle = colours.at(0);
    context.fill();
    context.clip();
    maps.draw(context, unit.map, unit.x - side / 2, unit.y - side / 2, side);
    context.restore();
    this.box(unit);
    context.strokeStyle = colours.ink(0.55);
    context.lineWidth = 1.25;
    context.stroke();
  }

  bias(unit, frame) {
    const bias = frame?.array(`biases/${unit.layer - 1}`)?.data[unit.place];
    if (!Number.isFinite(bias)) return;
    const { context, plan, colours } = this;
    const radius = Math.max(2.5, plan.side / 11);
    context.beginPath();
    context.arc(unit.x - plan.side / 2, unit.y + plan.side / 2, radius, 0, 2 * Math.PI);
    context.fillStyle = colours.at(Math.tanh(bias * 1.5));
    context.fill();
    context.strokeStyle = colours.ink(0.6);
    context.lineWidth = 1;
    context.stroke();
  }

  ring(unit, strong) {
    const { context, colours } = this;
    this.box(unit, 3);
    context.strokeStyle = strong ? css(colours.primary) : colours.ink(0.5);
    context.lineWidth = strong ? 2.5 : 1.5;
    context.stroke();
  }

  captions(column) {
    const { context, plan, colours, facts } = this;
    context.font = `13px ${colours.font}`;
    context.fillStyle = colours.ink(0.85);
    context.textBaseline = "middle";
    const last = column.layer === plan.columns.length - 1;
    if (column.layer === 0 || last) {
      context.textAlign = last ? "left" : "right";
      for (const unit of column.units) {
        const x = unit.x + (last ? 1 : -1) * (plan.side / 2 + 8);
        const room = last ? plan.width - x - 2 : x - 2;
        context.fillText(clipped(context, unitName(facts, unit.layer, unit.unit), room), x, unit.y);
      }
    }
    if (column.more > 0) {
      const lowest = column.units[column.units.length - 1];
      context.textAlign = "center";
      context.font = `12px ${colours.font}`;
      context.fillStyle = colours.ink(0.65);
      context.fillText(`+${column.more} more`, column.x, lowest.y + plan.side / 2 + 14);
    }
  }
}
