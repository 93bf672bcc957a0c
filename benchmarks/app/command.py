"""Response times of the app in a real browser, and the peak memory of its worker: `python -m benchmarks.app`.

The command starts its own server, with a free port and a new folder for the runs, and drives it with headless Chromium.
The page itself takes the times, from the click to the frame that shows the effect. The figures are:
  - the time from the click on Discover to the first network: with a warm worker, with no worker, and on a new server
  - live updates a second, how many charts are rebuilt between them, and the processor time of the server
  - response times of other controls during a search
  - the peak memory of a worker on each sample table
The command needs playwright and Chromium.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack

from benchmarks.options import command_parser

from .browser import FLAGS, chromium, load_playwright
from .measurements import discover
from .memory import memory


def machine() -> str:
    """The number of cores and the load of this machine."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, load {load} (1, 5, 15 minutes)"


def build_parser() -> ArgumentParser:
    """The options of the command."""
    parser = command_parser("app", __doc__)
    parser.add_argument("--samples", type=int, default=7, help="clicks on Discover with a warm worker (at least 2)")
    parser.add_argument("--watch-seconds", type=float, default=10.0, help="how long live updates are counted")
    parser.add_argument("--memory-seconds", type=float, default=8.0, help="duration of each search for the peak memory "
                                                                          "of a worker; 0: do not measure it")
    parser.add_argument("--chromium", metavar="FILE", help="the program of the browser")
    return parser


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    given = build_parser().parse_args(arguments)
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
