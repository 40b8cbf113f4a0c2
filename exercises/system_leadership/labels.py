"""Break labels into lines that fit, by the widths of the letters of the handbook's font.

A picture must know how wide its words are before anything draws them, in a browser, in print and
in a test alike. So the advance widths of the font, Atkinson Hyperlegible Next, stand here as data.
Widths are rounded up and have a margin, because another font may have to stand in for it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["LINE_HEIGHT", "text_width", "wrap"]

LINE_HEIGHT = 1.25
"""Distance from one line to the next, in font sizes."""

MARGIN = 1.04

# fmt: off
# Thousandths of the font size, and the signs that are so wide (rounded up to ten).
_REGULAR = {
    160: "'", 210: ",.:;", 240: "|‘’·", 250: "`j", 260: "iı", 270: "l", 280: " ", 290: "!",
    300: "()ł", 310: "\"", 320: "[fľ", 330: "t", 350: "]r{}", 360: "°", 370: "-", 380: "_",
    390: "/\\", 400: "I“”", 410: "1", 440: "•", 450: "y", 460: "z", 470: "v", 480: "?s",
    490: "*cx", 500: "k", 510: "7–", 520: "J", 530: "a§", 540: "eu×", 550: "2Lhnoø",
    560: "<>FT^g~", 570: "Ebdpðþđ", 580: "3YqŁ", 590: "5ß", 600: "$69PSVÞ", 610: "+Z£−",
    620: "48BR", 630: "=AX", 640: "Kď", 650: "0C", 660: "#", 670: "D…€", 690: "UwÐĐ", 700: "GHN",
    720: "OØ", 730: "Q", 740: "&", 780: "@", 800: "©", 820: "½", 830: "M—", 850: "m", 860: "W",
    870: "æ", 900: "Æ", 920: "%", 930: "œ", 1010: "Œ", 1330: "‰",
}
_SEMIBOLD = {
    200: "'", 250: "|", 260: ",.:;j‘’", 280: "`·", 290: "iı", 300: "!", 310: " l", 330: "()",
    340: "[ł", 350: "]fľ", 360: "t", 370: "\"-r{}", 390: "°", 400: "_", 420: "I", 430: "/1\\",
    440: "•", 460: "“”", 490: "*", 500: "syz", 510: "cv–", 530: "7?x", 540: "k×", 550: "JLa~§",
    560: "eu", 570: "2<>Fhnoø", 580: "9^Ł", 590: "Ebdgpðþđ", 600: "+3Tq−", 610: "$5Sß",
    620: "6=PZÞ", 630: "48VY£", 640: "BR", 660: "0CK", 670: "AX", 680: "€ď", 690: "DU", 700: "H",
    710: "NÐĐ", 720: "G", 730: "#&w", 740: "OØ", 750: "Q…", 780: "@", 800: "©", 830: "—",
    850: "M½", 870: "m", 880: "Wæ", 940: "œ", 950: "Æ", 960: "%Ĳ", 1020: "Œ", 1380: "‰",
}
# fmt: on


def _by_sign(table: dict[int, str]) -> dict[str, int]:
    return {sign: width for width, signs in table.items() for sign in signs}


_WIDTHS = {False: _by_sign(_REGULAR), True: _by_sign(_SEMIBOLD)}


@lru_cache(maxsize=2048)
def _sign_width(sign: str, bold: bool) -> int:
    """Give the width of one sign, or of the letter under its accent, or a safe guess."""
    known = _WIDTHS[bold]
    if sign in known:
        return known[sign]
    base = unicodedata.normalize("NFD", sign)[:1]
    if base != sign and base in known:
        return known[base]
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(sign) in ("W", "F"):
        return 1300 if ord(sign) > 0xFFFF else 1050
    return 900


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Give how wide a line of text is, with a margin.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Size of the font in pixels.
    bold : bool
        Semi-bold (weight 600) rather than regular.

    Returns
    -------
    float
        Pixels, 0 or more.

    Examples
    --------
    >>> text_width("", 13)
    0.0
    >>> text_width("Trust", 13) < text_width("Trust", 13, bold=True) < text_width("Trusts", 14)
    True
    """
    return sum(_sign_width(sign, bold) for sign in text) * size / 1000 * MARGIN


@lru_cache(maxsize=4096)
def wrap(
    text: str, width: float, size: float, most: int = 5, bold: bool = False
) -> tuple[str, ...]:
    """Break a label into lines that fit a width, as even as can be.

    Parameters
    ----------
    text : str
        The label. Spaces, hyphens and strokes are where it may break; a word too long for a line
        is broken where it must be.
    width : float
        Pixels that each line may take.
    size : float
        Size of the font in pixels.
    most : int
        Lines at most; what does not fit ends in an ellipsis.
    bold : bool
        As in `text_width`.

    Returns
    -------
    tuple of str
        At least one line; none wider than `width`, unless a single sign is.

    Examples
    --------
    >>> wrap("Joint committee of primary care trusts", 110, 13)
    ('Joint committee', 'of primary care', 'trusts')
    >>> wrap("Joint committee of primary care trusts", 110, 13, most=2)
    ('Joint committee', 'of primary care…')
    """
    words = _words(text, width, size, bold)
    lines = _fill(words, width, size, bold)
    if len(lines) <= most:
        # Even lines read better in the middle of a box: narrow them until one more is needed.
        low, high = 0.0, width
        for _ in range(7):
            middle = (low + high) / 2
            tried = _fill(words, middle, size, bold)
            fits = all(text_width(line, size, bold) <= width for line in tried)
            if len(tried) <= len(lines) and fits:
                high, lines = middle, tried
            else:
                low = middle
        return tuple(lines)
    kept = lines[:most]
    last = kept[-1]
    while last and text_width(last + "…", size, bold) > width:
        last = last[:-1]
    return (*kept[:-1], last.rstrip(" -,/(") + "…")


def _words(text: str, width: float, size: float, bold: bool) -> list[str]:
    """Part a label where it may break; a part that ends in a space says so by keeping it."""
    parts: list[str] = []
    for word in text.split():
        start = 0
        for place, sign in enumerate(word):
            inside = 0 < place < len(word) - 1
            if inside and sign in "-‐–—/" and place - start > 1:
                parts.append(word[start : place + 1])
                start = place + 1
        parts.append(word[start:] + " ")
    fitting: list[str] = []
    for part in parts:
        rest = part
        while text_width(rest.rstrip(), size, bold) > width and len(rest.rstrip()) > 1:
            cut = len(rest) - 1
            while cut > 1 and text_width(rest[:cut] + "-", size, bold) > width:
                cut -= 1
            fitting.append(rest[:cut] + "-")
            rest = rest[cut:]
        fitting.append(rest)
    return fitting


def _fill(words: list[str], width: float, size: float, bold: bool) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        if line and text_width((line + word).rstrip(), size, bold) > width:
            lines.append(line.rstrip())
            line = ""
        line += word
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines
