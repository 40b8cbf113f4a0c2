// Questions to think about, each with room for an answer. Answers are kept with the change.
// A sample answer, where there is one, is folded away under its question.

import { announcer, button, element, field, firstRows, history, place, talk, undoKeys } from "./fields.js";

function render({ model, el }) {
  const form = model.get("form");
  const voice = announcer();
  const undo = button("Undo", { kind: "sl-quiet" });

  const fields = form.questions.map((question) => {
    const one = field({ name: "answer", kind: "long", help: question.help }, "", {
      wide: true,
      changed: () => link.soon(),
    });
    one.called(question.prompt);
    if (question.sample) {
      one.node.append(element("details", { class: "sl-sample" }, element("summary", {}, "A sample answer"),
        element("p", { class: "sl-hint" }, "We made this one up. Nobody gave it, and yours will differ."),
        element("p", {}, question.sample)));
    }
    return one;
  });

  const read = () => form.questions.map((question, at) => ({ prompt: question.prompt, answer: fields[at].input.value }));
  const put = (rows) => {
    form.questions.forEach((question, at) => {
      fields[at].write(rows.find((row) => row.prompt === question.prompt)?.answer ?? "");
    });
  };

  const root = element("div", { class: "sl-form", role: "group", "aria-label": form.title },
    element("div", { class: "sl-questions" }, ...fields.map((one) => one.node)),
    element("div", { class: "sl-foot" }, undo), voice.node);

  const past = history({ read, write: (rows) => { put(rows); link.now(); }, say: voice.say, undoButton: undo });
  const link = talk(model, {
    read,
    accept: (rows) => { put(rows); past.forget(); },
    faults: () => {}, // any answer is a good answer
  });
  root.addEventListener("focusout", () => { past.keep(); link.now(); });
  undo.addEventListener("click", () => past.undo());
  undoKeys(root, past);

  put(firstRows(model));
  past.forget();
  link.start();
  place(el, root);
  return () => link.close();
}

export default { render };
