"""The Data page in a real browser: a workbook is uploaded, and its columns get roles and units by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from tests.e2e.browser import see, settle


def test_roles_units_and_a_split_are_chosen_in_the_tabs(open_page: Callable[..., Any], tmp_path: Path) -> None:
    path = tmp_path / "lab.xlsx"
    pd.DataFrame({"device": ["a", "b", "c", "d"] * 10, "mass": [1.0 + k % 7 for k in range(40)],
                  "sigma": [0.5 + k % 3 for k in range(40)],
                  "energy": [3.0 * (k % 7) + 3 for k in range(40)]}).to_excel(path, index=False)
    tab = open_page("/data", viewport={"width": 390, "height": 1400}, color_scheme="dark")
    tab.get_by_role("tab", name="Upload a table").click()
    tab.locator("input[type=file]").set_input_files(str(path))
    see(tab, "40 rows used", timeout=20_000)
    tab.get_by_role("tab", name="Columns").click()
    see(tab, "Choose a role or write a unit", timeout=20_000)
    # The cells are drawn on a canvas: the second column's third row is the role of sigma.
    tab.get_by_test_id("stDataFrame").locator("canvas").first.wait_for()
    settle(tab)
    tab.wait_for_timeout(1000)
    box = tab.get_by_test_id("stDataFrame").bounding_box()
    tab.mouse.click(box["x"] + 110, box["y"] + 35 * 3 + 17)
    tab.wait_for_timeout(300)
    tab.keyboard.press("Enter")
    tab.get_by_text("standard error of the target", exact=True).last.click()
    see(tab, "Rows weighted by sigma (standard errors).", timeout=20_000)
    tab.get_by_role("tab", name="Held-out rows").click()
    tab.get_by_text("Whole groups").click()
    see(tab, "whole groups of device held out", timeout=20_000)
    tab.get_by_role("tab", name="Pictures").click()
    tab.locator(".js-plotly-plot").first.wait_for()
    settle(tab)
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    tab.get_by_role("button", name="Discover a formula").click()
    tab.get_by_role("button", name="Change settings").wait_for()
    results = open_page("/results?" + tab.url.partition("?")[2])
    see(results, "whole groups of device held out", timeout=20_000)
