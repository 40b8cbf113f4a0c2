// A few single fields under one heading: what the change is called, what it is for, for whom.

import { announcer, button, element, field, firstRows, frameOf, history, newId, offer, place, recalled, summary, talk, undoKeys, whenReleased } from "./fields.js";

function render({ model, el }) {
  const form = model.get("form");
  const voice = announcer();
  const problems = summary();
  const undo = button("Undo", { kind: "sl-quiet" });
  const lists = new Map(); // table or tables → the datalist of their names
  let faultList = [];

  const fields = form.columns.map((column) => field(column, null, {
    wide: true,
    lists: (of) => {
      if (!lists.has(of)) lists.set(of, element("datalist", { id: newId("names") }));
      return lists.get(of).id;
    },
    changed: (kind) => link.heard(kind, past.keep),
  }));
  fields.forEach((one, at) => one.called(form.columns[at].label));

  const read = () => (fields.every((one) => one.empty()) ? [] : [Object.fromEntries(fields.map((one) => [one.name, one.read()]))]);
  const put = (rows) => {
    for (const one of fields) one.write(rows[0]?.[one.name]);
  };
  const showFaults = whenReleased(() => {
    const shown = [];
    for (const one of fields) {
      const fault = faultList.find((each) => each.column === one.name);
      const waiting = one.input === document.activeElement; // still typing: not yet
      one.mark(fault && !waiting ? fault.message : undefined);
      if (fault && !waiting) shown.push({ field: one, text: `${one.label.textContent}: ${fault.message}` });
    }
    for (const fault of faultList) {
      if (!fields.some((one) => one.name === fault.column)) shown.push({ field: null, text: fault.message });
    }
    problems.show(shown);
    tell(shown.length);
  });

  const root = element("div", { class: "sl-form" },
    frameOf(form, ...fields.map((one) => one.node), problems.node),
    element("div", { class: "sl-foot" }, undo), voice.node, ...lists.values());

  const frame = recalled(form, root);
  const tell = (wrong) => frame.tell(read().length, wrong, fields[0].input.value.trim());

  const past = history({ read, write: (rows) => { put(rows); link.now(); showFaults(); }, say: voice.say, undoButton: undo });
  const link = talk(model, {
    read: () => { tell(faultList.length); return read(); },
    accept: (rows) => { put(rows); past.forget(); frame.fold(read().length === 0); },
    faults: (list) => { faultList = list; showFaults(); },
    names: (known) => offer(lists, known),
  });
  root.addEventListener("focusout", () => { past.keep(); link.now(); setTimeout(showFaults); });
  undo.addEventListener("click", () => past.undo());
  undoKeys(root, past);

  put(firstRows(model));
  frame.fold(read().length === 0);
  past.forget();
  link.start();
  place(el, root);
  return () => { link.close(); showFaults.close(); };
}

export default { render };
