"""χ² per row with known standard errors is what statistics says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.known_errors.command import CONSTANTS, ROWS, chi2_per_row, main


def test_chi2_per_row_is_one_less_the_fitted_constants() -> None:
    found = chi2_per_row(200)

    assert abs(np.mean(found) - (1 - CONSTANTS / ROWS)) < 3 * math.sqrt(2 / (ROWS * 200))


def test_the_command_prints_the_mean_and_what_is_expected(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--tables", "5"]) == 0
    assert "expected 0.9667" in capsys.readouterr().out
