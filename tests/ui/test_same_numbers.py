"""A walk through every place that shows a number of a search: all show the same one, which scikit-learn gives too.

The places: snapshot, command line (JSON and text), page Results (card, verdict, front, fitted numbers, other models,
importance), report, exported files, and formulas of a user.
"""

from __future__ import annotations

import contextlib
import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import approx_fprime, curve_fit
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score, log_loss, r2_score
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import texts
from xnet.atomic_files import to_json
from xnet.cli.main import main
from xnet.cli.output import print_result
from xnet.engine import Network, Problem
from xnet.evidence.baselines import LINE, MEAN, fit_baselines
from xnet.evidence.class_evidence import compare_class, fit_class_baselines, logistic_regression
from xnet.evidence.class_probability import log_odds_of
from xnet.evidence.formula_verdict import weighted_rows
from xnet.evidence.response import importance
from xnet.evidence.verdict import compare
from xnet.evidence.weighted_rows import WeightedRows
from xnet.exports.export import Export
from xnet.prediction.user_formula import probability_scores, rows_of, score_record
from xnet.runs.run import Run
from xnet.ui.text import log_loss_text
from xnet.wording.constant_text import fitted_text, interval_text
from xnet.wording.score_text import explained, percent, r2, r2_text

RNG = np.random.default_rng(8)
N = 90
X = pd.DataFrame({"a": RNG.uniform(1, 3, N), "b": RNG.uniform(1, 2, N), "c": RNG.normal(size=N)})
NOISE = RNG.normal(size=N)
ORDER = np.arange(N)
#: Name of the table -> (table, further options of the command line).
TABLES: dict[str, tuple[pd.DataFrame, list[str]]] = {
    "clean law": (X.assign(y=2 * X.a**2 / X.b), []),
    "noisy law": (X.assign(y=1.7 * X.a**2 / X.b + 0.3 * NOISE), []),
    "row weights": (X.assign(y=1.7 * X.a**2 / X.b + 0.3 * NOISE, w=RNG.integers(0, 4, N)), ["--weight", "w"]),
    "no law": (X.assign(y=X.a + 0.6 * X.b + 0.3 * X.c + NOISE), []),
    "flat held-out rows": (X.assign(y=np.where(ORDER < 72, 1.7 * X.a**2 / X.b + 0.3 * NOISE, 2.0)),
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


@pytest.fixture(scope="module", params=TABLES, ids=[name.replace(" ", "_") for name in TABLES])
def walk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    table, options = TABLES[request.param]
    folder = tmp_path_factory.mktemp("walk")
    table.to_csv(folder / "made.csv", index=False)
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(io.StringIO()) as out:
        patch.setenv("XNET_RUNS", str(folder / "runs"))
        assert main(["discover", str(folder / "made.csv"), "--target", "y", "--inputs", "a,b,c", "--steps", str(STEPS),
                     "--json", "--out", str(folder / "runs"), *options]) == 0
        run = Run(next(path.parent for path in (folder / "runs").glob("*/config.json")))
        page = opened(run)
        yield Walk(table, run, json.loads(out.getvalue()), page)


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


def test_rows_are_counted_alike(walk: Walk) -> None:
    n_train, n_held = (len(walk.parts[part][1]) for part in ("train", "holdout"))
    assert n_train + n_held == (N if "w" not in walk.table else (walk.table.w > 0).sum())
    for tree in (walk.snapshot, walk.printed, walk.file):
        assert (tree["rows_train"], tree["rows_holdout"]) == (n_train, n_held)
    assert f"|Training rows||{n_train}|" in walk.report
    assert f"|Held-out rows||{n_held}|" in walk.report
    assert f"on {n_train} training rows" in walk.text
    assert f"on {n_held} held-out rows" in walk.text
    assert f"{n_train} training rows, {n_held} held-out rows" in walk.said
    kinds = [row["rows"] for row in csv.DictReader(io.StringIO(walk.export.texts()["predictions.csv"]()))]
    assert kinds.count("held out") == n_held
    again = score_record(walk.best, rows_of(walk.run))
    assert again.holdout is not None
    assert (again.train.rows, again.holdout.rows) == (n_train, n_held)


def test_the_r2_of_every_formula_of_the_front_is_that_of_scikit_learn(walk: Walk) -> None:
    lines = list(csv.DictReader(io.StringIO(walk.export.texts()["front.csv"]())))
    shown, rows = walk.frame("★"), rows_of(walk.run)
    for i, row in enumerate(walk.snapshot["front"]):
        network, again = Network.from_json(row["network"]), score_record(row, rows)
        for part, scored in (("train", again.train), ("holdout", again.holdout)):
            found = expected_r2(walk, part, network.evaluate(walk.parts[part][0]))
            assert scored is not None
            assert alike(row[f"r2_{part}"], found)
            assert alike(scored.r2, found)
            assert alike(walk.printed["front"][i][f"r2_{part}"], found)
            assert lines[i][f"r2_{part}"] == ("" if row[f"r2_{part}"] is None else repr(row[f"r2_{part}"]))
            if not walk.as_class:
                assert shown[f"R², {'training' if part == 'train' else 'held out'}"][i] == r2(row[f"r2_{part}"])
                assert f"{r2_text(row[f'r2_{part}'])}  " in walk.text


def test_the_scores_of_the_suggestion_are_the_same_everywhere(walk: Walk) -> None:
    for part, name in (("train", "training"), ("holdout", "held-out")):
        rows, y, weight = walk.parts[part]
        predicted = python_values(walk, rows)
        assert alike(walk.best[f"r2_{part}"], expected_r2(walk, part, predicted))
        for tree in (walk.printed, walk.file["formula"]):
            assert alike(tree[f"r2_{part}"], walk.best[f"r2_{part}"])
        if walk.as_class:
            loss, right = log_loss(y, predicted, labels=[0, 1]), accuracy_score(y, predicted > 0.5)
            scores = probability_scores(Network.from_json(walk.best["network"]), rows_of(walk.run))
            found = scores.train if part == "train" else scores.holdout
            assert found is not None
            for value, other in ((walk.best[f"log_loss_{part}"], loss), (walk.printed[f"log_loss_{part}"], loss),
                                 (found.log_loss, loss), (walk.best[f"accuracy_{part}"], right),
                                 (walk.printed[f"accuracy_{part}"], right), (found.accuracy, right)):
                assert value == pytest.approx(other, abs=1e-9)
            assert f"|Right on the {name} rows||{percent(right)}|" in walk.report
            assert walk.metric(f"Right, {name} rows") == percent(right)
            assert walk.metric(f"Log loss, {name} rows") == log_loss_text(loss)
            assert f"{percent(right)} right on" in walk.text
            continue
        weighted = ", rows weighted by w" if weight is not None else ""
        value = walk.best[f"r2_{part}"]
        assert walk.metric(f"R², {name} rows") == r2(value)
        assert f"R² {r2_text(value)} on" in walk.text or (value is None and "no R² on" in walk.text)
        assert re.search(rf"\|R² on the {name} rows{weighted}[^|]*\|\|"
                         + (re.escape(r2(value)) if value is not None else "none: the target does not vary"),
                         walk.report)
        error = float(np.sqrt(np.average((predicted - y) ** 2, weights=weight)))
        assert walk.metric(f"Typical error, {name} rows") == f"{error:.4g}"


def test_fitted_numbers_are_counted_alike(walk: Walk) -> None:
    n = walk.best["n_parameters"]
    assert n == sum(estimate["method"] != "held" for estimate in walk.printed["constants"])
    assert walk.printed["parameters"] == walk.file["formula"]["n_parameters"] == n
    assert f"{n} parameters, complexity {walk.best['complexity']}" in walk.text
    assert f"|Fitted numbers||{n}|" in walk.report
    assert walk.metric("Fitted numbers") == str(n)
    assert walk.frame("Model")["Fitted numbers"][0] == n
    assert score_record(walk.best, rows_of(walk.run)).n_parameters == n
    counts = [row["n_parameters"] for row in walk.snapshot["front"]]
    assert list(walk.frame("★")["Fitted numbers"]) == counts
    assert [row["n_parameters"] for row in walk.printed["front"]] == counts


def test_constants_are_the_same_everywhere_and_those_of_scipy(walk: Walk) -> None:
    found = walk.printed["constants"]
    assert found == json.loads(to_json(walk.export.constants)) == walk.file["formula"]["constants"]
    network = Network.from_json(walk.best["network"])
    assert [estimate["value"] for estimate in found] == list(network.constants)
    if not found:
        assert "This formula has no fitted numbers." in walk.said
        return
    table = walk.frame("Printed")
    assert list(table["Fitted"]) == [fitted_text(estimate) for estimate in found]
    assert list(table["95 % interval"]) == [interval_text(estimate) for estimate in found]
    for estimate in found:
        assert f"|{fitted_text(estimate)}|" in walk.report
        assert fitted_text(estimate) in walk.text
    free = [i for i, estimate in enumerate(found) if estimate["method"] != "held"]
    fitted, error = scipy_constants(walk, network, free)
    exact = walk.best["loss"] < 1e-12
    for k, i in enumerate(free):
        assert found[i]["fitted"] == pytest.approx(fitted[k], rel=1e-3)
        assert exact or found[i]["error"] == pytest.approx(error[k], rel=1e-2)


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
        return theta, np.sqrt(np.diag(covariance))
    J = np.stack([approx_fprime(start, lambda theta, i=i: values(theta)[i]) for i in range(len(y))])
    p = 1 / (1 + np.exp(-values(start)))
    y = y + 0.1 / len(y) * (1 - 2 * y)  # the smoothed labels of the caption
    information = J.T @ (J * (p * (1 - p))[:, None])
    return start + np.linalg.solve(information, J.T @ (y - p)), np.sqrt(np.diag(np.linalg.inv(information)))


def test_the_verdict_is_the_same_everywhere_and_compares_with_the_models_of_baselines(walk: Walk) -> None:
    found = walk.export.verdict
    assert walk.printed["verdict"] == {"level": found.level, "sentence": found.sentence,
                                       "cautions": list(found.cautions)}
    for place in (walk.report, walk.text, walk.said):
        assert found.sentence in place
        assert all(caution in place for caution in found.cautions)
    (train, held), models = walk.rows, walk.models
    network, n = Network.from_json(walk.best["network"]), walk.best["n_parameters"]
    if walk.as_class:
        line = models["Logistic regression"]
        compared = compare_class(network, train, held, logistic_regression(train), n)
        assert compared.line_right == line.holdout.accuracy
        assert compared.right == walk.best["accuracy_holdout"]
        assert float(compared.formula.mean()) == pytest.approx(walk.best["log_loss_holdout"])
        assert float(compared.line.mean()) == pytest.approx(line.holdout.log_loss)
        assert f"classifies {percent(compared.right)} correctly" in found.sentence
        return
    errors = compare(network, train, held, n)
    for name, squared in ((MEAN, errors.mean), (LINE, errors.line), (None, errors.formula)):
        value = walk.best["r2_holdout"] if name is None else models[name].r2_holdout
        assert alike(None if errors.variance is None else 1 - squared.mean() / errors.variance, value)
    if "explains" in found.sentence:
        assert explained(walk.best["r2_holdout"]) in found.sentence
    rows, y, weight = walk.parts["train"]
    fitted = LinearRegression().fit(rows, y, sample_weight=weight)
    for part in walk.parts:
        assert alike(getattr(models[LINE], f"r2_{part}"), expected_r2(walk, part, fitted.predict(walk.parts[part][0])))


def test_the_table_of_other_models_shows_the_scores_of_the_card(walk: Walk) -> None:
    table = walk.frame("Model").set_index("Model")
    if walk.as_class:
        for label in ("Right", "Log loss"):
            for part in ("training rows", "held-out rows"):
                assert table[f"{label}, {part}"]["This formula"] == walk.metric(f"{label}, {part}")
        return
    for part in ("training rows", "held-out rows"):
        assert table[f"R², {part}"]["This formula"] == walk.metric(f"R², {part}")
    for model in walk.models.values():
        assert table["R², training rows"][model.name] == r2(model.r2_train)
        assert table["R², held-out rows"][model.name] == r2(model.r2_holdout)
        assert table["Fitted numbers"][model.name] == model.parameters


def test_importance_is_the_fall_of_the_score_of_all_rows(walk: Walk) -> None:
    network = Network.from_json(walk.best["network"])
    rows, y = (np.concatenate([part[k] for part in walk.parts.values()]) for k in (0, 1))
    weights = [part[2] for part in walk.parts.values() if part[2] is not None]
    weight = np.concatenate(weights) if weights else None

    def score(rows: np.ndarray) -> float:
        predicted = network.evaluate(rows)
        return -log_loss(y, predicted, labels=[0, 1]) if walk.as_class else r2_score(y, predicted, sample_weight=weight)

    rng = np.random.default_rng(0)
    falls = {}
    for i in network.variables:
        shuffled = []
        for _ in range(5):
            other = rows.copy()
            other[:, i] = rng.permutation(rows[:, i])
            shuffled.append(score(rows) - score(other))
        falls["abc"[i]] = float(np.mean(shuffled))
    bars = walk.chart("importance")["data"][0]
    for name, value in zip(bars["y"], decoded(bars["x"]), strict=True):
        assert value == pytest.approx(falls[name], abs=1e-9)
    assert importance(network, rows, y, weight, as_class=walk.as_class)[network.variables[0]][0] == \
        pytest.approx(falls["abc"[network.variables[0]]], abs=1e-9)
    still = walk.best["r2_holdout"]
    if len(network.variables) < 3 and not walk.as_class and still is not None:
        assert f"still explains {explained(still)} of the variation in the held-out rows" in walk.said


def decoded(numbers: Any) -> list[float]:
    """Numbers of a plotly chart, which may be packed."""
    import base64

    if isinstance(numbers, dict):
        return [float(v) for v in np.frombuffer(base64.b64decode(numbers["bdata"]), dtype=numbers["dtype"])]
    return [float(v) for v in numbers]


def test_a_table_without_a_law_is_said_to_have_none_everywhere(walk: Walk) -> None:
    plain = "No law found: this is the best linear formula."
    places: dict[str, Callable[[], str]] = {
        "page": lambda: walk.said, "report": lambda: walk.report, "text": lambda: walk.text,
        "json": lambda: str(walk.printed["verdict"])}
    is_plain = walk.printed["plain"] == "linear"
    assert is_plain or walk.table is not TABLES["no law"][0]
    assert not is_plain or not any(walk.table is TABLES[name][0] for name in ("clean law", "noisy law"))
    assert {name: plain in say() for name, say in places.items()} == dict.fromkeys(places, is_plain)
    assert walk.said.count(plain) == 2 * is_plain, "in the verdict and on the card of the suggestion"
    assert walk.file["formula"]["plain"] == walk.printed["plain"]
    networks = [json.dumps(row["network"]) for row in walk.snapshot["front"]]
    assert len(set(networks)) == len(networks), "the front names a formula once"
