"""The measurements of scores, noise, noisy laws and real tables."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.tables.cross_validation import Row
from benchmarks.tables.package_tables import package_tables
from benchmarks.trust import noise_tables, noisy_laws, real_tables, score_checks
from benchmarks.trust.searches import SHORT, box_points, search


@pytest.mark.slow
def test_the_scores_of_fronts_are_those_of_scikit_learn() -> None:
    figure, = score_checks.measure(long=False, seed=1)

    assert figure.met, figure
    assert figure.count > 40


def test_noise_tables_have_all_sizes_and_targets_that_do_not_depend_on_the_inputs() -> None:
    found = list(noise_tables.tables(1, seed=1))

    assert {X.shape for _, X, _ in found} == set(noise_tables.SIZES)
    assert len(found) == len(noise_tables.SIZES) * len(noise_tables.KINDS)
    _, X, y = found[-len(noise_tables.KINDS)]  # 1,000 rows, normal
    assert np.abs(np.corrcoef(X.T, y)[-1, :-1]).max() < 0.12


def test_formulas_in_noise_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noise_tables, "SIZES", ((20, 2),))
    line = noise_tables.Kind(lambda rng, size: rng.random(size), lambda rng, n: np.arange(n, dtype=float))
    monkeypatch.setattr(noise_tables, "KINDS", {"a line": line})
    formulas, believed = noise_tables.measure(long=False, seed=1)
    assert (formulas.value, believed.value) == (0.0, 0.0)

    monkeypatch.setattr(noise_tables, "tables", lambda repeats, seed: [
        ("law", np.linspace(0.5, 3, 40)[:, None], np.linspace(0.5, 3, 40) ** 1.5)])
    formulas, believed = noise_tables.measure(long=False, seed=1)
    assert (formulas.value, believed.value) == (1.0, 1.0)
    assert not formulas.met


def test_a_law_under_noise_is_compared_with_its_own_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(noisy_laws, "LAWS", ("3 + 2*a - 1.5*b",))
    recovered, inputs, poles = noisy_laws.measure(long=False, seed=1)

    assert (recovered.value, inputs.value, poles.value) == (1.0, 1.0, 0.0)
    assert recovered.count == 1


def test_a_pole_inside_the_box_is_seen() -> None:
    X = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0] * 3)[:, None]
    found = search(X, 1 / (X[:, 0] - 2.5), SHORT)

    assert found.explodes()
    assert not search(X, X[:, 0] ** 2, SHORT).explodes()
    points = box_points(np.ascontiguousarray(X.T))
    assert (points.min(), points.max()) == (1.0, 8.0)


def test_figures_of_tables_count_losses_against_a_line_and_ranks() -> None:
    scores = {"xnet": (0.9, 0.5, 0.7), "linear": (0.8, 0.52, 0.7), "forest": (0.7, 0.6, 0.5)}
    rows = [Row(f"t{k}", "regression", model, score, None, 4.0, 9.0, 1.0, 0, "")
            for model, values in scores.items() for k, score in enumerate(values)]
    found = {figure.name: figure for figure in real_tables.figures(rows)}

    assert found["tables on which X-Net is worse than a line by 0.01"].value == pytest.approx(1 / 3)
    assert found["mean R² of X-Net less that of a random forest"].value == pytest.approx(0.1)
    assert found["mean rank, xnet"].value == pytest.approx((1 + 3 + 1.5) / 3)
    assert found["mean parameters of X-Net"].value == 4.0


def test_tables_of_scikit_learn_are_numbers_without_constant_columns() -> None:
    found = {table.name: table for table in package_tables("sklearn")}

    assert found["sk_diabetes"].X.shape == (442, 10)
    assert all(np.isfinite(table.X).all() and (np.ptp(table.X, axis=0) > 0).all() for table in found.values())


def test_a_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> list[object]:
        raise ModuleNotFoundError("No module named 'vega_datasets'", name="vega_datasets")

    monkeypatch.setattr("benchmarks.tables.package_tables._LOADERS", {"vega_datasets": missing})
    with pytest.raises(SystemExit, match=r"requirements-benchmarks\.txt"):
        list(package_tables())
