"""The app in a real browser, with real workers: from a sample to a formula that can be taken away."""

from __future__ import annotations

import re
import runpy
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.e2e.browser import WATCH, download, see, settle, summary, sync_api
from xnet.archive.bundle import read_bundle


@pytest.mark.slow
def test_a_deep_link_on_a_cold_server_opens_inside_the_app(open_page: Callable[..., Any], cold_server: str) -> None:
    # The first request that this server ever gets: until app.py has run, Streamlit would serve the bare page.
    tab = open_page(cold_server + "/data?sample=earth_satellites")
    see(tab, "Explain this column")
    see(tab, "Earth satellites: height and orbital period")
    sync_api.expect(tab.get_by_role("link", name="Results")).to_be_visible()
    assert "sample=earth_satellites" in tab.url
    sync_api.expect(tab).not_to_have_url(re.compile("goto"))


def test_from_a_sample_to_a_formula_that_reproduces_the_predictions(open_page: Callable[..., Any], tmp_path: Path,
                                                                    ) -> None:
    tab = open_page("/data?sample=us_macro")
    tab.get_by_role("button", name="Discover a formula").click()
    clicked = time.monotonic()
    tab.locator(".st-key-network_card .stage svg .node").first.wait_for()
    assert time.monotonic() - clicked < 12, "the first network within 12 s, the worker cold or warm"
    tab.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").first.wait_for()
    settle(tab)

    first, seen = summary(tab), set()
    tab.evaluate(WATCH)
    for _ in range(20):
        tab.wait_for_timeout(250)
        seen.add(tab.locator(".st-key-network_card .stage svg").get_attribute("data-seq"))
    assert len(seen) >= 10, f"at least two updates a second, saw {len(seen)} in 5 s"
    assert summary(tab) != first, "the formula changes"
    assert tab.evaluate("window.removed") == [], "nothing on the page is rebuilt between ticks"

    tab.get_by_role("button", name="Stop and keep the best").click()
    tab.get_by_role("button", name="See all formulas").click()
    see(tab, "Accuracy against simplicity")
    settle(tab)
    for closed in ("For programmers", "Pictures for slides", "Tables for a spreadsheet"):
        tab.get_by_text(closed).click()
    files = {name: download(tab, label, tmp_path) for name, label in
             (("csv", "Predictions (CSV)"), ("svg", "Network drawing (SVG)"), ("png", "Fit plot (PNG)"),
              ("zip", "Run bundle (ZIP)"))}
    for name, tab_name in (("py", "Python"), ("tex", "LaTeX")):
        tab.get_by_role("tab", name=tab_name, exact=True).click()
        files[name] = download(tab, f"{tab_name} file", tmp_path)
    assert files["svg"].read_text().startswith("<svg")
    assert files["png"].read_bytes().startswith(b"\x89PNG")
    assert read_bundle(files["zip"]).config["target"] == "real_consumption"
    assert "real" in files["tex"].read_text()
    table = pd.read_csv(files["csv"])
    formula = runpy.run_path(str(files["py"]))
    columns = [table[name].to_numpy() for name in formula["COLUMNS"]]
    predicted, actual = table["real_consumption by the formula"].to_numpy(), table["real_consumption"].to_numpy()
    np.testing.assert_allclose(formula["predict"](*columns), predicted, rtol=1e-9)
    r2 = 1 - np.mean((predicted - actual) ** 2) / np.var(actual)
    assert r2 > 0.9


@pytest.mark.slow
def test_one_click_then_pause_reload_and_a_second_tab(open_page: Callable[..., Any]) -> None:
    tab = open_page("/")
    tab.get_by_role("button", name="Try an example").click()
    tab.locator(".st-key-network_card .stage svg .node").first.wait_for()
    tab.get_by_role("button", name="Pause").click()
    see(tab, re.compile("Paused with"))
    address = tab.url
    assert "run=" in address

    tab.reload()
    see(tab, re.compile("Paused with"))
    tab.locator(".st-key-network_card .stage svg .node").first.wait_for()

    other = open_page(address.removeprefix(tab.url.split("/discover")[0]))
    see(other, re.compile("Paused with"))
    other.get_by_role("button", name="Resume").click()
    see(other, re.compile("left of"))
    see(tab, re.compile("left of"))
    tab.get_by_role("button", name="Stop and keep the best").click()
    see(other, re.compile("You stopped the search"))

    run = re.search(r"run=[^&]+", address)
    assert run
    phone = open_page(f"/setup?{run[0]}", viewport={"width": 390, "height": 844})
    label = phone.locator(".st-key-table_of_search p")
    label.wait_for()
    settle(phone)
    assert label.bounding_box()["width"] <= phone.locator(".st-key-table_of_search button").bounding_box()["width"], (
        "a phone cuts no label of a button")
    phone.goto(address)
    phone.locator(".st-key-formulas_card td").last.wait_for()
    settle(phone)
    phone.evaluate("document.querySelector('.st-key-formulas_card td:last-child').textContent = 'x'.repeat(200)")
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390, "long ones are folded"


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_every_page_fits_the_width_of_a_phone(open_page: Callable[..., Any], scheme: str) -> None:
    tab = open_page("/", viewport={"width": 390, "height": 844}, color_scheme=scheme, reduced_motion="reduce")
    see(tab, "From a table to a formula")
    background = tab.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) == (scheme == "dark")
    for path in ("/", "/data", "/setup", "/discover", "/results", "/predict", "/library", "/learn"):
        tab.goto(re.sub(r"(http://[^/]+).*", r"\1", tab.url) + path)
        tab.locator("h1, h2").first.wait_for()
        settle(tab)
        wide = tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 390, path
