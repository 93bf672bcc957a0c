"""Tables in forms that scikit-learn takes wrong in silence, or refuses with words about something else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from xnet import XNetRegressor
from xnet.engine import DataError
from xnet.errors import ActivationError

X = np.random.default_rng(0).uniform(1, 3, (40, 2))
Y = 2 * X[:, 0] * X[:, 1] + 1
ONE = np.arange(80).reshape(40, 2) == 5


def quick(**options: Any) -> XNetRegressor:
    return XNetRegressor(budget_steps=2, random_state=0, **options)


@pytest.mark.parametrize(("table", "target", "words"), [
    (np.ma.masked_array(X, mask=ONE), Y, "X is a masked array in which 1 value is masked"),
    (X, np.ma.masked_array(Y, mask=np.arange(40) < 2), "y is a masked array in which 2 values are masked"),
    ({"a": X[:, 0]}, Y, "X is a dictionary.*pandas.DataFrame"), ("data.csv", Y, "X is a text.*read the file first"),
    (np.array([tuple(row) for row in X], dtype=[("a", "f8"), ("b", "f8")]), Y, "X is a structured array"),
])
def test_a_table_that_would_be_misread_is_refused(table: Any, target: Any, words: str) -> None:
    with pytest.raises(DataError, match=words):
        quick().fit(table, target)


def test_a_masked_array_without_a_mask_is_taken() -> None:
    assert quick().fit(np.ma.masked_array(X), Y).score(X, Y) > 0.9


def test_names_of_several_levels_are_not_lost_in_silence() -> None:
    names = pd.MultiIndex.from_tuples([("s", "a"), ("s", "b")])
    with pytest.warns(UserWarning, match="several levels.*Join the levels"):
        quick().fit(pd.DataFrame(X, columns=names), Y)


def test_a_function_in_the_library_is_named() -> None:
    with pytest.raises(ActivationError, match="by their names, such as 'sin'"):
        quick(activations=[np.sin]).fit(X, Y)
