"""A raw series in a browser: two clicks from the table to the law of the logistic map."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.browser import see
from xnet.ui.data.page import PASTED


@pytest.mark.slow
def test_a_logistic_map_is_found_in_two_clicks(open_page: Callable[..., Any]) -> None:
    x = [0.4]
    while len(x) < 200:
        x.append(3.7 * x[-1] * (1 - x[-1]))
    tab = open_page("/data")
    tab.get_by_role("tab", name="Paste a table").click()
    field = tab.locator(f".st-key-{PASTED} textarea")
    field.fill("x\n" + "\n".join(map(repr, x)))
    field.press("Control+Enter")
    tab.get_by_role("button", name="Use the pasted table").click()
    tab.get_by_role("button", name="Explain x by its previous value").click()
    see(tab, "199 rows used", timeout=20_000)
    tab.get_by_role("button", name="Discover a formula").click()
    see(tab, "Finished", timeout=90_000)
    results = open_page("/results?" + tab.url.partition("?")[2])
    see(results, "previous_x", timeout=20_000)
    see(results, "3.7", timeout=20_000)
