"""What the browser tests share: looking at a tab, waiting for it, downloading from it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")
#: How long a tab is waited for, and what a test expects of it: two servers and two browsers may share two cores.
WAIT_MS = 20_000
sync_api.expect.set_options(timeout=WAIT_MS)
#: Collects the beginning of every drawing, chart or figure that is taken out of the page, and where it was.
WATCH = """() => {
  window.removed = [];
  const seen = ['[data-testid=stVegaLiteChart]', '[data-testid=stBidiComponentRegular]', 'svg.marks', 'canvas.marks',
                '[data-testid^=stBidiComponent]'];
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.removedNodes)
      if (node.nodeType === 1 && seen.some((s) => node.matches(s) || node.querySelector(s)))
        window.removed.push(`${node.outerHTML.slice(0, 300)} in ${change.target.outerHTML.slice(0, 200)}`);
  }).observe(document.body, { childList: true, subtree: true });
}"""


def see(tab: Any, text: str | re.Pattern[str], **options: Any) -> None:
    sync_api.expect(tab.get_by_text(text).first).to_be_visible(**options)


def stop_at_first_network(tab: Any) -> Any:
    """Stop the search as soon as there is a network; the button that leads to its results, which is not clicked."""
    tab.locator(".st-key-network_card .stage svg .node").first.wait_for()
    tab.get_by_role("button", name="Stop and keep the best").click()
    results = tab.get_by_role("button", name="See all formulas")
    results.wait_for()
    return results


def summary(tab: Any) -> str:
    """What the drawing says it shows: its formula in words."""
    return str(tab.locator(".st-key-network_card .stage svg").get_attribute("aria-label"))


def settle(tab: Any) -> None:
    tab.wait_for_function("document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'")


def choose_role(tab: Any, grid: Any, *, x: int, row: int, role: str) -> None:
    """Choose the role of a column in a grid of columns.

    Args:
        grid: the grid's element; it is drawn on a canvas, so its cells have only places.
        x: pixels from the left.
        row: number of the column's row, from 1.
    """
    grid.locator("canvas").first.wait_for()
    settle(tab)
    tab.wait_for_timeout(1000)
    box = grid.bounding_box()
    tab.mouse.click(box["x"] + x, box["y"] + 35 * row + 17)
    tab.wait_for_timeout(300)
    tab.keyboard.press("Enter")
    option = tab.get_by_role("option", name=role)
    option.click()
    tab.wait_for_timeout(500)
    if option.count():  # the list was still opening, and a click while it moves chooses nothing
        option.click()


def download(tab: Any, label: str, folder: Path) -> Path:
    with tab.expect_download() as coming:
        tab.get_by_role("button", name=label, exact=True).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path
