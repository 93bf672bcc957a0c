"""The Setup page in a real browser: every choice there reaches the settings of the search."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.browser import download, see, settle, sync_api


@pytest.mark.slow
def test_settings_made_by_hand_are_in_force_and_come_back(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=planet_moons", viewport={"width": 390, "height": 844}, color_scheme="dark")
    tab.get_by_role("button", name="Choose settings first").click()
    see(tab, "Which functions may a neuron apply?")
    tab.get_by_role("radio", name="Growth and decay").click()
    see(tab, "Current settings: 30 s, 12 activations")
    tab.get_by_role("button", name="exp", exact=True).click()
    see(tab, "Current settings: 30 s, 11 activations")
    seconds = tab.get_by_label("or a number of seconds", exact=True)
    seconds.fill("2")
    seconds.press("Enter")
    see(tab, "Current settings: 2 s, 11 activations")
    tab.get_by_text("What you already know", exact=True).click()
    known = tab.get_by_label("Start from a formula that you know", exact=True)
    known.fill("k*semi_major_axis_1000_km**")
    known.press("Enter")
    see(tab, "cannot be read")
    sync_api.expect(tab.get_by_role("button", name="Discover a formula")).to_be_disabled()
    known.fill("k*sqrt(semi_major_axis_1000_km**3/planet_mass_1e24_kg)")
    known.press("Enter")
    tab.locator(".katex").first.wait_for()
    settle(tab)
    tab.get_by_text("More settings", exact=True).click()
    settle(tab)  # a rerun closes the list of a field
    tab.get_by_role("combobox", name="What an error costs").click()
    tab.wait_for_timeout(500)
    tab.keyboard.type("Relative")
    tab.keyboard.press("Enter")
    see(tab, "20 % of the rows held out, relative error, 1 constraint")
    settle(tab)
    wide = tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
    assert wide <= 390

    tab.get_by_role("button", name="Discover a formula").click()
    see(tab, "Median relative error, held-out rows")
    tab.get_by_role("button", name="Change settings").click()
    see(tab, "Current settings: 2 s, 11 activations")
    see(tab, "relative error, 1 constraint")
    sync_api.expect(tab.get_by_label("or a number of seconds", exact=True)).to_have_value("2")


@pytest.mark.slow
def test_a_function_of_your_own_is_drawn_refused_saved_and_reaches_the_settings(
        open_page: Callable[..., Any], tmp_path: Path) -> None:
    tab = open_page("/data?sample=boyle_1662")
    tab.get_by_role("button", name="Choose settings first").click()
    tab.get_by_text("A function of your own", exact=True).click()
    field = tab.get_by_label("Functions of your own", exact=True)
    field.fill("hill(x, y) = x/(x + k)")
    field.press("Control+Enter")
    see(tab, "names 'k', which is no argument")
    sync_api.expect(tab.get_by_role("button", name="Discover a formula")).to_be_disabled()
    field.fill("hill(x, y) = x/(x + y)")
    field.press("Control+Enter")
    tab.get_by_alt_text("Curves of hill(x, y) = x/(x + y)").wait_for()
    saved = download(tab, "Save as a file", tmp_path)
    assert saved.read_text(encoding="utf-8") == "hill(x, y) = x/(x + y)\n"
    field.fill("")
    field.press("Control+Enter")
    settle(tab)
    tab.locator("input[type=file]").first.set_input_files(saved)
    sync_api.expect(field).to_have_value("hill(x, y) = x/(x + y)")


@pytest.mark.slow
def test_a_template_typed_wrong_and_right(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=boyle_1662", viewport={"width": 390, "height": 844}, color_scheme="dark")
    tab.get_by_role("button", name="Choose settings first").click()
    tab.get_by_text("What you already know", exact=True).click()
    form = tab.get_by_label("A form with unknown parts", exact=True)
    form.fill("a*f(air_volume_units, air_volume_units)")
    form.press("Enter")
    see(tab, "names a column twice")
    sync_api.expect(tab.get_by_role("button", name="Discover a formula")).to_be_disabled()
    form.fill("a/air_volume_units + f(air_volume_units)")
    form.press("Enter")
    see(tab, "Understood: f of air_volume_units")
    settle(tab)
    assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390

    tab.get_by_role("button", name="Discover a formula").click()
    see(tab, "f(air_volume_units) =")


#: How far the parts of a typeset formula reach beyond its room, in pixels; null where it is not typeset.
_BEYOND = """() => {
  const room = document.querySelector('[class*=st-key-formula-room-]');
  const parts = [...room.querySelectorAll('.katex-html .base')].map((part) => part.getBoundingClientRect());
  const { left, right } = room.getBoundingClientRect();
  return parts.some((part) => part.width)
    ? Math.max(...parts.map((part) => Math.max(left - part.left, part.right - right))) : null;
}"""


def test_a_fraction_that_does_not_wrap_is_shown_whole_on_windows_of_every_width(open_page: Callable[..., Any]) -> None:
    tab = open_page("/data?sample=planet_moons")
    tab.get_by_role("button", name="Choose settings first").click()
    tab.get_by_text("What you already know", exact=True).click()
    known = tab.get_by_label("Start from a formula that you know", exact=True)
    known.fill("1/(1 + exp(-(a*semi_major_axis_1000_km + b*planet_mass_1e24_kg - c)))")
    known.press("Enter")
    tab.locator("[class*=st-key-formula-room-] .katex").first.wait_for()
    settle(tab)
    typeset = 0
    for width in (1280, 700, 620, 560, 500, 440, 390):
        tab.set_viewport_size({"width": width, "height": 800})
        tab.wait_for_timeout(300)
        beyond = tab.evaluate(_BEYOND)
        typeset += beyond is not None
        assert (beyond or 0) <= 1, width
        assert tab.locator("[class*=st-key-text-]:visible").count() == (beyond is None)
    assert 0 < typeset < 7
