// The connection to one kernel: Jupyter messages over a websocket that heals itself.
// https://jupyter-client.readthedocs.io/en/stable/messaging.html

const PROTOCOL = "5.4";
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8000;
const PATIENCE = 4000;
const utf8 = new TextDecoder();

// A message with buffers comes as one binary frame: the number of parts, where each begins
// (32 bits, big endian), then the parts, of which the first is the message.
function unpack(frame) {
  const view = new DataView(frame);
  const starts = Array.from({ length: view.getUint32(0) }, (_, n) => view.getUint32(4 + 4 * n));
  const parts = starts.map((start, n) => frame.slice(start, starts[n + 1] ?? frame.byteLength));
  const message = JSON.parse(utf8.decode(parts[0]));
  message.buffers = parts.slice(1).map((part) => new DataView(part));
  return message;
}

export class Kernel {
  // Messages are numbered. Of all up to `heard` the kernel knew when it said what it says now.
  sent = 0;
  heard = 0;
  #session = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  #listeners = new Map();
  #outbox = [];
  #wait = FIRST_WAIT;
  #over = false;
  #doubt;

  // `tell` is called with "open", "lost" (it will come back by itself) or "gone" (it will not).
  constructor(base, id, tell) {
    this.base = base;
    this.id = id;
    this.tell = tell;
    this.#connect();
    addEventListener("online", () => this.#connect());
  }

  on(type, listener) {
    this.#listeners.set(type, listener);
  }

  // Returns the number of the message.
  send(type, content, metadata = {}) {
    const header = {
      msg_id: `${this.#session}-${(this.sent += 1)}`,
      msg_type: type,
      session: this.#session,
      username: "",
      version: PROTOCOL,
      date: new Date().toISOString(),
    };
    const message = { header, parent_header: {}, metadata, content, channel: "shell", buffers: [] };
    const text = JSON.stringify(message);
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
    else this.#outbox.push(text);
    // A kernel that was ended leaves its socket open and silent.
    clearTimeout(this.#doubt);
    this.#doubt = setTimeout(() => this.#ask(), PATIENCE);
    return this.sent;
  }

  // Ends the kernel when its page is left for good.
  end() {
    this.#over = true;
    const token = document.cookie.match(/(?:^|; )_xsrf=([^;]*)/)?.[1] ?? "";
    const form = new FormData();
    form.append("_xsrf", token);
    navigator.sendBeacon(`${this.base}voila/api/shutdown/${this.id}`, form);
  }

  #connect() {
    if (this.#over || this.socket?.readyState <= WebSocket.OPEN) return;
    const address = new URL(`${this.base}api/kernels/${this.id}/channels`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    address.searchParams.set("session_id", this.#session);
    this.socket = new WebSocket(address);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.#opened();
    this.socket.onmessage = ({ data }) =>
      this.#received(typeof data === "string" ? JSON.parse(data) : unpack(data));
    this.socket.onclose = () => this.#closed();
  }

  #opened() {
    this.#wait = FIRST_WAIT;
    for (const text of this.#outbox.splice(0)) this.socket.send(text);
    this.tell("open");
  }

  #received(message) {
    clearTimeout(this.#doubt);
    const type = message.header.msg_type;
    if (type === "status") this.#lives(message.content.execution_state, message.parent_header);
    this.#listeners.get(type)?.(message);
  }

  #lives(state, { session, msg_id: id }) {
    if (state === "busy" && session === this.#session) this.heard = Number(id.split("-").at(-1));
    // A restarted kernel is an empty one: nothing on the page answers any more.
    if (!["restarting", "autorestarting", "dead"].includes(state)) return;
    this.#over = true;
    this.tell("gone");
  }

  #closed() {
    if (this.#over) return;
    this.tell("lost");
    setTimeout(() => this.#ask(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
  }

  // Asks the server for the kernel: one that was ended, or restarted with the server, is unknown.
  async #ask() {
    if (this.#over) return;
    const answer = await fetch(`${this.base}api/kernels/${this.id}`).catch(() => null);
    if (answer?.status === 404 || answer?.status === 403) {
      this.#over = true;
      this.tell("gone");
    } else if (answer) {
      this.#connect();
    } else {
      this.#closed();
    }
  }
}
