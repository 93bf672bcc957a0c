"""Constants that somebody knows, and all classes at once, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.browser import see, settle, sync_api


@pytest.mark.slow
def test_a_bounded_constant_is_checked_and_stays_within_its_bounds(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=boyle_1662")
    tab.get_by_role("button", name="Choose settings first").click()
    see(tab, "Which functions may a neuron apply?")
    seconds = tab.get_by_label("or a number of seconds", exact=True)
    seconds.fill("2")
    seconds.press("Enter")
    tab.get_by_text("What you already know", exact=True).click()
    field = tab.get_by_role("textbox", name="Constants that you know")
    field.fill("k = 3[0:1]")
    field.blur()
    see(tab, "outside its bounds 0 to 1")
    sync_api.expect(tab.get_by_role("button", name="Discover a formula")).to_be_disabled()
    field.fill("k[0:1200]")
    field.blur()
    known = tab.get_by_label("Start from a formula that you know", exact=True)
    known.fill("k/air_volume_units")
    known.press("Enter")
    tab.locator(".katex").first.wait_for()
    settle(tab)
    tab.get_by_role("button", name="Discover a formula").click()
    see(tab, "Finished", timeout=60_000)
    tab.get_by_role("link", name="Results").first.click()
    see(tab, "k = 1200 (at a bound)", timeout=60_000)


@pytest.mark.slow
def test_all_classes_are_searched_and_shown_together(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=iris", viewport={"width": 390, "height": 844})
    see(tab, "3 searches together: a formula for each class of species.")
    tab.get_by_role("button", name="Choose settings first").click()
    seconds = tab.get_by_label("or a number of seconds", exact=True)
    seconds.fill("3")
    seconds.press("Enter")
    see(tab, "Current settings: 3 s")
    settle(tab)
    tab.get_by_role("button", name="Discover a formula").click()
    see(tab, "Classes of species:", timeout=60_000)
    tab.get_by_role("link", name="virginica").wait_for()
    tab.goto(tab.url.replace("/discover", "/results"))
    see(tab, "The probability of a class is exp(score)", timeout=90_000)
    settle(tab)  # every search that ends draws the page again, with the first tab open
    areas = tab.get_by_text("The coloured areas are the most probable classes.").first
    for _ in range(3):  # the last search may end after the click, and opens the first tab again
        tab.get_by_role("tab", name="Boundaries").click()
        settle(tab)
        if areas.is_visible():
            break
    see(tab, "The coloured areas are the most probable classes.")
    settle(tab)
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
