// Statements to score from 0 to 10, each with room for why. A score given on a later day is kept beside
// the earlier one; the form shows the latest.

import { announcer, button, dateInWords, element, field, firstRows, frameOf, history, newId, place, summary, talk, undoKeys, whenReleased } from "./fields.js";

function render({ model, el }) {
  const form = model.get("form");
  const [score, why] = form.columns;
  const voice = announcer();
  const problems = summary();
  const undo = button("Undo", { kind: "sl-quiet" });
  let faultList = [];
  let loaded = []; // the rows as they came: with the day of each earlier score

  const ratings = form.ratings.map(({ prompt }) => {
    const changed = (kind) => { say(); link.heard(kind, past.keep); };
    const rating = {
      prompt,
      score: field({ ...score, name: "score", unset: "not rated yet" }, null, { wide: true, changed }),
      why: field({ ...why, name: "answer" }, "", { wide: true, changed }),
      state: element("p", { class: "sl-hint sl-state" }),
    };
    rating.score.called(`Score from ${score.min} to ${score.max}: ${prompt}`, `Score from ${score.min} to ${score.max}`);
    rating.why.called(`${why.label}: ${prompt}`, why.label);
    const id = newId("statement");
    rating.node = element("div", { class: "sl-rating", role: "group", "aria-labelledby": id },
      element("p", { class: "sl-statement", id }, prompt), rating.score.node, rating.state, rating.why.node);
    return rating;
  });

  const read = () => ratings.map((one) => ({ prompt: one.prompt, score: one.score.read(), answer: one.why.read() }));
  const put = (rows) => {
    for (const one of ratings) {
      const row = rows.find((each) => each.prompt === one.prompt);
      one.score.write(row?.score);
      one.why.write(row?.answer ?? "");
    }
    say();
  };
  const today = new Date(Date.now() - new Date().getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  function say() { // what is known of each score
    for (const one of ratings) {
      const before = loaded.find((row) => row.prompt === one.prompt);
      const earlier = before?.date && before.date < today && typeof before.score === "number";
      const same = earlier && before.score === one.score.read() && before.answer === one.why.read();
      const day = earlier ? dateInWords(before.date) : "";
      const text = same ? `You scored this ${before.score} on ${day}. Change the score or the reason, and both days are kept.`
        : earlier ? `You scored this ${before.score} on ${day}. That is kept too.`
          : one.score.empty() ? "Not rated yet." : "";
      if (one.state.textContent !== text) one.state.textContent = text;
    }
  }

  const showFaults = whenReleased(() => {
    const shown = [];
    ratings.forEach((one, at) => {
      for (const part of [one.score, one.why]) {
        const fault = faultList.find((each) => each.row === at && each.column === part.name);
        const waiting = part.input === document.activeElement; // still typing: not yet
        part.mark(fault && !waiting ? fault.message : undefined);
        if (fault && !waiting) shown.push({ field: part, text: `${one.prompt}: ${fault.message}` });
      }
    });
    problems.show(shown);
  });

  const root = element("div", { class: "sl-form" },
    frameOf(form, ...ratings.map((one) => one.node), problems.node),
    element("div", { class: "sl-foot" }, undo), voice.node);

  const past = history({ read, write: (rows) => { put(rows); link.now(); showFaults(); }, say: voice.say, undoButton: undo });
  const link = talk(model, {
    read,
    accept: (rows) => { loaded = model.get("rows") ?? []; put(rows); past.forget(); },
    faults: (list) => { faultList = list; showFaults(); },
  });
  root.addEventListener("focusout", () => { past.keep(); link.now(); setTimeout(showFaults); });
  undo.addEventListener("click", () => past.undo());
  undoKeys(root, past);

  loaded = model.get("rows") ?? [];
  put(firstRows(model));
  past.forget();
  link.start();
  place(el, root);
  return () => { link.close(); showFaults.close(); };
}

export default { render };
