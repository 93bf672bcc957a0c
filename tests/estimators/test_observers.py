"""What watches and steers a search from Python: callback, loss to stop at, warm start, progress line, notebook view."""

from __future__ import annotations

import sys
from itertools import pairwise
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from xnet import XNetRegressor
from xnet.arrays import Array
from xnet.estimators.observers import FrontRow


def table(n: int = 60) -> tuple[Array, Array]:
    rng = np.random.default_rng(0)
    X = rng.uniform(1, 3, (n, 2))
    return X, X[:, 0] ** 2 / X[:, 1] + 0.1 * rng.normal(size=n)


def model(**options: Any) -> XNetRegressor:
    return XNetRegressor(**{"budget_steps": 6, "budget_seconds": 1e6, "random_state": 0} | options)


def test_a_callback_sees_every_step_and_ends_the_search() -> None:
    seen: list[tuple[int, float, list[FrontRow]]] = []

    def callback(step: int, seconds: float, front: list[FrontRow]) -> bool:
        seen.append((step, seconds, front))
        return step == 3

    found = model(callback=callback).fit(*table())
    assert [step for step, _, _ in seen] == [1, 2, 3]
    assert found.n_steps_ == 3
    assert found.stop_reason_ == "callback"
    assert all(0 < a[1] < b[1] for a, b in pairwise(seen))
    last = seen[-1][2]
    assert [row["complexity"] for row in last] == sorted(row["complexity"] for row in last)
    assert found.formula_ in [row["formula"] for row in last] + list(found.front_["formula"])


def test_a_callback_that_only_looks_changes_nothing() -> None:
    watched = model(callback=lambda *_: None).fit(*table())
    assert watched.formula_ == model().fit(*table()).formula_
    assert watched.stop_reason_ == "budget"


def test_an_error_in_a_callback_reaches_the_caller() -> None:
    def callback(*_: object) -> None:
        raise RuntimeError("from the callback")

    with pytest.raises(RuntimeError, match="from the callback"):
        model(callback=callback).fit(*table())


def test_the_search_ends_at_the_loss_that_is_asked_for() -> None:
    found = model(stop_at_loss=0.2).fit(*table())
    assert found.stop_reason_ == "reached"
    assert found.n_steps_ < 6
    row = found.front_[found.front_["formula"] == found.formula_].iloc[0]
    assert row["r2_train"] >= 0.8
    assert model(stop_at_loss=0.0).fit(*table()).stop_reason_ == "budget"


@pytest.mark.parametrize(("options", "message"), [
    ({"callback": "print"}, "expected a function"), ({"stop_at_loss": -1}, "at least 0"),
    ({"stop_at_loss": "0.1"}, "at least 0")])
def test_what_cannot_be_used_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        model(**options).fit(*table())


def test_a_warm_start_keeps_the_formulas_of_the_last_fit() -> None:
    X, y = table()
    first = model(warm_start=True, budget_steps=8).fit(X, y)
    known = first.formula_
    again = first.set_params(budget_steps=0).fit(X, y)
    assert again.n_steps_ == 0
    assert again.formula_ == known
    cold = model(budget_steps=0).fit(X, y)
    assert cold.formula_ != known


def test_a_warm_start_needs_the_same_columns() -> None:
    X, y = table()
    found = model(warm_start=True, budget_steps=1).fit(pd.DataFrame(X, columns=["a", "b"]), y)
    with pytest.raises(ValueError, match=r"columns of the last fit \(a, b\), but this table has a, c"):
        found.fit(pd.DataFrame(X, columns=["a", "c"]), y)


def test_the_progress_line_is_written_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    model(budget_steps=2).fit(*table())
    assert capsys.readouterr().err == ""
    model(budget_steps=2, verbose=True).fit(*table())
    written = capsys.readouterr().err
    assert "step 2  loss " in written
    assert written.endswith("\n")


def test_a_notebook_shows_the_progress_by_tqdm(monkeypatch: pytest.MonkeyPatch,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []

    class Bar:
        def __init__(self, bar_format: str) -> None:
            said.append(bar_format)

        def set_description_str(self, line: str) -> None:
            said.append(line)

        def close(self) -> None:
            said.append("closed")

    module = ModuleType("tqdm.auto")
    module.tqdm = Bar  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ipykernel", ModuleType("ipykernel"))
    monkeypatch.setitem(sys.modules, "tqdm.auto", module)
    monkeypatch.setitem(sys.modules, "tqdm", ModuleType("tqdm"))
    model(budget_steps=2, verbose=True).fit(*table())
    assert [line.split("step")[-1].split()[0] for line in said[1:-1]] == ["1", "2"]
    assert (said[0], said[-1]) == ("{desc}", "closed")
    assert capsys.readouterr().err == ""

    monkeypatch.setitem(sys.modules, "tqdm.auto", None)  # tqdm is not installed
    model(budget_steps=1, verbose=True).fit(*table())
    assert "step 1" in capsys.readouterr().err


def test_a_notebook_shows_the_formula_and_the_front() -> None:
    X, y = table()
    names = ["<b>a", "b"]
    blank = model(budget_steps=1)
    assert "$$" not in blank._repr_html_inner()
    found = blank.fit(pd.DataFrame(X, columns=names), y)
    html = found._repr_html_inner()
    assert html.startswith("<div>$$")
    assert "<b>a" not in html.split("</table>")[0]  # a column's name is no markup
    assert html.count("<tr") >= 1 + len(found.front_)
    assert "font-weight: bold" in html
    assert "text/html" in found._repr_mimebundle_()


def test_a_clone_has_the_same_settings() -> None:
    settings = model(stop_at_loss=0.1, warm_start=True, verbose=True)
    assert clone(settings).get_params() == settings.get_params()
