// A page of text to take away: to paste into Word, to print by itself, to download.
//
// What stands in the page is made from data, node by node. The HTML that Python made of the same data
// goes to the clipboard and into the download, never into this page.

import { button, make } from "./dom.js";
import { offerFile } from "./files.js";

export class PageOfText {
  constructor() {
    this.article = make("article", { class: "page-of-text", lang: "en-GB", tabindex: "-1" });
    this.said = make("p", { class: "live-said", role: "status" });
    this.node = make("div", { class: "live-page" }, this.article,
      make("div", { class: "live-buttons", role: "group", "aria-label": "Take this page away" },
        button("Copy for Word", () => this.copy()),
        button("Print this page only", () => this.print()),
        button("Download as a web page", () => this.download("html")),
        button("Download as text", () => this.download("txt"))),
      this.said);
  }

  show(page) {
    this.page = page;
    this.article.setAttribute("aria-label", page.title);
    this.article.replaceChildren(
      make("h3", {}, page.title),
      ...page.lead.map((line) => make("p", {}, line)),
      ...page.sections.flatMap(({ heading, lines }) => [
        make("h4", {}, heading), make("ul", {}, ...lines.map((line) => make("li", {}, line)))]));
    this.said.textContent = "";
  }

  say(text) { // the same words twice are said twice
    this.said.textContent = "";
    setTimeout(() => { this.said.textContent = text; }, 60);
  }

  async copy() {
    try {
      const parts = { "text/html": this.page.html, "text/plain": this.page.text };
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(
        Object.entries(parts).map(([type, text]) => [type, new Blob([text], { type })])))]);
      this.say("Copied. Paste it into Word, or into an e-mail.");
    } catch { // refused, or too old a browser
      const range = document.createRange();
      range.selectNodeContents(this.article);
      this.article.focus();
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      this.say("This browser does not let the page copy. The text is marked: press Ctrl and C, or Cmd and C on a Mac.");
    }
  }

  print() {
    const sheet = make("div", { class: "print-sheet" }, this.article.cloneNode(true));
    const title = document.title;
    document.body.append(sheet);
    document.documentElement.classList.add("print-one");
    document.title = this.page.title;
    addEventListener("afterprint", () => {
      sheet.remove();
      document.documentElement.classList.remove("print-one");
      document.title = title;
      this.say("Back from the print window.");
    }, { once: true });
    window.print();
  }

  download(ending) {
    offerFile(`my-page.${ending}`, ending === "html" ? this.page.whole : this.page.text);
    this.say(`Downloaded as my-page.${ending}.`);
  }
}
