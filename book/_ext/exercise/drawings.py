"""Vega-Lite specifications drawn as SVG that can stand in a page.

The same specification is drawn live in the page, so the SVG keeps the palette's colours as they
are; the style sheet maps each to its value in the dark.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

_STYLE = "2"  # raise it when what is made from the same specification changes


@dataclass
class Settings:
    """Where the fonts of the pictures are, and where drawings are kept between builds."""

    fonts: list[Path] = field(default_factory=list)
    cache: Path | None = None


settings = Settings()


def svg(spec: dict[str, Any], *, name: str, label: str) -> str:
    """Give the drawing as SVG with a role, a label and ids of its own.

    Parameters
    ----------
    spec : dict
        A Vega-Lite v5 specification.
    name : str
        Put before every id in the drawing, since a page may hold several.
    label : str
        What the picture shows, for readers who cannot see it.
    """
    drawn_with = [_STYLE, *_drawn_with(tuple(settings.fonts))]
    key = hashlib.sha256(
        json.dumps([drawn_with, spec, name, label], sort_keys=True).encode()
    ).hexdigest()
    kept = settings.cache / f"{key[:32]}.svg" if settings.cache else None
    if kept and kept.exists():
        return kept.read_text(encoding="utf-8")
    drawing = _name_ids(_label(_draw(spec), label), name)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        # Under its name once it is whole; two processes may draw the same.
        part = kept.with_suffix(f".{os.getpid()}.part")
        part.write_text(drawing, encoding="utf-8")
        os.replace(part, kept)
    return drawing


@cache
def _drawn_with(fonts: tuple[Path, ...]) -> list[str]:
    """Give what a drawing depends on besides its specification: the program and the letters."""
    files = [path for folder in fonts for path in sorted(folder.rglob("*.[to]tf"))]
    letters = [f"{path.name} {path.stat().st_size}" for path in files]
    return [version("vl-convert-python"), *letters]


def of_picture(content: dict[str, Any]) -> tuple[str, str]:
    """Give the drawings of a picture, for wide pages and for narrow ones, the latter maybe empty.

    Parameters
    ----------
    content : dict
        What a notebook puts out for a picture: ``id``, ``title``, ``sentence``, ``spec`` and
        perhaps ``narrow``, another specification.
    """
    label = f"{content['title']}. {content['sentence']}"
    name, narrow = content["id"], content.get("narrow")
    return (
        svg(content["spec"], name=name, label=label),
        svg(narrow, name=f"{name}-narrow", label=label) if narrow else "",
    )


def _draw(spec: dict[str, Any]) -> str:
    # Imported late: it starts a JavaScript engine, which no build without a new picture needs.
    import vl_convert

    for folder in settings.fonts:
        _register(folder)
    return str(vl_convert.vegalite_to_svg(spec, vl_version="5.21"))


@cache
def _register(folder: Path) -> None:
    """Make fonts known, once a process: each time the engine would look for all fonts again."""
    import vl_convert

    vl_convert.register_font_directory(str(folder))


def _label(drawing: str, label: str) -> str:
    drawing = re.sub(r"^.*?(?=<svg)", "", drawing, flags=re.S)
    head, rest = drawing.split(">", 1)
    # The view box scales the drawing with its column.
    head = re.sub(r'\s(role|aria-[a-z]+)="[^"]*"', "", head)
    # Vega names every group and mark for screen readers; one label for the whole is better.
    rest = re.sub(r'\s(role|aria-[a-z]+)="[^"]*"', "", rest)
    return f'{head} role="img" aria-label="{escape(label, quote=True)}">{rest}'


def _name_ids(drawing: str, name: str) -> str:
    drawing = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', drawing)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", drawing)
