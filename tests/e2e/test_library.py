"""Library and Predict in a real browser: two searches compared, one of them applied to new rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser import download, see, settle, stop_at_first_network, sync_api

ROWS = b"name,planet_mass_1e24_kg,semi_major_axis_1000_km\n=moon,5.97,384.4\nfar,5.97,99999\ngap,,\n"


#: Whether the line of buttons of each chart covers a part of its legend.
COVERED = """(charts) => [...document.querySelectorAll(charts)].map((chart) => {
  const legend = chart.querySelector('.legend').getBoundingClientRect();
  const buttons = chart.querySelector('.modebar-container > *').getBoundingClientRect();
  return legend.right > buttons.left && legend.top < buttons.bottom - 1;
})"""


def search(tab: Any) -> None:
    """The example, ended as soon as there is a network."""
    tab.get_by_role("link", name="Home").click()
    tab.get_by_role("button", name="Try an example").click()
    stop_at_first_network(tab)


@pytest.mark.slow
def test_compare_then_predict_then_download(open_page: Callable[..., Any], tmp_path: Path) -> None:
    tab = open_page("/")
    search(tab)
    search(tab)
    tab.get_by_role("link", name="Library").click()
    see(tab, "All searches of this app")
    settle(tab)
    chosen = tab.locator(".st-key-library_run input")
    newest = chosen.input_value()
    chosen.click()
    moons = tab.get_by_role("option").filter(has_text="Moons of six planets")  # other tests leave searches as well
    moons.nth(1).click()
    sync_api.expect(chosen).not_to_have_value(newest)
    settle(tab)
    tab.wait_for_timeout(500)
    assert chosen.input_value() != newest, "the table, which shows the choice too, does not take it back"
    tab.locator(".st-key-library_compared input").click()
    moons.first.click()
    tab.keyboard.press("Escape")  # the list stays open, and hides the page from assistive technology
    settle(tab)
    see(tab, "Side by side")
    tab.locator(".st-key-comparison .js-plotly-plot .scatterlayer .trace").first.wait_for()
    assert tab.locator(".st-key-comparison svg .node").count() >= 2
    see(tab, "Both searches have the same settings")
    tab.locator(".st-key-comparison .js-plotly-plot .legend .bg").nth(1).wait_for(state="attached")
    assert tab.evaluate(COVERED, ".st-key-comparison .js-plotly-plot") == [False, False]

    tab.locator(".st-key-open_run button").click()
    see(tab, "Accuracy against simplicity")
    tab.get_by_role("link", name="Predict").click()
    see(tab, re.compile("Typical error:"), timeout=20_000)
    settle(tab)
    value = tab.locator(".st-key-prediction [data-testid=stMetricValue]")
    before = value.inner_text()
    box = tab.locator("[class*=st-key-predict_value] input").last
    box.fill("99999")
    box.press("Enter")
    sync_api.expect(value).not_to_have_text(before)
    see(tab, re.compile("above the rows of the search"))

    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.locator(".st-key-strip").bounding_box()["height"] < 64, "two lines on a phone"
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    tab.get_by_text("A table", exact=True).click()
    tab.locator("input[type=file]").set_input_files({"name": "new.csv", "mimeType": "text/csv", "buffer": ROWS})
    see(tab, re.compile("for new.csv"))
    settle(tab)
    header, *rows = csv.reader(io.StringIO(download(tab, "Predictions (CSV)", tmp_path).read_text()))
    assert header[-3:] == ["orbital_period_days by the formula", "typical error", "remarks"]
    assert [row[0] for row in rows] == ["'=moon", "far", "gap"]
    assert float(rows[0][-3]) > 0
    assert float(rows[0][-2]) > 0
    assert "above the rows of the search" in rows[1][-1]
    assert rows[2][-3:-1] == ["", ""]
    assert "is missing" in rows[2][-1]
