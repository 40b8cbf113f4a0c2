"""The form of the map in JupyterLab and in JupyterLite: one reader does the same in both."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def tie_a_new_name(page: Page, wait: float) -> tuple[Locator, Locator]:
    """Add an organisation and a tie from it by keyboard, and see them kept and in the picture.

    Parameters
    ----------
    page : Page
        The first exercise, its cells running on the worked example.
    wait : float
        Milliseconds that a slow machine may take.

    Returns
    -------
    tuple of Locator
        The forms of the organisations and of the ties.
    """
    organisations = page.get_by_role("group", name="Organisations", exact=True)
    expect(organisations).to_be_visible(timeout=wait)
    first = organisations.get_by_label("Name row 1", exact=True)
    expect(first).not_to_have_value("")  # the worked example's
    drawn = page.locator(".jp-OutputArea-output .vega-embed").first
    expect(drawn).to_be_visible(timeout=wait)

    organisations.get_by_role("button", name="Add a row").click()
    page.keyboard.type("Riverside Hospital")
    ties = page.get_by_role("group", name="Ties", exact=True)
    ties.get_by_role("button", name="Add a row").click()
    page.keyboard.type("Riverside Hospital")
    page.keyboard.press("Tab")
    page.keyboard.type(first.input_value())
    page.keyboard.press("Tab")
    told = page.get_by_text(re.compile(r"Saved to my-change\.yml at"))
    expect(told).to_be_visible(timeout=wait)
    shown = page.locator(".jp-OutputArea details", has_text="The same as a table").first
    expect(shown).to_contain_text("Riverside Hospital", timeout=wait)
    return organisations, ties
