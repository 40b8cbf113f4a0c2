// A table of rows that a reader fills in: one row a thing, one labelled field a cell.
//
// It stays a real table at every width. On a narrow screen the style sheet turns each row into a card;
// because a changed `display` makes browsers forget that a table is a table, the roles are written out,
// and every field carries its own full name ("Strength row 3"), so nothing depends on the layout.

import { announcer, button, element, field, firstRows, hidden, history, newId, offer, place, recalled, summary, talk, undoKeys, whenReleased } from "./fields.js";

const UNITS = 24; // a row is this many units wide, whatever its columns
const WEIGHTS = { text: 7, name: 8, long: 8, choice: 6, number: 5, date: 6, flag: 3 };
const FULL = 27; // more than this on one line, and dates and choices would be cut off
const AT_LEAST = 3; // rows to see, so that there is always somewhere to type

/** Where each column goes: its line, where it begins and how many units it gets. Long text goes on
 * lines of its own where there are many columns, two to a line, and so does what the first line has no
 * room for. The first column stays on top: it says what the row is about. */
function spans(columns) {
  const lines = [[]];
  const below = [];
  let sum = 0;
  columns.forEach((column, at) => {
    const weight = WEIGHTS[column.kind];
    if (at > 0 && ((column.kind === "long" && columns.length > 3) || sum + weight > FULL)) {
      // Choices that belong together, such as three groups of people, stay together.
      while (column.kind === "choice" && lines[0].length > 1 && lines[0].at(-1).kind === "choice") below.unshift(lines[0].pop());
      below.push(column);
    } else {
      lines[0].push(column);
      sum += weight;
    }
  });
  const wide = (column) => column.kind === "long" || column.kind === "text";
  for (const column of below) {
    const last = lines.at(-1);
    const full = lines.length === 1 || last.length >= 3 || (last.length === 2 && (wide(column) || last.some(wide)));
    if (full) lines.push([column]); else last.push(column);
  }
  return new Map(lines.flatMap((line, at) => {
    const all = line.reduce((total, column) => total + WEIGHTS[column.kind], 0);
    let used = 0;
    return line.map((column, place) => {
      const units = place === line.length - 1 ? UNITS - used : Math.round((UNITS * WEIGHTS[column.kind]) / all);
      const from = used + 2; // the first track is the row's number
      used += units;
      return [column, { units, from, line: at + 1 }];
    });
  }));
}

function render({ model, el }) {
  const form = model.get("form");
  const columns = form.columns;
  const noun = form.noun ?? "row";
  const voice = announcer();
  const problems = summary();
  const lists = new Map(); // table or tables → the datalist of their names
  let rows = []; // {fields, node, number, up, down, remove, left: has the reader left this row?}
  let faultList = [];
  let sentRows = []; // the rows as last read, so that a fault's row number finds its row

  // -- the frame
  const body = element("tbody", { role: "rowgroup" });
  const helpId = newId("help");
  const places = spans(columns);
  const span = (column) => {
    const { units, from, line } = places.get(column);
    return { class: line > 1 ? "sl-cell sl-below" : "sl-cell", style: `--units: ${units}; --from: ${from}; --line: ${line}` };
  };
  const heads = columns.map((column) =>
    element("th", { scope: "col", role: "columnheader", ...span(column) }, column.label));
  const table = element("table", { class: "sl-table", role: "table" },
    element("caption", {}, element("span", { class: "sl-title" }, form.title), form.help ? element("span", { class: "sl-hint" }, form.help) : null),
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" },
      element("th", { scope: "col", role: "columnheader", class: "sl-number" }, hidden("Row")),
      ...heads,
      element("th", { scope: "col", role: "columnheader", class: "sl-actions" }, hidden("Move or remove")))),
    body);
  const explained = columns.filter((column) => column.help);
  const help = explained.length
    ? element("details", { class: "sl-help", id: helpId },
      element("summary", {}, "What goes in each column"),
      element("dl", {}, ...explained.flatMap((column) => [element("dt", {}, column.label), element("dd", {}, column.help)])))
    : null;
  const add = button(form.add ?? "Add a row", { kind: "sl-add" });
  const undo = button("Undo", { kind: "sl-quiet" });
  const root = element("div", { class: "sl-form", role: "group", "aria-label": form.title },
    help, table, element("div", { class: "sl-foot" }, add, undo), problems.node, voice.node);
  for (const { of } of columns.filter((column) => column.kind === "name")) {
    if (!lists.has(of)) lists.set(of, element("datalist", { id: newId("names") }));
  }
  root.append(...lists.values());
  const frame = recalled(form, root);

  // -- rows
  const values = (row) => Object.fromEntries(row.fields.map((one) => [one.name, one.read()]));
  const blank = (row) => row.fields.every((one) => one.empty());
  const filled = () => rows.filter((row) => !blank(row));
  const read = () => filled().map(values);
  const index = (row) => rows.indexOf(row);
  // Other tables follow a row to its new name. On the way there they would lose it: at an empty name,
  // and at a name that another row has.
  const unsettled = (row, column) => {
    if (column.name !== "name" || column.kind !== "text") return false;
    const name = (one) => String(values(one).name ?? "").trim().toLowerCase();
    return !name(row) || rows.some((other) => other !== row && name(other) === name(row));
  };

  function makeRow(value = {}) {
    const row = { left: false };
    row.fields = columns.map((column) => field(column, value[column.name] ?? column.start, {
      lists: (name) => lists.get(name)?.id,
      changed: (kind) => link.heard(kind === "typing" && unsettled(row, column) ? "unsettled" : kind, past.keep),
    }));
    row.number = element("th", { scope: "row", role: "rowheader", class: "sl-number" });
    row.up = button("", { glyph: "↑", label: "Move up", kind: "sl-icon" });
    row.down = button("", { glyph: "↓", label: "Move down", kind: "sl-icon" });
    row.remove = button("", { glyph: "×", label: "Remove", kind: "sl-icon" });
    row.up.addEventListener("click", () => move(row, -1));
    row.down.addEventListener("click", () => move(row, 1));
    row.remove.addEventListener("click", () => remove(row));
    row.node = element("tr", { role: "row" }, row.number,
      ...row.fields.map((one, at) => element("td", { role: "cell", ...span(columns[at]) }, one.node)),
      element("td", { role: "cell", class: "sl-actions" }, element("div", { class: "sl-buttons" }, row.up, row.down, row.remove)));
    row.node.addEventListener("focusout", (event) => {
      past.keep();
      link.now();
      if (!row.node.contains(event.relatedTarget)) { row.left = true; showFaults(); }
    });
    return row;
  }

  function number() {
    rows.forEach((row, at) => {
      const text = String(at + 1);
      if (row.shown !== text) {
        row.shown = text;
        row.number.replaceChildren(element("span", { class: "sl-row-word", "aria-hidden": "true" }, `${noun[0].toUpperCase()}${noun.slice(1)} `), text);
        row.fields.forEach((one, column) => one.called(`${columns[column].label} row ${text}`, columns[column].label));
        for (const [control, word] of [[row.up, "Move row"], [row.down, "Move row"], [row.remove, "Remove row"]]) {
          const label = control === row.remove ? `${word} ${text}` : `${word} ${text} ${control === row.up ? "up" : "down"}`;
          control.lastChild.textContent = label;
          control.title = label;
        }
      }
      row.up.disabled = at === 0;
      row.down.disabled = at === rows.length - 1;
    });
    table.classList.toggle("sl-none", rows.length === 0);
  }

  function append(value) {
    const row = makeRow(value);
    rows.push(row);
    body.append(row.node);
    return row;
  }

  function put(next) { // show these rows, touching only what differs
    const at = rows.findIndex((row) => row.node.contains(document.activeElement));
    const column = rows[at]?.fields.findIndex((one) => one.input === document.activeElement);
    rows.splice(next.length).forEach((row) => row.node.remove());
    next.forEach((value, at) => {
      const row = rows[at] ?? append(value);
      row.left = true;
      for (const one of row.fields) {
        if (JSON.stringify(one.read()) !== JSON.stringify(value[one.name] ?? null)) one.write(value[one.name]);
      }
    });
    while (rows.length < AT_LEAST) append();
    number();
    // Who stood in a row that is gone stands in the nearest: keys go where the focus is.
    if (at >= rows.length) (rows.at(-1).fields[column] ?? rows.at(-1).fields[0]).input.focus();
  }

  const named = (row) => {
    const text = String(row.fields[0].read() ?? "").trim();
    return text ? `, ${text}` : "";
  };

  function addRow({ after = rows.length - 1, focus = true, column = 0 } = {}) {
    past.keep();
    const row = makeRow();
    rows.splice(after + 1, 0, row);
    body.insertBefore(row.node, body.children[after + 1] ?? null);
    number();
    if (focus) row.fields[column].input.focus();
    voice.say(`Row ${index(row) + 1} added`);
    return row;
  }

  function remove(row) {
    past.keep();
    const at = index(row);
    const text = `Row ${at + 1} removed${named(row)}. Undo brings it back.`;
    rows.splice(at, 1);
    row.node.remove();
    number();
    past.keep();
    link.now();
    const next = rows[Math.min(at, rows.length - 1)];
    (next ? next.fields[0].input : add).focus();
    voice.say(text);
    showFaults();
  }

  function move(row, by) {
    past.keep();
    const at = index(row);
    const to = at + by;
    if (to < 0 || to >= rows.length) return;
    rows.splice(at, 1);
    rows.splice(to, 0, row);
    body.insertBefore(row.node, body.children[by < 0 ? to : to + 1] ?? null);
    number();
    past.keep();
    link.now();
    const wanted = by < 0 ? row.up : row.down;
    (wanted.disabled ? (by < 0 ? row.down : row.up) : wanted).focus();
    voice.say(`Moved to row ${to + 1}`);
    showFaults();
  }

  // -- faults: beside the field, once the reader has left the row
  const showFaults = whenReleased(() => {
    const shown = [];
    const marks = new Map();
    for (const fault of faultList) {
      const row = fault.row === null || fault.row === undefined ? null : sentRows[fault.row];
      if (row && !rows.includes(row)) continue;
      if (row && !row.left && row.node.contains(document.activeElement)) continue;
      const where = row?.fields.find((one) => one.name === fault.column) ?? row?.fields[0] ?? null;
      if (where && !marks.has(where)) marks.set(where, fault.message);
      const at = row ? `Row ${index(row) + 1}: ` : "";
      shown.push({ field: where, text: at + fault.message });
    }
    for (const row of rows) for (const one of row.fields) one.mark(marks.get(one));
    problems.show(shown);
    frame.tell(filled().length, shown.length);
  });

  const past = history({ read, write: (next) => { put(next); link.now(); showFaults(); }, say: voice.say, undoButton: undo });
  const link = talk(model, {
    read: () => {
      sentRows = filled();
      frame.tell(sentRows.length, faultList.length);
      return sentRows.map(values);
    },
    accept: (next) => { put(next); past.forget(); frame.fold(next.length === 0); },
    faults: (list) => { faultList = list; showFaults(); },
    names: (known) => offer(lists, known),
  });

  add.addEventListener("click", () => addRow());
  undo.addEventListener("click", () => past.undo());
  undoKeys(root, past);
  body.addEventListener("keydown", (event) => { // Enter goes down the column, as in a spreadsheet
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || !event.target.matches("input:not([type=checkbox])")) return;
    event.preventDefault();
    const row = rows.find((one) => one.node.contains(event.target));
    const column = row.fields.findIndex((one) => one.input === event.target);
    const next = rows[index(row) + 1];
    if (next) next.fields[column].input.focus();
    else if (!blank(row)) addRow({ column });
  });

  put(firstRows(model));
  frame.fold(filled().length === 0);
  past.forget();
  link.start();
  place(el, root);
  return () => { link.close(); showFaults.close(); };
}

export default { render };
