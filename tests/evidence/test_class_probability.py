"""A class against the rest: log-odds inside, probabilities outside, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import r2_score

from xnet import engine
from xnet.config.class_runs import class_event
from xnet.engine.front.entry import make_entry
from xnet.engine.networks.network import Network, Neuron
from xnet.errors import DataError
from xnet.evidence.class_probability import (
    ADDED_COMPLEXITY,
    DisplayView,
    as_regression,
    log_odds_of,
    probability_of,
    to_search_form,
)
from xnet.evidence.class_scores import binary_log_losses, class_score
from xnet.evidence.neuron_inspection import NeuronInspector
from xnet.evidence.step_story import StepNarrator
from xnet.runs import RunError, create_run, execute
from xnet.tables.class_target import with_class_column
from xnet.tables.samples import load_sample
from xnet.ui.discover.step_view import sentences as step_sentences

LINE = Network((Neuron("constant", (), 0), Neuron("variable", (), 0), Neuron("mul", (0, 1))), (3.0,), 2)


def rows(n: int = 60) -> tuple[np.ndarray, np.ndarray]:
    X = np.random.default_rng(0).normal(size=(n, 2))
    return X, (X[:, 0] + 0.3 * X[:, 1] > 0).astype(float)


def test_a_probability_is_made_of_log_odds_and_back() -> None:
    X = np.array([[0.0, 0.0], [1.0, 0.0], [-400.0, 0.0], [400.0, 0.0]])
    p = probability_of(LINE)
    np.testing.assert_allclose(p.evaluate(X), [0.5, 1 / (1 + np.exp(-3)), 0, 1])
    assert p.complexity == LINE.complexity + ADDED_COMPLEXITY
    assert p.constants == LINE.constants
    assert log_odds_of(p) == LINE


@pytest.mark.parametrize("network", [
    LINE, Network((Neuron("number", (), 1),), (), 1),
    Network((*probability_of(LINE).neurons[:-1], Neuron("square", (6,))), (3.0,), 2)])
def test_a_network_that_is_not_a_probability_is_refused(network: Network) -> None:
    with pytest.raises(DataError, match="is not a probability"):
        log_odds_of(network)


def test_scores_of_a_class() -> None:
    p, y = np.array([0.9, 0.2, 0.6, np.nan]), np.array([1.0, 0.0, 0.0, 1.0])
    found = class_score(p, y)
    assert (found.accuracy, found.rows, found.missing) == (pytest.approx(2 / 3), 4, 1)
    assert found.log_loss == pytest.approx(-(np.log(0.9) + np.log(0.8) + np.log(0.4)) / 3)
    assert class_score(np.full(2, np.nan), np.ones(2)).accuracy is None
    weight, there = np.array([1.0, 0.0, 3.0, 2.0]), [0, 2]
    weighted, again = class_score(p, y, weight), np.repeat(there, [1, 3])
    assert weighted.accuracy == pytest.approx(class_score(p[again], y[again]).accuracy)
    assert weighted.log_loss == pytest.approx(class_score(p[again], y[again]).log_loss)
    assert class_score(p, y, np.zeros(4)).log_loss is None
    assert np.isfinite(binary_log_losses(np.array([0.0]), np.array([1.0]))).all()


def test_the_display_view_scores_the_probability() -> None:
    X, y = rows()
    problem = engine.Problem.from_arrays(X, y, loss="logistic")
    shown, entry = DisplayView(problem), make_entry(LINE, problem)
    seen = shown.entry(entry)
    train, held = problem.train, problem.holdout
    assert held is not None
    p = 1 / (1 + np.exp(-3 * train.columns[0]))
    assert seen.network == probability_of(LINE)
    assert seen.complexity == seen.network.complexity
    assert seen.explained_train == pytest.approx(r2_score(train.y, p))
    assert seen.explained_holdout == pytest.approx(r2_score(held.y, probability_of(LINE).evaluate(held.columns.T)))
    further = shown.class_scores(seen)
    assert further["accuracy_train"] == np.mean((p > 0.5) == train.y)
    assert further["log_loss_holdout"] == pytest.approx(
        np.mean(np.log1p(np.exp(-(2 * held.y - 1) * 3 * held.columns[0]))))
    assert to_search_form(seen.network, problem) == LINE


def test_amounts_are_shown_as_they_are() -> None:
    X, y = rows()
    problem = engine.Problem.from_arrays(X, X[:, 0] + y)
    entry = make_entry(LINE, problem)
    assert DisplayView(problem).entry(entry) is entry
    assert DisplayView(problem).class_scores(entry) == {}
    assert as_regression(problem) is problem
    assert to_search_form(LINE, problem) == LINE


def test_neurons_of_a_probability_are_looked_at_as_what_they_are() -> None:
    X, y = rows()
    found = NeuronInspector(engine.Problem.from_arrays(X, y, loss="logistic"), ["a", "b"]).inspect(probability_of(LINE))
    assert found is not None
    assert set(found["neurons"][-1]["t"]) == {0.0, 1.0}
    assert all(0 <= o <= 1 for o in found["neurons"][-1]["o"])


def test_a_step_is_described_for_probabilities() -> None:
    X, y = rows()
    problem = engine.Problem.from_arrays(X, y, names=["a", "b"], loss="logistic")
    state, story = engine.start(problem), None
    narrator = StepNarrator(NeuronInspector(problem, ["a", "b"]), "y", DisplayView(problem))
    for _ in range(3):
        state, _, trace = engine.traced_step(state, problem)
        if trace is not None:
            story = narrator.describe(trace)
    assert story is not None
    assert story["winner"]["text"].startswith("y = 1/(1 + exp(")
    assert all(c["text"].startswith("y = 1/(1 + exp(") for c in story["considered"])
    assert 0 <= story["row"]["outputs"][-1] <= 1
    assert story["row"]["target"] in (0, 1)
    said = step_sentences(story, "Choice", {"loss": "logistic"})
    assert "of the log loss unexplained" in said


def asked(root: Path, y: np.ndarray, **options: Any) -> None:
    X, _ = rows(len(y))
    create_run(pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "y": y}), target="y", inputs=["a", "b"], source="a table",
               root=root, loss="logistic", **options)


@pytest.mark.parametrize(("y", "options", "says"), [
    (np.repeat([0.0, 1.0], [26, 4]), {}, "Only 4 of the rows belong to the class \\('y'\\); at least 5 are needed"),
    (np.repeat([1.0, 0.0], [29, 1]), {}, "Only 1 of the rows belongs to the other classes \\('y'\\); at"),
    (np.arange(30) % 3.0, {}, "contains other numbers than 0 and 1"),
    (np.repeat([0.0, 1.0], [24, 6]), {"split": {"kind": "order"}}, "all rows of 'y' belong to one class"),
    (np.arange(30) % 2.0, {"max_complexity": 7}, r"needs at least 8\. Choose a larger limit"),
    (np.arange(30) % 2.0, {"prior": {"output_range": [0, None]}}, "always lies between 0 and 1"),
    (np.arange(30) % 2.0, {"prior": {"initial_formula": "k*a"}}, "cannot start from an initial formula")])
def test_an_unusable_class_column_is_refused(tmp_path: Path, y: np.ndarray, options: dict[str, Any],
                                              says: str) -> None:
    with pytest.raises(RunError, match=says):
        asked(tmp_path, y, **options)
    assert not list(tmp_path.iterdir())


def test_a_search_that_ends_early_does_not_claim_to_be_exact(tmp_path: Path) -> None:
    table, target = with_class_column(load_sample("iris"), "species", "setosa")  # a line parts them without an error
    run = create_run(table.frame, target=target, inputs=["sepal_width_cm", "petal_length_cm"], source="iris",
                     root=tmp_path, loss="logistic", steps=30)
    snapshot = execute(run, commands=lambda: None)
    assert snapshot is not None
    assert snapshot["stop_reason"] == "exact"
    assert "smaller than the price of one more fitted number" in run.status()["message"]


@pytest.mark.parametrize(("config", "said"), [
    ({"target": "species is setosa", "derived": {"species is setosa": {}}}, "species is setosa"),
    ({"target": "ill", "derived": {}}, "ill is 1")])
def test_the_event_of_a_probability_is_named_in_full(config: dict[str, Any], said: str) -> None:
    assert class_event(config) == said
