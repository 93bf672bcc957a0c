"""Fixtures of the app's tests: runs in a folder of the test's own, and a stand-in for the worker."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from tests.ui.fake_run import play
from xnet import runs
from xnet.runs import Run
from xnet.ui import home
from xnet.ui.data import page as data_page
from xnet.ui.page_list import HOME
from xnet.ui.predict import page as predict_page

APP = str(Path(__file__).parents[2] / "app.py")


@pytest.fixture(autouse=True, scope="session")
def components_of_packages() -> Iterator[None]:
    """Read the components of the installed packages once; otherwise every AppTest parses the metadata of them all."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture(autouse=True)
def same_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest leaves its script behind as the main module, which processes that are spawned later would run again."""
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])


@pytest.fixture(autouse=True)
def one_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in the process of the test, except in tests of the limits."""
    if "limits" in request.keywords:
        return
    for page in (home, data_page, predict_page):
        monkeypatch.setattr(page, "limited", lambda what, function, *args, **kwargs: function(*args, **kwargs))
        if hasattr(page, "keep_ready"):
            monkeypatch.setattr(page, "keep_ready", lambda: None)


@pytest.fixture(autouse=True)
def own_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs of this test live in its own folder, and no worker is started."""
    monkeypatch.setenv("XNET_RUNS", str(tmp_path / "runs"))
    monkeypatch.setattr(runs, "prewarm", lambda: None)
    monkeypatch.setattr(runs, "launch", lambda run, session="", counts=True: play(run, steps=3))
    return tmp_path / "runs"


@pytest.fixture
def app() -> Callable[..., AppTest]:
    """Opens an address of the app in a new session, through app.py; no other page is rendered before it."""
    def open_page(page: str = HOME.path, **query: str) -> AppTest:
        at = AppTest.from_file(APP, default_timeout=20)
        if page != HOME.path:  # the first page has no name in its address
            at.switch_page(page)
        for key, value in query.items():
            at.query_params[key] = value
        return at.run()

    return open_page


@pytest.fixture
def make_run() -> Callable[..., Run]:
    """Makes a run on a small table; `names` are the two inputs and the target."""
    def make(names: tuple[str, str, str] = ("distance", "mass", "period"), seconds: float = 60,
             steps: int | None = None, units: Mapping[str, str] | None = None) -> Run:
        rng = np.random.default_rng(0)
        x, m = rng.uniform(1, 30, 40), rng.uniform(1, 2, 40)
        table = pd.DataFrame(dict(zip(names, (x, m, x**1.5 + 0.01 * m), strict=True)))
        return runs.create_run(table, target=names[2], inputs=list(names[:2]), source="a table", seconds=seconds,
                               steps=steps, units=units)

    return make


def drawings(at: AppTest) -> list[Any]:
    """The drawings of networks on a page, without the part that only runs a script."""
    return [element for element in at.get("bidi_component") if not element.proto.id.endswith("-page_scripts")]


def texts(at: AppTest) -> str:
    """Everything that a page says in words, with usual spaces before percent signs."""
    kinds = (at.title, at.header, at.subheader, at.markdown, at.caption, at.info, at.warning, at.error, at.code)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\N{NO-BREAK SPACE}%", " %")
