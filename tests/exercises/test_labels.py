"""Labels: their widths and where they break."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from system_leadership.labels import MARGIN, text_width, wrap

FONTS = Path(__file__).parents[2] / "node_modules" / "@expo-google-fonts"
FONT = FONTS / "atkinson-hyperlegible-next"
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)


@given(WORDS, st.integers(30, 200), st.integers(1, 5), st.booleans())
def test_no_line_is_wider_than_its_box(text, width, most, bold):
    """Whatever is typed: long words, other scripts, signs without width."""
    lines = wrap(text, width, 13, most, bold)
    assert 1 <= len(lines) <= most
    for line in lines:
        assert text_width(line, 13, bold) <= width + 0.01 or len(line) <= 2


@given(st.lists(st.text("abcdefgh", min_size=1, max_size=8), min_size=1, max_size=12))
def test_nothing_is_lost_when_there_is_room(words):
    """The lines joined give the label again."""
    assert " ".join(wrap(" ".join(words), 90, 13, 40)) == " ".join(words)


def test_what_does_not_fit_ends_in_an_ellipsis():
    """So that a reader knows there is more; the table has the whole name."""
    lines = wrap("Joint committee of primary care trusts for London", 70, 13, 2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")


def test_long_names_break_at_hyphens_and_strokes():
    """And within a word only where nothing else helps."""
    assert wrap("London-wide", 60, 13) == ("London-", "wide")
    assert wrap("Acute/community", 80, 13) == ("Acute/", "community")
    assert all(line.endswith("-") for line in wrap("Abcdefghijklmnopqrstuvwxyz", 60, 13)[:-1])


@pytest.mark.skipif(not FONT.is_dir(), reason="needs the font's npm package")
@pytest.mark.parametrize(("style", "bold"), [("400Regular", False), ("600SemiBold", True)])
def test_widths_are_those_of_the_font(style, bold):
    """Never narrower than the font draws them, and not much wider."""
    ttlib = pytest.importorskip("fontTools.ttLib")
    font = ttlib.TTFont(FONT / style / f"AtkinsonHyperlegibleNext_{style}.ttf")
    glyphs, widths = font.getBestCmap(), font["hmtx"]
    scale = font["head"].unitsPerEm
    for sign in map(chr, (*range(32, 127), *range(0xC0, 0x180))):
        if ord(sign) not in glyphs:
            continue
        drawn = widths[glyphs[ord(sign)]][0] / scale
        ours = text_width(sign, 1, bold)
        assert drawn <= ours, sign
        if sign.isascii():
            assert ours <= drawn * MARGIN + 0.011 * MARGIN, sign
