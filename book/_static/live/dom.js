// Small parts that the page is made of. Text goes through text nodes: nothing a reader typed can run.

/** Make an element. Attributes go through setAttribute, text through text nodes. */
export const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
};

export const button = (text, act, className = "live-button") => {
  const node = make("button", { type: "button", class: className }, text);
  node.addEventListener("click", act);
  return node;
};

/** Fold nodes away under a title. */
export function fold(title, nodes) {
  // One fold is enough; the reader's own stands above it under the same name.
  const elements = nodes.filter((node) => node.nodeType === Node.ELEMENT_NODE);
  if (elements.length === 1 && elements[0].matches("details.form-static")) {
    elements[0].open = false;
    const summary = elements[0].querySelector("summary");
    if (!/worked example/i.test(summary.textContent)) summary.prepend("Worked example: ");
    return elements[0];
  }
  const folded = make("details", { class: "live-example" }, make("summary", {}, title));
  folded.append(...nodes);
  return folded;
}

export const counted = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
