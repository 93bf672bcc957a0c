"""The Learn page in a real browser: a law found phase by phase with the keyboard, and a term by its address."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.browser import see, settle, sync_api


@pytest.mark.slow
def test_a_law_is_found_phase_by_phase_with_the_keyboard(open_page: Callable[..., Any], cold_server: str) -> None:
    tab = open_page(cold_server + "/learn", viewport={"width": 390, "height": 844}, color_scheme="dark")
    see(tab, "The neurons", timeout=20_000)
    sync_api.expect(tab).not_to_have_url(re.compile("goto"))
    drawing = tab.locator(".st-key-toy_network svg[data-seq]")
    forward = tab.get_by_role("button", name="Next")
    for seq in range(1, 8):
        sync_api.expect(forward).to_be_enabled()
        forward.press("Enter")
        sync_api.expect(drawing).to_have_attribute("data-seq", str(seq))
    see(tab, "The network fits all points exactly")
    assert "computing y = x·sin(x)" in drawing.get_attribute("aria-label")
    assert drawing.locator(".note").first.text_content(), "outputs are written at the neurons"
    settle(tab)
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


@pytest.mark.slow
def test_play_goes_on_by_itself_and_a_term_has_an_address(open_page: Callable[..., Any]) -> None:
    tab = open_page("/learn?term=noise-floor")
    see(tab, "The loss at which only noise is left", timeout=20_000)
    tab.get_by_role("tab", name="Try it").click()
    tab.get_by_role("button", name="Play").click()
    see(tab, "Every activation was tried in place of every neuron", timeout=20_000)
    tab.get_by_role("button", name="Pause").click()
    see(tab, "Play")


@pytest.mark.slow
def test_a_demonstration_begins_with_nothing_and_rewires_until_the_law_is_found(open_page: Callable[..., Any]) -> None:
    tab = open_page("/")
    tab.get_by_role("button", name="Two atoms").click()
    drawing = tab.locator(".st-key-toy_network svg[data-seq]")
    sync_api.expect(drawing).to_have_attribute("aria-label", re.compile("computing y = 0"), timeout=20_000)
    drawing.evaluate("""svg => {
      window.seen = new Set([svg.getAttribute("aria-label")]);
      new MutationObserver(() => window.seen.add(svg.getAttribute("aria-label")))
        .observe(svg, { attributes: true, attributeFilter: ["aria-label"] });
    }""")
    assert "12·exp" not in tab.locator("[data-testid=stMain]").inner_text(), "the answer is hidden"
    see(tab, re.compile("The points come from"), timeout=120_000)
    seen = tab.evaluate("[...window.seen]")
    assert len(seen) >= 8, seen
    assert len({re.sub(r"[\d.⁰-⁹⁻]+", "", name) for name in seen}) >= 5, "rewired, not only fitted"
    assert "40·exp(-2·x) - 12·exp(-x)" in drawing.get_attribute("aria-label")
