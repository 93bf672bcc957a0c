"""The Motion page in a browser: from the sample to the phase portrait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.browser import see

#: Whether the legend of each chart covers a part of its curves; on a phone it has several lines.
COVERED = """() => [...document.querySelectorAll('.js-plotly-plot')].map((chart) =>
  chart.querySelector('.legend').getBoundingClientRect().bottom >
  chart.querySelector('.cartesianlayer .subplot.xy .xlines-above, .cartesianlayer .subplot.xy .gridlayer')
    .getBoundingClientRect().top + 1)"""


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_predator_and_prey_from_the_sample_to_the_phase_portrait(open_page: Callable[..., Any]) -> None:
    tab = open_page("/motion")
    tab.get_by_role("button", name="Try lynx and hares").click()
    tab.get_by_role("button", name="Find the laws").click()
    tab.locator(".st-key-motion_stop button").wait_for(timeout=60_000)
    tab.get_by_text("Downloads", exact=True).wait_for(timeout=200_000)  # a busy machine takes longer by the clock

    see(tab, "From another first state")
    tab.get_by_role("button", name="Python").wait_for()
    tab.locator(".st-key-motion_phase .js-plotly-plot").wait_for(timeout=60_000)
    tab.reload()
    tab.locator(".st-key-motion_phase .js-plotly-plot").wait_for(timeout=60_000)
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.wait_for_timeout(1000)
    assert tab.evaluate(COVERED) == [False, False]
    tab.set_viewport_size({"width": 1400, "height": 900})
    tab.get_by_role("link", name="Library").click()
    tab.get_by_test_id("stBaseButton-primary").filter(has_text="Open").click()  # lists have buttons of this name, too
    tab.get_by_role("button", name="Change and search again").wait_for()
