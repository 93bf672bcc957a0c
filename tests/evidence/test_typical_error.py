"""The typical error of a formula's values: recomputed with NumPy under every kind of loss, and applied to new rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from xnet.engine import Problem
from xnet.engine.formulas.parser import read_formula
from xnet.evidence.typical_error import TypicalError, typical_error_from_json, typical_error_of

RNG = np.random.default_rng(4)
LAW = read_formula("3*x0", ("x0",))
X = RNG.uniform(1.0, 300.0, (80, 1))
ERROR = np.where(np.arange(80) % 3 == 0, 6.0, 0.3)
Y = 3 * X[:, 0] + ERROR * RNG.normal(size=80)


def found(y: np.ndarray = Y, **options: Any) -> TypicalError | None:
    return typical_error_of(LAW, Problem.from_arrays(X, y, seed=0, holdout_fraction=0.0, **options))


@pytest.mark.parametrize("options", [{}, {"sample_error": ERROR}, {"sample_weight": ERROR**-2.0}, {"loss": "huber"},
                                     {"loss": "absolute"}])
def test_the_root_mean_square_error_counts_every_row_alike(options: dict[str, Any]) -> None:
    error = found(**options)
    assert error is not None
    assert error.rmse == pytest.approx(np.sqrt(np.mean((3 * X[:, 0] - Y) ** 2)))
    assert error.of(np.array([7.0, np.nan])).tolist() == pytest.approx([error.rmse, np.nan], nan_ok=True)


def test_relative_losses_give_a_share_of_the_value() -> None:
    y = 3 * X[:, 0] * np.exp(0.1 * RNG.normal(size=80))
    relative, log = found(y, loss="relative"), found(y, loss="log")
    assert relative is not None
    assert log is not None
    assert relative.rmse == pytest.approx(np.sqrt(np.mean((3 * X[:, 0] / y - 1) ** 2)))
    assert log.rmse == pytest.approx(np.expm1(np.sqrt(np.mean(np.log(3 * X[:, 0] / y) ** 2))))
    assert relative.of(np.array([20.0, -200.0])) == pytest.approx(relative.rmse * np.array([20.0, 200.0]))
    assert relative.describe("m").startswith(f"Typical error: {100 * relative.rmse:.2g} % of the value (root mean")
    more = relative._replace(groups=3)
    assert [typical_error_from_json(error.to_json()) for error in (relative, more, log)] == [relative, more, log]


def test_a_typical_error_of_logarithms_is_described_as_it_is_computed() -> None:
    y = 3 * X[:, 0] * np.exp(0.5 * RNG.normal(size=80))
    log = found(y, loss="log")
    assert log is not None
    s = np.sqrt(np.mean(np.log(3 * X[:, 0] / y) ** 2))
    assert log.describe().startswith(
        f"Typical error: {100 * np.expm1(s):.2g} % of the value (exp(s) - 1 with s = {s:.3g}, the root mean square "
        "error of the logarithm in 80 training rows")


def test_a_quantile_is_a_limit_and_has_no_typical_error() -> None:
    assert found(loss="quantile:0.9") is None


def test_of_counts_one_number_stands_for_errors_that_grow_with_the_value() -> None:
    counts = found(RNG.poisson(3 * X[:, 0]).astype(float), loss="poisson")
    assert counts is not None
    assert counts.describe().endswith(
        "; one number for all rows, although counts scatter by about the square root of the value)")
    assert typical_error_from_json(counts.to_json()) == counts
    usual = found()
    assert usual is not None
    assert "square root" not in usual.describe()
