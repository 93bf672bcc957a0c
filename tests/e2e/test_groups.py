"""Groups in a browser: a column gets the role of the groups, and Results has a panel for each of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.browser import choose_role, see, settle


@pytest.mark.slow
def test_every_tree_has_a_panel(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=orange_trees", viewport={"width": 1280, "height": 1200})
    tab.get_by_role("tab", name="Columns").click()
    see(tab, "choose its role", timeout=20_000)
    # The cells are drawn on a canvas: the second column's first row is the role of the trees.
    grid = tab.get_by_test_id("stDataFrame").first
    choose_role(tab, grid, x=180, row=1, role="group (own constants)")
    tab.wait_for_timeout(1500)
    tab.get_by_role("button", name="Discover a formula").click()
    see(tab, "[tree_group]", timeout=60_000)
    tab.get_by_role("button", name="Stop").click()
    see(tab, "Stopped", timeout=20_000)
    results = open_page("/results?" + tab.url.partition("?")[2])
    results.set_default_timeout(60_000)
    results.locator(".js-plotly-plot").first.wait_for()  # until then the page below it moves
    settle(results)
    results.get_by_role("tab", name="Groups").click()
    results.locator(".st-key-group_panels .js-plotly-plot .subplot").nth(4).wait_for()
    assert results.locator(".st-key-group_panels .js-plotly-plot .subplot").count() == 5
    results.locator(".st-key-constants_over_groups .js-plotly-plot").wait_for()
