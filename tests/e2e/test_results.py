"""The Results page in a real browser: a click on the front, digits, and a what-if slider."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.browser import see, settle, sync_api


@pytest.mark.slow
def test_front_digits_and_what_if(open_page: Callable[..., Any]) -> None:
    tab = open_page("/")
    tab.get_by_role("button", name="Try an example").click()
    tab.locator(".st-key-network_card .stage svg .node").first.wait_for()
    tab.get_by_role("button", name="Stop and keep the best").click()
    tab.get_by_role("button", name="See all formulas").click()
    see(tab, re.compile("In words"))
    settle(tab)

    card = tab.locator(".st-key-formula_card")
    before = card.inner_text()
    tab.locator("[class*=st-key-front_chart] .scatterlayer .trace").first.locator(".point").first.click(force=True)
    sync_api.expect(card.get_by_text("Complexity")).to_be_visible()
    tab.wait_for_function("text => document.querySelector('.st-key-formula_card').innerText !== text", arg=before)
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
