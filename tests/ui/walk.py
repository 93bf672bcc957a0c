"""A search of one of seven tables and everything that says a number about it, for the walk of `test_same_numbers`."""

from __future__ import annotations

import contextlib
import html
import io
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime, curve_fit
from sklearn.metrics import r2_score
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from xnet.cli.output import print_result
from xnet.engine import Network, Problem
from xnet.evidence.baselines import fit_baselines
from xnet.evidence.class_baselines import fit_class_baselines
from xnet.evidence.class_probability import log_odds_of
from xnet.evidence.formula_verdict import weighted_rows
from xnet.evidence.weighted_rows import WeightedRows
from xnet.exports.export import Export
from xnet.runs.run import Run

RNG = np.random.default_rng(8)
N = 90
X = pd.DataFrame({"a": RNG.uniform(1, 3, N), "b": RNG.uniform(1, 2, N), "c": RNG.normal(size=N)})
NOISE = RNG.normal(size=N)
ORDER = np.arange(N)
#: The position of the wild row, which is held out.
WILD = 80
#: Name of the table -> (table, further options of the command line).
TABLES: dict[str, tuple[pd.DataFrame, list[str]]] = {
    "clean law": (X.assign(y=2 * X.a**2 / X.b), []),
    "noisy law": (X.assign(y=1.7 * X.a**2 / X.b + 0.3 * NOISE), []),
    "row weights": (X.assign(y=1.7 * X.a**2 / X.b + 0.3 * NOISE, w=RNG.integers(0, 4, N)), ["--weight", "w"]),
    "no law": (X.assign(y=X.a + 0.6 * X.b + 0.3 * X.c + NOISE), []),
    "flat held-out rows": (X.assign(y=np.where(ORDER < 72, 1.7 * X.a**2 / X.b + 0.3 * NOISE, 2.0)),
                           ["--split", "order"]),
    "wild held-out row": (X.assign(y=1.7 * X.a**2 / X.b + 0.03 * NOISE + 90.0 * (ORDER == WILD)),
                          ["--split", "order"]),
    "class": (X.assign(y=np.where(X.a * X.b + 0.4 * NOISE > 3, "high", "low")), ["--class", "high"]),
}
STEPS = 3


@dataclass(frozen=True)
class Walk:
    """A search of one table, and everything that says something about it."""

    table: pd.DataFrame
    run: Run
    printed: dict[str, Any]
    page: AppTest

    @cached_property
    def snapshot(self) -> dict[str, Any]:
        return dict(self.run.snapshot() or {})

    @cached_property
    def best(self) -> dict[str, Any]:
        return dict(self.snapshot["best"])

    @cached_property
    def problem(self) -> Problem:
        return self.run.problem()

    @cached_property
    def export(self) -> Export:
        return Export.from_run(self.run)

    @cached_property
    def report(self) -> str:
        """The report without its tags."""
        return html.unescape(re.sub(r"<[^>]+>", "|", self.export.texts()["report.html"]()))

    @cached_property
    def file(self) -> dict[str, Any]:
        return dict(json.loads(self.export.texts()["formula.json"]()))

    @cached_property
    def text(self) -> str:
        """What the command line prints without --json."""
        with contextlib.redirect_stdout(io.StringIO()) as out:
            print_result(self.run.snapshot(), "y", True, self.export.verdict, as_json=False,  # type: ignore[arg-type]
                         constants=self.export.constants)
        return out.getvalue()

    @cached_property
    def said(self) -> str:
        """Everything that the page says, without escapes."""
        return texts(self.page).replace("\\", "")

    @property
    def as_class(self) -> bool:
        return self.run.config["loss"] == "logistic"

    @cached_property
    def parts(self) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray | None]]:
        """Columns, target and weights of the training and the held-out rows, from data.csv by pandas."""
        data = pd.read_csv(self.run.folder / "data.csv")
        weight = data["w"].to_numpy() if "w" in data else None
        data = data[["a", "b", "c", str(self.run.config["target"])]].to_numpy()
        return {name: (data[rows, :3], data[rows, 3], None if weight is None else weight[rows])
                for name, rows in (("train", self.problem.train_index), ("holdout", self.problem.holdout_index))}

    @cached_property
    def rows(self) -> tuple[WeightedRows, WeightedRows]:
        """Training and held-out rows."""
        assert self.problem.holdout is not None
        return weighted_rows(self.problem.train), weighted_rows(self.problem.holdout)

    @cached_property
    def models(self) -> dict[str, Any]:
        """The other models, by name."""
        fit: Any = fit_class_baselines if self.as_class else fit_baselines
        return {model.name: model for model in fit(*self.rows)}

    def metric(self, label: str) -> str:
        return next(str(m.value) for m in self.page.metric if m.label == label)

    def frame(self, column: str) -> pd.DataFrame:
        """The table of the page with this column."""
        return next(frame.value for frame in self.page.dataframe if column in frame.value)

    def chart(self, key: str) -> dict[str, Any]:
        found = next(c.proto for c in self.page.get("plotly_chart") if c.proto.id.endswith(f"-{key}"))
        return dict(json.loads(found.spec))


def opened(run: Run) -> AppTest:
    """The page Results of a run, with the other models."""
    at = AppTest.from_file(str(Path(__file__).parents[2] / "app.py"), default_timeout=60).run()
    at.switch_page("pages/results.py")
    at.query_params["run"] = run.id
    at.run()
    at.button(key="compare").click().run()
    assert not at.exception
    return at


def python_values(walk: Walk, rows: np.ndarray) -> np.ndarray:
    """The formula of the exported Python file on rows (n, 3)."""
    space: dict[str, Any] = {"__name__": "formula"}
    exec(compile(walk.export.texts()["formula.py"](), "formula.py", "exec"), space)  # noqa: S102 - our own file
    used = Network.from_json(walk.best["network"]).variables
    return np.broadcast_to(space["predict"](*(rows[:, i] for i in used)), len(rows))


def expected_r2(walk: Walk, part: str, predicted: np.ndarray) -> float | None:
    _, y, weight = walk.parts[part]
    return None if np.ptp(y) == 0 else float(r2_score(y, predicted, sample_weight=weight))


def alike(value: float | None, other: float | None) -> bool:
    if value is None or other is None:
        return value is other
    return value == pytest.approx(other, abs=1e-9)


def scipy_constants(walk: Walk, network: Network, free: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Fitted values and standard errors of the free constants, by SciPy; for a class by the Fisher information."""
    rows, y = (np.concatenate([part[k] for part in walk.parts.values()]) for k in (0, 1))
    weights = [part[2] for part in walk.parts.values() if part[2] is not None]
    shown = log_odds_of(network) if walk.as_class else network

    def values(theta: np.ndarray) -> np.ndarray:
        constants = np.array(network.constants)
        constants[free] = theta
        return shown.with_constants(constants).evaluate(rows)

    start = np.array([walk.printed["constants"][i]["fitted"] for i in free])
    if not walk.as_class:
        sigma = 1 / np.sqrt(np.concatenate(weights)) if weights else None
        theta, covariance = curve_fit(lambda _, *theta: values(np.array(theta)), rows, y, start, sigma=sigma)
        if walk.printed["constants"][free[0]]["method"] != "robust":
            return theta, np.sqrt(np.diag(covariance))
        root = 1.0 if sigma is None else 1.0 / sigma
        A = np.stack([approx_fprime(theta, lambda t, i=i: values(t)[i]) for i in range(len(y))])
        A = A * np.reshape(root, (-1, 1))
        by_row = A @ np.linalg.inv(A.T @ A)  # White's errors in the form HC4
        leverage = np.einsum("ij,ij->i", by_row, A)
        squares = (root * (y - values(theta))) ** 2 / (1 - leverage) ** np.minimum(4, leverage / leverage.mean())
        return theta, np.sqrt(squares @ by_row**2)
    J = np.stack([approx_fprime(start, lambda theta, i=i: values(theta)[i]) for i in range(len(y))])
    p = 1 / (1 + np.exp(-values(start)))
    y = y + 0.1 / len(y) * (1 - 2 * y)  # the smoothed labels of the caption
    information = J.T @ (J * (p * (1 - p))[:, None])
    return start + np.linalg.solve(information, J.T @ (y - p)), np.sqrt(np.diag(np.linalg.inv(information)))


def decoded(numbers: Any) -> list[float]:
    """Numbers of a plotly chart, which may be packed."""
    import base64

    if isinstance(numbers, dict):
        return [float(v) for v in np.frombuffer(base64.b64decode(numbers["bdata"]), dtype=numbers["dtype"])]
    return [float(v) for v in numbers]
