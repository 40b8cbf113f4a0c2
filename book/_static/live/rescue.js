// The change file while Python is away: what was kept last, with what was typed since laid over it.
//
// The kept change is JSON, which is YAML too. Python lays drafts over it with more care (it joins the
// scores of a day, say); here nothing is joined, so that nothing typed can go missing.

const filled = (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== "" && value !== null));
const some = (row) => Object.keys(row).length > 0;

// A form shows not all columns of a table; what it does not show stays, where the row stays in its place.
const continued = (row, old) => (Object.entries(row)[0]?.[1] === old?.[Object.keys(row)[0]] ? { ...old, ...row } : row);

/** Answers to questions, scores or assumptions among those of other forms: the latest stands last. */
function joined(table, before, typed) {
  const given = typed.map(filled).filter((row) => Object.keys(row).length > 1);
  if (table === "assumptions") { // one of each
    const theirs = new Set(typed.map((row) => row.about));
    return [...before.filter((row) => !theirs.has(row.about)), ...given];
  }
  const there = (row) => before.some((one) => Object.entries(row).every(([key, value]) => one[key] === value));
  return [...before, ...given.filter((row) => !there(row))];
}

/** Give the text of a change file. Text that is no JSON is from elsewhere, and stays as it is. */
export function rescued(text, drafts) {
  let whole;
  try {
    whole = JSON.parse(text || "{}");
  } catch {
    return text;
  }
  delete whole._written; // the text of the file that was opened: no part of a change file
  for (const [draft, typed] of Object.entries(drafts)) {
    const [table, part] = draft.split("/");
    if (table === "change") {
      const { you, ...about } = filled({ ...whole.change, you: whole.you, ...typed[0] });
      Object.assign(whole, { change: about, you });
      continue;
    }
    const before = whole[table] ?? [];
    const rows = part ? joined(table, before, typed) : typed.map((row, at) => filled(continued(row, before[at]))).filter(some);
    if (rows.length) whole[table] = rows; else delete whole[table];
  }
  return `${JSON.stringify(whole, null, 1)}\n`;
}
