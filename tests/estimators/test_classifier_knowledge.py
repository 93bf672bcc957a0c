"""XNetClassifier: class weights, prior knowledge, callbacks, warm starts, and its view in notebooks."""

from __future__ import annotations

import numpy as np
import pytest

from xnet import XNetClassifier
from xnet.estimators.class_rows import class_rows

RINGS = np.random.default_rng(4).uniform(-2, 2, (120, 3))
INSIDE = np.where((RINGS[:, :2] ** 2).sum(axis=1) + np.random.default_rng(5).normal(0, 0.4, 120) < 2, "in", "out")


def test_class_weights_count_like_sample_weights() -> None:
    weights = {"in": np.int64(3), "out": np.float32(1.0)}  # as programs count them
    one = XNetClassifier(budget_steps=2, random_state=0, class_weight=weights).fit(RINGS, INSIDE)
    other = XNetClassifier(budget_steps=2, random_state=0).fit(
        RINGS, INSIDE, sample_weight=np.array([weights[label] for label in INSIDE]) / 1.7)

    assert one.predict_proba(RINGS)[:, 0].mean() > (INSIDE == "in").mean() + 0.02
    np.testing.assert_allclose(one.predict_proba(RINGS), other.predict_proba(RINGS), atol=0.02)


@pytest.mark.parametrize(("options", "message"), [
    ({"class_weight": "equal"}, "expected 'balanced'"), ({"class_weight": {"in": -1.0}}, "expected a positive number"),
    ({"forbidden_inputs": ["x9"]}, "x9"), ({"callback": 3}, "expected a function"),
    ({"stop_at_loss": "low"}, "expected a number")])
def test_arguments_that_cannot_be_used_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        XNetClassifier(budget_steps=1, **options).fit(RINGS, INSIDE)  # type: ignore[arg-type]


def test_slopes_need_two_classes() -> None:
    three = np.where(RINGS[:, 0] > 1, "a", INSIDE)
    with pytest.raises(ValueError, match="monotonic needs two classes"):
        XNetClassifier(budget_steps=1, monotonic={"x0": "increasing"}).fit(RINGS, three)


@pytest.mark.slow
def test_prior_knowledge_holds_for_every_class() -> None:
    three = np.where(RINGS[:, 2] > 1, "top", INSIDE)
    model = XNetClassifier(budget_steps=2, random_state=0, forbidden_inputs=["x1"], required_inputs=["x0"],
                           max_parameters=4).fit(RINGS, three)

    assert all(0 in network.variables and 1 not in network.variables for network in model.networks_)
    assert all(network.n_parameters <= 4 for network in model.networks_)


@pytest.mark.slow
def test_a_callback_ends_the_searches_and_a_warm_start_continues_them() -> None:
    seen: list[tuple[int, int]] = []

    def watch(step: int, seconds: float, front: list[object]) -> bool:
        seen.append((step, len(front)))
        return len(seen) == 2

    three = np.where(RINGS[:, 2] > 1, "top", INSIDE)
    model = XNetClassifier(budget_steps=4, random_state=0, callback=watch, warm_start=True).fit(RINGS, three)
    assert len(seen) == 2
    assert [str(reason) for reason in model.stop_reason_] == ["callback"] * 3
    before = max(entry.complexity for entry in model._fronts[0])

    model.set_params(callback=None, budget_steps=1).fit(RINGS, three)
    assert max(entry.complexity for entry in model._fronts[0]) >= before
    with pytest.raises(ValueError, match="columns and the classes of the last fit"):
        model.fit(RINGS, INSIDE)


def test_a_notebook_shows_the_formula_of_every_class(capsys: pytest.CaptureFixture[str]) -> None:
    model = XNetClassifier(budget_steps=1, random_state=0, stop_at_loss=10.0, verbose=True).fit(RINGS, INSIDE)
    page = model._repr_html_()

    assert [str(reason) for reason in model.stop_reason_] == ["reached"]
    assert "out: $$" in page
    assert "explained train" in page
    assert "step 1" in capsys.readouterr().err


def test_balanced_classes_have_equal_sums_of_weights() -> None:
    """Weights of 2 are rows twice, so they count in the shares of the classes as well."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(60, 1))
    y = np.where(x[:, 0] + rng.normal(size=60) > 0.5, "high", "low")
    weight = np.where(y == "high", 2.0, 1.0) + (x[:, 0] > 1)
    times = weight.astype(int)
    one = class_rows(x, y, weight, "balanced")
    two = class_rows(x.repeat(times, axis=0), y.repeat(times), None, "balanced")

    for found in (one, two):
        of_class = np.bincount(found.rows.labels, found.rows.weight)
        assert of_class[0] == pytest.approx(of_class[1])
