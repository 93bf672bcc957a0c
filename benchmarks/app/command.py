"""How fast the app answers in a real browser, and how much memory its worker takes: `python -m benchmarks.app`.

A server of its own (a free port, a folder of its own for the runs) is driven with headless Chromium. Times are taken
inside the page, from the click to the frame that shows its effect. Printed are: the click on Discover to the first
network, with a warm worker, with none, and on a server that has only just started; live updates a second, and what was
rebuilt between them; how long other controls take to be answered while a search is on; the server's processor time; and
the largest memory of a worker on every sample table. Needs playwright and Chromium.
"""

from __future__ import annotations

import os
from contextlib import ExitStack

from benchmarks.options import command_parser

from .browser import FLAGS, chromium, load_playwright
from .measurements import discover
from .memory import memory


def machine() -> str:
    """What the figures were taken on, and how busy it was."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, load {load} (1, 5, 15 minutes)"


def main() -> None:
    """The command line."""
    parser = command_parser("app", __doc__)
    parser.add_argument("--samples", type=int, default=7, help="clicks on Discover with a warm worker, at least 2")
    parser.add_argument("--watch-seconds", type=float, default=10.0, help="how long live updates are counted")
    parser.add_argument("--memory-seconds", type=float, default=8.0, help="search of each table; 0 leaves memory out")
    parser.add_argument("--chromium", help="the browser's program")
    given = parser.parse_args()
    program = chromium(given.chromium)
    with ExitStack() as stack:
        playwright = stack.enter_context(load_playwright())
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        stack.callback(browser.close)
        print(machine(), flush=True)
        discover(browser, max(2, given.samples), given.watch_seconds)
    if given.memory_seconds > 0:
        memory(given.memory_seconds)
    print(machine())
