"""Headless Chromium on a page of the app."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from .server import Server, end_runs

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
#: A noisy table, on which a search does not end before its time limit.
SAMPLE = "us_macro"
#: JavaScript that every page loads; the file explains its functions.
SCRIPT = (Path(__file__).parent / "page_script.js").read_text("utf-8")
FIRST_NETWORK = "{ first: () => !!window.drawing()?.querySelector('.node') }"


@contextmanager
def page_of(browser: Browser, server: Server) -> Iterator[Page]:
    """A new page on which a table is chosen, so that one click starts the search."""
    with browser.new_context(viewport={"width": 1400, "height": 900}) as context:
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.add_init_script(SCRIPT)
        page.goto(f"{server.url}/data?sample={SAMPLE}")
        page.get_by_role("button", name="Discover a formula").wait_for()
        yield page
        end_runs(server.runs)


def timed(page: Page, name: str, conditions: str, role: Literal["button", "radio"] = "button") -> dict[str, float]:
    """Click a control; return the seconds until each of the named JavaScript conditions was true in the page."""
    page.evaluate(f"() => window.timed({conditions})")
    page.get_by_role(role, name=name, exact=True).click()
    page.wait_for_function("() => window.answered")
    return {name: ms / 1000 for name, ms in page.evaluate("() => window.answers").items()}


def first_network(page: Page) -> float:
    """Seconds from the click on Discover to the first network in the page."""
    return timed(page, "Discover a formula", FIRST_NETWORK)["first"]


def chromium(given: str | None) -> str:
    """Path of Chromium.

    Raises:
        SystemExit: there is none.
    """
    found = given or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found or not Path(found).exists():
        raise SystemExit(f"Chromium was not found{f' at {given}' if given else ''}; install it, or give its path with "
                         "--chromium.")
    return found


def load_playwright() -> Any:
    """Playwright, which drives the browser.

    Raises:
        SystemExit: it is not installed.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("The package playwright, which drives the browser, is not installed; run: "
                         "pip install -r requirements-dev.txt") from None
    return sync_playwright()
