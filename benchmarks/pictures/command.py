"""The pictures of the README, taken from the app as it is: `python -m benchmarks.pictures` (`make pictures`).

A server of its own is driven with headless Chromium through an example: every page in a wide, light window, the live
page in a narrow, dark one as well. The moving picture is drawn from the frames of a search of its own, with a budget in
steps, so it is the same wherever it is made. Everything goes to docs/images; PNGs are reduced to a palette.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.app.browser import FLAGS, chromium, load_playwright
from benchmarks.app.server import serving
from benchmarks.options import command_parser

from .files import IMAGES
from .film import film
from .pages import pages


def main() -> None:
    """Take the pictures that are asked for; all when none are."""
    parser = command_parser("pictures", __doc__)
    parser.add_argument("--out", type=Path, default=IMAGES, metavar="FOLDER", help="default: docs/images")
    parser.add_argument("--only", choices=("pages", "film"), help="only the pages' pictures, or only the moving one")
    parser.add_argument("--chromium", metavar="FILE", help="the browser's program")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.only != "pages":
        film(options.out)
    if options.only != "film":
        with serving() as server, load_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(options.chromium), args=FLAGS)
            pages(browser, server.url, options.out)
            browser.close()
