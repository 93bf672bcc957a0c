"""Classifiers beside the probability of a class, and the verdict on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import chi2
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

from xnet.engine.networks.network import Network, Neuron
from xnet.engine.problem.problem import Problem
from xnet.evidence.class_baselines import fit_class_baselines, logistic_regression
from xnet.evidence.class_evidence import SEPARATED, class_verdict, compare_class
from xnet.evidence.class_probability import log_odds_of, probability_of
from xnet.evidence.formula_verdict import formula_verdict
from xnet.evidence.likelihood_ratio import likelihood_ratio_p_values
from xnet.evidence.verdict import Verdict
from xnet.wording.score_text import percent

Rows = tuple[np.ndarray, np.ndarray]
X0, X1 = Neuron("variable", (), 0), Neuron("variable", (), 1)
#: 8 - 4 (x0² + x1²): inside a circle or not.
CIRCLE = probability_of(Network(
    (X0, Neuron("square", (0,)), X1, Neuron("square", (2,)), Neuron("add", (1, 3)), Neuron("constant", (), 0),
     Neuron("mul", (4, 5)), Neuron("constant", (), 1), Neuron("add", (6, 7))), (-4.0, 8.0), 2))
#: 4 x0 and 0.
SLOPE = probability_of(Network((X0, Neuron("constant", (), 0), Neuron("mul", (0, 1))), (4.0,), 2))
#: 4 x0 + 0.01 x1.
BOTH = probability_of(Network((X0, Neuron("constant", (), 0), Neuron("mul", (0, 1)), X1, Neuron("constant", (), 1),
                               Neuron("mul", (3, 4)), Neuron("add", (2, 5))), (4.0, 0.01), 2))
COIN = probability_of(Network((Neuron("constant", (), 0),), (0.0,), 2))


def drawn(truth: Network, n: int = 400, seed: int = 0) -> Rows:
    rng = np.random.default_rng(seed)
    X = rng.uniform(-2, 2, (n, 2))
    return X, (rng.uniform(size=n) < truth.evaluate(X)).astype(float)


def judged(formula: Network, train: Rows, held: Rows | None) -> Verdict:
    return class_verdict(compare_class(formula, train, held, logistic_regression(train), formula.n_parameters))


@pytest.mark.parametrize(("truth", "formula", "level"), [
    (CIRCLE, CIRCLE, "strong"), (SLOPE, SLOPE, "strong"), (COIN, SLOPE, "share"), (CIRCLE, COIN, "share")])
def test_the_verdict(truth: Network, formula: Network, level: str) -> None:
    found = judged(formula, drawn(truth), drawn(truth, 120, seed=1))
    assert found.level == level
    assert "held-out rows" in found.sentence


@pytest.mark.parametrize(("formula", "inputs"), [(SLOPE, "1 of the 2 inputs"), (BOTH, "both inputs")])
def test_a_logistic_regression_is_called_so_once_and_is_not_compared_with_itself(formula: Network, inputs: str) -> None:
    held = drawn(SLOPE, 120, seed=1)
    found = judged(formula, drawn(SLOPE), held)
    assert found.level == "strong"
    loss = log_loss(held[1], formula.evaluate(held[0]))
    assert found.sentence.startswith(f"This logistic regression of {inputs} has the log loss {loss:.3f} on the "
                                     "held-out rows; the share of the class, as one probability for all rows, has ")
    assert found.sentence.count("ogistic regression") == 1
    assert "This logistic regression" not in judged(CIRCLE, drawn(CIRCLE), None).sentence


def test_a_logistic_regression_that_misses_an_input_is_clearly_worse() -> None:
    truth = probability_of(replace(log_odds_of(BOTH), constants=(4.0, 1.5)))
    found = judged(SLOPE, drawn(truth), drawn(truth, 120, seed=1))
    assert found.level == "logistic"
    assert "Penalised logistic regression of both inputs is clearly better on the held-out rows" in found.sentence


def test_inputs_of_a_logistic_regression_without_an_effect_are_named() -> None:
    X, y = drawn(SLOPE, 300)
    problem = Problem.from_arrays(X, y, names=["dose", "age"], loss="logistic")
    record = {"network": BOTH.to_json(), "n_parameters": 3, "loss": 0.5, "plain": "linear", "complexity": 12}
    found = formula_verdict(record, {"best": record, "front": [record]}, problem)
    fits = [LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(A, y) for A in (X, X[:, :1])]
    twice = 2 * (log_loss(y, fits[1].predict_proba(X[:, :1]), normalize=False)
                 - log_loss(y, fits[0].predict_proba(X), normalize=False))
    p = chi2.sf(twice, 1)
    assert p > 0.05
    assert (f"Beside the other inputs of the formula, the rows do not show an effect of 'age' (p-value {p:.2g}), by "
            "likelihood-ratio tests, in which every label counts as wrong with the probability 0.1 / number of rows."
            ) in found.cautions
    assert found.level == "strong"
    assert found.sentence.startswith("A logistic regression is enough: the search found no formula that is clearly "
                                     "better. This logistic regression of both inputs has the log loss ")


def test_inputs_that_separate_the_classes_have_no_likelihood_ratio_test() -> None:
    X = np.random.default_rng(0).normal(size=(80, 2))
    assert likelihood_ratio_p_values(X, (X[:, 0] > 0).astype(float)) is None


def test_without_held_out_rows_a_formula_is_never_strong() -> None:
    found = judged(CIRCLE, drawn(CIRCLE), None)
    assert found.level == "plausible"
    assert any("No rows were held out" in c for c in found.cautions)


def test_cautions_name_what_is_wrong() -> None:
    X, y = drawn(CIRCLE, 40)
    few = judged(CIRCLE, (X, np.where(np.arange(40) < 6, 1.0, 0.0)), (X, y))
    assert any("only 6 training rows for 2 fitted numbers" in c for c in few.cautions)
    one = judged(CIRCLE, (X, y), (X[:5], np.ones(5)))
    assert any("to one class" in c for c in one.cautions)


def test_classes_that_a_formula_separates_are_named() -> None:
    X, _ = drawn(SLOPE, 80)
    y = (SLOPE.evaluate(X) > 0.5).astype(float)
    assert SEPARATED in judged(SLOPE, (X[:60], y[:60]), (X[60:], y[60:])).cautions
    assert SEPARATED not in judged(SLOPE, (X[:60], y[:60]), (X[60:], 1.0 - y[60:])).cautions
    assert SEPARATED not in judged(SLOPE, drawn(SLOPE), drawn(SLOPE, 120, seed=1)).cautions


def test_a_formula_without_a_value_has_no_score() -> None:
    logarithm = Network((X0, Neuron("abs", (0,)), Neuron("neg", (1,)), Neuron("log", (2,))), (), 2)
    train = drawn(CIRCLE, 60)
    found = judged(probability_of(logarithm), train, None)
    assert (found.level, "no value for any" in found.sentence) == ("share", True)


def test_the_baselines_stand_beside_each_other() -> None:
    found = {b.name: b for b in fit_class_baselines(drawn(CIRCLE), drawn(CIRCLE, 120, seed=1))}
    assert list(found) == ["Most common class", "Logistic regression (penalised)", "Boosted trees",
                           "Neural network (32, 32)"]
    trees, line = found["Boosted trees"].holdout, found["Logistic regression (penalised)"].holdout
    assert trees is not None
    assert line is not None
    assert trees.accuracy is not None
    assert line.accuracy is not None
    assert trees.accuracy > line.accuracy + 0.05
    assert found["Logistic regression (penalised)"].parameters == 3
    assert all(b.holdout is None for b in fit_class_baselines(drawn(CIRCLE, 60), None))


def test_a_rare_class_is_kept_where_rows_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xnet.evidence.class_baselines.MOST_ROWS", 100)
    X, _ = drawn(CIRCLE, 2000)
    y = np.where(np.arange(2000) < 8, 1.0, 0.0)
    assert logistic_regression((X, y)).predict_proba(X).shape == (2000, 2)


@pytest.mark.parametrize(("share", "text"), [
    (1.0, "100 %"), (0.0, "0 %"), (0.99999, "99.999 %"), (0.00001, "0.001 %"), (0.9333, "93.3 %"), (None, "–")])
def test_the_word_all_is_used_only_for_all_rows(share: float | None, text: str) -> None:
    assert percent(share) == text


def test_a_large_gap_to_held_out_rows_is_learnt_noise() -> None:
    train = drawn(CIRCLE)
    found = compare_class(CIRCLE, train, train, logistic_regression(train), CIRCLE.n_parameters)
    worse = replace(found, formula=found.formula * 6 + 0.2)
    assert any("fits some of the noise" in c for c in class_verdict(worse).cautions)


def test_a_row_that_decides_against_a_formula_is_named() -> None:
    X, y = drawn(CIRCLE, 60)
    held_out = np.arange(60) % 3 == 2
    y = (CIRCLE.evaluate(X) > 0.5).astype(float)
    centre = int(np.flatnonzero(held_out)[4])
    X[centre], y[centre] = 0.0, 0.0
    steep = probability_of(Network((X0, Neuron("square", (0,)), X1, Neuron("square", (2,)), Neuron("add", (1, 3)),
                                    Neuron("constant", (), 0), Neuron("mul", (4, 5)), Neuron("constant", (), 1),
                                    Neuron("add", (6, 7))), (-6.0, 12.0), 2))
    record = {"network": steep.to_json(), "n_parameters": 2, "loss": 0.5, "text": "p", "r2_train": 0.5, "r2_holdout": 0}
    for moved, named in ((y, True), (np.where(np.arange(60) == centre, 1.0, y), False)):
        problem = Problem.from_arrays(X, moved, loss="logistic", holdout=held_out)
        found = formula_verdict(record, {"best": record, "front": [record]}, problem)
        assert (found.level == "share") == named
        said = [caution for caution in found.cautions if caution.startswith("One row decides this: row ")]
        assert len(said) == named
        assert all(f"row {centre + 1} has the log loss 12.000; without it" in caution for caution in said)
        assert not named or "% of them correctly, the more common class alone" in found.sentence


def test_a_formula_that_is_worse_on_the_training_rows_is_better_on_the_held_out_ones_with_a_caution() -> None:
    train, (X, y) = drawn(SLOPE, 200), drawn(CIRCLE, 60, seed=1)
    found = judged(CIRCLE, train, (X, y))
    assert found.level == "plausible"
    line = logistic_regression(train)
    assert f"its log loss is {log_loss(y, CIRCLE.evaluate(X)):.3f}, that of logistic regression " in found.sentence
    both = [log_loss(train[1], p) for p in (line.predict_proba(train[0])[:, 1], CIRCLE.evaluate(train[0]))]
    assert f"on the training rows ({both[0]:.3f}; the formula {both[1]:.3f})" in " ".join(found.cautions)
    assert any("Logistic regression has the lower log loss on the training rows (" in c for c in found.cautions)
    assert not any("lower log loss" in c for c in judged(CIRCLE, drawn(CIRCLE), drawn(CIRCLE, 120, 1)).cautions)
