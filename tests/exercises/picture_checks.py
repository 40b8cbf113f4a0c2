"""Check any picture as data: colours of the palette, sizes that can be read, nothing on top."""

from __future__ import annotations

import json
import re
from typing import Any

from system_leadership import pictures
from system_leadership.labels import text_width
from system_leadership.pictures import Picture

PALETTE = {pictures.INK, pictures.SOFT, pictures.LINE, pictures.FAINT, pictures.PAPER,
           pictures.PANEL, *pictures.SERIES, *pictures.FILLS}  # fmt: skip


def words_of(spec: dict[str, Any]) -> list[tuple[str, float, float, float, float]]:
    """Give each line of text with its box: left, top, right, bottom."""
    found = []
    for layer in spec["layer"]:
        mark = layer["mark"]
        if mark["type"] != "text":
            continue
        size, bold = mark.get("fontSize", 11), mark.get("fontWeight", 400) >= 600
        for value in layer["data"]["values"]:
            text = value["text"]
            if not text:
                continue
            wide = text_width(text, size, bold)
            left = value["x"] - {"left": 0, "center": wide / 2, "right": wide}[mark["align"]]
            top = value["y"] - size * 0.45
            found.append((text, left, top, left + wide, top + size * 0.9))
    return found


def check(picture: Picture) -> None:
    """Fail when a picture cannot be seen, heard or read as it should be."""
    assert picture.title
    assert picture.sentence.endswith((".", "?"))
    assert len(picture.title) < 200
    assert picture.narrow is not None
    assert picture.narrow["width"] == 340
    assert picture.spec["width"] == 760
    for row in picture.table.rows:
        assert len(row) == len(picture.table.columns)
    for spec in (picture.spec, picture.narrow):
        written = json.dumps(spec)
        assert spec["background"] is None
        assert set(re.findall(r"#[0-9a-fA-F]{6}\b", written)) <= PALETTE
        assert min(map(float, re.findall(r'"fontSize": ([\d.]+)', written)), default=11) >= 11
        boxes = words_of(spec)
        for text, left, top, right, bottom in boxes:
            assert left >= -1, (text, left)
            assert right <= spec["width"] + 1, (text, right)
            assert top >= -1, (text, top)
            assert bottom <= spec["height"] + 1, (text, bottom, spec["height"])
        boxes.sort(key=lambda box: box[2])
        for number, (text, left, _, right, bottom) in enumerate(boxes):
            for other, left2, top2, right2, _ in boxes[number + 1 :]:
                if top2 >= bottom:
                    break
                apart = right <= left2 + 0.5 or right2 <= left + 0.5
                assert apart or top2 >= bottom - 0.5, f"{text!r} and {other!r} overlap"
