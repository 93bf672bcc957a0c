"""Points of a circle or a sphere are no values of a function: the report says so, with the equation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from xnet.tables import read_table
from xnet.tables.closed_curves import closed_curve_sentence

T = np.linspace(0.0, 6.0, 60)
RNG = np.random.default_rng(0)
BALL = RNG.normal(size=(80, 3)) / 1.0
BALL /= np.linalg.norm(BALL, axis=1)[:, None]


def _said(*columns: np.ndarray) -> str:
    frame = pd.DataFrame(dict(zip("xyz", columns, strict=False)))
    return closed_curve_sentence(frame, list(frame))


@pytest.mark.parametrize(("columns", "equation"), [
    ((np.cos(T), np.sin(T)), "x**2 + y**2 = 1"), ((2 * np.cos(T), np.sin(T)), "0.25*x**2 + y**2 = 1"),
    (tuple(BALL.T), "x**2 + y**2 + z**2 = 1"),
    ((np.linspace(-2, 2, 40) ** 2, np.linspace(-2, 2, 40)), "y**2 - x = 0")])
def test_the_equation_of_a_closed_curve_is_said(columns: tuple[np.ndarray, ...], equation: str) -> None:
    assert f"The rows lie on {equation}" in _said(*columns)


@pytest.mark.parametrize("column", [T ** 2, 1 / (T + 1), np.sin(2 * T), RNG.normal(size=60), np.sqrt(40 - T ** 2),
                                    RNG.integers(0, 2, 60), np.abs(T - 3)])
def test_functions_noise_and_classes_are_no_closed_curve(column: np.ndarray) -> None:
    assert not _said(T, column)
    assert not _said(T, RNG.normal(size=60), column)


def test_a_table_of_a_circle_is_said_to_be_no_function() -> None:
    rows = "\n".join(f"{np.cos(t):.6f},{np.sin(t):.6f}" for t in T)
    assert "two values of 'y' for the same values of the other" in " ".join(read_table(f"x,y\n{rows}").report)


def test_columns_called_by_months_are_series() -> None:
    rows = "\n".join(f"{1950 + k}," + ",".join(str(k * m % 7 + m) for m in range(12)) for k in range(8))
    table = read_table(f"year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec\n{rows}")
    assert "The names Jan to Dec are months" in " ".join(table.report)
