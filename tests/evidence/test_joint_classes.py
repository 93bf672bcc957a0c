"""All classes together: the joined formulas, their mistakes, importance and boundaries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, log_loss

from xnet import XNetClassifier
from xnet.engine import Problem
from xnet.engine.classification.multiclass import on_held_out_rows
from xnet.engine.classification.softmax import Labelled
from xnet.engine.formulas.parser import read_formula
from xnet.engine.front.entry import make_entry
from xnet.errors import DataError
from xnet.evidence.class_evidence import SEPARATED
from xnet.evidence.joint_classes import JointClasses, join_classes
from xnet.evidence.joint_verdict import FORM_BY_ALL_ROWS, determined, joint_verdict
from xnet.evidence.verdict import Verdict
from xnet.wording.score_text import log_loss_text, percent

RNG = np.random.default_rng(2)
CENTRES = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
CODES = np.repeat([0, 1, 2], 30)
X = np.column_stack([CENTRES[CODES] + RNG.normal(0, 0.8, (90, 2)), RNG.normal(size=90)])
LABELS, INPUTS = ("left", "right", "top"), ("x", "y", "noise")


def problem_of(code: int, rows: slice = slice(None)) -> Problem:
    return Problem.from_arrays(X[rows], (CODES[rows] == code).astype(float), names=INPUTS, loss="logistic", seed=code)


@pytest.fixture(scope="module")
def joint() -> JointClasses:
    problems = [problem_of(code) for code in range(3)]
    texts = ("3 - x - y", "x - y", "y - x")
    return join_classes(LABELS, problems, [
        [make_entry(read_formula("0.5", INPUTS), p), make_entry(read_formula(text, INPUTS), p)]
        for text, p in zip(texts, problems, strict=True)])


def test_the_classes_are_told_apart_in_the_order_of_the_table(joint: JointClasses) -> None:
    p = joint.probabilities(X)

    np.testing.assert_array_equal(joint.X, X)
    np.testing.assert_array_equal(joint.codes, CODES)
    assert joint.result.accuracy > 0.95
    assert joint.result.log_loss == pytest.approx(log_loss(CODES, p), rel=1e-6)
    np.testing.assert_array_equal(joint.confusion(), confusion_matrix(CODES, p.argmax(axis=1)))
    assert [label for label, _, _ in joint.formulas] == list(LABELS)
    assert joint.formulas[1][1].startswith("`score of right` = ")


def test_an_input_that_is_not_used_has_no_importance(joint: JointClasses) -> None:
    found = joint.importance()

    assert found.shape == (3, 3)
    if 2 not in joint.used:
        assert (found[2] == 0).all()
    assert (found[:2].max(axis=0) > 0.3).all()


def test_boundaries_are_those_of_the_probabilities(joint: JointClasses) -> None:
    x, y, classes = joint.grid(0, 1, points=20)
    base = np.median(X, axis=0)

    for i, j in ((0, 0), (19, 0), (0, 19), (10, 10)):
        point = np.array([[x[i], y[j], base[2]]])
        assert classes[j, i] == joint.probabilities(point).argmax()


def test_searches_of_other_rows_are_refused() -> None:
    problems = [problem_of(0), problem_of(1), problem_of(2, slice(0, 80))]
    fronts = [[make_entry(read_formula("x", INPUTS), p)] for p in problems]
    with pytest.raises(DataError, match="different rows"):
        join_classes(LABELS, problems, fronts)
    with pytest.raises(DataError, match="none or to several"):
        join_classes(LABELS, [problems[0], problems[1], replace(problems[1])], fronts)


def judged(X: np.ndarray, codes: np.ndarray, *texts: str) -> tuple[JointClasses, Verdict]:
    """The joined classes of scores as text, two networks of which are on each front, and their verdict."""
    names, K = tuple(f"x{i}" for i in range(X.shape[1])), int(codes.max()) + 1
    problems = [Problem.from_arrays(X, (codes == k).astype(float), names=names, loss="logistic", seed=k)
                for k in range(K)]
    fronts = [[make_entry(read_formula(text, names), p)] for text, p in zip(texts, problems, strict=True)]
    joint = join_classes([f"class {k}" for k in range(K)], problems, fronts)
    return joint, joint_verdict(joint)


def test_the_verdict_on_classes_compares_the_cross_validated_rows_with_simple_models(rng: np.random.Generator) -> None:
    X = rng.uniform(-2, 2, (300, 2))
    inside = ((X**2).sum(axis=1) < 2).astype(int)
    ring = "3 - x0**2 - x1**2"

    joint, found = judged(X, inside, f"-({ring})", ring)
    assert found.level == "plausible"
    assert f"classifies {percent(joint.result.accuracy_held_out)} of the rows" in found.sentence
    assert log_loss_text(joint.result.losses_held_out.mean()) in found.sentence
    assert joint.result.losses_held_out.mean() == pytest.approx(joint.result.log_loss_held_out)
    assert FORM_BY_ALL_ROWS in " ".join(found.cautions)
    assert sum(determined(joint)) == 3  # of the ring, calibrated

    line = (X[:, 0] + X[:, 1] + rng.normal(0, 1, 300) > 0).astype(int)
    assert judged(X, line, "x0 + x1", "x0 + x1")[1].level == "logistic"
    assert judged(X, rng.integers(0, 3, 300), "x0", "x1", "x0 + x1")[1].level == "share"


def test_few_rows_of_a_class_are_a_caution(rng: np.random.Generator) -> None:
    codes = np.repeat([0, 1, 2], [60, 60, 4])
    X = codes[:, None] + rng.normal(0, 0.3, (124, 1))
    assert "The rarest class has only 4 rows" in " ".join(judged(X, codes, "1 - x0", "x0", "3*x0 - 4")[1].cautions)


def test_separated_classes_are_a_caution(rng: np.random.Generator) -> None:
    codes = np.repeat([0, 1], 40)
    x = np.concatenate([rng.normal(2, 0.2, 40), rng.normal(4, 0.2, 40)])[:, None]
    assert SEPARATED in judged(x, codes, "3 - x0", "x0 - 3")[1].cautions
    codes[0] = 1
    assert SEPARATED not in judged(x, codes, "3 - x0", "x0 - 3")[1].cautions


def test_rows_that_no_search_saw_have_no_part_in_the_formulas_that_they_test(rng: np.random.Generator) -> None:
    X = rng.uniform(-2, 2, (300, 2))
    codes = ((X**2).sum(axis=1) < 2).astype(np.intp)
    problem = Problem.from_arrays(X, codes.astype(float), names=("x0", "x1"), loss="logistic")
    front = [[make_entry(read_formula("3 - x0**2 - x1**2", ("x0", "x1")), problem)]]
    held_out = np.arange(300) < 40
    wrong = np.where(held_out, 1 - codes, codes)
    found = [on_held_out_rows(front, Labelled(X.T, labels, 2, np.ones(300)), held_out, problem.activations, True)
             for labels in (codes, wrong)]

    assert found[0] is not None
    assert found[1] is not None
    assert found[0].rows == 40
    assert found[0].accuracy > 0.9
    assert found[1].accuracy == pytest.approx(1.0 - found[0].accuracy), "the labels of these rows change no formula"
    assert on_held_out_rows(front, Labelled(X.T, codes, 2, np.ones(300)), np.arange(300) < 5, problem.activations,
                            True) is None, "too few"


def test_the_caution_says_how_rows_do_that_no_search_saw(rng: np.random.Generator) -> None:
    X = rng.uniform(-2, 2, (300, 2))
    model = XNetClassifier(budget_steps=3, random_state=0).fit(X, (X**2).sum(axis=1) < 2)
    joint = model.joint_classes(X, (X**2).sum(axis=1) < 2)
    caution = joint_verdict(joint).cautions[-1]

    assert joint.tested is not None
    assert "On the held-out rows (60), a formula whose form and constants are those of the other rows" in caution
    assert f" is right in {percent(joint.tested.accuracy)} (log loss" in caution
    assert caution.startswith(FORM_BY_ALL_ROWS)
