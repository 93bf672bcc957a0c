"""The Results page in a real browser: a click on the front, digits, what-if sliders, log axes, the file of plots."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser import download, see, settle, stop_at_first_network, sync_api

#: The texts of drawings that reach over the edge of their drawing.
OUTSIDE = """() => [...document.querySelectorAll('svg')].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1 ||
                             box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
  }).map((text) => text.textContent);
})"""


@pytest.mark.slow
def test_front_digits_and_what_if(open_page: Callable[..., Any]) -> None:
    tab = open_page("/")
    tab.get_by_role("button", name="Try an example").click()
    stop_at_first_network(tab).click()
    see(tab, re.compile("In words"))
    settle(tab)

    card = tab.locator(".st-key-formula_card")
    before = card.inner_text()
    point = tab.locator("[class*=st-key-front_chart] .scatterlayer .trace").first.locator(".point").first
    for attempt in range(3):  # a chart that is drawn again under the click loses it
        point.click(force=True)
        try:
            tab.wait_for_function("text => document.querySelector('.st-key-formula_card').innerText !== text",
                                  arg=before, timeout=6000)
            break
        except sync_api.TimeoutError:
            assert attempt < 2, "three clicks on the first point of the front changed nothing"
    sync_api.expect(card.get_by_text("Complexity")).to_be_visible()
    settle(tab)
    tab.locator("[class*=st-key-recommended_] button:enabled").first.click()
    sync_api.expect(tab.get_by_role("button", name="Selected")).to_be_disabled()
    settle(tab)

    tab.get_by_role("tab", name="What if").click()
    value = tab.locator("[data-testid=stTabs] [data-testid=stMetricValue]").first
    old = value.inner_text()
    tab.locator("[class*=st-key-what_if] [role=slider], [class*=st-key-what_if] input").first.press("End")
    sync_api.expect(value).not_to_have_text(old)

    digits = tab.locator("[class*=st-key-digits] [role=slider], [class*=st-key-digits] input").first
    error = card.locator("[data-testid=stMetricValue]").nth(1)
    exact = error.inner_text()
    digits.press("Home")
    sync_api.expect(error).not_to_have_text(exact)


@pytest.mark.slow
def test_logarithmic_axes_and_the_file_of_plots(open_page: Callable[..., Any], tmp_path: Path) -> None:
    tab = open_page("/data?sample=boyle_1662")
    tab.get_by_role("button", name="Discover a formula").click()
    stop_at_first_network(tab).click()
    see(tab, re.compile("In words"))
    settle(tab)
    tab.get_by_text("Logarithmic axes", exact=True).click()
    tab.wait_for_function("""() => [...document.querySelectorAll('[role=tabpanel] .js-plotly-plot')].some(
        (plot) => plot.layout.xaxis.type === 'log' && plot.layout.yaxis.type === 'log')""")

    report = open_page(download(tab, "Report (HTML)", tmp_path).as_uri(), viewport={"width": 390, "height": 800})
    see(report, "R², held-out rows")
    assert report.evaluate("document.documentElement.scrollWidth") <= 390

    tab.get_by_text("Pictures for slides and papers").click()
    page = download(tab, "Plots (HTML)", tmp_path)
    plots = open_page(page.as_uri(), viewport={"width": 1280, "height": 800})
    plots.locator("svg").first.wait_for()
    assert plots.locator("svg text").count() > 20
    assert plots.evaluate(OUTSIDE) == []
