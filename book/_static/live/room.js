// A room: change files of many people, read here, pooled by Python, and kept nowhere.
//
// The files themselves stay with this page for as long as it is open, so that a restart can read them
// again. They go to Python a few at a time: the page stays quick, and says how far it is.

import { button, counted, make } from "./dom.js";
import { readFile } from "./files.js";

const OWN = "own"; // the key of the reader's own change
const AT_ONCE = 10; // files a message
const ENDINGS = /\.(ya?ml|xlsx|json)$/i;
const WHY = { copy: "An exact copy of another file. It counts once.", empty: "There is nothing in it to pool." };

let made = 0; // files and rooms so far

export class Room {
  /** `request(message)` asks Python and gives a promise: true when it has answered. */
  constructor(request) {
    this.request = request;
    this.entries = new Map(); // key → {name, file, state, faults}
    this.queue = []; // keys that Python has not read yet
    this.drop = []; // keys that Python is to let go
    const input = make("input", { type: "file", multiple: true, accept: ".yml,.yaml,.xlsx,.json,text/yaml", id: `room-${++made}` });
    input.addEventListener("change", () => { this.take([...input.files]); input.value = ""; });
    this.input = input;
    this.area = make("div", { class: "live-drop" },
      make("label", { for: input.id }, "Choose the change files, as many as you like"),
      input, make("p", {}, "Or drop them here. They end in .yml or .xlsx."));
    for (const event of ["dragenter", "dragover", "dragleave", "drop"]) {
      this.area.addEventListener(event, (heard) => {
        heard.preventDefault();
        this.area.classList.toggle("live-over", event === "dragenter" || event === "dragover");
        if (event === "drop") this.take([...heard.dataTransfer.files]);
      });
    }
    this.own = button("Add my own change", () => this.takeOwn());
    this.all = button("Clear all", () => this.clear(), "live-button live-plain");
    this.said = make("p", { class: "live-said", role: "status" });
    this.items = new Map(); // key → its line in a list
    this.heading = make("p", { class: "live-notice-title" });
    this.unused = make("ul", { class: "live-files", role: "list" });
    this.wrong = make("div", { class: "live-refused", hidden: true }, this.heading, this.unused);
    this.list = make("ul", { class: "live-files", role: "list" });
    this.line = make("summary");
    this.fold = make("details", { class: "live-taken", open: true, hidden: true }, this.line, this.list);
    this.node = make("section", { class: "live-room", "aria-label": "Change files of your workshop" },
      this.area,
      make("p", { class: "live-privacy" }, "The files are read in this browser. They are sent nowhere and kept nowhere: close or reload this page, and they are gone from it."),
      make("div", { class: "live-buttons" }, this.own, this.all),
      this.said, this.wrong, this.fold);
    this.shown();
  }

  // -- in and out

  take(files) {
    for (const file of files) {
      const key = `file-${++made}`;
      const right = ENDINGS.test(file.name);
      this.entries.set(key, right ? { name: file.name, file, state: "reading", faults: [] } : {
        name: file.name, state: "refused", faults: ["A change file ends in .yml or .xlsx."], here: true,
      });
      if (right) this.queue.push(key);
    }
    if (files.length) this.pump();
  }

  takeOwn() {
    this.entries.set(OWN, { name: "Your own change", state: "reading", faults: [] });
    this.queue.push(OWN);
    this.pump();
  }

  remove(keys) {
    for (const key of keys) this.entries.delete(key);
    this.queue = this.queue.filter((key) => this.entries.has(key));
    this.drop.push(...keys);
    this.pump();
  }

  clear() {
    this.remove([...this.entries.keys()]);
    this.input.focus();
  }

  /** Python is new: give it all files again. */
  again() {
    this.drop = [];
    this.pumping = false;
    this.queue = [...this.entries].filter(([, entry]) => !entry.here).map(([key]) => key);
    if (this.queue.length) this.pump();
  }

  async pump() {
    this.shown();
    if (this.pumping) return;
    this.pumping = true;
    const turn = (this.turn = {});
    try {
      while (this.queue.length || this.drop.length) {
        const keys = this.queue.splice(0, AT_ONCE);
        const drop = this.drop.splice(0);
        const files = [];
        for (const key of keys.filter((one) => one !== OWN)) {
          const entry = this.entries.get(key);
          if (!entry) continue; // taken out while others were read
          try {
            const content = await readFile(entry.file);
            if (this.entries.has(key)) files.push({ key, name: entry.name, ...content });
          } catch (error) {
            Object.assign(entry, { state: "refused", faults: [error.message], here: true });
          }
        }
        if (turn !== this.turn) return;
        const more = this.queue.length > 0;
        const own = keys.includes(OWN) && this.entries.has(OWN);
        const answered = await this.request({ drop, files, own, more });
        if (!answered || turn !== this.turn) return; // Python has stopped; `again` begins anew
        if (more) this.progress();
      }
    } finally {
      if (turn === this.turn) this.pumping = false;
    }
    this.tell();
  }

  /** What Python says of each file. */
  gathered(files) {
    for (const { key, state, faults } of files) {
      const entry = this.entries.get(key);
      if (entry) Object.assign(entry, { state, faults });
    }
    this.shown();
  }

  // -- what the page shows

  progress() {
    const all = this.entries.size;
    this.say(`Reading: ${all - this.queue.length} of ${counted(all, "file")}`, { quiet: true });
  }

  tell() {
    const states = [...this.entries.values()].map((entry) => entry.state);
    const used = states.filter((state) => state === "taken").length;
    const unused = states.length - used;
    this.say(states.length === 0 ? "No files." : `${counted(used, "file")} in the pool.${unused ? ` ${counted(unused, "file")} not used: see below.` : ""}`);
  }

  say(text, { quiet = false } = {}) {
    this.said.setAttribute("aria-live", quiet ? "off" : "polite");
    this.said.textContent = text;
  }

  shown() {
    const entries = [...this.entries];
    const used = entries.filter(([, { state }]) => state === "taken" || state === "reading");
    const unused = entries.filter(([, { state }]) => state !== "taken" && state !== "reading");
    this.own.disabled = this.entries.has(OWN);
    this.all.disabled = entries.length === 0;
    this.fold.hidden = used.length === 0;
    this.line.textContent = `In the pool: ${counted(used.length, "file")}. Fold this list away before others see the screen.`;
    this.fill(this.list, used);
    this.wrong.hidden = unused.length === 0;
    this.heading.textContent = `Not used: ${counted(unused.length, "file")}. The others are pooled all the same.`;
    this.fill(this.unused, unused);
    for (const key of this.items.keys()) if (!this.entries.has(key)) this.items.delete(key);
  }

  /** Show these in a list. A line that is right already stays where it is, and so does the focus. */
  fill(list, entries) {
    const lines = entries.map(([key, entry]) => {
      const old = this.items.get(key);
      const says = JSON.stringify([entry.state === "reading" ? "taken" : entry.state, entry.faults]);
      const line = old?.says === says ? old : { says, node: this.item([key, entry]) };
      this.items.set(key, line);
      return line.node;
    });
    const wanted = new Set(lines);
    for (const node of [...list.children]) if (!wanted.has(node)) node.remove();
    lines.forEach((node, at) => { if (list.children[at] !== node) list.insertBefore(node, list.children[at] ?? null); });
  }

  item([key, { name, state, faults }]) {
    const why = state === "refused" ? faults : WHY[state] ? [WHY[state]] : [];
    const remove = button("Remove", () => {
      const list = item.parentElement;
      const at = [...list.children].indexOf(item);
      this.remove([key]);
      const left = list.querySelectorAll("button");
      (left[Math.min(at, left.length - 1)] ?? this.input).focus();
    }, "live-button live-plain live-small");
    remove.append(make("span", { class: "live-hidden" }, ` ${name}`));
    const item = make("li", {}, make("span", { class: "live-file" }, name), remove,
      why.length ? make("ul", { class: "live-why" }, ...why.slice(0, 20).map((line) => make("li", {}, line))) : null);
    return item;
  }
}
