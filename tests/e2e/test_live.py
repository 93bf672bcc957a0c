"""The live page in a real browser: looking into neurons, going step by step, and going on after the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.browser import WATCH, see, settle, sync_api

expect = sync_api.expect
CARD = ".st-key-network_card"


def neurons(tab: Any) -> Any:
    return tab.locator(f"{CARD} .stage svg .node.neuron")


def escape_closes_a_card_and_then_the_presentation(tab: Any) -> None:
    output = tab.locator("[class*=st-key-present_network] .stage svg .node[tabindex='0']")
    card = tab.locator("[class*=st-key-present_network] .about")
    output.dispatch_event("click")
    expect(card).to_be_visible()
    output.focus()
    tab.keyboard.press("Escape")
    expect(card).to_be_hidden()
    tab.wait_for_timeout(1000)
    settle(tab)
    end = tab.get_by_role("button", name="End the presentation")
    expect(end).to_be_visible()
    tab.keyboard.press("Escape")
    expect(end).to_be_hidden()
    see(tab, "You stopped the search")


def test_neurons_are_looked_into_by_pointer_and_keyboard(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=us_macro")
    tab.get_by_role("button", name="Discover a formula").click()
    neurons(tab).first.wait_for()
    about = tab.locator(f"{CARD} .about")
    output = tab.locator(f"{CARD} .stage svg .node[tabindex='0']")  # others may be leaving the drawing

    # While the search goes on: the card follows the network, and nothing is rebuilt for it.
    settle(tab)
    tab.evaluate(WATCH)
    tab.get_by_text("Best network", exact=True).click()
    see(tab, "The best network")
    output.dispatch_event("click")
    expect(about).to_be_visible()
    expect(about).to_contain_text(re.compile(r"Target fit\s*[\d.]+ of 1"))
    assert about.locator("circle.o").count() > 10
    assert about.locator("circle.t").count() > 10
    tab.wait_for_timeout(1500)
    assert tab.evaluate("window.removed") == []

    tab.get_by_role("button", name="Pause").click()
    see(tab, re.compile("Paused with"))
    if about.is_hidden():  # a new best network came, with another output
        output.dispatch_event("click")
    about.get_by_role("button", name="Close").click()
    expect(about).to_be_hidden()
    output.focus()
    first = tab.evaluate("window.spoken = () => { const deep = (r) => r.activeElement?.shadowRoot ? "
                         "deep(r.activeElement.shadowRoot) : r.activeElement; "
                         "return deep(document).getAttribute('aria-label'); }; window.spoken()")
    tab.keyboard.press("ArrowLeft")
    assert tab.evaluate("window.spoken()") != first
    tab.keyboard.press("Enter")
    expect(about).to_be_visible()
    tab.keyboard.press("Escape")
    expect(about).to_be_hidden()
    tab.get_by_role("button", name="Stop and keep the best").click()
    see(tab, "You stopped the search")

    # For a projector: network, formula and error fill one screen, however tall the formula is; every text of the
    # drawing is at least 20 pixels high, and nothing needs scrolling sideways.
    tab.get_by_role("button", name="Present").click()
    tab.get_by_role("button", name="End the presentation").wait_for()
    tab.locator(".st-key-present_formula").wait_for()
    for width, height in ((1280, 800), (3840, 2160), (1920, 1080)):
        tab.set_viewport_size({"width": width, "height": height})
        for tall in ("30vh", "0"):
            tab.locator(".st-key-present_formula").evaluate("(e, tall) => { e.style.minHeight = tall; }", tall)
            tab.wait_for_function("""() => {
              const { bottom } = document.querySelector("[data-testid=stMainBlockContainer]").getBoundingClientRect();
              const page = document.querySelector("[data-testid=stMain]");
              return page.scrollHeight <= innerHeight && bottom > 0.95 * innerHeight;
            }""")
    sizes = tab.locator("[class*=st-key-present_network] .stage svg .node text").evaluate_all(
        "texts => texts.filter((t) => t.textContent && !t.classList.contains('note'))"
        ".map((t) => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)")
    assert min(sizes) >= 20
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 1920

    escape_closes_a_card_and_then_the_presentation(tab)


@pytest.mark.slow
def test_step_by_step_then_real_time_then_on_after_the_end(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=us_macro")
    tab.get_by_role("button", name="Discover a formula").click()
    neurons(tab).first.wait_for()
    tab.get_by_role("radio", name="Step by step").click()
    tab.get_by_role("button", name="First step").click()
    for number in range(1, 5):
        see(tab, f"Step 1, phase {number} of 4")
        if number < 4:
            tab.get_by_role("button", name="Next phase").click()
    tab.reload()  # another tab would see the same
    see(tab, "Step 1, phase 1 of 4")
    tab.get_by_role("radio", name="Parameters").click()
    tab.get_by_role("button", name="Next step").click()
    see(tab, "Step 2, phase 1 of 4")

    tab.get_by_role("radio", name="Real time").click()
    see(tab, re.compile("left of 30 s"))
    tab.get_by_role("button", name="Stop and keep the best").click()
    see(tab, "You stopped the search")
    shown = tab.locator(f"{CARD} .stage svg").get_attribute("aria-label")
    tab.get_by_role("button", name="Continue longer").click()
    tab.get_by_role("button", name="+ 1 min", exact=True).click()
    see(tab, re.compile("left of 1 min 30 s"))
    expect(tab.get_by_role("button", name="+ 1 min", exact=True)).to_be_hidden()  # it would cover the page
    assert shown
    tab.get_by_role("button", name="Stop and keep the best").click()
    see(tab, "You stopped the search")
