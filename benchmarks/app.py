"""How fast the app answers in a real browser, and how much memory its worker takes: `python -m benchmarks.app`.

A server of its own (a free port, a folder of its own for the runs) is driven with headless Chromium. Times are taken
inside the page, from the click to the frame that shows its effect. Printed are: the click on Discover to the first
network, with a warm worker, with none, and on a server that has only just started; live updates a second, and what was
rebuilt between them; how long other controls take to be answered while a search is on; the server's processor time; and
the largest memory of a worker on every sample table. Needs playwright and Chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psutil

from xnet.one_thread import ONE_THREAD
from xnet.runs import create_run, list_runs
from xnet.tables.samples import list_samples, load_sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
#: A noisy table, on which no search ends by itself before its time is up.
SAMPLE = "us_macro"
#: Loaded into every page: `deep` looks into shadow roots too; `timed` waits for the next click and notes after how many
#: milliseconds each of the conditions held; `watch` counts what changes in the drawing and what leaves the page.
SCRIPT = """
window.deep = (root, selector) => {
  const hit = root.querySelector(selector);
  if (hit) return hit;
  for (const e of root.querySelectorAll('*')) {
    const inner = e.shadowRoot && window.deep(e.shadowRoot, selector);
    if (inner) return inner;
  }
  return null;
};
window.card = () => document.querySelector('.st-key-network_card');
window.drawing = () => window.card() && window.deep(window.card(), '.stage svg');
window.says = (text, where = document.body) => !!where && where.textContent.includes(text);
window.timed = (conditions) => {
  window.answers = {};
  document.addEventListener('click', () => {
    const begun = performance.now();
    const look = () => {
      for (const [name, holds] of Object.entries(conditions))
        if (!(name in window.answers) && holds()) window.answers[name] = performance.now() - begun;
      window.answered = Object.keys(conditions).every((name) => name in window.answers);
      if (!window.answered) requestAnimationFrame(look);
    };
    window.answered = false;
    requestAnimationFrame(look);
  }, { capture: true, once: true });
};
window.watch = () => {
  const svg = window.drawing();
  const seen = { updates: [], formulas: 0, removed: [] };
  const parts = ['[data-testid=stVegaLiteChart]', '[data-testid^=stBidiComponent]', 'svg.marks', 'canvas.marks'];
  new MutationObserver((changes) => {
    for (const c of changes) {
      if (svg.getAttribute(c.attributeName) === c.oldValue) continue;
      if (c.attributeName === 'data-seq') seen.updates.push(performance.now());
      else seen.formulas += 1;
    }
  }).observe(svg, { attributes: true, attributeOldValue: true, attributeFilter: ['data-seq', 'aria-label'] });
  new MutationObserver((changes) => {
    for (const c of changes) for (const n of c.removedNodes)
      if (n.nodeType === 1 && parts.some((s) => n.matches(s) || n.querySelector(s))) seen.removed.push(n.tagName);
  }).observe(document.body, { childList: true, subtree: true });
  window.seen = seen;
};
"""
FIRST_NETWORK = "{ first: () => !!window.drawing()?.querySelector('.node') }"


@dataclass(frozen=True)
class Server:
    """A running app: its address, its process and the folder of its runs."""

    url: str
    process: psutil.Process
    runs: Path

    def seconds(self) -> float:
        """Processor time used until now, in seconds."""
        used = self.process.cpu_times()
        return float(used.user + used.system)

    def warm_worker(self) -> psutil.Process | None:
        """The idle worker, once it has imported everything; None if there is none within half a minute."""
        for _ in range(60):
            for child in self.process.children():
                try:
                    if "--warm" in child.cmdline() and not _is_taken(child, self.runs) and _rests(child):
                        return child
                except psutil.Error:
                    continue  # it has ended meanwhile
            time.sleep(0.5)
        return None


def _is_taken(worker: psutil.Process, runs: Path) -> bool:
    return any(run.status()["pid"] == worker.pid for run in list_runs(runs))


def _rests(worker: psutil.Process) -> bool:
    """Whether a process has imported what it needs and waits: it has used processor time, but none just now."""
    before = sum(worker.cpu_times()[:2])
    time.sleep(0.6)
    return before > 0.3 and sum(worker.cpu_times()[:2]) - before < 0.02


@contextmanager
def serving() -> Iterator[Server]:
    """A fresh server; in the end it and all its workers are gone."""
    with tempfile.TemporaryDirectory(prefix="xnet_bench_") as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        runs = Path(folder) / "runs"
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}", "--server.headless=true",
             "--server.address=127.0.0.1", "--server.fileWatcherType=none", "--browser.gatherUsageStats=false"],
            cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | ONE_THREAD | {"XNET_RUNS": str(runs)})
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield Server(f"http://127.0.0.1:{port}", psutil.Process(process.pid), runs)
        finally:
            _end_runs(runs)
            process.terminate()  # the idle worker leaves when its input closes
            process.wait(20)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - an address on this machine
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("The app did not start within a minute; try `make app` and read what it says.")


def _end_runs(runs: Path) -> None:
    """Stop every search under a folder, gently first."""
    alive = [run for run in list_runs(runs) if run.is_alive()]
    for run in alive:
        run.command("stop")
    until = time.monotonic() + 5
    for run in alive:
        while run.is_alive() and time.monotonic() < until:
            time.sleep(0.05)
        pid = run.status()["pid"]
        if run.is_alive() and pid is not None:
            psutil.Process(pid).kill()


@contextmanager
def page_of(browser: Browser, server: Server) -> Iterator[Page]:
    """A new visitor's page with the table chosen, so that one click starts the search."""
    with browser.new_context(viewport={"width": 1400, "height": 900}) as context:
        page = context.new_page()
        page.set_default_timeout(40_000)
        page.add_init_script(SCRIPT)
        page.goto(f"{server.url}/data?sample={SAMPLE}")
        page.get_by_role("button", name="Discover a formula").wait_for()
        yield page
        _end_runs(server.runs)


def timed(page: Page, name: str, conditions: str, role: Literal["button", "radio"] = "button") -> dict[str, float]:
    """Click a control; seconds until each of the named conditions held in the page."""
    page.evaluate(f"() => window.timed({conditions})")
    page.get_by_role(role, name=name, exact=True).click()
    page.wait_for_function("() => window.answered")
    return {name: ms / 1000 for name, ms in page.evaluate("() => window.answers").items()}


def first_network(page: Page) -> float:
    """Seconds from the click on Discover to the first network in the page."""
    return timed(page, "Discover a formula", FIRST_NETWORK)["first"]


def updates(page: Page, server: Server, seconds: float) -> None:
    """Print how often the drawing changes, what is rebuilt meanwhile, and what that costs the server."""
    page.wait_for_timeout(1000)  # the charts are built once
    before = server.seconds()
    page.evaluate("() => window.watch()")
    page.wait_for_timeout(seconds * 1000)
    used, seen = server.seconds() - before, page.evaluate("() => window.seen")
    times = seen["updates"]
    gap = max((b - a for a, b in pairwise(times)), default=float("nan"))
    print(f"live updates: {len(times) / seconds:.1f} a second (wanted: at least 2), longest gap {gap / 1000:.2f} s, "
          f"{seen['formulas']} other formulas in {seconds:.0f} s")
    print(f"charts and drawings removed from the page between updates: {len(seen['removed'])} (wanted: 0)")
    print(f"server: {1000 * used / max(len(times), 1):.0f} ms of processor time an update, "
          f"{100 * used / seconds:.0f} % of a core")


def clicks(page: Page, repeats: int) -> None:
    """Print how long the switch, Pause and Resume take while the search is on."""
    found: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        found.setdefault(name, []).append(value)

    page.wait_for_timeout(1000)
    for _ in range(repeats):
        for button, heading in (("The best so far", "The best network"), ("What it tries", "The network being tried")):
            answers = timed(page, button, f"{{ done: () => window.says({heading!r}, window.card()) }}", "radio")
            note("switch of the drawing, until it is drawn", answers["done"])
        told = "{ said: () => window.says('Pausing…') || window.says('Paused with'), "
        answers = timed(page, "Pause", told + "done: () => window.says('Paused with') && window.says('Resume') }")
        note("Pause, until the button answers", answers["said"])
        note("Pause, until the search stands still", answers["done"])
        answers = timed(page, "Resume", "{ done: () => window.says('left of') }")
        note("Resume, until the clock runs", answers["done"])
    for name, values in found.items():
        print(f"{name}: {spread(values)}")


def spread(seconds: list[float]) -> str:
    """Median and worst of some times."""
    return f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s of {len(seconds)}"


def discover(browser: Browser, samples: int, watch_seconds: float) -> None:
    """Print everything that is measured in the browser."""
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
    print(f"click to first network, warm worker: {spread(warm)} (wanted: under 3 s)")
    print(f"click to first network, no worker ready: {spread(cold)} (wanted: under 12 s)")
    print(f"click to first network, server just started: {spread(fresh)} (wanted: under 12 s)")


def memory(seconds: float) -> None:
    """Print the largest memory of a worker on every sample table."""
    sizes: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="xnet_bench_") as folder:
        for sample in list_samples():
            table = load_sample(sample.name)
            run = create_run(table.frame, target=str(table.suggested_target), inputs=table.suggested_inputs or (),
                             source=sample.name, seconds=seconds, root=folder)
            worker = subprocess.Popen([sys.executable, "-m", "xnet.runs.worker", str(run.folder)], cwd=ROOT,
                                      stdin=subprocess.PIPE, env=os.environ | ONE_THREAD)
            sizes[sample.name] = _largest_memory(psutil.Process(worker.pid))
            worker.communicate()
            if run.status()["state"] != "finished":
                print(f"{sample.name}: {run.status()['message']}")
    print("worker's largest memory: " + ", ".join(f"{name} {mib:.0f}" for name, mib in sizes.items()) + " MiB")
    print(f"largest of {len(sizes)} tables, {seconds:.0f} s each: {max(sizes.values()):.0f} MiB (wanted: under 1024)")


def _largest_memory(worker: psutil.Process) -> float:
    """MiB; looked at 50 times a second until the process ends."""
    most = 0
    try:
        while worker.status() != psutil.STATUS_ZOMBIE:
            most = max(most, worker.memory_info().rss)
            time.sleep(0.02)
    except psutil.NoSuchProcess:
        pass
    return most / 2**20


def machine() -> str:
    """What the figures were taken on, and how busy it was."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} cores, load {load} (1, 5, 15 minutes)"


def chromium(given: str | None) -> str:
    """Path of the browser, or the end of the program with a sentence."""
    found = given or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found or not Path(found).exists():
        raise SystemExit(f"Chromium was looked for{f' at {given}' if given else ''} and not found; install it, or name "
                         "its program with --chromium.")
    return found


def load_playwright() -> Any:
    """What drives the browser, or the end of the program with a sentence."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("The package playwright is missing, which drives the browser; "
                         "`pip install -r requirements-dev.txt` brings it.") from None
    return sync_playwright()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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


if __name__ == "__main__":
    main()
