// The curves of one segment: a row for each recorded frame, thinned to LIMIT rows so that hours stay as light as seconds.

const LIMIT = 2000;
const COLUMNS = ["offset", "step", "epoch", "seconds"];

export class Series {
  /** index: the history record's {"offset", "step", "epoch", "seconds", "metrics"}, each a list over frames. */
  constructor(index = null) {
    for (const name of COLUMNS) this[name] = Array.from(index?.[name] ?? []);
    this.metrics = {};
    for (const [name, values] of Object.entries(index?.metrics ?? {})) this.metrics[name] = Array.from(values);
    this.revision = 0;
  }

  get length() {
    return this.step.length;
  }

  append(offset, frame) {
    const last = this.length - 1;
    // The same moment again (the newest frame is repeated after a history; an edit redraws a step): replace it.
    if (last >= 0 && (this.offset[last] === offset || this.step[last] === frame.step)) this.drop(last);
    const row = this.length;
    this.offset.push(offset);
    this.step.push(frame.step);
    this.epoch.push(frame.epoch);
    this.seconds.push(frame.seconds);
    for (const [name, value] of Object.entries(frame.metrics)) {
      this.metrics[name] ??= new Array(row).fill(null);
      this.metrics[name][row] = Number.isFinite(value) ? value : null;
    }
    for (const values of Object.values(this.metrics)) if (values.length === row) values.push(null);
    if (this.length > LIMIT) this.thin();
    this.revision += 1;
  }

  drop(row) {
    for (const name of COLUMNS) this[name].splice(row, 1);
    for (const values of Object.values(this.metrics)) values.splice(row, 1);
  }

  thin() {
    const last = this.length - 1;
    const keep = (_, row) => row % 2 === 0 || row === last;
    for (const name of COLUMNS) this[name] = this[name].filter(keep);
    for (const name of Object.keys(this.metrics)) this.metrics[name] = this.metrics[name].filter(keep);
  }

  /** The row recorded nearest to a step. */
  rowOf(step) {
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.step[middle] < step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  column(name) {
    return this[name] instanceof Array ? this[name] : this.metrics[name] ?? [];
  }
}
