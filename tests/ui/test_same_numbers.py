"""A walk through every place that shows a number of a search: all show the same one, which scikit-learn gives too.

The places: snapshot, command line (JSON and text), page Results (card, verdict, front, fitted numbers, other models,
importance), report, exported files, and formulas of a user.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import re
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score, log_loss, r2_score

from tests.ui.walk import (
    STEPS,
    TABLES,
    WILD,
    N,
    Walk,
    alike,
    decoded,
    expected_r2,
    opened,
    python_values,
    scipy_constants,
)
from xnet.atomic_files import to_json
from xnet.cli.main import main
from xnet.engine import Network
from xnet.evidence.baselines import MEAN, linear_model_name
from xnet.evidence.class_baselines import logistic_regression
from xnet.evidence.class_evidence import compare_class
from xnet.evidence.comparison import compare
from xnet.evidence.formula_verdict import without_wild_rows
from xnet.evidence.response import importance
from xnet.evidence.wild_rows import is_of_second_look
from xnet.prediction.user_formula import probability_scores, rows_of, score_record
from xnet.runs.run import Run
from xnet.wording.constant_text import fitted_text, interval_text
from xnet.wording.plain_text import LOGISTIC, plain_sentence
from xnet.wording.score_text import distinct, explained, log_loss_text, percent, r2, r2_text


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


def r2_label(walk: Walk) -> str:
    return "Weighted R²" if "w" in walk.table else "R²"


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
    columns = {part: distinct([row[f"r2_{part}"] for row in walk.snapshot["front"]], r2)
               for part in ("train", "holdout")}
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
                name = f"{r2_label(walk)}, {'training' if part == 'train' else 'held out'}"
                assert shown[name][i] == columns[part][i]
                if row[f"r2_{part}"] is not None:  # more digits than `r2` writes keep neighbours apart
                    assert abs(float(columns[part][i]) - row[f"r2_{part}"]) < 0.001
                assert f" {columns[part][i]}  " in walk.text


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
        assert walk.metric(f"{r2_label(walk)}, {name} rows") == r2(value)
        assert f"R² {r2_text(value)} on" in walk.text or (value is None and "no R² on" in walk.text)
        assert re.search(rf"\|{r2_label(walk)} on the {name} rows{weighted}[^|]*\|\|"
                         + (re.escape(r2(value)) if value is not None else "none: the target does not vary"),
                         walk.report)
        error = float(np.sqrt(np.mean((predicted - y) ** 2)))  # rows of weight 0 are no rows
        assert walk.metric(f"Typical error, {name} rows") == f"{error:.4g}"


def test_fitted_numbers_are_counted_alike(walk: Walk) -> None:
    n = walk.best["n_parameters"]
    assert n == sum(estimate["method"] != "held" for estimate in walk.printed["constants"])
    assert walk.printed["parameters"] == walk.file["formula"]["n_parameters"] == n
    assert f"{n} parameter{'s' * (n != 1)}, complexity {walk.best['complexity']}" in walk.text
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
        line = models["Logistic regression (penalised)"]
        compared = compare_class(network, train, held, logistic_regression(train), n)
        assert compared.line_right == line.holdout.accuracy
        assert compared.right == walk.best["accuracy_holdout"]
        assert float(compared.formula.mean()) == pytest.approx(walk.best["log_loss_holdout"])
        assert float(compared.line.mean()) == pytest.approx(line.holdout.log_loss)
        of_them = " of them" if found.level == "share" else ""
        assert f"classifies {percent(compared.right)}{of_them} correctly" in found.sentence
        return
    errors = compare(network, train, held, n)
    line = linear_model_name(walk.problem.n_inputs)
    for name, squared in ((MEAN, errors.mean), (line, errors.line), (None, errors.formula)):
        value = walk.best["r2_holdout"] if name is None else models[name].r2_holdout
        assert alike(None if errors.variance is None else 1 - squared.mean() / errors.variance, value)
    if "explains" in found.sentence and not is_of_second_look(walk.best, walk.snapshot):
        assert explained(walk.best["r2_holdout"]).removesuffix(" %") in found.sentence
    rows, y, weight = walk.parts["train"]
    fitted = LinearRegression().fit(rows, y, sample_weight=weight)
    for part in walk.parts:
        assert alike(getattr(models[line], f"r2_{part}"), expected_r2(walk, part, fitted.predict(walk.parts[part][0])))


def test_a_wild_held_out_row_is_said_beside_the_score_everywhere(walk: Walk) -> None:
    scores = without_wild_rows(walk.best, walk.snapshot, walk.problem, Network.from_json(walk.best["network"]))
    deltas = {m.label: m.delta for m in walk.page.metric if m.delta}
    errors = {f"Typical error, {rows}": score.error_note() for rows, score in scores.items()}
    assert deltas == {f"R², {rows}": score.note for rows, score in scores.items()} | errors
    if walk.table is not TABLES["wild held-out row"][0]:
        assert not scores
        return
    rows, y, _ = walk.parts["holdout"]
    kept = walk.problem.holdout_index != WILD
    without = r2_score(y[kept], python_values(walk, rows[kept]))
    assert walk.best["r2_holdout"] < 0.5 < without
    said = f"R² on the held-out rows is {r2(walk.best['r2_holdout'])}, and {r2(without)} without line {WILD + 2}."
    for place in (walk.report, walk.text, walk.said, str(walk.printed["verdict"]["cautions"])):
        assert said in place
    assert deltas["R², held-out rows"] == f"{r2(without)} without line {WILD + 2}"
    rmse = np.sqrt(np.mean((y[kept] - python_values(walk, rows[kept])) ** 2))
    assert deltas["Typical error, held-out rows"] == f"{rmse:.4g} without line {WILD + 2}"


def _rounds_to(text: str, shorter: str) -> bool:
    """Whether a number with further decimals, which tell scores apart that are nearly equal, is the same number."""
    if text == shorter:
        return True
    return abs(float(text) - float(shorter)) <= 0.51 * 10.0 ** -len(shorter.partition(".")[2])


def test_the_table_of_other_models_shows_the_scores_of_the_card(walk: Walk) -> None:
    table = walk.frame("Model").set_index("Model")
    if walk.as_class:
        for label in ("Right", "Log loss"):
            for part in ("training rows", "held-out rows"):
                assert table[f"{label}, {part}"]["This formula"].startswith(walk.metric(f"{label}, {part}")[:5])
        return
    for part in ("training rows", "held-out rows"):
        name = f"{r2_label(walk)}, {part}"
        assert _rounds_to(table[name]["This formula"], walk.metric(name))
    for model in walk.models.values():
        assert _rounds_to(table[f"{r2_label(walk)}, training rows"][model.name], r2(model.r2_train))
        assert _rounds_to(table[f"{r2_label(walk)}, held-out rows"][model.name], r2(model.r2_holdout))
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
    chart = walk.chart("importance")
    kind = "rise of log loss" if walk.as_class else f"fall of {r2_label(walk).replace('W', 'w')}"
    assert chart["layout"]["xaxis"]["title"]["text"].startswith(kind)
    bars = chart["data"][0]
    for name, value in zip(bars["y"], decoded(bars["x"]), strict=True):
        assert value == pytest.approx(falls[name], abs=1e-9)
    assert importance(network, rows, y, weight, as_class=walk.as_class)[network.variables[0]][0] == \
        pytest.approx(falls["abc"[network.variables[0]]], abs=1e-9)
    still = walk.best["r2_holdout"]
    if len(network.variables) < 3 and not walk.as_class and still is not None:
        assert f"still explains {explained(still)} of the variation in the held-out rows" in walk.said


def test_a_table_without_a_law_is_said_to_have_none_everywhere(walk: Walk) -> None:
    level = walk.export.verdict.level
    used = len(Network.from_json(walk.best["network"]).variables)
    plain = plain_sentence(LOGISTIC if walk.as_class else "linear", max(walk.best["loss"], 1e-6),
                           "plausible" if level == "exact" else level, used, walk.problem.n_inputs,
                           walk.best["n_parameters"])
    assert plain
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
