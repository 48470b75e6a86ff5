// The line to the game on the server: what is held goes there, what happens comes back. See server/play.py.

const LOST = "The connection to the game was lost.";

export class Line {
  /** on: {hello(message), state(message), refused(sentence), lost(sentence)} */
  constructor(path, on) {
    this.on = on;
    this.url = new URL(path, window.location.href);
    this.url.protocol = this.url.protocol === "https:" ? "wss:" : "ws:";
    this.url.searchParams.set("tab", Array.from(crypto.getRandomValues(new Uint32Array(2)), (n) => n.toString(36)).join(""));
    this.socket = null;
  }

  /** Whether there is a connection, or will be in a moment. */
  get there() {
    return this.socket !== null;
  }

  /** Begin with this first message. */
  open(opening) {
    this.close();
    const socket = new WebSocket(this.url);
    this.socket = socket;
    this.waiting = [opening];
    let farewell = "";
    socket.addEventListener("open", () => {
      if (this.socket !== socket) return;
      for (const message of this.waiting.splice(0)) socket.send(JSON.stringify(message));
    });
    socket.addEventListener("message", (event) => {
      const message = this.socket === socket ? read(event.data) : {};
      if (message.kind === "hello") this.on.hello(message);
      else if (message.kind === "state") this.on.state(message);
      else if (message.kind === "error") this.on.refused(String(message.error));
      else if (message.kind === "bye") farewell = String(message.reason);
    });
    socket.addEventListener("close", () => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.on.lost(farewell || LOST);
    });
  }

  send(message) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
    else if (this.socket) this.waiting.push(message);
  }

  close() {
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }
}

function read(text) {
  try {
    const found = JSON.parse(text);
    return found !== null && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}
