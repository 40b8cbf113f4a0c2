// What every form is built from: fields, faults beside them, undo, and the talk with Python.
//
// A form is an anywidget: `export default { render({ model, el }) }`. It runs unchanged in JupyterLab
// and in the handbook's own pages. Nothing here uses innerHTML, so nothing a reader types can run.
//
// What a form and Python say to each other, as traits of `model`:
//   form    Python → form   what to show: title, help, and columns, questions, ratings or suppositions;
//                           perhaps `recalled`, the exercise that asked for this table first
//   rows    Python → form   rows loaded from outside: at the start, from a file, after "start again"
//   was     Python → form   with `rows` where only names in them are new, because they changed in another
//                           form: the rows before. In the page only
//   names   Python → form   known names to offer: {"organisations people": [...]}, by a column's `of`
//   typed   form → Python   {seq, by, rows}: all that the form holds now, right or wrong
//   faults  Python → form   {for: seq, list: [{row, column, message}]}: the answer to `typed` number seq
// The form never waits for Python, and Python never writes over what is being typed: it answers with
// faults, and sends `rows` only when the change came from somewhere else.
//
// When a form is sent depends on the model. One that says `keepsLatest` has at most one `typed` on its
// way and keeps only the newest behind it, so it is told of every keystroke at once. Any other is told
// after a pause. Faults wait for a pause with both: half a word is nearly always wrong, and a list of
// faults that comes and goes with each letter helps nobody.

const IDLE = 150; // milliseconds without a keystroke that make a pause
const BETWEEN = 120; // milliseconds between two sendings while a slider is dragged
let typedAt = 0; // when somebody last typed, in whatever form

let made = 0;
export const newId = (stem) => `sl-${stem}-${++made}`;

/** Make an element. Attributes go through setAttribute, text through text nodes. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

export const hidden = (text) => element("span", { class: "sl-hidden" }, text);

export function button(text, { label, glyph, kind = "" } = {}) {
  const node = element("button", { type: "button", class: `sl-button ${kind}`.trim() });
  if (glyph) {
    node.append(element("span", { "aria-hidden": "true" }, glyph), hidden(label));
    node.title = label;
  } else {
    node.append(text);
  }
  return node;
}

/** Put a form in its place. JupyterLab would take Enter, Space and the arrows for itself. */
export function place(el, root) {
  // It leaves them to an element with this mark, and asks the very one that has the focus.
  root.addEventListener("focusin", ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true"));
  el.classList.add("sl-host");
  el.append(root);
}

/** A frame round the fields of a form: its title is its name, its help its description. */
export function frameOf(form, ...children) {
  const title = element("span", { class: "sl-title", id: newId("title") }, form.title);
  const hint = form.help ? element("span", { class: "sl-hint", id: newId("hint") }, form.help) : null;
  return element("fieldset", { class: "sl-details", "aria-labelledby": title.id, "aria-describedby": hint?.id },
    element("legend", {}, title, hint), ...children);
}

/** A polite voice for people who do not see the change. */
export function announcer() {
  const node = element("p", { class: "sl-hidden", role: "status", "aria-live": "polite" });
  let timer;
  return {
    node,
    say(text) {
      clearTimeout(timer);
      node.textContent = "";
      timer = setTimeout(() => { node.textContent = text; }, 60);
    },
  };
}

// ------------------------------------------------------------------------------------- one field

const choicePair = (choice) =>
  Array.isArray(choice) ? choice : typeof choice === "object" ? [choice.value, choice.label] : [choice, choice];

/** "2009-07-20" as readers write it, "20 July 2009"; anything else as it is. */
export function dateInWords(text) {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (!day) return text;
  return new Date(Date.UTC(year, month - 1, day)).toLocaleDateString("en-GB", {
    day: "numeric", month: "long", year: "numeric", timeZone: "UTC",
  });
}

/**
 * One field: label, control and a place for its fault.
 *
 * `column` says what it holds, `value` what it holds now. `lists` gives the id of the list of known
 * names for a table. `changed(kind)` is told "typing" on each keystroke, "sliding" while a slider is
 * dragged, and "chosen" for the rest. A number in a range has a slider beside it. In a table that is
 * for a mouse or a finger, and only where the steps are few enough to hit: the arrow keys in the field
 * do the same, and a second stop for the Tab key in every cell would double the way through a row.
 * Where a field has a line of its own (`wide`), the slider is a control in its own right.
 */
export function field(column, value, { lists = () => null, changed, wide = false }) {
  const id = newId(column.name);
  const faultId = `${id}-fault`;
  const hintId = wide && column.help ? `${id}-hint` : null;
  const label = element("label", { for: id });
  const fault = element("p", { class: "sl-fault", id: faultId, hidden: true });
  const body = element("div", { class: `sl-control sl-is-${column.kind}` });
  let input;
  let slider = null;

  let answered = false; // a box that was never ticked is no answer, not "no"
  const common = { id, autocomplete: "off", "aria-describedby": hintId };
  const steps = (column.max - column.min) / (column.step ?? 1); // not a number where there is no range

  if (column.kind === "choice") {
    input = element("select", common);
    const choices = (column.choices ?? []).map(choicePair);
    if (!column.always) input.append(element("option", { value: "" }, "Choose"));
    for (const [code, text] of choices) input.append(element("option", { value: code }, String(text)));
  } else if (column.kind === "flag") {
    input = element("input", { ...common, type: "checkbox" });
  } else if (column.kind === "long") {
    input = element("textarea", { ...common, rows: wide ? 3 : 1 });
  } else if (column.kind === "number") {
    // A text field with a number keyboard: unlike type=number it keeps what was typed, right or wrong.
    input = element("input", {
      ...common, type: "text", inputmode: column.min < 0 ? null : "decimal", class: "sl-figure",
    });
    if (steps <= 20 || (wide && steps > 0)) {
      slider = element("input", {
        type: "range", min: column.min, max: column.max, step: column.step ?? 1,
        tabindex: wide ? null : "-1", "aria-hidden": wide ? null : "true",
      });
    }
  } else {
    // Dates are text too: a date picker drops what it cannot read, and Python reads "20 July 2009".
    input = element("input", { ...common, type: "text" });
    const list = column.kind === "name" ? lists(column.of) : null;
    if (list) input.setAttribute("list", list);
  }
  body.append(input);
  if (column.unit) body.append(element("span", { class: "sl-unit", "aria-hidden": "true" }, column.unit));
  if (slider) body.append(slider);

  const follow = () => {
    if (!slider) return;
    const number = input.value.trim() === "" ? NaN : Number(input.value);
    slider.classList.toggle("sl-unset", Number.isNaN(number));
    slider.value = Number.isNaN(number) ? (column.min + column.max) / 2 : number;
    if (wide) slider.setAttribute("aria-valuetext", Number.isNaN(number) ? column.unset ?? "not set" : `${number} ${column.unit ?? ""}`.trim());
  };

  const api = {
    id, input, label, name: column.name,
    node: element("div", { class: "sl-field" }, label, ...(hintId ? [element("p", { class: "sl-hint", id: hintId }, column.help)] : []), body, fault),
    read() {
      if (column.kind === "flag") return input.checked || (answered ? false : null);
      const text = input.value;
      if (text.trim() === "") return column.kind === "number" || column.kind === "date" || column.kind === "choice" ? null : "";
      if (column.kind === "number") {
        return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : text;
      }
      return text;
    },
    write(next) {
      const plain = next === null || next === undefined ? "" : String(next);
      const text = column.kind === "date" ? dateInWords(plain) : plain;
      if (column.kind === "flag") {
        input.checked = next === true;
        answered = typeof next === "boolean";
      } else if (input.value !== text) {
        if (input.tagName === "SELECT" && text && ![...input.options].some((option) => option.value === text)) {
          input.append(element("option", { value: text }, text)); // keep a value that is not on the list
        }
        input.value = text;
      }
      follow();
    },
    empty() {
      return column.kind === "flag" ? !input.checked && !answered : input.value.trim() === "";
    },
    mark(message) {
      if ((message ?? "") === (fault.hidden ? "" : fault.textContent)) return;
      fault.textContent = message ?? "";
      fault.hidden = !message;
      if (message) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      const described = [hintId, message ? faultId : null].filter(Boolean).join(" ");
      if (described) input.setAttribute("aria-describedby", described);
      else input.removeAttribute("aria-describedby");
    },
    called(text, visible = text) {
      label.replaceChildren(visible);
      if (text !== visible) label.append(hidden(text.slice(visible.length)));
      if (slider && wide) slider.setAttribute("aria-label", `${text}, slider`);
    },
  };

  api.write(value);
  input.addEventListener("input", () => {
    answered = true;
    follow();
    changed?.(column.kind === "choice" || column.kind === "flag" ? "chosen" : "typing");
  });
  if (slider) {
    slider.addEventListener("input", () => {
      input.value = slider.value;
      follow();
      changed?.("sliding");
    });
    slider.addEventListener("change", () => changed?.("chosen"));
    input.addEventListener("keydown", (event) => {
      const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const size = column.step ?? 1;
      const now = Number(input.value);
      const start = input.value.trim() === "" || Number.isNaN(now) ? Number(slider.value) - step * size : now;
      input.value = String(Math.min(column.max, Math.max(column.min, start + step * size)));
      follow();
      changed?.("chosen");
    });
  }
  return api;
}

/** Put the known names into the lists that fields offer. */
export function offer(lists, known) {
  for (const [of, list] of lists) {
    list.replaceChildren(...(known[of] ?? []).map((name) => element("option", { value: name })));
  }
}

// ---------------------------------------------------------------------- asked for by another exercise

/**
 * Fold a form away under one line when an earlier exercise asked for it and there is something in it.
 * Gives `tell`, which says in that line what there is, and `fold`, which opens or closes it.
 */
export function recalled(form, root) {
  if (!form.recalled) return { tell() {}, fold() {} };
  const line = element("summary");
  const node = element("details", { class: "sl-recalled" }, line, ...root.childNodes);
  root.append(node);
  const from = `exercise ${form.recalled.exercise}`;
  // On paper nobody can unfold it.
  let open = false;
  addEventListener("beforeprint", () => { open = node.open; node.open = true; });
  addEventListener("afterprint", () => { node.open = open; });
  return {
    /** `rows` counts them; `name` stands in place of the count where there is one thing only. */
    tell(rows, wrong, name = "") {
      const there = name ? `“${name}”` : `${rows} ${rows === 1 ? "row" : "rows"}`;
      const look = wrong ? ` ${wrong} ${wrong === 1 ? "field needs" : "fields need"} another look.` : "";
      const text = rows ? `${form.title}: ${there}, from ${from}${look && "."}${look}` : `${form.title}: nothing here yet, ${from} asks for it${look && "."}${look}`;
      if (line.textContent !== text) line.textContent = text;
    },
    fold(empty) { if (!node.contains(document.activeElement)) node.open = empty; },
  };
}

// --------------------------------------------------------------------------------- faults, summed

/** A list of links to the fields that need another look; empty and hidden when there are none. */
export function summary() {
  const heading = element("p", { class: "sl-summary-title" });
  const list = element("ul");
  const node = element("div", { class: "sl-summary", role: "group", "aria-label": "What needs another look", hidden: true }, heading, list);
  const linkTo = (where, text) => {
    const link = element("a", { href: `#${where.id}` }, text);
    link.addEventListener("click", (event) => {
      event.preventDefault();
      where.input.focus();
      where.input.scrollIntoView({ block: "center" });
    });
    return link;
  };
  return {
    node,
    show(faults) {
      node.hidden = faults.length === 0;
      if (!faults.length) { list.replaceChildren(); return; }
      heading.textContent = faults.length === 1
        ? "One field needs another look. What you typed is kept."
        : `${faults.length} fields need another look. What you typed is kept.`;
      // What stays in the list stays in its place: somebody may be standing on its link.
      const items = faults.map(({ field: where, text }) => [`${where?.id ?? ""} ${text}`, where, text]);
      const wanted = new Set(items.map(([key]) => key));
      for (const item of [...list.children]) if (!wanted.has(item.dataset.key)) item.remove();
      items.forEach(([key, where, text], at) => {
        if (list.children[at]?.dataset.key === key) return;
        const item = element("li", { "data-key": key }, where ? linkTo(where, text) : text);
        list.insertBefore(item, list.children[at] ?? null);
      });
      while (list.children.length > items.length) list.lastElementChild.remove();
    },
  };
}

/**
 * Make `show` wait while a mouse button or a finger is down. A fault that appears between the press and
 * the release moves the button away from under the pointer, and the click is lost.
 */
export function whenReleased(show) {
  let pressed = false;
  let due = false;
  const release = () => {
    pressed = false;
    if (due) setTimeout(() => { due = false; show(); }); // after the click
  };
  const press = () => { pressed = true; };
  const ears = { pointerdown: press, pointerup: release, pointercancel: release, dragend: release };
  for (const [event, ear] of Object.entries(ears)) document.addEventListener(event, ear, true);
  const calm = () => { if (pressed) due = true; else show(); };
  calm.close = () => {
    for (const [event, ear] of Object.entries(ears)) document.removeEventListener(event, ear, true);
  };
  return calm;
}

// ------------------------------------------------------------------------------------------- undo

/** Steps back and forward through what the form held. `read` and `write` take and give plain rows. */
export function history({ read, write, say, undoButton }) {
  let past = [];
  let future = [];
  let now = JSON.stringify(read());
  let swapping = false; // rows that go take the focus along: what stands there then is no step
  const shown = () => {
    // A button that is disabled while somebody stands on it would lose them their place.
    undoButton.disabled = past.length === 0 && undoButton !== document.activeElement;
    undoButton.setAttribute("aria-disabled", String(past.length === 0));
  };
  undoButton.addEventListener("blur", () => shown());
  const swap = (from, to, words) => {
    api.keep();
    if (!from.length) return false;
    to.push(now);
    now = from.pop();
    swapping = true;
    write(JSON.parse(now));
    swapping = false;
    shown();
    say(words);
    return true;
  };
  const api = {
    /** Remember the form as it stands, if it changed since the last time. */
    keep() {
      if (swapping) return;
      const next = JSON.stringify(read());
      if (next === now) return;
      past.push(now);
      if (past.length > 100) past.shift();
      future = [];
      now = next;
      shown();
    },
    undo: () => swap(past, future, "Undone"),
    redo: () => swap(future, past, "Done again"),
    forget() { past = []; future = []; now = JSON.stringify(read()); shown(); },
    pending: () => JSON.stringify(read()) !== now,
  };
  shown();
  return api;
}

/** Ctrl+Z and Ctrl+Y for the form. While someone is typing in a field, the browser's own undo wins. */
export function undoKeys(root, past) {
  root.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    const back = key === "z" && !event.shiftKey;
    const forward = (key === "z" && event.shiftKey) || key === "y";
    if (!back && !forward) return;
    const typing = event.target.matches("input[type=text], textarea") && past.pending();
    if (typing) return;
    event.preventDefault();
    event.stopPropagation();
    if (back) past.undo(); else past.redo();
  });
}

// ---------------------------------------------------------------------------------------- the talk

/**
 * Carry the form's rows to Python and Python's answers back.
 *
 * `read()` gives all rows; `accept(rows)` shows rows that came from outside; `faults(list)` shows
 * faults; `names(known)` takes known names. Returns `start`, `soon` (while somebody types: at once, or
 * after a pause), `steady` (now and then while something is dragged), `now` and `close`.
 */
export function talk(model, { read, accept, faults, names }) {
  const me = newId("view") + Math.random().toString(36).slice(2);
  let seq = model.get("typed")?.seq ?? 0;
  let sent = "";
  let timer = null;
  let later = null; // faults that wait for a pause
  let last = 0;
  let cost = 0; // milliseconds that reading the form took: long tables take long

  const send = () => {
    clearTimeout(timer);
    timer = null;
    last = Date.now();
    const began = performance.now();
    const rows = read();
    const text = JSON.stringify(rows);
    cost = performance.now() - began;
    if (text === sent) return;
    sent = text;
    model.set("typed", { seq: ++seq, by: me, rows });
    model.save_changes();
  };
  // A table that takes long to read would make each letter late: it waits for a pause after all.
  const wait = (most) => (model.keepsLatest && cost < 8 ? 0 : most);
  const now = () => { typedAt = 0; send(); };
  const soon = () => {
    typedAt = Date.now();
    clearTimeout(timer);
    timer = setTimeout(send, wait(IDLE));
  };
  // What stands there now is on its way to something else; leaving the field sends it after all.
  const hold = () => {
    typedAt = Date.now();
    clearTimeout(timer);
    timer = null;
  };
  const steady = () => {
    typedAt = Date.now();
    timer ??= setTimeout(send, Math.max(0, last + wait(BETWEEN) - Date.now()));
  };

  const take = (rows) => {
    clearTimeout(timer);
    timer = null;
    accept(rows);
    sent = JSON.stringify(read());
    onFaults();
  };
  const onRows = () => {
    const rows = model.get("rows") ?? [];
    const was = model.get("was");
    const seen = model.get("typed")?.seq ?? 0;
    if (was?.length !== rows.length || (timer === null && seq <= seen)) { take(rows); return; }
    // Python has not seen what was typed here since: the names are taken in, and what was typed stays.
    take(renamed(read(), was, rows));
    sent = "";
    send();
  };
  const onTyped = () => { // the same form, open a second time
    const typed = model.get("typed");
    if (!typed?.rows || typed.by === me) return;
    seq = typed.seq;
    take(typed.rows);
  };
  const onFaults = () => {
    clearTimeout(later);
    const left = typedAt + IDLE - Date.now();
    if (left > 0) { later = setTimeout(onFaults, left); return; }
    const answer = model.get("faults") ?? {};
    if ((answer.for ?? 0) >= seq) faults(answer.list ?? []);
  };
  const onNames = () => names?.(model.get("names") ?? {});

  const ears = { "change:rows": onRows, "change:typed": onTyped, "change:faults": onFaults, "change:names": onNames };
  return {
    soon, steady, now,
    /** What a field's `changed` asks for. */
    heard(kind, keep) {
      if (kind === "typing") soon();
      else if (kind === "unsettled") hold();
      else if (kind === "sliding") steady();
      else { keep(); now(); }
    },
    start() { // once the first rows stand in the form
      sent = JSON.stringify(read());
      for (const [event, ear] of Object.entries(ears)) model.on(event, ear);
      onNames();
      onFaults();
    },
    close() {
      now();
      clearTimeout(later);
      for (const [event, ear] of Object.entries(ears)) model.off(event, ear);
    },
  };
}

/** Put the names that are new in `next` into rows; `was` are the same rows as `next` before. */
function renamed(rows, was, next) {
  const key = (column, value) => JSON.stringify([column, value]);
  const names = new Map();
  was.forEach((row, at) => {
    for (const [column, value] of Object.entries(row)) {
      if (value && value !== next[at][column]) names.set(key(column, value), next[at][column]);
    }
  });
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, names.get(key(column, value)) ?? value])));
}

/** The rows to begin with: what was typed last, else what Python loaded. */
export const firstRows = (model) => model.get("typed")?.rows ?? model.get("rows") ?? [];
