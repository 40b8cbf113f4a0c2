// What a simulation assumes: a number and a slider for each figure, with why, and the way back to ours.

import { announcer, button, element, field, firstRows, frameOf, history, place, summary, talk, undoKeys, whenReleased } from "./fields.js";

const round = (number) => Number(number.toPrecision(12)); // 0.3 × 100 is not quite 30

function render({ model, el }) {
  const form = model.get("form");
  const voice = announcer();
  const problems = summary();
  const undo = button("Undo", { kind: "sl-quiet" });
  const back = button("Back to what we assume");
  let faultList = [];

  const figures = form.suppositions.map((each) => {
    const scaled = (number) => round(number * each.scale);
    const column = each.choices.length
      ? { name: "value", kind: "choice", always: true, choices: each.choices.map((text, at) => [String(at), text]) }
      : { name: "value", kind: "number", min: scaled(each.min), max: scaled(each.max), step: scaled(each.step), unit: each.unit };
    column.help = `${each.choices.length ? `Ours: ${each.ours}.` : `Ours: ${each.ours}. Tried: ${each.tried}.`} ${each.why}`;
    const one = field(column, null, { wide: true, changed: (kind) => { mark(); link.heard(kind, past.keep); } });
    one.called(each.unit ? `${each.label} (${each.unit})` : each.label, each.label);
    const yours = element("span", { class: "sl-yours", hidden: true }, "yours");
    one.label.append(" ", yours);
    return {
      ...each, one, yours,
      read() { // null stands for ours
        const typed = one.read();
        if (typed === null || typed === "") return null;
        const number = each.choices.length ? Number(typed) : typed;
        if (typeof number !== "number") return number; // not a number: Python says so
        const value = round(number / each.scale);
        return value === each.middle ? null : value;
      },
      write(value) {
        const shown = value === null || value === undefined ? each.middle : value;
        one.write(typeof shown === "number" ? scaled(shown) : shown);
      },
    };
  });

  const read = () => figures.map((each) => ({ about: each.name, value: each.read() }));
  const put = (rows) => {
    for (const each of figures) each.write(rows.find((row) => row.about === each.name)?.value);
    mark();
  };
  function mark() { // which figures are the reader's
    for (const each of figures) each.yours.hidden = each.read() === null;
    back.disabled = figures.every((each) => each.read() === null);
  }

  const showFaults = whenReleased(() => {
    const shown = [];
    figures.forEach((each, at) => {
      const fault = faultList.find((one) => one.row === at);
      const waiting = each.one.input === document.activeElement; // still typing: not yet
      each.one.mark(fault && !waiting ? fault.message : undefined);
      if (fault && !waiting) shown.push({ field: each.one, text: `${each.label}: ${fault.message}` });
    });
    problems.show(shown);
  });

  const root = element("div", { class: "sl-form sl-suppositions" },
    frameOf(form, ...figures.map((each) => each.one.node), problems.node),
    element("div", { class: "sl-foot" }, back, undo), voice.node);

  const past = history({ read, write: (rows) => { put(rows); link.now(); showFaults(); }, say: voice.say, undoButton: undo });
  const link = talk(model, {
    read,
    accept: (rows) => { put(rows); past.forget(); },
    faults: (list) => { faultList = list; showFaults(); },
  });
  root.addEventListener("focusout", (event) => {
    // A field that was emptied shows again what we assume: there is always some figure.
    const left = figures.find((each) => each.one.input === event.target);
    if (left?.one.empty()) left.write(null);
    mark();
    past.keep();
    link.now();
    setTimeout(showFaults);
  });
  back.addEventListener("click", () => {
    past.keep();
    put([]);
    past.keep();
    link.now();
    undo.focus(); // the button pressed is of no more use
    voice.say("Every figure is what we assume again. Undo brings yours back.");
  });
  undo.addEventListener("click", () => past.undo());
  undoKeys(root, past);

  put(firstRows(model));
  past.forget();
  link.start();
  place(el, root);
  return () => { link.close(); showFaults.close(); };
}

export default { render };
