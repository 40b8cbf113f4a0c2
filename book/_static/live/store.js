// Where the reader's change is kept between visits: this browser's own storage, nowhere else.
//
// The key never changes, so work typed today is found by every later release. What is kept:
//   {format: 1, saved: ISO time, stamp, text: the change file as text, drafts: {table: rows}}
// `text` is a whole change file (JSON, which is YAML too). `drafts` holds rows as they were typed while
// something in them is wrong or Python has not answered yet, so that nothing typed is ever lost.

export const KEY = "system-leadership-handbook/change/1";

const isRecord = (value) => value && typeof value === "object" && typeof value.text === "string";

export class Store {
  /** `elsewhere(record)` is told when another tab writes (record is null when it cleared). */
  constructor(elsewhere) {
    this.stamp = null; // of the record this tab last read or wrote
    this.saved = null; // when this tab last kept something
    this.refused = null; // or why it cannot
    addEventListener("storage", (event) => {
      if (event.key !== KEY && event.key !== null) return;
      const record = this.look();
      if ((record?.stamp ?? null) !== this.stamp) elsewhere(record);
    });
  }

  /** What is kept now, without taking it as ours. */
  look() {
    let text = null;
    try {
      text = localStorage.getItem(KEY);
    } catch (error) {
      this.refused = "refused";
      return null;
    }
    if (text === null) return null;
    try {
      const record = JSON.parse(text);
      if (isRecord(record)) return { drafts: {}, ...record };
    } catch { /* not our wrapping: perhaps a bare change file */ }
    return { format: 1, saved: null, stamp: null, text, drafts: {} };
  }

  /** What is kept now; from here on this tab continues that work. */
  take() {
    const record = this.look();
    this.stamp = record?.stamp ?? null;
    return record;
  }

  /** Keep the work, or nothing more where it is null. Gives "saved", "elsewhere" (another tab wrote
   * meanwhile), "full" or "refused". */
  write(work, { over = false } = {}) {
    const there = this.look();
    if (!over && there && there.stamp !== this.stamp) return "elsewhere";
    if (!work) { this.clear(); return this.refused ?? "saved"; }
    const record = {
      format: 1, saved: new Date().toISOString(), stamp: `${Date.now()}-${Math.random().toString(36).slice(2)}`, text: work.text ?? "", drafts: work.drafts,
    };
    try {
      localStorage.setItem(KEY, JSON.stringify(record));
    } catch (error) {
      return error?.name === "QuotaExceededError" ? "full" : "refused";
    }
    this.refused = null;
    this.stamp = record.stamp;
    this.saved = record.saved;
    return "saved";
  }

  clear() {
    try {
      localStorage.removeItem(KEY);
    } catch { /* nothing could be kept, so nothing is left behind */ }
    this.stamp = null;
    this.saved = null;
  }
}

/** "today at 14:02", "Monday at 14:02", "3 May at 14:02": when something was saved, in the reader's words. */
export function when(iso, now = new Date()) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "earlier";
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
  if (days === 0) return `today at ${time}`;
  if (days > 0 && days < 7) return `${at.toLocaleDateString("en-GB", { weekday: "long" })} at ${time}`;
  const year = at.getFullYear() === new Date(now).getFullYear() ? undefined : "numeric";
  return `${at.toLocaleDateString("en-GB", { day: "numeric", month: "long", year })} at ${time}`;
}
