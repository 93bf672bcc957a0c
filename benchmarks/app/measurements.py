"""Measurements in the browser."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from .browser import first_network, page_of, timed
from .server import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


def updates(page: Page, server: Server, seconds: float) -> None:
    """Print how often the drawing changes, how much is rebuilt meanwhile, and the processor time of the server."""
    page.wait_for_timeout(1000)  # until the charts are built for the first time
    before = server.seconds()
    page.evaluate("() => window.watch()")
    page.wait_for_timeout(seconds * 1000)
    used, seen = server.seconds() - before, page.evaluate("() => window.seen")
    times = seen["updates"]
    gap = max((b - a for a, b in pairwise(times)), default=float("nan"))
    print(f"live updates: {len(times) / seconds:.1f} a second (target: at least 2), longest gap {gap / 1000:.2f} s, "
          f"{seen['formulas']} other formulas in {seconds:.0f} s")
    print(f"charts and drawings removed from the page between updates: {len(seen['removed'])} (target: 0)")
    print(f"server: {1000 * used / max(len(times), 1):.0f} ms of processor time an update, "
          f"{100 * used / seconds:.0f} % of a core")


def clicks(page: Page, repeats: int) -> None:
    """Print the response times of the switch, Pause and Resume during a search."""
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)

    page.wait_for_timeout(1000)
    for _ in range(repeats):
        for button, heading in (("The best so far", "The best network"), ("What it tries", "The network being tried")):
            answers = timed(page, button, f"{{ done: () => window.shows({heading!r}, window.card()) }}", "radio")
            note("switch of the drawing, until it is drawn", answers["done"])
        paused = "{ changed: () => window.shows('Pausing…') || window.shows('Paused with'), "
        answers = timed(page, "Pause", paused + "done: () => window.shows('Paused with') && window.shows('Resume') }")
        note("Pause, until the button changes", answers["changed"])
        note("Pause, until the search is paused", answers["done"])
        answers = timed(page, "Resume", "{ done: () => window.shows('left of') }")
        note("Resume, until the clock runs", answers["done"])
    for name, values in found.items():
        print(f"{name}: {spread(values)}")


def spread(seconds: list[float]) -> str:
    """Median and maximum of some times."""
    return f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s of {len(seconds)}"


def discover(browser: Browser, samples: int, watch_seconds: float) -> None:
    """Measure and print the times to the first network, live updates and response times."""
    fresh: list[float] = []
    for _ in range(3):
        with serving() as server, page_of(browser, server) as page:
            fresh.append(first_network(page))
    warm: list[float] = []
    cold: list[float] = []
    with serving() as server:
        extra: list[Callable[[Page], None]] = [lambda page: updates(page, server, watch_seconds),
                                               lambda page: clicks(page, 3)]
        for i in range(samples):
            with page_of(browser, server) as page:
                if server.warm_worker() is None:
                    raise SystemExit("The server keeps no warm worker; see `prewarm` in xnet/runs/launcher.py.")
                warm.append(first_network(page))
                if i < len(extra):
                    extra[i](page)
        for _ in range(3):
            with page_of(browser, server) as page:
                worker = server.warm_worker()
                if worker is not None:
                    worker.kill()
                cold.append(first_network(page))
    print(f"click to first network, warm worker: {spread(warm)} (target: under 3 s)")
    print(f"click to first network, no worker ready: {spread(cold)} (target: under 12 s)")
    print(f"click to first network, server just started: {spread(fresh)} (target: under 12 s)")
