"""The page that documents the package, from the docstrings of its public modules.

================ ==================================================================================
package-modules  sections for the modules named: what each is for, then all that it makes public
package-inside   a table of the modules that are not public, a line each
================ ==================================================================================

`sphinx.ext.autodoc` and `sphinx.ext.napoleon` read the docstrings. What is here chooses what to
show and in which order, adds the columns of the tables of a change to the classes of their rows,
and links references to the bibliography. A public module that the page leaves out is a warning.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import attrs
from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.environment import BuildEnvironment
    from sphinx.util.typing import ExtensionMetadata

logger = logging.getLogger(__name__)

_PACKAGE = "system_leadership"
# Imported with the package, so not in its list of what is imported when first asked for.
_ALWAYS = {"change", "faults"}
# Longer values, such as all of `TABLES`, are data to look at in Python.
_LONGEST_VALUE = 120
_METADATA = "package-modules"
_SETTINGS = {
    "add_module_names": False,
    "autodoc_type_aliases": {"Picture": f"{_PACKAGE}.pictures.Picture"},
    # A name in backticks is a link where it is documented, else code.
    "default_role": "py:obj",
    "napoleon_google_docstring": False,
    "napoleon_custom_sections": [("Attributes", "params_style")],
    "napoleon_use_rtype": False,
    # The page's own contents stop at modules, and no index is made.
    "toc_object_entries": False,
    "html_domain_indices": False,
}


def module_names() -> list[str]:
    """Give the names of all modules of the package."""
    package = importlib.import_module(_PACKAGE)
    return sorted(each.name for each in pkgutil.iter_modules(package.__path__))


def public_names() -> set[str]:
    """Give the names of the modules that the package makes public."""
    return {*_ALWAYS, *importlib.import_module(_PACKAGE)._MODULES}


def module_named(name: str) -> ModuleType:
    """Give a module of the package."""
    return importlib.import_module(f"{_PACKAGE}.{name}")


def purpose(module: ModuleType) -> str:
    """Give the first paragraph of a module's docstring on one line."""
    return " ".join(inspect.getdoc(module).split("\n\n")[0].split())  # type: ignore[union-attr]


# ---------------------------------------------------------------------------- what is shown


def members(name: str) -> Iterator[tuple[str, str]]:
    """Give what a module makes public, functions first: autodoc's directive and the full name.

    What is described with another public module comes as ``("", full name there)``.
    """
    module = module_named(name)
    others = {f"{_PACKAGE}.{other}" for other in public_names() - {name}}
    order = ["autofunction", "autoclass", "autodata"]
    public = [(_kind(getattr(module, member)), member) for member in module.__all__]
    # The class that a module is named after leads.
    public.sort(key=lambda each: (order.index(each[0]), each[1].lower() != name))
    for kind, member in public:
        if kind == "autodata":
            home = made = _home(module, member)
        else:
            home, made = getattr(module, member).__module__, module.__name__
        yield ("", f"{home}.{member}") if home in others else (kind, f"{made}.{member}")


def _kind(value: object) -> str:
    if inspect.isclass(value):
        return "autoclass"
    return "autofunction" if inspect.isroutine(value) else "autodata"


def _home(module: ModuleType, name: str) -> str:
    """Give the name of the module where a constant is made, for only there is its docstring."""
    for each in (module, *map(module_named, module_names())):
        if getattr(each, name, None) is not getattr(module, name):
            continue
        read = ModuleAnalyzer.for_module(each.__name__)
        # Reading a module for its docstrings is slow, and most only import the name.
        if re.search(rf"^{name}\b", read.code, re.M) and ("", name) in read.find_attr_docs():
            return each.__name__
    return module.__name__


def directives(name: str) -> Iterator[str]:
    """Give the lines of reStructuredText that document a module."""
    module = module_named(name)
    yield from (f".. automodule:: {module.__name__}", "   :no-index:", "")
    found = list(members(name))
    here = ", ".join(f":py:obj:`~{path}`" for kind, path in found if kind)
    yield from (".. container:: package-names", "", f"   In this module: {here}.", "")
    if elsewhere := ", ".join(f":py:obj:`{path}`" for kind, path in found if not kind):
        yield from (f"Also here, and described there: {elsewhere}.", "")
    for kind, path in found:
        if not kind:
            continue
        yield f".. {kind}:: {path}"
        if kind == "autoclass":
            yield "   :members:"
        if kind == "autodata" and len(repr(getattr(module, path.split(".")[-1]))) > _LONGEST_VALUE:
            yield "   :no-value:"
        yield ""


# ---------------------------------------------------------------------------- docstrings


def _add_columns(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Describe the fields of a row by the columns of its table: what to write, and its range."""
    tables = importlib.import_module(f"{_PACKAGE}.change").TABLES.values()
    table = next((each for each in tables if each.row is obj), None)
    if table is None or "Attributes" in lines:
        return
    shared = {each.name for each in attrs.fields(obj) if each.inherited}
    fields = ["Attributes", "----------"]
    for column in table.columns:
        if column.attribute in shared:
            continue
        kind = "several texts" if column.many and not column.of else _KINDS[column.kind]
        needed = ", needed" if column.required else ""
        fields += [f"{column.attribute} : {kind}{needed}", f"    {_help(column)}"]
    at = lines.index("Examples") if "Examples" in lines else len(lines)
    also = ["", "Like every `Row` it may have a note and sources."] if shared else []
    lines[at:at] = [*also, "", *fields, ""]


_KINDS = {
    "text": "text", "long": "text", "choice": "choice", "number": "number", "date": "date",
    "name": "name", "flag": "yes or no",
}  # fmt: skip


def _help(column: Any) -> str:
    """Give what to write in a column, and what it takes where that is limited."""
    limited = column.kind in ("choice", "number")
    return " ".join(each for each in (column.help, column.wanted if limited else "") if each)


def _link_works(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Link keys of references to the bibliography, and numbers of notes too.

    Notes are numbered afresh in every docstring, which one page cannot keep apart; so each number
    in the text becomes the work it stands for, and the notes become a list.
    """
    lines[:] = link_works(lines, app.env.evidence_record.works)  # type: ignore[attr-defined]


def link_works(lines: Sequence[str], works: Iterable[str]) -> list[str]:
    """Put links to works in place of their keys and of notes' numbers.

    Examples
    --------
    >>> link_works(["Few [1]_.", "References", "-" * 10, ".. [1] Fish, fish2014."], ["fish2014"])
    ['Few (:work:`fish2014`).', 'References', '----------', '*  Fish [:work:`fish2014`].']
    """
    key = re.compile(rf"\b({'|'.join(sorted(works))})\b")
    text = "\n".join(lines)
    cited = {
        number: found[0]
        for number, note in re.findall(r"^\.\. \[(\d+)\] (.*(?:\n +.*)*)", text, re.M)
        if (found := key.search(note))
    }

    def cite(notes: re.Match[str]) -> str:
        keys = [cited.get(number, "") for number in re.findall(r"\d+", notes[0])]
        return f"(:work:`{','.join(keys)}`)" if all(keys) else notes[0].replace("_", "")

    text = re.sub(r"\[\d+\]_(?:\s*\[\d+\]_)*", cite, text)
    text = re.sub(r"^\.\. \[\d+\] ", "*  ", text, flags=re.M)
    before, heading, references = text.partition("References\n----------\n")
    references = re.sub(rf",?(^|\s)\(?{key.pattern}\)?", r"\1[:work:`\2`]", references)
    # References that stand below each other without numbers become paragraphs.
    references = re.sub(r"(?<=`\])(\.?)\n(?=\w)", r"\1\n\n", references)
    return (before + heading + references).split("\n")


def _shorten(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, signature: str, returns: str
) -> tuple[str, str | None]:
    """Keep signatures short: without the fields that are described right below a class."""
    described = "Attributes\n" in (inspect.getdoc(obj) or "") or hasattr(obj, "kept")
    if what == "class" and attrs.has(obj) and described:
        return "", None
    # Names of classes alone; each is a link.
    named = re.compile(rf"(?<![\w.~])(?={_PACKAGE}\.)")
    return named.sub("~", signature or ""), named.sub("~", returns) if returns else None


# ---------------------------------------------------------------------------- directives


class _Package(SphinxDirective):
    """What the directives share."""

    def parse(self, lines: Iterable[str], node: nodes.Element) -> None:
        self.state.nested_parse(StringList(list(lines), source=""), 0, node)

    def note(self, shown: Sequence[str]) -> None:
        """Have the page read again when the package changes."""
        for file in Path(importlib.import_module(_PACKAGE).__file__ or "").parent.rglob("*.py"):
            self.env.note_dependency(str(file))
        about = self.env.metadata[self.env.docname].setdefault(
            _METADATA, {"all": module_names(), "shown": []}
        )
        about["shown"] += shown


class PackageModules(_Package):
    """Document modules, a section each: ``:::{package-modules} change faults``."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        names = self.arguments[0].split()
        if unknown := [name for name in names if name not in public_names()]:
            raise self.error(f"Not public modules of {_PACKAGE}: {', '.join(unknown)}")
        self.note(names)
        return [self.module(name) for name in names]

    def module(self, name: str) -> nodes.section:
        section = nodes.section("", nodes.title(name, name), ids=[f"module-{name}"])
        section["classes"] = ["package-module"]
        self.state.document.set_id(section)
        self.parse(["```````{eval-rst}", *directives(name), "```````"], section)
        for example in section.findall(nodes.doctest_block):
            # The page has no colours for code, so it need not carry names for them.
            example["language"] = "none"
        return section


class PackageInside(_Package):
    """List the modules that are not public, with the first paragraph of each."""

    def run(self) -> list[nodes.Node]:
        self.note([])
        inside = [name for name in module_names() if name not in public_names()]
        rows = [f"| `{name}` | {_cell(purpose(module_named(name)))} |" for name in inside]
        holder = nodes.Element()
        self.parse(["| Module | What it does |", "| --- | --- |", *rows], holder)
        return holder.children


def _cell(text: str) -> str:
    """Give a text as it stands in a cell of a table."""
    return re.sub(r"``?([^`]+)``?", r"`\1`", text).replace("|", r"\|")


# ---------------------------------------------------------------------------- the build


def _settle(app: Sphinx, config: Config) -> None:
    for name, value in _SETTINGS.items():
        setattr(config, name, value)


def _outdated(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Read the page again when the package has got a module, which is no file it depends on yet."""
    known = {page: about[_METADATA] for page, about in env.metadata.items() if _METADATA in about}
    return [page for page, about in known.items() if about["all"] != module_names()]


def _check(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of public modules that no page shows, if any page is about the package."""
    pages = {page: about[_METADATA] for page, about in env.metadata.items() if _METADATA in about}
    shown = {name for about in pages.values() for name in about["shown"]}
    for name in sorted(public_names() - shown) if pages else ():
        logger.warning("The package's page leaves out `%s`.", name, location=next(iter(pages)))


def _keep_out_of_search(app: Sphinx, env: BuildEnvironment) -> None:
    """Have search find the page, but not list each function before the chapters."""
    objects = env.domaindata["py"]["objects"]
    objects.update({name: entry._replace(aliased=True) for name, entry in objects.items()})


def _lighten(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Leave out of links and code what the page has no use for: a fifth of its weight."""
    if _METADATA not in app.env.metadata.get(docname, {}):
        return
    for link in doctree.findall(nodes.reference):
        link.attributes.pop("reftitle", None)
    for code in doctree.findall(nodes.literal):
        code["classes"] = []
    # Words of a type, such as "iterable of str", come one by one.
    for paragraph in doctree.findall(nodes.paragraph):
        kept: list[nodes.Node] = []
        for part in paragraph.children:
            if kept and isinstance(part, nodes.emphasis) and isinstance(kept[-1], nodes.emphasis):
                kept[-1] += part.children
            else:
                kept.append(part)
        paragraph.children = kept


def _style(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    if _METADATA in app.env.metadata.get(pagename, {}):
        app.add_css_file("package.css")


def _plain(self: HTML5Translator, node: nodes.Element) -> None:
    """Write nothing round a part of a signature: the page has no colours for it."""


def _visit_signature(self: HTML5Translator, node: nodes.Element) -> None:
    """Open a signature. Sphinx would wrap every word of it in an element of its own."""
    self.body.append(self.starttag(node, "dt"))


def _depart_signature(self: HTML5Translator, node: nodes.Element) -> None:
    """Close a signature; the list of names at the head of its module links to it already."""
    self.body.append("</dt>\n")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the directives, and what is done to docstrings."""
    app.setup_extension("sphinx.ext.autodoc")
    app.setup_extension("sphinx.ext.napoleon")
    app.add_directive("package-modules", PackageModules)
    app.add_directive("package-inside", PackageInside)
    signature = (_visit_signature, _depart_signature)
    app.add_node(addnodes.desc_signature, override=True, html=signature)
    for part in addnodes.SIG_ELEMENTS:
        app.add_node(part, override=True, html=(_plain, _plain))
    app.connect("config-inited", _settle)
    # Before napoleon, which takes sections apart.
    app.connect("autodoc-process-docstring", _add_columns, priority=300)
    app.connect("autodoc-process-docstring", _link_works, priority=310)
    app.connect("autodoc-process-signature", _shorten)
    app.connect("env-get-outdated", _outdated)
    app.connect("env-check-consistency", _check)
    app.connect("env-updated", _keep_out_of_search)
    app.connect("doctree-resolved", _lighten)
    app.connect("html-page-context", _style)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
