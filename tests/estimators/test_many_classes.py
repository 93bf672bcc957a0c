"""Many classes: simpler networks are compared on fewer rows, so that the end of a search takes no minutes."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.helpers import net
from xnet.engine import FrontEntry
from xnet.engine.classification import multiclass
from xnet.engine.classification.softmax import Labelled, log_losses, scores
from xnet.engine.networks.network import Network


@pytest.mark.parametrize(("n_classes", "n", "rows_of_a_trial"), [(4, 3_000, 3_000), (9, 3_000, 1_000), (9, 300, 300)])
def test_with_many_classes_simpler_networks_are_compared_on_fewer_rows(
        n_classes: int, n: int, rows_of_a_trial: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    labels = np.append(rng.integers(0, n_classes - 1, n - 12), np.full(12, n_classes - 1))
    rows = Labelled(rng.normal(size=(3, n)), labels, n_classes, np.ones(n))
    short, middle, long = (net(3, ("x", 0), *(("square", i) for i in range(k))) for k in range(3))
    front = [FrontEntry(network, network.complexity, 0, 1.0, None) for network in (short, middle, long)]
    seen: list[tuple[int, int]] = []

    def judged(networks: tuple[Network, ...], rows: Labelled, fold: np.ndarray) -> np.ndarray:
        seen.append((len(rows.labels), int((rows.labels == n_classes - 1).sum())))
        assert len(fold) == len(rows.labels)
        return log_losses(scores(networks, rows.columns), rows)

    monkeypatch.setattr(multiclass, "_judged", judged)
    found = multiclass._simplified_together((long,) * n_classes, [front] * n_classes, rows, np.arange(n) % 5)

    assert len(found) == n_classes
    assert len(seen) <= 1 + 2 * n_classes
    assert [count for count, _ in seen] == pytest.approx([rows_of_a_trial] * len(seen), rel=0.02)
    assert min(rare for _, rare in seen) >= 10, "a rare class keeps rows"
