// One run as the browser knows it: its records merged into head, facts, notes, state, curves and the newest frame.

import { Frame, Values } from "./arrays.js";
import { act } from "./control.js";
import { Series } from "./series.js";
import { Stream } from "./stream.js";

function bytesIn(text) {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 127) return new TextEncoder().encode(text).length;
  return text.length;
}

const HELD_MS = 600; // a run is usually replaced because this page changed a setting, and what replaces it is about to show

/** States in which a run trains, or will as soon as it may. */
export const ACTIVE = ["running", "queued"];

export class Run {
  /** known: {view, control, shape, live, state}; state is a record, or the bare word of one. */
  constructor(base, known) {
    this.base = base;
    this.view = known.view;
    this.know(known);
    const state = known.state;
    this.state = state !== null && typeof state === "object" ? state : { kind: "state", state: state ?? "starting" };
    this.wantsPlay = false;
    this.broken = false;
    this.replaced = false; // by a newer one, whether or not that was told yet
    this.goneSentence = null;
    this.frame = null;
    this.clear({ segment: 0 });
    this.facts = new Values();
    this.notes = [];
  }

  know({ control, shape, live }) {
    this.control = control;
    this.shape = shape;
    this.live = { ...(live ?? {}) };
  }

  clear(head) {
    this.head = head;
    this.series = new Series();
  }

  get ended() {
    return this.goneSentence !== null || this.state.state === "ended";
  }

  get condition() {
    return this.goneSentence !== null ? "gone" : this.state.state;
  }

  /**
   * changed(what, run) with what: head, facts, frame, note, state, next (a newer run took its place), connection.
   * first: records that are here already, each with where its line ends in the log.
   */
  open(changed, first = []) {
    this.changed = changed;
    let after = 0;
    for (const { end, record } of first) {
      this.take({ ...record, offset: after }, end);
      after = end;
    }
    this.stream = new Stream(`${this.base}/live/${encodeURIComponent(this.view)}`, {
      record: (record, id, text) => this.take(record, id, text),
      next: (told) => {
        this.successor = told.view;
        this.told = told;
        this.changed("next", this);
      },
      gone: (sentence) => {
        this.goneSentence = sentence;
        this.changed("state", this);
      },
      broken: (broken) => {
        if (broken === this.broken) return;
        this.broken = broken;
        this.changed("connection", this);
      },
    }, after);
  }

  close() {
    this.stream?.close();
    this.changed = () => {};
  }

  take(record, id, text) {
    if (record.kind === "state" && record.outcome === "replaced" && !this.replaced) {
      this.replaced = true;
      setTimeout(() => this.take(record), HELD_MS);
      return;
    }
    const known = {
      history: () => this.takeHistory(record),
      head: () => {
        this.clear(record);
        this.notes = [];
      },
      facts: () => this.facts.merge(record.facts),
      frame: () => this.takeFrame(record, id, text),
      note: () => {
        // One takes the place of an earlier one that says the same; without a cause it takes it back.
        this.notes = this.notes.filter(({ name, title }) => name !== record.name || title !== record.title);
        if (record.cause) this.notes.push(record);
      },
      state: () => {
        this.state = record;
        if (record.state === "running") this.wantsPlay = true;
        if (record.state === "paused") this.wantsPlay = false;
      },
      refused: () => {
        this.refusal = record.sentence;
      },
    }[record.kind];
    if (!known) return;
    known();
    if (record.kind !== "history") this.changed(record.kind, this);
  }

  takeHistory(record) {
    this.head = record.head ?? this.head;
    this.series = new Series(record.index);
    this.facts = new Values(record.facts);
    this.notes = record.notes ?? [];
    if (record.state) this.state = record.state;
    if (ACTIVE.includes(this.state.state)) this.wantsPlay = true;
    this.repeating = true;
    for (const what of ["head", "facts", "note", "state"]) this.changed(what, this);
  }

  takeFrame(record, id, text) {
    this.frame = new Frame(record);
    const repeated = this.repeating && this.series.step.at(-1) === this.frame.step;
    this.repeating = false;
    if (repeated) return; // the newest frame follows a history whose index has it already
    // The id is the place after the line in the log, so the line begins its own length (and a line feed) earlier.
    const offset = record.offset ?? id - bytesIn(text) - 1;
    this.series.append(offset, this.frame);
  }

  act(action, more = {}) {
    return act(this.base, this.control, action, more);
  }

  /** The [name, value] of those live settings that differ from what the run has. */
  differing(values) {
    return Object.entries(values).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(this.live[name]));
  }

  /** Send live settings that differ from what the run has; while one request travels, later ones fold into one. */
  async set(values) {
    this.wanted = values;
    if (this.setting) return;
    this.setting = true;
    try {
      while (this.wanted) {
        const wanted = this.wanted;
        this.wanted = null;
        const changed = Object.fromEntries(this.differing(wanted));
        if (Object.keys(changed).length === 0) continue;
        await this.act("set", { values: changed });
        Object.assign(this.live, changed);
      }
    } finally {
      this.setting = false;
    }
  }

  recorded(offset) {
    const url = `${this.base}/live/${encodeURIComponent(this.view)}/frame/${offset}`;
    return fetch(url, { credentials: "same-origin" }).then((response) => {
      if (!response.ok) throw new Error(`frame ${offset}: ${response.status}`);
      return response.json();
    }).then((record) => new Frame(record));
  }

  get metricsUrl() {
    return `${this.base}/live/${encodeURIComponent(this.view)}/metrics.csv`;
  }
}
