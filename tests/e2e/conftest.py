"""A server, a browser and tabs for the browser tests; without Chromium they are all skipped."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import CHROMIUM, NO_CHROMIUM
from tests.e2e.browser import WAIT_MS, see, sync_api

#: How long the first pages of a server may take while another server and another browser start.
COLD_MS = 60_000
ROOT = Path(__file__).parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.skipif(not CHROMIUM.exists(), reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def server(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server with runs of its own, which all tests of this process share; it has imported what its pages need."""
    with serving(tmp_path_factory.mktemp("server")) as url:
        _open_first_pages(browser, url)
        yield url


@pytest.fixture
def cold_server(tmp_path: Path) -> Iterator[str]:
    """A freshly started server; nobody has opened a page of it yet."""
    with serving(tmp_path) as url:
        yield url


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A server that keeps its runs and its log in `folder`; in the end no page of it may have broken off."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true",
             "--server.fileWatcherType=none"], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            env=os.environ | {"XNET_RUNS": str(folder / "runs"), "OMP_NUM_THREADS": "1",
                              "XNET_MAX_RUNNING": "8", "XNET_MAX_SEARCHES": "50"})
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)
    assert "Traceback" not in (folder / "log.txt").read_text()


def _open_first_pages(browser: Any, url: str) -> None:
    """Open Home and Results once, so that the imports count against no time limit of a test."""
    context = browser.new_context()
    tab = context.new_page()
    tab.set_default_timeout(COLD_MS)
    for path, text in (("/", "From a table to a formula"), ("/results", "Results")):
        tab.goto(url + path)
        see(tab, text, timeout=COLD_MS)
    context.close()


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "the server ended at once"
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail("the server did not start within a minute")


@pytest.fixture(scope="session")
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
        tab.set_default_timeout(WAIT_MS)
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.goto(path if path.startswith(("http:", "file:")) else server + path)
        tabs.append(context)
        return tab

    yield open_one
    for context in tabs:
        context.close()
    assert errors == []
