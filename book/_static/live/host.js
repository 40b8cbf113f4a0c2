// The live exercise: runs the page's own cells in Python, on the reader's change, in their browser.
//
// The page is complete without this file: it shows the worked example, made when the book was built.
// "Start" creates a module worker (worker.js) that loads Pyodide and our wheels and runs the cells in
// order. Their forms and pictures then stand where the worked example's stood.
//
// PROTOCOL. Host and worker exchange messages, each with a `type`. What Python sends comes as JSON text
// (posted through the module `page_host`), what worker.js sends comes as an object.
//
//   host → worker, each with a `number`, each answered by {type: "answered", number}
//     start     wheels, cells [{index, source}], saved (a record of store.js, or null), count (bytes?)
//     typed     id, typed {seq, by, rows}: a form as it stands
//     download  as "yml" or "xlsx": wants a `file` back, or `unmade`
//     open      name, bytes: a change file that the reader chose; wants `opened` back
//     clear     start again with a blank change; wants `opened` back
//     gather    id of a room, drop [key], files [{key, name, bytes}], own (the reader's change too?),
//               more (are there more to come?); the last one wants `gathered` back
//   worker → host, while starting
//     progress  loaded (bytes so far)     loaded (Python is here)     running  cell     ready
//   worker → host, from Python
//     form      cell, id, module (a script in forms/), draft, state: a form to show; `draft` names what
//               is typed in it until it is in the change
//     update    id, state: traits of a form that changed in Python
//     picture   cell, id, picture {title, sentence, spec, narrow, table}: draw it, here and again
//     words     cell, id, sentences
//     text      cell, id, page {title, lead, sections, text, html, whole}: a page of text to take away
//     room      cell, id: a place for the change files of a workshop
//     gathered  id, files [{key, state, faults}]: what became of each file of a room
//     trouble   cell, id, message: this one could not be made; the rest goes on
//     begun     empty: is the change blank?
//     unread    faults [text]: what the browser kept could not be read
//     keep      text (null when there is nothing to keep), empty, drafts [name]: the change to keep;
//               what was typed in these is in it
//     file      name, text or (a workbook) bytes: offer it to the reader
//     unmade    name, faults [text]: why a `file` could not be made
//     opened    ok, name, faults [text], perhaps notes [text]: what came of `open` or `clear`; notes
//               tell what is odd in a file that was read, such as hidden rows
//     failed    during, message, detail: a cell or a message failed
// `bytes` are in base64, so that all of it is JSON.
//
// A form's `model` (model.js) is the same as an anywidget's, over these messages.
// At most one `typed` of a form is on its way; newer typing waits and replaces what waits, so a slow
// machine never works through a queue of keystrokes. Typed rows are kept in the browser as drafts at
// once, and leave the drafts when Python's `keep` says they are in the change. So it is where Python has
// stopped: a restart takes the drafts in. Forms whose rows are about to be replaced (by a start, by
// `open` and `clear`) are inert until they are: what was typed in them could only end up in the wrong
// change. What was typed before has gone to Python before.
//
// Everything a reader typed reaches the page through textContent. Nothing is ever sent anywhere.

import { button, fold, make } from "./dom.js";
import { fromBase64, megabytes, offerFile, readFile } from "./files.js";
import { Model } from "./model.js";
import { keepForOffline } from "./offline.js";
import { PageOfText } from "./page-of-text.js";
import { Drawing, loadVega } from "./pictures.js";
import { rescued } from "./rescue.js";
import { Room } from "./room.js";
import { Store, when } from "./store.js";

const SLOW = 10_000; // milliseconds without an answer before we say so
const base = new URL(".", import.meta.url);
// In the page before the start, and no worked example: the same for everybody.
const FOR_ALL = ".questions, .suppositions";

// --------------------------------------------------------------------------------- the exercise

class Exercise {
  constructor(panel) {
    this.panel = panel;
    this.title = panel.querySelector(".live-title");
    this.body = panel.querySelector(".live-body");
    this.links = panel.querySelector(".live-other");
    this.name = panel.dataset.name;
    this.store = new Store((record) => this.elsewhere(record));
    this.worker = null;
    this.drafts = {}; // draft → rows typed but not yet in the change
    this.text = null; // the change as kept last
    this.forms = new Map(); // id → {model, draft, sending, waiting, close}
    this.rooms = new Map(); // id → Room; they outlive a restart
    this.answers = new Map(); // number → who waits for that answer
    this.shown = new Map(); // id of a picture or words → what shows it
    this.slots = new Map(); // cell → where its output goes
    this.asked = new Map(); // number → when it was sent
    this.number = 0;
    this.news = ""; // what just happened, said before "saved at"
    this.replacing = null; // the number of the latest `open` or `clear` that is on its way
    this.parted = null; // why this page does not save, with the notice that lets the reader choose
    addEventListener("pagehide", () => this.flush());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.flush(); });
    this.offer();
  }

  // -- before the start

  offer() {
    const record = this.store.look();
    const start = this.panel.querySelector(".live-start");
    const buttons = start.parentElement;
    start.addEventListener("click", () => this.start());
    for (const event of ["pointerenter", "focus"]) start.addEventListener(event, () => this.prepare(), { once: true });
    start.hidden = false;
    this.sayDownload();
    if (record) {
      start.textContent = "Carry on with your change";
      const saved = record.saved ? `You saved work ${when(record.saved)} in this browser.` : "There is saved work in this browser.";
      buttons.before(make("p", { class: "live-found" }, saved));
    } else if (this.store.refused) {
      buttons.before(make("p", { class: "live-note" },
        "This browser does not let the page keep your work between visits. You can still use it: download your change file before you leave."));
    }
  }

  sayDownload() { // how much comes over the wire depends on whether this site compresses
    const size = this.panel.querySelector(".live-size");
    const page = performance.getEntriesByType("navigation")[0];
    const packed = page && page.encodedBodySize > 0 && page.encodedBodySize < page.decodedBodySize;
    const bytes = Number(packed ? this.panel.dataset.packed : this.panel.dataset.plain);
    if (size && bytes) size.textContent = `about ${Math.round(bytes / 1e6)} MB`;
  }

  prepare() { // small things, fetched when the reader reaches for the button
    const json = async (path) => {
      const response = await fetch(path);
      if (!response.ok) throw new Error(`${path} could not be downloaded (${response.status})`);
      return response.json();
    };
    this.prepared ??= Promise.all([json(new URL("manifest.json", base).href), json(new URL(`cells/${this.name}.json`, base).href)]);
    this.prepared.catch(() => { this.prepared = null; });
    return this.prepared;
  }

  // -- start and restart

  async start() {
    this.stop();
    this.rest(true);
    const held = document.activeElement && this.panel.contains(document.activeElement);
    this.showStarting();
    if (held) this.title.focus();
    performance.mark("exercise-start");
    const worker = new Worker(new URL("worker.js", base), { type: "module" });
    this.worker = worker;
    worker.onmessage = ({ data }) => { if (worker === this.worker) this.hear(typeof data === "string" ? JSON.parse(data) : data); };
    worker.onerror = (event) => { if (worker === this.worker) { event.preventDefault(); this.failed({ during: this.state === "starting" ? "start" : "run", message: event.message || "A part of the program could not be loaded." }); } };
    loadVega(base).catch(() => {});
    this.formStyle ??= document.head.appendChild(make("link", { rel: "stylesheet", href: new URL("forms/forms.css", base).href }));
    for (const name of ["table", "details", "questions"]) import(new URL(`forms/${name}.js`, base).href).catch(() => {});
    try {
      const [manifest, cells] = await this.prepare();
      if (worker !== this.worker) return;
      this.cells = cells.cells;
      this.total = manifest.python;
      const seen = this.remembered("seen") === manifest.version;
      this.version = manifest.version;
      this.manifest = manifest;
      // What is on this page goes on; before there was anything, what the browser kept.
      const record = this.live ? this.record : this.record ?? this.store.take();
      this.text = record?.text ?? null;
      this.drafts = { ...record?.drafts };
      this.ask({ type: "start", wheels: manifest.wheels, cells: this.cells, count: !seen, saved: this.record });
      navigator.storage?.persist?.().catch(() => {});
    } catch (error) {
      if (worker === this.worker) this.failed({ during: "start", message: error.message });
    }
  }

  stop() {
    this.worker?.terminate();
    this.worker = null;
    for (const form of this.forms.values()) form.close?.(); // what was typed last becomes a draft
    this.forms.clear();
    this.asked.clear();
    for (const tell of this.answers.values()) tell(false);
    this.answers.clear();
    this.wanted = null;
    this.replacing = null;
    clearTimeout(this.watch);
    clearTimeout(this.busy);
    this.shown.clear();
  }

  /** While their rows are on the way to be replaced nobody can type in the forms: it would be lost. */
  rest(still) {
    for (const form of document.querySelectorAll(".live-form")) form.inert = still;
  }

  get record() { return this.text === null && !Object.keys(this.drafts).length ? null : { text: this.text, drafts: this.drafts }; }

  remembered(what, value) { // small facts about this browser; nothing depends on them
    try {
      const key = `system-leadership-handbook/${what}`;
      if (value === undefined) return localStorage.getItem(key);
      localStorage.setItem(key, value);
    } catch { /* not remembered, then */ }
    return null;
  }

  ask(message) {
    message.number = ++this.number;
    this.asked.set(message.number, Date.now());
    this.worker?.postMessage(message);
    if (message.type !== "start") this.expect();
    return message.number;
  }

  get running() { return this.worker !== null && this.state !== "starting" && this.state !== "stopped"; }

  /** Ask, and wait: gives true once Python has answered, false if it stopped before. */
  request(message) {
    if (!this.running) return Promise.resolve(false);
    return new Promise((tell) => { this.answers.set(this.ask(message), tell); });
  }

  expect() { // an answer is due; say so if it does not come
    clearTimeout(this.watch);
    if (!this.asked.size) return;
    this.watch = setTimeout(() => this.slow(), SLOW);
  }

  // -- what the worker says

  hear(message) {
    const act = this[`on_${message.type}`];
    if (act) act.call(this, message);
  }

  on_progress({ loaded }) {
    if (!this.bar || this.state !== "starting") return;
    const total = Math.max(this.total ?? loaded, loaded);
    this.bar.max = total;
    this.bar.value = loaded;
    this.say(`Starting: ${megabytes(loaded)} of ${megabytes(total)} MB`, { quiet: true });
  }

  on_loaded() {
    this.remembered("seen", this.version);
    if (this.bar) this.bar.removeAttribute("value");
    this.say("Starting: preparing your forms and pictures");
  }

  on_running({ cell }) {
    this.slots.get(cell)?.live.replaceChildren();
  }

  async on_form({ cell, id, module, draft, state }) {
    const place = make("div", { class: "live-form" });
    const saved = make("p", { class: "live-saved", "aria-hidden": "true" });
    this.slot(cell).append(place, saved);
    const form = { draft, sending: null, waiting: null };
    form.model = new Model(state, (typed) => this.typed(id, form, typed));
    this.forms.set(id, form);
    const { default: widget } = await import(new URL(`forms/${module}.js`, base).href);
    if (this.forms.get(id) !== form) return;
    form.close = await widget.render({ model: form.model, el: place });
  }

  on_update({ id, state }) { this.forms.get(id)?.model.update(state); }

  on_picture({ cell, id, picture }) {
    let drawing = this.shown.get(id);
    if (!(drawing instanceof Drawing)) {
      const place = drawing?.node;
      drawing = new Drawing(base);
      if (place) place.replaceWith(drawing.node); else this.slot(cell).append(drawing.node);
      this.shown.set(id, drawing);
    }
    drawing.show(picture).then(
      () => { if (!this.firstDrawn) { this.firstDrawn = true; performance.measure("exercise-first-picture", "exercise-start"); } },
      (error) => this.on_trouble({ cell, id, message: `This picture could not be drawn: ${error.message}` }),
    );
  }

  on_words({ cell, id, sentences }) {
    const words = this.textPlace(cell, id, "ul", "live-words");
    words.replaceChildren(...sentences.map((sentence) => make("li", {}, sentence)));
  }

  on_trouble({ cell, id, message }) {
    this.textPlace(cell, id, "p", "live-trouble").textContent = message;
  }

  on_text({ cell, id, page }) {
    let text = this.shown.get(id);
    if (!(text instanceof PageOfText)) {
      const place = text?.node;
      text = new PageOfText();
      if (place) place.replaceWith(text.node); else this.slot(cell).append(text.node);
      this.shown.set(id, text);
    }
    text.show(page);
  }

  on_room({ cell, id }) {
    let room = this.rooms.get(id);
    if (!room) {
      room = new Room((message) => this.request({ type: "gather", id, ...message }));
      this.rooms.set(id, room);
    }
    this.slot(cell).append(room.node);
  }

  on_gathered({ id, files }) { this.rooms.get(id)?.gathered(files); }

  textPlace(cell, id, tag, className) {
    const there = this.shown.get(id);
    if (there?.className === className) return there.node;
    const node = make(tag, { class: className });
    if (there) there.node.replaceWith(node); else this.slot(cell).append(node);
    this.shown.set(id, { node, className });
    return node;
  }

  on_ready() {
    this.live = true;
    // Later, for the reader's first picture matters more.
    setTimeout(() => keepForOffline(base, this.manifest).then((kept) => { if (kept) this.sayOffline(); }), 2000);
    this.foldExample();
    this.showTools();
    if (this.record || this.parted) this.showSaved(); else this.say(this.rooms.size ? "Ready. Choose the change files; the pictures follow." : "Ready. Fill in the first form; the pictures follow.");
    for (const room of this.rooms.values()) room.again();
    if (this.parted) this.notice(this.parted);
    else if (Object.keys(this.drafts).length) this.keep();
  }

  on_answered({ number }) {
    this.asked.delete(number);
    this.expect();
    this.answers.get(number)?.(true);
    this.answers.delete(number);
    this.notSlow();
    if (number === this.replacing) { this.replacing = null; this.rest(false); }
    for (const form of this.forms.values()) {
      if (form.sending === number) form.sending = null;
      if (form.sending === null && !this.replacing) this.sendWaiting(form);
    }
    if (this.wanted) { const as = this.wanted; this.wanted = null; this.download(as); }
    if (this.asked.size) return;
    clearTimeout(this.busy);
    if (this.live && this.outcome) this.showSaved();
  }

  on_keep({ text, empty, drafts }) {
    this.text = text;
    this.blank = empty;
    for (const draft of drafts) {
      // Python answers a start first, so what was sent meanwhile is not in it yet.
      const newer = [...this.forms.values()].some((one) => one.draft === draft && (one.waiting || (this.state === "starting" && one.sending)));
      if (!newer) delete this.drafts[draft];
    }
    this.keep();
  }

  on_begun({ empty }) { this.blank = empty; }

  on_unread({ faults }) {
    this.text = null; // what Python works on is blank; what cannot be read stays in the store alone
    this.parted = {
      status: "Not saving: the work kept in this browser could not be read",
      other: "the work that could not be read",
      title: "The work kept in this browser could not be read",
      text: "It is left as it is, and this page does not save over it. You see a blank change. What was wrong:",
      list: faults,
      buttons: [
        button("Download what was kept", () => offerFile("my-change-kept.txt", this.store.look()?.text ?? "")),
        button("Save this page in its place", () => this.keepThis(), "live-button live-plain"),
      ],
    };
  }

  on_file({ name, text, bytes }) { offerFile(name, bytes === undefined ? text : fromBase64(bytes)); }

  on_unmade({ name, faults }) {
    this.notice({
      title: `${name} could not be made`,
      text: "Nothing is lost. Put this right in the forms, or download your change as text:",
      list: faults,
      buttons: [
        button("Download as text (.yml)", () => this.download("yml")),
        button("Close", () => this.notice(null), "live-button live-plain"),
      ],
    });
  }

  on_opened({ ok, name, faults, notes = [] }) {
    const close = button("Close", () => this.notice(null), "live-button live-plain");
    if (ok) {
      for (const form of this.forms.values()) form.waiting = null; // typed in what is gone
      this.drafts = {};
      this.keepSoon();
      // The reader was asked about all that this takes the place of, but for what came later.
      if (this.parted && this.parted === this.decided) this.keepThis();
      if (faults.length) {
        this.notice({
          title: faults.length === 1 ? "One thing in this file needs another look" : `${faults.length} things in this file need another look`,
          text: "They are kept as they were written. Put them right in the forms, or in the file:",
          list: faults,
          more: notes.length ? { text: "Is this as you meant it?", list: notes } : null,
          buttons: [close],
        });
      } else if (notes.length) {
        this.notice({ title: `${name} was opened`, text: "Is this as you meant it?", list: notes, buttons: [close] });
      } else this.notice(null);
      this.news = name ? `Opened ${name}. ` : "Cleared. ";
      return;
    }
    this.notice({
      title: `${name} could not be opened`,
      text: "Nothing on this page has changed. Put these right in the file, then open it again:",
      list: faults,
      buttons: [button("Choose a file", () => this.choose()), close],
    });
  }

  on_failed({ during, message, detail }) {
    this.failed({ during, message, detail });
  }

  // -- typing

  typed(id, form, typed) {
    this.news = "";
    this.drafts[form.draft] = typed.rows;
    this.keepSoon();
    if (!this.worker || this.forms.get(id) !== form) return;
    form.waiting = { type: "typed", id, typed };
    if (form.sending === null && !this.replacing) this.sendWaiting(form);
  }

  sendWaiting(form) {
    if (!form.waiting) return;
    form.sending = this.ask(form.waiting);
    form.waiting = null;
    clearTimeout(this.busy);
    this.busy = setTimeout(() => { if (this.asked.size && this.live && !this.parted) { this.state = "working"; this.say("Working…", { quiet: true }); } }, 400);
  }

  // -- keeping

  keepSoon() {
    this.keepTimer ??= setTimeout(() => this.keep(), 600);
  }

  flush() { if (this.keepTimer) this.keep(); }

  keep(options) {
    clearTimeout(this.keepTimer);
    this.keepTimer = null;
    if (this.parted) return;
    const outcome = this.store.write(this.record, options);
    if (outcome === "elsewhere") { this.elsewhere(this.store.look()); return; }
    this.outcome = outcome;
    if (outcome === "saved" && this.asked.size === 0) this.showSaved();
    if (outcome !== "saved") this.showNotSaved(outcome);
  }

  showSaved() {
    if (this.parted) { this.showParted(); return; }
    if (this.outcome && this.outcome !== "saved") { this.showNotSaved(this.outcome); return; }
    const time = (this.store.saved ? new Date(this.store.saved) : new Date()).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    const text = this.record ? `Saved in this browser at ${time}` : "Nothing is kept in this browser now";
    this.below(text);
    if (this.state === "stopped" || this.state === "starting") return; // which the status says
    this.state = "ready";
    this.say(`${this.news}${text}`, { quiet: !this.news });
  }

  showParted() {
    this.say(this.parted.status, { alert: true });
    this.below("Not saved in this browser");
  }

  below(text) { // below each form, where somebody who types looks
    for (const line of document.querySelectorAll(".live-saved")) line.textContent = text;
  }

  showNotSaved(outcome) {
    const why = outcome === "full" ? "This browser has no room left for your work." : "This browser does not let the page keep your work.";
    this.say(`Not saved. ${why} Download your change file before you leave.`, { alert: true });
    this.below("Not saved in this browser");
  }

  elsewhere(record) {
    if (!this.live) return;
    const what = record
      ? `Your change was saved from another tab ${record.saved ? when(record.saved) : "just now"}.`
      : "Your change was cleared in another tab.";
    this.parted = {
      status: "Not saving: your change is open in another tab too",
      other: record ? "the work from the other tab" : null,
      title: "Your change is open in another tab",
      text: `${what} This page has stopped saving, so that it does not write over that work. What do you want to go on with?`,
      buttons: [
        button("Take the work from the other tab", () => {
          this.stop();
          this.parted = null; this.live = false; this.text = null; this.drafts = {};
          this.start();
        }),
        button("Keep what is on this page", () => this.keepThis()),
        button("Download my change file", () => this.download(), "live-button live-plain"),
      ],
    };
    this.showParted();
    if (this.state !== "stopped") this.notice(this.parted); // a restart is to come before
  }

  /** The reader has chosen what is on this page: it is saved again, over what is there. */
  keepThis() {
    this.parted = null;
    this.notice(null);
    this.store.take();
    this.keep({ over: true });
  }

  // -- what the reader can do

  download(as = "yml") {
    if (!this.running) this.rescue();
    else if ([...this.forms.values()].some((form) => form.waiting)) this.wanted = as; // typing goes first
    else this.ask({ type: "download", as });
  }

  rescue() { // without Python
    if (this.record) offerFile("my-change.yml", rescued(this.text, this.drafts));
  }

  choose() {
    const chooser = make("input", { type: "file", accept: ".yml,.yaml,.xlsx,.json,text/yaml" });
    chooser.addEventListener("change", () => { if (chooser.files[0]) this.open(chooser.files[0]); });
    chooser.click();
  }

  async open(file) {
    let content;
    try {
      content = await readFile(file);
    } catch (error) {
      this.on_opened({ ok: false, name: file.name, faults: [error.message] });
      return;
    }
    const asked = this.parted;
    if (!this.isBlank() && !(await this.confirm({
      title: `Open ${file.name}?`,
      text: `It takes the place of the change on this page${this.parted?.other ? ` and of ${this.parted.other}` : ""}. Download your change first if you want to keep it.`,
      yes: "Open it", no: "Keep what is on this page",
    }))) return;
    this.replace({ type: "open", name: file.name, ...content }, asked);
  }

  async clear() {
    const asked = this.parted;
    if (!this.isBlank() && !(await this.confirm({
      title: "Start again with a blank change?",
      text: `This clears everything you typed in all exercises from this page and this browser${this.parted?.other ? `, and ${this.parted.other}` : ""}. It cannot be undone.`,
      yes: "Clear everything", no: "Keep my work",
    }))) return;
    if (!this.running) return;
    this.store.clear();
    this.replace({ type: "clear" }, asked);
    this.text = null;
    this.drafts = {};
  }

  /** Put another change in the place of this one. `asked` is what the reader was asked about. */
  replace(message, asked) {
    if (!this.running) return; // it has stopped meanwhile
    this.rest(true);
    // What was typed goes first, and so does a download of it: neither is of the change to come.
    for (const form of this.forms.values()) this.sendWaiting(form);
    if (this.wanted) { this.ask({ type: "download", as: this.wanted }); this.wanted = null; }
    this.decided = asked;
    this.replacing = this.ask(message);
  }

  /** Is there nothing that another change would take the place of? */
  isBlank() { return this.blank !== false && !Object.keys(this.drafts).length && !this.parted?.other; }

  confirm({ title, text, yes, no }) {
    return new Promise((answer) => {
      const heading = make("h2", { id: "live-question" }, title);
      const dialog = make("dialog", { class: "live-dialog", "aria-labelledby": "live-question" }, heading, make("p", {}, text));
      const close = (value) => { dialog.close(); dialog.remove(); answer(value); };
      dialog.append(make("div", { class: "live-buttons" },
        button(no, () => close(false)),
        button("Download my change file", () => this.download(), "live-button live-plain"),
        button(yes, () => close(true), "live-button live-danger")));
      dialog.addEventListener("cancel", (event) => { event.preventDefault(); close(false); });
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  // -- what the page shows

  slot(cell) {
    let slot = this.slots.get(cell);
    if (!slot) {
      let outputs = [...document.querySelectorAll(`.exercise-output[data-cell="${cell}"]`)];
      if (!outputs.length) {
        const made = make("div", { class: "exercise-output", "data-cell": cell });
        const others = [...document.querySelectorAll(".exercise-output")].filter((one) => Number(one.dataset.cell) < cell);
        (others.at(-1) ?? this.panel).after(made);
        outputs = [made];
      }
      const live = make("div", { class: "live-output" });
      const example = outputs.flatMap((output) => [...output.childNodes]);
      slot = { live, folds: [] };
      const there = example.filter((node) => node.nodeType === Node.ELEMENT_NODE && !node.matches(FOR_ALL));
      if (there.length) slot.folds.push(fold("Worked example", example));
      outputs[0].replaceChildren(live, ...slot.folds);
      this.slots.set(cell, slot);
    }
    return slot.live;
  }

  foldExample() {
    if (this.folds) return;
    this.folds = [...document.querySelectorAll(".worked-example")].map((block) => {
      const folded = fold(block.dataset.title ? `Worked example: ${block.dataset.title}` : "About the worked example", [...block.childNodes]);
      block.replaceChildren(folded);
      return folded;
    });
  }

  toggleExample(control) {
    const folds = [...(this.folds ?? []), ...[...this.slots.values()].flatMap((slot) => slot.folds)];
    const open = control.getAttribute("aria-pressed") !== "true";
    for (const one of folds) one.open = open;
    control.setAttribute("aria-pressed", String(open));
  }

  showStarting() {
    this.state = "starting";
    this.title.textContent = "Starting your exercise";
    this.status = make("p", { class: "live-status", role: "status" }, "Starting");
    this.bar = make("progress", { class: "live-progress", "aria-label": "Starting" });
    this.notices = make("div", { class: "live-notices" });
    this.body.replaceChildren(this.status, this.bar, this.notices);
    this.panel.classList.add("live-on");
  }

  showTools() {
    this.state = "ready";
    this.title.textContent = "Your change";
    this.bar = null;
    const example = button("Show the worked example", () => this.toggleExample(example), "live-button live-plain");
    example.setAttribute("aria-pressed", "false");
    const downloads = make("div", { class: "live-joined", role: "group", "aria-label": "Download my change file" },
      button("Download as Excel", () => this.download("xlsx")),
      button("Download as text (.yml)", () => this.download("yml")));
    const open = button("Open a change file", () => this.choose());
    const again = button("Start again", () => this.clear(), "live-button live-plain");
    this.pythons = [downloads, open, again]; // of no use without Python
    this.body.replaceChildren(
      this.status,
      make("div", { class: "live-buttons", role: "group", "aria-label": "Your change" }, downloads, open, example, again),
      make("p", { class: "live-privacy" }, "What you type stays in this browser, on this device. Your change file carries it to the other exercises, or to another device."),
      this.notices,
    );
  }

  sayOffline() {
    const note = this.body.querySelector(".live-privacy");
    if (note && !note.dataset.offline) {
      note.dataset.offline = "";
      note.append(" The exercises now also work without a network.");
    }
  }

  say(text, { alert = false, quiet = false } = {}) {
    if (!this.status) return;
    this.status.classList.toggle("live-alert", alert);
    // Progress and saving would talk over a screen reader's user at every step: shown, not announced.
    this.status.setAttribute("aria-live", quiet ? "off" : alert ? "assertive" : "polite");
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  notice(content) {
    if (!this.notices) return;
    content ??= this.parted; // until the reader has chosen, that question comes back
    if (this.notices.contains(document.activeElement)) this.title.focus(); // the button pressed goes
    if (!content) { this.notices.replaceChildren(); return; }
    const points = ({ text, list }) => [
      make("p", {}, text),
      list ? make("ul", {}, ...list.slice(0, 100).map((line) => make("li", {}, line))) : null,
      list?.length > 100 ? make("p", {}, `and ${list.length - 100} more`) : null,
    ];
    const box = make("div", { class: "live-notice", role: "alert" },
      make("p", { class: "live-notice-title" }, content.title),
      ...points(content),
      ...(content.more ? points(content.more) : []),
      content.detail ? make("details", {}, make("summary", {}, "For whoever looks after this site"), make("pre", { tabindex: "0" }, content.detail)) : null,
      make("div", { class: "live-buttons" }, ...(content.buttons ?? [])));
    this.notices.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  }

  /** Say where the reader's work is, when something has gone wrong. */
  whereabouts() {
    if (!this.record) return "";
    return this.parted || (this.outcome && this.outcome !== "saved")
      ? "What you typed is on this page only, and not kept in this browser: download your change file before you close the page. "
      : "What you typed is kept in this browser. ";
  }

  slow() {
    if (this.state === "stopped") return;
    this.isSlow = true;
    this.flush();
    this.say("No answer yet", { alert: true });
    this.notice({
      title: "This takes longer than it should",
      text: `${this.whereabouts()}You can wait, or start the exercise afresh: it comes back with your work.`,
      buttons: [
        button("Restart", () => this.start()),
        this.record ? button("Download my change file", () => this.rescue(), "live-button live-plain") : null,
      ].filter(Boolean),
    });
    this.slowNotice = this.notices?.firstChild;
  }

  notSlow() {
    if (!this.isSlow) return;
    this.isSlow = false;
    if (this.slowNotice?.isConnected) this.notice(null); // what the answer says stays
    this.showSaved();
  }

  failed({ during, message, detail }) {
    const starting = !this.live || during === "start";
    this.stop();
    this.state = "stopped";
    this.rest(false);
    this.bar?.remove();
    const held = this.panel.contains(document.activeElement);
    for (const tool of this.pythons ?? []) tool.hidden = true;
    if (held && !document.activeElement?.checkVisibility?.()) this.title.focus();
    this.title.textContent = starting ? "The exercise could not start" : "The exercise has stopped";
    this.say("Stopped", { alert: true });
    this.flush();
    this.notice({
      title: starting ? "This page could not start Python in your browser" : "Something went wrong while working on your change",
      text: `${this.whereabouts()}Try again. If it keeps happening, use the printable worksheet or the notebook: they do the same exercise. The browser says: ${message}`,
      detail,
      buttons: [
        button(starting ? "Try again" : "Restart", () => this.start()),
        this.record ? button("Download my change file", () => this.download(), "live-button live-plain") : null,
      ].filter(Boolean),
    });
  }
}

for (const panel of document.querySelectorAll("[data-live]")) new Exercise(panel);
