"""Build the book: notebooks, pages, PDFs, live exercises, JupyterLite, into ``_build/html``.

`_config.yml` and `_toc.yml` are read by Jupyter Book's own code, so `jupyter-book build .` gives
the same pages. This build leaves out extensions that no page uses, keeps executed notebooks only as
long as nothing that they depend on has changed, and treats every warning as an error.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tools import kept, notebooks, quicker, stamp, together
from tools.stamp import files_under, fingerprint

__all__ = ["build_pages", "files_under", "fingerprint", "main", "make_app", "sphinx_settings"]

ROOT = Path(__file__).resolve().parent.parent

# In Jupyter Book's set, but not in ours: each adds scripts or styles to every page (one of them an
# address on another host), or slows the build, and no page uses what it does.
UNUSED_EXTENSIONS = {
    "sphinx_comments",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_jupyterbook_latex",
    "sphinx_multitoc_numbering",
    "sphinx_thebe",
    "sphinx_togglebutton",
    "sphinxcontrib.bibtex",
    "sphinx.ext.intersphinx",
}
# Takes a fifth of all reading, and changes only when the package does.
LONG_PAGES = ("book/reference/package",)
# As many bytes of a common page take as long to read as one of those.
LONG_PAGE = 200_000
# What the output of a notebook depends on besides its own cells.
NOTEBOOK_INPUTS = (
    "exercises/system_leadership",
    "exercises/changes",
    "locks/book.txt",
    "tools/notebooks.py",
)
# Of how many states of the package the outputs of notebooks are kept.
STATES = 5


def notebook_cache(root: Path = ROOT) -> Path:
    """Give the folder of executed notebooks, named after all that their outputs depend on."""
    return root / "_cache" / "notebooks" / fingerprint(root, NOTEBOOK_INPUTS)


def pages_of(root: Path = ROOT) -> list[str]:
    """Give the pages that `_toc.yml` names, in its order."""
    import yaml

    def named(part: Any) -> Iterator[str]:
        if isinstance(part, list):
            for each in part:
                yield from named(each)
        elif isinstance(part, dict):
            for key, value in part.items():
                if key in ("root", "file"):
                    yield value
                else:
                    yield from named(value)

    return list(named(yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))))


def sphinx_settings(root: Path = ROOT) -> dict[str, Any]:
    """Give the settings Jupyter Book derives from `_config.yml`, less what no page uses."""
    from jupyter_book.config import get_final_config

    settings, _ = get_final_config(
        user_yaml=root / "_config.yml",
        sourcedir=root,
        cli_config={
            "external_toc_path": str(root / "_toc.yml"),
            "latex_individualpages": False,
        },
    )
    settings["extensions"] = [
        name for name in settings["extensions"] if name not in UNUSED_EXTENSIONS
    ]
    settings["nb_execution_cache_path"] = str(notebook_cache(root))
    # A change in our own extensions must not leave pages as the old code made them.
    settings["handbook_code"] = fingerprint(root, ("book/_ext",))
    unused = ("bibtex_", "comments_")
    return {name: value for name, value in settings.items() if not name.startswith(unused)}


def make_app(
    root: Path,
    out: Path,
    *,
    fresh: bool = False,
    printed: bool = True,
    quiet: bool = False,
    ahead: notebooks.Ahead | None = None,
) -> Any:
    """Give a Sphinx application that is ready to build the pages.

    Parameters
    ----------
    root : Path
        The project's folder.
    out : Path
        Where the pages go.
    fresh : bool
        Read every page again.
    printed : bool
        Make the PDFs as well.
    quiet : bool
        Say nothing but warnings.
    ahead : Ahead, optional
        What executes the notebooks, if it has begun already.
    """
    from sphinx.application import Sphinx

    quicker.remember_stems()
    quicker.walk_flat()
    app = Sphinx(
        srcdir=root,
        confdir=None,
        outdir=out,
        doctreedir=out.parent / ".doctrees",
        buildername="html",
        confoverrides={**sphinx_settings(root), "printed_enabled": printed},
        status=None if quiet else sys.stdout,
        warning=sys.stderr,
        freshenv=fresh,
        warningiserror=True,
        keep_going=True,
    )
    (ahead or notebooks.Ahead(root, notebook_cache(root))).attach(app)
    kept.attach(app, root, LONG_PAGES)
    return app


def build_pages(
    root: Path, out: Path, *, fresh: bool = False, printed: bool = True, quiet: bool = False
) -> int:
    """Build the pages and, unless told otherwise, the PDFs.

    Returns
    -------
    int
        0 when all is well; 1 when there was a warning.
    """
    ahead = notebooks.Ahead(root, notebook_cache(root))
    ahead.begin(pages_of(root))
    # Most of what a build makes lives as long as the build: looking for garbage as often as
    # Python does by itself takes a sixth of the time.
    gc.set_threshold(200_000, 10, 100)

    from sphinx.util.docutils import docutils_namespace, patch_docutils

    with closing(ahead), patch_docutils(), docutils_namespace():
        app = make_app(root, out, fresh=fresh, printed=printed, quiet=quiet, ahead=ahead)
        together.attach(app, is_read_here(root), reading_weight(root))
        # Navigation, styles and the fingerprint of scripts stand in every page, so every page
        # is written; reading, which is the slow half, stays incremental.
        app.build(force_all=True)
        remove_left_over(out, set(app.env.found_docs))
        write_redirect(out, root_doc=app.config.root_doc)
        if ahead.cache.exists():
            os.utime(ahead.cache)  # it was used, if not filled
            stamp.keep_newest(ahead.cache.parent.iterdir(), STATES)
        return int(app.statuscode)


def is_read_here(root: Path) -> Callable[[str], bool]:
    """Give whether a page is read in the process that waits for executed notebooks."""

    def read_here(docname: str) -> bool:
        path = root / f"{docname}.md"
        return docname in LONG_PAGES or notebooks.is_notebook(path.read_text(encoding="utf-8"))

    return read_here


def reading_weight(root: Path) -> Callable[[str], float]:
    """Give about how long a page takes to read, as the bytes of a common page."""

    def weight(docname: str) -> float:
        return LONG_PAGE if docname in LONG_PAGES else (root / f"{docname}.md").stat().st_size

    return weight


def remove_left_over(out: Path, docnames: set[str]) -> list[Path]:
    """Remove pages of an earlier build that the book no longer has.

    Returns
    -------
    list of Path
        The pages removed.
    """
    kept = {out / f"{name}.html" for name in (*docnames, "search", "index")}
    not_ours = {"_static", "lite"}
    found = {page for page in out.rglob("*.html") if page.relative_to(out).parts[0] not in not_ours}
    for page in found - kept:
        page.unlink()
    return sorted(found - kept)


def write_redirect(out: Path, *, root_doc: str) -> None:
    """Send readers who open the folder to the front page."""
    (out / "index.html").write_text(
        '<!DOCTYPE html><html lang="en-GB"><head><meta charset="utf-8">'
        "<title>Comfortable with chaos</title>"
        '<meta name="description" content="Opens the front page of the handbook.">'
        f'<meta http-equiv="refresh" content="0; url={root_doc}.html"></head>'
        f'<body><p><a href="{root_doc}.html">Comfortable with chaos: the front page</a></p>'
        "</body></html>\n",
        encoding="utf-8",
    )
    (out / ".nojekyll").touch()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say which step runs and how long it took."""
    print(f"\n== {name} …", flush=True)
    began = time.perf_counter()
    yield
    print(f"== {name}: {time.perf_counter() - began:.1f} s", flush=True)


def reasons(error: BaseException) -> str:
    """Give what went wrong and why, the last cause first, without the calls in between."""
    parts = [f"{type(error).__name__}: {error}"]
    if error.__cause__ is not None:
        parts.insert(0, reasons(error.__cause__))
    return "\n".join(parts)


def where(out: Path) -> str:
    """Say where the book is and how to open it."""
    return (
        f"The book is in {out}.\n"
        "`make serve` opens it at an address on this machine; exercises run there.\n"
        f"PDFs and worksheets are in {out / 'pdf'}."
    )


def main(arguments: list[str] | None = None) -> int:
    """Build everything and say where to look."""
    parser = argparse.ArgumentParser(description="Build the handbook into _build/html.")
    parser.add_argument("--pages-only", action="store_true", help="nothing but the pages")
    parser.add_argument("--fresh", action="store_true", help="read every page again")
    parser.add_argument("--out", type=Path, default=ROOT / "_build" / "html")
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    printed = not options.pages_only
    before = stamp.take(ROOT, out, printed=printed)
    if not options.fresh and stamp.is_current(out, before):
        print(f"Nothing has changed since the last build. {where(out)}")
        return 0
    (out.parent / stamp.NAME).unlink(missing_ok=True)

    try:
        with step("Notebooks, pages" + (" and PDFs" if printed else "")):
            status = build_pages(ROOT, out, fresh=options.fresh, printed=printed)
    except Exception as error:
        print(f"\nThe book was not built.\n{reasons(error)}", file=sys.stderr)
        return 1
    if status:
        print("\nThe book was not built: see the warnings above.", file=sys.stderr)
        return status
    if printed:
        from tools import lite, live_assets

        try:
            with step("Live exercises"):
                live_assets.assemble(out / "_static" / "live")
                live_assets.place_service_worker(out)
        except (FileNotFoundError, RuntimeError) as error:
            print(f"\nThe live exercises were not put together: {error}", file=sys.stderr)
            return 1
        if lite.lite_python(ROOT) is None:
            # Not stamped as complete: the next build, by `make book`, has more to make.
            print(f"\n{where(out)}\nNo JupyterLite copy: `make book` sets up what makes it.")
            return 0
        try:
            with step("JupyterLite copy"):
                lite.assemble(out, ROOT)
        except lite.NoLiteError as error:
            print(f"\nThe JupyterLite copy was not made: {error}", file=sys.stderr)
            return 1
    print(f"\n{where(out)}")
    if not stamp.write(ROOT, out, before, printed=printed):
        print("Something was saved while it was built: the next `make book` takes it up.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
