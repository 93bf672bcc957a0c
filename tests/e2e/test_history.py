"""The browser's history: one entry for each page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.e2e.browser import see, settle, stop_at_first_network, sync_api


def test_back_leads_from_page_to_page_with_one_press_each(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=planet_moons")
    see(tab, "30 rows, ")
    settle(tab)
    for name in ("Setup", "Library", "Learn", "Setup"):
        tab.get_by_role("link", name=name).first.click()
        sync_api.expect(tab.get_by_role("heading", name=name, exact=True).first).to_be_visible()
        settle(tab)
    tab.get_by_role("button", name="Discover a formula").click()
    stop_at_first_network(tab)  # a live page may be redrawn between a press and the next page
    settle(tab)
    tab.get_by_role("link", name="Predict").first.click()
    sync_api.expect(tab.get_by_role("heading", name="Predict", exact=True)).to_be_visible()
    settle(tab)
    for name in ("Explaining", "Setup", "Learn", "Library", "Setup", "Data"):
        tab.go_back()
        sync_api.expect(tab.get_by_role("heading", name=name).first).to_be_visible()
        settle(tab)
