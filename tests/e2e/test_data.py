"""The Data page in a real browser: a workbook is uploaded, and its columns get roles and units by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.e2e.browser import choose_role, see, settle


@pytest.mark.slow
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
    see(tab, "choose its role", timeout=20_000)
    # The cells are drawn on a canvas: the second column's third row is the role of sigma.
    choose_role(tab, tab.get_by_test_id("stDataFrame"), x=110, row=3, role="standard error of the target")
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


def test_2000_columns_are_read_with_progress_and_without_the_earlier_table(open_page: Callable[..., Any],
                                                                          tmp_path: Path) -> None:
    X = np.random.default_rng(0).normal(size=(500, 2000)).round(4)
    frame = pd.DataFrame(X, columns=[f"g{k}" for k in range(2000)])
    frame["y"] = 3 * frame["g250"] - 2 * frame["g10"]
    path = tmp_path / "wide.csv"
    frame.to_csv(path, index=False)
    tab = open_page("/data?sample=gapminder")
    tab.set_default_timeout(90_000)
    see(tab, "1,704 rows, 6 columns")
    tab.get_by_text("Use another table").click()
    tab.get_by_role("tab", name="Upload a table").click()
    tab.evaluate("""() => { window.both = false; new MutationObserver(() => {
        const page = document.querySelector('[data-testid=stMain]').innerText;
        window.both ||= page.includes('Reading wide.csv') && page.includes('1,704 rows');
    }).observe(document.body, { childList: true, subtree: true }); }""")
    tab.locator("input[type=file]").set_input_files(str(path))
    see(tab, re.compile("Reading wide.csv"))
    see(tab, "50 columns of 2,000 are chosen")
    settle(tab)
    assert tab.get_by_text("1,704 rows, 6 columns").count() == 0
    assert not tab.evaluate("window.both")
    chosen = tab.get_by_test_id("stMultiSelect").filter(has_text="g250").first.inner_text()
    assert "g250" in chosen
    assert "g10" in chosen


def test_the_tools_of_a_table_cover_no_tab_where_nothing_hovers(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=gapminder", viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    see(tab, "1,704 rows, 6 columns")
    tab.get_by_test_id("stElementToolbar").first.wait_for()
    settle(tab)
    below, above = tab.evaluate("""() => [
        document.querySelector('[data-testid=stElementToolbar]').getBoundingClientRect().top,
        [...document.querySelectorAll('[role=tab]')].find((one) => one.innerText.includes('Held-out rows'))
            .getBoundingClientRect().bottom]""")
    assert below >= above
    table, words = tab.evaluate("""() => [
        document.querySelector('[data-testid=stDataFrame]').getBoundingClientRect().bottom,
        [...document.querySelectorAll('p')].find((one) => one.innerText.startsWith('1,704 rows, 6 columns'))
            .getBoundingClientRect().top]""")
    assert table <= words
