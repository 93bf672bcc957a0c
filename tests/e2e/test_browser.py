"""The app in a real browser, with real workers: from a sample to a formula that can be taken away."""

from __future__ import annotations

import csv
import io
import os
import re
import runpy
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
#: Tells how often a drawing, a chart or a figure was taken out of the page since `watch` ran.
WATCH = """() => {
  window.removed = [];
  const seen = ['[data-testid=stVegaLiteChart]', '[data-testid=stBidiComponentRegular]', 'svg.marks', 'canvas.marks',
                '[data-testid^=stBidiComponent]'];
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.removedNodes)
      if (node.nodeType === 1 && seen.some((s) => node.matches(s) || node.querySelector(s)))
        window.removed.push(node.tagName);
  }).observe(document.body, { childList: true, subtree: true });
}"""

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("browser"),
              pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A freshly started server with runs of its own; nobody has opened a page of it yet."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true",
             "--server.fileWatcherType=none"], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            env=os.environ | {"XNET_RUNS": str(folder / "runs"), "OMP_NUM_THREADS": "1"})
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)
    assert "Traceback" not in (folder / "log.txt").read_text()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "the server ended at once"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail("the server did not start within a minute")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Any, server: str) -> Iterator[Callable[..., Any]]:
    """Opens an address in a tab of its own; in the end no tab may have met a script error."""
    tabs, errors = [], []

    def open_one(path: str = "/", **options: Any) -> Any:
        context = browser.new_context(**({"viewport": {"width": 1400, "height": 900}} | options))
        tab = context.new_page()
        tab.set_default_timeout(20_000)
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.goto(server + path)
        tabs.append(context)
        return tab

    yield open_one
    for context in tabs:
        context.close()
    assert errors == []


def see(tab: Any, text: str | re.Pattern[str], **options: Any) -> None:
    sync_api.expect(tab.get_by_text(text).first).to_be_visible(**options)


def summary(tab: Any) -> str:
    """What the drawing says it shows: its formula in words."""
    return str(tab.locator(".st-key-network_card .stage svg").get_attribute("aria-label"))


def settle(tab: Any) -> None:
    tab.wait_for_function("document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'")


def test_a_deep_link_on_a_cold_server_opens_inside_the_app(open_page: Callable[..., Any]) -> None:
    # The first request that this server ever gets: until app.py has run, Streamlit would serve the bare page.
    tab = open_page("/data?sample=earth_satellites")
    see(tab, "Explain this column")
    see(tab, "Earth satellites: height and orbital period")
    sync_api.expect(tab.get_by_role("link", name="Results")).to_be_visible()
    assert "sample=earth_satellites" in tab.url
    assert "goto" not in tab.url


def test_from_a_sample_to_a_formula_that_reproduces_the_predictions(open_page: Callable[..., Any], tmp_path: Path,
                                                                    ) -> None:
    tab = open_page("/data?sample=us_macro")
    tab.get_by_role("button", name="Discover a formula").click()
    clicked = time.monotonic()
    tab.locator(".st-key-network_card .stage svg .node").first.wait_for()
    assert time.monotonic() - clicked < 12, "the first network within 12 s, the worker cold or warm"
    tab.locator("[data-testid=stVegaLiteChart] svg, [data-testid=stVegaLiteChart] canvas").first.wait_for()
    settle(tab)

    first, seen = summary(tab), set()
    tab.evaluate(WATCH)
    for _ in range(20):
        tab.wait_for_timeout(250)
        seen.add(tab.locator(".st-key-network_card .stage svg").get_attribute("data-seq"))
    assert len(seen) >= 10, f"at least two updates a second, saw {len(seen)} in 5 s"
    assert summary(tab) != first, "the formula changes"
    assert tab.evaluate("window.removed") == [], "nothing on the page is rebuilt between ticks"

    tab.get_by_role("button", name="Stop and keep the best").click()
    tab.get_by_role("button", name="See all formulas").click()
    see(tab, "Accuracy against simplicity")
    settle(tab)
    files = {name: _download(tab, label, tmp_path) for name, label in
             (("py", "Python"), ("csv", "Predictions (CSV)"), ("svg", "Network drawing (SVG)"), ("tex", "LaTeX"))}
    assert files["svg"].read_text().startswith("<svg")
    assert "real" in files["tex"].read_text()
    rows = list(csv.reader(io.StringIO(files["csv"].read_text())))
    table = np.array(rows[1:], dtype=float)
    formula = runpy.run_path(str(files["py"]))
    columns = [table[:, rows[0].index(name)] for name in formula["COLUMNS"]]
    np.testing.assert_allclose(formula["predict"](*columns), table[:, -1], rtol=1e-9)
    r2 = 1 - np.mean((table[:, -1] - table[:, -2]) ** 2) / np.var(table[:, -2])
    assert r2 > 0.9


def _download(tab: Any, label: str, folder: Path) -> Path:
    with tab.expect_download() as download:
        tab.get_by_role("button", name=label, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_one_click_then_pause_reload_and_a_second_tab(open_page: Callable[..., Any]) -> None:
    tab = open_page("/")
    tab.get_by_role("button", name="Try an example").click()
    tab.locator(".st-key-network_card .stage svg .node").first.wait_for()
    tab.get_by_role("button", name="Pause").click()
    see(tab, re.compile("Paused with"))
    address = tab.url
    assert "run=" in address

    tab.reload()
    see(tab, re.compile("Paused with"))
    tab.locator(".st-key-network_card .stage svg .node").first.wait_for()

    other = open_page(address.removeprefix(tab.url.split("/discover")[0]))
    see(other, re.compile("Paused with"))
    other.get_by_role("button", name="Resume").click()
    see(other, re.compile("left of"))
    see(tab, re.compile("left of"))
    tab.get_by_role("button", name="Stop and keep the best").click()
    see(other, re.compile("You stopped the search"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_sticks_out_of_a_phone(open_page: Callable[..., Any], scheme: str) -> None:
    tab = open_page("/", viewport={"width": 390, "height": 844}, color_scheme=scheme, reduced_motion="reduce")
    see(tab, "From a table to a formula")
    background = tab.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) == (scheme == "dark")
    for path in ("/", "/data", "/setup", "/discover", "/results"):
        tab.goto(re.sub(r"(http://[^/]+).*", r"\1", tab.url) + path)
        tab.locator("h1, h2").first.wait_for()
        settle(tab)
        wide = tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")
        assert wide <= 390, path
