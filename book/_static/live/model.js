// A form's `model`: the same few calls as an anywidget's, over messages to the worker.

export class Model {
  constructor(state, send) {
    this.keepsLatest = true; // host.js sees to it: see "At most one `typed`" there
    this.state = state;
    this.send_ = send;
    this.ears = new Map();
  }
  get(name) { return this.state[name]; }
  set(name, value) { this.state[name] = value; }
  save_changes() { this.send_(this.state.typed); }
  on(event, ear) { this.ears.set(event, [...(this.ears.get(event) ?? []), ear]); }
  off(event, ear) { this.ears.set(event, (this.ears.get(event) ?? []).filter((one) => one !== ear)); }
  send() {}
  update(state) {
    Object.assign(this.state, state);
    for (const name of Object.keys(state)) for (const ear of this.ears.get(`change:${name}`) ?? []) ear();
  }
}
