"""The app for everybody: both themes, a phone's width, the keyboard alone, and no motion if the system disables it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest

from tests.e2e.access import faults
from tests.e2e.browser import see, settle, sync_api

expect = sync_api.expect
CARD = ".st-key-network_card"
# Where the keyboard is, whichever shadow tree that is in: its name, and whether a ring, a shadow or a thicker rim says
# so. Fields have their rings on boxes around them, and a table draws its own.
FOCUS = """() => {
  let e = document.activeElement;
  while (e?.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;
  if (["MAIN", "BODY"].includes(e.tagName)) return ["", true]; // the page as a whole, which scrolls
  const style = getComputedStyle(e), rim = e.querySelector(".shape");
  const marked = style.outlineStyle !== "none" || style.boxShadow !== "none"
    || (rim && getComputedStyle(rim).strokeWidth === "3.4px") || ["INPUT", "CANVAS", "TEXTAREA"].includes(e.tagName);
  return [e.getAttribute("aria-label") ?? e.innerText ?? "", marked];
}"""
#: Whether the script that names tables has named all of them: it is fetched after the page.
NAMED = "() => [...document.querySelectorAll('canvas[data-testid=data-grid-canvas]')].every((c) => c.ariaLabel)"
MOVING = "svg => svg.getRootNode().getAnimations().length"


def tab_to(tab: Any, name: str, most: int = 60) -> None:
    """Press Tab until an element of such a name has the focus; on the way every stop has to be seen."""
    stops = []
    for _ in range(most):
        tab.keyboard.press("Tab")
        tab.wait_for_timeout(30)  # a table passes the focus on a moment later
        label, marked = tab.evaluate(FOCUS)
        stops.append(label)
        assert marked, f"nothing shows that the keyboard is at {label!r}"
        if re.search(name, label):
            return
    pytest.fail(f"the keyboard does not come to {name}, only to {stops}")


@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 390)])
def test_pages_can_be_read_by_all_and_stand_still(open_page: Callable[..., Any], scheme: str, width: int) -> None:
    tab = open_page("/", viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
    see(tab, "From a table to a formula")
    settle(tab)
    assert faults(tab) == []
    tab.goto(tab.url + "data?sample=us_macro")
    tab.get_by_role("button", name="Discover a formula").click()
    tab.locator(f"{CARD} .stage svg .node").first.wait_for()
    moved = []
    for _ in range(12):
        tab.wait_for_timeout(120)
        moved.append(tab.locator(f"{CARD} .stage svg").evaluate(MOVING))
    assert set(moved) == {0}, "networks change without gliding"
    tab.get_by_role("button", name="Pause").click()
    see(tab, re.compile("Paused with"))
    settle(tab)
    assert faults(tab) == []
    tab.get_by_role("button", name="Stop and keep the best").click()
    first = tab.locator(".st-key-live_top button").first
    expect(first).to_have_text(re.compile("See all formulas"))
    first.click()
    see(tab, "Accuracy against simplicity")
    tab.locator(".js-plotly-plot .xtick").first.wait_for()
    settle(tab)
    assert faults(tab) == []
    tab.get_by_role("tab", name="Importance").click()
    bar = tab.locator(".js-plotly-plot .errorbar path").first
    bar.wait_for(state="attached")
    expect(bar).to_have_css("stroke", tab.locator("h1").evaluate("heading => getComputedStyle(heading).color"))
    address, run = tab.url.split("/results")[0], parse_qs(urlparse(tab.url).query)["run"][0]
    for path, words in (("data?sample=us_macro", "How the table was read and converted"),
                        ("setup", "What may the formula contain?"),
                        (f"predict?run={run}", "Typical error"), (f"library?run={run}", "All searches of this app"),
                        ("learn", "The neurons"), (f"discover?run={run}&present=1", "End the presentation")):
        tab.goto(f"{address}/{path}")
        see(tab, re.compile(re.escape(words)), timeout=60_000)
        settle(tab)
        tab.wait_for_function(NAMED)
        assert faults(tab) == [], path


@pytest.mark.slow
def test_from_the_first_page_to_a_file_by_keyboard(open_page: Callable[..., Any]) -> None:
    tab = open_page("/")
    tab.get_by_role("button", name="Try an example").wait_for()
    settle(tab)
    tab_to(tab, "Try an example")
    tab.keyboard.press("Enter")
    tab.locator(f"{CARD} .stage svg .node").first.wait_for()
    settle(tab)
    tab_to(tab, "Pause")
    tab.keyboard.press("Enter")
    see(tab, re.compile("Paused with"))
    tab_to(tab, "Computes|Fitted number")  # the first network is a number
    tab.keyboard.press("Enter")
    expect(tab.locator(f"{CARD} .about")).to_be_visible()
    tab.keyboard.press("Escape")
    tab.reload()  # the keyboard begins at the top again, and the search is where it was
    see(tab, re.compile("Paused with"))
    settle(tab)
    tab_to(tab, "Stop and keep the best")
    tab.keyboard.press("Enter")
    tab.get_by_role("button", name="See all formulas").wait_for()
    settle(tab)
    tab_to(tab, "See all formulas")
    tab.keyboard.press("Enter")
    see(tab, "Accuracy against simplicity")
    settle(tab)
    for late in (tab.get_by_role("button", name="Text file"), tab.locator(".js-plotly-plot .xtick").first):
        late.wait_for()  # fetched when they are first needed
    tab.wait_for_timeout(500)
    tab_to(tab, "^Fit$")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    see(tab, "Rows with the largest residuals")
    settle(tab)
    tab_to(tab, "Text file")
    with tab.expect_download() as coming:
        tab.keyboard.press("Enter")
    assert coming.value.suggested_filename == "formula.txt"


def test_a_failed_download_shows_a_sentence_of_this_app(open_page: Callable[..., Any]) -> None:
    tab = open_page("/")
    see(tab, "From a table to a formula")
    tab.evaluate("""() => {
      const error = document.createElement("div");
      error.dataset.testid = "stDownloadButtonError";
      error.textContent = "Failed to generate file for download";
      document.querySelector("[data-testid=stMain]").append(error);
    }""")
    error = tab.get_by_test_id("stDownloadButtonError")
    expect(error).to_have_css("font-size", "0px")
    assert "could not be made" in error.evaluate("e => getComputedStyle(e, '::after').content")


def test_high_contrast_shows_what_is_chosen(open_page: Callable[..., Any]) -> None:
    tab = open_page("/setup", forced_colors="active")
    see(tab, "Which functions may a neuron apply?")
    settle(tab)
    box, chip = "[data-testid=stCheckbox] label{} > span + div", "[data-testid=stButtonGroup] button[aria-pressed={}]"
    for pair in ((box.format("[data-selected]"), box.format(":not([data-selected])")),
                 (chip.format("true"), chip.format("false"))):
        on, off = (tab.locator(one).first.evaluate("e => getComputedStyle(e).backgroundColor") for one in pair)
        assert on != off, pair
