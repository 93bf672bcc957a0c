"""Groups in a browser: a column gets the role of the groups, and Results has a panel for each of them.

A form with unknown parts is typed wrong and right, searched in groups, and used on Predict.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.e2e.browser import choose_role, see, settle


def stopped(tab: Any, open_page: Callable[..., Any]) -> Any:
    """The page Results of the search on a tab, which is stopped."""
    tab.get_by_role("button", name="Stop").click()
    see(tab, "Stopped", timeout=20_000)
    results = open_page("/results?" + tab.url.partition("?")[2])
    results.set_default_timeout(60_000)
    return results


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
    results = stopped(tab, open_page)
    results.locator(".js-plotly-plot").first.wait_for()  # until then the page below it moves
    settle(results)
    results.get_by_role("tab", name="Groups").click()
    results.locator(".st-key-group_panels .js-plotly-plot .subplot").nth(4).wait_for()
    assert results.locator(".st-key-group_panels .js-plotly-plot .subplot").count() == 5
    results.locator(".st-key-constants_over_groups .js-plotly-plot").wait_for()


@pytest.mark.slow
def test_a_form_with_unknown_parts_is_searched_in_groups(open_page: Callable[..., Any], tmp_path: Path) -> None:
    rows = [f"{site},{x:.3f},{np.exp(-x) + a:.9f}" for site, a in (("hill", 0.5), ("lake", 2.0), ("moor", -1.0))
            for x in np.linspace(0.2, 3.0, 20)]
    (tmp_path / "sites.csv").write_text("\n".join(["site,depth,signal", *rows]))
    tab = open_page("/data", viewport={"width": 1280, "height": 1200})
    tab.get_by_role("tab", name="Upload a table").click()
    tab.locator("input[type=file]").set_input_files(tmp_path / "sites.csv")
    tab.get_by_role("button", name="Give each site its own constants").click(timeout=60_000)
    settle(tab)
    tab.get_by_role("button", name="Choose settings first").click()
    tab.get_by_text("What you already know").first.click()
    form = tab.get_by_role("textbox", name="A form with unknown parts")
    form.fill("f(depth) + a*site")
    form.press("Enter")
    see(tab, "names 'site'")
    form.fill("f(depth) + a")
    form.press("Enter")
    see(tab, "a is fitted. The rows decide which constants have a value of their own for every site.")
    tab.get_by_role("button", name="Discover a formula").click()
    see(tab, "f(depth) = exp(-depth); a = a[site_group], a value for every group", timeout=90_000)
    results = stopped(tab, open_page)
    see(results, "in the form f(depth) + a", timeout=60_000)
    results.locator(".js-plotly-plot").first.wait_for()
    settle(results)
    results.get_by_role("tab", name="Groups").click()
    results.locator(".st-key-group_panels .js-plotly-plot .subplot").nth(2).wait_for()
    results.locator(".st-key-constants_over_groups .js-plotly-plot").wait_for()
    predict = open_page("/predict?" + tab.url.partition("?")[2])
    see(predict, "Add a group that the formula does not know", timeout=60_000)
