// The colour button. A page reads without it.
const root = document.documentElement;
const button = document.querySelector(".colour-button");
const dark = matchMedia("(prefers-color-scheme: dark)");

const isDark = () => root.dataset.theme === "dark";
const label = () => (button.textContent = isDark() ? "Light colours" : "Dark colours");

button.hidden = false;
label();
// The template has set the colours before the first paint; follow the system when it changes.
dark.addEventListener("change", () => {
  root.dataset.theme = dark.matches ? "dark" : "light";
  label();
});
button.addEventListener("click", () => {
  const mode = isDark() ? "light" : "dark";
  root.dataset.theme = mode;
  label();
  try {
    localStorage.setItem("system-leadership-handbook/colours", mode);
  } catch {
    // Storage refused: the choice holds for this page.
  }
});
