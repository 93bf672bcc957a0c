"""Take the pictures of the README from the app: `python -m benchmarks.pictures` (`make pictures`).

The command starts its own server and drives it with headless Chromium through an example. It takes every page in a
wide, light window, and the live page also in a narrow, dark one. The moving picture shows a separate search with a
limit in steps, so it is the same on every machine. All files go to docs/images; PNG files are reduced to a palette.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from benchmarks.app.browser import FLAGS, chromium, load_playwright
from benchmarks.app.server import serving
from benchmarks.options import command_parser

from .files import IMAGES
from .film import film
from .pages import pages


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = command_parser("pictures", __doc__)
    parser.add_argument("--out", type=Path, default=IMAGES, metavar="FOLDER", help="default: docs/images")
    parser.add_argument("--only", choices=("pages", "film"), help="only the pages, or only the moving picture")
    parser.add_argument("--chromium", metavar="FILE", help="the program of the browser")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = build_parser().parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    if given.only != "pages":
        film(given.out)
    if given.only != "film":
        with serving() as server, load_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(given.chromium), args=FLAGS)
            pages(browser, server.url, given.out)
            browser.close()
