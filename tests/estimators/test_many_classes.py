"""Many classes: simpler networks are compared on fewer rows, so that the end of a search takes no minutes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import net
from xnet.engine import Budget, FrontEntry, search_on_islands
from xnet.engine.classification import multiclass
from xnet.engine.classification.softmax import (
    Labelled,
    information,
    log_losses,
    log_probabilities,
    row_gradients,
    scores,
)
from xnet.engine.networks.network import Network
from xnet.estimators import XNetClassifier, class_search


@pytest.mark.parametrize(("n_classes", "n", "rows_of_a_trial"), [(4, 3_000, 3_000), (9, 3_000, 1_000), (9, 300, 300)])
def test_with_many_classes_simpler_networks_are_compared_on_fewer_rows(
        n_classes: int, n: int, rows_of_a_trial: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    labels = np.append(rng.integers(0, n_classes - 1, n - 12), np.full(12, n_classes - 1))
    rows = Labelled(rng.normal(size=(3, n)), labels, n_classes, np.ones(n))
    short, middle, long = (net(3, ("x", 0), *(("square", i) for i in range(k))) for k in range(3))
    front = [FrontEntry(network, network.complexity, 0, 1.0, None) for network in (short, middle, long)]
    seen: list[tuple[int, int]] = []

    def judged(networks: tuple[Network, ...], rows: Labelled, fold: np.ndarray, tolerance: float) -> np.ndarray:
        seen.append((len(rows.labels), int((rows.labels == n_classes - 1).sum())))
        assert len(fold) == len(rows.labels)
        return log_losses(scores(networks, rows.columns), rows)

    monkeypatch.setattr(multiclass, "_judged", judged)
    found = multiclass._simplified_together((long,) * n_classes, [front] * n_classes, rows, np.arange(n) % 5)

    assert len(found) == n_classes
    assert len(seen) <= 1 + 2 * n_classes
    assert [count for count, _ in seen] == pytest.approx([rows_of_a_trial] * len(seen), rel=0.02)
    assert min(rare for _, rare in seen) >= 10, "a rare class keeps rows"


def test_a_sample_of_rows_has_every_class():
    labels = np.repeat([0, 1, 2], [9_000, 900, 3])

    some = multiclass._of_every_class(labels, 1_000, 1, np.random.default_rng(0))

    assert len(np.unique(some)) == len(some)
    assert np.bincount(labels[some]) == pytest.approx([909, 91, 1], abs=1)


def test_the_information_of_scores_is_the_sum_of_outer_products():
    """The Fisher information by its definition: E[g g'] with the gradient of each class as the label."""
    rng = np.random.default_rng(1)
    networks = tuple(net(2, ("c", 0), ("x", i % 2), ("mul", 0, 1), ("c", 1), ("add", 2, 3), constants=(0.3 + i, -0.2))
                     for i in range(3))
    rows = Labelled(rng.normal(size=(2, 40)), rng.integers(0, 3, 40), 3, rng.uniform(0.5, 1.5, 40))

    found, _ = information(networks, rows)

    P = np.exp(log_probabilities(scores(networks, rows.columns)))
    expected = np.zeros((6, 6))
    for label in range(3):
        as_labels = Labelled(rows.columns, np.full(40, label), 3, np.ones(40))
        gradients = row_gradients(networks, as_labels)
        expected += (gradients * (P[:, label] * rows.weight)[:, None]).T @ gradients
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_many_classes_share_what_a_step_may_take_beyond_the_budget(monkeypatch: pytest.MonkeyPatch):
    overruns = []

    def search(problem, budget, n_jobs, **options):
        overruns.append(options["overrun_s"] / budget.seconds)
        return search_on_islands(problem, Budget(steps=1), 1)

    monkeypatch.setattr(class_search, "search_on_islands", search)
    X = np.random.default_rng(0).normal(size=(60, 1))
    XNetClassifier(budget_seconds=3.0, random_state=0).fit(X, np.arange(60) % 6)

    assert overruns == [0.5] * 6
