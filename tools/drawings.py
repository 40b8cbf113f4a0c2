"""Draw the pictures of executed notebooks ahead of the build, while it reads other pages.

The drawings go where the build looks for them (setting `exercise_drawing_cache`), under the key
that the extension `exercise` computes. What cannot be drawn here the build draws, and tells of.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

__all__ = ["draw", "pictures"]


def pictures(notebooks: Iterable[Any], mime_type: str) -> Iterator[dict[str, Any]]:
    """Give what the cells of notebooks put out as pictures, in order."""
    for notebook in notebooks:
        for cell in notebook.cells:
            for output in cell.get("outputs", ()):
                content = output.get("data", {}).get(mime_type, {})
                if content.get("kind") == "picture":
                    yield content


def draw(root: Path, notebooks: Iterable[Any]) -> int:
    """Draw the pictures that the cache lacks.

    Starts a JavaScript engine with threads of its own: the process must not fork afterwards.

    Parameters
    ----------
    root : Path
        The project's folder.
    notebooks : iterable of NotebookNode
        With their outputs.

    Returns
    -------
    int
        How many pictures the notebooks have; 0 where the project keeps no drawings.
    """
    import yaml

    config = root / "_config.yml"
    settings = yaml.safe_load(config.read_text("utf-8")) if config.exists() else {}
    settings = settings.get("sphinx", {}).get("config", {})
    if "exercise_drawing_cache" not in settings:
        return 0
    sys.path.insert(0, str(root / "book" / "_ext"))
    from exercise import drawings, outputs

    drawings.settings.fonts = [root / folder for folder in settings.get("exercise_fonts", ())]
    drawings.settings.cache = root / settings["exercise_drawing_cache"]
    found = list(pictures(notebooks, outputs.MIME_TYPE))
    for content in found:
        drawings.of_picture(content)
    return len(found)
