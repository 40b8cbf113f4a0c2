// Cards for evidence marks. Without this script a mark is a link to its note at the end of the page;
// with it, the note also opens beside the mark. Pointing at a mark or reaching it by keyboard shows the
// card; Enter, a click or a tap keeps it open and makes its links reachable by Tab; Escape, the button
// or going elsewhere closes it. The card lies above the page, so nothing moves.
const marks = document.querySelectorAll(".evidence-mark[data-notes]");
const card = document.createElement("div");
const hasPopover = typeof card.showPopover === "function";
card.className = "evidence-card";
card.id = "evidence-card";
card.setAttribute("role", "group");
if (hasPopover) card.popover = "manual";

let shown = null; // the mark whose card is open
let kept = false; // opened on purpose: stays until closed
let timer = 0;
let dismissed = null; // closed on purpose: focus coming back must not open it again

function fill(mark) {
  card.replaceChildren();
  card.classList.toggle("is-found", mark.classList.contains("is-found"));
  for (const id of mark.dataset.notes.split(" ")) {
    const note = document.getElementById(id);
    if (!note) continue;
    if (card.childElementCount) card.append(document.createElement("hr"));
    for (const part of note.children) {
      if (!part.classList.contains("evidence-back")) card.append(part.cloneNode(true));
    }
  }
  for (const part of card.querySelectorAll("[id]")) part.removeAttribute("id");
  const ways = document.createElement("p");
  ways.className = "evidence-card-ways";
  const toNote = document.createElement("a");
  toNote.href = mark.getAttribute("href");
  toNote.textContent = "Go to the note";
  const shut = document.createElement("button");
  shut.type = "button";
  shut.textContent = "Close";
  shut.addEventListener("click", () => close(true));
  ways.append(toNote, shut);
  card.append(ways);
  card.setAttribute("aria-label", `Note: ${mark.textContent.trim()}`);
}

function place(mark) {
  // Under the line the mark ends on, or above it where there is more room.
  const lines = mark.getClientRects();
  const line = lines[lines.length - 1];
  const { width, height } = card.getBoundingClientRect();
  const below = window.innerHeight - line.bottom;
  const top = below >= height + 12 || below >= line.top ? line.bottom + 4 : line.top - height - 4;
  card.style.top = `${Math.max(8, Math.min(top, window.innerHeight - height - 8))}px`;
  card.style.left = `${Math.max(12, Math.min(line.left - 8, document.documentElement.clientWidth - width - 12))}px`;
}

function open(mark, keep) {
  clearTimeout(timer);
  if (shown !== mark) {
    close(false);
    fill(mark);
    // Next to its mark in the page, so that it is what comes next for keyboard and screen reader.
    mark.after(card);
    if (hasPopover) card.showPopover(); else card.dataset.open = "";
    shown = mark;
    place(mark);
  }
  kept = keep;
  for (const link of card.querySelectorAll("a, button")) link.tabIndex = keep ? 0 : -1;
  if (keep) mark.setAttribute("aria-expanded", "true");
}

function close(back) {
  clearTimeout(timer);
  if (!shown) return;
  const mark = shown;
  const inside = card.contains(document.activeElement);
  shown = null;
  kept = false;
  mark.removeAttribute("aria-expanded");
  if (hasPopover) card.hidePopover(); else delete card.dataset.open;
  if (back && inside) {
    dismissed = mark;
    mark.focus({ preventScroll: true, focusVisible: true });
  }
  card.remove();
}

function later(what, wait) {
  clearTimeout(timer);
  timer = setTimeout(what, wait);
}

for (const mark of marks) {
  mark.addEventListener("pointerenter", (event) => {
    if (event.pointerType === "mouse" && !kept) later(() => open(mark, false), 180);
  });
  mark.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && !kept) later(() => close(false), 280);
  });
  mark.addEventListener("focus", () => {
    if (dismissed !== mark && !kept && mark.matches(":focus-visible")) open(mark, false);
    dismissed = null;
  });
  mark.addEventListener("blur", (event) => {
    if (shown === mark && !card.contains(event.relatedTarget) && !card.matches(":hover")) close(false);
  });
  mark.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    if (shown === mark && kept) close(true); else open(mark, true);
  });
}

card.addEventListener("pointerenter", () => clearTimeout(timer));
card.addEventListener("pointerleave", (event) => {
  if (event.pointerType === "mouse" && !kept) later(() => close(false), 280);
});
card.addEventListener("focusout", (event) => {
  const to = event.relatedTarget;
  if (shown && to && to !== shown && !card.contains(to)) close(false);
});
card.addEventListener("click", (event) => {
  if (event.target.closest("a[href^='#']")) close(false);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && shown) {
    event.preventDefault();
    close(true);
  }
});
document.addEventListener("pointerdown", (event) => {
  if (shown && !card.contains(event.target) && !shown.contains(event.target)) close(false);
});
addEventListener("scroll", () => shown && place(shown), { passive: true });
addEventListener("resize", () => shown && place(shown));
