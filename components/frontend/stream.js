// One EventSource on a run's log. The browser resumes it by itself with Last-Event-ID; when it gives up, a fresh
// connection is made, which begins with the whole history again.

const PATIENCE_MS = 1200; // a blink is not worth a message
const LONGEST_WAIT_MS = 15000;

export class Stream {
  /**
   * after: what the log has up to here is known already.
   * on: {record(record, id, text), next(told), gone(sentence), broken(isBroken)}
   */
  constructor(url, on, after = 0) {
    this.url = url;
    this.after = after;
    this.on = on;
    this.wait = 500;
    this.closed = false;
    this.connect();
  }

  connect() {
    const source = new EventSource(this.after ? `${this.url}?after=${this.after}` : this.url);
    this.source = source;
    this.after = 0; // a source of our own that takes its place asks for everything
    source.onmessage = (event) => {
      this.settled();
      let record;
      try {
        record = JSON.parse(event.data);
      } catch {
        return; // half a record is no record; the next connection sends it whole
      }
      this.on.record(record, Number(event.lastEventId), event.data);
    };
    source.onopen = () => this.settled();
    source.addEventListener("next", (event) => this.on.next(JSON.parse(event.data)));
    source.addEventListener("gone", (event) => {
      this.close();
      let sentence = "";
      try {
        sentence = JSON.parse(event.data).sentence;
      } catch {
        sentence = event.data;
      }
      this.on.gone(sentence || "This run is no longer on the server.");
    });
    source.onerror = () => this.failed(source);
  }

  settled() {
    clearTimeout(this.warning);
    this.warning = null;
    this.wait = 500;
    this.on.broken(false);
  }

  failed(source) {
    if (this.closed) return;
    this.warning ??= setTimeout(() => this.on.broken(true), PATIENCE_MS);
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    this.again = setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(LONGEST_WAIT_MS, this.wait * 2);
  }

  close() {
    this.closed = true;
    clearTimeout(this.warning);
    clearTimeout(this.again);
    this.source.close();
  }
}
