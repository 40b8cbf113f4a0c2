// Draw a picture (a Vega-Lite specification with its sentence and its table) into the page, and draw it
// again in the same place when it changes. The structure is that of the static pictures.

const NARROW = 560; // pixels: below this the narrow drawing is used, where there is one

let vegaReady = null;

/** Load the drawing scripts, once. Called early, so that they arrive while Python starts. */
export function loadVega(base) {
  vegaReady ??= (async () => {
    const scripts = ["vega.min.js", "vega-lite.min.js", "vega-interpreter.min.js"].map((name) => new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL(`vega/${name}`, base).href;
      script.async = false; // in parallel, but run in this order
      script.onload = done;
      script.onerror = () => failed(new Error(`${name} could not be downloaded`));
      document.head.append(script);
    }));
    const font = document.fonts?.load?.('1rem "Atkinson Hyperlegible Next"').catch(() => null); // labels are measured with it
    await Promise.all([...scripts, font]);
  })();
  vegaReady.catch(() => { vegaReady = null; }); // so that "Try again" tries again
  return vegaReady;
}

const make = (tag, className, ...children) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
};

function tableOf({ caption, columns, rows }) {
  const table = make("table", "picture-table", make("caption", "", caption));
  const head = make("tr", "");
  for (const column of columns) {
    const th = make("th", "", String(column));
    th.scope = "col";
    head.append(th);
  }
  const body = make("tbody", "");
  for (const row of rows) {
    body.append(make("tr", "", ...row.map((cell) => make("td", "", cell === null || cell === undefined ? "" : String(cell)))));
  }
  table.append(make("thead", "", head), body);
  return table;
}

/** A figure that can be drawn again and again. `node` goes into the page, `show(picture)` draws. */
export class Drawing {
  constructor(base) {
    this.base = base;
    this.canvas = make("div", "picture-drawing");
    this.title = make("strong", "");
    this.words = make("span", "");
    this.fold = make("details", "", make("summary", "", "The same as a table"));
    this.scroller = make("div", "picture-table-scroller");
    this.scroller.tabIndex = 0;
    this.scroller.setAttribute("role", "region");
    this.fold.append(this.scroller);
    this.node = make("figure", "picture picture-live", this.canvas, make("figcaption", "", this.title, " ", this.words), this.fold);
    this.turn = 0;
    this.fold.addEventListener("toggle", () => this.fillTable());
    this.width = 0; // as last seen: asking for it at each drawing would lay the page out anew
    new ResizeObserver(() => {
      this.width = this.node.clientWidth;
      if (this.picture && this.isNarrow() !== this.drawnNarrow) this.draw();
    }).observe(this.node);
  }

  isNarrow() {
    const width = this.width || this.node.clientWidth;
    return Boolean(this.picture.narrow) && width > 0 && width < NARROW;
  }

  show(picture) {
    this.picture = picture;
    this.title.textContent = picture.title;
    this.words.textContent = picture.sentence;
    this.fold.hidden = !picture.table;
    this.tableDue = true;
    this.fillTable();
    return this.draw();
  }

  fillTable() { // a long table costs time: only when someone looks
    if (!this.fold.open || !this.tableDue || !this.picture?.table) return;
    this.tableDue = false;
    this.scroller.setAttribute("aria-label", this.picture.table.caption);
    this.scroller.replaceChildren(tableOf(this.picture.table));
  }

  async draw() {
    const turn = ++this.turn;
    const narrow = this.isNarrow();
    const picture = this.picture;
    await loadVega(this.base);
    if (turn !== this.turn) return; // a newer picture came meanwhile
    const { vega, vegaLite } = window;
    const spec = narrow ? picture.narrow : picture.spec;
    const settings = { config: { aria: false }, logger: vega.logger(vega.Error) };
    const compiled = vegaLite.compile(spec, settings).spec;
    const target = make("div", "");
    // Expressions are interpreted, not compiled to functions: nothing here needs "unsafe-eval".
    const view = new vega.View(vega.parse(compiled, null, { ast: true }), {
      renderer: "svg", container: target, expr: vega.expressionInterpreter, logLevel: vega.Error, hover: false,
    });
    await view.runAsync();
    if (turn !== this.turn) { view.finalize(); return; }
    const svg = target.querySelector("svg");
    for (const part of svg.querySelectorAll("[role], [aria-roledescription], [aria-label]")) { // one label for the whole
      for (const name of ["role", "aria-roledescription", "aria-label", "aria-hidden"]) part.removeAttribute(name);
    }
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", `${picture.title}. ${picture.sentence}`.replace("..", "."));
    this.canvas.replaceChildren(svg); // at once, so nothing flickers
    view.finalize();
    this.drawnNarrow = narrow;
    this.node.dispatchEvent(new CustomEvent("picture-drawn", { bubbles: true }));
  }
}
