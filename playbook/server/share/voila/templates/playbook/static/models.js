// The widgets of the kernel as models of the page, and the messages that keep both sides alike.
// https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md

const VERSION = { version: "2.1.0" };
const CONTROL_VERSION = { version: "1.0.0" };

// Puts each buffer back into the place of the state it was taken from.
function restore(state, paths, buffers) {
  paths.forEach((path, n) => {
    const owner = path.slice(0, -1).reduce((value, key) => value[key], state);
    owner[path.at(-1)] = buffers[n];
  });
  return state;
}

// One widget: `get`, `set`, `on`, `off`, `save_changes` and `send` are anywidget's contract.
export class Model {
  #unsaved = {};
  #told = new Map();
  #listeners = new Map();

  constructor(manager, id, state) {
    this.widget_manager = manager;
    this.id = id;
    this.state = state;
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    const values = typeof name === "string" ? { [name]: value } : name;
    Object.assign(this.#unsaved, values);
    this.take(values);
  }

  save_changes() {
    const state = this.#unsaved;
    this.#unsaved = {};
    const number = this.widget_manager.tell(this.id, { method: "update", state, buffer_paths: [] });
    for (const name of Object.keys(state)) this.#told.set(name, number);
  }

  send(content) {
    this.widget_manager.tell(this.id, { method: "custom", content });
  }

  on(names, listener) {
    for (const name of names.split(" ")) {
      if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
      this.#listeners.get(name).add(listener);
    }
  }

  off(names, listener) {
    for (const name of names ? names.split(" ") : [...this.#listeners.keys()]) {
      if (listener) this.#listeners.get(name)?.delete(listener);
      else this.#listeners.delete(name);
    }
  }

  // What the kernel says. Where it has not come yet to what this page told it, that is the newer.
  learn(values) {
    const known = ([name]) => (this.#told.get(name) ?? 0) <= this.widget_manager.kernel.heard;
    this.take(Object.fromEntries(Object.entries(values).filter(known)));
  }

  // New values from the other side, or from a view. Tells only of what is different now.
  take(values) {
    const changed = Object.keys(values).filter(
      (name) => JSON.stringify(values[name]) !== JSON.stringify(this.state[name]),
    );
    Object.assign(this.state, values);
    for (const name of changed) this.hear(`change:${name}`, values[name]);
    if (changed.length) this.hear("change");
  }

  hear(name, ...what) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(...what);
  }
}

export class Models {
  #models = new Map();
  #control = crypto.randomUUID?.() ?? String(Math.random()).slice(2);

  // `ready` is called whenever the states of several widgets have arrived.
  constructor(kernel, ready) {
    this.kernel = kernel;
    this.ready = ready;
    kernel.on("comm_open", (message) => this.#opened(message));
    kernel.on("comm_msg", (message) => this.#told(message));
    kernel.on("comm_close", ({ content }) => this.#models.delete(content.comm_id));
    kernel.send(
      "comm_open",
      { comm_id: this.#control, target_name: "jupyter.widget.control", data: {} },
      CONTROL_VERSION,
    );
  }

  // States of widgets, by their ids. New ones are there before others speak of them.
  take(states) {
    const known = Object.entries(states).filter(([id, { state }]) => {
      const model = this.#models.get(id);
      if (!model) this.#models.set(id, new Model(this, id, state));
      return model;
    });
    for (const [id, { state }] of known) this.#models.get(id).learn(state);
  }

  // Asks for everything, after a connection was lost and messages with it.
  refresh() {
    this.tell(this.#control, { method: "request_states" });
  }

  find(reference) {
    return this.#models.get(reference?.replace("IPY_MODEL_", ""));
  }

  tell(id, data) {
    return this.kernel.send("comm_msg", { comm_id: id, data }, VERSION);
  }

  #opened({ content, buffers }) {
    if (content.target_name !== "jupyter.widget") return;
    const { state, buffer_paths: paths = [] } = content.data;
    this.take({ [content.comm_id]: { state: restore(state, paths, buffers) } });
  }

  #told({ content, buffers }) {
    const { method, state, states, buffer_paths: paths = [] } = content.data;
    const model = this.#models.get(content.comm_id);
    // Echoes repeat what this page said; no other page speaks to the same kernel.
    if (method === "update") model?.learn(restore(state, paths, buffers));
    if (method === "custom") model?.hear("msg:custom", content.data.content, buffers);
    if (method !== "update_states") return;
    this.take(restore(states, paths, buffers));
    this.ready();
  }
}
