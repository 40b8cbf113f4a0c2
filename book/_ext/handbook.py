"""The handbook's own page: its contents list, its files to keep, what it loads.

Jupyter Book's theme carries a menu script, an icon font and an icon script of half a megabyte to
every page. The templates in `book/_templates` draw the page without them; this extension gives
the templates what they need and keeps style sheets and scripts that a page does not use out of it.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chapter import in_words
from docutils import nodes
from sphinx.errors import ExtensionError

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata
    from sphinx.writers.html5 import HTML5Translator

# Every page loads these and no others; an extension's own files join where it names them.
_STYLES = ("handbook.css", "evidence.css", "package.css", "live.css", "live/live.css")
_SCRIPTS = ("handbook.js", "evidence.js", "live/host.js")
_SEARCH = "Search every page of the handbook. The search runs in your browser and sends nothing."
# Above this many pages the contents list opens the current part only.
_LONG_BOOK = 80


def _wrap_tables(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let wide tables scroll by themselves, by keyboard too, so that the page never does."""
    if app.builder.format != "html":
        return
    tables = [
        table
        for table in doctree.findall(nodes.table)
        if "no-scroll" not in table.get("classes", [])
    ]
    names = [_name_of(table) for table in tables]
    for index, (table, name) in enumerate(zip(tables, names, strict=True)):
        alike = names.count(name)
        # Regions are places to go to, so no two of a page have the same name.
        place = f", {names[: index + 1].count(name)} of {alike}" if alike > 1 else ""
        region = table_region(label=f"{name}{place}")
        table.replace_self(region)
        region += table


def _name_of(table: nodes.table) -> str:
    """Give a table's own title, or that of the form or section that it stands in."""
    above: nodes.Element | None = table
    while above is not None:
        if isinstance(above, nodes.table | nodes.section):
            title = next(iter(above.findall(nodes.title)), None)
            if title is not None:
                return f"Table: {title.astext()}"
        if form := above.get("form"):
            return f"Table: {form['title']}"
        above = above.parent
    return "Table"


class table_region(nodes.General, nodes.Element):  # noqa: N801
    """A table in a region that scrolls sideways; attribute ``label`` names the region."""


def _visit_region(self: HTML5Translator, node: table_region) -> None:
    label = self.attval(node["label"])
    self.body.append(f'<div class="table-region" role="region" aria-label="{label}" tabindex="0">')


def _depart_region(self: HTML5Translator, node: table_region) -> None:
    self.body.append("</div>\n")


def _contents(app: Sphinx, pagename: str) -> list[dict[str, Any]]:
    """Give the parts of the book with their pages, the current ones marked."""
    site = app.env.external_site_map  # type: ignore[attr-defined]
    long_book = len(site) > _LONG_BOOK
    parts = []
    for tree in site.root.subtrees:
        pages = [_entry(app, site, str(name), pagename) for name in tree.items]
        current = any(page["open"] for page in pages)
        parts.append(
            {
                "caption": tree.caption,
                "pages": pages if current or not long_book else pages[:1],
                "current": current,
            }
        )
    return parts


def _entry(app: Sphinx, site: Any, docname: str, pagename: str) -> dict[str, Any]:
    document = site[docname]
    under = [str(name) for tree in document.subtrees for name in tree.items]
    title = app.env.titles.get(docname)
    is_open = docname == pagename or pagename in under
    return {
        "docname": docname,
        "title": title.astext() if title else docname,
        "current": docname == pagename,
        "open": is_open,
        "pages": [_entry(app, site, name, pagename) for name in under] if is_open else [],
    }


def _fill_page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Give the templates what they need, and the page only the files it uses."""
    context["contents"] = _contents(app, pagename)
    meta = context.get("meta") or {}
    context["description"] = meta.get("description", _SEARCH if pagename == "search" else "")
    if reviewed := meta.get("reviewed"):
        context["reviewed"] = in_words(str(reviewed))
    context["part"] = next((part for part in context["contents"] if part["current"]), None)
    context["pdf"] = _printed(app, pagename)
    context["handbook_fonts"] = [Path(font).name for font in app.config.handbook_fonts]
    context["css_files"] = [file for file in context["css_files"] if _is_one(file, _STYLES)]
    context["script_files"] = [file for file in context["script_files"] if _is_one(file, _SCRIPTS)]


def _is_one(file: Any, names: tuple[str, ...]) -> bool:
    """Whether an asset is one of these, whatever checksum its address carries."""
    path = str(getattr(file, "filename", file)).split("?")[0]
    return any(path.endswith(f"_static/{name}") or path == name for name in names)


def _printed(app: Sphinx, pagename: str) -> dict[str, str]:
    """Give the PDFs of a page: kind to address from the site's root."""
    if "printed" not in app.extensions or not getattr(app.config, "printed_enabled", False):
        return {}
    import printed

    found: dict[str, str] = {}
    if page := printed.pdf_for(pagename):
        found["page"] = str(page)
    if sheet := printed.pdf_for(f"{pagename}-worksheet"):
        found["worksheet"] = str(sheet)
    if book := printed.pdf_for("comfortable-with-chaos"):
        found["book"] = str(book)
    return found


def _copy_fonts(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    target = Path(app.outdir) / "_static" / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    for font in app.config.handbook_fonts:
        source = Path(app.srcdir) / font
        if not source.exists():
            raise ExtensionError(f"The font {font} is not there. `npm ci` brings it.")
        shutil.copy2(source, target / source.name)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the table regions and the page's context."""
    # A fingerprint of the extensions' code: when it changes, every page is read again.
    app.add_config_value("handbook_code", "", "env", [str])
    app.add_config_value("handbook_fonts", [], "html", [list])
    app.add_node(table_region, html=(_visit_region, _depart_region))
    app.add_css_file("handbook.css")
    app.add_js_file("handbook.js", loading_method="defer")
    app.connect("doctree-resolved", _wrap_tables, priority=900)
    # Last, so that what other extensions add to a page is seen.
    app.connect("html-page-context", _fill_page, priority=900)
    app.connect("build-finished", _copy_fonts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
