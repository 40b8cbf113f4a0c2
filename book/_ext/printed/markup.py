"""Write Typst code that cannot be misread, whatever the text holds.

Everything the translator makes is Typst *code*, never Typst markup: text stands in string
literals, structure in function calls. A string literal has three special characters only, so
there is one place to escape, and nothing an author writes can become a command.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["block", "call", "clean", "flat", "string"]

# What no font can show and Typst refuses in PDF/UA: control characters, half surrogates and the
# code points that Unicode reserves as "not a character". Zero-width and bidi marks stay.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    + "".join(chr(plane << 16 | last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def clean(text: str) -> str:
    """Give the text without the code points that stand for no character.

    Examples
    --------
    >>> clean("a\\x00b\\ufffe“c”")
    'ab“c”'
    """
    return _UNPRINTABLE.sub("", text)


def flat(text: str) -> str:
    """Give the text as running text: line ends and tabs become one space.

    Examples
    --------
    >>> flat("two\\n  lines")
    'two lines'
    """
    return re.sub(r"[ \t]*[\n\r\t\x85\u2028\u2029]\s*", " ", clean(text))


def string(text: str) -> str:
    r"""Give a Typst string literal that stands for the text.

    Examples
    --------
    >>> print(string('say "#let" \\ no'))
    "say \"#let\" \\ no"
    """
    return f'"{clean(text).translate(_ESCAPES)}"'


def block(parts: Iterable[str]) -> str:
    """Join pieces of code into one content value.

    Examples
    --------
    >>> block(['"a"', 'emph("b")'])
    '{"a";emph("b")}'
    >>> block([])
    '[]'
    """
    kept = [part for part in parts if part]
    return "{" + ";".join(kept) + "}" if kept else "[]"


def call(name: str, *arguments: str, **named: str | None) -> str:
    """Give a call; arguments are code already, and a named one that is None is left out.

    Examples
    --------
    >>> call("link", string("a"), block(['"b"']), page_break="true")
    'link(page-break: true,"a",{"b"})'
    """
    every = [f"{key.replace('_', '-')}: {value}" for key, value in named.items() if value]
    return f"{name}({','.join([*every, *arguments])})"
