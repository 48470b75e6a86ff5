// The network: one canvas with units and links, a floating card for what the pointer is on, and the inspector below.

import { fit, MapSheet } from "./canvas.js";
import { element, setText } from "./elements.js";
import { sayLayers } from "./hand.js";
import { Inspector } from "./inspector.js";
import { Layers } from "./layers.js";
import { arrange, hit, unitName } from "./layout.js";
import { number } from "./numbers.js";
import { Panel } from "./panel.js";
import { Wiring } from "./wiring.js";

const CARD_SIDE = 132;
const BODY_HEIGHT = 390;

export class Diagram extends Panel {
  constructor(spec, view) {
    super(spec, view);
    this.addSaving();
    this.inputs = new MapSheet();
    this.neurons = new MapSheet();
    this.canvas = element("canvas", {
      className: "lv-canvas", tabindex: 0, role: "application", "data-keys": "own",
      "aria-label": "Network diagram. Arrow keys move between units, Enter shows a unit's numbers.",
      on: {
        pointermove: (event) => this.point(event),
        pointerleave: () => this.leave(),
        click: (event) => this.click(event),
        keydown: (event) => this.key(event),
        blur: () => this.moveTo(null),
      },
    });
    this.card = element("div", { className: "lv-card", hidden: true });
    this.cardCanvas = element("canvas");
    this.cardTitle = element("div", { className: "lv-card-title" });
    this.cardText = element("div", { className: "lv-card-text" });
    this.card.append(this.cardCanvas, this.cardTitle, this.cardText);
    this.stage = element("div", { className: "lv-stage" }, this.canvas, this.card);
    this.scroller = element("div", { className: "lv-scroller" }, this.stage);
    this.spoken = element("div", { className: "lv-spoken", role: "status" });
    this.inspector = new Inspector((name, index, value) => this.view.act("edit", { name, index, value }), () => this.select(null));
    this.body.append(this.scroller, this.spoken, this.inspector.element);
    if (spec.editable) {
      this.layers = new Layers(spec.limits, (text) => {
        sayLayers(text);
        this.view.tell("layers", text);
      });
      this.layers.element.style.visibility = "hidden"; // until there are layers to change
      this.heading.after(this.layers.element);
      this.stage.append(this.layers.columns);
    }
  }

  canvases() {
    return [this.canvas];
  }

  reset() {
    this.focus = null;
    this.cursor = null;
    this.card.hidden = true;
  }

  learn(run) {
    super.learn(run);
    if (!run.facts.get("layers")) return;
    this.inputs.paint(run.facts.array("inputs"), this.colours.table);
    this.layers?.learn(run.facts);
    this.layers?.element.style.removeProperty("visibility");
    const before = this.shape;
    this.shape = String(run.facts.get("layers"));
    this.plan = null;
    if (this.arrange()) this.select(before === this.shape ? this.selected : null);
  }

  /** The unit at the same place of the present plan. */
  same(unit) {
    return unit ? this.plan.columns[unit.layer]?.units[unit.place] ?? null : null;
  }

  arrange() {
    const width = this.scroller.clientWidth;
    if (!this.run?.facts.get("layers") || width === 0) return false;
    if (this.plan && this.width === width) return true;
    this.width = width;
    const { facts } = this.run;
    const small = this.view.narrow;
    const context = this.canvas.getContext("2d");
    context.font = `13px ${this.colours.font}`;
    const most = Math.max(76, Math.min(170, width * 0.2));
    const layers = facts.get("layers");
    const widest = (layer, n) => Math.min(most, Math.max(18, ...Array.from({ length: Math.min(n, 16) }, (_, i) =>
      context.measureText(unitName(facts, layer, facts.get("shown")?.[layer]?.[i] ?? i)).width)));
    const touch = this.view.narrow || window.matchMedia("(pointer: coarse)").matches;
    const round = touch ? 40 : 26;
    const space = {
      width,
      left: widest(0, layers[0]) + 14,
      right: widest(layers.length - 1, layers.at(-1)) + 14,
      bodyHeight: small ? 250 : BODY_HEIGHT,
      leastGap: this.layers ? round + 10 : 36,
      top: 0,
    };
    const trial = arrange(facts, space);
    const stacked = trial.gap < 2 * round + 14;
    if (this.layers && layers.length > 2) space.top = (stacked ? 2 * round + 4 : round) + 24;
    this.plan = arrange(facts, space);
    this.focus = null;
    [this.selected, this.cursor] = [this.selected, this.cursor].map((unit) => this.same(unit));
    this.stage.style.width = `${this.plan.width}px`;
    this.stage.style.height = `${this.plan.height}px`;
    this.stage.classList.toggle("lv-touch", touch);
    this.layers?.place(this.plan, stacked);
    return true;
  }

  draw(run, frame) {
    super.draw(run, frame);
    if (!this.arrange()) return;
    this.neurons.paint(frame.array("neurons"), this.colours.table);
    this.paint();
    this.tell();
    this.inspector.update(frame, this.whyNot());
  }

  redraw() {
    if (this.run?.facts.get("layers")) this.inputs.paint(this.run.facts.array("inputs"), this.colours.table);
    this.width = null;
    super.redraw();
  }

  whyNot() {
    if (this.view.scrubbed) return "You are looking at a recorded moment: go back to Live to change a number.";
    return this.run.ended ? "This run has ended; its numbers can be read but not changed." : "";
  }

  paint() {
    if (!this.plan || !this.frame) return;
    const context = fit(this.canvas, this.plan.width, this.plan.height);
    context.clearRect(0, 0, this.plan.width, this.plan.height);
    const wiring = new Wiring(context, this.plan, this.run.facts, this.colours);
    const focus = this.focus ?? (this.cursor ? { unit: this.cursor } : null);
    wiring.links(this.frame, focus);
    wiring.units(this.frame, this, this.focus, this.selected, this.cursor);
  }

  // What the pointer or the keyboard is on.

  point(event) {
    if (!this.plan) return;
    const box = this.canvas.getBoundingClientRect();
    const found = hit(this.plan, event.clientX - box.left, event.clientY - box.top);
    const same = found?.unit === this.focus?.unit && found?.from === this.focus?.from && found?.to === this.focus?.to;
    this.canvas.style.cursor = found ? "pointer" : "default";
    this.at = [event.clientX - box.left, event.clientY - box.top];
    if (same) return;
    this.focus = found;
    this.paint();
    this.tell();
  }

  leave() {
    this.focus = null;
    this.paint();
    this.tell();
  }

  moveTo(unit) {
    this.cursor = unit;
    this.paint();
    this.tell();
    setText(this.spoken, unit ? `${unitName(this.run.facts, unit.layer, unit.unit)}. ${this.biasText(unit)}` : "");
  }

  key(event) {
    const move = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!this.plan || event.ctrlKey || event.metaKey || event.altKey) return;
    if (move) {
      const here = this.cursor ?? this.plan.columns[0].units[0];
      const layer = Math.min(this.plan.columns.length - 1, Math.max(0, here.layer + (this.cursor ? move[0] : 0)));
      const { units } = this.plan.columns[layer];
      const nearest = units.reduce((best, unit) => (Math.abs(unit.y - here.y) < Math.abs(best.y - here.y) ? unit : best), units[0]);
      const place = this.cursor ? nearest.place + move[1] : nearest.place;
      this.moveTo(units[Math.min(units.length - 1, Math.max(0, place))]);
    } else if (event.key === "Enter" && this.cursor) {
      this.select(this.cursor);
    } else if (event.key === "Escape") {
      this.select(null);
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  click(event) {
    this.point(event);
    if (this.focus?.to) this.select(this.focus.to, this.focus.from);
    else this.select(this.focus?.unit ?? null);
  }

  select(unit, from = null) {
    this.selected = unit && unit.layer > 0 ? unit : null;
    if (this.selected) this.inspector.show(unit, this.plan, this.run.facts, from);
    else this.inspector.hide();
    this.paint();
    if (this.frame) this.inspector.update(this.frame, this.whyNot());
  }

  // The floating card.

  biasText(unit) {
    const bias = unit.layer > 0 ? this.frame?.array(`biases/${unit.layer - 1}`)?.data[unit.place] : undefined;
    return Number.isFinite(bias) ? `bias ${number(bias)}` : "";
  }

  tell() {
    const unit = this.focus?.unit ?? (this.focus ? null : this.cursor);
    const link = this.focus?.from ? this.focus : null;
    this.card.hidden = !(unit || link) || !this.frame;
    if (this.card.hidden) return;
    const { facts } = this.run;
    this.cardCanvas.hidden = !unit;
    if (unit) {
      setText(this.cardTitle, unitName(facts, unit.layer, unit.unit));
      const words = unit.layer === 0 ? "input" : this.biasText(unit);
      setText(this.cardText, words);
      const context = fit(this.cardCanvas, CARD_SIDE, CARD_SIDE);
      context.clearRect(0, 0, CARD_SIDE, CARD_SIDE);
      const maps = unit.layer === 0 ? this.inputs : this.neurons;
      this.cardCanvas.hidden = !maps.draw(context, unit.map, 0, 0, CARD_SIDE);
    } else {
      const weights = this.frame.array(`weights/${link.from.layer}`);
      const value = weights?.data[link.from.place * weights.shape[1] + link.to.place];
      setText(this.cardTitle, `weight ${number(value)}`);
      setText(this.cardText, `${unitName(facts, link.from.layer, link.from.unit)} → ${unitName(facts, link.to.layer, link.to.unit)}`);
    }
    this.float(unit ? [unit.x, unit.y] : this.at, unit ? this.plan.side / 2 + 10 : 12);
  }

  float([x, y], away) {
    const { offsetWidth: w, offsetHeight: h } = this.card;
    const low = this.scroller.scrollLeft;
    const right = x + away + w < low + this.scroller.clientWidth;
    const left = right ? x + away : Math.max(low, x - away - w);
    const top = Math.max(0, Math.min(this.plan.height - h, y - h / 2));
    this.card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }

  table() {
    const { facts } = this.run;
    const rows = [["layer", "from", "to", "value"]];
    this.plan.columns.slice(1).forEach((column, layer) => {
      const weights = this.frame.array(`weights/${layer}`);
      const biases = this.frame.array(`biases/${layer}`);
      for (const to of column.units) {
        const name = unitName(facts, to.layer, to.unit);
        for (const from of this.plan.columns[layer].units) {
          rows.push([layer + 1, unitName(facts, from.layer, from.unit), name, weights?.data[from.place * weights.shape[1] + to.place]]);
        }
        rows.push([layer + 1, "bias", name, biases?.data[to.place]]);
      }
    });
    return rows;
  }

  close() {
    this.layers?.close();
  }
}
