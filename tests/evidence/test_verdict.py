"""The limits of the verdict: rows a fitted number, held-out beside training errors, and what training rows add."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from xnet.evidence.comparison import Comparison
from xnet.evidence.verdict import verdict


def comparison(n: int = 100, n_parameters: int = 5) -> Comparison:
    """A formula that leaves a hundredth of the variance in n training and 20 held-out rows; a line leaves a half."""
    held, train = np.ones(20), np.ones(n)
    return Comparison(0.01 * held, 0.5 * held, held, 0.01 * train, 0.5 * train, held_out=True, scale=1.0, variance=1.0,
                      n_parameters=n_parameters, line_parameters=3)


@pytest.mark.parametrize(("n", "few"), [(24, True), (25, False)])
def test_five_rows_for_each_fitted_number_are_enough(n: int, few: bool) -> None:
    cautions = verdict(comparison(n)).cautions

    assert cautions == ((f"There are only {n} training rows for 5 fitted numbers.",) if few else ())


@pytest.mark.parametrize(("training", "held_out", "worse"), [(0.05, 0.19, False), (0.05, 0.21, True),
                                                             (0.001, 0.04, False)])
def test_errors_that_are_four_times_as_large_on_held_out_rows_are_a_caution(training: float, held_out: float,
                                                                            worse: bool) -> None:
    """Unless the difference is less than a twentieth of the variance."""
    found = comparison()
    found = replace(found, formula=held_out * found.mean, train=np.full(100, training))

    assert any("much worse on held-out rows" in caution for caution in verdict(found).cautions) is worse


@pytest.mark.parametrize(("ratio", "said"), [(1.45, False), (1.52, True)])
def test_training_rows_are_named_where_they_are_strong_evidence_against_the_line(ratio: float, said: bool) -> None:
    """100 ln(ratio) has to exceed 30 and ln(100) for each of the two numbers that the formula has more: e**0.392."""
    found = comparison()
    found = replace(found, line=found.formula, train=np.full(100, 0.01), line_train=np.full(100, 0.01 * ratio))

    assert ("On the 100 training rows" in verdict(found).sentence) is said
