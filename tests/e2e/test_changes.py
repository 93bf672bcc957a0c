"""Changes to the table in a real browser: the row of units is undone, a point is excluded by a click and comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser import see, settle, sync_api


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A table with a row of units and a wild value in line 23."""
    path = tmp_path / "lab.csv"
    path.write_text("mass,force\nkg,N\n" + "".join(
        f"{1 + 0.37 * k:.2f},{900 if k == 20 else 2 * (1 + 0.37 * k):.2f}\n" for k in range(40)))
    return path


def opened(open_page: Callable[..., Any], path: Path, **options: Any) -> Any:
    tab = open_page("/data", **options)
    tab.get_by_role("tab", name="Upload a table").click()
    tab.locator("input[type=file]").set_input_files(str(path))
    see(tab, "40 rows used", timeout=20_000)
    settle(tab)
    return tab


def test_units_row_undone(open_page: Callable[..., Any], path: Path) -> None:
    tab = opened(open_page, path)
    changes = tab.locator(".st-key-changes")
    sync_api.expect(changes.get_by_text("Line 2 of the file was read as the units")).to_be_visible()
    changes.get_by_role("button", name="Undo").click()
    sync_api.expect(changes.get_by_text("Line 2 of the file is a row of data")).to_be_visible()
    see(tab, "40 rows used, 1 left out for gaps")
    see(tab, "41 rows, 2 columns")
    tab.reload()  # a new session, which finds the table and its changes by the key in the address
    see(tab, "41 rows, 2 columns")
    changes.get_by_role("button", name="Undo").click()
    sync_api.expect(changes.get_by_text("was read as the units")).to_be_visible()
    see(tab, "40 rows, 2 columns")


def test_exclude_a_point_by_click_and_undo(open_page: Callable[..., Any], path: Path) -> None:
    tab = opened(open_page, path)
    see(tab, "force is 900 in line 23")
    tab.get_by_role("tab", name="Pictures").click()
    points = tab.locator("[class*=st-key-against] .scatterlayer .point")
    points.nth(20).click(force=True)
    tab.get_by_role("button", name="Exclude line 23").click()
    changes = tab.locator(".st-key-changes")
    sync_api.expect(changes.get_by_text("Line 23 of the file excluded.")).to_be_visible()
    see(tab, "39 rows used, 1 excluded")
    sync_api.expect(points).to_have_count(39)
    changes.get_by_role("button", name="Undo").first.click()
    see(tab, "40 rows used, 20 % of the rows held out")
    changes.get_by_role("button", name="Redo").click()
    see(tab, "39 rows used, 1 excluded")


@pytest.mark.slow
def test_a_search_is_repeated_without_a_row_by_a_click_on_its_point(open_page: Callable[..., Any], path: Path) -> None:
    path.write_text(path.read_text().replace("900.00", "16.80"))  # an exact law, so that the search ends at once
    tab = opened(open_page, path)
    tab.get_by_role("button", name="Discover a formula").click()
    see(tab, "The formula fits every training row exactly", timeout=60_000)
    tab.get_by_role("button", name="See all formulas").click()
    first = re.search(r"run=([\w-]+)", tab.url)
    point = tab.locator("[data-testid=stTabPanel]:visible .scatterlayer .point").nth(7)
    sync_api.expect(point).to_be_visible(timeout=60_000)
    settle(tab)
    point.click(force=True)
    again = tab.get_by_role("button", name="Search again without line")
    line = str(again.inner_text()).rsplit(" ", 1)[-1]
    again.click()
    see(tab, "Explaining force", timeout=60_000)
    sync_api.expect(tab).not_to_have_url(re.compile(first[0]))
    tab.get_by_role("link", name="Data").first.click()
    sync_api.expect(tab.locator(".st-key-changes").get_by_text(f"Line {line} of the file excluded.")).to_be_visible()
