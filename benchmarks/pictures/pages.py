"""Pictures of the app's pages."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from .files import write

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE = {"width": 1360, "height": 850}
NARROW = {"width": 390, "height": 844}
#: The sample table, the time limit of its search, and how long the search runs before its picture is taken.
SAMPLE, SECONDS, WATCHED_MS = "mauna_loa_co2", 240, 6000
#: No picture shows an animation that is under way.
STILL: dict[str, Any] = {"reduced_motion": "reduce"}
_SETTLED = "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
_TO_THE_TOP = "document.querySelector('[data-testid=stMain]').scrollTo(0, 0)"


def pages(browser: Browser, url: str, out: Path) -> None:
    """Take the pages in the order in which a new user sees them."""
    with browser.new_context(viewport=WIDE, color_scheme="light", device_scale_factor=1.5, **STILL) as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(url)
        page.locator("h1").first.wait_for()
        take(page, out / "home.png")
        page.goto(f"{url}/data?sample={SAMPLE}")
        discover = page.get_by_role("button", name="Discover a formula")
        discover.wait_for()
        take(page, out / "data.png")
        page.get_by_role("button", name="Choose settings first").click()
        page.get_by_text("What may the formula contain?").first.wait_for()
        take(page, out / "setup.png")
        seconds = page.get_by_label("or a number of seconds", exact=True)
        seconds.fill(str(SECONDS))
        seconds.press("Enter")
        page.get_by_text(re.compile("Current settings: ")).first.wait_for()
        page.wait_for_function(_SETTLED)
        discover.click()
        page.locator(".st-key-network_card .stage svg .node").first.wait_for()
        page.wait_for_timeout(WATCHED_MS)
        take(page, out / "live.png", settle=False)
        dark(browser, page.url, out)
        page.get_by_role("button", name="Stop and keep the best").click()
        page.get_by_role("button", name="See all formulas").click()
        page.get_by_role("heading", name="Download").first.wait_for()
        take(page, out / "results.png")


def dark(browser: Browser, url: str, out: Path) -> None:
    """Take the live page as a phone in dark mode shows it."""
    with browser.new_context(viewport=NARROW, color_scheme="dark", device_scale_factor=2, **STILL) as context:
        page = context.new_page()
        page.goto(url)
        page.locator(".st-key-network_card .stage svg .node").first.wait_for()
        page.wait_for_timeout(1500)
        take(page, out / "live-dark.png", settle=False)


def take(page: Page, path: Path, *, settle: bool = True) -> None:
    """Write a picture of the window; with `settle`, after the page has stopped changing."""
    if settle:
        page.wait_for_function(_SETTLED)
        page.wait_for_timeout(1500)  # charts and fonts appear after the script has run
    page.evaluate(_TO_THE_TOP)
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)
    picture: Any = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    out = io.BytesIO()
    picture.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    write(path, out.getvalue())
