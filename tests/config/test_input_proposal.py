"""The inputs that are proposed for a target: all of a narrow table, the most relevant ones of a wide table."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from xnet.arrays import Array
from xnet.config.input_proposal import MOST_PROPOSED, proposed_inputs, relevant_inputs
from xnet.tables.reading import read_table
from xnet.tables.table import Table


def wide(columns: int, rows: int, law: Callable[[Array], Array], seed: int = 0) -> Table:
    X = np.random.default_rng(seed).normal(size=(rows, columns))
    frame = pd.DataFrame(X, columns=[f"g{k}" for k in range(columns)]).assign(y=law(X))
    return Table(frame=frame, name="t", suggested_target="y", suggested_inputs=tuple(frame.columns[:-1]))


@pytest.mark.slow
@pytest.mark.parametrize(("law", "needed"), [
    (lambda X: 3 * X[:, 250] - 2 * X[:, 10], {"g250", "g10"}),
    (lambda X: X[:, 250] * X[:, 10], {"g250", "g10"}),  # no correlation with either alone
    (lambda X: np.exp(X[:, 250]) / (1 + X[:, 10] ** 2) + X[:, 4], {"g250", "g10", "g4"}),
    (lambda X: np.where(X[:, 0] > 5, 0.0, np.sin(3 * X[:, 250])), {"g250"}),
])
def test_the_columns_of_a_law_are_among_the_proposed_ones(law: Callable[[Array], Array], needed: set[str]) -> None:
    found = proposed_inputs(wide(300, 200, law), "y")
    assert len(found) == MOST_PROPOSED
    assert needed <= set(found)
    assert list(found) == sorted(found, key=lambda c: int(c[1:]))


def test_all_columns_of_a_narrow_table_are_proposed() -> None:
    table = wide(MOST_PROPOSED, 50, lambda X: X[:, 0])
    assert proposed_inputs(table, "y") == tuple(f"g{k}" for k in range(MOST_PROPOSED))
    assert set(proposed_inputs(table, "g0")) == {"y", *(f"g{k}" for k in range(1, MOST_PROPOSED))}


def test_gaps_constants_and_classes_are_no_obstacle() -> None:
    table = wide(80, 100, lambda X: X[:, 7])
    frame = table.frame.copy()
    frame.loc[::3, "g7"] = np.nan
    frame["g8"], frame["g9"] = 1.0, np.nan
    frame["kind"] = np.where(frame["g20"] > 0, "big", "small")
    with_gaps = Table(frame=frame, name="t", suggested_target="y", suggested_inputs=table.suggested_inputs)
    assert relevant_inputs(with_gaps, "y", list(table.suggested_inputs))[0] == "g7"
    assert "g20" in proposed_inputs(with_gaps, "kind")
    constant = Table(frame=frame.assign(y=1.0), name="t", suggested_target="y", suggested_inputs=table.suggested_inputs)
    assert len(proposed_inputs(constant, "y")) == MOST_PROPOSED


def test_case_95_three_hundred_columns_with_the_target_last() -> None:
    X = np.random.default_rng(95).normal(size=(60, 300)).round(4)
    frame = pd.DataFrame(X, columns=[f"g{k}" for k in range(300)])
    frame["y"] = 3 * frame["g250"] - 2 * frame["g10"]
    table = read_table(frame.to_csv(index=False), "t")
    assert table.suggested_target == "y"
    assert {"g250", "g10"} <= set(proposed_inputs(table, "y"))
